//! Fenced blocks: those that run, those that ask, and those that are only shown.

use super::{Events, LONGEST_PART, Reader};
use crate::{
    language::{Mistake, ScriptStatement, Vars, parse_script, quoted},
    lesson::{Block, Part, Scene, question::question, text::shown},
    model::command::{Command, Statement},
};
use core::{net::IpAddr, ops::Range};
use pulldown_cmark::{CodeBlockKind, Event, TagEnd};

/// So many blocks, questions and statements at most.
const MOST_BLOCKS: usize = 200;
const MOST_QUESTIONS: usize = 100;
const MOST_STATEMENTS: usize = 1_000;

impl<'s> Reader<'s> {
    /// A block within a list or a quote: it would not be seen that it runs.
    pub(super) fn misplaced(
        &mut self,
        kind: &CodeBlockKind<'_>,
        range: &Range<usize>,
        events: &mut Events<'s>,
    ) {
        if let Some(info) = info(kind) {
            self.wrong(
                range,
                format!(
                    "a {} block stands by itself, not within a list or a quote",
                    quoted(info)
                ),
            );
        }
        for (event, _) in events.by_ref() {
            if matches!(event, Event::End(TagEnd::CodeBlock)) {
                break;
            }
        }
    }

    pub(super) fn code(
        &mut self,
        kind: &CodeBlockKind<'_>,
        range: &Range<usize>,
        events: &mut Events<'s>,
    ) {
        let mut text = String::new();
        let mut place: Option<Range<usize>> = None;
        for (event, range) in events.by_ref() {
            match event {
                Event::End(TagEnd::CodeBlock) => break,
                Event::Text(piece) => {
                    text.push_str(&piece);
                    let start = place.as_ref().map_or(range.start, |p| p.start);
                    place = Some(start..range.end);
                }
                _ => {}
            }
        }
        let fenced = matches!(kind, CodeBlockKind::Fenced(_));
        if fenced && !is_closed(&self.source[range.start + self.begin..range.end + self.begin]) {
            let help = "a block ends with a line of ``` at its end";
            return self.wrong_for(range, "the block that begins here never ends", Some(help));
        }
        if range.len() > LONGEST_PART {
            return self.too_long(range);
        }
        let Some(info) = info(kind) else {
            self.lesson
                .parts
                .push(Part::Code(shown(&text).into_owned()));
            return;
        };
        let words: Vec<&str> = info.split_whitespace().collect();
        let Some(place) = place else {
            self.wrong(range, "nothing stands in this block");
            return;
        };
        let place = place.start + self.begin..place.end + self.begin;
        match words[..] {
            ["fourline"] => self.block(place, range, self.lesson.scenes.is_empty()),
            ["fourline", "fresh"] => self.block(place, range, true),
            ["question"] => self.question(place, range),
            _ => {
                let word = words.get(1).copied().unwrap_or_default();
                let start = range.start + self.begin;
                let line = self.source[start..].lines().next().unwrap_or_default();
                // A word that the file spells otherwise, as with an entity, is somewhere on this line.
                let at = line.find(word).map_or(start..start + line.len(), |at| {
                    start + at..start + at + word.len()
                });
                let mistake = Mistake::new(at, format!("{} cannot stand here", quoted(word)));
                let help = "a block that runs begins with ```fourline, or with ```fourline fresh where all begins anew; a question begins with ```question";
                self.mistakes
                    .push(mistake.meant(word, ["fresh"]).help(help));
            }
        }
    }

