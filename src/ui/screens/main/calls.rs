//! An actor's latest calls, the newest at the bottom; below them those that wait, and what waits behind these.

use crate::{
    app::{App, Cursor, Panel as Which, ScrollId},
    model::{
        call::{Call, CallDone, Short},
        event::{Event, Fact},
        ids::{Actor, EventId, Nanos},
        session::WaitingCall,
    },
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        text::{cut, width, wrap},
        theme::Role,
        widgets::scroll,
    },
};
use ratatui::{layout::Rect, text::Line};

/// One row of the list.
enum Row<'a> {
    Done(&'a Event, &'a CallDone),
    Waits(&'a WaitingCall),
    Queued(&'a str),
}

/// What stands there before the first call.
fn nothing(app: &App, actor: Actor) -> &'static str {
    if app.foreign().is_some_and(|f| f.side == actor.side()) {
        return "not ours: its calls cannot be seen";
    }
    match actor {
        Actor::Server => "none yet; its socket, bind and listen come first",
        Actor::Client(_) => "none yet; its socket and connect come first",
    }
}

/// The rows that heading and list want.
pub(super) fn wanted(app: &App, cells: u16, actor: Actor) -> u16 {
    let state = app.session().actors.get(&actor);
    let rows = state.map_or(0, |s| s.recent.len() + s.waiting.len() + s.queued.len());
    let rows = if rows == 0 {
        wrap(nothing(app, actor), usize::from(cells)).len()
    } else {
        rows
    };
    1 + rows as u16
}

/// Draws heading and rows.
pub(super) fn draw(
    app: &App,
    now: Nanos,
    canvas: &mut Canvas<'_>,
    area: Rect,
    actor: Actor,
    which: Which,
) {
    if area.height == 0 {
        return;
    }
    let session = app.session();
    let state = session.actors.get(&actor);
    let mut rows: Vec<Row<'_>> = Vec::new();
    if let Some(state) = state {
        for id in &state.recent {
            if let Some(event) = app.book.event(*id)
                && let Fact::Call(done) = &event.fact
            {
                rows.push(Row::Done(event, done));
            }
        }
        rows.extend(state.waiting.iter().map(Row::Waits));
        rows.extend(state.queued.iter().map(|text| Row::Queued(text)));
    }
    // The heading goes where there are but few rows and all are needed.
    let heading = u16::from(area.height >= 4 || usize::from(area.height) > rows.len().max(1));
    let list = Rect {
        y: area.y + heading,
        height: area.height - heading,
        ..area
    };
    let shown = scroll::rows(canvas, app, ScrollId::Panel(which), list, rows.len());
    if heading == 1 {
        canvas.text(area.x, area.y, area.width, Role::Dim, "calls");
        let mut right = scroll::mark(&shown, rows.len());
        if let Some(mode) = state.and_then(|s| s.serving.as_deref()) {
            right = format!("answers by itself: {mode}");
        }
        let line = Line::from(canvas.span(Role::Dim, right));
        canvas.right(area.x + 6, area.y, area.width.saturating_sub(6), &line);
    }
    if rows.is_empty() {
        let lines = wrap(nothing(app, actor), usize::from(area.width));
        for (i, line) in lines.iter().enumerate() {
            if (i as u16) < list.height {
                canvas.text(list.x, list.y + i as u16, list.width, Role::Faint, line);
            }
        }
    }
    let latest = session.talk;
    for (i, row) in rows[shown.clone()].iter().enumerate() {
        let y = list.y + i as u16;
        match row {
            Row::Done(event, done) => finished(canvas, list, y, event, done, latest),
            Row::Waits(call) => waits(app, now, canvas, list, y, call),
            Row::Queued(text) => {
                let line = Line::from(vec![
                    canvas.span(Role::Dim, "then "),
                    canvas.span(Role::Dim, (*text).to_owned()),
                ]);
                canvas.line(list.x, y, list.width, &line);
            }
        }
    }
}

