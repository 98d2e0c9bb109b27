//! What stands below the lesson's text: what a question waits for, that one plays freely, that one looks at the past.

use super::prose::wrapped;
use crate::{
    app::{App, Cursor, Learning},
    lesson::letter,
    ui::{canvas::Canvas, theme::Role},
};
use ratatui::text::Line;

/// Its rows, and the key that a click on them is as good as.
pub(super) fn rows(
    app: &App,
    learning: &Learning,
    canvas: &Canvas<'_>,
    cells: usize,
) -> Vec<(Line<'static>, Option<String>)> {
    let Some((role, text, key)) = says(app, learning, canvas) else {
        return Vec::new();
    };
    let style = canvas.theme.style(role);
    let letters: Vec<_> = text.chars().map(|c| (c, style)).collect();
    wrapped(&letters, cells)
        .into_iter()
        .map(|row| {
            let text: String = row.iter().map(|l| l.0).collect();
            (Line::styled(text, style), key.clone())
        })
        .collect()
}

fn says(
    app: &App,
    learning: &Learning,
    canvas: &Canvas<'_>,
) -> Option<(Role, String, Option<String>)> {
    let ascii = canvas.theme.ascii();
    let key = |name: &str| app.keys.keys_of(name).first();
    let name = |name: &str| key(name).map_or_else(|| "?".to_owned(), |k| k.glyph(ascii));
    let pressed = |name: &str| key(name).map(ToString::to_string);
    let (next, back) = (name("next"), name("lesson-back"));
    if app.cursor() != Cursor::Live {
        let now = name("now");
        return Some((
            Role::Wait,
            format!("You look at the past. {now} goes back to now."),
            pressed("now"),
        ));
    }
    if app.is_away() {
        return Some((
            Role::Wait,
            format!("You play freely. {back} or {next} puts the lab back."),
            pressed("lesson-back"),
        ));
    }
    if learning.walk.asked().is_some() && app.bar.is_none() {
        let how = match learning.choices() {
            Some(many) => {
                let last = letter(many.saturating_sub(1));
                format!("a-{last} or {} answers", name("answer"))
            }
            None => format!("{} to type the answer", name("answer")),
        };
        return Some((
            Role::Wait,
            format!("{how}, {next} skips the question."),
            None,
        ));
    }
    if learning.walk.is_changed() {
        return Some((
            Role::Wait,
            format!("You have changed a statement. {back}: as the lesson has it."),
            pressed("lesson-back"),
        ));
    }
    None
}
