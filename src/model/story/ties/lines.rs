//! What a line, an acknowledgement or a statement of the script follows from.

use super::{Ties, near::call_name, spot::Spot};
use crate::model::{
    event::{Event, Fact},
    ids::SocketId,
};

/// Told events before that are looked at.
const NEAR: usize = 400;

/// The calls that a line needs beside the one that completed it: on that one's socket, or (`true`) on its peer.
const NEEDED: [(u8, bool, &str); 7] = [
    (1, false, "bind"),
    (1, false, "socket"),
    (2, false, "connect"),
    (3, false, "recv"),
    (3, false, "accept"),
    (3, true, "send"),
    (4, true, "send"),
];

/// The calls that completed a line.
pub(super) fn causes(spot: &Spot<'_>, line: u8, ties: &mut Ties) {
    let Some((index, event)) = spot.cause() else {
        return;
    };
    ties.cause(index, format!("{} completed it", whose(event)));
    let Fact::Call(done) = &event.fact else {
        return;
    };
    let Some(socket) = done.socket else { return };
    let peer = spot.session.socket(socket).and_then(|s| s.peer_socket);
    for (_, of_peer, name) in NEEDED.iter().filter(|(n, ..)| *n == line) {
        let on = if *of_peer { peer } else { Some(socket) };
        if let Some((i, event)) = on.and_then(|on| made(spot, on, name)) {
            ties.cause(i, format!("{} was needed before", whose(event)));
        }
    }
}

/// The nearest call with this name on a socket, or that made it, which did not fail.
fn made<'a>(spot: &Spot<'a>, on: SocketId, name: &str) -> Option<(usize, &'a Event)> {
    spot.call(NEAR, |doing| {
        doing.done.is_some_and(|done| {
            let its = done.socket == Some(on) || done.made == Some(on);
            doing.name == name && its && !done.failed()
        })
    })
}

fn whose(event: &Event) -> String {
    match &event.fact {
        Fact::Call(done) => call_name(event, &done.call),
        _ => super::few::few(event),
    }
}

/// What the fact was brought about by from which this one was derived: the packet behind the kernel's count.
pub(super) fn behind(spot: &Spot<'_>, ties: &mut Ties) {
    let Some((index, event)) = spot.cause() else {
        return;
    };
    let told = Spot {
        index,
        event,
        ..*spot
    };
    if !matches!(event.fact, Fact::Call(_)) {
        told.told_cause(ties);
    }
}

/// The script that a statement stands in.
pub(super) fn script(spot: &Spot<'_>, step: usize, ties: &mut Ties) {
    let Some(begins) = spot.session.begins.and_then(|id| spot.place(id)) else {
        return;
    };
    if begins < spot.index
        && let Some(Fact::Begin { script, .. }) = spot.book.events().get(begins).map(|e| &e.fact)
        && let Some(line) = script.get(step)
    {
        ties.cause(
            begins,
            format!("it stands in the script, in line {}", line.line),
        );
    }
}
