//! What is happening: the latest thing that happened, who waits for whom now, in two sentences; and why, in a
//! paragraph. Only what the journal shows is claimed: a moment's sentence may grow when the kernel has told more.
//!
//! A statement can make calls of both actors return (a `connect` wakes an `accept`). Which of them is the last in the
//! journal is chance, so the calls since the statement was asked for are told together.

mod capture;
mod claims;
mod ending;
mod failing;
mod fate;
mod hand;
mod leaving;
mod meeting;
mod moment;
mod parcel;
mod parting;
mod program;
mod script;
mod talking;
mod tools;
mod waiting;
mod why;

use self::moment::Moment;
use super::{ties, whose::server_is_foreign, words::safe};
use crate::model::{
    book::Book,
    call::{Call, CallDone},
    event::{Event, Fact},
    ids::EventId,
    session::Session,
};

/// The latest thing that happened, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Happening {
    /// One or two plain sentences.
    pub what: Vec<String>,
    /// A paragraph of a few sentences: how it works inside, and where it is written.
    pub why: String,
}

impl Happening {
    fn new(what: impl IntoIterator<Item = String>, why: &str) -> Self {
        Self {
            what: what.into_iter().filter(|s| !s.is_empty()).take(2).collect(),
            why: why.to_owned(),
        }
    }
}

/// Before anything has happened.
pub fn before_start(session: &Session) -> Happening {
    let first = session.script.get(session.step).map_or_else(
        || "Nothing has happened yet: there is no socket and no connection.".to_owned(),
        |line| {
            format!(
                "Nothing has happened yet. The first step is: {}",
                safe(&line.text, 80)
            )
        },
    );
    let second = if server_is_foreign(session) {
        "The server is somebody else's program; we are the client."
    } else {
        "A server will wait, and a client will call it."
    };
    Happening::new([first, second.to_owned()], why::BEFORE)
}

/// What the journal tells of a moment. The session may be an earlier one of this journal.
pub fn happening(book: &Book, session: &Session) -> Happening {
    if session.is_capture() {
        return capture::told(book, session);
    }
    let Some(moment) = Moment::of(book, session) else {
        return script::asked_first(book, session).unwrap_or_else(|| before_start(session));
    };
    let mut happening = told(&moment);
    if let Some(news) = moment.news {
        let at_news = moment.at(news);
        happening = match &news.fact {
            Fact::State { socket, from, to } => {
                let left = leaving::left(&at_news, *socket, *from, *to);
                leaving::at_once(&moment, news, happening, left)
            }
            Fact::Expect { held, .. } => {
                let checked = claims::checked(&at_news, &news.fact);
                if *held {
                    claims::beside(checked, happening)
                } else {
                    checked
                }
            }
            _ => told(&at_news),
        };
    }
    if let Some(claim) = moment.tried {
        happening = claims::tried(happening, claim);
    } else {
        ending::told(&moment, &mut happening);
    }
    let noted = session.noted.and_then(|id| book.event(id));
    if let Some(noted) = noted.filter(|n| n.cause == Some(moment.event.id))
        && let Fact::Note { text } = &noted.fact
    {
        happening.what.push(safe(text, 120));
    }
    happening
}

/// The event that [`happening`] tells of; what else it says belongs to that one.
pub fn subject(book: &Book, session: &Session) -> Option<EventId> {
    if session.is_capture() {
        return session.cable.packets.back().map(|latest| latest.event);
    }
    let moment = Moment::of(book, session)?;
    let event = moment.news.unwrap_or(moment.event);
    let of_call = matches!(event.fact, Fact::Packet(_)) && fate::belongs_to_a_call(&event.fact);
    let call = moment.at(event).call_before().filter(|_| of_call);
    Some(call.map_or(event.id, |(at, _)| at.event.id))
}

/// What the journal tells of one event, as of a moment after it: of one that a screen talks about, the same as there; of
/// the kernel's counts and what follows from other facts, what such a thing is.
pub fn about(book: &Book, session: &Session, event: &Event) -> Happening {
    let meaning = ties::meaning(event);
    if !meaning.is_empty() {
        return Happening::new([], meaning);
    }
    match (&event.fact, Moment::of(book, session)) {
        (Fact::Packet(packet), _) => {
            let mut told = ties::why(packet).into_iter();
            let what = told.next();
            Happening::new(what, &told.collect::<Vec<_>>().join("\n"))
        }
        (Fact::Expect { .. }, Some(moment)) => claims::checked(&moment.at(event), &event.fact),
        (_, Some(moment)) => told(&moment.at(event)),
        (_, None) => Happening::default(),
    }
}

fn told(m: &Moment<'_>) -> Happening {
    match &m.event.fact {
        Fact::Call(done) if done.failed() => failing::failed(m, done),
        Fact::Call(done) => returned(m, done),
        Fact::Waiting { call, socket, .. } => waiting::waits(m, call, *socket),
        fact @ Fact::Packet(packet) => {
            match m.call_before().filter(|_| fate::belongs_to_a_call(fact)) {
                Some((at, done)) => returned(&at, done),
                None => fate::entered(m, packet.number),
            }
        }
        Fact::Handled {
            packet,
            handling,
            decided_by,
        } => hand::handled(m, *packet, *handling, decided_by),
        Fact::Fate {
            packet,
            fate,
            decided_by,
            arrival,
        } => fate::ended(m, *packet, *fate, decided_by, *arrival),
        Fact::Cable { text, rules, .. } => hand::told(text, rules),
        other => script::told(m, other),
    }
}

fn returned(m: &Moment<'_>, done: &CallDone) -> Happening {
    match &done.call {
        Call::Socket { .. } => meeting::socket(m, done),
        Call::Bind { addr, .. } => meeting::bound(m, done, *addr),
        Call::Listen { backlog, .. } => meeting::listens(m, done, *backlog),
        Call::Accept { .. } => meeting::accepted(m, done),
        Call::Connect { addr, .. } => meeting::connected(m, done, *addr),
        Call::Send { len, .. } | Call::SendTo { len, .. } => talking::sent(m, done, *len),
        Call::Recv { len, flags, .. } | Call::RecvFrom { len, flags, .. } => {
            talking::received(m, done, *len, *flags)
        }
        Call::Shutdown { how, .. } => parting::shut_down(m, done, *how),
        Call::Close { .. } => parting::closed(m, done),
        Call::SetSockOpt { option, value, .. } => tools::option_set(m, *option, value),
        Call::GetSockOpt { option, .. } => tools::option_read(m, done, *option),
        Call::GetSockName { .. } | Call::GetPeerName { .. } => tools::name_read(m, done),
        Call::Poll { .. } => tools::polled(m, done),
        Call::Ioctl { nonblocking, .. } => tools::nonblocking(m, done, *nonblocking),
    }
}

#[cfg(test)]
mod cable_tests;
#[cfg(test)]
mod tests;
