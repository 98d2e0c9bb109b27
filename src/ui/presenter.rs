//! The presenter's view: little, and large. The line of the four that is under way, both ends with their state and
//! the call they are in, the bytes, what is happening, and the keys that were pressed.
//!
//! ```text
//!                        ✔ 1   ✔ 2   ▶ 3   · 4
//!                3  server hears, answers        (in large letters)
//!
//! ╭─ SERVER ──────────────────────╮   ╭─ CLIENT ──────────────────────╮
//! │ ESTABLISHED   (large)         │   │ ESTABLISHED   (large)         │
//! │ recv(4, 4096) waits           │   │ send(5, "hello", 5) = 5       │
//! ╰───────────────────────────────╯   ╰───────────────────────────────╯
//!                  ◀━━━━━━━━━━━━ 15 bytes "hello, server\r\n"      (or the packet that is held, large)
//!
//!     send returned 15: the client's kernel has the bytes, and nobody else.       (large where it fits)
//!
//!  Space ▸ server recv                                   [Space] [s]
//! ```

mod cable;
mod ends;
mod ran;
mod told;

use super::{
    canvas::Canvas,
    chrome,
    glyphs::Glyph,
    lesson,
    screens::main::{Latest, Progress, current, latest, progress, steps},
    story,
    text::width,
    theme::Role,
    widgets::large,
};
use crate::{
    app::{App, Card},
    model::{
        ids::{Nanos, Side},
        lines::{STEPS, Step, TITLES},
    },
};
use cable::InHand;
use ends::Ends;
use ran::Ran;
use ratatui::{
    layout::Rect,
    text::{Line, Span},
};
use told::Told;

/// How it is told that a claim was borne out.
const HELD: &str = "The claim holds";
/// The least cells of an arrow.
const SHAFT: u16 = 6;

/// Draws it on the whole screen: what there is, spread over its height.
pub fn draw(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    let margin = area.width / 20;
    let inner = Rect {
        x: area.x + margin,
        width: area.width - 2 * margin,
        height: area.height - 1 - u16::from(area.height >= 34),
        ..area
    };
    let last = Rect {
        y: area.bottom() - 1,
        height: 1,
        ..inner
    };
    echo(app, canvas, last);
    let Some((learning, card)) = app.learning.as_ref().zip(app.card()) else {
        lab(app, now, canvas, inner);
        return;
    };
    let inner = lesson::large::notes(app, learning, canvas, inner);
    if card == Card::Lab && !learning.not_here {
        lab(app, now, canvas, inner);
    } else {
        lesson::large::draw(app, learning, card, canvas, inner);
    }
}

/// Both ends and what is happening; in a lesson, with the statement that has run.
fn lab(app: &App, now: Nanos, canvas: &mut Canvas<'_>, inner: Rect) {
    // Of a capture, nobody has seen a call: there is no line to be on.
    let title = (!app.session().is_capture()).then(|| Headline::new(app, canvas, inner.width));
    let title_height = title.as_ref().map_or(0, Headline::height);
    let ends = Ends::new(canvas, inner);
    let room = inner.height.saturating_sub(title_height + ends.height());
    let held = InHand::new(app, canvas, inner.width, room);
    let middle = held.as_ref().map_or(1, InHand::height);
    let bytes = Moved::new(app, canvas, inner.width);
    let high = title_height + ends.height() + middle;
    let notable = app.insights(now);
    if notable.coming {
        canvas.ticks(10);
    }
    // A row for what is notable, and one of air.
    let below = 2 * u16::from(!notable.told.is_empty());
    let room = inner.height.saturating_sub(high + 3 + below);
    let (told, worth) = sentences(app);
    let told = Told::new(&told, inner.width, canvas.theme.ascii(), room, worth);
    let air = inner.height.saturating_sub(high + told.height() + below);
    // Four gaps, the upper ones the larger where they cannot be equal; the first row may be at the very top.
    let gap = |i: u16| (air + 3 - i) / 4;
    let mut y = inner.y + gap(3);
    if let Some(title) = &title {
        title.draw(app, canvas, Rect { y, ..inner });
    }
    y += title_height + gap(0);
    let rest = Rect {
        y,
        height: inner.bottom().saturating_sub(y),
        ..inner
    };
    ends.draw(app, now, canvas, rest);
    y += ends.height() + gap(1);
    if let Some(held) = &held {
        held.draw(canvas, Rect { y, ..inner });
    } else if let Some(bytes) = &bytes {
        bytes.draw(canvas, Rect { y, ..inner });
    }
    y += middle + gap(2);
    let bottom = inner.bottom().saturating_sub(below);
    told.draw(canvas, Rect { y, ..inner }, bottom);
    y += told.height() + 1;
    if let Some(first) = notable.told.first() {
        let y = y.min(inner.bottom().saturating_sub(1));
        told.aside(canvas, Rect { y, ..inner }, first);
    }
}

