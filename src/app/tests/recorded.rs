//! A recording on the screen: it is walked and played, and nothing can be done in it.

use super::*;
use crate::app::{Recorded, RecordedKind, Speed, Upcoming, state::Cursor};
use crate::model::{event::Event, ids::Nanos};

/// This journal as a recording on the screen.
pub(super) fn open(book: Book) -> App {
    let recorded = Recorded {
        name: "talk.pcapng".to_owned(),
        kind: RecordedKind::Recording,
        progress: None,
        stopped: None,
        speed: Speed::default(),
    };
    let settings = Settings {
        mouse: true,
        ..Settings::default()
    };
    App::recorded(book, recorded, settings, KeyTable::default())
}

fn tape() -> App {
    open(walked().book)
}

fn told(app: &App) -> &str {
    app.notice.as_ref().map_or("", |n| &n.text)
}

#[test]
fn it_opens_at_its_first_moment_and_ends_at_its_end() {
    let mut app = tape();
    let len = app.book.events().len();
    assert_eq!(app.shown_events(), 1);
    press(&mut app, "End");
    assert_eq!(app.shown_events(), len);
    assert_ne!(app.cursor(), Cursor::Live, "there is no now in it");
    assert_eq!(app.upcoming(), Upcoming::End);
    assert_eq!(press(&mut app, "Space"), []);
    assert!(told(&app).contains("end of the recording"));
    press(&mut app, "Home");
    assert_eq!(app.shown_events(), 1);
}

#[test]
fn its_moments_are_those_of_the_live_session() {
    let (mut live, mut app) = (walked(), tape());
    press(&mut live, "Home");
    loop {
        assert_eq!(live.session(), app.session());
        assert_eq!(live.shown_events(), app.shown_events());
        if app.behind() == 0 {
            break;
        }
        press(&mut live, "Space");
        press(&mut app, "Space");
    }
}

#[test]
fn nothing_can_be_done_in_it() {
    let mut app = tape();
    for key in [":", "L", "C", "X", "O", "h", "s", "d", "Ctrl-K", "Enter"] {
        app.notice = None;
        assert_eq!(press(&mut app, key), [], "{key}");
        assert!(
            told(&app).starts_with("A recording is over"),
            "{key}: {}",
            told(&app)
        );
        assert!(app.bar.is_none() && app.overlay.is_none(), "{key}");
    }
    app.notice = None;
    assert_eq!(app.update(Input::Paste("client connect".to_owned())), []);
    assert!(app.bar.is_none() && told(&app).starts_with("A recording is over"));
    press(&mut app, "i Enter");
    assert!(app.bar.is_none());
    press(&mut app, "Esc f");
    assert!(told(&app).contains("stands still"));
    // Nor does the footer or the help offer it.
    let rows = app.keys.rows_for(&app);
    let help = app
        .keys
        .help_for(&app)
        .into_iter()
        .flat_map(|(_, rows)| rows);
    for row in rows.into_iter().chain(help) {
        assert!(
            !row.action.acts(app.overlay.as_ref()) && row.name != "freeze",
            "{}",
            row.name
        );
    }
    let footer = footer(&app);
    for offered in [
        "Space next moment",
        "a play",
        "End end",
        "+ faster",
        "g go to",
    ] {
        assert!(footer.iter().any(|f| f == offered), "{offered}: {footer:?}");
    }
}

#[test]
fn playing_follows_the_recorded_times() {
    let mut app = tape();
    assert_eq!(app.beat(), [], "it does not play yet");
    assert_eq!(app.shown_events(), 1);
    press(&mut app, "a");
    let (begin, mut all) = (app.session().at, Nanos(0));
    while app.play.on {
        let before = app.shown_events();
        let gap = app.beat_after();
        assert!((16..=3_000).contains(&gap.millis()));
        assert_eq!(app.beat(), []);
        if app.play.on {
            assert!(app.shown_events() > before);
            all = all.plus(gap);
        }
    }
    assert_eq!(app.behind(), 0);
    assert!(told(&app).contains("end of the recording"));
    // No longer than it took, but for the frames that have to be shown.
    let took = app.session().at.since(begin);
    assert!(all.0 <= took.0 + 16_000_000 * app.book.events().len() as u64);
    // Once more: from the beginning.
    press(&mut app, "a");
    assert!(app.play.on);
    assert_eq!(app.shown_events(), 1);
}

#[test]
fn the_speed_goes_up_and_down_within_bounds() {
    let mut app = tape();
    let speed = |app: &App| app.recorded.as_ref().unwrap().speed;
    press(&mut app, "Home");
    let once = app.beat_after();
    press(&mut app, "-");
    assert_eq!(speed(&app).to_string(), "0.5");
    assert!(app.beat_after() >= once);
    for _ in 0..20 {
        press(&mut app, "-");
    }
    assert_eq!(speed(&app).to_string(), "0.1");
    for _ in 0..20 {
        press(&mut app, "+");
    }
    assert_eq!(speed(&app).to_string(), "100");
    assert_eq!(app.beat_after(), Nanos::from_millis(16));
}

#[test]
fn many_moments_within_one_frame_are_one_step() {
    let mut app = tape();
    for _ in 0..20 {
        press(&mut app, "+");
    }
    press(&mut app, "a");
    let mut steps = 0;
    while app.play.on {
        app.beat();
        steps += 1;
    }
    let mut moments = 0;
    press(&mut app, "Home");
    while app.behind() > 0 {
        press(&mut app, "Right");
        moments += 1;
    }
    assert!(steps <= moments + 1, "{steps} {moments}");
}

#[test]
fn what_is_read_later_leaves_the_moment_where_it_is() {
    let all: Vec<Event> = walked().book.events().iter().cloned().collect();
    let (first, rest) = all.split_at(30);
    let mut app = open(Book::new());
    assert_eq!(app.shown_events(), 0);
    app.read_so_far(Some((10, 100)), None);
    app.take_in(first.into());
    assert_eq!(app.shown_events(), 1);
    press(&mut app, "End");
    assert_eq!(app.shown_events(), 30);
    press(&mut app, "Space");
    assert!(told(&app).contains("still being read"), "{}", told(&app));
    // It plays on as soon as there is more.
    press(&mut app, "a");
    assert!(app.beat().is_empty() && app.play.on);
    app.take_in(rest.into());
    assert_eq!((app.shown_events(), app.behind()), (30, all.len() - 30));
    assert_eq!(*app.session(), app.book.session_at(30));
    app.beat();
    assert!(app.shown_events() > 30);
    app.read_so_far(None, Some("It is cut off after event 88.".to_owned()));
    assert_eq!(told(&app), "It is cut off after event 88.");
    app.tidy();
}
