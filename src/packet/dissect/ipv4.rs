//! The header of IPv4, as RFC 791, section 3.1, draws it.

use super::{
    field::{About, Look, Part, Tree, Words, part},
    show,
};
use crate::model::payload::hex;

const RFC: &str = "RFC 791, 3.1";

pub(super) const HEADER: Words = Words {
    name: "Internet Protocol Version 4",
    filter: "ip",
    meaning: "Carries the packet from host to host, by their addresses.",
    rfc: RFC,
};

#[rustfmt::skip]
const PARTS: &[Part] = &[
    part(("Version", "ip.version"), (0, 1), show::decimal, ("Which Internet Protocol this is.", RFC)).bits(0, 4),
    part(("Header Length", "ip.hdr_len"), (0, 1), show::words, ("Where the header ends: 20 bytes unless it has options.", RFC)).bits(4, 4),
    part(("Differentiated Services", "ip.dsfield"), (1, 1), show::hex, ("How routers are to treat the packet.", "RFC 2474, 3")),
    part(("Codepoint", "ip.dsfield.dscp"), (1, 1), show::dscp, ("The class of service that the sender asks for.", "RFC 2474, 3")).bits(0, 6).below(),
    part(("Congestion Notification", "ip.dsfield.ecn"), (1, 1), show::ecn, ("Whether a router may mark congestion here, and whether one has.", "RFC 3168, 5")).bits(6, 2).below(),
    part(("Total Length", "ip.len"), (2, 2), show::bytes, ("The whole packet, header and data.", RFC)),
    part(("Identification", "ip.id"), (4, 2), show::hex, ("The same number in all fragments of one packet.", RFC)),
    part(("Flags", "ip.flags"), (6, 1), show::hex_bits, ("What may be done when the packet is too big for a link.", RFC)).bits(0, 3),
    part(("Reserved Bit", "ip.flags.rb"), (6, 1), show::bit, ("Must be 0.", RFC)).bits(0, 1).below(),
    part(("Don't Fragment", "ip.flags.df"), (6, 1), show::bit, ("Who finds it too big must drop it and say so; so the path's MTU is found.", "RFC 1191")).bits(1, 1).below(),
    part(("More Fragments", "ip.flags.mf"), (6, 1), show::bit, ("Whether this is a fragment that is not the last.", RFC)).bits(2, 1).below(),
    part(("Fragment Offset", "ip.frag_offset"), (6, 2), show::eights, ("Where this fragment's data belong in the whole.", RFC)).bits(3, 13),
    part(("Time to Live", "ip.ttl"), (8, 1), show::decimal, ("Each router takes 1 off; at 0 the packet is thrown away, so none circles for ever.", RFC)),
    part(("Protocol", "ip.proto"), (9, 1), show::protocol, ("What the packet carries.", RFC)),
    part(("Header Checksum", "ip.checksum"), (10, 2), checksum, ("Shows whether the header was damaged; it does not cover the data.", "RFC 1071")),
    part(("Source Address", "ip.src"), (12, 4), show::address, ("The host that sends it.", RFC)),
    part(("Destination Address", "ip.dst"), (16, 4), show::address, ("The host that it is for.", RFC)),
];

fn checksum(look: &Look<'_>) -> String {
    show::checksum(look, look.about.checksums.ip)
}

/// The options: number, name, Wireshark's name, meaning, and where that stands.
#[rustfmt::skip]
const OPTIONS: &[(u8, Words)] = &[
    (0, Words { name: "End of Options", filter: "ip.options.eol", meaning: "No more options follow.", rfc: RFC }),
    (1, Words { name: "No Operation", filter: "ip.options.nop", meaning: "Nothing, to fill a gap.", rfc: RFC }),
    (7, Words { name: "Record Route", filter: "ip.options.rr", meaning: "Each router writes its address here.", rfc: RFC }),
    (68, Words { name: "Timestamp", filter: "ip.options.timestamp", meaning: "Each router writes the time here.", rfc: RFC }),
    (131, Words { name: "Loose Source Route", filter: "ip.options.lsr", meaning: "Routers that the packet must pass; mostly refused today.", rfc: RFC }),
    (137, Words { name: "Strict Source Route", filter: "ip.options.ssr", meaning: "The whole way that the packet must take; mostly refused today.", rfc: RFC }),
    (148, Words { name: "Router Alert", filter: "ip.options.routeralert", meaning: "Routers on the way should look inside.", rfc: "RFC 2113" }),
];

const UNKNOWN: Words = Words {
    name: "Unknown Option",
    filter: "",
    meaning: "An option that is not known here.",
    rfc: RFC,
};

/// The header's fields; it is `length` bytes long.
pub(super) fn header(
    tree: &mut Tree<'_>,
    base: usize,
    length: usize,
    depth: usize,
    about: &About<'_>,
) {
    tree.parts(depth, base, PARTS, about);
    let (mut at, end) = (base + 20, tree.range(base, base + length).end);
    while at < end {
        let kind = tree.byte(at);
        let words = OPTIONS.iter().find(|(number, _)| *number == kind);
        let words = words.map_or(UNKNOWN, |(_, words)| *words);
        let size = match kind {
            0 | 1 => 1,
            _ if at + 1 < end => usize::from(tree.byte(at + 1)),
            _ => 0,
        };
        let sound = size > 0 && (kind < 2 || size >= 2) && at + size <= end;
        let to = if sound { at + size } else { end };
        let value = match kind {
            0 | 1 => String::new(),
            _ if sound => format!("0x{}", hex(tree.at(at, to))),
            _ => "its length cannot be".to_owned(),
        };
        tree.add(depth, words, at, to, value);
        if kind == 0 || !sound {
            return;
        }
        at = to;
    }
}
