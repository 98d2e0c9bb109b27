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
        "systemd_journal.field.value",
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
            Told {
                time: text(0),
                packet: is_packet.then(|| (text(1), text(2), text(3))),
                text: if is_packet { text(4) } else { text(5) },
                event: text(6),
            }
        })
        .collect()
}

/// What tshark should tell of an event.
fn expected(golden: &Golden, index: usize) -> Told {
    let event = golden.book.events().get(index).unwrap();
    let at = golden.epoch_ns + event.happened().0;
    let (packet, unit) = match &event.fact {
        Fact::Packet(packet) => {
            let sender = match packet.toward {
                Side::Server => "client0",
                Side::Client => "server0",
            };
            let id = event.id.0.to_string();
            (Some((sender.to_owned(), "0x00000002".to_owned(), id)), 1)
        }
        _ => (None, 1_000),
    };
    let at = at / unit * unit;
    let json = serde_json::to_string(event).unwrap();
    Told {
        time: format!("{}.{:09}", at / 1_000_000_000, at % 1_000_000_000),
        event: if packet.is_some() {
            String::new()
        } else {
            json
        },
        packet,
        text: message(&golden.book, index),
    }
}

#[test]
fn every_recording_is_listed_as_the_journal_tells_it() {
    if !has_tshark() {
        return;
    }
    for golden in golden() {
        let file = golden.recorded();
        let blocks = told(&file.0);
        assert_eq!(blocks.len(), golden.book.events().len() + 1);
        assert!(blocks[0].event.starts_with("1\u{1}"), "{:?}", blocks[0]);
        for (index, block) in blocks[1..].iter().enumerate() {
            assert_eq!(*block, expected(&golden, index), "{} {index}", golden.name);
        }
        let infos = run("capinfos", &["-c", path(&file.0)]);
        let packets = format!("Number of packets:   {}", golden.book.packets().len());
        assert!(infos.contains(&packets), "{infos}");
    }
}

#[test]
fn exported_packets_are_listed_with_hindsight() {
    if !has_tshark() {
        return;
    }
    let mut seen = String::new();
    for golden in golden() {
        let file = golden.exported();
        let blocks = told(&file.0);
        assert_eq!(blocks.len(), golden.book.events().len() + 1);
        for (index, block) in blocks[1..].iter().enumerate() {
            let expected = expected(&golden, index);
            let (told, more) = block
                .text
                .split_at(expected.text.len().min(block.text.len()));
            assert_eq!(told, expected.text, "{} {index}", golden.name);
            match &golden.book.events().get(index).unwrap().fact {
                Fact::Packet(packet) => {
                    let entry = golden.book.packet(packet.number).unwrap();
                    let fate = entry.fate.and_then(|i| golden.book.events().get(i));
                    let fate = match fate.map(|e| &e.fact) {
                        Some(Fact::Fate { fate, .. }) => format!("fate: {fate} after "),
                        _ => "fate: none yet".to_owned(),
                    };
                    assert!(more.contains(&fate), "{more}");
                    for notable in &packet.notable {
                        assert!(more.contains(notable.label()), "{more}");
                    }
                    seen.push_str(more);
                }
                _ => assert_eq!(more, ""),
            }
        }
    }
    for text in ["(by hand)", "line 2: ", "line 3: ", "line 4: ", "(rule: "] {
        assert!(seen.contains(text), "{text} in {seen}");
    }
}

/// A file's blocks, without those that say what is in the file.
fn blocks(file: &Path) -> Vec<Vec<u8>> {
    let bytes = fs::read(file).unwrap();
    let (mut rest, mut blocks) = (&bytes[..], Vec::new());
    while let Some(length) = rest.get(4..8) {
        let length = u32::from_le_bytes(length.try_into().unwrap()) as usize;
        let (block, more) = rest.split_at(length);
        if matches!(block[0], 6 | 9) {
            blocks.push(block.to_vec());
        }
        rest = more;
    }
    blocks
}

/// What is read of a file, and why it ended before its end.
fn read(file: &Path) -> (Vec<Event>, Option<Why>) {
    let mut reader = Reader::open(File::open(file).unwrap()).unwrap();
    let mut events = Vec::new();
    while let Some(page) = reader.next_page() {
        events.extend(page.into_vec());
    }
    (events, reader.stopped().map(|stop| stop.why.clone()))
}

/// A journal with an event that is too long for one block.
fn long() -> Golden {
    let mut golden = golden().swap_remove(0);
    let mut events = golden.events();
    let last = events.last().unwrap().clone();
    for text in ["x".repeat(1 << 20), "short".to_owned()] {
        let id = fourline::model::ids::EventId(events.len() as u64 + 1);
        events.push(Event {
            id,
            happened_ns: None,
            fact: Fact::Say { text },
            source: Source::Script,
            ..last.clone()
        });
    }
    golden.book = book(events);
    golden
}

#[test]
fn editcap_keeps_everything() {
    if !has_tshark() {
        return;
    }
    for golden in golden().into_iter().chain([long()]) {
        for file in [golden.recorded(), golden.exported()] {
            let copy = Scratch::new("pcapng");
            run("editcap", &[path(&file.0), path(&copy.0)]);
            assert!(blocks(&file.0) == blocks(&copy.0), "{}", golden.name);
            assert!(read(&copy.0) == (golden.events(), None), "{}", golden.name);
        }
    }
}

#[test]
fn mergecap_keeps_everything_and_the_first_recording_is_found_in_it() {
    if !has_tshark() {
        return;
    }
    // A capture without packets.
    let mut empty = Vec::new();
    for number in [0xa1b2_3c4d_u32, 0x0004_0002, 0, 0, 65_535, 101] {
        empty.extend(number.to_le_bytes());
    }
    let nothing = written(&empty);
    for golden in golden() {
        let file = golden.recorded();
        let merged = Scratch::new("pcapng");
        for two in [[&file, &nothing], [&nothing, &file]] {
            let [one, two] = two.map(|file| path(&file.0));
            run("mergecap", &["-w", path(&merged.0), one, two]);
            assert!(read(&merged.0) == (golden.events(), None));
        }
        let one = path(&file.0);
        run("mergecap", &["-w", path(&merged.0), one, one]);
        assert_eq!(blocks(&merged.0).len(), 2 * blocks(&file.0).len());
        assert!(read(&merged.0) == (golden.events(), Some(Why::Mixed)));
        // Behind each other, as they stand.
        run("mergecap", &["-a", "-w", path(&merged.0), one, one]);
        let twice = [blocks(&file.0), blocks(&file.0)].concat();
        assert!(blocks(&merged.0) == twice);
        assert!(read(&merged.0) == (golden.events(), Some(Why::Mixed)));
    }
    // Two that went on at the same time.
    let all = golden();
    let mut other = golden().swap_remove(1);
    other.epoch_ns = all[0].epoch_ns + 1_234_567;
    let (one, two) = (all[0].recorded(), other.recorded());
    let merged = Scratch::new("pcapng");
    run(
        "mergecap",
        &["-w", path(&merged.0), path(&one.0), path(&two.0)],
    );
    assert!(read(&merged.0) == (all[0].events(), Some(Why::Mixed)));
}
