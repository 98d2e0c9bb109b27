//! What the journal proves about a call that failed: which packets were sent for it, and what became of them. Where it
//! proves nothing, nothing is said, and the table of errors has the usual cause.

use super::{
    passage::{BrokenOff, broken_off, is_an_answer},
    words::{counted, safe, the},
};
use crate::model::{
    book::Book,
    call::CallDone,
    errno::Errno,
    event::{Fact, Sight},
    ids::{Actor, Side, SocketId},
    packet::{Decider, Fate, Notable, Packet, PacketKind},
    session::Session,
};

/// How many packets are looked back over.
const FAR: usize = 512;

/// Why this call failed, as its packets show; `index` is its place in the journal, and the session is of that moment.
pub(super) fn cause(
    book: &Book,
    session: &Session,
    index: usize,
    done: &CallDone,
) -> Option<String> {
    let errno = done.errno?;
    let id = done.socket?;
    if matches!(*session.sight, Sight::None { .. }) {
        return None;
    }
    match errno {
        Errno::ETIMEDOUT => silence(book, session, index, id, done.call.name()),
        Errno::ECONNREFUSED | Errno::ECONNRESET | Errno::EPIPE => {
            reset(book, session, index, id, errno)
        }
        _ => None,
    }
}

/// The packets before this place, newest first, with what became of them by then.
fn packets(book: &Book, index: usize) -> impl Iterator<Item = (usize, &Packet, Option<&Fact>)> {
    let entries = book.packets();
    let end = entries.partition_point(|e| e.index < index);
    entries[end.saturating_sub(FAR)..end]
        .iter()
        .rev()
        .filter_map(move |e| {
            let fate = e.fate.filter(|at| *at < index);
            let fate = fate.and_then(|at| book.events().get(at)).map(|e| &e.fact);
            Some((e.index, book.packet_at(e)?, fate))
        })
}

/// Nothing came back: what was sent, how often, and who took it off the cable.
fn silence(
    book: &Book,
    session: &Session,
    index: usize,
    id: SocketId,
    call: &str,
) -> Option<String> {
    // A first try ends the search: what came before it was acknowledged.
    let is_asked = |p: &Packet| match p.kind() {
        Some(PacketKind::Syn) => call == "connect",
        Some(PacketKind::Data | PacketKind::Fin) => call != "connect",
        _ => false,
    };
    let what = if call == "connect" { "SYN" } else { "data" };
    let (mut sent, mut gone, mut by) = (0, 0, None);
    for (_, p, fate) in packets(book, index).filter(|(_, p, _)| p.socket == Some(id) && is_asked(p))
    {
        sent += 1;
        if let Some(Fact::Fate {
            fate, decided_by, ..
        }) = fate
            && *fate != Fate::Delivered
        {
            gone += 1;
            by.get_or_insert(decided_by);
        }
        if !p.notable.contains(&Notable::Retransmission) {
            break;
        }
    }
    if sent == 0 {
        return None;
    }
    let its = format!("Its {what} was sent {}", counted(sent, "time"));
    match by {
        Some(by) if gone == sent => {
            let all = if sent == 1 { "" } else { " each time" };
            Some(format!("{its}, and{all} {}.", taken(by)))
        }
        Some(by) => Some(format!("{its}: {gone} of them {}.", taken(by))),
        None if !session.cable.rules.is_empty() || session.cable.dropped > 0 => Some(format!(
            "{its} and arrived, but no answer to it came back through the cable."
        )),
        None => None,
    }
}

/// Who took it off the cable.
fn taken(by: &Decider) -> String {
    match by {
        Decider::You => "you dropped it".to_owned(),
        Decider::Rule(text) if text.starts_with("unplug") => "the cable was unplugged".to_owned(),
        Decider::Rule(text) => format!("your rule `{}` dropped it", safe(text, 40)),
        Decider::Cable => "the cable had no room for it".to_owned(),
    }
}

