//! Writes a journal in one of the formats.

use super::{
    opening::Opened,
    shots::{self, Size},
};
use crate::{
    app::Settings,
    export::{Exporter, Ground, Journal, Make, telling},
    model::book::Book,
};
use std::io::{self, Write};

/// The size of screens that nobody looks at while they are drawn.
const SIZE: Size = (120, 36);

/// Writes it.
///
/// # Errors
/// When the output refuses, or the journal's own file cannot be read any more.
pub fn write(exporter: &Exporter, journal: &Journal<'_>, out: &mut dyn Write) -> io::Result<()> {
    let unread = journal.book.events().unread();
    match exporter.make {
        Make::Events(write) => write(journal.epoch_ns, &mut telling(journal.book), out)?,
        Make::Journal(write) => write(journal, out)?,
        Make::Screens(_) => {
            let guide = shots::as_it_was(journal.book, journal.book.events().len(), Book::new());
            screens(exporter, journal, guide, Book::new(), out)?;
        }
    }
    all_was_read(journal.book, unread)?;
    out.flush()
}

fn all_was_read(book: &Book, before: usize) -> io::Result<()> {
    if book.events().unread() > before {
        let why = "the file that was opened cannot be read any more";
        return Err(io::Error::other(why));
    }
    Ok(())
}

/// Those that are made from screens: two journals are walked through side by side, see [`shots::shots`].
fn screens(
    exporter: &Exporter,
    journal: &Journal<'_>,
    guide: Book,
    seen: Book,
    out: &mut dyn Write,
) -> io::Result<()> {
    if let Make::Screens(write) = exporter.make {
        let mut shots = shots::shots(guide, seen, Settings::default(), SIZE);
        write(journal, &mut shots, out)?;
    }
    Ok(())
}

/// Writes a file in another format; where the file stopped being sound, in words.
///
/// # Errors
/// When the output refuses, or the file cannot be read any more.
pub fn write_file(
    exporter: &Exporter,
    file: &Opened,
    ground: Ground,
    out: &mut dyn Write,
) -> io::Result<Option<String>> {
    if let Make::Events(write) = exporter.make {
        write(file.epoch_ns(), &mut |see| file.each(see), out)?;
        return Ok(file.stopped());
    }
    let (book, stopped) = file.read();
    let journal = Journal {
        book: &book,
        epoch_ns: file.epoch_ns(),
        name: &file.name,
        ground,
    };
    if matches!(exporter.make, Make::Screens(_)) {
        let guide = shots::as_it_was(&book, book.events().len(), file.book());
        screens(exporter, &journal, guide, file.book(), out)?;
        all_was_read(&book, 0)?;
        out.flush()?;
    } else {
        write(exporter, &journal, out)?;
    }
    Ok(stopped)
}
