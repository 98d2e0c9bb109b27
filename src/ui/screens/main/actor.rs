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

/// Below so many rows within, only what there is has its rows.
const TIGHT: u16 = 8;

/// What is in the two boxes besides the calls.
struct Content {
    actor: Actor,
    which: Which,
    table: Vec<Line<'static>>,
    extras: Vec<Line<'static>>,
    bytes: Vec<Line<'static>>,
}

/// Rows of each part of a box.
#[derive(Clone, Copy)]
struct Rows {
    table: u16,
    calls: u16,
    extras: u16,
    bytes: u16,
    /// Blank rows between the parts.
    air: u16,
}

/// Draws the boxes of the server and of the client that is looked at; both are of one size.
pub(super) fn draw(app: &App, now: Nanos, canvas: &mut Canvas<'_>, server: Rect, client: Rect) {
    let inner = [
        frame(app, canvas, server, Actor::Server, Which::Server),
        frame(app, canvas, client, app.client(), Which::Client),
    ];
    let cells = inner[0].width;
    let tall = inner[0].height;
    if tall == 0 || cells < 8 {
        return;
    }
    let mut content = [
        (Actor::Server, Which::Server),
        (app.client(), Which::Client),
    ]
    .map(|(actor, which)| Content {
        actor,
        which,
        table: sockets::rows(app, canvas, cells, actor, usize::from((tall / 3).max(4))),
        extras: timers::rows(app, now, canvas, cells, actor),
        bytes: Vec::new(),
    });
    for (c, inner) in content.iter_mut().zip(inner) {
        let rows = divide(app, canvas, cells, tall, c);
        fill(app, now, canvas, inner, c, rows);
    }
}

/// How the rows of a box are divided: what is free goes to the calls, and what these leave to the bytes.
fn divide(app: &App, canvas: &Canvas<'_>, cells: u16, tall: u16, c: &mut Content) -> Rows {
    let airy = tall >= 14;
    let air = u16::from(airy);
    let table = c.table.len() as u16;
    let extras = (c.extras.len() as u16).min(if airy { 4 } else { 1 });
    let gaps = air * (2 + u16::from(extras > 0));
    let spare = tall.saturating_sub(table + extras + gaps);
    let wanted = calls::wanted(app, cells, c.actor);
    let least = match tall {
        _ if airy => spare / 3 + 1,
        // Calls come first: the rows of the bytes say how many are where.
        ..TIGHT if spare < 4 || !streams::any(app, c.actor) => 0,
        _ => 2,
    };
    let most = spare.saturating_sub(wanted).max(least);
    c.bytes = if most < 2 {
        Vec::new()
    } else {
        streams::rows(app, canvas, cells, most, c.actor)
    };
    let bytes = (c.bytes.len() as u16).min(spare);
    Rows {
        table,
        calls: spare - bytes,
        extras,
        bytes,
        air,
    }
}

fn frame(app: &App, canvas: &mut Canvas<'_>, area: Rect, actor: Actor, which: Which) -> Rect {
    let role = Role::from(actor);
    let mut title = vec![canvas.bold(role, actor.to_string().to_uppercase())];
    title.extend(other_clients(app, canvas, actor));
    let address = canvas.span(Role::Dim, address(app, actor));
    Panel::new(role, title)
        .right(address)
        .focused(app.focus == which)
        .draw(canvas, area)
}

fn fill(app: &App, now: Nanos, canvas: &mut Canvas<'_>, inner: Rect, c: &Content, rows: Rows) {
    let mut y = inner.y;
    put(canvas, inner, y, &c.table, rows.table);
    y += rows.table + rows.air;
    let list = Rect {
        y,
        height: rows.calls,
        ..inner
    };
    calls::draw(app, now, canvas, list.intersection(inner), c.actor, c.which);
    y += rows.calls + rows.air;
    if rows.extras > 0 {
        put(canvas, inner, y, &c.extras, rows.extras);
        y += rows.extras + rows.air;
    }
    put(canvas, inner, y, &c.bytes, rows.bytes);
}

fn put(canvas: &mut Canvas<'_>, inner: Rect, y: u16, lines: &[Line<'_>], rows: u16) {
    for (y, line) in (y..inner.bottom()).zip(lines.iter().take(usize::from(rows))) {
        canvas.line(inner.x, y, inner.width, line);
    }
}

/// ` (. next: client3)`: which client the key would show, when there are several.
fn other_clients(app: &App, canvas: &Canvas<'_>, shown: Actor) -> Option<Span<'static>> {
    let clients = app.clients();
    if shown == Actor::Server || clients.len() < 2 {
        return None;
    }
    let here = clients.iter().position(|c| *c == shown);
    let next = clients[here.map_or(0, |i| (i + 1) % clients.len())];
    let key = app.keys.keys_of("client").first();
    let key = key.map_or_else(String::new, |k| k.glyph(canvas.theme.ascii()));
    Some(canvas.span(Role::Dim, format!(" ({key} next: {next})")))
}

/// The address at which the actor's sockets are.
fn address(app: &App, actor: Actor) -> String {
    let session = app.session();
    let own = session
        .sockets_of(actor)
        .rev()
        .find_map(|s| s.local)
        .map(|local| local.ip());
    let foreign = app.foreign().filter(|f| f.side == actor.side());
    match own.or(foreign.map(|f| f.address.ip())) {
        Some(ip) => ip.to_string(),
        None if actor == Actor::Server => session.server_address.ip().to_string(),
        None => String::new(),
    }
}
