//! Recordings that have been through other tools: what was added is passed over, what was taken away is noticed.

use super::round::{EPOCH, all, read, recording};
use crate::{
    model::{book::Book, event::Event, story::testing::Play},
    record::{
        Kind, Reader, Recorder, Why,
        blocks::{JOURNAL, PACKET, SECTION, Writer},
        message,
    },
};
use core::ops::Range;
use std::io::Cursor;

/// The blocks of a file, whole.
fn blocks(file: &[u8]) -> Vec<&[u8]> {
    let mut rest = file;
    let mut blocks = Vec::new();
    while let Some(length) = rest.get(4..).and_then(|b| b.first_chunk()) {
        let (block, more) = rest.split_at(u32::from_le_bytes(*length) as usize);
        blocks.push(block);
        rest = more;
    }
    blocks
}

fn kind(block: &[u8]) -> u32 {
    u32::from_le_bytes(*block.first_chunk().unwrap())
}

/// A block of any kind.
fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.begin(kind);
    writer.raw(body);
    writer.end();
    writer.made().to_vec()
}

fn recorded(book: &Book, epoch: u64, events: Range<usize>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut recorder = Recorder::begin(&mut out, epoch).unwrap();
    for index in events {
        let event = book.events().get(index).unwrap();
        let told = message(book, index);
        recorder.event(&mut out, event, &told).unwrap();
    }
    out
}

fn ends(bytes: &[u8], events: &[Event], why: &Why) {
    let (read, stop) = read(bytes);
    assert!(read == events, "{} and {} events", read.len(), events.len());
    assert_eq!(stop.as_ref().map(|s| &s.why), Some(why));
}

#[test]
fn blocks_that_are_not_known_are_passed_over() {
    let play = Play::lab_walked();
    let file = recording(play.book());
    let others = [
        block(4, &[0; 4]),
        block(5, &[0; 12]),
        block(10, &[0; 8]),
        block(0xbad, b"\0\0\x7e\xd9...."),
        block(0x8000_0001, b""),
        block(JOURNAL, b"MESSAGE=somebody else's\n_PID=7\n\n"),
        block(JOURNAL, b"MESSAGE\n\x03\0\0\0\0\0\0\0a\nb\nFOURLINE=\xff\n"),
    ];
    let mut bytes = Vec::new();
    for (i, block) in blocks(&file).into_iter().enumerate() {
        bytes.extend(block);
        bytes.extend(&others[i % others.len()]);
    }
    assert_eq!(read(&bytes), (all(play.book()), None));
}

#[test]
fn a_journal_may_go_on_in_another_section() {
    let play = Play::lab_walked();
    let (file, events) = (recording(play.book()), all(play.book()));
    let blocks = blocks(&file);
    let mut bytes = blocks[..30].concat();
    let mut big = Writer::in_order(crate::record::blocks::Order::Big);
    big.section("another");
    bytes.extend(big.made());
    bytes.extend(blocks[0]);
    bytes.extend(blocks[1]);
    bytes.extend(blocks[2]);
    bytes.extend(blocks[30..].concat());
    assert_eq!(read(&bytes), (events, None));
}

#[test]
fn what_was_taken_away_is_noticed() {
    let play = Play::lab_walked();
    let (file, events) = (recording(play.book()), all(play.book()));
    let all = blocks(&file);
    let mut missing = all.clone();
    missing.remove(4 + 10);
    let why = Why::Id { id: 12, before: 10 };
    ends(&missing.concat(), &events[..10], &why);
    // A packet that has lost what was noted about it.
    let at = all.iter().position(|b| kind(b) == PACKET).unwrap();
    let bare = |block: &[u8]| self::block(PACKET, &block[8..8 + 20]);
    let mut stripped = all.clone();
    let mut packet = bare(all[at]);
    packet[20..24].fill(0);
    stripped[at] = &packet;
    ends(&stripped.concat(), &events[..at - 4], &Why::Stranger);
    // The last one.
    let before = all[..at].concat();
    ends(
        &[before, packet.clone()].concat(),
        &events[..at - 4],
        &Why::Stranger,
    );
    // Somebody else's packet among ours takes nothing away.
    let mut more = all.clone();
    more.insert(at, &packet);
    ends(&more.concat(), &events, &Why::Stranger);
}

#[test]
fn bytes_of_packets_that_were_cut_off_are_counted() {
    let play = Play::lab_walked();
    let (file, mut events) = (recording(play.book()), all(play.book()));
    let mut bytes = Vec::new();
    for block in blocks(&file) {
        if kind(block) != PACKET {
            bytes.extend(block);
            continue;
        }
        let kept = u32::from_le_bytes(*block[20..].first_chunk().unwrap()) as usize;
        let mut body = block[8..28].to_vec();
        body[12..16].copy_from_slice(&20u32.to_le_bytes());
        body.extend(&block[28..48]);
        body.extend(&block[28 + kept.next_multiple_of(4)..block.len() - 4]);
        bytes.extend(self::block(PACKET, &body));
    }
    for event in &mut events {
        if let crate::model::event::Fact::Packet(packet) = &mut event.fact {
            packet.bytes.shrink(20);
        }
    }
    assert_eq!(read(&bytes), (events, None));
}

#[test]
fn the_first_of_two_recordings_is_read() {
    let play = Play::lab_walked();
    let other = Play::walked().0;
    let events = all(play.book());
    let count = events.len();
    let one = recorded(play.book(), EPOCH, 0..count);
    let two = recorded(other.book(), EPOCH + 12_345_678, 0..40);
    // One behind the other, one within the other, and one with itself.
    ends(&[&one[..], &two].concat(), &events, &Why::Mixed);
    for two in [&two, &one] {
        let (mut a, mut b) = (blocks(&one).into_iter(), blocks(two).into_iter().skip(3));
        let mut bytes = a.by_ref().take(7).collect::<Vec<_>>().concat();
        loop {
            let (x, y) = (a.next(), b.next());
            if x.is_none() && y.is_none() {
                break;
            }
            bytes.extend(x.unwrap_or_default());
            bytes.extend(y.unwrap_or_default());
        }
        ends(&bytes, &events, &Why::Mixed);
    }
}

#[test]
fn a_capture_of_others_is_no_recording() {
    let play = Play::lab_walked();
    let file = recording(play.book());
    let others: Vec<&[u8]> = blocks(&file)
        .into_iter()
        .filter(|b| kind(b) != JOURNAL)
        .collect();
    assert_eq!(kind(others[0]), SECTION);
    let opened = Reader::open(Cursor::new(others.concat())).unwrap();
    assert_eq!(opened.kind(), Kind::Capture);
}
