//! The tracker's judgements, rule by rule.

use super::*;
use crate::{model::story::testing::segment as bytes, packet::brief};
use proptest::prelude::*;

const FIN: TcpFlags = TcpFlags::FIN;
const SYN: TcpFlags = TcpFlags::SYN;
const RST: TcpFlags = TcpFlags::RST;
const ACK: TcpFlags = TcpFlags::ACK;

/// Where each end's sequence numbers begin: the client's wrap soon.
const FIRST: [u32; 2] = [u32::MAX - 3, 1_000_000];

/// Packets of one conversation, told in relative numbers.
struct Talk {
    tracker: Tracker,
    number: u64,
    now: Nanos,
    window: [u16; 2],
}

const CLIENT: usize = 0;
const SERVER: usize = 1;

impl Talk {
    fn new() -> Self {
        Self {
            tracker: Tracker::new(),
            number: 0,
            now: Nanos(0),
            window: [64240, 65160],
        }
    }

    /// After the three packets of a handshake, numbers 1 to 3.
    fn established() -> Self {
        let mut talk = Self::new();
        talk.quiet(CLIENT, SYN, 0, 0, "");
        talk.quiet(SERVER, SYN | ACK, 0, 1, "");
        talk.quiet(CLIENT, ACK, 1, 1, "");
        talk
    }

    fn brief(&self, who: usize, flags: TcpFlags, seq: u64, ack: u64, data: &str) -> Brief {
        let ends = ["10.0.0.2:49164", "10.0.0.1:10008"].map(|a| a.parse().unwrap());
        let raw = |end: usize, n: u64| FIRST[end].wrapping_add(n as u32);
        let ack = if flags.has(ACK) { raw(1 - who, ack) } else { 0 };
        brief(&bytes(
            ends[who],
            ends[1 - who],
            flags,
            (raw(who, seq), ack),
            self.window[who],
            data.as_bytes(),
        ))
    }

    fn enter(&mut self, who: usize, flags: TcpFlags, seq: u64, ack: u64, data: &str) -> Entered {
        self.number += 1;
        self.now.0 += 1000;
        let brief = self.brief(who, flags, seq, ack, data);
        self.tracker.enters(PacketNo(self.number), self.now, &brief)
    }

    /// What is notable about a packet, and the one that it repeats or answers.
    fn notable(
        &mut self,
        who: usize,
        flags: TcpFlags,
        seq: u64,
        ack: u64,
        data: &str,
    ) -> (Vec<Notable>, Option<u64>) {
        let entered = self.enter(who, flags, seq, ack, data);
        (entered.notable, entered.again.map(|n| n.0))
    }

    /// A packet about which nothing is notable, and which arrives.
    fn quiet(&mut self, who: usize, flags: TcpFlags, seq: u64, ack: u64, data: &str) {
        assert_eq!(self.notable(who, flags, seq, ack, data), (vec![], None));
        assert_eq!(self.arrive(who, flags, seq, ack, data), None);
    }

    fn arrive(
        &mut self,
        who: usize,
        flags: TcpFlags,
        seq: u64,
        ack: u64,
        data: &str,
    ) -> Option<Arrival> {
        let brief = self.brief(who, flags, seq, ack, data);
        self.tracker.arrives(self.now, &brief)
    }
}

fn one(notable: Notable, again: u64) -> (Vec<Notable>, Option<u64>) {
    (vec![notable], Some(again))
}

