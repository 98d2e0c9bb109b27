//! The sentences of the walk, and that none is too long, in any situation.

use super::*;
use crate::model::{
    call::How,
    event::Source,
    ids::{Actor, SocketId},
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
        SocketId::own(client, 0),
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
    play.ask("wait 60ms");
    assert_eq!(happening(play.book(), play.book().session()), before);
    // A claim that is being tried is named behind what happened.
    play.claim("expect line 4 within 300ms", None);
    let trying = happening(play.book(), play.book().session()).what;
    assert_eq!(trying, [&before.what[0], "Checking: line 4 (up to 300ms)."]);
}

#[test]
fn what_came_of_a_claim_is_said() {
    let (mut play, _) = Play::walked();
    play.claim("expect line 4", Some(true));
    assert_eq!(
        told(&play),
        "All four lines are done. The claim holds: line 4. That was the whole conversation (the \
         server's end stays in TIME-WAIT for a while)."
    );
    let mut play = Play::free();
    play.listen().accept().claim("expect line 4", Some(true));
    assert_eq!(
        told(&play),
        "The claim holds: line 4. accept waits: no caller is there, so the kernel has put the server's program to sleep."
    );
    play.claim("expect line 3", Some(false));
    assert!(told(&play).starts_with("The claim does not hold: line 3. Found: "));
    play.claim("wait until line 2 within 300ms", Some(false));
    assert!(
        told(&play).starts_with("The time is over (300ms), and this has not come true: "),
        "{}",
        told(&play)
    );
}

#[test]
fn strangers_are_told_by_what_comes_from_them() {
    let mut text = String::new();
    let mut tell = |about: &str, play: &Play| {
        let told = happening(play.book(), play.book().session());
        well_formed(&told);
        let _ = write!(text, "{about}\n  {}\n\n", told.what.join("\n  "));
    };
    let mut play = Play::client_alone();
    tell("before it begins", &play);
    play.connect_out(Actor::CLIENT);
    tell("connected", &play);
    play.send_out(Actor::CLIENT, b"hello, server\r\n");
    tell("sent", &play);
    let client = SocketId::own(Actor::CLIENT, 0);
    play.recv(Actor::CLIENT);
    tell("waits", &play);
    play.arrives(client, b"yes").recv(Actor::CLIENT);
    tell("answered", &play);
    play.leaves(client);
    tell("the server left", &play);
    play.close(Actor::CLIENT);
    tell("closed", &play);
    let mut play = Play::free();
    play.listen().accept().visit();
    tell("a stranger calls", &play);
    let connection = SocketId::own(Actor::Server, 1);
    play.arrives(connection, b"hi\n").recv(Actor::Server);
    tell("heard", &play);
    play.send_out(Actor::Server, b"I heard");
    play.arrives(connection, b"bye").leaves(connection);
    tell("said goodbye with bytes unread", &play);
    play.resets(connection);
    tell("and resets", &play);
    let mut play = Play::free();
    play.listen().accept().visit();
    play.leaves(connection)
        .resets(SocketId::own(Actor::Server, 2));
    tell("leaves", &play);
    let mut play = Play::free();
    play.listen().accept().visit();
    play.resets(connection);
    tell("resets", &play);
    insta::assert_snapshot!(text);
}

#[test]
fn a_server_that_answers_by_itself_is_not_hidden_by_its_housekeeping() {
    let mut play = Play::free();
    play.listen().ask("server serve echo");
    let mode = "echo".to_owned();
    play.see(Some(Actor::Server), Source::Program, Fact::Serve { mode });
    let switch = Call::Ioctl {
        fd: crate::model::ids::Fd(3),
        nonblocking: true,
    };
    let listener = SocketId::own(Actor::Server, 0);
    play.call(Actor::Server, Some(listener), switch.clone(), 0, |_| {});
    assert!(
        told(&play).starts_with("The server now answers by itself: it sends back what it reads.")
    );
    let mut play = Play::free();
    play.listen().ask("server nonblocking on");
    play.call(Actor::Server, Some(listener), switch, 0, |_| {});
    assert_eq!(
        told(&play),
        "From now on no call on server.0 waits: accept fails with EAGAIN instead. \
         Sockets that are accepted from it wait as before."
    );
}

