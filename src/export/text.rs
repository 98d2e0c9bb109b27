//! The story as plain text, a line for each event that is worth one.

use crate::model::{book::Book, story::tell};
use std::io::{self, Write};

/// Writes the whole story; the wall clock is not told.
///
/// # Errors
/// When it cannot be written.
pub fn write(book: &Book, _epoch_ns: u64, out: &mut dyn Write) -> io::Result<()> {
    for &index in book.told() {
        if let Some(line) = tell::sentence(book, index) {
            writeln!(out, "{line}")?;
        }
    }
    out.flush()
}
