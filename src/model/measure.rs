//! What can be counted or measured in a journal, for questions whose answer the run gives: `packets before client connect`,
//! `server returned`, `gap data to server 2`.

use super::{
    book::Book,
    claim::{QueueName, Stage},
    event::{Fact, Sight},
    ids::{Actor, Nanos, Side, Target},
    packet::{Packet, PacketKind},
    payload::Payload,
};
use core::fmt;

/// Which packets are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// What they are.
    pub kind: Option<PacketKind>,
    /// Which way they go.
    pub toward: Option<Side>,
}

impl Which {
    fn fits(self, packet: &Packet) -> bool {
        self.kind.is_none_or(|kind| packet.kind() == Some(kind))
            && self.toward.is_none_or(|side| packet.toward == side)
    }
}

/// `data to server`, with a space before each word.
impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(kind) = self.kind {
            write!(f, " {kind}")?;
        }
        match self.toward {
            Some(Side::Server) => f.write_str(" to server"),
            Some(Side::Client) => f.write_str(" to client"),
            None => Ok(()),
        }
    }
}

/// What is measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// `packets [KIND] [to SIDE] [before WHO CALL]`: how many entered the cable; with `before`, until the latest such
    /// call returned.
    Packets(Which, Option<(Actor, String)>),
    /// `gap [KIND] [to SIDE] N`: milliseconds between the N-th such packet and the next one.
    Gap(Which, u32),
    /// `WHO calls [CALL]`: how many calls it finished.
    Calls(Actor, Option<String>),
    /// `WHO took CALL`: milliseconds that its latest such call took.
    Took(Actor, String),
    /// `WHO returned`: what its latest finished call returned.
    Returned(Actor),
    /// `WHO recv-q`, `WHO send-q`.
    Queue(Target, QueueName),
    /// `WHO written`, `sent`, `acked`, `received` or `read`: bytes that go from it.
    Ledger(Target, Stage),
    /// `WHO retransmits`: segments that its kernel has sent again.
    Retransmits(Target),
}

/// Which bytes are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// What the latest finished `recv` brought.
    Latest,
    /// All that was read from the socket so far.
    SoFar,
}

/// So many bytes are compared with an answer.
const MOST_BYTES: usize = 4096;

impl Brought {
    /// The bytes, if they are known from the first to the last and are not too many to be an answer.
    pub fn take(self, book: &Book, who: Target) -> Option<Vec<u8>> {
        match self {
            Self::Latest => {
                let Payload { kept, omitted } = book.latest_recv(who)?;
                (*omitted == 0 && kept.len() <= MOST_BYTES).then(|| kept.to_vec())
            }
            Self::SoFar => {
                let socket = book.session().newest(who)?;
                let (bytes, whole) = book.read_so_far(socket.id, MOST_BYTES);
                whole.then_some(bytes)
            }
        }
    }
}

impl Measure {
    /// Measures it in the journal as it is now. What happened before the event at place `since` is not counted, where
    /// something is counted. Nothing when it cannot be known: no packets are seen, no such call has finished.
    pub fn take(&self, book: &Book, since: usize) -> Option<i64> {
        let session = book.session();
        let end = book.events().len();
        match self {
            Self::Packets(which, before) => {
                let end = match before {
                    Some((who, name)) => last_call(book, since..end, *who, name)?.0,
                    None => end,
                };
                let many = packets(book, since..end, *which)?.count();
                i64::try_from(many).ok()
            }
            Self::Gap(which, n) => {
                let mut after = packets(book, since..end, *which)?.skip(*n as usize - 1);
                let (first, next) = (after.next()?, after.next()?);
                Some(milliseconds(next.since(first)))
            }
            Self::Calls(who, name) => {
                let many = calls(book, since..end)
                    .filter(|(_, actor, call, _)| {
                        actor == who && name.as_ref().is_none_or(|n| n == call)
                    })
                    .count();
                i64::try_from(many).ok()
            }
            Self::Took(who, name) => {
                last_call(book, since..end, *who, name).map(|(_, took)| milliseconds(took))
            }
            Self::Returned(who) => session.latest_call(Some(*who)).map(|call| call.ret),
            Self::Queue(who, name) => {
                let socket = session.newest(*who)?;
                let value = match name {
                    QueueName::Recv => socket.recv_q,
                    QueueName::Send => socket.send_q,
                };
                i64::try_from(value?).ok()
            }
            Self::Ledger(who, stage) => {
                let ledger = session.ledger(session.newest(*who)?.id);
                let value = match stage {
                    Stage::Written => ledger.written,
                    Stage::Sent => ledger.sent,
                    Stage::Acked => ledger.acked,
                    Stage::Received => ledger.received,
                    Stage::Read => ledger.read,
                };
                i64::try_from(value?).ok()
            }
            Self::Retransmits(who) => {
                let (detail, _) = session.newest(*who)?.detail?;
                Some(detail.retransmits.into())
            }
        }
    }

