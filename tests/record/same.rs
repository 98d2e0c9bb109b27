//! Recorded, opened and exported, a journal is the same as the one that was told as it happened; and so are its screens.

use crate::stage::{Folder, exported, fourline, lab, scripts};
use core::ops::ControlFlow;
use fourline::{
    app::{App, Cursor, Screen, Settings, keys::KeyTable},
    export::jsonl::read_jsonl,
    model::{book::Book, ids::Nanos},
    run::opening::Opened,
    ui,
};
use ratatui::{buffer::Buffer, layout::Rect};
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    thread,
};

/// As many scripts run at the same time.
const AT_ONCE: usize = 4;

const SCREENS: [Screen; 7] = [
    Screen::Main,
    Screen::Ladder,
    Screen::Bytes,
    Screen::States,
    Screen::Packets,
    Screen::Calls,
    Screen::Kernel,
];

/// Runs a script, records it, and compares what was told with what was recorded.
fn comes_back(script: &Path, network: &str) {
    let name = script.display();
    let folder = Folder::new();
    let recording = folder.path("talk.pcapng");
    let sent = folder.path("sent");
    fs::write(&sent, "the bytes of a file").unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let told = fourline()
        .args(["run", "--json", "--network", network])
        .args(["--set", &format!("PORT={port}")])
        .args(["--set", &format!("FILE={}", sent.display()), "--record"])
        .arg(&recording)
        .arg(script)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&told.stderr);
    let code = told.status.code();
    assert!(matches!(code, Some(0 | 1)), "{name}: {code:?} {said}");
    let again = exported(&recording, "jsonl");
    assert!(again.status.success(), "{name}: {again:?}");
    let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (told, again) = (lines(&told.stdout), lines(&again.stdout));
    for (one, other) in told.lines().zip(again.lines()) {
        assert_eq!(one, other, "{name}");
    }
    assert_eq!(told.lines().count(), again.lines().count(), "{name}");
    same_frames(&told, &recording, &name.to_string());
}

/// At some moments of it, all screens show the same.
fn same_frames(told: &str, recording: &Path, name: &str) {
    let (_, events) = read_jsonl(told.as_bytes()).unwrap();
    let mut live = Book::new();
    for event in events {
        live.push(event);
    }
    let (recorded, stopped) = Opened::open(recording).unwrap().read();
    assert_eq!(stopped, None, "{name}");
    let all = live.events().len();
    assert_eq!(recorded.events().len(), all, "{name}");
    let mut apps = [live, recorded].map(|book| {
        let keys = KeyTable::default();
        App::new(book, Settings::default(), keys)
    });
    for part in 1..=4 {
        let count = all * part / 4;
        let frames = apps.each_mut().map(|app| {
            app.go(Cursor::At {
                count,
                frozen: false,
            });
            let area = Rect::new(0, 0, 120, 36);
            let mut screens = Vec::new();
            for screen in SCREENS {
                app.screen = screen;
                let mut buffer = Buffer::empty(area);
                ui::draw_on(app, Nanos(0), &mut buffer, area);
                screens.push(buffer);
            }
            screens
        });
        assert!(frames[0] == frames[1], "{name}: after {count} events");
    }
    let walked = apps[1]
        .book
        .events()
        .visit(0..all, |_, _| ControlFlow::<()>::Continue(()));
    assert_eq!(walked, ControlFlow::Continue(()));
}

fn all_come_back(scripts: &[PathBuf], network: &str) {
    thread::scope(|scope| {
        for turn in 0..AT_ONCE {
            scope.spawn(move || {
                for script in scripts.iter().skip(turn).step_by(AT_ONCE) {
                    comes_back(script, network);
                }
            });
        }
    });
}

#[test]
fn every_conversation_on_the_host_comes_back() {
    let all = scripts("tests/conversations");
    assert!(all.len() >= 40);
    all_come_back(&all, "host");
}

#[test]
fn every_conversation_in_the_lab_comes_back() {
    if !lab() {
        return;
    }
    let mut all = scripts("tests/conversations/lab");
    all.extend(scripts("assets/scripts"));
    assert!(all.len() >= 50);
    all_come_back(&all, "lab");
}
