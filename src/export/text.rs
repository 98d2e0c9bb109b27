//! The story as plain text, a line for each event that is worth one.

use super::Journal;
use crate::model::story::tell;
use core::ops::ControlFlow;
use std::io::{self, Write};

/// Writes the whole story; the wall clock is not told.
///
/// # Errors
/// When it cannot be written.
pub fn write(journal: &Journal<'_>, out: &mut dyn Write) -> io::Result<()> {
    let book = journal.book;
    let mut told = book.told().iter().copied().peekable();
    let events = book.events();
    let written = events.visit(0..events.len(), |index, event| {
        if told.next_if_eq(&index).is_none() {
            return ControlFlow::Continue(());
        }
        match tell::sentence_of(book, index, event).map(|line| writeln!(out, "{line}")) {
            Some(Err(e)) => ControlFlow::Break(e),
            _ => ControlFlow::Continue(()),
        }
    });
    written.break_value().map_or(Ok(()), Err)?;
    out.flush()
}
