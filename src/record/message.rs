//! What an event is, in one line: the story's sentence where it has one, a short plain one for every other fact. It is
//! what a reader sees who knows nothing of us.
//!
//! ```text
//!   server listen(19, 5) = 0
//!   server server.1 state SYN-RECEIVED -> ESTABLISHED
//!   client queues of client: Recv-Q 0, Send-Q 15
//!   packet 4 is delivered (cable)
//! ```

use crate::model::{
    book::Book,
    event::{AckLevel, Detail, Event, Fact, Sight, Timer},
    payload::is_unprintable,
    story::{
        tell::{seconds, sentence_of},
        words::number,
    },
};
use core::fmt::Write as _;

/// So many characters are told.
const MOST: usize = 1_000;

/// An event in one line, without its time: escaped and bounded. Nothing for an event that is not there.
pub fn message(book: &Book, index: usize) -> String {
    book.events()
        .get(index)
        .map_or_else(String::new, |event| message_of(book, index, event))
}

/// The same for whoever has the event, which stands at `index`: a journal from a file need not be looked at again.
pub fn message_of(book: &Book, index: usize, event: &Event) -> String {
    let text = match sentence_of(book, index, event) {
        Some(told) => without_time(event, &told),
        None => plain(event),
    };
    let text = one_line(&text);
    if text.is_empty() {
        return "(without words)".to_owned();
    }
    text
}

/// The story's sentence without the time before it.
fn without_time(event: &Event, told: &str) -> String {
    let told = told.trim_start();
    told.strip_prefix(&seconds(event.at_ns))
        .unwrap_or(told)
        .to_owned()
}

/// Every gap one blank, and nothing that a terminal obeys.
fn one_line(text: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in text.trim().chars() {
        if c == ' ' || c == '\n' {
            gap = true;
            continue;
        }
        if core::mem::take(&mut gap) {
            out.push(' ');
        }
        if is_unprintable(c) {
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        } else {
            out.push(c);
        }
        if out.len() > MOST {
            out.push_str("...");
            break;
        }
    }
    out
}

/// What the story passes over.
fn plain(event: &Event) -> String {
    let text = match &event.fact {
        Fact::Begin {
            network,
            script,
            server,
            sight,
            ..
        } => {
            let script = match script.len() {
                0 => "in free play".to_owned(),
                n => format!("with a script of {} statements", number(n as u64)),
            };
            let sight = match sight {
                Sight::Cable => "packets pass through our hands",
                Sight::Capture => "packets are seen passing by",
                Sight::None { .. } => "packets are not seen",
            };
            format!(
                "the conversation begins on network {network}, {script}; server {server}; {sight}"
            )
        }
        Fact::Asked { text, .. } => format!("is asked: {text}"),
        Fact::Socket {
            socket,
            cookie,
            local,
            peer,
            was,
        } => {
            let peer = peer.map_or_else(String::new, |peer| format!(", peer {peer}"));
            let was = was.map_or_else(String::new, |was| format!(", before {was}"));
            // Of what is only seen in packets no kernel tells.
            let cookie = match cookie {
                0 => String::new(),
                cookie => format!(" (cookie {cookie})"),
            };
            format!("{socket} is the socket {local}{peer}{cookie}{was}")
        }
        Fact::State { socket, from, to } if from == to => {
            format!("{socket} state {to}, as the packets tell")
        }
        Fact::State { socket, from, to } => {
            format!("{socket} state {from} -> {to}, too fast to be seen")
        }
        Fact::Queue {
            socket,
            recv_q,
            send_q,
        } => format!("queues of {socket}: Recv-Q {recv_q}, Send-Q {send_q}"),
        Fact::Progress {
            socket,
            taken,
            sent,
            acked,
            received,
            copied,
        } => {
            let known = |n: &Option<u64>| n.map_or_else(|| "?".to_owned(), |n| n.to_string());
            let (taken, copied) = (known(taken), known(copied));
            format!(
                "bytes of {socket}: {taken} taken, {sent} sent, {acked} acknowledged, {received} received, {copied} read"
            )
        }
        Fact::Detail { socket, detail } => format!("{socket}: {}", details(detail)),
        Fact::Ack {
            level,
            toward,
            socket,
            through,
        } => {
            let whose = match level {
                AckLevel::Kernel => "the sender's kernel has taken",
                AckLevel::Tcp => "the peer's TCP has acknowledged",
                AckLevel::Application => "the peer's program has answered to",
            };
            format!("{whose} {through} bytes of {socket} to the {toward}")
        }
        Fact::Line { line } => format!("line {line} is reached"),
        Fact::Fate {
            packet,
            fate,
            decided_by,
            ..
        } => format!("packet {packet} is {fate} ({decided_by})"),
        // All others have a sentence; their names are better than nothing.
        Fact::Call(done) => done.call.to_string(),
        Fact::Waiting { call, .. } => format!("{call} waits"),
        Fact::Cancel { call, .. } => format!("{call} is cancelled"),
        Fact::Packet(packet) => format!("packet {} to the {}", packet.number, packet.toward),
        Fact::Handled { packet, .. } => format!("packet {packet} is handled"),
        Fact::Passed { packets, .. } => format!("{packets} more packets passed"),
        Fact::Elided { calls, .. } => format!("{calls} more calls"),
        Fact::Program { pid, .. } => format!("process {pid}"),
        Fact::Expect { text, held, .. } => format!("expect {text}: {held}"),
        Fact::Queued { text }
        | Fact::Cable { text, .. }
        | Fact::Say { text }
        | Fact::Serve { mode: text }
        | Fact::Mode { text }
        | Fact::Note { text }
        | Fact::Refused { text } => text.clone(),
    };
    match (event.who, &event.fact) {
        (Some(who), Fact::Asked { .. }) => format!("{who} {text}"),
        // The others name what they are about.
        _ => text,
    }
}

