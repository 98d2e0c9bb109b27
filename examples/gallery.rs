//! Makes the pictures of the README from recorded journals: `cargo run --example gallery`.
//!
//! Each is a screen of the program at a moment of a journal in `tests/journals`, or the journal's own ladder as it is
//! exported. Nothing is touched up, so a picture can only show what the program shows; `tests/gallery.rs` holds that
//! those in `assets/shots` are the ones that are made now.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use fourline::{
    app::{
        App, Learning, Look, Recorded, RecordedKind, Screen, Settings, Speed, ThemeName,
        keys::KeyTable, update::Input,
    },
    export::{Ground, Journal, jsonl::read_jsonl, screen, svg},
    lesson::{Halt, Lesson, Mark, Reply, Truth, shipped},
    model::{
        book::Book,
        event::{Cause, Fact, Observation, Source},
        ids::Nanos,
    },
    run::shots::{Moment, as_it_was, count_at, draw},
};
use std::{
    error::Error,
    fs::{self, File},
    io::BufReader,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Columns and rows of the screens.
const SIZE: (u16, u16) = (120, 36);

/// One picture: its name, its journal, the moment, and how it is looked at.
struct Picture {
    name: &'static str,
    journal: &'static str,
    at: Moment,
    theme: ThemeName,
    look: fn(&mut App),
}

/// The pictures of screens.
const SCREENS: [Picture; 8] = [
    Picture {
        name: "main",
        journal: "lab-syn-held",
        at: Moment::Event(24),
        theme: ThemeName::Dark,
        look: |_| {},
    },
    Picture {
        name: "main-light",
        journal: "lab-syn-held",
        at: Moment::Event(24),
        theme: ThemeName::Light,
        look: |_| {},
    },
    Picture {
        name: "ladder",
        journal: "lab-syn-ack-lost",
        at: Moment::Event(55),
        theme: ThemeName::Dark,
        look: |app| app.screen = Screen::Ladder,
    },
    Picture {
        name: "bytes",
        journal: "lab-two-sends",
        at: Moment::End,
        theme: ThemeName::Dark,
        look: |app| app.screen = Screen::Bytes,
    },
    Picture {
        name: "states",
        journal: "lab-walk",
        at: Moment::Event(102),
        theme: ThemeName::Dark,
        look: |app| app.screen = Screen::States,
    },
    Picture {
        name: "packets",
        journal: "lab-walk",
        at: Moment::Event(82),
        theme: ThemeName::Dark,
        look: the_flags_of_packet_4,
    },
    Picture {
        name: "presenter",
        journal: "lab-walk",
        at: Moment::Event(58),
        theme: ThemeName::Dark,
        look: |app| {
            app.look = Look::Presenter;
            app.echo = vec!["Space".to_owned(); 4];
        },
    },
    Picture {
        name: "code",
        journal: "lab-walk",
        at: Moment::Event(58),
        theme: ThemeName::Dark,
        look: |app| {
            press(app, KeyCode::Char('c'));
            press(app, KeyCode::Tab);
        },
    },
];

/// The exported ladder, on each ground.
const SLIDES: [(&str, &str, Ground); 2] = [
    ("slide", "lab-syn-ack-lost", Ground::Light),
    ("slide-dark", "lab-syn-ack-lost", Ground::Dark),
];

fn press(app: &mut App, key: KeyCode) {
    app.update(Input::Key(KeyEvent::new(key, KeyModifiers::NONE)));
    // What a key means depends on what was drawn.
    draw(app, SIZE);
}

fn the_flags_of_packet_4(app: &mut App) {
    app.screen = Screen::Packets;
    app.selected_packet = Some(fourline::model::packet::PacketNo(4));
    press(app, KeyCode::Tab);
    for _ in 0..6 {
        press(app, KeyCode::Down);
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A picture's file name, and what stands in it.
type Made = (String, Vec<u8>);

/// Where the pictures lie.
pub(crate) fn folder() -> PathBuf {
    root().join("assets/shots")
}

fn journal(name: &str) -> Result<(u64, Book), Box<dyn Error>> {
    let path = root().join("tests/journals").join(format!("{name}.jsonl"));
    let (epoch_ns, events) = read_jsonl(BufReader::new(File::open(path)?))?;
    let mut book = Book::new();
    for event in events {
        book.push(event);
    }
    Ok((epoch_ns, book))
}

/// Every picture: the name of its file, and what stands in it.
///
/// # Errors
/// When a journal cannot be read.
pub(crate) fn pictures() -> Result<Vec<Made>, Box<dyn Error>> {
    let mut made = Vec::new();
    for picture in &SCREENS {
        let (_, book) = journal(picture.journal)?;
        let settings = Settings {
            theme: picture.theme,
            ..Settings::default()
        };
        let book = as_it_was(&book, count_at(&book, picture.at), Book::new());
        let mut app = App::new(book, settings, KeyTable::default());
        (picture.look)(&mut app);
        let mut out = Vec::new();
        screen::svg(&draw(&app, SIZE).screen, &mut out)?;
        made.push((format!("{}.svg", picture.name), out));
    }
    made.push(("lesson.svg".to_owned(), lesson(true)?));
    made.push(("question.svg".to_owned(), lesson(false)?));
    made.push(("recording.svg".to_owned(), recording()?));
    for (name, of, ground) in SLIDES {
        let (epoch_ns, book) = journal(of)?;
        let journal = Journal {
            book: &book,
            epoch_ns,
            name: "A lost SYN-ACK",
            ground,
        };
        let mut out = Vec::new();
        svg::write(&journal, &mut out)?;
        made.push((format!("{name}.svg"), out));
    }
    Ok(made)
}

/// The first lesson at its first question: as it waits in the presenter's view, with the note, or after an answer that was
/// wrong. The journal was exported just behind it, so its statements have the lesson's own lines.
fn lesson(answered: bool) -> Result<Vec<u8>, Box<dyn Error>> {
    const QUESTION: usize = 0;
    const BEFORE_IT_RUNS: Moment = Moment::Event(17);
    let (_, all) = journal("lab-lesson")?;
    let taken = shipped("1").ok_or("the first lesson is missing")?;
    let lesson =
        Lesson::parse(taken.text.as_bytes()).map_err(|_| "the first lesson is no lesson")?;
    let mut stops = lesson.stops.iter();
    let asked = stops.position(|stop| stop.what == Halt::Ask(QUESTION));
    let asked = asked.ok_or("its first question is not asked")?;
    let (mut replies, mut marks) = (Vec::new(), Vec::new());
    replies.resize(lesson.questions.len(), None);
    marks.resize(lesson.questions.len(), None);
    if answered {
        let (reply, truth) = (1, lesson.questions[QUESTION].truth(&all, 0));
        replies[QUESTION] = Some(Reply::Choice(reply));
        marks[QUESTION] = Some(Mark {
            right: Some(truth == Truth::Choice(reply)),
            truth,
        });
    }
    let (at, book) = if answered {
        (asked + 1, all)
    } else {
        let count = count_at(&all, BEFORE_IT_RUNS);
        (asked, as_it_was(&all, count, Book::new()))
    };
    let settings = Settings {
        theme: ThemeName::Dark,
        ..Settings::default()
    };
    let mut app = App::new(book, settings, KeyTable::default());
    let mut learning = Learning::new(taken.name, Arc::new(lesson));
    learning.walk.take_up(at, false, replies, marks);
    if !answered {
        learning.notes = true;
        app.look = Look::Presenter;
        app.echo = vec!["Space".to_owned(), "p".to_owned()];
    }
    app.learning = Some(learning);
    let mut out = Vec::new();
    screen::svg(&draw(&app, SIZE).screen, &mut out)?;
    Ok(out)
}

/// A recording that is walked through: its ladder, where the second SYN-ACK has just entered the cable.
fn recording() -> Result<Vec<u8>, Box<dyn Error>> {
    let (_, book) = journal("lab-syn-ack-lost")?;
    let settings = Settings {
        theme: ThemeName::Dark,
        ..Settings::default()
    };
    let recorded = Recorded {
        name: "talk.pcapng".to_owned(),
        kind: RecordedKind::Recording,
        progress: None,
        stopped: None,
        speed: Speed::default(),
    };
    let mut app = App::recorded(book, recorded, settings, KeyTable::default());
    for key in ['2', ']', ']', ']', ']'] {
        press(&mut app, KeyCode::Char(key));
    }
    let mut out = Vec::new();
    screen::svg(&draw(&app, SIZE).screen, &mut out)?;
    Ok(out)
}

/// The ladder of a talk whose words are markup: for a browser to read, not for the README.
///
/// # Errors
/// When it cannot be written.
#[allow(dead_code, reason = "only the test has a browser")]
pub(crate) fn hostile() -> Result<Vec<u8>, Box<dyn Error>> {
    let text = "</text></svg><script>document.title='pwn'+'ed'</script><img src=x>\u{202e}\u{1b}[2J&lol;]]>";
    let mut book = Book::new();
    book.append(Observation {
        at: Nanos(1),
        who: None,
        source: Source::Script,
        cause: Cause::Unknown,
        fact: Fact::Say {
            text: text.to_owned(),
        },
    });
    let mut journal = Journal::of(&book, 0);
    journal.name = text;
    let mut out = Vec::new();
    svg::write(&journal, &mut out)?;
    Ok(out)
}

/// Writes them.
///
/// # Errors
/// When a journal cannot be read or a picture cannot be written.
pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    for (name, picture) in pictures()? {
        fs::write(folder().join(name), picture)?;
    }
    Ok(())
}
