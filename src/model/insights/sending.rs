//! Why bytes do not go: Nagle's algorithm keeps them, the peer has no room, or they were lost and must go again.

use super::{
    Found,
    words::{other, owner, peer_of},
};
use crate::model::{
    book::Book,
    event::{Fact, Timer},
    ids::Nanos,
    packet::{Fate, Packet, PacketKind, PacketNo},
    session::{Mark, PacketState, Session, SocketState},
    story::words::{bytes, first_upper, number, verb},
    tcp::TcpState,
};

pub(super) fn nagle(_: &Book, session: &Session, socket: &SocketState) -> Option<Found> {
    let mark = socket.marks.nagle?;
    let (detail, _) = socket.detail?;
    let me = owner(session, socket);
    let (small, mss) = (detail.unsent, detail.snd_mss?);
    let what = format!(
        "Nagle's algorithm holds {} back in {me}'s kernel.",
        bytes(small)
    );
    let then = format!(
        "They go when {} before them {} acknowledged.",
        bytes(detail.unacked),
        verb(detail.unacked, "is", "are")
    );
    let sizes = format!(
        "{} {} less than a full segment ({}), and there is room in the window. A packet for so few bytes is mostly headers, so the kernel waits until what it has sent is acknowledged, and collects what the program sends meanwhile.",
        first_upper(&bytes(small)),
        verb(small, "is", "are"),
        bytes(mss.into())
    );
    Some(Found {
        socket: socket.id,
        mark,
        what: [what, then],
        why: vec![
            sizes.into(),
            "Where the receiver delays its ACK as well, each waits for the other, for 40 ms and more: two small sends and then a recv are slow. One send with all of it is not.".into(),
            "Try: send it in one call; or `setsockopt TCP_NODELAY on`, which sends every piece at once. RFC 896; RFC 9293, section 3.7.4; tcp(7).".into(),
        ],
    })
}

pub(super) fn zero_window(_: &Book, session: &Session, socket: &SocketState) -> Option<Found> {
    shut_out(session, socket).or_else(|| announces_nothing(session, socket))
}

/// The sender's kernel knows that there is no room.
fn shut_out(session: &Session, socket: &SocketState) -> Option<Found> {
    let mark = socket.marks.shut_out?;
    // It was told before, if the packet was seen that announced it.
    let told = peer_of(session, socket).and_then(|p| p.marks.shut);
    let mark = Mark {
        at: told.map_or(mark.at, |(since, _)| since.at.min(mark.at)),
        ..mark
    };
    let (detail, _) = socket.detail?;
    let (me, reader) = (owner(session, socket), other(session, socket));
    let what = format!(
        "{}'s window is 0: its receive buffer is full.",
        first_upper(&reader)
    );
    let wait = verb(detail.unsent, "waits", "wait");
    let then = format!(
        "{} {wait} in {me}'s send queue until {reader}'s program reads.",
        bytes(detail.unsent)
    );
    let asks = if matches!(detail.timer, Some((Timer::Probe, _))) {
        "The sender's timer runs already: when it runs out, it asks with a probe whether there is room again, and waits longer each time. "
    } else {
        ""
    };
    let probes = format!(
        "{asks}The peer tells by itself when there is room; the probes are for the case that this word is lost."
    );
    Some(Found {
        socket: socket.id,
        mark,
        what: [what, then],
        why: vec![WINDOW.into(), probes.into(), TRY_TO_READ.into()],
    })
}

