//! What the screen shows: a conversation that takes place, or one that was recorded.

use super::{Room, keeping, learning::Desk, screen::Screen, whole_frames};
use crate::{
    app::{App, Recorded, RecordedKind, Settings, Speed, keys::KeyTable},
    model::{book::Book, ids::Nanos},
    os::{clock::Clock, engine::Report},
    record::Kind,
    run::{
        Failure,
        bench::Bench,
        opening::{Fed, Opened},
    },
};
use core::{future::pending, mem::ManuallyDrop};
use ratatui::{Terminal, backend::CrosstermBackend};
use std::io;
use tokio::{
    sync::mpsc::{Receiver, UnboundedReceiver},
    time::Instant,
};

pub(super) enum World {
    /// The engine makes the calls and tells what happens.
    Live {
        bench: Box<Bench>,
        reports: UnboundedReceiver<Report>,
    },
    /// A file tells what happened; nothing, once it has told all.
    Recorded {
        fed: Option<Receiver<Fed>>,
        epoch_ns: u64,
    },
}

/// What comes from there.
pub(super) enum News {
    Report(Report),
    Fed(Fed),
}

impl World {
    /// The next news; nothing when the other side has ended by itself.
    pub(super) async fn news(&mut self) -> Option<News> {
        match self {
            Self::Live { reports, .. } => reports.recv().await.map(News::Report),
            Self::Recorded { fed: Some(fed), .. } => fed.recv().await.map(News::Fed),
            Self::Recorded { fed: None, .. } => pending().await,
        }
    }

    /// What has come already.
    pub(super) fn more(&mut self) -> Option<News> {
        match self {
            Self::Live { reports, .. } => reports.try_recv().ok().map(News::Report),
            Self::Recorded { fed, .. } => fed.as_mut()?.try_recv().ok().map(News::Fed),
        }
    }

    /// Takes it in; about how many events it was.
    pub(super) fn take(&mut self, app: &mut App, news: News) -> usize {
        match (self, news) {
            (Self::Live { bench, .. }, News::Report(report)) => {
                bench.take(&mut app.book, report);
                1
            }
            (Self::Recorded { .. }, News::Fed(Fed::Page { events, progress })) => {
                let many = events.len();
                app.take_in(events);
                app.read_so_far(Some(progress), None);
                many
            }
            (Self::Recorded { fed, .. }, News::Fed(Fed::End(stopped))) => {
                *fed = None;
                app.read_so_far(None, stopped);
                1
            }
            _ => 0,
        }
    }

    /// When to [`World::tick`] at the latest.
    pub(super) const fn deadline(&self) -> Option<Nanos> {
        match self {
            Self::Live { bench, .. } => bench.deadline(),
            Self::Recorded { .. } => None,
        }
    }

    pub(super) fn tick(&mut self, book: &mut Book) {
        if let Self::Live { bench, .. } = self {
            bench.tick(book);
        }
    }

    /// Whether nothing is under way.
    pub(super) fn is_idle(&self) -> bool {
        match self {
            Self::Live { bench, .. } => bench.is_idle(),
            Self::Recorded { .. } => true,
        }
    }

    /// Whether the script has been walked to its end.
    pub(super) fn is_at_its_end(&self) -> bool {
        match self {
            Self::Live { bench, .. } => bench.is_idle() && !bench.has_next(),
            Self::Recorded { .. } => false,
        }
    }

    /// The wall clock at time 0, in nanoseconds since 1970.
    pub(super) const fn epoch_ns(&self, clock: Clock) -> u64 {
        match self {
            Self::Live { .. } => clock.epoch_ns(),
            Self::Recorded { epoch_ns, .. } => *epoch_ns,
        }
    }
}

/// What the screen says of a file.
pub(super) fn recorded(file: &Opened) -> Recorded {
    let kind = match file.kind() {
        Kind::Recording => RecordedKind::Recording,
        Kind::Capture => RecordedKind::Capture,
        Kind::JsonLines => RecordedKind::JsonLines,
    };
    Recorded {
        name: file.name.clone(),
        kind,
        progress: Some((0, 1)),
        stopped: None,
        speed: Speed::default(),
    }
}

impl Room {
    /// A room in which a file is shown.
    pub(super) fn show(file: &Opened, settings: Settings, keys: KeyTable) -> Result<Self, Failure> {
        let fed = file.feed()?;
        let refused = |e: io::Error| Failure::system("The terminal cannot be taken", &e);
        let screen = Screen::take(settings.mouse).map_err(refused)?;
        let terminal = Terminal::new(CrosstermBackend::new(whole_frames())).map_err(refused)?;
        let recorded = recorded(file);
        let mut app = App::recorded(file.book(), recorded, settings, keys);
        app.keep = keeping::keep(file.epoch_ns(), None);
        let stem = file
            .name
            .rsplit_once('.')
            .map_or(&*file.name, |(stem, _)| stem);
        stem.clone_into(&mut app.keep.stem);
        Ok(Self {
            app,
            world: World::Recorded {
                fed: Some(fed),
                epoch_ns: file.epoch_ns(),
            },
            clock: Clock::start(),
            screen,
            terminal: ManuallyDrop::new(terminal),
            log: None,
            recording: None,
            desk: Desk::empty(),
            again: false,
            end_said: None,
            stale: true,
            drawn_at: Instant::now(),
            step_at: None,
        })
    }
}