    fn block(&mut self, place: Range<usize>, range: &Range<usize>, fresh: bool) {
        let many = self.lesson.all_statements().count();
        let script = match parse_script(self.source[place.clone()].as_bytes(), &Vars::default()) {
            Ok(script) => script,
            Err(mistakes) => {
                self.mistakes
                    .extend(mistakes.into_iter().map(|m| m.moved(place.start)));
                return;
            }
        };
        if script.lines.is_empty() {
            self.wrong(range, "no statement stands in this block");
            return;
        }
        if self.lesson.blocks.len() == MOST_BLOCKS || many + script.lines.len() > MOST_STATEMENTS {
            let text = format!(
                "a lesson has at most {MOST_BLOCKS} blocks and {MOST_STATEMENTS} statements"
            );
            self.wrong(range, text);
            return;
        }
        let before = self.source[..place.start]
            .bytes()
            .filter(|b| *b == b'\n')
            .count() as u32;
        if fresh {
            self.lesson.scenes.push(Scene::default());
        }
        for statement in &script.lines {
            if matches!(statement.statement, Statement::Again(_)) {
                let span = statement.span.start + place.start..statement.span.end + place.start;
                self.mistakes.push(
                    Mistake::new(span, "`again` is for the keyboard")
                        .help("a block that begins anew starts with ```fourline fresh"),
                );
            }
        }
        let scene = self.lesson.scenes.len() - 1;
        let Some(of) = self.lesson.scenes.last_mut() else {
            return;
        };
        let from = of.script.len();
        of.needs_lab |= script.lines.iter().any(|s| needs_lab(&s.statement));
        let line = script.lines.first().map_or(0, |s| s.line) + before;
        of.script
            .extend(script.lines.into_iter().map(|s| ScriptStatement {
                line: s.line + before,
                span: s.span.start + place.start..s.span.end + place.start,
                ..s
            }));
        let steps = from..of.script.len();
        self.lesson
            .parts
            .push(Part::Block(self.lesson.blocks.len()));
        self.lesson.blocks.push(Block { scene, steps, line });
    }

    fn question(&mut self, place: Range<usize>, range: &Range<usize>) {
        if self.lesson.questions.len() == MOST_QUESTIONS {
            let text = format!("a lesson has at most {MOST_QUESTIONS} questions");
            self.wrong(range, text);
            return;
        }
        match question(self.source, place) {
            Ok(question) => {
                self.lesson
                    .parts
                    .push(Part::Question(self.lesson.questions.len()));
                self.lesson.questions.push(question);
            }
            Err(mistakes) => self.mistakes.extend(mistakes),
        }
    }
}

/// What a fence says, if it is one of ours.
fn info<'k>(kind: &'k CodeBlockKind<'_>) -> Option<&'k str> {
    match kind {
        CodeBlockKind::Fenced(info) => {
            let first = info.split_whitespace().next().unwrap_or_default();
            matches!(first, "fourline" | "question").then_some(&**info)
        }
        CodeBlockKind::Indented => None,
    }
}

/// Whether a fenced block has its last line. One that is not closed goes on to the end of the file.
fn is_closed(block: &str) -> bool {
    let fence = block.trim_start();
    let Some(mark) = fence.chars().next() else {
        return false;
    };
    let long = |line: &str| line.chars().take_while(|c| *c == mark).count();
    let last = block.trim_end().lines().skip(1).last();
    last.map(str::trim)
        .is_some_and(|last| long(last) >= long(fence) && last.chars().all(|c| c == mark))
}

/// Whether a statement makes sense in the lab only.
fn needs_lab(statement: &Statement) -> bool {
    match statement {
        Statement::Cable(_) => true,
        Statement::Expect(e) | Statement::WaitUntil(e) => e.claim.is_of_packets(),
        Statement::Do(order) => {
            let at = match &order.command {
                Command::Bind(at) | Command::SendTo(at, _) => Some(*at),
                Command::Listen { at, .. } | Command::Connect(at) => *at,
                _ => None,
            };
            // The lab's own addresses mean somebody else elsewhere.
            let private = |ip: IpAddr| match ip {
                IpAddr::V4(ip) => ip.is_private(),
                IpAddr::V6(ip) => ip.is_unique_local(),
            };
            at.and_then(|at| at.ip).is_some_and(private)
        }
        _ => false,
    }
}
