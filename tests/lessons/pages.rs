//! Every page of every lesson that ships, as it stands beside the lab on two sizes of screen: a change of a text or of how
//! it is drawn is seen here.

use fourline::{
    app::{App, Input, Learning, ScrollId, Settings, keys::KeyTable},
    lesson::{Halt, Lesson, SHIPPED},
    model::{
        book::Book,
        event::{Cause, Fact, Observation, Sight, Source},
        ids::Nanos,
    },
    ui,
};
use ratatui::{buffer::Buffer, layout::Rect};
use std::{fmt::Write as _, sync::Arc};

/// The journal of a lab in which nothing has happened.
fn lab() -> Book {
    let mut book = Book::new();
    book.append(Observation {
        at: Nanos(0),
        who: None,
        source: Source::Program,
        cause: Cause::Unknown,
        fact: Fact::Begin {
            network: "lab".to_owned(),
            script: Vec::new(),
            server: ([10, 0, 0, 1], 10008).into(),
            sight: Sight::Cable,
            no_lab: None,
        },
    });
    book
}

/// What stands in the lesson's pane on a screen of this size.
fn pane(app: &mut App, columns: u16, rows: u16) -> String {
    let area = Rect::new(0, 0, columns, rows);
    let mut buf = Buffer::empty(area);
    app.drawn = ui::draw_on(app, Nanos(0), &mut buf, area);
    let viewports = &app.drawn.viewports;
    let pane = viewports.iter().find(|(_, id, _)| *id == ScrollId::Lesson);
    let (pane, ..) = pane.expect("a lesson is open");
    let row = |y: u16| {
        let cells = (pane.x..pane.x + pane.width).map(|x| buf[(x, y)].symbol());
        cells.collect::<String>().trim_end().to_owned()
    };
    let text: Vec<String> = (pane.y..pane.y + pane.height).map(row).collect();
    text.join("\n").trim_end().to_owned()
}

/// All that is read and asked in a lesson.
fn pages(text: &str, columns: u16, rows: u16) -> String {
    let lesson = Arc::new(Lesson::parse(text.as_bytes()).unwrap());
    let mut app = App::new(lab(), Settings::default(), KeyTable::default());
    app.open_lesson(Learning::new("lesson", Arc::clone(&lesson)));
    let mut told = String::new();
    for (at, stop) in lesson.stops.iter().enumerate() {
        if !matches!(stop.what, Halt::Run(..)) {
            let pane = pane(&mut app, columns, rows);
            let _ = write!(told, "--- {} of {}\n{pane}\n", at + 1, lesson.stops.len());
        }
        let space = crossterm::event::KeyCode::Char(' ');
        app.update(Input::Key(space.into()));
    }
    told
}

#[test]
fn every_page_is_as_it_was() {
    for (number, shipped) in (1..).zip(SHIPPED) {
        for (columns, rows) in [(80, 24), (120, 36)] {
            let name = format!("{number:02}-{}-{columns}", shipped.name);
            insta::assert_snapshot!(name, pages(shipped.text, columns, rows));
        }
    }
}

/// The next step is always in sight: no page is so long that what is new does not fit beside the lab, but where a list of
/// what to try by hand closes the lesson.
#[test]
fn what_is_new_begins_in_sight() {
    for shipped in SHIPPED {
        let lesson = Arc::new(Lesson::parse(shipped.text.as_bytes()).unwrap());
        let mut app = App::new(lab(), Settings::default(), KeyTable::default());
        app.open_lesson(Learning::new("lesson", Arc::clone(&lesson)));
        for stop in &lesson.stops {
            let shown = pane(&mut app, 120, 36);
            // Of a table the first cell of its head may take two rows.
            let first = lesson.parts[stop.new].lines().first().map(|l| l.plain());
            if let (Halt::Read, Some(first)) = (&stop.what, first) {
                let word = first.split_whitespace().next().unwrap_or_default();
                assert!(
                    shown.contains(word),
                    "{}: {word:?} in\n{shown}",
                    shipped.name
                );
            }
            app.update(Input::Key(crossterm::event::KeyCode::Char(' ').into()));
        }
    }
}
