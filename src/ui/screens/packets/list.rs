//! The list of packets.

use super::{pane, rows, select};
use crate::{
    app::{
        App, Hit, Screen, ScrollId,
        packets::{PacketRow, PacketRows, Pane},
    },
    model::event::Sight,
    ui::{
        canvas::Canvas,
        screens::bits::{Bits, count, some},
        text::wrap,
        theme::Role,
        widgets::{scroll, table},
    },
};
use ratatui::layout::Rect;

const ID: ScrollId = ScrollId::Screen(Screen::Packets);

/// Draws it.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let packets = app.packet_rows();
    let inner = pane(app, canvas, area, Pane::List, &tally(app, &packets));
    if inner.width == 0 || inner.height == 0 {
        return;
    }
    if packets.is_empty() {
        empty(app, canvas, inner, packets.packets() > 0);
        return;
    }
    let columns = rows::Columns::of(app, inner.width);
    let mut body = inner;
    if inner.height > 3 {
        let titles = columns.titles().map(|t| t.line(&canvas.theme));
        table::row(
            canvas,
            inner.x,
            inner.y,
            inner.width,
            columns.widths(),
            &titles.collect::<Vec<_>>(),
        );
        body = Rect::new(inner.x, inner.y + 1, inner.width, inner.height - 1);
    }
    let selected = packets.place(app.selected_packet);
    let follows = app.selected_packet.is_none();
    let wanted = selected.filter(|_| !follows);
    let shown = scroll::selected(canvas, app, ID, body, packets.len(), wanted);
    for (y, row) in (body.y..body.bottom()).zip(shown.clone()) {
        let cells = Rect::new(area.x + 1, y, area.width - 2, 1);
        canvas.hit(cells, Hit::Row(ID, row));
        if selected == Some(row) {
            select(app, canvas, cells, Pane::List);
        }
        match packets.get(row) {
            Some(PacketRow::Packet(entry)) => {
                let Some(packet) = app.book.packet_at(entry) else {
                    continue;
                };
                let cells = columns.packet(app, canvas, entry, packet);
                let cells: Vec<_> = cells
                    .into_iter()
                    .map(|cell| lit(cell, &app.search).line(&canvas.theme))
                    .collect();
                table::row(canvas, body.x, y, body.width, columns.widths(), &cells);
            }
            Some(PacketRow::Passed(index)) => {
                let line = rows::passed(app, index).line(&canvas.theme);
                canvas.line(body.x, y, body.width, &line);
            }
            None => {}
        }
    }
    scroll::bar(canvas, area.right() - 1, body, &shown, packets.len());
}

/// Every word of the search lit.
fn lit(cell: Bits, search: &str) -> Bits {
    let words = search.split_whitespace();
    words.fold(cell, |cell, word| cell.highlight(word).0)
}

/// What is written at the right of the frame: how many there are, and what the search left.
fn tally(app: &App, rows: &PacketRows<'_>) -> Bits {
    let mut tally = Bits::new();
    if !app.search.is_empty() {
        let role = if rows.is_empty() {
            Role::Wait
        } else {
            Role::Text
        };
        let looked_for = app.search.chars().take(20).collect::<String>();
        let found = some(rows.len() as u64, "packet");
        let of = rows.bounded().map_or_else(String::new, |n| {
            format!(" of the newest {}", count(n as u64))
        });
        tally.push(role, format!("\"{looked_for}\": {found}{of}"));
        tally.push(Role::Dim, " · ");
    }
    let cable = &app.session().cable;
    tally.push(Role::Dim, some(cable.entered, "packet"));
    for (n, what) in [(cable.dropped, "dropped"), (cable.lost, "lost")] {
        if n > 0 {
            tally.push(Role::Dim, " · ");
            tally.push(Role::Bad, format!("{n} {what}"));
        }
    }
    tally
}

fn empty(app: &App, canvas: &mut Canvas<'_>, inner: Rect, hidden: bool) {
    let text = if hidden {
        "No packet fits the search. A word can be flags (psh), what a packet is (syn-ack, data), how it fared (dropped, held), a number, or any text in its row or its bytes. Esc ends the search."
    } else if *app.session().sight == Sight::Capture {
        "No packet has been seen yet. Every packet of this conversation will stand here as it passes by, with its fields and its bytes."
    } else {
        "No packet has entered the cable yet. Every packet of the two kernels will stand here as it passes through, with what became of it, its fields and its bytes."
    };
    let lab = !hidden && *app.session().sight != Sight::Capture && !app.shows_timeline();
    let text = if lab {
        format!("{text} Connecting makes the first one.")
    } else {
        text.to_owned()
    };
    let lines = wrap(&text, usize::from(inner.width));
    for (y, line) in (inner.y..inner.bottom()).zip(lines) {
        canvas.text(inner.x, y, inner.width, Role::Dim, &line);
    }
}
