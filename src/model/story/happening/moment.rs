//! A moment of the journal: the event to talk about, and what belongs to the same step.

use crate::model::{
    book::Book,
    call::CallDone,
    event::{Event, Fact},
    events::{Events, Stretch},
    ids::{Actor, EventId, SocketId},
    ledger::Places,
    session::{Session, SocketState, WaitingCall},
    story::{
        whose::foreign_peer,
        words::{the, the_first},
    },
    tcp::TcpState,
};
use core::net::SocketAddr;

/// How far back the events of one step are looked for.
const MOST_OF_A_STEP: usize = 256;

/// What the sentences are made from.
#[derive(Clone, Copy)]
pub(super) struct Moment<'a> {
    /// How things are.
    pub(super) session: &'a Session,
    /// What is talked about.
    pub(super) event: &'a Event,
    /// What does not move the talk on by itself, but has come since and matters more.
    pub(super) news: Option<&'a Event>,
    /// The claim that is being tried, as it was asked for.
    pub(super) tried: Option<&'a str>,
    /// The whole journal.
    pub(super) book: &'a Book,
    /// The events since the statement was asked for that it belongs to, oldest first.
    step: Stretch<'a>,
}

impl<'a> Moment<'a> {
    /// The moment of this session; `None` if nothing has happened that could be told.
    pub(super) fn of(book: &'a Book, session: &'a Session) -> Option<Self> {
        let talk = book.event(session.talk?)?;
        let events = book.events();
        let end = index(events, session.last?)? + 1;
        let start = end.saturating_sub(MOST_OF_A_STEP);
        let recent = events.range(start..end);
        // A `wait` or an `expect` that was asked for since then makes no call, and so begins no step.
        let begins =
            |e: &Event| e.id < talk.id && matches!(e.fact, Fact::Asked { .. } | Fact::Begin { .. });
        let asked = (0..recent.len()).rfind(|&i| recent.get(i).is_some_and(begins));
        let step = recent.after(asked.unwrap_or(0));
        let talk = beyond_housekeeping(session, talk, step);
        let news = step
            .iter()
            .rev()
            .take_while(|e| e.id > talk.id)
            .find(|e| match e.fact {
                Fact::Queued { .. } | Fact::Elided { .. } | Fact::Expect { .. } => true,
                Fact::State { .. } => comes_by_itself(session, talk, e),
                _ => false,
            });
        Some(Self {
            session,
            event: talk,
            news,
            tried: tried(recent),
            book,
            step,
        })
    }

    /// The same moment, with another of its events to talk about.
    pub(super) fn at(&self, event: &'a Event) -> Self {
        Self { event, ..*self }
    }

    /// Whose doing it was.
    pub(super) fn who(&self) -> Actor {
        self.event.who.unwrap_or(Actor::Server)
    }

    /// `The server`.
    pub(super) fn who_first(&self) -> String {
        the_first(self.who())
    }

    /// The latest call of the same step, by another actor, that has this name and did not fail.
    pub(super) fn companion(&self, names: &[&str]) -> Option<(Actor, &'a CallDone)> {
        self.step.iter().rev().find_map(|e| match (&e.fact, e.who) {
            (Fact::Call(done), Some(who))
                if who != self.who() && !done.failed() && names.contains(&done.call.name()) =>
            {
                Some((who, done.as_ref()))
            }
            _ => None,
        })
    }

