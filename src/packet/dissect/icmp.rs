//! Messages about packets: ICMP (RFC 792) and `ICMPv6` (RFC 4443), with the packet that they are about.

use super::{
    field::{About, Look, Part, Tree, Words, part},
    packet, show,
};

/// What follows the first four bytes.
#[derive(Clone, Copy)]
enum Body {
    /// Fields, and then data.
    Data(&'static [Part]),
    /// Fields, and then the beginning of the packet that the message is about.
    Packet(&'static [Part]),
}

/// A kind of message: number, name, and what follows.
type Kind = (u8, &'static str, Body);

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
    (0, "echo reply", Body::Data(ECHO)),
    (3, "destination unreachable", Body::Packet(UNUSED)),
    (5, "redirect", Body::Packet(GATEWAY)),
    (8, "echo request", Body::Data(ECHO)),
    (11, "time exceeded", Body::Packet(UNUSED)),
    (12, "parameter problem", Body::Packet(POINTER)),
    (13, "timestamp request", Body::Data(ECHO)),
    (14, "timestamp reply", Body::Data(ECHO)),
];

#[rustfmt::skip]
const KINDS_6: &[Kind] = &[
    (1, "destination unreachable", Body::Packet(RESERVED_6)),
    (2, "packet too big", Body::Packet(MTU_6)),
    (3, "time exceeded", Body::Packet(RESERVED_6)),
    (4, "parameter problem", Body::Packet(POINTER_6)),
    (128, "echo request", Body::Data(ECHO_6)),
    (129, "echo reply", Body::Data(ECHO_6)),
    (130, "multicast listener query", Body::Data(&[])),
    (131, "multicast listener report", Body::Data(&[])),
    (132, "multicast listener done", Body::Data(&[])),
    (133, "router solicitation", Body::Data(RESERVED_6)),
    (134, "router advertisement", Body::Data(&[])),
    (135, "neighbour solicitation", Body::Data(SOLICITATION)),
    (136, "neighbour advertisement", Body::Data(&[])),
    (137, "redirect", Body::Data(&[])),
    (143, "multicast listener report, version 2", Body::Data(&[])),
];

/// Why something could not be reached.
const CODES: [&str; 16] = [
    "network unreachable",
    "host unreachable",
    "protocol unreachable",
    "port unreachable: nobody listens there",
    "fragmentation needed, but it must not be fragmented",
    "source route failed",
    "network unknown",
    "host unknown",
    "source host isolated",
    "network prohibited",
    "host prohibited",
    "network unreachable for this service",
    "host unreachable for this service",
    "prohibited by a filter",
    "host precedence violation",
    "precedence cut off",
];

/// The same for `ICMPv6` (RFC 4443, section 3.1).
const CODES_6: [&str; 7] = [
    "no route to it",
    "prohibited by a filter",
    "beyond the scope of the source address",
    "address unreachable",
    "port unreachable: nobody listens there",
    "source address refused by a policy",
    "route rejected",
];

#[rustfmt::skip]
const FIRST: &[Part] = &[
    part(("Type", "icmp.type"), (0, 1), |l| named(l, KINDS), ("What the message says.", V4)),
    part(("Code", "icmp.code"), (1, 1), show::decimal, ("More exactly.", V4)),
    part(("Checksum", "icmp.checksum"), (2, 2), show::transport_checksum, ("Shows whether the message was damaged.", V4)),
];

#[rustfmt::skip]
const FIRST_6: &[Part] = &[
    part(("Type", "icmpv6.type"), (0, 1), |l| named(l, KINDS_6), ("What the message says; below 128 it tells of an error.", V6)),
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

fn named(look: &Look<'_>, kinds: &[Kind]) -> String {
    let name = kinds.iter().find(|k| u64::from(k.0) == look.number);
    format!("{} ({})", look.number, name.map_or("unknown", |k| k.1))
}

/// The message, which ends at `end`. `level` counts the packets around it.
pub(super) fn icmp(
    tree: &mut Tree<'_>,
    base: usize,
    end: usize,
    (depth, level): (usize, usize),
    six: bool,
    about: &About<'_>,
) {
    let (header, first, kinds) = if six {
        (HEADER_6, FIRST_6, KINDS_6)
    } else {
        (HEADER, FIRST, KINDS)
    };
    let (kind, code) = (tree.byte(base), tree.byte(base + 1));
    let row = kinds.iter().find(|k| k.0 == kind);
    let why = match (six, kind) {
        (true, 1) => CODES_6.get(usize::from(code)),
        (false, 3) => CODES.get(usize::from(code)),
        _ => None,
    };
    let name = row.map_or("unknown", |k| k.1);
    let summary = why.map_or_else(|| name.to_owned(), |why| format!("{name}: {why}"));
    tree.add(depth, header, base, end, summary);
    tree.parts(depth + 1, base, first, about);
    let body = match row.map_or(Body::Data(&[]), |k| k.2) {
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
