//! The events of a journal, in order, by their places from 0.
//!
//! Live, all of them are kept in memory. Of a journal that was opened from a file, only some are, in pages of equal
//! length: a page that is not there is read again from the file when somebody looks at it, and let go of by
//! [`Events::tidy`], so that a long recording takes no more memory than a short one.
//!
//! ```text
//!   pages  [ 0..256 | 256..512 | 512..768 | ...  from the file, each there or not
//!   tail                                    ...] the newest, always there
//! ```

use super::event::Event;
use core::{
    cell::{Cell, OnceCell, RefCell},
    fmt,
    ops::{ControlFlow, Index, Range},
};

/// How many events a page has.
pub const PAGE: usize = 256;
/// As many pages may be in memory before [`Events::tidy`] lets go of some.
const MOST_PAGES: usize = 96;
/// So many pages on either side of the moment that is looked at stay.
const NEAR_PAGES: usize = 32;

/// Where the pages of a journal come from that is not kept in memory.
pub trait Pages: Send {
    /// Page `number`, from 0, of [`PAGE`] events; nothing if it cannot be read any more.
    fn page(&mut self, number: usize) -> Option<Box<[Event]>>;
}

/// See the module's documentation.
#[derive(Default)]
pub struct Events {
    source: Option<RefCell<Box<dyn Pages>>>,
    pages: Vec<OnceCell<Box<[Event]>>>,
    loaded: Cell<usize>,
    /// How often a page could not be read.
    unread: Cell<usize>,
    /// Whether a page could not be read; then it stands there without events until [`Events::tidy`].
    failed: Cell<bool>,
    tail: Vec<Event>,
}

impl Events {
    /// None yet; what is pushed may be read again from `source` later.
    pub fn in_pages(source: Box<dyn Pages>) -> Self {
        Self {
            source: Some(RefCell::new(source)),
            ..Self::default()
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.pages.len() * PAGE + self.tail.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn push(&mut self, event: Event) {
        self.tail.push(event);
        if self.source.is_some() && self.tail.len() == PAGE {
            let page = core::mem::take(&mut self.tail).into_boxed_slice();
            self.pages.push(OnceCell::from(page));
            self.loaded.set(self.loaded.get() + 1);
            if self.loaded.get() > MOST_PAGES {
                self.tidy(self.len());
            }
        }
    }

    /// The event at a place; nothing beyond the end, or if the file cannot be read any more.
    pub fn get(&self, index: usize) -> Option<&Event> {
        match self.pages.get(index / PAGE) {
            Some(cell) => self.page(cell, index / PAGE).get(index % PAGE),
            None => self.tail.get(index - self.pages.len() * PAGE),
        }
    }

    fn page<'a>(&'a self, cell: &'a OnceCell<Box<[Event]>>, number: usize) -> &'a [Event] {
        if let Some(page) = cell.get() {
            return page;
        }
        let page = self.read(number);
        if page.is_some() {
            self.loaded.set(self.loaded.get() + 1);
        } else {
            // It may be readable later, but is not tried again for each of its events: to try may take long.
            self.failed.set(true);
        }
        cell.get_or_init(|| page.unwrap_or_default())
    }

    fn read(&self, number: usize) -> Option<Box<[Event]>> {
        let page = self.source.as_ref()?.borrow_mut().page(number);
        if page.is_none() {
            self.unread.set(self.unread.get() + 1);
        }
        page
    }

    /// How often a page could not be read so far: whoever has walked through all of them knows by it whether he has seen
    /// all.
    pub fn unread(&self) -> usize {
        self.unread.get()
    }

    /// The first one.
    pub fn first(&self) -> Option<&Event> {
        self.get(0)
    }

    /// The last one.
    pub fn last(&self) -> Option<&Event> {
        self.get(self.len().checked_sub(1)?)
    }

    /// Those at these places, as far as they are there; a few of them: each page that is looked at stays in memory for a
    /// while. See [`Events::visit`] for many.
    pub fn range(&self, range: Range<usize>) -> Stretch<'_> {
        let end = range.end.min(self.len());
        Stretch {
            events: self,
            start: range.start.min(end),
            end,
        }
    }

    /// All of them, oldest first. See [`Events::range`].
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Event> + Clone {
        self.range(0..self.len()).iter()
    }

    /// Shows those at these places one by one, oldest first, and keeps none of them in memory that is not there.
    pub fn visit<B>(
        &self,
        range: Range<usize>,
        mut see: impl FnMut(usize, &Event) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let mut index = range.start;
        let end = range.end.min(self.len());
        while index < end {
            let number = index / PAGE;
            let read;
            let (page, first, until) = if let Some(cell) = self.pages.get(number) {
                let first = number * PAGE;
                let page = if let Some(page) = cell.get().filter(|page| !page.is_empty()) {
                    page
                } else {
                    read = self.read(number);
                    read.as_deref().unwrap_or_default()
                };
                (page, first, end.min(first + PAGE))
            } else {
                (&self.tail[..], self.pages.len() * PAGE, end)
            };
            for place in index..until {
                if let Some(event) = page.get(place - first) {
                    see(place, event)?;
                }
            }
            index = until;
        }
        ControlFlow::Continue(())
    }

    /// How many at the beginning satisfy this, if all that do stand before all that do not.
    pub fn partition_point(&self, before: impl Fn(&Event) -> bool) -> usize {
        self.range(0..self.len()).partition_point(before)
    }

    /// Whether some of them could not be read since [`Events::tidy`] was called last.
    pub fn are_torn(&self) -> bool {
        self.failed.get()
    }

    /// Lets go of pages far from the place that is looked at, when many are in memory; those that could not be read are
    /// tried again.
    pub fn tidy(&mut self, near: usize) {
        if self.failed.take() {
            for cell in &mut self.pages {
                if cell.get().is_some_and(|page| page.is_empty()) {
                    cell.take();
                }
            }
        }
        if self.loaded.get() <= MOST_PAGES {
            return;
        }
        let near = near / PAGE;
        let stays = near.saturating_sub(NEAR_PAGES)..near.saturating_add(NEAR_PAGES);
        let mut loaded = 0;
        for (number, cell) in self.pages.iter_mut().enumerate() {
            if stays.contains(&number) {
                loaded += usize::from(cell.get().is_some());
            } else {
                cell.take();
            }
        }
        self.loaded.set(loaded);
    }
}

/// Some events that follow each other, by their places among themselves from 0. It is to [`Events`] what a slice is to a
/// vector. An event that cannot be read any more is not among them.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'a> {
    events: &'a Events,
    start: usize,
    end: usize,
}

