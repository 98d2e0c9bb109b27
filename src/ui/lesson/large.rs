//! The lesson in the presenter's view: a card on the whole screen. What it is under stands at the top, and it itself in
//! the middle: in large letters where it is short enough for them, else with twice the space between its lines.
//!
//! ```text
//!                       LINE 3: THE SERVER PICKS UP      (large, where there is room)
//!
//!        `accept` takes the first caller out of the queue.
//!
//!        It returns a second telephone, a socket for this one call.
//!
//!   ─ to the presenter ──────────────────────────────────────────────
//!   Point at the two rows of the server.
//! ```

use super::{
    answers::{is, verdict},
    prose::wrapped,
    put,
    sheet::{Row, Sheet},
};
use crate::{
    app::{App, Card, Learning},
    lesson::{Kind, Part, Reply, Truth, letter},
    ui::{canvas::Canvas, glyphs::Glyph, text::safe, theme::Role, widgets::large},
};
use core::ops::Range;
use ratatui::{
    layout::Rect,
    style::Modifier,
    text::{Line, Span},
};

/// Rows of text are not longer than this: they are read from afar.
const READING: u16 = 100;
/// So many lines of large letters can be read at once; on a screen that is high, more.
const LINES: (usize, usize) = (4, 8);
/// Rows of a screen that is high.
const VERY_HIGH: u16 = 40;
/// From so many rows on, what a card is under may be large, too.
const HIGH: u16 = 30;
/// The least rows of what is not notes.
const LEAST: u16 = 16;

/// What is large on a card, and what stands below it.
struct Body {
    large: Option<(Role, String)>,
    rows: Vec<Row>,
    /// These rows say the same as what is large.
    same: Range<usize>,
}

fn sheet<'a>(
    app: &'a App,
    learning: &'a Learning,
    canvas: &'a Canvas<'_>,
    area: Rect,
    airy: bool,
) -> Sheet<'a> {
    Sheet {
        app,
        learning,
        theme: &canvas.theme,
        cells: usize::from(area.width.min(READING)),
        airy,
        found: &[],
        lights: false,
        rows: Vec::new(),
    }
}

/// Draws a card that is not the lab.
pub(in crate::ui) fn draw(
    app: &App,
    learning: &Learning,
    card: Card,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let area = head(learning, card, canvas, area);
    let mut body = body(sheet(app, learning, canvas, area, true), card);
    let letters = large::height(canvas.theme.ascii());
    let rest = body.rows.len().saturating_sub(body.same.len()) as u16;
    let lines = body.large.take().and_then(|(role, text)| {
        let lines = large::wrap(&text, area.width)?;
        let high = lines.len() as u16 * (letters + 1);
        let most = if area.height < VERY_HIGH {
            LINES.0
        } else {
            LINES.1
        };
        let fits = lines.len() <= most && high + rest <= area.height;
        fits.then_some((role, lines))
    });
    let high = lines
        .as_ref()
        .map_or(0, |(_, lines)| lines.len() as u16 * (letters + 1));
    if lines.is_some() {
        body.rows.drain(body.same);
    }
    let room = area.height.saturating_sub(high);
    let many = body.rows.len() as u16;
    // Between two paragraphs there is air already.
    let rows_of = |row: &Row, step: u16| if row.spans.is_empty() { 1 } else { step };
    let tall: u16 = body.rows.iter().map(|row| rows_of(row, 2)).sum();
    let step = if tall <= room + 1 { 2 } else { 1 };
    // Of what is too long its end is shown: that is what is new.
    let left_out = many.saturating_sub(room) * (2 - step);
    let shown = &body.rows[usize::from(left_out.min(many))..];
    let tall: u16 = shown.iter().map(|row| rows_of(row, step)).sum();
    let free = area.height.saturating_sub(high + tall);
    let mut y = area.y + free / 2;
    if let Some((role, lines)) = lines {
        for line in lines {
            let x = area.x + area.width.saturating_sub(large::width(&line)) / 2;
            large::large(canvas, x, y, area.width, role, &line);
            y += letters + 1;
        }
    }
    let widest = shown.iter().map(wide).max().unwrap_or(0) as u16;
    let column = Rect {
        x: area.x + area.width.saturating_sub(widest) / 2,
        width: widest.min(area.width),
        ..area
    };
    for row in shown {
        if y < area.bottom() {
            put(canvas, column, y, &bold(row));
        }
        y += rows_of(row, step);
    }
}

