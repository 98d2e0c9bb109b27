//! One direction of a conversation: what its sender has sent so far, and how far its receiver has got.

use super::super::brief::Segment;
use crate::model::{
    ids::Nanos,
    packet::{PacketNo, Tcp, TcpFlags},
};
use std::collections::VecDeque;

/// As many ranges that have arrived before what stands in front of them are told apart at most.
pub(super) const MOST_RANGES: usize = 64;

/// A segment that was sent: its sequence numbers, and the first packet that carried them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) number: PacketNo,
}

/// Who carried some numbers before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carrier {
    /// This packet was the first.
    Known(PacketNo),
    /// A packet that is no longer remembered.
    Forgotten,
}

/// What the latest segment of a direction asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// Whether the other end is there.
    Alive(PacketNo),
    /// Whether the other end's window has opened.
    Window(PacketNo),
}

/// One direction. All numbers but `base` are relative: they count from `base` and do not wrap.
#[derive(Clone, Debug, Default)]
pub(super) struct Direction {
    /// The sequence number that counts as 0: the SYN's; or one less than the first that was seen.
    pub(super) base: Option<u32>,
    /// Whether its SYN was seen.
    pub(super) began: bool,
    /// Whether anything was seen of it.
    pub(super) sent_any: bool,
    /// The number after the highest that was sent.
    pub(super) next: u64,
    /// What its SYN said about windows.
    pub(super) scale: Option<u8>,
    /// The window that its latest segment announced, as it stood there and scaled.
    pub(super) window: Option<(u16, u32)>,
    /// What its latest segment acknowledged of the other direction.
    pub(super) last_ack: Option<u64>,
    /// What its latest segment asked.
    pub(super) question: Option<Question>,
    /// What was sent, in the order of sequence numbers, without overlaps.
    pub(super) sent: VecDeque<Sent>,
    /// The number after the last that has arrived with all before it.
    pub(super) arrived: Option<u64>,
    /// What has arrived beyond that.
    pub(super) beyond: Vec<(u64, u64)>,
    /// When the first and the latest of what has arrived and is not yet acknowledged did so.
    pub(super) owed: Option<(Nanos, Nanos)>,
    /// What acknowledgements have told this direction's sender.
    pub(super) told: u64,
    /// The window that this direction's sender has heard of, if any.
    pub(super) heard: Option<Heard>,
}

/// The window that somebody has heard of, as it stood there, and the numbers of the segment that said it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    pub(super) seq: u64,
    pub(super) ack: u64,
    pub(super) window: u16,
}

impl Heard {
    /// Whether a segment says something newer: one that was under way for longer does not (RFC 9293, section 3.10.7.4).
    pub(super) fn is_older_than(&self, seq: u64, ack: u64) -> bool {
        (self.seq, self.ack) <= (seq, ack)
    }
}

impl Direction {
    /// A raw number as a relative one: the nearest to `next`.
    pub(super) fn unwrap(&self, raw: u32) -> u64 {
        let base = self.base.unwrap_or(raw.wrapping_sub(1));
        let expected = base.wrapping_add(self.next as u32);
        let ahead = i64::from(raw.wrapping_sub(expected) as i32);
        self.next.saturating_add_signed(ahead)
    }

    /// The first packet that carried some of these numbers, if they were sent before. What was sent before the first
    /// that is remembered is known to have been sent, but not by which packet.
    pub(super) fn carried_before(&self, start: u64, end: u64) -> Option<Carrier> {
        let place = self.sent.partition_point(|s| s.end <= start);
        match self.sent.get(place) {
            Some(sent) if sent.start < end && (place > 0 || sent.start <= start) => {
                Some(Carrier::Known(sent.number))
            }
            Some(_) if place == 0 => Some(Carrier::Forgotten),
            None if self.sent.is_empty() && start < self.next => Some(Carrier::Forgotten),
            _ => None,
        }
    }

    /// The packet that carried the last number before `end`.
    pub(super) fn carrier_of(&self, end: u64) -> Option<PacketNo> {
        let place = self.sent.partition_point(|s| s.start < end);
        Some(self.sent.get(place.checked_sub(1)?)?.number)
    }

    /// Remembers what a packet has carried, as far as it is new; of all segments, so many as there is room for.
    pub(super) fn remember(&mut self, start: u64, end: u64, number: PacketNo, room: usize) {
        let mut start = start;
        // Nearly always it is all new and stands behind all others; else it may fill gaps between them.
        while start < end {
            let place = self.sent.partition_point(|s| s.end <= start);
            let next = self.sent.get(place).copied();
            let until = next.map_or(end, |s| s.start.min(end));
            if start < until {
                let sent = Sent {
                    start,
                    end: until,
                    number,
                };
                self.sent.insert(place, sent);
            }
            start = next.map_or(end, |s| s.end);
        }
        if self.sent.len() > room {
            while self.sent.len() > room {
                self.sent.pop_front();
            }
            if self.sent.capacity() > 4 * room {
                self.sent.shrink_to(room);
            }
        }
    }
}

/// A segment's header with relative numbers.
pub(super) fn relative(sender: &Direction, receiver: &Direction, segment: &Segment) -> Tcp {
    let has = |flag| segment.flags.has(flag);
    let scale = match (sender.scale, receiver.scale) {
        // Both must have said so, and the SYN's own window is never scaled (RFC 7323, section 2.2).
        (Some(shift), Some(_)) if !has(TcpFlags::SYN) => shift,
        _ => 0,
    };
    Tcp {
        flags: segment.flags,
        seq: sender.unwrap(segment.seq),
        ack: if has(TcpFlags::ACK) {
            receiver.unwrap(segment.ack)
        } else {
            0
        },
        seq_raw: segment.seq,
        ack_raw: segment.ack,
        window: u32::from(segment.window) << scale,
        window_raw: segment.window,
    }
}
