//! `fourline shot`: a picture of a screen at a moment of a journal.

use super::{
    args::{Args, ShotArgs, ShotScreen},
    print, settings,
};
use crate::{
    app::Screen,
    export::{jsonl::read_jsonl, screen},
    model::{book::Book, payload::escaped},
    run::{
        Failure, Outcome,
        shots::{self, View},
    },
};
use std::{
    fs::{self, File},
    io::BufReader,
    path::Path,
};

impl From<ShotScreen> for View {
    fn from(screen: ShotScreen) -> Self {
        Self::Screen(match screen {
            ShotScreen::Main => Screen::Main,
            ShotScreen::Ladder => Screen::Ladder,
            ShotScreen::Bytes => Screen::Bytes,
            ShotScreen::States => Screen::States,
            ShotScreen::Packets => Screen::Packets,
            ShotScreen::Calls => Screen::Calls,
            ShotScreen::Kernel => Screen::Kernel,
            ShotScreen::Presenter => return Self::Presenter,
        })
    }
}

pub(super) fn shot(asked: &ShotArgs, args: &Args) -> Result<Outcome, Failure> {
    let book = journal(&asked.file)?;
    let settings = settings::of_pictures(args);
    let shot = shots::shot(book, asked.at, asked.screen.into(), settings, asked.size);
    let mut picture = Vec::new();
    screen::svg(&shot.screen, &mut picture)
        .map_err(|e| Failure::system("The picture cannot be made", &e))?;
    let Some(out) = &asked.out else {
        return print(&picture);
    };
    let same = |one: &Path, other: &Path| match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    };
    let name = escaped(out.as_os_str().as_encoded_bytes());
    if same(out, &asked.file) {
        return Err(Failure::input(format!(
            "{name} is the journal itself. Name another file for the picture."
        )));
    }
    fs::write(out, picture)
        .map_err(|e| Failure::system(&format!("{name} cannot be written"), &e))?;
    Ok(Outcome::Well)
}

fn journal(path: &Path) -> Result<Book, Failure> {
    let name = escaped(path.as_os_str().as_encoded_bytes());
    let file =
        File::open(path).map_err(|e| Failure::system(&format!("{name} cannot be read"), &e))?;
    let (_, events) = read_jsonl(BufReader::new(file))
        .map_err(|e| Failure::input(format!("{name} is no journal: {e}")))?;
    let mut book = Book::new();
    for event in events {
        book.push(event);
    }
    Ok(book)
}
