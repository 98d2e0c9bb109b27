//! Calls that look at a socket or change its ways: options, names, poll, non-blocking.

use super::{Happening, Moment, why};
use crate::model::{
    call::CallDone,
    errno::Errno,
    option::{OptionValue, SockOpt},
    session::SocketState,
    story::words::{number, safe, the},
};

pub(super) fn option_set(m: &Moment<'_>, option: SockOpt, value: &OptionValue) -> Happening {
    let value = match value {
        OptionValue::Number(n) if *n >= 0 => number(n.unsigned_abs().into()),
        other => safe(&other.to_string(), 40),
    };
    let first = if option.is_negotiable() {
        format!(
            "setsockopt returned 0: the kernel was asked for {option} {value} on {}'s socket; getsockopt tells what it made of it.",
            the(m.who())
        )
    } else {
        format!(
            "setsockopt returned 0: {option} of {}'s socket is {value} now.",
            the(m.who())
        )
    };
    Happening::new([first, option.row().meaning.to_owned()], why::OPTION)
}

pub(super) fn option_read(m: &Moment<'_>, done: &CallDone, option: SockOpt) -> Happening {
    let value = match &done.value {
        None => "not told".to_owned(),
        Some(OptionValue::Number(0)) if option == SockOpt::ERROR => {
            return no_error(m);
        }
        Some(OptionValue::Number(n)) if option == SockOpt::ERROR => {
            let errno = Errno(*n);
            format!("{errno} ({n}): {}", errno.text())
        }
        Some(OptionValue::Number(n)) if *n >= 0 => number(n.unsigned_abs().into()),
        Some(other) => safe(&other.to_string(), 40),
    };
    let first = format!(
        "getsockopt: {option} of {}'s socket is {value}.",
        the(m.who())
    );
    Happening::new([first, option.row().meaning.to_owned()], why::OPTION)
}

fn no_error(m: &Moment<'_>) -> Happening {
    let first = format!(
        "getsockopt: SO_ERROR of {}'s socket is 0: no error.",
        the(m.who())
    );
    let second = SockOpt::ERROR.row().meaning.to_owned();
    Happening::new([first, second], why::OPTION)
}

pub(super) fn name_read(m: &Moment<'_>, done: &CallDone) -> Happening {
    let name = done.call.name();
    let addr = done
        .addr
        .map_or_else(|| "not told".to_owned(), |a| a.to_string());
    let first = if name == "getsockname" {
        format!(
            "getsockname: the address of {}'s own end is {addr}.",
            the(m.who())
        )
    } else {
        format!(
            "getpeername: the address at the other end of {}'s socket is {addr}.",
            the(m.who())
        )
    };
    let second = "Asking changes nothing, and nothing goes over the network.".to_owned();
    Happening::new([first, second], why::NAMES)
}

pub(super) fn polled(m: &Moment<'_>, done: &CallDone) -> Happening {
    let events = done.revents.unwrap_or_default();
    if done.ret == 0 {
        let first = "poll returned 0: the time is over, and the socket was not ready.".to_owned();
        return Happening::new([first, m.who_waits(m.who())], why::POLL);
    }
    let first = format!("poll returned {}: {}.", done.ret, events.names());
    let second = if events.pollerr {
        "An error waits to be fetched: the next call on the socket reports it."
    } else if events.pollhup || events.pollrdhup {
        "The peer has said goodbye: recv would not wait, and the end may be what it brings."
    } else if events.pollin && events.pollout {
        "There is something to take, and room to send: neither would have to wait."
    } else if events.pollin {
        "There is something to take: the call that takes it would not have to wait."
    } else if events.pollout {
        "There is room in the send buffer: send would not have to wait."
    } else {
        ""
    };
    Happening::new([first, second.to_owned()], why::POLL)
}

pub(super) fn nonblocking(m: &Moment<'_>, done: &CallDone, on: bool) -> Happening {
    let listens = m.socket(done.socket).is_some_and(SocketState::is_listener);
    let name = done
        .socket
        .map_or_else(|| "the socket".to_owned(), |id| id.to_string());
    let (first, second) = match (on, listens) {
        (true, true) => (
            format!("From now on no call on {name} waits: accept fails with EAGAIN instead."),
            "Sockets that are accepted from it wait as before.",
        ),
        (true, false) => (
            format!("From now on no call on {name} waits."),
            "A call that would have to wait fails at once with EAGAIN instead.",
        ),
        (false, _) => (
            format!("From now on calls on {name} wait again."),
            "The kernel puts the program to sleep until there is something for it.",
        ),
    };
    Happening::new([first, second.to_owned()], why::NONBLOCKING)
}
