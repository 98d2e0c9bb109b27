//! What somebody has answered, for who teaches: to be collected as JSON, or to be read.
//!
//! The JSON is one object. `fourline_report` is its version; times are seconds since 1970 beside the same in words.
//!
//! ```text
//!   { "fourline_report": 1, "learner": "ada", "written": {"seconds": 1795416958, "utc": "2026-11-23 06:55:58 UTC"},
//!     "score": {"right": 2, "wrong": 1, "skipped": 0, "unknown": 0, "open": 1, "questions": 4},
//!     "lessons": [{ "lesson": "goodbye", "title": "Goodbye", "digest": "sha256 of its text, in hex", "began": {...},
//!                   "last": {...}, "ended": null, "stops": 21, "reached": 12, "score": {...}, "questions":
//!       [{"line": 30, "kind": "choice", "text": "...", "reply": "b) ...", "answer": "a) ...", "result": "wrong"}] }] }
//! ```
//!
//! `result` is `right`, `wrong`, `skipped`, `unknown` (the run could not tell) or `open` (not asked yet, or not answered);
//! `reply` and `answer` are null where there is none.

use super::{
    Lesson,
    grade::Reply,
    question::{Kind, Question},
    text::shown,
    walk::Mark,
};
use crate::model::{payload::is_unprintable, wall::Wall};
use core::fmt::Write as _;
use serde::Serialize;
use std::collections::BTreeSet;

/// How a report for reading begins: so one is known by what may replace it.
const BEGINS: &str = "fourline report, version 1";
const LEARNER: &str = "Learner: ";
const LESSON: &str = "Lesson: ";

/// Answers of one person to the questions of lessons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Who answered.
    pub learner: String,
    /// When this was written, in seconds since 1970.
    pub written: u64,
    /// The lessons, in the order in which they are told.
    pub lessons: Vec<Taken>,
}

/// A lesson that somebody has taken, or begun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Its name, or its file.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The SHA-256 of its text, in hex.
    pub digest: String,
    /// When it was begun, in seconds since 1970.
    pub began: u64,
    /// When something was last done in it.
    pub last: u64,
    /// When its end was reached first.
    pub ended: Option<u64>,
    /// Its stops.
    pub stops: usize,
    /// How many of them were reached.
    pub reached: usize,
    /// What was asked and answered; nothing when the lesson's text is not at hand any more.
    pub answers: Option<Vec<Answer>>,
}

/// A question, what was replied, and what the run said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Its line in the lesson.
    pub line: u32,
    /// What is answered: `choice`, `number`, `bytes`.
    pub kind: &'static str,
    /// What was asked.
    pub text: String,
    /// What was replied.
    pub reply: Option<String>,
    /// What is right.
    pub answer: Option<String>,
    /// What came of it.
    pub result: Verdict,
}

/// What came of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Answered, and right.
    Right,
    /// Answered, and wrong.
    Wrong,
    /// Skipped.
    Skipped,
    /// Answered, but the run could not tell what is right.
    Unknown,
    /// Not answered yet.
    Open,
}

/// How many there are of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    /// Right answers.
    pub right: usize,
    /// Wrong ones.
    pub wrong: usize,
    /// Questions that were skipped.
    pub skipped: usize,
    /// Those to which the run had no answer.
    pub unknown: usize,
    /// Those that were not answered yet.
    pub open: usize,
    /// All of them.
    pub questions: usize,
}

impl Verdict {
    /// Of what was replied, and what the run said.
    fn of(reply: Option<&Reply>, mark: Option<&Mark>) -> Self {
        match (reply, mark.map(|mark| mark.right)) {
            (Some(Reply::Skipped), _) => Self::Skipped,
            (Some(_), Some(Some(true))) => Self::Right,
            (Some(_), Some(Some(false))) => Self::Wrong,
            (Some(_), Some(None)) => Self::Unknown,
            _ => Self::Open,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Skipped => "skipped",
            Self::Unknown => "unknown: this run could not tell",
            Self::Open => "not answered yet",
        }
    }
}