#[test]
fn numbers_count_from_the_connections_beginning_and_do_not_wrap() {
    let mut talk = Talk::new();
    let syn = talk.enter(CLIENT, SYN, 0, 0, "").tcp.unwrap();
    assert_eq!((syn.seq, syn.ack, syn.window), (0, 0, 64240));
    let answer = talk.enter(SERVER, SYN | ACK, 0, 1, "").tcp.unwrap();
    assert_eq!((answer.seq, answer.ack, answer.window), (0, 1, 65160));
    let data = talk.enter(CLIENT, ACK, 1, 1, "hello").tcp.unwrap();
    assert_eq!((data.seq, data.seq_raw), (1, u32::MAX - 2));
    assert_eq!(data.window, 64240 << 7);
    let more = talk.enter(CLIENT, ACK, 6, 1, "hello").tcp.unwrap();
    assert_eq!((more.seq, more.seq_raw), (6, 2));
    let ack = talk.enter(SERVER, ACK, 1, 11, "").tcp.unwrap();
    assert_eq!((ack.ack, ack.ack_raw), (11, 7));
}

#[test]
fn a_conversation_whose_beginning_was_not_seen_begins_with_its_first_packet() {
    let mut talk = Talk::new();
    let data = talk.enter(CLIENT, ACK, 1000, 500, "hello").tcp.unwrap();
    assert_eq!((data.seq, data.ack, data.window), (1, 1, 64240));
    let ack = talk.enter(SERVER, ACK, 500, 1005, "").tcp.unwrap();
    assert_eq!((ack.seq, ack.ack), (1, 6));
}

#[test]
fn the_same_numbers_again_are_a_retransmission_of_the_first_that_carried_them() {
    let mut talk = Talk::new();
    talk.quiet(CLIENT, SYN, 0, 0, "");
    assert_eq!(
        talk.notable(CLIENT, SYN, 0, 0, ""),
        one(Notable::Retransmission, 1)
    );
    let mut talk = Talk::established();
    talk.quiet(CLIENT, ACK, 1, 1, "hello");
    talk.quiet(CLIENT, ACK, 6, 1, ", server");
    for _ in 0..2 {
        let seen = talk.notable(CLIENT, ACK, 1, 1, "hello");
        assert_eq!(seen, one(Notable::Retransmission, 4));
    }
    let both = talk.notable(CLIENT, ACK, 6, 1, ", server and more");
    assert_eq!(both, one(Notable::Retransmission, 5));
    let more = talk.notable(CLIENT, ACK, 15, 1, "and more");
    assert_eq!(more, one(Notable::Retransmission, 8));
    assert!(talk.notable(CLIENT, FIN | ACK, 23, 1, "").0.is_empty());
    assert_eq!(
        talk.notable(CLIENT, FIN | ACK, 23, 1, ""),
        one(Notable::Retransmission, 10)
    );
}

#[test]
fn one_byte_again_is_a_retransmission_until_its_sender_knows_that_it_arrived() {
    let mut talk = Talk::established();
    talk.quiet(CLIENT, ACK, 1, 1, "x");
    let again = talk.notable(CLIENT, ACK, 1, 1, "x");
    assert_eq!(again, one(Notable::Retransmission, 4));
    assert!(talk.notable(SERVER, ACK, 1, 2, "").0.is_empty());
    let lost = talk.notable(CLIENT, ACK, 1, 1, "x");
    assert_eq!(
        lost,
        one(Notable::Retransmission, 4),
        "the ACK has not arrived"
    );
    talk.arrive(SERVER, ACK, 1, 2, "");
    assert_eq!(talk.notable(CLIENT, ACK, 1, 1, "x").0, [Notable::KeepAlive]);
}

#[test]
fn the_same_acknowledgement_again_without_news_is_a_duplicate() {
    let mut talk = Talk::established();
    talk.quiet(CLIENT, ACK, 1, 1, "hello");
    talk.quiet(SERVER, ACK, 1, 6, "");
    let again = talk.notable(SERVER, ACK, 1, 6, "");
    assert_eq!(again, (vec![Notable::DupAck], None));
    talk.window[SERVER] = 500;
    let update = talk.notable(SERVER, ACK, 1, 6, "");
    assert_eq!(update, (vec![Notable::WindowUpdate], None));
}