    /// What came before the event, as far as it belongs to the step.
    pub(super) fn step_before(&self) -> Stretch<'a> {
        let to = self.step.partition_point(|e| e.id < self.event.id);
        self.step.before(to)
    }

    /// The latest call of the step before the event that returned and did not fail, as the moment to talk about.
    pub(super) fn call_before(&self) -> Option<(Self, &'a CallDone)> {
        self.step_before().iter().rev().find_map(|e| match &e.fact {
            Fact::Call(done) if !done.failed() => Some((self.at(e), done.as_ref())),
            _ => None,
        })
    }

    /// Whether an event of this step is so.
    pub(super) fn any_of_the_step(&self, is: impl Fn(&Fact) -> bool) -> bool {
        self.step.iter().any(|e| is(&e.fact))
    }

    /// Whether this event belongs to the step.
    pub(super) fn is_of_the_step(&self, id: EventId) -> bool {
        self.step.get(0).is_some_and(|first| first.id <= id)
    }

    /// Whether the kernel has told its counts since the event.
    pub(super) fn counted_since(&self) -> bool {
        self.step.iter().any(|e| {
            e.id > self.event.id && matches!(e.fact, Fact::Progress { .. } | Fact::Queue { .. })
        })
    }

    /// Where this moment ends: the place in the journal of what comes after it.
    pub(super) fn end(&self) -> usize {
        let last = self.session.last;
        last.and_then(|last| index(self.book.events(), last))
            .map_or(0, |last| last + 1)
    }

    /// What came after the event, as far as it belongs to the step.
    pub(super) fn since_the_event(&self) -> Stretch<'a> {
        let from = self.step.partition_point(|e| e.id <= self.event.id);
        self.step.after(from)
    }

    /// At most so many events before this one.
    pub(super) fn before_the_event(&self, most: usize) -> Stretch<'a> {
        let events = self.book.events();
        let end = index(events, self.event.id).unwrap_or(0);
        events.range(end.saturating_sub(most)..end)
    }

    /// Whether there is a note on the event.
    pub(super) fn is_noted(&self) -> bool {
        let noted = self.session.noted.and_then(|id| self.book.event(id));
        noted.is_some_and(|n| n.cause == Some(self.event.id))
    }

    /// A socket.
    pub(super) fn socket(&self, id: Option<SocketId>) -> Option<&'a SocketState> {
        self.session.socket(id?)
    }

    /// The other end of a socket, if it is ours.
    pub(super) fn peer(&self, id: Option<SocketId>) -> Option<&'a SocketState> {
        self.socket(id)?
            .peer_socket
            .and_then(|peer| self.session.socket(peer))
    }

    /// The peer's address, when its program is not ours.
    pub(super) fn stranger(&self, id: Option<SocketId>) -> Option<SocketAddr> {
        foreign_peer(self.session, self.socket(id)?)
    }

    /// Whose program is at the other end: by the connection if that is known, else the usual one. Somebody else's has
    /// no name but its address.
    pub(super) fn other(&self, id: Option<SocketId>) -> String {
        if let Some(peer) = self.peer(id) {
            return the(peer.id.actor);
        }
        self.stranger(id).map_or_else(
            || {
                the(match id.map_or(self.who(), |id| id.actor) {
                    Actor::Server => Actor::CLIENT,
                    Actor::Client(_) => Actor::Server,
                })
            },
            |address| address.to_string(),
        )
    }

    /// Where the bytes are that a socket has written, if both its ends are ours.
    pub(super) fn places(&self, id: Option<SocketId>) -> Option<Places> {
        let peer = self.peer(id)?;
        let mine = peer.peer_socket?;
        Some(self.session.ledger(mine).places())
    }

    /// The calls that wait, of everyone but `except`.
    pub(super) fn others_waiting(
        &self,
        except: Actor,
    ) -> impl Iterator<Item = (Actor, &'a WaitingCall)> {
        self.session
            .actors
            .iter()
            .filter(move |(actor, _)| **actor != except)
            .flat_map(|(actor, state)| state.waiting.iter().map(|w| (*actor, w)))
    }

    /// `The server's recv waits for bytes.`, of everyone but `except`; empty if nobody waits.
    pub(super) fn who_waits(&self, except: Actor) -> String {
        self.others_waiting(except)
            .next()
            .map_or_else(String::new, |(actor, waiting)| {
                let what = match waiting.call.name() {
                    "accept" => "waits for a caller",
                    "connect" => "waits for an answer",
                    "recv" | "recvfrom" => "waits for bytes",
                    "send" | "sendto" => "waits for room in the send buffer",
                    _ => "waits",
                };
                format!("{}'s {} {what}.", the_first(actor), waiting.call.name())
            })
    }
}

/// A server that answers by itself switches its sockets to and fro with FIONBIO: what it did besides is what counts.
fn beyond_housekeeping<'a>(session: &Session, talk: &'a Event, step: Stretch<'a>) -> &'a Event {
    let is_switch = |e: &Event| matches!(&e.fact, Fact::Call(done) if done.call.name() == "ioctl");
    let serves = || {
        talk.who
            .and_then(|who| session.actors.get(&who))
            .is_some_and(|a| a.serving.is_some())
            || step.iter().any(|e| matches!(e.fact, Fact::Serve { .. }))
    };
    if !is_switch(talk) || !serves() {
        return talk;
    }
    step.iter()
        .rev()
        .filter(|e| e.id < talk.id && !is_switch(e))
        .find(|e| {
            matches!(
                e.fact,
                Fact::Call(_) | Fact::Waiting { .. } | Fact::Serve { .. }
            )
        })
        .unwrap_or(talk)
}

/// A goodbye or a reset of somebody else's program. Those of our own programs are told with the call that made them.
fn comes_by_itself(session: &Session, talk: &Event, event: &Event) -> bool {
    let Fact::State { socket, from, to } = &event.fact else {
        return false;
    };
    let told = matches!(&talk.fact, Fact::Call(done) if done.socket == Some(*socket)
        && (done.failed() || matches!(done.call.name(), "close" | "shutdown")
            || done.call.takes_bytes() && done.ret == 0));
    let parts = match to {
        TcpState::CloseWait => true,
        TcpState::TimeWait => matches!(from, TcpState::FinWait1 | TcpState::FinWait2),
        TcpState::Closed => matches!(
            from,
            TcpState::Established | TcpState::CloseWait | TcpState::FinWait1
        ),
        _ => false,
    };
    parts
        && !told
        && session
            .socket(*socket)
            .is_some_and(|s| foreign_peer(session, s).is_some())
}

/// The latest claim that was asked for, if nothing has come of it yet.
fn tried(recent: Stretch<'_>) -> Option<&str> {
    let (asked, text) = recent.iter().rev().find_map(|e| match &e.fact {
        Fact::Asked { text, .. }
            if text.starts_with("expect ") || text.starts_with("wait until ") =>
        {
            Some((e.id, text))
        }
        _ => None,
    })?;
    let over = recent
        .iter()
        .any(|e| matches!(e.fact, Fact::Expect { .. }) && e.cause == Some(asked));
    (!over).then_some(text)
}

/// The place of an event; ids follow each other, from whatever number they begin with.
fn index(events: &Events, id: EventId) -> Option<usize> {
    let first = events.first()?.id.0;
    usize::try_from(id.0.checked_sub(first)?).ok()
}
