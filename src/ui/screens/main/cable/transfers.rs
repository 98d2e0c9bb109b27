//! Where no packets are seen: the bytes that go in and come out, each transfer an arrow in its sender's colour, and why
//! there are no packets.

use super::{
    super::{
        sockets::short as short_number,
        streams::{chunks, count, kept},
    },
    NARROW,
    words::{fitting, no_packets},
};
use crate::{
    app::{App, Panel as Which, ScrollId},
    model::{
        book::Chunk,
        ids::{Actor, Side, SocketId},
        ledger::Ledger,
    },
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        text::{width, wrap},
        theme::Role,
        widgets::{bytes::quoted, scroll},
    },
};
use ratatui::{layout::Rect, text::Line};

/// From so many cells on, a transfer has its text beside it.
const BESIDE: u16 = 44;
/// As many of the newest transfers can be scrolled through.
const MOST: usize = 200;

/// One `send` and what became of its bytes.
struct Transfer {
    side: Side,
    chunk: Chunk,
    fate: (Role, &'static str),
    /// The event in which it was written, if that was seen.
    written: Option<usize>,
    /// The event in which its last byte was read.
    read_at: Option<usize>,
}

/// Draws them in the box.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect, inner: Rect) {
    let transfers = transfers(app);
    let tall = usize::from(inner.height);
    // The longest words that leave room for what has passed; where nothing has, those that the box can hold.
    let most = match transfers.len() {
        0 => tall.saturating_sub(2),
        _ if inner.width < NARROW => 2,
        _ => tall.saturating_sub(7).max(2),
    };
    let all = no_packets(app);
    let words = fitting(&all, usize::from(inner.width), most);
    let explained = transfers.is_empty() || tall >= words.len() + 7;
    let foot = if explained { words.len() as u16 } else { 0 };

    if explained {
        let y = inner.bottom().saturating_sub(foot).max(inner.y);
        for (i, line) in words.iter().enumerate() {
            if y + (i as u16) < inner.bottom() {
                canvas.text(inner.x, y + i as u16, inner.width, Role::Dim, line);
            }
        }
    }
    let list = Rect {
        height: inner.height.saturating_sub(foot + u16::from(explained)),
        ..inner
    };
    if transfers.is_empty() {
        for (i, line) in wrap("no bytes have passed yet", usize::from(list.width))
            .iter()
            .enumerate()
        {
            if (i as u16) < list.height {
                canvas.text(list.x, list.y + i as u16, list.width, Role::Faint, line);
            }
        }
        return;
    }
    // Each has as many rows as the others, so that only those that are seen need be made.
    let times = inner.width >= BESIDE || transfers.len() * 3 <= usize::from(list.height);
    let each = if inner.width < NARROW || inner.width < BESIDE && times {
        3
    } else {
        2
    };
    let total = transfers.len() * each;
    let id = ScrollId::Panel(Which::Cable);
    let shown = scroll::rows(canvas, app, id, list, total);
    for (y, row) in (list.y..).zip(shown.clone()) {
        let rows = transfer_rows(app, canvas, inner.width, &transfers[row / each], times);
        if let Some(line) = rows.get(row % each) {
            canvas.line(list.x, y, list.width, line);
        }
    }
    scroll::bar(canvas, area.right() - 1, list, &shown, total);
}

/// The newest transfers of the conversation that is looked at, oldest first.
fn transfers(app: &App) -> Vec<Transfer> {
    let session = app.session();
    let (server, client) = ends(app);
    let mut all = Vec::new();
    for (side, from, to) in [
        (Side::Server, server, client),
        (Side::Client, client, server),
    ] {
        let read = to.map_or(&[][..], |to| chunks(app, to).1);
        let Some(from) = from else {
            // A foreign sender: what was read is all that is known.
            let newest = &read[read.len().saturating_sub(MOST)..];
            all.extend(newest.iter().map(|chunk| Transfer {
                side,
                chunk: *chunk,
                fate: (Role::Ok, "read"),
                written: None,
                read_at: Some(chunk.index),
            }));
            continue;
        };
        let ledger = session.ledger(from);
        let written = chunks(app, from).0;
        for chunk in &written[written.len().saturating_sub(MOST)..] {
            all.push(Transfer {
                side,
                chunk: *chunk,
                fate: fate(&ledger, chunk),
                written: Some(chunk.index),
                read_at: read_at(read, chunk),
            });
        }
    }
    all.sort_by_key(|t| t.chunk.index);
    all
}

/// In which call the last byte of a transfer was read.
fn read_at(read: &[Chunk], chunk: &Chunk) -> Option<usize> {
    let end = chunk.start + chunk.len;
    let i = read.partition_point(|r| r.start + r.len < end);
    read.get(i).map(|r| r.index)
}

