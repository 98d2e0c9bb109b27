//! The walk through a journal, once from the first event on: each event is folded into the session, and where something
//! worth a look happens a new moment begins. What follows from it at once (a state, an acknowledgement, one of the four
//! lines) belongs to the same moment, so that nobody has to press a key for each of the kernel's counts.

use super::{
    data::{Data, Is, LineData, Moment, Once, Row},
    packets::{Room, Words},
    rows::Rows,
    snap::{side, snap},
};
use crate::model::{
    book::Book,
    event::{Event, Fact, Sight, Source},
    ids::{Actor, EventId, Nanos, Side},
    lines,
    packet::{Arrival, Fate, Handling},
    session::Session,
    story::{happening::happening, whose::server_is_foreign},
    tcp::TcpState,
};
use core::ops::ControlFlow;

/// As many moments are shown at most: the first ones.
pub(super) const MOST_MOMENTS: usize = 2000;
/// A state that changes so much later than the moment began is a moment of its own.
const AT_ONCE: Nanos = Nanos::from_millis(20);

/// Seconds since the start, as they stand on the screens: `12.345`.
pub(super) fn clock(at: Nanos) -> String {
    let ms = at.millis();
    if ms >= 600_000 {
        format!(
            "{}:{:02}:{:02}",
            ms / 3_600_000,
            ms / 60_000 % 60,
            ms / 1000 % 60
        )
    } else {
        format!("{}.{:03}", ms / 1000, ms % 1000)
    }
}

/// Everything that the page knows of a journal.
pub(super) fn data(book: &Book) -> Data {
    let mut walk = Walk::new(book);
    let events = book.events();
    let stopped = events.visit(0..events.len(), |index, event| walk.see(index, event));
    walk.finish();
    if let ControlFlow::Break(index) = stopped {
        let told = book.told();
        walk.data.left_out = told.len() - told.partition_point(|&i| i < index);
    }
    walk.data
}

struct Walk<'a> {
    book: &'a Book,
    session: Session,
    data: Data,
    rows: Rows,
    words: Words,
    room: Room,
    snaps: Once<String>,
    texts: Once<String>,
    /// Whether a moment has begun, when, and with which event.
    open: bool,
    began: Nanos,
    id: EventId,
}

impl<'a> Walk<'a> {
    fn new(book: &'a Book) -> Self {
        let now = book.session();
        let clients = now
            .actors
            .keys()
            .filter(|a| a.side() == Side::Client)
            .count();
        let (sight, unseen) = match &*now.sight {
            Sight::Cable => ("cable", String::new()),
            Sight::Capture => ("capture", String::new()),
            Sight::None { why } => ("none", super::escape::plain(why, 400)),
        };
        let there = if book.packets().is_empty() {
            sight
        } else if sight == "none" {
            "capture"
        } else {
            sight
        };
        let server = server_is_foreign(now).then(|| now.server_address.to_string());
        let data = Data {
            network: super::escape::plain(&now.network, 40),
            sight: there,
            unseen,
            several: clients > 1,
            foreign: [server, None],
            lines: core::iter::zip(lines::TITLES, lines::SENTENCES)
                .map(|(title, says)| LineData {
                    title,
                    says,
                    m: None,
                })
                .collect(),
            steps: lines::STEPS.iter().map(|s| (s.line, s.name)).collect(),
            meanings: TcpState::all()
                .map(|s| {
                    (
                        s.rfc(),
                        if now.is_capture() {
                            s.meaning_of_packets()
                        } else {
                            s.meaning()
                        },
                    )
                })
                .collect(),
            ..Data::default()
        };
        Self {
            book,
            session: Session::default(),
            data,
            rows: Rows::default(),
            words: Words::default(),
            room: Room::default(),
            snaps: Once::default(),
            texts: Once::default(),
            // Before the first event there is a moment, too, so that no page is without one.
            open: true,
            began: Nanos(0),
            id: EventId(0),
        }
    }

