//! The selected row of the ladder: it is in sight, it is lit, each row can be clicked, and the next update learns which
//! events have rows.

use super::{ID, line::Line, told::Told};
use crate::{
    app::Hit,
    ui::{canvas::Canvas, theme::Role},
};
use core::ops::Range;
use ratatui::layout::Rect;

/// Told events beyond what is in sight that are looked at for the next one with a row.
const BEYOND: usize = 48;

/// The place in what is told from which rows are drawn so that the one at `place` is in sight: as before, or moved as
/// little as is needed.
pub(super) fn top(
    place: usize,
    room: usize,
    before: Option<usize>,
    make: impl Fn(usize) -> Vec<Line>,
) -> usize {
    let (mut lowest, mut used) = (place + 1, 0);
    while lowest > 0 && place - lowest.min(place) < super::MOST_SKIPPED {
        used += make(lowest - 1).len();
        if used > room {
            break;
        }
        lowest -= 1;
    }
    let wished = before.unwrap_or_else(|| place.saturating_sub(room / 3));
    wished.min(place).max(lowest.min(place))
}

/// Lights the lines of the selected event, or of the last one before it that has a row; makes every line clickable.
pub(super) fn show(canvas: &mut Canvas<'_>, body: Rect, lines: &[Line], selected: Option<usize>) {
    let lit = selected.and_then(|at| {
        let up_to = lines.iter().rev().find(|line| line.index <= at);
        up_to.map(|line| line.index)
    });
    for (line, y) in lines.iter().zip(body.y..body.bottom()) {
        let row = Rect {
            y,
            height: 1,
            ..body
        };
        if Some(line.index) == lit {
            let style = canvas.theme.style(Role::Selection);
            canvas.tint(row, style);
        }
        canvas.hit(row, Hit::Row(ID, line.index));
    }
}

/// The events that have rows: those in sight, and the nearest ones before and after.
pub(super) fn rows(
    told: &Told<'_>,
    shown: &Range<usize>,
    lines: &[Line],
    make: impl Fn(usize) -> Vec<Line>,
) -> Vec<usize> {
    let has_row = |place: &usize| !make(*place).is_empty();
    let before = (shown.start.saturating_sub(BEYOND)..shown.start)
        .rev()
        .find(has_row);
    let end = told.len().min(shown.end + BEYOND);
    let after = (shown.end..end).find(has_row);
    let last = shown.end.checked_sub(1).and_then(|place| told.index(place));
    let mut rows: Vec<usize> = before.and_then(|p| told.index(p)).into_iter().collect();
    let in_sight = lines.iter().map(|line| line.index);
    rows.extend(in_sight.filter(|index| last.is_some_and(|last| *index <= last)));
    rows.extend(after.and_then(|p| told.index(p)));
    rows.dedup();
    rows
}
