//! Bytes in hex and as text: `0000 68 65 6c 6c 6f 0d 0a     hello..`

use crate::{
    model::payload::is_unprintable,
    ui::{canvas::Canvas, glyphs::Glyph, theme::Role},
};
use core::fmt::Write as _;
use ratatui::text::{Line, Span};

/// Cells before the first byte: the offset and a space.
const OFFSET: usize = 5;

/// How many bytes fit into a row of so many cells: 8, 16, 24 or 32; fewer in a narrow one.
pub const fn per_row(cells: u16) -> usize {
    // Offset, three cells a byte, two of air, one cell a byte.
    let fit = (cells as usize).saturating_sub(OFFSET + 1) / 4;
    match fit {
        32.. => 32,
        24.. => 24,
        16.. => 16,
        8.. => 8,
        0 => 1,
        few => few,
    }
}

/// A byte as one character of the text column; what is no visible ASCII is a dot.
pub const fn as_char(byte: u8) -> char {
    if byte.is_ascii_graphic() || byte == b' ' {
        byte as char
    } else {
        '.'
    }
}

/// One row: the offset of its first byte, `per_row` bytes at most in hex, the same as text. `role` is the colour of
/// the bytes.
pub fn hex_line(
    canvas: &Canvas<'_>,
    offset: u64,
    bytes: &[u8],
    per_row: usize,
    role: Role,
) -> Line<'static> {
    let bytes = &bytes[..bytes.len().min(per_row)];
    let mut hex = String::with_capacity(per_row * 3);
    for (i, byte) in bytes.iter().enumerate() {
        hex.push_str(if i > 0 { " " } else { "" });
        let _ = write!(hex, "{byte:02x}");
    }
    let hex = format!("{hex:<wide$}", wide = per_row * 3 - 1);
    Line::from(vec![
        canvas.span(Role::Dim, format!("{offset:04x} ")),
        canvas.span(role, hex),
        Span::raw("  "),
        canvas.span(
            Role::Text,
            bytes.iter().map(|&b| as_char(b)).collect::<String>(),
        ),
    ])
}

/// Text of bytes in quotes, cut to so many cells: `"hello, serv…"`.
pub fn quoted(canvas: &Canvas<'_>, bytes: &[u8], more: bool, cells: usize) -> String {
    // Each byte takes at least one cell, unless it is the middle of a character.
    let near = &bytes[..bytes.len().min(cells.saturating_mul(4))];
    let text = crate::ui::text::payload(near, canvas.theme.ascii());
    debug_assert!(!text.chars().any(is_unprintable));
    let room = cells.saturating_sub(2);
    let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
    if !more && near.len() == bytes.len() && crate::ui::text::width(&text) <= room {
        return format!("\"{text}\"");
    }
    let text = crate::ui::text::cut(&format!("{text}{ellipsis}"), room, ellipsis);
    format!("\"{text}\"")
}
