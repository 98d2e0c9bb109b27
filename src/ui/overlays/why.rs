//! Why: an event in one line, its explanation, what is notable now, what caused it and what it led to; each is a row, to
//! be opened or to go to. Without a selected event it is about what is happening; then also why packets are not in one's hand here.
//!
//! ```text
//! ┌ WHY ────────────────────────────────────────┐
//! │ 0.015  packet 2 is dropped by you            │
//! │ Packet 2, the answer to ..., is dropped.     │
//! │ A packet that is lost leaves no trace ...    │
//! │ notable now                                  │
//! │   ◆ Packet 2, the SYN,ACK, was dropped: ...  │
//! │ caused by                                    │
//! │ ▸ 0.014  asked for: cable drop               │
//! │ led to                                       │
//! │   1.010  sent again as packet 3        later │
//! └──────────────────────────────────────────────┘
//! ```

use super::reading_width;
use crate::{
    app::{App, Hit, ScrollId, Viewport},
    model::{
        event::{Fact, Sight},
        ids::Nanos,
        insights::Insight,
        story::{
            happening::{Happening, about},
            ties,
        },
    },
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        screens::clock,
        story,
        text::{width, wrap},
        theme::{Role, Theme},
        widgets::{panel::Panel, popup::popup, scroll},
    },
};
use ratatui::layout::Rect;

/// Cells before a tie's time: the sign of the selected one.
const SIGN: usize = 2;
/// What stands beside a fact that is later than the shown moment.
const LATER: &str = "later";

/// One line of the box.
struct Line {
    role: Role,
    text: String,
    /// The row that it belongs to, counted from 0: what is notable first, then causes, then effects.
    row: Option<usize>,
    /// Cells before it.
    indent: usize,
    /// Whether it is the first line of its row.
    first: bool,
    /// Its time, in the first line of a cause or effect.
    at: Option<String>,
    /// Whether it is later than the shown moment.
    later: bool,
}

impl Line {
    fn text(role: Role, text: impl Into<String>) -> Self {
        Self {
            role,
            text: text.into(),
            row: None,
            indent: 0,
            first: false,
            at: None,
            later: false,
        }
    }
}

/// Draws it.
pub(super) fn draw(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    let wide = reading_width(area);
    let lines = lines(app, now, usize::from(wide.saturating_sub(6)));
    let most = area.height.saturating_sub(2);
    let wanted = lines.len().min(usize::from(u16::MAX) - 4) as u16;
    // Where there is not enough room for all, there is none for air.
    let air = u16::from(wanted + 4 <= most);
    let high = (wanted + 2 + 2 * air).min(most);
    let title = canvas.bold(Role::Wait, "WHY");
    let mut panel = Panel::new(Role::Wait, title);
    let steps = app.why.steps();
    if steps > 0 {
        let s = if steps == 1 { "" } else { "s" };
        panel = panel.right(canvas.span(Role::Dim, format!("{steps} step{s} on the way")));
    }
    let inner = popup(canvas, area, wide, high, &panel);
    let text = Rect {
        x: inner.x + 1,
        y: inner.y + air,
        width: inner.width.saturating_sub(2),
        height: inner.height.saturating_sub(2 * air),
    };
    let rows = lines.iter().filter_map(|l| l.row).max();
    let selected = rows.map(|last| app.why.row().min(last));
    let shown = in_sight(app, canvas, text, &lines, selected);
    for (line, y) in lines[shown.clone()].iter().zip(text.y..) {
        draw_line(
            canvas,
            Rect {
                y,
                height: 1,
                ..text
            },
            line,
            selected,
        );
    }
    scroll::bar(canvas, inner.right() + 1, text, &shown, lines.len());
}

