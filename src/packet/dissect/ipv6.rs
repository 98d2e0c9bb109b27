//! The header of IPv6 and the extension headers that may follow it (RFC 8200).

use super::{
    field::{About, Look, Part, Tree, Words, part},
    layout, show,
};

const RFC: &str = "RFC 8200, 3";

pub(super) const HEADER: Words = Words {
    name: "Internet Protocol Version 6",
    filter: "ipv6",
    meaning: "Carries the packet from host to host, by their addresses.",
    rfc: RFC,
};

/// How long the header proper is.
pub(super) const LENGTH: usize = 40;

#[rustfmt::skip]
const PARTS: &[Part] = &[
    part(("Version", "ipv6.version"), (0, 1), show::decimal, ("Which Internet Protocol this is.", RFC)).bits(0, 4),
    part(("Traffic Class", "ipv6.tclass"), (0, 4), show::hex_bits, ("How routers are to treat the packet.", "RFC 2474, 3")).bits(4, 8),
    part(("Codepoint", "ipv6.tclass.dscp"), (0, 4), show::dscp, ("The class of service that the sender asks for.", "RFC 2474, 3")).bits(4, 6).below(),
    part(("Congestion Notification", "ipv6.tclass.ecn"), (0, 4), show::ecn, ("Whether a router may mark congestion here, and whether one has.", "RFC 3168, 5")).bits(10, 2).below(),
    part(("Flow Label", "ipv6.flow"), (1, 3), show::hex_bits, ("The same number in all packets of a conversation, so that they take one way.", "RFC 6437")).bits(4, 20),
    part(("Payload Length", "ipv6.plen"), (4, 2), show::bytes, ("All that follows this header.", RFC)),
    part(("Next Header", "ipv6.nxt"), (6, 1), show::protocol, ("What follows this header.", RFC)),
    part(("Hop Limit", "ipv6.hlim"), (7, 1), show::decimal, ("Each router takes 1 off; at 0 the packet is thrown away, so none circles for ever.", RFC)),
    part(("Source Address", "ipv6.src"), (8, 16), show::address, ("The host that sends it.", RFC)),
    part(("Destination Address", "ipv6.dst"), (24, 16), show::address, ("The host that it is for.", RFC)),
];

/// An extension header: its number, what it is, and its fields.
struct Extension {
    number: u8,
    words: Words,
    parts: &'static [Part],
}

const OPTIONS_RFC: &str = "RFC 8200, 4.2";

#[rustfmt::skip]
const EXTENSIONS: &[Extension] = &[
    Extension {
        number: layout::HOP_BY_HOP,
        words: Words { name: "Hop-by-Hop Options", filter: "ipv6.hopopts", meaning: "Options for every router on the way.", rfc: "RFC 8200, 4.3" },
        parts: &[
            part(("Next Header", "ipv6.hopopts.nxt"), (0, 1), show::protocol, ("What follows this header.", OPTIONS_RFC)),
            part(("Length", "ipv6.hopopts.len"), (1, 1), eights_behind, ("In units of 8 bytes, without the first 8.", OPTIONS_RFC)),
        ],
    },
    Extension {
        number: layout::ROUTING,
        words: Words { name: "Routing Header", filter: "ipv6.routing", meaning: "Nodes that the packet is to visit on its way.", rfc: "RFC 8200, 4.4" },
        parts: &[
            part(("Next Header", "ipv6.routing.nxt"), (0, 1), show::protocol, ("What follows this header.", "RFC 8200, 4.4")),
            part(("Length", "ipv6.routing.len"), (1, 1), eights_behind, ("In units of 8 bytes, without the first 8.", "RFC 8200, 4.4")),
            part(("Type", "ipv6.routing.type"), (2, 1), show::decimal, ("Which kind of routing header.", "RFC 8200, 4.4")),
            part(("Segments Left", "ipv6.routing.segleft"), (3, 1), show::decimal, ("How many nodes are still to be visited.", "RFC 8200, 4.4")),
        ],
    },
    Extension {
        number: layout::FRAGMENT,
        words: Words { name: "Fragment Header", filter: "ipv6.fraghdr", meaning: "This is a part of a larger packet, which its sender has cut up.", rfc: "RFC 8200, 4.5" },
        parts: &[
            part(("Next Header", "ipv6.fraghdr.nxt"), (0, 1), show::protocol, ("What the whole packet carries.", "RFC 8200, 4.5")),
            part(("Reserved", "ipv6.fraghdr.reserved_octet"), (1, 1), show::hex, ("Must be 0.", "RFC 8200, 4.5")),
            part(("Fragment Offset", "ipv6.fraghdr.offset"), (2, 2), show::eights, ("Where this fragment's data belong in the whole.", "RFC 8200, 4.5")).bits(0, 13),
            part(("Reserved Bits", "ipv6.fraghdr.reserved_bits"), (2, 2), show::hex_bits, ("Must be 0.", "RFC 8200, 4.5")).bits(13, 2),
            part(("More Fragments", "ipv6.fraghdr.more"), (2, 2), show::bit, ("Whether this is not the last fragment.", "RFC 8200, 4.5")).bits(15, 1),
            part(("Identification", "ipv6.fraghdr.ident"), (4, 4), show::hex, ("The same number in all fragments of one packet.", "RFC 8200, 4.5")),
        ],
    },
    Extension {
        number: layout::AUTHENTICATION,
        words: Words { name: "Authentication Header", filter: "ah", meaning: "Proves who sent the packet.", rfc: "RFC 4302" },
        parts: &[
            part(("Next Header", "ah.next_header"), (0, 1), show::protocol, ("What follows this header.", "RFC 4302, 2.1")),
            part(("Length", "ah.length"), (1, 1), show::decimal, ("In units of 4 bytes, less 2.", "RFC 4302, 2.2")),
        ],
    },
    Extension {
        number: layout::DESTINATION,
        words: Words { name: "Destination Options", filter: "ipv6.dstopts", meaning: "Options for the host that the packet is for.", rfc: "RFC 8200, 4.6" },
        parts: &[
            part(("Next Header", "ipv6.dstopts.nxt"), (0, 1), show::protocol, ("What follows this header.", OPTIONS_RFC)),
            part(("Length", "ipv6.dstopts.len"), (1, 1), eights_behind, ("In units of 8 bytes, without the first 8.", OPTIONS_RFC)),
        ],
    },
];

fn eights_behind(look: &Look<'_>) -> String {
    format!("{} ({} bytes)", look.number, (look.number + 1) * 8)
}

/// The extension headers: each one's row, its place and its length.
fn walk(tree: &Tree<'_>, base: usize) -> Vec<(&'static Extension, usize, usize)> {
    let there = tree.at(0, tree.limit);
    layout::extensions(tree.byte(base + 6), there, base + LENGTH)
        .filter_map(|found| {
            let row = EXTENSIONS.iter().find(|e| e.number == found.number)?;
            Some((row, found.at, found.length))
        })
        .collect()
}

/// How long the header is with all its extensions.
pub(super) fn length(tree: &Tree<'_>, base: usize) -> usize {
    let last = walk(tree, base)
        .last()
        .map(|(_, at, length)| at + length - base);
    last.unwrap_or(LENGTH)
}

/// The header's fields, and those of its extensions.
pub(super) fn header(tree: &mut Tree<'_>, base: usize, depth: usize, about: &About<'_>) {
    tree.parts(depth, base, PARTS, about);
    for (extension, at, length) in walk(tree, base) {
        let value = format!("{length} bytes");
        tree.add(depth, extension.words, at, at + length, value);
        tree.parts(depth + 1, at, extension.parts, about);
    }
}