#[test]
fn a_closed_window_is_probed_and_the_probe_is_answered() {
    let mut talk = Talk::established();
    talk.window[SERVER] = 1;
    talk.quiet(CLIENT, ACK, 1, 1, "hello");
    assert!(talk.notable(SERVER, ACK, 1, 6, "").0.is_empty());
    let data = "x".repeat(128);
    let full = talk.notable(CLIENT, ACK, 6, 1, &data);
    assert_eq!(full.0, [Notable::WindowFull]);
    talk.window[SERVER] = 0;
    let closed = talk.notable(SERVER, ACK, 1, 134, "");
    assert_eq!(closed.0, [Notable::ZeroWindow]);
    assert_eq!(talk.arrive(SERVER, ACK, 1, 134, ""), None);
    // As Linux asks: nothing, one number below the next.
    let probe = talk.notable(CLIENT, ACK, 133, 1, "");
    assert_eq!(probe.0, [Notable::ZeroWindowProbe]);
    let answer = talk.notable(SERVER, ACK, 1, 134, "");
    let expected = vec![Notable::ZeroWindow, Notable::ZeroWindowProbeAck];
    assert_eq!(answer, (expected.clone(), Some(8)));
    // As RFC 9293 describes it: one byte more than fits.
    let probe = talk.notable(CLIENT, ACK, 134, 1, "y");
    assert_eq!(probe.0, [Notable::ZeroWindowProbe]);
    assert_eq!(talk.notable(SERVER, ACK, 1, 134, ""), (expected, Some(10)));
    talk.window[SERVER] = 500;
    let open = talk.notable(SERVER, ACK, 1, 134, "");
    assert_eq!(open.0, [Notable::WindowUpdate]);
    assert!(talk.notable(CLIENT, ACK, 134, 1, "yz").0.is_empty());
}

#[test]
fn who_has_not_heard_that_the_window_is_open_probes_it() {
    let mut talk = Talk::established();
    talk.quiet(CLIENT, ACK, 1, 1, "hello");
    talk.window[SERVER] = 0;
    let closed = talk.notable(SERVER, ACK, 1, 6, "");
    assert_eq!(closed.0, [Notable::ZeroWindow]);
    // Until it has heard of that, it can only ask whether the other end is there.
    assert_eq!(talk.notable(CLIENT, ACK, 5, 1, "").0, [Notable::KeepAlive]);
    talk.arrive(SERVER, ACK, 1, 6, "");
    talk.window[SERVER] = 500;
    let update = talk.notable(SERVER, ACK, 1, 6, "");
    assert_eq!(update.0, [Notable::WindowUpdate]);
    // The update is lost.
    let probe = talk.notable(CLIENT, ACK, 5, 1, "");
    assert_eq!(probe.0, [Notable::ZeroWindowProbe]);
    assert_eq!(
        talk.notable(SERVER, ACK, 1, 6, ""),
        one(Notable::ZeroWindowProbeAck, 8)
    );
    talk.arrive(SERVER, ACK, 1, 6, "");
    assert_eq!(talk.notable(CLIENT, ACK, 5, 1, "").0, [Notable::KeepAlive]);
}

#[test]
fn a_window_that_arrives_late_is_no_news() {
    let mut talk = Talk::established();
    talk.quiet(CLIENT, ACK, 1, 1, "hello");
    talk.quiet(CLIENT, ACK, 6, 1, "world");
    assert!(talk.notable(SERVER, ACK, 1, 6, "").0.is_empty());
    talk.window[SERVER] = 0;
    assert_eq!(
        talk.notable(SERVER, ACK, 1, 11, "").0,
        [Notable::ZeroWindow]
    );
    talk.arrive(SERVER, ACK, 1, 11, "");
    talk.window[SERVER] = 500;
    talk.arrive(SERVER, ACK, 1, 6, "");
    let probe = talk.notable(CLIENT, ACK, 10, 1, "");
    assert_eq!(probe.0, [Notable::ZeroWindowProbe]);
}

