//! What the cable does, and what is to be said of one packet, in a few words.

use crate::{
    app::App,
    model::{
        cable::in_short,
        event::Sight,
        packet::{Arrival, Decider, Fate, Notable, Packet},
        session::{CableState, PacketState, Session},
        story::words::first_upper,
    },
    ui::{screens::captured, text::wrap, theme::Role},
};

/// Why there are no packets.
const NO_PACKETS: &str = "This is the host network: the kernel carries the packets itself, and fourline sees only what \
goes in and comes out.";
/// The same in few words.
const NO_PACKETS_SHORT: &str = "The kernel carries the packets itself; here are the bytes.";
/// The same in so few that it stays there when bytes have passed.
const NO_PACKETS_SHORTEST: &str = "the kernel carries them";

/// What the cable does with what passes.
pub(super) fn does(cable: &CableState) -> (Role, String) {
    match &*in_short(&cable.rules) {
        [] if cable.held().next().is_some() => (Role::Wait, "holding".to_owned()),
        [] => (Role::Dim, "plain cable".to_owned()),
        [rule] => (role(rule), doing(rule)),
        rules => {
            let worst = rules.iter().find(|r| role(r) != Role::Note);
            let (role, first) = worst.map_or((Role::Note, rules[0]), |r| (role(r), *r));
            (role, format!("{} +{}", doing(first), rules.len() - 1))
        }
    }
}

fn role(rule: &str) -> Role {
    match rule.split(' ').next() {
        Some("hold") => Role::Wait,
        Some("unplug" | "unplugged" | "drop") => Role::Bad,
        _ => Role::Note,
    }
}

/// A rule as what it does: `hold data` as `holding data`.
fn doing(rule: &str) -> String {
    let (verb, rest) = rule.split_once(' ').unwrap_or((rule, ""));
    let verb = match verb {
        "hold" if rest.is_empty() => "holding all",
        "hold" => "holding",
        "drop" => "dropping",
        "dup" => "doubling",
        "swap" => "swapping",
        "unplug" => "unplugged",
        verb => verb,
    };
    format!("{verb} {rest}").trim_end().to_owned()
}

/// On which network the kernel carries the packets; and whether that is not what was wished for, where there is room.
pub(super) fn network(session: &Session, room: usize) -> String {
    let network = &session.network;
    let plain = format!("{network} network");
    let not = [
        format!("{network} network, not the lab"),
        format!("{network}, not the lab"),
    ];
    let wished = session.no_lab.is_some();
    not.into_iter()
        .find(|text| wished && text.len() <= room)
        .unwrap_or(plain)
}

/// Why there are no packets: in full, in a sentence, in a few words; the first that fits is told.
pub(super) fn no_packets(app: &App) -> Vec<String> {
    let session = app.session();
    let why = match &*session.sight {
        Sight::None { why } if !why.is_empty() => why.as_str(),
        _ => "",
    };
    let mut all = Vec::new();
    if let Some(no_lab) = &session.no_lab {
        all.push(format!("This is not the lab: {no_lab} {why}"));
        all.push(format!("This is not the lab: {no_lab}"));
        all.push(format!("This is not the lab: {}", first_sentence(no_lab)));
        let key = app.keys.keys_of("why").first();
        all.extend(key.map(|key| format!("not the lab; {key} says why")));
    } else if why.is_empty() {
        all.push(NO_PACKETS.to_owned());
    } else {
        all.push(format!("{NO_PACKETS_SHORT} {}", first_upper(why)));
        all.push(NO_PACKETS.to_owned());
    }
    all.push(NO_PACKETS_SHORT.to_owned());
    all.push(NO_PACKETS_SHORTEST.to_owned());
    all
}

/// What is said of packets that are only seen: in full, and in fewer words.
pub(super) fn passing_by(session: &Session) -> Vec<String> {
    if session.is_capture() {
        return captured::PACKETS.map(str::to_owned).into();
    }
    let seen = "The kernel carries the packets itself; they are only seen passing by.";
    let mut all = Vec::new();
    if let Some(no_lab) = &session.no_lab {
        all.push(format!("{seen} This is not the lab: {no_lab}"));
        all.push(format!("This is not the lab: {}", first_sentence(no_lab)));
    }
    all.extend([seen.to_owned(), "not in your hand".to_owned()]);
    all
}

fn first_sentence(text: &str) -> &str {
    let end = text.find(". ").map_or(text.len(), |at| at + 1);
    &text[..end]
}

/// The first of these texts that fits into so many rows, wrapped; else the last one.
pub(super) fn fitting(texts: &[String], cells: usize, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for text in texts {
        lines = wrap(text, cells);
        if lines.len() <= most {
            break;
        }
    }
    lines
}

/// What is notable about a packet, most important first; with `all`, also what mostly goes without saying.
pub(super) fn notes(state: &PacketState, packet: &Packet, all: bool) -> Vec<String> {
    let mut notes = Vec::new();
    let mut add = |note: String| notes.push(note);
    for notable in &packet.notable {
        match (notable, packet.again) {
            (Notable::Retransmission, Some(again)) => add(format!("again: packet {again}")),
            (Notable::DupAck, Some(again)) => add(format!("same ACK as packet {again}")),
            (notable, _) => add(notable.label().to_owned()),
        }
    }
    if let Some(copy) = packet.copy_of {
        add(format!("copy of packet {copy}"));
    }
    if packet.made_by_cable {
        add("made by the cable".to_owned());
    }
    if packet.merged {
        add("super-packet".to_owned());
    }
    if state.corrupted {
        add("corrupted".to_owned());
    }
    if let Some(with) = state.swapped {
        add(format!("swapped with {with}"));
    }
    let by = match &state.ended {
        Some(ended) => {
            match ended.arrival {
                Some(Arrival::OutOfOrder) => add("arrived out of order".to_owned()),
                Some(Arrival::Again) => add("had arrived before".to_owned()),
                None => {}
            }
            (all || ended.fate == Fate::Dropped).then_some(&ended.by)
        }
        // Why it lies there is told by what the cable does.
        None => None,
    };
    match by {
        Some(Decider::You) => add("by you".to_owned()),
        Some(Decider::Rule(rule)) => add(format!("by rule: {rule}")),
        Some(Decider::Cable) | None => {}
    }
    notes
}
