//! Captures of others through the reader: any page again, in any order; files that are cut or that lie.

use crate::{
    model::{
        event::{Event, Fact},
        events::PAGE,
        packet::TcpFlags,
    },
    record::{Kind, OpenError, Reader, Why},
};
use std::io::Cursor;

/// A segment on a link of plain IP.
fn segment(server: bool, port: u16, flags: TcpFlags, seq: u32, ack: u32, data: &[u8]) -> Vec<u8> {
    let total = 40 + data.len() as u16;
    let mut bytes = vec![0x45, 0];
    bytes.extend(total.to_be_bytes());
    bytes.extend([0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    let ports = if server { [80, port] } else { [port, 80] };
    if !server {
        bytes[12..20].rotate_left(4);
    }
    for port in ports {
        bytes.extend(port.to_be_bytes());
    }
    bytes.extend(seq.to_be_bytes());
    bytes.extend(ack.to_be_bytes());
    bytes.extend([0x50, flags.0, 0xff, 0xff, 0, 0, 0, 0]);
    bytes.extend(data);
    bytes
}

/// A classic capture of some conversations that go on side by side.
fn pcap(rounds: u32) -> Vec<u8> {
    let mut file = Vec::new();
    for number in [0xa1b2_3c4d_u32, 0x0004_0002, 0, 0, 65_535, 101] {
        file.extend(number.to_le_bytes());
    }
    let mut count = 0_u32;
    let mut add = |bytes: &[u8]| {
        count += 1;
        let length = bytes.len() as u32;
        for number in [7, count, length, length] {
            file.extend(number.to_le_bytes());
        }
        file.extend(bytes);
    };
    let (syn, ack) = (TcpFlags::SYN, TcpFlags::ACK);
    for port in 40_000..40_004 {
        add(&segment(false, port, syn, 0, 0, b""));
        add(&segment(true, port, syn | ack, 500, 1, b""));
        add(&segment(false, port, ack, 1, 501, b""));
    }
    for round in 0..rounds {
        let port = 40_000 + (round % 5) as u16;
        let seq = 1 + 10 * (round / 5);
        add(&segment(false, port, ack, seq, 501, b"0123456789"));
        add(&segment(true, port, ack, 501, seq + 10, b""));
    }
    file
}

type Page = Box<[Event]>;

fn pages(bytes: &[u8]) -> (Reader<Cursor<&[u8]>>, Vec<Page>) {
    let mut reader = Reader::open(Cursor::new(bytes)).unwrap();
    let mut pages = Vec::new();
    while let Some(page) = reader.next_page() {
        pages.push(page);
    }
    (reader, pages)
}

#[test]
fn any_page_again_in_any_order() {
    let file = pcap(9_000);
    let (mut reader, all) = pages(&file);
    assert_eq!(
        (reader.kind(), reader.epoch_ns()),
        (Kind::Capture, 7_000_000_001)
    );
    assert_eq!(reader.stopped(), None);
    assert_eq!(reader.read_so_far(), reader.size());
    assert!(all.len() > 140, "{}", all.len());
    assert!(all[..all.len() - 1].iter().all(|page| page.len() == PAGE));
    let ids = all.iter().flatten().map(|e| e.id.0);
    assert!(ids.eq(1..=all.iter().flatten().count() as u64));
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.extend((0..all.len()).rev().step_by(7));
    order.extend((0..200).map(|i| i * 31 % all.len()));
    for number in order {
        assert_eq!(reader.page(number).as_ref(), Some(&all[number]), "{number}");
    }
    assert_eq!(reader.page(all.len()), None);
    assert_eq!(reader.next_page(), None);
    // Pages looked at on the way do not disturb those that come.
    let mut other = Reader::open(Cursor::new(&file[..])).unwrap();
    for number in 0..20 {
        assert_eq!(other.next_page().as_ref(), Some(&all[number]));
        assert_eq!(other.page(number / 2).as_ref(), Some(&all[number / 2]));
    }
}

#[test]
fn a_capture_that_is_cut_opens_as_far_as_it_is_sound() {
    let file = pcap(6);
    let (_, whole) = pages(&file);
    let whole: Vec<Event> = whole.into_iter().flatten().collect();
    for cut in 0..file.len() {
        let opened = Reader::open(Cursor::new(&file[..cut]));
        let mut reader = match opened {
            Ok(reader) => reader,
            Err(e) => {
                assert!(cut < 24, "{cut}: {e}");
                continue;
            }
        };
        assert!(cut >= 24, "{cut}");
        let mut events = Vec::new();
        while let Some(page) = reader.next_page() {
            events.extend(page.into_vec());
        }
        let whole_packets = reader.stopped().is_none();
        assert!(whole_packets || matches!(reader.stopped().unwrap().why, Why::Cut));
        let packets = |events: &[Event]| {
            let is_packet = |e: &&Event| matches!(e.fact, Fact::Packet(_));
            events.iter().filter(is_packet).count()
        };
        let same = events
            .iter()
            .zip(&whole)
            .take_while(|(a, b)| a == b)
            .count();
        assert!(same == events.len() || packets(&events) == 0, "{cut}");
    }
}

#[test]
fn lengths_that_lie_are_no_harm() {
    let mut file = pcap(3);
    file[24 + 8..24 + 12].copy_from_slice(&u32::MAX.to_le_bytes());
    let (reader, all) = pages(&file);
    assert!(matches!(reader.stopped().unwrap().why, Why::Pcap(_)));
    assert_eq!(
        all.iter().flatten().count(),
        1,
        "a beginning, and nothing else"
    );
    let mut file = pcap(3);
    file[4] = 9;
    let refused = Reader::open(Cursor::new(&file[..])).err().unwrap();
    assert!(matches!(refused, OpenError::Unsound(_)), "{refused}");
    // Changed anywhere, it opens or is refused.
    let file = pcap(3);
    for at in 0..file.len() {
        let mut file = file.clone();
        file[at] ^= 0x55;
        if let Ok(mut reader) = Reader::open(Cursor::new(&file[..])) {
            while reader.next_page().is_some() {}
        }
    }
}

/// A pcapng file with the three kinds of packet blocks.
fn pcapng() -> Vec<u8> {
    let mut file = Vec::new();
    let mut block = |kind: u32, body: &[u8]| {
        let length = (12 + body.len().next_multiple_of(4)) as u32;
        file.extend(kind.to_le_bytes());
        file.extend(length.to_le_bytes());
        file.extend(body);
        file.resize(file.len().next_multiple_of(4), 0);
        file.extend(length.to_le_bytes());
    };
    let numbers =
        |numbers: &[u32]| -> Vec<u8> { numbers.iter().flat_map(|n| n.to_le_bytes()).collect() };
    block(0x0a0d_0d0a, &numbers(&[0x1a2b_3c4d, 1, u32::MAX, u32::MAX]));
    block(1, &numbers(&[101, 30]));
    let syn = segment(false, 40_000, TcpFlags::SYN, 0, 0, b"");
    let enhanced = [numbers(&[0, 0, 5, 40, 40]), syn].concat();
    block(6, &enhanced);
    let answer = segment(true, 40_000, TcpFlags::SYN | TcpFlags::ACK, 0, 1, b"");
    let old = [numbers(&[0xffff_0000, 0, 6, 40, 40]), answer].concat();
    block(2, &old);
    let ack = segment(false, 40_000, TcpFlags::ACK, 1, 1, b"");
    // Cut at the interface's snapshot length.
    block(3, &[numbers(&[40]), ack[..30].to_vec()].concat());
    file
}

#[test]
fn every_kind_of_packet_block_is_read() {
    let file = pcapng();
    let (reader, all) = pages(&file);
    assert_eq!(reader.kind(), Kind::Capture);
    assert_eq!(reader.stopped(), None);
    assert_eq!(reader.epoch_ns(), 5_000);
    let packets: Vec<_> = all
        .iter()
        .flatten()
        .filter_map(|e| match &e.fact {
            Fact::Packet(packet) => Some((e.at_ns.0, packet.bytes.kept.len(), packet.bytes.len())),
            _ => None,
        })
        .collect();
    assert_eq!(packets, [(0, 40, 40), (1_000, 40, 40), (1_000, 30, 40)]);
}
