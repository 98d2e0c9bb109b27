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
//!                  ◀━━━━━━━━━━━━ 15 bytes "hello, server\r\n"
//!
//!     send returned 15: the client's kernel has the bytes, and nobody else.
//!
//!                                                        [Space] [s]
//! ```

use super::{
    canvas::Canvas,
    chrome,
    glyphs::Glyph,
    screens::main::{latest, step_glyph, step_role},
    story,
    text::wrap,
    theme::Role,
    widgets::{large, panel::Panel},
};
use crate::{
    app::{App, Cursor},
    model::{
        event::Fact,
        ids::{Actor, Nanos, Side},
        lines::{STEPS, Step, TITLES},
    },
};
use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

/// Draws it on the whole screen.
pub fn draw(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    let roomy = area.height >= 34;
    let air = (area.height.saturating_sub(24) / 8).min(4);
    let margin = area.width / 20;
    let inner = Rect {
        x: area.x + margin,
        width: area.width - 2 * margin,
        ..area
    };
    let mut y = area.y + air;
    y += title(app, canvas, Rect { y, ..inner });
    y += 1 + air;
    let ends = ends_height(canvas, roomy);
    for (actor, left) in [(Actor::Server, true), (app.client, false)] {
        let gap = 2;
        let wide = (inner.width - gap) / 2;
        let x = if left { inner.x } else { inner.right() - wide };
        let rect = Rect {
            x,
            y,
            width: wide,
            height: ends,
        };
        end(app, now, canvas, rect.intersection(area), actor);
    }
    y += ends + air;
    bytes(
        app,
        canvas,
        Rect {
            y,
            height: 1,
            ..inner
        },
    );
    y += 2 + air;
    let room = area.bottom().saturating_sub(y + 2);
    let reading = inner.width.min(100);
    let told = story::now(app).what;
    let lines: Vec<String> = told
        .iter()
        .flat_map(|sentence| wrap(sentence, usize::from(reading)))
        .collect();
    // Twice the space between lines, where there is room for it.
    let step = if lines.len() as u16 * 2 <= room { 2 } else { 1 };
    for (i, line) in lines.iter().enumerate() {
        let y = y + i as u16 * step;
        if y + 1 < area.bottom() {
            let line = Line::from(canvas.bold(Role::Text, line.clone()));
            canvas.line(inner.x + (inner.width - reading) / 2, y, reading, &line);
        }
    }
    echo(
        app,
        canvas,
        Rect {
            y: area.bottom() - 1,
            height: 1,
            ..inner
        },
    );
}

/// The four lines: which are done, and the title of the one under way in large letters if it fits. Returns its rows.
fn title(app: &App, canvas: &mut Canvas<'_>, area: Rect) -> u16 {
    let lines = &app.session().lines;
    let current = lines
        .current()
        .map_or(3, |i| usize::from(STEPS[i].line) - 1);
    let mut spans: Vec<Span<'_>> = Vec::new();
    for line in 0..4 {
        let steps = STEPS
            .iter()
            .zip(lines.steps())
            .filter(|(n, _)| usize::from(n.line) == line + 1);
        let done = steps.clone().all(|(_, s)| matches!(s, Step::Done(_)));
        let failed = steps.clone().any(|(_, s)| *s == Step::Failed);
        let (glyph, role) = match (done, failed, line == current) {
            (true, ..) => (Glyph::Done, Role::Ok),
            (_, true, _) => (Glyph::Failed, Role::Bad),
            (.., true) => (Glyph::Current, Role::Wait),
            _ => (Glyph::ToCome, Role::Dim),
        };
        let text = format!("   {} {}", canvas.theme.glyph(glyph), line + 1);
        spans.push(canvas.bold(role, text));
    }
    canvas.centred(area.x, area.y, area.width, &Line::from(spans));
    let role = if lines.complete() {
        Role::Ok
    } else {
        Role::Wait
    };
    let title = format!("{} {}", current + 1, TITLES[current]);
    let wide = large::width(&title);
    let high = if wide <= area.width {
        let x = area.x + (area.width - wide) / 2;
        large::large(canvas, x, area.y + 2, area.width, role, &title);
        large::height(canvas.theme.ascii())
    } else {
        let title = Line::from(canvas.bold(role, title));
        canvas.centred(area.x, area.y + 2, area.width, &title);
        1
    };
    let mut steps: Vec<Span<'_>> = Vec::new();
    for (i, (name, step)) in STEPS.iter().zip(lines.steps()).enumerate() {
        if usize::from(name.line) != current + 1 {
            continue;
        }
        let now = lines.current() == Some(i);
        let sign = canvas.theme.glyph(step_glyph(*step, now));
        steps.push(canvas.bold(step_role(*step, now), format!("   {sign} {}", name.name)));
    }
    canvas.centred(
        area.x,
        area.y + 2 + high + 1,
        area.width,
        &Line::from(steps),
    );
    2 + high + 2
}

