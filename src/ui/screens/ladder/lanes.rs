//! The bytes on the ladder: one lane for each direction of each connection, beside each other where several are on their
//! way at once.

use super::told::Told;
use crate::{
    model::{
        book::Chunk,
        event::{AckLevel, Fact},
        ids::{Side, SocketId},
        session::SocketState,
    },
    ui::screens::foreign,
};
use std::borrow::Cow;

/// Cells of the time at the left, and air.
pub(super) const TIME: u16 = 8;
/// So many events before the first row are looked at for what a foreign peer has acknowledged.
const LOOKED_BACK: usize = 256;

/// Where the columns stand, from the left edge of the box.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    /// The server's life line.
    pub(super) server: u16,
    /// The client's life line.
    pub(super) client: u16,
    /// Cells in all.
    pub(super) width: u16,
}

impl Columns {
    /// With more room in the middle where packets stand there.
    pub(super) fn new(width: u16, packets: bool) -> Self {
        let rest = width.saturating_sub(TIME + 2);
        let middle = if packets {
            (rest * 2 / 5).max(28).min(rest / 2).clamp(10, 72)
        } else {
            (rest / 4).clamp(10, 44)
        };
        let middle = middle.min(rest);
        let server = TIME + (rest - middle) / 2;
        Self {
            server,
            client: server + middle + 1,
            width,
        }
    }

    pub(super) const fn life(self, side: Side) -> u16 {
        match side {
            Side::Server => self.server,
            Side::Client => self.client,
        }
    }

    /// Where the text of an end begins, and how many cells it has.
    pub(super) const fn beside(self, side: Side) -> (u16, u16) {
        match side {
            Side::Server => (TIME, self.server.saturating_sub(TIME + 1)),
            Side::Client => {
                let x = self.client + 2;
                (x, self.width.saturating_sub(x))
            }
        }
    }

    /// Cells between the life lines.
    pub(super) const fn middle(self) -> u16 {
        self.client - self.server - 1
    }

    /// Where a packet's arrow begins: at its sender's life line, or aside of it where the cable made the packet.
    pub(super) fn start(self, sender: Side, made: bool) -> u16 {
        let aside = if made { self.middle() / 6 } else { 0 };
        match sender {
            Side::Server => self.server + aside,
            Side::Client => self.client - aside,
        }
    }

    /// Where a packet that goes there turns downwards.
    pub(super) fn turn(self, toward: Side) -> u16 {
        let middle = self.middle();
        let turn = (middle / 5).max(6).min(middle / 2) + (middle / 9).min(8);
        match toward {
            Side::Server => self.server + turn,
            Side::Client => self.client - turn,
        }
    }

    /// Where the bytes of this sender run down: nearer to the one who reads, and a cell further for each lane that is
    /// taken there.
    fn lane(self, sender: Side, taken: u16) -> u16 {
        let third = (self.client - self.server) * 2 / 5;
        let between = (self.client - self.server).saturating_sub(2 * third);
        let aside = taken % (between / 2 + 1);
        match sender {
            Side::Client => self.server + third + aside,
            Side::Server => self.client - third - aside,
        }
    }
}

/// The bytes of one direction of a connection.
pub(super) struct Lane<'a> {
    pub(super) sender: Side,
    /// What left the sender's life line; nothing if the sender is not ours.
    pub(super) written: &'a [Chunk],
    /// What reached the other one: read by its program, or, if that is not ours, acknowledged by its TCP.
    pub(super) read: Cow<'a, [Chunk]>,
    /// Whether the sender's calls can be known.
    pub(super) ours: bool,
    /// Its column.
    pub(super) x: u16,
}

fn before(chunks: &[Chunk], index: usize) -> u64 {
    let i = chunks.partition_point(|c| c.index < index);
    i.checked_sub(1)
        .map_or(0, |i| chunks[i].start.saturating_add(chunks[i].len))
}

