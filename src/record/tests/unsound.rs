//! Files that were cut or damaged: what is sound before it is read, and the rest is told.

use super::round::{all, book, golden, json_lines, read, recording};
use crate::{
    model::{ids::Side, packet::TcpFlags, payload::is_unprintable, story::testing::Play},
    record::{Kind, OpenError, Place, Reader, Why, testing},
};
use proptest::prelude::*;
use std::io::Cursor;

#[test]
fn a_recording_that_is_cut_anywhere_is_read_up_to_there() {
    let mut play = Play::lab();
    play.ask("client connect")
        .passes(Side::Server, TcpFlags::SYN, (0, 0), b"");
    play.passes(Side::Client, TcpFlags::RST, (0, 1), b"");
    let (whole, events) = (recording(play.book()), all(play.book()));
    // Where each block ends.
    let mut ends = vec![0];
    while let Some(length) = whole
        .get(ends[ends.len() - 1] + 4..)
        .and_then(|b| b.first_chunk())
    {
        ends.push(ends[ends.len() - 1] + u32::from_le_bytes(*length) as usize);
    }
    assert_eq!(ends.len(), 1 + 4 + events.len());
    for cut in 0..whole.len() {
        let bytes = &whole[..cut];
        let blocks = ends.iter().filter(|end| **end <= cut).count() - 1;
        if blocks < 4 {
            // The journal has not begun: what is left may be a capture of another program, without packets.
            if let Ok(mut reader) = Reader::open(Cursor::new(bytes)) {
                assert_eq!(reader.kind(), Kind::Capture, "cut at {cut}");
                let begin = reader.next_page().map(|page| page.len());
                assert_eq!(begin, Some(1), "cut at {cut}");
            }
            continue;
        }
        let (read, stop) = read(bytes);
        assert_eq!(read, events[..blocks - 4], "cut at {cut}");
        let place = Place::Byte(ends[blocks] as u64);
        assert_eq!(
            stop.map(|s| (s.place, s.why)),
            (ends[blocks] != cut).then_some((place, Why::Cut)),
            "cut at {cut}"
        );
    }
}

#[test]
fn json_lines_that_are_cut_anywhere_are_read_up_to_there() {
    let mut play = Play::lab();
    play.ask("server listen").ask("client connect");
    let (whole, events) = (json_lines(play.book()), all(play.book()));
    for cut in 0..whole.len() {
        let lines = whole[..cut].split(|b| *b == b'\n').count() - 1;
        match Reader::open(Cursor::new(&whole[..cut])) {
            Ok(_) => {
                let (read, _) = read(&whole[..cut]);
                let least = &events[..lines.saturating_sub(1)];
                assert!(read.starts_with(least), "cut at {cut}");
                assert!(events.starts_with(&read), "cut at {cut}");
            }
            Err(_) => assert_eq!(lines, 0, "cut at {cut}"),
        }
    }
}

#[test]
fn what_is_wrong_is_told_in_words() {
    let open = |bytes: &[u8]| Reader::open(Cursor::new(bytes)).map(|_| ()).unwrap_err();
    let told = |bytes: &[u8]| open(bytes).to_string();
    assert!(told(b"").starts_with("it is empty. A recording"));
    assert!(told(b"\x1f\x8b\x08\0").ends_with("was expected. Try: gunzip FILE"));
    assert!(told(b"hello\n").starts_with("it looks like text"));
    assert!(told(b"\0\0\0\0").starts_with("it begins like no file"));
    assert!(told(b"{\"a\":1}").starts_with("it is JSON"));
    assert_eq!(
        told(b"{\"fourline\":2,\"epoch_ns\":0}\n"),
        "it is not sound from its beginning on. At line 1: version 2 of the journal is not known here, only 1"
    );
    assert!(matches!(open(b"{\"fourline\":1}\n"), OpenError::Unsound(_)));
    let lines = |text: &str| {
        let head = "{\"fourline\":1,\"epoch_ns\":0}\n".to_owned();
        read((head + text).as_bytes()).1.unwrap().to_string()
    };
    let say = |id: u64, at: u64| {
        format!(
            "{{\"id\":{id},\"at_ns\":{at},\"who\":null,\"source\":\"script\",\"kind\":\"say\",\"text\":\"\"}}\n"
        )
    };
    assert_eq!(
        lines(&(say(1, 5) + &say(3, 6))),
        "At line 3: event 3 does not follow event 1: what was between them is gone"
    );
    assert_eq!(
        lines(&(say(1, 5) + &say(2, 4))),
        "At line 3: event 2 is earlier than the one before it"
    );
    let odd = lines("{\"id\":1,\"kind\":\"\\u001b[2J\u{202e}\"}\n");
    assert!(odd.starts_with("At line 2: this is no event that fourline knows"));
    assert!(!odd.chars().any(is_unprintable), "{odd}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]
    #[test]
    fn changed_bytes_change_nothing_before_them(
        which in 0usize..16,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        lines in any::<bool>(),
    ) {
        let files = golden();
        let (_, bytes) = &files[which % files.len()];
        let (events, _) = read(bytes);
        let book = book(events);
        let mut bytes = if lines { json_lines(&book) } else { recording(&book) };
        let first = changes.iter().map(|(i, _)| i.index(bytes.len())).min().unwrap();
        for (index, byte) in changes {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        testing::anything(&bytes);
        // What stands wholly before the first change is as it was.
        let (sound, _) = Reader::open(Cursor::new(&bytes[..first]))
            .map_or((Vec::new(), None), |_| read(&bytes[..first]));
        if Reader::open(Cursor::new(&bytes)).is_ok() {
            let (changed, _) = read(&bytes);
            // The last one may end where the change is.
            let certain = sound.len().saturating_sub(1);
            prop_assert!(changed.len() >= certain);
            prop_assert_eq!(&changed[..certain], &sound[..certain]);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..2000), begin in 0usize..4) {
        let begins = [
            &b""[..],
            b"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a\x01\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\x1c\0\0\0",
            b"{\"fourline\":1,\"epoch_ns\":0}\n",
            b"\x0a\x0d\x0d\x0a",
        ];
        testing::anything(&[begins[begin], &bytes].concat());
    }
}
