//! A recording and somebody's capture: no word of what cannot be done there, and none of what nobody has seen.

use super::*;
use crate::app::{Look, Overlay, Recorded, RecordedKind, Screen, Speed, state::Format};

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 36)];
const SCREENS: [Screen; 7] = [
    Screen::Main,
    Screen::Ladder,
    Screen::Bytes,
    Screen::States,
    Screen::Packets,
    Screen::Calls,
    Screen::Kernel,
];

fn open(play: Play, kind: RecordedKind) -> App {
    let recorded = Recorded {
        name: "talk.pcapng".to_owned(),
        kind,
        progress: None,
        stopped: None,
        speed: Speed::default(),
    };
    let book = play.into_book();
    App::recorded(book, recorded, Settings::default(), KeyTable::default())
}

fn recording() -> App {
    open(Play::lab_walked(), RecordedKind::Recording)
}

fn capture() -> App {
    open(Play::somebodys(), RecordedKind::Capture)
}

fn to_the_end(app: &mut App) {
    let count = app.book.events().len();
    app.go(crate::app::Cursor::At {
        count,
        frozen: false,
    });
}

/// All words in one line, as a box would have them without its frame.
fn words(text: &str) -> String {
    let text = text.replace(['│', '┃', '║'], " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn its_first_moment_promises_no_step() {
    for mut app in [recording(), capture()] {
        for screen in SCREENS {
            app.screen = screen;
            for (width, height) in SIZES {
                let shown = words(&letters(&app, width, height));
                for promise in [
                    "Space does",
                    "Space makes",
                    "Connecting makes",
                    "when you say so",
                    "Make one",
                    "first step is",
                    " live ",
                ] {
                    assert!(!shown.contains(promise), "{screen:?}: {promise}\n{shown}");
                }
            }
        }
    }
    let app = recording();
    let shown = words(&letters(&app, 120, 36));
    assert!(
        shown.contains("This is a recording of a script with 9 statements. Space goes to the next moment, a plays it."),
        "{shown}"
    );
}

#[test]
fn live_it_does() {
    let app = walked(0);
    let shown = words(&letters(&app, 120, 36));
    assert!(
        shown.contains("Each call is made when you say so."),
        "{shown}"
    );
}

#[test]
fn what_lies_over_it_fits_it() {
    let mut app = recording();
    app.keep.formats = vec![Format {
        name: "text",
        extension: "txt",
        about: "the story as plain text, for reading",
    }];
    for (overlay, there, not) in [
        (Overlay::Export(0), "the whole recording", "so far"),
        (Overlay::Script(0), "as it was walked through", "runs from"),
        (Overlay::Quit, "The file stays as it is.", "sockets are"),
        (Overlay::Help, "e Writes it to a file", "Tab completes"),
    ] {
        app.overlay = Some(overlay);
        for (width, height) in SIZES {
            let shown = words(&letters(&app, width, height));
            assert!(shown.contains(there), "{there}\n{shown}");
            assert!(!shown.contains(not), "{not}\n{shown}");
        }
    }
}

#[test]
fn quitting_says_where_what_happened_is_kept() {
    let mut app = walked(3);
    app.overlay = Some(Overlay::Quit);
    assert!(words(&letters(&app, 80, 24)).contains("what happened is not kept."));
    app.keep.recording = Some("/tmp/a/talk.pcapng".to_owned());
    assert!(words(&letters(&app, 80, 24)).contains("what happened is kept in talk.pcapng."));
}

#[test]
fn where_the_file_breaks_off_can_be_read_again() {
    let mut app = recording();
    let told = "At byte 29,928 the file ends in the middle of an entry.";
    app.read_so_far(None, Some(told.to_owned()));
    for (width, height) in SIZES {
        let shown = letters(&app, width, height);
        assert!(shown.contains("what comes before is whole."), "{shown}");
    }
    app.notice = None;
    to_the_end(&mut app);
    let shown = words(&letters(&app, 120, 36));
    assert!(shown.contains("(the file breaks off here)"), "{shown}");
    app.overlay = Some(Overlay::Why);
    for (width, height) in [(120, 36), (120, 60)] {
        let shown = words(&letters(&app, width, height));
        assert!(shown.contains("At byte 29,928 the file ends"), "{shown}");
    }
}

#[test]
fn the_presenter_shows_of_a_capture_what_is_known() {
    let mut app = capture();
    app.look = Look::Presenter;
    to_the_end(&mut app);
    let shown = letters(&app, 120, 36);
    for no in ["nothing done yet", "? 1"] {
        assert!(!shown.contains(no), "{no}\n{shown}");
    }
    assert!(
        words(&shown).contains("not known: a capture holds packets"),
        "{shown}"
    );
    insta::assert_snapshot!("presenter_capture_120x36", shown);
    insta::assert_snapshot!("presenter_capture_80x24", letters(&app, 80, 24));
}

#[test]
fn both_ends_are_equally_large_in_the_presenters_view() {
    for mut app in [capture(), recording()] {
        app.look = Look::Presenter;
        for ascii in [false, true] {
            app.settings.ascii = ascii;
            for count in 1..=app.book.events().len() {
                app.go(crate::app::Cursor::At {
                    count,
                    frozen: false,
                });
                for (width, height) in [(80, 24), (100, 30), (120, 36)] {
                    let shown = letters(&app, width, height);
                    let states = ["server", "client"].map(|who| {
                        let actor = who.parse::<crate::model::ids::Actor>().unwrap();
                        let newest = app.session().newest(actor.into());
                        newest.map_or("no socket", |s| s.state.rfc())
                    });
                    // Small, a state stands there in its own letters at the start of a row in its box.
                    let small = states.map(|state| {
                        let starts =
                            |row: &str| row.split(['│', '|', '┃']).any(|part| part.trim() == state);
                        shown.lines().filter(|row| starts(row)).count()
                    });
                    assert!(
                        small[0] > 0 && small[1] > 0 || small == [0, 0],
                        "{states:?}\n{shown}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_places_to_go_to_stand_there_whole() {
    let mut app = recording();
    let key = crossterm::event::KeyCode::Char('g').into();
    app.update(crate::app::Input::Key(key));
    for (width, height) in SIZES {
        let shown = letters(&app, width, height);
        let row = shown.lines().find(|l| l.contains("where a packet enters"));
        let row = row.unwrap_or_else(|| panic!("it says where one can go\n{shown}"));
        assert!(row.ends_with("start") || row.ends_with("end"), "{row}");
    }
}
