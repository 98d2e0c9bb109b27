//! Jumps through time by what happened: to the next event, packet, call, change of state or line, and to the one
//! before. The moment after a jump ends exactly at that event, not where its moment ends: who looks for one event wants
//! to see nothing of the next.

use crate::app::state::{App, Cursor};

/// By what one jumps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stride {
    /// One event, whatever it is.
    Event,
    /// Where a packet enters the cable, or is seen.
    Packet,
    /// Where a call returns.
    Call,
    /// Where a socket's state changes.
    State,
    /// Where one of the four lines is reached.
    Line,
}

impl Stride {
    /// What one jumps to, in words.
    const fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Packet => "packet",
            Self::Call => "call",
            Self::State => "change of state",
            Self::Line => "line",
        }
    }
}

impl App {
    /// How many events have happened just after the next thing of this kind, or the one before, if there is one.
    pub(in crate::app) fn leap_to(&self, stride: Stride, forth: bool) -> Option<usize> {
        let shown = self.shown_events();
        let book = &self.book;
        let marks = book.landmarks();
        match stride {
            Stride::Event if forth => (shown < book.events().len()).then_some(shown + 1),
            Stride::Event => shown.checked_sub(1).filter(|count| *count > 0),
            Stride::Packet => nearest(book.packets(), shown, forth, |p| p.index),
            Stride::Call => nearest(book.calls(), shown, forth, |i| *i),
            Stride::State => nearest(&marks.states, shown, forth, |s| s.index),
            Stride::Line => nearest(&marks.lines, shown, forth, |l| l.index),
        }
    }

    pub(super) fn leap(&mut self, stride: Stride, forth: bool) {
        if let Some(count) = self.leap_to(stride, forth) {
            self.go(Cursor::At {
                count,
                frozen: false,
            });
            return;
        }
        let (what, way) = (stride.name(), if forth { "after" } else { "before" });
        let yet = if forth && self.is_loading() {
            " yet: the rest is still being read"
        } else {
            ""
        };
        self.refuse(format!("There is no {what} {way} this{yet}."));
    }
}

/// The count of events just after the first mark beyond what is shown, or just after the last before its end.
fn nearest<T>(
    marks: &[T],
    shown: usize,
    forth: bool,
    index: impl Fn(&T) -> usize,
) -> Option<usize> {
    let mark = if forth {
        marks.get(marks.partition_point(|m| index(m) < shown))
    } else {
        // One that is the last thing shown is where we are.
        let before = marks.partition_point(|m| index(m) + 1 < shown);
        before.checked_sub(1).and_then(|i| marks.get(i))
    };
    mark.map(|m| index(m) + 1)
}
