//! Opens whatever holds a journal, by its first bytes, and reads it page by page.

use super::{
    blocks::{Blocks, SECTION},
    capture::Capture,
    input::Input,
    lines::Lines,
    own::Recording,
    packets::Packets,
    paged::{Paged, Steps},
    pcap::Pcap,
    stop::Stop,
};
use crate::model::event::Event;
use std::io::{self, Read, Seek};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A recording of ours: pcapng with the whole journal.
    Recording,
    /// A capture of another tool: packets alone.
    Capture,
    /// JSON Lines of ours.
    JsonLines,
}

/// Why a file was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It could not be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is something else.
    #[error(
        "it {looks}. A recording of fourline (pcapng), a capture (pcap, pcapng) or JSON Lines of fourline was expected{hint}"
    )]
    Unknown {
        /// What it looks like: `is compressed with gzip`.
        looks: &'static str,
        /// What to try, with what leads to it; or nothing.
        hint: &'static str,
    },
    /// It is one of ours, and not sound from its beginning on.
    #[error("it is not sound from its beginning on. {0}")]
    Unsound(#[from] Stop),
}

/// Files that are something else: how they begin, what they look like, what to try.
const OTHERS: &[(&[u8], &str, &str)] = &[
    (b"\x1f\x8b", "is compressed with gzip", ". Try: gunzip FILE"),
    (
        b"\x28\xb5\x2f\xfd",
        "is compressed with zstd",
        ". Try: unzstd FILE",
    ),
    (b"\xfd7zXZ\0", "is compressed with xz", ". Try: unxz FILE"),
    (b"BZh", "is compressed with bzip2", ". Try: bunzip2 FILE"),
    (
        b"\x04\x22\x4d\x18",
        "is compressed with lz4",
        ". Try: unlz4 FILE",
    ),
    (b"PK\x03\x04", "is a zip archive", ". Try: unzip FILE"),
    (
        b"snoop\0\0\0",
        "is a capture of snoop",
        ". Try: editcap -F pcapng FILE new.pcapng",
    ),
    (
        b"GMBU",
        "is a capture of Network Monitor",
        ". Try: editcap -F pcapng FILE new.pcapng",
    ),
    (b"\x7fELF", "is a program", ""),
    (b"#!", "is a program", ""),
    (b"%PDF", "is a PDF", ""),
    (b"<", "looks like HTML or XML", ""),
    (
        b"{",
        "is JSON, but its first line is not that of fourline",
        "",
    ),
    (b"#", "looks like a script", ""),
];

/// How JSON Lines of ours begin.
const JSON_LINES: &[u8] = b"{\"fourline\":";

enum Source<R: Read + Seek> {
    Recording(Paged<Recording<R>>),
    Lines(Paged<Lines<R>>),
    Capture(Box<Capture<R>>),
}

/// Reads a journal from a file, page by page, and any page again.
pub struct Reader<R: Read + Seek> {
    source: Source<R>,
}

impl<R: Read + Seek> Reader<R> {
    /// Opens a file.
    ///
    /// # Errors
    /// When it cannot be read or holds no journal.
    pub fn open(input: R) -> Result<Self, OpenError> {
        let mut input = Input::new(input)?;
        let first = input.size().min(16) as usize;
        let first = input.peek(first)?.unwrap_or_default().to_vec();
        let source = if first.starts_with(&SECTION.to_be_bytes()) {
            match Recording::open(Blocks::new(input))? {
                Ok(recording) => Source::Recording(Paged::new(recording)),
                Err(blocks) => Source::Capture(Box::new(Capture::new(Packets::Blocks(blocks)))),
            }
        } else if first.starts_with(JSON_LINES) {
            Source::Lines(Paged::new(Lines::open(input)?))
        } else if first.first_chunk().is_some_and(|magic| Pcap::is(*magic)) {
            Source::Capture(Box::new(Capture::new(Packets::classic(input)?)))
        } else {
            return Err(unknown(&first));
        };
        Ok(Self { source })
    }

    /// What it is.
    pub const fn kind(&self) -> Kind {
        match &self.source {
            Source::Recording(_) => Kind::Recording,
            Source::Lines(_) => Kind::JsonLines,
            Source::Capture(_) => Kind::Capture,
        }
    }

    /// The wall clock at time 0, in nanoseconds since 1970.
    pub const fn epoch_ns(&self) -> u64 {
        match &self.source {
            Source::Recording(paged) => paged.steps().epoch_ns(),
            Source::Lines(paged) => paged.steps().epoch_ns(),
            Source::Capture(capture) => capture.epoch_ns(),
        }
    }

    /// The next page: [`PAGE`](crate::model::events::PAGE) events, fewer only in the last one. Nothing at the end, or where
    /// the file stops being sound.
    pub fn next_page(&mut self) -> Option<Box<[Event]>> {
        match &mut self.source {
            Source::Recording(paged) => paged.next_page(),
            Source::Lines(paged) => paged.next_page(),
            Source::Capture(capture) => capture.next_page(),
        }
    }

    /// Any page, from 0, that [`Reader::next_page`] gave before; nothing if it cannot be read any more.
    pub fn page(&mut self, number: usize) -> Option<Box<[Event]>> {
        match &mut self.source {
            Source::Recording(paged) => paged.page(number),
            Source::Lines(paged) => paged.page(number),
            Source::Capture(capture) => capture.page(number),
        }
    }

    /// How many bytes were read.
    pub fn read_so_far(&self) -> u64 {
        match &self.source {
            Source::Recording(paged) => paged.steps().read_so_far(),
            Source::Lines(paged) => paged.steps().read_so_far(),
            Source::Capture(capture) => capture.read_so_far(),
        }
    }

    /// How many bytes there are.
    pub fn size(&self) -> u64 {
        match &self.source {
            Source::Recording(paged) => paged.steps().size(),
            Source::Lines(paged) => paged.steps().size(),
            Source::Capture(capture) => capture.size(),
        }
    }

    /// Where and why the file stopped being sound; what stands before it was read. Known when
    /// [`Reader::next_page`] has given nothing.
    pub const fn stopped(&self) -> Option<&Stop> {
        match &self.source {
            Source::Recording(paged) => paged.stopped(),
            Source::Lines(paged) => paged.stopped(),
            Source::Capture(capture) => capture.stopped(),
        }
    }
}

/// What a file looks like that is none of ours.
fn unknown(first: &[u8]) -> OpenError {
    let row = OTHERS.iter().find(|(begin, ..)| first.starts_with(begin));
    let (looks, hint) = match row {
        _ if first.is_empty() => ("is empty", ""),
        Some((_, looks, hint)) => (*looks, *hint),
        None if first
            .iter()
            .all(|b| matches!(b, b'\t'..=b'\r' | b' '..=b'~')) =>
        {
            ("looks like text", "")
        }
        None => ("begins like no file that is known here", ""),
    };
    OpenError::Unknown { looks, hint }
}
