//! Recordings when things go wrong: the disk fills up, the program is ended or stopped, the file changes while it is
//! shown.

use crate::{
    recorded::{name, text_of},
    stage::{Home, Stage, fourline},
};
use core::fmt::Write as _;
use fourline::{
    model::{
        event::{Event, Fact, ScriptLine, Sight, Source},
        ids::{EventId, Nanos},
    },
    record::Recorder,
};
use nix::sys::{
    signal::Signal::{self, SIGCONT, SIGHUP, SIGKILL, SIGTERM},
    wait::WaitStatus,
};
use std::{
    env, fs,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::Command,
};

/// More than the pages that are kept in memory hold.
const MANY: u64 = 60_000;

/// What is in a recording, event by event.
fn events_of(path: &Path) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fourline"));
    let command = command.arg("export").arg(path).args(["--to", "jsonl"]);
    let told = command.output().unwrap();
    assert!(told.status.success(), "{told:?}");
    let text = String::from_utf8(told.stdout).unwrap();
    text.lines().skip(1).map(str::to_owned).collect()
}

/// Begins the four lines, recorded from the beginning; the server waits in `accept`.
fn recording(path: &Path) -> Stage {
    let stage = fourline("--record").arg(path.display().to_string()).start();
    stage.until("● talk.pcapng");
    stage.keys("Space");
    stage.until("step 1 of 11");
    stage.settled();
    stage.keys("Space");
    stage.until("accept waits");
    stage.settled();
    stage
}

fn opened(path: &Path) -> Stage {
    let stage = fourline("open").arg(path.display().to_string()).start();
    stage.until("event ");
    stage.settled();
    stage
}

#[track_caller]
fn quits(mut stage: Stage) {
    stage.keys("q y");
    assert_eq!(stage.code(), 0);
}

#[test]
fn a_full_disk_ends_the_recording_and_the_session_goes_on() {
    let folder = Home::new();
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mounted = Command::new("unshare")
        .args(["-rm", "mount", "-t", "tmpfs", "tmpfs"])
        .arg(&disk)
        .output();
    let refused = match mounted {
        Ok(done) if done.status.success() => None,
        Ok(done) => Some(String::from_utf8_lossy(&done.stderr).into_owned()),
        Err(e) => Some(e.to_string()),
    };
    if let Some(why) = refused {
        assert!(env::var_os("CI").is_none(), "a disk is needed here: {why}");
        println!("skipped: no disk can be mounted here: {why}");
        return;
    }
    let commands = r#"
mount -t tmpfs -o size=64k tmpfs "$1" || exit 77
cd "$1"; "$2" --listen 127.0.0.1:0 --record talk.pcapng --script ../long.fourline
code=$?
cp talk.pcapng ../copy.pcapng
exit $code
"#;
    let mut text = String::from("server listen 0\nclient connect\nserver accept\n");
    for _ in 0..40 {
        let _ = write!(text, "client send bytes(3000)\nserver recv 3000 waitall\n");
    }
    fs::write(folder.path().join("long.fourline"), text).unwrap();
    let disk = disk.display().to_string();
    let stage = fourline("").through("unshare", &["-rm", "sh", "-c", commands, "full", &disk]);
    let stage = stage.start();
    stage.until("● talk.pcapng");
    stage.keys("- - + + + + + + + + a");
    stage.until("The recording ends here: no space left on device (ENOSPC)");
    stage.gone("● talk.pcapng");
    stage.keys("a");
    stage.settled();
    stage.statement("say \"it goes on\"");
    stage.until("it goes on");
    quits(stage);
    let kept = events_of(&folder.path().join("copy.pcapng"));
    assert!(kept.len() > 10, "{} events", kept.len());
}

/// Ended by this in the midst of things: all that was on the screen is in the file.
fn ended_by(signal: Signal) {
    let folder = Home::new();
    let path = folder.path().join("talk.pcapng");
    let mut stage = recording(&path);
    stage.keys("Space");
    stage.until("ESTABLISHED");
    stage.settled();
    stage.signal(signal);
    let ended = stage.end();
    assert!(
        matches!(ended, WaitStatus::Signaled(_, by, _) if by == signal),
        "{ended:?}"
    );
    let text = text_of(&path);
    for what in ["listen(", "connect(", "accept"] {
        assert!(text.contains(what), "{what}: {text}");
    }
    if signal != SIGKILL {
        let said = String::from_utf8_lossy(&stage.raw()).into_owned();
        assert!(said.contains("Recorded: "), "{said}");
    }
    let stage = opened(&path);
    stage.keys("End");
    stage.until("ESTABLISHED");
    quits(stage);
}

