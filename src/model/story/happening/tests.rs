//! The sentences of the walk, and that none is too long, in any situation.

use super::*;
use crate::model::{
    event::Source,
    ids::Actor,
    story::testing::{Play, every_fact},
};
use core::fmt::Write as _;

fn told(play: &Play) -> String {
    happening(play.book(), play.book().session()).what.join(" ")
}

#[track_caller]
fn well_formed(told: &Happening) {
    let all = told.what.join(" ");
    assert!((1..=2).contains(&told.what.len()), "{told:?}");
    assert!(all.len() <= 250, "{} characters: {all}", all.len());
    for sentence in &told.what {
        assert!(
            sentence.len() <= 200,
            "{} characters: {sentence}",
            sentence.len()
        );
    }
    let sentences = told.why.matches(". ").count() + 1;
    assert!(
        (1..=8).contains(&sentences) && told.why.len() < 700,
        "{}",
        told.why
    );
}

#[test]
fn the_walk_is_told_step_by_step() {
    let (play, moments) = Play::walked();
    let mut text = before_start(&Session::default()).what.join("\n") + "\n";
    for session in &moments {
        let told = happening(play.book(), session);
        well_formed(&told);
        let asked = &session.script[session.step - 1].text;
        let _ = write!(text, "\n{asked}\n  {}\n", told.what.join("\n  "));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn other_ways_are_told_too() {
    let client = Actor::CLIENT;
    let mut text = String::new();
    let mut tell = |about: &str, play: &Play| {
        let told = happening(play.book(), play.book().session());
        well_formed(&told);
        let _ = write!(text, "{about}\n  {}\n\n", told.what.join("\n  "));
    };
    let mut play = Play::free();
    play.connect(client);
    tell("nobody listens", &play);
    play.listen().connect(Actor::Client(2));
    tell("nobody has accepted", &play);
    play.send(Actor::Client(2), b"early");
    tell("sent before it was accepted", &play);
    play.accept();
    tell("accepted late", &play);
    play.recv(Actor::Server);
    tell("read", &play);
    play.recv(Actor::Server);
    tell("the server's recv waits", &play);
    play.recv(Actor::Client(2));
    tell("both wait in recv", &play);
    play.see(
        Some(Actor::Server),
        Source::Script,
        Fact::Queued {
            text: "server accept".to_owned(),
        },
    );
    tell("a statement queues", &play);
    play.cancel(Actor::Client(2));
    tell("cancelled", &play);
    play.send(Actor::Client(2), b"more\x1b");
    tell("send wakes recv", &play);
    play.recv(Actor::Server);
    play.half_close(Actor::Client(2));
    tell("half-close wakes recv", &play);
    play.close(Actor::Server);
    tell("closed second", &play);

    let mut play = Play::free();
    play.listen().accept().connect(client).abort(client);
    tell("aborted", &play);
    let mut play = Play::free();
    play.listen()
        .accept()
        .connect(client)
        .half_close(client)
        .recv(Actor::Server);
    tell("the end is read", &play);
    play.close(client);
    tell("closed after half-close", &play);
    let mut play = Play::free();
    play.listen().accept().connect(client);
    play.send(client, b"never read").close(Actor::Server);
    tell("closed with bytes unread", &play);
    play.state(
        crate::model::ids::SocketId::own(client, 0),
        crate::model::tcp::TcpState::Closed,
    );
    play.close(client);
    tell("closed after a reset", &play);
    let mut play = Play::free();
    play.recv(Actor::Server);
    tell("recv without a socket", &play);
    insta::assert_snapshot!(text);
}

#[test]
fn whatever_happens_there_are_words_for_it() {
    for fact in every_fact() {
        for conversation in [false, true] {
            for who in [Actor::Server, Actor::CLIENT] {
                let mut play = if conversation {
                    Play::walked().0
                } else {
                    Play::free()
                };
                play.see(Some(who), Source::Call, fact.clone());
                let told = happening(play.book(), play.book().session());
                well_formed(&told);
            }
        }
    }
}

#[test]
fn the_order_in_which_two_calls_return_does_not_matter() {
    let (play, _) = Play::walked();
    // The connect wakes accept: whichever comes last, the sentence tells both.
    let events = play.book().events();
    for (i, event) in events.iter().enumerate() {
        if let Fact::Call(done) = &event.fact
            && done.call.name() == "accept"
        {
            let session = play.book().session_at(i + 1);
            assert!(
                happening(play.book(), &session).what[0]
                    .contains("connect returned 0 and accept returned")
            );
        }
    }
}

#[test]
fn what_a_script_waits_for_does_not_change_what_happened() {
    let (mut play, moments) = Play::walked();
    let before = happening(play.book(), &moments[8]);
    play.ask("wait 60ms").ask("expect line 4");
    assert_eq!(happening(play.book(), play.book().session()), before);
}

#[test]
fn a_script_speaks_for_itself() {
    let mut play = Play::free();
    play.listen().accept();
    play.see(
        None,
        Source::Script,
        Fact::Say {
            text: "Look at the accept queue.".to_owned(),
        },
    );
    assert_eq!(
        told(&play),
        "Look at the accept queue. The server's accept waits for a caller."
    );
}

#[test]
fn every_paragraph_is_of_a_few_sentences() {
    for (name, text) in why::ALL {
        assert!(text.len() <= 480, "{name}: {}", text.len());
        assert!(text.ends_with('.'), "{name}");
    }
}
