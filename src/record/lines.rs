//! JSON Lines, read event by event: a first line with the version and the wall clock of time 0, then one event a line.

use super::{
    VERSION,
    input::Input,
    json::{self, Head, Sequence},
    paged::Steps,
    stop::{Place as At, Stop, Why},
};
use crate::model::event::Event;
use std::io::{Read, Seek};

/// The longest line that is read, in bytes: a script of some megabytes stands in one.
pub const LONGEST_LINE: u64 = 64 << 20;

/// A file of JSON Lines that is being read.
#[derive(Debug)]
pub(super) struct Lines<R> {
    input: Input<R>,
    epoch_ns: u64,
    here: Place,
}

/// A place between two lines.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    offset: u64,
    /// How many lines there are before it.
    lines: u64,
    sequence: Sequence,
}

impl<R: Read + Seek> Lines<R> {
    /// From the beginning.
    pub(super) fn open(input: Input<R>) -> Result<Self, Stop> {
        let mut lines = Self {
            input,
            epoch_ns: 0,
            here: Place::default(),
        };
        let head = lines.line(|line| {
            let head: Head = serde_json::from_slice(line).map_err(|e| Why::json(&e))?;
            if head.fourline == u64::from(VERSION) {
                Ok(head)
            } else {
                Err(Why::Version(head.fourline))
            }
        })?;
        lines.epoch_ns = head.map_or(0, |head| head.epoch_ns);
        Ok(lines)
    }

    /// The wall clock at time 0.
    pub(super) const fn epoch_ns(&self) -> u64 {
        self.epoch_ns
    }

    /// Takes the next line, if it can be read.
    fn line<T>(&mut self, read: impl Fn(&[u8]) -> Result<T, Why>) -> Result<Option<T>, Stop> {
        let stop = |why| Stop {
            place: At::Line(self.here.lines + 1),
            why,
        };
        self.input.go(self.here.offset);
        let length = self
            .input
            .until(b'\n', LONGEST_LINE as usize)
            .map_err(|e| stop(Why::io(&e)))?
            .ok_or_else(|| stop(Why::LongLine))?;
        if length == 0 {
            return Ok(None);
        }
        let line = self.input.take(length).map_err(|e| stop(Why::io(&e)))?;
        let line = line.ok_or_else(|| stop(Why::CutLine))?;
        // The last line may lack its end, if it is whole.
        let value = read(line).map_err(|why| match why {
            Why::Event(_) if !line.ends_with(b"\n") => stop(Why::CutLine),
            why => stop(why),
        })?;
        self.here.offset += length as u64;
        self.here.lines += 1;
        Ok(Some(value))
    }
}

impl<R: Read + Seek> Steps for Lines<R> {
    type Place = Place;

    fn place(&self) -> Place {
        self.here
    }

    fn go(&mut self, place: Place) {
        self.here = place;
    }

    fn next(&mut self) -> Result<Option<Event>, Stop> {
        let mut sequence = self.here.sequence;
        let line = At::Line(self.here.lines + 1);
        let Some(event) = self.line(json::event)? else {
            return Ok(None);
        };
        sequence
            .follow(&event)
            .map_err(|why| Stop { place: line, why })?;
        self.here.sequence = sequence;
        Ok(Some(event))
    }

    fn read_so_far(&self) -> u64 {
        self.here.offset
    }

    fn size(&self) -> u64 {
        self.input.size()
    }
}
