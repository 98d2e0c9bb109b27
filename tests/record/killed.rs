//! Whoever records and is killed loses what happened in the last moment at most: the file opens, and what is in it
//! happened.

use crate::stage::{Folder, exported, fourline};
use core::fmt::Write as _;
use std::{fs, path::Path, process::Stdio, thread, time::Duration};

#[test]
fn a_hundred_times_at_a_random_moment() {
    let mut text = String::from("server listen 0\nserver serve echo\nclient connect\n");
    for i in 0..400 {
        let _ = writeln!(text, "client send \"{i}\"\nclient recv");
    }
    let mut sizes = Vec::new();
    thread::scope(|scope| {
        let turns = [0, 1].map(|turn| {
            let text = &text;
            scope.spawn(move || {
                let folder = Folder::new();
                let script = folder.script(text);
                (0..50)
                    .map(|round| killed(&folder, &script, turn * 50 + round))
                    .collect::<Vec<_>>()
            })
        });
        for turn in turns {
            sizes.extend(turn.join().unwrap());
        }
    });
    sizes.sort_unstable();
    println!("recorded events when killed: {sizes:?}");
    let different = sizes.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(different > 20, "the moments are spread: {sizes:?}");
}

/// Kills it after a while; how many events the recording holds.
fn killed(folder: &Folder, script: &Path, round: u64) -> usize {
    let recording = folder.path(&format!("{round}.pcapng"));
    let told = folder.path(&format!("{round}.jsonl"));
    let mut child = fourline()
        .args([
            "run",
            "--json",
            "--network",
            "host",
            "--capture",
            "off",
            "--record",
        ])
        .arg(&recording)
        .arg(script)
        .stdout(Stdio::from(fs::File::create(&told).unwrap()))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // From the first moments to well into it, spread without a pattern.
    let pause = 20 + (round * 7919) % 260;
    thread::sleep(Duration::from_millis(pause));
    child.kill().unwrap();
    child.wait().unwrap();
    if fs::metadata(&recording).map_or(0, |m| m.len()) == 0 {
        return 0;
    }
    let again = exported(&recording, "jsonl");
    let said = String::from_utf8_lossy(&again.stderr);
    // A block that was cut is told, and all before it is there.
    assert!(
        matches!(again.status.code(), Some(0 | 2)),
        "{round}: {again:?}"
    );
    let (told, again) = (
        fs::read_to_string(&told).unwrap(),
        String::from_utf8_lossy(&again.stdout).into_owned(),
    );
    // What was told last may have been cut too.
    let whole = told.rfind('\n').map_or("", |end| &told[..end]);
    for (one, other) in whole.lines().zip(again.lines()) {
        assert_eq!(one, other, "round {round} {said}");
    }
    fs::remove_file(&recording).unwrap();
    again.lines().count().saturating_sub(1)
}
