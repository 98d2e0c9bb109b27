//! Where and why a file stopped being sound, in words.

use super::{VERSION, blocks::MOST_INTERFACES, lines::LONGEST_LINE, pcap::Unsound};
use crate::model::{payload::is_unprintable, story::words::number};
use core::fmt;
use std::io;

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A byte, from 0.
    Byte(u64),
    /// A line, from 1.
    Line(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte(n) => write!(f, "byte {}", number(*n)),
            Self::Line(n) => write!(f, "line {}", number(*n)),
        }
    }
}

/// Why a file was not read any further, and where that is. What stands before is sound and was read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("At {place}: {why}")]
pub struct Stop {
    /// Where.
    pub place: Place,
    /// Why.
    pub why: Why,
}

/// What is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The file could not be read.
    #[error("the file cannot be read: {0}")]
    Io(String),
    /// It ends within a block.
    #[error(
        "the file ends in the middle of an entry. It was cut, or whoever wrote it was stopped; what stands before it is whole"
    )]
    Cut,
    /// It ends within a line.
    #[error(
        "the last line has no end. It was cut, or whoever wrote it was stopped; what stands before it is whole"
    )]
    CutLine,
    /// A block's length cannot be.
    #[error("a block says that it has {0} bytes, which no block here can have")]
    Length(u32),
    /// A block's two lengths differ.
    #[error("a block has {0} bytes by its beginning and {1} by its end")]
    Lengths(u32, u32),
    /// A block's insides do not fit into it.
    #[error("{0} does not fit into its block")]
    Inside(&'static str),
    /// A section of a version that is not known.
    #[error("this part is pcapng of version {0}.{1}, and only 1.0 is known here")]
    Section(u16, u16),
    /// No pcap, or none from here on.
    #[error("{0}")]
    Pcap(#[from] Unsound),
    /// Too many interfaces.
    #[error("more than {MOST_INTERFACES} interfaces are described in one section")]
    Interfaces,
    /// A packet without its event.
    #[error(
        "a packet has no entry of the journal. Another program wrote it, or took away what fourline had noted about it"
    )]
    Stranger,
    /// A journal of its own.
    #[error("another recording is mixed in from here on; only the first one is shown")]
    Mixed,
    /// A line is too long.
    #[error("the line is longer than {LONGEST_LINE} bytes")]
    LongLine,
    /// An event that is none.
    #[error("this is no event that fourline knows: {0}")]
    Event(String),
    /// More values than an event has.
    #[error("the JSON of an event holds more values than any event has")]
    Dense,
    /// It was written by another version.
    #[error("version {0} of the journal is not known here, only {VERSION}")]
    Version(u64),
    /// Its id does not follow the one before.
    #[error("event {id} does not follow event {before}: what was between them is gone")]
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

impl Why {
    /// What reading told.
    pub(super) fn io(e: &io::Error) -> Self {
        Self::Io(shown(&e.to_string()))
    }

    /// What parsing told, which may hold anything that stood in the file.
    pub(super) fn json(e: &serde_json::Error) -> Self {
        Self::Event(shown(&e.to_string()))
    }
}

/// Text that may hold anything, made fit to be shown.
fn shown(text: &str) -> String {
    const MOST: usize = 200;
    let mut out: String = text
        .chars()
        .take(MOST)
        .map(|c| if is_unprintable(c) { '?' } else { c })
        .collect();
    if text.chars().nth(MOST).is_some() {
        out.push_str("...");
    }
    out
}
