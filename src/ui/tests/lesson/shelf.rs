//! The lessons that there are.

use super::{TEXT, at, check, runs, sizes};
use crate::{
    app::{OnShelf, Screen, ThemeName},
    lesson::{Needs, Reply},
    ui::tests::letters,
};

/// Three lessons of a shelf.
pub(super) fn shelf() -> Vec<OnShelf> {
    let one = |name: &str, title: &str, minutes| OnShelf {
        name: name.to_owned(),
        title: title.to_owned(),
        afterwards: vec![
            "say what `send` promises, and what it does not".to_owned(),
            "name the places where bytes are".to_owned(),
        ],
        minutes,
        stops: 30,
        questions: 3,
        ..OnShelf::default()
    };
    vec![
        OnShelf {
            finished: true,
            reached: 30,
            right: 3,
            ..one("01-the-four-lines", "The four lines", 6)
        },
        OnShelf {
            network: Needs::Lab,
            reached: 12,
            right: 1,
            ..one("03-three-packets", "Three packets", 8)
        },
        OnShelf {
            network: Needs::Host,
            ..one("04-where-are-my-bytes", "Where are my bytes?", 9)
        },
    ]
}

#[test]
fn the_shelf() {
    let mut app = at(TEXT, runs(2), &[Reply::Choice(1)]);
    app.screen = Screen::Lesson;
    check("shelf_file_80x24", &letters(&app, 80, 24));
    app.shelf = shelf();
    app.on_shelf = 1;
    sizes("shelf_open", &app);
    app.on_shelf = 2;
    sizes("shelf", &app);
    app.learning = None;
    app.on_shelf = 0;
    app.settings.ascii = true;
    app.settings.theme = ThemeName::Plain;
    check("shelf_ascii_80x24", &letters(&app, 80, 24));
}
