//! However it ends, the terminal is given back, and the status says what ended it.

use crate::stage::{Stage, fourline, myself};
use fourline::{
    app::{Settings, ThemeName, keys::KeyTable},
    language::Vars,
    model::{command::Address, ids::Nanos},
    run::{
        Outcome, load,
        network::Opened,
        terminal::{self, Opening, learning::Studies},
        writing::Files,
    },
};
use nix::sys::{
    signal::Signal::{self, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP},
    wait::WaitStatus,
};
use std::{env, path::Path, process::exit, thread, time::Duration};
use vt100::MouseProtocolMode;

/// Nothing of what a full-screen program changes is left changed.
#[track_caller]
fn assert_given_back(stage: &Stage) {
    stage.terminal(|t| {
        assert!(!t.alternate_screen(), "still on the alternate screen");
        assert!(!t.hide_cursor(), "the cursor is hidden");
        assert!(!t.bracketed_paste(), "pasted text is still marked");
        assert_eq!(t.mouse_protocol_mode(), MouseProtocolMode::None);
        assert!(!t.application_cursor());
        assert_eq!(t.fgcolor(), vt100::Color::Default);
        assert_eq!(t.bgcolor(), vt100::Color::Default);
    });
}

#[track_caller]
fn assert_taken(stage: &Stage) {
    stage.terminal(|t| {
        assert!(t.alternate_screen());
        assert!(t.hide_cursor());
        assert!(t.bracketed_paste());
        assert_ne!(t.mouse_protocol_mode(), MouseProtocolMode::None);
    });
    assert!(!stage.is_cooked());
}

/// The program in the midst of things: a call waits, something is typed.
fn in_the_midst(stage: &Stage) {
    stage.until("Nothing has happened yet");
    stage.keys("Space");
    stage.until("step 1 of 11");
    stage.settled();
    stage.keys("Space");
    stage.until("accept waits");
    assert_taken(stage);
}

/// Ends the program in the midst of things: under a shell, which sees how the terminal is left, and directly, which
/// shows what ended it.
#[track_caller]
fn ends(end: impl Fn(&Stage)) -> WaitStatus {
    let mut stage = fourline("").under_a_shell().start();
    in_the_midst(&stage);
    end(&stage);
    stage.end();
    assert_eq!(stage.noted("before"), stage.noted("after"));
    assert_given_back(&stage);
    let told_to_the_shell: i32 = stage.noted("code").trim().parse().unwrap();

    let mut stage = fourline("").start();
    in_the_midst(&stage);
    end(&stage);
    let status = stage.end();
    assert_given_back(&stage);
    match status {
        WaitStatus::Exited(_, code) => assert_eq!(told_to_the_shell, code),
        WaitStatus::Signaled(_, number, _) => assert_eq!(told_to_the_shell, 128 + number as i32),
        _ => {}
    }
    status
}

#[track_caller]
fn is_ended_by(number: Signal) {
    let status = ends(|stage| stage.signal(number));
    assert!(
        matches!(status, WaitStatus::Signaled(_, by, _) if by == number),
        "{status:?}"
    );
}

#[test]
fn q_asks_and_y_quits() {
    let status = ends(|stage| {
        stage.keys("q");
        stage.until("Quit");
        stage.keys("n");
        stage.gone("Quit");
        stage.keys("q");
        stage.until("Quit");
        stage.keys("y");
    });
    assert!(matches!(status, WaitStatus::Exited(_, 0)), "{status:?}");
}

#[test]
fn ctrl_c_quits_at_once() {
    let status = ends(|stage| stage.keys("Ctrl-C"));
    assert!(matches!(status, WaitStatus::Exited(_, 0)), "{status:?}");
}

#[test]
fn ctrl_c_quits_while_something_is_typed() {
    let status = ends(|stage| {
        stage.keys(":");
        stage.type_text("server li");
        stage.until("server li");
        stage.keys("Ctrl-C");
    });
    assert!(matches!(status, WaitStatus::Exited(_, 0)), "{status:?}");
}

#[test]
fn sigterm() {
    is_ended_by(SIGTERM);
}

#[test]
fn sigint() {
    is_ended_by(SIGINT);
}

#[test]
fn sighup() {
    is_ended_by(SIGHUP);
}

