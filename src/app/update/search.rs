//! Searching the calls and what was said, in what is shown and in time.

use crate::app::state::{App, Cursor, Screen};
use crate::model::{
    event::{Event, Fact},
    story::packets,
};

/// Events that one search looks through at most: a journal may be very long, and a key must answer at once.
const MOST: usize = 200_000;

impl App {
    /// Whether an event is a hit of the search.
    pub fn is_found(&self, event: &Event) -> bool {
        !self.search.is_empty() && text_of(event).is_some_and(|text| contains(&text, &self.search))
    }

    /// Goes to the next hit, or the one before: on the screen of all calls from row to row, elsewhere through time.
    pub(super) fn find(&mut self, next: bool) {
        let found = match self.screen {
            Screen::Calls => self.find_call(next),
            Screen::Packets => self.find_packet(next),
            _ => self.find_moment(next),
        };
        if !found {
            let what: String = self.search.chars().take(40).collect();
            let no = if self.is_found_here() {
                "No other hit"
            } else {
                "No hit"
            };
            let way = if next { "after" } else { "before" };
            self.tell(format!("{no} for {what:?} {way} this."));
        }
    }

    /// Whether what is shown, the selected call or the moment, is a hit itself.
    fn is_found_here(&self) -> bool {
        let events = self.book.events();
        if self.screen == Screen::Calls {
            return self.selected().is_some_and(|i| self.is_found(&events[i]));
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

    fn find_call(&mut self, next: bool) -> bool {
        let calls = self.shown_calls();
        let here = self
            .selected_call
            .unwrap_or(calls.len().saturating_sub(1))
            .min(calls.len());
        let hit = |row: &usize| self.is_found(&self.book.events()[calls[*row]]);
        let row = if next {
            (here + 1..calls.len()).take(MOST).find(hit)
        } else {
            (0..here).rev().take(MOST).find(hit)
        };
        row.map(|row| self.select_call(row)).is_some()
    }

    /// Selects the newest call that is a hit; while one types.
    pub(super) fn find_newest_call(&mut self) {
        let calls = self.shown_calls();
        let row = (0..calls.len())
            .rev()
            .take(MOST)
            .find(|row| self.is_found(&self.book.events()[calls[*row]]));
        if let Some(row) = row {
            self.select_call(row);
        }
    }

    fn find_moment(&mut self, next: bool) -> bool {
        let (told, shown) = (self.book.told(), self.shown_events());
        let here = told.partition_point(|&t| t < shown);
        let hit = |t: &&usize| self.is_found(&self.book.events()[**t]);
        let count = if next {
            told[here..]
                .iter()
                .take(MOST)
                .find(hit)
                .map(|t| self.moment_of(*t))
        } else {
            // The moment that is shown may hold several hits; all of them are here already.
            told[..here]
                .iter()
                .rev()
                .take(MOST)
                .filter(hit)
                .map(|t| self.moment_of(*t))
                .find(|count| *count < shown)
        };
        let Some(count) = count else { return false };
        self.go(Cursor::At {
            count,
            frozen: false,
        });
        true
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
        Fact::Packet(packet) => packets::entered(packet),
        _ => return None,
    };
    Some(match event.who {
        Some(who) => format!("{who} {text}"),
        None => text,
    })
}

fn contains(text: &str, wanted: &str) -> bool {
    text.to_lowercase().contains(&wanted.to_lowercase())
}
