//! What the command line says of itself, as it stands, so that a change is seen; and completions for the shells.
//!
//! To take over what has changed: `INSTA_UPDATE=always cargo test --test help`.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot run the program has failed"
)]

use clap::CommandFactory;
use fourline::cli::Args;
use std::{
    fmt::Write as _,
    io::Write as _,
    process::{Command, Stdio},
};

fn fourline(arguments: &[&str]) -> String {
    let ended = Command::new(env!("CARGO_BIN_EXE_fourline"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(ended.status.success(), "{arguments:?}: {ended:?}");
    assert!(ended.stderr.is_empty(), "{arguments:?}: {ended:?}");
    String::from_utf8(ended.stdout).unwrap()
}

/// Whatever the width of the terminal in which the tests run.
fn help(of: &clap::Command) -> String {
    let mut of = of.clone().term_width(100);
    of.render_long_help().to_string()
}

#[test]
fn help_is_as_it_was() {
    let mut whole = Args::command();
    whole.build();
    let mut text = help(&whole);
    for of in whole.get_subcommands().filter(|c| c.get_name() != "help") {
        let _ = write!(text, "\n== {}\n{}", of.get_name(), help(of));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn the_man_page_is_as_it_was() {
    let page = fourline(&["man"]).replace(env!("CARGO_PKG_VERSION"), "VERSION");
    insta::assert_snapshot!(page);
}

#[test]
fn every_subcommand_answers_to_help_and_the_version_is_told() {
    for of in Args::command().get_subcommands() {
        assert!(fourline(&[of.get_name(), "--help"]).contains("Usage: fourline"));
    }
    let version = format!("fourline {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(fourline(&["--version"]), version);
}

#[test]
fn completions_know_every_subcommand() {
    for shell in ["bash", "zsh", "fish"] {
        let text = fourline(&["completions", shell]);
        for of in Args::command().get_subcommands() {
            assert!(text.contains(of.get_name()), "{shell}: {}", of.get_name());
        }
    }
}

#[test]
fn completions_are_scripts_that_bash_reads() {
    let mut bash = Command::new("bash");
    let ended = bash
        .args(["-c", "source /dev/stdin && complete -p fourline"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map(|mut child| {
            let text = fourline(&["completions", "bash"]);
            child
                .stdin
                .take()
                .unwrap()
                .write_all(text.as_bytes())
                .unwrap();
            child.wait_with_output().unwrap()
        })
        .unwrap();
    assert!(ended.status.success(), "{ended:?}");
}
