//! The conversation beside code: which language is looked at, what the program is to do, and which of its steps is the
//! one of the shown moment.
//!
//! The whole conversation is written, not only what has happened at the shown moment: so one can walk through it as with
//! a debugger. What is later is shown as such.

use super::state::{App, Overlay};
use crate::{
    code::{LANGUAGES, Language, Plan, Program},
    model::{
        event::Fact,
        ids::{CallId, EventId},
    },
};
use std::borrow::Cow;

/// Where one stands beside the code.
#[derive(Clone, Debug, Default)]
pub struct CodeView {
    /// The language's place in [`LANGUAGES`].
    pub(super) language: usize,
    /// What was gathered last, and of what.
    gathered: Option<(Stretch, Plan)>,
}

/// What a plan was gathered from: the place of the first event, and how many are told.
type Stretch = (usize, usize);

impl CodeView {
    /// The language's place in [`LANGUAGES`].
    pub const fn place(&self) -> usize {
        self.language
    }

    /// The language.
    pub fn language(&self) -> &'static Language {
        &LANGUAGES[self.language % LANGUAGES.len()]
    }
}

impl App {
    /// Where the conversation that is shown begins, how much of it is told, and where it ends.
    fn stretch(&self) -> (Stretch, usize) {
        let generation = self.book.generation_around(self.shown_events());
        let told = self.book.told();
        let to = told.partition_point(|&i| i < generation.end);
        ((generation.start, to), generation.end)
    }

    /// What was done in the conversation that is shown.
    pub fn plan(&self) -> Cow<'_, Plan> {
        let (stretch, end) = self.stretch();
        match &self.code.gathered {
            Some((of, plan)) if *of == stretch => Cow::Borrowed(plan),
            _ => Cow::Owned(Plan::of(&self.book, end)),
        }
    }

    /// Gathers it where it is looked at, so that not every frame has to: what lies far back may have to be read from a
    /// file. While a session goes on, a frame after something new gathers for itself.
    pub(super) fn gather_code(&mut self) {
        if self.overlay != Some(Overlay::Code) {
            self.code.gathered = None;
            return;
        }
        let (stretch, end) = self.stretch();
        if self
            .code
            .gathered
            .as_ref()
            .is_none_or(|(of, _)| *of != stretch)
        {
            self.code.gathered = Some((stretch, Plan::of(&self.book, end)));
        }
    }

    /// The program in the language that is looked at.
    pub fn program(&self) -> Program {
        Program::of(&self.plan(), self.code.language())
    }

    /// The step of the shown moment: the newest call that has returned or waits.
    pub fn step_now(&self, plan: &Plan) -> Option<usize> {
        let mut newest: Option<(EventId, Option<CallId>)> = None;
        for actor in self.session().actors.values() {
            let waits = actor.waiting.iter().map(|w| (w.event, Some(w.call_id)));
            let last = actor.last.map(|call| (call.event, None));
            for at in waits.chain(last) {
                newest = newest.max(Some(at));
            }
        }
        let (event, waits) = newest?;
        if let Some(call) = waits {
            return plan.step_of(call);
        }
        match &self.book.event(event)?.fact {
            Fact::Call(done) => plan.step_of(done.call_id),
            _ => None,
        }
    }

    /// Whether this call waits at the shown moment.
    pub fn is_waiting(&self, call: CallId) -> bool {
        let mut actors = self.session().actors.values();
        actors.any(|a| a.waiting.iter().any(|w| w.call_id == call))
    }

    /// Whether a step lies after the shown moment: it has not even begun.
    pub fn is_later(&self, plan: &Plan, step: usize) -> bool {
        plan.steps.get(step).is_some_and(|s| {
            let later = |&event: &usize| event >= self.shown_events();
            s.events.first().is_some_and(later) && !s.calls.iter().any(|c| self.is_waiting(*c))
        })
    }
}
