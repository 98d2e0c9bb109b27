//! What is asked: a choice, a number, or bytes. Where it can be, the run itself answers.
//!
//! ```text
//!   What does `recv` bring?
//!   - only "hello, "
//!     if: server recv "hello, "
//!     but: recv takes what is there, not what one send was.
//!   - both, as one piece
//!     if: server recv "hello, server\r\n"
//!   because: a stream has no messages.
//! ```

use super::{front::lines, parse, text::Line};
use crate::{
    language::{Mistake, Vars, parse_brought, parse_claim, parse_measure, quoted},
    model::{
        claim::Claim,
        ids::Target,
        measure::{Brought, Measure},
    },
};
use core::ops::Range;

/// So many choices a question has at least and at most: each has its letter.
const CHOICES: core::ops::RangeInclusive<usize> = 2..=6;
/// The longest question, in bytes.
const LONGEST: usize = 8 << 10;

/// Something that is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The line where it stands, from 1.
    pub line: u32,
    /// What is asked.
    pub text: Line,
    /// What is answered.
    pub kind: Kind,
    /// What is told after the answer, whatever it was.
    pub because: Line,
    /// The block whose run answers it; without one it is answered at once.
    pub block: Option<usize>,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One of these.
    Choice(Vec<Choice>),
    /// A number, which is measured.
    Number(Measure, Tolerance),
    /// Bytes, which a socket brought.
    Bytes(Target, Brought),
}

/// How far from the measured number an answer may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tolerance {
    /// Not at all.
    #[default]
    None,
    /// So much.
    By(u32),
    /// So many hundredths of it.
    Percent(u32),
}

/// A choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it says.
    pub text: Line,
    /// When it is right.
    pub right: Right,
    /// What is told to who chose it and was wrong.
    pub but: Option<Line>,
}

/// When a choice is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Right {
    /// When this holds.
    If(Claim),
    /// Always, or never: no run can tell.
    Keyed(bool),
}

impl Question {
    /// Whether no run is needed to answer it.
    pub fn is_keyed(&self) -> bool {
        match &self.kind {
            Kind::Choice(choices) => choices.iter().all(|c| matches!(c.right, Right::Keyed(_))),
            _ => false,
        }
    }

    /// Whether it asks for packets, which are not seen everywhere.
    pub fn is_of_packets(&self) -> bool {
        match &self.kind {
            Kind::Choice(choices) => choices
                .iter()
                .any(|c| matches!(&c.right, Right::If(claim) if claim.is_of_packets())),
            Kind::Number(measure, _) => measure.is_of_packets(),
            Kind::Bytes(..) => false,
        }
    }
}

/// What a line of a question goes on.
enum Open {
    Text,
    Choice,
    If,
    But,
    Because,
    Nothing,
}

/// A text that is being put together.
#[derive(Default)]
struct Words(String);

