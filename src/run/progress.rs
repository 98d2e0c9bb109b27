//! How far somebody has come in each lesson, and what was answered: kept in the state place as one JSON file.
//!
//! It is written whole and takes the place of the one before, so a reader never sees half of it. Two fourlines at once keep
//! one another's lessons: who writes reads first what is there, under a lock, and changes only the lessons that were taken
//! here. Whatever the file holds, a lesson can be taken: what is damaged is set aside.

use super::{files, why};
use crate::{
    lesson::{Mark, Reply, Truth, Walk},
    os::clock::Clock,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::{self, DirBuilder, File, TryLockError},
    io::{self, Read},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    thread::sleep,
    time::Duration,
};

/// The version of the file.
const VERSION: u32 = 1;
/// The largest file, in bytes. Where it would grow larger, the lessons that were not taken for the longest time go.
const LARGEST: usize = 1 << 20;
/// How long another fourline may have the file before it is left for later.
const PATIENCE: Duration = Duration::from_millis(60);

/// What is kept of a lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The SHA-256 of its text, in hex: a lesson that was changed begins anew.
    pub digest: String,
    /// Its title.
    pub title: String,
    /// The stop where it was left.
    pub at: usize,
    /// How many stops were reached.
    pub reached: usize,
    /// Its stops.
    pub stops: usize,
    /// Whether its end was ever reached.
    pub finished: bool,
    /// When it was begun, in seconds since 1970.
    pub began: u64,
    /// When something was last done in it.
    pub last: u64,
    /// When its end was reached first.
    pub ended: Option<u64>,
    /// What was answered.
    pub replies: Vec<Option<Reply>>,
    /// What the runs said.
    pub marks: Vec<Option<Mark>>,
}

impl Kept {
    /// How many answers were right.
    pub fn right(&self) -> usize {
        let marks = self.marks.iter().flatten();
        marks.filter(|mark| mark.right == Some(true)).count()
    }

