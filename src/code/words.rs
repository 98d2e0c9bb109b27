//! What all languages say alike: the head of a file, what is said of a call, and the words for it in Berkeley's terms.

use super::{
    Language,
    paper::Paper,
    plan::{Does, Plan, Step},
};
use crate::model::{
    call::{Call, MsgFlags},
    errno::Errno,
    option::OptionValue,
};

/// What stands above everything: what it is, how it is run, and what is not in it.
pub(super) fn head(plan: &Plan, language: &Language) -> Paper {
    let mut paper = Paper::new("");
    let sign = language.comment;
    let run = language.run;
    paper.remark(
        sign,
        "The conversation as a program: each side's calls, in the order in which it made them.",
    );
    let actors = plan.actors();
    if !actors.is_empty() {
        paper.say(sign);
        let terminals = match actors.len() {
            1 => "",
            2 => ", in two terminals",
            _ => ", in a terminal each",
        };
        paper.say(&format!(
            "{sign} Save it as talk.{}. Then{terminals}:",
            language.extension
        ));
        paper.say(sign);
        if !language.make.is_empty() {
            paper.say(&format!("{sign}     {}", language.make));
        }
        for actor in &actors {
            paper.say(&format!("{sign}     {run} {actor}"));
        }
        paper.say(sign);
        paper.remark(
            sign,
            &format!("For another place: {run} {} HOST PORT.", actors[0]),
        );
    }
    let mut say = |text: &str| {
        paper.say(sign);
        paper.remark(sign, text);
    };
    if let Some(ip) = plan.in_the_lab {
        say(&format!(
            "In the lab the server was at {ip}, an address that is nowhere else: here both meet on this machine."
        ));
    }
    for remark in &plan.remarks {
        say(remark);
    }
    paper
}

/// What is said above a call that does not wait, or that a program goes on after.
pub(super) fn caution(step: &Step) -> Option<String> {
    let is_accept = matches!(step.does, Does::Call(Call::Accept { .. }));
    if is_accept && step.nonblocking && step.made.is_some() {
        return Some("It did not wait: a connection was there already.".to_owned());
    }
    let text = match step.errno()? {
        Errno::EINPROGRESS => "It does not wait, and is on its way: EINPROGRESS.".to_owned(),
        Errno::EAGAIN => "It does not wait, and there was nothing to do yet: EAGAIN.".to_owned(),
        errno => format!(
            "In the conversation this failed with {errno} ({}), and it went on.",
            errno.text()
        ),
    };
    Some(text)
}

/// The call as Berkeley has it, with the socket's name for its number: `recv(connection, 4096)`.
pub(super) fn berkeley(step: &Step, name: &str) -> String {
    let call = match &step.does {
        Does::Say(text) => return text.clone(),
        Does::Send(data) => return format!("send({name}, {} bytes)", data.len()),
        Does::Drain { size, .. } => return format!("recv({name}, {size}), again and again"),
        Does::Call(call) => call,
    };
    let fit = |flags: &MsgFlags| {
        let flags = flags.asked();
        if flags == MsgFlags::default() {
            String::new()
        } else {
            format!(", {}", flags.names())
        }
    };
    match call {
        Call::Socket { domain } => format!("socket({domain}, SOCK_STREAM)"),
        Call::Bind { addr, .. } => format!("bind({name}, {addr})"),
        Call::Connect { addr, .. } => format!("connect({name}, {addr})"),
        Call::Listen { backlog, .. } => format!("listen({name}, {backlog})"),
        Call::Send { len, flags, .. } => format!("send({name}, {len} bytes{})", fit(flags)),
        Call::SendTo { len, addr, .. } => format!("sendto({name}, {len} bytes, {addr})"),
        Call::Recv { len, flags, .. } => format!("recv({name}, {len}{})", fit(flags)),
        Call::RecvFrom { len, flags, .. } => format!("recvfrom({name}, {len}{})", fit(flags)),
        Call::Shutdown { how, .. } => format!("shutdown({name}, {})", how.name()),
        Call::SetSockOpt { option, value, .. } => {
            format!("setsockopt({name}, {option}, {})", value_of(value))
        }
        Call::GetSockOpt { option, .. } => format!("getsockopt({name}, {option})"),
        Call::Poll {
            read,
            write,
            timeout_ms,
            ..
        } => format!("poll({name}, {}, {timeout_ms})", poll_events(*read, *write)),
        Call::Ioctl { nonblocking, .. } => {
            format!("ioctl({name}, FIONBIO, {})", i32::from(*nonblocking))
        }
        Call::Accept { .. }
        | Call::Close { .. }
        | Call::GetSockName { .. }
        | Call::GetPeerName { .. } => format!("{}({name})", call.name()),
    }
}

fn value_of(value: &OptionValue) -> String {
    match value {
        OptionValue::Linger { linger, seconds } => {
            format!("{{{}, {seconds} s}}", i32::from(*linger))
        }
        OptionValue::Time { milliseconds } => format!("{milliseconds} ms"),
        value => value.to_string(),
    }
}

/// Where what listens and what is connected are two types, each with its own calls, as in Rust and Go: what there is to
/// say of a call that was made on the wrong one.
pub(super) fn misfit(does: &Does, listens: bool) -> Option<&'static str> {
    let of_a_listener = matches!(does, Does::Call(Call::Accept { .. }));
    let of_a_connection = match does {
        Does::Send(_) | Does::Drain { .. } => true,
        Does::Call(call) => matches!(
            call,
            Call::Send { .. }
                | Call::SendTo { .. }
                | Call::Recv { .. }
                | Call::RecvFrom { .. }
                | Call::Shutdown { .. }
                | Call::GetPeerName { .. }
        ),
        Does::Say(_) => false,
    };
    match listens {
        true if of_a_connection => Some("here only a connection has it, and this one listens."),
        false if of_a_listener => {
            Some("here only a listener has it, and this one does not listen.")
        }
        _ => None,
    }
}

/// The events of `poll`.
pub(super) const fn poll_events(read: bool, write: bool) -> &'static str {
    match (read, write) {
        (true, true) => "POLLIN | POLLOUT",
        (true, false) => "POLLIN",
        (false, true) => "POLLOUT",
        (false, false) => "0",
    }
}

/// Whether close throws away what is unsent and sends a reset: `SO_LINGER` with 0 seconds.
pub(super) fn is_abort(value: &OptionValue) -> bool {
    matches!(
        value,
        OptionValue::Linger {
            linger: true,
            seconds: 0
        }
    )
}

/// What stands for bytes that are not written out.
pub(super) const STAND_IN: &str =
    "The letters stand for bytes that the journal has not kept, or that are too many to write out.";

/// What `SO_LINGER` with 0 seconds does.
pub(super) const ABORT: &str =
    "With 0 seconds to linger, close throws away what is unsent and sends a reset.";
