//! How a receiver sees what arrives: in order or not, new or not.

use super::{
    super::brief::Segment,
    direction::{Direction, Heard, MOST_RANGES},
};
use crate::model::{
    ids::Nanos,
    packet::{Arrival, TcpFlags},
};

/// Further from what is expected than any window: it belongs to an earlier conversation.
const FOREIGN: u64 = 1 << 30;

/// A segment of `sender`'s direction arrives at the other end, whose own direction is `receiver`.
pub(super) fn arrives(
    sender: &mut Direction,
    receiver: &mut Direction,
    at: Nanos,
    segment: &Segment,
    len: u32,
) -> Option<Arrival> {
    let has = |flag| segment.flags.has(flag);
    if has(TcpFlags::RST) || sender.base.is_none() {
        return None;
    }
    let start = sender.unwrap(segment.seq);
    let end =
        start + u64::from(len) + u64::from(has(TcpFlags::SYN)) + u64::from(has(TcpFlags::FIN));
    let expected = match sender.arrived {
        Some(number) => number,
        // Where the beginning was not seen, the first that arrives is in order.
        None if sender.began => 0,
        None => start,
    };
    if start.abs_diff(expected) > FOREIGN {
        return None;
    }
    if has(TcpFlags::ACK) {
        let ack = receiver.unwrap(segment.ack);
        receiver.told = receiver.told.max(ack);
        if receiver.heard.is_none_or(|h| h.is_older_than(start, ack)) {
            receiver.heard = Some(Heard {
                seq: start,
                ack,
                window: segment.window,
            });
        }
    }
    let arrived = sender.arrived.insert(expected);
    if start == end {
        return (start > *arrived).then_some(Arrival::OutOfOrder);
    }
    let within = |ranges: &[(u64, u64)]| ranges.iter().any(|(a, b)| *a <= start && end <= *b);
    if end <= *arrived || within(&sender.beyond) {
        // A SYN without an answer may have been turned away, by a listener whose queue is full: it is no news, and not
        // known to be old.
        let answered = !has(TcpFlags::SYN) || receiver.sent_any;
        return answered.then_some(Arrival::Again);
    }
    if start > *arrived {
        add(&mut sender.beyond, start, end);
        return Some(Arrival::OutOfOrder);
    }
    *arrived = end;
    // It may have closed the gap before what came too early.
    let closed = sender.beyond.iter().take_while(|(a, _)| *a <= end).count();
    for (_, b) in sender.beyond.drain(..closed) {
        *arrived = (*arrived).max(b);
    }
    let first = sender.owed.map_or(at, |(first, _)| first);
    sender.owed = Some((first, at));
    None
}

/// Adds a range to those that have arrived too early, which stay in order and apart from each other.
fn add(ranges: &mut Vec<(u64, u64)>, mut start: u64, mut end: u64) {
    let from = ranges.partition_point(|(_, b)| *b < start);
    let to = ranges.partition_point(|(a, _)| *a <= end);
    if let Some((first, last)) = ranges
        .get(from)
        .copied()
        .zip(to.checked_sub(1).and_then(|i| ranges.get(i)).copied())
        && from < to
    {
        start = start.min(first.0);
        end = end.max(last.1);
    }
    ranges.splice(from..to.max(from), [(start, end)]);
    ranges.truncate(MOST_RANGES);
}