#[test]
fn a_keep_alive_is_answered() {
    let mut talk = Talk::established();
    talk.quiet(CLIENT, ACK, 1, 1, "hello");
    talk.quiet(SERVER, ACK, 1, 6, "");
    assert_eq!(talk.notable(CLIENT, ACK, 5, 1, "").0, [Notable::KeepAlive]);
    assert_eq!(
        talk.notable(SERVER, ACK, 1, 6, ""),
        one(Notable::KeepAliveAck, 6)
    );
}

#[test]
fn an_acknowledgement_that_was_kept_back_is_told() {
    for (wait, expected) in [(1, vec![]), (41, vec![Notable::DelayedAck])] {
        let mut talk = Talk::established();
        talk.quiet(CLIENT, ACK, 1, 1, "hello");
        talk.now.0 += wait * 1_000_000;
        let told = talk.notable(SERVER, ACK, 1, 6, "");
        assert_eq!(told.0, expected);
        assert_eq!(told.1.is_some(), wait > 20);
    }
    let mut talk = Talk::established();
    assert!(talk.notable(CLIENT, ACK, 1, 1, "hello").0.is_empty());
    talk.now.0 += 1_000_000_000;
    assert_eq!(talk.arrive(CLIENT, ACK, 1, 1, "hello"), None);
    let told = talk.notable(SERVER, ACK, 1, 6, "");
    assert!(told.0.is_empty(), "the cable kept it, not the kernel");
}

#[test]
fn a_reset_that_answers_a_syn_refuses_it() {
    let mut talk = Talk::new();
    talk.quiet(CLIENT, SYN, 0, 0, "");
    let told = talk.notable(SERVER, RST | ACK, 0, 1, "");
    assert_eq!(told, one(Notable::Refused, 1));
    let again = talk.notable(CLIENT, SYN, 0, 0, "");
    assert_eq!(again, one(Notable::Retransmission, 1));
    assert_eq!(
        talk.notable(CLIENT, SYN, 77, 0, "").0,
        [Notable::PortReused]
    );
    let mut talk = Talk::established();
    talk.quiet(SERVER, RST | ACK, 1, 1, "");
}

#[test]
fn arrivals_are_in_order_or_too_early_or_again() {
    let mut talk = Talk::established();
    for (seq, data) in [(1, "aaa"), (4, "bbb"), (7, "ccc")] {
        assert!(talk.notable(CLIENT, ACK, seq, 1, data).0.is_empty());
    }
    let early = Some(Arrival::OutOfOrder);
    assert_eq!(talk.arrive(CLIENT, ACK, 7, 1, "ccc"), early);
    assert_eq!(talk.arrive(CLIENT, ACK, 4, 1, "bbb"), early);
    assert_eq!(talk.arrive(CLIENT, ACK, 4, 1, "bbb"), Some(Arrival::Again));
    assert_eq!(talk.arrive(CLIENT, ACK, 1, 1, "aaa"), None);
    assert_eq!(talk.arrive(CLIENT, ACK, 7, 1, "ccc"), Some(Arrival::Again));
    assert_eq!(talk.arrive(CLIENT, FIN | ACK, 10, 1, ""), None);
    assert_eq!(
        talk.arrive(CLIENT, FIN | ACK, 10, 1, ""),
        Some(Arrival::Again)
    );
}

#[test]
fn of_a_syn_that_nobody_answered_it_is_not_known_that_it_is_old() {
    let mut talk = Talk::new();
    talk.quiet(CLIENT, SYN, 0, 0, "");
    assert_eq!(talk.arrive(CLIENT, SYN, 0, 0, ""), None);
    // A listener whose queue is full says nothing.
    assert_eq!(talk.arrive(CLIENT, SYN, 0, 0, ""), None);
    talk.quiet(SERVER, SYN | ACK, 0, 1, "");
    assert_eq!(talk.arrive(CLIENT, SYN, 0, 0, ""), Some(Arrival::Again));
}

