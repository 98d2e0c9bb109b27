//! A sequence diagram: the server at the left, the client at the right, time goes down. Bytes leave one life line where
//! `send` took them, run down a lane of their own while they are in the kernels, and reach the other life line where
//! `recv` brought them:
//!
//! ```text
//!   time                    SERVER                      CLIENT
//!  0.800  listen(3, 5) = 0  3µs ┤                      │
//!  1.600     ▶ accept(3) waits ┤                      │
//!  2.400                       ┃                      ├ connect(4, :10008) = 0
//!                accept(3) = 5 ┤                      │
//!  3.200                       │     ╭── "hello" ─────├ send(4, 5) = 5
//!  4.000     recv(5, 4096) = 5 ┤◀─ 5 ╯                │
//! ```
//!
//! On this machine's own network no packets are seen, so none are drawn: between the life lines stand calls' bytes only.

mod bars;
mod lanes;
mod rows;
mod states;
mod told;

use super::{
    bits::{Bits, clock, count, seconds},
    bytes, foreign,
    wires::{Weight, Wires},
};
use crate::{
    app::{App, Screen, ScrollId},
    model::{
        ids::{Actor, Nanos, Side},
        session::SocketState,
    },
    ui::{
        canvas::Canvas,
        glyphs::{Glyph, GlyphSet},
        text::{width, wrap},
        theme::Role,
        widgets::{bytes::quoted, panel::Panel, scroll},
    },
};
use lanes::{Columns, Lane, TIME};
use ratatui::layout::Rect;
use rows::{Line, Place};
use told::Told;

const ID: ScrollId = ScrollId::Screen(Screen::Ladder);
/// Events that are no row of the ladder are skipped, as many as this in one frame.
const MOST_SKIPPED: usize = 4096;

/// Draws it.
pub fn draw(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    draw_told(&Told::new(app), now, canvas, area);
}

fn draw_told(told: &Told<'_>, now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    let app = told.app;
    let panel = Panel::new(
        Role::Frame,
        Bits::of(Role::Title, "LADDER").line(&canvas.theme),
    )
    .right(Bits::of(Role::Dim, "arrows: bytes from send to recv").line(&canvas.theme));
    let inner = panel.draw(canvas, area);
    if inner.height < 2 || inner.width < 30 {
        return;
    }
    let columns = Columns::new(inner.width);
    draw_head(told, canvas, inner, columns);
    let body = Rect::new(inner.x, inner.y + 1, inner.width, inner.height - 1);
    let glyphs = GlyphSet::new(canvas.theme.ascii());
    let beside = |side| usize::from(columns.beside(side).1);
    let cells = rows::Room {
        across: usize::from(inner.width),
        server: beside(Side::Server),
        client: beside(Side::Client),
    };
    let make = |place: usize| rows::lines(told, place, cells, glyphs);
    let waiting: Vec<Line> = now_lines(told, now);
    let room = usize::from(body.height);
    let (first, lines, end) = visible(
        app.scrolls.get(&ID).copied(),
        told.len(),
        room,
        waiting.len(),
        make,
    );
    canvas.viewport(body, ID, end - first, told.len());
    let mut lines = lines;
    if end == told.len() {
        if !waiting.is_empty() {
            canvas.ticks(1);
        }
        lines.extend(waiting);
    }
    lines.truncate(room);
    if lines.is_empty() {
        let text = "Nothing has happened yet. Every call of both ends will stand here, at its end and in the order of \
                    time, with arrows for the bytes. Space does the first step.";
        for (i, line) in wrap(text, usize::from(inner.width))
            .iter()
            .enumerate()
            .take(room)
        {
            canvas.text(body.x, body.y + i as u16, body.width, Role::Dim, line);
        }
        return;
    }
    let rows: Vec<usize> = lines.iter().map(|l| l.index).collect();
    let ladder = Ladder {
        app,
        columns,
        glyphs,
        lanes: lanes::lanes(told, columns, first, end, &rows),
        bars: bars::bars(told, first, end),
    };
    ladder.draw(canvas, body, &lines);
    scroll::bar(canvas, area.right() - 1, body, &(first..end), told.len());
}

/// The lines that are shown, the place in the index of the first event among them, and that after the last.
fn visible(
    scrolled: Option<usize>,
    total: usize,
    room: usize,
    tail: usize,
    make: impl Fn(usize) -> Vec<Line>,
) -> (usize, Vec<Line>, usize) {
    let (mut last, mut used) = (total, tail);
    while last > 0 && total - last < MOST_SKIPPED {
        used += make(last - 1).len();
        if used > room {
            break;
        }
        last -= 1;
    }
    let first = scrolled.map_or(last, |top| top.min(last));
    let mut lines = Vec::new();
    let mut end = first;
    while end < total && end - first < MOST_SKIPPED {
        let more = make(end);
        if lines.len() + more.len() > room && !lines.is_empty() {
            break;
        }
        lines.extend(more);
        end += 1;
    }
    (first, lines, end)
}

