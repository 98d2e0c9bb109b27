//! A recording on the screen: what it is, how far it has been read, and how fast it is played. It is walked through as
//! the past of a live session is; nothing in it can be done any more, so it has no now, only an end.

use super::{
    keys::KeyTable,
    state::{App, Cursor, Notice, Settings},
};
use crate::model::{book::Book, event::Event, ids::Nanos};
use core::fmt;

/// The least time between two frames of a recording that plays, and the most: who watches a pause of an hour would
/// think that it hangs.
const LEAST_GAP: Nanos = Nanos::from_millis(16);
/// A moment is shown for so long at least, so that a talk of 23 ms can be followed; played faster, for as much less.
const LEAST_MOMENT: Nanos = Nanos::from_millis(300);
const MOST_GAP: Nanos = Nanos::from_millis(3_000);

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordedKind {
    /// A recording of ours: the whole journal.
    Recording,
    /// Packets alone, which somebody else captured.
    Capture,
    /// A journal as JSON Lines.
    JsonLines,
}

/// A file that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The file's name; escaped when it is drawn.
    pub name: String,
    /// What kind of file.
    pub kind: RecordedKind,
    /// Bytes read so far and the file's size, while the rest of it is being read.
    pub progress: Option<(u64, u64)>,
    /// Where it stopped being sound, in words.
    pub stopped: Option<String>,
    /// How fast it is played.
    pub speed: Speed,
}

/// How fast a recording is played, in hundredths of how it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Speed(u32);

impl Default for Speed {
    fn default() -> Self {
        Self(100)
    }
}

impl Speed {
    /// Those that `+` and `-` go through.
    pub const ALL: [Self; 8] = [
        Self(10),
        Self(25),
        Self(50),
        Self(100),
        Self(200),
        Self(500),
        Self(1_000),
        Self(10_000),
    ];

    fn faster(self) -> Self {
        let next = Self::ALL.into_iter().find(|s| *s > self);
        next.unwrap_or(self)
    }

    fn slower(self) -> Self {
        let next = Self::ALL.into_iter().rev().find(|s| *s < self);
        next.unwrap_or(self)
    }

    /// How long a moment is shown at least.
    fn least(self) -> Nanos {
        let faster = u64::from(self.0.max(100));
        Nanos(LEAST_MOMENT.0 * 100 / faster).max(LEAST_GAP)
    }

    /// How long this span of the recording takes on the screen.
    const fn on_screen(self, span: Nanos) -> Nanos {
        Nanos((span.0 as u128 * 100 / self.0 as u128) as u64)
    }

    /// The span of the recording that goes by in this time on the screen.
    const fn gone_by(self, span: Nanos) -> Nanos {
        Nanos((span.0 as u128 * self.0 as u128 / 100) as u64)
    }
}

/// `1`, `0.25`, `10`.
impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", f64::from(self.0) / 100.0)
    }
}

impl App {
    /// A recording on the screen, at its first moment. The book may hold only its beginning yet.
    pub fn recorded(book: Book, recorded: Recorded, settings: Settings, keys: KeyTable) -> Self {
        let mut app = Self::new(book, settings, keys);
        app.recorded = Some(recorded);
        app.go_to_first();
        app.tell_where_it_stopped();
        app
    }

    /// Events that were read after the file was opened; the shown moment stays.
    pub fn take_in(&mut self, events: Box<[Event]>) {
        let none = self.book.events().is_empty();
        for event in events {
            self.book.push(event);
        }
        if none {
            self.go_to_first();
        }
    }

    /// How far the file has been read: `progress` as in [`Recorded`], and when it stopped being sound, where.
    pub fn read_so_far(&mut self, progress: Option<(u64, u64)>, stopped: Option<String>) {
        let Some(recorded) = &mut self.recorded else {
            return;
        };
        recorded.progress = progress;
        if recorded.stopped != stopped {
            recorded.stopped = stopped;
            self.tell_where_it_stopped();
        }
    }

    /// Whether the rest of the file is still being read.
    pub fn is_loading(&self) -> bool {
        self.recorded.as_ref().is_some_and(|r| r.progress.is_some())
    }

    fn tell_where_it_stopped(&mut self) {
        if self.stopped().is_some() {
            let at = self.book.now().millis() as f64 / 1e3;
            self.notice = Some(Notice {
                text: format!("The file breaks off at {at:.3} s; what comes before is whole."),
                bad: true,
                while_busy: false,
            });
        }
    }

