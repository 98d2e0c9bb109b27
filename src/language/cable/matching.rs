//! `MATCH`: which packets a rule is for, and the words for packets and directions.
//!
//! ```text
//! [next | first N | every N] [KIND] [to SIDE]        next syn-ack
//! KIND N,N,N [to SIDE]    packets N,N,N [to SIDE]    data 3,4,5 to server
//! ```

use super::super::{
    cursor::{Cursor, Hint},
    mistake::{Mistake, quoted},
    time::number,
};
use crate::model::{
    cable::{Match, Which},
    ids::Side,
    packet::PacketKind,
};

/// So many numbers one match has at most.
const MOST_NUMBERS: usize = 64;

const NUMBERS: &str = "numbers of packets (3,4,5)";

/// Words that stand before a kind.
const COUNTS: [&str; 3] = ["next", "first", "every"];

/// Takes a match; without any word of one it is for all packets.
pub(super) fn matching(cursor: &mut Cursor<'_>) -> Result<Match, Mistake> {
    no_bare_list(cursor)?;
    let mut what = Match {
        which: which(cursor)?,
        ..Match::default()
    };
    if what.which == Which::All
        && cursor.take(
            "packets",
            "just these of all packets that come, counted from now",
        )
    {
        what.which = Which::These(numbers(cursor)?.ok_or_else(|| {
            cursor
                .wrong("a list of numbers")
                .help("write them as in: packets 3,4,5")
        })?);
    } else {
        what.kind = packet_kind(cursor);
        if what.kind.is_some() {
            these(cursor, &mut what)?;
        }
    }
    what.toward = toward(cursor)?;
    misplaced(cursor, &what)?;
    Ok(what)
}

fn which(cursor: &mut Cursor<'_>) -> Result<Which, Mistake> {
    let count = |cursor: &mut Cursor<'_>| number(cursor, "a number of packets", "3", 1, u32::MAX);
    Ok(
        if cursor.take("next", "the first that fits; then the rule is over") {
            Which::Next
        } else if cursor.take("first", "so many that fit; then the rule is over") {
            Which::First(count(cursor)?)
        } else if cursor.take("every", "every so-manieth that fits") {
            Which::Every(count(cursor)?)
        } else {
            Which::All
        },
    )
}

/// Numbers after a kind, in place of `next` and its like.
fn these(cursor: &mut Cursor<'_>, what: &mut Match) -> Result<(), Mistake> {
    if what.which == Which::All {
        if let Some(these) = numbers(cursor)? {
            what.which = Which::These(these);
        }
    } else if starts_with_digit(cursor) {
        return Err(Mistake::new(
            cursor.span(),
            format!("{} cannot stand here", cursor.found()),
        )
        .help("either next, first or every stands before the kind, or numbers stand behind it"));
    }
    Ok(())
}

fn starts_with_digit(cursor: &Cursor<'_>) -> bool {
    cursor
        .bare()
        .is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()))
}

/// `3,4,5`, if a number stands here.
fn numbers(cursor: &mut Cursor<'_>) -> Result<Option<Vec<u32>>, Mistake> {
    cursor.try_kind(NUMBERS, "3,4,5");
    let Some(word) = cursor.bare().filter(|_| starts_with_digit(cursor)) else {
        return Ok(None);
    };
    let wrong = |message: String| Mistake::new(cursor.span(), message);
    if word.ends_with(',')
        || cursor
            .bare_after()
            .is_some_and(|next| next.starts_with(','))
    {
        return Err(wrong(format!("{} is cut off", cursor.found()))
            .help("write the numbers without spaces, as in 3,4,5"));
    }
    let mut these = Vec::new();
    for part in word.split(',') {
        let number = part.parse().ok().filter(|n| *n > 0);
        let Some(number) = number.filter(|_| part.bytes().all(|b| b.is_ascii_digit())) else {
            return Err(wrong(format!(
                "{} is not a list of numbers from 1 to {}",
                cursor.found(),
                u32::MAX
            ))
            .help("write them as in 3,4,5"));
        };
        if these.last().is_some_and(|last| *last >= number) {
            return Err(
                wrong(format!("the numbers in {} do not rise", cursor.found()))
                    .help("write them in the order in which the packets come, as in 3,4,5"),
            );
        }
        if these.len() == MOST_NUMBERS {
            return Err(wrong(format!(
                "a match names at most {MOST_NUMBERS} packets"
            )));
        }
        these.push(number);
    }
    cursor.advance();
    Ok(Some(these))
}

/// Other ways to write a kind, which are understood.
const OTHER_NAMES: [(&str, PacketKind); 6] = [
    ("syn,ack", PacketKind::SynAck),
    ("syn+ack", PacketKind::SynAck),
    ("syn/ack", PacketKind::SynAck),
    ("synack", PacketKind::SynAck),
    ("syn_ack", PacketKind::SynAck),
    ("reset", PacketKind::Rst),
];

