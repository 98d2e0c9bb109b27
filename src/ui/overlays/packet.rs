//! One packet in words: what its header says, field by field, what is notable about it, and what became of it.

use super::reading_width;
use crate::{
    app::{App, ScrollId},
    model::{
        ids::Side,
        packet::{Packet, PacketNo},
        payload::Payload,
    },
    ui::{
        canvas::Canvas,
        screens::main::{data, what},
        text::{safe, wrap},
        theme::Role,
        widgets::{
            bytes::{hex_line, per_row},
            panel::Panel,
            popup::popup,
            scroll,
        },
    },
};
use ratatui::{layout::Rect, text::Line};

/// As many rows of bytes at most.
const MOST_HEX_ROWS: usize = 64;
/// Cells of a field's name.
const NAME: usize = 16;

/// Draws it.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect, number: PacketNo) {
    let Some(packet) = app.packet(number) else {
        return;
    };
    let wide = reading_width(area);
    let lines = lines(app, canvas, packet, wide.saturating_sub(6));
    let high = (lines.len() as u16 + 4).min(area.height.saturating_sub(2));
    let role = Role::from(!packet.toward);
    let title = canvas.bold(role, format!("PACKET {number}: {}", what(packet, false)));
    let right = canvas.span(Role::Dim, format!("to the {}", packet.toward));
    let panel = Panel::new(role, title).right(right);
    let inner = popup(canvas, area, wide, high, &panel);
    let text = Rect {
        x: inner.x + 1,
        y: inner.y + 1,
        width: inner.width.saturating_sub(2),
        height: inner.height.saturating_sub(2),
    };
    let shown = scroll::rows(canvas, app, ScrollId::Overlay, text, lines.len());
    for (i, line) in lines[shown.clone()].iter().enumerate() {
        canvas.line(text.x, text.y + i as u16, text.width, line);
    }
    scroll::bar(canvas, inner.right() + 1, text, &shown, lines.len());
}

fn lines(app: &App, canvas: &Canvas<'_>, packet: &Packet, cells: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let room = usize::from(cells).saturating_sub(NAME + 1).max(8);
    for (name, value) in fields(app, packet) {
        let value = safe(&value, canvas.theme.ascii());
        for (i, part) in wrap(&value, room).into_iter().enumerate() {
            let name = if i == 0 { name } else { "" };
            lines.push(Line::from(vec![
                canvas.span(Role::Dim, format!("{name:<NAME$} ")),
                canvas.span(Role::Text, part),
            ]));
        }
    }
    for notable in &packet.notable {
        lines.push(Line::default());
        for line in wrap(notable.meaning(), usize::from(cells)) {
            lines.push(Line::from(canvas.span(Role::Note, line)));
        }
    }
    let data = data(packet);
    if !data.is_empty() {
        lines.push(Line::default());
        let row = per_row(cells);
        for (i, part) in data.chunks(row).take(MOST_HEX_ROWS).enumerate() {
            lines.push(hex_line(canvas, (i * row) as u64, part, row, Role::Bytes));
        }
    }
    lines
}

/// What the header says, and what became of the packet.
fn fields(app: &App, packet: &Packet) -> Vec<(&'static str, String)> {
    let sender = match packet.toward {
        Side::Server => Side::Client,
        Side::Client => Side::Server,
    };
    let mut fields = vec![
        ("from", format!("the {sender}, {}", packet.from)),
        ("to", format!("the {}, {}", packet.toward, packet.to)),
        ("protocol", packet.protocol.name().to_owned()),
    ];
    if let Some(tcp) = packet.tcp {
        fields.extend([
            ("flags", tcp.flags.to_string()),
            (
                "sequence number",
                format!("{} (raw {})", tcp.seq, tcp.seq_raw),
            ),
        ]);
        if tcp.ack_raw != 0 || tcp.ack != 0 {
            let ack = format!(
                "{} (raw {}): the next byte that it expects",
                tcp.ack, tcp.ack_raw
            );
            fields.push(("acknowledges", ack));
        }
        let window = format!("{}: so many bytes more would it take", tcp.window);
        fields.push(("window", window));
    }
    let Payload { kept, .. } = &packet.bytes;
    let whole = packet.bytes.len();
    let kept = if (kept.len() as u64) < whole {
        format!(", of which {} are kept", kept.len())
    } else {
        String::new()
    };
    fields.push((
        "length",
        format!(
            "{whole} bytes with its headers, {} of data{kept}",
            packet.len
        ),
    ));
    if let Some(state) = app.session().cable.packet(packet.number) {
        let fate = match (&state.ended, &state.held, &state.until) {
            (Some(ended), ..) => format!("{}, decided by {}", ended.fate, ended.by),
            (None, Some(by), _) => format!("lies on the cable, held by {by}"),
            (None, None, Some(_)) => "is on its way".to_owned(),
            (None, None, None) => "lies on the cable".to_owned(),
        };
        fields.push(("fate", fate));
        let after = state.ended.as_ref().map(|e| e.at.since(state.since));
        if let Some(after) = after {
            fields.push(("after", format!("{after:#} on the cable")));
        }
    }
    fields
}
