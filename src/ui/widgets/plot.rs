//! Lines over time, with an axis for the figure and one for the time:
//!
//! ```text
//!     80 │      ⡏⠉⠉⠉⠉⠉⠉⠉
//!        │   ⢀⣀⣀⡇
//!      0 │⣀⣀⣸
//!        0.104 s                     2.519 s
//! ```
//!
//! A cell has two by four dots, or, where only ASCII may be written, one letter. Each line has its own pattern, so that
//! they are told apart without colour: the first is solid, the others are dotted more and more thinly.

use crate::{
    model::history::Sample,
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        text::width,
        theme::{Role, Theme},
    },
};
use ratatui::layout::Rect;

/// How a line is drawn, by its place: its sign in a legend, its letter in ASCII, and every how many dots there is one.
const PATTERNS: [(&str, &str, usize); 3] = [("━", "*", 1), ("╍", "+", 2), ("┈", "o", 4)];
/// The first dot of the braille patterns.
const BRAILLE: u32 = 0x2800;

/// One line.
#[derive(Clone, Debug)]
pub struct Course {
    /// Its colour.
    pub role: Role,
    /// Its values, one a column of dots (see [`columns`]).
    pub samples: Vec<Option<Sample>>,
}

/// How values are laid out upwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// From 0 to this.
    Linear(u64),
    /// From one power of ten to another: each step is ten times the one before.
    Log(u32, u32),
}

impl Scale {
    /// The scale in which all of these have room.
    pub fn of(courses: &[Course], log: bool) -> Self {
        let ranges = || {
            courses
                .iter()
                .flat_map(|c| c.samples.iter().flatten().map(|s| s.range))
        };
        let most = ranges().map(|r| r.1).max().unwrap_or(0);
        if !log {
            return Self::Linear(round_up(most));
        }
        let least = ranges().map(|r| r.0).filter(|v| *v > 0).min().unwrap_or(1);
        let low = least.ilog10();
        let high = most.max(1).ilog10();
        let above = u32::from(10_u64.checked_pow(high).is_some_and(|p| p < most));
        Self::Log(low, (high + above).max(low + 1))
    }

    /// Where a value lies, of so many dots from the bottom.
    fn dot(self, value: u64, dots: usize) -> usize {
        let most = dots.saturating_sub(1);
        let part = match self {
            Self::Linear(top) => value as f64 / top.max(1) as f64,
            Self::Log(low, high) => {
                let at = (value.max(1) as f64).log10() - f64::from(low);
                at / f64::from(high - low)
            }
        };
        ((part.clamp(0.0, 1.0) * most as f64).round() as usize).min(most)
    }

    /// The values that are written beside rows, of so many rows from the top: the row and the value.
    fn marks(self, rows: usize) -> Vec<(usize, u64)> {
        let last = rows.saturating_sub(1);
        match self {
            Self::Linear(top) if rows >= 5 && top % 2 == 0 => {
                vec![(0, top), (last / 2, top / 2), (last, 0)]
            }
            Self::Linear(top) => vec![(0, top), (last, 0)],
            Self::Log(low, high) => {
                let row = |power: u32| {
                    last - last * (power - low) as usize / (high - low).max(1) as usize
                };
                let mut marks: Vec<(usize, u64)> = Vec::new();
                for power in [high, low].into_iter().chain(low + 1..high) {
                    // Only where two have air between them.
                    let near = |(at, _): &(usize, u64)| at.abs_diff(row(power)) < 2;
                    if marks.len() < 2 || !marks.iter().any(near) {
                        marks.push((row(power), 10_u64.saturating_pow(power)));
                    }
                }
                marks
            }
        }
    }
}

/// The next round number that is not smaller: 1, 2, 4, 6, 8 or 10 times a power of ten.
fn round_up(most: u64) -> u64 {
    if most <= 2 {
        return 2;
    }
    let unit = 10_u64.saturating_pow(most.ilog10());
    [1, 2, 4, 6, 8, 10]
        .iter()
        .map(|n| unit.saturating_mul(*n))
        .find(|n| *n >= most)
        .unwrap_or(u64::MAX)
}

/// How many columns of values there are in so many cells.
pub fn columns(cells: u16, theme: &Theme) -> usize {
    usize::from(cells) * if theme.ascii() { 1 } else { 2 }
}

/// The sign of a line in a legend, by its place.
pub fn sign(place: usize, theme: &Theme) -> &'static str {
    let (sign, letter, _) = PATTERNS[place % PATTERNS.len()];
    if theme.ascii() { letter } else { sign }
}

/// A plot.
pub struct Plot<'p> {
    /// Its lines; the first one lies on top.
    pub courses: &'p [Course],
    /// How values are laid out.
    pub scale: Scale,
    /// How many cells the figures at the left have.
    pub gutter: u16,
    /// How a value is written there.
    pub label: &'p dyn Fn(u64) -> String,
    /// What stands below its left and its right end.
    pub time: (String, String),
}