#[test]
fn sigquit() {
    is_ended_by(SIGQUIT);
}

#[track_caller]
fn is_ended_by_a_closed_terminal(stage: &mut Stage) {
    stage.hang_up();
    let status = stage.end();
    assert!(
        matches!(status, WaitStatus::Signaled(_, SIGHUP, _)),
        "{status:?}"
    );
}

#[test]
fn a_terminal_that_is_closed_ends_it() {
    let mut stage = fourline("").start();
    in_the_midst(&stage);
    is_ended_by_a_closed_terminal(&mut stage);
}

#[test]
fn a_terminal_that_is_closed_while_it_plays_ends_it() {
    let mut stage = fourline("demo --pace 50ms --loop").start();
    stage.until("✔ bind");
    is_ended_by_a_closed_terminal(&mut stage);
}

/// Stops it in this way, twice: it must also stop after it has gone on.
fn stops(stop: impl Fn(&Stage)) {
    let mut stage = fourline("").start();
    in_the_midst(&stage);
    for _ in 0..2 {
        stop(&stage);
        stage.stopped();
        stage.eventually("a terminal that was given back", || {
            stage.terminal(|t| !t.alternate_screen() && !t.hide_cursor())
        });
        assert_given_back(&stage);
        assert!(stage.is_cooked());
        stage.signal(SIGCONT);
        stage.until("accept waits");
        stage.settled();
        assert_taken(&stage);
    }
    stage.keys("Space");
    stage.until("step 3 of 11");
    stage.until("ESTABLISHED");
    stage.keys("Ctrl-C");
    assert_eq!(stage.code(), 0);
}

#[test]
fn ctrl_z_gives_the_shell_back() {
    stops(|stage| stage.keys("Ctrl-Z"));
}

#[test]
fn sigtstp_gives_the_shell_back() {
    stops(|stage| stage.signal(SIGTSTP));
}

#[test]
fn a_size_that_changed_while_it_was_stopped_is_taken_in() {
    let stage = fourline("").start();
    in_the_midst(&stage);
    stage.keys("Ctrl-Z");
    stage.stopped();
    stage.resize(80, 24);
    stage.signal(SIGCONT);
    stage.until_screen("a frame of 24 rows", |screen| {
        screen.contains("accept waits") && screen.lines().count() == 24
    });
}

/// A thread panics while the workbench is on the screen.
fn workbench_with_a_panic() {
    let opening = Opening {
        studies: Studies::default(),
        files: Files::default(),
        script: load::four_lines(Some(Address { ip: None, port: 0 }), None).unwrap(),
        vars: Vars::default(),
        opened: Opened::HOST,
        server: ([127, 0, 0, 1], 0).into(),
        settings: Settings {
            theme: ThemeName::Dark,
            ascii: false,
            reduced_motion: false,
            mouse: true,
            ..Settings::default()
        },
        keys: KeyTable::default(),
        pace: Nanos::from_millis(1_000),
        play: false,
        again: false,
    };
    thread::spawn(|| {
        // The test's other half says when it has seen the workbench.
        let home = env::var("HOME").unwrap();
        while !Path::new(&home).join("panic").exists() {
            thread::sleep(Duration::from_millis(10));
        }
        panic!("the ground trembles");
    });
    let failure = terminal::run(opening).unwrap_err();
    println!("{failure}");
    exit(i32::from(failure.outcome == Outcome::Refused));
}

#[test]
fn a_panic_gives_the_terminal_back() {
    if env::var_os("FOURLINE_TREMBLES").is_some() {
        return workbench_with_a_panic();
    }
    let mut stage = myself("endings::a_panic_gives_the_terminal_back")
        .env("FOURLINE_TREMBLES", "1")
        .under_a_shell()
        .start();
    in_the_midst(&stage);
    stage.note("panic");
    stage.until("the ground trembles");
    stage.keys("Space");
    stage.end();
    assert_eq!(stage.noted("code").trim(), "1");
    assert_eq!(stage.noted("before"), stage.noted("after"));
    assert_given_back(&stage);
    let screen = stage.screen();
    assert!(
        screen.contains("fourline has a mistake of its own"),
        "{screen}"
    );
    assert!(!screen.contains("SERVER"), "{screen}");
}
