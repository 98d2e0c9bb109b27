//! What a packet comes from, and what it led to.

use super::{
    Ties, is_retry,
    near::{Near, after_last, overlap},
    spot::began,
};
use crate::model::{
    call::Call,
    event::Fact,
    packet::{Arrival, Decider, Fate, Notable, Packet, PacketKind, TcpFlags},
    story::words::{bytes, safe, the},
};
use core::fmt::Write as _;

/// Tries of one packet that are counted.
const TRIES: usize = 64;
/// Calls with which one segment can have to do before they are only counted.
const CALLS: usize = 4;
/// Letters of a rule.
const RULE: usize = 60;

/// What a packet comes from.
pub(super) fn causes(near: &Near<'_>, packet: &Packet, ties: &mut Ties) {
    if let Some(original) = packet.copy_of.and_then(|n| near.numbered(n)) {
        let text = format!("the cable copied packet {}", original.number);
        ties.cause(original.index, text);
        return;
    }
    if is_retry(packet) {
        retried(near, packet, ties);
    }
    let socket = near.sender();
    let call = |wanted: fn(&Call) -> bool| near.call(socket?, wanted);
    let closes = |c: &Call| matches!(c, Call::Close { .. } | Call::Shutdown { .. });
    match packet.kind() {
        Some(PacketKind::Syn) => {
            if let Some((index, text)) = call(|c| matches!(c, Call::Connect { .. })) {
                ties.cause(index, format!("{text} asks for a connection"));
            }
        }
        Some(PacketKind::SynAck | PacketKind::Ack) => answered(near, packet, ties),
        Some(PacketKind::Rst) => reset(near, packet, ties),
        Some(PacketKind::Fin) => {
            if let Some((index, text)) = call(closes) {
                ties.cause(index, format!("{text} says that no more data will come"));
            }
        }
        _ => {}
    }
    written(near, packet, ties);
    let answers = packet.again.filter(|_| !is_retry(packet));
    if let Some(entry) = answers.and_then(|n| near.numbered(n))
        && ties.causes.iter().all(|(i, _)| *i != entry.index)
    {
        ties.cause(entry.index, format!("answers packet {}", entry.number));
    }
}

/// The packet of which this is another try.
fn retried(near: &Near<'_>, packet: &Packet, ties: &mut Ties) {
    let Some(before) = packet.again.and_then(|n| near.numbered(n)) else {
        return;
    };
    let mut first = before;
    let mut tries = 2;
    while tries < TRIES
        && let Some(earlier) = near
            .book
            .packet_at(&first)
            .filter(|p| is_retry(p))
            .and_then(|p| near.numbered(p.again?))
            .filter(|earlier| earlier.index < first.index)
    {
        first = earlier;
        tries += 1;
    }
    // Each may name the one before it, or all of them the first.
    let same = |(_, p): &(_, &Packet)| is_retry(p) && p.again == packet.again;
    let tries = tries.max(2 + near.before().filter(same).count());
    let nth = match tries {
        2 => "second try".to_owned(),
        3 => "third try".to_owned(),
        4 => "fourth try".to_owned(),
        n => format!("try number {n}"),
    };
    let mut text = format!("this is the {nth} of packet {}", first.number);
    if let Some(fate) = fate_in_words(near, near.fate(&before)) {
        if before == first {
            text.push_str(", which");
        } else {
            let _ = write!(text, "; packet {}", before.number);
        }
        let _ = write!(text, " was {fate}");
    }
    ties.cause(before.index, text);
}

