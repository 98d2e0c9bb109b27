//! What the hand can do with the packet that it holds, what the cable does with what passes, and how many it carried.
//!
//! ```text
//! You hold packet 4.
//!   s      deliver it
//!   d      drop it
//!   u      duplicate it
//!   x      swap it with the next
//!   Enter  look inside
//!
//! carried 3   held 1   dropped 0
//! ```

use super::{NARROW, words};
use crate::{
    app::{App, Chord, Cursor, Hit, Panel},
    model::{
        cable::{Hand, in_short},
        session::CableState,
    },
    ui::{
        canvas::Canvas,
        text::{width, wrap},
        theme::Role,
    },
};
use ratatui::{layout::Rect, text::Line};

/// Rows that the packets above have at least, as far as the box has so many.
const LEAST: u16 = 6;
/// From so many rows on, what the footer tells too is told here.
const ROOMY: u16 = 24;
/// Cells of a key, its air included.
const KEY: usize = 7;

/// A row, and what a click on it does.
type Row = (Line<'static>, Option<Hit>);

/// What stands below the packets: the upper rows matter most, but the last part is always there.
pub(super) struct Foot {
    upper: Vec<Row>,
    lower: Vec<Row>,
}

impl Foot {
    /// Rows that are kept for it in a box with so many: a blank one before each part.
    pub(super) fn height(&self, tall: u16) -> u16 {
        let part = |rows: &[Row]| match rows.len() {
            0 => 0,
            many => many as u16 + 1,
        };
        let room = tall.saturating_sub(LEAST.max(tall / 3));
        (part(&self.upper) + part(&self.lower)).min(room)
    }

    /// The lower part stands at the bottom, the upper one below the packets: as many of its rows as there is room for.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let lower = (self.lower.len() as u16).min(area.height);
        let free = area.height - lower;
        let upper = (self.upper.len() as u16).min(free);
        let air = match free - upper {
            0 => 0,
            1..=2 => 1,
            _ => 2,
        };
        put(
            canvas,
            area,
            area.y + air,
            &self.upper[..usize::from(upper)],
        );
        let rest = self.lower.len() - usize::from(lower);
        put(canvas, area, area.bottom() - lower, &self.lower[rest..]);
    }
}

fn put(canvas: &mut Canvas<'_>, area: Rect, top: u16, rows: &[Row]) {
    for (y, (line, hit)) in (top..area.bottom()).zip(rows) {
        canvas.line(area.x, y, area.width, line);
        if let Some(hit) = hit {
            let row = Rect {
                y,
                height: 1,
                ..area
            };
            canvas.hit(row, hit.clone());
        }
    }
}

/// What stands below the packets; `told` says whether the box's title says what the cable does.
pub(super) fn rows(app: &App, canvas: &Canvas<'_>, inner: Rect, told: bool) -> Foot {
    let cells = usize::from(inner.width);
    let narrow = inner.width < NARROW;
    let cable = &app.session().cable;
    let mut lower = Vec::new();
    if app.has_cable() {
        if !told || in_short(&cable.rules).len() > 1 {
            lower.extend(rules(canvas, cable, cells));
        }
        lower.push((counts(canvas, cable, cells), None));
    } else {
        let seen = format!("seen {}", cable.entered);
        lower.extend(passing_by(app, canvas, cells));
        lower.push((Line::from(canvas.span(Role::Dim, seen)), None));
    }
    Foot {
        upper: hand(app, canvas, inner, narrow),
        lower,
    }
}

/// What is in hand, and the keys for it.
fn hand(app: &App, canvas: &Canvas<'_>, inner: Rect, narrow: bool) -> Vec<Row> {
    let cells = usize::from(inner.width);
    if !app.has_cable() || app.cursor() != Cursor::Live {
        return Vec::new();
    }
    let session = app.session();
    let key = |name: &str, long: &str, short: &str| {
        let chord = app.keys.keys_of(name).first()?;
        let text = if narrow { short } else { long };
        let sign = chord.glyph(canvas.theme.ascii());
        Some((
            entry(canvas, &sign, text, cells, narrow),
            Some(Hit::Key(chord.to_string())),
        ))
    };
    let Some(number) = app.packet_in_hand() else {
        let row = if app.is_holding() {
            key("hold", "hold nothing any more", "release")
        } else {
            key("hold", "hold what comes", "hold")
        };
        return row.into_iter().collect();
    };
    let held = session.cable.held().count();
    let is_held = session
        .cable
        .packet(number)
        .is_some_and(|p| p.held.is_some());
    let head = match (is_held, held) {
        (true, ..=1) => format!("You hold packet {number}."),
        (true, many) => format!("You hold packet {number}, and {} more.", many - 1),
        (false, _) => format!("Packet {number} is on its way."),
    };
    let head = match (narrow, width(&head) <= cells) {
        (false, true) => head,
        (false, false) => format!("You hold {held} packets."),
        (true, _) if is_held => format!("You hold {number}"),
        (true, _) => format!("{number} under way"),
    };
    let mut rows = vec![(Line::from(canvas.bold(Role::Wait, head)), None)];
    let hands = [
        (Hand::Step, "deliver", "deliver it", "deliver"),
        (Hand::Drop, "drop", "drop it", "drop"),
        (Hand::Dup, "duplicate", "duplicate it", "double"),
        (Hand::Swap, "swap", "swap it with the next", "swap"),
    ];
    for (hand, name, long, short) in hands {
        rows.extend(key(name, long, short).filter(|_| app.can_handle(hand)));
    }
    let selected = app.packet_selected().unwrap_or(number);
    rows.extend(
        look_inside(app, canvas, cells, narrow).map(|line| (line, Some(Hit::Packet(selected)))),
    );
    if held > 1 && inner.height >= ROOMY {
        rows.extend(key("hold", "let go of all, in order", "all go"));
    }
    rows
}

