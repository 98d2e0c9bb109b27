//! Where no packets are seen: which bytes went from which `send` to which `recv`.

use super::{
    palette::Ink,
    plan::Plan,
    words::{Said, quoted},
};
use crate::model::{
    book::{Book, Chunk},
    ids::{Side, SocketId},
    session::SocketState,
    story::{whose::foreign_peer, words::number},
};

/// Bytes on their way.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) sender: Side,
    /// Where `send` took them; unknown for somebody else's program.
    pub(super) from: Option<f64>,
    /// Where `recv` brought them, if it has.
    pub(super) to: Option<f64>,
    /// What they are, once for each `send`.
    pub(super) says: Vec<Said>,
    /// How many a `recv` brought, once for each.
    pub(super) arrives: Option<Said>,
}

/// All that stand in the picture.
pub(super) fn flows(book: &Book, plan: &Plan) -> Vec<Flow> {
    let mut flows = Vec::new();
    if plan.has_packets {
        return flows;
    }
    let session = book.session();
    let streams = |id: Option<SocketId>| book.streams(session.generation, id?);
    for socket in session.sockets.iter().filter(|s| !s.is_listener()) {
        let Some(mine) = streams(Some(socket.id)) else {
            continue;
        };
        let side = socket.id.actor.side();
        if foreign_peer(session, socket).is_some() {
            let read = acknowledged(plan, socket);
            pair(book, plan, side, &mine.written, &read, &mut flows);
            let come = mine.read.iter().filter_map(|chunk| {
                Some(Flow {
                    sender: !side,
                    from: None,
                    to: Some(*plan.heights.get(&chunk.index)?),
                    says: said(book, chunk),
                    arrives: None,
                })
            });
            flows.extend(come);
        } else {
            let theirs = streams(socket.peer_socket);
            let read = theirs.map_or(&[][..], |s| &s.read);
            pair(book, plan, side, &mine.written, read, &mut flows);
        }
    }
    flows
}

/// What the TCP of somebody else's program acknowledged of what a socket sent.
fn acknowledged(plan: &Plan, socket: &SocketState) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    for (index, of, through) in &plan.acknowledged {
        let start = chunks.last().map_or(0, |c| c.start + c.len);
        if *of == socket.id && *through > start {
            chunks.push(Chunk {
                index: *index,
                start,
                len: through - start,
            });
        }
    }
    chunks
}

/// Each piece that one `send` gave and one `recv` brought.
fn pair(
    book: &Book,
    plan: &Plan,
    sender: Side,
    written: &[Chunk],
    read: &[Chunk],
    flows: &mut Vec<Flow>,
) {
    let height = |chunk: &Chunk| plan.heights.get(&chunk.index).copied();
    let end = |chunk: &Chunk| chunk.start.saturating_add(chunk.len);
    let mut told = None;
    for chunk in written {
        let Some(from) = height(chunk) else { continue };
        let first = read.partition_point(|r| end(r) <= chunk.start);
        let mut says = said(book, chunk);
        let mut any = false;
        for brought in read[first..].iter().take_while(|r| r.start < end(chunk)) {
            let to = height(brought);
            let news = told != Some(brought.index);
            told = Some(brought.index);
            flows.push(Flow {
                sender,
                from: Some(from),
                to,
                says: core::mem::take(&mut says),
                arrives: news.then(|| Said::of(Ink::Bytes, number(brought.len))),
            });
            any = true;
            if to.is_none() {
                break;
            }
        }
        if !any {
            flows.push(Flow {
                sender,
                from: Some(from),
                to: None,
                says,
                arrives: None,
            });
        }
    }
}

/// The bytes of a call, the longest text first.
fn said(book: &Book, chunk: &Chunk) -> Vec<Said> {
    let count = Said::of(Ink::Dim, format!("{} bytes", number(chunk.len)));
    let payload = book.bytes_of(chunk.index);
    let quotes = [40, 28, 16].into_iter().filter_map(|most| {
        let kept = payload?.kept.get(..)?;
        let kept = &kept[..kept
            .len()
            .min(usize::try_from(chunk.len).unwrap_or(usize::MAX))];
        let text = quoted(kept, chunk.len, most)?;
        Some(Said::of(Ink::Bytes, text))
    });
    quotes.chain([count]).collect()
}
