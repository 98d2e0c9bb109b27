//! Whoever records and is killed loses what happened in the last moment at most: the file opens, and what is in it
//! happened.

use crate::stage::{Folder, exported, fourline};
use core::fmt::Write as _;
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

#[test]
fn a_hundred_times_all_along() {
    let mut text = String::from("server listen 0\nserver serve echo\nclient connect\n");
    for i in 0..400 {
        let _ = writeln!(text, "client send \"{i}\"\nclient recv");
    }
    let whole = whole(&text);
    let mut ends = Vec::new();
    thread::scope(|scope| {
        let turns = [0, 1].map(|turn| {
            let text = &text;
            scope.spawn(move || {
                let folder = Folder::new();
                let script = folder.script(text);
                (0..50)
                    .map(|round| killed(&folder, &script, turn + 2 * round, whole))
                    .collect::<Vec<_>>()
            })
        });
        for turn in turns {
            ends.extend(turn.join().unwrap());
        }
    });
    let (mut sizes, mut lost): (Vec<usize>, Vec<usize>) = ends.into_iter().unzip();
    sizes.sort_unstable();
    lost.sort_unstable();
    println!("events that were told and not recorded: {lost:?}");
    // A busy machine may stop the thread that writes for a while, but not each time: a call and what follows from it
    // are some ten events.
    assert!(lost[lost.len() / 2] < 50, "{lost:?}");
    println!("recorded events when killed: {sizes:?}");
    let different = sizes.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(different > 20, "the moments are spread: {sizes:?}");
    let (early, last) = (sizes[sizes.len() / 4], sizes[sizes.len() - 1]);
    assert!(early < last / 4 * 3, "from the beginning on: {sizes:?}");
}

/// How many bytes the recording of a script has when nobody kills it.
fn whole(text: &str) -> u64 {
    let folder = Folder::new();
    let recording = folder.path("whole.pcapng");
    let told = recorded(&recording, &folder.script(text)).output().unwrap();
    assert!(told.status.success(), "{told:?}");
    fs::metadata(&recording).unwrap().len()
}

fn recorded(recording: &Path, script: &Path) -> Command {
    let mut command = fourline();
    command.args(["run", "--json", "--network", "host", "--capture", "off"]);
    command.arg("--record").args([recording, script]);
    command
}

/// Kills it when so many hundredths of it were recorded; how many events the recording holds, and how many more were
/// told.
fn killed(folder: &Folder, script: &Path, round: u64, whole: u64) -> (usize, usize) {
    let recording = folder.path(&format!("{round}.pcapng"));
    let told = folder.path(&format!("{round}.jsonl"));
    let mut child = recorded(&recording, script)
        .stdout(Stdio::from(fs::File::create(&told).unwrap()))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // From the first moments to the last ones, by how much was recorded; the program ends by itself at the latest.
    let size = || fs::metadata(&recording).map_or(0, |m| m.len());
    while size() < whole * round / 100 && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_micros(300));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    if size() == 0 {
        return (0, 0);
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
    let (told, again) = (whole.lines().count(), again.lines().count());
    (again.saturating_sub(1), told.saturating_sub(again))
}
