//! Where everything stands: from what the journal tells to rows, and from rows to heights. Time goes down, in the order
//! of the journal and not to scale; what belongs together shares a row.

mod packets;
mod states;

use super::{
    palette::Ink,
    words::{self, Said},
};
use crate::{
    export::Journal,
    model::{
        book::Book,
        event::{AckLevel, Event, Fact, RULE_OVER, Sight},
        ids::{Actor, CallId, Nanos, Side, SocketId},
        lines::TITLES,
        packet::PacketNo,
        session::Session,
        story::{program, words::number},
        tcp::TcpState,
    },
};
use std::collections::{BTreeMap, HashMap};

/// As many things are shown at most; how many were left out is said.
pub(super) const MOST: usize = 400;
/// Where the first row stands.
const TOP: f64 = 118.0;
/// From a row of text to the next.
const ROW: f64 = 19.0;
/// What a packet's way goes down at least.
pub(super) const SLANT: f64 = 16.0;
/// So many packets at most are looked at for whether they are under way.
const APART: usize = 64;
/// A silence that gets a row of its own.
const SILENCE: Nanos = Nanos::from_millis(10_000);

/// Something that stands in a row.
#[derive(Debug)]
pub(super) enum Thing {
    /// Beside a life line; texts of several lengths.
    Beside {
        side: Side,
        says: Vec<Said>,
        /// Whether something was done there, which gets a mark.
        done: bool,
    },
    /// States of a socket, one after the other, and whether each was seen.
    States {
        socket: SocketId,
        whose: String,
        /// Whether there is one client, so that its column says which.
        alone: bool,
        states: Vec<(TcpState, bool)>,
    },
    /// Between the life lines; at the way of a packet, if it is about one.
    Middle {
        trip: Option<usize>,
        says: Vec<Said>,
    },
    /// Across all; on a rule, if it divides.
    Across { says: Said, ruled: Option<Ink> },
}

/// How a packet's way ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Arrived,
    /// Dropped or lost.
    Gone,
    /// What lay on the cable when everything was cleared away.
    Cleared,
}

/// A packet on its way.
#[derive(Debug)]
pub(super) struct Trip {
    pub(super) toward: Side,
    /// Begins on the cable and not at an end: a copy, or a message of the cable.
    pub(super) made: bool,
    pub(super) says: Vec<Said>,
    pub(super) from: f64,
    pub(super) held: Option<f64>,
    /// Whether something is said while it is under way, for which there must be room beside it.
    pub(super) aside: bool,
    pub(super) end: Option<(f64, End)>,
    /// The trip of which this is the second try, or the copy.
    pub(super) again: Option<usize>,
    entered: Nanos,
    held_since: Option<Nanos>,
}

/// A call that waits.
#[derive(Debug)]
pub(super) struct Wait {
    call: CallId,
    pub(super) side: Side,
    pub(super) from: f64,
    pub(super) to: Option<f64>,
}

/// What stands where.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) things: Vec<(f64, Thing)>,
    pub(super) times: Vec<(f64, Nanos)>,
    pub(super) trips: Vec<Trip>,
    pub(super) waits: Vec<Wait>,
    /// Heights of calls and acknowledgements, by their places in the journal.
    pub(super) heights: HashMap<usize, f64>,
    /// What the TCP of somebody else's program acknowledged: place, the sender's socket, how much.
    pub(super) acknowledged: Vec<(usize, SocketId, u64)>,
    /// Where the last row stands.
    pub(super) bottom: f64,
    /// Things that are not shown.
    pub(super) left_out: usize,
    /// Calls that are counted and not drawn.
    pub(super) folded: BTreeMap<&'static str, usize>,
    /// Claims that held; they are not drawn.
    pub(super) held: usize,
    pub(super) has_packets: bool,
}

/// Whether packets are drawn: some were seen, or they could be.
pub(super) fn has_packets(session: &Session) -> bool {
    session.cable.entered > 0 || !matches!(*session.sight, Sight::None { .. })
}

/// Whether more than one client of ours is there.
pub(super) fn several(session: &Session) -> bool {
    let clients = session.actors.keys().filter(|a| a.side() == Side::Client);
    clients.count() > 1
}

