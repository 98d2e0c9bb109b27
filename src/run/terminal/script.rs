//! The script is put onto the bench, run up to a place, changed.

use super::{Room, World};
use crate::app::Effect;

impl Room {
    /// Does what an effect asks of the script; nothing for the others, and in a recording.
    pub(super) fn change_script(&mut self, effect: Effect) {
        let World::Live { bench, .. } = &mut self.world else {
            return;
        };
        match effect {
            Effect::Stage { script, run_to } => bench.stage(script, run_to),
            Effect::RunTo(run_to) => bench.run_to(&mut self.app.book, run_to),
            Effect::Swap {
                all,
                middle,
                run_to,
            } => bench.swap(all, middle, run_to),
            Effect::ResetScript(run_to) => bench.reset(run_to),
            Effect::Rewrite { step, text } => {
                if let Err(mistake) = bench.rewrite(step, &text) {
                    self.notice(mistake.short(), true);
                }
            }
            _ => {}
        }
    }
}
