//! Somebody else's capture, page by page. What a packet means depends on all before it, so a page cannot be made from its
//! place in the file alone: now and then a copy of all that is known is kept, and a page is made again from the copy
//! before it.
//!
//! ```text
//!   pages    0 1 2 3 4 5 6 7 8 9 ...
//!   copies   *       *       *         fewer of them as the file grows: as many as fit into a budget
//!   back               ^               where the latest page that was made again ended: the next one goes on from there
//! ```

use super::{
    foreign::Foreign,
    packets::{Here, Packets},
    stop::Stop,
};
use crate::model::{event::Event, events::PAGE};
use std::{
    collections::VecDeque,
    io::{Read, Seek},
};

/// As many copies are kept at most...
const MOST_COPIES: usize = 64;
/// ... and no more than take so many bytes together, about...
const MOST_BYTES: usize = 16 << 20;
/// ... and so many more for each event.
const BYTES_PER_EVENT: usize = 24;

/// All that is known before a page.
#[derive(Clone, Debug)]
struct State {
    here: Here,
    foreign: Foreign,
    /// What the latest packet told beyond the page before.
    left: VecDeque<Event>,
    /// The number of the page that comes next.
    page: usize,
    before_ns: u64,
    /// Nothing comes any more.
    ended: bool,
}

/// See the module's documentation.
#[derive(Debug)]
pub(super) struct Capture<R> {
    packets: Packets<R>,
    epoch_ns: u64,
    front: State,
    back: Option<State>,
    copies: Vec<(usize, State)>,
    /// A copy is kept every so many pages.
    every: usize,
    pages: usize,
    /// How many events the last page has.
    last: usize,
    stopped: Option<Stop>,
}

impl<R: Read + Seek> Capture<R> {
    /// From the beginning.
    pub(super) fn new(mut packets: Packets<R>) -> Self {
        let here = packets.here();
        // What cannot be read is told when it is read.
        let first = packets.next(0, |raw| raw.at_ns).ok().flatten();
        packets.go(here);
        Self {
            packets,
            epoch_ns: first.unwrap_or(0),
            front: State {
                here,
                foreign: Foreign::new(),
                left: VecDeque::new(),
                page: 0,
                before_ns: 0,
                ended: false,
            },
            back: None,
            copies: Vec::new(),
            every: 1,
            pages: 0,
            last: PAGE,
            stopped: None,
        }
    }

    /// The wall clock at time 0: when the first packet was captured.
    pub(super) const fn epoch_ns(&self) -> u64 {
        self.epoch_ns
    }

    /// How many bytes were read.
    pub(super) fn read_so_far(&self) -> u64 {
        match self.front.here {
            Here::Byte(at) => at,
            Here::Blocks(mark) => mark.offset(),
        }
    }

    /// How many bytes there are.
    pub(super) const fn size(&self) -> u64 {
        self.packets.size()
    }

    /// Where and why it stopped.
    pub(super) const fn stopped(&self) -> Option<&Stop> {
        self.stopped.as_ref()
    }

    /// The next page.
    pub(super) fn next_page(&mut self) -> Option<Box<[Event]>> {
        if self.front.page.is_multiple_of(self.every) && !self.front.ended {
            self.keep();
        }
        let (page, stop) = self.front.make(&mut self.packets);
        self.stopped = self.stopped.take().or(stop);
        if page.is_empty() {
            return None;
        }
        self.pages = self.front.page;
        self.last = page.len();
        Some(page.into_boxed_slice())
    }

    /// A page that was there before; nothing if it cannot be read any more.
    pub(super) fn page(&mut self, number: usize) -> Option<Box<[Event]>> {
        let count = match number.cmp(&self.pages.checked_sub(1)?) {
            core::cmp::Ordering::Less => PAGE,
            core::cmp::Ordering::Equal => self.last,
            core::cmp::Ordering::Greater => return None,
        };
        let copy = self.copies.partition_point(|(page, _)| *page <= number);
        let copy = copy.checked_sub(1).map(|i| &self.copies[i]);
        let nearest = copy.map_or(0, |(page, _)| *page);
        let mut state = match self.back.take() {
            Some(back) if back.page <= number && back.page >= nearest => back,
            _ => copy?.1.clone(),
        };
        loop {
            let here = state.page;
            let (page, _) = state.make(&mut self.packets);
            if here == number || page.is_empty() {
                let whole = here == number && page.len() == count;
                self.back = Some(state).filter(|_| whole);
                return whole.then(|| page.into_boxed_slice());
            }
        }
    }

    /// Keeps a copy of what is known now, and lets go of others if they are too many.
    fn keep(&mut self) {
        let state = self.front.clone();
        self.copies.push((state.page, state));
        let budget = MOST_BYTES + BYTES_PER_EVENT * PAGE * self.pages;
        let full = |copies: &[(usize, State)]| {
            let bytes: usize = copies.iter().map(|(_, s)| s.foreign.weight()).sum();
            copies.len() > MOST_COPIES || copies.len() > 2 && bytes > budget
        };
        while full(&self.copies) {
            self.every *= 2;
            let every = self.every;
            self.copies.retain(|(page, _)| page.is_multiple_of(every));
        }
    }
}

impl State {
    /// The next page, shorter only at the end; and why it is the last one, if the file is not sound there.
    fn make<R: Read + Seek>(&mut self, packets: &mut Packets<R>) -> (Vec<Event>, Option<Stop>) {
        let mut page = Vec::new();
        let mut stopped = None;
        packets.go(self.here);
        let mut told = Vec::new();
        while page.len() < PAGE {
            if let Some(event) = self.left.pop_front() {
                page.push(event);
                continue;
            }
            if self.ended {
                break;
            }
            let foreign = &mut self.foreign;
            let taken = packets.next(self.before_ns, |raw| {
                foreign.packet(raw, &mut told);
                raw.at_ns
            });
            match taken {
                Ok(Some(at_ns)) => self.before_ns = at_ns,
                Ok(None) => self.ended = true,
                Err(stop) => (self.ended, stopped) = (true, Some(stop)),
            }
            if self.ended {
                self.foreign.finish(&mut told);
            }
            self.left.extend(told.drain(..));
        }
        self.here = packets.here();
        self.page += usize::from(!page.is_empty());
        (page, stopped)
    }
}
