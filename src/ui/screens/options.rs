//! What can be set, with what it is set to now: how it looks, and which insights are told. What is set holds until the
//! program ends; below it stands what the configuration file needs to keep it.
//!
//! ```text
//! ╭─ OPTIONS ─────────────────────────────────────── Enter changes ─╮
//! │ How it looks                                                    │
//! │ ▶ theme                   dark            the colours           │
//! │   ascii                   ○ off           lines and signs ...   │
//! │                                                                 │
//! │ Insights that are told                                          │
//! │   zero-window             ✔ on            the receiver's ...    │
//! │                                                                 │
//! │ It holds until you quit. To keep it: theme = "dark"             │
//! ╰─────────────────────────────────────────────────────────────────╯
//! ```

use super::bits::Bits;
use crate::{
    app::{App, Choice, Hit, Screen, ScrollId, options::choices},
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        text::wrap,
        theme::Role,
        widgets::{panel::Panel, scroll},
    },
};
use ratatui::layout::Rect;

const ID: ScrollId = ScrollId::Screen(Screen::Options);
/// Cells of a name, and of a value.
const COLUMNS: [usize; 2] = [23, 16];

/// Draws it.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let title = Bits::new().bold(Role::Title, "OPTIONS");
    let key = app.keys.keys_of("change").first();
    let right = key.map_or_else(Bits::new, |key| {
        let key = key.glyph(canvas.theme.ascii());
        Bits::new()
            .bold(Role::Cable, key)
            .and(Role::Dim, " changes the selected one")
    });
    let inner = Panel::new(Role::Frame, title.line(&canvas.theme))
        .right(right.line(&canvas.theme))
        .draw(canvas, area);
    let kept = kept(app, usize::from(inner.width));
    let high = (kept.len() as u16).min(inner.height / 2);
    let rows = Rect {
        height: inner.height - high,
        ..inner
    };
    list(app, canvas, area, rows);
    for (line, y) in kept.iter().zip(rows.bottom()..inner.bottom()) {
        let line = line.line(&canvas.theme);
        canvas.line(inner.x, y, inner.width, &line);
    }
}

/// A row of the list: a heading, or an option by its place.
enum Row {
    Heading(&'static str),
    Blank,
    Option(usize, Choice),
}

fn rows(blank: bool) -> Vec<Row> {
    let mut rows = vec![Row::Heading("How it looks")];
    let mut insights = false;
    for (i, choice) in choices().enumerate() {
        if matches!(choice, Choice::Insight(_)) && !insights {
            insights = true;
            rows.extend(blank.then_some(Row::Blank));
            rows.push(Row::Heading("Insights that are told"));
        }
        rows.push(Row::Option(i, choice));
    }
    rows
}

fn list(app: &App, canvas: &mut Canvas<'_>, frame: Rect, area: Rect) {
    let room = usize::from(area.height);
    // Air between the two parts, and below them, where there is room for it.
    let rows = rows(choices().count() + 4 <= room);
    let selected = app.option_selected();
    let is_selected = |row: &Row| matches!(row, Row::Option(_, choice) if *choice == selected);
    let at = rows.iter().position(is_selected).unwrap_or(0);
    let shown = scroll::around(canvas, ID, area, rows.len(), at);
    for (row, y) in rows[shown.clone()].iter().zip(area.y..) {
        let rect = Rect {
            x: frame.x + 1,
            y,
            width: frame.width.saturating_sub(2),
            height: 1,
        };
        let line = match row {
            Row::Blank => continue,
            Row::Heading(text) => Bits::new().bold(Role::Title, *text),
            Row::Option(place, choice) => {
                if is_selected(row) {
                    canvas.tint(rect, canvas.theme.style(Role::Selection));
                }
                canvas.hit(rect, Hit::Row(ID, *place));
                option(app, canvas, *choice, is_selected(row))
            }
        };
        let line = line.line(&canvas.theme);
        canvas.line(area.x, y, area.width, &line);
    }
    let bar = frame.right().saturating_sub(1);
    scroll::bar(canvas, bar, area, &shown, rows.len());
}

fn option(app: &App, canvas: &Canvas<'_>, choice: Choice, selected: bool) -> Bits {
    let (name, about) = choice.named();
    let [wide, value_wide] = COLUMNS;
    let sign = if selected {
        canvas.theme.glyph(Glyph::Current)
    } else {
        " "
    };
    let (role, mark) = match choice.is_on(&app.settings) {
        Some(true) => (Role::Ok, canvas.theme.glyph(Glyph::Done)),
        Some(false) => (Role::Dim, canvas.theme.glyph(Glyph::NotYet)),
        None => (Role::Cable, " "),
    };
    let value = format!("{mark} {}", app.option_value(choice));
    Bits::of(Role::Wait, format!("{sign} "))
        .and(
            if selected { Role::Strong } else { Role::Text },
            format!("{name:<wide$}"),
        )
        .and(role, format!("{value:<value_wide$}"))
        .and(if selected { Role::Text } else { Role::Dim }, about)
}

/// How long it holds, and how to keep it.
fn kept(app: &App, cells: usize) -> Vec<Bits> {
    let file = match app.settings.kept_in.as_str() {
        "" => "the configuration file",
        path => path,
    };
    let line = app.option_kept(app.option_selected());
    let text = [
        format!("It holds until you quit. To keep it: {line}"),
        format!("at the top of {file} (fourline config prints one)."),
    ];
    text.iter()
        .flat_map(|text| wrap(text, cells))
        .map(|line| Bits::of(Role::Note, line))
        .collect()
}
