//! Every screen, drawn from journals that the program itself has written (`tests/journals`), at three sizes, with
//! Unicode and with ASCII. A frame that changes is seen here first: `INSTA_UPDATE=always cargo test --test frames`
//! writes the new ones.

use fourline::{
    app::{App, Cursor, Overlay, Recorded, RecordedKind, Screen, Settings, Speed, keys::KeyTable},
    export::jsonl::read_jsonl,
    model::{book::Book, ids::Nanos, packet::PacketNo},
    ui,
};
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};
use std::{collections::BTreeMap, fmt::Write as _, fs::File, io::BufReader};

const JOURNALS: [&str; 4] = [
    "four-lines",
    "two-sends-one-recv",
    "wrong-order",
    "backlog-full",
];
const SCREENS: [(Screen, &str); 7] = [
    (Screen::Main, "main"),
    (Screen::Ladder, "ladder"),
    (Screen::Bytes, "bytes"),
    (Screen::States, "states"),
    (Screen::Packets, "packets"),
    (Screen::Calls, "calls"),
    (Screen::Kernel, "kernel"),
];
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];

fn journal(name: &str) -> Book {
    let path = format!("{}/tests/journals/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let file = File::open(&path).expect("the journal is there");
    let (_, events) = read_jsonl(BufReader::new(file)).expect("the journal is sound");
    let mut book = Book::new();
    for event in events {
        book.push(event);
    }
    book
}

fn app(name: &str, ascii: bool) -> App {
    App::new(
        journal(name),
        Settings {
            ascii,
            ..Settings::default()
        },
        KeyTable::default(),
    )
}

fn frame(app: &App, (width, height): (u16, u16)) -> Buffer {
    let mut terminal =
        Terminal::new(TestBackend::new(width, height)).expect("a terminal in memory");
    let now = app.book.now();
    terminal
        .draw(|frame| drop(ui::draw(app, now, frame)))
        .expect("memory does not fail");
    terminal.backend().buffer().clone()
}

fn text(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width);
    let rows = buffer.content.chunks(width).map(|row| {
        row.iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect::<String>()
    });
    rows.fold(String::new(), |all, row| all + row.trim_end() + "\n")
}

/// The colour of each cell as a letter, and which letter is which colour.
fn colours(buffer: &Buffer) -> String {
    let mut letters = BTreeMap::new();
    let mut map = String::new();
    for row in buffer.content.chunks(usize::from(buffer.area.width)) {
        for cell in row {
            let look = format!("{:?} on {:?} {:?}", cell.fg, cell.bg, cell.modifier);
            let next = char::from(b'a' + u8::try_from(letters.len()).unwrap_or(25).min(25));
            map.push(*letters.entry(look).or_insert(next));
        }
        map.push('\n');
    }
    let legend = letters
        .iter()
        .fold(String::new(), |mut all, (look, letter)| {
            let _ = writeln!(all, "{letter} {look}");
            all
        });
    map + &legend
}

