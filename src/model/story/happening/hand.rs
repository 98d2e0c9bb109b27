//! What is done to a packet that lies on the cable: held, delayed, spoilt, swapped; and what the cable is told.

use super::{
    Happening, Moment,
    parcel::{Parcel, decided, span},
    returned, waiting, why,
};
use crate::model::{
    cable::{Deed, in_short},
    event::{Event, Fact},
    packet::{Decider, Handling, Notable, PacketKind, PacketNo},
    story::words::{first_upper, safe},
};

/// Characters of an order.
const MOST: usize = 60;

pub(super) fn handled(
    m: &Moment<'_>,
    number: PacketNo,
    handling: Handling,
    by: &Decider,
) -> Happening {
    let Some(p) = Parcel::of(m, number) else {
        let first = format!(
            "{} did something to packet {number}, which is not in the journal any more.",
            decided(by)
        );
        return Happening::new([first], why::CABLE);
    };
    match handling {
        Handling::Held => stays(m, &p, None, by),
        Handling::Delayed { until_ns } => {
            let left = until_ns.since(m.event.happened());
            stays(m, &p, Some(&span(left)), by)
        }
        Handling::Corrupted { byte } => {
            let first = format!(
                "{} changed byte {byte} of {}, so its checksum is wrong now.",
                decided(by),
                p.name()
            );
            let second = format!(
                "{} will throw it away without a word, and {}.",
                first_upper(&p.to()),
                p.if_lost()
            );
            Happening::new([first, second], why::CORRUPTED)
        }
        Handling::Swapped { with } => {
            let first = format!(
                "{} has changed places with packet {with}: what was sent first arrives last.",
                first_upper(&p.name())
            );
            let second = "IP promises no order. The kernel that gets them sorts it out by the sequence numbers.";
            Happening::new([first, second.to_owned()], why::OUT_OF_ORDER)
        }
    }
}

/// It is held, or delayed for so long.
fn stays(m: &Moment<'_>, p: &Parcel<'_>, left: Option<&str>, by: &Decider) -> Happening {
    let gone = p.state.is_none_or(|s| s.ended.is_some());
    let why = if left.is_some() {
        why::DELAYED
    } else if p.has_arrived_before().is_some() {
        why::COPY_HELD
    } else {
        why::held(p.kind())
    };
    let call = call_of_the_step(m).filter(|_| !p.is(Notable::Retransmission));
    if gone {
        // It has gone on since: what the call did is the news.
        return call.map_or_else(
            || {
                let first = format!("{} is no longer on the cable.", first_upper(&p.name()));
                Happening::new([first], why)
            },
            |event| of_the_call(m, event),
        );
    }
    let (first, second) = lies(p, left, by);
    match call {
        Some(event) if sends_it(event, p) || calls_by_it(event, p) => of_the_call(m, event),
        Some(event) => {
            let before = of_the_call(m, event).what.into_iter().next();
            match before.filter(|b| b.len() + first.len() <= ROOM) {
                Some(before) => Happening::new([before, first], why),
                None => Happening::new([first, second], why),
            }
        }
        None => Happening::new([first, second], why),
    }
}

/// Characters that two sentences may have together.
const ROOM: usize = 235;

/// `You hold the SYN (packet 1), so ...`, and what one can do now.
pub(super) fn lies(p: &Parcel<'_>, left: Option<&str>, by: &Decider) -> (String, String) {
    if let Some(left) = left {
        let first = format!(
            "{} is under way for {left} ({}): {}.",
            first_upper(&p.name()),
            match by {
                Decider::Rule(text) => format!("`{}`", safe(text, 40)),
                _ => "by hand".to_owned(),
            },
            p.unknown()
        );
        let second = p
            .who_waits()
            .map_or_else(String::new, |waits| format!("So {waits}."));
        return (first, second);
    }
    let again = p
        .try_of()
        .map_or_else(String::new, |(_, first)| format!(", packet {first} again"));
    let first = format!("You hold {}{again}: {}.", p.name(), p.unknown());
    let waits = p
        .who_waits()
        .map_or_else(String::new, |waits| format!("{}. ", first_upper(&waits)));
    // The hand takes the oldest first.
    if let Some(oldest) = Parcel::held(p.m).next().filter(|o| o.number < p.number) {
        let all = Parcel::held(p.m).count();
        let second = format!(
            "{waits}You hold {all} packets: s delivers the oldest, packet {}, and d drops it.",
            oldest.number
        );
        return (first, second);
    }
    let second = format!(
        "{waits}Deliver it with s, or drop it with d: then {}.",
        p.if_lost()
    );
    (first, second)
}

