//! The rows of packets. One that is delivered at once takes one row, from end to end. Any other takes a row where it
//! enters the cable, one for each thing that is done to it, and one where it arrives or is gone:
//!
//! ```text
//!  │              ╭─ 4 PSH,ACK seq 1:16 ack 1 ─┤
//!  │              ┃ held (hold data)           │
//!  │◀─ 4 ─────────┛ held 3.30s, then let go    │
//! ```

use super::{
    labels,
    line::{Mark, Place, Room},
    rows::harmless,
    told::Told,
};
use crate::{
    model::{
        book::PacketEntry,
        event::{Event, Fact, Source},
        ids::{Actor, Nanos, Side},
        packet::{Arrival, Decider, Fate, Handling, Packet, PacketNo},
        story,
    },
    ui::{
        glyphs::GlyphSet,
        screens::bits::{Bits, count, some, span},
        text::wrap,
        theme::Role,
    },
};

/// So many events after a packet are looked at for what became of it at once.
const NEAR: usize = 8;
/// Lines that a note in the middle may take.
const MOST_NOTED: usize = 3;

/// A packet that entered the cable, and whether it went from end to end at once.
pub(super) fn entered(
    told: &Told<'_>,
    place: usize,
    packet: &Packet,
    room: Room,
    glyphs: GlyphSet,
) -> Vec<Place> {
    let (Some(index), Some(event)) = (told.index(place), told.event(place)) else {
        return Vec::new();
    };
    let whose = whose(told, event, packet);
    let icmp = story::packets::icmp(&told.app.book, index, packet);
    let made = labels::made(packet);
    let (mark, cells) = if is_at_once(told, place) {
        let toward = packet.toward;
        // A head, a space at each side, and a bit of the shaft.
        (
            Mark::Crosses { toward, made },
            room.middle.saturating_sub(4),
        )
    } else {
        (Mark::Enters(index), room.slope.saturating_sub(5))
    };
    let cells = cells.saturating_sub(if made { room.middle / 6 } else { 0 });
    let label = labels::label(packet, &whose, icmp.as_deref(), cells, glyphs);
    let mut lines = vec![Place::Middle {
        mark,
        says: label.on,
    }];
    if let Some(text) = label.below {
        lines.extend(noted(Role::Wait, &text, room.middle));
    }
    lines
}

/// With whom it is about, when there are several clients.
fn whose(told: &Told<'_>, event: &Event, packet: &Packet) -> String {
    if !told.several() {
        return String::new();
    }
    let client = packet.socket.and_then(|s| match s.actor {
        client @ Actor::Client(_) => Some(client),
        Actor::Server => told.is_of_now(event.id).then(|| told.peer_of(s)).flatten(),
    });
    let port = match packet.toward {
        Side::Server => packet.from.port(),
        Side::Client => packet.to.port(),
    };
    client.map_or_else(|| format!("(:{port})"), |c| format!("({c})"))
}

/// Whether the packet at `place` was delivered before anything else happened that has a row, or was only seen passing
/// by: then nothing is known of its way.
pub(super) fn is_at_once(told: &Told<'_>, place: usize) -> bool {
    let (Some(index), Some(event)) = (told.index(place), told.event(place)) else {
        return false;
    };
    if event.source == Source::Capture {
        return true;
    }
    let Some(fate) = told.packet_in(index).and_then(|entry| entry.fate) else {
        return false;
    };
    for later in place + 1..place + 1 + NEAR {
        match told.event(later).map(|e| &e.fact) {
            Some(Fact::Ack { .. }) => {}
            Some(Fact::Fate {
                fate: Fate::Delivered,
                arrival: None,
                ..
            }) => return told.index(later) == Some(fate),
            _ => return false,
        }
    }
    false
}

/// What was done to a packet that stays on the cable.
pub(super) fn handled(
    told: &Told<'_>,
    place: usize,
    number: PacketNo,
    handling: Handling,
    by: &Decider,
    glyphs: GlyphSet,
) -> Vec<Place> {
    let (Some(event), Some(entry)) = (told.event(place), told.packet(place, number)) else {
        return Vec::new();
    };
    let why = match by {
        Decider::You => " by you".to_owned(),
        Decider::Rule(text) => format!(": {}", harmless(text, glyphs)),
        Decider::Cable => String::new(),
    };
    let texts = match handling {
        Handling::Held => match by {
            Decider::Rule(text) => {
                let rule = harmless(text, glyphs);
                [format!("held ({rule})"), "held".to_owned()]
            }
            _ => [format!("held{why}"), "held".to_owned()],
        },
        Handling::Delayed { until_ns } => {
            let since = told.app.book.events().get(entry.index);
            let by = until_ns.since(since.unwrap_or(event).at_ns);
            // Rounded: what the clock counted between two looks is no news.
            let by = Nanos::from_millis(by.0.saturating_add(500_000) / 1_000_000);
            let by = span(by, glyphs.ascii());
            [format!("delayed {by}{why}"), format!("delayed {by}")]
        }
        Handling::Corrupted { byte } => [
            format!("byte {byte} corrupted{why}"),
            format!("byte {byte} corrupted"),
        ],
        Handling::Swapped { with } => [
            format!("changes places with {with}{why}"),
            format!("swapped with {with}"),
        ],
    };
    let role = match handling {
        Handling::Corrupted { .. } => Role::Bad,
        _ => Role::Wait,
    };
    vec![Place::Middle {
        mark: Mark::Stands(entry.index),
        says: texts.map(|text| Bits::of(role, text)).to_vec(),
    }]
}

