//! The sockets of one side, or of both below each other, in the columns of `ss -tno`.

use super::{Ends, ID, timer};
use crate::{
    app::{App, Hit},
    model::{
        ids::{Nanos, Side},
        session::SocketState,
        tcp::TcpState,
    },
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        screens::{bits::Bits, main},
        theme::Role,
        widgets::{
            panel::Panel,
            scroll,
            table::{Column, row},
        },
    },
};
use ratatui::{layout::Rect, text::Line};

/// From so many cells on, a row has the socket's name and more room for addresses.
const NAMED: u16 = 70;
/// Heads of the columns.
const HEADS: [&str; 8] = [
    "socket", "proto", "recv-q", "send-q", "local", "peer", "state", "timer",
];
/// The same in fewer letters.
const SHORT_HEADS: [&str; 7] = ["prot", "recvq", "sendq", "local", "peer", "state", "timer"];

/// How wide the columns are, in so many cells.
fn columns(cells: u16) -> Vec<Column> {
    let (left, right) = (Column::left, Column::right);
    if cells < NAMED {
        // 4 + 5 + 5 + 6 + 6 + 12 and a cell between each.
        let timer = left(cells.saturating_sub(44).max(8));
        return vec![
            left(4),
            right(5),
            right(5),
            left(6),
            left(6),
            left(12),
            timer,
        ];
    }
    let timer = 14;
    let fixed = 9 + 5 + 6 + 6 + 12 + timer + 7;
    let address = (cells.saturating_sub(fixed) / 2).clamp(6, 47);
    vec![
        left(9),
        left(5),
        right(6),
        right(6),
        left(address),
        left(address),
        left(12),
        left(timer),
    ]
}

/// Draws it: heads, a row a socket, and what the timers of the selected connection do.
pub(super) fn draw(
    app: &App,
    now: Nanos,
    canvas: &mut Canvas<'_>,
    area: Rect,
    ends: &Ends<'_>,
    sides: &[Side],
) {
    let name = match sides {
        [Side::Server] => Bits::new().bold(Role::Server, "SERVER'S SOCKETS"),
        [Side::Client] => Bits::new().bold(Role::Client, "CLIENTS' SOCKETS"),
        _ => Bits::of(Role::Title, "SOCKETS of ")
            .bold(Role::Server, "server")
            .and(Role::Title, " and ")
            .bold(Role::Client, "clients"),
    };
    let frame = match sides {
        [side] => Role::from(*side),
        _ => Role::Frame,
    };
    let sockets: Vec<&SocketState> = sides
        .iter()
        .flat_map(|side| app.kernel_sockets(*side))
        .collect();
    // A row is counted through both tables, as the selection goes.
    let before = match sides {
        [Side::Client] => app.kernel_sockets(Side::Server).len(),
        _ => 0,
    };
    let selected = sockets.iter().position(|s| Some(s.id) == ends.selected);
    let title = name.line(&canvas.theme);
    let timed: Option<&SocketState> = match sides {
        [side] => ends.on(*side),
        _ => ends.with_a_timer(),
    };
    let timer = timed.map(|s| {
        // Of two ends in one table, it is said whose it is.
        let name = if sides.len() == 1 {
            Bits::new()
        } else {
            Bits::of(Role::from(s.id.actor), format!("{} ", s.id))
        };
        let cells = usize::from(area.width.saturating_sub(4)).saturating_sub(name.width());
        let mut line = name;
        line.extend(timer::told(app, now, canvas, s, cells));
        line
    });
    let room = usize::from(area.height).saturating_sub(3 + usize::from(timer.is_some()));
    let total = sockets.len();
    let shown = room.min(total);
    let middle = selected.or_else(|| sockets.iter().position(|s| related(ends, s)));
    let top = middle
        .unwrap_or(0)
        .saturating_sub(shown / 2)
        .min(total - shown);
    let mark = match scroll::mark(&(top..top + shown), total) {
        empty if empty.is_empty() => "as ss -tano".to_owned(),
        mark => mark,
    };
    let inner = Panel::new(frame, title)
        .right(Bits::of(Role::Dim, mark).line(&canvas.theme))
        .focused(sides.len() == 1 && selected.is_some())
        .draw(canvas, area);
    if inner.height < 2 || inner.width < 20 {
        return;
    }
    let columns = columns(inner.width);
    heads(canvas, inner, &columns);
    let mut y = inner.y + 1;
    for (i, socket) in sockets.iter().enumerate().skip(top).take(shown) {
        if y >= inner.bottom() {
            break;
        }
        let across = Rect::new(area.x + 1, y, area.width - 2, 1);
        if Some(i) == selected {
            canvas.tint(across, canvas.theme.style(Role::Selection));
        }
        let cells = cells(app, now, canvas, &columns, socket, related(ends, socket));
        row(canvas, inner.x, y, inner.width, &columns, &cells);
        canvas.hit(across, Hit::Row(ID, before + i));
        y += 1;
    }
    if total == 0 {
        canvas.text(inner.x, y, inner.width, Role::Faint, "no socket");
    }
    if let Some(told) = timer.filter(|_| inner.height > 2) {
        let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
        let line = told.cut(usize::from(inner.width), ellipsis);
        let line = line.line(&canvas.theme);
        canvas.line(inner.x, inner.bottom() - 1, inner.width, &line);
    }
}

