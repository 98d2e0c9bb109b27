//! The timer of a connection: what runs, how often it has run out, and how much is left of it.

use crate::{
    app::{App, Cursor},
    model::{
        event::{Detail, Timer},
        ids::Nanos,
        session::SocketState,
        tcp::TcpState,
    },
    ui::{
        canvas::Canvas,
        screens::bits::{Bits, seconds, span},
        theme::Role,
        widgets::gauge::gauge,
    },
};

/// Below so much left, a countdown is shown in tenths of a second.
const FINE: Nanos = Nanos::from_millis(10_000);
/// Cells of the gauge.
const GAUGE: u16 = 10;

/// What is left of a timer now, as far as the kernel has told. Asks to be drawn again while it counts.
fn left(
    app: &App,
    now: Nanos,
    canvas: &mut Canvas<'_>,
    socket: &SocketState,
) -> Option<(Timer, Nanos, Detail)> {
    let (detail, seen) = socket.detail?;
    let (timer, left) = detail.timer?;
    let left = left.since(app.clock(now).since(seen));
    if matches!(app.cursor(), Cursor::Live) && left > Nanos(0) {
        let fine = left < FINE && !app.settings.reduced_motion;
        canvas.ticks(if fine { 10 } else { 1 });
    }
    Some((timer, left, detail))
}

/// As `ss -o` has it: `on 0.2s`, `timewait 58s`.
pub(super) fn short(
    app: &App,
    now: Nanos,
    canvas: &mut Canvas<'_>,
    socket: &SocketState,
    cells: usize,
) -> Option<String> {
    let (timer, left, _) = left(app, now, canvas, socket)?;
    let (name, brief) = match timer {
        Timer::Retransmit => ("on", "on"),
        Timer::KeepAlive => ("keepalive", "keep"),
        Timer::TimeWait => ("timewait", "wait"),
        Timer::Probe => ("persist", "prob"),
    };
    let time = match left {
        Nanos(0) => "0s".to_owned(),
        left if left >= FINE => format!("{}s", left.millis() / 1000),
        left => format!("{:.1}s", tenths(left)),
    };
    let whole = format!("{name} {time}");
    Some(if whole.len() <= cells {
        whole
    } else {
        format!("{brief} {time}")
    })
}

/// Rounded up, so that what is still to come is never 0.
fn tenths(left: Nanos) -> f64 {
    left.millis().div_ceil(100) as f64 / 10.0
}

fn in_words(left: Nanos) -> String {
    match left {
        Nanos(0) => "in a moment".to_owned(),
        left if left >= FINE => format!("in about {}", seconds(left)),
        left => format!("in about {:.1} s", tenths(left)),
    }
}

/// The timer in words, with a gauge that empties where there is room:
/// `RTO 1.60s, third try, doubled twice; sends it again in about 0.8 s ▕████    ▏`.
pub(super) fn told(
    app: &App,
    now: Nanos,
    canvas: &mut Canvas<'_>,
    socket: &SocketState,
    cells: usize,
) -> Bits {
    let Some((timer, left, detail)) = left(app, now, canvas, socket) else {
        let text = match (socket.detail, socket.state) {
            (_, TcpState::Closed) => "not in the kernel's table: nothing runs",
            (_, TcpState::Listen) => "a listener has no timer",
            (Some(_), _) => "no timer runs",
            (None, _) => "its timer is not known",
        };
        return Bits::of(Role::Dim, text);
    };
    let ascii = canvas.theme.ascii();
    let (before, does) = match timer {
        Timer::Retransmit => (tries(&detail, ascii), "; sends it again "),
        Timer::Probe => (probes(&detail), "; asks again "),
        Timer::KeepAlive => (Bits::new(), "asks if the peer is there "),
        // Linux runs the same timer for a closed socket whose peer has not said goodbye.
        Timer::TimeWait if socket.state == TcpState::FinWait2 => {
            (Bits::new(), "FIN-WAIT-2 is given up ")
        }
        Timer::TimeWait => (Bits::new(), "TIME-WAIT ends "),
    };
    let time = in_words(left);
    let mut line = before.clone();
    line.extend(Bits::of(Role::Dim, does).and(Role::Wait, time.as_str()));
    if line.width() > cells && !before.0.is_empty() {
        let time = time.replace("about ", "");
        line = before;
        line.extend(Bits::of(Role::Dim, "; again ").and(Role::Wait, time));
    }
    if let (Timer::Retransmit, Some(rto)) = (timer, detail.rto)
        && line.width() + usize::from(GAUGE) < cells
    {
        let gauge = gauge(canvas, Role::Wait, left.0.min(rto.0), rto.0, GAUGE);
        line.push(Role::Wait, " ");
        for span in gauge.spans {
            line.push(Role::Wait, span.content.into_owned());
        }
    }
    line
}

/// `RTO 1.60s, 2 time-outs, doubled twice`.
fn tries(detail: &Detail, ascii: bool) -> Bits {
    let rto = detail
        .rto
        .map_or_else(|| "-".to_owned(), |rto| span(rto, ascii));
    let mut line = Bits::of(Role::Dim, "RTO ").bold(Role::Text, rto);
    match detail.tries {
        None | Some(0) => {}
        Some(1) => line.push(Role::Dim, ", 1 time-out"),
        Some(tries) => line.push(Role::Dim, format!(", {tries} time-outs")),
    }
    if let Some(n @ 1..) = detail.backoff {
        line.push(Role::Wait, format!(", doubled {}", times(n)));
    }
    line
}

/// `the peer's window is closed, asked twice`.
fn probes(detail: &Detail) -> Bits {
    let mut line = Bits::of(Role::Dim, "the peer's window is closed");
    if let Some(n @ 1..) = detail.probes {
        line.push(Role::Dim, format!(", asked {}", times(n)));
    }
    line
}

fn times(n: u8) -> String {
    match n {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}
