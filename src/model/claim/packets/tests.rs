//! Claims about packets, held against journals made by hand.

use super::*;
use crate::model::{
    claim::Claim,
    event::{Detail, Source},
    ids::{Actor, Nanos, Side, Target},
    packet::{Handling, TcpFlags},
    story::testing::Play,
};

fn verdict(play: &Play, claim: PacketClaim) -> (bool, String) {
    let Verdict { held, found } = Claim::Packets(claim).check(play.book());
    (held, found)
}

fn packet(n: u64, is: PacketIs) -> PacketClaim {
    PacketClaim::One(PacketNo(n), is)
}

const SYN: TcpFlags = TcpFlags::SYN;
const ACK: TcpFlags = TcpFlags::ACK;

/// A packet to the server that is notable so.
fn notable(play: &mut Play, flags: TcpFlags, signs: &[Notable]) -> PacketNo {
    let number = PacketNo(play.book().session().cable.entered + 1);
    // As the play writes it, with its signs.
    let mut other = Play::lab();
    other.packet(Side::Server, flags, (0, 0), b"");
    let entry = other.book().packets()[0];
    let mut packet = other.book().packet_at(&entry).unwrap().clone();
    packet.number = number;
    packet.notable = signs.to_vec();
    play.see(None, Source::Cable, Fact::Packet(Box::new(packet)));
    number
}

#[test]
fn the_packets_of_the_walk_begin_with_the_handshake() {
    use PacketKind::{Ack, Data, Syn, SynAck};
    let play = Play::lab_walked();
    let begin = |kinds: &[PacketKind]| verdict(&play, PacketClaim::Begin(kinds.to_vec()));
    let all = "the packets are: syn syn-ack ack data ack data ack fin ack fin ack";
    assert_eq!(begin(&[Syn, SynAck, Ack, Data]), (true, all.to_owned()));
    assert_eq!(begin(&[Syn, SynAck, Data]), (false, all.to_owned()));
    assert!(!begin(&[Ack; 24]).0);
    let delivered = PacketClaim::Fate(Fate::Delivered, 11);
    let found = "11 packets are delivered".to_owned();
    assert_eq!(verdict(&play, delivered), (true, found));
}

#[test]
fn a_connection_begins_with_a_syn_that_is_neither_sent_again_nor_a_copy() {
    let mut play = Play::lab();
    let found = "no packet has asked for a connection yet";
    let seen = |sign, n| PacketClaim::Seen(Sign::Notable(sign), n);
    assert_eq!(
        verdict(&play, seen(Notable::Retransmission, None)),
        (false, found.to_owned())
    );
    play.packet(Side::Server, SYN, (0, 0), b"");
    notable(&mut play, SYN, &[Notable::Retransmission]);
    notable(&mut play, SYN, &[Notable::Retransmission]);
    play.packet(Side::Client, SYN | ACK, (0, 1), b"");
    let begin = |kinds: &[PacketKind]| PacketClaim::Begin(kinds.to_vec());
    let syn = PacketKind::Syn;
    assert_eq!(
        verdict(&play, begin(&[syn, syn, syn, PacketKind::SynAck])),
        (true, "the packets are: syn syn syn syn-ack".to_owned())
    );
    for (n, held) in [(None, true), (Some(2), true), (Some(1), false)] {
        let found = "retransmission: 2 of 4 packets".to_owned();
        assert_eq!(
            verdict(&play, seen(Notable::Retransmission, n)),
            (held, found)
        );
    }
    assert!(!verdict(&play, seen(Notable::DupAck, None)).0);
    // Another SYN, and nothing of what was before counts any more.
    notable(&mut play, SYN, &[Notable::PortReused]);
    assert_eq!(
        verdict(&play, begin(&[syn])),
        (true, "the packets are: syn".to_owned())
    );
    assert!(verdict(&play, seen(Notable::Retransmission, Some(0))).0);
    assert!(verdict(&play, seen(Notable::PortReused, Some(1))).0);
}

#[test]
fn one_packet_is_what_it_is_and_where_it_is() {
    let mut play = Play::lab();
    let rule = Decider::Rule("drop next syn".into());
    let first = play.packet(Side::Server, SYN, (0, 0), b"");
    let syn = packet(1, PacketIs::Kind(PacketKind::Syn));
    assert_eq!(verdict(&play, syn), (true, "packet 1 is syn".to_owned()));
    let dropped = |by| packet(1, PacketIs::Fate(Fate::Dropped, by));
    assert_eq!(
        verdict(&play, dropped(None)),
        (false, "packet 1 is under way".to_owned())
    );
    play.fate(first, Fate::Dropped, rule);
    let found = "packet 1 was dropped by rule: drop next syn";
    for (by, held) in [
        (None, true),
        (Some(By::Rule), true),
        (Some(By::You), false),
        (Some(By::Cable), false),
    ] {
        assert_eq!(verdict(&play, dropped(by)), (held, found.to_owned()));
    }
    let second = notable(&mut play, SYN, &[Notable::Retransmission]);
    play.hold(second, Decider::You);
    assert_eq!(
        verdict(&play, packet(2, PacketIs::Held)),
        (true, "packet 2 is held by you".to_owned())
    );
    assert!(verdict(&play, PacketClaim::Held(1)).0);
    let again = |sign| packet(2, PacketIs::Sign(Sign::Notable(sign)));
    assert_eq!(
        verdict(&play, again(Notable::Retransmission)),
        (true, "packet 2 is syn, retransmission".to_owned())
    );
    assert!(!verdict(&play, again(Notable::DupAck)).0);
    play.fate(second, Fate::Delivered, Decider::You);
    let held = verdict(&play, packet(2, PacketIs::Held));
    assert_eq!(held, (false, "packet 2 was delivered by you".to_owned()));
    let third = verdict(&play, packet(3, PacketIs::Held));
    assert_eq!(third.1, "packet 3 has not entered the cable");
    let plain = verdict(&play, packet(1, again_sign()));
    assert_eq!(plain.1, "packet 1 is syn, and nothing is notable about it");
}