/// Its latest segment says that it has no room, which the other kernel has not told, or has nothing to send for.
fn announces_nothing(session: &Session, socket: &SocketState) -> Option<Found> {
    let (mark, number) = socket.marks.shut?;
    let peer = peer_of(session, socket);
    if peer.is_some_and(|p| p.marks.shut_out.is_some()) {
        return None;
    }
    let (me, sender) = (owner(session, socket), other(session, socket));
    let what = format!(
        "{} announces a window of 0: its receive buffer is full.",
        first_upper(&me)
    );
    let on_its_way = session
        .cable
        .packet(number)
        .is_some_and(|p| p.ended.is_none())
        && !session.is_capture();
    let then = if on_its_way {
        format!("Packet {number}, which says so, has not reached {sender} yet.")
    } else {
        let sender = first_upper(&sender);
        format!("{sender} may send nothing more until {me}'s program reads.")
    };
    Some(Found {
        socket: socket.id,
        mark,
        what: [what, then],
        why: vec![WINDOW.into(), TRY_TO_READ.into()],
    })
}

const WINDOW: &str = "Every segment carries a window: how many bytes more its sender's kernel would take. It is the free room of the receive buffer. When the program does not read, the room shrinks to nothing, and the other side has to stop: flow control.";
const TRY_TO_READ: &str = "Try: recv on the receiver's side, until the window opens. The kernel waits with that word until the room is worth a segment. RFC 9293, sections 3.8.6 and 3.8.6.1; RFC 1122, section 4.2.3.3; tcp(7), tcp_rmem.";

pub(super) fn retransmission_pending(
    book: &Book,
    session: &Session,
    socket: &SocketState,
) -> Option<Found> {
    let (detail, _) = socket.detail?;
    let Some((Timer::Retransmit, left)) = detail.timer else {
        return None;
    };
    let me = owner(session, socket);
    let mut gone = gone(book, session, socket);
    let first = gone.iter().map(|g| g.mark.at).min();
    let (mark, what) = match gone.iter().position(|g| !g.again) {
        Some(latest) => {
            let Gone {
                mark,
                number,
                what,
                fate,
                ..
            } = gone.swap_remove(latest);
            let fate = fate.name();
            let what = format!("Packet {number}, {what}, was {fate}: it must be sent again.");
            (mark, what)
        }
        None => (socket.marks.retries?, tried(socket, &me)?),
    };
    let mark = Mark {
        at: first.map_or(mark.at, |at| at.min(mark.at)),
        ..mark
    };
    let tries = detail.tries.unwrap_or(0);
    let waits = detail.rto.unwrap_or(left);
    let then = if tries == 0 {
        format!(
            "{}'s kernel has kept a copy and sends it when its timer runs out.",
            first_upper(&me)
        )
    } else {
        format!(
            "It tries again when no ACK comes within {}.",
            seconds(waits)
        )
    };
    Some(Found {
        socket: socket.id,
        mark,
        what: [what, then],
        why: vec![
            "A packet that is lost leaves no trace: nobody tells the sender. So its kernel keeps a copy of all that is not acknowledged, and a timer; when it runs out, or when later ACKs show a gap, the copy is sent again. The program notices nothing but the delay.".into(),
            format!(
                "The timer is the retransmission time-out, {} now: the round-trip time and a good margin, on Linux 0.2 s at least. It doubles with every try without an ACK, so that a network that has too much to carry is not given more; only the first few SYNs go at the same distance, since Linux 6.5.",
                seconds(waits)
            )
            .into(),
            "Try: wait, and watch the same sequence number go again; or drop it once more, and compare the times. RFC 6298; RFC 9293, section 3.8.1; tcp(7), tcp_retries2.".into(),
        ],
    })
}

/// `0.2 s`, `12 s`.
fn seconds(span: Nanos) -> String {
    match span.millis() {
        ms @ 0..10_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        ms => format!("{} s", ms / 1_000),
    }
}

