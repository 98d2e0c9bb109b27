//! What is notable now, each in a sentence or two fit for a learner, and why on demand: a table with a row for each kind
//! of thing that is worth a word while anything runs.
//!
//! ```text
//! let mut off = Off::default();
//! notable(&book, book.session(), &off)     // the most surprising first
//! off.set(place("nagle")?, true);          // a row that is not wanted
//! ```
//!
//! Only what the journal shows is said, of the moment of the session, which may be an earlier one. The kernel's figures
//! are looked at after each call, when something arrives, and some times a second while something moves; so what is said
//! of them is as of the last look.

mod ending;
mod queues;
mod sending;
mod words;

use super::{
    book::Book,
    ids::{EventId, Nanos, SocketId},
    session::{Mark, Session, SocketState},
};
use std::borrow::Cow;

/// As many are told at most.
pub const MOST: usize = 64;

/// Something notable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insight {
    /// Which row of [`INSIGHTS`] tells it.
    pub row: usize,
    /// Whose.
    pub socket: SocketId,
    /// The event it rests on: with it, it began to be so.
    pub event: EventId,
    /// The time since which it is so.
    pub since: Nanos,
    /// One or two short sentences; the first one can stand alone.
    pub what: Vec<String>,
    /// What it means, what to try, where it is written: a paragraph each.
    pub why: Vec<Cow<'static, str>>,
}

impl Insight {
    /// The name of its row.
    pub fn name(&self) -> &'static str {
        INSIGHTS.get(self.row).map_or("", |row| row.name)
    }
}

/// What a row finds: everything but its place.
struct Found {
    /// Whose it is.
    socket: SocketId,
    mark: Mark,
    what: [String; 2],
    why: Vec<Cow<'static, str>>,
}

/// A kind of thing that is notable.
#[derive(Debug)]
pub struct Row {
    /// Its name in the configuration.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    find: fn(&Book, &Session, &SocketState) -> Option<Found>,
}

impl Row {
    /// Whether it is so of this socket.
    pub fn find(&self, book: &Book, session: &Session, socket: &SocketState) -> Option<Insight> {
        let found = (self.find)(book, session, socket)?;
        let place = INSIGHTS.iter().position(|row| row.name == self.name)?;
        Some(Insight {
            row: place,
            socket: found.socket,
            event: found.mark.event,
            since: found.mark.at,
            what: found.what.into_iter().filter(|s| !s.is_empty()).collect(),
            why: found.why,
        })
    }
}

const fn row(
    name: &'static str,
    about: &'static str,
    find: fn(&Book, &Session, &SocketState) -> Option<Found>,
) -> Row {
    Row { name, about, find }
}

/// How many kinds there are.
const KINDS: usize = 9;

/// All kinds, the most surprising first.
#[rustfmt::skip]
pub static INSIGHTS: [Row; KINDS] = [
    row("reset-lost-bytes", "a reset threw away bytes", ending::reset_lost_bytes),
    row("retransmission-pending", "something must be sent again", sending::retransmission_pending),
    row("zero-window", "the receiver's window is 0", sending::zero_window),
    row("accept-queue-full", "the accept queue is full", queues::accept_queue_full),
    row("send-queue-full", "the send queue is full", queues::send_queue_full),
    row("nagle", "Nagle's algorithm holds bytes back", sending::nagle),
    row("close-wait", "only the peer has said goodbye", ending::close_wait),
    row("acknowledged-unread", "bytes acknowledged, but not read", queues::acknowledged_unread),
    row("unread", "unread bytes in a receive queue", queues::unread),
];

/// The place of a row in [`INSIGHTS`], by its name.
pub fn place(name: &str) -> Option<usize> {
    INSIGHTS.iter().position(|row| row.name == name)
}

/// Which rows are not wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Off([bool; KINDS]);

impl Off {
    /// Whether this row is not wanted.
    pub fn is_off(&self, row: usize) -> bool {
        self.0.get(row).copied().unwrap_or(false)
    }

    /// Turns a row off, or on again.
    pub fn set(&mut self, row: usize, off: bool) {
        if let Some(switch) = self.0.get_mut(row) {
            *switch = off;
        }
    }
}

/// What is notable at the moment of this session: the most surprising first, and of one kind, the newest socket first.
pub fn notable(book: &Book, session: &Session, off: &Off) -> Vec<Insight> {
    let wanted = INSIGHTS.iter().enumerate().filter(|(i, _)| !off.is_off(*i));
    let mut all: Vec<Insight> = Vec::new();
    for (_, row) in wanted {
        let sockets = session.sockets.iter().rev();
        let found = sockets.filter_map(|socket| row.find(book, session, socket));
        let room = MOST - all.len();
        all.extend(found.take(room));
    }
    let told: Vec<SocketId> = all
        .iter()
        .filter(|i| i.name() == "acknowledged-unread")
        .filter_map(|i| session.socket(i.socket)?.peer_socket)
        .collect();
    // They are the same bytes, looked at from the other end.
    all.retain(|i| i.name() != "unread" || !told.contains(&i.socket));
    all
}

#[cfg(test)]
mod tests;