fn ends_height(canvas: &Canvas<'_>, roomy: bool) -> u16 {
    let letters = large::height(canvas.theme.ascii());
    if roomy { letters + 6 } else { letters + 3 }
}

/// One end: its state in large letters, and the call that it is in or has made last.
fn end(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect, actor: Actor) {
    let session = app.session();
    let role = Role::from(actor);
    let title = canvas.bold(role, actor.to_string().to_uppercase());
    let inner = Panel::new(role, title).draw(canvas, area);
    if inner.height < 2 {
        return;
    }
    let air = u16::from(inner.height >= large::height(canvas.theme.ascii()) + 4);
    let y = inner.y + air;
    let socket = session.newest(actor.into());
    let (state_role, state) = match socket {
        Some(socket) => (Role::from(socket.state), socket.state.rfc()),
        None => (Role::Dim, "no socket"),
    };
    let high = large::height(canvas.theme.ascii());
    let used = if large::width(state) <= inner.width && inner.height > high {
        large::large(canvas, inner.x, y, inner.width, state_role, state);
        high
    } else {
        let state = Line::from(canvas.bold(state_role, state));
        canvas.line(inner.x, y, inner.width, &state);
        1
    };
    let y = y + used + air;
    let room = inner.bottom().saturating_sub(y);
    for (y, line) in (y..)
        .zip(call(app, now, canvas, actor, inner.width))
        .take(usize::from(room))
    {
        canvas.line(inner.x, y, inner.width, &line);
    }
}

/// The call that an actor is in, or has made last; its result in a row of its own if there is no room beside it.
fn call(
    app: &App,
    now: Nanos,
    canvas: &mut Canvas<'_>,
    actor: Actor,
    cells: u16,
) -> Vec<Line<'static>> {
    let session = app.session();
    let state = session.actors.get(&actor);
    let (call, result) = if let Some(waiting) = state.and_then(|s| s.waiting.last()) {
        if matches!(app.cursor(), Cursor::Live) {
            canvas.ticks(1);
        }
        let since = app.clock(now).since(waiting.since);
        let since = if canvas.theme.ascii() {
            format!("{since:#}")
        } else {
            since.to_string()
        };
        (
            canvas.bold(Role::Wait, waiting.call.to_string()),
            canvas.bold(Role::Wait, format!(" waits, {since}")),
        )
    } else {
        let last = state.and_then(|s| s.recent.back());
        let last = last.and_then(|id| app.book.event(*id));
        let Some(Fact::Call(done)) = last.map(|e| &e.fact) else {
            return vec![Line::from(canvas.span(Role::Faint, "nothing done yet"))];
        };
        let result = match done.errno {
            Some(errno) => canvas.bold(Role::Bad, format!("  {errno}")),
            None => canvas.bold(Role::Ok, format!(" = {}", done.ret)),
        };
        (canvas.bold(Role::Text, done.call.to_string()), result)
    };
    if call.width() + result.width() <= usize::from(cells) {
        return vec![Line::from(vec![call, result])];
    }
    let style = call.style;
    let rows = wrap(&call.content, usize::from(cells)).into_iter();
    rows.map(|row| Line::from(Span::styled(row, style)))
        .chain([Line::from(result)])
        .collect()
}

/// The bytes that moved last, as an arrow from their sender.
fn bytes(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let cells = usize::from(area.width) / 2;
    let Some(latest) = latest(app, canvas, cells) else {
        return;
    };
    let role = Role::from(latest.side);
    let shaft = canvas.theme.glyph(Glyph::Shaft);
    let shaft = shaft.repeat(usize::from(area.width) / 8);
    let what = canvas.bold(Role::Bytes, format!(" {} ", latest.text));
    let many = canvas.span(Role::Text, format!(" {} ", latest.count));
    let line = if latest.side == Side::Server {
        let head = canvas.theme.glyph(Glyph::Right);
        Line::from(vec![
            what,
            many,
            canvas.bold(role, format!("{shaft}{head}")),
        ])
    } else {
        let head = canvas.theme.glyph(Glyph::Left);
        Line::from(vec![
            canvas.bold(role, format!("{head}{shaft}")),
            many,
            what,
        ])
    };
    canvas.centred(area.x, area.y, area.width, &line);
}

/// The keys that were pressed, so that the room sees them.
fn echo(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    if app.bar.is_some() || app.notice.is_some() {
        let row = Rect { ..area };
        if app.bar.is_some() {
            chrome::bar::draw(app, canvas, row);
        } else {
            chrome::footer::draw(app, canvas, row);
        }
        return;
    }
    let mut spans = Vec::new();
    for key in &app.echo {
        spans.push(Span::raw(" "));
        spans.push(canvas.span(Role::KeyCap, format!(" {key} ")));
    }
    canvas.right(area.x, area.y, area.width, &Line::from(spans));
}
