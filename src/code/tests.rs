//! Programs of journals made by hand.

use super::*;
use crate::model::{
    book::Book,
    call::{Call, Family, MsgFlags},
    errno::Errno,
    event::{Fact, Source},
    ids::{Actor, Fd, SocketId},
    story::testing::{Play, any_book, every_call},
};
use proptest::prelude::*;

fn plan(book: &Book) -> Plan {
    Plan::of(book, book.events().len())
}

fn text(play: &Play, name: &str) -> String {
    Program::of(&plan(play.book()), language(name).unwrap()).text()
}

/// The same, with comments in one line.
fn told(play: &Play, name: &str) -> String {
    text(play, name)
        .replace("\n    // ", " ")
        .replace("\n    # ", " ")
}

#[test]
fn the_four_lines_in_each_language() {
    let (play, _) = Play::walked();
    for language in &LANGUAGES {
        let text = text(&play, language.name);
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(format!("four-lines-{}", language.name), text));
    }
}

#[test]
fn each_call_has_its_lines() {
    let (play, _) = Play::walked();
    let plan = plan(play.book());
    let calls = play.book().calls();
    for language in &LANGUAGES {
        let program = Program::of(&plan, language);
        for &event in calls {
            let step = plan.step_at(event).unwrap();
            let has = program.lines.iter().any(|l| l.step == Some(step));
            assert!(has, "{}: {:?}", language.name, plan.steps[step]);
        }
    }
}

#[test]
fn a_plan_is_of_a_moment() {
    let (play, sessions) = Play::walked();
    for session in sessions {
        let plan = Plan::of(play.book(), session.count);
        let events = plan.steps.iter().flat_map(|s| &s.events);
        assert!(events.into_iter().all(|&e| e < session.count));
        for language in &LANGUAGES {
            assert!(!Program::of(&plan, language).lines.is_empty());
        }
    }
}

#[test]
fn nothing_is_a_program_too() {
    let play = Play::free();
    let plan = plan(play.book());
    assert_eq!(plan.remarks, ["No call has been made yet."]);
    assert!(text(&play, "go").contains("There is nothing to do."));
    let capture = Play::captured();
    let plan = Plan::of(capture.book(), capture.book().events().len());
    assert!(plan.steps.is_empty());
}

#[test]
fn what_was_refused_first_is_made_once() {
    let mut play = Play::free();
    play.connect(Actor::CLIENT);
    play.listen();
    play.connect(Actor::CLIENT);
    let c = told(&play, "c");
    assert_eq!(c.matches("connect(sock").count(), 1, "{c}");
    assert!(c.contains("connect failed here with ECONNREFUSED"), "{c}");
}

#[test]
fn both_meet_where_somebody_was_found() {
    let nobody = Call::Connect {
        fd: Fd(4),
        addr: "127.0.0.1:1".parse().unwrap(),
    };
    let mut play = Play::free();
    let call = Call::Socket {
        domain: Family::INET,
    };
    let socket = SocketId::own(Actor::Client(2), 0);
    let who = socket.actor;
    play.call(who, None, call, 4, |d| d.made = Some(socket));
    play.fail(who, Some(socket), nobody, Errno::ECONNREFUSED);
    assert_eq!(plan(play.book()).address.port(), 1, "nowhere else");
    play.listen().connect(Actor::CLIENT);
    assert_eq!(plan(play.book()).address.port(), 10008);
}

#[test]
fn what_does_not_wait_from_the_beginning_does_not_wait_in_rust() {
    let mut play = Play::free();
    let socket = SocketId::own(Actor::CLIENT, 0);
    let domain = Family::INET;
    play.listen();
    play.call(Actor::CLIENT, None, Call::Socket { domain }, 4, |d| {
        d.made = Some(socket);
    });
    let on = Call::Ioctl {
        fd: Fd(4),
        nonblocking: true,
    };
    play.call(Actor::CLIENT, Some(socket), on, 0, |_| ());
    let connect = Call::Connect {
        fd: Fd(4),
        addr: "127.0.0.1:10008".parse().unwrap(),
    };
    play.fail(Actor::CLIENT, Some(socket), connect, Errno::EINPROGRESS);
    let rust = text(&play, "rust");
    assert!(rust.contains("stream.set_nonblocking(true)?;"), "{rust}");
}

#[test]
fn what_failed_is_made_and_may_fail_again() {
    let mut play = Play::free();
    play.connect(Actor::CLIENT);
    let c = text(&play, "c");
    assert!(c.contains("perror(\"connect\")"), "{c}");
    assert!(
        told(&play, "c").contains("this failed with ECONNREFUSED"),
        "{c}"
    );
    let rust = text(&play, "rust");
    assert!(
        rust.contains("if let Err(error) = TcpStream::connect"),
        "{rust}"
    );
}

#[test]
fn the_lab_s_addresses_are_nowhere_else() {
    let play = Play::lab_walked();
    let plan = plan(play.book());
    assert_eq!(plan.address.to_string(), "127.0.0.1:10008");
    assert_eq!(plan.in_the_lab.unwrap().to_string(), "10.0.0.1");
    for language in &LANGUAGES {
        let text = text(&play, language.name);
        assert!(
            text.contains("In the lab the server was at 10.0.0.1"),
            "{text}"
        );
        assert_eq!(text.matches("10.0.0.").count(), 1, "{text}");
    }
}

