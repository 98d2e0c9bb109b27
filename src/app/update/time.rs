//! Back and forth through what has happened, holding the view, and playing by itself.
//!
//! A *moment* is what one sees change at once: something that was done or said, with what the kernel told right after.
//!
//! ```text
//!   asked  call  state  queue  line │ asked  waiting │ asked  call ...
//!                                   ▲                ▲ one press of ← goes from here to there
//! ```

use crate::app::state::{App, Cursor, Effect, Held};
use crate::model::{
    event::{Fact, Source},
    ids::Nanos,
    session::Session,
};

/// What the kernel tells so long after the event before it is a moment of its own: nobody did anything just then.
const SOON: Nanos = Nanos::from_millis(100);
/// The paces that `+` and `-` go through, in milliseconds.
const PACES: [u64; 9] = [250, 500, 800, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000];
/// So many events forth, the session is folded on from the one that is shown.
const FEW: usize = 512;
/// A moment has so many told events at most, or drawing one frame would have to walk through all of them.
const MOST: usize = 4_096;
const OVER: &str = "The script is at its end; Space goes on in free play.";

impl App {
    /// Shows another moment. One that has not come yet is now.
    pub fn go(&mut self, cursor: Cursor) {
        let len = self.book.events().len();
        let recorded = self.recorded.is_some();
        self.cursor = match cursor {
            // A recording has no now that could come: its moment stays while more of it is read.
            Cursor::Live if recorded => Cursor::At {
                count: len,
                frozen: false,
            },
            Cursor::At { count, .. } if recorded => Cursor::At {
                count: count.clamp(len.min(1), len),
                frozen: false,
            },
            Cursor::At {
                count,
                frozen: false,
            } if count >= len => Cursor::Live,
            // Before the first event there is nothing to be seen.
            Cursor::At { count, frozen } => Cursor::At {
                count: count.clamp(len.min(1), len),
                frozen,
            },
            Cursor::Live => Cursor::Live,
        };
        self.past = match self.cursor {
            Cursor::Live => None,
            Cursor::At { count, .. } => Some(self.session_after(count)),
        };
    }

    /// The session after so many events: a few steps forth from the one that is shown are cheaper than from a
    /// checkpoint.
    fn session_after(&mut self, count: usize) -> Session {
        if let Some(mut past) = self.past.take()
            && past.count <= count
            && count - past.count <= FEW
        {
            for event in self.book.events().range(past.count..count).iter() {
                past.apply(event);
            }
            // What cannot be read any more counts too.
            past.count = count;
            return past;
        }
        self.book.session_at(count)
    }

    /// The pace has passed: the next step, when playing by itself. For the one who has a clock.
    pub fn beat(&mut self) -> Vec<Effect> {
        if self.recorded.is_some() {
            self.beat_recorded();
            return Vec::new();
        }
        // While the view is held, things go on.
        let held = self.is_held();
        let now = held || self.cursor == Cursor::Live;
        if !self.play.on || now && self.busy {
            return Vec::new();
        }
        if now
            && let Some(learning) = &self.learning
            && let Some(more) = self.lesson_goes_on()
        {
            // A question waits, and so does whoever plays freely or holds the view.
            let waits = learning.walk.asked().is_some() || self.is_away() || held;
            self.play.on &= more;
            return if waits || !self.play.on {
                Vec::new()
            } else {
                self.next()
            };
        }
        // A script that was left because it could not go on (its port was taken) is played to the end of the conversation.
        let session = self.book.session();
        let unfinished = session.left_script && !session.lines.complete();
        if now && self.script_is_over() && !unfinished {
            self.play.on = false;
            self.tell(OVER);
            return Vec::new();
        }
        if held && !self.nothing_left() {
            return vec![Effect::Next];
        }
        self.next()
    }

    /// A view that was frozen, and has been drawn since, shows the time of that frame from then on.
    pub(super) fn hold_time(&mut self) {
        if let Held::Since(before) = self.held
            && self.drawn.at > before
        {
            self.held = Held::At(self.drawn.at);
        }
    }

