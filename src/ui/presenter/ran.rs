//! The statement of a lesson that has run, large: its words in large letters, and what it sends beside them as it is, because
//! large letters know no case.

use crate::{
    app::{App, Cursor},
    ui::{canvas::Canvas, text::safe, theme::Role, widgets::large},
};
use ratatui::{layout::Rect, text::Line};

/// Cells between the words and what is sent.
const GAP: u16 = 3;

/// The statement.
pub(super) struct Ran {
    words: String,
    sent: String,
    /// Rows of its letters; 0 where they do not fit.
    letters: u16,
}

impl Ran {
    /// The statement that the lab shows now; nothing where no lesson runs, before it, and in free
    /// play.
    pub(super) fn new(app: &App, canvas: &Canvas<'_>, cells: u16) -> Option<Self> {
        let learning = app.learning.as_ref()?;
        let (scene, steps) = learning.walk.running()?;
        let shown = app.session().step.checked_sub(1);
        let is_now = app.cursor() == Cursor::Live || shown.is_some_and(|n| steps.contains(&n));
        if !is_now || app.is_away() {
            return None;
        }
        let scene = learning.lesson().scenes.get(scene)?;
        let text = scene.script.get(steps.start)?.statement.to_string();
        let text = safe(&text, canvas.theme.ascii());
        let split = text.find('"').unwrap_or(text.len());
        let (words, sent) = text.split_at(split);
        let (words, sent) = (words.trim_end().to_owned(), sent.to_owned());
        let beside = if sent.is_empty() {
            0
        } else {
            GAP + Line::from(sent.as_str()).width() as u16
        };
        let fits = large::has(&words) && large::width(&words).saturating_add(beside) <= cells;
        let letters = if fits {
            large::height(canvas.theme.ascii())
        } else {
            0
        };
        Some(Self {
            words,
            sent,
            letters,
        })
    }

    pub(super) const fn letters(&self) -> u16 {
        self.letters
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let role = if self.words.starts_with("server") {
            Role::Server
        } else if self.words.starts_with("cable") {
            Role::Cable
        } else {
            Role::Client
        };
        let sent = canvas.bold(Role::Bytes, self.sent.clone());
        if self.letters == 0 {
            let words = canvas.bold(role, format!("{} ", self.words));
            let line = Line::from(vec![words, sent]);
            canvas.centred(area.x, area.y, area.width, &line);
            return;
        }
        let wide = large::width(&self.words);
        let beside = if self.sent.is_empty() {
            0
        } else {
            GAP + sent.width() as u16
        };
        let x = area.x + area.width.saturating_sub(wide + beside) / 2;
        large::large(canvas, x, area.y, wide, role, &self.words);
        let y = area.y + self.letters / 2;
        canvas.line(x + wide + GAP, y, beside, &Line::from(sent));
    }
}