fn wide(row: &Row) -> usize {
    row.spans.iter().map(Span::width).sum()
}

fn bold(row: &Row) -> Row {
    let mut row = row.clone();
    for span in &mut row.spans {
        span.style = span.style.add_modifier(Modifier::BOLD);
    }
    row
}

/// The heading that a card stands under.
fn heading(learning: &Learning, card: Card) -> String {
    let lesson = learning.lesson();
    let title = || lesson.front.title.clone();
    let is_heading = |i: &usize| matches!(lesson.parts.get(*i), Some(Part::Heading(..)));
    let here = match card {
        // The title itself is what is large.
        Card::Title => return String::new(),
        Card::Over => return title(),
        Card::Part(i) if is_heading(&i) => return title(),
        Card::Part(i) | Card::Item(i, _) => i,
        _ => learning.walk.stop().new,
    };
    let mut before = lesson.parts.iter().take(here + 1).rev();
    let heading = before.find_map(|part| match part {
        Part::Heading(_, line) => Some(line.plain()),
        _ => None,
    });
    heading.unwrap_or_else(title)
}

/// What the card is under, and how far one is; returns the area below it.
fn head(learning: &Learning, card: Card, canvas: &mut Canvas<'_>, area: Rect) -> Rect {
    let ascii = canvas.theme.ascii();
    let heading = safe(&heading(learning, card), ascii);
    let (at, all) = (learning.walk.at() + 1, learning.lesson().stops.len());
    let at = Line::from(canvas.span(Role::Dim, format!("{at} of {all}")));
    let beside = 2 * (at.width() as u16 + 2);
    let room = area.width.saturating_sub(beside);
    let is_large = area.height >= HIGH && large::has(&heading) && large::width(&heading) <= room;
    let high = if is_large && !heading.is_empty() {
        let x = area.x + (area.width - large::width(&heading)) / 2;
        large::large(canvas, x, area.y + 1, room, Role::Cable, &heading);
        large::height(ascii) + 2
    } else {
        let line = Line::from(canvas.bold(Role::Cable, heading));
        canvas.centred(area.x + beside / 2, area.y + 1, room, &line);
        3
    };
    canvas.right(area.x, area.y + 1, area.width, &at);
    Rect {
        y: area.y + high,
        height: area.height.saturating_sub(high),
        ..area
    }
}

fn body(mut sheet: Sheet<'_>, card: Card) -> Body {
    let learning = sheet.learning;
    let lesson = learning.lesson();
    let (mut large, mut same) = (None, 0..0);
    match card {
        Card::Title => {
            large = Some((Role::Strong, lesson.front.title.clone()));
            sheet.say(Vec::new(), Role::Strong, &lesson.front.title);
            same = 0..sheet.rows.len();
            if !lesson.front.afterwards.is_empty() {
                sheet.air();
                sheet.say(Vec::new(), Role::Dim, "Afterwards you can");
                sheet.afterwards(&lesson.front.afterwards);
            }
        }
        Card::Part(i) => {
            if let Some(part) = lesson.parts.get(i) {
                if let Part::Paragraph(line) | Part::Heading(_, line) = part {
                    large = Some((Role::Text, line.plain()));
                }
                sheet.part(part, Role::Text);
                same = 0..sheet.rows.len();
            }
        }
        Card::Item(i, last) => {
            if let Some(Part::List(items)) = lesson.parts.get(i) {
                let (before, now) = items.split_at(last.min(items.len()));
                sheet.part(&Part::List(before.to_vec()), Role::Read);
                sheet.part(&Part::List(now[..now.len().min(1)].to_vec()), Role::Text);
            }
        }
        Card::Question(n) => {
            if let Some(question) = learning.walk.question(n) {
                large = Some((Role::Strong, question.text.plain()));
                let letters = sheet.inked(&question.text, Role::Strong);
                same = 0..wrapped(&letters, sheet.cells.saturating_sub(2)).len();
                sheet.question(n, Role::Text);
            }
        }
        Card::Answer(n) => (large, same) = answer(&mut sheet, n),
        Card::Over => sheet.over(),
        // What needs the lab, where there is none.
        Card::Lab => {
            if let Some(Part::Block(block)) = lesson.parts.get(learning.walk.stop().new) {
                sheet.block(*block, Role::Text);
            }
            sheet.not_here();
        }
    }
    let rows = sheet.rows;
    Body { large, rows, same }
}

