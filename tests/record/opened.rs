//! A recording, opened without a terminal, and written in every format.

use crate::{
    misfortunes::journal,
    stage::{Folder, exported, fourline},
};
use fourline::export::EXPORTERS;
use std::fs;

#[test]
fn without_a_terminal_it_is_told_as_text() {
    for how in [&["open"][..], &[]] {
        let mut command = fourline();
        let told = command
            .args(how)
            .arg(journal("four-lines"))
            .output()
            .unwrap();
        assert!(told.status.success());
        let text = String::from_utf8(told.stdout).unwrap();
        for line in 1..=4 {
            assert!(text.contains(&format!("== line {line}:")), "{text}");
        }
    }
}

#[test]
fn every_format_is_written_to_a_file() {
    let folder = Folder::new();
    for format in EXPORTERS {
        let path = folder.path(&format!("talk.{}.{}", format.name, format.extension));
        let told = fourline()
            .arg("export")
            .arg(journal("lab-data-lost"))
            .args(["--to", format.name, "-o"])
            .arg(&path)
            .output()
            .unwrap();
        assert!(told.status.success(), "{}: {told:?}", format.name);
        assert!(fs::metadata(&path).unwrap().len() > 100, "{}", format.name);
    }
}

/// A pcapng that was exported is a recording; JSON Lines are too.
#[test]
fn what_is_exported_for_programs_opens_again() {
    let folder = Folder::new();
    let original = fs::read(journal("lab-held")).unwrap();
    let annotated = exported(&journal("lab-held"), "pcapng");
    let path = folder.path("annotated.pcapng");
    fs::write(&path, annotated.stdout).unwrap();
    let again = exported(&path, "jsonl");
    assert!(again.status.success(), "{again:?}");
    assert!(again.stdout == original);
    assert!(exported(&journal("lab-held"), "jsonl").stdout == original);
}

#[test]
fn a_format_that_is_not_there_is_told_with_those_that_are() {
    let told = exported(&journal("four-lines"), "pdf");
    assert_eq!(told.status.code(), Some(2));
    let said = String::from_utf8(told.stderr).unwrap();
    assert!(said.contains("mermaid") && said.contains("html"), "{said}");
}
