//! The end of a lesson: how many answers were right, what one can say now, what comes next.

use super::sheet::Sheet;
use crate::{
    app::OnShelf,
    ui::{glyphs::Glyph, theme::Role},
};

impl Sheet<'_> {
    /// The lesson after this one on the shelf.
    fn following(&self) -> Option<&OnShelf> {
        let shelf = &self.app.shelf;
        let here = shelf.iter().position(|l| l.name == self.learning.name)?;
        shelf.get(here + 1)
    }

    /// The summary, where the lesson is over.
    pub(super) fn over(&mut self) {
        let walk = &self.learning.walk;
        if !walk.is_finished() || walk.next_stop().is_some() || walk.asked().is_some() {
            return;
        }
        self.air();
        let done = self.theme.glyph(Glyph::Done);
        let head = self.bold(Role::Ok, format!("{done} The lesson is over."));
        self.rows.push(vec![head].into());
        let (right, judged, all) = walk.score();
        let score = match (right, judged, all) {
            (_, _, 0) => None,
            (_, 0, all) => Some(format!("You answered none of its {}.", questions(all))),
            (right, judged, all) if judged == all => {
                Some(format!("{right} of your {judged} answers {}.", was(right)))
            }
            (right, judged, all) => Some(format!(
                "{right} of your {judged} answers {}; it has {}.",
                was(right),
                questions(all)
            )),
        };
        if let Some(score) = score {
            self.say(Vec::new(), Role::Text, &score);
        }
        let lesson = self.learning.walk.lesson().clone();
        if !lesson.front.afterwards.is_empty() {
            self.gap();
            self.say(Vec::new(), Role::Strong, "You can now");
            self.afterwards(&lesson.front.afterwards);
        }
        let next = self.following().map(|next| {
            let minutes = next.minutes;
            format!("{} ({minutes} minutes)", next.title)
        });
        self.gap();
        let key = |name: &str| {
            let key = self.app.keys.keys_of(name).first();
            key.map_or_else(String::new, |k| k.glyph(self.theme.ascii()))
        };
        let (shelf, back) = (key("lesson"), key("lesson-back"));
        let text = match next {
            Some(next) => format!("Next: {next}. {shelf} shows all lessons, {back} goes back."),
            None => format!("{shelf} shows all lessons, {back} goes back."),
        };
        self.say(Vec::new(), Role::Text, &text);
    }

    /// What one can say afterwards, as a list.
    pub(super) fn afterwards(&mut self, said: &[String]) {
        let dot = if self.theme.ascii() { "-" } else { "•" };
        for one in said {
            let mark = self.span(Role::Ok, format!("{dot} "));
            let letters = self.ticked(one, Role::Text);
            self.flow(vec![mark], &letters);
        }
    }
}

fn questions(n: usize) -> String {
    format!("{n} question{}", if n == 1 { "" } else { "s" })
}

const fn was(n: usize) -> &'static str {
    if n == 1 { "was right" } else { "were right" }
}
