//! How one socket's figures went over time: an index of the events that told them, and samples of it for a plot.
//!
//! A journal can hold a million of these events and a plot has some hundred columns, so a plot is drawn by looking into
//! the index: a few binary searches a column, never a walk from end to end. Only what had happened at the shown moment
//! is looked at.

use super::{
    event::{Detail, Event, Fact},
    events::Events,
    ids::Nanos,
};
use core::ops::Range;

/// The most events that one column is made of; of more, some are left out, never the last.
const PER_COLUMN: usize = 6;
/// Details at the end that are looked through for one that has something.
const PASSED_OVER: usize = 64;

/// Where a socket's figures were told: places in [`super::book::Book::events`], rising.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// [`Fact::Detail`].
    pub details: Vec<usize>,
    /// [`Fact::Queue`].
    pub queues: Vec<usize>,
    /// [`Fact::Progress`].
    pub progress: Vec<usize>,
}

/// A figure that goes up and down.
#[derive(Clone, Copy, Debug)]
pub enum Figure {
    /// One of those in [`Detail`].
    Detail(fn(&Detail) -> Option<u64>),
    /// Recv-Q.
    RecvQ,
    /// Send-Q.
    SendQ,
    /// Bytes sent and not acknowledged.
    InFlight,
}

impl Figure {
    fn of(self, event: &Event) -> Option<u64> {
        match (self, &event.fact) {
            (Self::Detail(of), Fact::Detail { detail, .. }) => of(detail),
            (Self::RecvQ, Fact::Queue { recv_q, .. }) => Some(*recv_q),
            (Self::SendQ, Fact::Queue { send_q, .. }) => Some(*send_q),
            (Self::InFlight, Fact::Progress { sent, acked, .. }) => {
                Some(sent.saturating_sub(*acked))
            }
            _ => None,
        }
    }
}

/// What a figure did in one column of a plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The smallest and the largest value in it.
    pub range: (u64, u64),
    /// The value at its end.
    pub last: u64,
    /// Whether it was told in this column; else it is as it was told before.
    pub told: bool,
}

impl History {
    fn places(&self, figure: Figure) -> &[usize] {
        match figure {
            Figure::Detail(_) => &self.details,
            Figure::RecvQ | Figure::SendQ => &self.queues,
            Figure::InFlight => &self.progress,
        }
    }

    /// When the first and the last of it were told, as far as the first `count` events go.
    pub fn span(&self, events: &Events, count: usize) -> Option<(Nanos, Nanos)> {
        let all = [&self.details, &self.queues, &self.progress];
        let shown = all.map(|places| &places[..places.partition_point(|&i| i < count)]);
        let at = |i: &usize| events.get(*i).map(|e| e.at_ns);
        let first = shown.iter().filter_map(|p| p.first().and_then(at)).min()?;
        let last = shown.iter().filter_map(|p| p.last().and_then(at)).max()?;
        Some((first, last))
    }

    /// The latest detail with something in it that was told, as far as the first `count` events go. Of those at the end
    /// that have nothing, a few are passed over.
    pub fn latest<'e>(
        &self,
        events: &'e Events,
        count: usize,
        has: impl Fn(&Detail) -> bool,
    ) -> Option<&'e Detail> {
        let shown = self.details.partition_point(|&i| i < count);
        let details = self.details[..shown].iter().rev().take(PASSED_OVER);
        details
            .filter_map(|&i| match &events.get(i)?.fact {
                Fact::Detail { detail, .. } => Some(&**detail),
                _ => None,
            })
            .find(|d| has(d))
    }

    /// A figure from one time to another, in so many columns of the same span, as far as the first `count` events go.
    /// Nothing where it was not known.
    pub fn samples(
        &self,
        events: &Events,
        count: usize,
        figure: Figure,
        time: Range<Nanos>,
        columns: usize,
    ) -> Vec<Option<Sample>> {
        let places = self.places(figure);
        let places = &places[..places.partition_point(|&i| i < count.min(events.len()))];
        let before = |t: Nanos| places.partition_point(|&i| events[i].at_ns < t);
        let value = |place: usize| figure.of(&events[places[place]]);
        let span = u128::from(time.end.since(time.start).0);
        let mut from = before(time.start);
        let mut held = from.checked_sub(1).and_then(value);
        (0..columns)
            .map(|column| {
                let to = if column + 1 == columns {
                    // The end belongs to it: what was told last is there.
                    places.partition_point(|&i| events[i].at_ns <= time.end)
                } else {
                    let part = span * (column as u128 + 1) / columns as u128;
                    before(time.start.plus(Nanos(part as u64)))
                };
                let here = from..to.max(from);
                from = here.end;
                let now = sample(here, held, value);
                held = now.map(|s| s.last);
                now
            })
            .collect()
    }
}

