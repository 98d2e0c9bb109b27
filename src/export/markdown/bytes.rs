//! What went through the two directions of the conversation: offset, hexadecimal, text.

use super::page::Page;
use crate::model::{
    book::{Book, Chunk},
    ids::SocketId,
    story::words::number,
};
use core::fmt::Write as _;

/// Bytes of one direction.
const MOST: usize = 1024;
/// Bytes of a row.
const ROW: usize = 16;

/// Both directions of the conversation that is looked at.
pub(super) fn both(page: &mut Page, book: &Book) {
    let (server, client) = book.session().conversation();
    let (server, client) = (server.map(|s| s.id), client.map(|s| s.id));
    if server.or(client).is_none() {
        page.paragraph("There was no connection, so no byte went anywhere.");
        return;
    }
    direction(page, book, "client to server", client, server);
    direction(page, book, "server to client", server, client);
}

/// What the sender's `send` took; where the sender is not ours, what our `recv` brought.
fn direction(
    page: &mut Page,
    book: &Book,
    name: &str,
    from: Option<SocketId>,
    to: Option<SocketId>,
) {
    let generation = book.session().generation;
    let of = |id: Option<SocketId>| id.and_then(|id| book.streams(generation, id));
    let (chunks, how): (&[Chunk], _) = match (from, of(from), of(to)) {
        (Some(_), Some(streams), _) => (&streams.written, "what `send` took"),
        (None, _, Some(streams)) => (&streams.read, "what `recv` brought"),
        _ => (&[], "nothing"),
    };
    let total = chunks.last().map_or(0, |c| c.start.saturating_add(c.len));
    let bytes = match total {
        0 => String::from("no byte"),
        1 => String::from("1 byte"),
        n => format!("{} bytes", number(n)),
    };
    let how = if total == 0 {
        String::new()
    } else {
        format!(" ({how})")
    };
    page.paragraph(&format!("**{name}**: {bytes}{how}\n"));
    if total == 0 {
        return;
    }
    let mut lines = String::new();
    let mut shown = 0;
    for chunk in chunks.iter().take(MOST) {
        let room = MOST - shown;
        let payload = book.bytes_of(chunk.index);
        let kept = payload.map_or(&[][..], |p| &p.kept[..]);
        let moved = kept
            .len()
            .min(usize::try_from(chunk.len).unwrap_or(usize::MAX));
        let bytes = &kept[..moved.min(room)];
        dump(&mut lines, chunk.start, bytes);
        shown += bytes.len();
        if bytes.len() < moved || shown == MOST {
            break;
        }
        if (moved as u64) < chunk.len {
            let lost = number(chunk.len - moved as u64);
            let _ = writeln!(lines, "          ({lost} bytes were not kept)");
        }
    }
    page.block("text", &lines);
    let left = total.saturating_sub(shown as u64);
    page.left_out(usize::try_from(left).unwrap_or(usize::MAX), "bytes");
}

/// Rows of sixteen, each call's bytes from a new row on.
fn dump(lines: &mut String, start: u64, bytes: &[u8]) {
    for (row, part) in bytes.chunks(ROW).enumerate() {
        let at = start.saturating_add((row * ROW) as u64);
        let _ = write!(lines, "{at:08x} ");
        for place in 0..ROW {
            let gap = if place == ROW / 2 { " " } else { "" };
            let _ = match part.get(place) {
                Some(byte) => write!(lines, "{gap} {byte:02x}"),
                None => write!(lines, "{gap}   "),
            };
        }
        let shown = |b: &u8| {
            if (0x20..0x7f).contains(b) {
                *b as char
            } else {
                '.'
            }
        };
        let text: String = part.iter().map(shown).collect();
        let _ = writeln!(lines, "  {text}");
    }
}
