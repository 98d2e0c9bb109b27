//! What a peer sends is shown, never obeyed.

use crate::stage::{Stage, fourline};
use std::{
    fs,
    io::Write,
    net::{Shutdown, TcpStream},
};

/// Sequences that the program itself never writes, as a peer might send them, and what must never reach the terminal.
const EVIL: [&[u8]; 12] = [
    b"\x1b]52;c;ZXZpbA==\x07",
    b"\x1b]0;evil\x07",
    b"\x1b[31;41;5;99m",
    b"\x1b[2J\x1b[3J",
    b"\x1b[?1049l",
    b"\x1bP$q\"p\x1b\\",
    b"\x1b[21t",
    b"\x9b31m",
    b"\x0e\x0f\x08\x07\x0b\x0c",
    "\u{202e}evil\u{202c}\u{200b}\u{200d}\u{feff}".as_bytes(),
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}".as_bytes(),
    "\u{9b}31m\u{85}\u{2028}\u{2029}".as_bytes(),
];

/// What of it would do harm.
const MARKS: [&[u8]; 16] = [
    b"\x1b]52;c;ZXZpbA",
    b"]0;evil\x07",
    b"\x1b[31;41;5;99",
    b"\x1b[3J",
    b"\x1b[?1049l",
    b"\x1bP$q",
    b"\x1b[21t",
    b"\x9b31m",
    b"\x0e",
    b"\x07",
    b"\x0b",
    "\u{202e}".as_bytes(),
    "\u{200b}".as_bytes(),
    "\u{200d}".as_bytes(),
    "\u{9b}".as_bytes(),
    "\u{2028}".as_bytes(),
];

#[track_caller]
fn assert_harmless(raw: &[u8]) {
    for mark in MARKS {
        assert!(
            !raw.windows(mark.len()).any(|w| w == mark),
            "{} reached the terminal in\n{}",
            mark.escape_ascii(),
            raw[raw.len().saturating_sub(600)..].escape_ascii()
        );
    }
}

/// All that can be looked at, with this on it.
fn look_around(stage: &Stage) {
    for key in [
        "2", "3", "4", "5", "Tab", "Enter", "6", "Enter", "Esc", "w", "Esc", "z", "z", "1", "Tab",
        "Tab", "Enter", "Esc",
    ] {
        stage.keys(key);
        let screen = stage.settled();
        assert_eq!(screen.lines().count(), 36, "{screen}");
        stage.terminal(|t| {
            assert!(t.alternate_screen());
            assert!(t.bracketed_paste());
        });
    }
}

/// Our server with what a foreign client has sent it.
fn told(bytes: &[u8], args: &str) -> Stage {
    let stage = fourline(args).start();
    stage.until("Nothing has happened yet");
    stage.statement("server listen 0");
    stage.until("LISTEN");
    stage.settled();
    let mut peer = TcpStream::connect(("127.0.0.1", stage.port())).unwrap();
    peer.write_all(bytes).unwrap();
    stage.statement("server accept");
    stage.until("✔ accept");
    stage.settled();
    stage.statement("server recv");
    stage.until("recv returned");
    look_around(&stage);
    // What was read is sent back and asked for again: it is in the words about sends too.
    peer.shutdown(Shutdown::Write).unwrap();
    stage.keys("1");
    stage.statement("server recv");
    stage.until("recv returned 0");
    look_around(&stage);
    stage
}

#[test]
fn escape_sequences_of_a_peer() {
    for evil in EVIL {
        let stage = told(evil, "");
        assert_harmless(&stage.raw());
    }
}

#[test]
fn all_of_them_at_once_and_every_byte_there_is() {
    let mut bytes: Vec<u8> = (0..=255).collect();
    bytes.extend(EVIL.concat());
    let stage = told(&bytes, "");
    assert_harmless(&stage.raw());
}

#[test]
fn in_ascii_every_byte_of_a_peer_becomes_ascii() {
    let mut bytes = EVIL.concat();
    bytes.extend((0..=255).rev());
    let stage = fourline("--ascii").start();
    stage.until("Nothing has happened yet");
    stage.statement("server listen 0");
    stage.until("LISTEN");
    stage.settled();
    let mut peer = TcpStream::connect(("127.0.0.1", stage.port())).unwrap();
    peer.write_all(&bytes).unwrap();
    stage.statement("server accept");
    stage.until("accept returned");
    stage.settled();
    stage.statement("server recv");
    stage.until("recv returned");
    look_around(&stage);
    let raw = stage.raw();
    assert!(raw.is_ascii());
    assert_harmless(&raw);
}

#[test]
fn a_line_of_a_megabyte() {
    let mut line = vec![b'x'; 1 << 20];
    line.push(b'\n');
    let stage = fourline("").start();
    stage.until("Nothing has happened yet");
    stage.statement("server listen 0");
    stage.until("LISTEN");
    stage.settled();
    let mut peer = TcpStream::connect(("127.0.0.1", stage.port())).unwrap();
    let writer = std::thread::spawn(move || drop(peer.write_all(&line)));
    stage.statement("server accept");
    stage.until("✔ accept");
    stage.settled();
    stage.statement("server recv 1048577 waitall");
    stage.until("recv returned 1,048,577");
    writer.join().unwrap();
    look_around(&stage);
}

#[test]
fn what_is_typed_or_pasted() {
    let stage = fourline("").start();
    stage.until("Nothing has happened yet");
    let mut pasted = b"\x1b[200~server say ".to_vec();
    for evil in EVIL {
        // What a terminal itself would take for the end of what is pasted, or for a key.
        pasted.extend(evil.iter().filter(|b| **b != 0x1b));
    }
    pasted.extend_from_slice(b"\x1b[201~");
    stage.send(&pasted);
    stage.until(": server say");
    stage.keys("Enter");
    stage.settled();
    let raw = stage.raw();
    assert_harmless(&raw);
}

#[test]
fn names_of_files_and_words_of_flags() {
    let home = crate::stage::Home::new();
    let name = "evil\x1b]52;c;ZXZpbA==\x07\u{202e}.fourline";
    fs::write(
        home.path().join(name),
        "server lisen \x1b[31;41;5;99m\u{200b}\n",
    )
    .unwrap();
    let config = home.path().join("evil\x1b]52;c;ZXZpbA==\x07.toml");
    fs::write(&config, "evil\x1b = 1").unwrap();
    let path = home.path().join(name).display().to_string();
    let missing = format!("{path}-missing");
    let config = config.display().to_string();
    let odd = format!("{config}-missing");
    let cases: [&[&str]; 8] = [
        &["run", &path],
        &["run", &missing],
        &["check", &path],
        &["check", &missing],
        &["--config", &config],
        &["--config", &odd],
        &["--log", &path],
        &["--evil\x1b]52;c;ZXZpbA==\x07"],
    ];
    for case in cases {
        let mut stage = case
            .iter()
            .fold(fourline(""), |play, arg| play.arg(*arg))
            .start();
        let code = stage.code();
        assert!(
            (2..=3).contains(&code),
            "{case:?}: {code}\n{}",
            stage.screen()
        );
        assert_harmless(&stage.raw());
    }
}
