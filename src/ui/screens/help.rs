//! The keys of this screen, from the key table as it is configured, under their headings, the screen's own ones first;
//! then how to type a statement. It covers the screen, in two or three columns where there is room, and scrolls.
//!
//! ```text
//! ╭─ KEYS ─────────────────────────────────────────────────── calls screen ─╮
//! │ On the calls screen                    Look at                          │
//! │   Enter  the selected call in full       1  the main screen ...         │
//! ```

use super::bits::Bits;
use crate::{
    app::{Action, App, Row, Screen, ScrollId, keys::Group},
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

/// Two columns from this width within the box on, and three from that.
const WIDE: [usize; 2] = [92, 156];
/// Cells between columns.
const AIR: usize = 3;
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
    let inside = usize::from(area.width.saturating_sub(4));
    let lines = lines(app, canvas, inside);
    let panel = Panel::new(
        Role::Cable,
        Bits::new().bold(Role::Cable, "KEYS").line(&canvas.theme),
    )
    .right(Bits::of(Role::Dim, screen_name(app)).line(&canvas.theme));
    let inner = popup(canvas, area, area.width, area.height, &panel);
    let shown = scroll::rows(canvas, app, ScrollId::Overlay, inner, lines.len());
    for (i, line) in lines[shown.clone()].iter().enumerate() {
        let line = line.line(&canvas.theme);
        canvas.line(inner.x, inner.y + i as u16, inner.width, &line);
    }
    scroll::bar(canvas, inner.right() + 1, inner, &shown, lines.len());
}

const fn screen_name(app: &App) -> &'static str {
    match app.screen {
        Screen::Main => "main screen",
        Screen::Ladder => "ladder",
        Screen::Bytes => "bytes screen",
        Screen::States => "states screen",
        Screen::Packets => "packets screen",
        Screen::Calls => "calls screen",
        Screen::Kernel => "kernel screen",
        Screen::Lesson => "screen of lessons",
        Screen::Options => "options screen",
    }
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

/// The rows of each heading, those of the screen first.
fn groups(app: &App, canvas: &Canvas<'_>, cells: usize) -> Vec<Vec<Bits>> {
    let mut groups = Vec::new();
    for (name, mut rows) in app.keys.help_for(app) {
        let title = if name == Group::Here {
            // What does nothing on this screen is left out, but for what more clients would make useful.
            rows.retain(|row| row.useful || row.action == Action::NextClient);
            format!("On the {}", screen_name(app))
        } else {
            name.title().to_owned()
        };
        groups.push(group(canvas, &title, &rows, cells));
    }
    groups.retain(|lines| !lines.is_empty());
    groups
}

fn lines(app: &App, canvas: &Canvas<'_>, cells: usize) -> Vec<Bits> {
    let many = 1 + WIDE.iter().filter(|&&wide| cells >= wide).count();
    let column = (cells + AIR) / many - AIR.min(cells);
    let groups = groups(app, canvas, column);
    let total: usize = groups.iter().map(|g| g.len() + 1).sum();
    let mut columns = vec![Vec::new(); many];
    let mut place = 0;
    for lines in groups {
        // Columns are filled to the same height, by whole headings.
        if place + 1 < many && columns[place].len() + lines.len() / 2 > total / many {
            place += 1;
        }
        columns[place].extend(lines);
        columns[place].push(Bits::new());
    }
    let mut all = Vec::new();
    for i in 0..columns.iter().map(Vec::len).max().unwrap_or(0) {
        let mut line = Bits::new();
        for (place, column_lines) in columns.iter().enumerate() {
            if let Some(part) = column_lines.get(i) {
                let air = (place * (column + AIR)).saturating_sub(line.width());
                line.push(Role::Text, " ".repeat(air));
                line.extend(part.clone());
            }
        }
        all.push(line);
    }
    if app.recorded.is_some() {
        let closes = "Nothing can be done in a recording. Esc or ? closes this.";
        all.push(Bits::of(Role::Dim, closes));
        return all;
    }
    all.push(Bits::new().bold(Role::Title, "Type a statement"));
    for (label, text) in TYPING {
        all.extend(entry(label, text, Role::Text, cells));
    }
    let then = canvas.theme.glyph(Glyph::Then);
    let capitals = format!(
        "{then} Capital letters make calls; small ones look, or handle a packet. Esc or ? closes this."
    );
    all.push(Bits::of(Role::Dim, capitals));
    all
}