/// A reset came: which packet it was, and why it was sent where the journal shows it.
fn reset(
    book: &Book,
    session: &Session,
    index: usize,
    id: SocketId,
    errno: Errno,
) -> Option<String> {
    let socket = session.socket(id)?;
    let (own, peer) = (socket.local?, socket.peer?);
    let is_ours =
        |p: &Packet| p.kind() == Some(PacketKind::Rst) && p.to == own && p.is_between(own, peer);
    let (at, rst, _) = packets(book, index).find(|(_, p, fate)| {
        is_ours(p) && !matches!(fate, Some(Fact::Fate { fate, .. }) if *fate != Fate::Delivered)
    })?;
    let number = rst.number;
    if rst.notable.contains(&Notable::Refused) {
        return Some(format!(
            "Nothing listens on {peer}: its kernel answered the SYN with a reset (packet {number})."
        ));
    }
    if errno == Errno::ECONNREFUSED {
        return None;
    }
    let usual = match id.actor.side() {
        Side::Server => Actor::CLIENT,
        Side::Client => Actor::Server,
    };
    let other = the(socket.peer_socket.map_or(usual, |s| s.actor));
    let first = format!("A reset came from {other}'s kernel (packet {number})");
    let closer = socket.peer_socket.or(rst.socket);
    let how = closer.and_then(|closer| broken_off(book, at, &[closer])?.1);
    Some(if let Some(how) = how {
        let why = match how {
            _ if is_an_answer(rst) => "it knows no such connection any more",
            BrokenOff::Aborted => "its socket was closed with SO_LINGER and 0 seconds",
            BrokenOff::Unread(_) => "its program closed the socket with bytes unread",
        };
        format!("{first}: {why}.")
    } else if closer
        .and_then(|c| session.socket(c))
        .is_some_and(|s| s.closed)
    {
        format!("{first}: its program has closed the socket, and more came for it.")
    } else {
        format!("{first}.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        call::Call,
        ids::{CallId, Fd},
        packet::{PacketNo, TcpFlags},
        story::{
            tell::sentence,
            testing::{Play, done},
        },
    };

    fn last(play: &Play) -> String {
        let book = play.book();
        sentence(book, book.events().len() - 1).unwrap()
    }

    #[test]
    fn a_connect_that_timed_out_knows_who_dropped_its_syn() {
        let mut play = Play::lab();
        play.walk(0).walk(2);
        let client = SocketId::own(Actor::CLIENT, 0);
        let drop = |play: &mut Play, more: fn(&mut Packet)| {
            let syn = play.packet_as(Side::Server, TcpFlags::SYN, (0, 0), b"", more);
            play.fate(syn, Fate::Dropped, Decider::You);
        };
        drop(&mut play, |_| {});
        for _ in 0..2 {
            drop(&mut play, |p| {
                (p.notable, p.again) = (vec![Notable::Retransmission], Some(PacketNo(1)));
            });
        }
        let addr = "10.0.0.1:10008".parse().unwrap();
        let mut failed = done(CallId(99), Call::Connect { fd: Fd(4), addr }, -1);
        (failed.errno, failed.socket) = (Some(Errno::ETIMEDOUT), Some(client));
        let fact = Fact::Call(Box::new(failed));
        play.see(Some(Actor::CLIENT), crate::model::event::Source::Call, fact);
        let text = last(&play);
        assert!(
            text.contains("Its SYN was sent 3 times, and each time you dropped it."),
            "{text}"
        );
    }

    #[test]
    fn a_refused_connect_names_the_packet() {
        let mut play = Play::lab();
        play.walk(0).walk(2);
        let client = SocketId::own(Actor::CLIENT, 0);
        play.passes(Side::Server, TcpFlags::SYN, (0, 0), b"");
        let flags = TcpFlags::RST | TcpFlags::ACK;
        let rst = play.packet_as(Side::Client, flags, (0, 1), b"", |p| {
            p.notable = vec![Notable::Refused];
        });
        play.fate(rst, Fate::Delivered, Decider::Cable);
        let addr = "10.0.0.1:10008".parse().unwrap();
        let mut failed = done(CallId(99), Call::Connect { fd: Fd(4), addr }, -1);
        (failed.errno, failed.socket) = (Some(Errno::ECONNREFUSED), Some(client));
        let fact = Fact::Call(Box::new(failed));
        play.see(Some(Actor::CLIENT), crate::model::event::Source::Call, fact);
        assert!(last(&play).contains("answered the SYN with a reset (packet 2)"));
    }
}
