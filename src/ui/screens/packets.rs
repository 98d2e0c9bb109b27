//! Every packet: which there were and what became of each; of the selected one all fields and all bytes, and its story.
//!
//! ```text
//! ╭─ PACKETS ─────────────────────────────────────────────────── 12 packets ─╮
//! │ no     time  to        flags    seq  ack   len  what                      │
//! │  1    1.203  server    SYN        0          0  ✔ delivered               │
//! │  2    1.203  client    SYN,ACK    0    1     0  ✘ dropped by you          │
//! ╰───────────────────────────────────────────────────────────────────────────╯
//! ╭─ FIELDS ───────────────────────────╮╭─ BYTES ─────────────────────────────╮
//! │ ▾ TCP                              ││ 0000 45 00 00 3c ...   E..<....     │
//! ╰────────────────────────────────────╯╰─────────────────────────────────────╯
//! ╭─ PACKET 2 ────────────────────────────────────── RFC 9293, section 3.1 ───╮
//! ```
//!
//! In a narrow window fields and bytes share one place. A frame looks only at the packets that it shows, and a search
//! at the newest ones.

mod fields;
mod hex;
mod list;
mod rows;
mod story;
mod unseen;

use crate::{
    app::{
        App,
        packets::{OpenPacket, Pane},
    },
    model::event::Sight,
    ui::{canvas::Canvas, theme::Role, widgets::panel::Panel},
};
use ratatui::layout::Rect;

use super::bits::Bits;

#[cfg(test)]
mod tests;

/// Fields and bytes stand side by side from this width on.
const WIDE: u16 = 118;
/// Cells of the box of bytes: sixteen in a row.
const HEX: u16 = 75;

/// Draws it.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let sight = app.session().sight.as_ref();
    if matches!(sight, Sight::None { .. }) && app.book.packets_at(app.shown_events()).is_empty() {
        unseen::draw(app, canvas, area);
        return;
    }
    let empty = app.search.is_empty() && app.packet_rows().is_empty();
    let strip = match area.height {
        _ if empty => 0,
        0..14 => 0,
        14..22 => 4,
        _ => 7,
    };
    let body = area.height - strip;
    let below = match body {
        _ if empty => 0,
        0..10 => 0,
        10..30 => body / 2,
        _ => 17 + (body - 30) / 3,
    };
    let open = app.open_packet();
    let list = Rect::new(area.x, area.y, area.width, body - below);
    list::draw(app, canvas, list);
    if below > 0 {
        let row = Rect::new(area.x, list.bottom(), area.width, below);
        within(app, canvas, row, open.as_ref());
    }
    if strip > 0 {
        let row = Rect::new(area.x, area.y + body, area.width, strip);
        story::draw(app, canvas, row, open.as_ref());
    }
}

/// Fields and bytes of the packet that is shown.
fn within(app: &App, canvas: &mut Canvas<'_>, area: Rect, open: Option<&OpenPacket<'_>>) {
    if area.width >= WIDE {
        let left = Rect::new(area.x, area.y, area.width - HEX, area.height);
        let right = Rect::new(left.right(), area.y, HEX, area.height);
        fields::draw(app, canvas, left, open);
        hex::draw(app, canvas, right, open);
    } else if app.packets.pane == Pane::Hex {
        hex::draw(app, canvas, area, open);
    } else {
        fields::draw(app, canvas, area, open);
    }
}

/// The box of one part of the screen; a click gives it the focus.
fn pane(app: &App, canvas: &mut Canvas<'_>, area: Rect, pane: Pane, right: &Bits) -> Rect {
    let title = match pane {
        Pane::List => "PACKETS",
        Pane::Fields => "FIELDS",
        Pane::Hex => "BYTES",
    };
    let focused = app.packets.pane == pane;
    let role = if focused { Role::Cable } else { Role::Frame };
    canvas.hit(area, crate::app::Hit::Pane(pane));
    Panel::new(role, Bits::of(Role::Title, title).line(&canvas.theme))
        .right(right.line(&canvas.theme))
        .focused(focused)
        .draw(canvas, area)
}

/// Lays the selection over cells; the part without the focus shows it too, but not so bright.
fn select(app: &App, canvas: &mut Canvas<'_>, cells: Rect, pane: Pane) {
    let mut style = canvas.theme.style(Role::Selection);
    if app.packets.pane == pane {
        style = style.add_modifier(ratatui::style::Modifier::BOLD);
    }
    canvas.tint(cells, style);
}
