//! The newest bytes that went out of a program and came into it.

use super::cable::ends;
use crate::{
    app::App,
    model::{
        book::Chunk,
        ids::{Actor, Side, SocketId},
        story::words::number,
    },
    ui::{
        canvas::Canvas,
        screens::captured,
        theme::Role,
        widgets::bytes::{hex_line, per_row, quoted},
    },
};
use ratatui::text::Line;

/// The chunks of a socket's stream at the moment that is shown: written, read.
pub(super) fn chunks(app: &App, socket: SocketId) -> (&[Chunk], &[Chunk]) {
    let session = app.session();
    let Some(streams) = app.book.streams(session.generation, socket) else {
        return (&[], &[]);
    };
    let until = |all: &'_ [Chunk]| all.partition_point(|c| c.index < session.count);
    (
        &streams.written[..until(&streams.written)],
        &streams.read[..until(&streams.read)],
    )
}

/// The socket of this actor in the conversation that is shown.
fn end(app: &App, actor: Actor) -> Option<SocketId> {
    let (server, client) = ends(app);
    if actor == Actor::Server {
        server
    } else {
        client
    }
}

/// Bytes that were written last, by either end of the conversation that is shown.
pub(in crate::ui) struct Latest {
    /// Who wrote them.
    pub(in crate::ui) side: Side,
    /// How many.
    pub(in crate::ui) count: String,
    /// Their beginning, in quotes.
    pub(in crate::ui) text: String,
}

/// The bytes that were written last, their text in so many cells.
pub(in crate::ui) fn latest(app: &App, canvas: &Canvas<'_>, cells: usize) -> Option<Latest> {
    let (server, client) = ends(app);
    let last = |side: Side, socket: Option<SocketId>| {
        let chunk = *chunks(app, socket?).0.last()?;
        Some((side, chunk))
    };
    let (side, chunk) = [last(Side::Server, server), last(Side::Client, client)]
        .into_iter()
        .flatten()
        .max_by_key(|(_, chunk)| chunk.index)?;
    let kept = kept(app, &chunk);
    Some(Latest {
        side,
        count: count(chunk.len),
        text: quoted(canvas, kept, (kept.len() as u64) < chunk.len, cells),
    })
}

/// The bytes of a chunk, as far as they are kept.
pub(super) fn kept<'a>(app: &'a App, chunk: &Chunk) -> &'a [u8] {
    let kept = app.book.bytes_of(chunk.index).map_or(&[][..], |p| &p.kept);
    &kept[..kept
        .len()
        .min(usize::try_from(chunk.len).unwrap_or(usize::MAX))]
}

/// Whether any bytes went out of this actor or came into it.
pub(super) fn any(app: &App, actor: Actor) -> bool {
    end(app, actor).is_some_and(|socket| {
        let (written, read) = chunks(app, socket);
        !written.is_empty() || !read.is_empty()
    })
}

/// Heading and hex rows, in so many rows: both directions if there is room, else the one that moved last.
pub(super) fn rows(
    app: &App,
    canvas: &Canvas<'_>,
    cells: u16,
    height: u16,
    actor: Actor,
) -> Vec<Line<'static>> {
    let height = usize::from(height);
    if end(app, actor).is_none() && app.foreign().is_some_and(|f| f.side == actor.side()) {
        return Vec::new();
    }
    let (written, read) = end(app, actor).map_or((&[][..], &[][..]), |s| chunks(app, s));
    let first_in = actor == Actor::Server;
    let both = !written.is_empty() && !read.is_empty() && height >= 7;
    if both {
        let each = (height - 1) / 2;
        let mut lines = direction(
            app,
            canvas,
            cells,
            each,
            first_in,
            if first_in { read } else { written },
        );
        lines.push(Line::default());
        lines.extend(direction(
            app,
            canvas,
            cells,
            each,
            !first_in,
            if first_in { written } else { read },
        ));
        return lines;
    }
    let incoming = match (written.last(), read.last()) {
        (Some(w), Some(r)) => r.index > w.index,
        (None, None) => first_in,
        (w, _) => w.is_none(),
    };
    direction(
        app,
        canvas,
        cells,
        height,
        incoming,
        if incoming { read } else { written },
    )
}

/// Heading and the newest rows of one direction.
fn direction(
    app: &App,
    canvas: &Canvas<'_>,
    cells: u16,
    height: usize,
    incoming: bool,
    chunks: &[Chunk],
) -> Vec<Line<'static>> {
    let name = if incoming { "bytes in" } else { "bytes out" };
    let Some(last) = chunks.last() else {
        let nothing = if app.session().is_capture() {
            captured::NO_BYTES
        } else if incoming {
            "nothing has been read yet"
        } else {
            "nothing has been sent yet"
        };
        return vec![
            Line::from(canvas.span(Role::Dim, name)),
            Line::from(canvas.span(Role::Faint, nothing)),
        ];
    };
    let total = last.start + last.len;
    let sum = count(total);
    let gap = usize::from(cells).saturating_sub(name.len() + sum.len());
    let heading = Line::from(vec![
        canvas.span(Role::Dim, name),
        canvas.span(Role::Dim, format!("{}{sum}", " ".repeat(gap.max(1)))),
    ]);
    let wide = per_row(cells);
    let room = height.saturating_sub(1).max(1);
    // The newest calls' bytes, newest last, each row from one call; no more of them than can be seen.
    let mut rows: Vec<Line<'static>> = Vec::new();
    for chunk in chunks.iter().rev() {
        let kept = kept(app, chunk);
        let mut part: Vec<Line<'static>> = kept
            .chunks(wide)
            .enumerate()
            .take(room)
            .map(|(i, row)| {
                let offset = chunk.start + (i * wide) as u64;
                hex_line(canvas, offset, row, wide, Role::Bytes)
            })
            .collect();
        let left = chunk.len - (part.len() * wide).min(kept.len()) as u64;
        if left > 0 {
            if part.len() >= room && room > 1 {
                part.pop();
            }
            if part.len() < room {
                let hidden = chunk.len - (part.len() * wide).min(kept.len()) as u64;
                let text = format!("and {} more", count(hidden));
                part.push(Line::from(canvas.span(Role::Dim, text)));
            }
        }
        if rows.is_empty() || rows.len() + part.len() <= room {
            part.append(&mut rows);
            rows = part;
        } else {
            break;
        }
        if rows.len() >= room {
            break;
        }
    }
    rows.insert(0, heading);
    rows
}

/// `1 byte`, `15 bytes`, `100,027 bytes`.
pub(super) fn count(n: u64) -> String {
    if n == 1 {
        "1 byte".to_owned()
    } else {
        format!("{} bytes", number(n))
    }
}
