//! Conversations made by hand: what a kernel would send, with each thing that is notable in one of them.

use crate::{
    compare::{Difference, Told, agree_with_tshark, told_by, what_was_told_agrees},
    made::{icmp, samples, tcp, udp, v4, v6},
};
use fourline::{
    model::{
        event::{Event, Fact, Source},
        ids::{EventId, Nanos, Side},
        packet::{Packet, PacketNo},
        payload::Payload,
    },
    packet::{Tracker, brief, complete_checksum, corrupt, too_big},
};

const C: usize = 0;
const S: usize = 1;
const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const PSH: u8 = 8;
const ACK: u8 = 16;

/// What a SYN says in its options: MSS, SACK, and a window scale of 7.
const ON_SYN: &[u8] = &[2, 4, 5, 0xb4, 1, 1, 4, 2, 1, 3, 3, 7];

/// A conversation that is being made; sequence numbers are told as they count from its beginning.
struct Talk {
    packets: Vec<(Nanos, Vec<u8>)>,
    now: u64,
    first: [u32; 2],
    window: [u16; 2],
    six: bool,
}

impl Talk {
    fn new() -> Self {
        Self {
            packets: Vec::new(),
            now: 1_000_000_000,
            first: [u32::MAX - 20, 1_000_000],
            window: [502, 509],
            six: false,
        }
    }

    fn established() -> Self {
        Self::new().open()
    }

    fn open(self) -> Self {
        self.says(C, SYN, 0, 0, b"")
            .says(S, SYN | ACK, 0, 1, b"")
            .says(C, ACK, 1, 1, b"")
    }

    fn wait(mut self, ms: u64) -> Self {
        self.now += ms * 1_000_000;
        self
    }

    fn window(mut self, who: usize, window: u16) -> Self {
        self.window[who] = window;
        self
    }

    fn first(mut self, client: u32, server: u32) -> Self {
        self.first = [client, server];
        self
    }

    fn says(self, who: usize, flags: u8, seq: u32, ack: u32, data: &[u8]) -> Self {
        let options = if flags & SYN > 0 { ON_SYN } else { &[] };
        self.with(who, flags, seq, ack, options, data)
    }

    fn with(
        mut self,
        who: usize,
        flags: u8,
        seq: u32,
        ack: u32,
        options: &[u8],
        data: &[u8],
    ) -> Self {
        let seq = self.first[who].wrapping_add(seq);
        let ack = match flags & ACK {
            0 => 0,
            _ => self.first[1 - who].wrapping_add(ack),
        };
        let segment = tcp(who, flags, (seq, ack), self.window[who], options, data);
        let packet = if self.six {
            v6(who, 6, &segment)
        } else {
            v4(who, 6, &[], &segment)
        };
        self.now += 50_000;
        self.raw(packet)
    }

    fn raw(mut self, mut packet: Vec<u8>) -> Self {
        complete_checksum(&mut packet);
        self.packets.push((Nanos(self.now), packet));
        self
    }

    fn compare(&self) -> Vec<Difference> {
        agree_with_tshark(&self.packets)
    }

    /// As [`Talk::compare`], with nothing that differs.
    fn agrees(&self) {
        assert_eq!(self.compare(), []);
    }

    /// As [`Talk::compare`], where this differs and nothing else.
    fn differs(&self, difference: Difference) {
        let found = self.compare();
        if crate::reading::has_tshark() {
            assert!(!found.is_empty());
            assert!(found.iter().all(|f| *f == difference), "{found:?}");
        }
    }
}

/// A block that acknowledges a range selectively, as the server counts.
fn sack(talk: &Talk, from: u32, to: u32) -> Vec<u8> {
    let mut block = vec![1, 1, 5, 10];
    for edge in [from, to] {
        block.extend(talk.first[C].wrapping_add(edge).to_be_bytes());
    }
    block
}

#[test]
fn every_kind_of_packet() {
    let told: Vec<Told> = samples()
        .into_iter()
        .map(|(_, mut bytes)| {
            complete_checksum(&mut bytes);
            Told {
                at: Nanos(0),
                bytes,
                omitted: 0,
                tcp: None,
                notable: Vec::new(),
            }
        })
        .collect();
    assert_eq!(what_was_told_agrees(&told), []);
}

#[test]
fn the_four_lines() {
    for six in [false, true] {
        let mut talk = Talk::new();
        talk.six = six;
        talk.open()
            .says(C, PSH | ACK, 1, 1, b"hello, server\r\n")
            .says(S, ACK, 1, 16, b"")
            .says(S, PSH | ACK, 1, 16, b"I have received it\r\n")
            .says(C, ACK, 16, 21, b"")
            .says(S, FIN | ACK, 21, 16, b"")
            .says(C, FIN | ACK, 16, 22, b"")
            .says(S, ACK, 22, 17, b"")
            .agrees();
    }
}

