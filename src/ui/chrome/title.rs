//! The title bar: which network, who talks to whom, how far the script is, and which moment is shown; of a
//! recording, the file's name and how fast it plays.

use crate::{
    app::{App, Cursor, RecordedKind},
    model::{
        ids::{Actor, Nanos, Side},
        payload::escaped,
        story::words::number,
    },
    ui::{canvas::Canvas, glyphs::Glyph, text::cut, theme::Role, widgets::gauge::gauge},
};
use core::net::SocketAddr;
use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

/// Columns of a recording's name.
const LONGEST_NAME: usize = 28;
/// Cells of the gauge of what has been read.
const GAUGE: u16 = 10;

/// Draws it.
pub fn draw(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    let bar = canvas.theme.style(Role::Bar);
    canvas.tint(area, bar);
    let session = app.session();
    let mut right = reading(app, canvas);
    right.extend(recording(app, canvas));
    right.extend(moment(app, now, canvas));
    right.extend(pace(app, canvas));
    right.push(" ".into());
    let right = Line::from(right);
    let right_wide = right.width() as u16;
    let at = canvas.right(area.x, area.y, area.width, &right);

    let mut left = vec![canvas.bold(Role::Text, " fourline")];
    let room = usize::from(at.saturating_sub(area.x));
    let wide = |spans: &[Span<'_>]| spans.iter().map(Span::width).sum::<usize>();
    if let Some(recorded) = &app.recorded {
        let cells = usize::from(area.width / 4).min(room.saturating_sub(wide(&left) + 3));
        let name = escaped(recorded.name.as_bytes());
        let name = cut(&name, cells, canvas.theme.glyph(Glyph::Ellipsis));
        left.push(canvas.bold(Role::Note, format!("  {name}")));
    }
    let network = canvas.bold(Role::Cable, format!("  {}", session.network));
    if wide(&left) + network.width() < room {
        left.push(network);
    }
    left.push(Span::raw("  "));
    let mut names = ends(app, canvas, true);
    let step = step(app);
    // What matters least goes first where it is narrow.
    if wide(&left) + wide(&names) + 3 + step.len() > room {
        names = ends(app, canvas, false);
    }
    if wide(&left) + wide(&names) + 3 + step.len() <= room {
        left.extend(names);
        let free = room - wide(&left);
        let gap = (free - step.len()) / 2;
        left.push(Span::raw(" ".repeat(gap.max(2))));
        left.push(canvas.span(Role::Dim, step));
    } else if wide(&left) + step.len() < room {
        left.push(canvas.span(Role::Dim, step));
    }
    let room = area.width.saturating_sub(right_wide);
    canvas.line(area.x, area.y, room, &Line::from(left));
}

/// `server 127.0.0.1:10008 ⇄ 127.0.0.1:49164 client`, or with the ports alone; in the lab, where each end has an address
/// of its own, `server 10.0.0.1 ⇄ 10.0.0.2 client`.
fn ends(app: &App, canvas: &Canvas<'_>, whole: bool) -> Vec<Span<'static>> {
    let written = |address: SocketAddr| {
        if app.has_cable() {
            address.ip().to_string()
        } else if whole {
            address.to_string()
        } else {
            format!(":{}", address.port())
        }
    };
    let session = app.session();
    let listener = session.listener(Actor::Server).and_then(|s| s.local);
    let client = session.newest(app.client().into());
    let server = client
        .and_then(|c| c.peer)
        .or(listener)
        .unwrap_or(session.server_address);
    let both = if canvas.theme.ascii() {
        "<->"
    } else {
        canvas.theme.glyph(Glyph::Both)
    };
    // Where there is little room, addresses that differ need no names.
    let named = whole || !app.has_cable();
    let name = if named { "server " } else { "" };
    let mut spans = vec![
        canvas.span(Role::Server, format!("{name}{}", written(server))),
        canvas.span(Role::Cable, format!(" {both} ")),
    ];
    let foreign = app.foreign().filter(|f| f.side == Side::Client);
    let local = client.and_then(|c| c.local).or(foreign.map(|f| f.address));
    let text = local.map_or_else(
        || app.client().to_string(),
        |local| {
            if named {
                format!("{} {}", written(local), app.client())
            } else {
                written(local)
            }
        },
    );
    spans.push(canvas.span(Role::Client, text));
    spans
}

/// `● talk.pcapng`, while a recording is written.
fn recording(app: &App, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    let Some(path) = &app.keep.recording else {
        return Vec::new();
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = escaped(name.as_bytes());
    let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
    let sign = if canvas.theme.ascii() { "REC" } else { "●" };
    vec![
        canvas.bold(Role::Bad, format!("{sign} ")),
        canvas.span(
            Role::Text,
            format!("{}   ", cut(&name, LONGEST_NAME, ellipsis)),
        ),
    ]
}

fn step(app: &App) -> String {
    let session = app.session();
    let told_elsewhere = app.learning.is_some() && !session.left_script;
    if told_elsewhere || session.is_capture() || session.script.is_empty() && app.recorded.is_some()
    {
        String::new()
    } else if session.script.is_empty() || session.left_script {
        "free play".to_owned()
    } else {
        format!("step {} of {}", session.step, session.script.len())
    }
}

/// `live 00:12.345`, `past 00:03.000`, `frozen 00:03.000, 12 behind`, `recorded 00:03.000`.
fn moment(app: &App, now: Nanos, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    let session = app.session();
    let waits = session.actors.values().any(|a| !a.waiting.is_empty());
    let lies = app.has_cable() && session.cable.on_it().next().is_some();
    let at = if waits || lies {
        app.clock(now)
    } else {
        session.at
    };
    let behind = app.book.events().len().saturating_sub(session.count);
    let kind = app.recorded.as_ref().map(|r| r.kind);
    let (role, word) = match app.cursor() {
        _ if kind == Some(RecordedKind::Capture) => (Role::Note, "captured"),
        _ if kind.is_some() => (Role::Note, "recorded"),
        Cursor::Live => (Role::Ok, "live"),
        Cursor::At { frozen: true, .. } => (Role::Note, "frozen"),
        Cursor::At { frozen: false, .. } => (Role::Wait, "past"),
    };
    let mut spans = vec![canvas.bold(role, format!("{word} {}", clock(at)))];
    // Of a recording, the timeline says it.
    if behind > 0 && kind.is_none() {
        spans.push(canvas.span(Role::Dim, format!(" {} behind", number(behind as u64))));
    }
    spans
}

/// How far the file has been read, while the rest of it is: `reading ▕██   ▏ 43%`; or that it ends too early.
fn reading(app: &App, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    let Some(recorded) = &app.recorded else {
        return Vec::new();
    };
    let Some((read, size)) = recorded.progress else {
        let short = recorded.stopped.is_some();
        let told = canvas.span(Role::Bad, "incomplete  ");
        return short.then_some(told).into_iter().collect();
    };
    let mut spans = vec![canvas.span(Role::Dim, "reading ")];
    spans.extend(gauge(canvas, Role::Wait, read, size, GAUGE).spans);
    let percent = u128::from(read.min(size)) * 100;
    let percent = percent.checked_div(u128::from(size)).unwrap_or(0);
    spans.push(canvas.span(Role::Dim, format!(" {percent}%  ")));
    spans
}

/// How fast it plays: `▶ every 1.5s`; of a recording, `▶ ×2`.
fn pace(app: &App, canvas: &Canvas<'_>) -> Option<Span<'static>> {
    if let Some(recorded) = &app.recorded {
        let times = canvas.theme.glyph(Glyph::Times);
        let speed = recorded.speed;
        return Some(if app.play.on {
            let sign = canvas.theme.glyph(Glyph::Right);
            canvas.span(Role::Wait, format!("  {sign} {times}{speed}"))
        } else {
            canvas.span(Role::Dim, format!("  {times}{speed}"))
        });
    }
    app.play.on.then(|| {
        let pace = app.play.pace.millis() as f64 / 1000.0;
        let sign = canvas.theme.glyph(Glyph::Right);
        canvas.span(Role::Wait, format!("  {sign} every {pace}s"))
    })
}

/// `00:12.345`, and with hours when there are any.
pub(super) fn clock(at: Nanos) -> String {
    let ms = at.millis();
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}.{:03}", ms % 1000)
    } else {
        format!("{minutes:02}:{seconds:02}.{:03}", ms % 1000)
    }
}
