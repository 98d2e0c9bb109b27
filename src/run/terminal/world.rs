//! What the screen shows: a conversation that takes place, or one that was recorded.

use crate::{
    app::{App, Recorded, RecordedKind, Speed},
    model::{book::Book, ids::Nanos},
    os::{clock::Clock, engine::Report},
    record::Kind,
    run::{
        bench::Bench,
        opening::{Fed, Opened},
    },
};
use core::future::pending;
use tokio::sync::mpsc::{Receiver, UnboundedReceiver};

pub(super) enum World {
    /// The engine makes the calls and tells what happens.
    Live {
        bench: Bench,
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
