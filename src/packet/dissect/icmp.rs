//! Messages about packets: ICMP (RFC 792) and `ICMPv6` (RFC 4443), with the packet that they are about.

use super::{
    field::{About, Look, Part, Tree, Words, part},
    packet, show,
};
use crate::model::packet::icmp;

/// What follows the first four bytes.
#[derive(Clone, Copy)]
enum Body {
    /// Fields, and then data.
    Data(&'static [Part]),
    /// Fields, and then the beginning of the packet that the message is about.
    Packet(&'static [Part]),
}

/// A kind of message: number, and what follows.
type Kind = (u8, Body);

const V4: &str = "RFC 792";
const V6: &str = "RFC 4443, 2.1";

#[rustfmt::skip]
const ECHO: &[Part] = &[
    part(("Identifier", "icmp.ident"), (4, 2), show::decimal, ("Which ping asks.", V4)),
    part(("Sequence Number", "icmp.seq"), (6, 2), show::decimal, ("Which of its questions.", V4)),
];

#[rustfmt::skip]
const ECHO_6: &[Part] = &[
    part(("Identifier", "icmpv6.echo.identifier"), (4, 2), show::decimal, ("Which ping asks.", "RFC 4443, 4.1")),
    part(("Sequence Number", "icmpv6.echo.sequence_number"), (6, 2), show::decimal, ("Which of its questions.", "RFC 4443, 4.1")),
];

#[rustfmt::skip]
const UNUSED: &[Part] = &[part(("Unused", "icmp.unused"), (4, 4), show::hex, ("Nothing.", V4))];

#[rustfmt::skip]
const NEXT_HOP: &[Part] = &[
    part(("Unused", "icmp.unused"), (4, 2), show::hex, ("Nothing.", "RFC 1191, 4")),
    part(("MTU of Next Hop", "icmp.mtu"), (6, 2), show::bytes, ("The largest packet that would fit: the sender cuts its segments to this.", "RFC 1191, 4")),
];

#[rustfmt::skip]
const GATEWAY: &[Part] = &[part(("Gateway Address", "icmp.redir_gw"), (4, 4), show::address, ("The better router.", V4))];

#[rustfmt::skip]
const POINTER: &[Part] = &[part(("Pointer", "icmp.pointer"), (4, 1), show::decimal, ("Which byte is wrong.", V4))];

#[rustfmt::skip]
const RESERVED_6: &[Part] = &[part(("Reserved", "icmpv6.reserved"), (4, 4), show::hex, ("Nothing.", V6))];

#[rustfmt::skip]
const MTU_6: &[Part] = &[part(("MTU", "icmpv6.mtu"), (4, 4), show::bytes, ("The largest packet that would fit: the sender cuts its segments to this.", "RFC 4443, 3.2"))];

#[rustfmt::skip]
const POINTER_6: &[Part] = &[part(("Pointer", "icmpv6.pointer"), (4, 4), show::decimal, ("Which byte is wrong.", "RFC 4443, 3.4"))];

#[rustfmt::skip]
const SOLICITATION: &[Part] = &[
    part(("Reserved", "icmpv6.reserved"), (4, 4), show::hex, ("Nothing.", "RFC 4861, 4.3")),
    part(("Target Address", "icmpv6.nd.ns.target_address"), (8, 16), show::address, ("The address that is asked about.", "RFC 4861, 4.3")),
];

#[rustfmt::skip]
const KINDS: &[Kind] = &[
    (0, Body::Data(ECHO)),
    (3, Body::Packet(UNUSED)),
    (5, Body::Packet(GATEWAY)),
    (8, Body::Data(ECHO)),
    (11, Body::Packet(UNUSED)),
    (12, Body::Packet(POINTER)),
    (13, Body::Data(ECHO)),
    (14, Body::Data(ECHO)),
];

#[rustfmt::skip]
const KINDS_6: &[Kind] = &[
    (1, Body::Packet(RESERVED_6)),
    (2, Body::Packet(MTU_6)),
    (3, Body::Packet(RESERVED_6)),
    (4, Body::Packet(POINTER_6)),
    (128, Body::Data(ECHO_6)),
    (129, Body::Data(ECHO_6)),
    (130, Body::Data(&[])),
    (131, Body::Data(&[])),
    (132, Body::Data(&[])),
    (133, Body::Data(RESERVED_6)),
    (134, Body::Data(&[])),
    (135, Body::Data(SOLICITATION)),
    (136, Body::Data(&[])),
    (137, Body::Data(&[])),
    (143, Body::Data(&[])),
];

#[rustfmt::skip]
const FIRST: &[Part] = &[
    part(("Type", "icmp.type"), (0, 1), |l| named(l, &icmp::KINDS), ("What the message says.", V4)),
    part(("Code", "icmp.code"), (1, 1), show::decimal, ("More exactly.", V4)),
    part(("Checksum", "icmp.checksum"), (2, 2), show::transport_checksum, ("Shows whether the message was damaged.", V4)),
];

#[rustfmt::skip]
const FIRST_6: &[Part] = &[
    part(("Type", "icmpv6.type"), (0, 1), |l| named(l, &icmp::KINDS_6), ("What the message says; below 128 it tells of an error.", V6)),
    part(("Code", "icmpv6.code"), (1, 1), show::decimal, ("More exactly.", V6)),
    part(("Checksum", "icmpv6.checksum"), (2, 2), show::transport_checksum, ("Shows whether the message was damaged, or came to the wrong host.", "RFC 4443, 2.3")),
];

const HEADER: Words = Words {
    name: "Internet Control Message Protocol",
    filter: "icmp",
    meaning: "A message about packets: what went wrong with one, or whether a host answers.",
    rfc: V4,
};

const HEADER_6: Words = Words {
    name: "Internet Control Message Protocol v6",
    filter: "icmpv6",
    meaning: "A message about packets: what went wrong with one, or who is on the link.",
    rfc: "RFC 4443",
};

const DATA: Words = Words {
    name: "Data",
    filter: "data.data",
    meaning: "What the message carries; an echo carries back what the request brought.",
    rfc: V4,
};

fn named(look: &Look<'_>, kinds: &[(u8, &str)]) -> String {
    let name = kinds.iter().find(|k| u64::from(k.0) == look.number);
    format!("{} ({})", look.number, name.map_or("unknown", |k| k.1))
}

/// The message, which ends at `end`. `level` counts the packets around it.
pub(super) fn message(
    tree: &mut Tree<'_>,
    base: usize,
    end: usize,
    (depth, level): (usize, usize),
    six: bool,
    about: &About<'_>,
) {
    let (header, first, kinds, names) = if six {
        (HEADER_6, FIRST_6, KINDS_6, &icmp::KINDS_6[..])
    } else {
        (HEADER, FIRST, KINDS, &icmp::KINDS[..])
    };
    let (kind, code) = (tree.byte(base), tree.byte(base + 1));
    let name = names.iter().find(|k| k.0 == kind);
    let name = name.map_or("unknown", |k| k.1);
    let summary = match icmp::reason(six, kind, code) {
        Some(why @ "port unreachable") => format!("{name}: {why}: nobody listens there"),
        Some(why) => format!("{name}: {why}"),
        None => name.to_owned(),
    };
    tree.add(depth, header, base, end, summary);
    tree.parts(depth + 1, base, first, about);
    let row = kinds.iter().find(|k| k.0 == kind);
    let body = match row.map_or(Body::Data(&[]), |k| k.1) {
        Body::Packet(_) if !six && kind == 3 && code == 4 => Body::Packet(NEXT_HOP),
        body => body,
    };
    match body {
        Body::Data(parts) => {
            tree.parts(depth + 1, base, parts, about);
            let fields = parts.iter().map(Part::end).max().unwrap_or(4);
            tree.data(depth + 1, DATA, base + fields, end, about);
        }
        Body::Packet(parts) => {
            tree.parts(depth + 1, base, parts, about);
            let inner = About {
                quoted: true,
                ..About::default()
            };
            packet(tree, base + 8, end, (depth + 1, level + 1), &inner);
        }
    }
}
