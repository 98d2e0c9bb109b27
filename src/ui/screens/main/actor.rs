//! One end: its sockets as netstat lays them out, its calls, what it waits for, its bytes.
//!
//! ```text
//! ╭─ SERVER ───────────────────── 127.0.0.1 ─╮
//! │ proto recv-q send-q local  state         │
//! │ tcp        0      5 :10008 LISTEN        │
//! │ tcp        0      0 :10008 ESTABLISHED   │
//! │                                          │
//! │ calls                                    │
//! │ accept(3) = 4                      1.42s │
//! │ recv(4, 4096) waits                0.31s │
//! │                                          │
//! │ accept queue  0 of 5  ▕         ▏        │
//! │                                          │
//! │ bytes in                        15 bytes │
//! │ 0000 68 65 6c 6c 6f 2c 20 73  hello, s   │
//! ╰──────────────────────────────────────────╯
//! ```

use super::{calls, sockets, streams, timers};
use crate::{
    app::{App, Panel as Which},
    model::ids::{Actor, Nanos},
    ui::{canvas::Canvas, theme::Role, widgets::panel::Panel},
};
use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

/// Draws the box of one actor.
pub(super) fn draw(
    app: &App,
    now: Nanos,
    canvas: &mut Canvas<'_>,
    area: Rect,
    actor: Actor,
    which: Which,
) {
    let role = Role::from(actor);
    let mut title = vec![canvas.bold(role, actor.to_string().to_uppercase())];
    title.extend(other_clients(app, canvas, actor));
    let address = canvas.span(Role::Dim, address(app, actor));
    let inner = Panel::new(role, title)
        .right(address)
        .focused(app.focus == which)
        .draw(canvas, area);
    if inner.height == 0 || inner.width < 8 {
        return;
    }

    let tall = inner.height;
    let airy = tall >= 14;
    let air = u16::from(airy);
    let extras = timers::rows(app, now, canvas, inner.width, actor);
    let extra_rows = (extras.len() as u16).min(if airy { 4 } else { 2 });
    let table = sockets::rows(app, canvas, inner.width, actor);
    let table_rows = (table.len() as u16).min((tall / 3).max(3));
    let spare =
        tall.saturating_sub(table_rows + air + extra_rows + air * u16::from(extra_rows > 0));
    let bytes = streams::rows(
        app,
        canvas,
        inner.width,
        (spare / 2).min(if airy { spare / 3 + 1 } else { 2 }).max(2),
        actor,
    );
    let bytes_rows = bytes.len() as u16;
    let calls_rows = spare.saturating_sub(bytes_rows + air);

    let mut y = inner.y;
    put(canvas, inner, &mut y, &table, table_rows);
    y += air;
    let rect = Rect {
        y,
        height: calls_rows,
        ..inner
    };
    calls::draw(app, now, canvas, rect.intersection(inner), actor, which);
    y += calls_rows;
    if extra_rows > 0 {
        put(canvas, inner, &mut y, &extras, extra_rows);
        y += air;
    }
    y += air;
    // The bytes stand at the bottom, at the same height on both sides.
    y = y.max(inner.bottom().saturating_sub(bytes_rows));
    put(canvas, inner, &mut y, &bytes, bytes_rows);
}

fn put(canvas: &mut Canvas<'_>, inner: Rect, y: &mut u16, lines: &[Line<'_>], rows: u16) {
    for line in lines.iter().take(usize::from(rows)) {
        if *y < inner.bottom() {
            canvas.line(inner.x, *y, inner.width, line);
        }
        *y += 1;
    }
}

/// `client2, client3`: the clients that are there and not looked at.
fn other_clients(app: &App, canvas: &Canvas<'_>, shown: Actor) -> Option<Span<'static>> {
    if shown == Actor::Server {
        return None;
    }
    let others: Vec<String> = app
        .session()
        .actors
        .keys()
        .filter(|a| **a != Actor::Server && **a != shown)
        .map(ToString::to_string)
        .collect();
    let more = others.len().saturating_sub(3);
    let mut text = others[..others.len() - more].join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    (!text.is_empty()).then(|| canvas.span(Role::Dim, format!(" ({text})")))
}

/// The address at which the actor's sockets are.
fn address(app: &App, actor: Actor) -> String {
    let session = app.session();
    let own = session
        .sockets_of(actor)
        .rev()
        .find_map(|s| s.local)
        .map(|local| local.ip());
    match own {
        Some(ip) => ip.to_string(),
        None if actor == Actor::Server => session.server_address.ip().to_string(),
        None => String::new(),
    }
}
