//! What the screen keeps outside of the program: the recording that is being written, and exports.

use super::Room;
use crate::{
    app::{Format, Keep},
    export::{EXPORTERS, Journal, exporter},
    model::wall::Wall,
    run::{
        exporting,
        files::{self, NotMade},
        recording::Recording,
        why,
    },
};
use std::io::{self, Write as _, stderr};

const STILL_READING: &str = "The rest of the file is still being read. Try again in a moment.";
const IS_RECORDED: &str = "This file is being recorded. End that first, or type another name.";

/// What can be kept, and what it is called when nobody says otherwise.
pub(super) fn keep(epoch_ns: u64, recording: Option<&Recording>) -> Keep {
    let formats = EXPORTERS.iter().map(|e| Format {
        name: e.name,
        extension: e.extension,
        about: e.about,
    });
    Keep {
        stem: format!("fourline-{}", Wall::of(epoch_ns).compact()),
        formats: formats.collect(),
        recording: recording.map(|r| r.path().display().to_string()),
        ..Keep::default()
    }
}

impl Room {
    /// Whether the recording's disk does not keep up.
    pub(super) fn is_behind(&self) -> bool {
        self.recording
            .as_ref()
            .is_some_and(|r| r.is_behind(&self.app.book))
    }

    /// Records what has been added to the journal.
    pub(super) fn keep_up(&mut self) {
        let told = self.recording.as_mut().map(|r| r.tell(&self.app.book));
        if let Some(Err(e)) = told {
            self.recording_failed(&e);
        }
    }

    /// The session goes on without its recording.
    fn recording_failed(&mut self, error: &io::Error) {
        self.recording = None;
        if let Some(path) = self.app.keep.recording.take() {
            let path = files::shown(path.as_ref());
            let why = why(error);
            // There is one row for it: where the file is may take more of it than is left.
            self.notice(
                format!("The recording ends here: {why}. What was recorded is sound: {path}"),
                true,
            );
        }
    }

    pub(super) fn record(&mut self, path: &str, replace: bool) {
        let place = files::typed(path);
        let file = match files::create(&place, replace) {
            Ok(file) => file,
            Err(NotMade::Exists) => return self.app.ask_to_replace(None, path),
            Err(NotMade::Refused(e)) => return self.notice(files::not_made(&place, &e), true),
        };
        match Recording::start(file, self.clock) {
            Ok(recording) => {
                self.recording = Some(recording);
                self.app.keep.recording = Some(place.display().to_string());
                let name = files::shown(&place);
                self.notice(
                    format!("Recording to {name}, from the first event on. r ends it."),
                    false,
                );
            }
            Err(e) => self.notice(files::not_made(&place, &e), true),
        }
    }

    pub(super) fn stop_recording(&mut self) {
        let Some(recording) = self.recording.take() else {
            return;
        };
        let name = recording.path().file_name().unwrap_or_default();
        let name = files::shown(name.as_ref());
        match recording.finish(&self.app.book) {
            Ok(()) => {
                self.app.keep.recording = None;
                self.notice(
                    format!("{name} is complete. fourline and Wireshark open it."),
                    false,
                );
            }
            Err(e) => self.recording_failed(&e),
        }
    }

    /// At the very end, when the terminal has been given back: what was recorded, or why it was not.
    pub(super) fn end_recording(&mut self) {
        let Some(recording) = self.recording.take() else {
            return;
        };
        let name = files::shown(recording.path());
        let said = match recording.finish(&self.app.book) {
            Ok(()) => format!("Recorded: {name}. To look at it again: fourline {name}"),
            Err(e) => format!(
                "The recording {name} could not be written to its end: {}",
                why(&e)
            ),
        };
        // A lost terminal does not want to read it.
        let _ = writeln!(stderr(), "{said}");
    }

    /// Writes a program to a file.
    pub(super) fn save_code(&mut self, text: &str, path: &str, replace: bool) {
        if self.app.is_loading() {
            return self.notice(STILL_READING.to_owned(), true);
        }
        let place = files::typed(path);
        if self.recording.as_ref().is_some_and(|r| r.is_in(&place)) {
            return self.notice(IS_RECORDED.to_owned(), true);
        }
        let written = files::write_whole(&place, replace, |out| out.write_all(text.as_bytes()));
        match written {
            Ok(()) => self.notice(format!("Written: {}", files::shown(&place)), false),
            Err(NotMade::Exists) => self.app.ask_to_replace_code(path),
            Err(NotMade::Refused(e)) => self.notice(files::not_made(&place, &e), true),
        }
    }

    pub(super) fn export(&mut self, format: &'static str, path: &str, replace: bool) {
        let Some(exporter) = exporter(format) else {
            return;
        };
        if self.app.is_loading() {
            return self.notice(STILL_READING.to_owned(), true);
        }
        let place = files::typed(path);
        if self.recording.as_ref().is_some_and(|r| r.is_in(&place)) {
            return self.notice(IS_RECORDED.to_owned(), true);
        }
        let journal = Journal {
            name: self.app.recorded.as_ref().map_or("", |r| &r.name),
            ..Journal::of(&self.app.book, self.world.epoch_ns(self.clock))
        };
        let written = files::write_whole(&place, replace, |out| {
            exporting::write(exporter, &journal, out)
        });
        let name = files::shown(&place);
        let unsound = self.app.recorded.as_ref().and_then(|r| r.stopped.as_ref());
        match (written, unsound) {
            (Ok(()), None) => self.notice(format!("Written: {name}"), false),
            (Ok(()), Some(_)) => {
                let text = format!("Written as far as the file was sound: {name}");
                self.notice(text, true);
            }
            (Err(NotMade::Exists), _) => self.app.ask_to_replace(Some(format), path),
            (Err(NotMade::Refused(e)), _) => self.notice(files::not_made(&place, &e), true),
        }
    }
}
