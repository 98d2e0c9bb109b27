//! The story as plain text, a line for each event that is worth one.

use super::Journal;
use crate::model::story::tell;
use std::io::{self, Write};

/// Writes the whole story; the wall clock is not told.
///
/// # Errors
/// When it cannot be written.
pub fn write(journal: &Journal<'_>, out: &mut dyn Write) -> io::Result<()> {
    let book = journal.book;
    for &index in book.told() {
        if let Some(line) = tell::sentence(book, index) {
            writeln!(out, "{line}")?;
        }
    }
    out.flush()
}
