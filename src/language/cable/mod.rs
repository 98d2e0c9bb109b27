//! `cable VERB ...`: the table of the cable's verbs, one row each, and how each is read.
//!
//! `drop`, `dup`, `swap` and `corrupt` are of two kinds. Alone or with a packet's number they are done by hand, now, to a
//! packet that lies on the cable; with a match (matching.rs) they are rules for what is still to come.

mod amounts;
mod matching;

pub(super) use matching::{kind_named, packet_kind, tcp_kind, toward};

use self::{
    amounts::{chance, rate, try_chance},
    matching::matching,
};
use super::{
    cursor::Cursor,
    mistake::{Mistake, quoted},
    time::{number, time, try_number},
};
use crate::model::{
    cable::{CableOrder, Chance, Deed, Hand, Match, Preset, Rule},
    command::Statement,
    packet::PacketNo,
};

type Parsed = Result<CableOrder, Mistake>;

/// One verb of the cable.
pub struct CableVerb {
    /// As it is typed after `cable`.
    pub name: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// What it does, in one sentence.
    pub about: &'static str,
    /// A whole statement with it.
    pub example: &'static str,
    parse: fn(&mut Cursor<'_>) -> Parsed,
}

macro_rules! verbs {
    ($($name:literal $parse:expr, $usage:literal $example:literal $about:literal;)*) => {
        &[$(CableVerb {
            name: $name,
            usage: $usage,
            about: $about,
            example: $example,
            parse: $parse,
        }),*]
    };
}

/// Every verb of the cable.
pub static CABLE_VERBS: &[CableVerb] = verbs! {
    "hold" hold,
        "cable hold [MATCH]" "cable hold data"
        "From now on, keep these packets on the cable until somebody lets them go; all of them when no match is given.";
    "step" step,
        "cable step [N]" "cable step"
        "Deliver one packet now: packet N, or the oldest that is held.";
    "release" release,
        "cable release" "cable release"
        "Hold nothing any more, and deliver what is held, in order.";
    "drop" |c| hand_or_rule(c, Hand::Drop, DROP),
        "cable drop [N|MATCH]" "cable drop next syn-ack"
        "Take a packet off the cable: packet N, or the oldest that is held; with a match, a rule for packets to come.";
    "dup" |c| hand_or_rule(c, Hand::Dup, Deed::Dup),
        "cable dup [N|MATCH]" "cable dup next data"
        "Put a copy behind a packet: packet N, or the oldest that is held; with a match, a rule for packets to come.";
    "swap" |c| hand_or_rule(c, Hand::Swap, Deed::Swap),
        "cable swap [N|MATCH]" "cable swap first 2 data to server"
        "Let a packet change places with the one behind it that goes the same way: packet N, or the oldest that is held; with a match, a rule for packets to come.";
    "corrupt" corrupt,
        "cable corrupt [N|MATCH] | cable corrupt P% [seed N] [MATCH]" "cable corrupt next data"
        "Change a byte of a packet, so that its checksum is wrong: packet N, or the oldest that is held; with a match or a chance, a rule for packets to come.";
    "delay" delay,
        "cable delay TIME [jitter TIME] [MATCH]" "cable delay 200ms jitter 50ms"
        "Keep each packet for this time, and so much more or less at random, without changing their order.";
    "loss" loss,
        "cable loss P% [seed N] [MATCH]" "cable loss 10% seed 7 data"
        "Drop each packet with this chance; with a seed, the same choices every time.";
    "reorder" reorder,
        "cable reorder P% [seed N] [MATCH]" "cable reorder 25%"
        "With this chance, let the next packet that goes the same way overtake this one.";
    "rate" |c| {
            let bits = rate(c)?;
            one_way(c, Deed::Rate { bits })
        },
        "cable rate RATE [to SIDE]" "cable rate 1mbit"
        "Let no more than so many bits a second through, in each direction.";
    "mtu" |c| {
            let bytes = number(c, "a number of bytes", "576", 68, 65_535)?;
            one_way(c, Deed::Mtu { bytes })
        },
        "cable mtu N [to SIDE]" "cable mtu 576"
        "Let no larger IP packet through: it is dropped, and its sender is told by ICMP. TCP can follow down to 88 over IPv4, and to 1280 over IPv6.";
    "unplug" |c| toward(c).map(CableOrder::Unplug),
        "cable unplug [to SIDE]" "cable unplug"
        "Pull the plug: what goes that way, or both ways, is dropped.";
    "plug" |c| toward(c).map(CableOrder::Plug),
        "cable plug [to SIDE]" "cable plug"
        "Plug it in again.";
    "clear" |_| Ok(CableOrder::Clear),
        "cable clear" "cable clear"
        "No rules any more, plugged in, and what is held is delivered: a plain cable.";
    "preset" preset,
        "cable preset NAME" "cable preset 3g"
        "The delay, rate and loss of a real link, in place of all that were set.";
    "offload" |c| c.switch().map(CableOrder::Offload),
        "cable offload on|off" "cable offload on"
        "With on, the kernels may hand over several segments in one super-packet, as they do to a real card.";
};

/// How a statement for the cable is written.
pub(super) const USAGE: &str = "cable VERB [ARGUMENTS]";

impl CableVerb {
    /// The verb of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        CABLE_VERBS.iter().find(|verb| verb.name == name)
    }
}