#[test]
fn every_screen_at_every_size() {
    for name in JOURNALS {
        for ascii in [false, true] {
            let mut app = app(name, ascii);
            for (screen, title) in SCREENS {
                app.screen = screen;
                for size in SIZES {
                    let drawn = text(&frame(&app, size));
                    assert!(
                        drawn.chars().all(|c| c == '\n' || !c.is_control()),
                        "{name} {title}: a control character"
                    );
                    if ascii {
                        assert!(drawn.is_ascii(), "{name} {title} {size:?}: not ASCII");
                    }
                    // The four lines are kept at all sizes; of the others, the middle one says enough.
                    if name == "four-lines" && !ascii
                        || size == SIZES[1] && (!ascii || name == "four-lines")
                    {
                        let kind = if ascii { "-ascii" } else { "" };
                        insta::assert_snapshot!(
                            format!("{name}-{title}-{}x{}{kind}", size.0, size.1),
                            drawn
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn the_packets_of_the_lab() {
    // What is looked at: the client's data; a SYN that was held; the last try of data that was lost three times.
    for (name, packet) in [("lab-four-lines", 4), ("lab-held", 1), ("lab-data-lost", 7)] {
        let mut app = app(name, false);
        app.screen = Screen::Packets;
        app.selected_packet = Some(PacketNo(packet));
        for size in SIZES {
            let drawn = text(&frame(&app, size));
            let name = format!("{name}-packets-{}x{}", size.0, size.1);
            insta::assert_snapshot!(name, drawn);
        }
    }
}

#[test]
fn every_screen_in_its_colours_at_every_size() {
    let mut app = app("four-lines", false);
    for (screen, title) in SCREENS {
        app.screen = screen;
        for (width, height) in SIZES {
            let name = format!("four-lines-{title}-{width}x{height}-colours");
            insta::assert_snapshot!(name, colours(&frame(&app, (width, height))));
        }
    }
}

#[test]
fn a_moment_looks_the_same_whenever_one_comes_back_to_it() {
    let mut app = app("four-lines", false);
    let moments: Vec<usize> = (1..=app.book.events().len()).collect();
    let mut look = |count: usize| {
        app.go(Cursor::At {
            count,
            frozen: false,
        });
        text(&frame(&app, SIZES[1]))
    };
    let there: Vec<String> = moments.iter().map(|&m| look(m)).collect();
    let back: Vec<String> = moments.iter().rev().map(|&m| look(m)).collect();
    assert!(there.iter().eq(back.iter().rev()));
}

#[test]
fn a_journal_reads_back_as_it_was_written() {
    for name in JOURNALS {
        let book = journal(name);
        let mut out = Vec::new();
        fourline::export::jsonl::write(7, &mut fourline::export::telling(&book), &mut out)
            .expect("memory does not fail");
        let (epoch, events) =
            read_jsonl(BufReader::new(out.as_slice())).expect("what we write is sound");
        assert_eq!(epoch, 7);
        assert!(book.events().iter().eq(&events));
        assert!(book.now() > Nanos(0));
    }
}

/// The same journal as a recording.
fn recorded(name: &str) -> App {
    let recorded = Recorded {
        name: format!("{name}.pcapng"),
        kind: RecordedKind::Recording,
        progress: None,
        stopped: None,
        speed: Speed::default(),
    };
    let keys = KeyTable::default();
    App::recorded(journal(name), recorded, Settings::default(), keys)
}

/// The frame without the title and what stands below the screen's body, which say that it is a recording.
fn body(app: &App, size: (u16, u16)) -> Vec<String> {
    let below = if size.1 < 30 { 2 } else { 4 };
    let rows = text(&frame(app, size));
    let rows: Vec<String> = rows.lines().map(str::to_owned).collect();
    rows[1..rows.len() - below].to_vec()
}

/// Leaves out what is happening, the last box of the main screen.
fn without_story(rows: &mut Vec<String>) {
    let story = |row: &String| row.contains(" WHAT IS HAPPENING ");
    let end = rows.iter().position(story).unwrap_or(rows.len());
    rows.truncate(end);
}

#[test]
fn a_recording_shows_the_same_frames_at_the_same_event() {
    for name in ["four-lines", "backlog-full", "lab-held", "lab-data-lost"] {
        let (mut live, mut tape) = (app(name, false), recorded(name));
        let all = live.book.events().len();
        for count in (1..all).step_by(all / 12 + 1) {
            for app in [&mut live, &mut tape] {
                app.go(Cursor::At {
                    count,
                    frozen: false,
                });
            }
            for (screen, title) in SCREENS {
                (live.screen, tape.screen) = (screen, screen);
                let (mut live, mut tape) = (body(&live, SIZES[1]), body(&tape, SIZES[1]));
                if count == 1 {
                    // Before anything has happened, it says what a recording is.
                    [&mut live, &mut tape].into_iter().for_each(without_story);
                }
                assert_eq!(live, tape, "{name}: {title} after {count} events");
            }
        }
    }
}

#[test]
fn the_end_of_a_recording_is_what_was_there_when_it_ended() {
    for name in JOURNALS {
        let (mut live, mut tape) = (app(name, false), recorded(name));
        tape.go(Cursor::Live);
        for (screen, title) in SCREENS {
            (live.screen, tape.screen) = (screen, screen);
            let (live, tape) = (body(&live, SIZES[1]), body(&tape, SIZES[1]));
            assert!(!tape.concat().contains("Space goes on"), "{name}: {title}");
            // What is happening says live what one could do next.
            let (mut live, mut tape) = (live, tape);
            [&mut live, &mut tape].into_iter().for_each(without_story);
            assert_eq!(live, tape, "{name}: {title}");
        }
    }
}

#[test]
fn the_code_beside_the_calls() {
    // At a moment in the middle: what is later is there, too.
    for ascii in [false, true] {
        let mut app = app("four-lines", ascii);
        app.overlay = Some(Overlay::Code);
        let middle = app.book.calls()[9] + 1;
        app.go(Cursor::At {
            count: middle,
            frozen: false,
        });
        for size in &SIZES[..2] {
            let drawn = text(&frame(&app, *size));
            let kind = if ascii { "-ascii" } else { "" };
            let name = format!("four-lines-code-{}x{}{kind}", size.0, size.1);
            insta::assert_snapshot!(name, drawn);
        }
        assert!(!ascii || text(&frame(&app, SIZES[2])).is_ascii());
    }
}
