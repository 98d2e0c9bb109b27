//! The rows of the lesson's text, while they are being written.

use crate::{
    app::{App, Learning},
    ui::theme::{Role, Theme},
};
use core::ops::Range;
use ratatui::{style::Style, text::Span};

/// A row.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// What it says; safe on a terminal.
    pub(super) spans: Vec<Span<'static>>,
    /// The choice that a click on it takes.
    pub(super) choice: Option<usize>,
    /// The ground of the whole row.
    pub(super) ground: Option<Role>,
}

impl From<Vec<Span<'static>>> for Row {
    fn from(spans: Vec<Span<'static>>) -> Self {
        Self {
            spans,
            ..Self::default()
        }
    }
}

/// Rows that are being written.
pub(super) struct Sheet<'a> {
    pub(super) app: &'a App,
    pub(super) learning: &'a Learning,
    pub(super) theme: &'a Theme,
    /// Cells of a row.
    pub(super) cells: usize,
    /// Whether there is air between the parts.
    pub(super) airy: bool,
    /// The words that are lit up in the lab.
    pub(super) found: &'a [String],
    /// Whether these words are lit up in what is written now.
    pub(super) lights: bool,
    pub(super) rows: Vec<Row>,
}

impl Sheet<'_> {
    pub(super) const fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    pub(super) fn span(&self, role: Role, text: impl Into<String>) -> Span<'static> {
        Span::styled(text.into(), self.style(role))
    }

    pub(super) fn bold(&self, role: Role, text: impl Into<String>) -> Span<'static> {
        Span::styled(text.into(), self.theme.bold(role))
    }

    /// An empty row, unless one is there already or it would be the first.
    pub(super) fn air(&mut self) {
        if self.rows.last().is_some_and(|row| !row.spans.is_empty()) {
            self.rows.push(Row::default());
        }
    }

    /// An empty row where there is room for it.
    pub(super) fn gap(&mut self) {
        if self.airy {
            self.air();
        }
    }

    /// Rows in one role, with something before the first of them.
    pub(super) fn say(&mut self, before: Vec<Span<'static>>, role: Role, text: &str) {
        let letters = self.letters(text, self.style(role));
        self.flow(before, &letters);
    }
}

/// The text as far as one has come.
pub(super) struct Page {
    pub(super) rows: Vec<Row>,
    /// The rows that must be in sight.
    pub(super) sight: Range<usize>,
    /// Which of them, where there are too many.
    pub(super) first: First,
}

/// What is seen first of what is longer than the pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    /// Its beginning: it is read.
    Beginning,
    /// Its beginning, and a little of what stands before it: it runs.
    Around,
    /// Its end: it is answered there.
    End,
}

impl Page {
    /// The first row that is shown in so many, while nobody scrolls.
    pub(super) fn top(&self, room: usize) -> usize {
        let last = self.rows.len().saturating_sub(room);
        let Range { start, end } = self.sight;
        let lowest = end.saturating_sub(room);
        let top = match self.first {
            First::Beginning => start,
            First::Around => start.saturating_sub(room / 4).max(lowest).min(start),
            First::End => lowest,
        };
        top.min(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn top(first: First, sight: Range<usize>, rows: usize, room: usize) -> usize {
        let rows = vec![Row::default(); rows];
        Page { rows, sight, first }.top(room)
    }

    #[test]
    fn what_is_new_is_in_sight() {
        assert_eq!(top(First::Beginning, 5..40, 40, 8), 5);
        assert_eq!(
            top(First::Beginning, 12..14, 14, 8),
            6,
            "what fits stands at the end"
        );
        assert_eq!(top(First::Around, 10..14, 40, 8), 8);
        assert_eq!(top(First::Around, 10..18, 40, 8), 10);
        assert_eq!(
            top(First::Around, 10..30, 40, 8),
            10,
            "too long: from its beginning"
        );
        assert_eq!(top(First::End, 10..30, 40, 8), 22);
        assert_eq!(top(First::End, 2..5, 5, 8), 0);
    }
}