    const fn is_held(&self) -> bool {
        matches!(self.cursor, Cursor::At { frozen: true, .. })
    }

    pub(super) fn next(&mut self) -> Vec<Effect> {
        if self.is_held() {
            let key = self.keys.keys_of("freeze").first();
            let key = key.map_or_else(String::new, |k| format!(": {k} lets it go"));
            self.refuse(format!("The view is held{key}."));
            return Vec::new();
        }
        if self.cursor != Cursor::Live {
            self.walk_forth();
            return Vec::new();
        }
        if self.busy {
            self.tell("The last step is still under way.");
            if let Some(notice) = &mut self.notice {
                notice.while_busy = true;
            }
            return Vec::new();
        }
        if let Some(effects) = self.next_in_walk() {
            return effects;
        }
        if self.nothing_left() {
            self.play.on = false;
            self.refuse("There is no next step: type a statement with :");
            return Vec::new();
        }
        vec![Effect::Next]
    }

    pub(super) fn walk_back(&mut self) {
        match self.moment_before(self.shown_events()) {
            Some(count) => self.go(Cursor::At {
                count,
                frozen: false,
            }),
            None => self.refuse("This is the first moment."),
        }
    }

    pub(super) fn walk_forth(&mut self) {
        if self.recorded.is_some() && self.shown_events() == self.book.events().len() {
            self.refuse(self.words_at_end());
            return;
        }
        match self.cursor {
            Cursor::Live => self.refuse("This is now."),
            Cursor::At { count, .. } => match self.moment_after(count) {
                Some(count) => self.go(Cursor::At {
                    count,
                    frozen: false,
                }),
                None => self.go(Cursor::Live),
            },
        }
    }

    pub(in crate::app) fn go_to_first(&mut self) {
        let first = self.moment_after(0);
        let all = self.recorded.as_ref().map(|_| self.book.events().len());
        if let Some(count) = first.or(all) {
            self.go(Cursor::At {
                count,
                frozen: false,
            });
        }
    }

    pub(super) fn freeze(&mut self) {
        if self.recorded.is_some() {
            self.refuse("A recording stands still by itself: there is nothing to hold.");
            return;
        }
        if self.cursor == Cursor::Live {
            let count = self.book.events().len();
            self.held = Held::Since(self.drawn.at);
            self.go(Cursor::At {
                count,
                frozen: true,
            });
            self.tell("The view is held; things go on.");
        } else {
            self.go(Cursor::Live);
        }
    }

    pub(super) fn toggle_play(&mut self) {
        if self.recorded.is_some() {
            self.play_recorded();
            return;
        }
        let live = self.cursor == Cursor::Live;
        let goes_on = self.lesson_goes_on();
        if !self.play.on && live && goes_on == Some(false) {
            self.tell("The lesson is at its end.");
            return;
        }
        if !self.play.on && live && goes_on.is_none() && self.script_is_over() {
            self.tell(OVER);
            return;
        }
        self.play.on = !self.play.on;
        if self.play.on {
            self.tell_pace();
        }
    }

    pub(super) fn change_pace(&mut self, faster: bool) {
        if self.recorded.is_some() {
            self.change_speed(faster);
            return;
        }
        let now = self.play.pace.millis();
        let next = if faster {
            PACES.iter().rev().find(|p| **p < now)
        } else {
            PACES.iter().find(|p| **p > now)
        };
        if let Some(ms) = next {
            self.play.pace = Nanos::from_millis(*ms);
        }
        self.tell_pace();
    }

    /// The next pace, or the one before: beyond the quickest comes the slowest. A recording's speed stands still there.
    pub(in crate::app) fn turn_pace(&mut self, faster: bool) {
        if self.recorded.is_some() {
            self.change_speed(faster);
            return;
        }
        let before = self.play.pace;
        self.change_pace(faster);
        if self.play.pace == before {
            let ends = [PACES[0], PACES[PACES.len() - 1]];
            self.play.pace = Nanos::from_millis(ends[usize::from(faster)]);
            self.tell_pace();
        }
    }