/// What became of the packet of which this is another try, if that did not arrive.
pub(super) fn missed(near: &Near<'_>, packet: &Packet, ties: &mut Ties) {
    let before = packet.again.filter(|_| is_retry(packet));
    let Some(entry) = before.and_then(|n| near.numbered(n)) else {
        return;
    };
    let by_now = |index: Option<usize>| index.filter(|i| *i < near.index);
    let number = entry.number;
    if by_now(near.arrived(&entry)).is_none() {
        let index = by_now(near.fate(&entry));
        match (index, fate_in_words(near, index)) {
            (Some(index), Some(fate)) => {
                let text = format!("packet {number} was {fate}: no answer could come");
                ties.cause(index, text);
            }
            _ => ties.cause(entry.index, format!("packet {number} had not arrived")),
        }
        return;
    }
    // It came, so what answered it did not.
    let end = near.book.packet_at(&entry).and_then(after_last);
    let answers = |p: &Packet| {
        let acks = |t: crate::model::packet::Tcp| t.flags.has(TcpFlags::ACK) && Some(t.ack) >= end;
        p.toward != packet.toward && p.tcp.is_some_and(acks)
    };
    let since = near
        .before()
        .take_while(|(e, _)| e.index > entry.index)
        .filter(|(e, p)| answers(p) && by_now(near.arrived(e)).is_none());
    for (answer, p) in since.take(CALLS) {
        let index = by_now(near.fate(&answer));
        let number = p.number;
        if let (Some(index), Some(fate)) = (index, fate_in_words(near, index)) {
            let text = format!("packet {number}, the answer to it, was {fate}");
            ties.cause(index, text);
        } else {
            let text = format!("packet {number}, the answer to it, had not arrived");
            ties.cause(answer.index, text);
        }
    }
}

/// `dropped by you`.
fn fate_in_words(near: &Near<'_>, index: Option<usize>) -> Option<String> {
    let Fact::Fate {
        fate, decided_by, ..
    } = &near.book.events().get(index?)?.fact
    else {
        return None;
    };
    Some(match decided_by {
        Decider::You => format!("{fate} by you"),
        Decider::Rule(rule) => format!("{fate} by the rule `{}`", safe(rule, RULE)),
        Decider::Cable if *fate == Fate::Lost => "lost for want of room on the cable".to_owned(),
        Decider::Cable => fate.to_string(),
    })
}

/// The packet that an answer without data answers: the latest of the other direction that it acknowledges to its end.
fn answered(near: &Near<'_>, packet: &Packet, ties: &mut Ties) {
    let Some(ack) = packet.tcp.filter(|t| t.flags.has(TcpFlags::ACK)) else {
        return;
    };
    let has = |notable| packet.notable.contains(&notable);
    let mut before = near.before().filter(|(entry, p)| {
        let arrived = near.arrived(entry);
        p.toward != packet.toward && arrived.is_some_and(|i| i <= near.index)
    });
    if has(Notable::WindowUpdate) {
        let reads = |c: &Call| matches!(c, Call::Recv { .. } | Call::RecvFrom { .. });
        if let Some((index, text)) = near.sender().and_then(|s| near.call(s, reads)) {
            ties.cause(index, format!("{text} made room in the receive buffer"));
        }
        return;
    }
    if has(Notable::DupAck) {
        if let Some((entry, p)) = before.next() {
            let text = format!(
                "packet {} arrived, and something before it is missing",
                p.number
            );
            ties.cause(entry.index, text);
        }
        return;
    }
    let ends_here =
        |p: &Packet| after_last(p) == Some(ack.ack) && after_last(p) > p.tcp.map(|t| t.seq);
    if let Some((entry, p)) = before.find(|(_, p)| ends_here(p)) {
        let text = match p.kind() {
            Some(PacketKind::Syn) => format!("answers packet {}, the SYN", p.number),
            _ => format!("packet {} arrived", p.number),
        };
        ties.cause(entry.index, text);
    }
}

