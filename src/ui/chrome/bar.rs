//! The line that is typed in: what has been typed, how it could go on, and what was wrong with it.
//!
//! ```text
//! ──────────────────────────────────────────────
//!  : client sen▏d
//!    send  hand bytes to the kernel
//! ```
//!
//! While nothing is typed, it tells what comes next: ` Space ▸ server recv`. When the moment that is shown is not now,
//! the timeline stands in its place, and what comes next below it when there is room.

use super::{ROOMY_HEIGHT, timeline};
use crate::{
    app::{App, Bar, BarPurpose, Chord, Cursor, Hit, Upcoming},
    model::payload::is_unprintable,
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        text::{cut_words, width},
        theme::Role,
    },
};
use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

/// Cells between two completions.
const AIR: usize = 3;

/// Draws it: in one row, or in three with a line above and, while one types, help below. With one row, `help` is
/// where else the help has room; without that, a mistake stands at the right of what was typed.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect, help: Option<Rect>) {
    let mut row = area;
    if area.height >= 3 {
        let line = canvas.theme.glyph(Glyph::Horizontal);
        let line = line.repeat(usize::from(area.width));
        canvas.text(area.x, area.y, area.width, Role::Faint, &line);
        row = Rect {
            y: area.y + 1,
            height: 1,
            ..area
        };
    }
    let below = (area.height >= 3).then_some(Rect {
        y: area.y + 2,
        height: 1,
        ..area
    });
    let Some(bar) = &app.bar else {
        let timeline = app.shows_timeline();
        if timeline {
            timeline::draw(app, canvas, row);
        }
        if let Some(idle_row) = if timeline { below } else { Some(row) } {
            idle(app, canvas, idle_row);
        }
        return;
    };
    let below = below.or(help.filter(|_| has_help(app)));
    typed(app, canvas, row, bar, below.is_none());
    if let Some(below) = below {
        self::help(canvas, below, bar);
    }
}

/// Whether there is something to say of what is typed: a mistake, or how it could go on.
pub fn has_help(app: &App) -> bool {
    let says = |bar: &Bar| bar.mistake.is_some() || !bar.completions.is_empty();
    app.bar.as_ref().is_some_and(says)
}

/// What comes next, or what is searched for.
fn idle(app: &App, canvas: &mut Canvas<'_>, row: Rect) {
    let spans = if app.search.is_empty() {
        upcoming(app, canvas)
    } else {
        vec![
            canvas.span(Role::Dim, " /  "),
            canvas.span(Role::Match, app.search.clone()),
        ]
    };
    let wide = canvas.line(row.x, row.y, row.width, &Line::from(spans));
    if let Some(key) = key_of_upcoming(app) {
        canvas.hit(Rect { width: wide, ..row }, Hit::Key(key));
    }
}

