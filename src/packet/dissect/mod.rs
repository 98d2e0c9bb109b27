//! Every field of a packet, as a tree: what it is called, what stands there, which bytes and bits it is, what it is for
//! and where that is laid down. Names, places and sizes are Wireshark's, where it has the field.
//!
//! Each header is a table of rows ([`field::Part`]); what is read is what the rows say. A packet may have been cut short
//! when it was kept, or be repeated in part in a message about it: fields whose bytes are not there say so.

mod field;
mod icmp;
mod ipv4;
mod ipv6;
mod show;
mod tcp;
mod tcp_options;
mod udp;

use super::{
    checksum::checksums_are_right,
    layout::{self, Layout, Piece},
};
use crate::model::packet::Tcp;
use field::{About, Tree, Words};
pub use field::{Bits, Field};

/// So many packets within packets are taken apart; a message about a message about a packet is not lawful anyway.
const DEEPEST: usize = 3;

const UNREADABLE: Words = Words {
    name: "Data",
    filter: "",
    meaning: "Bytes that are no packet of IP.",
    rfc: "",
};

const CARRIED: Words = Words {
    name: "Data",
    filter: "data.data",
    meaning: "What the packet carries: a protocol that is not taken apart here, or a piece of a larger packet.",
    rfc: "",
};

const PADDING: Words = Words {
    name: "Padding",
    filter: "",
    meaning: "Bytes behind the packet's end.",
    rfc: "",
};

/// Takes a packet apart, from the first byte of its IP header. `relative` is what the journal says of its TCP header, so
/// that the numbers of its conversation can stand beside the raw ones.
pub fn dissect(bytes: &[u8], relative: Option<&Tcp>) -> Vec<Field> {
    taken_apart(bytes, relative, false)
}

/// The same of a packet that was only seen passing by: whether its receiver finds its checksums wrong is not known, for
/// often the sender's card fills them in behind whoever captures.
pub fn dissect_captured(bytes: &[u8], relative: Option<&Tcp>) -> Vec<Field> {
    taken_apart(bytes, relative, true)
}

fn taken_apart(bytes: &[u8], relative: Option<&Tcp>, captured: bool) -> Vec<Field> {
    let mut tree = Tree {
        bytes,
        limit: bytes.len(),
        fields: Vec::new(),
    };
    let about = About {
        relative,
        checksums: checksums_are_right(bytes),
        captured,
        ..About::default()
    };
    packet(&mut tree, 0, bytes.len(), (0, 0), &about);
    tree.fields
}

/// A packet that begins at `base`, and of which what is there ends at `limit`.
fn packet(
    tree: &mut Tree<'_>,
    base: usize,
    limit: usize,
    (depth, level): (usize, usize),
    about: &About<'_>,
) {
    let there = tree.at(base, limit);
    let Some(at) = Layout::of(there).filter(|_| level < DEEPEST) else {
        return tree.data(depth, UNREADABLE, base, limit, about);
    };
    let around = tree.limit;
    tree.limit = limit.min(base + at.total);
    let six = at.source.is_ipv6();
    let header = if six {
        ipv6::length(tree, base).min(at.total)
    } else {
        at.header
    };
    let words = if six { ipv6::HEADER } else { ipv4::HEADER };
    let summary = format!("{} to {}", at.source, at.destination);
    tree.add(depth, words, base, base + header, summary);
    if six {
        ipv6::header(tree, base, depth + 1, about);
    } else {
        ipv4::header(tree, base, header, depth + 1, about);
    }
    let (from, end) = (base + at.payload.max(header), base + at.total);
    let number = if at.piece == Piece::Later {
        None
    } else {
        Some(at.number)
    };
    match number {
        Some(layout::TCP) if end >= from + 20 => tcp::tcp(tree, from, end, depth, about),
        Some(layout::UDP) if end >= from + 8 => udp::udp(tree, from, end, depth, about),
        Some(layout::ICMP) if !six && end >= from + 4 => {
            icmp::message(tree, from, end, (depth, level), false, about);
        }
        Some(layout::ICMPV6) if six && end >= from + 4 => {
            icmp::message(tree, from, end, (depth, level), true, about);
        }
        _ => tree.data(depth, CARRIED, from, end, about),
    }
    tree.limit = around;
    if limit > end {
        tree.data(depth, PADDING, end, limit, about);
    }
}

#[cfg(test)]
mod tests;