/// What was asked in a lesson, what was replied, and what the runs said.
pub fn answers(lesson: &Lesson, replies: &[Option<Reply>], marks: &[Option<Mark>]) -> Vec<Answer> {
    let one = |(n, question): (usize, &Question)| {
        let reply = replies.get(n).and_then(Option::as_ref);
        let mark = marks.get(n).and_then(Option::as_ref);
        Answer {
            line: question.line,
            kind: match question.kind {
                Kind::Choice(_) => "choice",
                Kind::Number(..) => "number",
                Kind::Bytes(..) => "bytes",
            },
            text: question.text.plain().replace('\n', " "),
            reply: reply.and_then(|reply| question.reply_in_words(reply)),
            answer: mark.and_then(|mark| question.truth_in_words(&mark.truth).ok()),
            result: Verdict::of(reply, mark),
        }
    };
    lesson.questions.iter().enumerate().map(one).collect()
}

impl Score {
    fn of<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> Self {
        let mut score = Self::default();
        for answer in answers {
            score.questions += 1;
            *match answer.result {
                Verdict::Right => &mut score.right,
                Verdict::Wrong => &mut score.wrong,
                Verdict::Skipped => &mut score.skipped,
                Verdict::Unknown => &mut score.unknown,
                Verdict::Open => &mut score.open,
            } += 1;
        }
        score
    }

    fn in_words(self) -> String {
        let mut words = format!("{} of {} right", self.right, self.questions);
        for (many, what) in [
            (self.wrong, "wrong"),
            (self.skipped, "skipped"),
            (self.unknown, "not told by the run"),
            (self.open, "not answered yet"),
        ] {
            if many > 0 {
                let _ = write!(words, ", {many} {what}");
            }
        }
        words
    }
}

#[derive(Serialize)]
struct Moment {
    seconds: u64,
    utc: String,
}

impl Moment {
    fn of(seconds: u64) -> Self {
        Self {
            seconds,
            utc: utc(seconds),
        }
    }
}

fn utc(seconds: u64) -> String {
    Wall::of(seconds.saturating_mul(1_000_000_000)).to_string()
}

#[derive(Serialize)]
struct JsonReport<'a> {
    fourline_report: u32,
    learner: &'a str,
    written: Moment,
    score: Score,
    lessons: Vec<JsonTaken<'a>>,
}

#[derive(Serialize)]
struct JsonTaken<'a> {
    lesson: &'a str,
    title: &'a str,
    digest: &'a str,
    began: Moment,
    last: Moment,
    ended: Option<Moment>,
    stops: usize,
    reached: usize,
    score: Option<Score>,
    questions: Option<&'a [Answer]>,
}

impl Report {
    /// All answers of all lessons.
    fn all(&self) -> impl Iterator<Item = &Answer> {
        self.lessons
            .iter()
            .filter_map(|l| l.answers.as_ref())
            .flatten()
    }

