use super::view::{Told, fates, packets};
use crate::common::Story;
use fourline::model::{
    call::Call,
    event::{Event, Fact, Source},
    ids::{EventId, Nanos, Side, SocketId},
    packet::{Arrival, Fate, Handling, Notable, PacketKind, PacketNo},
    tcp::TcpState,
};
use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
};

/// Holds the journal of a run that has ended to all of them.
pub(crate) fn hold(story: &Story) {
    numbers_rise_and_none_is_missing(story);
    each_packet_has_one_fate_at_most(story);
    nothing_comes_before_its_time(story);
    a_plain_cable_keeps_the_order(story);
    repeats_name_what_they_repeat(story);
    copies_are_copies(story);
    states_have_causes(story);
    packets_have_the_causes_that_they_can_have(story);
    kernels_know_what_was_delivered(story);
}

fn numbers_rise_and_none_is_missing(story: &Story) {
    let (mut last, mut told, mut together) = (0, 0, 0);
    for event in &story.events {
        match &event.fact {
            Fact::Packet(packet) => {
                assert!(packet.number.0 > last, "numbers rise: {event:?}");
                last = packet.number.0;
                told += 1;
            }
            // Each direction is told for itself, so the last of one may lie before the last of the other.
            Fact::Passed {
                packets, through, ..
            } => {
                last = last.max(through.0);
                together += packets;
            }
            _ => {}
        }
    }
    assert_eq!(told + together, last, "each was told, alone or together");
}

fn each_packet_has_one_fate_at_most(story: &Story) {
    let mut entered = HashSet::new();
    let mut left = HashSet::new();
    for event in &story.events {
        match &event.fact {
            Fact::Packet(packet) => assert!(entered.insert(packet.number), "{event:?}"),
            Fact::Fate { packet, .. } => {
                assert!(entered.contains(packet), "it has not entered: {event:?}");
                assert!(left.insert(*packet), "a second fate: {event:?}");
            }
            Fact::Handled { packet, .. } => {
                assert!(
                    entered.contains(packet) && !left.contains(packet),
                    "it is not there: {event:?}"
                );
            }
            _ => {}
        }
    }
    for told in packets(story) {
        if let Some(left) = told.fate {
            assert!(left.event.happened() >= told.entered(), "{told:?}");
            assert_eq!(left.event.cause, Some(told.event.id), "{left:?}");
            assert!(
                left.arrival.is_none() || left.fate == Fate::Delivered,
                "{left:?}"
            );
        }
    }
}

/// What is delayed stays for so long, unless somebody lets it go.
fn nothing_comes_before_its_time(story: &Story) {
    let mut until: HashMap<PacketNo, Nanos> = HashMap::new();
    for event in &story.events {
        match &event.fact {
            Fact::Handled {
                packet,
                handling: Handling::Delayed { until_ns },
                ..
            } => {
                until.insert(*packet, *until_ns);
            }
            Fact::Fate {
                packet,
                fate: Fate::Delivered,
                decided_by,
                ..
            } if decided_by.to_string() == "cable" => {
                if let Some(until) = until.get(packet) {
                    assert!(event.happened() >= *until, "{event:?}");
                }
            }
            // Whoever clears the cable or pulls the plug decides about all that lies on it.
            Fact::Cable { .. } => until.clear(),
            _ => {}
        }
    }
}

/// Where the cable was asked for nothing, each direction's packets are delivered as they came, and none is lost.
fn a_plain_cable_keeps_the_order(story: &Story) {
    let asked = story.events.iter().any(|e| match &e.fact {
        Fact::Cable { rules, .. } => !rules.is_empty(),
        Fact::Handled { .. } => true,
        _ => false,
    });
    if asked {
        return;
    }
    let toward: HashMap<PacketNo, Side> = packets(story)
        .iter()
        .map(|told| (told.packet.number, told.packet.toward))
        .collect();
    let mut last: HashMap<Side, PacketNo> = HashMap::new();
    for (number, left) in fates(story) {
        assert_eq!(left.fate, Fate::Delivered, "{left:?}");
        assert_ne!(left.arrival, Some(Arrival::OutOfOrder), "{left:?}");
        let before = last.insert(toward[&number], number);
        assert!(before < Some(number), "{left:?}");
    }
}

