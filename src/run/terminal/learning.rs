//! Lessons on the screen: taken from the shelf, taken up where they were left, kept while they are taken, and told to who
//! teaches.

use super::Room;
use crate::{
    app::{App, Effect, Learning, Screen},
    run::{
        files,
        progress::{self, Kept, Progress},
        reports::Reporting,
        shelf::{self, Known},
    },
};
use core::time::Duration;
use std::{
    io::{self, Write as _, stderr},
    path::Path,
    sync::Arc,
};
use tokio::time::Instant;

/// Between two times that progress is written.
const SELDOM: Duration = Duration::from_secs(1);

/// How often it is tried at the end, while another fourline has the file.
const LAST_TRIES: u32 = 10;
const LOST: &str =
    "What you did last in lessons is not kept: another fourline has the file for too long.";

/// What a session has to do with lessons.
#[derive(Debug, Default)]
pub struct Studies {
    /// What was done before, and is done now.
    pub progress: Progress,
    /// The lesson that is taken at once.
    pub take: Option<Known>,
    /// Whether it begins at its first stop, whatever was done before.
    pub again: bool,
    /// Whether the shelf is shown first.
    pub shelf: bool,
    /// Where a report goes at the end.
    pub report: Option<Reporting>,
}

/// The same while it goes on.
pub(super) struct Desk {
    studies: Studies,
    known: Vec<Known>,
    /// The place in `known` of the lesson that is open, and what of it was kept last.
    open: Option<(usize, u32)>,
    /// The lessons that were taken in this session, as places in `known`.
    taken: Vec<usize>,
    /// When to write next.
    write_at: Option<Instant>,
    /// Whether it was told that nothing can be kept.
    told: bool,
}

impl Desk {
    /// With nothing on it: a recording is shown.
    pub(super) fn empty() -> Self {
        Self::new(Studies::default(), Vec::new())
    }

    pub(super) fn of(studies: Studies) -> Self {
        Self::new(studies, shelf::shipped())
    }

    fn new(studies: Studies, known: Vec<Known>) -> Self {
        Self {
            studies,
            known,
            open: None,
            taken: Vec::new(),
            write_at: None,
            told: false,
        }
    }

    /// Lays the shelf, and opens the lesson that was asked for.
    pub(super) fn begin(&mut self, app: &mut App) -> Vec<Effect> {
        let effects = match self.studies.take.take() {
            Some(known) => {
                let place = self.place_of(known);
                self.take(app, place, self.studies.again)
            }
            None => Vec::new(),
        };
        self.lay(app);
        if self.studies.shelf {
            app.screen = Screen::Lesson;
            let next = app.shelf.iter().position(|row| !row.finished);
            app.on_shelf = next.unwrap_or_default();
        }
        if let Some(trouble) = self.studies.progress.take_trouble() {
            tell(app, trouble, true);
        }
        effects
    }

    /// Where a lesson stands among those that are known; a file stands behind those that ship.
    fn place_of(&mut self, known: Known) -> usize {
        if let Some(there) = self.known.iter().position(|k| k.key == known.key) {
            return there;
        }
        self.known.push(known);
        self.known.len() - 1
    }

    fn lay(&self, app: &mut App) {
        let rows = self.known.iter().map(|k| k.row(&self.studies.progress));
        app.shelf = rows.collect();
        if let Some((place, _)) = self.open {
            app.on_shelf = place;
        }
    }

    fn take(&mut self, app: &mut App, place: usize, again: bool) -> Vec<Effect> {
        let Some(known) = self.known.get(place) else {
            return Vec::new();
        };
        let mut learning = Learning::new(known.name.clone(), Arc::clone(&known.lesson));
        let progress = &self.studies.progress;
        let mut told = None;
        match known.still(progress) {
            Some(kept) if !again => {
                let walk = known.walk(kept);
                if walk.at() > 0 {
                    told = Some(if walk.is_finished() && walk.next_stop().is_none() {
                        "You have finished it."
                    } else {
                        "You left it here."
                    });
                }
                learning.walk = walk;
            }
            None if known.kept(progress).is_some() => {
                tell(
                    app,
                    "This lesson has changed since you took it: it begins anew.".to_owned(),
                    false,
                );
            }
            _ => {}
        }
        if again && let Some(kept) = known.kept(progress) {
            let anew = Kept {
                finished: kept.finished,
                ..Kept::default()
            };
            let key = known.key.clone().unwrap_or_default();
            self.studies.progress.put(&key, anew);
        }
        let told = told.map(|told| format!("{told} Anew: fourline learn --again {}", known.name));
        if !self.taken.contains(&place) {
            self.taken.push(place);
        }
        self.open = Some((place, learning.revision));
        let effects = app.open_lesson(learning);
        if let Some(told) = told {
            tell(app, told, false);
        }
        self.keep(app);
        effects
    }