/// What was sent again already, and to no avail.
fn tried(socket: &SocketState, me: &str) -> Option<String> {
    let (detail, _) = socket.detail?;
    let tries = detail.tries.unwrap_or(0);
    let me = first_upper(me);
    if tries == 0 {
        let lost = detail.lost.filter(|n| *n > 0)?;
        let segments = verb(lost.into(), "segment", "segments");
        let are = verb(lost.into(), "is", "are");
        return Some(format!(
            "{} {segments} of {} {are} taken for lost, and must be sent again.",
            number(lost.into()),
            me.replacen("The ", "the ", 1)
        ));
    }
    let often = match tries {
        1 => "once".to_owned(),
        n => format!("{n} times"),
    };
    Some(match socket.state {
        TcpState::SynSent => format!("{me}'s SYN was sent again {often}, and nobody has answered."),
        TcpState::SynReceived => {
            format!("{me}'s SYN,ACK was sent again {often}, and no ACK has come.")
        }
        state if state.fin_sent() && socket.unacked() == 0 => {
            format!("{me} has sent its FIN again {often}, and no ACK has come.")
        }
        _ => format!("{me} has sent the same bytes again {often}, and no ACK has come."),
    })
}

/// A packet that did not arrive, and whose content is still not acknowledged.
struct Gone {
    mark: Mark,
    number: PacketNo,
    what: String,
    fate: Fate,
    /// Whether its content was sent again since.
    again: bool,
}

/// The packets of this socket that were dropped or lost and are missed, the latest first.
fn gone(book: &Book, session: &Session, socket: &SocketState) -> Vec<Gone> {
    let toward = !socket.id.actor.side();
    let theirs = session.cable.packets.iter().rev();
    let recent = theirs.filter(|p| p.toward == toward).take(FEW);
    let packet_of = |p: &PacketState| match &book.event(p.event)?.fact {
        Fact::Packet(packet) => (packet.socket == Some(socket.id)).then_some(packet),
        _ => None,
    };
    // Of a crowd every socket is asked, in each frame, and few have lost anything.
    let missed = |p: &PacketState| {
        let ended = p.ended.as_ref();
        ended.is_some_and(|e| e.fate != Fate::Delivered) && packet_of(p).is_some()
    };
    if !recent.clone().any(missed) {
        return Vec::new();
    }
    let mut later: Vec<&Packet> = Vec::new();
    let mut all = Vec::new();
    for state in recent {
        let Some(packet) = packet_of(state) else {
            continue;
        };
        let ended = state.ended.as_ref();
        if let Some(ended) = ended.filter(|e| e.fate != Fate::Delivered)
            && needs_an_ack(packet, socket)
        {
            all.push(Gone {
                mark: Mark {
                    event: ended.event,
                    at: ended.at,
                },
                number: packet.number,
                what: content(packet),
                fate: ended.fate,
                again: later.iter().any(|l| covers(l, packet)),
            });
        }
        later.push(packet);
    }
    all
}

/// So many packets of one direction are looked at, the latest first.
const FEW: usize = 64;

/// Whether it uses up sequence numbers that are not acknowledged.
fn needs_an_ack(packet: &Packet, socket: &SocketState) -> bool {
    match packet.kind() {
        Some(PacketKind::Syn) => socket.state == TcpState::SynSent,
        Some(PacketKind::SynAck) => socket.state == TcpState::SynReceived,
        Some(PacketKind::Fin) if packet.len == 0 => {
            matches!(
                socket.state,
                TcpState::FinWait1 | TcpState::Closing | TcpState::LastAck
            )
        }
        Some(PacketKind::Data | PacketKind::Fin) => {
            let acked = socket.counts.map_or(0, |c| c.acked);
            packet.stream().is_some_and(|(_, end)| end > acked)
        }
        _ => false,
    }
}

/// Whether a later packet carries again what that one carried.
fn covers(later: &Packet, packet: &Packet) -> bool {
    match (later.stream(), packet.stream()) {
        (Some((from, to)), Some((first, end))) => from <= first && to >= end,
        _ => later.kind() == packet.kind(),
    }
}

/// `5 bytes`, `the SYN`.
fn content(packet: &Packet) -> String {
    match packet.kind() {
        Some(PacketKind::Syn) => "the SYN".to_owned(),
        Some(PacketKind::SynAck) => "the SYN,ACK".to_owned(),
        Some(PacketKind::Fin) if packet.len == 0 => "the FIN".to_owned(),
        _ => bytes(packet.len.into()),
    }
}
