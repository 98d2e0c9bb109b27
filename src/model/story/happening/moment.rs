//! A moment of the journal: the event to talk about, and what belongs to the same step.

use crate::model::{
    book::Book,
    call::CallDone,
    event::{Event, Fact},
    ids::{Actor, EventId, SocketId},
    ledger::Places,
    session::{Session, SocketState, WaitingCall},
    story::words::the_first,
};

/// How far back the events of one step are looked for.
const MOST_OF_A_STEP: usize = 256;

/// What the sentences are made from.
pub(super) struct Moment<'a> {
    /// How things are.
    pub(super) session: &'a Session,
    /// What is talked about.
    pub(super) event: &'a Event,
    /// The events since the statement was asked for that it belongs to, oldest first.
    step: &'a [Event],
}

impl<'a> Moment<'a> {
    /// The moment of this session; `None` if nothing has happened that could be told.
    pub(super) fn of(book: &'a Book, session: &'a Session) -> Option<Self> {
        let talk = book.event(session.talk?)?;
        let events = book.events();
        let end = index(events, session.last?)? + 1;
        let start = end.saturating_sub(MOST_OF_A_STEP);
        let recent = events.get(start..end)?;
        // A `wait` or an `expect` that was asked for since then makes no call, and so begins no step.
        let asked = recent.iter().rposition(|e| {
            e.id < talk.id && matches!(e.fact, Fact::Asked { .. } | Fact::Begin { .. })
        });
        let step = &recent[asked.unwrap_or(0)..];
        // What does not move the talk on by itself, but matters more than what went before it.
        let news = step.iter().rev().take_while(|e| e.id > talk.id).find(|e| {
            matches!(
                e.fact,
                Fact::Queued { .. } | Fact::Elided { .. } | Fact::Expect { held: false, .. }
            )
        });
        Some(Self {
            session,
            event: news.unwrap_or(talk),
            step,
        })
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

    /// Whether an event of this step is so.
    pub(super) fn any_of_the_step(&self, is: impl Fn(&Fact) -> bool) -> bool {
        self.step.iter().any(|e| is(&e.fact))
    }

    /// Whether this event belongs to the step.
    pub(super) fn is_of_the_step(&self, id: EventId) -> bool {
        self.step.first().is_some_and(|first| first.id <= id)
    }

    /// Whether the kernel has told its counts since the event.
    pub(super) fn counted_since(&self) -> bool {
        self.step.iter().any(|e| {
            e.id > self.event.id && matches!(e.fact, Fact::Progress { .. } | Fact::Queue { .. })
        })
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

    /// Whose program is at the other end: by the connection if that is known, else the usual one.
    pub(super) fn other(&self, id: Option<SocketId>) -> Actor {
        self.peer(id).map_or(
            match self.who() {
                Actor::Server => Actor::CLIENT,
                Actor::Client(_) => Actor::Server,
            },
            |peer| peer.id.actor,
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

/// The place of an event; ids follow each other, from whatever number they begin with.
fn index(events: &[Event], id: EventId) -> Option<usize> {
    let first = events.first()?.id.0;
    usize::try_from(id.0.checked_sub(first)?).ok()
}
