//! What is notable about a segment, by the rules of Wireshark's TCP analysis (its user guide, section "TCP Analysis").
//!
//! Where we differ from it, on purpose:
//!
//! * A number that was sent before makes a retransmission, at whatever time: we have seen all that was sent. Wireshark
//!   must guess and calls what comes again soon "out of order". Fast and spurious retransmissions are retransmissions.
//! * One byte again, at the end of what was sent, is a keep-alive for Wireshark; for us only if the sender knows that the
//!   byte was acknowledged, else it is a retransmission.
//! * Linux asks whether a closed window has opened by a segment without data, one number below the next (RFC 9293 would
//!   send a byte). Wireshark calls it a keep-alive; we call it a zero-window probe, since the window is closed.
//! * A reset moves no numbers.

use super::{
    super::brief::Segment,
    Conversation, Entered,
    direction::{Carrier, Direction, Question, relative},
};
use crate::model::{
    ids::Nanos,
    packet::{Notable, PacketNo, Tcp, TcpFlags},
};

/// An acknowledgement that came so much later than what it acknowledges was kept back on purpose. Linux waits for 40 ms
/// at least; what takes a machine under load to answer is less, mostly.
const KEPT_BACK: Nanos = Nanos::from_millis(20);

/// A segment as the rules see it.
struct Seen {
    tcp: Tcp,
    len: u64,
    /// Whether it is none of SYN, FIN, RST.
    plain: bool,
}

impl Seen {
    fn has(&self, flag: TcpFlags) -> bool {
        self.tcp.flags.has(flag)
    }

    /// The number after its last.
    fn end(&self) -> u64 {
        let bit = |flag| u64::from(self.has(flag));
        self.tcp.seq + self.len + bit(TcpFlags::SYN) + bit(TcpFlags::FIN)
    }

    /// An acknowledgement and nothing else.
    fn is_bare(&self) -> bool {
        self.len == 0 && self.plain && self.has(TcpFlags::ACK)
    }
}

impl Conversation {
    pub(super) fn enters(
        &mut self,
        end: usize,
        number: PacketNo,
        at: Nanos,
        segment: &Segment,
        len: u32,
        room: usize,
    ) -> Entered {
        let arrivals_told = self.arrivals_told;
        let (from, to) = self.split(end);
        begin(from, to, segment);
        let tcp = relative(from, to, segment);
        let seen = Seen {
            tcp,
            len: u64::from(len),
            plain: segment.flags.0 & (TcpFlags::SYN | TcpFlags::FIN | TcpFlags::RST).0 == 0,
        };
        let mut notable = Vec::new();
        let mut again = None;
        let question = asks(&seen, from, to, number, arrivals_told);
        match question {
            Some(Question::Alive(_)) => notable.push(Notable::KeepAlive),
            Some(Question::Window(_)) => notable.push(Notable::ZeroWindowProbe),
            None => {}
        }
        // A byte that goes beyond a closed window does not count as sent: it will be sent again.
        let beyond_window = matches!(question, Some(Question::Window(_))) && seen.len == 1;
        if !beyond_window {
            windows(&seen, from, to, &mut notable);
        }
        if question.is_none() {
            answers(&seen, from, to, at, &mut notable, &mut again);
            if let Some(first) = repeats(&seen, from) {
                notable.push(Notable::Retransmission);
                again = match first {
                    Carrier::Known(number) => Some(number),
                    Carrier::Forgotten => None,
                };
            }
        }
        if refuses(&seen, from, to) {
            notable.push(Notable::Refused);
            again = to.carrier_of(1);
        }
        note(&seen, from, to, number, room, beyond_window);
        from.question = question;
        Entered {
            tcp: Some(tcp),
            notable,
            again,
        }
    }
}

/// Where the numbers of both directions begin, as far as this segment tells.
fn begin(from: &mut Direction, to: &mut Direction, segment: &Segment) {
    if segment.flags.has(TcpFlags::SYN) {
        if from.base != Some(segment.seq) {
            *from = Direction {
                base: Some(segment.seq),
                ..Direction::default()
            };
        }
        from.began = true;
        from.scale = segment.scale;
    } else if from.base.is_none() {
        from.base = Some(segment.seq.wrapping_sub(1));
        from.next = 1;
    }
    if to.base.is_none() && segment.flags.has(TcpFlags::ACK) {
        to.base = Some(segment.ack.wrapping_sub(1));
        to.next = 1;
    }
}