#[test]
fn a_call_that_waits_is_made_and_one_that_was_cancelled_is_told() {
    let mut play = Play::free();
    play.listen().accept();
    assert!(text(&play, "python").contains("listener.accept()"));
    play.cancel(Actor::Server);
    let python = text(&play, "python");
    assert!(!python.contains("listener.accept()"), "{python}");
    assert!(python.contains("interrupted (EINTR)"), "{python}");
}

#[test]
fn an_abort_says_what_it_does() {
    let mut play = Play::free();
    play.listen().connect(Actor::CLIENT).accept();
    play.abort(Actor::CLIENT);
    assert!(text(&play, "c").contains("struct linger){.l_onoff = 1, .l_linger = 0}"));
    assert!(text(&play, "go").contains("SetLinger(0)"));
    assert!(told(&play, "rust").contains("std has no way to set it."));
}

#[test]
fn letters_in_order_are_not_written_out() {
    let mut play = Play::free();
    play.listen().connect(Actor::CLIENT).accept();
    let letters: Vec<u8> = (b'a'..=b'z').cycle().take(60_000).collect();
    play.send(Actor::CLIENT, &letters);
    play.send(Actor::CLIENT, &[b"?$\\".to_vec(), vec![0; 9_000]].concat());
    let sent = |name| text(&play, name);
    assert!(sent("python").contains("sock.sendall(letters(60000))"));
    assert!(sent("c").contains("send_all(sock, letters(60000), 60000);"));
    for language in &LANGUAGES {
        let text = sent(language.name);
        assert!(text.contains("letters(4907)"), "{text}");
        assert!(text.contains("stand for bytes"), "{text}");
        assert!(text.len() < 40_000);
    }
}

#[test]
fn a_long_journal_makes_a_program_that_says_what_is_left_out() {
    let mut play = Play::free();
    play.listen().connect(Actor::CLIENT).accept();
    for _ in 0..400 {
        play.send(Actor::CLIENT, b"x");
    }
    let plan = plan(play.book());
    assert!(plan.steps.len() <= 256);
    assert!(
        plan.remarks[0].contains("more calls are left out here"),
        "{:?}",
        plan.remarks
    );
}

#[test]
fn every_call_in_every_way() {
    // On an open socket of the client, well, badly and waiting; and on none.
    for (call, ret) in every_call() {
        for way in 0..4 {
            let mut play = Play::free();
            let socket = SocketId::own(Actor::CLIENT, 0);
            let begin = Call::Socket {
                domain: Family::INET,
            };
            if way < 3 {
                play.call(Actor::CLIENT, None, begin, 4, |d| d.made = Some(socket));
            }
            match way {
                0 => {
                    play.call(Actor::CLIENT, Some(socket), call.clone(), ret, |_| ());
                }
                1 => {
                    play.fail(Actor::CLIENT, Some(socket), call.clone(), Errno(4_711));
                }
                2 => {
                    play.wait(Actor::CLIENT, Some(socket), call.clone());
                }
                _ => {
                    play.fail(Actor::CLIENT, None, call.clone(), Errno::EBADF);
                }
            }
            for language in &LANGUAGES {
                sound(&plan(play.book()), language);
            }
        }
    }
}

#[test]
fn many_a_recv_is_a_loop() {
    let mut play = Play::free();
    play.listen().connect(Actor::CLIENT).accept();
    let socket = SocketId::own(Actor::Server, 1);
    let call = Call::Recv {
        fd: Fd(5),
        len: 100,
        flags: MsgFlags::default(),
    };
    for n in [100, 100, 50, 0] {
        play.call(Actor::Server, Some(socket), call.clone(), n, |_| ());
    }
    let plan = plan(play.book());
    let last = plan.steps.last().unwrap();
    let drain = Does::Drain {
        size: 100,
        total: 250,
        to_end: true,
    };
    assert_eq!((&last.does, last.calls.len()), (&drain, 4));
    assert!(text(&play, "python").contains("receive_all(connection, 100)"));
}

#[test]
fn what_was_only_counted_is_said() {
    let mut play = Play::free();
    play.listen();
    let elided = Fact::Elided {
        socket: SocketId::own(Actor::Server, 0),
        calls: 1_234,
        read: 5,
        written: 5,
    };
    play.see(Some(Actor::Server), Source::Program, elided);
    assert!(text(&play, "c").contains("1,234 more calls"));
}

fn sound(plan: &Plan, language: &Language) {
    let program = Program::of(plan, language);
    for line in &program.lines {
        let plain = |b: u8| b == b'\t' || (b' '..=b'~').contains(&b);
        assert!(line.text.bytes().all(plain), "{line:?}");
        assert!(line.step.is_none_or(|s| s < plan.steps.len()));
        let parts = inks(language, &line.text);
        let whole: usize = parts.iter().map(|(_, r)| r.len()).sum();
        assert_eq!(whole, line.text.len());
    }
    assert!(program.lines.len() < 20_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_journal_is_a_program_in_plain_letters(book in any_book()) {
        for count in [book.events().len() / 2, book.events().len()] {
            let plan = Plan::of(&book, count);
            for language in &LANGUAGES {
                sound(&plan, language);
            }
        }
    }
}
