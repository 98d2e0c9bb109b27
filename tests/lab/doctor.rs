use crate::stage::{lab, program};
use std::process::{Command, Stdio};

fn doctor(term: &str) -> (Option<i32>, String) {
    let ended = Command::new(program())
        .arg("doctor")
        .env("TERM", term)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(ended.stderr.is_empty(), "{ended:?}");
    (
        ended.status.code(),
        String::from_utf8(ended.stdout).unwrap(),
    )
}

#[test]
fn every_need_has_its_line_and_a_missing_one_its_help() {
    let (code, text) = doctor("xterm-256color");
    // The sockets of this machine work, or no test here would.
    assert_eq!(code, Some(0), "{text}");
    for name in [
        "Linux",
        "sockets",
        "socket tables",
        "user namespace",
        "/dev/net/tun",
        "the lab",
        "capture",
        "clock",
        "terminal",
        "colours",
        "size",
        "letters",
    ] {
        assert!(text.contains(&format!(" {name}: ")), "{name}:\n{text}");
    }
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let verdict = line.split_whitespace().next().unwrap();
        assert!(["ok", "note", "missing"].contains(&verdict), "{line}");
        assert!(line.ends_with('.'), "a sentence: {line}");
        let helped = lines.next_if(|l| l.starts_with("   ")).is_some();
        assert_eq!(helped, verdict != "ok", "{text}");
    }
}

#[test]
fn what_it_says_of_the_lab_is_true() {
    let (_, text) = doctor("dumb");
    let up = text.contains("ok       the lab: It was up in");
    assert_eq!(up, lab().is_some(), "{text}");
    assert!(text.contains("note     terminal"), "{text}");
}

#[test]
fn a_terminals_name_cannot_command_the_terminal() {
    let (_, text) = doctor("x\u{1b}[2J");
    assert!(text.contains("TERM is x") && !text.contains('\u{1b}'));
}