#[test]
fn a_second_accept_takes_the_caller_after_the_next() {
    let mut play = Play::free();
    play.listen().accept().ask("server accept");
    let text = "server accept".to_owned();
    play.see(Some(Actor::Server), Source::Script, Fact::Queued { text });
    assert!(
        told(&play).ends_with(
            "The accept that waits already takes the next caller; this one takes the one after."
        ),
        "{}",
        told(&play)
    );
}

#[test]
fn bytes_that_came_after_accept_did_not_come_before_it() {
    let mut play = Play::free();
    play.listen().accept().visit();
    play.arrives(SocketId::own(Actor::Server, 1), b"12345678");
    assert!(
        told(&play).ends_with("8 bytes have come since, and wait to be read."),
        "{}",
        told(&play)
    );
}

#[test]
fn what_the_peers_kernel_cannot_take_stays_in_ones_own() {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    let (server, client) = (
        SocketId::own(Actor::Server, 1),
        SocketId::own(Actor::CLIENT, 0),
    );
    play.ask("client send bytes(3000000)");
    let send = Call::Send {
        fd: crate::model::ids::Fd(4),
        len: 3_000_000,
        flags: crate::model::call::MsgFlags::default(),
        data: crate::model::payload::Payload::capped(&vec![b'a'; 3_000_000], 64),
    };
    play.call(Actor::CLIENT, Some(client), send, 3_000_000, |_| {});
    for (socket, taken, received) in [(client, 3_000_000, 0), (server, 0, 127_973)] {
        let fact = Fact::Progress {
            socket,
            taken: Some(taken),
            sent: taken.min(200_000),
            acked: taken.min(127_973),
            received,
            copied: Some(0),
        };
        play.see(Some(socket.actor), Source::Kernel, fact);
    }
    assert_eq!(
        told(&play),
        "send returned 3,000,000: the client's kernel has a copy of the bytes, and that is all that send tells. \
         127,973 bytes have reached the server's kernel; the other 2,872,027 wait in the client's kernel until the \
         server's program reads."
    );
}

#[test]
fn an_error_that_waits_has_its_name() {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    let client = SocketId::own(Actor::CLIENT, 0);
    let ask = Call::GetSockOpt {
        fd: crate::model::ids::Fd(4),
        option: crate::model::option::SockOpt::ERROR,
    };
    for (value, expected) in [(104, "is ECONNRESET (104): "), (0, "is 0: no error.")] {
        play.ask("client getsockopt SO_ERROR");
        play.call(Actor::CLIENT, Some(client), ask.clone(), 0, |done| {
            done.value = Some(crate::model::option::OptionValue::Number(value));
        });
        assert!(told(&play).contains(expected), "{}", told(&play));
    }
}

#[test]
fn a_listener_cannot_say_goodbye() {
    let mut play = Play::free();
    play.listen();
    for (how, expected) in [
        (How::Write, "server.0 listens on. It has no connection"),
        (How::Read, "On Linux that ends listening"),
    ] {
        play.ask("server shutdown");
        let call = Call::Shutdown {
            fd: crate::model::ids::Fd(3),
            how,
        };
        let listener = SocketId::own(Actor::Server, 0);
        play.call(Actor::Server, Some(listener), call, 0, |_| {});
        assert!(told(&play).contains(expected), "{}", told(&play));
    }
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

#[test]
fn what_is_asked_first_is_told_and_no_other_step_is_made_up() {
    let mut play = Play::four_lines();
    play.ask("server listen 10008");
    let told = happening(play.book(), play.book().session());
    assert_eq!(
        told.what,
        ["The server is asked to listen; its calls come now."]
    );
    let mut play = Play::four_lines();
    play.ask("server serve echo");
    let told = happening(play.book(), play.book().session());
    assert_eq!(
        told.what,
        ["The server is asked to answer by itself; what it does comes now."]
    );
    let mut play = Play::four_lines();
    play.ask("wait 2s");
    let told = happening(play.book(), play.book().session());
    assert_eq!(
        told.what,
        ["`wait 2s` is asked for; what comes of it is next."]
    );
}
