//! Writes a journal in one of the formats of the exporters' table.

use super::shots::{self, Size};
use crate::{
    app::Settings,
    export::{Exporter, Journal, Make},
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
        Make::Journal(write) => write(journal, out)?,
        Make::Screens(write) => {
            let all = shots::as_it_was(journal.book, journal.book.events().len());
            let settings = Settings::default();
            write(journal, &mut shots::shots(all, settings, SIZE), out)?;
        }
    }
    out.flush()
}
