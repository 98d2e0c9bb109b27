//! Claims about packets: how the newest connection's begin, what one of them is and what became of it, how many fared so.

use super::Verdict;
use crate::model::{
    book::{Book, PacketEntry},
    connection::Connection,
    event::{Fact, Sight},
    packet::{Arrival, Decider, Fate, Notable, Packet, PacketKind, PacketNo},
    payload::escaped,
    session::Session,
};
use core::fmt;

/// A claim about packets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PacketClaim {
    /// `packets KIND KIND ...`: so the newest connection's packets begin, in the order in which they entered the cable,
    /// those that were sent again and copies among them.
    Begin(Vec<PacketKind>),
    /// `packet N ...`: one packet.
    One(PacketNo, PacketIs),
    /// `NOTABLE [N]`: so many packets of the newest connection have this sign; at least one when no number is said.
    Seen(Sign, Option<u64>),
    /// `fate FATE N`: so many packets have this fate.
    Fate(Fate, u64),
    /// `held N`: so many packets lie on the cable until somebody lets them go.
    Held(u64),
}

/// What is claimed of one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketIs {
    /// `FATE [by WHO]`.
    Fate(Fate, Option<By>),
    /// `held`.
    Held,
    /// `KIND`.
    Kind(PacketKind),
    /// `NOTABLE`.
    Sign(Sign),
}

/// Something notable about a packet, when it enters the cable or when it arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// When it enters.
    Notable(Notable),
    /// When it arrives.
    Arrival(Arrival),
}

impl Sign {
    /// Each with its word and what it means, in a sentence.
    pub fn all() -> impl Iterator<Item = (Self, &'static str, &'static str)> {
        let arrivals = [
            (
                Arrival::OutOfOrder,
                "Something that was sent before it has not arrived yet.",
            ),
            (
                Arrival::Again,
                "All its data had arrived before: the kernel throws it away, and acknowledges again.",
            ),
        ];
        Notable::TABLE
            .into_iter()
            .map(|(notable, name, _, meaning)| (Self::Notable(notable), name, meaning))
            .chain(
                arrivals
                    .map(|(arrival, meaning)| (Self::Arrival(arrival), arrival.name(), meaning)),
            )
    }

    /// The sign of this name.
    pub fn named(word: &str) -> Option<Self> {
        Self::all().find(|row| row.1 == word).map(|row| row.0)
    }
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Notable(notable) => notable.name(),
            Self::Arrival(arrival) => arrival.name(),
        })
    }
}

/// Who decided a fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The person or the script, about this very packet.
    You,
    /// A rule.
    Rule,
    /// Nobody: so cables are.
    Cable,
}

impl By {
    /// Each with its word and what it means.
    pub const TABLE: [(Self, &'static str, &'static str); 3] = [
        (
            Self::You,
            "you",
            "by hand, or by a statement about this packet",
        ),
        (Self::Rule, "rule", "by a rule of the cable"),
        (
            Self::Cable,
            "cable",
            "by nobody: the cable does what a cable does",
        ),
    ];

    /// Its word.
    pub const fn name(self) -> &'static str {
        Self::TABLE[self as usize].1
    }

    const fn is(self, decider: &Decider) -> bool {
        matches!(
            (self, decider),
            (Self::You, Decider::You)
                | (Self::Rule, Decider::Rule(_))
                | (Self::Cable, Decider::Cable)
        )
    }
}

/// So many kinds are told of what was found.
const SHOWN: usize = 32;
/// Bytes of a rule that are told.
const SHORT: usize = 120;

impl PacketClaim {
    /// Why no journal like this one can bear it out, nor its contrary.
    pub(super) fn unknowable(&self, session: &Session) -> Option<String> {
        match session.sight.as_ref() {
            Sight::Cable => None,
            Sight::Capture => match self {
                Self::Begin(_)
                | Self::Seen(Sign::Notable(_), _)
                | Self::One(_, PacketIs::Kind(_) | PacketIs::Sign(Sign::Notable(_))) => None,
                _ => Some(
                    "packets are seen passing by, and what becomes of them is not in our hands"
                        .to_owned(),
                ),
            },
            Sight::None { why } if why.is_empty() => Some(format!(
                "no packets are seen on the {} network",
                text(&session.network, SHORT)
            )),
            Sight::None { why } => Some(format!("no packets are seen: {}", text(why, 3 * SHORT))),
        }
    }