    /// What it is counted in: `packets`, `bytes`, `ms`; empty for what a call returned, and for a column of the socket table,
    /// which counts connections where the socket listens.
    pub const fn unit(&self) -> &'static str {
        match self {
            Self::Packets(..) => "packets",
            Self::Gap(..) | Self::Took(..) => "ms",
            Self::Calls(..) => "calls",
            Self::Returned(_) | Self::Queue(..) => "",
            Self::Ledger(..) => "bytes",
            Self::Retransmits(_) => "segments",
        }
    }

    /// Whether packets must be seen for it.
    pub const fn is_of_packets(&self) -> bool {
        matches!(self, Self::Packets(..) | Self::Gap(..))
    }
}

/// As it is written in a lesson: `packets syn to server before client connect`.
impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Packets(which, None) => write!(f, "packets{which}"),
            Self::Packets(which, Some((who, call))) => {
                write!(f, "packets{which} before {who} {call}")
            }
            Self::Gap(which, n) => write!(f, "gap{which} {n}"),
            Self::Calls(who, None) => write!(f, "{who} calls"),
            Self::Calls(who, Some(call)) => write!(f, "{who} calls {call}"),
            Self::Took(who, call) => write!(f, "{who} took {call}"),
            Self::Returned(who) => write!(f, "{who} returned"),
            Self::Queue(who, QueueName::Recv) => write!(f, "{who} recv-q"),
            Self::Queue(who, QueueName::Send) => write!(f, "{who} send-q"),
            Self::Ledger(who, stage) => {
                let stage = match stage {
                    Stage::Written => "written",
                    Stage::Sent => "sent",
                    Stage::Acked => "acked",
                    Stage::Received => "received",
                    Stage::Read => "read",
                };
                write!(f, "{who} {stage}")
            }
            Self::Retransmits(who) => write!(f, "{who} retransmits"),
        }
    }
}

const fn milliseconds(span: Nanos) -> i64 {
    ((span.0 + 500_000) / 1_000_000) as i64
}

/// When each of these packets entered the cable; nothing where no packets are seen.
fn packets(
    book: &Book,
    places: core::ops::Range<usize>,
    which: Which,
) -> Option<impl Iterator<Item = Nanos>> {
    if matches!(book.session().sight.as_ref(), Sight::None { .. }) {
        return None;
    }
    let all = book.packets();
    let from = all.partition_point(|p| p.index < places.start);
    let to = all.partition_point(|p| p.index < places.end).max(from);
    Some(all[from..to].iter().filter_map(move |entry| {
        let packet = book.packet_at(entry)?;
        let event = book.events().get(entry.index)?;
        which.fits(packet).then(|| event.happened())
    }))
}

/// The finished calls: place, whose, name, how long.
fn calls(
    book: &Book,
    places: core::ops::Range<usize>,
) -> impl DoubleEndedIterator<Item = (usize, Actor, &'static str, Nanos)> {
    let all = book.calls();
    let from = all.partition_point(|&i| i < places.start);
    let to = all.partition_point(|&i| i < places.end).max(from);
    all[from..to].iter().filter_map(|&i| {
        let event = book.events().get(i)?;
        match &event.fact {
            Fact::Call(done) => Some((i, event.who?, done.call.name(), done.took_ns)),
            _ => None,
        }
    })
}

fn last_call(
    book: &Book,
    places: core::ops::Range<usize>,
    who: Actor,
    name: &str,
) -> Option<(usize, Nanos)> {
    calls(book, places)
        .rev()
        .find(|(_, actor, call, _)| *actor == who && *call == name)
        .map(|(i, _, _, took)| (i, took))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{language::parse_measure, model::story::testing::Play};

    fn measured(book: &Book, text: &str) -> Option<i64> {
        parse_measure(text).unwrap().take(book, 0)
    }

    #[test]
    fn a_conversation_in_the_lab_is_measured() {
        let play = Play::lab_walked();
        let measured = |text| measured(play.book(), text);
        assert_eq!(measured("packets syn"), Some(1));
        assert_eq!(measured("packets syn to client"), Some(0));
        assert_eq!(measured("packets before client connect"), Some(3));
        assert_eq!(measured("client calls connect"), Some(1));
        assert_eq!(measured("client written"), Some(15));
        assert!(measured("gap 1").is_some());
        assert!(measured("client took connect").is_some());
        // What did not happen is not known, rather than nothing.
        assert_eq!(measured("client took poll"), None);
        assert_eq!(measured("gap rst 1"), None);
        assert_eq!(measured("packets before client poll"), None);
        assert_eq!(measured("client2 returned"), None);
    }

    #[test]
    fn where_no_packets_are_seen_none_are_counted() {
        let (play, _) = Play::walked();
        assert_eq!(measured(play.book(), "packets"), None);
        assert_eq!(measured(play.book(), "client calls send"), Some(1));
    }

    #[test]
    fn what_happened_before_is_not_counted() {
        let play = Play::lab_walked();
        let end = play.book().events().len();
        let count = |text| parse_measure(text).unwrap().take(play.book(), end);
        assert_eq!(count("packets"), Some(0));
        assert_eq!(count("client calls"), Some(0));
        assert_eq!(count("client took connect"), None);
    }
}
