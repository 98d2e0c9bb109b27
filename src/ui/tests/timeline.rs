//! The timeline and the title of a recording, at three sizes, in signs and in ASCII.

use super::*;
use crate::app::{Cursor, Hit, Recorded, RecordedKind, Speed};
use core::fmt::Write as _;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];

fn recorded(book: Book, ascii: bool) -> App {
    let settings = Settings {
        ascii,
        ..Settings::default()
    };
    let recorded = Recorded {
        name: "four lines.pcapng".to_owned(),
        kind: RecordedKind::Recording,
        progress: None,
        stopped: None,
        speed: Speed::default(),
    };
    App::recorded(book, recorded, settings, KeyTable::default())
}

fn book() -> Book {
    Play::lab_walked().into_book()
}

/// The title and what stands below the screen's body.
fn edges(app: &App) -> String {
    let mut all = String::new();
    for (width, height) in SIZES {
        let text = letters(app, width, height);
        let rows: Vec<&str> = text.lines().collect();
        let below = if height < 30 { 2 } else { 4 };
        let _ = writeln!(all, "{}\n...", rows[0]);
        for row in &rows[rows.len() - below..] {
            let _ = writeln!(all, "{row}");
        }
        all.push('\n');
    }
    all
}

fn go(app: &mut App, count: usize) {
    app.go(Cursor::At {
        count,
        frozen: false,
    });
}

#[test]
fn a_moment_of_a_live_session() {
    let mut app = app(book());
    assert!(
        !letters(&app, 120, 36).contains(" event "),
        "now needs no timeline"
    );
    go(&mut app, 50);
    insta::assert_snapshot!("timeline_live", edges(&app));
    // What is searched for has its place in it.
    app.search = "recv".to_owned();
    assert!(letters(&app, 80, 24).contains("/recv  event "));
}

#[test]
fn a_recording() {
    for ascii in [false, true] {
        let kind = if ascii { "_ascii" } else { "" };
        let mut app = recorded(book(), ascii);
        insta::assert_snapshot!(format!("timeline_recording_first{kind}"), edges(&app));
        let line = app.line_marks().nth(1).unwrap().index + 1;
        go(&mut app, line);
        app.play.on = true;
        insta::assert_snapshot!(format!("timeline_recording_line{kind}"), edges(&app));
        go(&mut app, usize::MAX);
        app.play.on = false;
        app.read_so_far(Some((430, 1_000)), None);
        insta::assert_snapshot!(format!("timeline_recording_reading{kind}"), edges(&app));
        app.read_so_far(
            None,
            Some("The file ends in the middle of a block, after event 107.".to_owned()),
        );
        insta::assert_snapshot!(format!("timeline_recording_incomplete{kind}"), edges(&app));
        assert!(!ascii || letters(&app, 120, 36).is_ascii());
    }
}

#[test]
fn a_file_name_cannot_write_on_the_terminal() {
    let mut app = recorded(book(), false);
    if let Some(recorded) = &mut app.recorded {
        recorded.name = "\u{1b}[2J\u{202e}evil\n.pcapng".to_owned();
    }
    let (buf, _) = frame(&app, 120, 36);
    let title: String = (0..120).map(|x| buf[(x, 0)].symbol()).collect();
    assert!(title.contains("\\x1b[2J"), "{title}");
    assert!(!title.chars().any(crate::model::payload::is_unprintable));
}

#[test]
fn the_track_is_where_the_mouse_finds_it() {
    let mut app = app(book());
    for count in 1..app.book.events().len() {
        go(&mut app, count);
        for (width, height) in SIZES {
            let (buf, drawn) = frame(&app, width, height);
            let track = drawn.track().unwrap();
            assert!(
                drawn
                    .hits
                    .iter()
                    .filter(|(_, hit)| *hit == Hit::Track)
                    .count()
                    == 1
            );
            let cell = |x: u16| buf[(track.x + x, track.y)].symbol();
            let here = cell(app.cell_of(count, track.width));
            assert!("█1234".contains(here), "{here}");
            assert_eq!(buf[(track.x - 1, track.y)].symbol(), "├");
            assert_eq!(buf[(track.x + track.width, track.y)].symbol(), "┤");
            let marks: String = (0..track.width)
                .map(cell)
                .filter(|c| "1234".contains(*c))
                .collect();
            assert_eq!(marks, "1234");
        }
    }
}

#[test]
fn the_presenter_sees_where_one_is_too() {
    let mut app = app(book());
    go(&mut app, 50);
    app.look = crate::app::Look::Presenter;
    for (width, height) in SIZES {
        assert!(
            letters(&app, width, height).contains("event 50 of "),
            "{width}"
        );
        assert!(frame(&app, width, height).1.track().is_some());
    }
}
