//! What the kernel answered, beside what was said; and why it is so.
//!
//! ```text
//! ╭─ ✘ THE KERNEL SAYS c ──────────────────╮
//! │ You said b; the kernel says c:         │
//! │ nothing: it waits                      │
//! │ recv takes what is there.              │     `but:` of the choice
//! │ A stream has no messages.              │     `because:`
//! ╰────────────────────────────────────────╯
//! ```
//!
//! Where rows are few, a bar at the left stands for the box.

use super::{
    asked::{number, said},
    prose::Letter,
    sheet::{Row, Sheet},
};
use crate::{
    lesson::{Kind, Line, Mark, Question, Reply, Tolerance, Truth, letter},
    model::payload::escaped,
    ui::{glyphs::Glyph, text::width, theme::Role},
};
use ratatui::text::Span;

/// Cells that a box takes of a row.
const BOX: usize = 4;

impl Sheet<'_> {
    /// What came of a question, in a box.
    pub(super) fn told(&mut self, n: usize) {
        let walk = &self.learning.walk;
        let Some((question, mark)) = walk.question(n).zip(walk.mark(n)) else {
            return;
        };
        let reply = walk.reply(n).unwrap_or(&Reply::Skipped);
        let (glyph, role, title) = verdict(mark);
        self.air();
        let outer = core::mem::take(&mut self.rows);
        let cells = self.cells;
        self.cells = cells.saturating_sub(if self.airy { BOX } else { BOX / 2 });
        self.answer(question, reply, &mark.truth, mark.right);
        self.cells = cells;
        let within = core::mem::replace(&mut self.rows, outer);
        let title = format!("{} {title}", self.theme.glyph(glyph));
        self.boxed(role, &title, within);
    }

    /// The same, of a question that one has left behind: only what was right.
    pub(super) fn briefly(&mut self, n: usize) {
        let walk = &self.learning.walk;
        let Some((question, mark)) = walk.question(n).zip(walk.mark(n)) else {
            return;
        };
        let text = match &mark.truth {
            Truth::Choice(_) => return,
            Truth::Unknown(_) => "There was no answer in this run.".to_owned(),
            truth => match walk.reply(n) {
                Some(reply) if mark.right == Some(false) => {
                    format!("{}, not {}", is(question, truth), said(question, reply))
                }
                _ => is(question, truth),
            },
        };
        let (glyph, role) = match mark.right {
            Some(true) => (Glyph::Done, Role::Ok),
            Some(false) => (Glyph::Failed, Role::Bad),
            None => (Glyph::Then, Role::Dim),
        };
        let sign = self.bold(role, format!("{} ", self.theme.glyph(glyph)));
        self.say(vec![sign], Role::Read, &text);
    }

    pub(super) fn answer(
        &mut self,
        question: &Question,
        reply: &Reply,
        truth: &Truth,
        right: Option<bool>,
    ) {
        let kernel = if question.is_keyed() {
            "the answer is"
        } else {
            "the kernel says"
        };
        let what = is(question, truth);
        let head = match (truth, reply, right) {
            (Truth::Unknown(why), Reply::Skipped, _) => format!("It cannot be told: {why}."),
            (Truth::Unknown(why), reply, _) => {
                format!(
                    "You said {}. It cannot be judged: {why}.",
                    said(question, reply)
                )
            }
            (_, _, Some(true)) => match truth {
                Truth::Number(n) if *reply != Reply::Number(*n) => {
                    let near = near(question);
                    format!("You said {}; {kernel} {what}{near}.", said(question, reply))
                }
                _ => format!("You said {what}, and {}.", agrees(question)),
            },
            (_, reply, Some(false)) => {
                format!("You said {}; {kernel} {what}.", said(question, reply))
            }
            (..) => format!("{}{} {what}.", kernel[..1].to_uppercase(), &kernel[1..]),
        };
        self.say(Vec::new(), Role::Strong, &head);
        if let Kind::Number(measure, _) = &question.kind
            && right != Some(true)
            && self.airy
            && !matches!(truth, Truth::Unknown(_))
            && measure.to_string() != measure.unit()
        {
            self.say(Vec::new(), Role::Dim, &format!("Measured: {measure}."));
        }
        if let Kind::Choice(choices) = &question.kind {
            if let Truth::Choice(i) = truth
                && right != Some(true)
                && let Some(choice) = choices.get(*i)
            {
                let letters = self.inked(&choice.text, Role::Text);
                let mark = self.bold(Role::Ok, format!("{}) ", letter(*i)));
                self.flow(vec![mark], &letters);
            }
            if let (Reply::Choice(i), Some(false)) = (reply, right)
                && let Some(but) = choices.get(*i).and_then(|c| c.but.as_ref())
            {
                self.gap();
                let letters = self.sentence(but);
                let mark = self.bold(Role::Bad, format!("{}) ", letter(*i)));
                self.flow(vec![mark], &letters);
            }
        }
        self.gap();
        let letters = self.sentence(&question.because);
        self.flow(Vec::new(), &letters);
    }

    /// A line as a sentence of its own: it may be written as if it went on.
    fn sentence(&self, line: &Line) -> Vec<Letter> {
        let mut letters = self.inked(line, Role::Text);
        let named = line.0.first().is_some_and(|piece| piece.style.code);
        if let Some((c, _)) = letters.first_mut().filter(|_| !named) {
            *c = c.to_ascii_uppercase();
        }
        letters
    }

    /// Rows in a box, or behind a bar where rows are few.
    fn boxed(&mut self, role: Role, title: &str, within: Vec<Row>) {
        let glyph = |glyph| self.theme.glyph(glyph);
        if !self.airy {
            let bar = self.bold(role, format!("{} ", glyph(Glyph::StrongVertical)));
            let mut title = Some(self.bold(role, format!("{title}  ")));
            for mut row in within {
                let mut spans = vec![bar.clone()];
                // The head of the first row, where there is room for it.
                if let Some(title) = title.take() {
                    let wide = row.spans.iter().map(Span::width).sum::<usize>();
                    if wide + title.width() + BOX / 2 <= self.cells {
                        spans.push(title);
                    }
                }
                spans.append(&mut row.spans);
                self.rows.push(spans.into());
            }
            return;
        }
        let line = |n: usize| glyph(Glyph::Horizontal).repeat(n);
        let rest = self.cells.saturating_sub(width(title) + BOX + 1);
        let top = vec![
            self.span(role, format!("{}{} ", glyph(Glyph::TopLeft), line(1))),
            self.bold(role, title),
            self.span(role, format!(" {}{}", line(rest), glyph(Glyph::TopRight))),
        ];
        let edge = self.span(role, glyph(Glyph::Vertical));
        let bottom = vec![self.span(
            role,
            format!(
                "{}{}{}",
                glyph(Glyph::BottomLeft),
                line(self.cells.saturating_sub(2)),
                glyph(Glyph::BottomRight)
            ),
        )];
        self.rows.push(top.into());
        for row in within {
            let wide = row.spans.iter().map(Span::width).sum::<usize>();
            let free = self.cells.saturating_sub(BOX + wide);
            let mut spans = vec![edge.clone(), " ".into()];
            spans.extend(row.spans);
            spans.push(Span::raw(" ".repeat(free + 1)));
            spans.push(edge.clone());
            self.rows.push(spans.into());
        }
        self.rows.push(bottom.into());
    }
}

