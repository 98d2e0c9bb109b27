//! The selected call in full: all its arguments, its bytes, what it returned and what that means.

use super::{flags, rows};
use crate::{
    app::App,
    model::{
        call::{Call, CallDone},
        event::{Event, Fact},
        ids::Nanos,
        payload::escaped,
        story::explain::explain_at,
    },
    ui::{
        canvas::Canvas,
        screens::bits::{Bits, clock, event, role_of, seconds, shown, some, span},
        text::wrap,
        theme::Role,
        widgets::{
            bytes::{hex_line, per_row},
            panel::Panel,
        },
    },
};
use core::fmt::Write as _;
use ratatui::layout::Rect;

/// Cells before the text of each part.
const LABEL: u16 = 10;

/// Draws it.
pub(super) fn draw(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    let calls = shown(app, app.book.calls());
    let waiting = rows::waiting(app);
    let chosen = app.selected_call.filter(|&row| row < calls.len());
    match (chosen, waiting.last(), calls.last()) {
        (None, Some(waits), _) => draw_waiting(app, now, canvas, area, waits),
        (Some(row), ..) => draw_returned(app, canvas, area, calls[row]),
        (None, None, Some(&last)) => draw_returned(app, canvas, area, last),
        (None, None, None) => {
            Panel::new(
                Role::Frame,
                Bits::of(Role::Title, "ONE CALL").line(&canvas.theme),
            )
            .draw(canvas, area);
        }
    }
}

/// Writes labelled text, wrapped, from `y` on; returns the row after it.
fn part(canvas: &mut Canvas<'_>, inner: Rect, y: u16, label: &str, role: Role, text: &str) -> u16 {
    let room = inner.width.saturating_sub(LABEL);
    let left = inner.bottom().saturating_sub(y);
    if text.is_empty() || left == 0 {
        return y;
    }
    canvas.text(inner.x, y, LABEL, Role::Dim, label);
    let lines = wrap(text, usize::from(room));
    for (i, line) in lines.iter().take(usize::from(left)).enumerate() {
        canvas.text(inner.x + LABEL, y + i as u16, room, role, line);
    }
    y + (lines.len() as u16).min(left)
}

fn frame(canvas: &mut Canvas<'_>, area: Rect, title: &Bits, call: &Call, syscall: &str) -> Rect {
    // A stream's own addresses and options have pages of their own; all calls stand in section 2.
    let page = match call {
        Call::GetSockOpt { .. } | Call::SetSockOpt { .. } => "man 2 setsockopt, man 7 tcp",
        Call::Send { .. } | Call::SendTo { .. } => "man 2 send",
        Call::Recv { .. } | Call::RecvFrom { .. } => "man 2 recv",
        Call::GetSockName { .. } => "man 2 getsockname",
        Call::GetPeerName { .. } => "man 2 getpeername",
        Call::Socket { .. } => "man 2 socket",
        Call::Bind { .. } => "man 2 bind",
        Call::Listen { .. } => "man 2 listen",
        Call::Accept { .. } => "man 2 accept",
        Call::Connect { .. } => "man 2 connect",
        Call::Shutdown { .. } => "man 2 shutdown",
        Call::Close { .. } => "man 2 close",
        Call::Poll { .. } => "man 2 poll",
        Call::Ioctl { .. } => "man 2 ioctl",
    };
    // The system call is told where it has another name, as strace shows it.
    let page = if syscall == call.name() {
        page.to_owned()
    } else {
        let name = escaped(syscall.as_bytes());
        format!("system call {name}, {page}")
    };
    Panel::new(Role::Frame, title.line(&canvas.theme))
        .right(Bits::of(Role::Dim, page).line(&canvas.theme))
        .draw(canvas, area)
}

