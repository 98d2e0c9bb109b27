//! The story as text: one readable line an event, for a terminal that only prints, a pipe, a screen reader.
//!
//! ```text
//!   0.000123  server   listen(3, 5) = 0
//!   0.000140  server   server.0 state CLOSED -> LISTEN
//! == line 1: The server creates a socket, binds, listens and waits. ==
//! ```

use super::{
    explain::explain_at,
    packets,
    passage::{reset_because, way},
    program, proof,
    words::{bytes, quoted, safe, the},
};
use core::fmt::Write as _;

use crate::model::{
    book::Book,
    call::CallDone,
    event::{AckLevel, Event, Fact, RULE_OVER, Source},
    ids::{Actor, Nanos, Side, SocketId},
    lines,
};

/// Where the text after time and actor begins; what continues a line is indented so far.
pub const INDENT: usize = 21;
/// Characters of a text from elsewhere.
const MOST: usize = 400;
/// Bytes of a payload.
const MOST_BYTES: usize = 200;
/// A call that took longer is told with its time.
const LONG: Nanos = Nanos::from_millis(10);

/// An event as a line of text, sometimes several; `None` for what is not worth one. Without a line's end.
pub fn sentence(book: &Book, index: usize) -> Option<String> {
    sentence_of(book, index, book.events().get(index)?)
}

/// The same for whoever has the event, which stands at `index`: a journal from a file need not be looked at again.
pub fn sentence_of(book: &Book, index: usize, event: &Event) -> Option<String> {
    Some(match &event.fact {
        Fact::Begin { .. } if index == 0 => return None,
        Fact::Begin { .. } => "== everything is cleared away; it begins anew ==".to_owned(),
        Fact::Call(done) => call(book, index, event, done),
        Fact::Waiting { call, .. } => line(event, &format!("{call} waits")),
        Fact::Queued { text } => line(event, &format!("`{}` waits for its turn", safe(text, MOST))),
        Fact::Cancel { call, .. } => line(
            event,
            &format!("{} is cancelled with a signal", safe(call, 40)),
        ),
        // What was too fast to be seen is told with the state that was seen behind it.
        Fact::State { .. } if event.source == Source::Derived && !book.session().is_capture() => {
            return None;
        }
        Fact::State { socket, from, to } => {
            let name = if event
                .who
                .is_some_and(|w| w.to_string() == socket.to_string())
            {
                String::new()
            } else {
                format!("{socket} ")
            };
            if from == to {
                return Some(line(
                    event,
                    &format!("{name}state {to}, as the packets tell"),
                ));
            }
            if book.session().is_capture() {
                return Some(line(event, &format!("{name}state {from} -> {to}")));
            }
            let (first, unseen) = way(book, index, *socket);
            let from = first.unwrap_or(*from);
            let reason = reset_because(book, index, *socket, from, *to);
            line(
                event,
                &format!("{name}state {from} -> {to}{unseen}{reason}"),
            )
        }
        Fact::Ack {
            level,
            toward,
            socket,
            through,
        } => line(
            event,
            &acknowledged(book, *level, *toward, *socket, *through)?,
        ),
        Fact::Line { line: n } => {
            let words = lines::SENTENCES.get(usize::from(*n).checked_sub(1)?)?;
            format!("== line {n}: {words} ==")
        }
        Fact::Expect {
            text, held, found, ..
        } => {
            let text = safe(text, MOST);
            // The claim's own words may begin with the verb.
            let text = text.strip_prefix("expect ").unwrap_or(&text);
            if *held {
                line(event, &format!("expect {text}: held"))
            } else {
                let found = safe(found, MOST);
                line(
                    event,
                    &format!("expect {text}: did NOT hold: found: {found}"),
                )
            }
        }
        Fact::Say { text } => format!("-- {} --", safe(text, MOST)),
        Fact::Serve { mode } if mode == "off" => line(event, "no longer answers by itself"),
        Fact::Serve { mode } => line(
            event,
            &format!("answers by itself from now on: serve {}", safe(mode, 60)),
        ),
        Fact::Mode { text } => line(event, &safe(text, 60)),
        Fact::Program { pid, doing } => line(event, &program::told(*pid, doing, MOST_BYTES)),
        Fact::Elided {
            socket,
            calls,
            read,
            written,
        } => line(
            event,
            &format!(
                "{socket}: {calls} more calls, which read {} and wrote {}",
                bytes(*read),
                bytes(*written)
            ),
        ),
        Fact::Refused { text } | Fact::Note { text } => line(event, &safe(text, MOST)),
        Fact::Packet(packet) => line(event, &packets::entered_in(book, (index, event.id), packet)),
        Fact::Handled {
            packet,
            handling,
            decided_by,
        } => line(
            event,
            &packets::handled(*packet, *handling, decided_by, event.happened()),
        ),
        Fact::Fate {
            packet,
            fate,
            decided_by,
            arrival,
        } => line(
            event,
            &packets::ended(*packet, *fate, decided_by, *arrival)?,
        ),
        Fact::Passed {
            toward,
            packets,
            bytes: n,
            through,
        } => line(
            event,
            &format!(
                "{packets} more packets of {} passed to the {toward}, through packet {through}",
                bytes(*n)
            ),
        ),
        Fact::Cable { text, .. } if text.starts_with(RULE_OVER) => {
            let rule = safe(&text[RULE_OVER.len()..], MOST);
            line(event, &format!("the cable's rule is used up: {rule}"))
        }
        Fact::Cable { text, .. } => line(event, &format!("the cable: {}", safe(text, MOST))),
        Fact::Asked { .. }
        | Fact::Socket { .. }
        | Fact::Queue { .. }
        | Fact::Progress { .. }
        | Fact::Detail { .. } => return None,
    })
}

