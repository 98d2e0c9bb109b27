//! `fourline shot`: a picture of a screen at a moment of a recording.

use super::{
    args::{Args, ShotArgs, ShotScreen},
    print,
    recorded::unsound,
    settings,
};
use crate::{
    app::Screen,
    export::screen,
    model::{book::Book, ids::Nanos},
    run::{
        Failure, Outcome, files,
        opening::Opened,
        shots::{self, Moment, View},
    },
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
            ShotScreen::Options => Screen::Options,
            ShotScreen::Presenter => return Self::Presenter,
        })
    }
}

/// `1.234s`.
fn seconds(at: Nanos) -> String {
    format!("{:.3}s", at.millis() as f64 / 1000.0)
}

pub(super) fn shot(asked: &ShotArgs, args: &Args) -> Result<Outcome, Failure> {
    let file = Opened::open(&asked.file)?;
    let (book, stopped) = file.read();
    is_there(&book, asked.at)?;
    let settings = settings::of_pictures(args);
    let screen = asked.screen.into();
    let shot = shots::shot(book, file.book(), asked.at, screen, settings, asked.size);
    let mut picture = Vec::new();
    screen::svg(&shot.screen, &mut picture)
        .map_err(|e| Failure::system("The picture cannot be made", &e))?;
    let drawn = match &asked.out {
        None => print(&picture),
        Some(path) => files::write_whole(path, false, |out| out.write_all(&picture))
            .map_err(|e| e.told("picture", path))
            .map(|()| Outcome::Well),
    };
    unsound(&file, stopped).map_or(drawn, Err)
}

/// Whether the journal has such a moment.
fn is_there(book: &Book, at: Moment) -> Result<(), Failure> {
    let (last, end) = (book.events().len() as u64, book.now());
    match at {
        Moment::Event(id) if id > last => Err(Failure::input(format!(
            "--at {id}: there is no such event; the last one is {last}"
        ))),
        Moment::Time(at) if at > end => Err(Failure::input(format!(
            "--at {}: so late nothing has happened; it lasts until {}",
            seconds(at),
            seconds(end)
        ))),
        _ => Ok(()),
    }
}
