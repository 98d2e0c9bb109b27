//! What lies between the two ends. In the lab these are the packets on the cable, and what one's hand can do with them;
//! on the host network the packets that are seen passing by, or, where none are seen, the bytes that go in and come out.
//!
//! ```text
//! ╭─ CABLE ─────────── holding data ─╮   ╭─ CABLE ────────── host network ─╮
//! │ 1 ◀━━━━━ SYN     seq 0 delivered │   │ ◀━━━━━ 15 bytes            read │
//! │ 2 ━━━✘   SYN,ACK ack 1   dropped │   │        "hello, server\r\n"      │
//! │ 3 ╌╌◀━━━ SYN     seq 0      held │   │ ━━━━━▶ 20 bytes         arrived │
//! │          win 64240               │   │        "I have received…"       │
//! │                                  │   │                                 │
//! │ You hold packet 3.               │   │ This is the host network: the   │
//! │   s      deliver it              │   │ kernel carries the packets …    │
//! │                                  │   ╰─────────────────────────────────╯
//! │ carried 1   held 1   dropped 1   │
//! ╰──────────────────────────────────╯
//! ```

mod arrow;
mod fate;
mod foot;
mod header;
mod list;
mod row;
mod transfers;
mod words;

use crate::{
    app::{App, Panel as Which},
    model::{event::Sight, ids::Nanos},
    ui::{canvas::Canvas, text::width, theme::Role, widgets::panel::Panel},
};
use ratatui::layout::Rect;

pub(in crate::ui) use header::what;
pub(super) use transfers::ends;

/// Below so many cells, everything is as short as can be.
const NARROW: u16 = 24;

/// Draws the box.
pub(super) fn draw(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    let session = app.session();
    let title = canvas.bold(Role::Cable, "CABLE");
    // The title, its air, and the corners with theirs.
    let room = usize::from(area.width).saturating_sub("CABLE".len() + 8);
    let (role, does) = match *session.sight {
        Sight::Cable => words::does(&session.cable),
        Sight::Capture => (Role::Dim, "packets passing by".to_owned()),
        Sight::None { .. } => (Role::Dim, words::network(session, room)),
    };
    let told = width(&does) <= room;
    let right = canvas.span(role, does);
    let inner = Panel::new(Role::Cable, title)
        .right(right)
        .focused(app.focus == Which::Cable)
        .draw(canvas, area);
    if inner.height == 0 || inner.width < 6 {
        return;
    }
    if app.sees_packets() {
        list::draw(app, now, canvas, area, inner, told);
    } else {
        transfers::draw(app, canvas, area, inner);
    }
}
