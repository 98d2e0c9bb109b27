//! A packet for the page: what stands on its arrow, what became of it, every field of it, its bytes.

use super::{
    data::{Data, Once, PacketData},
    escape::plain,
    snap::side,
};
use crate::{
    model::{
        book::Book,
        event::{Event, Source},
        ids::{Actor, Side},
        packet::{Notable, Packet, Protocol, TcpFlags},
        payload::{escaped, hex},
        session::Session,
        story::{
            packets::{icmp, notes},
            ties,
            words::first_upper,
        },
    },
    packet::{dissect, dissect_captured},
};

/// Bytes of one packet or call at most.
pub(super) const MOST_BYTES: usize = 2048;
/// Bytes of one when all of them have used up [`BUDGET`].
const FEW_BYTES: usize = 128;
/// Bytes of all packets and calls, after which each keeps few.
const BUDGET: usize = 1 << 20;
/// Fields of one packet.
const MOST_FIELDS: usize = 160;
/// Characters of data on an arrow.
const MOST_DATA: usize = 64;

/// How many bytes may still be kept.
#[derive(Debug, Default)]
pub(super) struct Room(usize);

impl Room {
    /// What is kept of these bytes.
    pub(super) fn kept<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let most = if self.0 > BUDGET {
            FEW_BYTES
        } else {
            MOST_BYTES
        };
        let kept = &bytes[..bytes.len().min(most)];
        self.0 += kept.len();
        kept
    }
}

/// The words of fields, each once.
pub(super) type Words = Once<(&'static str, &'static str, &'static str)>;

/// Takes a packet in; `index` is its event's place, `session` how things were when it entered.
pub(super) fn take(
    (data, words, room): (&mut Data, &mut Words, &mut Room),
    book: &Book,
    session: &Session,
    (index, event): (usize, &Event),
    packet: &Packet,
) -> usize {
    let kept = room.kept(&packet.bytes.kept);
    let fields = if event.source == Source::Capture {
        dissect_captured(kept, packet.tcp.as_ref())
    } else {
        dissect(kept, packet.tcp.as_ref())
    };
    let fields = fields.into_iter().take(MOST_FIELDS).map(|f| {
        let word = words.place((f.name, f.meaning, f.rfc), &mut data.words, |w| w);
        let bits = f.bits.map(|b| (b.first, b.count));
        (f.depth, word, f.value, f.bytes.start, f.bytes.end, bits)
    });
    let fields = fields.collect();
    let tcp = packet.tcp;
    let acks = tcp.filter(|t| t.flags.has(TcpFlags::ACK));
    let entries = book.packets();
    let entry = entries
        .binary_search_by_key(&index, |p| p.index)
        .ok()
        .map(|at| entries[at]);
    let m = data.moments.len();
    let icmp = icmp(book, index, packet);
    let says = icmp.is_some();
    data.packets.push(PacketData {
        m,
        n: packet.number.0,
        at: super::walk::clock(event.at_ns),
        to: side(packet.toward),
        from_addr: packet.from.to_string(),
        to_addr: packet.to.to_string(),
        whose: if data.several {
            whose(session, packet)
        } else {
            String::new()
        },
        flags: tcp.map_or_else(
            || packet.protocol.name().to_owned(),
            |t| {
                Some(t.flags.to_string())
                    .filter(|f| !f.is_empty())
                    .unwrap_or_else(|| "TCP".to_owned())
            },
        ),
        seq: tcp.map_or_else(
            || icmp.unwrap_or_default(),
            |t| match packet.len {
                0 => format!("seq {}", t.seq),
                len => format!("seq {}:{}", t.seq, t.seq.saturating_add(len.into())),
            },
        ),
        ack: acks.map_or_else(String::new, |t| format!("ack {}", t.ack)),
        shut: tcp.is_some_and(|t| t.window == 0 && !t.flags.has(TcpFlags::RST)),
        len: match packet.protocol {
            Protocol::Other => packet.bytes.len(),
            _ => packet.len.into(),
        },
        text: text(packet).filter(|_| !says).unwrap_or_default(),
        notes: notes(packet),
        again: packet.notable.contains(&Notable::Retransmission),
        made: packet.made_by_cable || packet.copy_of.is_some(),
        fate: None,
        why: entry.map_or_else(Vec::new, |entry| why(book, packet, entry.index)),
        fields,
        hex: hex(kept),
        omitted: packet.bytes.len() - kept.len() as u64,
    });
    data.packets.len() - 1
}

/// Which client it is about, when there are several.
fn whose(session: &Session, packet: &Packet) -> String {
    let port = match packet.toward {
        Side::Server => packet.from.port(),
        Side::Client => packet.to.port(),
    };
    let known = packet.socket.and_then(|id| match id.actor {
        Actor::Client(_) => Some(id.actor),
        Actor::Server => session.socket(id)?.peer_socket.map(|peer| peer.actor),
    });
    known.map_or_else(|| format!(":{port}"), |actor| actor.to_string())
}

/// The beginning of its data, as far as they are there: what stands at its end.
fn text(packet: &Packet) -> Option<String> {
    let len = usize::try_from(packet.len).ok().filter(|len| *len > 0)?;
    let from = usize::try_from(packet.bytes.len()).ok()?.checked_sub(len)?;
    let kept = packet
        .bytes
        .kept
        .get(from..)
        .filter(|kept| !kept.is_empty())?;
    let near = &kept[..kept.len().min(MOST_DATA)];
    let more = if len > near.len() { "…" } else { "" };
    Some(plain(
        &format!("\"{}{more}\"", escaped(near)),
        4 * MOST_DATA,
    ))
}

/// What a packet is, what it comes from and what it led to, a sentence each.
fn why(book: &Book, packet: &Packet, index: usize) -> Vec<String> {
    let ties = ties::of_packet(book, book.session(), index);
    let tied = ties.causes.into_iter().chain(ties.effects);
    let sentence = |(_, text): (usize, String)| format!("{}.", first_upper(&text));
    ties::why(packet)
        .into_iter()
        .chain(tied.map(sentence))
        .collect()
}
