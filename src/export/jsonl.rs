//! JSON Lines: a first line with the version and the wall clock of time 0, then one object an event, as it happens.
//! The shape is a promise to other programs (`"fourline":1`): names and meanings stay; new ones may come.

use super::Telling;
use crate::model::{event::Event, ids::Nanos};
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Read as _, Write};

pub use crate::record::{LONGEST_LINE, VERSION};

/// The first line.
#[derive(Serialize, Deserialize)]
struct Head {
    fourline: u32,
    epoch_ns: u64,
}

/// Writes events one by one, as they happen. The first line comes first, by construction.
#[derive(Debug)]
pub struct JsonWriter(());

impl JsonWriter {
    /// Writes the first line. `epoch_ns` is the wall clock at time 0, in nanoseconds since 1970.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(out: &mut (impl Write + ?Sized), epoch_ns: u64) -> io::Result<Self> {
        let head = Head {
            fourline: VERSION,
            epoch_ns,
        };
        serde_json::to_writer(&mut *out, &head)?;
        out.write_all(b"\n")?;
        Ok(Self(()))
    }

    /// Writes an event, its line in one piece: whoever ends the program in between leaves whole lines behind.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn event(&mut self, out: &mut (impl Write + ?Sized), event: &Event) -> io::Result<()> {
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        out.write_all(&line)
    }
}

/// Writes a whole journal.
///
/// # Errors
/// When it cannot be written.
pub fn write(epoch_ns: u64, telling: &mut Telling<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = JsonWriter::begin(out, epoch_ns)?;
    telling(&mut |event| writer.event(out, event))?;
    out.flush()
}

/// Why a file of JSON Lines was not read, and where.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct ReadError {
    /// From 1.
    pub line: usize,
    /// Why.
    pub why: Why,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    /// The file could not be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is too long.
    #[error("it is longer than {LONGEST_LINE} bytes")]
    TooLong,
    /// It is no JSON, or no event.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// There is nothing at all.
    #[error(
        "there is nothing here: a first line like {{\"fourline\":1,\"epoch_ns\":0}} was expected"
    )]
    Empty,
    /// It was written by another version.
    #[error("version {0} is not known here, only {VERSION}")]
    Version(u32),
    /// Its id does not follow the one before.
    #[error("event {id} does not follow event {before}")]
    Id {
        /// Its id.
        id: u64,
        /// The id before it; 0 for the first one.
        before: u64,
    },
    /// It is earlier than the event before it.
    #[error("event {0} is earlier than the one before it")]
    Time(u64),
}

/// Reads what [`JsonWriter`] wrote: the wall clock at time 0, and the events.
///
/// # Errors
/// With the line that cannot be read, or is no event, or does not follow the one before it.
pub fn read_jsonl(mut from: impl BufRead) -> Result<(u64, Vec<Event>), ReadError> {
    let mut line = 0;
    let mut buffer = Vec::new();
    let mut epoch = None;
    let mut events: Vec<Event> = Vec::new();
    loop {
        line += 1;
        let at = |why: Why| ReadError { line, why };
        buffer.clear();
        let mut bounded = (&mut from).take(LONGEST_LINE + 1);
        let count = bounded
            .read_until(b'\n', &mut buffer)
            .map_err(|e| at(e.into()))?;
        if count == 0 {
            break;
        }
        if count as u64 > LONGEST_LINE {
            return Err(at(Why::TooLong));
        }
        if epoch.is_none() {
            let head: Head = serde_json::from_slice(&buffer).map_err(|e| at(e.into()))?;
            if head.fourline != VERSION {
                return Err(at(Why::Version(head.fourline)));
            }
            epoch = Some(head.epoch_ns);
            continue;
        }
        let event: Event = serde_json::from_slice(&buffer).map_err(|e| at(e.into()))?;
        let id = event.id.0;
        let (before, time) = events.last().map_or((0, Nanos(0)), |e| (e.id.0, e.at_ns));
        if before.checked_add(1) != Some(id) {
            return Err(at(Why::Id { id, before }));
        }
        if event.at_ns < time {
            return Err(at(Why::Time(id)));
        }
        events.push(event);
    }
    epoch.map(|epoch| (epoch, events)).ok_or(ReadError {
        line: 1,
        why: Why::Empty,
    })
}

#[cfg(test)]
mod tests;