    /// Looks whether it holds in the journal as it is now.
    pub(super) fn check(&self, book: &Book) -> Verdict {
        let cable = &book.session().cable;
        match self {
            Self::Begin(wanted) => match book.connection() {
                Some(connection) => Verdict {
                    held: connection.kinds.starts_with(wanted),
                    found: format!("the packets are: {}", kinds(connection)),
                },
                None => no_connection(),
            },
            Self::One(number, wanted) => one(book, *number, *wanted),
            Self::Seen(sign, wanted) => match book.connection() {
                Some(connection) => {
                    let seen = match sign {
                        Sign::Notable(notable) => connection.notable(*notable),
                        Sign::Arrival(arrival) => connection.arrivals(*arrival),
                    };
                    Verdict {
                        held: wanted.map_or(seen > 0, |n| seen == n),
                        found: format!(
                            "{sign}: {seen} of {} packets{}",
                            connection.count,
                            untold(book)
                        ),
                    }
                }
                None => no_connection(),
            },
            Self::Fate(fate, wanted) => {
                let count = match fate {
                    Fate::Delivered => cable.delivered,
                    Fate::Dropped => cable.dropped,
                    Fate::Lost => cable.lost,
                };
                Verdict {
                    held: count == *wanted,
                    found: format!("{} {fate}", packets(count)),
                }
            }
            Self::Held(wanted) => {
                let count = cable.held().count() as u64;
                Verdict {
                    held: count == *wanted,
                    found: format!("{} held", packets(count)),
                }
            }
        }
    }
}

fn no_connection() -> Verdict {
    Verdict {
        held: false,
        found: "no packet has asked for a connection yet".to_owned(),
    }
}

/// `1 packet is`, `3 packets are`.
fn packets(n: u64) -> String {
    match n {
        1 => "1 packet is".to_owned(),
        n => format!("{n} packets are"),
    }
}

/// How many packets were not told one by one: nobody can say what they were.
fn untold(book: &Book) -> String {
    let told = book.packets_at(book.events().len()).len() as u64;
    match book.session().cable.entered.saturating_sub(told) {
        0 => String::new(),
        n => format!("; {n} more passed that were told together"),
    }
}

fn kinds(connection: &Connection) -> String {
    let shown: Vec<_> = connection
        .kinds
        .iter()
        .map(|k| k.name())
        .take(SHOWN)
        .collect();
    let more = if connection.count > shown.len() as u64 {
        " ..."
    } else {
        ""
    };
    shown.join(" ") + more
}

fn one(book: &Book, number: PacketNo, wanted: PacketIs) -> Verdict {
    let Some((entry, packet)) = book
        .packet(number)
        .and_then(|entry| Some((entry, book.packet_at(entry)?)))
    else {
        let found = if number.0 <= book.session().cable.entered {
            format!("packet {number} was told together with others")
        } else {
            format!("packet {number} has not entered the cable")
        };
        return Verdict { held: false, found };
    };
    let (held, what) = match wanted {
        PacketIs::Kind(kind) => (packet.kind() == Some(kind), kind_of(packet)),
        PacketIs::Sign(Sign::Notable(notable)) => (
            packet.notable.contains(&notable),
            signs_of(book, entry, packet),
        ),
        PacketIs::Sign(Sign::Arrival(arrival)) => (
            fate_of(book, entry).is_some_and(|f| f.2 == Some(arrival)),
            signs_of(book, entry, packet),
        ),
        PacketIs::Fate(fate, by) => (
            fate_of(book, entry).is_some_and(|f| f.0 == fate && by.is_none_or(|by| by.is(f.1))),
            where_is(book, entry),
        ),
        PacketIs::Held => (holder(book, number).is_some(), where_is(book, entry)),
    };
    Verdict {
        held,
        found: format!("packet {number} {what}"),
    }
}

fn fate_of<'a>(
    book: &'a Book,
    entry: &PacketEntry,
) -> Option<(Fate, &'a Decider, Option<Arrival>)> {
    match &book.events().get(entry.fate?)?.fact {
        Fact::Fate {
            fate,
            decided_by,
            arrival,
            ..
        } => Some((*fate, decided_by, *arrival)),
        _ => None,
    }
}

fn holder(book: &Book, number: PacketNo) -> Option<&Decider> {
    book.session().cable.packet(number)?.held.as_ref()
}

/// `is data`.
fn kind_of(packet: &Packet) -> String {
    match packet.kind() {
        Some(kind) => format!("is {kind}"),
        None => format!("is {}", packet.protocol.name()),
    }
}

/// `is data, retransmission, out-of-order`.
fn signs_of(book: &Book, entry: &PacketEntry, packet: &Packet) -> String {
    let arrival = fate_of(book, entry).and_then(|fate| fate.2);
    let signs: Vec<_> = packet
        .notable
        .iter()
        .map(|notable| notable.name())
        .chain(arrival.map(Arrival::name))
        .collect();
    if signs.is_empty() {
        format!("{}, and nothing is notable about it", kind_of(packet))
    } else {
        format!("{}, {}", kind_of(packet), signs.join(", "))
    }
}

/// `was dropped by rule: drop data`, `is held by you`, `is under way`.
fn where_is(book: &Book, entry: &PacketEntry) -> String {
    if let Some((fate, by, _)) = fate_of(book, entry) {
        return format!("was {fate} by {}", text(&by.to_string(), SHORT));
    }
    match holder(book, entry.number) {
        Some(by) => format!("is held by {}", text(&by.to_string(), SHORT)),
        None => "is under way".to_owned(),
    }
}

/// A text from a journal, safe to show and not too long.
fn text(text: &str, most: usize) -> String {
    let cut = text.floor_char_boundary(most);
    let more = if cut < text.len() { "..." } else { "" };
    escaped(&text.as_bytes()[..cut]) + more
}

#[cfg(test)]
mod tests;