/// How far a transfer's last byte has come.
fn fate(ledger: &Ledger, chunk: &Chunk) -> (Role, &'static str) {
    let end = chunk.start + chunk.len;
    let reached = |stage: Option<u64>| stage.is_some_and(|n| n >= end);
    if reached(ledger.read) {
        (Role::Ok, "read")
    } else if ledger.receiver_gone {
        (Role::Bad, "thrown away")
    } else if ledger.read.is_some_and(|n| n > chunk.start) {
        (Role::Wait, "partly read")
    } else if ledger.read.is_none() && reached(ledger.acked) {
        // A foreign program: whether it has read them cannot be known.
        (Role::Text, "arrived")
    } else if reached(ledger.received) || reached(ledger.acked) {
        (Role::Wait, "not read yet")
    } else if reached(ledger.sent) {
        (Role::Wait, "on its way")
    } else if ledger.sent.is_some() {
        (Role::Wait, "not sent yet")
    } else {
        (Role::Dim, "?")
    }
}

fn transfer_rows(
    app: &App,
    canvas: &Canvas<'_>,
    cells: u16,
    t: &Transfer,
    with_times: bool,
) -> Vec<Line<'static>> {
    let session = app.session();
    let role = Role::from(t.side);
    let narrow = cells < NARROW;
    let shaft = canvas
        .theme
        .glyph(Glyph::Shaft)
        .repeat(if narrow { 2 } else { 5 });
    let arrow = match t.side {
        Side::Server => format!("{shaft}{}", canvas.theme.glyph(Glyph::Right)),
        Side::Client => format!("{}{shaft}", canvas.theme.glyph(Glyph::Left)),
    };
    let kept = kept(app, &t.chunk);
    let more = (kept.len() as u64) < t.chunk.len;
    let count = count(t.chunk.len);
    let cells = usize::from(cells);
    if narrow {
        let text = quoted(canvas, kept, more, cells);
        // A count is never cut: rather it stands without its unit.
        let count = if width(&arrow) + 1 + count.len() <= cells {
            count
        } else {
            short_number(t.chunk.len, cells.saturating_sub(width(&arrow) + 1))
        };
        return vec![
            Line::from(vec![
                canvas.span(role, arrow),
                canvas.span(Role::Text, format!(" {count}")),
            ]),
            Line::from(canvas.span(Role::Bytes, text)),
            Line::from(canvas.span(t.fate.0, t.fate.1)),
        ];
    }
    let arrow_cells = 6;
    let latest = session.talk.is_some_and(|id| {
        app.book
            .events()
            .get(t.chunk.index)
            .is_some_and(|e| e.id == id)
    });
    let strength = if latest || t.fate.0 == Role::Wait {
        Role::Text
    } else {
        Role::Dim
    };
    let head = |fill: usize, middle: Vec<ratatui::text::Span<'static>>| {
        let mut spans = vec![
            canvas.span(role, arrow.clone()),
            canvas.span(strength, format!(" {count}")),
        ];
        spans.extend(middle);
        let used: usize = spans.iter().map(ratatui::text::Span::width).sum();
        let gap = fill.saturating_sub(used + t.fate.1.len()).max(1);
        spans.push(" ".repeat(gap).into());
        spans.push(canvas.span(t.fate.0, t.fate.1));
        Line::from(spans)
    };
    if cells >= usize::from(BESIDE) {
        let room = cells - arrow_cells - 1 - count.len() - 1 - t.fate.1.len() - 1;
        let text = canvas.span(
            Role::Bytes,
            format!(" {}", quoted(canvas, kept, more, room)),
        );
        let mut rows = vec![head(cells, vec![text])];
        rows.extend(times(app, canvas, t, cells, arrow_cells));
        return rows;
    }
    let text = quoted(canvas, kept, more, cells - arrow_cells - 1);
    let mut rows = vec![
        head(cells, Vec::new()),
        Line::from(vec![
            " ".repeat(arrow_cells + 1).into(),
            canvas.span(Role::Bytes, text),
        ]),
    ];
    if with_times {
        rows.extend(times(app, canvas, t, cells, arrow_cells));
    }
    rows
}

/// `written 3.20s, read 4.00s`; the newer one alone where both do not fit.
fn times(
    app: &App,
    canvas: &Canvas<'_>,
    t: &Transfer,
    cells: usize,
    indent: usize,
) -> Option<Line<'static>> {
    let moments: Vec<String> = [("written", t.written), ("read", t.read_at)]
        .into_iter()
        .filter_map(|(what, index)| {
            let at = app.book.events().get(index?)?.happened();
            Some(format!("{what} {:.2}s", at.millis() as f64 / 1e3))
        })
        .collect();
    let room = cells.saturating_sub(indent + 1);
    let both = moments.join(", ");
    let told = if both.len() <= room {
        both
    } else {
        moments.last().filter(|m| m.len() <= room)?.clone()
    };
    let text = format!("{}{told}", " ".repeat(indent + 1));
    (!moments.is_empty()).then(|| Line::from(canvas.span(Role::Dim, text)))
}

/// The two ends whose bytes are shown, for other boxes: the shown client's newest connection and its peer.
pub(in crate::ui::screens::main) fn ends(app: &App) -> (Option<SocketId>, Option<SocketId>) {
    let session = app.session();
    if let Some(client) = session.newest(app.client().into()) {
        return (client.peer_socket, Some(client.id));
    }
    // A foreign client: the server's end is all that can be seen.
    let foreign = session
        .sockets_of(Actor::Server)
        .rev()
        .find(|s| !s.is_listener() && s.peer_socket.is_none());
    (foreign.map(|s| s.id), None)
}
