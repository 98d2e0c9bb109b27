//! The packet's story, and below it what the selected field means:
//!
//! ```text
//! ╭─ PACKET 4 ──────────────────────────────────── RFC 9293, section 3.1 ─╮
//! │ from  carries all of the client's send (15 bytes)                     │
//! │ then  acknowledged by packet 5; the server's recv brought bytes 0..15 │
//! │ Sequence number: the place of its first byte in the stream.           │
//! ╰───────────────────────────────────────────────────────────────────────╯
//! ```

use crate::{
    app::{App, packets::OpenPacket},
    model::{
        packet::PacketKind,
        story::{
            ties::{Ties, of_packet},
            words::first_upper,
        },
    },
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        screens::bits::Bits,
        text::{cut_words, safe, wrap},
        theme::Role,
        widgets::panel::Panel,
    },
};
use ratatui::layout::Rect;

/// Cells before the text of each part.
const LABEL: u16 = 6;

/// Characters of a field's value that are said again.
const VALUE: usize = 60;

/// Draws it.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect, open: Option<&OpenPacket<'_>>) {
    let ascii = canvas.theme.ascii();
    let field = open.and_then(OpenPacket::selected);
    let title = open.map_or_else(
        || Bits::of(Role::Title, "ONE PACKET"),
        |o| Bits::of(Role::Title, format!("PACKET {}", o.packet.number)),
    );
    let right = field.map_or_else(Bits::new, |f| Bits::of(Role::Dim, safe(f.rfc, ascii)));
    let inner = Panel::new(Role::Frame, title.line(&canvas.theme))
        .right(right.line(&canvas.theme))
        .draw(canvas, area);
    let Some(open) = open.filter(|_| inner.height > 0) else {
        return;
    };
    let cells = usize::from(inner.width);
    let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
    let meaning = match field {
        None => Vec::new(),
        // Where there is but one row, the name that is lit above need not be said again.
        Some(field) if inner.height < 4 => vec![cut_words(field.meaning, cells, ellipsis)],
        Some(field) => {
            // The tree may have had no room for all of the value.
            let layer = open.field.is_some_and(|place| open.is_layer(place));
            let value = match field.value.chars().count() {
                1..=VALUE if !layer => format!(" {}", field.value),
                _ => String::new(),
            };
            wrap(&format!("{}{value}: {}", field.name, field.meaning), cells)
        }
    };
    let low = meaning.len().min(usize::from(inner.height).div_ceil(2)) as u16;
    let above = Rect::new(inner.x, inner.y, inner.width, inner.height - low);
    draw_story(app, canvas, above, open);
    for (y, line) in (above.bottom()..inner.bottom()).zip(meaning) {
        canvas.text(inner.x, y, inner.width, Role::Note, &safe(&line, ascii));
    }
}

fn draw_story(app: &App, canvas: &mut Canvas<'_>, area: Rect, open: &OpenPacket<'_>) {
    let ties = of_packet(&app.book, app.session(), open.entry.index);
    // In one row both stand beside each other.
    if area.height == 1 {
        let mut line = Bits::new();
        for (label, text) in parts(open, &ties, false) {
            let air = if line.0.is_empty() { "" } else { "  " };
            line.push(Role::Dim, format!("{air}{label} "));
            line.push(Role::Text, text);
        }
        let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
        let line = line.cut(usize::from(area.width), ellipsis);
        canvas.line(area.x, area.y, area.width, &line.line(&canvas.theme));
        return;
    }
    let room = area.width.saturating_sub(LABEL);
    let mut y = area.y;
    for (label, text) in parts(open, &ties, true) {
        let lines = wrap(&text, usize::from(room));
        for (i, line) in lines.iter().enumerate() {
            if y >= area.bottom() {
                return;
            }
            if i == 0 {
                canvas.text(area.x, y, LABEL, Role::Dim, label);
            }
            canvas.text(area.x + LABEL, y, room, Role::Text, line);
            y += 1;
        }
    }
}

/// What is told, each with its label.
fn parts(open: &OpenPacket<'_>, ties: &Ties, all: bool) -> Vec<(&'static str, String)> {
    let join = |ties: &[(usize, String)]| {
        let texts: Vec<&str> = ties.iter().map(|(_, text)| text.as_str()).collect();
        texts.join("; ")
    };
    let mut parts = vec![("from", join(&ties.causes)), ("then", join(&ties.effects))];
    if all {
        let kind = open.packet.kind();
        let what = kind.map(|kind| first_upper(PacketKind::TABLE[kind as usize].2) + ".");
        let notable = open.packet.notable.iter().map(|n| n.meaning().to_owned());
        let what: Vec<String> = what.into_iter().chain(notable).collect();
        parts.push(("what", what.join(" ")));
    }
    parts.retain(|(_, text)| !text.is_empty());
    parts
}