/// Time, actor, text. The time is that of the journal: it never falls, as the order of the lines is the journal's.
fn line(event: &Event, text: &str) -> String {
    let who = event.who.map_or_else(String::new, |w| w.to_string());
    format!("{:>10}  {who:<8} {text}", seconds(event.at_ns))
}

/// `0.000123`: seconds since the start.
pub fn seconds(at: Nanos) -> String {
    format!("{}.{:06}", at.0 / 1_000_000_000, at.0 / 1_000 % 1_000_000)
}

fn call(book: &Book, index: usize, event: &Event, done: &CallDone) -> String {
    let result = match &done.data {
        Some(data) if !done.failed() && !data.is_empty() => {
            format!("{} {}", done.ret, quoted(data, MOST_BYTES))
        }
        _ => done.result(),
    };
    let took = if done.took_ns >= LONG {
        format!("   after {:#}", done.took_ns)
    } else {
        String::new()
    };
    let mut text = line(event, &format!("{} = {result}{took}", done.call));
    if let Some(told) = explain_at(book.session(), event.who, done) {
        let proven = proof::cause(book, book.session(), index, done);
        for more in [proven.unwrap_or(told.cause), told.hint] {
            if !more.is_empty() {
                let _ = write!(text, "\n{:INDENT$}{more}", "");
            }
        }
    }
    text
}

