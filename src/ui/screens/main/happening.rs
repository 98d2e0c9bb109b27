//! What is happening, in two plain sentences; below them what is notable, a row each.
//!
//! ```text
//! ╭─ WHAT IS HAPPENING ──────────────────────────────────── w why? ─╮
//! │ send returned 15: the client's kernel has the bytes ...         │
//! │ ◆ 15 bytes from the client are acknowledged, ...   +2 more, w   │
//! ╰─────────────────────────────────────────────────────────────────╯
//! ```

use crate::{
    app::{App, Hit, Insights, Panel as Which, ScrollId},
    model::{insights::Insight, story::happening::Happening},
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        text::{cut_words, width, wrap},
        theme::Role,
        widgets::{panel::Panel, scroll},
    },
};
use ratatui::{layout::Rect, text::Line};

/// Cells of the sign before what is notable.
const SIGN: u16 = 2;

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

/// How many rows there are for what.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    /// Rows of the box, frame included.
    pub(super) rows: u16,
    /// Those of them for what is notable.
    notable: u16,
}

/// How many rows there can be at most.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// For the sentences; what is notable gets those that they leave free.
    pub(super) most: u16,
    /// Beyond them, for what is notable.
    pub(super) beyond: u16,
    /// For what is notable at all.
    pub(super) notable: u16,
}

/// Shares the rows out.
pub(super) fn plan(
    told: &Happening,
    insights: &Insights,
    width: u16,
    Room {
        most,
        beyond,
        notable,
    }: Room,
) -> Plan {
    let text = (lines(told, width).len() as u16).clamp(1, most);
    let notable = (insights.told.len() as u16).min(notable);
    let notable = notable.min(most + beyond - text);
    Plan {
        rows: (text + notable).max(2) + 2,
        notable,
    }
}

/// Draws the box.
pub(super) fn draw(
    app: &App,
    canvas: &mut Canvas<'_>,
    area: Rect,
    told: &Happening,
    (insights, plan): (&Insights, Plan),
) {
    let title = canvas.bold(Role::Wait, "WHAT IS HAPPENING");
    let lines = lines(told, area.width);
    let key = app.keys.keys_of("why").first();
    let key = key.map_or_else(String::new, |k| k.glyph(canvas.theme.ascii()));
    let mut why = Vec::new();
    if plan.notable == 0 && !insights.told.is_empty() {
        let sign = canvas.theme.glyph(Glyph::Notable);
        let text = format!("{sign} {} notable  ", insights.told.len());
        why.push(canvas.span(Role::Note, text));
    }
    if !told.why.is_empty() || !why.is_empty() {
        why.push(canvas.bold(Role::Cable, key.clone()));
        why.push(canvas.span(Role::Dim, " why?"));
    }
    let inner = Panel::new(Role::Wait, title)
        .right(Line::from(why))
        .focused(app.focus == Which::Story)
        .draw(canvas, area);
    let text = Rect {
        height: inner.height.saturating_sub(plan.notable),
        ..inner
    };
    let id = ScrollId::Panel(Which::Story);
    let lines = if lines.len() > usize::from(text.height) {
        brief(told, area.width).unwrap_or(lines)
    } else {
        lines
    };
    let shown = scroll::rows(canvas, app, id, text, lines.len());
    for (i, line) in lines[shown.clone()].iter().enumerate() {
        canvas.text(text.x, text.y + i as u16, text.width, Role::Text, line);
    }
    scroll::bar(
        canvas,
        area.right().saturating_sub(1),
        text,
        &shown,
        lines.len(),
    );
    let rows = Rect {
        y: text.bottom(),
        height: inner.height - text.height,
        ..inner
    };
    notable(canvas, rows, &insights.told, &key);
}

/// What is notable, a row each; in the last one, how many more there are and the key that tells them.
fn notable(canvas: &mut Canvas<'_>, area: Rect, insights: &[Insight], key: &str) {
    let shown = usize::from(area.height).min(insights.len());
    for (i, insight) in insights.iter().take(shown).enumerate() {
        let rest = insights.len() - shown;
        let more = if i + 1 == shown && rest > 0 {
            format!("  +{rest} more, {key}")
        } else {
            String::new()
        };
        let row = Rect {
            y: area.y + i as u16,
            height: 1,
            ..area
        };
        let beside = width(&more) as u16;
        let cells = row.width.saturating_sub(SIGN + beside);
        let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
        let text = in_a_row(insight, usize::from(cells), ellipsis);
        let sign = canvas.theme.glyph(Glyph::Notable);
        canvas.text(row.x, row.y, SIGN, Role::Note, sign);
        canvas.text(row.x + SIGN, row.y, cells, Role::Note, &text);
        let more = Line::from(canvas.span(Role::Dim, more));
        canvas.right(row.x, row.y, row.width, &more);
        canvas.hit(row, Hit::Key(key.to_owned()));
    }
}

/// As many of its sentences as there is room for.
pub(in crate::ui) fn in_a_row(insight: &Insight, cells: usize, ellipsis: &str) -> String {
    let all = insight.what.join(" ");
    if width(&all) <= cells {
        return all;
    }
    let first = insight.what.first().map(String::as_str).unwrap_or_default();
    cut_words(first, cells, ellipsis)
}