/// The way to a closer look: the key, and before it the one that brings the focus here.
fn look_inside(
    app: &App,
    canvas: &Canvas<'_>,
    cells: usize,
    narrow: bool,
) -> Option<Line<'static>> {
    let sign = |name: &str| {
        let chord: &Chord = app.keys.keys_of(name).first()?;
        Some(chord.glyph(canvas.theme.ascii()))
    };
    let closer = sign("closer")?;
    let (key, text) = match app.focus {
        Panel::Cable if narrow => (closer, "look".to_owned()),
        Panel::Cable => (closer, "look inside".to_owned()),
        Panel::Server if !narrow => (sign("focus")?, format!("then {closer}: look inside")),
        Panel::Client if !narrow => (sign("focus-before")?, format!("then {closer}: look inside")),
        _ => return None,
    };
    Some(entry(canvas, &key, &text, cells, narrow))
}

/// `  s      deliver it`.
fn entry(canvas: &Canvas<'_>, key: &str, text: &str, cells: usize, narrow: bool) -> Line<'static> {
    let (indent, column) = match narrow {
        true => ("", width(key) + 1),
        false if cells < KEY + 2 + width(text) => (" ", KEY),
        false => ("  ", KEY),
    };
    let gap = " ".repeat(column.saturating_sub(width(key)).max(1));
    Line::from(vec![
        canvas.bold(Role::Cable, format!("{indent}{key}")),
        canvas.span(Role::Text, format!("{gap}{text}")),
    ])
}

/// What the cable does, where its title does not tell it, or not all.
fn rules(canvas: &Canvas<'_>, cable: &CableState, cells: usize) -> Vec<Row> {
    let (role, does) = words::does(cable);
    let rules = in_short(&cable.rules);
    let told = match rules.len() {
        0 | 1 => does,
        many if cells < usize::from(NARROW) => format!("{many} rules"),
        _ => format!("told: {}", rules.join("; ")),
    };
    let lines = wrap(&told, cells).into_iter().take(2);
    lines
        .map(|line| (Line::from(canvas.span(role, line)), None))
        .collect()
}

/// Where packets are only seen: that they are in nobody's hand, and why this is not the lab.
fn passing_by(app: &App, canvas: &Canvas<'_>, cells: usize) -> Vec<Row> {
    let all = words::passing_by(app.session());
    let most = if cells < usize::from(NARROW) { 2 } else { 5 };
    let lines = words::fitting(&all, cells, most).into_iter().take(most);
    lines
        .map(|line| (Line::from(canvas.span(Role::Dim, line)), None))
        .collect()
}

/// `carried 3   held 1   dropped 0`: as many of them as there is room for.
fn counts(canvas: &Canvas<'_>, cable: &CableState, cells: usize) -> Line<'static> {
    let held = cable.held().count() as u64;
    let under_way = cable.on_it().count() as u64 - held;
    let counts = [
        (Role::Dim, "carried", cable.delivered, true),
        (Role::Wait, "held", held, true),
        (Role::Bad, "dropped", cable.dropped, true),
        (Role::Bad, "lost", cable.lost, cable.lost > 0),
        (Role::Note, "on it", under_way, under_way > 0),
    ];
    let shown: Vec<_> = counts.into_iter().filter(|(.., shown)| *shown).collect();
    let texts = shown
        .iter()
        .map(|(_, name, n, _)| name.len() + 1 + n.to_string().len());
    let all: usize = texts.clone().sum();
    let gaps = texts.count().saturating_sub(1).max(1);
    let gap = (cells.saturating_sub(all) / gaps).clamp(1, 3);
    let mut line = Line::default();
    for (role, name, n, _) in shown {
        let air = if line.spans.is_empty() { 0 } else { gap };
        let text = format!("{}{name} {n}", " ".repeat(air));
        if line.width() + text.len() > cells {
            // What is nothing need not be told where there is no room for it.
            continue;
        }
        let role = if n == 0 { Role::Dim } else { role };
        line.spans.push(canvas.span(role, text));
    }
    line
}
