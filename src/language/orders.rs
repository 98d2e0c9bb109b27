//! What stands after each verb of an actor: one small function each, which the table of verbs names.

#![expect(
    clippy::unnecessary_wraps,
    reason = "all of them have the type that the table of verbs names"
)]

use super::{
    address::{address, try_address},
    cursor::{Choice, Cursor},
    data::data,
    mistake::Mistake,
    options::{option, value},
    time::{number, try_number, try_time},
};
use crate::model::{
    call::{Family, How, MsgFlags},
    command::{Command, Data, ServeMode},
};

type Parsed = Result<Command, Mistake>;

/// What `recv` asks for when nothing is said.
const RECV_DEFAULT: u64 = 4096;
/// The most that one `recv` can ask for.
const RECV_MOST: u64 = 1 << 30;

pub(super) fn socket(cursor: &mut Cursor<'_>) -> Parsed {
    let constants = [("AF_INET", Family::INET), ("AF_INET6", Family::INET6)];
    let family = cursor.choose_other_name(&constants).or_else(|| {
        cursor.choose(&[
            ("inet", "IPv4", Family::INET),
            ("inet6", "IPv6", Family::INET6),
        ])
    });
    Ok(Command::Socket(family.unwrap_or_default()))
}

pub(super) fn bind(cursor: &mut Cursor<'_>) -> Parsed {
    address(cursor).map(Command::Bind)
}

pub(super) fn listen(cursor: &mut Cursor<'_>) -> Parsed {
    let at = try_address(cursor)?;
    let backlog = if cursor.take("backlog", "how many connections may wait to be accepted") {
        Some(number(cursor, "a number of connections", "5", 0, i32::MAX)?)
    } else {
        None
    };
    Ok(Command::Listen { at, backlog })
}

pub(super) fn accept(_: &mut Cursor<'_>) -> Parsed {
    Ok(Command::Accept)
}

pub(super) fn connect(cursor: &mut Cursor<'_>) -> Parsed {
    try_address(cursor).map(Command::Connect)
}

pub(super) fn send(cursor: &mut Cursor<'_>) -> Parsed {
    let data = data(cursor)?;
    let mut flags = MsgFlags::default();
    take_flags(cursor, &mut flags, false)?;
    Ok(Command::Send(data, flags))
}

pub(super) fn sendto(cursor: &mut Cursor<'_>) -> Parsed {
    let to = address(cursor)?;
    Ok(Command::SendTo(to, data(cursor)?))
}

pub(super) fn recv(cursor: &mut Cursor<'_>) -> Parsed {
    received(cursor).map(|(n, flags)| Command::Recv(n, flags))
}

pub(super) fn recvfrom(cursor: &mut Cursor<'_>) -> Parsed {
    received(cursor).map(|(n, flags)| Command::RecvFrom(n, flags))
}

fn received(cursor: &mut Cursor<'_>) -> Result<(u64, MsgFlags), Mistake> {
    let n = try_number(cursor, "a number of bytes", "5", 0, RECV_MOST)?.unwrap_or(RECV_DEFAULT);
    let mut flags = MsgFlags::default();
    take_flags(cursor, &mut flags, true)?;
    Ok((n, flags))
}

/// Flags in any order, each once.
fn take_flags(cursor: &mut Cursor<'_>, flags: &mut MsgFlags, reading: bool) -> Result<(), Mistake> {
    loop {
        let peek = ("peek", "look, and leave the bytes in the queue");
        let waitall = ("waitall", "wait until all that was asked for is there");
        let dontwait = ("dontwait", "do not wait: EAGAIN instead");
        let flag = if reading && cursor.take(peek.0, peek.1) {
            &mut flags.peek
        } else if reading && cursor.take(waitall.0, waitall.1) {
            &mut flags.waitall
        } else if cursor.take(dontwait.0, dontwait.1) {
            &mut flags.dontwait
        } else {
            return Ok(());
        };
        if core::mem::replace(flag, true) {
            return Err(Mistake::new(
                cursor.span_before(),
                "this flag is given twice",
            ));
        }
    }
}

pub(super) fn shutdown(cursor: &mut Cursor<'_>) -> Parsed {
    let choices = [
        ("write", "send nothing more: the FIN goes out", How::Write),
        ("read", "read nothing more", How::Read),
        ("both", "both directions; the descriptor stays", How::Both),
    ];
    cursor
        .must_choose("`write`, `read` or `both`", &choices)
        .map(Command::Shutdown)
}

