//! Recordings in other tools: tshark and capinfos read them without a complaint and tell what the journal tells;
//! editcap and mergecap keep everything that stands in them.

use super::reading::{Scratch, has_tshark};
use fourline::{
    export::{Journal, jsonl::read_jsonl, pcapng},
    model::{
        book::Book,
        event::{Event, Fact, Source},
        ids::Side,
    },
    record::{Reader, Recorder, Why, message},
};
use std::{
    fs::{self, File},
    io::BufReader,
    path::Path,
    process::Command,
};

/// A journal, the wall clock at its beginning, and what it is called.
struct Golden {
    name: String,
    book: Book,
    epoch_ns: u64,
}

fn golden() -> Vec<Golden> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/journals");
    fs::read_dir(folder)
        .unwrap()
        .map(|file| {
            let path = file.unwrap().path();
            let (epoch_ns, events) =
                read_jsonl(BufReader::new(File::open(&path).unwrap())).unwrap();
            Golden {
                name: path.display().to_string(),
                book: book(events),
                epoch_ns,
            }
        })
        .collect()
}

fn book(events: Vec<Event>) -> Book {
    let mut book = Book::new();
    for event in events {
        book.push(event);
    }
    book
}

impl Golden {
    fn recorded(&self) -> Scratch {
        let mut out = Vec::new();
        let mut recorder = Recorder::begin(&mut out, self.epoch_ns).unwrap();
        for (index, event) in self.book.events().iter().enumerate() {
            let told = message(&self.book, index);
            recorder.event(&mut out, event, &told).unwrap();
        }
        written(&out)
    }

    fn exported(&self) -> Scratch {
        let mut out = Vec::new();
        pcapng::write(&Journal::of(&self.book, self.epoch_ns), &mut out).unwrap();
        written(&out)
    }

    fn events(&self) -> Vec<Event> {
        self.book.events().iter().cloned().collect()
    }
}

fn written(bytes: &[u8]) -> Scratch {
    let file = Scratch::new("pcapng");
    fs::write(&file.0, bytes).unwrap();
    file
}

/// Runs a tool; it must not complain.
fn run(tool: &str, arguments: &[&str]) -> String {
    let out = Command::new(tool).args(arguments).output().unwrap();
    let complaints: Vec<String> = String::from_utf8_lossy(&out.stderr)
        .lines()
        .filter(|line| !line.starts_with("Running as user \"root\""))
        .map(str::to_owned)
        .collect();
    assert!(
        out.status.success() && complaints.is_empty(),
        "{tool} {arguments:?}: {complaints:?}"
    );
    String::from_utf8_lossy(&out.stdout).into_owned()
}

fn path(file: &Path) -> &str {
    file.to_str().unwrap()
}

/// What tshark tells of a block.
#[derive(Debug, PartialEq)]
struct Told {
    time: String,
    /// The interface, the direction, the number.
    packet: Option<(String, String, String)>,
    /// The message, or the comment.
    text: String,
    /// The event of a journal entry.
    event: String,
}

/// Every block of a file, as tshark tells it.
fn told(file: &Path) -> Vec<Told> {
    let fields = [
        "frame.time_epoch",
        "frame.interface_name",
        "frame.packet_flags_direction",
        "frame.packet_id",
        "frame.comment",
        "systemd_journal.message",
        "systemd_journal.field",
    ];
    let mut arguments = vec!["-n", "-r", path(file), "-T", "fields"];
    arguments.extend([
        "-E",
        "separator=/t",
        "-E",
        "occurrence=a",
        "-E",
        "aggregator=\u{1}",
    ]);
    for field in fields {
        arguments.extend(["-e", field]);
    }
    run("tshark", &arguments)
        .lines()
        .map(|line| {
            let column: Vec<&str> = line.split('\t').collect();
            let text = |i: usize| column.get(i).copied().unwrap_or_default().to_owned();
            let is_packet = !text(1).is_empty();
            let event = text(6)
                .split('\u{1}')
                .find_map(|field| field.strip_prefix("FOURLINE_EVENT=").map(str::to_owned));
            Told {
                time: text(0),
                packet: is_packet.then(|| (text(1), text(2), text(3))),
                text: if is_packet { text(4) } else { text(5) },
                event: event.unwrap_or_default(),
            }
        })
        .collect()
}

#[test]
fn every_recording_is_listed_as_the_journal_tells_it() {
    if !has_tshark() {
        return;
    }
    for golden in golden() {
        let file = golden.recorded();
        let blocks = told(&file.0);
        println!("{} {:?}", golden.name, &blocks[..3.min(blocks.len())]);
        assert_eq!(blocks.len(), golden.book.events().len() + 1);
    }
}