impl Words {
    fn begin(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    fn more(&mut self, text: &str) {
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        self.0.push_str(text.trim());
    }

    fn line(&self) -> Line {
        parse::inline(&self.0)
    }
}

#[derive(Default)]
struct Draft {
    text: Words,
    choices: Vec<DraftChoice>,
    number: Option<(Measure, Range<usize>)>,
    bytes: Option<(Target, Brought)>,
    tolerance: Tolerance,
    because: Words,
}

struct DraftChoice {
    at: Range<usize>,
    text: Words,
    keyed: Option<bool>,
    claim: Option<Claim>,
    but: Option<Words>,
}

/// Reads a question that stands at this place of the source.
pub(super) fn question(source: &str, place: Range<usize>) -> Result<Question, Vec<Mistake>> {
    if place.len() > LONGEST {
        let text = format!("a question has at most {LONGEST} bytes");
        return Err(vec![Mistake::new(place.start..place.start, text)]);
    }
    let mut draft = Draft::default();
    let mut open = Open::Text;
    let mut mistakes = Vec::new();
    // A block that is indented as a whole: its lines begin where its first one does.
    let margin = place.start - source[..place.start].rfind('\n').map_or(0, |i| i + 1);
    for (mut span, mut line) in lines(&source[..place.end], place.start) {
        if span.start > place.start {
            let blank = line.bytes().take(margin).take_while(|b| *b == b' ').count();
            (span.start, line) = (span.start + blank, &line[blank..]);
        }
        match draft.take(&open, line, &span) {
            Ok(Some(now)) => open = now,
            Ok(None) => {}
            Err(mistake) => {
                open = Open::Nothing;
                mistakes.push(mistake);
            }
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let line = 1 + source[..place.start]
        .bytes()
        .filter(|b| *b == b'\n')
        .count() as u32;
    let first = lines(&source[..place.end], place.start).next();
    let first = first.map_or(place.start..place.start, |(span, _)| span);
    draft.finish(line, &first).map_err(|mistake| vec![mistake])
}

impl Draft {
    /// Takes a line in; what the next one goes on, if that is something else.
    fn take(
        &mut self,
        open: &Open,
        line: &str,
        span: &Range<usize>,
    ) -> Result<Option<Open>, Mistake> {
        let text = line.trim_start();
        if text.is_empty() {
            return Ok(None);
        }
        let indented = text.len() < line.len();
        let start = span.end - text.len();
        if let Some(choice) = text.strip_prefix("- ").filter(|_| !indented) {
            let (keyed, choice) = match choice.get(..4) {
                Some("[x] " | "[X] ") => (Some(true), &choice[4..]),
                Some("[ ] ") => (Some(false), &choice[4..]),
                _ => (None, choice),
            };
            self.choices.push(DraftChoice {
                at: start..span.end,
                text: Words::begin(choice),
                keyed,
                claim: None,
                but: None,
            });
            return Ok(Some(Open::Choice));
        }
        if let Some((key, value)) = text.split_once(':')
            && let Some(place) = KEYS.iter().position(|(name, _)| *name == key)
        {
            let at = start + key.len() + 1 + (value.len() - value.trim_start().len());
            let key = start..start + key.len();
            return self.key(KEYS[place].0, value.trim(), at, key).map(Some);
        }
        let here = || start..span.end;
        match open {
            Open::Text => self.text.more(text),
            Open::Because => self.because.more(text),
            Open::Choice if indented => {
                if let Some(choice) = self.choices.last_mut() {
                    choice.text.more(text);
                }
            }
            Open::But if indented => {
                if let Some(but) = self.choices.last_mut().and_then(|c| c.but.as_mut()) {
                    but.more(text);
                }
            }
            _ => {
                let first = text.split([':', ' ']).next().unwrap_or_default();
                let names = KEYS.iter().map(|(name, _)| *name);
                return Err(
                    Mistake::new(here(), format!("{} cannot stand here", quoted(text)))
                        .expected(names.clone().map(|n| format!("`{n}:`")))
                        .meant(first, names)
                        .help("a line that goes on what stands above it is indented"),
                );
            }
        }
        Ok(None)
    }

    fn key(
        &mut self,
        key: &str,
        value: &str,
        at: usize,
        key_at: Range<usize>,
    ) -> Result<Open, Mistake> {
        let whole = at..at + value.len();
        let usage = KEYS
            .iter()
            .find(|(name, _)| *name == key)
            .map_or("", |k| k.1);
        if value.is_empty() {
            return Err(
                Mistake::new(key_at, format!("nothing stands behind `{key}:`"))
                    .help(format!("it is written: {usage}")),
            );
        }
        let of_choice = matches!(key, "if" | "but");
        if of_choice && self.choices.is_empty() {
            return Err(
                Mistake::new(key_at, format!("`{key}:` stands below a choice"))
                    .help(format!("it is written: {usage}")),
            );
        }
        match key {
            "if" => {
                let choice = self.choices.last_mut();
                let claim = parse_claim(value, &Vars::default()).map_err(|m| m.moved(at))?;
                if claim.within.is_some() {
                    return Err(Mistake::new(
                        whole,
                        "a claim here has no `within`: it is looked at when the next block has run",
                    ));
                }
                if let Some(choice) = choice {
                    if choice.claim.is_some() || choice.keyed.is_some() {
                        return Err(Mistake::new(key_at, "this choice is decided already"));
                    }
                    choice.claim = Some(claim.claim);
                }
                Ok(Open::If)
            }
            "but" => {
                if let Some(choice) = self.choices.last_mut() {
                    choice.but = Some(Words::begin(value));
                }
                Ok(Open::But)
            }
            "number" => {
                let measure = parse_measure(value).map_err(|m| m.moved(at))?;
                self.number = Some((measure, key_at));
                Ok(Open::Nothing)
            }
            "bytes" => {
                self.bytes = Some(parse_brought(value).map_err(|m| m.moved(at))?);
                Ok(Open::Nothing)
            }
            "give or take" => {
                let percent = value.strip_suffix('%');
                let n: Option<u32> = percent.unwrap_or(value).trim().parse().ok();
                self.tolerance = match (n, percent) {
                    (Some(n @ 0..=90), Some(_)) => Tolerance::Percent(n),
                    (Some(n), None) => Tolerance::By(n),
                    _ => {
                        return Err(Mistake::new(
                            whole,
                            format!(
                                "{} is no number, and no percentage up to 90%",
                                quoted(value)
                            ),
                        )
                        .help(format!("it is written: {usage}")));
                    }
                };
                Ok(Open::Nothing)
            }
            _ => {
                self.because = Words::begin(value);
                Ok(Open::Because)
            }
        }
    }

    fn finish(self, line: u32, place: &Range<usize>) -> Result<Question, Mistake> {
        let here = place.clone();
        let wrong = |text: &str| Err(Mistake::new(here.clone(), text));
        if self.text.0.is_empty() {
            return wrong("a question begins with what is asked");
        }
        if self.because.0.is_empty() {
            return wrong("`because:` is missing: what is told after the answer");
        }
        let kinds = [
            !self.choices.is_empty(),
            self.number.is_some(),
            self.bytes.is_some(),
        ];
        if kinds.iter().filter(|k| **k).count() != 1 {
            return wrong(
                "a question has choices (lines that begin with -), or `number:`, or `bytes:`",
            );
        }
        if self.tolerance != Tolerance::None && self.number.is_none() {
            return wrong("`give or take:` is for `number:`");
        }
        let kind = if let Some((measure, _)) = self.number {
            Kind::Number(measure, self.tolerance)
        } else if let Some((who, brought)) = self.bytes {
            Kind::Bytes(who, brought)
        } else {
            Kind::Choice(choices(self.choices, &here)?)
        };
        Ok(Question {
            line,
            text: self.text.line(),
            kind,
            because: self.because.line(),
            block: None,
        })
    }
}

/// Every key, and how it is written.
const KEYS: [(&str, &str); 6] = [
    ("if", "if: server recv \"hello\""),
    ("but", "but: recv takes what is there"),
    ("number", "number: packets before client connect"),
    ("bytes", "bytes: server recv"),
    ("give or take", "give or take: 20%"),
    ("because", "because: a stream has no messages"),
];

fn choices(drafts: Vec<DraftChoice>, here: &Range<usize>) -> Result<Vec<Choice>, Mistake> {
    let wrong = |text: String| Err(Mistake::new(here.clone(), text));
    if !CHOICES.contains(&drafts.len()) {
        return wrong(format!(
            "a question has {} to {} choices, and this one has {}",
            CHOICES.start(),
            CHOICES.end(),
            drafts.len()
        ));
    }
    let claims = drafts.iter().filter(|d| d.claim.is_some()).count();
    let keyed = drafts.iter().filter(|d| d.keyed == Some(true)).count();
    // Where there is one right choice too many.
    let second = drafts.iter().filter(|d| d.keyed == Some(true)).nth(1);
    let crossed = drafts.iter().find(|d| d.keyed == Some(true));
    match (claims, keyed) {
        (0, 1) | (1.., 0) => {}
        (0, 0) => {
            return wrong("no choice can be right: the right ones say when, as in `if: server waits recv`, or one begins with [x]".to_owned());
        }
        (0, _) => {
            let at = second.map_or_else(|| here.clone(), |d| d.at.clone());
            return Err(Mistake::new(
                at,
                "this is the second choice that begins with [x]: one is right, and not more",
            ));
        }
        _ => {
            let at = crossed.map_or_else(|| here.clone(), |d| d.at.clone());
            return Err(Mistake::new(
                at,
                "another choice of this question has `if:`: either the run decides, or a cross",
            )
            .help("a choice without `if:` and without a cross is a wrong one"));
        }
    }
    let choice = |draft: DraftChoice| Choice {
        text: draft.text.line(),
        right: match draft.claim {
            Some(claim) => Right::If(claim),
            None => Right::Keyed(draft.keyed == Some(true)),
        },
        but: draft.but.as_ref().map(Words::line),
    };
    Ok(drafts.into_iter().map(choice).collect())
}
