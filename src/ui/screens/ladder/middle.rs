//! What stands between the life lines: on an arrow, at its head, and beside the way of a packet. One row has one text, in
//! a place where it hides as little as can be of the ways that cross the row.

use super::{
    draw::Ladder,
    line::{Line, Mark, Place},
    trips::Trip,
};
use crate::{
    model::ids::Side,
    ui::{canvas::Canvas, glyphs::Glyph, screens::bits::Bits, text::width, theme::Role},
};
use ratatui::layout::Rect;

/// Where in its room a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Align {
    Left,
    Middle,
    Right,
}

/// Cells from the first one to the one after the last.
type Cells = core::ops::Range<u16>;

impl Ladder<'_> {
    /// Writes what a line says in the middle, and the head of an arrow that arrives in it.
    pub(super) fn middle(&self, canvas: &mut Canvas<'_>, body: Rect, row: usize, line: &Line) {
        let Place::Middle { mark, says } = &line.place else {
            return;
        };
        let y = body.y + row as u16;
        let columns = self.columns;
        let between = columns.server + 1..columns.client;
        let own = mark.of();
        let (cells, align) = match *mark {
            Mark::Nothing => (between, Align::Middle),
            Mark::Crosses { toward, made } => {
                let start = columns.start(!toward, made);
                self.head(canvas, body, y, toward);
                let cells = match toward {
                    Side::Server => between.start + 2..start.saturating_sub(2),
                    Side::Client => start + 3..between.end.saturating_sub(2),
                };
                (cells, Align::Middle)
            }
            Mark::Enters(_) | Mark::Stands(_) | Mark::Arrives(_) | Mark::Breaks(_) => {
                let trip = self.trips.iter().find(|t| Some(t.of) == own);
                let Some((trip, x)) = trip.and_then(|t| Some((t, t.column(row)?))) else {
                    return;
                };
                self.mark(canvas, body, y, *mark, trip, x);
                let start = columns.start(!trip.toward, trip.made);
                beside(trip.toward, x, start, matches!(mark, Mark::Enters(_)))
            }
        };
        let others = self.trips.iter().filter(|t| Some(t.of) != own);
        let mut taken: Vec<u16> = others.filter_map(|t| t.column(row)).collect();
        taken.sort_unstable();
        let Some((x, text)) = fit(&cells, &taken, says, align) else {
            return;
        };
        if text.width() == 0 {
            return;
        }
        // Beyond the way of another one it would be taken for a note on that.
        let (x, text) = match self.trips.iter().find(|t| Some(t.of) == own) {
            Some(trip) if matches!(mark, Mark::Stands(_) | Mark::Arrives(_)) => {
                let near = trip.column(row).unwrap_or(x);
                let between = near.min(x)..near.max(x);
                let room = usize::from(cells.end.saturating_sub(x));
                let named = named(&trip.number, &text);
                if taken.iter().any(|c| between.contains(c)) && named.width() <= room {
                    let more = (named.width() - text.width()) as u16;
                    let aside = if align == Align::Right { more } else { 0 };
                    (x.saturating_sub(aside).max(cells.start), named)
                } else {
                    (x, text)
                }
            }
            _ => (x, text),
        };
        // On a shaft it needs air.
        let ellipsis = self.glyphs.get(Glyph::Ellipsis);
        let text = text.cut(usize::from(cells.end.saturating_sub(x)), ellipsis);
        let text = if matches!(mark, Mark::Crosses { .. } | Mark::Enters(_)) {
            (x - 1, text.padded(Role::Text))
        } else {
            (x, text)
        };
        let wide = text.1.width() as u16;
        canvas.line(body.x + text.0, y, wide, &text.1.line(&canvas.theme));
    }

    fn head(&self, canvas: &mut Canvas<'_>, body: Rect, y: u16, toward: Side) {
        let to = self.columns.life(toward);
        let (x, glyph) = match toward {
            Side::Server => (to + 1, Glyph::Left),
            Side::Client => (to - 1, Glyph::Right),
        };
        let sign = self.glyphs.get(glyph);
        canvas.text(body.x + x, y, 1, (!toward).into(), sign);
    }

    /// The head and the number of a packet that arrives, the cross of one that does not.
    fn mark(&self, canvas: &mut Canvas<'_>, body: Rect, y: u16, mark: Mark, trip: &Trip, x: u16) {
        match mark {
            Mark::Arrives(_) => {
                self.head(canvas, body, y, trip.toward);
                let text = format!(" {} ", trip.number);
                let to = self.columns.life(trip.toward);
                let wide = width(&text) as u16;
                if wide + 3 <= x.abs_diff(to) {
                    let at = match trip.toward {
                        Side::Server => to + 2,
                        Side::Client => to - 1 - wide,
                    };
                    canvas.text(body.x + at, y, wide, Role::Dim, &text);
                }
            }
            Mark::Breaks(_) => {
                let sign = self.glyphs.get(Glyph::Failed);
                canvas.text(body.x + x, y, 1, Role::Bad, sign);
            }
            _ => {}
        }
    }
}

