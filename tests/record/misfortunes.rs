//! What can go wrong with the file of a recording.

use crate::stage::{Folder, exported, fourline};
use std::{
    env, fs,
    process::{Command, Stdio},
};

#[test]
fn a_file_that_is_there_is_never_overwritten() {
    let folder = Folder::new();
    let path = folder.path("talk.pcapng");
    fs::write(&path, "mine").unwrap();
    let script = folder.script("server listen 0\n");
    let told = fourline()
        .args(["run", "--network", "host", "--record"])
        .args([&path, &script])
        .output()
        .unwrap();
    assert_eq!(told.status.code(), Some(2));
    let said = String::from_utf8(told.stderr).unwrap();
    assert!(said.contains("talk.pcapng exists already"), "{said}");
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    let out = fourline()
        .arg("export")
        .arg(journal("four-lines"))
        .args(["--to", "text", "-o"])
        .arg(&path)
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(2));
    assert_eq!(fs::read(&path).unwrap(), b"mine");
}

#[test]
fn a_folder_that_is_not_there_is_told_before_anything_runs() {
    let folder = Folder::new();
    let script = folder.script("server listen 0\n");
    let told = fourline()
        .args(["run", "--network", "host", "--record"])
        .arg(folder.path("nowhere/talk.pcapng"))
        .arg(script)
        .output()
        .unwrap();
    assert_eq!(told.status.code(), Some(3));
    assert!(told.stdout.is_empty());
    let said = String::from_utf8(told.stderr).unwrap();
    assert!(
        said.contains("no such file or directory (ENOENT)"),
        "{said}"
    );
}

/// The disk is full in the middle of it: the conversation goes on to its end, the exit code says so, and what was
/// recorded is sound. On a disk of its own, in a namespace of its own.
#[test]
fn a_full_disk_ends_the_recording_and_nothing_else() {
    let folder = Folder::new();
    let mut text = String::from("server listen 0\nclient connect\nserver accept\n");
    for _ in 0..60 {
        text.push_str("client send bytes(3000)\nserver recv 3000 waitall\n");
    }
    text.push_str("say \"the end\"\n");
    let script = folder.script(&text);
    let disk = folder.path("disk");
    fs::create_dir(&disk).unwrap();
    let commands = r#"
mount -t tmpfs -o size=128k tmpfs "$1" || exit 77
"$2" run --network host --capture off --record "$1/talk.pcapng" "$3"
code=$?
cp "$1/talk.pcapng" "$1/../copy.pcapng"
exit $code
"#;
    let told = Command::new("unshare")
        .args(["-rm", "sh", "-c", commands, "full"])
        .arg(&disk)
        .arg(env!("CARGO_BIN_EXE_fourline"))
        .arg(&script)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&told.stderr).into_owned();
    if told.status.code() == Some(77) || said.contains("unshare failed") {
        assert!(env::var_os("CI").is_none(), "a disk is needed here: {said}");
        println!("skipped: no disk can be mounted here: {said}");
        return;
    }
    assert_eq!(told.status.code(), Some(3), "{said}");
    assert!(said.contains("no space left on device (ENOSPC)"), "{said}");
    let story = String::from_utf8(told.stdout).unwrap();
    assert!(story.contains("the end"), "{story}");
    let again = exported(&folder.path("copy.pcapng"), "jsonl");
    assert!(again.status.success(), "{again:?}");
    assert!(String::from_utf8_lossy(&again.stdout).lines().count() > 20);
}

/// Whoever reads what is told may stop, or refuse: the recording has it all the same.
#[test]
fn a_recording_does_not_depend_on_who_reads_what_is_told() {
    let folder = Folder::new();
    let script = folder.script("server listen 0\nclient connect\nclient send \"kept\"\n");
    let path = folder.path("talk.pcapng");
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let told = fourline()
        .args(["run", "--json", "--network", "host", "--record"])
        .args([&path, &script])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(told.status.code(), Some(3));
    let said = String::from_utf8(told.stderr).unwrap();
    assert!(said.contains("ENOSPC"), "{said}");
    let again = exported(&path, "jsonl");
    assert!(again.status.success(), "{again:?}");
    let events = String::from_utf8(again.stdout).unwrap();
    assert!(events.contains(r#""kind":"begin""#), "{events}");
}

#[test]
fn a_flag_that_would_record_nothing_is_refused() {
    let folder = Folder::new();
    let path = folder.path("nothing.pcapng");
    let journal = journal("four-lines");
    let journal = journal.to_str().unwrap();
    for what in [
        &["open", journal][..],
        &[journal],
        &["export", journal, "--to", "text"],
        &["doctor"],
        &["learn", "--list"],
        &["learn", "--reset", "1"],
    ] {
        let told = fourline()
            .args(what)
            .arg("--record")
            .arg(&path)
            .output()
            .unwrap();
        assert_eq!(told.status.code(), Some(2), "{what:?}");
        let said = String::from_utf8(told.stderr).unwrap();
        assert!(said.contains("nothing happens here"), "{said}");
        assert!(!path.exists(), "{what:?}");
    }
}

/// The prefix of a file that was cut is exported; it is said that it is one, and where it is.
#[test]
fn what_is_sound_of_a_cut_file_is_exported() {
    let folder = Folder::new();
    let whole = exported(&journal("lab-held"), "pcapng").stdout;
    let cut = folder.path("cut.pcapng");
    fs::write(&cut, &whole[..whole.len() * 2 / 3]).unwrap();
    let out = folder.path("out.jsonl");
    let told = fourline()
        .arg("export")
        .arg(&cut)
        .args(["--to", "jsonl", "-o"])
        .arg(&out)
        .output()
        .unwrap();
    assert_eq!(told.status.code(), Some(2));
    let said = String::from_utf8(told.stderr).unwrap();
    assert!(said.contains("What was sound is in "), "{said}");
    let all = fs::read_to_string(journal("lab-held")).unwrap();
    let part = fs::read_to_string(&out).unwrap();
    assert!(part.len() > 1000 && all.starts_with(&part));
}

#[test]
fn what_is_no_recording_is_told_in_words() {
    let folder = Folder::new();
    let cases: [(&str, &[u8], &str); 4] = [
        ("empty.pcapng", b"", "empty"),
        ("noise", &[0x5a; 400], "expected"),
        (
            "talk.fourline",
            b"server listen\n",
            "fourline --script FILE",
        ),
        ("page.html", b"<!doctype html><title>x</title>", "expected"),
    ];
    for (name, bytes, word) in cases {
        let path = folder.path(name);
        fs::write(&path, bytes).unwrap();
        let told = fourline().arg("open").arg(&path).output().unwrap();
        assert_eq!(told.status.code(), Some(2), "{name}");
        let said = String::from_utf8(told.stderr).unwrap();
        assert!(said.contains(word), "{name}: {said}");
    }
    let told = fourline()
        .arg("docter")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(told.status.code(), Some(2));
    let said = String::from_utf8(told.stderr).unwrap();
    assert!(said.contains("Did you mean the command doctor?"), "{said}");
    let told = fourline().arg("open").arg(&folder.0).output().unwrap();
    assert_eq!(told.status.code(), Some(2));
}

pub(crate) fn journal(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/journals")
        .join(name)
        .with_extension("jsonl")
}
