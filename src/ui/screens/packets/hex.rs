//! The bytes of the packet that is shown; those of the selected field are lit.

use super::{pane, select};
use crate::{
    app::{
        App, Hit, ScrollId,
        packets::{HEX_ROW, OpenPacket, Pane},
    },
    ui::{
        canvas::Canvas,
        screens::bits::{Bits, some},
        theme::Role,
        widgets::{bytes::hex_line, scroll},
    },
};
use ratatui::{layout::Rect, style::Modifier};

const ID: ScrollId = ScrollId::Pane(Pane::Hex);
const ROW: usize = HEX_ROW.unsigned_abs();
/// Cells before the first byte, and before the first character of the text.
const BYTES: u16 = 5;
const TEXT: u16 = BYTES + ROW as u16 * 3 + 1;

/// Draws it.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect, open: Option<&OpenPacket<'_>>) {
    let right = open.map_or_else(Bits::new, |open| {
        let bytes = &open.packet.bytes;
        let mut right = Bits::of(Role::Dim, some(bytes.len(), "byte"));
        if bytes.omitted > 0 {
            right.push(Role::Dim, format!(", {} kept", bytes.kept.len()));
        }
        right
    });
    let inner = pane(app, canvas, area, Pane::Hex, &right);
    let Some(open) = open.filter(|_| inner.height > 0) else {
        return;
    };
    let bytes = &open.packet.bytes.kept;
    let total = bytes.len().div_ceil(ROW);
    let shown = scroll::selected(canvas, app, ID, inner, total, Some(open.byte / ROW));
    for (y, row) in (inner.y..inner.bottom()).zip(shown.clone()) {
        let start = row * ROW;
        let here = &bytes[start..bytes.len().min(start + ROW)];
        let line = hex_line(canvas, start as u64, here, ROW, Role::Bytes);
        canvas.line(inner.x, y, inner.width, &line);
        for i in start..start + here.len() {
            draw_byte(app, canvas, inner, y, open, i);
        }
    }
    scroll::bar(canvas, area.right() - 1, inner, &shown, total);
}

/// Lights a byte if it is selected, and makes it clickable.
fn draw_byte(
    app: &App,
    canvas: &mut Canvas<'_>,
    inner: Rect,
    y: u16,
    open: &OpenPacket<'_>,
    place: usize,
) {
    let column = (place % ROW) as u16;
    let within = |x: u16, wide: u16| Rect::new(inner.x + x, y, wide, 1).intersection(inner);
    let (hex, text) = (BYTES + column * 3, within(TEXT + column, 1));
    let lit = open.selected().map_or(0..0, |f| f.bytes.clone());
    if lit.contains(&place) {
        // The gap to the next byte belongs to the field where it goes on in this row.
        let on = lit.contains(&(place + 1)) && usize::from(column) + 1 < ROW;
        select(app, canvas, within(hex, if on { 3 } else { 2 }), Pane::Hex);
        select(app, canvas, text, Pane::Hex);
    }
    if open.byte == place && app.packets.pane == Pane::Hex {
        let style = canvas
            .theme
            .style(Role::KeyCap)
            .add_modifier(Modifier::UNDERLINED);
        canvas.tint(within(hex, 2), style);
        canvas.tint(text, style);
    }
    canvas.hit(within(hex, 3), Hit::Row(ID, place));
    canvas.hit(text, Hit::Row(ID, place));
}
