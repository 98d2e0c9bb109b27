//! The lessons that can be taken: those that ship, and files.

use super::progress::{Kept, Progress};
use crate::{
    app::OnShelf,
    lesson::{
        Lesson, SHIPPED, Walk,
        report::{Taken, answers},
    },
};
use sha2::{Digest, Sha256};
use std::{fmt::Write as _, fs, path::Path, sync::Arc};

/// A lesson that is at hand.
#[derive(Clone, Debug)]
pub struct Known {
    /// What it is called on the screen; safe for a terminal.
    pub name: String,
    /// What its progress is kept under: its name if it ships, else its absolute path. Nothing where it comes from a pipe.
    pub key: Option<String>,
    /// The SHA-256 of its text, in hex.
    pub digest: String,
    /// The lesson.
    pub lesson: Arc<Lesson>,
}

/// The SHA-256 of a text, in hex.
pub fn digest(text: &[u8]) -> String {
    Sha256::digest(text)
        .iter()
        .fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// Whether this is the text of a lesson that ships.
pub fn ships(source: &[u8]) -> bool {
    SHIPPED
        .iter()
        .any(|lesson| lesson.text.as_bytes() == source)
}

/// The lessons that ship, in their order.
pub fn shipped() -> Vec<Known> {
    let known = SHIPPED.iter().filter_map(|shipped| {
        Some(Known {
            name: shipped.name.to_owned(),
            key: Some(shipped.name.to_owned()),
            digest: digest(shipped.text.as_bytes()),
            // A test reads each of them.
            lesson: Arc::new(Lesson::parse(shipped.text.as_bytes()).ok()?),
        })
    });
    known.collect()
}

impl Known {
    /// What is kept of it.
    pub fn kept<'p>(&self, progress: &'p Progress) -> Option<&'p Kept> {
        progress.of(self.key.as_ref()?)
    }

    /// The same, if its text is still the one that was taken.
    pub fn still<'p>(&self, progress: &'p Progress) -> Option<&'p Kept> {
        self.kept(progress)
            .filter(|kept| kept.digest == self.digest)
    }

    /// Its row on the shelf.
    pub fn row(&self, progress: &Progress) -> OnShelf {
        let front = &self.lesson.front;
        let same = self.still(progress);
        OnShelf {
            name: self.name.clone(),
            title: front.title.clone(),
            afterwards: front.afterwards.clone(),
            minutes: front.minutes,
            network: front.network,
            stops: self.lesson.stops.len(),
            questions: self.lesson.questions.len(),
            reached: same.map_or(0, |kept| kept.reached.min(self.lesson.stops.len())),
            finished: self.kept(progress).is_some_and(|kept| kept.finished),
            right: same.map_or(0, |kept| self.walk(kept).score().0),
        }
    }

    /// A walk that stands where it was left.
    pub fn walk(&self, kept: &Kept) -> Walk {
        let mut walk = Walk::new(Arc::clone(&self.lesson));
        walk.take_up(
            kept.at,
            kept.finished,
            kept.replies.clone(),
            kept.marks.clone(),
        );
        walk
    }

    /// What was answered in it, for a report.
    pub fn taken(&self, kept: &Kept) -> Taken {
        let walk = self.walk(kept);
        let (_, _, replies, marks) = walk.kept();
        Taken {
            name: self.name.clone(),
            answers: Some(answers(&self.lesson, &replies, &marks)),
            stops: self.lesson.stops.len(),
            ..taken(&self.name, kept)
        }
    }
}

/// What is known of a lesson whose text is not at hand.
fn taken(name: &str, kept: &Kept) -> Taken {
    Taken {
        name: name.to_owned(),
        title: kept.title.clone(),
        digest: kept.digest.clone(),
        began: kept.began,
        last: kept.last,
        ended: kept.ended,
        stops: kept.stops,
        reached: kept.reached,
        answers: None,
    }
}

/// All that is kept, for a report: the lessons that ship in their order, then files.
pub fn all_taken(progress: &Progress) -> Vec<Taken> {
    let known = shipped();
    let shipped = known.iter().filter_map(|known| {
        let kept = known.kept(progress)?;
        Some(match known.still(progress) {
            Some(kept) => known.taken(kept),
            None => taken(&known.name, kept),
        })
    });
    let others = progress
        .all()
        .filter(|(key, _)| !known.iter().any(|known| known.key.as_deref() == Some(*key)))
        .map(|(key, kept)| match file(key, &kept.digest) {
            Some(known) => known.taken(kept),
            None => taken(key, kept),
        });
    shipped.chain(others).collect()
}

/// A lesson in a file, if its text is still this one.
fn file(key: &str, expected: &str) -> Option<Known> {
    let path = Path::new(key);
    let about = fs::metadata(path).ok()?;
    if !path.is_absolute() || !about.is_file() || about.len() > crate::lesson::LONGEST as u64 {
        return None;
    }
    let source = fs::read(path).ok()?;
    let digest = digest(&source);
    if digest != expected {
        return None;
    }
    Some(Known {
        name: key.to_owned(),
        key: Some(key.to_owned()),
        digest,
        lesson: Arc::new(Lesson::parse(&source).ok()?),
    })
}
