//! A program that is not ours says goodbye, or resets the connection: no call of ours tells of it, only the kernel.

use super::{Happening, Moment, why};
use crate::model::{
    event::Event,
    ids::{Nanos, SocketId},
    story::{
        next,
        words::{bytes, the, verb},
    },
    tcp::TcpState,
};

/// What comes so soon after a call belongs to the same picture for whoever watches.
const AT_ONCE: Nanos = Nanos::from_millis(100);

/// The peer has left: its FIN came, or a reset.
pub(super) fn left(m: &Moment<'_>, id: SocketId, from: TcpState, to: TcpState) -> Happening {
    let me = the(id.actor);
    let peer = m.other(Some(id));
    match to {
        TcpState::Closed => {
            let first =
                format!("{peer} has reset the connection (RST): {me}'s end is CLOSED at once.");
            let second = if from == TcpState::CloseWait {
                "A send on it fails now; recv returns 0, for the FIN had come before."
            } else {
                "The next recv or send on it reports ECONNRESET."
            };
            Happening::new([first, second.to_owned()], why::RESET)
        }
        TcpState::TimeWait => {
            let first = format!(
                "{peer} has said goodbye too (FIN): {me}'s end is in TIME-WAIT for a while, for late packets."
            );
            Happening::new([first], why::CLOSE)
        }
        _ => {
            let first = format!("{peer} has said goodbye (FIN): {me}'s end is in CLOSE-WAIT.");
            let unread = m.socket(Some(id)).map_or(0, |s| next::unread(m.session, s));
            let second = if unread > 0 {
                format!(
                    "{} {} still to be read; after that its recv returns 0.",
                    bytes(unread),
                    verb(unread, "is", "are")
                )
            } else {
                "Its next recv returns 0.".to_owned()
            };
            Happening::new([first, second], why::GOODBYE)
        }
    }
}

/// The goodbye, and what was told before it if that was only just now.
pub(super) fn at_once(
    m: &Moment<'_>,
    news: &Event,
    before: Happening,
    left: Happening,
) -> Happening {
    let soon = news.at_ns.since(m.event.at_ns) < AT_ONCE;
    match (before.what.into_iter().next(), left.what.first()) {
        (Some(before), Some(goodbye)) if soon && m.event.who == news.who => {
            Happening::new([before, goodbye.clone()], &left.why)
        }
        _ => left,
    }
}