/// `Space ▸ server recv`: the key, and what it does now.
pub(in crate::ui) fn upcoming(app: &App, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    let key = |name: &str| {
        let key = app.keys.keys_of(name).first();
        let sign = key.map_or_else(|| "?".to_owned(), |k| k.glyph(canvas.theme.ascii()));
        [
            Span::raw(" "),
            canvas.span(Role::KeyCap, format!(" {sign} ")),
        ]
    };
    let then = canvas.theme.glyph(Glyph::Then);
    let then = canvas.span(Role::Dim, format!(" {then} "));
    let text = |text: String| canvas.bold(Role::Text, text);
    let (name, what, note) = match app.upcoming() {
        _ if is_over(app) => ("lesson", text("all lessons".to_owned()), ""),
        Upcoming::Step(step) | Upcoming::Lesson(step) if is_under_way(app) => {
            ("next", text(step), "   (the last step is still under way)")
        }
        Upcoming::Step(step) if app.begins_anew() && app.asked().is_none() => {
            ("next", text(step), "   (the lab begins anew)")
        }
        Upcoming::Step(step) => ("next", text(step), ""),
        Upcoming::Lesson(words) if app.asked().is_some() => {
            ("next", text(words), "   (or answer it)")
        }
        Upcoming::Lesson(words) => ("next", text(words), ""),
        Upcoming::Free(call) if app.book.session().script.is_empty() => {
            ("next", text(call), "   (or type a statement)")
        }
        Upcoming::Free(call) if app.book.session().left_script => {
            ("next", text(call), "   (free play: the script was left)")
        }
        Upcoming::Free(call) if app.book.session().next_in_script().is_some() => {
            ("next", text(call), "   (then the script goes on)")
        }
        Upcoming::Free(call) => {
            let note = "   (free play: the script is at its end)";
            ("next", text(call), note)
        }
        Upcoming::Forth(what) if app.recorded.is_some() => ("forth", text(what), ""),
        Upcoming::Forth(what) => ("forth", text(what), "   (this is the past)"),
        Upcoming::End if app.is_loading() => {
            let what = text("plays on".to_owned());
            (
                "play",
                what,
                "   (the rest of the file is still being read)",
            )
        }
        Upcoming::End => {
            let what = text("plays it from the beginning".to_owned());
            let here = if app.stopped().is_some() {
                "   (the file breaks off here)"
            } else {
                "   (this is the end of the recording)"
            };
            ("play", what, here)
        }
        Upcoming::Now => ("forth", text("now".to_owned()), ""),
        Upcoming::Held => ("freeze", text("lets the view go on".to_owned()), ""),
        Upcoming::Nothing if app.book.session().is_capture() => {
            ("back", text("one moment back".to_owned()), "")
        }
        Upcoming::Nothing => {
            let hint = "type a statement, as: server listen 10008".to_owned();
            ("type", text(hint), "")
        }
    };
    let [air, key] = key(name);
    vec![air, key, then, what, canvas.span(Role::Dim, note)]
}

/// The key of the table's row that stands in the bar now, so that it need not stand in the footer too; on a screen with
/// so many rows.
pub(in crate::ui) fn shown_key(app: &App, rows: u16) -> Option<String> {
    let hidden = app.shows_timeline() && rows < ROOMY_HEIGHT;
    key_of_upcoming(app).filter(|_| !hidden)
}

/// Whether the lesson that is open is over, and nobody looks at its past.
fn is_over(app: &App) -> bool {
    app.cursor() == Cursor::Live && app.is_lesson_over()
}

/// Whether a statement of the lesson waits for something that has not come.
fn is_under_way(app: &App) -> bool {
    app.busy && app.learning.is_some()
}

fn key_of_upcoming(app: &App) -> Option<String> {
    if app.bar.is_some() || !app.search.is_empty() {
        return None;
    }
    let name = match app.upcoming() {
        _ if is_over(app) => "lesson",
        Upcoming::Step(_) | Upcoming::Free(_) | Upcoming::Lesson(_) => "next",
        Upcoming::Forth(_) | Upcoming::Now => "forth",
        Upcoming::Held => "freeze",
        Upcoming::End => "play",
        Upcoming::Nothing if app.book.session().is_capture() => "back",
        Upcoming::Nothing => "type",
    };
    app.keys.keys_of(name).first().map(Chord::to_string)
}

/// The prompt. A statement of the script is named by its line in the file, as `again` names it.
fn prompt(app: &App, bar: &Bar) -> String {
    match bar.purpose {
        BarPurpose::Statement => ":".to_owned(),
        BarPurpose::Search => "/".to_owned(),
        BarPurpose::GoTo => "go to:".to_owned(),
        BarPurpose::Answer(_) => "your answer:".to_owned(),
        BarPurpose::Record => "record to the file".to_owned(),
        BarPurpose::Export(row) => {
            let name = app.keep.formats.get(row).map_or("", |f| f.name);
            format!("{name} to the file")
        }
        BarPurpose::Code => format!("{} program to the file", app.code.language().title),
        BarPurpose::Edit(step) => {
            let line = app.book.session().script.get(step).map_or(0, |s| s.line);
            format!("line {line}:")
        }
    }
}