/// A line for each call that waits now, below all others.
fn now_lines(told: &Told<'_>, now: Nanos) -> Vec<Line> {
    let app = told.app;
    let mut lines = Vec::new();
    let last = told.len().checked_sub(1).and_then(|p| told.index(p));
    let index = last.map_or(0, |i| i + 1);
    let several = told.several();
    for (actor, state) in &app.session().actors {
        for waiting in state.waiting.iter().take(2) {
            let name = if several && *actor != Actor::Server {
                format!("{actor} ")
            } else {
                String::new()
            };
            let waits = format!("{} waits ", waiting.call.name());
            let time = seconds(app.clock(now).since(waiting.since));
            let says = Bits::of((*actor).into(), name)
                .and(Role::Wait, waits)
                .bold(Role::Wait, time);
            lines.push(Line {
                index,
                at: None,
                place: Place::End {
                    side: actor.side(),
                    says: vec![says],
                    done: false,
                },
            });
        }
    }
    lines
}

fn draw_head(told: &Told<'_>, canvas: &mut Canvas<'_>, inner: Rect, columns: Columns) {
    let app = told.app;
    let (server, client) = bytes::ends(app);
    let session = app.session();
    let port = |s: Option<&SocketState>| {
        s.and_then(|s| s.local)
            .map_or(String::new(), |a| format!(" :{}", a.port()))
    };
    let head = |side: Side, name: &str, socket: Option<&SocketState>| match foreign::on(app, side) {
        Some(addr) if !(side == Side::Client && told.several()) => Bits::new()
            .bold(side.into(), addr.to_string())
            .and(Role::Dim, " (not ours)"),
        _ => Bits::new()
            .bold(side.into(), name)
            .and(Role::Dim, port(socket)),
    };
    canvas.text(inner.x, inner.y, TIME, Role::Faint, "   time");
    let listener = session.listener(Actor::Server);
    let line = head(Side::Server, "SERVER", server.or(listener)).line(&canvas.theme);
    canvas.right(inner.x + TIME, inner.y, columns.server + 1 - TIME, &line);
    let line = if told.several() {
        head(Side::Client, "CLIENTS", None)
    } else {
        head(
            Side::Client,
            &app.client().to_string().to_uppercase(),
            client,
        )
    };
    let line = line.line(&canvas.theme);
    let x = columns.client;
    canvas.line(inner.x + x, inner.y, columns.width.saturating_sub(x), &line);
}

struct Ladder<'a> {
    app: &'a App,
    columns: Columns,
    glyphs: GlyphSet,
    lanes: Vec<Lane<'a>>,
    bars: Vec<bars::Bar>,
}