    fn see(&mut self, index: usize, event: &Event) -> ControlFlow<usize> {
        // What was asked for belongs to what comes of it.
        if matches!(event.fact, Fact::Asked { .. }) && self.open {
            self.close();
        }
        if self.begins_a_moment(event) {
            if self.open {
                self.close();
            }
            if self.data.moments.len() >= MOST_MOMENTS {
                return ControlFlow::Break(index);
            }
            (self.open, self.began, self.id) = (true, event.at_ns, event.id);
        }
        self.session.apply(event);
        let m = self.data.moments.len();
        if let Fact::Line { line } = &event.fact
            && let Some(line) = usize::from(*line)
                .checked_sub(1)
                .and_then(|n| self.data.lines.get_mut(n))
        {
            line.m.get_or_insert(m);
        }
        if let Fact::Packet(packet) = &event.fact {
            let lists = (&mut self.data, &mut self.words, &mut self.room);
            let p = super::packets::take(lists, self.book, &self.session, (index, event), packet);
            self.rows.number(packet.number, p);
            // One that was only seen passing by was seen with all of its way behind it.
            let is = if event.source == Source::Capture {
                Is::Cross { p }
            } else {
                Is::Enter { p }
            };
            self.data.rows.push(Row { m, is });
        } else {
            self.rows
                .see(&mut self.data, &mut self.room, &self.session, event);
        }
        ControlFlow::Continue(())
    }

    fn begins_a_moment(&self, event: &Event) -> bool {
        let entered_just_now = |number| {
            let p = self.rows.place(number);
            let last = self.data.rows.last();
            p.is_some() && last.is_some_and(|r| matches!(r.is, Is::Enter { p: q } if Some(q) == p))
        };
        match &event.fact {
            Fact::Asked { .. }
            | Fact::Socket { .. }
            | Fact::Queue { .. }
            | Fact::Progress { .. }
            | Fact::Detail { .. }
            | Fact::Ack { .. } => false,
            _ if !self.open => true,
            Fact::Line { .. } | Fact::Note { .. } => false,
            Fact::Begin { .. } => {
                !self.data.moments.is_empty() || self.id != EventId(0) || !self.data.rows.is_empty()
            }
            Fact::State { .. } => event.at_ns.since(self.began) > AT_ONCE,
            Fact::Fate {
                packet,
                fate,
                arrival,
                ..
            } => {
                !(*fate == Fate::Delivered
                    && *arrival != Some(Arrival::OutOfOrder)
                    && entered_just_now(*packet))
            }
            Fact::Handled {
                packet, handling, ..
            } => matches!(handling, Handling::Swapped { .. }) || !entered_just_now(*packet),
            _ => true,
        }
    }

    /// The last moment ends with the last event, whatever was asked for in between.
    fn finish(&mut self) {
        let stopped_between = !self.open && self.data.moments.len() < MOST_MOMENTS;
        if stopped_between {
            self.data.moments.pop();
        }
        if self.open || stopped_between {
            self.close();
        }
    }

    fn close(&mut self) {
        let told = happening(self.book, &self.session);
        let snap = snap(&self.session);
        let snap = self
            .snaps
            .place(snap.to_string(), &mut self.data.snaps, |_| snap);
        let why = self.texts.place(told.why, &mut self.data.texts, |t| t);
        self.data.moments.push(Moment {
            at: clock(self.began),
            id: self.id.0,
            what: told.what,
            why,
            snap,
        });
        self.open = false;
    }
}

/// A client's name, where there are several; nothing for the server.
pub(super) fn named(several: bool, who: Option<Actor>) -> String {
    match who {
        Some(actor @ Actor::Client(_)) if several => actor.to_string(),
        _ => String::new(),
    }
}

/// The side of whoever did it; what nobody did stands at the server's.
pub(super) fn side_of(who: Option<Actor>) -> u8 {
    who.map_or(0, |a| side(a.side()))
}