pub(super) fn close(_: &mut Cursor<'_>) -> Parsed {
    Ok(Command::Close)
}

pub(super) fn abort(_: &mut Cursor<'_>) -> Parsed {
    Ok(Command::Abort)
}

pub(super) fn setsockopt(cursor: &mut Cursor<'_>) -> Parsed {
    let option = option(cursor, true)?;
    Ok(Command::SetSockOpt(option, value(cursor, option)?))
}

pub(super) fn getsockopt(cursor: &mut Cursor<'_>) -> Parsed {
    option(cursor, false).map(Command::GetSockOpt)
}

pub(super) fn getsockname(_: &mut Cursor<'_>) -> Parsed {
    Ok(Command::GetSockName)
}

pub(super) fn getpeername(_: &mut Cursor<'_>) -> Parsed {
    Ok(Command::GetPeerName)
}

pub(super) fn poll(cursor: &mut Cursor<'_>) -> Parsed {
    let (mut read, mut write) = (false, false);
    loop {
        if !read && cursor.take("read", "wait until there is something to read: POLLIN") {
            read = true;
        } else if !write && cursor.take("write", "wait until there is room to send: POLLOUT") {
            write = true;
        } else {
            break;
        }
    }
    let timeout = try_time(cursor, "2s")?;
    Ok(Command::Poll {
        read: read || !write,
        write,
        timeout,
    })
}

pub(super) fn nonblocking(cursor: &mut Cursor<'_>) -> Parsed {
    cursor.switch().map(Command::Nonblocking)
}

pub(super) fn concurrent(cursor: &mut Cursor<'_>) -> Parsed {
    cursor.switch().map(Command::Concurrent)
}

/// The modes that are one word; `slow` takes its rate after it.
const MODES: [Choice<Option<ServeMode>>; 7] = [
    (
        "ack",
        "tell how many bytes were received",
        Some(ServeMode::Ack),
    ),
    ("echo", "send back what is read", Some(ServeMode::Echo)),
    ("discard", "read, and say nothing", Some(ServeMode::Discard)),
    (
        "silent",
        "accept, and read nothing",
        Some(ServeMode::Silent),
    ),
    (
        "slow",
        "read so many bytes a second",
        Some(ServeMode::Slow(0)),
    ),
    (
        "http",
        "answer every request with a page",
        Some(ServeMode::Http),
    ),
    ("off", "stop it; the calls are made by hand again", None),
];

pub(super) fn serve(cursor: &mut Cursor<'_>) -> Parsed {
    let mode = match cursor.must_choose("a way to serve", &MODES)? {
        Some(ServeMode::Slow(_)) => {
            let rate = number(cursor, "a number of bytes a second", "10", 1, Data::MOST)?;
            Some(ServeMode::Slow(rate))
        }
        mode => mode,
    };
    Ok(Command::Serve(mode))
}

pub(super) fn cancel(_: &mut Cursor<'_>) -> Parsed {
    Ok(Command::Cancel)
}

/// Words that are no verbs here, but that people know from elsewhere, and what to write in their place.
const KNOWN_ELSEWHERE: [(&str, &str); 24] = [
    ("read", "recv"),
    ("receive", "recv"),
    ("get", "recv"),
    ("write", "send \"hello\""),
    ("put", "send \"hello\""),
    ("open", "socket"),
    ("dial", "connect"),
    ("disconnect", "close"),
    ("hangup", "close"),
    ("quit", "close"),
    ("exit", "close"),
    ("stop", "close"),
    ("reset", "abort"),
    ("rst", "abort"),
    ("kill", "abort"),
    ("fin", "shutdown write"),
    ("halfclose", "shutdown write"),
    ("half-close", "shutdown write"),
    ("select", "poll"),
    ("epoll", "poll"),
    ("echo", "serve echo"),
    ("ack", "serve ack"),
    ("http", "serve http"),
    ("interrupt", "cancel"),
];

/// What is written here in place of a word that people know from elsewhere.
pub(super) fn known_elsewhere(word: &str) -> Option<&'static str> {
    let (_, here) = KNOWN_ELSEWHERE.iter().find(|row| row.0 == word)?;
    Some(here)
}
