//! What the ties of a walk through the four lines are, and of packets that went astray.

use super::*;
use crate::model::{
    ids::Side,
    packet::{Decider, Fate, PacketNo, TcpFlags},
    story::testing::Play,
};

fn of(book: &Book, number: u64) -> String {
    let entry = book.packet(PacketNo(number)).unwrap();
    let ties = of_packet(book, book.session(), entry.index);
    let texts = |all: &[(usize, String)]| {
        let texts: Vec<&str> = all.iter().map(|(_, t)| t.as_str()).collect();
        texts.join(" | ")
    };
    format!("{} => {}", texts(&ties.causes), texts(&ties.effects))
}

#[test]
fn the_four_lines() {
    let book = Play::lab_walked().into_book();
    let told: Vec<String> = (1..=11).map(|n| format!("{n}: {}", of(&book, n))).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn nothing_is_told_before_it_has_happened() {
    let book = Play::lab_walked().into_book();
    for entry in book.packets() {
        for count in entry.index + 1..book.events().len() {
            let session = book.session_at(count);
            let ties = ties(&book, &session, entry.index);
            let mut all = ties.causes.iter().chain(&ties.effects);
            assert!(all.all(|(i, _)| *i < count));
        }
    }
}

#[test]
fn a_segment_of_two_sends_and_a_send_of_one_segment() {
    let book = Play::lab_walked().into_book();
    let send = book.calls().iter().copied().find(|&i| {
        let Fact::Call(done) = &book.events()[i].fact else {
            return false;
        };
        done.bytes_written() > 0
    });
    let ties = ties(&book, book.session(), send.unwrap());
    let carries = "packet 4 carries bytes 0..15 of the stream";
    assert!(
        ties.effects.iter().any(|(_, text)| text == carries),
        "{ties:?}"
    );
}

#[test]
fn a_syn_that_was_dropped_is_tried_again() {
    let mut play = Play::lab();
    play.walk(0).walk(1);
    let syn = TcpFlags::SYN;
    let first = play.packet(Side::Server, syn, (0, 0), b"");
    play.fate(first, Fate::Dropped, Decider::You);
    let again = |play: &mut Play, of| play.again(Side::Server, syn, (0, 0), b"", of);
    let second = again(&mut play, first);
    play.fate(second, Fate::Dropped, Decider::Rule("drop next syn".into()));
    let third = again(&mut play, second);
    play.fate(third, Fate::Delivered, Decider::Cable);
    let book = play.into_book();
    let told: Vec<String> = (1..=3).map(|n| format!("{n}: {}", of(&book, n))).collect();
    insta::assert_snapshot!(told.join("\n"));
    let entry = *book.packet(PacketNo(2)).unwrap();
    let why = why(book.packet_at(&entry).unwrap());
    insta::assert_snapshot!(why.join("\n"));
}

#[test]
fn what_is_held_has_led_to_nothing_yet_and_what_was_dropped_is_not_acknowledged() {
    let mut play = Play::lab();
    let (syn, ack) = (TcpFlags::SYN, TcpFlags::ACK);
    play.walk(0).walk(1);
    play.passes(Side::Server, syn, (0, 0), b"");
    let answer = play.packet(Side::Client, syn | ack, (0, 1), b"");
    play.hold(answer, Decider::You);
    assert!(
        of(play.book(), 2).ends_with("=> "),
        "{}",
        of(play.book(), 2)
    );
    play.fate(answer, Fate::Delivered, Decider::You);
    let lost = play.packet(Side::Server, ack, (1, 1), b"hi");
    play.fate(lost, Fate::Lost, Decider::Cable);
    let again = play.again(Side::Server, ack, (1, 1), b"hi", lost);
    play.fate(again, Fate::Delivered, Decider::Cable);
    play.passes(Side::Client, ack, (1, 3), b"");
    let told: Vec<String> = (2..=5)
        .map(|n| format!("{n}: {}", of(play.book(), n)))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}