impl Ladder<'_> {
    fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, lines: &[Line]) {
        let mut wires = Wires::new(body.width, body.height);
        let rows = lines.len() as i32;
        // Life lines go on below the last row: time does.
        let bottom = i32::from(body.height);
        for side in [Side::Server, Side::Client] {
            let x = i32::from(self.columns.life(side));
            wires.draw(
                &[(x, -1), (x, bottom.min(rows + 1))],
                Weight::Thin,
                side.into(),
            );
        }
        for (row, line) in lines.iter().enumerate() {
            self.wire(&mut wires, row as i32, line, lines.get(row + 1));
        }
        wires.show(canvas, body);
        let mut time = None;
        for (row, line) in lines.iter().enumerate() {
            let y = body.y + row as u16;
            let at = line.at.map(clock);
            if let Some(at) = at.filter(|at| time.as_ref() != Some(at)) {
                canvas.text(body.x, y, TIME, Role::Faint, &format!("{at:>7}"));
                time = Some(at);
            }
            self.write(canvas, body, y, line);
            self.label(canvas, body, y, line);
        }
    }

    /// The lines of one row: life lines where somebody waits, lanes, and the arrows to and from them.
    fn wire(&self, wires: &mut Wires, y: i32, line: &Line, next: Option<&Line>) {
        for bar in &self.bars {
            let x = i32::from(self.columns.life(bar.side));
            if bar.from <= line.index && line.index < bar.to {
                wires.draw(&[(x, y), (x, y + 1)], Weight::Strong, Role::Wait);
            }
        }
        match &line.place {
            Place::End {
                side, done: true, ..
            } => {
                wires.stub(
                    i32::from(self.columns.life(*side)),
                    y,
                    *side == Side::Server,
                    (*side).into(),
                );
            }
            Place::Across {
                ruled: true, role, ..
            } => {
                let (from, to) = (i32::from(TIME), i32::from(self.columns.width) - 1);
                wires.draw(&[(from, y), (to, y)], Weight::Thin, *role);
            }
            _ => {}
        }
        for lane in &self.lanes {
            let x = i32::from(lane.x);
            let role = Role::from(lane.sender);
            if lane.busy(line.index) && y == 0 {
                wires.draw(&[(x, -1), (x, 0)], Weight::Thin, role);
            }
            if lane.busy(next.map_or(line.index + 1, |n| n.index))
                && (next.is_some() || lane.busy(line.index + 1))
            {
                wires.draw(&[(x, y), (x, y + 1)], Weight::Thin, role);
            }
            if line.at.is_none() {
                continue;
            }
            if Lane::at(lane.written, line.index).is_some() {
                let from = i32::from(self.columns.life(lane.sender));
                wires.draw(&[(x, y), (from, y)], Weight::Thin, role);
            }
            if Lane::at(&lane.read, line.index).is_some() {
                let to = i32::from(self.columns.life(!lane.sender));
                let from = if lane.ours {
                    x
                } else {
                    i32::from(self.columns.life(lane.sender))
                };
                wires.draw(&[(from, y), (to, y)], Weight::Thin, role);
            }
        }
    }

    /// What stands on the arrow of a row, and its head.
    fn label(&self, canvas: &mut Canvas<'_>, body: Rect, y: u16, line: &Line) {
        if line.at.is_none() {
            return;
        }
        for lane in &self.lanes {
            let x = lane.x;
            if let Some(chunk) = Lane::at(lane.written, line.index) {
                let (left, right) = order(x, self.columns.life(lane.sender));
                let room = usize::from(right - left).saturating_sub(5);
                let payload = self.app.book.bytes_of(chunk.index);
                let text = payload.map(|p| quoted(canvas, &p.kept, p.omitted > 0, room));
                let short = [format!("{} bytes", count(chunk.len)), count(chunk.len)];
                let said = text
                    .filter(|t| room >= 8 && width(t) <= room)
                    .into_iter()
                    .chain(short)
                    .find(|t| width(t) <= room);
                if let Some(said) = said {
                    let at = left + 1 + (right - left - width(&said) as u16 - 2) / 2;
                    canvas.text(
                        body.x + at,
                        y,
                        right - at,
                        Role::Bytes,
                        &format!(" {said} "),
                    );
                }
            }
            if let Some(chunk) = Lane::at(&lane.read, line.index) {
                let to = self.columns.life(!lane.sender);
                let (left, right) = order(x, to);
                let (head, glyph) = if to < x {
                    (to + 1, Glyph::Left)
                } else {
                    (to - 1, Glyph::Right)
                };
                let role = lane.sender.into();
                canvas.text(body.x + head, y, 1, role, self.glyphs.get(glyph));
                let said = format!(" {} ", count(chunk.len));
                if width(&said) + 2 <= usize::from(right - left) {
                    let at = if to < x {
                        to + 2
                    } else {
                        to - 1 - width(&said) as u16
                    };
                    canvas.text(body.x + at, y, width(&said) as u16, Role::Bytes, &said);
                }
            }
        }
    }

    /// What a row says, at its end or across all.
    fn write(&self, canvas: &mut Canvas<'_>, body: Rect, y: u16, line: &Line) {
        match &line.place {
            Place::End { side, says, .. } => {
                let (x, room) = self.columns.beside(*side);
                let fits = says
                    .iter()
                    .find(|s| s.width() <= usize::from(room))
                    .or(says.last());
                let Some(says) = fits else { return };
                let ellipsis = self.glyphs.get(Glyph::Ellipsis);
                let text = says
                    .clone()
                    .cut(usize::from(room), ellipsis)
                    .line(&canvas.theme);
                match side {
                    Side::Server => {
                        canvas.right(body.x + x, y, room, &text);
                    }
                    Side::Client => {
                        canvas.line(body.x + x, y, room, &text);
                    }
                }
            }
            Place::Across { says, role, .. } => {
                let room = usize::from(self.columns.width);
                let left = usize::from(TIME);
                let says = says.clone().cut(
                    room.saturating_sub(left + 2),
                    self.glyphs.get(Glyph::Ellipsis),
                );
                let wide = says.width() + 2;
                let before = (room - left).saturating_sub(wide) / 2;
                let padded = says.padded(*role).line(&canvas.theme);
                canvas.line(body.x + (left + before) as u16, y, wide as u16, &padded);
            }
        }
    }
}

fn order(a: u16, b: u16) -> (u16, u16) {
    (a.min(b), a.max(b))
}

#[cfg(test)]
mod tests;