/// Whether it asks for an answer: a keep-alive or a zero-window probe.
fn asks(
    seen: &Seen,
    from: &Direction,
    to: &Direction,
    number: PacketNo,
    arrivals_told: bool,
) -> Option<Question> {
    if !from.sent_any || !seen.plain || seen.len > 1 {
        return None;
    }
    // What counts is what its sender has heard of: the latest news may still be on the cable, or lost there.
    let closed = if arrivals_told {
        from.heard.is_some_and(|heard| heard.window == 0)
    } else {
        to.window.is_some_and(|(raw, _)| raw == 0)
    };
    if seen.len == 1 && seen.tcp.seq == from.next {
        return closed.then_some(Question::Window(number));
    }
    let below = seen.tcp.seq.checked_add(1) == Some(from.next);
    let told = if arrivals_told {
        from.told
    } else {
        to.last_ack.unwrap_or(0)
    };
    match (below, closed) {
        (true, _) if seen.len == 1 && told < from.next => None,
        (true, true) => Some(Question::Window(number)),
        (true, false) => Some(Question::Alive(number)),
        (false, _) => None,
    }
}

/// What it says about its own window, and whether it fills the other's.
fn windows(seen: &Seen, from: &Direction, to: &Direction, notable: &mut Vec<Notable>) {
    if !seen.plain {
        return;
    }
    let window = seen.tcp.window_raw;
    if window == 0 {
        notable.push(Notable::ZeroWindow);
    } else if seen.is_bare()
        && from.window.is_some_and(|(raw, _)| raw != window)
        && seen.tcp.seq == from.next
        && from.last_ack == Some(seen.tcp.ack)
    {
        notable.push(Notable::WindowUpdate);
    }
    if seen.len > 0
        && from.began
        && to.began
        && let (Some(ack), Some((_, window))) = (to.last_ack, to.window)
        && seen.end() == ack.saturating_add(u64::from(window))
    {
        notable.push(Notable::WindowFull);
    }
}

/// What it answers: a keep-alive, a probe, something that came out of order, or data, after a while.
fn answers(
    seen: &Seen,
    from: &Direction,
    to: &Direction,
    at: Nanos,
    notable: &mut Vec<Notable>,
    again: &mut Option<PacketNo>,
) {
    if !seen.is_bare() || seen.tcp.seq != from.next {
        return;
    }
    let Some(last) = from.last_ack else { return };
    let window = seen.tcp.window_raw;
    let same_window = from.window.is_some_and(|(raw, _)| raw == window);
    let ack = seen.tcp.ack;
    match to.question {
        Some(Question::Alive(asked)) if window > 0 && same_window && ack == last => {
            notable.push(Notable::KeepAliveAck);
            *again = Some(asked);
        }
        Some(Question::Window(asked))
            // An open window that is no news on the cable is news at the other end, where the update never arrived.
            if same_window && (ack == last || window == 0 && ack == last + 1) =>
        {
            notable.push(Notable::ZeroWindowProbeAck);
            *again = Some(asked);
        }
        _ if window > 0 && same_window && ack == last => notable.push(Notable::DupAck),
        _ if ack > last
            && to
                .owed
                .is_some_and(|(first, _)| at.since(first) >= KEPT_BACK)
            && to.arrived.is_some_and(|arrived| last < arrived) =>
        {
            notable.push(Notable::DelayedAck);
            *again = to.carrier_of(ack);
        }
        _ => {}
    }
}

/// Whether it carries what was sent before, and by which packet that was first, if it is remembered.
fn repeats(seen: &Seen, from: &Direction) -> Option<Carrier> {
    let (start, end) = (seen.tcp.seq, seen.end());
    if end == start || seen.has(TcpFlags::RST) || !from.sent_any || start >= from.next {
        return None;
    }
    from.carried_before(start, end)
}

/// Whether it is a reset that answers a SYN.
fn refuses(seen: &Seen, from: &Direction, to: &Direction) -> bool {
    seen.has(TcpFlags::RST | TcpFlags::ACK)
        && !from.sent_any
        && to.began
        && to.last_ack.is_none()
        && seen.tcp.ack >= 1
}

/// Remembers what the next segments are compared with.
fn note(
    seen: &Seen,
    from: &mut Direction,
    to: &mut Direction,
    number: PacketNo,
    room: usize,
    beyond_window: bool,
) {
    if seen.has(TcpFlags::RST) {
        return;
    }
    let (start, end) = (seen.tcp.seq, seen.end());
    if !beyond_window {
        if end > start {
            from.remember(start, end, number, room);
        }
        from.next = if from.sent_any {
            from.next.max(end)
        } else {
            end
        };
    }
    from.sent_any = true;
    from.window = Some((seen.tcp.window_raw, seen.tcp.window));
    if seen.has(TcpFlags::ACK) {
        let before = from.last_ack.replace(seen.tcp.ack);
        if let (Some(arrived), Some((_, latest))) = (to.arrived, to.owed) {
            if seen.tcp.ack >= arrived {
                to.owed = None;
            } else if before < from.last_ack {
                // What is still owed may have come no earlier than the latest.
                to.owed = Some((latest, latest));
            }
        }
    }
}