impl<'a> Stretch<'a> {
    /// How many there are.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// One of them.
    pub fn get(self, place: usize) -> Option<&'a Event> {
        (place < self.len()).then(|| self.events.get(self.start + place))?
    }

    /// From a place on.
    #[must_use]
    pub fn after(self, place: usize) -> Self {
        let start = (self.start + place).min(self.end);
        Self { start, ..self }
    }

    /// Those before a place.
    #[must_use]
    pub fn before(self, place: usize) -> Self {
        let end = self.end.min(self.start + place);
        Self { end, ..self }
    }

    /// Oldest first.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = &'a Event> + Clone {
        (self.start..self.end).filter_map(|index| self.events.get(index))
    }

    /// How many at the beginning satisfy this, if all that do stand before all that do not. What cannot be read any more
    /// is counted to those that do not, unless one after it does.
    pub fn partition_point(self, before: impl Fn(&Event) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.readable(middle, high) {
                Some((place, event)) if before(event) => low = place + 1,
                _ => high = middle,
            }
        }
        low
    }

    /// The first event from a place on, and before another, that can be read.
    fn readable(self, from: usize, end: usize) -> Option<(usize, &'a Event)> {
        let mut place = from;
        while place < end {
            if let Some(event) = self.get(place) {
                return Some((place, event));
            }
            // Nothing of its page can be read.
            place = ((self.start + place) / PAGE + 1) * PAGE - self.start;
        }
        None
    }
}