/// What is happening, what matters most first, and whether that is worth large letters. In a capture a packet's numbers say
/// little from afar; the state that follows from it says more.
fn sentences(app: &App) -> (Vec<String>, bool) {
    let mut what = story::now(app).what;
    if app.learning.is_some() && what.len() > 1 {
        // A lesson's claims prove it to who wrote it; the room wants to know what happened.
        what.retain(|sentence| !sentence.starts_with(HELD));
    }
    if !app.session().is_capture() {
        return (what, true);
    }
    match &what[..] {
        [packet, follows] if follows.contains(" is ") => {
            let (first, rest) = match follows.split_once(". ") {
                Some((first, rest)) => (format!("{first}."), rest),
                None => (follows.clone(), ""),
            };
            let all = [first.as_str(), rest, packet.as_str()];
            let all = all.into_iter().filter(|s| !s.is_empty());
            (all.map(str::to_owned).collect(), true)
        }
        _ => (what, false),
    }
}

/// The four lines: which are done, and the one of the step that was made last by its title.
struct Headline {
    line: usize,
    text: String,
    large: u16,
    ran: Option<Ran>,
}

impl Headline {
    fn new(app: &App, canvas: &Canvas<'_>, cells: u16) -> Self {
        let line = usize::from(line_of_last_step(app)) - 1;
        let text = format!("{} {}", line + 1, TITLES[line]);
        let ran = Ran::new(app, canvas, cells);
        let large = match &ran {
            Some(ran) => ran.letters(),
            None if large::width(&text) <= cells => large::height(canvas.theme.ascii()),
            None => 0,
        };
        Self {
            line,
            text,
            large,
            ran,
        }
    }

    const fn height(&self) -> u16 {
        if self.large > 0 { 4 + self.large } else { 3 }
    }

    fn draw(&self, app: &App, canvas: &mut Canvas<'_>, area: Rect) {
        let mut spans: Vec<Span<'_>> = Vec::new();
        for (i, failed) in failed_lines(app).into_iter().enumerate() {
            let (glyph, role) = match (failed, progress(app, i as u8 + 1)) {
                (true, _) => (Glyph::Failed, Role::Bad),
                (_, Progress::Done) => (Glyph::Done, Role::Ok),
                (_, Progress::Current) => (Glyph::Current, Role::Wait),
                (_, Progress::ToCome) => (Glyph::ToCome, Role::Dim),
                (_, Progress::Unknown) => (Glyph::Unknown, Role::Dim),
            };
            let text = format!("   {} {}", canvas.theme.glyph(glyph), i + 1);
            spans.push(canvas.bold(role, text));
        }
        canvas.centred(area.x, area.y, area.width, &Line::from(spans));
        let done = progress(app, self.line as u8 + 1) == Progress::Done;
        let role = if done { Role::Ok } else { Role::Wait };
        let mut y = area.y + 1;
        if let Some(ran) = &self.ran {
            let air = u16::from(self.large > 0);
            y += air;
            ran.draw(canvas, Rect { y, ..area });
            y += self.large.max(1) + air;
        } else if self.large > 0 {
            y += 1;
            let x = area.x + (area.width - large::width(&self.text)) / 2;
            large::large(canvas, x, y, area.width, role, &self.text);
            y += self.large + 1;
        } else {
            let title = Line::from(canvas.bold(role, self.text.clone()));
            canvas.centred(area.x, y, area.width, &title);
            y += 1;
        }
        let steps = Line::from(steps(app, canvas, self.line as u8 + 1));
        canvas.centred(area.x, y, area.width, &steps);
    }
}

