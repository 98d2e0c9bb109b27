//! The lessons that there are, and how far one has come in each.
//!
//! ```text
//! ╭─ LESSONS ─────────────────────── 2 of 15 done ─╮╭─ 3 Three packets ─────────────────────╮
//! │  1 The four lines              6 min  ✔        ││ 8 minutes, in the lab                 │
//! │  2 What is a socket?           7 min  ✔        ││                                       │
//! │▶ 3 Three packets               8 min  ▕██    ▏ ││ Afterwards you can                    │
//! │  4 Where are my bytes?         9 min           ││ • say what each packet is for         │
//! ╰────────────────────────────────────────────────╯╰───────────────────────────────────────╯
//! ```

mod detail;

use crate::{
    app::{App, Hit, OnShelf, Screen, ScrollId},
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        text::{cut_words, wrap},
        theme::Role,
        widgets::{
            gauge::gauge,
            panel::Panel,
            scroll,
            table::{Column, row},
        },
    },
};
use ratatui::{layout::Rect, text::Line};

/// From so many columns on, how far one is has a gauge, and the right answers a column.
const WIDE: u16 = 110;
/// Cells of the gauge.
const GAUGE: u16 = 10;
/// Columns of the list where it is narrow: a title of 24 fits.
const LIST: u16 = 46;

/// Draws it.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let wide = area.width >= WIDE;
    let left = if wide {
        area.width / 20 * 11
    } else {
        LIST.min(area.width)
    };
    let list = Rect {
        width: left,
        ..area
    };
    let about = Rect {
        x: area.x + left,
        width: area.width - left,
        ..area
    };
    shelf(app, canvas, list, wide);
    detail::draw(app, canvas, about);
}

fn shelf(app: &App, canvas: &mut Canvas<'_>, area: Rect, wide: bool) {
    let done = app.shelf.iter().filter(|l| l.finished).count();
    let all = app.shelf.len();
    let sum = canvas.span(Role::Dim, format!("{done} of {all} done"));
    let title = canvas.bold(Role::Strong, "LESSONS");
    let mut panel = Panel::new(Role::Frame, title);
    if all > 0 {
        panel = panel.right(sum);
    }
    let inner = panel.draw(canvas, area);
    if all == 0 {
        let told = "No lesson is on the shelf. `fourline learn FILE` opens one of your own.";
        for (y, line) in (inner.y..inner.bottom()).zip(wrap(told, usize::from(inner.width))) {
            canvas.text(inner.x, y, inner.width, Role::Dim, &line);
        }
        return;
    }
    let id = ScrollId::Screen(Screen::Lesson);
    let selected = app.on_shelf.min(all - 1);
    let shown = scroll::around(canvas, id, inner, all, selected);
    scroll::bar(canvas, area.right() - 1, inner, &shown, all);
    for (y, i) in (inner.y..).zip(shown) {
        let cells = Rect {
            y,
            height: 1,
            ..inner
        };
        if i == selected {
            let style = canvas.theme.style(Role::Selection);
            canvas.tint(cells, style);
        }
        one(app, canvas, cells, i, wide);
        canvas.hit(cells, Hit::Row(id, i));
    }
}

/// One lesson in its row.
fn one(app: &App, canvas: &mut Canvas<'_>, cells: Rect, i: usize, wide: bool) {
    let lesson = &app.shelf[i];
    let is_open = app.learning.as_ref().is_some_and(|l| l.name == lesson.name);
    let title_role = match (is_open, lesson.finished) {
        (true, _) => Role::Strong,
        (false, true) => Role::Dim,
        (false, false) => Role::Text,
    };
    let sign = if is_open {
        canvas.bold(Role::Wait, canvas.theme.glyph(Glyph::Current))
    } else {
        " ".into()
    };
    let fixed = if wide { 36 } else { 18 };
    let room = usize::from(cells.width.saturating_sub(fixed).max(8));
    let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
    let title = cut_words(&lesson.title, room, ellipsis);
    let mut columns = vec![
        Column::left(1),
        Column::right(2),
        Column::left(room as u16),
        Column::right(6),
    ];
    let mut row_cells = vec![
        Line::from(sign),
        canvas.span(Role::Dim, (i + 1).to_string()).into(),
        canvas.span(title_role, title).into(),
        canvas
            .span(Role::Dim, format!("{} min", lesson.minutes))
            .into(),
    ];
    columns.push(Column::left(if wide { GAUGE } else { 5 }));
    row_cells.push(progress(canvas, lesson, wide));
    if wide {
        columns.push(Column::left(12));
        row_cells.push(answers(canvas, lesson));
    }
    row(canvas, cells.x, cells.y, cells.width, &columns, &row_cells);
}

/// How far one has come.
fn progress(canvas: &Canvas<'_>, lesson: &OnShelf, wide: bool) -> Line<'static> {
    if lesson.finished {
        let words = if wide { " done" } else { "" };
        return Line::from(vec![
            canvas.bold(Role::Ok, canvas.theme.glyph(Glyph::Done)),
            canvas.span(Role::Ok, words),
        ]);
    }
    if lesson.reached == 0 || lesson.stops == 0 {
        return Line::default();
    }
    if wide {
        let (reached, stops) = (lesson.reached as u64, lesson.stops as u64);
        return gauge(canvas, Role::Cable, reached, stops, GAUGE);
    }
    let text = format!("{}/{}", lesson.reached, lesson.stops);
    canvas.span(Role::Cable, text).into()
}

fn answers(canvas: &Canvas<'_>, lesson: &OnShelf) -> Line<'static> {
    if lesson.questions == 0 || lesson.reached == 0 {
        return Line::default();
    }
    let text = format!("{} of {} right", lesson.right, lesson.questions);
    canvas.span(Role::Dim, text).into()
}
