//! Without a terminal: text on standard output, and exit codes.

use crate::stage::{Home, fourline};
use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

/// What a run told, and how it ended.
pub(crate) struct Told {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
}

/// Runs `fourline` in pipes, in a home where nothing is set.
pub(crate) fn run(args: &[&str], input: &str) -> Told {
    let home = Home::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_fourline"))
        .args(args)
        .env("HOME", home.path())
        .env_remove("XDG_CONFIG_HOME")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who does not want to read it has ended already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let ended = child.wait_with_output().unwrap();
    Told {
        out: String::from_utf8(ended.stdout).unwrap(),
        err: String::from_utf8(ended.stderr).unwrap(),
        code: ended.status.code().unwrap_or(-1),
    }
}

const LISTEN: [&str; 2] = ["--listen", "127.0.0.1:0"];

#[track_caller]
fn assert_the_four_lines(told: &Told) {
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    for said in [
        "hello, server",
        "I have received it",
        "line 1",
        "line 2",
        "line 3",
        "line 4",
    ] {
        assert!(
            told.out.to_lowercase().contains(&said.to_lowercase()),
            "no {said} in\n{}",
            told.out
        );
    }
    assert!(!told.out.contains('\x1b'), "{}", told.out);
}

#[test]
fn in_a_pipe_the_four_lines_are_told_as_text() {
    assert_the_four_lines(&run(&LISTEN, ""));
    assert_the_four_lines(&run(&["demo", "--listen", "127.0.0.1:0"], ""));
}

#[test]
fn on_a_terminal_that_can_do_nothing_too() {
    let mut stage = fourline("").size(200, 60).env("TERM", "dumb").start();
    assert_eq!(stage.code(), 0);
    let out = String::from_utf8(stage.raw()).unwrap();
    assert_the_four_lines(&Told {
        out,
        err: String::new(),
        code: 0,
    });
}

#[test]
fn a_reader_who_goes_away_is_no_misfortune() {
    let program = env!("CARGO_BIN_EXE_fourline");
    for args in [
        "--listen 127.0.0.1:0",
        "language",
        "man",
        "--help",
        "completions bash",
    ] {
        let line = format!("( {program} {args}; echo $? >&3 ) 3>&2 | true");
        let ended = Command::new("sh").args(["-c", &line]).output().unwrap();
        let err = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(err.trim(), "0", "{args}");
    }
}

#[test]
fn what_it_prints_about_itself() {
    for (args, said) in [
        (&["--help"][..], "Examples:"),
        (&["-h"], "Usage:"),
        (&["--version"], env!("CARGO_PKG_VERSION")),
        (&["completions", "bash"], "_fourline()"),
        (&["completions", "zsh"], "#compdef fourline"),
        (&["completions", "fish"], "complete -c fourline"),
        (&["man"], ".TH fourline"),
        (&["language"], "server listen"),
        (&["config"], "[keys]"),
        (&["run", "--help"], "--json"),
        (&["help", "demo"], "--loop"),
    ] {
        let told = run(args, "");
        assert_eq!(told.code, 0, "{args:?}: {}", told.err);
        assert!(
            told.out.contains(said),
            "{args:?}: no {said} in\n{}",
            told.out
        );
        assert!(!told.out.contains('\x1b'), "{args:?}");
        assert_eq!(told.err, "", "{args:?}");
    }
}

#[test]
fn what_it_does_not_understand_ends_with_2() {
    for (args, said) in [
        (&["--lisen"][..], "--listen"),
        (&["runn"], "run"),
        (&["run"], "Usage"),
        (&["run", "/nowhere/at/all"], "cannot be read"),
        (&["--listen", "nowhere"], "127.0.0.1:10008"),
        (&["--pace", "soon"], "1.5s"),
        (&["--theme", "mauve"], "high-contrast"),
        (&["completions", "cobol"], "bash"),
    ] {
        let told = run(args, "");
        assert_eq!(told.code, 2, "{args:?}");
        assert!(
            told.err.contains(said),
            "{args:?}: no {said} in\n{}",
            told.err
        );
        assert_eq!(told.out, "", "{args:?}");
    }
}

#[test]
fn a_script_from_standard_input() {
    let told = run(
        &["run", "-", "--listen", "127.0.0.1:0"],
        "server listen 0\nexpect server state LISTEN\n",
    );
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    let told = run(
        &["run", "-"],
        "client connect 1\nexpect client state ESTABLISHED within 10ms\n",
    );
    assert_eq!(told.code, 1, "{}{}", told.out, told.err);
    let told = run(&["run", "-"], "server lisen\n");
    assert_eq!(told.code, 2, "{}", told.out);
    assert!(told.err.contains("listen"), "{}", told.err);
}

#[test]
fn a_configuration_with_a_mistake_names_its_line() {
    let home = Home::new();
    let file = home.path().join("config.toml");
    fs::write(&file, "theme = \"light\"\n\n# a remark\nthene = \"dark\"\n").unwrap();
    let mut stage = fourline("--config").arg(file.display().to_string()).start();
    assert_eq!(stage.code(), 2);
    let screen = stage.screen();
    assert!(
        screen.contains("line 4") && screen.contains("theme"),
        "{screen}"
    );
    fs::write(&file, "[keys]\nnext = \"Spcae\"\n").unwrap();
    let mut stage = fourline("--config").arg(file.display().to_string()).start();
    assert_eq!(stage.code(), 2);
    let screen = stage.screen();
    assert!(
        screen.contains("line 2") && screen.contains("Space"),
        "{screen}"
    );
}

#[test]
fn a_configuration_changes_keys_colours_and_signs() {
    let home = Home::new();
    fs::create_dir_all(home.path().join("fourline")).unwrap();
    let file = home.path().join("fourline/config.toml");
    fs::write(
        &file,
        "ascii = true\nmouse = false\n[keys]\nnext = [\"F5\", \"v\"]\nquit-now = \"Q\"\n",
    )
    .unwrap();
    let folder = home.path().display().to_string();
    let mut stage = fourline("").env("XDG_CONFIG_HOME", &folder).start();
    stage.until("Nothing has happened yet");
    stage.until("F5");
    stage.keys("Space");
    stage.until("Space does nothing here");
    stage.keys("v");
    stage.until("LISTEN");
    stage.settled();
    stage.send(b"\x1b[15~");
    stage.until("accept waits");
    stage.terminal(|t| assert_eq!(t.mouse_protocol_mode(), vt100::MouseProtocolMode::None));
    assert!(stage.raw().is_ascii());
    stage.keys("Q");
    assert_eq!(stage.code(), 0);
}

#[test]
fn a_log_is_written_as_it_happens_and_never_over_another() {
    let home = Home::new();
    let file = home.path().join("talk.log");
    let name = file.display().to_string();
    let stage = fourline("--log").arg(&name).start();
    stage.until("Nothing has happened yet");
    stage.keys("Space");
    stage.until("LISTEN");
    stage.eventually("a log", || {
        fs::read_to_string(&file).is_ok_and(|text| text.contains("listen"))
    });
    let mut other = fourline("--log").arg(&name).start();
    assert_eq!(other.code(), 2);
    let screen = other.screen();
    assert!(
        screen.contains("talk.log") && screen.contains("exists already"),
        "{screen}"
    );
}
