//! An event as JSON and back, and whether it follows the one before it.

use super::{quick, stop::Why};
use crate::model::{
    event::{Event, Fact},
    ids::Nanos,
    payload::Payload,
};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::io;

/// A text of fewer bytes may hold as many values as it likes.
const SMALL: usize = 64 << 10;
/// A longer one has so many bytes a value at least.
const BYTES_A_VALUE: usize = 4;

/// The first line of JSON Lines.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Head {
    /// The version.
    pub(super) fourline: u64,
    /// The wall clock at time 0, in nanoseconds since 1970.
    pub(super) epoch_ns: u64,
}

/// Reads an event.
pub(super) fn event(text: &[u8]) -> Result<Event, Why> {
    if let Some(event) = quick::event(text) {
        return Ok(event);
    }
    if is_dense(text) {
        return Err(Why::Dense);
    }
    serde_json::from_slice(text).map_err(|e| Why::json(&e))
}

/// A value takes up to eight times four bytes in memory while it is read, however short it is: many small ones would
/// make a small text a big thing.
fn is_dense(text: &[u8]) -> bool {
    if text.len() < SMALL {
        return false;
    }
    let (mut values, mut quoted, mut escaped) = (0, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' | b'[' | b'{' | b':' if !quoted => values += 1,
            _ => {}
        }
    }
    values > text.len() / BYTES_A_VALUE
}

/// Writes an event, all of it.
pub(super) fn write(event: &Event, out: &mut Vec<u8>) -> io::Result<()> {
    Ok(serde_json::to_writer(out, event)?)
}

/// Writes an event without the bytes of its packet, which stand elsewhere; how many were left out, only where it does
/// not follow from `original`, the packet's length.
pub(super) fn write_without_bytes(
    event: &Event,
    original: u32,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let mut event = event.clone();
    let mut omitted = 0;
    if let Fact::Packet(packet) = &mut event.fact {
        let kept = packet.bytes.kept.len() as u64;
        omitted = packet.bytes.omitted;
        packet.bytes.kept = Bytes::new();
        if kept.checked_add(omitted) == Some(original.into()) {
            packet.bytes.omitted = 0;
        }
    }
    let from = out.len();
    write(&event, out)?;
    // A quotation mark within a text has a backslash before it, so this is found nowhere else.
    let mut cut = &b",\"bytes\":\"\",\"omitted\":0"[..];
    if let Fact::Packet(packet) = &event.fact
        && packet.bytes.omitted == omitted
        && omitted > 0
    {
        cut = b",\"bytes\":\"\"";
    }
    if let Some(at) = out[from..].windows(cut.len()).position(|w| w == cut) {
        out.drain(from + at..from + at + cut.len());
    }
    Ok(())
}

/// Reads what [`write_without_bytes`] wrote; nothing if it is another event than a packet's.
pub(super) fn packet(text: &[u8], kept: &[u8], original: u32) -> Result<Option<Event>, Why> {
    let mut event = event(text)?;
    let Fact::Packet(packet) = &mut event.fact else {
        return Ok(None);
    };
    let omitted = match packet.bytes.omitted {
        0 => u64::from(original).saturating_sub(kept.len() as u64),
        told => told,
    };
    packet.bytes = Payload {
        kept: Bytes::copy_from_slice(kept),
        omitted,
    };
    Ok(Some(event))
}

/// The ids of a journal follow each other from 1, and its times never fall.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sequence {
    id: u64,
    at: Nanos,
}

impl Sequence {
    /// The id of the last event, 0 before the first one.
    pub(super) const fn last(&self) -> u64 {
        self.id
    }

    /// Takes the next event, if it follows.
    pub(super) fn follow(&mut self, event: &Event) -> Result<(), Why> {
        let (id, before) = (event.id.0, self.id);
        if before.checked_add(1) != Some(id) {
            return Err(Why::Id { id, before });
        }
        if event.at_ns < self.at {
            return Err(Why::Time(id));
        }
        (self.id, self.at) = (id, event.at_ns);
        Ok(())
    }
}