#[test]
fn the_handshake_loses_packets() {
    Talk::new()
        .says(C, SYN, 0, 0, b"")
        .wait(1000)
        .says(C, SYN, 0, 0, b"")
        .wait(2000)
        .says(C, SYN, 0, 0, b"")
        .says(S, SYN | ACK, 0, 1, b"")
        .wait(1000)
        .says(S, SYN | ACK, 0, 1, b"")
        .says(C, ACK, 1, 1, b"")
        .agrees();
}

#[test]
fn data_is_lost_again_and_again() {
    Talk::established()
        .says(C, PSH | ACK, 1, 1, b"hello")
        .wait(200)
        .says(C, PSH | ACK, 1, 1, b"hello")
        .wait(400)
        .says(C, PSH | ACK, 1, 1, b"hello")
        .wait(800)
        .says(C, PSH | ACK, 1, 1, b"hello")
        .says(S, ACK, 1, 6, b"")
        .wait(100)
        .says(C, FIN | PSH | ACK, 6, 1, b"bye")
        .wait(200)
        .says(C, FIN | PSH | ACK, 6, 1, b"bye")
        .says(S, ACK, 1, 10, b"")
        .wait(500)
        .says(C, FIN | PSH | ACK, 6, 1, b"bye")
        .agrees();
}

#[test]
fn a_hole_is_reported_and_filled() {
    let mut talk = Talk::established().says(C, ACK, 1, 1, b"lost ");
    for i in 1..5 {
        talk = talk.says(C, ACK, 1 + 5 * i, 1, b"there");
        let block = sack(&talk, 6, 6 + 5 * i);
        talk = talk.with(S, ACK, 1, 1, &block, b"");
    }
    talk.says(C, ACK, 1, 1, b"lost ")
        .says(S, ACK, 1, 26, b"")
        .agrees();
}

#[test]
fn a_capture_has_packets_in_another_order() {
    let late = |pause| {
        Talk::established()
            .says(C, ACK, 1, 1, b"first")
            .says(C, ACK, 12, 1, b"third")
            .wait(pause)
            .says(C, ACK, 6, 1, b"second")
            .says(S, ACK, 1, 17, b"")
            .differs(Difference::CapturedLate);
    };
    late(0);
    late(300);
}

#[test]
fn what_comes_again_soon_is_still_a_retransmission() {
    Talk::new()
        .says(C, SYN, 0, 0, b"")
        .wait(10)
        .says(S, SYN | ACK, 0, 1, b"")
        .wait(10)
        .says(C, ACK, 1, 1, b"")
        .says(C, ACK, 1, 1, b"first")
        .says(C, ACK, 6, 1, b"second")
        .says(C, ACK, 1, 1, b"first")
        .differs(Difference::AgainSoon);
}

#[test]
fn one_byte_is_lost() {
    Talk::established()
        .says(C, PSH | ACK, 1, 1, b"x")
        .wait(200)
        .says(C, PSH | ACK, 1, 1, b"x")
        .says(S, ACK, 1, 2, b"")
        .differs(Difference::OneByteAgain);
    Talk::established()
        .says(C, PSH | ACK, 1, 1, b"x")
        .wait(200)
        .says(C, PSH | ACK, 1, 1, b"xy")
        .says(S, ACK, 1, 3, b"")
        .differs(Difference::LastByteAndMore);
}

#[test]
fn the_window_closes_and_opens() {
    let data = [b'x'; 128];
    let closing = || {
        Talk::established()
            .window(S, 1)
            .says(C, ACK, 1, 1, b"hello")
            .says(S, ACK, 1, 6, b"")
            .says(C, PSH | ACK, 6, 1, &data)
            .window(S, 0)
            .says(S, ACK, 1, 134, b"")
            .wait(200)
    };
    closing()
        .says(C, ACK, 134, 1, b"y")
        .says(S, ACK, 1, 134, b"")
        .wait(400)
        .window(S, 509)
        .says(S, ACK, 1, 134, b"")
        .says(C, ACK, 134, 1, b"yz")
        .says(S, ACK, 1, 136, b"")
        .agrees();
    closing()
        .says(C, ACK, 133, 1, b"")
        .says(S, ACK, 1, 134, b"")
        .wait(400)
        .says(C, ACK, 133, 1, b"")
        .window(S, 509)
        .says(S, ACK, 1, 134, b"")
        .says(C, ACK, 134, 1, b"yz")
        .differs(Difference::LinuxProbe);
}