/// What was said, and why it is so; what is right is large, above it, and need not be said twice.
fn answer(sheet: &mut Sheet<'_>, n: usize) -> (Option<(Role, String)>, Range<usize>) {
    let walk = &sheet.learning.walk;
    let Some((question, mark)) = walk.question(n).zip(walk.mark(n)) else {
        return (None, 0..0);
    };
    let (glyph, role, title) = verdict(mark);
    let sign = sheet.theme.glyph(glyph);
    let title = sheet.bold(role, format!("{sign} {title}"));
    sheet.rows.push(vec![title].into());
    let reply = walk.reply(n).unwrap_or(&Reply::Skipped);
    sheet.answer(question, reply, &mark.truth, mark.right);
    let large = |text| Some((Role::Ok, text));
    match (&mark.truth, &question.kind) {
        (Truth::Choice(i), Kind::Choice(choices)) => {
            let Some(choice) = choices.get(*i) else {
                return (None, 0..0);
            };
            let sign = format!("{}) ", letter(*i));
            let begins = |row: &Row| row.spans.first().is_some_and(|s| s.content == sign);
            let from = sheet.rows.iter().position(begins);
            let letters = sheet.inked(&choice.text, Role::Text);
            let many = wrapped(&letters, sheet.cells.saturating_sub(sign.len())).len();
            let same = from.map_or(0..0, |from| from..from + many);
            (large(format!("{sign}{}", choice.text.plain())), same)
        }
        (Truth::Number(_), _) => (large(is(question, &mark.truth)), 0..0),
        // Large letters know no case, and bytes are shown as they are.
        _ => (None, 0..0),
    }
}

/// Draws the notes to the presenter at the bottom, if they are wanted; returns what is left above them.
pub(in crate::ui) fn notes(
    app: &App,
    learning: &Learning,
    canvas: &mut Canvas<'_>,
    area: Rect,
) -> Rect {
    if !learning.notes {
        return area;
    }
    let mut sheet = sheet(app, learning, canvas, area, false);
    for line in learning.note_now() {
        let letters = sheet.inked(line, Role::Note);
        sheet.flow(Vec::new(), &letters);
    }
    let mut rows = sheet.rows;
    rows.truncate(usize::from(area.height.saturating_sub(LEAST + 1)));
    if rows.is_empty() {
        return area;
    }
    let above = Rect {
        height: area.height - rows.len() as u16 - 1,
        ..area
    };
    let edge = canvas.theme.glyph(Glyph::Horizontal);
    let edge = edge.repeat(usize::from(area.width));
    canvas.text(area.x, above.bottom(), area.width, Role::Note, &edge);
    let title = Line::from(canvas.bold(Role::Note, " to the presenter "));
    canvas.line(
        area.x + 2,
        above.bottom(),
        area.width.saturating_sub(2),
        &title,
    );
    for (y, row) in (above.bottom() + 1..area.bottom()).zip(&rows) {
        put(canvas, area, y, row);
    }
    above
}
