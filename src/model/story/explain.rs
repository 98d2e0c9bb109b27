//! Why a call failed, in words: what happened, the usual cause, what to try.

use super::{
    errors::{ROWS, Row, When},
    whose::server_is_foreign,
    words::{the, the_first},
};
use crate::model::{
    call::{Call, CallDone},
    errno::Errno,
    ids::{Actor, Fd},
    session::{Session, SocketState},
    tcp::TcpState,
};
use core::{fmt, net::SocketAddr};

/// A failed call in words. `{}` writes it as one line:
/// `connect: ECONNREFUSED. Nothing listens on 127.0.0.1:10008, so its kernel answered with a reset. Try: server listen 10008.`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The call and its error, for who wants to look it up: `connect: ECONNREFUSED (111, connection refused)`.
    pub headline: String,
    /// The usual cause; one or two short sentences.
    pub cause: String,
    /// What to try. Empty if there is nothing to say.
    pub hint: String,
    /// The statement within the hint, if there is one.
    pub statement: Option<String>,
    call: &'static str,
    errno: Errno,
}

impl Explanation {
    /// `connect: ECONNREFUSED.`
    pub fn short(&self) -> String {
        format!("{}: {}.", self.call, self.errno)
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.short(), self.cause)?;
        if self.hint.is_empty() {
            Ok(())
        } else {
            write!(f, " {}", self.hint)
        }
    }
}

/// Explains a call that failed; `None` for one that did not. Whose call it was is taken from its socket.
pub fn explain(done: &CallDone) -> Option<Explanation> {
    explain_in(None, None, done)
}

/// The same, when it is known whose call it was, and what the session showed of its socket then.
pub fn explain_in(
    session: Option<&Session>,
    who: Option<Actor>,
    done: &CallDone,
) -> Option<Explanation> {
    explained(session, home(session), who, done)
}

/// The same for a call of any moment: of the session only that is taken which is so at every moment, where the server
/// belongs.
pub fn explain_at(session: &Session, who: Option<Actor>, done: &CallDone) -> Option<Explanation> {
    explained(None, session.server_address, who, done)
}

fn explained(
    session: Option<&Session>,
    home: SocketAddr,
    who: Option<Actor>,
    done: &CallDone,
) -> Option<Explanation> {
    let errno = done.errno?;
    let who = who
        .or(done.socket.map(|s| s.actor))
        .unwrap_or(match done.call {
            Call::Bind { .. } | Call::Listen { .. } | Call::Accept { .. } => Actor::Server,
            _ => Actor::CLIENT,
        });
    let socket = session.zip(done.socket).and_then(|(s, id)| s.socket(id));
    let row = ROWS.iter().find(|row| {
        row.errno == errno
            && (row.calls.is_empty() || row.calls.contains(&done.call.name()))
            && holds(row.when, &done.call, home, session, socket)
    });
    Some(row.map_or_else(
        || unknown(done, errno),
        |row| filled(row, who, &done.call, errno, home),
    ))
}

/// Every statement that an explanation may propose, with sample values filled in.
pub fn statements() -> Vec<String> {
    samples().into_iter().filter_map(|e| e.statement).collect()
}

fn address(call: &Call) -> Option<SocketAddr> {
    match call {
        Call::Bind { addr, .. } | Call::Connect { addr, .. } | Call::SendTo { addr, .. } => {
            Some(*addr)
        }
        _ => None,
    }
}

/// Where our server belongs; a bare port means this address.
fn home(session: Option<&Session>) -> SocketAddr {
    session.map_or_else(
        || Session::default().server_address,
        |session| session.server_address,
    )
}

fn holds(
    when: When,
    call: &Call,
    home: SocketAddr,
    session: Option<&Session>,
    socket: Option<&SocketState>,
) -> bool {
    match when {
        When::Always => true,
        When::Foreign => session.is_some_and(server_is_foreign),
        When::NoSocket => call.fd() == Some(Fd(-1)),
        When::Ours => address(call).is_some_and(|a| {
            let anywhere = home.ip().is_unspecified() && a.port() == home.port();
            a.ip().is_loopback() || a.ip() == home.ip() || anywhere
        }),
        When::LowPort => address(call).is_some_and(|a| (1..1024).contains(&a.port())),
        When::NeverConnected => socket.is_some_and(|s| {
            s.peer.is_none() && s.path.iter().all(|p| p.to == TcpState::Listen) && s.written == 0
        }),
        When::FinSent => socket.is_some_and(|s| s.state.fin_sent()),
        When::Nonblocking => socket.is_some_and(|s| s.nonblocking),
        When::Waited => socket.is_some_and(|s| !s.nonblocking) && !may_not_wait(call),
    }
}