/// Takes a word for a kind of packet if one stands here.
pub(in super::super) fn packet_kind(cursor: &mut Cursor<'_>) -> Option<PacketKind> {
    if let Some(kind) = cursor.bare().and_then(kind_named) {
        cursor.advance();
        return Some(kind);
    }
    hint_kinds(cursor, |_| true);
    None
}

/// Takes a word for a kind of TCP packet if one stands here.
pub(in super::super) fn tcp_kind(cursor: &mut Cursor<'_>) -> Result<Option<PacketKind>, Mistake> {
    let is_tcp = |kind| !matches!(kind, PacketKind::Udp | PacketKind::Icmp);
    match cursor.bare().and_then(kind_named) {
        Some(kind) if is_tcp(kind) => {
            cursor.advance();
            Ok(Some(kind))
        }
        Some(kind) => Err(Mistake::new(
            cursor.span(),
            format!("a TCP connection has no {kind} packets"),
        )),
        None => {
            hint_kinds(cursor, is_tcp);
            Ok(None)
        }
    }
}

fn hint_kinds(cursor: &mut Cursor<'_>, which: impl Fn(PacketKind) -> bool) {
    for (_, text, about) in PacketKind::TABLE.into_iter().filter(|row| which(row.0)) {
        cursor.try_hint(Hint::Word { text, about });
    }
}

/// The kind that a word means, in any case.
pub(in super::super) fn kind_named(word: &str) -> Option<PacketKind> {
    let rows = PacketKind::TABLE
        .into_iter()
        .map(|(kind, name, _)| (name, kind));
    let mut all = rows.chain(OTHER_NAMES);
    all.find(|(name, _)| name.eq_ignore_ascii_case(word))
        .map(|(_, kind)| kind)
}

/// Takes `to server` or `to client` if it stands here.
pub(in super::super) fn toward(cursor: &mut Cursor<'_>) -> Result<Option<Side>, Mistake> {
    if !cursor.take("to", "only what goes this way") {
        if let Some(side @ ("server" | "client")) = cursor.bare() {
            return Err(Mistake::new(
                cursor.span(),
                format!("`to` is missing before {}", quoted(side)),
            )
            .help(format!("a direction is written: to {side}")));
        }
        return Ok(None);
    }
    let sides = [
        ("server", "what goes to the server", Side::Server),
        ("client", "what goes to the client", Side::Client),
    ];
    cursor.must_choose("a side", &sides).map(Some)
}

/// Whether a match can begin with this word.
pub(super) fn begins_with(word: &str) -> bool {
    COUNTS.contains(&word) || matches!(word, "packets" | "to") || kind_named(word).is_some()
}

/// Numbers without a kind before them.
pub(super) fn no_bare_list(cursor: &Cursor<'_>) -> Result<(), Mistake> {
    match cursor.bare() {
        Some(word) if starts_with_digit(cursor) && word.contains(',') => Err(Mistake::new(
            cursor.span(),
            format!("{} are numbers, but not said of what", cursor.found()),
        )
        .help(
            "a kind stands before them, as in data 3,4,5; or packets 3,4,5 for packets of any kind",
        )),
        _ => Ok(()),
    }
}

/// A word of a match that comes too late: says where it stands.
fn misplaced(cursor: &Cursor<'_>, what: &Match) -> Result<(), Mistake> {
    let Some(word) = cursor.bare() else {
        return Ok(());
    };
    let kind = kind_named(word);
    let mistake = |message: String| Mistake::new(cursor.span(), message);
    Err(if COUNTS.contains(&word) && what.which == Which::All {
        let mut right = what.clone();
        let after = cursor.bare_after();
        let n = after.and_then(|n| n.parse().ok());
        right.kind = right.kind.or_else(|| after.and_then(kind_named));
        right.which = match word {
            "next" => Which::Next,
            "first" => Which::First(n.unwrap_or(3)),
            _ => Which::Every(n.unwrap_or(3)),
        };
        mistake(format!("{} comes too late", quoted(word))).help(format!("write: {right}"))
    } else if COUNTS.contains(&word) {
        mistake(format!("{} is one too many", quoted(word)))
            .help("a match has one of next, first and every, or numbers")
    } else if word == "packets" {
        mistake("`packets` stands in place of a kind".to_owned())
            .help("write them as in: packets 3,4,5 to server")
    } else if let Some(kind) = kind {
        if what.kind.is_some() {
            mistake("a match names one kind of packets".to_owned())
                .help("make a rule for each kind")
        } else if matches!(what.which, Which::These(_)) {
            mistake(format!("{} cannot stand here", quoted(word)))
                .help("the kind stands in place of `packets`, as in: data 3,4,5")
        } else {
            let right = Match {
                kind: Some(kind),
                ..what.clone()
            };
            mistake(format!("{} comes too late", quoted(word))).help(format!("write: {right}"))
        }
    } else if matches!(word, "seed" | "jitter") && *what != Match::default() {
        mistake(format!("{} comes too late", quoted(word)))
            .help("it stands before what says which packets are meant")
    } else {
        return Ok(());
    })
}
