//! Scripts of real journals, and that packetdrill's grammar takes every one of them.

use super::*;
use crate::{
    export::tests::golden,
    model::{
        book::Book,
        call::Call,
        errno::Errno,
        event::Source,
        ids::{Actor, CallId, SocketId},
        packet::{Decider, Fate, TcpFlags},
        payload::is_unprintable,
        story::testing::{Play, any_book, done, every_call, every_fact},
    },
};
use proptest::prelude::*;

fn of(book: &Book) -> String {
    text(&Journal::of(book, 0))
}

fn sound(script: &str) -> Result<usize, TestCaseError> {
    let plain = |c: char| c == '\n' || !is_unprintable(c);
    prop_assert!(script.chars().all(plain), "{script:?}");
    grammar::check(script).map_err(|e| TestCaseError::fail(format!("{e}\n{script}")))
}

#[test]
fn the_four_lines_in_the_lab() {
    let book = golden(include_str!("../../../tests/journals/lab-four-lines.jsonl"));
    let script = of(&book);
    assert_eq!(sound(&script).unwrap(), 16);
    insta::assert_snapshot!(script);
}

#[test]
fn data_that_was_lost_is_expected_again() {
    let book = golden(include_str!("../../../tests/journals/lab-data-lost.jsonl"));
    let script = of(&book);
    sound(&script).unwrap();
    insta::assert_snapshot!(script);
}

#[test]
fn every_golden_journal_is_taken() {
    for journal in [
        include_str!("../../../tests/journals/backlog-full.jsonl"),
        include_str!("../../../tests/journals/four-lines.jsonl"),
        include_str!("../../../tests/journals/lab-held.jsonl"),
        include_str!("../../../tests/journals/two-sends-one-recv.jsonl"),
        include_str!("../../../tests/journals/wrong-order.jsonl"),
    ] {
        sound(&of(&golden(journal))).unwrap();
    }
}

#[test]
fn without_packets_it_says_why() {
    let (play, _) = Play::walked();
    let script = of(play.book());
    assert!(script.contains("// Packets were not seen"), "{script}");
    assert!(
        !script.contains("> ") && script.contains("= 15"),
        "{script}"
    );
    assert!(of(&Book::new()).contains("No client had a socket"));
}

#[test]
fn what_was_dropped_on_its_way_to_the_client_is_not_injected() {
    let mut play = Play::lab();
    let (syn, ack) = (TcpFlags::SYN, TcpFlags::ACK);
    play.walk(0).walk(1);
    play.passes(Side::Server, syn, (0, 0), b"");
    let lost = play.packet(Side::Client, syn | ack, (0, 1), b"");
    play.fate(lost, Fate::Dropped, Decider::You);
    play.passes(Side::Client, syn | ack, (0, 1), b"");
    play.passes(Side::Server, ack, (1, 1), b"");
    play.walk(2);
    let script = of(play.book());
    sound(&script).unwrap();
    assert_eq!(script.matches(" < S. 0:0(0) ack 1").count(), 1, "{script}");
}

#[test]
fn a_connect_that_nothing_ends_hides_what_follows() {
    let mut play = Play::lab();
    play.walk(0);
    let socket = SocketId::own(Actor::CLIENT, 0);
    let book = golden(include_str!("../../../tests/journals/lab-held.jsonl"));
    sound(&of(&book)).unwrap();
    let addr = "10.0.0.1:10008".parse().unwrap();
    let fd = crate::model::ids::Fd(4);
    let made = Call::Socket {
        domain: crate::model::call::Family::INET,
    };
    let fact = crate::model::event::Fact::Call(Box::new(crate::model::call::CallDone {
        made: Some(socket),
        ..done(CallId(900), made, 4)
    }));
    play.see(Some(Actor::CLIENT), Source::Call, fact);
    play.wait(Actor::CLIENT, Some(socket), Call::Connect { fd, addr });
    play.packet(Side::Server, TcpFlags::SYN, (0, 0), b"");
    let script = of(play.book());
    assert_eq!(sound(&script).unwrap(), 1, "{script}");
    assert!(script.contains("// connect had not returned"), "{script}");
    assert!(script.contains("\n// +"), "{script}");
}

#[test]
fn every_call_and_every_error_can_be_written_or_is_left_out() {
    for (made, ret) in every_call() {
        let mut call = done(CallId(1), made, ret);
        if let Ok(text) = call::text(&call) {
            assert_eq!(grammar::check(&format!("0 {text}\n")), Ok(1), "{text}");
        }
        for name in Errno::names() {
            call.errno = Some(name.parse().unwrap());
            call.ret = -1;
            if let Ok(text) = call::text(&call) {
                assert_eq!(grammar::check(&format!("0 {text}\n")), Ok(1), "{text}");
            }
        }
    }
}

#[test]
fn options_are_those_of_the_bytes() {
    let options = |bytes: &[u8]| {
        let mut raw = vec![
            0x45,
            0,
            0,
            (40 + bytes.len()) as u8,
            0,
            0,
            0x40,
            0,
            64,
            6,
            0,
            0,
        ];
        raw.extend([
            10, 0, 0, 2, 10, 0, 0, 1, 0xc0, 0, 0x27, 0x18, 0, 0, 0, 7, 0, 0, 0, 9,
        ]);
        raw.extend([((5 + bytes.len() / 4) << 4) as u8, 16, 0, 63, 0, 0, 0, 0]);
        raw.extend(bytes);
        let mut play = Play::lab();
        play.packet_as(Side::Server, TcpFlags::ACK, (1, 1), b"", |p| {
            p.bytes = crate::model::payload::Payload::capped(&raw, 999);
            let tcp = p.tcp.as_mut().unwrap();
            (tcp.ack, tcp.ack_raw) = (1, 9);
        });
        let book = play.book();
        let packet = book.packet_at(&book.packets()[0]).unwrap();
        packet::text(packet, packet::Way::Out).unwrap()
    };
    assert_eq!(
        options(&[2, 4, 5, 0xb4, 4, 2, 1, 3, 3, 7, 0, 0]),
        "> . 1:1(0) ack 1 <mss 1460,sackOK,nop,wscale 7,eol,eol>"
    );
    assert_eq!(
        options(&[1, 1, 5, 10, 0, 0, 0, 19, 0, 0, 0, 29]),
        "> . 1:1(0) ack 1 <nop,nop,sack 11:21>"
    );
    assert_eq!(options(&[99, 4, 1, 2]), "> . 1:1(0) ack 1 <...>");
    assert_eq!(options(&[2, 9, 1, 2]), "> . 1:1(0) ack 1 <...>");
}

#[test]
fn every_fact_has_a_place() {
    let mut play = Play::free();
    for fact in every_fact() {
        play.see(Some(Actor::CLIENT), Source::Kernel, fact);
    }
    sound(&of(play.book())).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..Default::default() })]
    #[test]
    fn any_journal_is_a_sound_script(book in any_book()) {
        sound(&of(&book))?;
    }
}