    /// The same after what was done in a walk.
    #[must_use]
    pub fn after(&self, walk: &Walk, digest: &str, now: u64) -> Self {
        let (at, finished, replies, marks) = walk.kept();
        let same = self.digest == digest;
        Self {
            digest: digest.to_owned(),
            title: walk.lesson().front.title.clone(),
            at,
            reached: (walk.farthest() + 1).max(if same { self.reached } else { 0 }),
            stops: walk.lesson().stops.len(),
            finished: finished || self.finished,
            began: if same && self.began > 0 {
                self.began
            } else {
                now
            },
            last: now,
            ended: self.ended.filter(|_| same).or(finished.then_some(now)),
            replies,
            marks,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Whole {
    fourline_lessons: u32,
    lessons: BTreeMap<String, Kept>,
}

/// Only the version, whatever else there is.
#[derive(Deserialize)]
struct Version {
    fourline_lessons: u32,
}

/// See the module's documentation.
#[derive(Debug, Default)]
pub struct Progress {
    path: Option<PathBuf>,
    lessons: BTreeMap<String, Kept>,
    /// The lessons that were taken here, and that the file does not know of yet.
    unsaved: Vec<String>,
    trouble: Option<String>,
}

/// Why the file was not read.
enum Unread {
    Refused(io::Error),
    Damaged,
    Newer,
}

impl Progress {
    /// Reads what is kept in this file; without one nothing is kept.
    pub fn open(path: Option<PathBuf>) -> Self {
        let mut progress = Self {
            path,
            ..Self::default()
        };
        if let Some(path) = progress.path.clone() {
            match read(&path) {
                Ok(lessons) => progress.lessons = lessons,
                Err(unread) => progress.cannot_read(&path, &unread),
            }
        }
        progress
    }

    fn cannot_read(&mut self, path: &Path, unread: &Unread) {
        let name = files::shown(path);
        let why = match unread {
            Unread::Damaged => {
                let mut aside = path.as_os_str().to_owned();
                aside.push(".bad");
                match fs::rename(path, &aside) {
                    Ok(()) => {
                        self.trouble = Some(format!(
                            "What was kept of your lessons could not be read, and is set aside as {}",
                            files::shown(aside.as_ref())
                        ));
                        return;
                    }
                    Err(e) => format!("{name} is damaged, and stays where it is: {}", why(&e)),
                }
            }
            Unread::Newer => format!("{name} was written by a newer fourline"),
            Unread::Refused(e) => format!("{name} cannot be read: {}", why(e)),
        };
        self.path = None;
        self.trouble = Some(format!("What you do in lessons is not kept: {why}"));
    }

    /// What went wrong and has not been told yet.
    pub fn take_trouble(&mut self) -> Option<String> {
        self.trouble.take()
    }

    /// What is kept of a lesson.
    pub fn of(&self, key: &str) -> Option<&Kept> {
        self.lessons.get(key)
    }

    /// All that is kept, by the lessons' keys.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Kept)> {
        self.lessons.iter().map(|(key, kept)| (key.as_str(), kept))
    }

    /// Keeps this, as yet in memory; under an empty key it stays there.
    pub fn put(&mut self, key: &str, mut kept: Kept) {
        shorten(&mut kept);
        self.lessons.insert(key.to_owned(), kept);
        if !key.is_empty() && !self.unsaved.iter().any(|known| known == key) {
            self.unsaved.push(key.to_owned());
        }
    }

    /// Whether there is something that the file does not know of yet.
    pub const fn is_unsaved(&self) -> bool {
        self.path.is_some() && !self.unsaved.is_empty()
    }

    /// Writes what is not in the file yet. Where another fourline has the file for too long, it is left for the next time.
    ///
    /// # Errors
    /// In words, when the system refuses.
    pub fn save(&mut self) -> Result<(), String> {
        let Some(path) = self.path.clone().filter(|_| self.is_unsaved()) else {
            return Ok(());
        };
        let refused = |e: &io::Error| {
            format!(
                "What you do in lessons cannot be kept: {}: {}",
                files::shown(&path),
                why(e)
            )
        };
        let Some(lock) = lock(&path).map_err(|e| refused(&e))? else {
            return Ok(());
        };
        let mut there = match read(&path) {
            Ok(lessons) => lessons,
            Err(Unread::Refused(e)) => return Err(refused(&e)),
            Err(unread) => {
                self.cannot_read(&path, &unread);
                return self.trouble.take().map_or(Ok(()), Err);
            }
        };
        for key in &self.unsaved {
            if let Some(own) = self.lessons.get_mut(key) {
                if let Some(theirs) = there.get(key) {
                    own.finished |= theirs.finished;
                    if (&own.digest, own.began) == (&theirs.digest, theirs.began) {
                        own.ended = own.ended.or(theirs.ended);
                    }
                }
                there.insert(key.clone(), own.clone());
            }
        }
        write(&path, &there).map_err(|e| refused(&e))?;
        drop(lock);
        self.unsaved.clear();
        self.lessons = there;
        Ok(())
    }

    /// Forgets a lesson, or all of them; the titles of those that were forgotten.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn forget(&mut self, key: Option<&str>) -> io::Result<Vec<String>> {
        let Some(path) = self.path.clone() else {
            return Ok(Vec::new());
        };
        let busy = || io::Error::other("another fourline has it for too long");
        let _lock = lock(&path)?.ok_or_else(busy)?;
        let there = read(&path).map_err(|unread| match unread {
            Unread::Refused(e) => e,
            Unread::Damaged | Unread::Newer => io::Error::other("it cannot be read"),
        })?;
        let (gone, stays): (BTreeMap<_, _>, BTreeMap<_, _>) = there
            .into_iter()
            .partition(|(name, _)| key.is_none_or(|key| key == name));
        if !gone.is_empty() {
            write(&path, &stays)?;
        }
        self.lessons = stays;
        Ok(gone.into_values().map(|kept| kept.title).collect())
    }
}

/// Seconds since 1970.
pub fn now() -> u64 {
    Clock::start().epoch_ns() / 1_000_000_000
}

/// What would make the file large is no answer that anybody typed.
fn shorten(kept: &mut Kept) {
    const MOST: usize = 512;
    for reply in &mut kept.replies {
        if matches!(reply, Some(Reply::Bytes(bytes)) if bytes.len() > MOST) {
            *reply = Some(Reply::Skipped);
        }
    }
    for mark in kept.marks.iter_mut().flatten() {
        let long = match &mark.truth {
            Truth::Bytes(bytes) => bytes.len() > MOST,
            Truth::Unknown(why) => why.len() > MOST,
            Truth::Choice(_) | Truth::Number(_) => false,
        };
        if long {
            mark.truth = Truth::Unknown("it was too long to be kept".to_owned());
        }
    }
}

/// Nothing while another fourline has it. Where a file system has no locks, it goes without.
fn lock(path: &Path) -> io::Result<Option<File>> {
    const LOOK: Duration = Duration::from_millis(5);
    if let Some(folder) = path.parent() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)?;
    let mut waited = Duration::ZERO;
    loop {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if waited >= PATIENCE => return Ok(None),
            Err(TryLockError::WouldBlock) => {
                sleep(LOOK);
                waited += LOOK;
            }
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(Some(file)),
        }
    }
}

