//! Real journals as reports, and journals that wish to be something else.

use super::*;
use crate::{
    export::tests::golden,
    model::{
        book::Book,
        event::Source,
        ids::Actor,
        payload::is_unprintable,
        story::testing::{Play, any_book, every_fact},
    },
};
use proptest::prelude::*;

fn of(book: &Book, name: &str) -> String {
    let mut journal = Journal::of(book, 1_795_395_557_690_572_061);
    journal.name = name;
    report(&journal)
}

#[test]
fn the_four_lines_in_the_lab() {
    let book = golden(include_str!("../../../tests/journals/lab-four-lines.jsonl"));
    insta::assert_snapshot!(of(&book, "lab-four-lines.pcapng"));
}

#[test]
fn a_call_that_fails_and_one_that_waits() {
    let book = golden(include_str!("../../../tests/journals/wrong-order.jsonl"));
    insta::assert_snapshot!(of(&book, ""));
}

#[test]
fn fates_and_what_is_notable_are_told() {
    let book = golden(include_str!("../../../tests/journals/lab-data-lost.jsonl"));
    let text = of(&book, "lost");
    assert!(text.contains("dropped"), "{text}");
    assert!(text.contains("rule: drop "), "{text}");
    assert!(text.contains("retransmission, see "), "{text}");
}

#[test]
fn a_long_journal_says_how_much_is_left_out() {
    let mut play = Play::four_lines();
    play.listen().accept().connect(Actor::CLIENT);
    for _ in 0..400 {
        play.send(Actor::CLIENT, b"0123456789");
        play.recv(Actor::Server);
    }
    let text = of(play.book(), "long");
    assert!(text.contains("more calls are left out here"), "{text}");
    assert!(
        text.contains("*2,976 more bytes are left out here.*"),
        "{text}"
    );
    assert!(text.len() < 300_000);
}

/// Every row of a table has as many cells as its head; blocks end; nothing is raw markup or a control.
fn sound(page: &str) -> Result<(), TestCaseError> {
    let (mut block, mut cells) = (false, None);
    for line in page.lines() {
        prop_assert!(line.chars().all(|c| !is_unprintable(c)), "{line:?}");
        if line.starts_with("```") {
            block = !block;
            continue;
        }
        if block {
            continue;
        }
        let bare = line.replace("\\\\", "").replace("\\]", "");
        let link = bare.contains("](") || bare.contains("://");
        prop_assert!(!bare.contains('<') && !link, "{line}");
        if line.starts_with('|') {
            let unescaped = line.replace("\\\\", "").replace("\\|", "");
            let count = unescaped.matches('|').count();
            prop_assert_eq!(*cells.get_or_insert(count), count, "{}", line);
        } else {
            cells = None;
        }
    }
    prop_assert!(!block);
    prop_assert!(page.starts_with("# ") && page.ends_with('\n'));
    Ok(())
}

#[test]
fn what_others_wrote_stays_text() {
    let mut play = Play::lab_walked();
    let bad = "|`<script>alert(1)</script>\n# x\n```\n[a](https://x) ![b](c) \x1b[2J\u{202e}";
    play.send(Actor::CLIENT, bad.as_bytes());
    play.claim(bad, Some(false));
    let fact = Fact::Note {
        text: bad.to_owned(),
    };
    play.see(None, Source::Program, fact);
    let text = of(play.book(), bad);
    sound(&text).unwrap();
    assert!(text.contains("&lt;script&gt;"));
}

#[test]
fn every_fact_has_a_place() {
    let mut play = Play::free();
    for fact in every_fact() {
        play.see(Some(Actor::CLIENT), Source::Kernel, fact);
    }
    sound(&of(play.book(), "x")).unwrap();
    sound(&of(&Book::new(), "")).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..Default::default() })]
    #[test]
    fn any_journal_is_a_sound_report(book in any_book(), name: String) {
        sound(&of(&book, &name))?;
    }
}