fn repeats_name_what_they_repeat(story: &Story) {
    let all = packets(story);
    let by_number: HashMap<PacketNo, &Told<'_>> =
        all.iter().map(|told| (told.packet.number, told)).collect();
    let crowded = story
        .events
        .iter()
        .any(|e| matches!(e.fact, Fact::Passed { .. }));
    for told in &all {
        let packet = told.packet;
        if let Some(again) = packet.again {
            assert!(again < packet.number, "{told:?}");
        }
        if !packet.notable.contains(&Notable::Retransmission) {
            continue;
        }
        let first = packet.again.and_then(|again| by_number.get(&again));
        let Some(first) = first else {
            assert!(crowded, "which packet was the first: {told:?}");
            continue;
        };
        let range = |told: &Told<'_>| {
            let tcp = told.packet.tcp.unwrap();
            let (from, to) = tcp.stream(told.packet.len);
            let phantom = matches!(
                told.packet.kind(),
                Some(PacketKind::Syn | PacketKind::SynAck | PacketKind::Fin)
            );
            (tcp.seq, from, to + u64::from(phantom))
        };
        let ((seq, from, to), (seq1, from1, to1)) = (range(told), range(first));
        assert_eq!(
            (packet.toward, packet.from, packet.to),
            (first.packet.toward, first.packet.from, first.packet.to),
            "{told:?}"
        );
        assert!(
            seq == seq1 || from < to1 && from1 < to,
            "{told:?} repeats {first:?}"
        );
    }
}

fn copies_are_copies(story: &Story) {
    let all = packets(story);
    let spoiled: HashSet<PacketNo> = story
        .events
        .iter()
        .filter_map(|e| match e.fact {
            Fact::Handled {
                packet,
                handling: Handling::Corrupted { .. },
                ..
            } => Some(packet),
            _ => None,
        })
        .collect();
    for copy in &all {
        let Some(of) = copy.packet.copy_of else {
            continue;
        };
        let first = all.iter().find(|told| told.packet.number == of).unwrap();
        assert!(of < copy.packet.number);
        assert_eq!(copy.packet.toward, first.packet.toward, "{copy:?}");
        assert_eq!(copy.event.cause, Some(first.event.id), "{copy:?}");
        if !spoiled.contains(&of) {
            assert_eq!(copy.packet.bytes, first.packet.bytes, "{copy:?}");
        }
    }
}

/// A state changes by a call, by a packet, or by a timer, which leaves no event; and we see all that lasted between two
/// of them.
fn states_have_causes(story: &Story) {
    let crowded = story
        .events
        .iter()
        .any(|e| matches!(e.fact, Fact::Passed { .. } | Fact::Elided { .. }));
    let cause = |event: &Event| {
        let id = event.cause?;
        story.events.iter().find(|e| e.id == id)
    };
    for event in &story.events {
        let Fact::State { from, to, .. } = event.fact else {
            continue;
        };
        if crowded {
            continue;
        }
        match cause(event).map(|e| &e.fact) {
            Some(Fact::Call(_) | Fact::Waiting { .. } | Fact::Packet(_)) => {}
            // It was seen before the call that it asked for had returned.
            Some(Fact::Asked { .. }) if cause(event).is_some_and(|e| e.who == event.who) => {}
            Some(other) => panic!("{event:?} because of {other:?}"),
            None => {
                let timed = matches!(to, TcpState::Closed | TcpState::TimeWait);
                assert!(timed, "nothing brought it about: {event:?}");
            }
        }
        // A FIN that acknowledges a FIN crosses two states at once.
        let crossed = (from, to) == (TcpState::FinWait1, TcpState::FinWait2);
        assert!(
            event.source == Source::Kernel || event.source == Source::Derived && crossed,
            "it lasted, and nobody saw it: {event:?}"
        );
    }
}