    /// Where the file stopped being sound and why, in words.
    pub fn stopped(&self) -> Option<&str> {
        self.recorded.as_ref()?.stopped.as_deref()
    }

    /// The same, once all that it holds is shown.
    pub fn stopped_here(&self) -> Option<&str> {
        self.stopped()
            .filter(|_| self.shown_events() == self.book.events().len())
    }

    /// What is said at the end of it.
    pub(super) fn words_at_end(&self) -> &'static str {
        if self.is_loading() {
            "The rest of the recording is still being read."
        } else if self.stopped().is_some() {
            "The file breaks off here."
        } else {
            "This is the end of the recording."
        }
    }

    /// Lets go of what can be read again, far from the shown moment, and says what cannot. Between two frames.
    pub fn tidy(&mut self) {
        if self.book.events().are_torn() {
            self.notice = Some(Notice {
                text: "Part of the file cannot be read any more: it was changed. Open it again."
                    .to_owned(),
                bad: true,
                while_busy: false,
            });
        }
        let near = self.shown_events();
        self.book.tidy(near);
    }

    /// The time until the next [`App::beat`], while it plays: what went by until the next moment, at the speed at which it
    /// is played; but no less than the moment that is shown takes to be seen.
    pub fn beat_after(&self) -> Nanos {
        let Some(recorded) = &self.recorded else {
            return self.stop_takes(self.play.pace);
        };
        let shown = self.shown_events();
        let Some(next) = self.next_end(shown) else {
            // The end; or the rest is still being read.
            return Nanos::from_millis(100);
        };
        let span = self.time_of_count(next).since(self.session().at);
        recorded
            .speed
            .on_screen(span)
            .clamp(recorded.speed.least(), MOST_GAP)
    }

    /// The time has passed: shows the next moment of the recording; where moments are only shown for a frame, the last of
    /// those that go by within it.
    pub(super) fn beat_recorded(&mut self) {
        let Some(recorded) = self.recorded.as_ref().filter(|_| self.play.on) else {
            return;
        };
        let (shown, speed) = (self.shown_events(), recorded.speed);
        let Some(next) = self.next_end(shown) else {
            if !self.is_loading() {
                self.play.on = false;
                self.say(self.words_at_end());
            }
            return;
        };
        if speed.least() > LEAST_GAP {
            self.go(Cursor::At {
                count: next,
                frozen: false,
            });
            return;
        }
        let until = self.session().at.plus(speed.gone_by(LEAST_GAP));
        let within = self.book.events().partition_point(|e| e.at_ns <= until);
        // The last moment that ends within this time; at least one.
        let last = match self.moment_before(within + 1) {
            Some(end) if within > next => end.max(next),
            _ => next,
        };
        self.go(Cursor::At {
            count: last,
            frozen: false,
        });
    }

    /// Plays, or stops; at the end, plays from the beginning.
    pub(super) fn play_recorded(&mut self) {
        self.play.on = !self.play.on;
        let shown = self.shown_events();
        if self.play.on && !self.is_loading() && shown == self.book.events().len() {
            self.go_to_first();
        }
    }

    /// Plays it faster, or slower.
    pub(super) fn change_speed(&mut self, faster: bool) {
        let Some(recorded) = &mut self.recorded else {
            return;
        };
        recorded.speed = if faster {
            recorded.speed.faster()
        } else {
            recorded.speed.slower()
        };
        let speed = recorded.speed;
        self.say(&format!("It plays {speed} times as fast as it happened."));
    }

    /// The end of the moment after so many events, the last one too.
    fn next_end(&self, shown: usize) -> Option<usize> {
        let len = self.book.events().len();
        self.moment_after(shown)
            .or_else(|| (shown < len).then_some(len))
    }

    /// The time at the moment just after so many events.
    pub(super) fn time_of_count(&self, count: usize) -> Nanos {
        let last = count.checked_sub(1).and_then(|i| self.book.events().get(i));
        last.map_or(Nanos(0), |e| e.at_ns)
    }

    fn say(&mut self, text: &str) {
        self.notice = Some(Notice {
            text: text.to_owned(),
            bad: false,
            while_busy: false,
        });
    }
}