#[test]
fn sigterm_while_it_records() {
    ended_by(SIGTERM);
}

#[test]
fn sighup_while_it_records() {
    ended_by(SIGHUP);
}

#[test]
fn sigkill_while_it_records() {
    ended_by(SIGKILL);
}

#[test]
fn a_closed_terminal_while_it_records() {
    let folder = Home::new();
    let path = folder.path().join("talk.pcapng");
    let mut stage = recording(&path);
    stage.hang_up();
    stage.end();
    assert!(text_of(&path).contains("listen("));
}

#[test]
fn a_recording_goes_on_after_a_stop() {
    let folder = Home::new();
    let path = folder.path().join("talk.pcapng");
    let stage = recording(&path);
    stage.keys("Ctrl-Z");
    stage.stopped();
    let before = events_of(&path);
    assert!(before.iter().any(|e| e.contains(r#""call":"listen""#)));
    stage.signal(SIGCONT);
    stage.until("accept waits");
    stage.until("● talk.pcapng");
    stage.keys("Space");
    stage.until("ESTABLISHED");
    stage.settled();
    quits(stage);
    let after = events_of(&path);
    assert!(after.len() > before.len() && after.starts_with(&before));
    assert!(after.iter().any(|e| e.contains(r#""call":"connect""#)));
}

#[test]
fn two_recordings_of_one_session_both_begin_with_it() {
    let folder = Home::new();
    let paths = ["one.pcapng", "two.pcapng"].map(|name| folder.path().join(name));
    let stage = fourline("").start();
    stage.until("Nothing has happened yet");
    stage.keys("Space");
    stage.until("LISTEN");
    for path in &paths {
        stage.settled();
        stage.keys("r");
        stage.until("record to the file");
        name(&stage, path);
        stage.until("● ");
        stage.keys("Space");
        stage.settled();
        stage.keys("r");
        stage.until("is complete");
        stage.gone("● ");
    }
    stage.until("ESTABLISHED");
    quits(stage);
    let [one, two] = paths.map(|path| events_of(&path));
    assert!(one[0].contains(r#""kind":"begin""#), "{}", one[0]);
    assert!(one.iter().any(|e| e.contains(r#""call":"listen""#)));
    assert!(two.len() > one.len() && two.starts_with(&one));
}

#[test]
fn a_script_that_was_walked_twice_is_walked_twice_again() {
    let folder = Home::new();
    let path = folder.path().join("talk.pcapng");
    let stage = recording(&path);
    stage.statement("again 1");
    stage.until("step 0 of 11");
    stage.settled();
    stage.keys("Space");
    stage.until("step 1 of 11");
    stage.settled();
    quits(stage);
    let events = events_of(&path);
    let begins = events
        .iter()
        .filter(|e| e.contains(r#""kind":"begin""#))
        .count();
    assert_eq!(begins, 2, "{events:#?}");

    let stage = opened(&path);
    let mut listening = Vec::new();
    for _ in 0..events.len() {
        stage.keys("Space");
        let screen = stage.settled();
        if screen.contains("This is the end of the recording") {
            break;
        }
        listening.push(screen.contains("LISTEN"));
    }
    stage.until("This is the end of the recording");
    // It listens, then it is gone, then it listens again.
    listening.dedup();
    assert!(
        listening.ends_with(&[true, false, true]),
        "{listening:?}; the screen is:\n{}",
        stage.screen()
    );
    quits(stage);
}

/// A long recording, of a script that says something every millisecond.
fn long(path: &Path) {
    let mut out = BufWriter::new(fs::File::create(path).unwrap());
    let mut recorder = Recorder::begin(&mut out, 1_763_866_800_000_000_000).unwrap();
    for id in 1..=MANY {
        let fact = if id == 1 {
            Fact::Begin {
                network: "host".to_owned(),
                script: Vec::<ScriptLine>::new(),
                server: "127.0.0.1:10008".parse().unwrap(),
                sight: Sight::default(),
                no_lab: None,
            }
        } else {
            Fact::Say {
                text: format!("word {id}"),
            }
        };
        let event = Event {
            id: EventId(id),
            at_ns: Nanos::from_millis(id),
            happened_ns: None,
            who: None,
            source: Source::Script,
            fact,
            cause: None,
        };
        recorder.event(&mut out, &event, "something").unwrap();
    }
    out.flush().unwrap();
}

/// Types where to go.
fn go(stage: &Stage, place: &str) {
    stage.keys("g");
    stage.until("go to:");
    stage.type_text(place);
    stage.keys("Enter");
    stage.gone("go to:");
}

/// A recording of many pages, shown and read to its end.
fn long_opened(folder: &Home) -> (PathBuf, Stage) {
    let path = folder.path().join("long.pcapng");
    long(&path);
    let stage = opened(&path);
    stage.until("of 60,000");
    (path, stage)
}

/// Only the first events are left in it, and in memory the last ones.
fn cut(path: &Path) {
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    let left = file.metadata().unwrap().len() / 5;
    file.set_len(left).unwrap();
}

#[test]
fn a_file_that_is_cut_while_it_is_shown() {
    let folder = Home::new();
    let (path, stage) = long_opened(&folder);
    cut(&path);
    go(&stage, "20000");
    stage.until("Part of the file cannot be read any more");
    for _ in 0..3 {
        stage.keys("Space Left PageUp Home");
        stage.until("event      1 of 60,000");
        stage.keys("End");
        stage.until("event 60,000 of 60,000");
    }
    quits(stage);
}

#[test]
fn a_file_that_is_deleted_while_it_is_shown_stays_whole() {
    let folder = Home::new();
    let (path, stage) = long_opened(&folder);
    fs::remove_file(&path).unwrap();
    go(&stage, "20000");
    stage.until("word 20000");
    stage.keys("Home");
    stage.until("event      1 of 60,000");
    stage.keys("End");
    let end = stage.until("event 60,000 of 60,000");
    assert!(!end.contains("cannot be read"), "{end}");
    quits(stage);
}

/// It plays over what is missing, and comes to its end.
#[test]
fn a_file_that_is_cut_while_it_plays() {
    let folder = Home::new();
    let (path, stage) = long_opened(&folder);
    cut(&path);
    go(&stage, "11000");
    stage.until("word 11000");
    stage.keys("+ + + + a");
    stage.until("event 60,000 of 60,000");
    quits(stage);
}

#[test]
fn a_recording_that_is_still_written_is_opened() {
    let folder = Home::new();
    let path = folder.path().join("talk.pcapng");
    let writes = recording(&path);
    let reads = opened(&path);
    reads.keys("End");
    reads.until("accept waits");
    writes.keys("Space");
    writes.until("ESTABLISHED");
    writes.settled();
    let before = reads.settled();
    assert!(!before.contains("ESTABLISHED"), "{before}");
    quits(reads);
    let reads = opened(&path);
    reads.keys("End");
    reads.until("ESTABLISHED");
    quits(reads);
    quits(writes);
}

/// Chooses the first format, JSON Lines, and a name.
fn export(stage: &Stage, path: &Path) {
    stage.keys("e");
    stage.until("EXPORT");
    stage.keys("Enter");
    stage.until("jsonl to the file");
    name(stage, path);
}

#[test]
fn what_is_being_recorded_is_not_replaced_by_an_export() {
    let folder = Home::new();
    let path = folder.path().join("talk.pcapng");
    let stage = recording(&path);
    export(&stage, &path);
    stage.until("This file is being recorded.");
    quits(stage);
    assert!(text_of(&path).contains("listen("));
}

#[test]
fn an_opened_file_is_replaced_by_its_export_whole() {
    let folder = Home::new();
    let (path, stage) = long_opened(&folder);
    stage.settled();
    export(&stage, &path);
    stage.until("This file exists already");
    stage.keys("Enter");
    stage.until("Written: ");
    // What is shown is still the file that was opened.
    go(&stage, "20000");
    stage.until("word 20000");
    quits(stage);
    let stage = opened(&path);
    stage.until("of 60,000");
    go(&stage, "20000");
    stage.until("word 20000");
    quits(stage);
}

#[test]
fn nothing_is_exported_before_all_is_read() {
    let folder = Home::new();
    let path = folder.path().join("long.jsonl");
    let mut text = String::from("{\"fourline\":1,\"epoch_ns\":1763866800000000000}\n");
    for id in 1..=20 * MANY {
        let at = id * 1_000;
        let _ = writeln!(
            text,
            r#"{{"id":{id},"at_ns":{at},"who":null,"source":"script","kind":"say","text":"word {id}"}}"#
        );
    }
    fs::write(&path, text).unwrap();
    let out = folder.path().join("out.jsonl");
    let stage = fourline("open").arg(path.display().to_string()).start();
    stage.until("word 1");
    export(&stage, &out);
    stage.until("The rest of the file is still being read");
    assert!(!out.exists());
    // Nobody waits for the rest.
    quits(stage);
}
