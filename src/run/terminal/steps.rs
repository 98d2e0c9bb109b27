//! A step at a time: Space, and what plays by itself.

use super::{Room, world::World};
use crate::{app::Effect, model::story};
use core::time::Duration;
use std::io;
use tokio::time::Instant;

/// What Space says when there is nothing left to do.
const OVER: &str =
    "That was the whole script. Space goes on in free play; to begin anew, type : again 1";

impl Room {
    /// The next step of the script, or in free play the sensible next call.
    pub(super) fn step(&mut self) {
        let World::Live { bench, .. } = &mut self.world else {
            return;
        };
        if !bench.is_idle() {
            return;
        }
        let session = self.app.book.session();
        let next = story::next::next_step(session);
        // The script's line would only queue: what it waits for goes first.
        let goes_first = next.filter(|text| {
            let line = session.next_in_script();
            line.is_some_and(|line| line.text != *text)
        });
        if let Some(text) = goes_first {
            return self.ask(&text);
        }
        if bench.next(&mut self.app.book) {
            return;
        }
        // The end is said once; who goes on plays freely.
        let generation = self.app.book.session().generation;
        if !self.app.book.session().left_script
            && self.end_said.replace(generation) != Some(generation)
        {
            return self.notice(OVER.to_owned(), false);
        }
        match story::next::next_step(self.app.book.session()) {
            Some(text) => self.ask(&text),
            None => self.notice(OVER.to_owned(), false),
        }
    }

    /// A statement that was not typed.
    pub(super) fn ask(&mut self, text: &str) {
        if let World::Live { bench, .. } = &mut self.world
            && let Err(mistake) = bench.ask(&mut self.app.book, text)
        {
            self.notice(mistake.short(), true);
        }
    }

    /// The pace has passed while it plays by itself.
    pub(super) fn beat(&mut self) -> io::Result<bool> {
        self.stale = true;
        if self.again && self.app.learning.is_none() && self.world.is_at_its_end() {
            return self.perform(vec![Effect::Ask("again 1".to_owned())]);
        }
        let effects = self.app.beat();
        self.perform(effects)
    }

    pub(super) fn plan_a_step(&mut self) {
        if !self.app.play.on {
            self.step_at = None;
        } else if self.step_at.is_none() && self.world.is_idle() {
            self.step_at = Some(Instant::now() + Duration::from_nanos(self.app.beat_after().0));
        }
    }
}
