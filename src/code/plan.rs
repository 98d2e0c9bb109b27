//! What a program is to do: the steps of each actor, in the order in which they were made.

use crate::model::{
    call::{Call, Family},
    errno::Errno,
    ids::{Actor, CallId, Side, Slot, SocketId},
};
use bytes::Bytes;
use core::net::{IpAddr, SocketAddr};

/// All of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where the server listens, as far as the conversation tells; of the lab's, the machine's own.
    pub address: SocketAddr,
    /// The address as it was in the lab, which is nowhere else.
    pub in_the_lab: Option<IpAddr>,
    /// Every step, in the order of the journal.
    pub steps: Vec<Step>,
    /// What there is to say of it all, a sentence each.
    pub remarks: Vec<String>,
}

/// What an actor did: one call, or several alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Who.
    pub who: Actor,
    /// On which socket.
    pub socket: Option<SocketId>,
    /// The socket that it made.
    pub made: Option<SocketId>,
    /// What.
    pub does: Does,
    /// What came of it.
    pub outcome: Outcome,
    /// Whether it would not wait.
    pub nonblocking: bool,
    /// How many bytes `recv` brought.
    pub moved: u64,
    /// The calls that it stands for, oldest first.
    pub calls: Vec<CallId>,
    /// Their places in the journal.
    pub events: Vec<usize>,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Does {
    /// This call.
    Call(Call),
    /// Bytes are sent until all are taken.
    Send(Data),
    /// `recv` again and again.
    Drain {
        /// What each asks for.
        size: u64,
        /// How many bytes they brought.
        total: u64,
        /// Whether the last of them found the end of the stream.
        to_end: bool,
    },
    /// Nothing: this is said of it.
    Say(String),
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It went well.
    Done,
    /// It has not returned.
    Waits,
    /// It failed.
    Failed(Errno),
}

/// What is sent: bytes, and letters from a to z, again and again, behind them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Data {
    /// The bytes.
    pub literal: Bytes,
    /// How many letters.
    pub letters: u64,
    /// Whether the letters stand for bytes that are not known, or too many to be written out.
    pub stand_in: bool,
}

impl Data {
    /// How many bytes.
    pub fn len(&self) -> u64 {
        self.literal.len() as u64 + self.letters
    }

    /// Whether it is nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Step {
    /// Whether a program goes on when it fails: what failed then may fail again, and what does not wait may come too
    /// early. What made a socket is needed.
    pub const fn may_fail(&self) -> bool {
        self.made.is_none() && (self.nonblocking || matches!(self.outcome, Outcome::Failed(_)))
    }

    /// Whether it failed, and is not only on its way.
    pub(super) fn is_refused(&self) -> bool {
        self.errno().is_some_and(|e| e != Errno::EINPROGRESS)
    }

    /// Why it failed, if it did.
    pub const fn errno(&self) -> Option<Errno> {
        match self.outcome {
            Outcome::Failed(errno) => Some(errno),
            _ => None,
        }
    }
}

/// What a socket is to its program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The server's own.
    Listener,
    /// A connection that was accepted.
    Accepted,
    /// A client's.
    Client,
}

impl Plan {
    /// The actors of which something is known, the server first.
    pub fn actors(&self) -> Vec<Actor> {
        let mut all: Vec<Actor> = self.steps.iter().map(|s| s.who).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The step in which the call was made whose place this is in the journal.
    pub fn step_at(&self, event: usize) -> Option<usize> {
        self.steps.iter().rposition(|s| s.events.contains(&event))
    }

    /// The step in which this call is made.
    pub fn step_of(&self, call: CallId) -> Option<usize> {
        self.steps.iter().rposition(|s| s.calls.contains(&call))
    }

    /// The steps of one actor, with their places.
    pub(super) fn steps_of(&self, who: Actor) -> impl Iterator<Item = (usize, &Step)> {
        let steps = self.steps.iter().enumerate();
        steps.filter(move |(_, s)| s.who == who)
    }

    /// The address family.
    pub(super) const fn family(&self) -> Family {
        Family::of(&self.address)
    }

    /// What a socket is, and the how-manieth of its kind that its actor has, from 1.
    pub(super) fn kind(&self, socket: SocketId) -> (Kind, usize) {
        let made = self.steps.iter().filter_map(|s| Some((s.made?, s)));
        // A server may connect, too.
        let connects = |made: SocketId| {
            self.steps.iter().any(|s| {
                s.socket == Some(made) && matches!(s.does, Does::Call(Call::Connect { .. }))
            })
        };
        let kind_of = |made: SocketId, step: &Step| match (&step.does, step.who.side()) {
            (Does::Call(Call::Accept { .. }), _) => Kind::Accepted,
            (_, Side::Server) if !connects(made) => Kind::Listener,
            _ => Kind::Client,
        };
        let mut same = Vec::new();
        let mut own = None;
        for (id, step) in made.filter(|(id, _)| id.actor == socket.actor) {
            let kind = kind_of(id, step);
            same.push(kind);
            if id == socket {
                own = Some(kind);
                break;
            }
        }
        let kind = own.unwrap_or(match (socket.actor.side(), socket.slot) {
            (Side::Server, Slot::Own(0)) => Kind::Listener,
            (Side::Server, _) => Kind::Accepted,
            (Side::Client, _) => Kind::Client,
        });
        (kind, same.iter().filter(|k| **k == kind).count().max(1))
    }

    /// A variable's name for a socket, of these words for each kind.
    pub(super) fn name(&self, socket: Option<SocketId>, words: [&str; 3]) -> String {
        let Some(socket) = socket else {
            return words[2].to_owned();
        };
        let (kind, number) = self.kind(socket);
        let word = words[kind as usize];
        if number == 1 {
            word.to_owned()
        } else {
            format!("{word}{number}")
        }
    }

    /// The address that an actor bound this socket of its own to.
    pub(super) fn bound(&self, who: Actor, socket: Option<SocketId>) -> Option<SocketAddr> {
        let mut own = self.steps_of(who).filter(|(_, s)| s.socket == socket);
        own.find_map(|(_, s)| match s.does {
            Does::Call(Call::Bind { addr, .. }) => Some(addr),
            _ => None,
        })
    }

    /// Whether it is the address that both roles are told.
    pub(super) fn is_main(&self, address: SocketAddr) -> bool {
        address == self.address
    }
}
