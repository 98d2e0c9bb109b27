//! What is written of a run beside what is told of it: the story in a log, and everything in a recording.

use super::{
    Failure,
    files::NewFile,
    headless::{LONG, Narrator, Telling},
    recording::Recording,
};
use crate::{
    model::{book::Book, ids::Nanos},
    os::clock::Clock,
};
use std::{
    fs::File,
    io::{self, BufWriter},
};

/// When a recording whose disk does not keep up is looked after again.
const CATCH_UP: Nanos = Nanos::from_millis(50);

/// The files that were asked for.
#[derive(Debug, Default)]
pub struct Files {
    /// Where the story is written.
    pub log: Option<NewFile>,
    /// Where it is recorded.
    pub record: Option<NewFile>,
}

/// The same while it goes on.
#[derive(Debug)]
pub(super) struct Writing {
    log: Option<Narrator<BufWriter<File>>>,
    recording: Option<Recording>,
    /// A recording that cannot be written any more does not end the conversation; it is told at the end.
    unrecorded: Option<io::Error>,
}

impl Writing {
    pub(super) fn start(files: Files, clock: Clock) -> Result<Self, Failure> {
        let log = files
            .log
            .map(|file| Narrator::new(BufWriter::new(file.file), Telling::Text, clock))
            .transpose()
            .map_err(|e| Failure::system("The log cannot be written", &e))?;
        let recording = files
            .record
            .map(|file| Recording::start(file, clock))
            .transpose()
            .map_err(|e| Failure::system("The recording cannot be written", &e))?;
        Ok(Self {
            log,
            recording,
            unrecorded: None,
        })
    }

    /// Records what has been added to the journal since the last time.
    pub(super) fn record(&mut self, book: &Book) {
        if let Some(Err(e)) = self.recording.as_mut().map(|r| r.tell(book)) {
            self.unrecorded = Some(e);
        }
    }

    /// Tells the same to the log.
    pub(super) fn log(&mut self, book: &Book) -> io::Result<()> {
        self.log.as_mut().map_or(Ok(()), |log| log.tell(book))
    }

    /// When it must be looked after again, at the latest.
    pub(super) fn patience(&self, book: &Book) -> Nanos {
        let behind = self.recording.as_ref().is_some_and(|r| r.is_behind(book));
        if behind { CATCH_UP } else { LONG }
    }

    /// Records the rest, and waits until all of it is written.
    pub(super) fn finish(self, book: &Book) -> Result<(), Failure> {
        let rest = self.recording.and_then(|r| r.finish(book).err());
        self.unrecorded.or(rest).map_or(Ok(()), |e| {
            Err(Failure::system(
                "The recording could not be written to its end",
                &e,
            ))
        })
    }
}