impl Plot<'_> {
    /// Draws it; the last row is for the time.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        // A space and the axis stand between the figures and the lines.
        let gutter = self.gutter + 2;
        if area.width <= gutter + 1 || area.height < 2 {
            return;
        }
        let field = Rect::new(
            area.x + gutter,
            area.y,
            area.width - gutter,
            area.height - 1,
        );
        let axis = canvas.theme.glyph(Glyph::Vertical);
        for y in field.top()..field.bottom() {
            canvas.text(field.x - 1, y, 1, Role::Faint, axis);
        }
        for (row, value) in self.scale.marks(usize::from(field.height)) {
            let text = (self.label)(value);
            let line = canvas.span(Role::Dim, text).into();
            canvas.right(area.x, field.y + row as u16, self.gutter, &line);
        }
        let (from, to) = &self.time;
        canvas.text(field.x, field.bottom(), field.width, Role::Dim, from);
        if width(from) + width(to) + 2 <= usize::from(field.width) {
            let to = canvas.span(Role::Dim, to.clone()).into();
            canvas.right(field.x, field.bottom(), field.width, &to);
        }
        for (place, course) in self.courses.iter().enumerate().rev() {
            self.course(canvas, field, place, course);
        }
    }

    fn course(&self, canvas: &mut Canvas<'_>, field: Rect, place: usize, course: &Course) {
        let (_, letter, period) = PATTERNS[place % PATTERNS.len()];
        let (wide, high) = if canvas.theme.ascii() { (1, 1) } else { (2, 4) };
        let dots = usize::from(field.height) * high;
        let mut before: Option<u64> = None;
        for (x, sample) in course.samples.iter().enumerate() {
            let cell = field.x + (x / wide) as u16;
            if cell >= field.right() {
                break;
            }
            let Some(sample) = sample else {
                before = None;
                continue;
            };
            // Where it changes, it goes up or down from where it was.
            let was = before.replace(sample.last).unwrap_or(sample.range.0);
            let low = self.scale.dot(sample.range.0.min(was), dots);
            let top = self.scale.dot(sample.range.1.max(was), dots);
            if low == top && x % period != 0 {
                continue;
            }
            for dot in low..=top {
                let from_top = dots - 1 - dot;
                let y = field.y + (from_top / high) as u16;
                if canvas.theme.ascii() {
                    canvas.text(cell, y, 1, course.role, letter);
                } else {
                    put(canvas, (cell, y), course.role, x % 2, from_top % 4);
                }
            }
        }
    }
}

/// Adds a dot to a cell.
fn put(canvas: &mut Canvas<'_>, (x, y): (u16, u16), role: Role, column: usize, row: usize) {
    // The numbering of braille: 1 2 3 down the left, 4 5 6 down the right, then 7 and 8 below.
    let dot = match (column, row) {
        (0, 0..=2) => 1 << row,
        (_, 0..=2) => 8 << row,
        (0, _) => 0x40,
        _ => 0x80,
    };
    let there = canvas.buf[(x, y)]
        .symbol()
        .chars()
        .next()
        .map_or(0, u32::from);
    let there = if (BRAILLE..BRAILLE + 256).contains(&there) {
        there - BRAILLE
    } else {
        0
    };
    if let Some(c) = char::from_u32(BRAILLE + (there | dot)) {
        canvas.text(x, y, 1, role, c.encode_utf8(&mut [0; 4]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Settings;
    use ratatui::buffer::Buffer;

    fn course(role: Role, values: &[Option<u64>]) -> Course {
        let sample = |v: &Option<u64>| {
            v.map(|last| Sample {
                range: (last, last),
                last,
                told: true,
            })
        };
        let samples = values.iter().map(sample).collect();
        Course { role, samples }
    }

    fn drawn(courses: &[Course], log: bool, ascii: bool) -> String {
        let area = Rect::new(0, 0, 16, 6);
        let mut buf = Buffer::empty(area);
        let settings = Settings {
            ascii,
            ..Settings::default()
        };
        let mut canvas = Canvas::new(&mut buf, Theme::of(&settings));
        let plot = Plot {
            courses,
            scale: Scale::of(courses, log),
            gutter: 4,
            label: &|v| v.to_string(),
            time: ("0 s".into(), "2 s".into()),
        };
        plot.draw(&mut canvas, area);
        let mut text = String::new();
        for row in buf.content.chunks(usize::from(area.width)) {
            let line: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
            text += line.trim_end();
            text.push('\n');
        }
        text
    }

    #[test]
    fn a_line_goes_up_down_and_has_gaps() {
        let values: Vec<Option<u64>> = [10, 10, 20, 20, 20, 15, 15, 15, 0, 0]
            .map(Some)
            .into_iter()
            .chain([None])
            .collect();
        let lines = [course(Role::Client, &values)];
        insta::assert_snapshot!("steps-ascii", drawn(&lines, false, true));
        insta::assert_snapshot!("steps", drawn(&lines, false, false));
    }

    #[test]
    fn a_scale_has_round_ends_and_holds_all_values() {
        let of = |values: &[u64], log| {
            let values: Vec<_> = values.iter().copied().map(Some).collect();
            Scale::of(&[course(Role::Text, &values)], log)
        };
        assert_eq!(of(&[], false), Scale::Linear(2));
        assert_eq!(of(&[10], false), Scale::Linear(10));
        assert_eq!(of(&[11, 3], false), Scale::Linear(20));
        assert_eq!(of(&[u64::MAX], false), Scale::Linear(u64::MAX));
        assert_eq!(of(&[33_000, 200_000_000], true), Scale::Log(4, 9));
        assert_eq!(of(&[100], true), Scale::Log(2, 3));
        assert_eq!(of(&[u64::MAX, 0], true), Scale::Log(19, 20));
        assert_eq!(of(&[], true), Scale::Log(0, 1));
    }
}
