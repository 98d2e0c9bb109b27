//! Text with its marks: what is code, what is strong, what is a link.

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

/// A piece of text that is marked in one way. It may hold characters that a terminal obeys: it is made safe where it is
/// drawn or printed.
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
        match self.0.last_mut() {
            Some(last) if last.style == style && last.link.as_deref() == link => {
                last.text.push_str(text);
            }
            _ => self.0.push(Piece {
                text: text.to_owned(),
                style,
                link: link.map(str::to_owned),
            }),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|piece| piece.text.trim().is_empty())
    }
}