const fn agrees(question: &Question) -> &'static str {
    match &question.block {
        None => "so it is",
        Some(_) => "so says the kernel",
    }
}

/// What came of it: its sign, its colour, its name.
pub(super) const fn verdict(mark: &Mark) -> (Glyph, Role, &'static str) {
    match (&mark.truth, mark.right) {
        (Truth::Unknown(_), _) => (Glyph::Unknown, Role::Wait, "NO ANSWER"),
        (_, Some(true)) => (Glyph::Done, Role::Ok, "RIGHT"),
        (_, Some(false)) => (Glyph::Failed, Role::Bad, "NOT SO"),
        (_, None) => (Glyph::Then, Role::Cable, "THE ANSWER"),
    }
}

/// The answer in words.
pub(super) fn is(question: &Question, truth: &Truth) -> String {
    match truth {
        Truth::Choice(i) => letter(*i).to_string(),
        Truth::Number(n) => number(question, *n),
        Truth::Bytes(bytes) => format!("\"{}\"", escaped(bytes)),
        Truth::Unknown(why) => why.clone(),
    }
}

/// That an answer is near enough.
fn near(question: &Question) -> String {
    match &question.kind {
        Kind::Number(_, Tolerance::Percent(n)) => format!(" ({n}% off is near enough)"),
        Kind::Number(_, Tolerance::By(n)) => format!(" ({n} off is near enough)"),
        _ => String::new(),
    }
}
