//! A recording, read event by event.
//!
//! A file may have been through other tools. Whatever they added is passed over; what they took away is noticed. Where
//! another recording was mixed in, the blocks of the first one are told by their times: each is its event's, counted
//! from the first one's epoch. An event that is too long for one block stands in several, which follow each other.

use super::{
    VERSION,
    blocks::{
        Block, Blocks, JOURNAL, LONGEST_BLOCK, Mark, OLD_PACKET, Options, PACKET, SIMPLE_PACKET,
    },
    json::{self, Sequence},
    paged::Steps,
    stop::{Stop, Why},
};
use crate::model::event::Event;
use std::io::{Read, Seek};

/// A recording that is being read.
#[derive(Debug)]
pub(super) struct Recording<R> {
    blocks: Blocks<R>,
    epoch_ns: u64,
    /// What was strange, though it could be read on.
    strange: Option<Stop>,
    sequence: Sequence,
    mixed: bool,
    /// The JSON of an event that stands in several blocks, as far as they were read.
    parts: Vec<u8>,
}

/// A place between two events.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    blocks: Mark,
    sequence: Sequence,
    mixed: bool,
}

/// What a block holds.
enum Held {
    /// How a journal begins.
    Head { version: u64, epoch_ns: u64 },
    /// An event, and whether its time is what it should be in the journal of this recording.
    Event(Box<Event>, bool),
    /// A part of an event, and whether it is the last one.
    Part(Vec<u8>, bool),
    /// A packet that has no event.
    Stranger,
    /// Nothing of ours.
    Nothing,
}

impl<R: Read + Seek> Recording<R> {
    /// The recording in these blocks; them back if there is none.
    pub(super) fn open(mut blocks: Blocks<R>) -> Result<Result<Self, Blocks<R>>, Stop> {
        let begin = blocks.mark();
        loop {
            let first = blocks.mark().is_begin();
            let held = match blocks.next() {
                Ok(Some(block)) => {
                    let held = held(&block, None).unwrap_or(Held::Nothing);
                    if let Held::Head { version, .. } = held
                        && version != u64::from(VERSION)
                    {
                        return Err(block.stop(Why::Version(version)));
                    }
                    held
                }
                Err(stop) if first => return Err(stop),
                // How far a capture can be read, its own reader finds out.
                Ok(None) | Err(_) => Held::Stranger,
            };
            match held {
                Held::Nothing => {}
                Held::Head { epoch_ns, .. } => {
                    return Ok(Ok(Self {
                        blocks,
                        epoch_ns,
                        strange: None,
                        sequence: Sequence::default(),
                        mixed: false,
                        parts: Vec::new(),
                    }));
                }
                Held::Event(..) | Held::Part(..) | Held::Stranger => {
                    blocks.go(begin);
                    return Ok(Err(blocks));
                }
            }
        }
    }

    /// The wall clock at time 0.
    pub(super) const fn epoch_ns(&self) -> u64 {
        self.epoch_ns
    }

    /// What was strange before explains what is wrong now.
    fn strange_or(&self, stop: Stop) -> Stop {
        self.strange.clone().unwrap_or(stop)
    }
}

impl<R: Read + Seek> Steps for Recording<R> {
    type Place = Place;

    fn place(&self) -> Place {
        Place {
            blocks: self.blocks.mark(),
            sequence: self.sequence,
            mixed: self.mixed,
        }
    }

    fn go(&mut self, place: Place) {
        self.blocks.go(place.blocks);
        self.sequence = place.sequence;
        self.mixed = place.mixed;
        self.parts.clear();
    }

    fn next(&mut self) -> Result<Option<Event>, Stop> {
        loop {
            let here = self.blocks.mark();
            let Some(block) = self.blocks.next()? else {
                return match self.strange.take() {
                    Some(stop) => Err(stop),
                    None if self.parts.is_empty() => Ok(None),
                    None => Err(here.stop(Why::Cut)),
                };
            };
            let (event, in_time) =
                match held(&block, Some(self.epoch_ns)).map_err(|why| here.stop(why))? {
                    Held::Nothing => continue,
                    Held::Event(event, in_time) => (event, in_time),
                    Held::Part(text, last) => {
                        if self.parts.len() + text.len() > LONGEST_BLOCK as usize {
                            return Err(here.stop(Why::Inside("an event")));
                        }
                        self.parts.extend(text);
                        if !last {
                            continue;
                        }
                        let event = json::event(&self.parts)
                            .map_err(|why| self.strange_or(here.stop(why)))?;
                        (Box::new(event), true)
                    }
                    Held::Stranger => {
                        self.strange.get_or_insert_with(|| here.stop(Why::Stranger));
                        continue;
                    }
                    Held::Head { .. } => {
                        self.mixed = true;
                        self.strange.get_or_insert_with(|| here.stop(Why::Mixed));
                        continue;
                    }
                };
            self.parts.clear();
            let known = event.id.0 <= self.sequence.last();
            if self.mixed && (!in_time || known) {
                continue;
            }
            return match self.sequence.follow(&event) {
                Ok(()) => Ok(Some(*event)),
                // What is missing was taken away, there.
                Err(why) => Err(self.strange_or(here.stop(why))),
            };
        }
    }