fn read(path: &Path) -> Result<BTreeMap<String, Kept>, Unread> {
    let about = match fs::metadata(path) {
        Ok(about) => about,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(e) => return Err(Unread::Refused(e)),
    };
    if !about.is_file() {
        return Err(Unread::Refused(io::Error::other("it is no file")));
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|f| f.take(LARGEST as u64 + 1).read_to_end(&mut bytes));
    read.map_err(Unread::Refused)?;
    if bytes.len() > LARGEST {
        return Err(Unread::Damaged);
    }
    let version: Version = serde_json::from_slice(&bytes).map_err(|_| Unread::Damaged)?;
    if version.fourline_lessons > VERSION {
        return Err(Unread::Newer);
    }
    let whole: Whole = serde_json::from_slice(&bytes).map_err(|_| Unread::Damaged)?;
    Ok(whole.lessons)
}

fn write(path: &Path, lessons: &BTreeMap<String, Kept>) -> io::Result<()> {
    let mut whole = Whole {
        fourline_lessons: VERSION,
        lessons: lessons.clone(),
    };
    let text = loop {
        let text = serde_json::to_string(&whole)?;
        let oldest = whole.lessons.iter().min_by_key(|(_, kept)| kept.last);
        match oldest.map(|(key, _)| key.clone()) {
            Some(key) if text.len() > LARGEST => whole.lessons.remove(&key),
            _ => break text,
        };
    };
    let written = files::write_whole(path, true, |out| out.write_all(text.as_bytes()));
    written.map_err(|not_made| match not_made {
        files::NotMade::Refused(e) => e,
        files::NotMade::Exists => io::Error::from(io::ErrorKind::AlreadyExists),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{env, process};

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = env::temp_dir().join(format!("fourline-progress-{name}-{}", process::id()));
            let _ = fs::remove_dir_all(&path);
            Self(path)
        }

        fn file(&self) -> PathBuf {
            self.0.join("fourline/lessons.json")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn kept(title: &str, last: u64) -> Kept {
        Kept {
            title: title.to_owned(),
            last,
            replies: vec![
                Some(Reply::Choice(1)),
                None,
                Some(Reply::Bytes(vec![0, 255])),
            ],
            marks: vec![None],
            ..Kept::default()
        }
    }

    #[test]
    fn two_at_once_do_not_destroy_one_anothers_progress() {
        let folder = Folder::new("two");
        let mut one = Progress::open(Some(folder.file()));
        let mut two = Progress::open(Some(folder.file()));
        let a = Kept {
            finished: true,
            ended: Some(7),
            ..kept("A", 1)
        };
        one.put("a", a.clone());
        one.save().unwrap();
        two.put("b", kept("B", 2));
        two.put("a", kept("A", 3));
        two.save().unwrap();
        assert!(!two.is_unsaved());
        let read = Progress::open(Some(folder.file()));
        assert_eq!(read.of("b"), Some(&kept("B", 2)));
        // What was finished once stays so.
        let merged = Kept { last: 3, ..a };
        assert_eq!(read.of("a"), Some(&merged));
        // While another one writes it waits for the next time.
        let held = lock(&folder.file()).unwrap().unwrap();
        one.put("a", kept("A", 4));
        one.save().unwrap();
        assert!(one.is_unsaved());
        drop(held);
        one.save().unwrap();
        assert!(!one.is_unsaved());
        assert!(one.of("b").is_some());
        assert_eq!(one.forget(Some("b")).unwrap(), ["B"]);
        assert_eq!(one.forget(None).unwrap(), ["A"]);
        assert!(Progress::open(Some(folder.file())).all().next().is_none());
    }

    #[test]
    fn a_file_that_is_no_progress_is_set_aside() {
        let folder = Folder::new("bad");
        let file = folder.file();
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let deep = format!(
            "{{\"fourline_lessons\":1,\"lessons\":{}",
            "[".repeat(100_000)
        );
        let wrong = r#"{"fourline_lessons":1,"lessons":{"a":{"at":-1}}}"#;
        let huge = " ".repeat(LARGEST + 1);
        for (n, bad) in ["", "\0\u{1b}[2J", "[]", wrong, &deep, &huge]
            .into_iter()
            .enumerate()
        {
            fs::write(&file, bad).unwrap();
            let mut progress = Progress::open(Some(file.clone()));
            let told = progress.take_trouble().unwrap();
            assert!(told.contains("is set aside as"), "{n}: {told}");
            assert!(file.with_extension("json.bad").is_file());
            progress.put("a", kept("A", 1));
            progress.save().unwrap();
            assert!(Progress::open(Some(file.clone())).of("a").is_some(), "{n}");
        }
    }

    #[test]
    fn what_a_newer_one_has_written_is_left_alone() {
        let folder = Folder::new("newer");
        let file = folder.file();
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let newer = r#"{"fourline_lessons":2,"courses":[]}"#;
        fs::write(&file, newer).unwrap();
        let mut progress = Progress::open(Some(file.clone()));
        assert!(progress.take_trouble().unwrap().contains("newer fourline"));
        progress.put("a", kept("A", 1));
        progress.save().unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), newer);
    }

    #[test]
    fn what_is_no_file_is_not_waited_for() {
        let folder = Folder::new("folder");
        fs::create_dir_all(folder.file()).unwrap();
        let mut progress = Progress::open(Some(folder.file()));
        assert!(progress.take_trouble().unwrap().contains("is not kept"));
        // A place where nothing can be written says so, each time it is tried.
        let mut progress = Progress::open(Some("/proc/self/fourline/lessons.json".into()));
        assert_eq!(progress.take_trouble(), None);
        progress.put("a", kept("A", 1));
        assert!(progress.save().unwrap_err().contains("cannot be kept"));
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let folder = Folder::new("large");
        let mut progress = Progress::open(Some(folder.file()));
        for n in 0..300 {
            let mut large = kept("A", n);
            large.replies = vec![Some(Reply::Bytes(vec![200; 500])); 2];
            large.replies.push(Some(Reply::Bytes(vec![200; 5_000])));
            progress.put(&format!("/{n}"), large);
        }
        progress.save().unwrap();
        let read = Progress::open(Some(folder.file()));
        assert!(read.of("/299").is_some() && read.of("/0").is_none());
        assert_eq!(read.of("/299").unwrap().replies[2], Some(Reply::Skipped));
    }
}
