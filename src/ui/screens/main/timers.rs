//! What of an actor's sockets counts up or down: the accept queue, timers of the kernel.

use super::calls::span;
use crate::{
    app::{App, Cursor},
    model::{
        event::{Detail, Timer},
        ids::{Actor, Nanos},
        session::SocketState,
        tcp::TcpState,
    },
    ui::{canvas::Canvas, theme::Role, widgets::gauge::gauge},
};
use ratatui::text::Line;

/// Below so much left, a countdown is shown in tenths of a second.
const FINE: Nanos = Nanos::from_millis(10_000);

/// Cells of a gauge.
const GAUGE: u16 = 11;

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
        rows.extend(timer(app, now, canvas, cells, socket));
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

/// `sends SYN again in 0.72 s  ▕███████  ▏`: what the kernel said was left, less what has passed since it said so.
fn timer(
    app: &App,
    now: Nanos,
    canvas: &mut Canvas<'_>,
    cells: u16,
    socket: &SocketState,
) -> Vec<Line<'static>> {
    let Some((detail, seen)) = socket.detail else {
        return Vec::new();
    };
    let Some((timer, left)) = detail.timer else {
        return Vec::new();
    };
    let left = left.since(app.clock(now).since(seen));
    if matches!(app.cursor(), Cursor::Live) && left > Nanos(0) {
        let fine = left < FINE && !app.settings.reduced_motion;
        canvas.ticks(if fine { 10 } else { 1 });
    }
    let again = matches!(timer, Timer::Retransmit | Timer::Probe);
    let time = if left == Nanos(0) {
        "a moment".to_owned()
    } else if left >= FINE {
        format!("about {}s", left.millis() / 1000)
    } else if again {
        format!("{:.2} s", left.0 as f64 / 1e9)
    } else if left >= Nanos::from_millis(100) {
        format!("about {:.1}s", left.millis() as f64 / 1000.0)
    } else {
        format!("about {}", span(canvas, left))
    };
    let (words, brief) = what(timer, socket.state, &detail);
    let fits = words.len() + 1 + time.chars().count() <= usize::from(cells);
    let words = if fits { words } else { brief };
    let mut line = Line::from(vec![
        canvas.span(Role::Dim, format!("{words} ")),
        canvas.bold(Role::Wait, time),
    ]);
    // How far the time-out has come that the kernel has set.
    if let Some(whole) = detail.rto.filter(|rto| again && *rto >= left) {
        let gauge = gauge(canvas, Role::Wait, whole.since(left).0, whole.0, GAUGE);
        let free = usize::from(cells).saturating_sub(line.width() + gauge.width());
        if free > 0 {
            line.spans.push(" ".repeat(free.min(2)).into());
            line.spans.extend(gauge.spans);
        }
    }
    let tries = tries(canvas, timer, &detail);
    core::iter::once(line).chain(tries).collect()
}

/// What the timer does when it runs out; and the same in fewer words.
const fn what(timer: Timer, state: TcpState, detail: &Detail) -> (&'static str, &'static str) {
    match (timer, state) {
        (Timer::Retransmit, TcpState::SynSent) => ("sends SYN again in", "SYN again in"),
        (Timer::Retransmit, TcpState::SynReceived) => {
            ("sends SYN,ACK again in", "SYN,ACK again in")
        }
        (Timer::Retransmit, TcpState::FinWait1 | TcpState::Closing | TcpState::LastAck)
            if detail.unacked == 0 =>
        {
            ("sends FIN again in", "FIN again in")
        }
        (Timer::Retransmit, _) => ("sends it again in", "again in"),
        (Timer::KeepAlive, _) => ("asks if the peer is there in", "keep-alive in"),
        // Linux runs the same timer for a closed socket whose peer has not said goodbye.
        (Timer::TimeWait, TcpState::FinWait2) => {
            ("FIN-WAIT-2 is given up in", "FIN-WAIT-2 ends in")
        }
        (Timer::TimeWait, _) => ("TIME-WAIT ends in", "TIME-WAIT ends in"),
        (Timer::Probe, _) => ("asks for a window in", "asks again in"),
    }
}

/// How often the timer ran out or it was asked already, and how far the kernel has put off the next time: it doubles its
/// time-out, though not that of the first SYNs (RFC 6298, 5.5; `tcp_syn_linear_timeouts`). The kernel counts time-outs,
/// and a tail loss probe (RFC 8985) that went out before the first of them is none.
fn tries(canvas: &Canvas<'_>, timer: Timer, detail: &Detail) -> Option<Line<'static>> {
    let times = |n: u64| match n {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    };
    let done = match timer {
        Timer::Retransmit => match (detail.tries, detail.retransmits) {
            (Some(0), _) | (None, 0) => return None,
            (Some(1), _) => "1 time-out".to_owned(),
            (Some(tries), _) => format!("{tries} time-outs"),
            (None, ever) => format!("sent again {} so far", times(ever.into())),
        },
        Timer::Probe => {
            let asked = detail.probes.map(u64::from).filter(|n| *n > 0)?;
            format!("asked {}", times(asked))
        }
        Timer::KeepAlive | Timer::TimeWait => return None,
    };
    let doubled = detail.backoff.map(u64::from).filter(|n| *n > 0);
    let what = if timer == Timer::Retransmit {
        ""
    } else {
        "time-out "
    };
    let doubled = doubled.map_or_else(String::new, |n| format!("; {what}doubled {}", times(n)));
    Some(Line::from(
        canvas.span(Role::Dim, format!("{done}{doubled}")),
    ))
}
