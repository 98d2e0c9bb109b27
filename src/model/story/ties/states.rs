//! What brought a socket into a state, where the state itself does not say.

use super::{Ties, spot::Spot};
use crate::model::{event::Fact, ids::SocketId, packet::TcpFlags, tcp::TcpState};

/// Told events before that are looked at.
const NEAR: usize = 400;

/// The packet or call that the journal names; else what the state before says: a time that ran out, tries without an
/// answer.
pub(super) fn causes(
    spot: &Spot<'_>,
    socket: SocketId,
    from: TcpState,
    to: TcpState,
    ties: &mut Ties,
) {
    if spot.event.cause.is_some() || to != TcpState::Closed {
        return;
    }
    if from == TcpState::TimeWait {
        let came = spot.told_before(NEAR).find(|(_, e)| {
            matches!(e.fact, Fact::State { socket: s, to: TcpState::TimeWait, .. } if s == socket)
        });
        if let Some((index, _)) = came {
            ties.cause(
                index,
                "it had come to TIME-WAIT, which lasts a while and ends",
            );
        }
        return;
    }
    let Some((local, peer)) = spot.ends(socket) else {
        return;
    };
    let reset =
        |p: &crate::model::packet::Packet| p.tcp.is_some_and(|t| t.flags.has(TcpFlags::RST));
    if let Some((index, p)) = spot.came(peer, local, reset) {
        ties.cause(index, format!("packet {} arrived: a reset", p.number));
        return;
    }
    // A kernel gives up when its last try was not answered.
    let latest = spot
        .packets_before()
        .find(|(_, p)| p.is_between(local, peer));
    if let Some((entry, p)) = latest
        && super::spot::same(p.from, local)
        && super::is_retry(p)
    {
        let text = format!("packet {}, the last try, was not answered", p.number);
        ties.cause(entry.index, text);
    }
}