#[test]
fn a_copy_has_numbers_and_leaves_no_trace() {
    let mut talk = Talk::established();
    talk.quiet(CLIENT, ACK, 1, 1, "hello");
    let copy = talk.brief(CLIENT, ACK, 1, 1, "hello");
    assert_eq!(talk.tracker.relative(&copy).unwrap().seq, 1);
    talk.quiet(CLIENT, ACK, 6, 1, "more");
    assert_eq!(Tracker::new().relative(&copy), None);
}

#[test]
fn conversations_that_were_silent_for_longest_are_forgotten() {
    let mut tracker = Tracker::new();
    let to = "10.0.0.1:10008".parse().unwrap();
    for port in 1..=20_000_u16 {
        let from = SocketAddr::new([10, 0, 0, 2].into(), port);
        let syn = brief(&bytes(from, to, SYN, (1, 0), 100, b""));
        tracker.enters(PacketNo(u64::from(port)), Nanos(0), &syn);
        assert!(tracker.conversations.len() <= MOST_CONVERSATIONS);
    }
    let newest = SocketAddr::new([10, 0, 0, 2].into(), 20_000);
    let ack = brief(&bytes(newest, to, ACK, (2, 1), 100, b""));
    assert!(tracker.relative(&ack).is_some());
}

#[test]
fn segments_that_are_no_longer_remembered_were_sent_nevertheless() {
    let mut talk = Talk::established();
    let count = 2 * SEGMENTS as u64;
    for i in 0..count {
        talk.quiet(CLIENT, ACK, 1 + 2 * i, 1, "xy");
    }
    assert!(
        talk.tracker
            .conversations
            .iter()
            .all(|(_, c)| c.ends.iter().all(|e| e.sent.len() <= SEGMENTS))
    );
    let oldest = talk.notable(CLIENT, ACK, 1, 1, "xy");
    assert_eq!(oldest, (vec![Notable::Retransmission], None));
    let newest = talk.notable(CLIENT, ACK, 2 * count - 1, 1, "xy");
    assert_eq!(newest, one(Notable::Retransmission, 3 + count));
}

/// What a receiver would say who marks every byte that has arrived.
fn by_marking(arrived: &mut [bool], start: usize, end: usize) -> Option<Arrival> {
    let expected = arrived.iter().position(|a| !a).unwrap_or(arrived.len());
    let all_again = arrived[start..end].iter().all(|a| *a);
    arrived[start..end].fill(true);
    match (all_again, start > expected) {
        (true, _) => Some(Arrival::Again),
        (false, true) => Some(Arrival::OutOfOrder),
        (false, false) => None,
    }
}

proptest! {
    #[test]
    fn arrivals_are_judged_as_by_one_who_marks_every_byte(segments in prop::collection::vec((0..90usize, 1..20usize), 1..40)) {
        let mut talk = Talk::established();
        let mut arrived = [false; 128];
        let data = "x".repeat(20);
        for (start, len) in segments {
            let data = &data[..len];
            talk.enter(CLIENT, ACK, 1 + start as u64, 1, data);
            let told = talk.arrive(CLIENT, ACK, 1 + start as u64, 1, data);
            prop_assert_eq!(told, by_marking(&mut arrived, start, start + len));
        }
    }

    #[test]
    fn what_was_sent_before_is_a_retransmission_and_what_is_new_is_not(segments in prop::collection::vec((0..90usize, 2..20usize), 1..40)) {
        let mut talk = Talk::established();
        let mut first = [None; 128];
        let data = "x".repeat(20);
        for (start, len) in segments {
            let (notable, again) = talk.notable(CLIENT, ACK, 1 + start as u64, 1, &data[..len]);
            let range = &mut first[start..start + len];
            let before = range.iter().flatten().next().copied();
            prop_assert_eq!(notable.contains(&Notable::Retransmission), before.is_some());
            prop_assert_eq!(again, before);
            for place in range.iter_mut().filter(|p| p.is_none()) {
                *place = Some(talk.number);
            }
        }
    }
}