    fn tell_pace(&mut self) {
        let ms = self.play.pace.millis();
        self.tell(format!("A step every {} s.", ms as f64 / 1000.0));
    }

    /// The end of the latest moment that ends before `count`.
    pub(in crate::app) fn moment_before(&self, count: usize) -> Option<usize> {
        let told = self.book.told();
        let from = told.partition_point(|&t| t < count);
        let told = &told[..told.len().min(from + 1)];
        let near = &told[told.len().saturating_sub(MOST)..];
        let edges = near.iter().rev().filter(|&&t| self.begins_moment(t));
        let edge = edges.map(|&t| self.edge(t)).find(|&edge| edge < count);
        let farthest = || near.first().copied().filter(|_| near.len() < told.len());
        edge.or_else(farthest).filter(|&edge| edge > 0)
    }

    /// The end of the first moment that ends after `count`, unless that is now.
    pub(in crate::app) fn moment_after(&self, count: usize) -> Option<usize> {
        let told = self.book.told();
        let told = &told[told.partition_point(|&t| t < count)..];
        let near = &told[..told.len().min(MOST)];
        let edges = near.iter().filter(|&&t| self.begins_moment(t));
        let edge = edges.map(|&t| self.edge(t)).find(|&edge| edge > count);
        edge.or_else(|| told.get(MOST).copied())
    }

    /// The end of the moment in which this event happened.
    pub(in crate::app) fn moment_of(&self, index: usize) -> usize {
        self.moment_after(index).unwrap_or(self.book.events().len())
    }

    /// Whether a told event is something new, and not what the kernel tells of the one before.
    fn begins_moment(&self, index: usize) -> bool {
        let events = self.book.events();
        let Some(event) = events.get(index) else {
            return false;
        };
        let Some(before) = index.checked_sub(1).and_then(|i| events.get(i)) else {
            return true;
        };
        match event.source {
            Source::Kernel | Source::Derived => event.at_ns.since(before.at_ns) > SOON,
            Source::Call => !self.was_under_way(index),
            Source::Cable if matches!(event.fact, Fact::Handled { .. } | Fact::Fate { .. }) => {
                // What becomes of a packet at once belongs to its coming, or to what let several go.
                let asked = matches!(before.fact, Fact::Asked { .. });
                asked || event.at_ns.since(before.at_ns) > SOON
            }
            Source::Script | Source::Program | Source::Cable | Source::Capture => true,
        }
    }

    /// Whether this event is the return of a call that was under way when the call told before it returned, another
    /// actor's, and that was not seen to wait: between the two there is no moment of which all could be told.
    fn was_under_way(&self, index: usize) -> bool {
        let events = self.book.events();
        let Some(event) = events.get(index) else {
            return false;
        };
        let Fact::Call(done) = &event.fact else {
            return false;
        };
        let began = event.happened().since(done.took_ns);
        let calls = self.book.calls();
        let before = calls[..calls.partition_point(|&i| i < index)].last();
        let Some(before) = before.and_then(|&i| events.get(i)) else {
            return false;
        };
        // A call that ends at once, and whose wait was told, would have a moment of its own.
        let waited = || {
            let from = events.partition_point(|e| e.at_ns < began);
            // That it waits is told soon after it began.
            events.range(from..index.min(from + MOST)).iter().any(
                |e| matches!(&e.fact, Fact::Waiting { call_id, .. } if *call_id == done.call_id),
            )
        };
        before.who != event.who && began < before.happened() && !waited()
    }

    /// Where the moment before the one that begins with this event ends: what was asked for belongs to what it became.
    fn edge(&self, index: usize) -> usize {
        let events = self.book.events().range(0..index);
        let asked = events
            .iter()
            .rev()
            .take(MOST)
            .take_while(|e| matches!(e.fact, Fact::Asked { .. }))
            .count();
        index - asked
    }
}
