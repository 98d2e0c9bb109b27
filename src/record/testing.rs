//! What must hold of any file, whatever stands in it: for tests and for fuzzing.

use super::Reader;
use crate::model::{events::PAGE, payload::is_unprintable};
use std::io::Cursor;

/// Reads any bytes as a file: all that is read is sound and can be read again, and what is not is told in words that
/// can be shown.
///
/// # Panics
/// When something of that does not hold.
pub fn anything(bytes: &[u8]) {
    let printable = |text: &str| !text.chars().any(is_unprintable);
    let mut reader = match Reader::open(Cursor::new(bytes)) {
        Ok(reader) => reader,
        Err(e) => {
            assert!(printable(&e.to_string()), "{e}");
            return;
        }
    };
    let (mut pages, mut before) = (Vec::new(), 0);
    while let Some(page) = reader.next_page() {
        assert!(!page.is_empty() && page.len() <= PAGE);
        let at = reader.read_so_far();
        assert!(at > before && at <= reader.size(), "it reads on");
        before = at;
        pages.push(page);
    }
    for (i, event) in pages.iter().flatten().enumerate() {
        assert_eq!(event.id.0, i as u64 + 1);
    }
    for (number, page) in pages.iter().enumerate().rev() {
        assert_eq!(reader.page(number).as_ref(), Some(page));
    }
    let full = pages.iter().rev().skip(1).all(|page| page.len() == PAGE);
    assert!(full, "only the last page may be short");
    if let Some(stop) = reader.stopped() {
        assert!(printable(&stop.to_string()), "{stop}");
    }
}
