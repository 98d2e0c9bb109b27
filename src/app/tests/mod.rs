//! Stories: how the screen was, which keys came, how it is then. Keys are written as in the key table.

mod acting;
mod anything;
mod code;
mod hand;
mod insights;
mod kernel;
mod leaping;
mod learning;
mod looking;
mod options;
mod packets;
mod pointing;
mod recorded;
mod typing;
mod walking;
mod why;

use super::{
    App, Effect, Input, KeyTable, Settings,
    keys::{Action, Chord},
};
use crate::model::{book::Book, story::testing::Play};

/// A screen over this journal.
fn screen(book: Book) -> App {
    let settings = Settings {
        mouse: true,
        ..Settings::default()
    };
    App::new(book, settings, KeyTable::default())
}

/// The four lines, walked to the end.
fn walked() -> App {
    screen(Play::walked().0.into_book())
}

/// The four lines, before the first step.
fn fresh() -> App {
    screen(Play::four_lines().into_book())
}

/// Presses keys, with spaces between them: `: a Ctrl-U Esc`.
fn press(app: &mut App, keys: &str) -> Vec<Effect> {
    keys.split_whitespace()
        .flat_map(|key| {
            let chord: Chord = key.parse().unwrap();
            app.update(Input::Key(chord.event()))
        })
        .collect()
}

/// Types a text, letter by letter.
fn write(app: &mut App, text: &str) {
    for c in text.chars() {
        let key = crossterm::event::KeyCode::Char(c).into();
        assert_eq!(app.update(Input::Key(key)), []);
    }
}

/// What stands in the bar.
fn bar(app: &App) -> &str {
    app.bar.as_ref().map_or("(closed)", |bar| bar.input.value())
}

/// What the footer would show first.
fn footer(app: &App) -> Vec<String> {
    app.keys
        .rows_for(app)
        .iter()
        .filter(|row| row.useful)
        .map(|row| format!("{} {}", row.keys[0], row.label))
        .collect()
}

fn means(app: &App, key: &str) -> Option<Action> {
    let chord: Chord = key.parse().unwrap();
    app.keys.lookup(app, chord.event())
}
