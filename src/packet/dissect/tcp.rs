//! The header of TCP, as RFC 9293, section 3.1, draws it.

use super::{
    field::{About, Look, Part, Tree, Words, part},
    show, tcp_options,
};
use crate::model::packet::TcpFlags;

const RFC: &str = "RFC 9293, 3.1";

pub(super) const HEADER: Words = Words {
    name: "Transmission Control Protocol",
    filter: "tcp",
    meaning: "Makes a stream of bytes, in order and without loss, of packets that may be neither.",
    rfc: "RFC 9293",
};

pub(super) const DATA: Words = Words {
    name: "Data",
    filter: "tcp.payload",
    meaning: "A piece of the stream, as the program wrote it.",
    rfc: "RFC 9293, 3.1",
};

#[rustfmt::skip]
const PARTS: &[Part] = &[
    part(("Source Port", "tcp.srcport"), (0, 2), show::decimal, ("Which socket of the sending host.", RFC)),
    part(("Destination Port", "tcp.dstport"), (2, 2), show::decimal, ("Which socket of the receiving host.", RFC)),
    part(("Sequence Number", "tcp.seq"), (4, 4), seq, ("The number of the first byte of data; a SYN and a FIN use up one, too.", "RFC 9293, 3.4")),
    part(("Acknowledgment Number", "tcp.ack"), (8, 4), ack, ("The next number that the sender of this expects: it has all before it.", "RFC 9293, 3.4")),
    part(("Header Length", "tcp.hdr_len"), (12, 1), show::words, ("Where the header ends: 20 bytes unless it has options.", RFC)).bits(0, 4),
    part(("Flags", "tcp.flags"), (12, 2), flags, ("What this segment is for.", RFC)).bits(4, 12),
    part(("Reserved", "tcp.flags.res"), (12, 1), show::hex_bits, ("Must be 0.", RFC)).bits(4, 3).below(),
    part(("Accurate ECN", "tcp.flags.ae"), (12, 1), show::bit, ("More exact news of congestion, where both ends agreed on it.", "RFC 9768")).bits(7, 1).below(),
    part(("CWR", "tcp.flags.cwr"), (13, 1), show::bit, ("The sender has slowed down after a mark of congestion.", "RFC 3168, 6.1.2")).bits(0, 1).below(),
    part(("ECE", "tcp.flags.ece"), (13, 1), show::bit, ("A packet with a mark of congestion has arrived; in a SYN: such marks are welcome.", "RFC 3168, 6.1.3")).bits(1, 1).below(),
    part(("URG", "tcp.flags.urg"), (13, 1), show::bit, ("The urgent pointer counts.", "RFC 9293, 3.8.5")).bits(2, 1).below(),
    part(("ACK", "tcp.flags.ack"), (13, 1), show::bit, ("The acknowledgment number counts: so in all but the first SYN.", RFC)).bits(3, 1).below(),
    part(("PSH", "tcp.flags.push"), (13, 1), show::bit, ("Hand what has come to the program now.", "RFC 9293, 3.9.1.2")).bits(4, 1).below(),
    part(("RST", "tcp.flags.reset"), (13, 1), show::bit, ("The connection ends at once, or there is none.", "RFC 9293, 3.5.2")).bits(5, 1).below(),
    part(("SYN", "tcp.flags.syn"), (13, 1), show::bit, ("Says where the sender's sequence numbers begin: how a connection opens.", "RFC 9293, 3.5")).bits(6, 1).below(),
    part(("FIN", "tcp.flags.fin"), (13, 1), show::bit, ("The sender will send no more data.", "RFC 9293, 3.6")).bits(7, 1).below(),
    part(("Window", "tcp.window_size_value"), (14, 2), window, ("How many bytes beyond the acknowledgment number the sender of this would take.", "RFC 9293, 3.8.6")),
    part(("Checksum", "tcp.checksum"), (16, 2), show::transport_checksum, ("Shows whether header or data were damaged, or came to the wrong host.", RFC)),
    part(("Urgent Pointer", "tcp.urgent_pointer"), (18, 2), show::decimal, ("Where urgent data end, if URG is set.", "RFC 9293, 3.8.5")),
];

fn seq(look: &Look<'_>) -> String {
    let raw = look.number;
    match look.about.relative {
        Some(tcp) => format!("{} (raw {raw})", tcp.seq),
        None => raw.to_string(),
    }
}

fn ack(look: &Look<'_>) -> String {
    let raw = look.number;
    match look.about.relative {
        _ if !TcpFlags(look.about.flags).has(TcpFlags::ACK) => {
            format!("{raw}, does not count: ACK is not set")
        }
        Some(tcp) => format!("{} (raw {raw})", tcp.ack),
        None => raw.to_string(),
    }
}

fn flags(look: &Look<'_>) -> String {
    format!("0x{:03x} ({})", look.number, TcpFlags(look.number as u8))
}

fn window(look: &Look<'_>) -> String {
    match look.about.relative {
        Some(tcp) if tcp.window != u32::from(tcp.window_raw) => {
            format!("{} scaled: {} bytes", look.number, tcp.window)
        }
        _ => show::bytes(look),
    }
}

/// The header with its fields and options; the packet's data, which follow it, end at `end`.
pub(super) fn tcp(tree: &mut Tree<'_>, base: usize, end: usize, depth: usize, about: &About<'_>) {
    let told = usize::from(tree.byte(base + 12) >> 4) * 4;
    let readable = base + 12 < tree.limit;
    // A length that cannot be, or was not kept, is taken for the shortest.
    let length = if told >= 20 && base + told <= end {
        told
    } else {
        20
    };
    let flags = tree.byte(base + 13);
    let about = About { flags, ..*about };
    let summary = match (readable, told == length) {
        (true, true) => format!(
            "{} to {}, {}",
            tree.word(base),
            tree.word(base + 2),
            TcpFlags(flags)
        ),
        (true, false) => "the length of this header cannot be".to_owned(),
        (false, _) => format!("{} to {}", tree.word(base), tree.word(base + 2)),
    };
    tree.add(depth, HEADER, base, (base + length).min(end), summary);
    tree.parts(depth + 1, base, PARTS, &about);
    if length > 20 {
        tcp_options::options(tree, base + 20, base + length, depth + 1, &about);
    }
    tree.data(depth, DATA, base + length, end, &about);
}