/// Whether this one call was told not to wait.
const fn may_not_wait(call: &Call) -> bool {
    match call {
        Call::Send { flags, .. }
        | Call::SendTo { flags, .. }
        | Call::Recv { flags, .. }
        | Call::RecvFrom { flags, .. } => flags.dontwait,
        _ => false,
    }
}

fn headline(call: &Call, errno: Errno) -> String {
    match errno.name() {
        Some(name) => format!("{}: {name} ({}, {})", call.name(), errno.0, errno.text()),
        None => format!("{}: {errno} ({})", call.name(), errno.text()),
    }
}

fn filled(row: &Row, who: Actor, call: &Call, errno: Errno, home: SocketAddr) -> Explanation {
    let fill = |text: &str| fill(text, who, call, home);
    let statement = Some(fill(row.statement)).filter(|s| !s.is_empty());
    let hint = match (&statement, fill(row.advice)) {
        (Some(statement), advice) if advice.is_empty() => format!("Try: {statement}."),
        (Some(statement), advice) => format!("Try: {statement}. {advice}"),
        (None, advice) => advice,
    };
    Explanation {
        headline: headline(call, errno),
        cause: fill(row.cause),
        hint,
        statement,
        call: call.name(),
        errno,
    }
}

fn unknown(done: &CallDone, errno: Errno) -> Explanation {
    Explanation {
        headline: headline(&done.call, errno),
        cause: format!("The kernel says: {}.", errno.text()),
        hint: format!("The manual page {}(2) may tell more.", done.call.name()),
        statement: None,
        call: done.call.name(),
        errno,
    }
}

fn fill(text: &str, who: Actor, call: &Call, home: SocketAddr) -> String {
    let addr = address(call);
    let option = match call {
        Call::SetSockOpt { option, .. } | Call::GetSockOpt { option, .. } => option.to_string(),
        _ => "the option".to_owned(),
    };
    let port = addr.unwrap_or(home).port();
    let (other, begin, meet) = match who {
        Actor::Server => (
            Actor::CLIENT,
            format!("server listen {}", home.port()),
            "server accept".to_owned(),
        ),
        Actor::Client(_) => (
            Actor::Server,
            format!("{who} connect"),
            format!("{who} connect"),
        ),
    };
    // Statements first: they may hold further names.
    let pairs = [
        ("{begin}", begin),
        ("{meet}", meet),
        ("{Who}", the_first(who)),
        ("{Whose}", format!("{}'s", the_first(who))),
        ("{call}", call.name().to_owned()),
        (
            "{fd}",
            call.fd()
                .map_or_else(|| "it was given".to_owned(), |fd| fd.to_string()),
        ),
        (
            "{addr}",
            addr.map_or_else(|| "that address".to_owned(), |a| a.to_string()),
        ),
        ("{port}", port.to_string()),
        (
            "{place}",
            match addr {
                Some(addr) if addr.ip() != home.ip() => addr.to_string(),
                _ => port.to_string(),
            },
        ),
        ("{home}", home.port().to_string()),
        ("{option}", option),
        ("{me}", who.to_string()),
        ("{other}", other.to_string()),
        ("{who}", the(who)),
    ];
    pairs.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(name, value)
    })
}

/// Each row once for the server and once for a client, with every call that it is for.
fn samples() -> Vec<Explanation> {
    let addr = SocketAddr::from(([127, 0, 0, 1], 10008));
    let mut all = Vec::new();
    for row in ROWS {
        for who in [Actor::Server, Actor::Client(2)] {
            let calls = sample_calls(addr);
            let mine = calls
                .iter()
                .filter(|c| row.calls.is_empty() || row.calls.contains(&c.name()));
            all.extend(mine.map(|call| filled(row, who, call, row.errno, home(None))));
        }
    }
    all
}