/// Whether it is one of the two ends that are looked at.
fn related(ends: &Ends<'_>, socket: &SocketState) -> bool {
    [ends.server, ends.client]
        .into_iter()
        .flatten()
        .any(|s| s.id == socket.id)
}

fn heads(canvas: &mut Canvas<'_>, inner: Rect, columns: &[Column]) {
    let heads: &[&str] = if columns.len() == HEADS.len() {
        &HEADS
    } else {
        &SHORT_HEADS
    };
    let cells: Vec<Line<'_>> = heads
        .iter()
        .map(|head| Line::from(canvas.span(Role::Dim, *head)))
        .collect();
    row(canvas, inner.x, inner.y, inner.width, columns, &cells);
}

fn cells(
    app: &App,
    now: Nanos,
    canvas: &mut Canvas<'_>,
    columns: &[Column],
    socket: &SocketState,
    related: bool,
) -> Vec<Line<'static>> {
    let named = columns.len() == HEADS.len();
    let at = |i: usize| columns.get(i).map_or(6, |c| usize::from(c.width));
    let side = Role::from(socket.id.actor);
    let role = if socket.is_gone() {
        Role::Dim
    } else {
        Role::Text
    };
    // A socket that has no name yet is in no table; nor is one that is gone.
    let listed = socket.state != TcpState::Closed;
    let shift = usize::from(named);
    let queue = |q: Option<u64>| match q {
        Some(q) => main::short(q, at(1 + shift)),
        None if listed => "?".to_owned(),
        None => "-".to_owned(),
    };
    let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
    let proto = if socket.local.is_some_and(|a| a.is_ipv6()) {
        "tcp6"
    } else {
        "tcp"
    };
    let peer = match socket.peer {
        None if socket.state == TcpState::Listen => "*".to_owned(),
        peer => main::address(peer, at(4 + shift), ellipsis),
    };
    let state = if socket.is_gone() {
        Role::Dim
    } else {
        Role::from(socket.state)
    };
    let text = |text: String| Line::from(canvas.span(role, text));
    let mut cells = Vec::new();
    if named {
        let name = socket.id.to_string().replace("server.pending", "pending");
        cells.push(Line::from(if related {
            canvas.bold(side, name)
        } else {
            canvas.span(side, name)
        }));
    }
    cells.extend([
        text(proto.to_owned()),
        text(queue(socket.recv_q)),
        text(queue(socket.send_q)),
        text(main::address(socket.local, at(3 + shift), ellipsis)),
        text(peer),
        Line::from(canvas.bold(state, socket.state.rfc())),
    ]);
    let timer = timer::short(app, now, canvas, socket, at(6 + shift));
    let role = if timer.is_some() {
        Role::Wait
    } else {
        Role::Dim
    };
    let timer = timer.unwrap_or_else(|| if listed { "off" } else { "-" }.to_owned());
    cells.push(Line::from(canvas.span(role, timer)));
    cells
}