/// Who has how many bytes, in words. What `send` returned says already what its kernel took, so that is not repeated.
fn acknowledged(
    book: &Book,
    level: AckLevel,
    toward: Side,
    sender: SocketId,
    through: u64,
) -> Option<String> {
    let reader = book
        .session()
        .socket(sender)
        .and_then(|s| s.peer_socket)
        .map_or(
            match toward {
                Side::Server => Actor::Server,
                Side::Client => Actor::CLIENT,
            },
            |peer| peer.actor,
        );
    let n = bytes(through);
    match level {
        AckLevel::Kernel => None,
        AckLevel::Tcp => Some(format!(
            "ack: {}'s TCP has {n}; its program may not have looked",
            the(reader)
        )),
        AckLevel::Application => Some(format!(
            "ack: {}'s program has read {n}, and answers",
            the(reader)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        call::Call,
        errno::Errno,
        ids::Fd,
        payload::Payload,
        program::{Doing, Stream},
        story::testing::Play,
    };

    fn story(book: &Book) -> String {
        let lines = book.told().iter().filter_map(|&i| sentence(book, i));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_walk_reads_as_a_story() {
        let (play, _) = Play::walked();
        insta::assert_snapshot!(story(play.book()));
    }

    #[test]
    fn a_failed_call_is_explained_below_it() {
        let mut play = Play::free();
        play.connect(Actor::CLIENT);
        let text = story(play.book());
        assert!(
            text.ends_with(
                "client   connect(3, 127.0.0.1:10008) = -1 ECONNREFUSED\n                     Nothing listens on \
                 127.0.0.1:10008, so its kernel answered with a reset.\n                     Try: server listen 10008."
            ),
            "{text}"
        );
        play.wait(Actor::Server, None, Call::Accept { fd: Fd(3) });
        play.cancel(Actor::Server);
        assert!(story(play.book()).contains("accept(3) waits"));
        assert!(story(play.book()).contains(&format!("= -1 {}", Errno::EINTR)));
    }

    #[test]
    fn a_reset_says_why() {
        let mut play = Play::free();
        play.listen().accept().connect(Actor::CLIENT);
        play.send(Actor::CLIENT, &[b'x'; 5000]).close(Actor::Server);
        let text = story(play.book());
        let why = "ESTABLISHED -> CLOSED (reset: 5,000 bytes were unread)";
        assert_eq!(text.matches(why).count(), 2, "{text}");
        let mut play = Play::free();
        play.listen().accept().connect(Actor::CLIENT);
        play.abort(Actor::CLIENT);
        let text = story(play.book());
        let why = "ESTABLISHED -> CLOSED (reset: SO_LINGER is on with 0 seconds)";
        assert_eq!(text.matches(why).count(), 2, "{text}");
        let mut play = Play::free();
        play.listen().accept().visit();
        play.resets(SocketId::own(Actor::Server, 1));
        let text = story(play.book());
        assert!(
            text.ends_with("ESTABLISHED -> CLOSED (reset by the peer)"),
            "{text}"
        );
        let (walked, _) = Play::walked();
        assert!(!story(walked.book()).contains("reset"));
    }

    /// The server breaks off while the cable is unplugged; what the client sends later is answered by a kernel that has
    /// forgotten the connection, and that has nothing to do with how it was closed.
    #[test]
    fn a_reset_for_a_forgotten_connection_has_another_reason() {
        use crate::model::{
            call::MsgFlags,
            ids::{CallId, Side},
            option::{OptionValue, SockOpt},
            packet::{Decider, Fate, TcpFlags},
            story::{happening::happening, testing::done},
            tcp::TcpState,
        };
        let mut play = Play::lab();
        for step in 0..4 {
            play.walk(step);
        }
        let session = play.session();
        let (server, client) = session.conversation();
        let (server, client) = (server.unwrap().id, client.unwrap().id);
        let (fd, option) = (Fd(5), SockOpt::LINGER);
        let value = OptionValue::Linger {
            linger: true,
            seconds: 0,
        };
        let set = Call::SetSockOpt { fd, option, value };
        play.call(Actor::Server, Some(server), set, 0, |_| {});
        play.call(Actor::Server, Some(server), Call::Close { fd }, 0, |_| {});
        let rst = TcpFlags::RST;
        let lost = play.packet(Side::Client, rst | TcpFlags::ACK, (1, 1), b"");
        play.fate(lost, Fate::Dropped, Decider::Rule("unplug".into()));
        play.state(server, TcpState::Closed);
        play.ask("wait 1s");
        play.passes(Side::Server, TcpFlags::ACK, (1, 1), b"hello");
        let answer = play.packet(Side::Client, rst, (1, 6), b"");
        let told = happening(play.book(), &play.session());
        play.fate(answer, Fate::Delivered, Decider::Cable);
        play.state(client, TcpState::Closed);
        let (fd, len, flags) = (Fd(4), 10, MsgFlags::default());
        let mut failed = done(CallId(99), Call::Recv { fd, len, flags }, -1);
        (failed.errno, failed.socket) = (Some(Errno::ECONNRESET), Some(client));
        let fact = Fact::Call(Box::new(failed));
        play.see(Some(Actor::CLIENT), Source::Call, fact);
        let second = &told.what[1];
        assert!(
            second.starts_with("It knows no such connection"),
            "{told:?}"
        );
        let text = story(play.book());
        for line in [
            "server.1 state ESTABLISHED -> CLOSED (reset: SO_LINGER is on with 0 seconds)\n",
            "state ESTABLISHED -> CLOSED (reset by the peer: it knows no such connection any more)\n",
            "kernel (packet 3): it knows no such connection any more.\n",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
        assert_eq!(text.matches("SO_LINGER is on").count(), 1, "{text}");
    }

    #[test]
    fn times_never_fall() {
        let mut play = Play::free();
        play.listen().accept();
        let mut book = play.into_book();
        book.append(crate::model::event::Observation {
            at: Nanos(1),
            who: Some(Actor::Server),
            source: Source::Script,
            cause: crate::model::event::Cause::Unknown,
            fact: Fact::Queued {
                text: "server recv".to_owned(),
            },
        });
        let text = story(&book);
        let times: Vec<&str> = text
            .lines()
            .filter_map(|l| l.split_whitespace().next())
            .filter(|w| w.contains('.'))
            .collect();
        assert!(times.is_sorted(), "{text}");
    }

    #[test]
    fn no_byte_from_elsewhere_reaches_the_terminal() {
        let mut play = Play::free();
        let bad = "\x1b[2J\u{9b}\u{202e}".to_owned();
        let program = |doing| Fact::Program {
            pid: 7,
            doing: Box::new(doing),
        };
        play.listen().connect(Actor::CLIENT).accept();
        play.send(Actor::CLIENT, bad.as_bytes()).recv(Actor::Server);
        for fact in [
            Fact::Say { text: bad.clone() },
            Fact::Refused { text: bad.clone() },
            Fact::Queued { text: bad.clone() },
            Fact::Serve { mode: bad.clone() },
            Fact::Mode { text: bad.clone() },
            Fact::Expect {
                text: bad.clone(),
                held: false,
                line: None,
                found: bad.clone(),
            },
            program(Doing::Started {
                words: vec![bad.clone(), bad.clone()],
            }),
            program(Doing::Printed {
                stream: Stream::Stderr,
                data: Payload::capped(bad.as_bytes(), 64),
            }),
            program(Doing::Killed {
                signal: bad.clone(),
            }),
            Fact::Cancel {
                call_id: crate::model::ids::CallId(1),
                call: bad,
            },
        ] {
            play.see(Some(Actor::Server), Source::Script, fact);
        }
        let text = story(play.book());
        assert!(
            text.chars()
                .all(|c| c == '\n' || !crate::model::payload::is_unprintable(c)),
            "{text:?}"
        );
    }
}