/// What follows the word `cable`.
pub(super) fn order(cursor: &mut Cursor<'_>) -> Result<Statement, Mistake> {
    for verb in CABLE_VERBS {
        if cursor.take(verb.name, verb.about) {
            return (verb.parse)(cursor)
                .and_then(|order| cursor.end(verb.name).map(|()| order))
                .map(Statement::Cable)
                .map_err(|mistake| mistake.usage(verb.usage));
        }
    }
    let mut mistake = cursor.wrong("a verb of the cable");
    let known = KNOWN_ELSEWHERE
        .iter()
        .find(|row| cursor.bare() == Some(row.0));
    if let Some((word, here)) = known {
        mistake.message = format!("the cable has no verb {}", quoted(word));
        mistake.nearest = None;
        mistake.help = Some(format!("try: cable {here}"));
    }
    Err(mistake.usage(USAGE))
}

/// Words that are no verbs of the cable, but that people know from elsewhere, and what to write in their place.
const KNOWN_ELSEWHERE: [(&str, &str); 29] = [
    ("deliver", "step"),
    ("forward", "step"),
    ("pass", "step"),
    ("next", "step"),
    ("go", "release"),
    ("continue", "release"),
    ("pause", "hold"),
    ("stop", "hold"),
    ("block", "drop syn"),
    ("lose", "loss 10%"),
    ("discard", "drop"),
    ("duplicate", "dup"),
    ("copy", "dup"),
    ("exchange", "swap"),
    ("mangle", "corrupt"),
    ("flip", "corrupt"),
    ("latency", "delay 200ms"),
    ("lag", "delay 200ms"),
    ("jitter", "delay 200ms jitter 50ms"),
    ("shuffle", "reorder 25%"),
    ("bandwidth", "rate 1mbit"),
    ("limit", "rate 1mbit"),
    ("speed", "rate 1mbit"),
    ("cut", "unplug"),
    ("disconnect", "unplug"),
    ("down", "unplug"),
    ("up", "plug"),
    ("connect", "plug"),
    ("reset", "clear"),
];

/// `drop` without chance.
const DROP: Deed = Deed::Drop {
    chance: Chance::ALWAYS,
    seed: None,
};

fn hold(cursor: &mut Cursor<'_>) -> Parsed {
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    if cursor.bare().is_some_and(is_number) {
        return Err(Mistake::new(
            cursor.span(),
            format!(
                "{} is one packet, and hold is for packets that are still to come",
                cursor.found()
            ),
        )
        .help("the fourth from now is: cable hold packets 4"));
    }
    rule(cursor, Deed::Hold)
}

fn step(cursor: &mut Cursor<'_>) -> Parsed {
    let packet = try_packet_number(cursor)?;
    if packet.is_none()
        && let Some(word) = cursor.bare()
        && matching::begins_with(word)
    {
        return Err(cursor
            .wrong("a packet's number")
            .help("cable step delivers one packet, by its number or the oldest that is held"));
    }
    Ok(CableOrder::Hand(Hand::Step, packet))
}

fn release(cursor: &mut Cursor<'_>) -> Parsed {
    if cursor.is_at_end() {
        return Ok(CableOrder::Release);
    }
    Err(Mistake::new(
        cursor.span(),
        format!(
            "{} is too much: release lets go all that is held",
            cursor.found()
        ),
    )
    .expected(["the end of the line"])
    .help("one packet goes on with: cable step 4"))
}

