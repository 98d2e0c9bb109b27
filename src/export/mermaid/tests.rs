//! Real journals as diagrams, and journals that wish to be something else.

use super::*;
use crate::{
    export::tests::golden,
    model::{
        event::Source,
        ids::Side,
        payload::is_unprintable,
        story::testing::{Play, any_book, every_fact},
    },
};
use proptest::prelude::*;

#[test]
fn the_four_lines_in_the_lab() {
    let book = golden(include_str!("../../../tests/journals/lab-four-lines.jsonl"));
    insta::assert_snapshot!(diagram(&book));
}

#[test]
fn a_call_that_fails_and_one_that_waits() {
    let book = golden(include_str!("../../../tests/journals/wrong-order.jsonl"));
    insta::assert_snapshot!(diagram(&book));
}

#[test]
fn each_fate_has_its_arrow() {
    let book = golden(include_str!("../../../tests/journals/lab-data-lost.jsonl"));
    let text = diagram(&book);
    assert!(text.contains("client->>server: packet 1: SYN"), "{text}");
    assert!(
        text.contains("client--xserver: packet 4: PSH,ACK"),
        "{text}"
    );
    let mut play = Play::lab();
    play.packet(
        Side::Server,
        crate::model::packet::TcpFlags::SYN,
        (0, 0),
        b"",
    );
    let text = diagram(play.book());
    assert!(text.contains("client-)server: packet 1: SYN"), "{text}");
    assert!(text.contains("(still on its"), "{text}");
}

/// Its grounds end, each line is one of the forms that we write, and nothing in a text means anything.
fn sound(text: &str) -> Result<(), TestCaseError> {
    let units = text.encode_utf16().count();
    prop_assert!(units < 50_000, "{units}");
    let mut open = 0;
    prop_assert!(text.starts_with("sequenceDiagram\n") && text.ends_with('\n'));
    for line in text.lines().skip(1) {
        prop_assert!(line.chars().all(|c| !is_unprintable(c)), "{line:?}");
        let line = line.strip_prefix("  ").unwrap_or("?");
        match line {
            "rect rgba(128, 128, 128, 0.1)" => open += 1,
            "end" => open -= 1,
            _ if line.starts_with("participant ") => {}
            _ => {
                let (head, said) = line.split_once(": ").unwrap_or(("?", ""));
                let known = head.starts_with("Note over ")
                    || ["->>", "--x", "-)"]
                        .iter()
                        .any(|arrow| head.contains(arrow));
                prop_assert!(known, "{line}");
                let mut rest = said;
                while let Some(at) = rest.find(['#', ';', '<', '%', '`', '$', '&', '\\']) {
                    let behind = &rest[at..];
                    let digits = behind[1..].bytes().take_while(u8::is_ascii_digit).count();
                    let entity = behind.starts_with('#') && behind[1 + digits..].starts_with(';');
                    let skip = if entity { digits + 2 } else { "<br/>".len() };
                    prop_assert!(entity || behind.starts_with("<br/>"), "{line}");
                    rest = &behind[skip..];
                }
            }
        }
        prop_assert!((0..=1).contains(&open), "{text}");
    }
    prop_assert_eq!(open, 0);
    Ok(())
}

#[test]
fn a_long_journal_says_how_much_is_left_out() {
    let mut play = Play::four_lines();
    play.listen().accept().connect(Actor::CLIENT);
    for _ in 0..200 {
        play.send(Actor::CLIENT, "; # <b> é\u{202e}".repeat(9).as_bytes());
        play.recv(Actor::Server);
    }
    let text = diagram(play.book());
    sound(&text).unwrap();
    assert!(text.contains("more things happened: a picture"), "{text}");
}

#[test]
fn many_clients_do_not_make_many_columns() {
    let mut play = Play::four_lines();
    play.listen();
    for n in 1..=30 {
        play.connect(Actor::Client(n));
    }
    let text = diagram(play.book());
    sound(&text).unwrap();
    assert_eq!(text.matches("participant ").count(), 8);
    assert!(text.contains("more things happened"));
}

#[test]
fn every_fact_has_a_place() {
    let mut play = Play::free();
    for fact in every_fact() {
        play.see(Some(Actor::CLIENT), Source::Kernel, fact);
    }
    sound(&diagram(play.book())).unwrap();
    sound(&diagram(&Book::new())).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..Default::default() })]
    #[test]
    fn any_journal_is_a_sound_diagram(book in any_book()) {
        sound(&diagram(&book))?;
    }
}