fn finished(
    canvas: &mut Canvas<'_>,
    list: Rect,
    y: u16,
    event: &Event,
    done: &CallDone,
    latest: Option<EventId>,
) {
    // What was said last is lit; what came before is past.
    let role = if latest == Some(event.id) {
        Role::Text
    } else {
        Role::Dim
    };
    let result = match (done.errno, done.ret) {
        (Some(errno), _) => canvas.bold(Role::Bad, errno.to_string()),
        (None, ret) => canvas.bold(Role::Ok, ret.to_string()),
    };
    let took = span(canvas, done.took_ns);
    let equals = if done.failed() { " " } else { " = " };
    let mut tail = vec![canvas.span(role, equals), result];
    let fixed = width(equals) + tail[1].width() + 1 + width(&took);
    let room = usize::from(list.width).saturating_sub(fixed);
    let text = shorter(canvas, &done.call, room);
    let free = room.saturating_sub(width(&text));
    if let Some(data) = done.data.as_ref().filter(|d| !d.is_empty() && free >= 8) {
        let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
        let told = cut(&format!(" {}", Short(data)), free, ellipsis);
        tail.push(canvas.span(Role::Bytes, told));
    }
    let mut spans = vec![canvas.span(role, text)];
    spans.append(&mut tail);
    line_with_time(canvas, list, y, &Line::from(spans), &took);
}

fn waits(app: &App, now: Nanos, canvas: &mut Canvas<'_>, list: Rect, y: u16, call: &WaitingCall) {
    let live = matches!(app.cursor(), Cursor::Live);
    if live {
        canvas.ticks(1);
    }
    let since = span(canvas, app.clock(now).since(call.since));
    let room = usize::from(list.width).saturating_sub(" waits".len() + 1 + width(&since));
    let text = shorter(canvas, &call.call, room);
    let line = Line::from(vec![
        canvas.span(Role::Wait, text),
        canvas.bold(Role::Wait, " waits"),
    ]);
    line_with_time(canvas, list, y, &line, &since);
}

fn line_with_time(canvas: &mut Canvas<'_>, list: Rect, y: u16, line: &Line<'_>, time: &str) {
    let time = Line::from(canvas.span(Role::Dim, time.to_owned()));
    let room = list.width.saturating_sub(time.width() as u16 + 1);
    canvas.line(list.x, y, room, line);
    canvas.right(list.x, y, list.width, &time);
}

/// A call in so many cells: as C has it; if that is too long, without the address's host or with shortened bytes.
fn shorter(canvas: &Canvas<'_>, call: &Call, cells: usize) -> String {
    let whole = call.to_string();
    if width(&whole) <= cells {
        return whole;
    }
    let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
    let text = match call {
        Call::Socket { .. } => "socket()".to_owned(),
        Call::Bind { fd, addr } | Call::Connect { fd, addr } => {
            format!("{}({fd}, :{})", call.name(), addr.port())
        }
        Call::Send { fd, len, data, .. } => {
            let fixed = format!("send({fd}, \"\", {len})");
            let room = cells.saturating_sub(width(&fixed)).max(1);
            let data = crate::ui::text::payload(
                &data.kept[..data.kept.len().min(64)],
                canvas.theme.ascii(),
            );
            format!("send({fd}, \"{}\", {len})", cut(&data, room, ellipsis))
        }
        Call::SetSockOpt { fd, option, .. } if width(&whole) > cells => {
            format!("setsockopt({fd}, {option})")
        }
        _ => whole,
    };
    if width(&text) <= cells {
        text
    } else {
        cut(&text, cells, ellipsis)
    }
}

/// A span of time; `us` where there is no `µ`.
pub(super) fn span(canvas: &Canvas<'_>, time: Nanos) -> String {
    if canvas.theme.ascii() {
        format!("{time:#}")
    } else {
        time.to_string()
    }
}
