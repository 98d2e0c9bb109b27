//! Writes a journal in one of the formats of the exporters' table.

use crate::export::{Exporter, Journal, Make};
use std::io::{self, Write};

/// Writes it.
///
/// # Errors
/// When the output refuses.
pub fn write(exporter: &Exporter, journal: &Journal<'_>, out: &mut dyn Write) -> io::Result<()> {
    match exporter.make {
        Make::Journal(write) => write(journal, out)?,
        Make::Screens(write) => write(journal, &mut core::iter::empty(), out)?,
    }
    out.flush()
}