fn named(number: &str, text: &Bits) -> Bits {
    if text.text().starts_with(number) {
        return text.clone();
    }
    let mut named = Bits::of(Role::Dim, format!("{number} "));
    named.extend(text.clone());
    named
}

/// The room between the way of a packet and where its arrow began; some of a shaft is seen at both sides.
fn beside(toward: Side, x: u16, start: u16, shaft: bool) -> (Cells, Align) {
    let air = u16::from(shaft);
    match toward {
        Side::Server => (
            x + 2 + air..start.saturating_sub(1 + air),
            if shaft { Align::Middle } else { Align::Left },
        ),
        Side::Client => (
            start + 2 + air..x.saturating_sub(1 + air),
            if shaft { Align::Middle } else { Align::Right },
        ),
    }
}

/// The longest text that fits and where it begins: between the columns that are taken, unless it would lose too much.
fn fit(cells: &Cells, taken: &[u16], says: &[Bits], align: Align) -> Option<(u16, Bits)> {
    let whole = core::slice::from_ref(cells);
    let free = free(cells, taken);
    let best = |rooms: &[Cells]| {
        says.iter().find_map(|text| {
            let wide = text.width() as u16;
            let mut fits = rooms.iter().filter(|r| r.len() >= usize::from(wide));
            let room = match align {
                Align::Left => fits.next(),
                Align::Right => fits.next_back(),
                Align::Middle => fits.max_by_key(|r| r.len()),
            }?;
            let x = match align {
                Align::Left => room.start,
                Align::Middle => room.start + (room.len() as u16 - wide) / 2,
                Align::Right => room.end - wide,
            };
            Some((x, text.clone()))
        })
    };
    let (longest, aside) = (best(whole), best(&free));
    match (longest, aside) {
        (Some(over), Some(aside)) if aside.1.width() * 5 >= over.1.width() * 3 => Some(aside),
        (Some(over), _) => Some(over),
        (None, _) => Some((cells.start, says.last()?.clone())).filter(|_| !cells.is_empty()),
    }
}

/// What is free of some cells, with a cell of air at each column that is taken.
fn free(cells: &Cells, taken: &[u16]) -> Vec<Cells> {
    let mut rooms = Vec::new();
    let mut start = cells.start;
    for &x in taken.iter().filter(|&x| cells.contains(x)) {
        let end = x.saturating_sub(1);
        if start < end {
            rooms.push(start..end);
        }
        start = x + 2;
    }
    if start < cells.end {
        rooms.push(start..cells.end);
    }
    rooms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_where_it_hides_little() {
        let says = [12, 6, 2].map(|n| Bits::of(Role::Text, "x".repeat(n)));
        let at = |taken: &[u16], align| {
            let (x, text) = fit(&(10..30), taken, &says, align).unwrap();
            (x, text.width())
        };
        assert_eq!(at(&[], Align::Left), (10, 12));
        assert_eq!(at(&[], Align::Middle), (14, 12));
        assert_eq!(at(&[], Align::Right), (18, 12));
        assert_eq!(at(&[12], Align::Left), (14, 12));
        // Half of it would be lost, so it hides the line that it crosses.
        assert_eq!(at(&[19], Align::Left), (10, 12));
        assert_eq!(fit(&(10..10), &[], &says, Align::Left), None);
    }
}
