//! `fourline shot`: a picture of a screen at a moment of a recording.

use super::{
    args::{Args, ShotArgs, ShotScreen},
    print, settings,
};
use crate::{
    app::Screen,
    export::screen,
    model::payload::escaped,
    run::{
        Failure, Outcome,
        opening::Opened,
        shots::{self, View},
    },
};
use std::{fs, path::Path};

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
    let (book, _) = Opened::open(&asked.file)?.read();
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
            "{name} is the recording itself. Name another file for the picture."
        )));
    }
    fs::write(out, picture)
        .map_err(|e| Failure::system(&format!("{name} cannot be written"), &e))?;
    Ok(Outcome::Well)
}
