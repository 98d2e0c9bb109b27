//! What the journal answers to a question, and whether an answer is right.

use super::{
    question::{Kind, Question, Right, Tolerance},
    text::shown,
};
use crate::model::{
    book::Book,
    event::{Fact, Sight},
    payload::escaped,
};
use core::ops::ControlFlow;
use serde::{Deserialize, Serialize};

/// What somebody has answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reply {
    /// The choice at this place, from 0.
    Choice(usize),
    /// A number.
    Number(i64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Nothing: it was skipped.
    Skipped,
}

/// What the answer is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Truth {
    /// The choice at this place, from 0.
    Choice(usize),
    /// A number.
    Number(i64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// It cannot be known, for this reason.
    Unknown(String),
}

impl Question {
    /// What the answer is, by the journal as it is now. `since` is the place of the event with which the block began that
    /// answers it.
    pub fn truth(&self, book: &Book, since: usize) -> Truth {
        match &self.kind {
            Kind::Choice(choices) => {
                let mut right =
                    choices
                        .iter()
                        .enumerate()
                        .filter(|(_, choice)| match &choice.right {
                            Right::If(claim) => claim.check(book).held,
                            Right::Keyed(right) => *right,
                        });
                match (right.next(), right.next()) {
                    (Some((i, _)), None) => Truth::Choice(i),
                    (None, _) => Truth::Unknown(self.none_held(book)),
                    (Some((a, _)), Some((b, _))) => Truth::Unknown(format!(
                        "both {} and {} hold in this run",
                        letter(a),
                        letter(b)
                    )),
                }
            }
            Kind::Number(measure, _) => match measure.take(book, since) {
                Some(n) => Truth::Number(n),
                None => Truth::Unknown(match book.session().sight.as_ref() {
                    Sight::None { why } if measure.is_of_packets() && !why.is_empty() => {
                        format!("no packets are seen: {}", escaped(why.as_bytes()))
                    }
                    Sight::None { .. } if measure.is_of_packets() => {
                        "no packets are seen here".to_owned()
                    }
                    _ => "what was asked for did not happen in this run".to_owned(),
                }),
            },
            Kind::Bytes(who, brought) => match brought.take(book, *who) {
                Some(bytes) => Truth::Bytes(bytes),
                None => Truth::Unknown("no recv of this run brought all of them".to_owned()),
            },
        }
    }

    /// Whether this can be a reply to it.
    pub fn takes(&self, reply: &Reply) -> bool {
        match (reply, &self.kind) {
            (Reply::Choice(i), Kind::Choice(choices)) => *i < choices.len(),
            (Reply::Number(_), Kind::Number(..))
            | (Reply::Bytes(_), Kind::Bytes(..))
            | (Reply::Skipped, _) => true,
            _ => false,
        }
    }

    /// Whether this can be the answer to it.
    pub fn allows(&self, truth: &Truth) -> bool {
        match (truth, &self.kind) {
            (Truth::Choice(i), Kind::Choice(choices)) => *i < choices.len(),
            (Truth::Number(_), Kind::Number(..))
            | (Truth::Bytes(_), Kind::Bytes(..))
            | (Truth::Unknown(_), _) => true,
            _ => false,
        }
    }

    /// A reply in words; nothing if it was skipped.
    pub fn reply_in_words(&self, reply: &Reply) -> Option<String> {
        Some(match reply {
            Reply::Choice(i) => self.choice_in_words(*i),
            Reply::Number(n) => self.number_in_words(*n),
            Reply::Bytes(bytes) => format!("\"{}\"", escaped(bytes)),
            Reply::Skipped => return None,
        })
    }

    /// The answer in words.
    ///
    /// # Errors
    /// Why it cannot be known.
    pub fn truth_in_words(&self, truth: &Truth) -> Result<String, String> {
        Ok(match truth {
            Truth::Choice(i) => self.choice_in_words(*i),
            Truth::Number(n) => self.number_in_words(*n),
            Truth::Bytes(bytes) => format!("\"{}\"", escaped(bytes)),
            Truth::Unknown(why) => return Err(shown(why).into_owned()),
        })
    }

    fn choice_in_words(&self, choice: usize) -> String {
        let text = match &self.kind {
            Kind::Choice(choices) => choices.get(choice).map(|c| c.text.plain()),
            _ => None,
        };
        format!("{}) {}", letter(choice), text.unwrap_or_default())
    }

    fn number_in_words(&self, n: i64) -> String {
        match &self.kind {
            Kind::Number(measure, _) => format!("{n} {}", measure.unit()).trim_end().to_owned(),
            _ => n.to_string(),
        }
    }

    /// Why no choice is right.
    fn none_held(&self, book: &Book) -> String {
        let Kind::Choice(choices) = &self.kind else {
            return String::new();
        };
        let found = choices.iter().find_map(|choice| match &choice.right {
            Right::If(claim) => Some(claim.check(book).found),
            Right::Keyed(_) => None,
        });
        match found {
            Some(found) => format!(
                "none of them holds in this run: {}",
                escaped(found.as_bytes())
            ),
            None => "none of them holds in this run".to_owned(),
        }
    }

    /// Whether a reply is right; nothing if it was skipped, or the answer cannot be known.
    pub fn is_right(&self, reply: &Reply, truth: &Truth) -> Option<bool> {
        match (reply, truth) {
            (Reply::Choice(reply), Truth::Choice(truth)) => Some(reply == truth),
            (Reply::Bytes(reply), Truth::Bytes(truth)) => Some(reply == truth),
            (Reply::Number(reply), Truth::Number(truth)) => {
                let Kind::Number(_, tolerance) = &self.kind else {
                    return None;
                };
                let off = reply.abs_diff(*truth);
                let within = match tolerance {
                    Tolerance::None => 0,
                    Tolerance::By(n) => u64::from(*n),
                    Tolerance::Percent(n) => {
                        truth.unsigned_abs().saturating_mul(u64::from(*n)) / 100
                    }
                };
                Some(off <= within)
            }
            _ => None,
        }
    }
}

/// `a`, `b`, ...: how a choice is called.
pub fn letter(choice: usize) -> char {
    u8::try_from(choice)
        .ok()
        .and_then(|n| b'a'.checked_add(n))
        .map_or('?', char::from)
}

/// The place of the event with which this statement of the script on the bench was asked for, the latest time that it was;
/// nothing if it was not since all was begun anew.
pub fn asked_for(book: &Book, statement: usize) -> Option<usize> {
    let end = book.events().len();
    let generation = book.generation_of(end.saturating_sub(1));
    let mut place = None;
    let _ = book.events().visit(generation.start..end, |i, event| {
        if matches!(&event.fact, Fact::Asked { step: Some(step), .. } if *step == statement) {
            place = Some(i);
        }
        ControlFlow::<()>::Continue(())
    });
    place
}
