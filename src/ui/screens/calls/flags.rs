//! The flags of a call that `strace` shows, each with its reason, and why a descriptor has the number that it has.

use crate::model::call::{Call, CallDone, MsgFlags};

/// The flags with which a call is made, and why.
pub(super) fn flags(call: &Call) -> String {
    match call {
        Call::Socket { .. } => {
            "SOCK_CLOEXEC (a program that is started does not inherit it)".to_owned()
        }
        Call::Accept { .. } => {
            "accept4's SOCK_CLOEXEC (a program that is started does not inherit it)".to_owned()
        }
        Call::Send { flags, .. }
        | Call::SendTo { flags, .. }
        | Call::Recv { flags, .. }
        | Call::RecvFrom { flags, .. } => message_flags(*flags),
        _ => String::new(),
    }
}

fn message_flags(flags: MsgFlags) -> String {
    let table = [
        (
            flags.nosignal,
            "MSG_NOSIGNAL (so that a dead peer gives EPIPE, not SIGPIPE)",
        ),
        (
            flags.peek,
            "MSG_PEEK (looks, and leaves the bytes in the queue)",
        ),
        (
            flags.waitall,
            "MSG_WAITALL (waits until all that was asked for is there)",
        ),
        (
            flags.dontwait,
            "MSG_DONTWAIT (this one call returns EAGAIN and does not wait)",
        ),
    ];
    let set: Vec<&str> = table
        .into_iter()
        .filter_map(|(on, text)| on.then_some(text))
        .collect();
    set.join(", ")
}

/// Why a new descriptor is not 3, as a small program's first one would be.
pub(super) fn number(done: &CallDone) -> &'static str {
    let made = matches!(done.call, Call::Socket { .. } | Call::Accept { .. });
    if made && done.errno.is_none() && done.ret > 3 {
        "the lowest that was free: fourline has descriptors of its own open, too"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        ids::{CallId, Fd},
        payload::Payload,
        story::testing::done,
    };

    #[test]
    fn each_flag_has_its_reason() {
        let mut flags_of_send = MsgFlags {
            nosignal: true,
            ..MsgFlags::default()
        };
        let send = |flags| Call::Send {
            fd: Fd(4),
            len: 0,
            flags,
            data: Payload::default(),
        };
        assert_eq!(
            flags(&send(flags_of_send)),
            "MSG_NOSIGNAL (so that a dead peer gives EPIPE, not SIGPIPE)"
        );
        flags_of_send.dontwait = true;
        assert!(flags(&send(flags_of_send)).contains("), MSG_DONTWAIT ("));
        assert_eq!(flags(&Call::Close { fd: Fd(4) }), "");
    }

    #[test]
    fn a_number_is_explained_when_it_is_not_the_first() {
        let accept = |ret| done(CallId(1), Call::Accept { fd: Fd(3) }, ret);
        assert!(number(&accept(21)).contains("of its own"));
        assert_eq!(number(&accept(3)), "");
        let close = done(CallId(1), Call::Close { fd: Fd(4) }, 4);
        assert_eq!(number(&close), "");
    }
}
