//! The lesson that is open, beside the lab: its text as far as one has come, what runs, what is asked, what the kernel
//! answered.
//!
//! ```text
//! ╭─ Three packets ─────── 12 of 31 ─╮╭─ SERVER ──── ...        the lab, at its left the lesson;
//! │ The server sits in accept, and   ││ sockets                 in a narrow terminal the lesson
//! │ nothing is on the cable.         ││                         stands below the lab
//! │                                  ││
//! │ ✔ server listen 10008            ││ calls
//! │ ▶ client connect                 ││ connect waits
//! │   ✔ client waits connect         ││
//! │ · cable step                     ││
//! ╰──────────────────────────────────╯╰───────────── ...
//! ```
//!
//! The words that the text names things by are lit up in the lab (`lit.rs`).

mod answers;
mod asked;
mod blocks;
pub(in crate::ui) mod large;
mod lit;
mod over;
mod page;
mod prose;
mod sheet;
mod status;

use super::{
    canvas::Canvas,
    glyphs::Glyph,
    text::{cut_words, safe, width},
    theme::Role,
    widgets::{gauge::gauge, panel::Panel, scroll},
};
use crate::app::{App, Hit, Learning, Screen, ScrollId};
use ratatui::{
    layout::Rect,
    text::{Line, Span},
};
use sheet::{Row, Sheet};

/// From so many columns on, the lesson stands at the left of the lab.
const BESIDE: u16 = 120;
/// Columns of the pane at the left: least and most.
const COLUMNS: (u16, u16) = (38, 72);
/// Rows of the pane below: least and most.
const ROWS: (u16, u16) = (9, 20);
/// Below so many rows of text, there is no air between its parts.
const AIRY: u16 = 14;
/// Cells of the gauge that says how far one is.
const GAUGE: u16 = 8;

/// Where the lesson stands, if one is open, and what is left for the lab. The shelf has the screen to itself.
pub(super) fn divide(app: &App, body: Rect) -> (Option<Rect>, Rect) {
    if app.learning.is_none() || app.screen == Screen::Lesson {
        return (None, body);
    }
    if body.width >= BESIDE {
        let wide = (body.width / 25 * 7).clamp(COLUMNS.0, COLUMNS.1);
        let pane = Rect {
            width: wide,
            ..body
        };
        let lab = Rect {
            x: body.x + wide,
            width: body.width - wide,
            ..body
        };
        return (Some(pane), lab);
    }
    let high = (body.height / 5 * 2).clamp(ROWS.0, ROWS.1).min(body.height);
    let lab = Rect {
        height: body.height - high,
        ..body
    };
    let pane = Rect {
        y: lab.bottom(),
        height: high,
        ..body
    };
    (Some(pane), lab)
}

/// Draws the lesson into its pane, and lights up in the lab, which is drawn already, what its text names.
pub(super) fn draw(app: &App, learning: &Learning, canvas: &mut Canvas<'_>, pane: Rect, lab: Rect) {
    let lit = lit::parts(&learning.walk);
    let found = lit::light(&learning.walk, &lit, canvas, lab);
    let beside = pane.width < lab.width;
    let inner = frame(learning, canvas, pane, beside);
    let status = status::rows(app, learning, canvas, usize::from(inner.width));
    let low = (status.len() as u16).min(inner.height / 3);
    let text = Rect {
        height: inner.height - low,
        ..inner
    };
    let sheet = Sheet {
        app,
        learning,
        theme: &canvas.theme,
        cells: usize::from(text.width),
        airy: text.height >= AIRY,
        found: &found,
        lights: false,
        rows: Vec::new(),
    };
    let page = page::build(sheet, &lit);
    let room = usize::from(text.height);
    let top = match app.scrolls.get(&ScrollId::Lesson) {
        Some(top) => (*top).min(page.rows.len().saturating_sub(room)),
        None => page.top(room),
    };
    let shown = top..page.rows.len().min(top + room);
    canvas.viewport(
        Rect {
            height: text.height,
            ..pane
        },
        ScrollId::Lesson,
        shown.len(),
        page.rows.len(),
    );
    canvas.drawn.tops.push((ScrollId::Lesson, top));
    for (y, row) in (text.y..).zip(&page.rows[shown.clone()]) {
        put(canvas, text, y, row);
    }
    scroll::bar(canvas, pane.right() - 1, text, &shown, page.rows.len());
    for (y, (row, key)) in (text.bottom()..inner.bottom()).zip(&status) {
        canvas.line(inner.x, y, inner.width, row);
        if let Some(key) = key {
            let area = Rect {
                y,
                height: 1,
                ..inner
            };
            canvas.hit(area, Hit::Key(key.clone()));
        }
    }
}

fn put(canvas: &mut Canvas<'_>, text: Rect, y: u16, row: &Row) {
    let area = Rect {
        y,
        height: 1,
        ..text
    };
    if let Some(role) = row.ground {
        let style = canvas.theme.style(role);
        canvas.tint(area, style);
    }
    canvas.line(text.x, y, text.width, &Line::from(row.spans.clone()));
    if let Some(choice) = row.choice {
        canvas.hit(area, Hit::Choice(choice));
    }
}

/// The frame with the title and how far one is: a box beside the lab, below it only a line. Returns the area within.
fn frame(learning: &Learning, canvas: &mut Canvas<'_>, pane: Rect, beside: bool) -> Rect {
    let title = safe(&learning.lesson().front.title, canvas.theme.ascii());
    let room = usize::from(pane.width.saturating_sub(4));
    let (at, all) = (learning.walk.at() + 1, learning.lesson().stops.len());
    let words = format!("{at} of {all}");
    let line = gauge(canvas, Role::Cable, at as u64, all as u64, GAUGE);
    let mut long = line.spans;
    long.push(canvas.span(Role::Dim, format!(" {words}")));
    let forms = [
        long,
        vec![canvas.span(Role::Dim, words)],
        vec![canvas.span(Role::Dim, format!("{at}/{all}"))],
    ];
    let wide = |spans: &[Span<'_>]| spans.iter().map(Span::width).sum::<usize>();
    let least = wide(&forms[2]);
    let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
    let title = cut_words(&title, room.saturating_sub(least + 4), ellipsis);
    let fits = |form: &Vec<Span<'_>>| wide(form) + width(&title) + 4 <= room;
    let progress = forms.iter().find(|f| fits(f)).cloned().unwrap_or_default();
    let title = canvas.bold(Role::Strong, title);
    let panel = Panel::new(Role::Frame, title).right(progress);
    if beside {
        return panel.draw(canvas, pane);
    }
    // Only the upper edge of a box: rows are few.
    let edge = canvas.theme.glyph(Glyph::Horizontal);
    let edge = edge.repeat(usize::from(pane.width));
    canvas.text(pane.x, pane.y, pane.width, Role::Frame, &edge);
    panel.titles(canvas, pane);
    Rect {
        x: pane.x + 1,
        y: pane.y + 1,
        width: pane.width.saturating_sub(3),
        height: pane.height.saturating_sub(1),
    }
}