fn corrupt(cursor: &mut Cursor<'_>) -> Parsed {
    if let Some(chance) = try_chance(cursor)? {
        let seed = seed(cursor, chance)?;
        return rule(cursor, Deed::Corrupt { chance, seed });
    }
    let (chance, seed) = (Chance::ALWAYS, None);
    hand_or_rule(cursor, Hand::Corrupt, Deed::Corrupt { chance, seed })
}

fn loss(cursor: &mut Cursor<'_>) -> Parsed {
    let chance = chance(cursor)?;
    let seed = seed(cursor, chance)?;
    rule(cursor, Deed::Drop { chance, seed })
}

fn reorder(cursor: &mut Cursor<'_>) -> Parsed {
    let chance = chance(cursor)?;
    let taken = seed_of(cursor)?;
    rule(
        cursor,
        Deed::Reorder {
            chance,
            seed: taken,
        },
    )
}

/// `seed N`. What happens always needs none, and its text has none.
fn seed(cursor: &mut Cursor<'_>, chance: Chance) -> Result<Option<u64>, Mistake> {
    let seed = seed_of(cursor)?;
    Ok(seed.filter(|_| chance != Chance::ALWAYS))
}

fn seed_of(cursor: &mut Cursor<'_>) -> Result<Option<u64>, Mistake> {
    if !cursor.take("seed", "the same choices every time") {
        return Ok(None);
    }
    number(cursor, "a number", "7", 0, u64::MAX).map(Some)
}

fn delay(cursor: &mut Cursor<'_>) -> Parsed {
    let by = time(cursor, "200ms")?;
    let mut jitter = crate::model::ids::Nanos(0);
    if cursor.take("jitter", "so much more or less, at random") {
        jitter = time(cursor, "50ms")?;
        if jitter > by {
            return Err(Mistake::new(
                cursor.span_before(),
                "the jitter is longer than the delay, and no packet arrives before it was sent",
            )
            .help("the jitter is at most the delay, as in: cable delay 200ms jitter 50ms"));
        }
    }
    rule(cursor, Deed::Delay { by, jitter })
}

fn preset(cursor: &mut Cursor<'_>) -> Parsed {
    for preset in Preset::TABLE {
        if cursor.take(preset.name, preset.about) {
            return Ok(CableOrder::Preset(preset));
        }
    }
    Err(cursor.wrong("the name of a preset"))
}

/// A rule for what a match says, for all when there is none.
fn rule(cursor: &mut Cursor<'_>, deed: Deed) -> Parsed {
    let what = matching(cursor)?;
    Ok(CableOrder::Rule(Rule { deed, what }))
}

/// A rule that can be for one direction, and for no kind of packets.
fn one_way(cursor: &mut Cursor<'_>, deed: Deed) -> Parsed {
    let toward = toward(cursor)?;
    let what = Match {
        toward,
        ..Match::default()
    };
    Ok(CableOrder::Rule(Rule { deed, what }))
}

/// Without anything or with a number it is done by hand, with a match it is a rule.
fn hand_or_rule(cursor: &mut Cursor<'_>, hand: Hand, deed: Deed) -> Parsed {
    if let Some(word) = cursor.bare()
        && word.ends_with('%')
        && word.starts_with(|c: char| c.is_ascii_digit())
    {
        let verb = match hand {
            Hand::Swap => "reorder",
            _ => "loss",
        };
        let mistake = Mistake::new(
            cursor.span(),
            format!("{} does not leave it to chance", quoted(hand.name())),
        );
        return Err(if hand == Hand::Dup {
            mistake.help("try: cable dup every 10")
        } else {
            mistake.help(format!("with a chance it is: cable {verb} 10%"))
        });
    }
    if let Some(number) = try_packet_number(cursor)? {
        return Ok(CableOrder::Hand(hand, Some(number)));
    }
    let what = matching(cursor)?;
    Ok(if what == Match::default() {
        CableOrder::Hand(hand, None)
    } else {
        CableOrder::Rule(Rule { deed, what })
    })
}

/// Takes a packet's number if one stands here.
fn try_packet_number(cursor: &mut Cursor<'_>) -> Result<Option<PacketNo>, Mistake> {
    matching::no_bare_list(cursor)?;
    let number = try_number(cursor, "a packet's number", "4", 1, u64::MAX)?;
    Ok(number.map(PacketNo))
}