/// What a reset answers, or the call that broke the connection off.
fn reset(near: &Near<'_>, packet: &Packet, ties: &mut Ties) {
    let theirs = |(_, p): &(_, &Packet)| p.toward != packet.toward;
    if packet.notable.contains(&Notable::Refused) {
        if let Some((entry, p)) = near.before().find(theirs) {
            let port = packet.from.port();
            let text = format!("answers packet {}: nobody listens on port {port}", p.number);
            ties.cause(entry.index, text);
        }
        return;
    }
    let closes = |c: &Call| matches!(c, Call::Close { .. });
    if let Some((index, text)) = near.sender().and_then(|s| near.call(s, closes)) {
        ties.cause(index, format!("{text} broke the connection off"));
    } else if let Some((entry, p)) = near.before().find(theirs) {
        ties.cause(entry.index, format!("answers packet {}", p.number));
    }
}

/// The `send`s whose bytes it carries.
fn written(near: &Near<'_>, packet: &Packet, ties: &mut Ties) {
    let (Some(range), Some(socket)) = (packet.stream(), near.sender()) else {
        return;
    };
    let Some(streams) = near.streams(socket) else {
        return;
    };
    let chunks = &streams.written;
    let from = chunks.partition_point(|c| c.start + c.len <= range.0);
    let carried = chunks[from..]
        .iter()
        .take_while(|c| overlap(range, (c.start, c.start + c.len)));
    let begun = |index: usize| {
        let event = near.book.events().get(index);
        index < near.index || event.is_some_and(|e| began(e) <= near.event.happened())
    };
    for chunk in carried.take(CALLS).filter(|c| begun(c.index)) {
        let (first, last) = (
            range.0.max(chunk.start) - chunk.start,
            range.1.min(chunk.start + chunk.len) - chunk.start,
        );
        let what = if last - first == chunk.len {
            "all".to_owned()
        } else {
            format!("bytes {first}..{last}")
        };
        let len = bytes(chunk.len);
        let who = the(socket.actor);
        let call = near.book.events().get(chunk.index).map(|e| &e.fact);
        let name = match call {
            Some(Fact::Call(done)) => done.call.name(),
            _ => "send",
        };
        ties.cause(
            chunk.index,
            format!("carries {what} of {who}'s {name} ({len})"),
        );
    }
}

/// What a packet led to.
pub(super) fn effects(near: &Near<'_>, packet: &Packet, ties: &mut Ties) {
    let fate = near.fate(&near.entry);
    let told = fate
        .and_then(|i| near.book.events().get(i))
        .map(|e| &e.fact);
    if let (
        Some(index),
        Some(Fact::Fate {
            fate,
            decided_by,
            arrival,
            ..
        }),
    ) = (fate, told)
    {
        let plain = (*fate, decided_by, arrival) == (Fate::Delivered, &Decider::Cable, &None);
        if !plain && let Some(mut text) = fate_in_words(near, Some(index)) {
            text.push_str(match (fate, arrival) {
                (Fate::Dropped | Fate::Lost, _) => ": the other kernel never saw it",
                (_, Some(Arrival::OutOfOrder)) => ", before something that was sent earlier",
                (_, Some(Arrival::Again)) => ", though all of it had arrived before",
                _ => "",
            });
            ties.effect(index, text);
        }
    }
    let arrived = near.arrived(&near.entry);
    others(near, packet, arrived, ties);
    if let Some(index) = arrived {
        acknowledges(near, packet, index, ties);
        read(near, packet, ties);
        changed(near, index, ties);
    }
}

/// Copies and further tries of it, and, if it arrived, the packet that acknowledges it.
fn others(near: &Near<'_>, packet: &Packet, arrived: Option<usize>, ties: &mut Ties) {
    let number = Some(packet.number);
    let end = after_last(packet).filter(|end| packet.tcp.is_some_and(|t| *end > t.seq));
    let mut answered = false;
    for (entry, p) in near.after() {
        if p.copy_of == number {
            ties.effect(entry.index, format!("copied as packet {}", p.number));
        } else if p.again == number && is_retry(p) {
            ties.effect(entry.index, format!("sent again as packet {}", p.number));
        }
        let Some(tcp) = p.tcp.filter(|_| p.toward != packet.toward && !answered) else {
            continue;
        };
        let (Some(end), true) = (end, arrived.is_some_and(|i| i < entry.index)) else {
            continue;
        };
        if tcp.flags.has(TcpFlags::RST) {
            answered = true;
            ties.effect(
                entry.index,
                format!("answered by packet {}, a reset", p.number),
            );
        } else if tcp.flags.has(TcpFlags::ACK) && tcp.ack >= end {
            answered = true;
            let text = match packet.kind() {
                Some(PacketKind::Syn) => format!("answered by packet {}: {}", p.number, tcp.flags),
                _ => format!("acknowledged by packet {}", p.number),
            };
            ties.effect(entry.index, text);
        }
    }
}

