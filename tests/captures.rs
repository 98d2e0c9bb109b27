//! Every screen, drawn from captures that tshark has written (`tests/captures`): a whole visit to a web server with a
//! refused connection and a datagram after it, and the end of a conversation whose beginning is missing. What nobody
//! can know of them must not stand there. `INSTA_UPDATE=always cargo test --test captures` writes the frames anew.

use fourline::{
    app::{App, Cursor, Screen, Settings, keys::KeyTable},
    model::{book::Book, event::Event, packet::PacketNo, story::tell::sentence},
    record::{Kind, Reader},
    ui,
};
use ratatui::{Terminal, backend::TestBackend};
use std::fs::File;

const CAPTURES: [&str; 2] = ["web", "middle"];
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
    let path = format!("{}/tests/captures/{name}.pcap", env!("CARGO_MANIFEST_DIR"));
    let file = File::open(path).expect("the capture is there");
    let mut reader = Reader::open(file).expect("it is a capture");
    assert_eq!(reader.kind(), Kind::Capture);
    let mut book = Book::new();
    while let Some(page) = reader.next_page() {
        for event in page {
            book.push(event);
        }
    }
    assert_eq!(reader.stopped(), None);
    book
}

fn app(name: &str) -> App {
    App::new(journal(name), Settings::default(), KeyTable::default())
}

fn frame(app: &App, (width, height): (u16, u16)) -> String {
    let mut terminal =
        Terminal::new(TestBackend::new(width, height)).expect("a terminal in memory");
    let now = app.book.now();
    terminal
        .draw(|frame| drop(ui::draw(app, now, frame)))
        .expect("memory does not fail");
    let cells = &terminal.backend().buffer().content;
    let rows = cells.chunks(usize::from(width)).map(|row| {
        row.iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect::<String>()
    });
    rows.fold(String::new(), |all, row| all + row.trim_end() + "\n")
}

#[test]
fn every_screen_of_a_capture() {
    for name in CAPTURES {
        let mut app = app(name);
        for (screen, title) in SCREENS {
            app.screen = screen;
            for size in SIZES {
                let drawn = frame(&app, size);
                if size == SIZES[1] {
                    insta::assert_snapshot!(format!("{name}-{title}"), drawn);
                }
            }
        }
    }
}

#[test]
fn whose_packets_and_sockets_they_are_is_said() {
    let mut app = app("web");
    app.screen = Screen::Packets;
    for size in SIZES {
        let drawn = frame(&app, size);
        let row = |number: &str| {
            let mut rows = drawn.lines().filter(|row| row.contains("RST,ACK"));
            rows.find(|row| row.contains(number)).map(str::to_owned)
        };
        let refused = row(" 26 ").unwrap_or_else(|| panic!("{drawn}"));
        assert!(refused.contains("▸ client3 "), "{drawn}");
        assert!(refused.contains("refuses 25"), "{drawn}");
        let about = [
            "port unreachable: packet 27",
            "port unreachable, about packet 27",
        ];
        assert!(
            size == SIZES[0] || about.iter().any(|a| drawn.contains(a)),
            "{drawn}"
        );
    }
    // First the server's end of the connection that is looked at, though it is over and others are not.
    app.screen = Screen::Main;
    for size in &SIZES[1..] {
        let drawn = frame(&app, *size);
        let mut rows = drawn
            .lines()
            .map(|row| row.split(['│', '┃']).nth(1).unwrap_or_default());
        let below = rows
            .find(|row| row.contains("whose"))
            .and_then(|_| rows.next());
        let whose = below.unwrap_or_else(|| panic!("{drawn}"));
        assert!(whose.contains(" client3 "), "{drawn}");
    }
}

#[test]
fn the_story_of_a_capture() {
    let book = journal("web");
    let lines = (0..book.events().len()).filter_map(|index| sentence(&book, index));
    insta::assert_snapshot!("web-story", lines.collect::<Vec<_>>().join("\n"));
    for event in book.events().iter() {
        let json = serde_json::to_string(event).expect("an event is JSON");
        let back: Event = serde_json::from_str(&json).expect("and read again");
        assert_eq!(back, *event, "{json}");
        assert!(
            !json.contains(r#""cookie":"#) && !json.contains(r#""taken":"#),
            "{json}"
        );
    }
}

/// What only one who sees programs and kernels could say.
const NOT_KNOWN: [&str; 9] = [
    "has not",
    "none yet",
    "the kernel carries",
    "send queue 0",
    "read 0",
    "server listen",
    "▸ client connect",
    "too fast to be seen",
    "no socket yet",
];

#[test]
fn no_moment_says_what_cannot_be_known() {
    for name in CAPTURES {
        let mut app = app(name);
        for count in 1..=app.book.events().len() {
            app.go(Cursor::At {
                count,
                frozen: false,
            });
            app.selected_packet = Some(PacketNo(count as u64));
            for (screen, title) in SCREENS {
                app.screen = screen;
                let drawn = frame(&app, SIZES[count % SIZES.len()]);
                for words in NOT_KNOWN {
                    assert!(
                        !drawn.contains(words),
                        "{name} {title} after {count}: {words}\n{drawn}"
                    );
                }
            }
        }
    }
}