const fn again_sign() -> PacketIs {
    PacketIs::Sign(Sign::Arrival(Arrival::Again))
}

#[test]
fn what_is_notable_on_arrival_is_told_with_the_fate() {
    let mut play = Play::lab();
    let number = play.packet(Side::Server, SYN, (0, 0), b"");
    let late = Sign::Arrival(Arrival::OutOfOrder);
    assert!(!verdict(&play, packet(1, PacketIs::Sign(late))).0);
    let fact = Fact::Fate {
        packet: number,
        fate: Fate::Delivered,
        decided_by: Decider::You,
        arrival: Some(Arrival::OutOfOrder),
    };
    play.see(None, Source::Cable, fact);
    assert_eq!(
        verdict(&play, packet(1, PacketIs::Sign(late))),
        (true, "packet 1 is syn, out-of-order".to_owned())
    );
    assert!(verdict(&play, PacketClaim::Seen(late, Some(1))).0);
    assert!(!verdict(&play, packet(1, again_sign())).0);
}

#[test]
fn packets_that_were_told_together_are_not_made_up() {
    let mut play = Play::lab();
    play.passes(Side::Server, SYN, (0, 0), b"");
    let fact = Fact::Passed {
        toward: Side::Server,
        packets: 40,
        bytes: 4000,
        through: PacketNo(41),
    };
    play.see(None, Source::Cable, fact);
    let seen = PacketClaim::Seen(Sign::Notable(Notable::DupAck), Some(0));
    let found = "dup-ack: 0 of 1 packets; 40 more passed that were told together";
    assert_eq!(verdict(&play, seen).1, found);
    let one = packet(7, PacketIs::Held);
    assert_eq!(
        verdict(&play, one).1,
        "packet 7 was told together with others"
    );
}

#[test]
fn nothing_is_claimed_of_packets_that_are_not_seen() {
    let play = Play::free();
    let claims = [
        PacketClaim::Begin(vec![PacketKind::Syn]),
        PacketClaim::Held(0),
        PacketClaim::Fate(Fate::Lost, 0),
        packet(1, PacketIs::Held),
    ];
    for claim in claims {
        let found = "no packets are seen on the host network".to_owned();
        assert_eq!(verdict(&play, claim.clone()), (false, found));
        let contrary = Claim::Not(Box::new(Claim::Packets(claim)));
        assert!(
            !contrary.check(play.book()).held,
            "nor is the contrary known"
        );
    }
}

#[test]
fn what_was_sent_again_is_the_kernels_count() {
    let mut play = Play::walked().0;
    let who = Target::from(Actor::CLIENT);
    let check = |play: &Play, n| Claim::Retransmits(who, n).check(play.book());
    let Verdict { held, found } = check(&play, 0);
    assert!(!held, "{found}");
    let socket = play.session().newest(who).unwrap().id;
    let detail = Box::new(Detail {
        retransmits: 3,
        ..Detail::default()
    });
    play.see(None, Source::Kernel, Fact::Detail { socket, detail });
    let Verdict { held, found } = check(&play, 3);
    assert_eq!(
        (held, found.as_str()),
        (true, "client has sent 3 segments again")
    );
    assert!(!check(&play, 2).held);
}

#[test]
fn a_new_conversation_begins_without_packets() {
    let mut play = Play::lab_walked();
    let session = play.session();
    let begin = Fact::Begin {
        network: "lab".to_owned(),
        script: Vec::new(),
        server: session.server_address,
        sight: Sight::Cable,
        no_lab: None,
    };
    play.later(Nanos(1)).see(None, Source::Program, begin);
    assert!(play.book().connection().is_none());
    assert!(verdict(&play, PacketClaim::Fate(Fate::Delivered, 0)).0);
    let number = play.packet(Side::Server, SYN, (0, 0), b"");
    assert_eq!(number, PacketNo(1));
    let handling = Handling::Held;
    let decided_by = Decider::Rule("hold\u{1b}[2J".into());
    play.see(
        None,
        Source::Cable,
        Fact::Handled {
            packet: number,
            handling,
            decided_by,
        },
    );
    let held = verdict(&play, packet(1, PacketIs::Held));
    assert_eq!(
        held,
        (true, "packet 1 is held by rule: hold\\x1b[2J".to_owned())
    );
}
