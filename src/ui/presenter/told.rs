//! What is happening, large.

use crate::{
    model::insights::Insight,
    ui::{
        canvas::Canvas, glyphs::Glyph, screens::main::in_a_row, text::wrap, theme::Role,
        widgets::large,
    },
};
use ratatui::{layout::Rect, text::Line};

/// Lines of text are not longer than this: they are read from afar.
const READING: u16 = 100;

/// What is happening: its first sentence in large letters where they fit, the others below it.
pub(super) struct Told {
    large: Vec<String>,
    letters: u16,
    lines: Vec<String>,
    /// Rows from one line to the next.
    step: u16,
}

impl Told {
    /// `worth` says whether the first sentence is worth large letters.
    pub(super) fn new(what: &[String], cells: u16, ascii: bool, room: u16, worth: bool) -> Self {
        let letters = large::height(ascii);
        let reading = usize::from(cells.min(READING));
        let wrapped = |from: usize| -> Vec<String> {
            let rest = what.iter().skip(from);
            rest.flat_map(|sentence| wrap(sentence, reading)).collect()
        };
        let first = what.first().map(String::as_str).unwrap_or_default();
        if let Some(large) = large::wrap(first, cells).filter(|_| worth) {
            let told = Self {
                large,
                letters,
                lines: wrapped(1),
                step: 1,
            };
            if told.height() <= room {
                return told;
            }
        }
        let lines = wrapped(0);
        // Twice the space between lines, where there is room for it.
        let step = if lines.len() as u16 * 2 <= room { 2 } else { 1 };
        Self {
            large: Vec::new(),
            letters,
            lines,
            step,
        }
    }

    pub(super) fn height(&self) -> u16 {
        self.large.len() as u16 * (self.letters + 1) + self.lines.len() as u16 * self.step
    }

    /// What is notable, in one line below.
    pub(super) fn aside(&self, canvas: &mut Canvas<'_>, area: Rect, insight: &Insight) {
        let (x, reading) = self.edges(area);
        let [sign, ellipsis] = [Glyph::Notable, Glyph::Ellipsis].map(|g| canvas.theme.glyph(g));
        let cells = usize::from(reading).saturating_sub(2);
        let text = format!("{sign} {}", in_a_row(insight, cells, ellipsis));
        let line = Line::from(canvas.bold(Role::Note, text));
        canvas.line(x, area.y, reading, &line);
    }

    /// Where lines of text begin, and how long they are at most.
    fn edges(&self, area: Rect) -> (u16, u16) {
        let reading = area.width.min(READING);
        if self.large.is_empty() {
            (area.x + (area.width - reading) / 2, reading)
        } else {
            (area.x, reading)
        }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, bottom: u16) {
        let mut y = area.y;
        for line in &self.large {
            large::large(canvas, area.x, y, area.width, Role::Text, line);
            y += self.letters + 1;
        }
        let (x, reading) = self.edges(area);
        for line in &self.lines {
            if y < bottom {
                let line = Line::from(canvas.bold(Role::Text, line.clone()));
                canvas.line(x, y, reading, &line);
            }
            y += self.step;
        }
    }
}
