//! Files that somebody made to do harm: they are refused, and take no more room than they have bytes.

use super::round::{EPOCH, all, read, recording};
use crate::{
    model::story::testing::Play,
    record::{
        Reader, Why,
        blocks::{Blocks, INTERFACE, JOURNAL, PACKET, Writer},
        input::Input,
        testing,
    },
};
use std::io::{self, Cursor, Read, Seek, SeekFrom};

/// The head of a recording.
fn head() -> Writer {
    let mut blocks = Writer::default();
    blocks.section("somebody");
    blocks.interface("server0", "");
    entry(
        &mut blocks,
        &format!("FOURLINE=1\nFOURLINE_EPOCH_NS={EPOCH}\n"),
    );
    blocks
}

fn entry(blocks: &mut Writer, text: &str) {
    blocks.begin(JOURNAL);
    blocks.raw(text.as_bytes());
    blocks.end();
}

fn why(bytes: &[u8]) -> Why {
    testing::anything(bytes);
    let (events, stop) = read(bytes);
    assert_eq!(events, []);
    stop.unwrap().why
}

#[test]
fn lengths_that_lie_are_refused() {
    let head = head().made().to_vec();
    let with = |more: &[u8]| [&head, more].concat();
    let numbers = |n: &[u32]| n.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
    for length in [0, 4, 11, 13, 0xffff_fffc, (64 << 20) + 4] {
        let bytes = with(&numbers(&[JOURNAL, length, 0, 0]));
        assert_eq!(why(&bytes), Why::Length(length));
    }
    assert_eq!(why(&with(&numbers(&[JOURNAL, 64 << 20, 0]))), Why::Cut);
    assert_eq!(
        why(&with(&numbers(&[JOURNAL, 16, 0, 20]))),
        Why::Lengths(16, 20)
    );
    // A packet that is longer than its block, and one whose options are.
    for (kept, option) in [(12, 0), (u32::MAX, 0), (4, 0xffff_0001), (4, 0x0010_0bac)] {
        let bytes = with(&numbers(&[PACKET, 40, 0, 0, 0, kept, 4, 0, option, 40]));
        assert!(matches!(why(&bytes), Why::Inside(_)), "{kept} {option}");
    }
    // A field of a journal entry that is longer than the entry.
    let mut bytes = head.clone();
    let mut field = Writer::default();
    field.begin(JOURNAL);
    field.raw(b"MESSAGE\n\xff\xff\xff\xff\xff\xff\xff\xff\nFOURLINE_EVENT={}\n");
    field.end();
    bytes.extend(field.made());
    assert_eq!(read(&bytes), (Vec::new(), None));
}

#[test]
fn a_million_interfaces_are_not_kept() {
    let mut blocks = head();
    for _ in 0..1_000_000 {
        blocks.begin(INTERFACE);
        blocks.raw(&[101, 0, 0, 0, 0, 0, 0, 0]);
        blocks.end();
    }
    assert_eq!(why(blocks.made()), Why::Interfaces);
    let input = Input::new(Cursor::new(blocks.made())).unwrap();
    let mut blocks = Blocks::new(input);
    while let Ok(Some(block)) = blocks.next() {
        assert!(block.interfaces.len() <= 1024);
    }
}

#[test]
fn names_are_bounded() {
    let mut blocks = Writer::default();
    blocks.section("somebody");
    blocks.interface(&"n".repeat(60_000), "");
    let mut blocks = Blocks::new(Input::new(Cursor::new(blocks.made())).unwrap());
    let _ = blocks.next();
    let block = blocks.next().unwrap().unwrap();
    assert_eq!(block.interfaces[0].name.as_deref(), Some(&*"n".repeat(64)));
}

#[test]
fn deep_and_dense_json_is_refused() {
    for text in [
        "[".repeat(1 << 20),
        "{\"a\":".repeat(1 << 20),
        format!("{{\"id\":1,\"kind\":{}", "[".repeat(1 << 20)),
    ] {
        let mut blocks = head();
        entry(&mut blocks, &format!("FOURLINE_EVENT={text}\n"));
        assert!(matches!(why(blocks.made()), Why::Event(_) | Why::Dense));
        let lines = format!("{{\"fourline\":1,\"epoch_ns\":0}}\n{text}\n");
        assert!(matches!(why(lines.as_bytes()), Why::Event(_) | Why::Dense));
    }
    let small = "[".repeat(1_000);
    let lines = format!("{{\"fourline\":1,\"epoch_ns\":0}}\n{small}\n");
    assert!(matches!(why(lines.as_bytes()), Why::Event(_)));
    let dense = format!("{{\"id\":1,\"x\":[{}0]}}", "0,".repeat(1 << 20));
    let lines = format!("{{\"fourline\":1,\"epoch_ns\":0}}\n{dense}\n");
    assert_eq!(why(lines.as_bytes()), Why::Dense);
}

#[test]
fn parts_without_an_end_are_bounded() {
    let mut blocks = head();
    for _ in 0..10 {
        entry(&mut blocks, "FOURLINE_PART={\"id\":1,\n");
    }
    assert_eq!(why(blocks.made()), Why::Cut);
    entry(&mut blocks, "FOURLINE_LAST_PART=}\n");
    assert!(matches!(why(blocks.made()), Why::Event(_)));
}

#[test]
fn a_file_that_cannot_be_read_any_more_says_so() {
    struct Torn(Cursor<Vec<u8>>, u64);
    impl Read for Torn {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let left = self.1.saturating_sub(self.0.position()) as usize;
            if left == 0 {
                return Err(io::Error::other("the disk is gone"));
            }
            let most = into.len().min(left);
            self.0.read(&mut into[..most])
        }
    }
    impl Seek for Torn {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }
    let mut play = Play::lab_walked();
    while play.book().events().len() < 2000 {
        play.later(crate::model::ids::Nanos(1));
        play.queue(
            crate::model::ids::SocketId::own(crate::model::ids::Actor::CLIENT, 0),
            1,
            2,
        );
    }
    let bytes = recording(play.book());
    let (events, half) = (all(play.book()), bytes.len() as u64 / 2);
    let mut reader = Reader::open(Torn(Cursor::new(bytes), half)).unwrap();
    let mut read = Vec::new();
    while let Some(page) = reader.next_page() {
        read.extend(page.into_vec());
    }
    assert!(!read.is_empty() && events.starts_with(&read));
    let told = reader.stopped().unwrap().to_string();
    assert!(told.ends_with("the file cannot be read: the disk is gone"));
}