/// The latest call in this step before the event: what it did is told with what became of its packets.
fn call_of_the_step<'a>(m: &Moment<'a>) -> Option<&'a Event> {
    m.step_before().iter().rev().find(|e| match &e.fact {
        Fact::Call(done) => !matches!(done.call.name(), "socket" | "setsockopt" | "ioctl"),
        Fact::Waiting { .. } => true,
        _ => false,
    })
}

/// What the call itself says of it.
fn of_the_call(m: &Moment<'_>, event: &Event) -> Happening {
    let at = m.at(event);
    match &event.fact {
        Fact::Call(done) if done.failed() => super::failing::failed(&at, done),
        Fact::Call(done) => returned(&at, done),
        Fact::Waiting { call, socket, .. } => waiting::waits(&at, call, *socket),
        _ => Happening::default(),
    }
}

/// Whether this is the `send` whose bytes the packet has.
fn sends_it(event: &Event, p: &Parcel<'_>) -> bool {
    matches!(&event.fact, Fact::Call(done) if p.has_bytes_of(done))
}

/// Whether this is the `connect` whose SYN it is, and which tells of it itself.
fn calls_by_it(event: &Event, p: &Parcel<'_>) -> bool {
    matches!(&event.fact, Fact::Waiting { socket, call, .. }
        if *socket == p.packet.socket && call.name() == "connect")
        && p.kind() == Some(PacketKind::Syn)
}

/// The cable was told something.
pub(super) fn told(text: &str, rules: &[String]) -> Happening {
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    let which = |all: &str| match rest {
        "" => all.to_owned(),
        rest => format!("what fits `{}`", safe(rest, MOST)),
    };
    let first = match verb {
        "hold" => format!(
            "From now on the cable holds {}: it lies in your hand until you let it go.",
            which("every packet")
        ),
        "release" => {
            "The cable holds nothing any more, and what was held is delivered, in order.".to_owned()
        }
        "drop" => format!(
            "From now on the cable drops {}. Neither kernel is told.",
            which("every packet")
        ),
        "loss" => format!(
            "From now on the cable loses packets by chance: {}.",
            safe(rest, MOST)
        ),
        "dup" => format!(
            "From now on the cable sends {} twice.",
            which("every packet")
        ),
        "swap" | "reorder" => format!(
            "From now on packets overtake each other on the cable: {}.",
            safe(text, MOST)
        ),
        "corrupt" => format!(
            "From now on the cable spoils packets: {}. Their checksums are wrong then.",
            safe(text, MOST)
        ),
        "delay" => format!(
            "From now on every packet is under way for a while: {}.",
            safe(rest, MOST)
        ),
        "rate" => format!(
            "From now on no more than {} go through, in each direction.",
            safe(rest, MOST)
        ),
        "mtu" => {
            let bytes = rest.split(' ').next().and_then(|word| word.parse().ok());
            let narrow = |family| bytes.is_some_and(|bytes: u32| bytes < Deed::least_mtu(family));
            let more = match (narrow(4), narrow(6)) {
                (true, _) => " TCP cuts nothing smaller than 88 bytes, over IPv6 1280.",
                (_, true) => " Over IPv6 TCP cuts nothing smaller than 1280.",
                _ => "",
            };
            format!(
                "From now on no packet larger than {} bytes passes; who sends one is told by ICMP.{more}",
                safe(rest, MOST)
            )
        }
        "unplug" => {
            "The cable is unplugged: what is sent now is lost. No kernel and no program notices."
                .to_owned()
        }
        "over:" => format!("A rule of the cable is used up: {}.", safe(rest, MOST)),
        "plug" => "The cable is plugged in again: what is sent now arrives.".to_owned(),
        "clear" => {
            "The cable is a plain cable again: no rules, and all that lay on it is delivered."
                .to_owned()
        }
        "preset" => format!(
            "The cable behaves as a real link now: {}.",
            safe(rest, MOST)
        ),
        "offload" => {
            "This changes in which portions the kernels hand their packets to the cable.".to_owned()
        }
        _ => format!("The cable was told: {}.", safe(text, MOST)),
    };
    let second = match (verb, &*in_short(rules)) {
        ("hold", _) => {
            "Make a call, and see what it sends: s delivers the oldest packet, d drops it."
                .to_owned()
        }
        ("unplug", _) => {
            "TCP sends again and again, each time after a longer wait, until it gives up."
                .to_owned()
        }
        (_, []) => String::new(),
        (_, [only]) if *only == text => String::new(),
        (_, rules) => {
            let all: Vec<_> = rules.iter().map(|r| format!("`{}`", safe(r, 30))).collect();
            format!("Its rules: {}.", safe(&all.join(", "), 100))
        }
    };
    Happening::new([first, second], why::CABLE)
}
