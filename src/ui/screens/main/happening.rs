//! What is happening, in two plain sentences.

use crate::{
    app::{App, Panel as Which, ScrollId},
    model::story::happening::Happening,
    ui::{
        canvas::Canvas,
        text::wrap,
        theme::Role,
        widgets::{panel::Panel, scroll},
    },
};
use ratatui::{layout::Rect, text::Line};

/// Each sentence begins a line of its own where that costs no more lines; one that ends in a statement always ends its
/// line, or the statement could not be told from what follows.
fn lines(told: &Happening, width: u16) -> Vec<String> {
    let cells = usize::from(width.saturating_sub(4));
    let joined = wrap(&told.what.join(" "), cells);
    let apart: Vec<String> = told.what.iter().flat_map(|s| wrap(s, cells)).collect();
    let open = told.what.iter().any(|s| !s.ends_with(['.', '!', '?', ':']));
    if open || apart.len() <= joined.len().max(2) {
        apart
    } else {
        joined
    }
}

/// Without what would follow from dropping a packet, which `why` tells too; nothing if that is not said.
fn brief(told: &Happening, width: u16) -> Option<Vec<String>> {
    let at = told.what.iter().position(|s| s.contains(" d: then "))?;
    let mut told = told.clone();
    let end = told.what[at].find(": then ")?;
    told.what[at].replace_range(end.., ".");
    Some(lines(&told, width))
}

/// The rows that the box wants, frame included: two of text at least, `most` at most.
pub(super) fn rows(told: &Happening, width: u16, most: u16) -> u16 {
    (lines(told, width).len() as u16).clamp(2, most) + 2
}

/// Draws the box.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect, told: &Happening) {
    let title = canvas.bold(Role::Wait, "WHAT IS HAPPENING");
    let lines = lines(told, area.width);
    let why = if told.why.is_empty() {
        Line::default()
    } else {
        let key = app.keys.keys_of("why").first();
        let key = key.map_or_else(String::new, |k| k.glyph(canvas.theme.ascii()));
        Line::from(vec![
            canvas.bold(Role::Cable, key),
            canvas.span(Role::Dim, " why?"),
        ])
    };
    let inner = Panel::new(Role::Wait, title)
        .right(why)
        .focused(app.focus == Which::Story)
        .draw(canvas, area);
    let id = ScrollId::Panel(Which::Story);
    let lines = if lines.len() > usize::from(inner.height) {
        brief(told, area.width).unwrap_or(lines)
    } else {
        lines
    };
    let shown = scroll::rows(canvas, app, id, inner, lines.len());
    for (i, line) in lines[shown.clone()].iter().enumerate() {
        canvas.text(inner.x, inner.y + i as u16, inner.width, Role::Text, line);
    }
    scroll::bar(
        canvas,
        area.right().saturating_sub(1),
        inner,
        &shown,
        lines.len(),
    );
}