/// What was told at these places, and what was known before them.
fn sample(
    here: Range<usize>,
    held: Option<u64>,
    value: impl Fn(usize) -> Option<u64>,
) -> Option<Sample> {
    let Some(last) = here.end.checked_sub(1).filter(|_| !here.is_empty()) else {
        return held.map(|last| Sample {
            range: (last, last),
            last,
            told: false,
        });
    };
    // What is not known any more ends the line.
    let last = value(last)?;
    let some = here.len().min(PER_COLUMN);
    let picked = (0..some).filter_map(|k| value(here.start + here.len() * k / some));
    let (low, high) = picked.fold((last, last), |(l, h), v| (l.min(v), h.max(v)));
    Some(Sample {
        range: (low, high),
        last,
        told: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        book::Book,
        event::Source,
        ids::{Actor, SocketId},
        story::testing::Play,
    };
    use core::sync::atomic::{AtomicUsize, Ordering};

    const CWND: Figure = Figure::Detail(|d| d.cwnd.map(u64::from));

    fn told(cwnds: &[Option<u32>]) -> (Book, SocketId) {
        let socket = SocketId::own(Actor::CLIENT, 0);
        let mut play = Play::free();
        for &cwnd in cwnds {
            let detail = Detail {
                cwnd,
                ..Detail::default()
            };
            let detail = Box::new(detail);
            let fact = Fact::Detail { socket, detail };
            play.see(Some(Actor::CLIENT), Source::Kernel, fact);
        }
        (play.into_book(), socket)
    }

    fn lasts(book: &Book, socket: SocketId, count: usize, columns: usize) -> Vec<Option<u64>> {
        let history = book.history(0, socket).unwrap();
        let (from, to) = history.span(book.events(), count).unwrap();
        let samples = history.samples(book.events(), count, CWND, from..to, columns);
        samples.iter().map(|s| s.map(|s| s.last)).collect()
    }

    #[test]
    fn a_plot_ends_at_the_shown_moment() {
        let (book, socket) = told(&[Some(10), Some(20), Some(5)]);
        let all = book.events().len();
        assert_eq!(lasts(&book, socket, all, 3).last(), Some(&Some(5)));
        assert_eq!(lasts(&book, socket, all - 1, 3).last(), Some(&Some(20)));
        let history = book.history(0, socket).unwrap();
        let then = history.latest(book.events(), all - 1, |_| true);
        assert_eq!(then.and_then(|d| d.cwnd), Some(20));
        assert_eq!(history.span(book.events(), 0), None);
        assert_eq!(history.latest(book.events(), 0, |_| true), None);
    }

    #[test]
    fn what_is_not_known_is_no_value() {
        let (book, socket) = told(&[None, Some(20), None]);
        let all = book.events().len();
        let samples = lasts(&book, socket, all, 64);
        assert_eq!((samples[0], samples[63]), (None, None));
        assert!(samples.contains(&Some(20)));
    }

    /// The congestion window; counts how often it was looked at.
    static LOOKED: AtomicUsize = AtomicUsize::new(0);
    const COUNTED: Figure = Figure::Detail(|d| {
        LOOKED.fetch_add(1, Ordering::Relaxed);
        d.cwnd.map(u64::from)
    });

    #[test]
    fn a_plot_of_many_events_looks_at_few_and_never_misses_the_last() {
        let cwnds: Vec<Option<u32>> = (0..20_000).map(Some).collect();
        let (book, socket) = told(&cwnds);
        let history = book.history(0, socket).unwrap();
        let (from, to) = history.span(book.events(), usize::MAX).unwrap();
        for columns in [0, 1, 90] {
            LOOKED.store(0, Ordering::Relaxed);
            let time = from..to;
            let samples = history.samples(book.events(), usize::MAX, COUNTED, time, columns);
            assert_eq!(samples.len(), columns);
            let last = samples.last().copied().flatten();
            assert!(columns == 0 || last.is_some_and(|s| s.told && s.last == 19_999));
            assert!(LOOKED.load(Ordering::Relaxed) <= 1 + columns * (PER_COLUMN + 1));
        }
        let nothing = history.samples(book.events(), usize::MAX, CWND, to..from, 4);
        assert_eq!(nothing.len(), 4);
    }
}
