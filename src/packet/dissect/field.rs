//! A field of a packet, and the tree that grows while a packet is read: rows of tables become fields, as far as their
//! bytes are there.

use super::super::checksum::Checksums;
use crate::model::{packet::Tcp, payload::escaped};
use core::ops::Range;

/// Some bits of a field's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bits {
    /// The first: 0 is the most significant one of the first byte.
    pub first: u8,
    /// How many.
    pub count: u8,
}

/// A field of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// How deep it lies in the tree: what follows with a greater depth is part of it.
    pub depth: usize,
    /// What it is called.
    pub name: &'static str,
    /// What Wireshark calls it in its display filters; empty where it has no such field.
    pub filter: &'static str,
    /// What stands there, in words or figures; nothing that a terminal would obey.
    pub value: String,
    /// Which bytes of the packet it is, as far as they are there.
    pub bytes: Range<usize>,
    /// Which bits of them, if not all.
    pub bits: Option<Bits>,
    /// What it is for, in a line.
    pub meaning: &'static str,
    /// Where that is laid down.
    pub rfc: &'static str,
}

/// What can be said of a field before its value is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    pub(super) name: &'static str,
    pub(super) filter: &'static str,
    pub(super) meaning: &'static str,
    pub(super) rfc: &'static str,
}

/// A field at a fixed place of a header: a row of that header's table.
pub(super) struct Part {
    words: Words,
    at: usize,
    size: usize,
    bits: Option<Bits>,
    below: usize,
    show: fn(&Look<'_>) -> String,
}

/// A row: its name, Wireshark's, place and size, how it is shown, what it is for, and where that stands.
pub(super) const fn part(
    (name, filter): (&'static str, &'static str),
    (at, size): (usize, usize),
    show: fn(&Look<'_>) -> String,
    (meaning, rfc): (&'static str, &'static str),
) -> Part {
    Part {
        words: Words {
            name,
            filter,
            meaning,
            rfc,
        },
        at,
        size,
        bits: None,
        below: 0,
        show,
    }
}

impl Part {
    /// Only these bits of its bytes.
    pub(super) const fn bits(mut self, first: u8, count: u8) -> Self {
        self.bits = Some(Bits { first, count });
        self
    }

    /// Where it ends in its header.
    pub(super) const fn end(&self) -> usize {
        self.at + self.size
    }

    /// Part of the field above it.
    pub(super) const fn below(mut self) -> Self {
        self.below = 1;
        self
    }
}

/// What a row's value is made from.
pub(super) struct Look<'a> {
    /// Its bytes.
    pub(super) bytes: &'a [u8],
    /// They, or its bits of them, as a number; the last eight bytes of a longer one.
    pub(super) number: u64,
    /// What is known besides.
    pub(super) about: &'a About<'a>,
}

/// What is known of a packet besides its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct About<'a> {
    /// Its numbers as its conversation counts them.
    pub(super) relative: Option<&'a Tcp>,
    /// Whether its checksums are right.
    pub(super) checksums: Checksums,
    /// Whether it was only seen passing by, maybe before its sender's card had filled in the checksums.
    pub(super) captured: bool,
    /// Whether it is the beginning of a packet that stands in a message about it.
    pub(super) quoted: bool,
    /// Its TCP control bits.
    pub(super) flags: u8,
}

impl About<'_> {
    /// What has become of the bytes that are not there.
    const fn verb(&self) -> &'static str {
        if self.quoted { "repeated" } else { "kept" }
    }
}

/// The fields found so far.
pub(super) struct Tree<'a> {
    pub(super) bytes: &'a [u8],
    /// Where what is there of the packet that is being read ends.
    pub(super) limit: usize,
    pub(super) fields: Vec<Field>,
}

/// Bytes in network order as a number.
pub(super) fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |all, b| all.wrapping_shl(8) | u64::from(*b))
}

/// These bits of some bytes.
fn bits_of(bytes: &[u8], bits: Bits) -> u64 {
    let width = 8 * bytes.len() as u32;
    let (first, count) = (u32::from(bits.first), u32::from(bits.count));
    let shift = width.saturating_sub(first + count);
    let mask = 1u64.checked_shl(count).map_or(u64::MAX, |n| n - 1);
    number(bytes).checked_shr(shift).unwrap_or(0) & mask
}

impl<'a> Tree<'a> {
    /// The bytes from one place to another, as far as they are there.
    pub(super) fn range(&self, from: usize, to: usize) -> Range<usize> {
        let end = self.limit.min(self.bytes.len());
        from.min(end)..to.clamp(from.min(end), end)
    }

    /// What stands there, as far as it is there.
    pub(super) fn at(&self, from: usize, to: usize) -> &'a [u8] {
        &self.bytes[self.range(from, to)]
    }

    /// A byte, 0 if it is not there.
    pub(super) fn byte(&self, at: usize) -> u8 {
        let there = &self.bytes[..self.limit.min(self.bytes.len())];
        there.get(at).copied().unwrap_or(0)
    }

    /// Two bytes as a number, 0 if they are not there.
    pub(super) fn word(&self, at: usize) -> usize {
        usize::from(self.byte(at)) << 8 | usize::from(self.byte(at + 1))
    }

    /// A field whose value is known.
    pub(super) fn add(
        &mut self,
        depth: usize,
        words: Words,
        from: usize,
        to: usize,
        value: String,
    ) {
        let bytes = self.range(from, to);
        self.fields.push(Field {
            depth,
            name: words.name,
            filter: words.filter,
            value,
            bytes,
            bits: None,
            meaning: words.meaning,
            rfc: words.rfc,
        });
    }

    /// The rows of a table, for a header that begins at `base`.
    pub(super) fn parts(&mut self, depth: usize, base: usize, parts: &[Part], about: &About<'_>) {
        for part in parts {
            self.part(depth, base, part, about);
        }
    }

    fn part(&mut self, depth: usize, base: usize, part: &Part, about: &About<'_>) {
        let (from, to) = (base + part.at, base + part.at + part.size);
        let bytes = self.at(from, to);
        let value = if bytes.len() < part.size {
            format!("not {}", about.verb())
        } else {
            let number = part
                .bits
                .map_or_else(|| number(bytes), |b| bits_of(bytes, b));
            (part.show)(&Look {
                bytes,
                number,
                about,
            })
        };
        self.add(depth + part.below, part.words, from, to, value);
        if let Some(field) = self.fields.last_mut() {
            field.bits = part.bits;
        }
    }

    /// Bytes that are nobody's header: how many there are, and how they begin.
    pub(super) fn data(
        &mut self,
        depth: usize,
        words: Words,
        from: usize,
        to: usize,
        about: &About<'_>,
    ) {
        if to <= from {
            return;
        }
        let there = self.at(from, to);
        let (count, kept) = (to - from, there.len());
        let bytes = if count == 1 { "byte" } else { "bytes" };
        let value = match kept {
            0 => format!("{count} {bytes}, not {}", about.verb()),
            _ if kept < count => {
                let verb = about.verb();
                format!(
                    "{count} {bytes}, of which {kept} are {verb}: {}",
                    quoted(there)
                )
            }
            _ => format!("{count} {bytes}: {}", quoted(there)),
        };
        self.add(depth, words, from, to, value);
    }
}

/// How many bytes of data a value shows.
const SHOWN: usize = 48;

/// Bytes as a literal, or how they begin.
fn quoted(bytes: &[u8]) -> String {
    let more = if bytes.len() > SHOWN { "..." } else { "" };
    format!("\"{}\"{more}", escaped(&bytes[..bytes.len().min(SHOWN)]))
}
