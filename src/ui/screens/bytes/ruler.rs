//! The rulers over and under the bytes, which show where each call begins and ends:
//!
//! ```text
//!       ├ send 1: 5 ──┤├ send 2: 6 ─────┤
//! 0000  68 65 6c 6c 6f 20 77 6f 72 6c 64
//!       ├ recv 1: 11 bytes ─────────────┤
//! ```

use super::stream::{Stream, over};
use crate::{
    model::book::Chunk,
    ui::{
        glyphs::{Glyph, GlyphSet},
        screens::bits::{Bits, count, some},
        text::width,
        theme::Role,
    },
};
use core::ops::Range;

/// Cells of one byte: two digits and a space.
pub(super) const CELL: usize = 3;

/// Whether a call begins or ends among these bytes.
pub(super) fn has_boundary(chunks: &[Chunk], row: &Range<u64>) -> bool {
    over(chunks, row)
        .any(|i| chunks[i].start >= row.start || chunks[i].start + chunks[i].len <= row.end)
}

/// The text that fits into so many cells, of several that say less and less.
fn fitting(texts: [String; 4], cells: usize) -> String {
    texts
        .into_iter()
        .find(|t| width(t) <= cells)
        .unwrap_or_default()
}

/// One stretch of a ruler: it covers the bytes `part` of the row, may begin and end there, and has a name.
struct Stretch {
    part: Range<u64>,
    begins: bool,
    ends: bool,
    names: [String; 4],
    role: Role,
    dashed: bool,
}

fn draw(row: &Range<u64>, stretches: &[Stretch], glyphs: GlyphSet) -> Bits {
    let mut line = Bits::new();
    let mut at = 0;
    for s in stretches {
        let start = (s.part.start - row.start) as usize * CELL;
        let cells = (s.part.end - s.part.start) as usize * CELL - 1;
        line.push(Role::Text, " ".repeat(start.saturating_sub(at)));
        at = start + cells;
        let across = glyphs.get(if s.dashed {
            Glyph::Dashed
        } else {
            Glyph::Horizontal
        });
        let left = if s.begins {
            glyphs.get(Glyph::TeeRight)
        } else {
            across
        };
        let right = if s.ends {
            glyphs.get(Glyph::TeeLeft)
        } else {
            across
        };
        let name = fitting(s.names.clone(), cells.saturating_sub(4));
        if name.is_empty() {
            line.push(s.role, format!("{left}{}{right}", across.repeat(cells - 2)));
        } else {
            let rest = cells - 4 - width(&name);
            line.push(s.role, left);
            line = line.bold(s.role, format!(" {name} "));
            line.push(s.role, format!("{}{right}", across.repeat(rest)));
        }
    }
    line
}

fn stretches(chunks: &[Chunk], row: &Range<u64>, call: &str, role: Role) -> Vec<Stretch> {
    over(chunks, row)
        .map(|i| {
            let (start, end) = (chunks[i].start, chunks[i].start + chunks[i].len);
            let number = i + 1;
            let len = chunks[i].len;
            Stretch {
                part: start.max(row.start)..end.min(row.end),
                begins: start >= row.start,
                ends: end <= row.end,
                names: [
                    format!("{call} {number}: {}", some(len, "byte")),
                    format!("{call} {number}: {}", count(len)),
                    format!("{call} {number}"),
                    format!("{number}"),
                ],
                role,
                dashed: false,
            }
        })
        .collect()
}

/// Over the bytes: the calls that wrote them.
pub(super) fn sends(stream: &Stream<'_>, row: &Range<u64>, role: Role, glyphs: GlyphSet) -> Bits {
    draw(row, &stretches(stream.written, row, "send", role), glyphs)
}

/// Under the bytes: the calls that read them, and what nobody has read.
pub(super) fn recvs(
    stream: &Stream<'_>,
    row: &Range<u64>,
    role: Role,
    unread: &str,
    glyphs: GlyphSet,
) -> Bits {
    let mut all = stretches(stream.read, row, "recv", role);
    let read = stream.bytes_read();
    if stream.to.is_some() && read < row.end {
        let left = stream.len() - read;
        all.push(Stretch {
            part: read.max(row.start)..row.end,
            begins: read >= row.start,
            ends: row.end == stream.len(),
            names: [
                format!("{}: {unread}", some(left, "byte")),
                format!("{}: {unread}", count(left)),
                unread.to_owned(),
                "?".to_owned(),
            ],
            role: Role::Wait,
            dashed: true,
        });
    }
    draw(row, &all, glyphs)
}
