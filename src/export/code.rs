//! The conversation as a program, one exporter for each language of [`crate::code`].

use super::Journal;
use crate::code::{LANGUAGES, Language, Plan, Program};
use std::io::{self, Write};

fn write(language: &Language, journal: &Journal<'_>, out: &mut dyn Write) -> io::Result<()> {
    let plan = Plan::of(journal.book, journal.book.events().len());
    out.write_all(Program::of(&plan, language).text().as_bytes())?;
    out.flush()
}

macro_rules! languages {
    ($($name:ident $place:literal)*) => {$(
        pub(super) fn $name(journal: &Journal<'_>, out: &mut dyn Write) -> io::Result<()> {
            write(&LANGUAGES[$place], journal, out)
        }
    )*};
}
languages! { c 0 python 1 php 2 rust 3 go 4 }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::exporter;

    #[test]
    fn each_language_has_its_exporter() {
        for language in &LANGUAGES {
            let row = exporter(language.name).unwrap();
            assert_eq!(row.extension, language.extension);
            assert!(row.about.ends_with(&format!(" in {}", language.title)));
        }
    }
}