/// The lines that are shown: from the top, or as far down as the selected row needs, unless one has scrolled.
fn in_sight(
    app: &App,
    canvas: &mut Canvas<'_>,
    area: Rect,
    lines: &[Line],
    selected: Option<usize>,
) -> core::ops::Range<usize> {
    let (total, room) = (lines.len(), usize::from(area.height));
    let shown = room.min(total);
    canvas.viewport(area, ScrollId::Overlay, shown, total);
    let last = lines
        .iter()
        .rposition(|l| l.row.is_some() && l.row == selected)
        .map(|last| {
            // With what was opened below it.
            let below = lines[last + 1..].iter();
            last + below
                .take_while(|l| l.row.is_none() && l.indent > 0)
                .count()
        });
    let first = lines
        .iter()
        .position(|l| l.row.is_some() && l.row == selected);
    let top = if app.scrolls.contains_key(&ScrollId::Overlay) {
        app.first_row(ScrollId::Overlay, Viewport { shown, total })
    } else {
        let needed = last.map_or(0, |last| (last + 2).min(total).saturating_sub(room));
        needed.min(first.unwrap_or(0))
    };
    canvas.drawn.tops.push((ScrollId::Overlay, top));
    top..(top + shown).min(total)
}

fn draw_line(canvas: &mut Canvas<'_>, rect: Rect, line: &Line, selected: Option<usize>) {
    let Some(row) = line.row else {
        let x = rect.x + line.indent as u16;
        canvas.text(
            x,
            rect.y,
            rect.right().saturating_sub(x),
            line.role,
            &line.text,
        );
        return;
    };
    let is_selected = Some(row) == selected;
    if is_selected {
        let style = canvas.theme.style(Role::Selection);
        canvas.tint(rect, style);
    }
    canvas.hit(rect, Hit::Row(ScrollId::Overlay, row));
    let sign = canvas.theme.glyph(Glyph::Current);
    let mut x = rect.x;
    if is_selected && line.first {
        canvas.text(x, rect.y, 1, Role::Wait, sign);
    }
    if let Some(at) = &line.at {
        let role = if is_selected { Role::Text } else { Role::Faint };
        canvas.text(x + SIGN as u16, rect.y, rect.width, role, at);
        if line.later {
            let later = ratatui::text::Line::from(canvas.span(Role::Faint, LATER));
            canvas.right(rect.x, rect.y, rect.width, &later);
        }
    }
    x += line.indent as u16;
    let cells = rect.right().saturating_sub(x);
    let role = if line.later && !is_selected {
        Role::Dim
    } else {
        line.role
    };
    canvas.text(x, rect.y, cells, role, &line.text);
}

/// Cells before a tie's words.
const fn indent() -> usize {
    SIGN + 9
}

fn lines(app: &App, now: Nanos, cells: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let event = app
        .why_event()
        .and_then(|i| Some((i, app.book.events().get(i)?)));
    let say = |lines: &mut Vec<Line>, role, text: &str| {
        let text = wrap(text, cells).into_iter().filter(|l| !l.is_empty());
        lines.extend(text.map(|l| Line::text(role, l)));
    };
    let blank = |lines: &mut Vec<Line>| {
        if lines.last().is_some_and(|l: &Line| !l.text.is_empty()) {
            lines.push(Line::text(Role::Text, ""));
        }
    };
    let told = match event {
        Some((index, event)) if !app.why_of_moment() => {
            about(&app.book, &app.session_of(index), event)
        }
        Some((index, event)) if matches!(event.fact, Fact::Expect { .. }) => Happening {
            // What the moment tells beside it is explained where it happened.
            why: about(&app.book, &app.session_of(index), event).why,
            ..story::now(app)
        },
        _ => story::now(app),
    };
    if let Some((_, event)) = event {
        let head = format!("{}  {}", clock(event.at_ns), ties::line(event));
        say(&mut lines, Role::Note, &head);
    }
    say(&mut lines, Role::Strong, &told.what.join(" "));
    blank(&mut lines);
    say(&mut lines, Role::Text, &told.why);
    if told.what.is_empty() && told.why.is_empty() {
        say(
            &mut lines,
            Role::Text,
            "There is nothing more to say about this.",
        );
    }
    let notable = app.why_insights(now);
    if !notable.is_empty() {
        blank(&mut lines);
        lines.push(Line::text(Role::Wait, "notable now"));
    }
    for (row, insight) in notable.iter().enumerate() {
        opened(app, &mut lines, row, insight, cells);
    }
    let first = notable.len();
    if let Some((index, event)) = event {
        let found = app.why_ties(index);
        let causes = found.causes.len();
        for (title, all, first, none) in [
            ("caused by", &found.causes, first, ties::unknown(event)),
            ("led to", &found.effects, first + causes, nothing(app)),
        ] {
            blank(&mut lines);
            lines.push(Line::text(Role::Wait, title));
            if all.is_empty() {
                let room = cells.saturating_sub(SIGN);
                let none = wrap(none, room);
                let none = none.into_iter().map(|l| format!("{:SIGN$}{l}", ""));
                lines.extend(none.map(|l| Line::text(Role::Dim, l)));
            }
            for (i, (place, text)) in all.iter().enumerate() {
                tie(app, &mut lines, first + i, *place, text, cells);
            }
        }
    }
    if app.why_of_moment() {
        for part in stopped(app).into_iter().chain(no_packets(app)) {
            blank(&mut lines);
            say(&mut lines, Role::Note, &part);
        }
    }
    lines
}

