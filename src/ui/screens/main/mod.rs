//! The main screen: the four lines, both ends with the cable between them, where the bytes are, what is happening.
//!
//! ```text
//! ╭─ 1 server waits ───╮╭─ 2 client connects ╮╭─ 3 server hears ───╮╭─ 4 client is answered ╮
//! ╭─ SERVER ─────────────────╮╭─ CABLE ────────────────╮╭─ CLIENT ────────────────────────╮
//! │ sockets                  ││ ◀━━━━━ 15 bytes   read ││ sockets                         │
//! │ calls                    ││        "hello, ser…"   ││ calls                           │
//! │ accept queue, timers     ││                        ││ timers                          │
//! │ bytes                    ││                        ││ bytes                           │
//! ╰──────────────────────────╯╰────────────────────────╯╰─────────────────────────────────╯
//! ╭─ WHERE ARE THE BYTES? ────────────────────────────────────────────────────────────────╮
//! ╭─ WHAT IS HAPPENING ──────────────────────────────────────────────────────────── w why? ╮
//! ```
//!
//! In a small terminal the four lines fold to one row and the bytes to three.

mod actor;
mod cable;
mod calls;
mod happening;
mod lines;
mod places;
mod sockets;
mod streams;
mod timers;

use crate::{
    app::{App, Hit, Panel},
    model::ids::Nanos,
    ui::{canvas::Canvas, story},
};
use ratatui::layout::Rect;

pub(in crate::ui) use cable::what;
pub(in crate::ui) use lines::{Progress, current, progress, steps};
pub(in crate::ui::screens) use sockets::{address, short};
pub(in crate::ui) use streams::{Latest, latest};

/// From so many columns on, the four lines have a box each.
const LINES_IN_BOXES: u16 = 120;
/// From so many rows on, the lines and the bytes have room for their boxes.
const ROOMY: u16 = 25;
/// Beside a lesson, what is happening is told from so many rows on.
const WITH_STORY: u16 = 21;

/// Draws it.
pub fn draw(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    let roomy = area.height >= ROOMY;
    let boxes = roomy && area.width >= LINES_IN_BOXES;
    let lines = if boxes { 3 } else { 1 };
    let places = if roomy {
        places::BOX_ROWS
    } else {
        places::FOLDED_ROWS
    };
    let most = match area.height {
        45.. => 8,
        26.. => 4,
        _ => 3,
    };
    let told = story::now(app);
    // Where there is little room beside a lesson, that tells the story.
    let story = if app.learning.is_some() && area.height < WITH_STORY {
        0
    } else {
        happening::rows(&told, area.width, most)
    };
    let ends = area.height.saturating_sub(lines + places + story);

    let [mut y, x, width] = [area.y, area.x, area.width];
    let mut take = |height: u16| {
        let rect = Rect::new(x, y, width, height).intersection(area);
        y += height;
        rect
    };
    let rect = take(lines);
    if boxes {
        lines::boxes(app, canvas, rect);
    } else {
        lines::folded(app, canvas, rect);
    }
    columns(app, now, canvas, take(ends));
    let rect = take(places);
    canvas.hit(rect, Hit::Focus(Panel::Bytes));
    places::draw(app, canvas, rect);
    if story > 0 {
        let rect = take(story);
        canvas.hit(rect, Hit::Focus(Panel::Story));
        happening::draw(app, canvas, rect, &told);
    }
}

fn columns(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    let middle = match area.width {
        170.. => area.width * 23 / 100,
        110.. => area.width * 3 / 10,
        _ => area.width / 5,
    };
    let end = (area.width - middle) / 2;
    let middle = area.width - 2 * end;
    let server = Rect { width: end, ..area };
    let cable = Rect {
        x: area.x + end,
        width: middle,
        ..area
    };
    let client = Rect {
        x: area.x + end + middle,
        width: end,
        ..area
    };
    for (rect, panel) in [
        (server, Panel::Server),
        (cable, Panel::Cable),
        (client, Panel::Client),
    ] {
        canvas.hit(rect, Hit::Focus(panel));
    }
    actor::draw(app, now, canvas, server, client);
    cable::draw(app, now, canvas, cable);
}