fn sample_calls(addr: SocketAddr) -> Vec<Call> {
    use crate::model::{
        call::{Family, How, MsgFlags},
        option::{OptionValue, SockOpt},
        payload::Payload,
    };
    let fd = Fd(3);
    let (flags, data, option) = (MsgFlags::default(), Payload::default(), SockOpt::REUSEADDR);
    vec![
        Call::Socket {
            domain: Family::INET,
        },
        Call::Bind { fd, addr },
        Call::Listen { fd, backlog: 5 },
        Call::Accept { fd },
        Call::Connect { fd, addr },
        Call::Send {
            fd,
            len: 0,
            flags,
            data: data.clone(),
        },
        Call::SendTo {
            fd,
            len: 0,
            flags,
            data,
            addr,
        },
        Call::Recv {
            fd,
            len: 4096,
            flags,
        },
        Call::RecvFrom {
            fd,
            len: 4096,
            flags,
        },
        Call::Shutdown {
            fd,
            how: How::Write,
        },
        Call::Close { fd },
        Call::SetSockOpt {
            fd,
            option,
            value: OptionValue::Number(1),
        },
        Call::GetSockOpt { fd, option },
        Call::GetSockName { fd },
        Call::GetPeerName { fd },
        Call::Poll {
            fd,
            read: true,
            write: false,
            timeout_ms: -1,
        },
        Call::Ioctl {
            fd,
            nonblocking: true,
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        ids::{CallId, Nanos, SocketId},
        story::testing::done,
    };

    #[test]
    fn it_reads_as_the_lesson_books_want_it() {
        let addr = SocketAddr::from(([127, 0, 0, 1], 10008));
        let mut refused = done(CallId(1), Call::Connect { fd: Fd(3), addr }, -1);
        refused.errno = Some(Errno::ECONNREFUSED);
        refused.took_ns = Nanos(1);
        let told = explain(&refused).unwrap();
        assert_eq!(
            told.to_string(),
            "connect: ECONNREFUSED. Nothing listens on 127.0.0.1:10008, so its kernel answered with a reset. \
             Try: server listen 10008."
        );
        assert_eq!(
            told.headline,
            "connect: ECONNREFUSED (111, connection refused)"
        );
        refused.call = Call::Accept { fd: Fd(-1) };
        refused.errno = Some(Errno::EBADF);
        refused.socket = Some(SocketId::own(Actor::Client(2), 0));
        assert_eq!(
            explain(&refused).unwrap().to_string(),
            "accept: EBADF. Client2 has no open socket, so accept was given the descriptor -1. Try: client2 connect."
        );
        refused.errno = Some(Errno(4711));
        assert!(explain(&refused).unwrap().to_string().contains("E#4711"));
        refused.errno = None;
        assert_eq!(explain(&refused), None);
    }

    #[test]
    fn what_to_try_fits_where_the_server_belongs() {
        use crate::model::story::testing::Play;
        let addr = SocketAddr::from(([127, 0, 0, 1], 4711));
        let mut accept = done(CallId(1), Call::Accept { fd: Fd(-1) }, -1);
        accept.errno = Some(Errno::EBADF);
        let session = Session {
            server_address: addr,
            ..Session::default()
        };
        let told = explain_in(Some(&session), Some(Actor::Server), &accept).unwrap();
        assert_eq!(told.hint, "Try: server listen 4711.");
        let mut refused = done(CallId(1), Call::Connect { fd: Fd(3), addr }, -1);
        refused.errno = Some(Errno::ECONNREFUSED);
        let told = explain_at(&session, Some(Actor::CLIENT), &refused).unwrap();
        assert_eq!(told.hint, "Try: server listen 4711.");
        let lab = Session {
            server_address: SocketAddr::from(([10, 0, 0, 1], 5000)),
            ..Session::default()
        };
        let elsewhere = |addr: [u8; 4], port| {
            let mut refused = refused.clone();
            refused.call = Call::Connect {
                fd: Fd(3),
                addr: SocketAddr::from((addr, port)),
            };
            let told = explain_at(&lab, Some(Actor::CLIENT), &refused).unwrap();
            told.hint
        };
        assert_eq!(elsewhere([10, 0, 0, 1], 5000), "Try: server listen 5000.");
        assert_eq!(
            elsewhere([10, 0, 0, 2], 5000),
            "Try: client connect 5000. Or start a program there that listens."
        );
        let alone = Play::client_alone().session();
        let told = explain_in(Some(&alone), Some(Actor::CLIENT), &refused).unwrap();
        assert_eq!(
            told.hint,
            "Try: client connect 127.0.0.1:4711. Start the program first that should listen there."
        );
    }

    #[test]
    fn who_waited_is_not_told_that_it_does_not_wait() {
        use crate::model::{call::MsgFlags, story::testing::Play};
        let mut play = Play::free();
        play.listen().connect(Actor::CLIENT);
        let mut session = play.session();
        let id = SocketId::own(Actor::CLIENT, 0);
        let fd = Fd(4);
        let addr = SocketAddr::from(([10, 0, 0, 1], 10008));
        let recv = |dontwait| Call::Recv {
            fd,
            len: 10,
            flags: MsgFlags {
                dontwait,
                ..MsgFlags::default()
            },
        };
        let cause = |session: Option<&Session>, call, errno| {
            let mut failed = done(CallId(1), call, -1);
            (failed.errno, failed.socket) = (Some(errno), Some(id));
            explain_in(session, None, &failed).unwrap().cause
        };
        let connect = Call::Connect { fd, addr };
        let told = cause(Some(&session), connect.clone(), Errno::EINPROGRESS);
        assert!(
            told.starts_with("It waited as long as SO_SNDTIMEO"),
            "{told}"
        );
        let told = cause(Some(&session), recv(false), Errno::EAGAIN);
        assert!(told.contains("as long as SO_RCVTIMEO"), "{told}");
        // This one was told not to wait.
        let told = cause(Some(&session), recv(true), Errno::EAGAIN);
        assert!(!told.contains("SO_RCVTIMEO"), "{told}");
        // Of a socket of which nothing is known neither is said.
        let told = cause(None, connect.clone(), Errno::EINPROGRESS);
        assert!(told.starts_with("The call waits no longer"), "{told}");
        for socket in &mut session.sockets {
            socket.nonblocking = true;
        }
        let told = cause(Some(&session), connect, Errno::EINPROGRESS);
        assert!(told.starts_with("The socket does not wait"), "{told}");
        let told = cause(Some(&session), recv(false), Errno::EAGAIN);
        assert!(told.ends_with("this socket does not wait."), "{told}");
    }

    #[test]
    fn every_row_is_short_enough_to_read_at_a_glance() {
        for told in samples() {
            let all = told.to_string();
            assert!(told.headline.len() <= 90, "{}", told.headline);
            assert!(!all.contains(['{', '}']), "a name is not filled in: {all}");
            assert!(all.len() <= 260, "{} characters: {all}", all.len());
            for sentence in [&told.cause, &told.hint]
                .into_iter()
                .flat_map(|text| text.split(". "))
            {
                assert!(
                    sentence.len() <= 100,
                    "{} characters: {sentence}",
                    sentence.len()
                );
            }
            assert!(told.cause.ends_with('.'), "{}", told.cause);
            assert!(!told.hint.is_empty() && told.hint.ends_with('.'), "{all}");
        }
    }

    #[test]
    fn no_row_hides_behind_an_earlier_one() {
        for (i, row) in ROWS.iter().enumerate() {
            let hidden = |call: &str| {
                ROWS[..i].iter().any(|earlier| {
                    earlier.errno == row.errno
                        && matches!(earlier.when, When::Always)
                        && (earlier.calls.is_empty() || earlier.calls.contains(&call))
                })
            };
            assert!(row.calls.iter().all(|call| !hidden(call)), "{row:?}");
        }
    }

    #[test]
    fn statements_begin_with_an_actor() {
        let all = statements();
        assert!(all.len() > 100);
        for text in all {
            let who = text.split(' ').next().unwrap();
            assert!(who.parse::<Actor>().is_ok(), "{text}");
        }
    }
}
