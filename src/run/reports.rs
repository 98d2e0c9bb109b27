//! A report as a file: where it is written, and what it may take the place of.

use super::{
    Failure,
    files::{self, NotMade},
    progress,
};
use crate::lesson::report::{Report, Taken};
use std::{
    env,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

/// An earlier report is not larger, in bytes.
const LARGEST: u64 = 16 << 20;

/// Where a report goes.
#[derive(Clone, Debug)]
pub struct Reporting {
    path: PathBuf,
    learner: String,
    /// Whether any file may be replaced.
    force: bool,
}

/// What is written into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Json,
    Text,
    Markdown,
}

impl Reporting {
    /// To this file, or these: a name that ends with none of `.json`, `.txt` and `.md` means two files, for programs and for
    /// reading.
    pub fn new(path: &Path, learner: Option<&str>, force: bool) -> Self {
        let user = || env::var("USER").or_else(|_| env::var("LOGNAME"));
        let learner = learner.map(str::to_owned).or_else(|| user().ok());
        Self {
            path: path.to_owned(),
            learner: learner.unwrap_or_default(),
            force,
        }
    }

    fn files(&self) -> Vec<(PathBuf, Kind)> {
        let kind = match self.path.extension().and_then(|e| e.to_str()) {
            Some("json") => Some(Kind::Json),
            Some("txt") => Some(Kind::Text),
            Some("md") => Some(Kind::Markdown),
            _ => None,
        };
        if let Some(kind) = kind {
            return vec![(self.path.clone(), kind)];
        }
        let with = |end: &str| {
            let mut name = self.path.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        };
        vec![(with(".json"), Kind::Json), (with(".txt"), Kind::Text)]
    }

    fn report(&self, lessons: Vec<Taken>) -> Report {
        Report {
            learner: self.learner.clone(),
            written: progress::now(),
            lessons,
        }
    }

    /// Whether it could be written, before anybody answers anything.
    ///
    /// # Errors
    /// When there is another file of this name.
    pub fn look(&self, lessons: Vec<Taken>) -> Result<(), Failure> {
        let report = self.report(lessons);
        self.files()
            .iter()
            .try_for_each(|(path, _)| self.may(path, &report))
    }

    fn may(&self, path: &Path, report: &Report) -> Result<(), Failure> {
        if self.force || fs::symlink_metadata(path).is_err() {
            return Ok(());
        }
        let mut there = String::new();
        // What is no file is not read: it may have no end.
        let read = path.is_file()
            && File::open(path)
                .and_then(|f| f.take(LARGEST).read_to_string(&mut there))
                .is_ok();
        if read && report.may_replace(&there) {
            return Ok(());
        }
        Err(Failure::input(format!(
            "{} exists already, and is no earlier report of the same lesson by the same learner. Name another file, or say --force to replace it.",
            files::shown(path)
        )))
    }

    /// Writes it; where it is.
    ///
    /// # Errors
    /// When a file must not be replaced, or the system refuses.
    pub fn write(&self, lessons: Vec<Taken>) -> Result<String, Failure> {
        let report = self.report(lessons);
        let mut written = Vec::new();
        for (path, kind) in self.files() {
            self.may(&path, &report)?;
            let text = match kind {
                Kind::Json => report.json(),
                Kind::Text => report.text(false),
                Kind::Markdown => report.text(true),
            };
            files::write_whole(&path, true, |out| out.write_all(text.as_bytes()))
                .map_err(|e: NotMade| e.told("report", &path))?;
            written.push(files::shown(&path));
        }
        Ok(written.join(" and "))
    }
}
