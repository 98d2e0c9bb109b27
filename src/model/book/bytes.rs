//! The bytes of a journal: what calls have moved, and what programs of somebody's own have printed.

use super::{Book, PrintedEntry};
use crate::model::{
    event::Fact,
    ids::{SocketId, Target},
    payload::Payload,
    program::{Doing, Stream},
};

impl Book {
    /// The bytes that one call moved, as far as they are kept.
    pub fn bytes_of(&self, index: usize) -> Option<&Payload> {
        match &self.events.get(index)?.fact {
            Fact::Call(done) if done.call.data().is_some() => done.call.data(),
            Fact::Call(done) => done.data.as_ref(),
            _ => None,
        }
    }

    /// What the latest finished `recv` of an actor or on a socket brought; nothing if that `recv` failed.
    pub fn latest_recv(&self, who: Target) -> Option<&Payload> {
        let index = match who.slot {
            None => self.latest_recv.get(&who.actor),
            Some(slot) => self.latest_recv_on.get(&SocketId {
                actor: who.actor,
                slot,
            }),
        }?;
        self.bytes_of(*index)
    }

    /// What programs of somebody's own have printed in the generation to which the first `count` events lead, as far as
    /// it was printed by then, oldest first.
    pub fn printed_at(&self, count: usize) -> &[PrintedEntry] {
        let begin = self.begins_at(count).map_or(0, |(index, _)| index);
        let place = |index: usize| self.printed.partition_point(|p| p.index < index);
        let (begin, end) = (place(begin), place(count));
        &self.printed[begin.min(end)..end]
    }

    /// What was printed there.
    pub fn printed(&self, entry: &PrintedEntry) -> Option<(Stream, &Payload)> {
        match &self.events.get(entry.index)?.fact {
            Fact::Program { doing, .. } => match &**doing {
                Doing::Printed { stream, data } => Some((*stream, data)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The first `limit` bytes that were read from a socket, and whether they are all, without a gap.
    pub fn read_so_far(&self, socket: SocketId, limit: usize) -> (Vec<u8>, bool) {
        let mut bytes = Vec::new();
        let Some(streams) = self.streams(self.session.generation, socket) else {
            return (bytes, true);
        };
        for chunk in &streams.read {
            let payload = self.bytes_of(chunk.index);
            let kept = payload.map_or(&[][..], |p| &p.kept[..]);
            let room = limit - bytes.len();
            bytes.extend_from_slice(&kept[..kept.len().min(room)]);
            if kept.len() as u64 != chunk.len || kept.len() > room {
                return (bytes, false);
            }
        }
        (bytes, true)
    }
}
