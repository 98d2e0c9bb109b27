//! A session that is kept: recorded while it goes on, opened again, and written in other formats; with keys alone.

use crate::stage::{Home, fourline};
use std::{fs, path::Path, process::Command};

/// What is in a recording, as text.
pub(crate) fn text_of(path: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fourline"));
    let told = command.arg("open").arg(path).output().unwrap();
    assert!(told.status.success(), "{told:?}");
    String::from_utf8(told.stdout).unwrap()
}

/// Types over the name that is proposed.
pub(crate) fn name(stage: &crate::stage::Stage, path: &Path) {
    stage.keys("Ctrl-U");
    stage.type_text(&path.display().to_string());
    stage.keys("Enter");
}

#[test]
fn r_records_from_the_first_event_on_and_r_ends_it() {
    let folder = Home::new();
    let path = folder.path().join("talk.pcapng");
    let mut stage = fourline("").size(120, 36).start();
    stage.until("Space");
    stage.keys("Space");
    stage.until("LISTEN");
    stage.settled();
    stage.keys("r");
    stage.until("record to the file fourline-");
    name(&stage, &path);
    stage.until("Recording to ");
    stage.until("● talk.pcapng");
    for step in 2..=4 {
        stage.settled();
        stage.keys("Space");
        stage.until(&format!("step {step} of 11"));
    }
    stage.settled();
    stage.keys("r");
    stage.until("talk.pcapng is complete");
    stage.gone("● talk.pcapng");
    let text = text_of(&path);
    assert!(text.contains("listen("), "what was before is in it: {text}");
    assert!(text.contains("send("), "what came after is in it: {text}");

    // The same name again: only if it is meant.
    let before = fs::read(&path).unwrap();
    stage.keys("r");
    stage.until("record to the file");
    name(&stage, &path);
    stage.until("This file exists already");
    stage.keys("Esc");
    stage.gone("record to the file");
    assert!(fs::read(&path).unwrap() == before);
    stage.keys("r");
    stage.until("record to the file");
    name(&stage, &path);
    stage.until("This file exists already");
    stage.keys("Enter");
    stage.until("● talk.pcapng");
    stage.keys("q y");
    assert_eq!(stage.code(), 0);
    let after = fs::read(&path).unwrap();
    assert!(after.len() >= before.len(), "all of it is there again");
    let said = String::from_utf8_lossy(&stage.raw()).into_owned();
    assert!(said.contains("Recorded: "), "{said}");
}

#[test]
fn a_place_that_cannot_be_written_is_told_and_the_session_goes_on() {
    let mut stage = fourline("").size(120, 36).start();
    stage.until("Space");
    stage.keys("r");
    stage.until("record to the file");
    name(&stage, Path::new("/proc/nowhere/talk.pcapng"));
    stage.until("no such file or directory (ENOENT)");
    stage.keys("Space");
    stage.until("LISTEN");
    stage.keys("q y");
    assert_eq!(stage.code(), 0);
}

#[test]
fn e_writes_a_format_that_is_chosen() {
    let folder = Home::new();
    let path = folder.path().join("story.txt");
    let mut stage = fourline("").size(120, 36).start();
    stage.until("Space");
    stage.keys("Space");
    stage.until("LISTEN");
    stage.settled();
    stage.keys("e");
    stage.until("EXPORT");
    stage.until("jsonl");
    stage.keys("Down Down Enter");
    stage.until("text to the file fourline-");
    name(&stage, &path);
    stage.until("Written: ");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("== line 1:"), "{text}");
    stage.keys("e Down Down Enter");
    stage.until("text to the file");
    name(&stage, &path);
    stage.until("This file exists already");
    stage.keys("Esc");
    stage.gone("text to the file");
    stage.keys("q y");
    assert_eq!(stage.code(), 0);
}

#[test]
fn a_recording_is_walked_through_and_played() {
    let folder = Home::new();
    let path = folder.path().join("talk.pcapng");
    let script = folder.path().join("talk.fourline");
    // Nobody else has the port that the kernel picks.
    let talk = include_str!("../../assets/scripts/four-lines.fourline");
    fs::write(&script, talk.replace("listen 10008", "listen 0")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_fourline"));
    command.args(["run", "--network", "host", "--capture", "off", "--record"]);
    let told = command.arg(&path).arg(script).output().unwrap();
    assert!(told.status.success(), "{told:?}");

    let mut stage = fourline("open")
        .arg(path.display().to_string())
        .size(120, 36)
        .start();
    stage.until("talk.pcapng");
    stage.until("event  1 of ");
    for _ in 0..4 {
        stage.keys("Space");
        stage.settled();
    }
    stage.until("LISTEN");
    stage.keys("End");
    stage.until("That was the whole conversation");
    let end = stage.settled();
    assert!(!end.contains("Space goes on"), "{end}");

    // Nothing can be done in it any more.
    stage.keys(":");
    stage.until("nothing can be done in it");
    stage.keys("r");
    stage.until("is a recording already");

    // But it can be written in another format.
    stage.keys("e");
    stage.until("the whole recording");
    let written = folder.path().join("again.jsonl");
    stage.keys("Enter");
    stage.until("to the file talk.");
    name(&stage, &written);
    stage.until("Written: ");
    assert!(fs::metadata(&written).unwrap().len() > 0);

    // It plays, ends by itself, and is where it was.
    stage.keys("Home + + + a");
    stage.until("That was the whole conversation");
    stage.keys("q");
    stage.until("The file stays as it is.");
    stage.keys("y");
    assert_eq!(stage.code(), 0);
}
