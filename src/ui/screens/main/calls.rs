//! An actor's latest calls, the newest at the bottom; below them those that wait, and what waits behind these.

use crate::{
    app::{App, Cursor, Panel as Which, ScrollId},
    model::{
        call::{Call, CallDone},
        event::{Event, Fact},
        ids::{Actor, EventId, Nanos},
        payload::Payload,
        program::Stream,
        session::WaitingCall,
        story::program,
    },
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        screens::captured,
        text::{cut, width, wrap},
        theme::Role,
        widgets::{bytes::quoted, scroll},
    },
};
use ratatui::{layout::Rect, text::Line};

/// Fewer cells than this say nothing of a payload: `"he…"`.
const LEAST_QUOTED: usize = 5;

/// One row of the list.
enum Row<'a> {
    Done(&'a Event, &'a CallDone),
    Waits(&'a WaitingCall),
    Queued(&'a str),
    Printed(Stream, &'a Payload),
}

/// So many lines of a program of somebody's own can be scrolled through.
const MOST_PRINTED: usize = 60;

/// What programs of somebody's own have printed on the side of an actor that makes no calls itself.
fn printed(app: &App, actor: Actor) -> Vec<Row<'_>> {
    let all = app.book.printed_at(app.session().count).iter().rev();
    let lines = all.filter(|entry| entry.who == Some(actor));
    let mut rows: Vec<_> = lines
        .take(MOST_PRINTED)
        .filter_map(|entry| app.book.printed(entry))
        .map(|(stream, data)| Row::Printed(stream, data))
        .collect();
    rows.reverse();
    rows
}

/// What stands there before the first call.
fn nothing(app: &App, actor: Actor) -> &'static str {
    if app.session().is_capture() {
        return captured::NO_CALLS;
    }
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
        let printed = printed(app, actor).len();
        if printed > 0 {
            return 1 + printed as u16;
        }
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
    let heading_text = if rows.is_empty() {
        rows = printed(app, actor);
        if rows.is_empty() { "calls" } else { "prints" }
    } else {
        "calls"
    };
    // The heading goes where there are but few rows and all are needed.
    let heading = u16::from(area.height >= 4 || usize::from(area.height) > rows.len().max(1));
    let list = Rect {
        y: area.y + heading,
        height: area.height - heading,
        ..area
    };
    let shown = scroll::rows(canvas, app, ScrollId::Panel(which), list, rows.len());
    if heading == 1 {
        canvas.text(area.x, area.y, area.width, Role::Dim, heading_text);
        let mut right = scroll::mark(&shown, rows.len());
        if let Some(mode) = state.and_then(|s| s.serving.as_deref()) {
            right = format!("answers by itself: {mode}");
        }
        let line = Line::from(canvas.span(Role::Dim, right));
        canvas.right(area.x + 7, area.y, area.width.saturating_sub(7), &line);
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
            Row::Printed(stream, data) => {
                let to = match stream {
                    Stream::Stdout => "",
                    Stream::Stderr => "stderr ",
                };
                let room = usize::from(list.width).saturating_sub(to.len());
                let line = program::without_end(data);
                let text = quoted(canvas, line, data.omitted > 0, room);
                let spans = [canvas.span(Role::Bad, to), canvas.span(Role::Note, text)];
                canvas.line(list.x, y, list.width, &Line::from(spans.to_vec()));
            }
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
    let cells = usize::from(list.width).saturating_sub(width(equals) + tail[1].width());
    // The time goes before the call is cut.
    let (room, took) = match fitting(canvas, &done.call, cells.saturating_sub(1 + width(&took))) {
        Some(_) => (cells.saturating_sub(1 + width(&took)), took),
        None => (cells, String::new()),
    };
    let text = shorter(canvas, &done.call, room);
    let free = room.saturating_sub(width(&text));
    if let Some(data) = done.data.as_ref().filter(|d| !d.is_empty() && free >= 8) {
        let more = data.len() > data.kept.len() as u64;
        let told = quoted(canvas, &data.kept, more, (free - 1).min(40));
        tail.push(canvas.span(Role::Bytes, format!(" {told}")));
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
    // At the moment at which it is told that a call waits, it has not waited yet.
    let since = match app.clock(now).since(call.since) {
        Nanos(0) => String::new(),
        since => span(canvas, since),
    };
    let room = usize::from(list.width).saturating_sub(" waits".len());
    let beside = room.saturating_sub(1 + width(&since));
    let (room, since) = match fitting(canvas, &call.call, beside) {
        Some(_) => (beside, since),
        None => (room, String::new()),
    };
    let text = shorter(canvas, &call.call, room);
    let line = Line::from(vec![
        canvas.span(Role::Wait, text),
        canvas.bold(Role::Wait, " waits"),
    ]);
    line_with_time(canvas, list, y, &line, &since);
}

fn line_with_time(canvas: &mut Canvas<'_>, list: Rect, y: u16, line: &Line<'_>, time: &str) {
    let time = Line::from(canvas.span(Role::Dim, time.to_owned()));
    let kept = time.width() as u16 + u16::from(time.width() > 0);
    canvas.line(list.x, y, list.width.saturating_sub(kept), line);
    canvas.right(list.x, y, list.width, &time);
}

/// A call in so many cells, by its name alone if nothing else fits.
fn shorter(canvas: &Canvas<'_>, call: &Call, cells: usize) -> String {
    fitting(canvas, call, cells).unwrap_or_else(|| {
        let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
        cut(&format!("{}({ellipsis})", call.name()), cells, ellipsis)
    })
}

/// A call in so many cells: as C has it; if that is too long, with shortened bytes or with fewer arguments. Nothing is
/// cut in mid-word.
fn fitting(canvas: &Canvas<'_>, call: &Call, cells: usize) -> Option<String> {
    let name = call.name();
    let short = match call {
        Call::Send { fd, len, data, .. } => {
            let whole = usize::try_from(*len).unwrap_or(usize::MAX);
            let kept = &data.kept[..data.kept.len().min(whole).min(64)];
            let more = (kept.len() as u64) < data.len();
            let with = |fixed: usize| {
                let room = cells
                    .checked_sub(fixed)
                    .filter(|room| *room >= LEAST_QUOTED)?;
                Some(quoted(canvas, kept, more, room))
            };
            let around = |data: String, tail: &str| format!("{name}({fd}, {data}{tail})");
            let count = format!(", {len}");
            let fixed = width(&around(String::new(), ""));
            let data = with(fixed + width(&count)).map(|data| around(data, &count));
            vec![data.or_else(|| with(fixed).map(|data| around(data, "")))]
        }
        Call::Socket { .. } => vec![Some("socket()".to_owned())],
        Call::Bind { fd, addr } | Call::Connect { fd, addr } => vec![
            Some(format!("{name}({fd}, :{})", addr.port())),
            Some(format!("{name}(:{})", addr.port())),
        ],
        Call::SetSockOpt { fd, option, .. } => vec![
            Some(format!("{name}({fd}, {option})")),
            Some(format!("{name}({option})")),
        ],
        Call::GetSockOpt { option, .. } => vec![Some(format!("{name}({option})"))],
        _ => Vec::new(),
    };
    core::iter::once(Some(call.to_string()))
        .chain(short)
        .flatten()
        .find(|text| width(text) <= cells)
}

/// A span of time; `us` where there is no `µ`.
pub(super) fn span(canvas: &Canvas<'_>, time: Nanos) -> String {
    if canvas.theme.ascii() {
        format!("{time:#}")
    } else {
        time.to_string()
    }
}
