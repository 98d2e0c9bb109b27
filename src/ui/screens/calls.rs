//! All calls of all actors, as `strace` would list them, newest at the end; below it, the selected one in full:
//!
//! ```text
//! ╭─ CALLS ──────────────────────────────────────────────────────── 7 calls ─╮
//! │   0.004  server   ✔ listen(3, 5) = 0                                 3µs │
//! │   1.203  client   ✘ connect(3, 127.0.0.1:10009) = -1 ECONNREFUSED   61µs │
//! │                     Nothing listens on 127.0.0.1:10009, ...              │
//! │   0.104  server   ▶ accept(3) waits                                  3 s │
//! ╰──────────────────────────────────────────────────────────────────────────╯
//! ╭─ server calls accept ─────────────────────────────────── man 2 accept ───╮
//! ```
//!
//! A frame looks only at the calls that it shows: places in the index of calls are its row numbers.

mod detail;
mod flags;
mod rows;

use super::{
    bits::{Bits, count, shown, some},
    captured,
};
use crate::{
    app::{App, Hit, Screen, ScrollId},
    model::ids::Nanos,
    ui::{canvas::Canvas, theme::Role, widgets::panel::Panel, widgets::scroll},
};
use ratatui::layout::Rect;
use rows::Entry;

const ID: ScrollId = ScrollId::Screen(Screen::Calls);
/// So many of the newest calls are searched for the count of hits: a frame must not cost more in a long journal.
const SEARCHED: usize = 500;

/// Draws it.
pub fn draw(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    let wanted = match area.height {
        0..14 => 0,
        14..22 => 7,
        22..44 => 9,
        _ => 14,
    };
    let list = Rect::new(area.x, area.y, area.width, area.height - wanted);
    draw_list(app, now, canvas, list);
    if wanted > 0 {
        let strip = Rect::new(area.x, list.bottom(), area.width, wanted);
        detail::draw(app, now, canvas, strip);
    }
}

/// What is written at the right of the frame: how many there are, and what the search found.
fn tally(app: &App) -> Bits {
    let calls = shown(app, app.book.calls());
    let mut tally = Bits::new();
    if !app.search.is_empty() {
        let newest = &calls[calls.len().saturating_sub(SEARCHED)..];
        let hits = newest
            .iter()
            .filter(|&&i| rows::found(app, i, &app.search))
            .count();
        let of = if newest.len() < calls.len() {
            format!(" of the newest {SEARCHED}")
        } else {
            String::new()
        };
        let looked_for = app.search.chars().take(20).collect::<String>();
        tally.push(
            if hits > 0 { Role::Text } else { Role::Wait },
            format!("\"{looked_for}\" in {}{of}", some(hits as u64, "call")),
        );
        tally.push(Role::Dim, " · ");
    }
    tally.push(Role::Dim, some(calls.len() as u64, "call"));
    let elided = app.session().elided;
    if elided > 0 {
        tally.push(Role::Dim, format!(" + {} counted only", count(elided)));
    }
    tally
}

fn draw_list(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    let panel = Panel::new(
        Role::Frame,
        Bits::of(Role::Title, "CALLS").line(&canvas.theme),
    )
    .right(tally(app).line(&canvas.theme));
    let inner = panel.draw(canvas, area);
    if inner.width == 0 || inner.height == 0 {
        return;
    }
    let calls = shown(app, app.book.calls());
    let waiting = rows::waiting(app);
    let total = calls.len() + waiting.len();
    if total == 0 {
        let empty = [
            "No call has been made yet. Every call of server and client will stand here as it returns,",
            if app.shows_timeline() {
                "with its arguments, its result and the time that it took."
            } else {
                "with its arguments, its result and the time that it took. Space makes the first one."
            },
        ];
        let captured = [captured::NO_CALLS_AT_ALL];
        let empty = if app.session().is_capture() {
            &captured[..]
        } else {
            &empty
        };
        for (i, text) in empty
            .iter()
            .flat_map(|t| crate::ui::text::wrap(t, usize::from(inner.width)))
            .enumerate()
        {
            if i < usize::from(inner.height) {
                canvas.text(inner.x, inner.y + i as u16, inner.width, Role::Dim, &text);
            }
        }
        return;
    }
    let entry = |row: usize| -> Entry<'_> {
        match calls.get(row) {
            Some(&index) => rows::returned(app, index, row.checked_sub(1).map(|r| calls[r])),
            None => rows::waits(&waiting[row - calls.len()], app.clock(now)),
        }
    };
    let height = |row: usize| entry(row).lines(canvas.theme.ascii()).len();
    let window = scroll::window(
        app.scrolls.get(&ID).copied(),
        app.selected_call,
        total,
        usize::from(inner.height),
        height,
    );
    canvas.viewport(inner, ID, window.len(), total);
    canvas.drawn.tops.push((ID, window.start));
    if window.end > calls.len() && !waiting.is_empty() {
        canvas.ticks(1);
    }
    let mut y = inner.y;
    let ascii = canvas.theme.ascii();
    for row in window.clone() {
        let entry = entry(row);
        let lines = entry.lines(ascii);
        let room = inner.bottom() - y;
        let cells = Rect::new(inner.x, y, inner.width, (lines.len() as u16).min(room));
        if app.selected_call == Some(row) && row < calls.len() {
            canvas.tint(
                Rect::new(area.x + 1, cells.y, area.width - 2, cells.height),
                canvas.theme.style(Role::Selection),
            );
        }
        for bits in lines.iter().take(usize::from(room)) {
            draw_line(app, canvas, inner, y, bits);
            y += 1;
        }
        if row < calls.len() {
            canvas.hit(cells, Hit::Row(ID, row));
        }
        if y >= inner.bottom() {
            break;
        }
    }
    let bar = area.right() - 1;
    scroll::bar(canvas, bar, inner, &window, total);
}

fn draw_line(app: &App, canvas: &mut Canvas<'_>, inner: Rect, y: u16, line: &rows::Line) {
    let right = line.right.width() as u16;
    let room = inner
        .width
        .saturating_sub(if right > 0 { right + 1 } else { 0 });
    let ellipsis = canvas.theme.glyph(crate::ui::glyphs::Glyph::Ellipsis);
    let left = line.fit(usize::from(room), ellipsis);
    let (left, _) = left.highlight(&app.search);
    let spans = left.line(&canvas.theme);
    canvas.line(inner.x, y, room, &spans);
    let spans = line.right.line(&canvas.theme);
    canvas.right(inner.x, y, inner.width, &spans);
}
