//! Whatever an event is, its ties hold: in the golden journals, in walks, and in journals of anything at all.

use super::*;
use crate::model::{
    call::Call,
    ids::{EventId, Side},
    packet::{Decider, Fate, PacketKind, PacketNo, TcpFlags},
    payload::is_unprintable,
    story::testing::{Play, any_book},
};
use core::fmt::Write as _;
use proptest::prelude::*;

const GOLDEN: [(&str, &str); 7] = [
    (
        "backlog-full",
        include_str!("../../../../tests/journals/backlog-full.jsonl"),
    ),
    (
        "four-lines",
        include_str!("../../../../tests/journals/four-lines.jsonl"),
    ),
    (
        "lab-data-lost",
        include_str!("../../../../tests/journals/lab-data-lost.jsonl"),
    ),
    (
        "lab-four-lines",
        include_str!("../../../../tests/journals/lab-four-lines.jsonl"),
    ),
    (
        "lab-held",
        include_str!("../../../../tests/journals/lab-held.jsonl"),
    ),
    (
        "two-sends-one-recv",
        include_str!("../../../../tests/journals/two-sends-one-recv.jsonl"),
    ),
    (
        "wrong-order",
        include_str!("../../../../tests/journals/wrong-order.jsonl"),
    ),
];

fn read(text: &str) -> Book {
    let mut book = Book::new();
    for line in text.lines().skip(1).filter(|l| !l.is_empty()) {
        book.push(serde_json::from_str(line).unwrap());
    }
    book
}

fn golden(name: &str) -> Book {
    read(GOLDEN.iter().find(|(n, _)| *n == name).unwrap().1)
}

fn of(book: &Book, index: usize) -> Ties {
    ties(book, book.session(), index)
}

fn find(book: &Book, is: impl Fn(&Event) -> bool) -> usize {
    (0..book.events().len())
        .find(|&i| is(&book.events()[i]))
        .unwrap()
}

fn returned(book: &Book, name: &str) -> usize {
    find(
        book,
        |e| matches!(&e.fact, Fact::Call(done) if done.call.name() == name && !done.failed()),
    )
}

/// Whether one gets from an event along causes (or effects) to one that is so, in so many steps.
fn leads(book: &Book, from: usize, back: bool, is: &dyn Fn(&Event) -> bool) -> bool {
    let mut reached = vec![from];
    let mut next = 0;
    while next < reached.len() && next < 200 {
        let ties = of(book, reached[next]);
        next += 1;
        for (i, _) in if back { ties.causes } else { ties.effects } {
            if is(&book.events()[i]) {
                return true;
            }
            if !reached.contains(&i) {
                reached.push(i);
            }
        }
    }
    false
}

fn is_call(name: &'static str) -> impl Fn(&Event) -> bool {
    move |e| match &e.fact {
        Fact::Call(done) => done.call.name() == name,
        Fact::Waiting { call, .. } => call.name() == name,
        _ => false,
    }
}

fn is_packet(kind: PacketKind) -> impl Fn(&Event) -> bool {
    move |e| matches!(&e.fact, Fact::Packet(p) if p.kind() == Some(kind))
}

/// What must hold of the ties of every event.
fn hold(book: &Book) -> Result<(), TestCaseError> {
    let events = book.events();
    for index in 0..events.len() {
        let all = of(book, index);
        let event = &events[index];
        for (i, text) in &all.causes {
            let cause = &events[*i];
            let before = *i < index || spot::began(cause) <= event.happened();
            prop_assert!(before, "{} caused by {}", line(event), line(cause));
            prop_assert!(
                !text.is_empty() && !text.chars().any(is_unprintable),
                "{text:?}"
            );
        }
        for (i, text) in &all.effects {
            prop_assert!(*i > index, "{} led to {}", line(event), line(&events[*i]));
            prop_assert!(
                !text.is_empty() && !text.chars().any(is_unprintable),
                "{text:?}"
            );
        }
        prop_assert!(!line(event).chars().any(is_unprintable));
    }
    Ok(())
}

/// What names a cause is among what that one led to; and the same of all causes that are near.
fn inverse(book: &Book) {
    let told = |i: usize| book.told().partition_point(|&t| t <= i);
    for index in 0..book.events().len() {
        let event = &book.events()[index];
        if matches!(event.fact, Fact::Detail { .. }) {
            continue;
        }
        for (i, text) in of(book, index).causes {
            let near = told(index).saturating_sub(told(i)) <= ASKED;
            let named = book.events()[i].id == event.cause.unwrap_or(EventId(0));
            let is_told = book.told().binary_search(&index).is_ok();
            if i > index || !(named || near && is_told) {
                continue;
            }
            let back = of(book, i).effects;
            let full = back.len() == MOST;
            assert!(
                full || back.iter().any(|(j, _)| *j == index),
                "{} <- {text} ({}) but not the reverse: {back:?}",
                line(event),
                line(&book.events()[i]),
            );
        }
    }
}

