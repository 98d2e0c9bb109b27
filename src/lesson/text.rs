//! Text with its marks: what is code, what is strong, what is a link.

use crate::model::payload::is_unprintable;
use std::borrow::Cow;

/// How a piece of text is marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// In backticks: it names a call, a state, a column.
    pub code: bool,
    /// `**strong**`.
    pub strong: bool,
    /// `*emphasised*`.
    pub emphasis: bool,
}

/// A piece of text that is marked in one way. What a terminal would obey rather than show stands in it as an escape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// The text; a line break that was written stands in it as `\n`.
    pub text: String,
    /// How.
    pub style: Style,
    /// Where it leads.
    pub link: Option<String>,
}

/// A line of text: a paragraph, a heading, an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line(pub Vec<Piece>);

impl Line {
    /// Its text without marks.
    pub fn plain(&self) -> String {
        self.0.iter().map(|piece| piece.text.as_str()).collect()
    }

    /// The words that it names things by.
    pub fn named(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(|piece| piece.style.code)
            .map(|piece| piece.text.as_str())
    }

    /// Adds text; to the last piece where that is marked in the same way.
    pub(super) fn push(&mut self, text: &str, style: Style, link: Option<&str>) {
        let text = &*shown(text);
        let link = link.map(shown);
        match self.0.last_mut() {
            Some(last) if last.style == style && last.link.as_deref() == link.as_deref() => {
                last.text.push_str(text);
            }
            _ => self.0.push(Piece {
                text: text.to_owned(),
                style,
                link: link.map(Cow::into_owned),
            }),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|piece| piece.text.trim().is_empty())
    }
}

/// A text of somebody else's as it can be shown: what a terminal would obey, hide or turn round is written as an escape.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c != '\n' && is_unprintable(c)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => shown.push(' '),
            c if c != '\n' && is_unprintable(c) => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}
