//! A journal, written down for other programs and for reading: one small writer a format, one row a format in the
//! table from which help, completion and the export menu are made.

pub mod jsonl;
pub mod text;

use crate::model::book::Book;
use std::io;

/// One format.
#[derive(Clone, Copy, Debug)]
pub struct Exporter {
    /// Its name, as in `--to NAME`.
    pub name: &'static str,
    /// What its files are called by, without a dot.
    pub extension: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// Writes a journal. The number is the wall clock at time 0, in nanoseconds since 1970.
    pub write: fn(&Book, u64, &mut dyn io::Write) -> io::Result<()>,
}

/// All formats.
pub static EXPORTERS: &[Exporter] = &[
    Exporter {
        name: "jsonl",
        extension: "jsonl",
        about: "every event as a line of JSON, for programs",
        write: jsonl::write,
    },
    Exporter {
        name: "text",
        extension: "txt",
        about: "the story as plain text, for reading",
        write: text::write,
    },
];

/// The format of this name.
pub fn exporter(name: &str) -> Option<&'static Exporter> {
    EXPORTERS.iter().find(|e| e.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::story::testing::Play;

    #[test]
    fn every_format_writes_the_walk() {
        let (play, _) = Play::walked();
        for format in EXPORTERS {
            let mut out = Vec::new();
            (format.write)(play.book(), 7, &mut out).unwrap();
            assert!(out.ends_with(b"\n"), "{}", format.name);
            assert_eq!(exporter(format.name).unwrap().extension, format.extension);
        }
        assert!(exporter("pdf").is_none());
    }
}
