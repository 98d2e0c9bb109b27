//! Searching the calls and what was said, in what is shown and in time.

use crate::app::state::{App, Cursor, Screen};
use crate::model::{
    event::{Event, Fact},
    story::{packets, program, words::number},
};
use core::ops::ControlFlow;

/// Events that one key looks through at most: a journal may be very long, and a key must answer at once. The same key
/// once more goes on from there.
const MOST: usize = 100_000;
/// The same for a letter of what is searched for.
const MOST_WHILE_TYPING: usize = 20_000;
/// Backwards, it is looked through in such pieces.
const PIECE: usize = 1_024;

/// How far a search has come that has not found anything yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) struct Sought {
    /// What, which way, on which screen and from which moment or row.
    what: (String, bool, Screen, usize),
    /// Where in the journal it goes on.
    at: usize,
}

/// What came of looking.
enum Looked {
    /// It is this event.
    Hit(usize),
    /// Nothing so far; it goes on here.
    Here(usize),
    /// There is none.
    None,
}

impl App {
    /// Whether an event is a hit of the search.
    pub fn is_found(&self, event: &Event) -> bool {
        !self.search.is_empty() && text_of(event).is_some_and(|text| contains(&text, &self.search))
    }

    /// Goes to the next hit, or the one before: on the screen of all calls from row to row, elsewhere through time.
    pub(super) fn find(&mut self, next: bool) {
        let looked = match self.screen {
            Screen::Calls => self.find_call(next),
            Screen::Packets => {
                if self.find_packet(next) {
                    return;
                }
                Looked::None
            }
            _ => self.find_moment(next),
        };
        let before = self.sought.take();
        let what: String = self.search.chars().take(40).collect();
        let way = if next { "after" } else { "before" };
        match looked {
            Looked::Hit(_) => {}
            Looked::Here(at) => {
                let name = if next { "found-next" } else { "found-before" };
                let key = self.keys.keys_of(name).first();
                let key = key.map_or_else(|| "the search".to_owned(), ToString::to_string);
                let many = number(MOST as u64);
                self.tell(format!(
                    "No hit for {what:?} among {many} events {way} this; {key} goes on from there."
                ));
                let what = self.sought_for(next);
                self.sought = Some(Sought { what, at });
            }
            Looked::None => {
                let no = if self.is_found_here() {
                    "No other hit"
                } else {
                    "No hit"
                };
                let yet = if next && self.is_loading() {
                    " yet"
                } else {
                    ""
                };
                self.tell(format!("{no} for {what:?} {way} this{yet}."));
                // What was looked through already need not be looked through again.
                self.sought = before;
            }
        }
    }

    fn sought_for(&self, next: bool) -> (String, bool, Screen, usize) {
        let here = match self.screen {
            Screen::Calls => self.selected().unwrap_or(0),
            _ => self.shown_events(),
        };
        (self.search.clone(), next, self.screen, here)
    }

    /// Where the search goes on that was begun here, or where it begins.
    fn begins(&self, next: bool, begin: usize) -> usize {
        let before = self.sought.as_ref();
        let before = before.filter(|s| s.what == self.sought_for(next));
        before.map_or(begin, |s| s.at)
    }

    /// The first event from `from` on, or the last before it, that `hit` holds for.
    fn look(
        &self,
        from: usize,
        next: bool,
        most: usize,
        hit: impl Fn(usize, &Event) -> bool,
    ) -> Looked {
        let events = self.book.events();
        let len = events.len();
        if next {
            let until = len.min(from.saturating_add(most));
            let seen = events.visit(from..until, |i, e| {
                if hit(i, e) {
                    ControlFlow::Break(i)
                } else {
                    ControlFlow::Continue(())
                }
            });
            return match seen {
                ControlFlow::Break(i) => Looked::Hit(i),
                ControlFlow::Continue(()) if until < len => Looked::Here(until),
                ControlFlow::Continue(()) => Looked::None,
            };
        }
        let (mut end, until) = (from.min(len), from.saturating_sub(most));
        while end > until {
            let begin = end.saturating_sub(PIECE).max(until);
            let mut last = None;
            let _ = events.visit(begin..end, |i, e| {
                if hit(i, e) {
                    last = Some(i);
                }
                ControlFlow::<()>::Continue(())
            });
            if let Some(i) = last {
                return Looked::Hit(i);
            }
            end = begin;
        }
        if end > 0 {
            Looked::Here(end)
        } else {
            Looked::None
        }
    }

    /// Whether what is shown, the selected call or the moment, is a hit itself.
    fn is_found_here(&self) -> bool {
        let events = self.book.events();
        if self.screen == Screen::Calls {
            let selected = self.selected().and_then(|i| events.get(i));
            return selected.is_some_and(|event| self.is_found(event));
        }
        if self.screen == Screen::Packets {
            return !self.packet_rows().is_empty();
        }
        let shown = self.shown_events();
        let from = self.moment_before(shown).unwrap_or(0);
        events
            .range(from..shown)
            .iter()
            .take(MOST)
            .any(|e| self.is_found(e))
    }

    fn find_call(&mut self, next: bool) -> Looked {
        let Some(here) = self.selected() else {
            return Looked::None;
        };
        let from = self.begins(next, if next { here + 1 } else { here });
        let shown = self.shown_events();
        let looked = self.look(from, next, MOST, |i, e| {
            i < shown && is_call(e) && self.is_found(e)
        });
        match looked {
            // What has not happened yet at the shown moment is not looked through.
            Looked::Here(at) if at >= shown => Looked::None,
            Looked::Hit(index) => {
                self.select_call(self.row_of_call(index));
                looked
            }
            _ => looked,
        }
    }

    /// Selects the newest call that is a hit; while one types.
    pub(super) fn find_newest_call(&mut self) {
        let looked = self.look(self.shown_events(), false, MOST_WHILE_TYPING, |_, e| {
            is_call(e) && self.is_found(e)
        });
        if let Looked::Hit(index) = looked {
            self.select_call(self.row_of_call(index));
        }
    }

    fn row_of_call(&self, index: usize) -> usize {
        self.book.calls().partition_point(|&i| i < index)
    }

    fn find_moment(&mut self, next: bool) -> Looked {
        let shown = self.shown_events();
        let from = self.begins(next, shown);
        // The moment that is shown may hold several hits; all of them are here already.
        let looked = self.look(from, next, MOST, |i, e| {
            self.is_found(e) && (next || self.moment_of(i) < shown)
        });
        if let Looked::Hit(index) = looked {
            let count = self.moment_of(index);
            self.go(Cursor::At {
                count,
                frozen: false,
            });
        }
        looked
    }
}

/// The words of an event that a search looks at.
fn text_of(event: &Event) -> Option<String> {
    let text = match &event.fact {
        Fact::Call(done) => format!("{} = {}", done.call, done.result()),
        Fact::Waiting { call, .. } => format!("{call} waits"),
        Fact::Say { text }
        | Fact::Note { text }
        | Fact::Refused { text }
        | Fact::Expect { text, .. } => text.clone(),
        Fact::State { to, .. } => to.to_string(),
        Fact::Program { pid, doing } => program::told(*pid, doing, 1024),
        Fact::Packet(packet) => packets::entered(packet),
        _ => return None,
    };
    Some(match event.who {
        Some(who) => format!("{who} {text}"),
        None => text,
    })
}

const fn is_call(event: &Event) -> bool {
    matches!(event.fact, Fact::Call(_))
}

fn contains(text: &str, wanted: &str) -> bool {
    text.to_lowercase().contains(&wanted.to_lowercase())
}
