//! The shape of every fact, and that it reads back.

use super::*;
use crate::export::telling;
use crate::model::{
    book::Book,
    ids::Actor,
    story::testing::{Play, any_book, every_fact},
};
use serde_json::{Value, json};

#[test]
fn the_walk_reads_back_as_it_was_written() {
    let (play, _) = Play::walked();
    let mut out = Vec::new();
    write(
        1_234_567_890_123_456_789,
        &mut telling(play.book()),
        &mut out,
    )
    .unwrap();
    let first = out.split(|b| *b == b'\n').next().unwrap();
    assert_eq!(first, br#"{"fourline":1,"epoch_ns":1234567890123456789}"#);
    let (epoch, events) = read_jsonl(&out[..]).unwrap();
    assert_eq!(epoch, 1_234_567_890_123_456_789);
    assert!(play.book().events().iter().eq(&events));
    let mut again = Book::new();
    for event in events {
        again.push(event);
    }
    assert_eq!(again.session(), play.book().session());
}

#[test]
fn every_fact_reads_back() {
    let mut play = Play::free();
    for fact in every_fact() {
        play.see(
            Some(Actor::Client(2)),
            crate::model::event::Source::Kernel,
            fact,
        );
    }
    for event in play.book().events().iter() {
        let text = serde_json::to_string(event).unwrap();
        let again: Event = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
        assert_eq!(&again, event, "{text}");
        let value: Value = serde_json::from_str(&text).unwrap();
        for always in ["id", "at_ns", "who", "source", "kind"] {
            assert!(value.get(always).is_some(), "{always} is missing: {text}");
        }
    }
}

/// The objects of the walk of this kind, without what every event has.
fn of_kind(kind: &str) -> Vec<Value> {
    let (play, _) = Play::walked();
    let values = play.book().events().iter().map(|e| {
        let mut value = serde_json::to_value(e).unwrap();
        for common in ["id", "at_ns", "source", "cause", "took_ns", "call_id"] {
            value.as_object_mut().unwrap().remove(common);
        }
        value
    });
    values.filter(|v| v["kind"] == kind).collect()
}

#[test]
fn the_shapes_are_those_of_the_contract() {
    let calls = of_kind("call");
    let named = |name: &str| calls.iter().find(|v| v["call"] == name).unwrap().clone();
    assert_eq!(
        named("connect"),
        json!({"kind": "call", "who": "client", "call": "connect", "socket": "client",
               "args": {"fd": 4, "addr": "127.0.0.1:10008"}, "ret": 0, "errno": null, "syscall": "connect"})
    );
    assert_eq!(
        named("recv"),
        json!({"kind": "call", "who": "server", "call": "recv", "socket": "server.1",
               "args": {"fd": 5, "len": 4096}, "ret": 15, "errno": null, "syscall": "recvfrom",
               "data": {"bytes": "68656c6c6f2c207365727665720d0a", "omitted": 0}})
    );
    assert_eq!(
        of_kind("waiting")[0],
        json!({"kind": "waiting", "who": "server", "socket": "server.0", "call": "accept", "args": {"fd": 3}})
    );
    assert_eq!(
        of_kind("state").last().unwrap(),
        &json!({"kind": "state", "who": "server", "socket": "server.1", "from": "FIN_WAIT_2", "to": "TIME_WAIT"})
    );
    assert_eq!(
        of_kind("queue")[0],
        json!({"kind": "queue", "who": "server", "socket": "server.0", "recv_q": 0, "send_q": 5})
    );
    assert_eq!(
        of_kind("ack")[0],
        json!({"kind": "ack", "who": "client", "level": "kernel", "toward": "server", "socket": "client", "through": 15})
    );
    assert_eq!(of_kind("line").len(), 4);
    assert_eq!(
        of_kind("line")[0],
        json!({"kind": "line", "who": "server", "line": 1})
    );
}

#[test]
fn what_is_not_sound_is_named_with_its_line() {
    let told = |text: &str| read_jsonl(text.as_bytes()).unwrap_err().to_string();
    assert!(told("").starts_with("line 1: there is nothing here"));
    assert!(told("{\"fourline\":2,\"epoch_ns\":0}\n").contains("version 2 is not known"));
    let head = "{\"fourline\":1,\"epoch_ns\":0}\n";
    let event = |id: u64, at: u64| {
        format!(
            "{{\"id\":{id},\"at_ns\":{at},\"who\":null,\"source\":\"derived\",\"kind\":\"line\",\"line\":1}}\n"
        )
    };
    assert!(read_jsonl(format!("{head}{}{}", event(1, 5), event(2, 5)).as_bytes()).is_ok());
    assert!(
        told(&format!("{head}{}{}", event(1, 5), event(3, 5)))
            .starts_with("line 3: event 3 does not follow")
    );
    assert!(
        told(&format!("{head}{}{}", event(1, 5), event(2, 4)))
            .starts_with("line 3: event 2 is earlier")
    );
    assert!(told(&format!("{head}nonsense\n")).starts_with("line 2: "));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, ..Default::default() })]
    #[test]
    fn any_journal_reads_back(book in any_book()) {
        let mut out = Vec::new();
        write(0, &mut telling(&book), &mut out).unwrap();
        let (_, events) = read_jsonl(&out[..]).unwrap();
        proptest::prop_assert!(book.events().iter().eq(&events));
    }
}
