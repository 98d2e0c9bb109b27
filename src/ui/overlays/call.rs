//! One call in full: its arguments, its result, the bytes; if it failed, what that means and what to try.

use super::reading_width;
use crate::{
    app::{App, ScrollId},
    model::{
        call::CallDone,
        event::{Event, Fact},
        ids::Actor,
    },
    ui::{
        canvas::Canvas,
        story,
        text::wrap,
        theme::Role,
        widgets::{
            bytes::{hex_line, per_row},
            panel::Panel,
            popup::popup,
            scroll,
        },
    },
};
use ratatui::{layout::Rect, text::Line};

/// As many rows of bytes at most; the bytes screen has them all.
const MOST_HEX_ROWS: usize = 64;

/// Draws it.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect, index: usize) {
    let Some(event) = app.book.events().get(index) else {
        return;
    };
    let Fact::Call(done) = &event.fact else {
        return;
    };
    let who = event.who.unwrap_or(Actor::Server);
    let wide = reading_width(area);
    let lines = lines(app, canvas, event, done, who, wide.saturating_sub(6));
    let high = (lines.len() as u16 + 4).min(area.height.saturating_sub(2));
    let role = Role::from(who);
    let title = canvas.bold(role, format!("{who} {}", done.call.name()));
    let inner = popup(canvas, area, wide, high, &Panel::new(role, title));
    let text = Rect {
        x: inner.x + 1,
        y: inner.y + 1,
        width: inner.width.saturating_sub(2),
        height: inner.height.saturating_sub(2),
    };
    let shown = scroll::rows(canvas, app, ScrollId::Overlay, text, lines.len());
    for (i, line) in lines[shown.clone()].iter().enumerate() {
        canvas.line(text.x, text.y + i as u16, text.width, line);
    }
    scroll::bar(canvas, inner.right() + 1, text, &shown, lines.len());
}

fn lines(
    app: &App,
    canvas: &Canvas<'_>,
    event: &Event,
    done: &CallDone,
    who: Actor,
    cells: u16,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let text = |lines: &mut Vec<Line<'static>>, role: Role, text: &str| {
        for line in wrap(text, usize::from(cells)) {
            lines.push(Line::from(canvas.span(role, line)));
        }
    };
    let result = if done.failed() { Role::Bad } else { Role::Ok };
    text(&mut lines, Role::Strong, &done.call.to_string());
    text(&mut lines, result, &format!("= {}", done.result()));
    lines.push(Line::default());
    let took = if canvas.theme.ascii() {
        format!("{:#}", done.took_ns)
    } else {
        done.took_ns.to_string()
    };
    let at = event.happened().millis() as f64 / 1e3;
    let mut facts = vec![
        ("made by".to_owned(), who.to_string()),
        ("system call".to_owned(), done.syscall.clone()),
        ("returned at".to_owned(), format!("{at:.3}s, after {took}")),
    ];
    if let Some(socket) = done.socket {
        facts.push(("on".to_owned(), socket.to_string()));
    }
    if let Some(made) = done.made {
        facts.push(("made the socket".to_owned(), made.to_string()));
    }
    for (name, value) in facts {
        lines.push(Line::from(vec![
            canvas.span(Role::Dim, format!("{name:<16} ")),
            canvas.span(Role::Text, value),
        ]));
    }
    let explained = story::explain(app, event, done);
    if !explained.is_empty() {
        lines.push(Line::default());
        for part in explained {
            text(&mut lines, Role::Text, &part);
        }
    }
    let bytes = done.call.data().or(done.data.as_ref());
    if let Some(bytes) = bytes.filter(|b| !b.is_empty()) {
        lines.push(Line::default());
        let row = per_row(cells);
        for (i, part) in bytes.kept.chunks(row).take(MOST_HEX_ROWS).enumerate() {
            lines.push(hex_line(canvas, (i * row) as u64, part, row, Role::Bytes));
        }
        let shown = (MOST_HEX_ROWS * row).min(bytes.kept.len()) as u64;
        if bytes.len() > shown {
            text(
                &mut lines,
                Role::Dim,
                &format!("and {} more", bytes.len() - shown),
            );
        }
    }
    lines
}