    fn read_so_far(&self) -> u64 {
        self.blocks.input().at()
    }

    fn size(&self) -> u64 {
        self.blocks.input().size()
    }
}

/// What a block holds. With an epoch, the block's time is compared with its event's.
fn held(block: &Block<'_>, epoch_ns: Option<u64>) -> Result<Held, Why> {
    match block.kind {
        JOURNAL => journal(block, epoch_ns),
        PACKET => packet(block, epoch_ns),
        SIMPLE_PACKET | OLD_PACKET => Ok(Held::Stranger),
        _ => Ok(Held::Nothing),
    }
}

fn packet(block: &Block<'_>, epoch_ns: Option<u64>) -> Result<Held, Why> {
    let Some(packet) = block.packet().map_err(|stop| stop.why)? else {
        return Ok(Held::Nothing);
    };
    let mut options = packet.options.clone();
    let text = options.find_map(|(code, value)| Options::ours(block.order, code, value));
    let Some(text) = text.filter(|text| text.starts_with(b"{")) else {
        return if options.sound() {
            Ok(Held::Stranger)
        } else {
            Err(Why::Inside("an option of a packet"))
        };
    };
    let Some(epoch_ns) = epoch_ns else {
        return Ok(Held::Stranger);
    };
    let event = json::packet(text, packet.bytes, packet.original)?;
    Ok(event.map_or(Held::Stranger, |event| {
        let time = packet.interface.map(|i| i.nanoseconds(packet.ticks));
        let in_time = time == Some(epoch_ns.saturating_add(event.happened().0));
        Held::Event(Box::new(event), in_time)
    }))
}

fn journal(block: &Block<'_>, epoch_ns: Option<u64>) -> Result<Held, Why> {
    let (mut time, mut version, mut epoch, mut event) = (None, None, None, None);
    let mut part = None;
    let number = |value: &[u8]| core::str::from_utf8(value).ok()?.parse::<u64>().ok();
    for (key, value) in fields(block.body) {
        match key {
            b"__REALTIME_TIMESTAMP" => time = number(value),
            b"FOURLINE" => version = number(value),
            b"FOURLINE_EPOCH_NS" => epoch = number(value),
            b"FOURLINE_EVENT" => event = Some(value),
            b"FOURLINE_PART" => part = Some((value, false)),
            b"FOURLINE_LAST_PART" => part = Some((value, true)),
            _ => {}
        }
    }
    match (event, epoch_ns) {
        (Some(text), Some(epoch_ns)) => {
            let event = json::event(text)?;
            let at = epoch_ns.saturating_add(event.happened().0);
            let in_time = time == Some(at / 1_000);
            Ok(Held::Event(Box::new(event), in_time))
        }
        (Some(_), None) => Ok(Held::Nothing),
        (None, _) => Ok(match (version, epoch, part) {
            (Some(version), Some(epoch_ns), _) => Held::Head { version, epoch_ns },
            (_, _, Some((text, last))) => Held::Part(text.to_vec(), last),
            _ => Held::Nothing,
        }),
    }
}

/// The fields of a journal entry: `KEY=VALUE` in a line, or `KEY` in a line, then the value's length and the value.
fn fields(mut rest: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    core::iter::from_fn(move || {
        // The padding is no line.
        let end = rest.iter().position(|b| *b == b'\n')?;
        let (line, after) = (&rest[..end], &rest[end + 1..]);
        if let Some(sign) = line.iter().position(|b| *b == b'=') {
            rest = after;
            return Some((&line[..sign], &line[sign + 1..]));
        }
        if line.is_empty() {
            rest = after;
            return Some((line, line));
        }
        let (length, after) = after.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let value = after.get(..length)?;
        rest = after.get(length.checked_add(1)?..)?;
        Some((line, value))
    })
}
