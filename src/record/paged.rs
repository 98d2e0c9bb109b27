//! Page after page of a journal, and any page again: where each begins is remembered, nothing else.

use super::stop::Stop;
use crate::model::{event::Event, events::PAGE};

/// What gives events one by one, and can go back to a place where it has been.
pub(super) trait Steps {
    /// A place between two events.
    type Place: Copy;
    /// Where it is.
    fn place(&self) -> Self::Place;
    /// Goes back to where it was.
    fn go(&mut self, place: Self::Place);
    /// The next event; nothing at the end.
    fn next(&mut self) -> Result<Option<Event>, Stop>;
    /// How many bytes were read.
    fn read_so_far(&self) -> u64;
    /// How many bytes there are.
    fn size(&self) -> u64;
}

/// See the module's documentation.
#[derive(Debug)]
pub(super) struct Paged<S: Steps> {
    steps: S,
    /// Where each page begins.
    begins: Vec<S::Place>,
    /// How many events the last page has.
    last: usize,
    ended: bool,
    stopped: Option<Stop>,
}

impl<S: Steps> Paged<S> {
    /// From where it is.
    pub(super) const fn new(steps: S) -> Self {
        Self {
            steps,
            begins: Vec::new(),
            last: PAGE,
            ended: false,
            stopped: None,
        }
    }

    /// What gives the events.
    pub(super) const fn steps(&self) -> &S {
        &self.steps
    }

    /// The next page.
    pub(super) fn next_page(&mut self) -> Option<Box<[Event]>> {
        if self.ended {
            return None;
        }
        let begin = self.steps.place();
        let mut page = Vec::new();
        while page.len() < PAGE {
            match self.steps.next() {
                Ok(Some(event)) => page.push(event),
                Ok(None) => {
                    self.ended = true;
                    break;
                }
                Err(stop) => {
                    self.ended = true;
                    self.stopped = Some(stop);
                    break;
                }
            }
        }
        if page.is_empty() {
            return None;
        }
        self.begins.push(begin);
        self.last = page.len();
        Some(page.into_boxed_slice())
    }

    /// A page that was there before; nothing if it cannot be read any more.
    pub(super) fn page(&mut self, number: usize) -> Option<Box<[Event]>> {
        let begin = *self.begins.get(number)?;
        let is_last = number + 1 == self.begins.len();
        let count = if is_last { self.last } else { PAGE };
        let here = self.steps.place();
        self.steps.go(begin);
        let mut page = Vec::with_capacity(count);
        while page.len() < count {
            match self.steps.next() {
                Ok(Some(event)) => page.push(event),
                Ok(None) | Err(_) => break,
            }
        }
        self.steps.go(here);
        (page.len() == count).then(|| page.into_boxed_slice())
    }

    /// Where and why it stopped.
    pub(super) const fn stopped(&self) -> Option<&Stop> {
        self.stopped.as_ref()
    }
}
