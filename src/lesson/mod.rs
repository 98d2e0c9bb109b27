//! Lessons: Markdown that runs. A lesson reads well on any code-hosting site; its blocks run in the workbench, its claims are
//! proved by the kernel, and its questions are asked before the answer is seen.
//!
//! ```text
//!   bytes of a file ── parse.rs ──► Lesson: parts (what is read), scenes (what runs), questions
//!        front.rs: what stands before the text      │
//!        question.rs: what is asked                 ▼
//!                                   stops.rs: where one halts, in order: read, ask, run
//!                                                   │
//!        grade.rs: what the journal answers ◄── walk.rs: where one stands, what was answered
//!                                                   │
//!                                   report.rs: what was answered, for who teaches
//! ```
//!
//! The format is told in `assets/new-lesson.md`, which is itself a lesson.

mod front;
mod grade;
mod parse;
mod question;
pub mod report;
mod shipped;
mod stops;
mod text;
mod walk;

#[cfg(test)]
mod tests;

pub use front::{Front, Needs};
pub use grade::{Reply, Truth, asked_for, letter};
pub use question::{Choice, Kind, Question, Right, Tolerance};
pub use shipped::{SHIPPED, STARTING_POINT, Shipped, shipped};
pub use stops::{Halt, Stop};
pub use text::{Line, Piece, Style};
pub use walk::{Go, Mark, Place, Swap, Walk};

use crate::language::{Mistake, ScriptStatement};
use core::ops::Range;
use std::collections::HashSet;

/// The longest file that is read, in bytes.
pub const LONGEST: usize = 256 << 10;

/// A whole lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// What stands before the text.
    pub front: Front,
    /// What is read, in order.
    pub parts: Vec<Part>,
    /// What runs: each scene begins with nothing.
    pub scenes: Vec<Scene>,
    /// The blocks of the scenes, in order.
    pub blocks: Vec<Block>,
    /// What is asked, in order.
    pub questions: Vec<Question>,
    /// Where one halts, in order; never empty.
    pub stops: Vec<Stop>,
}

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A heading; its level is 1 to 6.
    Heading(u8, Line),
    /// A paragraph.
    Paragraph(Line),
    /// The items of a list, those of lists within it among them.
    List(Vec<Item>),
    /// A block quote, a line a paragraph.
    Quote(Vec<Line>),
    /// A note to the presenter, a line a paragraph: shown on demand.
    Note(Vec<Line>),
    /// A code block that does not run.
    Code(String),
    /// A table: its head and its rows.
    Table(Vec<Vec<Line>>),
    /// A block that runs: its place in [`Lesson::blocks`].
    Block(usize),
    /// Something that is asked: its place in [`Lesson::questions`].
    Question(usize),
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// How deep it lies, from 0.
    pub depth: u8,
    /// What stands before it: `•`, or its number and a dot.
    pub mark: String,
    /// Its text.
    pub line: Line,
}

/// What runs from one beginning to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// Its statements; lines and places are those in the lesson's file.
    pub script: Vec<ScriptStatement>,
    /// Whether it can only be shown in the lab.
    pub needs_lab: bool,
}

/// A block that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its scene.
    pub scene: usize,
    /// Its statements in the scene's script.
    pub steps: Range<usize>,
    /// The line of its first statement, from 1.
    pub line: u32,
}

impl Lesson {
    /// Reads a lesson.
    ///
    /// # Errors
    /// All mistakes in it, the first 20 at most. Their spans lie in the source; in one that is not UTF-8 they lie in what
    /// `String::from_utf8_lossy` makes of it.
    pub fn parse(source: &[u8]) -> Result<Self, Vec<Mistake>> {
        parse::parse(source)
    }

    /// Whether a text is a lesson and not a script: it begins as one, or its name says so.
    pub fn is_one(name: &str, source: &[u8]) -> bool {
        let markdown = name.rsplit_once('.').is_some_and(|(_, end)| {
            end.eq_ignore_ascii_case("md") || end.eq_ignore_ascii_case("markdown")
        });
        let text = source.strip_prefix(b"\xef\xbb\xbf").unwrap_or(source);
        markdown || text.starts_with(b"---\n") || text.starts_with(b"---\r\n")
    }

    /// The statements of a block.
    pub fn statements(&self, block: usize) -> &[ScriptStatement] {
        let block = self.blocks.get(block);
        block
            .and_then(|b| self.scenes.get(b.scene)?.script.get(b.steps.clone()))
            .unwrap_or_default()
    }

    /// All statements, in order.
    pub fn all_statements(&self) -> impl Iterator<Item = &ScriptStatement> {
        self.scenes.iter().flat_map(|scene| &scene.script)
    }

    /// The links in its text, each once, in order: what it says and where it leads.
    pub fn links(&self) -> Vec<(&str, &str)> {
        let mut links: Vec<(&str, &str)> = Vec::new();
        let mut known = HashSet::new();
        for line in self.parts.iter().flat_map(Part::lines) {
            for piece in &line.0 {
                if let Some(to) = &piece.link
                    && known.insert(to)
                {
                    links.push((&piece.text, to));
                }
            }
        }
        links
    }
}

impl Part {
    /// Its lines of text.
    pub fn lines(&self) -> Vec<&Line> {
        match self {
            Self::Heading(_, line) | Self::Paragraph(line) => vec![line],
            Self::List(items) => items.iter().map(|item| &item.line).collect(),
            Self::Quote(lines) | Self::Note(lines) => lines.iter().collect(),
            Self::Table(rows) => rows.iter().flatten().collect(),
            Self::Code(_) | Self::Block(_) | Self::Question(_) => Vec::new(),
        }
    }
}