/// A sentence for a learner: what the call is for.
const fn purpose(call: &Call) -> &'static str {
    match call {
        Call::Socket { .. } => "makes an end of a conversation; it has no name and no peer yet",
        Call::Bind { .. } => "gives the socket its own address and port",
        Call::Listen { .. } => {
            "lets the kernel take connections, as many as the backlog says until they are accepted"
        }
        Call::Accept { .. } => {
            "takes the next connection from the queue as a socket of its own; waits while there is none"
        }
        Call::Connect { .. } => "asks the peer's kernel for a connection and waits for its answer",
        Call::Send { .. } | Call::SendTo { .. } => {
            "hands bytes to the own kernel; it says nothing about the peer"
        }
        Call::Recv { flags, .. } | Call::RecvFrom { flags, .. } if flags.peek => {
            "looks at the bytes that have arrived and leaves them in the queue"
        }
        Call::Recv { .. } | Call::RecvFrom { .. } => {
            "takes bytes that have arrived; waits while there are none; 0 means that the peer will send no more"
        }
        Call::Shutdown { .. } => "ends one direction or both; the descriptor stays open",
        Call::Close { .. } => "gives the descriptor back; the kernel says goodbye to the peer",
        Call::SetSockOpt { .. } => "sets an option of the socket",
        Call::GetSockOpt { .. } => "asks for an option of the socket",
        Call::GetSockName { .. } => "asks for the socket's own address",
        Call::GetPeerName { .. } => "asks for the peer's address",
        Call::Poll { .. } => "waits until the socket can be read or written, or the time is over",
        Call::Ioctl { .. } => {
            "switches between calls that wait and calls that return EAGAIN instead"
        }
    }
}

fn draw_waiting(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect, w: &rows::Waits<'_>) {
    let call = &w.call.call;
    let title = Bits::new()
        .bold(role_of(Some(w.actor)), w.actor.to_string())
        .and(Role::Text, format!(" waits in {}", call.name()));
    let inner = frame(canvas, area, &title, call, call.syscall());
    let since = app.clock(now).since(w.call.since);
    let mut y = part(
        canvas,
        inner,
        inner.y,
        "call",
        Role::Strong,
        &call.to_string(),
    );
    let waits = format!(
        "{} so far, since {}: its thread sleeps in the kernel",
        seconds(since),
        clock(w.call.since)
    );
    y = part(canvas, inner, y, "waits", Role::Wait, &waits);
    y = part(
        canvas,
        inner,
        y,
        "what",
        Role::Text,
        &format!("{} {}.", call.name(), purpose(call)),
    );
    y = part(canvas, inner, y, "wakes it", Role::Text, wakes(call));
    part(canvas, inner, y, "flags", Role::Dim, &flags::flags(call));
    canvas.ticks(1);
}

/// What makes a waiting call return.
const fn wakes(call: &Call) -> &'static str {
    match call {
        Call::Accept { .. } => "A client that connects. Ctrl-K cancels it (EINTR).",
        Call::Recv { .. } | Call::RecvFrom { .. } => {
            "Bytes from the peer, or its goodbye. Ctrl-K cancels it (EINTR)."
        }
        Call::Send { .. } | Call::SendTo { .. } => {
            "Room in the send buffer: the peer's program has to read. Ctrl-K cancels it (EINTR)."
        }
        Call::Connect { .. } => "The peer's answer. Ctrl-K cancels it (EINTR).",
        _ => "What it waits for, or Ctrl-K, which cancels it (EINTR).",
    }
}

