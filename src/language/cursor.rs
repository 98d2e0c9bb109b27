//! A place in a statement. It notes what was tried there: from these notes come both "expected ..." and completion.

use super::{
    mistake::{Mistake, quoted},
    words::{Kind, Word},
};
use core::ops::Range;

/// Something that could stand at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// Just this word.
    Word {
        /// The word.
        text: &'static str,
        /// What it does.
        about: &'static str,
    },
    /// Something of a kind.
    Kind {
        /// What it is, after "expected".
        what: &'static str,
        /// One of them, as it is typed; empty when no one is better than others.
        example: &'static str,
    },
    /// An actor or a socket.
    Who,
}

/// A word that can be chosen: as it is typed, what it does, and what it means to the parser.
pub(super) type Choice<T> = (&'static str, &'static str, T);

/// Where the parser is in the words of a line.
pub(super) struct Cursor<'a> {
    line: &'a str,
    words: &'a [Word],
    at: usize,
    tried: Vec<Hint>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(line: &'a str, words: &'a [Word]) -> Self {
        Self {
            line,
            words,
            at: 0,
            tried: Vec::new(),
        }
    }

    /// What could have stood where the parser stopped, if it read all words.
    pub(super) fn tried_at_end(self) -> Option<Vec<Hint>> {
        self.is_at_end().then_some(self.tried)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.words.len()
    }

    /// The word at this place.
    pub(super) fn word(&self) -> Option<&'a Word> {
        self.words.get(self.at)
    }

    /// The word at this place, if it has no quotes.
    pub(super) fn bare(&self) -> Option<&'a str> {
        match &self.word()?.kind {
            Kind::Bare(text) => Some(text),
            _ => None,
        }
    }

    /// The word after this place, if it has no quotes.
    pub(super) fn bare_after(&self) -> Option<&'a str> {
        match &self.words.get(self.at + 1)?.kind {
            Kind::Bare(text) => Some(text),
            _ => None,
        }
    }

    /// The place of the word here, or the end of the last word.
    pub(super) fn span(&self) -> Range<usize> {
        match (self.word(), self.words.last()) {
            (Some(word), _) => word.span.clone(),
            (None, Some(last)) => last.span.end..last.span.end,
            (None, None) => 0..0,
        }
    }

    /// Whether the word here follows the one before it without a space.
    pub(super) fn is_joined(&self) -> bool {
        self.at > 0
            && self
                .word()
                .is_some_and(|w| w.span.start == self.span_before().end)
    }

    /// The place of the word before this one.
    pub(super) fn span_before(&self) -> Range<usize> {
        let before = self.at.checked_sub(1).and_then(|i| self.words.get(i));
        before.map_or(0..0, |word| word.span.clone())
    }

    /// Goes on to the next word.
    pub(super) fn advance(&mut self) {
        self.at += 1;
        self.tried.clear();
    }

    /// Notes that this could stand here.
    pub(super) fn try_hint(&mut self, hint: Hint) {
        if !self.tried.contains(&hint) {
            self.tried.push(hint);
        }
    }

    /// Notes that something of this kind could stand here.
    pub(super) fn try_kind(&mut self, what: &'static str, example: &'static str) {
        self.try_hint(Hint::Kind { what, example });
    }

    /// Takes this word if it stands here.
    pub(super) fn take(&mut self, text: &'static str, about: &'static str) -> bool {
        self.choose(&[(text, about, ())]).is_some()
    }

    /// Takes one of these words if one stands here.
    pub(super) fn choose<T: Copy>(&mut self, choices: &[Choice<T>]) -> Option<T> {
        let here = self.bare();
        if let Some(&(_, _, value)) = choices.iter().find(|(text, ..)| here == Some(*text)) {
            self.advance();
            return Some(value);
        }
        for &(text, about, _) in choices {
            self.try_hint(Hint::Word { text, about });
        }
        None
    }

    /// Takes one of these words, which are understood but never offered.
    pub(super) fn choose_other_name<T: Copy>(&mut self, names: &[(&str, T)]) -> Option<T> {
        let here = self.bare()?;
        let &(_, value) = names.iter().find(|(text, _)| here == *text)?;
        self.advance();
        Some(value)
    }

    /// Takes one of these words; `what` is what they are, with its article.
    pub(super) fn must_choose<T: Copy>(
        &mut self,
        what: &str,
        choices: &[Choice<T>],
    ) -> Result<T, Mistake> {
        self.choose(choices).ok_or_else(|| self.wrong(what))
    }

    /// `on` or `off`; 1 and 0 are understood.
    pub(super) fn switch(&mut self) -> Result<bool, Mistake> {
        if let Some(on) = self.choose_other_name(&[("1", true), ("0", false)]) {
            return Ok(on);
        }
        let choices = [
            ("on", "switch it on", true),
            ("off", "switch it off", false),
        ];
        self.must_choose("`on` or `off`", &choices)
    }

    /// What stands here is not `what`, or it is missing. All that was tried here is expected.
    pub(super) fn wrong(&self, what: &str) -> Mistake {
        let message = match self.word() {
            Some(_) => format!("{} is not {what}", self.found()),
            None => format!("{what} is missing here"),
        };
        let mut mistake = Mistake::new(self.span(), message).expected(self.expected());
        if let Some(word) = self.bare() {
            mistake = mistake.meant(word, self.tried_words());
        }
        mistake
    }

    /// The word here as it was typed, and what it stands for if that is something else.
    pub(super) fn found(&self) -> String {
        let typed = quoted(&self.line[self.span()]);
        match self.bare() {
            Some(text) if self.line[self.span()] != *text => {
                format!("{typed}, which is {},", quoted(text))
            }
            _ => typed,
        }
    }

    /// Nothing more may stand here. `after` is the verb that is complete before it.
    pub(super) fn end(&self, after: &str) -> Result<(), Mistake> {
        if self.is_at_end() {
            return Ok(());
        }
        let found = self.found();
        let mut mistake = if self.tried.is_empty() {
            Mistake::new(
                self.span(),
                format!("{found} is too much: `{after}` is complete before it"),
            )
        } else {
            Mistake::new(self.span(), format!("{found} cannot stand here"))
        };
        let mut expected = self.expected();
        expected.push("the end of the line".to_owned());
        mistake = mistake.expected(expected);
        if let Some(word) = self.bare() {
            mistake = mistake.meant(word, self.tried_words());
        }
        Err(mistake)
    }

    pub(super) fn expected(&self) -> Vec<String> {
        let say = |hint: &Hint| match hint {
            Hint::Word { text, .. } => vec![format!("`{text}`")],
            Hint::Kind { what, .. } => vec![(*what).to_owned()],
            Hint::Who => vec!["`server`".to_owned(), "`client`".to_owned()],
        };
        self.tried.iter().flat_map(say).collect()
    }

    fn tried_words(&self) -> impl Iterator<Item = &'static str> {
        self.tried.iter().flat_map(|hint| match hint {
            Hint::Word { text, .. } => vec![*text],
            Hint::Kind { .. } => vec![],
            Hint::Who => vec!["server", "client"],
        })
    }
}
