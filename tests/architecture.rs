//! The walls of the house: which room may know which. One package has no crate walls, so this test is the wall.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its sources has failed"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A room, the rooms of ours that it may use, and the words that must not stand in it.
struct Room {
    name: &'static str,
    may_use: &'static [&'static str],
    never: &'static [&'static str],
}

/// Asking what time it is, touching files or the network, and whatever runs by itself.
const IMPURE: &[&str] = &[
    "tokio",
    "std::time",
    "std::net",
    "std::fs",
    "std::thread",
    "std::process",
    "std::env",
    "socket2",
    "nix::",
    "libc::",
    "Instant::now",
    "SystemTime",
];

const ROOMS: &[Room] = &[
    Room {
        name: "model",
        may_use: &[],
        never: &["ratatui", "crossterm"],
    },
    Room {
        name: "language",
        may_use: &["model"],
        never: &["ratatui", "crossterm"],
    },
    Room {
        name: "cable",
        may_use: &["model"],
        never: &["ratatui", "crossterm"],
    },
    Room {
        name: "packet",
        may_use: &["model"],
        never: &["ratatui", "crossterm"],
    },
    Room {
        name: "code",
        may_use: &["model"],
        never: &["ratatui", "crossterm"],
    },
    Room {
        name: "record",
        may_use: &["model", "packet"],
        never: &["ratatui", "crossterm"],
    },
    Room {
        name: "export",
        may_use: &["model", "language", "packet", "record", "code"],
        never: &["crossterm"],
    },
    Room {
        name: "lesson",
        may_use: &["model", "language"],
        never: &["ratatui", "crossterm"],
    },
    Room {
        name: "app",
        may_use: &["model", "language", "packet", "lesson", "code"],
        never: &["ratatui"],
    },
    Room {
        name: "ui",
        may_use: &["app", "model", "packet", "lesson", "code"],
        never: &["&mut App"],
    },
    Room {
        name: "os",
        may_use: &["model", "packet", "cable"],
        never: &["ratatui", "crossterm"],
    },
];

/// All rooms, so that a new one is noticed.
const ALL: &[&str] = &[
    "app", "cable", "cli", "code", "export", "language", "lesson", "model", "os", "packet",
    "record", "run", "ui",
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

/// The code of a file: without comments, and without its tests, which may do what they like.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .fold(String::new(), |all, line| all + line + "\n")
}

/// What stands between `use crate::{` and its end: a module of the same name elsewhere is not a room.
fn taken(code: &str) -> String {
    code.match_indices("use crate::{")
        .filter_map(|(at, _)| code[at..].split(';').next())
        .collect()
}

fn is_test(path: &Path) -> bool {
    path.components().any(|c| {
        matches!(
            c.as_os_str().to_str(),
            Some("tests" | "tests.rs" | "testing" | "testing.rs" | "stage.rs" | "fixtures.rs")
        )
    })
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn every_room_is_known() {
    let mut rooms: Vec<_> = fs::read_dir(src())
        .unwrap()
        .map(|e| e.unwrap())
        .filter(|e| e.path().is_dir())
        .map(|e| e.file_name().into_string().unwrap())
        .collect();
    rooms.sort();
    assert_eq!(
        rooms, ALL,
        "a room was added or taken away: say here what it may know"
    );
}

#[test]
fn no_room_knows_what_it_must_not() {
    let mut broken = Vec::new();
    for room in ROOMS {
        let pure = room.name != "os";
        for path in files(&src().join(room.name))
            .into_iter()
            .filter(|p| !is_test(p))
        {
            let code = code(&path);
            let taken = taken(&code);
            let mut found = |word: String| broken.push(format!("{}: {word}", path.display()));
            for other in ALL
                .iter()
                .filter(|o| **o != room.name && !room.may_use.contains(o))
            {
                if code.contains(&format!("crate::{other}"))
                    || taken.contains(&format!("\n    {other}::"))
                    || taken.contains(&format!("use crate::{{{other}::"))
                {
                    found(format!("uses {other}"));
                }
            }
            for word in room.never {
                if code.contains(word) {
                    found(format!("says {word}"));
                }
            }
            for word in IMPURE.iter().filter(|_| pure) {
                if code.contains(word) {
                    found(format!("says {word}"));
                }
            }
        }
    }
    assert!(
        broken.is_empty(),
        "walls are broken:\n{}",
        broken.join("\n")
    );
}

#[test]
fn every_file_opens_with_what_it_is_for_and_is_small_enough_to_read() {
    let mut wrong = Vec::new();
    for path in files(&src()) {
        let text = fs::read_to_string(&path).unwrap();
        if !text.starts_with("//!") {
            wrong.push(format!("{} does not say what it is for", path.display()));
        }
        let lines = text.lines().count();
        if lines > 500 && !is_test(&path) {
            wrong.push(format!(
                "{} has {lines} lines: is it one idea?",
                path.display()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsafe_code_stands_only_where_the_operating_system_is_talked_to() {
    let lawful = ["os"];
    for room in ALL.iter().filter(|r| !lawful.contains(r)) {
        for path in files(&src().join(room)) {
            assert!(
                !code(&path).contains("unsafe "),
                "{} has unsafe code",
                path.display()
            );
        }
    }
}
