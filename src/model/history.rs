//! How one socket's figures went over time: an index of the events that told them, and samples of it for a plot.
//!
//! A journal can hold a million of these events and a plot has some hundred columns, so a plot is drawn by looking into
//! the index: a few binary searches a column, never a walk from end to end, and never into the events themselves, which
//! may lie in a file. Only what had happened at the shown moment is looked at.

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

/// Nothing was told.
const NONE: u64 = u64::MAX;

/// What one event told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point<const N: usize> {
    /// Its place in [`super::book::Book::events`].
    index: usize,
    at: Nanos,
    values: [u64; N],
}

/// Where a socket's figures were told, and those that are plotted. They are kept here because the events may lie in a
/// file, and a plot looks at all of its time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// [`Fact::Detail`]: congestion window, slow-start threshold, round-trip time, retransmission time-out.
    details: Vec<Point<4>>,
    /// [`Fact::Queue`]: Recv-Q, Send-Q.
    queues: Vec<Point<2>>,
    /// [`Fact::Progress`]: bytes in flight.
    progress: Vec<Point<1>>,
}

/// A figure that goes up and down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The congestion window, in segments.
    Cwnd,
    /// Where slow start ends, in segments.
    Ssthresh,
    /// The round-trip time, in nanoseconds.
    Rtt,
    /// The retransmission time-out, in nanoseconds.
    Rto,
    /// Recv-Q.
    RecvQ,
    /// Send-Q.
    SendQ,
    /// Bytes sent and not acknowledged.
    InFlight,
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
    /// Takes in an event that told figures of this socket.
    pub(super) fn note(&mut self, index: usize, event: &Event) {
        let at = event.at_ns;
        match &event.fact {
            Fact::Detail { detail, .. } => {
                let of = |value: Option<u64>| value.unwrap_or(NONE);
                let values = [
                    of(detail.cwnd.map(u64::from)),
                    of(detail.ssthresh.map(u64::from)),
                    of(detail.rtt.map(|t| t.0)),
                    of(detail.rto.map(|t| t.0)),
                ];
                self.details.push(Point { index, at, values });
            }
            Fact::Queue { recv_q, send_q, .. } => {
                let values = [*recv_q, *send_q];
                self.queues.push(Point { index, at, values });
            }
            Fact::Progress { sent, acked, .. } => {
                let values = [sent.saturating_sub(*acked)];
                self.progress.push(Point { index, at, values });
            }
            _ => {}
        }
    }

    /// When the first and the last of it were told, as far as the first `count` events go.
    pub fn span(&self, count: usize) -> Option<(Nanos, Nanos)> {
        let all = [
            ends(&self.details, count),
            ends(&self.queues, count),
            ends(&self.progress, count),
        ];
        let all = || all.into_iter().flatten();
        let first = all().map(|(first, _)| first).min()?;
        Some((first, all().map(|(_, last)| last).max()?))
    }

    /// The latest detail with something in it that was told, as far as the first `count` events go. Of those at the end
    /// that have nothing, a few are passed over.
    pub fn latest<'e>(
        &self,
        events: &'e Events,
        count: usize,
        has: impl Fn(&Detail) -> bool,
    ) -> Option<&'e Detail> {
        let details = shown(&self.details, count).iter().rev().take(PASSED_OVER);
        details
            .filter_map(|point| match &events.get(point.index)?.fact {
                Fact::Detail { detail, .. } => Some(&**detail),
                _ => None,
            })
            .find(|d| has(d))
    }

    /// A figure from one time to another, in so many columns of the same span, as far as the first `count` events go.
    /// Nothing where it was not known.
    pub fn samples(
        &self,
        count: usize,
        figure: Figure,
        time: Range<Nanos>,
        columns: usize,
    ) -> Vec<Option<Sample>> {
        let (details, queues) = (shown(&self.details, count), shown(&self.queues, count));
        match figure {
            Figure::Cwnd => sampled(details, 0, time, columns),
            Figure::Ssthresh => sampled(details, 1, time, columns),
            Figure::Rtt => sampled(details, 2, time, columns),
            Figure::Rto => sampled(details, 3, time, columns),
            Figure::RecvQ => sampled(queues, 0, time, columns),
            Figure::SendQ => sampled(queues, 1, time, columns),
            Figure::InFlight => sampled(shown(&self.progress, count), 0, time, columns),
        }
    }
}

/// Those that the first `count` events told.
fn shown<const N: usize>(points: &[Point<N>], count: usize) -> &[Point<N>] {
    &points[..points.partition_point(|p| p.index < count)]
}

/// When the first and the last of them were told.
fn ends<const N: usize>(points: &[Point<N>], count: usize) -> Option<(Nanos, Nanos)> {
    let shown = shown(points, count);
    Some((shown.first()?.at, shown.last()?.at))
}

fn sampled<const N: usize>(
    points: &[Point<N>],
    figure: usize,
    time: Range<Nanos>,
    columns: usize,
) -> Vec<Option<Sample>> {
    let before = |t: Nanos| points.partition_point(|p| p.at < t);
    let value = |place: usize| Some(points[place].values[figure]).filter(|v| *v != NONE);
    let span = u128::from(time.end.since(time.start).0);
    let mut from = before(time.start);
    let mut held = from.checked_sub(1).and_then(value);
    (0..columns)
        .map(|column| {
            let to = if column + 1 == columns {
                // The end belongs to it: what was told last is there.
                points.partition_point(|p| p.at <= time.end)
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
        let (from, to) = history.span(count).unwrap();
        let samples = history.samples(count, Figure::Cwnd, from..to, columns);
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
        assert_eq!(history.span(0), None);
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

    #[test]
    fn a_plot_of_many_events_never_misses_the_last() {
        let cwnds: Vec<Option<u32>> = (0..20_000).map(Some).collect();
        let (book, socket) = told(&cwnds);
        let history = book.history(0, socket).unwrap();
        let (from, to) = history.span(usize::MAX).unwrap();
        for columns in [0, 1, 90] {
            let time = from..to;
            let samples = history.samples(usize::MAX, Figure::Cwnd, time, columns);
            assert_eq!(samples.len(), columns);
            let last = samples.last().copied().flatten();
            assert!(columns == 0 || last.is_some_and(|s| s.told && s.last == 19_999));
        }
        let nothing = history.samples(usize::MAX, Figure::Cwnd, to..from, 4);
        assert_eq!(nothing.len(), 4);
    }
}
