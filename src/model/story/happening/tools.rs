//! Calls that look at a socket or change its ways: options, names, poll, non-blocking.

use super::{Happening, Moment, why};
use crate::model::{
    call::CallDone,
    option::{OptionValue, SockOpt},
    story::words::{safe, the},
};

pub(super) fn option_set(m: &Moment<'_>, option: SockOpt, value: &OptionValue) -> Happening {
    let first = format!(
        "setsockopt returned 0: {option} of {}'s socket is {} now.",
        the(m.who()),
        safe(&value.to_string(), 40)
    );
    Happening::new([first, option.row().meaning.to_owned()], why::OPTION)
}

pub(super) fn option_read(m: &Moment<'_>, done: &CallDone, option: SockOpt) -> Happening {
    let value = done
        .value
        .as_ref()
        .map_or_else(|| "not told".to_owned(), |v| safe(&v.to_string(), 40));
    let first = format!(
        "getsockopt: {option} of {}'s socket is {value}.",
        the(m.who())
    );
    Happening::new([first, option.row().meaning.to_owned()], why::OPTION)
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

pub(super) fn nonblocking(m: &Moment<'_>, on: bool) -> Happening {
    let me = the(m.who());
    let (first, second) = if on {
        (
            format!("From now on no call on {me}'s socket waits."),
            "A call that would have to wait fails at once with EAGAIN instead.",
        )
    } else {
        (
            format!("From now on calls on {me}'s socket wait again."),
            "The kernel puts the program to sleep until there is something for it.",
        )
    };
    Happening::new([first, second.to_owned()], why::NONBLOCKING)
}