#[test]
fn ties_of_the_golden_journals_hold_both_ways() {
    for (name, text) in GOLDEN {
        let book = read(text);
        hold(&book).unwrap_or_else(|e| panic!("{name}: {e}"));
        inverse(&book);
    }
    for play in [Play::walked().0, Play::lab_walked()] {
        let book = play.into_book();
        hold(&book).unwrap();
        inverse(&book);
    }
}

#[test]
fn every_event_of_a_golden_journal_but_the_first_has_a_cause() {
    for (name, text) in GOLDEN {
        let book = read(text);
        for index in 1..book.events().len() {
            let event = &book.events()[index];
            let retried = matches!(
                &event.fact,
                Fact::Packet(_) | Fact::State { .. } | Fact::Detail { .. } | Fact::Queue { .. }
            );
            assert!(
                retried && event.cause.is_none() || !of(&book, index).causes.is_empty(),
                "{name} {index}: {}",
                line(event)
            );
        }
    }
}

#[test]
fn from_accept_to_connect_and_its_syn_and_forward_to_the_states() {
    for (name, packets) in [("four-lines", false), ("lab-four-lines", true)] {
        let book = golden(name);
        let accept = returned(&book, "accept");
        assert!(leads(&book, accept, true, &is_call("connect")), "{name}");
        if !packets {
            let connect = returned(&book, "connect");
            assert!(leads(&book, connect, false, &|e| matches!(
                e.fact,
                Fact::State { .. }
            )));
            continue;
        }
        assert!(leads(&book, accept, true, &is_packet(PacketKind::Syn)));
        let syn = find(&book, is_packet(PacketKind::Syn));
        for to in ["SYN_RECEIVED", "ESTABLISHED"] {
            let is = |e: &Event| {
                let json = serde_json::to_value(&e.fact).unwrap();
                json["kind"] == "state" && json["to"] == to
            };
            assert!(leads(&book, syn, false, &is), "{to}");
        }
    }
    let book = Play::lab_walked().into_book();
    let accept = returned(&book, "accept");
    assert!(leads(&book, accept, true, &is_call("connect")));
    let book = Play::walked().0.into_book();
    let accept = returned(&book, "accept");
    assert!(leads(&book, accept, true, &is_call("connect")));
}

#[test]
fn from_a_retransmission_to_the_rule_that_dropped_what_it_repeats() {
    let book = golden("lab-data-lost");
    let again = find(&book, |e| matches!(&e.fact, Fact::Packet(p) if is_retry(p)));
    let dropped = of(&book, again).causes;
    assert!(
        dropped
            .iter()
            .any(|(_, t)| t.contains("no answer could come")),
        "{dropped:?}"
    );
    let rule = |e: &Event| matches!(&e.fact, Fact::Cable { text, .. } if text.starts_with("drop "));
    assert!(leads(&book, again, true, &rule));
    let rule = find(&book, rule);
    assert_eq!(
        of(&book, rule)
            .effects
            .iter()
            .filter(|(_, t)| t.contains("is dropped"))
            .count(),
        3,
    );
}

#[test]
fn a_syn_comes_again_because_its_answer_was_dropped() {
    let mut play = Play::lab();
    let (syn, ack) = (TcpFlags::SYN, TcpFlags::ACK);
    let rule = "drop next syn-ack";
    play.walk(0)
        .walk(1)
        .cable(rule, &[rule])
        .ask("client connect");
    let first = play.packet(Side::Server, syn, (0, 0), b"");
    play.fate(first, Fate::Delivered, Decider::Cable);
    let answer = play.packet(Side::Client, syn | ack, (0, 1), b"");
    play.fate(answer, Fate::Dropped, Decider::Rule(rule.into()));
    let again = play.again(Side::Server, syn, (0, 0), b"", first);
    play.fate(again, Fate::Delivered, Decider::Cable);
    let book = play.into_book();
    let again = book.packet(again).unwrap().index;
    let causes = of(&book, again).causes;
    let why = "packet 2, the answer to it, was dropped by the rule `drop next syn-ack`";
    assert!(causes.iter().any(|(_, t)| t == why), "{causes:?}");
    assert!(leads(&book, again, true, &|e| matches!(
        e.fact,
        Fact::Cable { .. }
    )));
}