    /// For programs.
    pub fn json(&self) -> String {
        let lessons = self.lessons.iter().map(|taken| JsonTaken {
            lesson: &taken.name,
            title: &taken.title,
            digest: &taken.digest,
            began: Moment::of(taken.began),
            last: Moment::of(taken.last),
            ended: taken.ended.map(Moment::of),
            stops: taken.stops,
            reached: taken.reached,
            score: taken.answers.as_ref().map(Score::of),
            questions: taken.answers.as_deref(),
        });
        let whole = JsonReport {
            fourline_report: 1,
            learner: &self.learner,
            written: Moment::of(self.written),
            score: Score::of(self.all()),
            lessons: lessons.collect(),
        };
        // Numbers, texts and lists are always JSON.
        let text = serde_json::to_string_pretty(&whole).unwrap_or_default();
        // What a terminal would obey can only stand in a string, where JSON has an escape for it.
        let mut safe = String::with_capacity(text.len() + 1);
        for c in text.chars() {
            if c != '\n' && is_unprintable(c) {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(safe, "\\u{unit:04x}");
                }
            } else {
                safe.push(c);
            }
        }
        safe.push('\n');
        safe
    }

    /// For reading: text, or Markdown, in which texts from elsewhere are only themselves.
    pub fn text(&self, markdown: bool) -> String {
        let safe = |text: &str| {
            let text = shown(text).replace('\n', " ");
            if markdown { plain(&text) } else { text }
        };
        let mut out = format!("{BEGINS}\n\n{LEARNER}{}\n", safe(&self.learner));
        let _ = writeln!(out, "Written: {}", utc(self.written));
        let _ = writeln!(out, "Score: {}", Score::of(self.all()).in_words());
        for taken in &self.lessons {
            let _ = write!(out, "\n{LESSON}{}\n\n", safe(&taken.name));
            let _ = writeln!(out, "- title: {}", safe(&taken.title));
            let _ = writeln!(out, "- began: {}", utc(taken.began));
            let _ = match taken.ended {
                Some(at) => writeln!(out, "- ended: {}", utc(at)),
                None => writeln!(
                    out,
                    "- not ended yet: {} of {} stops, last at {}",
                    taken.reached,
                    taken.stops,
                    utc(taken.last)
                ),
            };
            let Some(answers) = &taken.answers else {
                out.push_str(
                    "- its text is not at hand any more, so its questions cannot be told\n",
                );
                continue;
            };
            let _ = writeln!(out, "- score: {}", Score::of(answers).in_words());
            for (n, answer) in (1..).zip(answers) {
                let _ = write!(out, "\n{n}. {}\n", safe(&answer.text));
                if let Some(reply) = &answer.reply {
                    let _ = writeln!(out, "   - reply: {}", safe(reply));
                }
                if let Some(answer) = &answer.answer {
                    let _ = writeln!(out, "   - answer: {}", safe(answer));
                }
                let _ = writeln!(out, "   - {}", answer.result.name());
            }
        }
        out
    }

    /// Whether this report may take the place of what stands in a file: an earlier report of the same person, which tells
    /// nothing of a lesson that this one does not tell of.
    pub fn may_replace(&self, there: &str) -> bool {
        let own: BTreeSet<String> = self.lessons.iter().map(|l| one_line(&l.name)).collect();
        let (learner, lessons) = if let Some(rest) = there.strip_prefix(BEGINS) {
            let mut lines = rest.lines();
            let Some(learner) = lines.find_map(|line| line.strip_prefix(LEARNER)) else {
                return false;
            };
            let lessons = lines.filter_map(|line| line.strip_prefix(LESSON));
            (unplain(learner), lessons.map(unplain).collect::<Vec<_>>())
        } else {
            let Ok(json) = serde_json::from_str::<serde_json::Value>(there) else {
                return false;
            };
            let (Some(1), Some(learner), Some(lessons)) = (
                json["fourline_report"].as_u64(),
                json["learner"].as_str(),
                json["lessons"].as_array(),
            ) else {
                return false;
            };
            let name = |l: &serde_json::Value| one_line(l["lesson"].as_str().unwrap_or_default());
            (one_line(learner), lessons.iter().map(name).collect())
        };
        learner == one_line(&self.learner) && lessons.iter().all(|name| own.contains(name))
    }
}

fn one_line(text: &str) -> String {
    shown(text).replace('\n', " ")
}

/// What Markdown would take for a mark.
const MARKS: [char; 13] = [
    '\\', '`', '*', '_', '[', ']', '<', '>', '|', '#', '&', '!', '~',
];

/// Text that Markdown shows as it is.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if MARKS.contains(&c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The text of which [`plain`] made this, or this.
fn unplain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(next)) if MARKS.contains(next) => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out
}
