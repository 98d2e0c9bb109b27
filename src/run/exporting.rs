//! Writes a journal in one of the formats of the exporters' table.

use super::{
    opening::Opened,
    shots::{self, Size},
};
use crate::{
    app::Settings,
    export::{Exporter, Ground, Journal, Make, telling},
};
use std::io::{self, Write};

/// The size of screens that nobody looks at while they are drawn.
const SIZE: Size = (120, 36);

/// Writes it.
///
/// # Errors
/// When the output refuses.
pub fn write(exporter: &Exporter, journal: &Journal<'_>, out: &mut dyn Write) -> io::Result<()> {
    match exporter.make {
        Make::Events(write) => write(journal.epoch_ns, &mut telling(journal.book), out)?,
        Make::Journal(write) => write(journal, out)?,
        Make::Screens(write) => {
            let all = shots::as_it_was(journal.book, journal.book.events().len());
            let settings = Settings::default();
            write(journal, &mut shots::shots(all, settings, SIZE), out)?;
        }
    }
    out.flush()
}

/// Writes a file in another format; where the file stopped being sound, in words.
///
/// # Errors
/// When the output refuses.
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
    write(exporter, &journal, out)?;
    Ok(stopped)
}
