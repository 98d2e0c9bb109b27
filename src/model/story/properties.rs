//! Whatever the journal holds, sound or not: it folds, it is told, and each byte is in one place.

use super::{
    happening::happening,
    next::{next_step, sensible},
    tell::sentence,
    testing::{any_book, book_of, done},
    whose::server_is_foreign,
};
use crate::model::{
    call::Call,
    event::Fact,
    ids::{Actor, CallId, Fd, Target},
    payload::is_unprintable,
};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]
    #[test]
    fn anything_folds_and_is_told(book in any_book()) {
        let printable = |text: &str| text.chars().all(|c| c == '\n' || !is_unprintable(c));
        for count in 0..=book.events().len() {
            let session = book.session_at(count);
            let told = happening(&book, &session);
            prop_assert!(told.what.len() <= 2);
            prop_assert!(told.what.iter().all(|s| printable(s) && s.chars().count() < 400), "{:?}", told);
            for actor in [Actor::Server, Actor::CLIENT, Actor::Client(2)] {
                let menu = sensible(&session, actor);
                let mut keys: Vec<char> = menu.iter().map(|s| s.key).collect();
                keys.sort_unstable();
                keys.dedup();
                prop_assert_eq!(keys.len(), menu.len(), "a key stands for two calls: {:?}", menu);
            }
            if let Some(text) = next_step(&session).filter(|_| session.next_in_script().is_none()) {
                let (who, verb) = text.split_once(' ').unwrap();
                // The cable, and time, belong to nobody.
                let who: Target = match who {
                    "cable" | "wait" => Actor::Client(9).into(),
                    who => who.parse().unwrap(),
                };
                let state = session.actors.get(&who.actor);
                let waits = state.is_some_and(|a| !a.concurrent && !a.waiting.is_empty());
                prop_assert!(!waits || verb == "cancel", "{} would only queue", text);
                let alone = server_is_foreign(&session);
                prop_assert!(!alone || who.actor != Actor::Server, "{} is not ours to ask", text);
            }
            for s in &session.sockets {
                let ledger = session.ledger(s.id);
                let p = ledger.places();
                let sum: u128 = [p.send_queue, p.in_flight, p.receive_queue, p.read, Some(p.thrown_away)]
                    .into_iter().flatten().map(u128::from).sum();
                prop_assert!(sum <= u128::from(ledger.written.unwrap_or(u64::MAX)));
                if ledger.sent.is_some() && ledger.read.is_some() && (ledger.acked.is_some() || ledger.received.is_some()) {
                    prop_assert_eq!(sum, u128::from(ledger.written.unwrap_or(u64::MAX)), "{:?}", ledger);
                }
            }
        }
        for index in 0..book.events().len() {
            prop_assert!(sentence(&book, index).is_none_or(|line| printable(&line)));
        }
    }

    #[test]
    fn a_call_on_no_socket_is_told(ret in any::<i64>(), fd in any::<i32>()) {
        let done = done(CallId(1), Call::Close { fd: Fd(fd) }, ret);
        let book = book_of(vec![(None, Fact::Call(Box::new(done)), true)]);
        prop_assert!(!happening(&book, book.session()).what.is_empty());
    }
}
