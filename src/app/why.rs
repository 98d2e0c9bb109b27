//! Why: which event is asked about, what it hangs together with, and the way by which one came.
//!
//! ```text
//!   w ──► the selected packet, call or row; else what the moment talks about
//!              │ Enter on a cause or an effect: the moment just after it is shown, and it is asked about
//!              ▼ Backspace: back along the way
//! ```

use super::state::{App, Cursor, Panel, Screen};
use crate::model::{
    book::Book,
    ids::{Nanos, SocketId},
    insights::Insight,
    session::Session,
    story::{
        happening::subject,
        ties::{Ties, ties},
    },
};
use std::borrow::Cow;

/// Events after one that are looked at for what it led to.
const FAR: usize = 4096;

/// Where one stands in asking why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhyView {
    /// The event that one has jumped to: its place in [`Book::events`]. Without one, what is selected on the screen.
    pub(super) jumped: Option<usize>,
    /// The selected row: what is notable first, then causes, then effects.
    pub(super) row: usize,
    /// What is notable and was opened, to be read in full: its row in the table, and whose it is.
    pub(super) opened: Option<(usize, SocketId)>,
    /// The way by which one came, the latest step last.
    pub(super) way: Vec<WhyStep>,
}

/// A step of the way: how it was before one jumped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WhyStep {
    pub(super) jumped: Option<usize>,
    pub(super) row: usize,
    pub(super) cursor: Cursor,
    pub(super) ladder: Option<usize>,
}

impl WhyView {
    /// Whether this is opened, to be read in full.
    pub fn is_open(&self, insight: &Insight) -> bool {
        self.opened == Some((insight.row, insight.socket))
    }

    /// The selected row: what is notable first, then causes, then effects.
    pub const fn row(&self) -> usize {
        self.row
    }

    /// How many steps back one can go.
    pub const fn steps(&self) -> usize {
        self.way.len()
    }
}

impl App {
    /// The event that is asked about: its place in [`Book::events`].
    pub fn why_event(&self) -> Option<usize> {
        let exists = |index: &usize| *index < self.shown_events();
        self.why
            .jumped
            .or_else(|| self.why_selected())
            .or_else(|| self.place_talked_about())
            .filter(exists)
    }

    /// Whether it is the one that the screen talks about at the moment that is shown, and no other was selected.
    pub fn why_of_moment(&self) -> bool {
        self.why.jumped.is_none() && self.why_selected().is_none()
    }

    /// What is notable at the moment that is shown, where the box is about that: not when one has selected something to
    /// ask about, or has gone to an event.
    pub fn why_insights(&self, now: Nanos) -> Vec<Insight> {
        let of_moment = self.why_of_moment() || self.screen == Screen::Main;
        if of_moment && self.why.jumped.is_none() {
            self.insights(now).told
        } else {
            Vec::new()
        }
    }

    /// Whether the selected row is something notable.
    pub(super) fn why_selects_insight(&self) -> bool {
        self.why.row < self.why_insights(self.drawn.at).len()
    }

    /// What is selected on the screen that is shown.
    fn why_selected(&self) -> Option<usize> {
        match self.screen {
            Screen::Packets => self.shown_packet().map(|(entry, _)| entry.index),
            Screen::Calls => self.selected(),
            Screen::Ladder => self.ladder_row().or_else(|| self.newest_row()),
            Screen::Main if self.focus == Panel::Cable => {
                let number = self.packet_selected()?;
                self.packet_entry(number).map(|entry| entry.index)
            }
            _ => None,
        }
    }

    fn place_talked_about(&self) -> Option<usize> {
        let session = self.session();
        let id = subject(&self.book, session).or(session.last)?;
        place(&self.book, id.0)
    }

    /// What an event hangs together with. What lies later than the shown moment is among it: a place from
    /// [`App::shown_events`] on.
    pub fn why_ties(&self, index: usize) -> Ties {
        let generation = self.book.generation_of(index);
        let far = generation.end.min(index.saturating_add(FAR));
        let later = self.session_then(far.max(index + 1));
        let mut all = ties(&self.book, &later, index);
        let shown = self.shown_events();
        if generation.contains(&shown.saturating_sub(1)) && shown > index {
            // What is said of causes that had happened is said as of then.
            let then = ties(&self.book, self.session(), index).causes;
            let since = all.causes.into_iter().filter(|(i, _)| *i >= shown);
            all.causes = then.into_iter().chain(since).collect();
        }
        all
    }

    /// The session just after so many events.
    pub(super) fn session_then(&self, count: usize) -> Cow<'_, Session> {
        if count >= self.book.events().len() {
            Cow::Borrowed(self.book.session())
        } else if count == self.shown_events() {
            Cow::Borrowed(self.session())
        } else {
            Cow::Owned(self.book.session_at(count))
        }
    }

    /// The session as of which an event is explained: that just after it.
    pub fn session_of(&self, index: usize) -> Cow<'_, Session> {
        self.session_then(index + 1)
    }
}

fn place(book: &Book, id: u64) -> Option<usize> {
    let events = book.events();
    let first = events.first()?.id.0;
    let index = usize::try_from(id.checked_sub(first)?).ok()?;
    events.get(index).filter(|e| e.id.0 == id).map(|_| index)
}
