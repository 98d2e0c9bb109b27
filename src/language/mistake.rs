//! What is wrong with a statement: the place, what was expected there, and the nearest right word.

use super::nearest::nearest;
use crate::model::payload::escaped;
use core::{fmt::Write as _, ops::Range};

/// One mistake in a text. Everything in it is safe to show on a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where, in bytes of the text that was parsed; empty where something is missing. Both ends lie between characters.
    pub span: Range<usize>,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What could stand at this place: words in backticks, other things by their kind.
    pub expected: Vec<String>,
    /// The right word that looks most like the wrong one.
    pub nearest: Option<String>,
    /// What to try.
    pub help: Option<String>,
}

/// So many of what was expected are named; the rest is counted.
const EXPECTED_SHOWN: usize = 12;

impl Mistake {
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            expected: Vec::new(),
            nearest: None,
            help: None,
        }
    }

    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// How the statement is written, if nothing better is known to try.
    #[must_use]
    pub(super) fn usage(mut self, usage: &str) -> Self {
        self.help
            .get_or_insert_with(|| format!("it is written: {usage}"));
        self
    }

    #[must_use]
    pub(crate) fn expected<S: Into<String>>(mut self, what: impl IntoIterator<Item = S>) -> Self {
        self.expected = what.into_iter().map(Into::into).collect();
        self
    }

    /// Looks for the word that `wrong` was meant to be.
    #[must_use]
    pub(crate) fn meant<'a>(
        mut self,
        wrong: &str,
        words: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        self.nearest = nearest(wrong, words).map(str::to_owned);
        self
    }

    /// The same in a longer text that has this one at `offset`.
    #[must_use]
    pub(crate) fn moved(mut self, offset: usize) -> Self {
        self.span = self.span.start + offset..self.span.end + offset;
        self
    }

    /// "did you mean `listen`?", or "expected `on` or `off`"; `None` when the message says all.
    pub(super) fn hint(&self) -> Option<String> {
        match &self.nearest {
            Some(word) => Some(format!("did you mean `{word}`?")),
            None => self.expectation(),
        }
    }

    fn expectation(&self) -> Option<String> {
        let (last, others) = self.expected.split_last()?;
        let more = self.expected.len().saturating_sub(EXPECTED_SHOWN);
        let mut text = String::from("expected ");
        if more > 1 {
            text.push_str(&self.expected[..EXPECTED_SHOWN].join(", "));
            let _ = write!(text, " or one of {more} more");
        } else if others.is_empty() {
            text.push_str(last);
        } else {
            let _ = write!(text, "{} or {last}", others.join(", "));
        }
        Some(text)
    }

    /// In one line, for the command bar: what is wrong, and the best that there is to try.
    pub fn short(&self) -> String {
        let meant = self.nearest.as_ref().and_then(|_| self.hint());
        let more = meant
            .or_else(|| self.help.clone())
            .or_else(|| self.expectation());
        match more {
            Some(more) => format!("{}; {more}", self.message),
            None => self.message.clone(),
        }
    }
}

/// A piece of a text that a person wrote, in backticks, safe for a terminal and not too long.
pub(crate) fn quoted(text: &str) -> String {
    const MOST: usize = 40;
    let mut shown: String = text.chars().take(MOST).collect();
    let cut = shown.len() < text.len();
    // Quotes and backslashes are harmless here, and doubled they would not be what was typed.
    shown = shown
        .split_inclusive(['"', '\\'])
        .map(|part| match part.strip_suffix(['"', '\\']) {
            Some(rest) => escaped(rest.as_bytes()) + &part[rest.len()..],
            None => escaped(part.as_bytes()),
        })
        .collect();
    format!("`{shown}{}`", if cut { "..." } else { "" })
}