/// Lays a journal out.
pub(super) fn plan(journal: &Journal<'_>) -> Plan {
    let book = journal.book;
    let told = book.told();
    let shown = &told[..told.len().min(MOST)];
    let mut layout = Layout {
        book,
        told: shown,
        several: several(book.session()),
        plan: Plan {
            left_out: told.len() - shown.len(),
            has_packets: has_packets(book.session()),
            ..Plan::default()
        },
        at: TOP - ROW,
        arrived: None,
        entered: None,
        middle: 0.0,
        now: Nanos(0),
        by_number: HashMap::new(),
    };
    for place in 0..shown.len() {
        layout.event(place);
    }
    layout.plan.bottom = layout.at;
    layout.plan
}

struct Layout<'a> {
    book: &'a Book,
    told: &'a [usize],
    several: bool,
    plan: Plan,
    /// Where the last row stands.
    at: f64,
    /// Where the latest packet arrived, while nothing else stands there.
    arrived: Option<(Side, f64)>,
    /// The trip that began in the last row, while nothing stands below it.
    entered: Option<usize>,
    /// Where the last text in the middle stands.
    middle: f64,
    now: Nanos,
    by_number: HashMap<PacketNo, usize>,
}

impl Layout<'_> {
    fn told(&self, place: usize) -> Option<&Event> {
        self.book.events().get(*self.told.get(place)?)
    }

    /// The next row, so far below the last one.
    fn row(&mut self, gap: f64) -> f64 {
        self.at += gap;
        self.arrived = None;
        self.entered = None;
        self.at
    }

    fn put(&mut self, y: f64, thing: Thing) {
        if let Thing::Middle { .. } | Thing::Across { ruled: None, .. } = thing {
            self.middle = y;
            let under_way = self.plan.trips.iter_mut().rev().take(APART);
            under_way
                .filter(|t| t.end.is_none())
                .for_each(|t| t.aside = true);
        }
        self.plan.times.push((y, self.now));
        self.plan.things.push((y, thing));
    }

    fn across(&mut self, ruled: Option<Ink>, says: Said) {
        let gap = if ruled.is_some() {
            ROW + 9.0
        } else {
            ROW + 2.0
        };
        let y = self.row(gap);
        self.put(y, Thing::Across { says, ruled });
        self.at += if ruled.is_some() { 9.0 } else { 2.0 };
    }

    fn beside(&mut self, side: Side, done: bool, says: Vec<Said>) -> f64 {
        let y = self.row(ROW);
        self.put(y, Thing::Beside { side, says, done });
        y
    }

    fn note(&mut self, who: Option<Actor>, ink: Ink, text: String) {
        let side = who.map_or(Side::Server, Actor::side);
        self.beside(side, false, vec![Said::of(ink, text)]);
    }

    fn event(&mut self, place: usize) {
        let Some(index) = self.told.get(place).copied() else {
            return;
        };
        let Some(event) = self.book.events().get(index) else {
            return;
        };
        if place > 0 && event.at_ns.since(self.now) >= SILENCE {
            let later = format!("{} later", event.at_ns.since(self.now));
            self.across(None, Said::of(Ink::Dim, later));
        }
        self.now = event.at_ns;
        let who = event.who;
        match &event.fact {
            Fact::Call(done) => {
                if words::is_housekeeping(done) {
                    *self.plan.folded.entry(done.call.name()).or_default() += 1;
                    return;
                }
                let says = words::returned(who, done, self.several);
                let side = who.map_or(Side::Server, Actor::side);
                let y = self.beside(side, true, says);
                self.plan.heights.insert(index, y);
                let wait = self.plan.waits.iter_mut().rev();
                if let Some(wait) = wait.into_iter().find(|w| w.call == done.call_id) {
                    wait.to = Some(y);
                }
            }
            Fact::Waiting { call_id, call, .. } => {
                let side = who.map_or(Side::Server, Actor::side);
                let from = self.beside(side, true, words::waits(who, call, self.several));
                self.plan.waits.push(Wait {
                    call: *call_id,
                    side,
                    from,
                    to: None,
                });
            }
            Fact::State { socket, from, to } => self.state(place, event, *socket, *from, *to),
            Fact::Packet(packet) => self.packet(index, event, packet),
            Fact::Handled {
                packet,
                handling,
                decided_by,
            } => self.handled(*packet, *handling, decided_by),
            Fact::Fate {
                packet,
                fate,
                decided_by,
                arrival,
            } => self.fate(*packet, *fate, |held| {
                words::ended(*packet, *fate, decided_by, *arrival, held)
            }),
            Fact::Passed {
                toward,
                packets,
                bytes,
                ..
            } => {
                let says = format!(
                    "{} more packets passed, {} bytes",
                    number(*packets),
                    number(*bytes)
                );
                self.crossing(*toward, Said::of(Ink::from(!*toward), says));
            }
            Fact::Cable { text, .. } => {
                // That a rule is used up is seen from what it did.
                if text.starts_with(RULE_OVER) {
                    return;
                }
                let text = words::harmless(text);
                let text = format!("cable {}", text.strip_prefix("cable ").unwrap_or(&text));
                let y = self.row(ROW);
                let says = vec![Said::of(Ink::Cable, text)];
                self.put(y, Thing::Middle { trip: None, says });
            }
            Fact::Ack {
                level: AckLevel::Tcp,
                socket,
                toward,
                through,
            } if !self.plan.has_packets && self.is_foreign(event.id, *socket) => {
                let text = format!("its TCP has acknowledged {}", number(*through));
                let y = self.beside(*toward, true, vec![Said::of(Ink::Dim, text)]);
                self.plan.heights.insert(index, y);
                self.plan.acknowledged.push((index, *socket, *through));
            }
            fact => self.other(place, who, fact),
        }
    }

    /// What is said about the conversation, and who began to answer by itself.
    fn other(&mut self, place: usize, who: Option<Actor>, fact: &Fact) {
        match fact {
            Fact::Begin { .. } if place > 0 => {
                for trip in self.plan.trips.iter_mut().filter(|t| t.end.is_none()) {
                    trip.end = Some((self.at + ROW, End::Cleared));
                }
                self.by_number.clear();
                self.across(Some(Ink::Cable), Said::of(Ink::Cable, "begun anew"));
            }
            Fact::Line { line } => {
                let title = TITLES.get(usize::from(*line).wrapping_sub(1));
                let says = Said::default()
                    .bold(Ink::Ok, format!("{line} "))
                    .and(Ink::Ok, title.copied().unwrap_or_default());
                self.across(Some(Ink::Ok), says);
            }
            Fact::Say { text } => self.across(None, Said::of(Ink::Note, words::harmless(text))),
            Fact::Expect {
                text, held, found, ..
            } => {
                let text = words::harmless(text);
                if *held {
                    // A claim that holds says nothing that is not seen anyway.
                    self.plan.held += 1;
                    return;
                }
                let text = format!("expect {text}: {}", words::harmless(found));
                self.across(None, Said::of(Ink::Bad, text));
            }
            Fact::Note { text } => {
                self.across(None, Said::of(Ink::Note, words::harmless(text)));
            }
            Fact::Refused { text } => self.across(None, Said::of(Ink::Bad, words::harmless(text))),
            Fact::Cancel { call, .. } => {
                let text = format!("{} is interrupted", words::harmless(call));
                self.note(who, Ink::Wait, text);
            }
            Fact::Queued { text } => {
                self.note(who, Ink::Dim, format!("in line: {}", words::harmless(text)));
            }
            Fact::Serve { mode } if mode == "off" => {
                self.note(who, Ink::Note, "no longer answers by itself".to_owned());
            }
            Fact::Serve { mode } => {
                let text = format!("answers by itself: {}", words::harmless(mode));
                self.note(who, Ink::Note, text);
            }
            Fact::Mode { text } => self.note(who, Ink::Note, words::harmless(text)),
            Fact::Program { pid, doing } => {
                let text = program::told(*pid, doing, 60);
                self.note(who, Ink::Note, words::harmless(&text));
            }
            Fact::Elided {
                calls,
                read,
                written,
                ..
            } => {
                let text = format!(
                    "{} more calls: read {}, wrote {}",
                    number(*calls),
                    number(*read),
                    number(*written)
                );
                self.note(who, Ink::Dim, text);
            }
            _ => {}
        }
    }
}
