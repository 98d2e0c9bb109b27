//! What was done, as a program would do it: calls that were tried again are made once, many alike are a loop, and what
//! was sent is written as shortly as it can be.

use super::plan::{Data, Does, Outcome, Step};
use crate::model::{
    call::{Call, MsgFlags},
    errno::Errno,
    ids::{Actor, SocketId},
    payload::Payload,
};
use std::collections::HashSet;

/// So many bytes of one `send` are written out.
const MOST_LITERAL: usize = 4_096;
/// What is sent is `bytes(N)` if it begins with so many letters in order.
const ALPHABET: usize = 32;
/// So many calls alike are a loop.
const LOOP: usize = 3;

/// A `connect` or `bind` that failed, and that was made again, on the same socket or to the same address: a program makes
/// the last one.
pub(super) fn leave_out_what_was_made_again(steps: &mut [Step]) {
    let mut later = HashSet::new();
    for step in steps.iter_mut().rev() {
        let Does::Call(call @ (Call::Connect { addr, .. } | Call::Bind { addr, .. })) = &step.does
        else {
            continue;
        };
        let name = call.name();
        let same = [
            (step.socket, None, name),
            (None, Some((step.who, *addr)), name),
        ];
        let waits = matches!(step.errno(), Some(Errno::EINPROGRESS | Errno::EALREADY));
        if let Some(errno) = step.errno().filter(|_| !waits)
            && same.iter().any(|s| later.contains(s))
        {
            step.does = Does::Say(format!(
                "{name} failed here with {errno} ({}) at first; it is made again below.",
                errno.text()
            ));
            step.outcome = Outcome::Done;
        }
        later.extend(same);
    }
}

/// What makes one `recv` like another.
type Alike = (Actor, Option<SocketId>, u64);

fn plain_recv(step: &Step) -> Option<Alike> {
    match step.does {
        Does::Call(Call::Recv { len, flags, .. })
            if flags == MsgFlags::default()
                && step.outcome == Outcome::Done
                && !step.nonblocking =>
        {
            Some((step.who, step.socket, len))
        }
        _ => None,
    }
}

/// Many a `recv` in a row, all alike, is a loop.
pub(super) fn loops(steps: &mut Vec<Step>) {
    let mut rest: Vec<Option<Step>> = core::mem::take(steps).into_iter().map(Some).collect();
    for start in 0..rest.len() {
        let Some(alike) = rest[start].as_ref().and_then(plain_recv) else {
            continue;
        };
        let mut run = Vec::new();
        for (i, step) in rest.iter().enumerate().skip(start) {
            match step {
                Some(step) if step.who == alike.0 => {
                    if plain_recv(step) != Some(alike) {
                        break;
                    }
                    run.push(i);
                }
                _ => {}
            }
        }
        if run.len() >= LOOP {
            let taken: Vec<Step> = run.into_iter().filter_map(|i| rest[i].take()).collect();
            rest[start] = drain(taken, alike.2);
        }
    }
    *steps = rest.into_iter().flatten().collect();
}

/// All of them as one.
fn drain(run: Vec<Step>, size: u64) -> Option<Step> {
    let to_end = run.last()?.moved == 0;
    let mut run = run.into_iter();
    let mut all = run.next()?;
    for step in run {
        all.moved = all.moved.saturating_add(step.moved);
        all.calls.extend(step.calls);
        all.events.extend(step.events);
    }
    all.does = Does::Drain {
        size,
        total: all.moved,
        to_end,
    };
    Some(all)
}

/// What was sent: the first `taken` bytes of it.
pub(super) fn data_of(payload: &Payload, taken: u64) -> Data {
    let total = taken.min(payload.len());
    let kept = payload
        .kept
        .len()
        .min(usize::try_from(total).unwrap_or(usize::MAX));
    let kept = payload.kept.slice(..kept);
    let in_order = |(i, b): (usize, &u8)| usize::from(*b) == usize::from(b'a') + i % 26;
    if kept.len() >= ALPHABET && kept.iter().enumerate().all(in_order) {
        return Data {
            letters: total,
            stand_in: false,
            ..Data::default()
        };
    }
    let literal = kept.slice(..kept.len().min(MOST_LITERAL));
    let letters = total - literal.len() as u64;
    Data {
        literal,
        letters,
        stand_in: letters > 0,
    }
}