/// What became of a packet; nothing if its arrow shows it already.
pub(super) fn ended(
    told: &Told<'_>,
    place: usize,
    number: PacketNo,
    room: Room,
    glyphs: GlyphSet,
) -> Vec<Place> {
    let (Some(event), Some(entry)) = (told.event(place), told.packet(place, number)) else {
        return Vec::new();
    };
    let Fact::Fate {
        fate,
        decided_by,
        arrival,
        ..
    } = &event.fact
    else {
        return Vec::new();
    };
    if told
        .place_of(entry.index)
        .is_some_and(|p| is_at_once(told, p))
    {
        return Vec::new();
    }
    let since = held(told, &entry).and_then(|i| told.app.book.events().get(i));
    let held = since.map(|since| {
        let took = span(event.at_ns.since(since.at_ns), glyphs.ascii());
        format!("held {took}")
    });
    let (mark, says) = match fate {
        Fate::Delivered => (
            Mark::Arrives(entry.index),
            delivered(decided_by, *arrival, held.as_deref()),
        ),
        Fate::Dropped | Fate::Lost => (
            Mark::Breaks(entry.index),
            gone(*fate, number, decided_by, held.as_deref(), glyphs),
        ),
    };
    let rule = match decided_by {
        // Which rule it was must be read.
        Decider::Rule(text) if *fate == Fate::Dropped && says[1].width() + 3 > room.slope => {
            Some(format!("rule: {}", harmless(text, glyphs)))
        }
        _ => None,
    };
    let mut lines = vec![Place::Middle { mark, says }];
    if let Some(rule) = rule {
        lines.extend(noted(Role::Bad, &rule, room.middle));
    }
    lines
}

fn delivered(by: &Decider, arrival: Option<Arrival>, held: Option<&str>) -> Vec<Bits> {
    let arrived = match arrival {
        None => ["", ""],
        Some(Arrival::OutOfOrder) => ["arrives out of order", "out of order"],
        Some(Arrival::Again) => ["arrives again: thrown away", "again"],
    };
    let let_go = (*by == Decider::You).then_some("let go by you");
    let line = |parts: [Option<&str>; 3]| {
        let parts: Vec<&str> = parts
            .into_iter()
            .flatten()
            .filter(|p| !p.is_empty())
            .collect();
        Bits::of(Role::Wait, parts.join(", "))
    };
    vec![
        line([Some(arrived[0]), held, let_go]),
        line([Some(arrived[1]), held, let_go]),
        line([Some(arrived[1]), held, None]),
        line([Some(arrived[1]), None, None]),
    ]
}

fn gone(
    fate: Fate,
    number: PacketNo,
    by: &Decider,
    held: Option<&str>,
    glyphs: GlyphSet,
) -> Vec<Bits> {
    let what = match (fate, by) {
        (Fate::Lost, _) => "lost: the cable was full".to_owned(),
        (_, Decider::You) => "dropped by you".to_owned(),
        (_, Decider::Rule(text)) => format!("dropped: {}", harmless(text, glyphs)),
        (_, Decider::Cable) => "dropped by the cable".to_owned(),
    };
    let line = |what: &str, held: Option<&str>| {
        let mut line = labels::number(number).and(Role::Bad, format!(" {what}"));
        if let Some(held) = held {
            line.push(Role::Wait, format!(", {held}"));
        }
        line
    };
    let short = match by {
        Decider::Rule(_) => "dropped by a rule",
        _ => fate.name(),
    };
    vec![
        line(&what, held),
        line(&what, None),
        line(short, None),
        line(fate.name(), None),
    ]
}

/// The place in the journal of the event since which a packet is held.
pub(super) fn held(told: &Told<'_>, entry: &PacketEntry) -> Option<usize> {
    let place = told.place_of(entry.index)?;
    let held = (place + 1..place + 1 + NEAR).find(|&p| {
        told.event(p).is_some_and(|event| {
            matches!(
                &event.fact,
                Fact::Handled { packet, handling: Handling::Held, .. } if *packet == entry.number
            )
        })
    });
    told.index(held?)
}

/// More packets that passed than are told one by one.
pub(super) fn passed(toward: Side, packets: u64, bytes: u64) -> Vec<Place> {
    let more = format!("{} more packets", count(packets));
    let role = Role::from(!toward);
    let made = false;
    vec![Place::Middle {
        mark: Mark::Crosses { toward, made },
        says: vec![
            Bits::of(role, format!("{more} passed, {}", some(bytes, "byte"))),
            Bits::of(role, format!("{more} passed")),
            Bits::of(role, more),
            Bits::of(role, count(packets)),
        ],
    }]
}

/// A note between the life lines.
pub(super) fn noted(role: Role, text: &str, cells: usize) -> Vec<Place> {
    let lines = wrap(text, cells.saturating_sub(2).max(8));
    let lines = lines.into_iter().take(MOST_NOTED);
    lines
        .map(|line| Place::Middle {
            mark: Mark::Nothing,
            says: vec![Bits::of(role, line)],
        })
        .collect()
}
