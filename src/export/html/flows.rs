//! Which `send` the bytes of a `recv` come from: where no packets were seen, these are the arrows of the ladder.

use crate::model::{call::CallDone, ids::SocketId, session::Session};
use std::collections::{HashMap, VecDeque};

/// Writes of one socket that are remembered at most; of what lies longer unread, it is not told where it comes from.
const MOST_WRITES: usize = 1024;

/// What one socket wrote and nobody has read yet.
#[derive(Debug, Default)]
struct Written {
    /// The row of each `send`, and where its bytes end in the stream.
    sends: VecDeque<(usize, u64)>,
    /// How much was written, and how much was read of it.
    through: u64,
    read: u64,
}

/// All of them, by generation and socket.
#[derive(Debug, Default)]
pub(super) struct Flows(HashMap<(u32, SocketId), Written>);

impl Flows {
    /// Takes in a call whose row is given; tells from which rows the bytes came that it brought, and how many from each.
    pub(super) fn see(
        &mut self,
        session: &Session,
        done: &CallDone,
        row: usize,
    ) -> Vec<(usize, usize, u64)> {
        let (wrote, read) = (done.bytes_written(), done.bytes_read());
        let mut flows = Vec::new();
        let Some(socket) = done.socket else {
            return flows;
        };
        if wrote > 0 {
            let written = self.0.entry((session.generation, socket)).or_default();
            written.through = written.through.saturating_add(wrote);
            written.sends.push_back((row, written.through));
            if written.sends.len() > MOST_WRITES {
                written.sends.pop_front();
            }
        }
        let peer = session.socket(socket).and_then(|s| s.peer_socket);
        if read > 0
            && let Some(written) = peer.and_then(|peer| self.0.get_mut(&(session.generation, peer)))
        {
            let until = written.read.saturating_add(read);
            while let Some(&(from, end)) = written.sends.front().filter(|_| written.read < until) {
                let here = end.min(until).saturating_sub(written.read);
                if here > 0 {
                    flows.push((from, row, here));
                    written.read += here;
                }
                if end > written.read {
                    break;
                }
                written.sends.pop_front();
            }
            written.read = until;
        }
        flows
    }
}