fn typed(app: &App, canvas: &mut Canvas<'_>, row: Rect, bar: &Bar, with_mistake: bool) {
    let prompt = Line::from(canvas.bold(Role::Cable, format!(" {} ", prompt(app, bar))));
    let x = row.x + canvas.line(row.x, row.y, row.width, &prompt);
    let mut room = row.right().saturating_sub(x);
    if with_mistake && let Some(mistake) = &bar.mistake {
        // There is no row below: the mistake stands at the right of what was typed.
        let text = Line::from(canvas.span(Role::Bad, format!("  {mistake}")));
        let wide = (text.width() as u16).min(row.width * 2 / 3);
        canvas.line(row.right().saturating_sub(wide), row.y, wide, &text);
        room = room.saturating_sub(wide);
    }
    if room < 2 {
        return;
    }
    let (spans, cursor) = letters(canvas, bar);
    // The text moves to the left when the cursor would leave the row.
    let wide: usize = spans.iter().map(Span::width).sum();
    let skip = if wide < usize::from(room) {
        0
    } else {
        (cursor + 1).saturating_sub(usize::from(room) - 1)
    };
    let mut at = 0;
    let mut shown = Vec::new();
    for span in spans {
        if at >= skip {
            shown.push(span.clone());
        }
        at += span.width();
    }
    canvas.line(x, row.y, room, &Line::from(shown));
}

/// One span a character, with the cursor and how the line could go on; and the cursor's column.
fn letters(canvas: &Canvas<'_>, bar: &Bar) -> (Vec<Span<'static>>, usize) {
    let text = bar.input.value();
    let mut spans = Vec::new();
    let mut column = 0;
    let mut cursor = 0;
    let at_cursor = bar.input.cursor();
    for (i, (byte, c)) in text.char_indices().enumerate() {
        let wrong = bar.mistake_at.as_ref().is_some_and(|r| r.contains(&byte));
        let role = if i == at_cursor {
            cursor = column;
            Role::Cursor
        } else if wrong {
            Role::Bad
        } else {
            Role::Text
        };
        let c = if is_unprintable(c) { '?' } else { c };
        let mut span = canvas.span(role, c.to_string());
        if wrong {
            span.style = span
                .style
                .add_modifier(ratatui::style::Modifier::UNDERLINED);
        }
        column += span.width();
        spans.push(span);
    }
    if at_cursor >= text.chars().count() {
        cursor = column;
        let rest = rest(bar);
        let mut rest = rest.chars();
        let under = rest.next().unwrap_or(' ');
        spans.push(canvas.span(Role::Cursor, under.to_string()));
        spans.extend(rest.map(|c| canvas.span(Role::Hint, c.to_string())));
    }
    (spans, cursor)
}

/// What the chosen completion, or the first one, would add at the end.
fn rest(bar: &Bar) -> String {
    let text = bar.input.value();
    bar.completions
        .get(bar.chosen.unwrap_or(0))
        .filter(|c| c.replace.end == text.len())
        .and_then(|c| {
            text.get(c.replace.clone())
                .and_then(|t| c.text.strip_prefix(t))
        })
        .unwrap_or_default()
        .to_owned()
}

/// The mistake, else the completions.
fn help(canvas: &mut Canvas<'_>, row: Rect, bar: &Bar) {
    if let Some(mistake) = &bar.mistake {
        let cells = row.width.saturating_sub(4);
        let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
        let told = cut_words(mistake, usize::from(cells), ellipsis);
        canvas.text(row.x + 3, row.y, cells, Role::Bad, &told);
        return;
    }
    let cells = usize::from(row.width.saturating_sub(4));
    let mut spans = Vec::new();
    let mut used = 0;
    for (i, completion) in bar.completions.iter().enumerate() {
        let chosen = bar.chosen == Some(i);
        let about = if chosen || bar.chosen.is_none() && i == 0 {
            format!(" {}", completion.about)
        } else {
            String::new()
        };
        if i > 0 {
            used += AIR;
        }
        used += width(&completion.text) + width(&about);
        if used > cells {
            break;
        }
        if i > 0 {
            spans.push(Span::raw(" ".repeat(AIR)));
        }
        let role = if chosen { Role::Selection } else { Role::Cable };
        spans.push(canvas.span(role, completion.text.clone()));
        spans.push(canvas.span(Role::Dim, about));
    }
    canvas.line(
        row.x + 3,
        row.y,
        row.width.saturating_sub(4),
        &Line::from(spans),
    );
}