impl Lane<'_> {
    /// Whether bytes are on their way just before the event at this place.
    pub(super) fn busy(&self, index: usize) -> bool {
        before(self.written, index) > before(&self.read, index)
    }

    /// What moved in the event at this place.
    pub(super) fn at(chunks: &[Chunk], index: usize) -> Option<&Chunk> {
        let found = chunks.binary_search_by_key(&index, |c| c.index);
        found.ok().map(|i| &chunks[i])
    }

    fn is_used(&self, index: usize) -> bool {
        self.busy(index)
            || Self::at(self.written, index).is_some()
            || Self::at(&self.read, index).is_some()
    }
}

/// The lanes that are used in the shown part of what is told, which lies at these places in the journal.
pub(super) fn lanes<'a>(
    told: &Told<'a>,
    columns: Columns,
    first: usize,
    end: usize,
    rows: &[usize],
) -> Vec<Lane<'a>> {
    // Where packets are seen, they carry the bytes.
    if told.has_packets() {
        return Vec::new();
    }
    let app = told.app;
    let session = app.session();
    let mut lanes: Vec<(Lane<'a>, Vec<bool>, u16)> = Vec::new();
    let streams = |id: Option<SocketId>| app.book.streams(session.generation, id?);
    for socket in session.sockets.iter().filter(|s| !s.is_listener()) {
        let Some(mine) = streams(Some(socket.id)) else {
            continue;
        };
        let theirs = streams(socket.peer_socket);
        let foreign = foreign::peer(session, socket).is_some();
        let side = socket.id.actor.side();
        let read = theirs.map_or(&[][..], |s| &s.read);
        let out = Lane {
            sender: side,
            written: &mine.written,
            read: if foreign {
                acknowledged(told, socket, &mine.written, first, end).into()
            } else {
                read.into()
            },
            ours: true,
            x: 0,
        };
        // What comes from a foreign peer has no lane that begins with it.
        let come = foreign.then(|| Lane {
            sender: !side,
            written: &[],
            read: mine.read.as_slice().into(),
            ours: false,
            x: 0,
        });
        for mut lane in [Some(out), come].into_iter().flatten() {
            let used: Vec<bool> = rows.iter().map(|&i| lane.is_used(i)).collect();
            if !used.contains(&true) {
                continue;
            }
            let meets = |taken: u16| {
                lanes.iter().any(|(other, rows, place)| {
                    *place == taken
                        && other.sender == lane.sender
                        && rows.iter().zip(&used).any(|(a, b)| *a && *b)
                })
            };
            let taken = (0..u16::MAX).find(|&t| !meets(t)).unwrap_or(0);
            lane.x = columns.lane(lane.sender, taken);
            lanes.push((lane, used, taken));
        }
    }
    lanes.into_iter().map(|(lane, ..)| lane).collect()
}

/// What the TCP of a foreign peer acknowledged, event by event, in the shown part; what went before it as one.
fn acknowledged(
    told: &Told<'_>,
    socket: &SocketState,
    written: &[Chunk],
    first: usize,
    end: usize,
) -> Vec<Chunk> {
    let back = first.saturating_sub(LOOKED_BACK);
    let mut chunks = Vec::new();
    let mut start = 0;
    // Acknowledgements that are too long ago to be looked for are taken to cover all that was sent then.
    if back > 0
        && let Some(index) = told.index(back)
    {
        start = before(written, index);
        chunks.push(Chunk {
            index,
            start: 0,
            len: start,
        });
    }
    for place in back..end {
        let (Some(index), Some(event)) = (told.index(place), told.event(place)) else {
            break;
        };
        if let Fact::Ack {
            level: AckLevel::Tcp,
            socket: sender,
            through,
            ..
        } = &event.fact
            && *sender == socket.id
            && *through > start
            && told.is_of_now(event.id)
        {
            chunks.push(Chunk {
                index,
                start,
                len: through - start,
            });
            start = *through;
        }
    }
    chunks
}
