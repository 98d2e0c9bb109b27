//! A lesson in the presenter's view: one thing at a time, a *card*. At a stop where one reads, each paragraph is one; a block
//! that has run shows the lab, and then what it has answered.
//!
//! ```text
//!   read     title │ paragraph │ item │ item │ table        Space, or the clicker's one key, turns from one to the next,
//!   ask      the question                                   and behind the last one goes on to the next stop;
//!   run      the lab │ the answer                           PageUp turns back
//! ```

use super::{
    learning::Learning,
    state::{App, Cursor, Look},
};
use crate::lesson::{Halt, Part};

/// A thing that the presenter's view shows of a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    /// The lesson's title, and what one can say afterwards.
    Title,
    /// A part of the text: its place in it.
    Part(usize),
    /// A list, its place in the text, up to this item.
    Item(usize, usize),
    /// A question: its place in the lesson.
    Question(usize),
    /// What the run has answered to it.
    Answer(usize),
    /// The lab.
    Lab,
    /// What is told at the end.
    Over,
}

impl Learning {
    /// The cards of the stop where one stands; never none.
    pub fn cards(&self) -> Vec<Card> {
        let walk = &self.walk;
        let stop = walk.stop();
        let mut cards = match stop.what {
            Halt::Read => self.read(stop.new..stop.page.end),
            Halt::Ask(n) => vec![Card::Question(n)],
            Halt::Run(..) => vec![Card::Lab],
        };
        cards.extend(walk.told_here().into_iter().map(Card::Answer));
        if walk.is_finished() && walk.next_stop().is_none() && walk.asked().is_none() {
            cards.push(Card::Over);
        }
        if cards.is_empty() {
            cards.push(Card::Lab);
        }
        cards
    }

    fn read(&self, range: core::ops::Range<usize>) -> Vec<Card> {
        let parts = &self.lesson().parts;
        let mut cards = Vec::new();
        for i in range.clone() {
            match parts.get(i) {
                Some(Part::Heading(1, _)) => cards.push(Card::Title),
                // Else it stands above what it heads.
                Some(Part::Heading(..)) if !heads_something(&parts[i + 1..range.end]) => {
                    cards.push(Card::Part(i));
                }
                Some(Part::List(items)) => {
                    cards.extend((0..items.len()).map(|item| Card::Item(i, item)));
                }
                Some(Part::Paragraph(_) | Part::Quote(_) | Part::Code(_) | Part::Table(_)) => {
                    cards.push(Card::Part(i));
                }
                _ => {}
            }
        }
        cards
    }

    /// The card that is shown.
    pub fn card(&self) -> Card {
        let cards = self.cards();
        cards[self.turned.min(cards.len() - 1)]
    }

    /// The card after it, of the same stop.
    pub(super) fn next_card(&self) -> Option<Card> {
        self.cards().get(self.turned + 1).copied()
    }

    /// Shows the last card of the stop.
    pub(super) fn turn_to_the_last_card(&mut self) {
        self.turned = self.cards().len() - 1;
    }
}

/// Whether something is read before the next heading.
fn heads_something(parts: &[Part]) -> bool {
    let mut read = parts
        .iter()
        .filter(|p| !matches!(p, Part::Note(_) | Part::Block(_) | Part::Question(_)));
    read.next().is_some_and(|p| !matches!(p, Part::Heading(..)))
}

impl App {
    /// The card of the lesson that the presenter's view shows: the lab in the past, and while somebody plays freely.
    pub fn card(&self) -> Option<Card> {
        let learning = self.learning.as_ref()?;
        let elsewhere = self.cursor != Cursor::Live || self.is_away();
        Some(if elsewhere {
            Card::Lab
        } else {
            learning.card()
        })
    }

    /// The card that Space turns to.
    pub(super) fn card_to_come(&self) -> Option<Card> {
        let learning = self.learning.as_ref()?;
        let turns = self.look == Look::Presenter && self.asked().is_none() && !self.is_away();
        learning.next_card().filter(|_| turns)
    }
}