    /// Keeps where one stands, as yet in memory.
    fn keep(&mut self, app: &App) {
        let (Some((place, kept)), Some(learning)) = (&mut self.open, &app.learning) else {
            return;
        };
        let Some(known) = self.known.get(*place) else {
            return;
        };
        let progress = &mut self.studies.progress;
        *kept = learning.revision;
        // Without a key nothing is written; a report tells of it all the same.
        let key = known.key.clone().unwrap_or_default();
        let before = progress.of(&key).cloned().unwrap_or_default();
        progress.put(
            &key,
            before.after(&learning.walk, &known.digest, progress::now()),
        );
        self.write_at.get_or_insert_with(|| Instant::now() + SELDOM);
    }

    /// Keeps what has changed. What is to be told, if something is.
    fn look(&mut self, app: &mut App, now: Instant) -> Option<String> {
        let changed = match (&self.open, &app.learning) {
            (Some((_, kept)), Some(learning)) => *kept != learning.revision,
            _ => false,
        };
        if changed {
            let finished = |desk: &Self| {
                let known = desk.open.and_then(|(place, _)| desk.known.get(place));
                known.is_some_and(|k| k.row(&desk.studies.progress).finished)
            };
            let before = finished(self);
            self.keep(app);
            self.lay(app);
            if !before && finished(self) {
                self.write_at = Some(now);
            }
        }
        if self.write_at.is_some_and(|at| at <= now) {
            self.write_at = None;
            return self.write(now);
        }
        None
    }

    fn write(&mut self, now: Instant) -> Option<String> {
        match self.studies.progress.save() {
            Ok(()) => {
                if self.studies.progress.is_unsaved() {
                    // Another one writes just now.
                    self.write_at = Some(now + SELDOM);
                }
                None
            }
            Err(_) if self.told => None,
            Err(why) => {
                self.told = true;
                Some(why)
            }
        }
    }

    /// At the very end, when the terminal has been given back.
    pub(super) fn end(&mut self, app: &App) {
        let changed = match (&self.open, &app.learning) {
            (Some((_, kept)), Some(learning)) => *kept != learning.revision,
            _ => false,
        };
        if changed {
            self.keep(app);
        }
        let say = |text: String| {
            // A lost terminal does not want to read it.
            let _ = writeln!(stderr(), "{text}");
        };
        let progress = &mut self.studies.progress;
        let mut saved = progress.save();
        // Another one may write just now, and there is no later time to leave it for.
        for _ in 0..LAST_TRIES {
            if saved.is_ok() && progress.is_unsaved() {
                saved = progress.save();
            }
        }
        match saved {
            Err(why) if !self.told => say(why),
            Ok(()) if progress.is_unsaved() => say(LOST.to_owned()),
            _ => {}
        }
        if let Some(report) = &self.studies.report {
            let progress = &self.studies.progress;
            let known = self.taken.iter().filter_map(|place| self.known.get(*place));
            let taken = known.filter_map(|known| {
                let key = known.key.as_deref().unwrap_or_default();
                Some(known.taken(progress.of(key)?))
            });
            match report.write(taken.collect()) {
                Ok(name) => say(format!("Report: {name}")),
                Err(failure) => say(failure.to_string()),
            }
        }
    }
}

fn tell(app: &mut App, text: String, bad: bool) {
    app.notice = Some(crate::app::Notice {
        text,
        bad,
        while_busy: false,
    });
}

impl Room {
    /// Opens a lesson of the shelf; whether the program shall end.
    pub(super) fn open_lesson(&mut self, name: &str) -> io::Result<bool> {
        self.desk.keep(&self.app);
        let Some(place) = self.desk.known.iter().position(|k| k.name == name) else {
            return Ok(false);
        };
        let effects = self.desk.take(&mut self.app, place, false);
        self.desk.lay(&mut self.app);
        self.perform(effects)
    }

    /// Keeps what was done in the lesson that is open.
    pub(super) fn keep_lesson(&mut self) {
        if let Some(trouble) = self.desk.look(&mut self.app, Instant::now()) {
            self.notice(trouble, true);
        }
    }

    /// When there is something to write.
    pub(super) const fn lesson_due(&self) -> Option<Instant> {
        self.desk.write_at
    }
}

/// What a file's progress is kept under.
pub fn key_of(path: &Path) -> Option<String> {
    let path = path.canonicalize().ok()?;
    Some(
        path.to_str()
            .map_or_else(|| files::shown(&path), str::to_owned),
    )
}