/// What it acknowledges that nothing before it did.
fn acknowledges(near: &Near<'_>, packet: &Packet, at: usize, ties: &mut Ties) {
    let acks = |p: &Packet| p.tcp.filter(|t| t.flags.has(TcpFlags::ACK)).map(|t| t.ack);
    let Some(ack) = acks(packet) else { return };
    let before = near
        .before()
        .filter(|(_, p)| p.toward == packet.toward)
        .filter_map(|(_, p)| acks(p))
        .max()
        .unwrap_or(0);
    // The SYN has number 0, so the first byte has number 1.
    let (first, last) = (before.saturating_sub(1), ack.saturating_sub(1));
    let fin = near.before().any(|(_, p)| {
        let is_fin = p.tcp.is_some_and(|t| t.flags.has(TcpFlags::FIN));
        p.toward != packet.toward && is_fin && after_last(p) == Some(ack)
    });
    let last = if fin { last.saturating_sub(1) } else { last };
    let mut what = Vec::new();
    if before == 0 && ack > 0 {
        what.push("the SYN".to_owned());
    }
    if last > first {
        what.push(format!("bytes {first}..{last}"));
    }
    if fin && ack > before {
        what.push("the FIN".to_owned());
    }
    if !what.is_empty() {
        let from = packet.toward;
        let what = what.join(" and ");
        ties.effect(at, format!("acknowledges {what} from the {from}"));
    }
}

/// The `recv`s that brought its bytes to the program.
fn read(near: &Near<'_>, packet: &Packet, ties: &mut Ties) {
    let (Some(range), Some(socket)) = (packet.stream(), near.receiver()) else {
        return;
    };
    let Some(streams) = near.streams(socket) else {
        return;
    };
    let chunks = &streams.read;
    let from = chunks.partition_point(|c| c.start + c.len <= range.0);
    let brought = chunks[from..]
        .iter()
        .take_while(|c| overlap(range, (c.start, c.start + c.len)));
    for chunk in brought.take(CALLS) {
        let (first, last) = (
            range.0.max(chunk.start),
            range.1.min(chunk.start + chunk.len),
        );
        let who = the(socket.actor);
        let text = format!("{who}'s recv brought bytes {first}..{last} of the stream");
        ties.effect(chunk.index, text);
    }
}

/// What changed because of it, where the journal says so: states, and calls that returned.
fn changed(near: &Near<'_>, arrived: usize, ties: &mut Ties) {
    /// Told events after the packet that are looked at.
    const MOST: usize = 64;
    let events = near.book.events();
    let told = near.book.told();
    let from = told.partition_point(|&i| i <= near.index);
    let causes = [Some(near.event.id), events.get(arrived).map(|e| e.id)];
    for &index in told[from..].iter().take(MOST) {
        let Some(event) = events.get(index) else {
            continue;
        };
        if event.cause.is_none() || !causes.contains(&event.cause) {
            continue;
        }
        match &event.fact {
            Fact::State { socket, from, to } => {
                ties.effect(index, super::few::steps(*socket, *from, *to));
            }
            Fact::Call(done) => {
                let name = super::near::call_name(event, &done.call);
                let is_told = ties.effects.iter().any(|(i, _)| *i == index);
                if !is_told {
                    ties.effect(index, format!("{name} returned"));
                }
            }
            _ => {}
        }
    }
}