#[test]
fn what_a_hand_did_was_asked_for() {
    let book = golden("lab-held");
    let fate = find(&book, |e| {
        matches!(
            &e.fact,
            Fact::Fate {
                fate: Fate::Dropped,
                decided_by: Decider::You,
                ..
            }
        )
    });
    let texts: Vec<String> = of(&book, fate).causes.into_iter().map(|(_, t)| t).collect();
    assert_eq!(
        texts,
        ["packet 2 entered the cable", "asked for: cable drop"]
    );
    let held = find(&book, |e| matches!(&e.fact, Fact::Handled { .. }));
    assert!(
        of(&book, held)
            .causes
            .iter()
            .any(|(_, t)| t == "the cable was told: hold")
    );
}

#[test]
fn a_rule_that_is_used_up_had_its_last_packet() {
    let mut play = Play::lab();
    let rule = "drop next data";
    play.walk(0).walk(1).cable(rule, &[rule]);
    let packet = play.packet(Side::Server, TcpFlags::ACK, (1, 1), b"hi");
    play.fate(packet, Fate::Dropped, Decider::Rule(rule.into()));
    play.cable(&format!("{}{rule}", crate::model::event::RULE_OVER), &[]);
    let book = play.into_book();
    let over = book.events().len() - 1;
    let texts: Vec<String> = of(&book, over).causes.into_iter().map(|(_, t)| t).collect();
    assert_eq!(texts[0], "packet 1 is dropped by the rule `drop next data`");
    assert!(texts.contains(&"the cable was told: drop next data".to_owned()));
}

#[test]
fn the_ties_of_the_lab_in_words() {
    let book = golden("lab-four-lines");
    let mut told = String::new();
    for index in 0..book.events().len() {
        let event = &book.events()[index];
        if matches!(event.fact, Fact::Detail { .. }) {
            continue;
        }
        let all = of(&book, index);
        let _ = writeln!(told, "{index}: {}", line(event));
        for (i, text) in all.causes {
            let _ = writeln!(told, "    < {i}: {text}");
        }
        for (i, text) in all.effects {
            let _ = writeln!(told, "    > {i}: {text}");
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_call_that_fails_or_ends_says_by_what() {
    let mut play = Play::lab();
    play.connect(crate::model::ids::Actor::CLIENT);
    let book = golden("lab-four-lines");
    let end = find(
        &book,
        |e| matches!(&e.fact, Fact::Call(done) if matches!(done.call, Call::Recv { .. }) && done.ret == 0),
    );
    let fin = leads(&book, end, true, &is_packet(PacketKind::Fin));
    assert!(fin, "{:?}", of(&book, end));
    assert!(book.packet(PacketNo(1)).is_some());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn anything_has_ties(book in any_book()) {
        hold(&book)?;
    }
}

#[test]
fn of_several_clients_each_has_its_own() {
    use crate::model::ids::Actor;
    let [one, two] = [1, 2].map(Actor::Client);
    let mut play = Play::free();
    play.listen();
    for client in [one, two] {
        play.connect(client).accept();
    }
    play.send(two, b"two")
        .send(one, b"one!")
        .recv(Actor::Server);
    let book = play.into_book();
    let events = book.events();
    let calls: Vec<usize> = book.calls().to_vec();
    let accepts: Vec<usize> = calls
        .iter()
        .copied()
        .filter(|&i| is_call("accept")(&events[i]))
        .collect();
    for (accept, client) in accepts.into_iter().zip([one, two]) {
        let causes = of(&book, accept).causes;
        let caller = causes.iter().find(|(i, _)| is_call("connect")(&events[*i]));
        assert_eq!(
            caller.map(|(i, _)| events[*i].who),
            Some(Some(client)),
            "{causes:?}"
        );
    }
    let recv = *calls.last().unwrap();
    let Fact::Call(done) = &events[recv].fact else {
        panic!("the last call is recv")
    };
    let from = book
        .session()
        .socket(done.socket.unwrap())
        .unwrap()
        .peer_socket;
    let causes = of(&book, recv).causes;
    let sent = causes
        .iter()
        .find(|(i, _)| is_call("send")(&events[*i]))
        .unwrap();
    assert_eq!(events[sent.0].who, from.map(|s| s.actor), "{causes:?}");
}

#[test]
fn the_ties_of_a_long_journal_cost_no_more() {
    let mut play = Play::lab();
    play.walk(0).walk(1).walk(2);
    let ack = TcpFlags::ACK;
    for n in 0..6_000 {
        play.passes(Side::Server, ack, (1 + n, 1), b"x");
    }
    let book = play.into_book();
    let spot = Spot::of(&book, book.session(), book.events().len() / 2).unwrap();
    assert!(spot.after(NAMED).count() <= NAMED);
    assert!(spot.packets_before().count() <= 300);
    let all = ties(&book, book.session(), spot.index);
    assert!(all.causes.len() <= MOST && all.effects.len() <= MOST);
}
