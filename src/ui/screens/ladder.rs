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
//! That is how it looks where no packets are seen. Where they are, each is an arrow of its own between the life lines,
//! and the bytes stand on it; see `packets`.

mod bars;
mod draw;
mod labels;
mod lanes;
mod line;
mod middle;
mod packets;
mod rowpick;
mod rows;
mod states;
mod told;
mod trips;

use super::{
    bits::{Bits, seconds},
    bytes, foreign,
};
use crate::{
    app::{App, Screen, ScrollId},
    model::{
        event::Sight,
        ids::{Actor, Nanos, Side},
        session::SocketState,
    },
    ui::{
        canvas::Canvas,
        glyphs::GlyphSet,
        text::wrap,
        theme::Role,
        widgets::{panel::Panel, scroll},
    },
};
use draw::Ladder;
use lanes::{Columns, TIME};
use line::{Line, Mark, Place, Room};
use ratatui::layout::Rect;
use told::Told;

const ID: ScrollId = ScrollId::Screen(Screen::Ladder);
/// Events that are no row of the ladder are skipped, as many as this in one frame.
const MOST_SKIPPED: usize = 4096;

/// So many of the packets that are held now have a line with the time.
const MOST_HELD: usize = 3;

const NOTHING_CAPTURED: &str = "No packet has passed yet. Each will stand here as it was captured, and what it tells of the ends.";

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
    .right(Bits::of(Role::Dim, arrows(told)).line(&canvas.theme));
    let inner = panel.draw(canvas, area);
    if inner.height < 2 || inner.width < 30 {
        return;
    }
    let columns = Columns::new(inner.width, told.has_packets());
    draw_head(told, canvas, inner, columns);
    let body = Rect::new(inner.x, inner.y + 1, inner.width, inner.height - 1);
    let glyphs = GlyphSet::new(canvas.theme.ascii());
    let beside = |side| usize::from(columns.beside(side).1);
    let cells = Room {
        across: usize::from(inner.width),
        server: beside(Side::Server),
        client: beside(Side::Client),
        middle: usize::from(columns.middle()),
        slope: usize::from(columns.turn(Side::Server).abs_diff(columns.client)),
    };
    let make = |place: usize| rows::lines(told, place, cells, glyphs);
    let waiting: Vec<Line> = now_lines(told, now);
    let room = usize::from(body.height);
    let selected = app
        .selected_row
        .filter(|index| *index < app.shown_events())
        .and_then(|index| told.place_up_to(index));
    let scrolled = app.scrolls.get(&ID).copied();
    let scrolled = scrolled.or_else(|| {
        let before = app.drawn.top(ID);
        selected.map(|place| rowpick::top(place, room, before, make))
    });
    let (first, lines, end) = visible(scrolled, told.len(), room, waiting.len(), make);
    canvas.viewport(body, ID, end - first, told.len());
    canvas.drawn.tops.push((ID, first));
    let mut lines = lines;
    if end == told.len() {
        if !waiting.is_empty() {
            canvas.ticks(1);
        }
        lines.extend(waiting);
    }
    lines.truncate(room);
    if lines.is_empty() {
        let what = if told.has_packets() {
            "packets"
        } else {
            "bytes"
        };
        let text = format!(
            "Nothing has happened yet. Every call of both ends will stand here, at its end and in the order of time, \
             with arrows for the {what}.{}",
            if told.app.shows_timeline() {
                ""
            } else {
                " Space does the first step."
            }
        );
        let text = if told.app.session().is_capture() {
            NOTHING_CAPTURED.to_owned()
        } else {
            text
        };
        for (i, line) in wrap(&text, usize::from(inner.width))
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
        trips: trips::trips(told, columns, first, &lines),
    };
    ladder.draw(canvas, body, &lines);
    let shown = first..end;
    let selected = selected.filter(|place| shown.contains(place));
    let selected = selected.and_then(|place| told.index(place));
    rowpick::show(canvas, body, &lines, selected);
    canvas.drawn.rows = rowpick::rows(told, &shown, &lines, make);
    scroll::bar(canvas, area.right() - 1, body, &(first..end), told.len());
}

/// What the arrows mean.
fn arrows(told: &Told<'_>) -> &'static str {
    match *told.app.session().sight {
        _ if !told.has_packets() => "arrows: bytes from send to recv",
        Sight::Capture if told.app.session().is_capture() => {
            "arrows: packets, as they were captured; states: as these tell"
        }
        Sight::Capture => "arrows: packets, as they were captured",
        _ => "arrows: packets on the cable",
    }
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
    for held in app.session().cable.held().take(MOST_HELD) {
        let Some(entered) = told.index_of(held.event) else {
            continue;
        };
        let time = seconds(app.clock(now).since(held.since));
        lines.push(Line {
            index,
            at: None,
            place: Place::Middle {
                mark: Mark::Stands(entered),
                says: vec![
                    labels::number(held.number)
                        .and(Role::Wait, " is held ")
                        .bold(Role::Wait, time),
                ],
            },
        });
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
    // In a capture, each conversation may have a server of its own.
    let one = !(session.is_capture() && told.several());
    let server = server.or(listener).filter(|_| one);
    let line = head(Side::Server, "SERVER", server).line(&canvas.theme);
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

#[cfg(test)]
mod tests;
