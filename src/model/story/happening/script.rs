//! What is no call: what a script says, statements that wait their turn, servers that answer by themselves.

use super::{Happening, Moment, claims, program, why};
use crate::model::{
    book::Book,
    event::Fact,
    session::Session,
    story::words::{bytes, counted, safe, the, the_first},
};

/// Characters of a text that a script wrote.
const MOST: usize = 200;

/// What one of the statements asks for that a script begins with, as it is said of who is asked.
const ASKED: [(&str, &str); 8] = [
    ("listen", "listen"),
    ("accept", "accept a connection"),
    ("connect", "connect"),
    ("send", "send"),
    ("recv", "receive"),
    ("shutdown", "send no more"),
    ("close", "close its socket"),
    ("serve", "answer by itself"),
];

/// A statement was asked for, and nothing has come of it, nor of any before it.
pub(super) fn asked_first(book: &Book, session: &Session) -> Option<Happening> {
    let event = book.event(session.last?)?;
    let Fact::Asked { text, .. } = &event.fact else {
        return None;
    };
    let verb = text.split_whitespace().nth(1).unwrap_or_default();
    let asked = ASKED.iter().find(|(name, _)| *name == verb);
    let first = match (event.who, asked) {
        (Some(who), Some((_, what))) => {
            let calls = if *what == "answer by itself" {
                "what it does comes now"
            } else {
                "its calls come now"
            };
            format!("{} is asked to {what}; {calls}.", the_first(who))
        }
        _ => format!(
            "`{}` is asked for; what comes of it is next.",
            safe(text, 80)
        ),
    };
    Some(Happening::new([first], why::BEFORE))
}

pub(super) fn told(m: &Moment<'_>, fact: &Fact) -> Happening {
    let who = m.who();
    match fact {
        Fact::Say { text } => {
            let waits = m
                .session
                .actors
                .keys()
                .next()
                .map_or_else(String::new, |_| anyone_waits(m));
            Happening::new([safe(text, MOST), waits], why::SAY)
        }
        Fact::Refused { text } => Happening::new([safe(text, MOST)], why::REFUSED),
        Fact::Serve { mode } if mode == "off" => Happening::new(
            [format!("{} no longer answers by itself.", m.who_first())],
            why::SERVE,
        ),
        Fact::Serve { mode } => Happening::new(
            [
                format!("{} now answers by itself: {}.", m.who_first(), served(mode)),
                "Each accept, recv and send of it is still a call like any other.".to_owned(),
            ],
            why::SERVE,
        ),
        Fact::Mode { text } if text == "concurrent on" => Happening::new(
            [
                format!(
                    "From now on {} gives every connection a thread of its own.",
                    the(who)
                ),
                "One caller that is slow no longer keeps the others waiting.".to_owned(),
            ],
            why::CONCURRENT,
        ),
        Fact::Mode { text } if text == "concurrent off" => Happening::new(
            [format!(
                "From now on {} does one thing at a time again.",
                the(who)
            )],
            why::CONCURRENT,
        ),
        Fact::Mode { text } => Happening::new(
            [format!("{}: {}.", m.who_first(), safe(text, 80))],
            why::CONCURRENT,
        ),
        Fact::Queued { text } => queued(m, text),
        Fact::Elided {
            socket,
            calls,
            read,
            written,
        } => Happening::new(
            [
                format!(
                    "{} on {socket} went by too fast to be told one by one.",
                    counted(*calls, "call")
                ),
                format!(
                    "Together they read {} and wrote {}.",
                    bytes(*read),
                    bytes(*written)
                ),
            ],
            why::ELIDED,
        ),
        Fact::Expect { .. } => claims::checked(m, fact),
        Fact::Program { pid, doing } => program::told(m, *pid, doing),
        _ => Happening::new([anyone_waits(m)], why::BEFORE),
    }
}

pub(super) fn anyone_waits(m: &Moment<'_>) -> String {
    // Nobody is left out: client 0 is nobody's number.
    m.who_waits(crate::model::ids::Actor::Client(0))
}

fn queued(m: &Moment<'_>, text: &str) -> Happening {
    let who = the(m.who());
    let call = m
        .session
        .waiting(m.who())
        .map_or("call", |call| call.name());
    let first = format!(
        "`{}` waits its turn: {who}'s {call} has not returned, and a program does one thing at a time.",
        safe(text, 60)
    );
    let second = match (text.ends_with(" accept"), call) {
        (true, "accept") => {
            "The accept that waits already takes the next caller; this one takes the one after."
        }
        (true, _) => "A new caller finds the line busy: someone else is on it.",
        _ => "",
    };
    Happening::new([first, second.to_owned()], why::QUEUED)
}

fn served(mode: &str) -> String {
    let (name, rest) = mode.split_once(' ').unwrap_or((mode, ""));
    match name {
        "ack" => "it tells each client how many bytes it has received".to_owned(),
        "echo" => "it sends back what it reads".to_owned(),
        "discard" => "it reads everything and says nothing".to_owned(),
        "silent" => "it accepts, and does not read".to_owned(),
        "slow" => format!("it reads slowly, {} bytes a second", safe(rest, 20)),
        "http" => "it answers every request with a page".to_owned(),
        _ => safe(mode, 60),
    }
}
