//! The bytes of a journal: what calls have moved, and what programs of somebody's own have printed.

use super::Book;
use crate::model::{
    event::Fact,
    ids::{Actor, SocketId, Target},
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

    /// What programs of somebody's own have printed on an actor's side in the generation to which the first `count`
    /// events lead, oldest first: the process, the stream, and the bytes.
    pub fn printed_at(
        &self,
        count: usize,
        who: Actor,
    ) -> impl DoubleEndedIterator<Item = (u32, Stream, &Payload)> {
        let begin = self.begins_at(count).map_or(0, |(index, _)| index);
        let place = |index: usize| self.printed.partition_point(|&p| p < index);
        let (begin, end) = (place(begin), place(count));
        self.printed[begin.min(end)..end]
            .iter()
            .filter_map(move |&index| {
                let event = self.events.get(index).filter(|e| e.who == Some(who))?;
                match &event.fact {
                    Fact::Program { pid, doing } => match &**doing {
                        Doing::Printed { stream, data } => Some((*pid, *stream, data)),
                        _ => None,
                    },
                    _ => None,
                }
            })
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
