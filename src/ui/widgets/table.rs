//! Rows of cells that stand below each other.

use crate::ui::canvas::Canvas;
use ratatui::text::Line;

/// On which side of its column a cell's text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At the left.
    Left,
    /// At the right: figures.
    Right,
}

/// A column: its width in cells, and where its text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Cells.
    pub width: u16,
    /// Side.
    pub align: Align,
}

impl Column {
    /// A column of text.
    pub const fn left(width: u16) -> Self {
        Self {
            width,
            align: Align::Left,
        }
    }

    /// A column of figures.
    pub const fn right(width: u16) -> Self {
        Self {
            width,
            align: Align::Right,
        }
    }
}

/// Draws one row, its cells in their columns with one cell of air between; what is longer than its column is cut with
/// an ellipsis. The last cell may use all that is left of `cells`.
pub fn row(
    canvas: &mut Canvas<'_>,
    x: u16,
    y: u16,
    cells: u16,
    columns: &[Column],
    row: &[Line<'_>],
) {
    let end = x + cells;
    let mut at = x;
    for (i, (column, cell)) in columns.iter().zip(row).enumerate() {
        if at >= end {
            return;
        }
        let last = i + 1 == row.len();
        let wide = if last && column.align == Align::Left {
            end - at
        } else {
            column.width.min(end - at)
        };
        match column.align {
            Align::Left => {
                canvas.line(at, y, wide, cell);
            }
            Align::Right => {
                canvas.right(at, y, wide, cell);
            }
        }
        at += column.width + 1;
    }
}
