//! **fourline** puts a socket conversation under glass.
//!
//! This file is the map. A key, a typed line, a script and a flag all become the same [`model::command::Command`];
//! the operating system's rooms perform it and report what happened; the journal keeps the reports as
//! [`model::event::Event`]s; everything that a person sees is folded from the journal.
//!
//! ```text
//!   key, command line, script, --flags
//!         │  language: text -> Statement          app: key -> Action -> Statement
//!         ▼
//!    model::book: Asked #41 ──► os: actors (threads) make the calls; the engine asks the kernel
//!         ▲                     │    and carries the packets: lab ─► packet: what is it? ─► cable: hold,
//!         │                     │    drop, deliver, when? ─► lab
//!         │                     │    observations, stamped where they happen
//!         └─────────────────────┘    one writer appends; session.apply(event)
//!         ├──► ui: draws what app says is on the screen
//!         ├──► lesson: what is right, measured in the journal
//!         ├──► record: appended to the recording as it happens, and read again
//!         └──► export: for programs, for reading, for showing
//! ```
//!
//! [`packet`] dissects and follows packets, [`cable`] decides about them; both are told the time and given the bytes,
//! and do nothing themselves. `os::lab` makes the two network namespaces and `os::engine` is the hand between them.
//!
//! [`record`] writes the journal as a pcapng file and reads it again, page by page, as it reads what other programs
//! captured; a book that is read from a file ([`model::events`]) is shown as a live one is. [`export`] has a table with a
//! row for each format. `run` opens the files, and draws screens for pictures and films.
//!
//! [`code`] writes the calls of a journal as a program in another language, for the screen and for [`export`].
//!
//! [`lesson`] reads a Markdown file and says where one halts in it, what runs there, what is asked, and what the journal
//! answers; it does nothing itself. `app::learning` is the lesson that is open, `ui::lesson` its text beside the lab,
//! [`run::lessons`] runs one without a screen, [`run::progress`] keeps how far somebody has come. The lessons that ship are
//! [`lesson::SHIPPED`], files of `assets/lessons`. [`model::insights`] is the table of what is notable while anything runs.
//!
//! `spawn` runs a program of somebody else's where one side's sockets live: `os::program`. What a lesson would do beyond its
//! own sockets is told by [`model::reach`], and asked for by [`cli`].
//!
//! Where to start reading: [`model::event`] (what can happen), then [`model::session`] (what it adds up to), then
//! [`os`] (how it is made to happen); for lessons, [`lesson`] and `assets/new-lesson.md`.

#[cfg(not(target_os = "linux"))]
compile_error!(
    "fourline shows Linux's sockets and asks Linux's kernel: build and run it on Linux, in WSL2 or in a container."
);

pub mod app;
pub mod cable;
pub mod cli;
pub mod code;
pub mod export;
pub mod language;
pub mod lesson;
pub mod model;
pub mod os;
pub mod packet;
pub mod record;
pub mod run;
pub mod ui;
