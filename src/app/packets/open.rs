//! The packet that is shown in full: its fields as a tree of which some layers are folded, and which field and which
//! byte are selected. Selecting the one selects the other.

use super::Pane;
use crate::app::state::App;
use crate::model::{book::PacketEntry, event::Source, packet::Packet};
use crate::packet::{Field, dissect, dissect_captured};
use std::collections::BTreeSet;

/// Bytes in a row of the hex pane.
pub const HEX_ROW: isize = 16;

/// Where one stands on the packets screen. What is selected and what is folded stays from packet to packet, so that
/// one field can be followed down the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PacketsView {
    /// Which part has the focus.
    pub pane: Pane,
    pub(in crate::app) pick: Pick,
    /// Layers that are not as they are at first: folded ones unfolded, and the reverse.
    pub(in crate::app) toggled: BTreeSet<FieldPath>,
}

/// What is selected within a packet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::app) enum Pick {
    /// Nothing yet.
    #[default]
    Nothing,
    /// A field.
    Field(FieldPath),
    /// A byte, and so the innermost field around it.
    Byte(usize),
}

/// The names of the layers around a field and its own, outermost first, and how many of the same name were before it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::app) struct FieldPath(Vec<&'static str>, usize);

/// A packet in full.
#[derive(Clone, Debug)]
pub struct OpenPacket<'a> {
    /// Its places in the journal.
    pub entry: &'a PacketEntry,
    /// What it is.
    pub packet: &'a Packet,
    /// All its fields, each after the layer that it is part of.
    pub fields: Vec<Field>,
    /// Those that are not hidden in a folded layer: places in `fields`.
    pub rows: Vec<usize>,
    /// The selected field: its place in `fields`.
    pub field: Option<usize>,
    /// The byte on which the cursor of the hex pane stands.
    pub byte: usize,
}

impl OpenPacket<'_> {
    /// The selected field.
    pub fn selected(&self) -> Option<&Field> {
        self.fields.get(self.field?)
    }

    /// Whether a field has others in it.
    pub fn is_layer(&self, place: usize) -> bool {
        is_layer(&self.fields, place)
    }

    /// Whether the fields in it are shown.
    pub fn is_unfolded(&self, place: usize) -> bool {
        self.rows.contains(&(place + 1)) && self.is_layer(place)
    }

    /// The layer that a field is part of.
    pub fn parent(&self, place: usize) -> Option<usize> {
        parent(&self.fields, place)
    }

    pub(in crate::app) fn path(&self, place: usize) -> FieldPath {
        path(&self.fields, place)
    }
}

impl App {
    /// The packet that is shown in full.
    pub fn open_packet(&self) -> Option<OpenPacket<'_>> {
        let (entry, packet) = self.shown_packet()?;
        let bytes = &packet.bytes.kept;
        let event = self.book.events().get(entry.index);
        let fields = if event.is_some_and(|e| e.source == Source::Capture) {
            dissect_captured(bytes, packet.tcp.as_ref())
        } else {
            dissect(bytes, packet.tcp.as_ref())
        };
        let last = bytes.len().saturating_sub(1);
        let (field, byte) = match &self.packets.pick {
            Pick::Byte(byte) => (innermost(&fields, *byte.min(&last)), *byte.min(&last)),
            Pick::Field(wanted) => {
                let field = (0..fields.len())
                    .find(|&i| path(&fields, i) == *wanted)
                    .or_else(|| first(&fields));
                (field, start(&fields, field))
            }
            Pick::Nothing => (first(&fields), start(&fields, first(&fields))),
        };
        let rows = rows(&fields, field, &self.packets.toggled);
        Some(OpenPacket {
            entry,
            packet,
            rows,
            field,
            byte: byte.min(last),
            fields,
        })
    }
}

fn is_layer(fields: &[Field], place: usize) -> bool {
    let depth = |i: usize| fields.get(i).map(|f| f.depth);
    depth(place + 1) > depth(place)
}

fn parent(fields: &[Field], place: usize) -> Option<usize> {
    let depth = fields.get(place)?.depth;
    (0..place).rev().find(|&i| fields[i].depth < depth)
}

fn path(fields: &[Field], place: usize) -> FieldPath {
    let above = core::iter::successors(Some(place), |&i| parent(fields, i));
    let mut names: Vec<_> = above.filter_map(|i| Some(fields.get(i)?.name)).collect();
    names.reverse();
    let this = fields.get(place).map(|f| (f.depth, f.name));
    let same = |f: &&Field| Some((f.depth, f.name)) == this;
    let before = fields.get(..place).unwrap_or_default();
    FieldPath(names, before.iter().filter(same).count())
}

/// What is selected at first: the layer that carries the conversation.
fn first(fields: &[Field]) -> Option<usize> {
    let opened = (0..fields.len()).find(|&i| is_open_at_first(fields, i));
    opened.or((!fields.is_empty()).then_some(0))
}

/// At first the layers of the conversation are unfolded, and what lies in them is folded.
fn is_open_at_first(fields: &[Field], place: usize) -> bool {
    let field = &fields[place];
    let carries = ["tcp", "udp", "icmp", "icmpv6"].contains(&field.filter);
    field.depth == 0 && carries && is_layer(fields, place)
}

fn start(fields: &[Field], field: Option<usize>) -> usize {
    field
        .and_then(|i| fields.get(i))
        .map_or(0, |f| f.bytes.start)
}

/// The innermost field around a byte; where several share it to the bit, the one that holds them all.
fn innermost(fields: &[Field], byte: usize) -> Option<usize> {
    let around = |i: &usize| fields[*i].bytes.contains(&byte);
    let inner = (0..fields.len())
        .filter(around)
        .min_by_key(|&i| (core::cmp::Reverse(fields[i].depth), fields[i].bytes.len()))?;
    let twin = (0..fields.len()).filter(around).any(|i| {
        i != inner
            && fields[i].depth == fields[inner].depth
            && fields[i].bytes == fields[inner].bytes
    });
    if twin {
        parent(fields, inner)
    } else {
        Some(inner)
    }
}

/// What is shown of the tree. The selected field always is.
fn rows(fields: &[Field], selected: Option<usize>, toggled: &BTreeSet<FieldPath>) -> Vec<usize> {
    let around: Vec<usize> =
        core::iter::successors(selected.and_then(|i| parent(fields, i)), |&i| {
            parent(fields, i)
        })
        .collect();
    let is_open = |i: usize| {
        around.contains(&i)
            || is_open_at_first(fields, i)
                != (!toggled.is_empty() && toggled.contains(&path(fields, i)))
    };
    let mut rows = Vec::new();
    let mut hidden_below = None;
    for (i, field) in fields.iter().enumerate() {
        if hidden_below.is_some_and(|depth| field.depth > depth) {
            continue;
        }
        rows.push(i);
        hidden_below = (is_layer(fields, i) && !is_open(i)).then_some(field.depth);
    }
    rows
}