/// Data come from a send, a SYN from a connect, a FIN from a goodbye; an answer comes from a packet of the other
/// direction that had arrived by then.
fn packets_have_the_causes_that_they_can_have(story: &Story) {
    let crowded = story
        .events
        .iter()
        .any(|e| matches!(e.fact, Fact::Passed { .. } | Fact::Elided { .. }));
    let by_id: HashMap<EventId, &Event> = story.events.iter().map(|e| (e.id, e)).collect();
    let mut arrived = HashSet::new();
    for event in &story.events {
        let packet = match &event.fact {
            Fact::Fate {
                packet,
                fate: Fate::Delivered,
                ..
            } => {
                arrived.insert(*packet);
                continue;
            }
            Fact::Packet(packet) => packet,
            _ => continue,
        };
        if packet.again.is_some() || packet.copy_of.is_some() || packet.made_by_cable {
            continue;
        }
        let Some(cause) = event.cause.map(|id| by_id[&id]) else {
            let answers = packet.kind() == Some(PacketKind::SynAck);
            assert!(!answers || crowded, "it answers a SYN: {event:?}");
            continue;
        };
        let call = match &cause.fact {
            Fact::Call(done) => &done.call,
            Fact::Waiting { call, .. } => call,
            // Its call had neither returned nor waited yet.
            Fact::Asked { .. } => {
                assert!(cause.who.is_some() && cause.who == event.who, "{event:?}");
                continue;
            }
            Fact::Packet(before) => {
                assert_eq!(
                    (before.from, before.to),
                    (packet.to, packet.from),
                    "{event:?}"
                );
                assert!(arrived.contains(&before.number), "{event:?}");
                if packet.kind() == Some(PacketKind::SynAck) {
                    assert_eq!(before.kind(), Some(PacketKind::Syn), "{event:?}");
                }
                assert_ne!(packet.kind(), Some(PacketKind::Data), "{event:?}");
                continue;
            }
            other => panic!("{event:?} because of {other:?}"),
        };
        assert_eq!(cause.who, event.who, "{event:?}");
        let could = match packet.kind() {
            Some(PacketKind::Syn) => matches!(call, Call::Connect { .. }),
            Some(PacketKind::Data) => matches!(call, Call::Send { .. } | Call::SendTo { .. }),
            Some(PacketKind::Fin | PacketKind::Rst) => {
                matches!(call, Call::Close { .. } | Call::Shutdown { .. })
            }
            Some(PacketKind::Ack) => call.takes_bytes(),
            _ => false,
        };
        assert!(could, "{event:?} because of {call}");
    }
}

/// No kernel counts bytes, or acknowledgements of them, that were not delivered to it before.
fn kernels_know_what_was_delivered(story: &Story) {
    let together = |e: &Event| matches!(e.fact, Fact::Passed { .. });
    if story.events.iter().any(together) {
        return;
    }
    let all = packets(story);
    let by_number: HashMap<PacketNo, &Told<'_>> =
        all.iter().map(|told| (told.packet.number, told)).collect();
    let mut ends: HashMap<SocketId, (SocketAddr, SocketAddr)> = HashMap::new();
    // For whom, and from whom: data up to where, and acknowledged up to where.
    let mut delivered: HashMap<(SocketAddr, SocketAddr), (u64, u64)> = HashMap::new();
    for event in &story.events {
        match &event.fact {
            Fact::Socket {
                socket,
                local,
                peer: Some(peer),
                ..
            } => {
                ends.insert(*socket, (plain(*local), plain(*peer)));
            }
            Fact::Fate {
                packet,
                fate: Fate::Delivered,
                ..
            } => {
                let packet = by_number[packet].packet;
                let Some(tcp) = packet.tcp else { continue };
                let end = (plain(packet.to), plain(packet.from));
                let (data, acks) = delivered.entry(end).or_default();
                *data = (*data).max(tcp.stream(packet.len).1);
                *acks = (*acks).max(tcp.ack.saturating_sub(1));
            }
            Fact::Progress {
                socket,
                acked,
                received,
                ..
            } => {
                let known = delivered.get(&ends[socket]).copied().unwrap_or_default();
                assert!(
                    *received <= known.0 && *acked <= known.1,
                    "{known:?} were delivered: {event:?}"
                );
            }
            _ => {}
        }
    }
}

fn plain(addr: SocketAddr) -> SocketAddr {
    SocketAddr::new(addr.ip().to_canonical(), addr.port())
}