#[test]
fn a_silent_peer_is_asked() {
    Talk::established()
        .says(C, PSH | ACK, 1, 1, b"hello")
        .says(S, ACK, 1, 6, b"")
        .wait(10_000)
        .says(C, ACK, 5, 1, b"")
        .says(S, ACK, 1, 6, b"")
        .wait(10_000)
        .says(C, ACK, 5, 1, b"\0")
        .says(S, ACK, 1, 6, b"")
        .agrees();
}

#[test]
fn nobody_listens_and_the_port_is_used_again() {
    let refused = || {
        Talk::new()
            .says(C, SYN, 0, 0, b"")
            .first(u32::MAX - 20, 0)
            .says(S, RST | ACK, 0, 1, b"")
            .wait(100)
    };
    refused()
        .first(77_000, 1_000_000)
        .open()
        .says(C, PSH | ACK, 1, 1, b"hello")
        .agrees();
    // Not every version of tshark differs here.
    let found = refused().says(C, SYN, 0, 0, b"").compare();
    assert!(found.iter().all(|f| *f == Difference::SynAfterReset));
}

#[test]
fn a_reset_and_a_half_open_connection() {
    Talk::established()
        .says(C, PSH | ACK, 1, 1, b"hello")
        .says(S, RST, 1, 0, b"")
        .agrees();
    // The client has forgotten the connection and opens another; the server answers with what it knows.
    Talk::established()
        .says(C, PSH | ACK, 1, 1, b"hello")
        .says(S, ACK, 1, 6, b"")
        .wait(5000)
        .first(99_000, 1_000_000)
        .says(C, SYN, 0, 0, b"")
        .agrees();
}

#[test]
fn both_open_and_both_close_at_once() {
    Talk::new()
        .says(C, SYN, 0, 0, b"")
        .says(S, SYN, 0, 0, b"")
        .says(C, SYN | ACK, 0, 1, b"")
        .says(S, SYN | ACK, 0, 1, b"")
        .says(C, FIN | ACK, 1, 1, b"")
        .says(S, FIN | ACK, 1, 1, b"")
        .says(C, ACK, 2, 2, b"")
        .says(S, ACK, 2, 2, b"")
        .compare();
}

#[test]
fn the_beginning_was_not_seen() {
    Talk::new()
        .says(S, PSH | ACK, 5000, 300, b"news")
        .says(C, ACK, 300, 5004, b"")
        .says(S, PSH | ACK, 5004, 300, b"more")
        .wait(200)
        .says(S, PSH | ACK, 5004, 300, b"more")
        .says(C, ACK, 300, 5008, b"")
        .agrees();
}

#[test]
fn a_damaged_packet_and_messages_about_packets() {
    let mut talk = Talk::established();
    let data = tcp(C, ACK, (1, 1), 500, &[], &[b'x'; 1000]);
    for packet in [v4(C, 6, &[], &data), v6(C, 6, &data)] {
        let message = too_big(&packet, 600).unwrap();
        talk = talk.raw(message);
    }
    talk = talk
        .raw(v4(
            S,
            1,
            &[],
            &icmp(3, 3, [0; 4], &v4(C, 17, &[], &udp(C, b"hi"))),
        ))
        .says(C, PSH | ACK, 1, 1, b"hello");
    let (_, damaged) = talk.packets.last_mut().unwrap();
    corrupt(damaged, 42).unwrap();
    talk.agrees();
}

#[test]
fn a_journal_tells_them_too() {
    let talk = Talk::established()
        .says(C, PSH | ACK, 1, 1, &[b'x'; 1400])
        .wait(200)
        .says(C, PSH | ACK, 1, 1, &[b'x'; 1400])
        .says(S, ACK, 1, 1401, b"");
    let mut tracker = Tracker::new();
    let mut journal = String::from("{\"fourline\":1,\"epoch_ns\":1}\n");
    for (number, (at, bytes)) in (1..).zip(&talk.packets) {
        let seen = brief(bytes);
        let entered = tracker.enters(PacketNo(number), *at, &seen);
        let event = Event {
            id: EventId(number),
            at_ns: *at,
            happened_ns: None,
            who: None,
            source: Source::Cable,
            fact: Fact::Packet(Box::new(Packet {
                number: PacketNo(number),
                toward: Side::Server,
                socket: None,
                protocol: seen.protocol,
                from: seen.from,
                to: seen.to,
                tcp: entered.tcp,
                len: seen.len,
                notable: entered.notable,
                again: entered.again,
                copy_of: None,
                made_by_cable: false,
                merged: false,
                bytes: Payload::capped(bytes, 120),
            })),
            cause: None,
        };
        journal += &serde_json::to_string(&event).unwrap();
        journal += "\n";
    }
    let told = told_by(&journal);
    assert_eq!(told.len(), talk.packets.len());
    assert!(told.iter().any(|t| t.omitted > 0));
    assert_eq!(what_was_told_agrees(&told), []);
}
