//! A question: what is asked, the choices, what was answered.
//!
//! ```text
//! ? What does recv bring?
//!   a) only "hello, "
//! ▸ b) both, as one piece       Enter takes it; a letter or a click takes another
//!   c) nothing: it waits
//! ```

use super::sheet::Sheet;
use crate::{
    lesson::{Choice, Kind, Mark, Question, Reply, Truth, letter},
    model::payload::escaped,
    ui::{glyphs::Glyph, theme::Role},
};

impl Sheet<'_> {
    /// The rows of a question.
    pub(super) fn question(&mut self, n: usize, base: Role) {
        let learning = self.learning;
        let Some(question) = learning.walk.question(n) else {
            return;
        };
        let waits = learning.walk.asked() == Some(n);
        let role = if waits { Role::Strong } else { base };
        let sign = self.bold(if waits { Role::Wait } else { Role::Dim }, "? ");
        let letters = self.inked(&question.text, role);
        self.flow(vec![sign], &letters);
        let (reply, mark) = (learning.walk.reply(n), learning.walk.mark(n));
        match &question.kind {
            Kind::Choice(choices) => self.choices(choices, waits, reply, mark),
            Kind::Number(measure, _) if waits => {
                let unit = match measure.unit() {
                    "" => "A number".to_owned(),
                    "ms" => "A number of milliseconds".to_owned(),
                    unit => format!("A number of {unit}"),
                };
                let text = format!("{unit}: type it into the line below.");
                self.say(vec!["  ".into()], Role::Dim, &text);
            }
            Kind::Bytes(..) if waits => {
                let text = "Type the bytes into the line below, as they are or as 0x...";
                self.say(vec!["  ".into()], Role::Dim, text);
            }
            _ => {}
        }
        if let (Some(reply), None) = (reply, mark) {
            self.not_judged(question, reply);
        }
        // What was told where the block had run stays with the question.
        if mark.is_some() && !learning.walk.told_here().contains(&n) {
            self.briefly(n);
        }
    }

    fn choices(
        &mut self,
        choices: &[Choice],
        waits: bool,
        reply: Option<&Reply>,
        mark: Option<&Mark>,
    ) {
        for (i, choice) in choices.iter().enumerate() {
            let chosen = if waits {
                self.learning.chosen == i
            } else {
                reply == Some(&Reply::Choice(i))
            };
            let right = mark.is_some_and(|m| m.truth == Truth::Choice(i));
            let wrong = chosen && mark.is_some_and(|m| m.right == Some(false));
            let (glyph, sign) = if right {
                (Some(Glyph::Done), Role::Ok)
            } else if wrong {
                (Some(Glyph::Failed), Role::Bad)
            } else if chosen {
                (Some(Glyph::Then), Role::Wait)
            } else {
                (None, Role::Dim)
            };
            let sign_role = sign;
            let sign = glyph.map_or(" ", |glyph| self.theme.glyph(glyph));
            let text = if waits || chosen || right {
                Role::Text
            } else {
                Role::Read
            };
            let before = vec![
                self.bold(sign_role, format!("{sign} ")),
                self.bold(
                    if waits { Role::Cable } else { Role::Dim },
                    format!("{}) ", letter(i)),
                ),
            ];
            let letters = self.inked(&choice.text, text);
            let start = self.rows.len();
            self.flow(before, &letters);
            for row in &mut self.rows[start..] {
                row.choice = waits.then_some(i);
                row.ground = (waits && chosen).then_some(Role::Selection);
            }
        }
    }

    fn not_judged(&mut self, question: &Question, reply: &Reply) {
        let text = match reply {
            Reply::Skipped => "Skipped. The kernel will answer.".to_owned(),
            reply => format!(
                "You said {}. The kernel will answer.",
                said(question, reply)
            ),
        };
        self.say(vec!["  ".into()], Role::Wait, &text);
    }
}

/// An answer in words: `b`, `3 packets`, `"hello"`.
pub(super) fn said(question: &Question, reply: &Reply) -> String {
    match reply {
        Reply::Choice(i) => letter(*i).to_string(),
        Reply::Number(n) => number(question, *n),
        Reply::Bytes(bytes) => format!("\"{}\"", escaped(bytes)),
        Reply::Skipped => "nothing".to_owned(),
    }
}

/// A number with its unit.
pub(super) fn number(question: &Question, n: i64) -> String {
    let unit = match &question.kind {
        Kind::Number(measure, _) => measure.unit(),
        _ => "",
    };
    let unit = match (n, unit) {
        (1, "packets") => "packet",
        (1, "calls") => "call",
        (1, "bytes") => "byte",
        (1, "segments") => "segment",
        (_, unit) => unit,
    };
    format!("{n} {unit}").trim_end().to_owned()
}
