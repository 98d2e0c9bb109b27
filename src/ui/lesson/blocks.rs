//! A block that runs: its statements, each with its sign, and what came of its claims.
//!
//! ```text
//! ✔ server listen 10008        done
//! ▶ client connect             this is what the lab shows
//!   ✔ client state ESTABLISHED     a claim that held
//!   ✘ client recv-q 5              one that did not
//!     found: recv-q is 0
//! · server accept              to come
//! ```

use super::sheet::Sheet;
use crate::{
    app::Cursor,
    lesson::Halt,
    model::{command::Statement, event::Fact, session::Session},
    ui::{glyphs::Glyph, theme::Role},
};
use core::ops::Range;

/// How a claim begins in a script; here its sign says that it is one.
const CLAIM: &str = "expect ";

/// Whether this statement is on the bench, and was asked for.
fn was_asked(session: &Session, place: usize, line: u32) -> bool {
    place < session.step && session.script.get(place).is_some_and(|l| l.line == line)
}

/// The colour of whoever does it.
fn role_of(text: &str) -> Role {
    match text.split_whitespace().next() {
        Some("cable") => Role::Cable,
        Some(word) if word.starts_with("server") => Role::Server,
        Some(word) if word.starts_with("client") => Role::Client,
        _ => Role::Text,
    }
}

impl Sheet<'_> {
    /// The statement of a block that the screen shows: of the stop where one stands, or of the moment of the past.
    fn current(&self, block: usize) -> Option<usize> {
        let lesson = self.learning.lesson();
        let steps = lesson.blocks.get(block)?.steps.clone();
        if self.app.cursor() == Cursor::Live {
            return match &self.learning.walk.stop().what {
                Halt::Run(here, steps) if *here == block => Some(steps.start),
                _ => None,
            };
        }
        let session = self.app.session();
        let statements = lesson.statements(block);
        let asked = steps.clone().zip(statements).filter(|(place, s)| {
            was_asked(session, *place, s.line) && !matches!(s.statement, Statement::Expect(_))
        });
        // One that lies behind is over, unless it is this block's last.
        let here = session.step.checked_sub(1)?;
        asked
            .map(|(place, _)| place)
            .last()
            .filter(|_| steps.contains(&here))
    }

    /// The rows of a block.
    pub(super) fn block(&mut self, block: usize, base: Role) {
        let learning = self.learning;
        let Some(of) = learning.lesson().blocks.get(block) else {
            return;
        };
        let session = self.app.session();
        let current = self.current(block);
        for (place, said) in of.steps.clone().zip(learning.lesson().statements(block)) {
            let asked = was_asked(session, place, said.line);
            let is_claim = matches!(said.statement, Statement::Expect(_));
            // A statement that was changed stands here as it runs now.
            let text = match session.script.get(place) {
                Some(line) if line.line == said.line => line.text.clone(),
                _ => said.statement.to_string(),
            };
            if is_claim {
                let claim = text.strip_prefix(CLAIM).unwrap_or(&text);
                self.claim(claim, said.line, asked);
                continue;
            }
            let now = current == Some(place) && !learning.not_here;
            let (glyph, sign, letters) = match (now, asked) {
                (true, _) => (Glyph::Current, Role::Wait, self.theme.bold(role_of(&text))),
                (false, true) => (Glyph::Done, Role::Ok, self.style(Role::Read)),
                (false, false) if base == Role::Read => {
                    (Glyph::ToCome, Role::Dim, self.style(Role::Read))
                }
                (false, false) => (Glyph::ToCome, Role::Dim, self.style(role_of(&text))),
            };
            let sign = self.bold(sign, format!("{} ", self.theme.glyph(glyph)));
            self.flow_exact(vec![sign], letters, &text);
        }
    }

    fn claim(&mut self, text: &str, line: u32, asked: bool) {
        let session = self.app.session();
        let verdict = session.verdicts.get(&line).filter(|_| asked);
        let (glyph, role, letters) = match verdict {
            Some((true, _)) => (Glyph::Done, Role::Ok, Role::Read),
            Some((false, _)) => (Glyph::Failed, Role::Bad, Role::Strong),
            None => (Glyph::ToCome, Role::Faint, Role::Faint),
        };
        let sign = self.span(role, format!("  {} ", self.theme.glyph(glyph)));
        self.flow_exact(vec![sign], self.style(letters), text);
        if let Some((false, event)) = verdict
            && let Some(event) = self.app.book.event(*event)
            && let Fact::Expect { found, .. } = &event.fact
        {
            let before = vec![self.span(Role::Bad, "    found: ")];
            let letters = self.letters(found, self.style(Role::Text));
            self.flow_behind(before, &["    ".into()], &letters);
        }
    }

    /// The rows that must be in sight of these: the statement that the lab shows, its claims, and the next one.
    pub(super) fn marked(&self, rows: Range<usize>) -> Option<Range<usize>> {
        let now = self.theme.glyph(Glyph::Current);
        let begins = |row: usize| {
            let first = self.rows.get(row).and_then(|r| r.spans.first());
            first.is_some_and(|s| !s.content.starts_with(' '))
        };
        let is_now = |row: &usize| {
            let first = self.rows[*row].spans.first();
            first.is_some_and(|s| s.content.starts_with(now))
        };
        let start = rows.clone().find(is_now)?;
        let mut others = (start + 1..rows.end).filter(|row| begins(*row));
        let end = others.next().map_or(rows.end, |next| next + 1);
        Some(start..end)
    }

    /// That what stands here is told and not run, and why.
    pub(super) fn not_here(&mut self) {
        if !self.learning.not_here {
            return;
        }
        let session = self.app.session();
        let why = match &session.no_lab {
            Some(why) => format!(": {why}"),
            None => ": this is the host network.".to_owned(),
        };
        let text =
            format!("This needs the lab: a network of its own. Here it is told, not run{why}");
        self.air();
        let sign = self.bold(Role::Wait, "! ");
        self.say(vec![sign], Role::Wait, &text);
        let doctor = self.ticked("`fourline doctor` says what would help.", Role::Dim);
        self.flow(vec!["  ".into()], &doctor);
    }
}
