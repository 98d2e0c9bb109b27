//! The keys of this screen, from the key table as it is configured, under their headings; then how to type a statement.
//! It lies over the screen, in two columns where there is room, and scrolls.
//!
//! ```text
//! ╭─ KEYS ─────────────────────────────────────────────────── calls screen ─╮
//! │ The conversation and its time          Look at                          │
//! │   Space  the next step ...               1  the main screen ...         │
//! ```

use super::bits::Bits;
use crate::{
    app::{App, Row, Screen, ScrollId},
    model::ids::Nanos,
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        text::{width, wrap},
        theme::Role,
        widgets::{panel::Panel, popup::popup, scroll},
    },
};
use ratatui::layout::Rect;

/// Two columns from this width within the box on.
const TWO: u16 = 92;
/// No wider than this; up to it, it fills the screen.
const WIDEST: u16 = 140;
/// Cells for the keys of a row.
const KEYS: usize = 16;

/// What is said below the keys.
const TYPING: [(&str, &str); 3] = [
    (
        ":",
        "then a statement, WHO VERB ARGUMENTS: client send \"hello\\r\\n\". Tab completes, Enter runs it.",
    ),
    (
        "calls",
        "server listen 10008, client connect, client send \"hello\", server accept, server recv, server close.",
    ),
    (
        "more",
        "fourline --help lists the verbs of the language and what they take; README.md has the whole reference.",
    ),
];

/// Draws it.
pub fn draw(app: &App, _now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    let wide = area.width.min(WIDEST);
    let inside = usize::from(wide.saturating_sub(4));
    let lines = lines(app, canvas, inside);
    let height = (lines.len() as u16).saturating_add(2).min(area.height);
    let name = match app.screen {
        Screen::Main => "main screen",
        Screen::Ladder => "ladder",
        Screen::Bytes => "bytes",
        Screen::States => "states",
        Screen::Calls => "calls",
    };
    let panel = Panel::new(
        Role::Cable,
        Bits::new().bold(Role::Cable, "KEYS").line(&canvas.theme),
    )
    .right(Bits::of(Role::Dim, name).line(&canvas.theme));
    let inner = popup(canvas, area, wide, height, &panel);
    let shown = scroll::rows(canvas, app, ScrollId::Overlay, inner, lines.len());
    for (i, line) in lines[shown.clone()].iter().enumerate() {
        let line = line.line(&canvas.theme);
        canvas.line(inner.x, inner.y + i as u16, inner.width, &line);
    }
    scroll::bar(canvas, inner.right() + 1, inner, &shown, lines.len());
}

/// The rows of one heading, the heading first; empty if it has none. What can do nothing now is dim.
fn group(canvas: &Canvas<'_>, title: &str, rows: &[Row], cells: usize) -> Vec<Bits> {
    let ascii = canvas.theme.ascii();
    let mut lines = Vec::new();
    for row in rows {
        let keys: Vec<String> = row.keys.iter().map(|k| k.glyph(ascii)).collect();
        let role = if row.useful { Role::Text } else { Role::Faint };
        lines.extend(entry(&keys.join(" "), row.help, role, cells));
    }
    if !lines.is_empty() {
        lines.insert(0, Bits::new().bold(Role::Title, title));
    }
    lines
}

/// A key and what it does, wrapped beside it.
fn entry(keys: &str, help: &str, role: Role, cells: usize) -> Vec<Bits> {
    let room = cells.saturating_sub(KEYS + 3).max(8);
    let beside = width(keys) <= KEYS;
    let mut lines = Vec::new();
    if !beside {
        lines.push(Bits::new().and(Role::Text, "  ").bold(Role::Cable, keys));
    }
    for (i, text) in wrap(help, room).into_iter().enumerate() {
        let label = if i == 0 && beside { keys } else { "" };
        let air = " ".repeat(KEYS.saturating_sub(width(label)) + 1);
        lines.push(
            Bits::new()
                .and(Role::Text, "  ")
                .bold(Role::Cable, label)
                .and(role, format!("{air}{text}")),
        );
    }
    lines
}

fn lines(app: &App, canvas: &Canvas<'_>, cells: usize) -> Vec<Bits> {
    let two = cells >= usize::from(TWO);
    let column = if two { (cells - 3) / 2 } else { cells };
    let groups: Vec<Vec<Bits>> = app
        .keys
        .help_for(app)
        .iter()
        .map(|(title, rows)| group(canvas, title, rows, column))
        .filter(|lines| !lines.is_empty())
        .collect();
    let total: usize = groups.iter().map(|g| g.len() + 1).sum();
    let mut columns = [Vec::new(), Vec::new()];
    for lines in groups {
        // The first column is filled to the half, by whole headings.
        let place = usize::from(two && columns[0].len() + lines.len() / 2 > total / 2);
        let place = if columns[1].is_empty() { place } else { 1 };
        columns[place].extend(lines);
        columns[place].push(Bits::new());
    }
    let [left, right] = columns;
    let mut all = Vec::new();
    for i in 0..left.len().max(right.len()) {
        let mut line = left.get(i).cloned().unwrap_or_default();
        if let Some(other) = right.get(i) {
            let air = (column + 3).saturating_sub(line.width());
            line.push(Role::Text, " ".repeat(air));
            line.extend(other.clone());
        }
        all.push(line);
    }
    all.push(Bits::new().bold(Role::Title, "Type a statement"));
    for (label, text) in TYPING {
        all.extend(entry(label, text, Role::Text, cells));
    }
    let then = canvas.theme.glyph(Glyph::Then);
    let capitals =
        format!("{then} Capital letters make calls; small letters look. Esc or ? closes this.");
    all.push(Bits::of(Role::Dim, capitals));
    all
}
