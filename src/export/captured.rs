//! Somebody else's captures in every format: what a capture cannot tell stands in none.

use super::{EXPORTERS, Journal, Make, html, markdown, mermaid, packetdrill, svg};
use crate::{model::book::Book, record::Reader};
use std::io::{self, Cursor, Write};

const WEB: &[u8] = include_bytes!("../../tests/captures/web.pcap");
const MIDDLE: &[u8] = include_bytes!("../../tests/captures/middle.pcap");

fn book(capture: &'static [u8]) -> Book {
    let mut reader = Reader::open(Cursor::new(capture)).unwrap();
    let mut book = Book::new();
    while let Some(page) = reader.next_page() {
        for event in page {
            book.push(event);
        }
    }
    book
}

fn of(book: &Book, write: fn(&Journal<'_>, &mut dyn Write) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    let journal = Journal {
        name: "web.pcap",
        ..Journal::of(book, 7)
    };
    write(&journal, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn what_became_of_a_packet_is_not_said() {
    for capture in [WEB, MIDDLE] {
        let book = book(capture);
        for format in EXPORTERS.iter().filter(|f| f.name != "pcapng") {
            let Make::Journal(write) = format.make else {
                continue;
            };
            let text = of(&book, write);
            for words in [
                "on its way",
                "too fast",
                "not seen",
                "CLOSED to CLOSED",
                "CLOSED → CLOSED",
            ] {
                let said = text.replace(html::SCRIPT, "");
                assert!(!said.contains(words), "{}: {words}\n{text}", format.name);
            }
        }
        let drawn = of(&book, mermaid::write);
        assert!(
            drawn.contains("client->>server: packet") && !drawn.contains("-)"),
            "{drawn}"
        );
    }
}

#[test]
fn a_report_says_what_is_not_known() {
    let report = of(&book(WEB), markdown::write);
    assert!(
        report.contains("Not known: a capture holds no calls."),
        "{report}"
    );
    assert!(
        !report.contains("not reached") && !report.contains("No call was made"),
        "{report}"
    );
    assert!(
        report.contains("| FIN-WAIT-1   | the packets |"),
        "{report}"
    );
    let report = of(&book(MIDDLE), markdown::write);
    assert!(report.contains("| not known   | ESTABLISHED |"), "{report}");
    assert!(!report.contains("ESTABLISHED | ESTABLISHED"), "{report}");
}

#[test]
fn a_capture_is_no_script_of_calls() {
    let script = of(&book(WEB), packetdrill::write);
    assert!(script.contains("// This is a capture"), "{script}");
    assert!(
        script.lines().all(|line| line.starts_with("//")),
        "{script}"
    );
}

#[test]
fn several_servers_have_no_address_together() {
    let picture = of(&book(WEB), svg::write);
    assert!(picture.contains("SERVERS") && !picture.contains(">127.0.0.1:8000<"));
}

#[test]
fn the_page_knows_that_it_is_a_capture() {
    let page = of(&book(MIDDLE), html::write);
    assert!(page.contains("\"network\":\"capture\""));
    assert!(
        page.contains("\"to\":\"ESTABLISHED\",\"way\":[],\"unseen\":false"),
        "{page}"
    );
}
