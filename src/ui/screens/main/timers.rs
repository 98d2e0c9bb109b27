//! What of an actor's sockets counts up or down: the accept queue, timers of the kernel.

use super::calls::span;
use crate::{
    app::{App, Cursor},
    model::{
        event::Timer,
        ids::{Actor, Nanos},
        session::SocketState,
        tcp::TcpState,
    },
    ui::{canvas::Canvas, theme::Role, widgets::gauge::gauge},
};
use ratatui::text::Line;

/// Below so much left, a countdown is shown in tenths of a second.
const FINE: Nanos = Nanos::from_millis(10_000);

/// As many rows at most.
const MOST: usize = 6;

/// One row for each thing that counts.
pub(super) fn rows(
    app: &App,
    now: Nanos,
    canvas: &mut Canvas<'_>,
    cells: u16,
    actor: Actor,
) -> Vec<Line<'static>> {
    let session = app.session();
    let mut rows = Vec::new();
    for socket in session.sockets_of(actor) {
        if rows.len() == MOST {
            break;
        }
        if socket.state == TcpState::Listen
            && let (Some(queued), Some(backlog)) = (socket.recv_q, socket.send_q)
        {
            rows.push(accept_queue(canvas, cells, actor, queued, backlog));
        }
        rows.extend(timer(app, now, canvas, socket));
    }
    rows
}

/// `accept queue  1 of 6  ▕█     ▏`: Linux lets one more wait than the backlog that `ss` shows as Send-Q.
fn accept_queue(
    canvas: &Canvas<'_>,
    cells: u16,
    actor: Actor,
    queued: u64,
    backlog: u64,
) -> Line<'static> {
    let most = backlog.saturating_add(1);
    let role = if queued == 0 {
        Role::Dim
    } else if queued >= most {
        Role::Bad
    } else {
        Role::Wait
    };
    let mut line = Line::from(vec![
        canvas.span(Role::Dim, "accept queue  "),
        canvas.span(role, format!("{queued} of {most}")),
    ]);
    let words = match queued {
        0 => "",
        1 => "  one waits to be accepted",
        _ if queued >= most => "  full",
        _ => "  wait to be accepted",
    };
    // Linux lets one more wait than `listen` was given.
    let why = " (backlog + 1)";
    if line.width() + why.len() <= usize::from(cells) {
        line.spans.push(canvas.span(Role::Dim, why));
    }
    let gauge = gauge(canvas, Role::from(actor), queued, most, 11);
    if line.width() + 2 + gauge.width() <= usize::from(cells) {
        line.spans.push("  ".into());
        line.spans.extend(gauge.spans);
    }
    if line.width() + words.len() <= usize::from(cells) {
        line.spans.push(canvas.span(Role::Dim, words));
    }
    line
}

/// `TIME-WAIT ends in about 58s`: what the kernel said was left, less what has passed since it said so.
fn timer(
    app: &App,
    now: Nanos,
    canvas: &mut Canvas<'_>,
    socket: &SocketState,
) -> Option<Line<'static>> {
    let (detail, seen) = socket.detail?;
    let (timer, left) = detail.timer?;
    let left = left.since(app.clock(now).since(seen));
    let what = match timer {
        Timer::Retransmit => "sends it again in",
        Timer::KeepAlive => "asks if the peer is there in",
        // Linux runs the same timer for a closed socket whose peer has not said goodbye.
        Timer::TimeWait if socket.state == TcpState::FinWait2 => "FIN-WAIT-2 is given up in",
        Timer::TimeWait => "TIME-WAIT ends in",
        Timer::Probe => "asks for a window in",
    };
    if matches!(app.cursor(), Cursor::Live) && left > Nanos(0) {
        let fine = left < FINE && !app.settings.reduced_motion;
        canvas.ticks(if fine { 10 } else { 1 });
    }
    let time = if left == Nanos(0) {
        "a moment".to_owned()
    } else if left >= FINE {
        format!("about {}s", left.millis() / 1000)
    } else if left >= Nanos::from_millis(100) {
        format!("about {:.1}s", left.millis() as f64 / 1000.0)
    } else {
        format!("about {}", span(canvas, left))
    };
    let mut line = Line::from(vec![
        canvas.span(Role::Dim, format!("{what} ")),
        canvas.bold(Role::Wait, time),
    ]);
    if detail.retransmits > 0 && timer == Timer::Retransmit {
        let sign = canvas.theme.glyph(crate::ui::glyphs::Glyph::Times);
        line.spans.push(canvas.span(
            Role::Dim,
            format!(", sent again {}{sign} so far", detail.retransmits),
        ));
    }
    Some(line)
}