fn draw_returned(app: &App, canvas: &mut Canvas<'_>, area: Rect, index: usize) {
    let Some(event) = event(app, index) else {
        return;
    };
    let Fact::Call(done) = &event.fact else {
        return;
    };
    let who = event.who.map_or(String::new(), |a| a.to_string());
    let title = Bits::new()
        .bold(role_of(event.who), who)
        .and(Role::Text, format!(" called {}", done.call.name()));
    let inner = frame(canvas, area, &title, &done.call, &done.syscall);
    let ascii = canvas.theme.ascii();
    let mut y = part(canvas, inner, inner.y, "call", Role::Strong, &full(done));
    y = part(
        canvas,
        inner,
        y,
        "returned",
        if done.failed() { Role::Bad } else { Role::Ok },
        &returned(event, done, ascii),
    );
    if let Some(why) = explain_at(app.session(), event.who, done) {
        y = part(canvas, inner, y, "why", Role::Text, &why.cause);
        y = part(canvas, inner, y, "what now", Role::Text, &why.hint);
    }
    y = part(canvas, inner, y, "number", Role::Dim, flags::number(done));
    y = part(
        canvas,
        inner,
        y,
        "flags",
        Role::Dim,
        &flags::flags(&done.call),
    );
    y = bytes(app, canvas, inner, y, index);
    part(
        canvas,
        inner,
        y,
        "what",
        Role::Dim,
        &format!("{} {}.", done.call.name(), purpose(&done.call)),
    );
}

/// The call with its arguments and the socket's name.
fn full(done: &CallDone) -> String {
    match done.socket.or(done.made) {
        Some(socket) => format!("{}   on {socket}", done.call),
        None => done.call.to_string(),
    }
}

fn returned(event: &Event, done: &CallDone, ascii: bool) -> String {
    let mut text = match (done.errno, done.made) {
        (Some(errno), _) => format!("{} {errno}: {}", done.ret, errno.text()),
        (None, Some(made)) => format!("{}, the descriptor of {made}", done.ret),
        (None, None) if done.bytes_written() > 0 => {
            format!(
                "{}: the kernel took {}",
                done.ret,
                some(done.bytes_written(), "byte")
            )
        }
        (None, None) if done.call.takes_bytes() && done.ret == 0 => {
            "0: the peer will send no more".to_owned()
        }
        (None, None) if done.call.takes_bytes() => some(done.bytes_read(), "byte"),
        (None, None) => done.ret.to_string(),
    };
    if let Some(addr) = done.addr {
        let _ = write!(text, ", {addr}");
    }
    if let Some(value) = &done.value {
        let _ = write!(text, ", {value}");
    }
    if let Some(revents) = done.revents {
        let _ = write!(text, ", {}", revents.names());
    }
    let took = span(done.took_ns, ascii);
    format!("{text} (after {took}, at {})", clock(event.at_ns))
}

fn bytes(app: &App, canvas: &mut Canvas<'_>, inner: Rect, y: u16, index: usize) -> u16 {
    let Some(payload) = app.book.bytes_of(index).filter(|p| !p.is_empty()) else {
        return y;
    };
    let per_row = per_row(inner.width.saturating_sub(LABEL));
    let left = usize::from(inner.bottom().saturating_sub(y));
    if left == 0 {
        return y;
    }
    canvas.text(inner.x, y, LABEL, Role::Dim, "bytes");
    let rows = payload.kept.chunks(per_row).enumerate();
    let more = payload.len() > (left * per_row) as u64;
    let room = if more { left - 1 } else { left };
    let mut row = 0;
    for (i, chunk) in rows.take(room) {
        let line = hex_line(canvas, (i * per_row) as u64, chunk, per_row, Role::Bytes);
        canvas.line(inner.x + LABEL, y + row, inner.width - LABEL, &line);
        row += 1;
    }
    let rest = payload.len() - (payload.kept.len() as u64).min((room * per_row) as u64);
    if rest > 0 && usize::from(row) < left {
        let rest = some(rest, "byte");
        let rest = if row > 0 {
            format!("and {rest} more")
        } else {
            rest
        };
        let text = format!("{rest}; the bytes screen (3) has them in their stream");
        canvas.text(
            inner.x + LABEL,
            y + row,
            inner.width.saturating_sub(LABEL),
            Role::Dim,
            &text,
        );
        row += 1;
    }
    y + row
}