/// Which of the four lines has a step that failed and was not made good.
fn failed_lines(app: &App) -> [bool; 4] {
    let steps = app.session().lines.steps();
    [1, 2, 3, 4].map(|line| {
        let mut of_line = STEPS.iter().zip(steps).filter(|(n, _)| n.line == line);
        of_line.any(|(_, s)| *s == Step::Failed)
    })
}

/// The line that the latest step belongs to: one that was made, or one that waits.
fn line_of_last_step(app: &App) -> u8 {
    let session = app.session();
    let waits = |side: Side, call: &str| {
        let mut waiting = session
            .actors
            .iter()
            .filter(|(actor, _)| actor.side() == side)
            .flat_map(|(_, state)| &state.waiting);
        waiting.find(|w| w.call.name() == call).map(|w| w.event)
    };
    let steps = STEPS.iter().zip(session.lines.steps());
    let made = steps.filter_map(|(name, step)| match step {
        Step::Done(id) => Some((*id, name.line)),
        Step::Waits => waits(name.side, name.call).map(|id| (id, name.line)),
        Step::Failed | Step::ToCome => None,
    });
    made.max_by_key(|(id, _)| *id)
        .map(|(_, line)| line)
        .or_else(|| current(app).map(|i| STEPS[i].line))
        .unwrap_or(1)
}

/// The bytes that moved last, as an arrow from their sender. They are not made large: the large letters know no case,
/// and bytes are shown as they are.
struct Moved {
    side: Side,
    count: String,
    text: String,
}

impl Moved {
    fn new(app: &App, canvas: &Canvas<'_>, cells: u16) -> Option<Self> {
        let Latest { side, count, text } = latest(app, canvas, usize::from(cells) / 2)?;
        Some(Self { side, count, text })
    }

    fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let role = Role::from(self.side);
        let shaft = canvas.theme.glyph(Glyph::Shaft);
        let many = canvas.span(Role::Text, format!(" {} ", self.count));
        let text_wide = width(&self.text) as u16;
        let free = area
            .width
            .saturating_sub(text_wide + many.width() as u16 + 1);
        let shaft = shaft.repeat(usize::from(free.min(area.width / 8).max(SHAFT - 1)));
        let server = self.side == Side::Server;
        let arrow = if server {
            format!("{shaft}{}", canvas.theme.glyph(Glyph::Right))
        } else {
            format!("{}{shaft}", canvas.theme.glyph(Glyph::Left))
        };
        let arrow = canvas.bold(role, arrow);
        let beside = arrow.width() as u16 + many.width() as u16;
        let left = area.x + area.width.saturating_sub(beside + text_wide) / 2;
        let middle = area.y;
        let (arrow_x, text_x) = if server {
            (left + text_wide, left)
        } else {
            (left, left + beside)
        };
        let line = if server {
            Line::from(vec![many, arrow])
        } else {
            Line::from(vec![arrow, many])
        };
        canvas.line(arrow_x, middle, beside, &line);
        let text = canvas.bold(Role::Bytes, self.text.clone());
        canvas.line(text_x, middle, text_wide, &Line::from(text));
    }
}

/// What Space does next, or where one is when that is not now, and the keys that were pressed, so that the room sees them.
fn echo(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    if app.bar.is_some() || app.notice.is_some() {
        if app.bar.is_some() {
            chrome::bar::draw(app, canvas, area, None);
        } else {
            chrome::footer::draw(app, canvas, area);
        }
        return;
    }
    let mut spans = Vec::new();
    for key in &app.echo {
        spans.push(Span::raw(" "));
        spans.push(canvas.span(Role::KeyCap, format!(" {key} ")));
    }
    let keys = Line::from(spans);
    let room = usize::from(area.width).saturating_sub(keys.width() + 1);
    if app.shows_timeline() {
        let width = room as u16;
        chrome::timeline::draw(app, canvas, Rect { width, ..area });
        canvas.right(area.x, area.y, area.width, &keys);
        return;
    }
    let mut next = Line::from(chrome::bar::upcoming(app, canvas));
    // The note behind it is left out where it would run into the keys.
    if next.width() > room {
        next.spans.pop();
    }
    canvas.line(area.x, area.y, room as u16, &next);
    canvas.right(area.x, area.y, area.width, &keys);
}
