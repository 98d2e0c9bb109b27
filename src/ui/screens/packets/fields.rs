//! The fields of the packet that is shown, as a tree.

use super::{pane, select};
use crate::{
    app::{
        App, Hit, ScrollId,
        packets::{OpenPacket, Pane},
    },
    packet::Field,
    ui::{
        canvas::Canvas, glyphs::Glyph, screens::bits::Bits, text::safe, theme::Role,
        widgets::scroll,
    },
};
use ratatui::layout::Rect;

const ID: ScrollId = ScrollId::Pane(Pane::Fields);
/// Cells from which on what a field means stands beside it.
const ROOM_FOR_MEANING: u16 = 100;
/// Cells of name and value then.
const NAMED: usize = 64;

/// Draws it.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect, open: Option<&OpenPacket<'_>>) {
    let right = open.map_or_else(Bits::new, |open| {
        Bits::of(Role::Dim, format!("packet {}", open.packet.number))
    });
    let inner = pane(app, canvas, area, Pane::Fields, &right);
    let Some(open) = open.filter(|_| inner.height > 0) else {
        return;
    };
    let selected = open.rows.iter().position(|&r| Some(r) == open.field);
    let shown = scroll::selected(canvas, app, ID, inner, open.rows.len(), selected);
    for (y, row) in (inner.y..inner.bottom()).zip(shown.clone()) {
        let place = open.rows[row];
        let cells = Rect::new(area.x + 1, y, area.width - 2, 1);
        if selected == Some(row) {
            select(app, canvas, cells, Pane::Fields);
        }
        canvas.hit(cells, Hit::Row(ID, place));
        draw_field(canvas, inner, y, open, place);
    }
    scroll::bar(canvas, area.right() - 1, inner, &shown, open.rows.len());
}

/// A protocol as it is usually called.
fn short(field: &Field) -> Option<&'static str> {
    const SHORT: [(&str, &str); 6] = [
        ("ip", "IPv4"),
        ("ipv6", "IPv6"),
        ("tcp", "TCP"),
        ("udp", "UDP"),
        ("icmp", "ICMP"),
        ("icmpv6", "ICMPv6"),
    ];
    let row = SHORT.iter().find(|(filter, _)| *filter == field.filter);
    row.map(|(_, short)| *short)
}

fn draw_field(canvas: &mut Canvas<'_>, inner: Rect, y: u16, open: &OpenPacket<'_>, place: usize) {
    let field = &open.fields[place];
    let ascii = canvas.theme.ascii();
    let layer = open.is_layer(place);
    let sign = match (layer, open.is_unfolded(place)) {
        (false, _) => " ",
        (true, true) => canvas.theme.glyph(Glyph::Down),
        (true, false) => canvas.theme.glyph(Glyph::Then),
    };
    let air = "  ".repeat(field.depth);
    let mut line = Bits::of(Role::Cable, format!("{air}{sign} "));
    let name = short(field).unwrap_or(field.name);
    // What it is the number of says enough where its value needs the room.
    let whole = line.width() + name.len() + 2 + field.value.len();
    let name = name
        .strip_suffix(" Number")
        .filter(|_| inner.width < ROOM_FOR_MEANING && whole > usize::from(inner.width))
        .unwrap_or(name);
    let role = if field.depth == 0 {
        Role::Strong
    } else {
        Role::Dim
    };
    line.push(role, name);
    if !field.value.is_empty() {
        let role = if open.field == Some(place) {
            Role::Strong
        } else {
            Role::Text
        };
        line.push(Role::Dim, "  ");
        line.push(role, safe(&field.value, ascii));
    }
    if inner.width < ROOM_FOR_MEANING {
        let line = line.line(&canvas.theme);
        canvas.line(inner.x, y, inner.width, &line);
        return;
    }
    let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
    let line = line.cut(NAMED - 2, ellipsis).line(&canvas.theme);
    canvas.line(inner.x, y, NAMED as u16, &line);
    let x = inner.x + NAMED as u16;
    let room = inner.width - NAMED as u16;
    canvas.text(x, y, room, Role::Dim, &safe(field.meaning, ascii));
}