/// The figures that most people look for.
fn details(detail: &Detail) -> String {
    let mut out = format!(
        "{} unsent, {} unacknowledged, {} unread, {} retransmits",
        detail.unsent, detail.unacked, detail.unread, detail.retransmits
    );
    if let Some((timer, left)) = detail.timer {
        let name = match timer {
            Timer::Retransmit => "retransmission",
            Timer::KeepAlive => "keep-alive",
            Timer::TimeWait => "TIME-WAIT",
            Timer::Probe => "window probe",
        };
        let _ = write!(out, ", {name} timer {left:#}");
    }
    for (name, span) in [("rtt", detail.rtt), ("rto", detail.rto)] {
        if let Some(span) = span {
            let _ = write!(out, ", {name} {span:#}");
        }
    }
    for (name, figure) in [("cwnd", detail.cwnd), ("ssthresh", detail.ssthresh)] {
        if let Some(figure) = figure {
            let _ = write!(out, ", {name} {figure}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        event::Source,
        ids::Actor,
        story::testing::{Play, any_book},
    };
    use proptest::prelude::*;

    #[test]
    fn the_walk_in_the_lab_is_told_event_by_event() {
        let play = Play::lab_walked();
        let lines: Vec<String> = (0..play.book().events().len())
            .map(|index| message(play.book(), index))
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
        assert_eq!(message(play.book(), 9_999), "");
    }

    #[test]
    fn a_long_text_is_cut_and_a_bad_one_escaped() {
        let mut play = Play::free();
        let text = "server send \"\x1b[2J\u{202e}\n\n x".to_owned() + &"é".repeat(9_999);
        play.see(
            Some(Actor::Server),
            Source::Script,
            Fact::Asked { text, step: None },
        );
        let told = message(play.book(), 1);
        assert!(told.starts_with("server is asked: server send \"\\u{1b}[2J\\u{202e} xéé"));
        assert!(told.ends_with("é...") && told.len() < MOST + 20);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn everything_is_told_in_one_line(book in any_book()) {
            for index in 0..book.events().len() {
                let told = message(&book, index);
                prop_assert!(!told.is_empty(), "{:?}", book.events().get(index));
                prop_assert!(!told.chars().any(is_unprintable), "{told:?}");
                prop_assert!(told.len() < MOST + 20, "{told:?}");
            }
        }
    }
}