/// Something notable; and where it was opened, what there is to know about it.
fn opened(app: &App, lines: &mut Vec<Line>, row: usize, insight: &Insight, cells: usize) {
    let sign = Theme::of(&app.settings).glyph(Glyph::Notable);
    let texts = wrap(&insight.what.join(" "), cells.saturating_sub(2 * SIGN));
    for (i, text) in texts.into_iter().enumerate() {
        let sign = if i == 0 { sign } else { " " };
        lines.push(Line {
            row: Some(row),
            first: i == 0,
            indent: SIGN,
            ..Line::text(Role::Note, format!("{sign} {text}"))
        });
    }
    if !app.why.is_open(insight) {
        return;
    }
    for part in &insight.why {
        let room = cells.saturating_sub(2 * SIGN);
        let text = wrap(part, room).into_iter().chain([String::new()]);
        lines.extend(text.map(|text| Line {
            indent: 2 * SIGN,
            ..Line::text(Role::Text, text)
        }));
    }
}

fn tie(app: &App, lines: &mut Vec<Line>, row: usize, place: usize, text: &str, cells: usize) {
    let later = place >= app.shown_events();
    let at = app.book.events().get(place).map_or(Nanos(0), |e| e.at_ns);
    let aside = if later { width(LATER) + 2 } else { 0 };
    let room = cells.saturating_sub(indent() + aside).max(10);
    for (i, text) in wrap(text, room).into_iter().enumerate() {
        lines.push(Line {
            role: Role::Text,
            text,
            row: Some(row),
            first: i == 0,
            indent: indent(),
            at: (i == 0).then(|| format!("{:>7}", clock(at))),
            later,
        });
    }
}

/// What to say where nothing came of an event.
fn nothing(app: &App) -> &'static str {
    if app.shown_events() == app.book.events().len() {
        "Nothing yet that is in the journal."
    } else {
        "Nothing that is in the journal."
    }
}

/// Where the file breaks off, and why, once all that it holds is shown.
fn stopped(app: &App) -> Option<String> {
    let why = app.stopped_here()?;
    let why = why.strip_suffix('.').unwrap_or(why);
    Some(format!("The file breaks off here. {why}."))
}

/// Why this is not the lab, and why no packets are seen, as far as there is a reason.
fn no_packets(app: &App) -> Vec<String> {
    let session = app.session();
    let mut parts = Vec::new();
    if let Some(no_lab) = &session.no_lab {
        parts.push(format!("Why this is not the lab: {no_lab}"));
    }
    if let Sight::None { why } = &*session.sight
        && !why.is_empty()
    {
        parts.push(format!("Why no packets are seen here: {why}"));
    }
    parts
}