/// For a place that is known to be there.
///
/// # Panics
/// When it is not, or cannot be read any more; see [`Events::get`].
impl Index<usize> for Events {
    type Output = Event;
    fn index(&self, index: usize) -> &Event {
        match self.get(index) {
            Some(event) => event,
            None => panic!("no event at {index} of {}", self.len()),
        }
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("len", &self.len())
            .field("pages", &self.pages.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        book::Book,
        event::{Fact, Source},
        session::Session,
        story::testing::Play,
    };
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    struct Copied(Vec<Event>, Arc<AtomicUsize>);

    impl Pages for Copied {
        fn page(&mut self, number: usize) -> Option<Box<[Event]>> {
            self.1.fetch_add(1, Ordering::Relaxed);
            Some(self.0.chunks_exact(PAGE).nth(number)?.into())
        }
    }

    fn long() -> Book {
        let mut play = Play::free();
        while play.book().events().len() < PAGE * (MOST_PAGES + 40) {
            play.see(
                None,
                Source::Script,
                Fact::Say {
                    text: "again".to_owned(),
                },
            );
        }
        play.into_book()
    }

    #[test]
    fn pages_hold_the_same_events_and_the_same_moments() {
        let live = long();
        let all: Vec<Event> = live.events().iter().cloned().collect();
        let reads = Arc::new(AtomicUsize::new(0));
        let source = Copied(all.clone(), Arc::clone(&reads));
        let mut book = Book::in_pages(Box::new(source));
        for event in &all {
            book.push(event.clone());
        }
        assert!(book.events().loaded.get() <= MOST_PAGES, "it was tidied");
        assert_eq!(
            reads.load(Ordering::Relaxed),
            0,
            "nothing was looked at yet"
        );
        assert_eq!(book.events().len(), all.len());
        assert_eq!(book.events().first(), all.first());
        assert_eq!(book.events().last(), all.last());
        assert!(book.events().iter().eq(&all));
        let then: Session = live.session_at(PAGE + 7);
        assert_eq!(book.session_at(PAGE + 7), then);
        let half = all.len() / 2;
        assert_eq!(
            book.events().partition_point(|e| e.id <= all[half].id),
            half + 1
        );
        book.tidy(0);
        assert!(book.events().loaded.get() <= MOST_PAGES);
    }

    #[test]
    fn a_visit_leaves_nothing_behind() {
        let all: Vec<Event> = long().events().iter().cloned().collect();
        let mut book = Book::in_pages(Box::new(Copied(all.clone(), Arc::default())));
        for event in &all {
            book.push(event.clone());
        }
        let loaded = book.events().loaded.get();
        let mut seen = Vec::new();
        let range = 3..all.len() - 2;
        let end = book.events().visit(range.clone(), |index, event| {
            seen.push((index, event.clone()));
            ControlFlow::<()>::Continue(())
        });
        assert_eq!(end, ControlFlow::Continue(()));
        assert!(
            seen.iter()
                .map(|(i, e)| (*i, e))
                .eq(range.clone().zip(&all[range]))
        );
        assert_eq!(book.events().loaded.get(), loaded);
    }

    #[test]
    fn a_place_is_found_beyond_what_cannot_be_read() {
        struct Torn(Vec<Event>);
        impl Pages for Torn {
            fn page(&mut self, number: usize) -> Option<Box<[Event]>> {
                let torn = (3..self.0.len() / PAGE - 3).contains(&number);
                let page = self.0.chunks_exact(PAGE).nth(number).filter(|_| !torn);
                Some(page?.into())
            }
        }
        let all: Vec<Event> = long().events().iter().cloned().collect();
        let mut events = Events::in_pages(Box::new(Torn(all.clone())));
        for event in &all {
            events.push(event.clone());
        }
        for page in &mut events.pages {
            page.take();
        }
        let (first, last) = (2 * PAGE, all.len() - PAGE);
        for count in [0, 1, first, last, all.len()] {
            let id = count.checked_sub(1).map_or(0, |i| all[i].id.0);
            assert_eq!(events.partition_point(|e| e.id.0 <= id), count);
            let here = events.range(7..all.len());
            let among = here.partition_point(|e| e.id.0 <= id);
            assert_eq!(among, count.saturating_sub(7));
        }
        let torn = all[all.len() / 2].id;
        assert_eq!(events.partition_point(|e| e.id <= torn), 3 * PAGE);
    }

    #[test]
    fn a_file_that_is_gone_is_no_panic() {
        struct Gone(Arc<AtomicUsize>);
        impl Pages for Gone {
            fn page(&mut self, _: usize) -> Option<Box<[Event]>> {
                self.0.fetch_add(1, Ordering::Relaxed);
                None
            }
        }
        let tries = Arc::new(AtomicUsize::new(0));
        let mut book = Book::in_pages(Box::new(Gone(Arc::clone(&tries))));
        let all: Vec<Event> = long().events().iter().cloned().collect();
        let len = all.len();
        for event in all {
            book.push(event);
        }
        assert_eq!(book.events().get(0), None);
        assert_eq!(book.session_at(3).count, 3, "the place is known");
        assert_eq!(book.events().len(), len);
        for place in 0..PAGE {
            assert_eq!(book.events().get(place), None);
        }
        assert_eq!(tries.load(Ordering::Relaxed), 1, "a page is tried once");
        book.tidy(0);
        assert_eq!(book.events().get(0), None);
        assert_eq!(tries.load(Ordering::Relaxed), 2, "and again later");
        let before = book.events().unread();
        let all = book.events().visit(0..PAGE, |_, _| ControlFlow::Break(()));
        assert_eq!(all, ControlFlow::Continue(()));
        assert_eq!(
            book.events().unread(),
            before + 1,
            "a walk knows that it has not seen all"
        );
    }
}
