//! Both ends, large: the state of each, and the call that it is in or has made last.

use crate::{
    app::{App, Cursor},
    model::{
        event::Fact,
        ids::{Actor, Nanos},
        story::words::number,
        tcp::TcpState,
    },
    ui::{
        canvas::Canvas,
        screens::captured,
        text::wrap,
        theme::Role,
        widgets::{large, panel::Panel},
    },
};
use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

/// The widest name of a state, in large letters.
const WIDEST: &str = "SYN-RECEIVED";
/// Cells between the two ends.
const GAP: u16 = 2;

/// Both ends: side by side, or one above the other where a state would not fit in large letters.
pub(super) struct Ends {
    stacked: bool,
    each: u16,
}

impl Ends {
    pub(super) fn new(canvas: &Canvas<'_>, area: Rect) -> Self {
        let letters = large::height(canvas.theme.ascii());
        let fits = large::width(WIDEST) <= (area.width - GAP) / 2 - 4;
        if !fits && letters == 3 {
            let each = letters + 2;
            return Self {
                stacked: true,
                each,
            };
        }
        let each = if area.height >= 34 {
            2 * letters + 6
        } else {
            letters + 4
        };
        Self {
            stacked: false,
            each,
        }
    }

    pub(super) const fn height(&self) -> u16 {
        if self.stacked {
            2 * self.each
        } else {
            self.each
        }
    }

    pub(super) fn draw(&self, app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
        let wide = if self.stacked {
            area.width
        } else {
            (area.width - GAP) / 2
        };
        let both = [Actor::Server, app.client()];
        // Both ends are equally large: a state that is small beside a huge one would seem to matter less.
        let inside = wide.saturating_sub(4);
        let bottom = area.y + self.height();
        let huge = bottom <= area.bottom()
            && both
                .iter()
                .all(|actor| large::width(state(app, *actor).1) <= inside);
        for (i, actor) in both.into_iter().enumerate() {
            let second = i == 1;
            let rect = Rect {
                x: if second { area.right() - wide } else { area.x },
                y: area.y + u16::from(second && self.stacked) * self.each,
                width: wide,
                height: self.each,
            };
            let rect = rect.intersection(area).intersection(canvas.buf.area);
            end(app, now, canvas, rect, actor, huge);
        }
    }
}

/// What lies in the receive queues of an end and waits for its program, in a few words.
fn queued(app: &App, actor: Actor) -> Option<String> {
    let (mut callers, mut bytes) = (0, 0);
    for socket in app.session().sockets_of(actor).filter(|s| !s.is_gone()) {
        let queue = socket.recv_q.unwrap_or(0);
        match socket.state {
            TcpState::Listen => callers += queue,
            // A FIN that has come counts there, and none could read it.
            state if state.fin_received() => bytes += queue.saturating_sub(1),
            _ => bytes += queue,
        }
    }
    let some = |n: u64, what: &str| {
        let plural = if n == 1 { "" } else { "s" };
        (n > 0).then(|| format!("{} {what}{plural}", number(n)))
    };
    let says = [some(callers, "caller"), some(bytes, "byte")];
    let says: Vec<_> = says.into_iter().flatten().collect();
    (!says.is_empty()).then(|| format!("Recv-Q: {}", says.join(", ")))
}

/// The state of an end, or what there is in its place.
fn state(app: &App, actor: Actor) -> (Role, &'static str) {
    let foreign = app.foreign().is_some_and(|f| f.side == actor.side());
    match app.session().newest(actor.into()) {
        Some(socket) => (Role::from(socket.state), socket.state.rfc()),
        None if foreign => (Role::Dim, "not ours"),
        None => (Role::Dim, "no socket"),
    }
}

/// One end: its state, in large letters where those of both ends fit, and the call that it is in or has made last.
fn end(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect, actor: Actor, huge: bool) {
    let role = Role::from(actor);
    let title = canvas.bold(role, actor.to_string().to_uppercase());
    let queue = queued(app, actor).map(|queue| canvas.bold(Role::Wait, queue));
    let inner = Panel::new(role, title)
        .right(queue.map(Line::from).unwrap_or_default())
        .draw(canvas, area);
    let foreign = app.foreign().is_some_and(|f| f.side == actor.side());
    let (state_role, state) = state(app, actor);
    let high = large::height(canvas.theme.ascii());
    if inner.height <= high {
        // The call stands beside the state.
        let wide = large::width(state);
        let (state_cells, drawn) = if huge && inner.height == high {
            large::large(canvas, inner.x, inner.y, inner.width, state_role, state);
            (wide.max(large::width(WIDEST)) + 2, true)
        } else {
            (0, false)
        };
        if !drawn {
            let state = Line::from(canvas.bold(state_role, state));
            canvas.line(inner.x, inner.y, inner.width, &state);
        }
        let rest = Rect {
            x: inner.x + state_cells,
            y: inner.y + u16::from(!drawn),
            width: inner.width.saturating_sub(state_cells),
            height: inner.height.saturating_sub(u16::from(!drawn)),
        };
        call_in(app, now, canvas, rest, actor, foreign);
        return;
    }
    let air = u16::from(inner.height >= high + 4);
    let mut y = inner.y + air;
    if huge {
        large::large(canvas, inner.x, y, inner.width, state_role, state);
        y += high;
    } else {
        let state = Line::from(canvas.bold(state_role, state));
        canvas.line(inner.x, y, inner.width, &state);
        y += 1;
    }
    y += air;
    let result = brief(app, actor).filter(|(_, text)| {
        let room = inner.bottom().saturating_sub(y);
        large::has(text) && large::width(text) <= inner.width && room > high
    });
    if let Some((role, text)) = result {
        large::large(canvas, inner.x, y, inner.width, role, &text);
        y += high + 1;
    }
    let rest = Rect {
        y,
        height: inner.bottom().saturating_sub(y),
        ..inner
    };
    call_in(app, now, canvas, rest, actor, foreign);
}

/// `recv = 15`, `accept waits`: the latest call in so few letters that they can be large.
fn brief(app: &App, actor: Actor) -> Option<(Role, String)> {
    let state = app.session().actors.get(&actor)?;
    if let Some(waiting) = state.waiting.last() {
        return Some((Role::Wait, format!("{} waits", waiting.call.name())));
    }
    let last = app.book.event(*state.recent.back()?)?;
    let Fact::Call(done) = &last.fact else {
        return None;
    };
    Some(match done.errno {
        Some(errno) => (Role::Bad, format!("{} {errno}", done.call.name())),
        None => (Role::Text, format!("{} = {}", done.call.name(), done.ret)),
    })
}

fn call_in(
    app: &App,
    now: Nanos,
    canvas: &mut Canvas<'_>,
    area: Rect,
    actor: Actor,
    foreign: bool,
) {
    if foreign {
        let text = "only what comes from it can be known";
        for (y, line) in (area.y..area.bottom()).zip(wrap(text, usize::from(area.width))) {
            canvas.text(area.x, y, area.width, Role::Dim, &line);
        }
        return;
    }
    let lines = call(app, now, canvas, actor, area.width);
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        canvas.line(area.x, y, area.width, &line);
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
            if session.is_capture() {
                let lines = wrap(captured::NO_CALLS, usize::from(cells));
                let line = |text| Line::from(canvas.span(Role::Dim, text));
                return lines.into_iter().map(line).collect();
            }
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
