//! Where one is: the whole journal as one track, with the moment that is shown, the four lines, and the count.
//!
//! ```text
//!  00:00.000 ├━━━1━━━━━2━━█────3────4──┤ 00:12.345  event 123 of 4,567
//! ```
//!
//! The strong part is what has happened at that moment. A click goes there, and the mouse can drag it.

use crate::{
    app::{App, Hit},
    model::{
        ids::{Nanos, Side},
        story::words::number,
    },
    ui::{
        canvas::Canvas,
        chrome::title::clock,
        glyphs::Glyph,
        text::{cut_words, width},
        theme::Role,
    },
};
use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

/// The track has at least so many cells, without its ends.
const LEAST: u16 = 12;
/// So much of the search is shown beside the count.
const SOUGHT: usize = 14;

/// Draws it in one row.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, row: Rect) {
    let events = app.book.events();
    let time = |at: Option<Nanos>| clock(at.unwrap_or_default());
    let first = format!(" {} ", time(events.first().map(|e| e.at_ns)));
    let last = format!(" {} ", time(Some(app.book.now())));
    let all = number(events.len() as u64);
    // As wide as it can become, so that the track does not move while one walks.
    let shown = format!("{:>1$}", number(app.shown_events() as u64), all.len());
    let mut count = vec![
        canvas.span(Role::Dim, " event "),
        canvas.bold(Role::Text, shown),
        canvas.span(Role::Dim, format!(" of {all} ")),
    ];
    if app.is_loading() {
        count.push(canvas.span(Role::Dim, "so far "));
    }
    let wide = |spans: &[Span<'_>]| spans.iter().map(Span::width).sum::<usize>();
    let ends = width(&first) + width(&last) + 2;
    if !app.search.is_empty() {
        let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
        let sought = cut_words(&app.search, SOUGHT, ellipsis);
        let sought = canvas.span(Role::Match, format!("/{sought}"));
        // Where it is narrow, the bar's own row has it, or it is known.
        let taken = wide(&count) + sought.width() + 1 + ends + usize::from(LEAST);
        if taken <= usize::from(row.width) {
            count.insert(0, sought);
            count.insert(1, Span::raw(" "));
        }
    }
    let mut room = usize::from(row.width).saturating_sub(wide(&count));
    let (first, last) = if room < ends + usize::from(LEAST) {
        (" ".to_owned(), String::new())
    } else {
        (first, last)
    };
    room = room.saturating_sub(width(&first) + width(&last) + 2);
    let cells = room as u16;
    if cells < 2 {
        canvas.line(row.x, row.y, row.width, &Line::from(count));
        return;
    }
    let mut spans = vec![
        canvas.span(Role::Dim, first.clone()),
        canvas.sign(Role::Frame, Glyph::TeeRight),
    ];
    spans.extend(track(app, canvas, cells));
    spans.push(canvas.sign(Role::Frame, Glyph::TeeLeft));
    spans.push(canvas.span(Role::Dim, last));
    spans.extend(count);
    canvas.line(row.x, row.y, row.width, &Line::from(spans));
    let x = row.x + width(&first) as u16 + 1;
    canvas.hit(Rect::new(x, row.y, cells, 1), Hit::Track);
}

/// The cells between the ends.
fn track(app: &App, canvas: &Canvas<'_>, cells: u16) -> Vec<Span<'static>> {
    let here = app.cell_of(app.shown_events(), cells);
    let shown = app.shown_events();
    let mut marks = vec![None; usize::from(cells)];
    // Of two on one cell, the earlier one is seen: it is what the later one came from.
    for mark in app.line_marks().collect::<Vec<_>>().into_iter().rev() {
        let cell = usize::from(app.cell_of(mark.index + 1, cells));
        if let Some(place) = marks.get_mut(cell) {
            *place = Some((mark.line, mark.index < shown));
        }
    }
    (0..cells)
        .zip(marks)
        .map(|(cell, mark)| match mark {
            Some((line, _)) if cell == here => canvas.span(Role::Cursor, line.to_string()),
            Some((line, reached)) => {
                let side = if line % 2 == 1 {
                    Side::Server
                } else {
                    Side::Client
                };
                let text = line.to_string();
                if reached {
                    canvas.bold(Role::from(side), text)
                } else {
                    canvas.span(Role::from(side), text)
                }
            }
            None if cell == here => canvas.sign(Role::Strong, Glyph::Block),
            None if cell < here => canvas.sign(Role::Cable, Glyph::StrongHorizontal),
            None => canvas.sign(Role::Faint, Glyph::Horizontal),
        })
        .collect()
}
