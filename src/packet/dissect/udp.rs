//! The header of UDP (RFC 768).

use super::{
    field::{About, Look, Part, Tree, Words, part},
    show,
};

const RFC: &str = "RFC 768";

const HEADER: Words = Words {
    name: "User Datagram Protocol",
    filter: "udp",
    meaning: "Carries one message to a socket; no order, no acknowledgement, no second try.",
    rfc: RFC,
};

const DATA: Words = Words {
    name: "Data",
    filter: "udp.payload",
    meaning: "The message, as the program wrote it.",
    rfc: RFC,
};

const BEHIND: Words = Words {
    name: "Behind the Datagram",
    filter: "",
    meaning: "Bytes of the packet that the datagram does not claim.",
    rfc: RFC,
};

#[rustfmt::skip]
const PARTS: &[Part] = &[
    part(("Source Port", "udp.srcport"), (0, 2), show::decimal, ("Which socket of the sending host.", RFC)),
    part(("Destination Port", "udp.dstport"), (2, 2), show::decimal, ("Which socket of the receiving host.", RFC)),
    part(("Length", "udp.length"), (4, 2), show::bytes, ("This header and the data.", RFC)),
    part(("Checksum", "udp.checksum"), (6, 2), checksum, ("Shows whether header or data were damaged; 0 says that none was made.", RFC)),
];

fn checksum(look: &Look<'_>) -> String {
    if look.number == 0 {
        "0x0000, none was made".to_owned()
    } else {
        show::transport_checksum(look)
    }
}

/// The header with its fields, and the data; the packet ends at `end`.
pub(super) fn udp(tree: &mut Tree<'_>, base: usize, end: usize, depth: usize, about: &About<'_>) {
    let summary = format!("{} to {}", tree.word(base), tree.word(base + 2));
    tree.add(depth, HEADER, base, (base + 8).min(end), summary);
    tree.parts(depth + 1, base, PARTS, about);
    let told = tree.word(base + 4);
    let stop = if told < 8 { end } else { end.min(base + told) };
    tree.data(depth, DATA, base + 8, stop, about);
    tree.data(depth, BEHIND, stop.max(base + 8), end, about);
}
