//! The page that the `html` format writes, in a real browser: it needs no network and complains of nothing, the scrubber
//! and the keys move it, and what a peer sent stays text.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a helper that fails is a test that fails"
)]

/// A headless Chromium.
mod browser;
/// What peers, scripts and files may hold.
mod hostile;
/// Loading, on every screen.
mod looks;
/// Scrubber, keys, mouse, paper.
mod moves;

use fourline::{
    export::{Journal, html, jsonl::read_jsonl},
    model::book::Book,
    record::Reader,
};
use std::{fs::File, io::BufReader};

/// A golden journal.
fn book(name: &str) -> Book {
    let path = format!("{}/tests/journals/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let (_, events) = read_jsonl(BufReader::new(File::open(path).unwrap())).unwrap();
    let mut book = Book::new();
    for event in events {
        book.push(event);
    }
    book
}

/// Somebody else's capture.
fn captured(name: &str) -> Book {
    let path = format!("{}/tests/captures/{name}.pcap", env!("CARGO_MANIFEST_DIR"));
    let mut reader = Reader::open(File::open(path).unwrap()).unwrap();
    let mut book = Book::new();
    while let Some(page) = reader.next_page() {
        for event in page {
            book.push(event);
        }
    }
    book
}

/// Its page.
fn page(book: &Book, name: &str) -> Vec<u8> {
    let journal = Journal {
        name,
        ..Journal::of(book, 0)
    };
    let mut out = Vec::new();
    html::write(&journal, &mut out).unwrap();
    out
}
