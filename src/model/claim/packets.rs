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
mod tests {
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
        let detail = Detail {
            retransmits: 3,
            ..Detail::default()
        };
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
}
