//! The script is changed: a statement gets another text or another place, and all is as it was again. A lesson that is open
//! stands at what was changed then.

use crate::{
    app::state::{App, Cursor, Effect, Overlay},
    lesson::Swap,
    model::command::Statement,
};
use core::ops::Range;
use std::sync::Arc;

/// How a claim begins, which goes with the statement before it.
const CLAIM: &str = "expect ";

impl App {
    /// Whether this statement of the script is not what it was.
    pub fn is_step_changed(&self, step: usize) -> bool {
        let was = self.script_was.as_ref().map(|was| was.get(step));
        was.is_some_and(|was| was != self.session().script.get(step))
    }

    /// Whether the script is not what it was.
    pub fn is_script_changed(&self) -> bool {
        let script = &self.session().script;
        self.script_was.as_ref().is_some_and(|was| was != script)
    }

    /// A statement gets another text.
    pub(super) fn rewrite(&mut self, step: usize, text: &str, statement: Statement) -> Vec<Effect> {
        self.begin_change();
        let mut effects = vec![Effect::Rewrite {
            step,
            text: text.to_owned(),
        }];
        if let Some(learning) = &mut self.learning {
            let run_to = learning.walk.rewritten(step, text, statement);
            effects.extend(run_to.map(Effect::RunTo));
        }
        effects
    }

    /// The selected statement changes places with the one before it, or after it; its claims go with it.
    pub(super) fn move_step(&mut self, earlier: bool) -> Vec<Effect> {
        let Some(Overlay::Script(step)) = self.overlay else {
            return Vec::new();
        };
        let Some(swap) = Swap::of(&self.stretches(), step, earlier) else {
            let end = if earlier { "first" } else { "last" };
            self.refuse(format!("It is the {end} statement."));
            return Vec::new();
        };
        self.begin_change();
        self.overlay = Some(Overlay::Script(swap.place_of(step)));
        let mut run_to = swap.moved().end;
        if let Some(learning) = &mut self.learning {
            run_to = learning.walk.swapped(&swap).unwrap_or(run_to);
        }
        let Swap { all, middle, .. } = swap;
        vec![Effect::Swap {
            all,
            middle,
            run_to,
        }]
    }

    /// The script becomes what it was.
    pub(super) fn reset_script(&mut self) -> Vec<Effect> {
        let is_changed = self.learning.as_ref().map_or_else(
            || self.script_was.is_some(),
            |learning| learning.walk.is_changed(),
        );
        if !is_changed {
            self.refuse("The script is as it was: nothing in it was changed.");
            return Vec::new();
        }
        if self.learning.is_some() {
            return self.back_to_lesson();
        }
        self.go(Cursor::Live);
        self.script_was = None;
        self.tell("The script is as it was.");
        vec![Effect::ResetScript(self.book.session().step)]
    }

    /// Now is what is shown, and what is there is kept to be compared with.
    fn begin_change(&mut self) {
        self.go(Cursor::Live);
        let script = &self.book.session().script;
        self.script_was.get_or_insert_with(|| Arc::clone(script));
        if let Some(learning) = &mut self.learning {
            learning.revision = learning.revision.wrapping_add(1);
        }
    }

    /// The statements of the script, each with the claims that go with it.
    fn stretches(&self) -> Vec<Range<usize>> {
        let of_lesson = self.learning.as_ref().map(|l| l.walk.stretches());
        of_lesson.unwrap_or_else(|| {
            let mut stretches: Vec<Range<usize>> = Vec::new();
            for (step, row) in self.book.session().script.iter().enumerate() {
                match stretches.last_mut() {
                    Some(last) if row.text.starts_with(CLAIM) => last.end = step + 1,
                    _ => stretches.push(step..step + 1),
                }
            }
            stretches
        })
    }
}
