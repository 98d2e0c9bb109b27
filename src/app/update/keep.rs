//! What is kept outside of the program: a recording, and exports. The names are typed here; the files are somebody
//! else's to write.

use crate::app::state::{App, BarPurpose, Effect, Overlay};

impl App {
    /// Begins a recording, by asking for its name; or ends the one that is being written.
    pub(super) fn record(&mut self) -> Vec<Effect> {
        if self.recorded.is_some() {
            self.refuse("This is a recording already. e writes it in another format.");
            return Vec::new();
        }
        if self.keep.recording.is_some() {
            return vec![Effect::StopRecording];
        }
        self.keep.exists = None;
        let name = format!("{}.pcapng", self.keep.stem);
        self.open_bar(BarPurpose::Record, &name);
        Vec::new()
    }

    /// The list of formats.
    pub(super) fn open_export(&mut self) {
        self.toggle(Overlay::Export(0));
    }

    /// A format was chosen: its file's name is asked for.
    pub(super) fn name_export(&mut self, row: usize) {
        let Some(format) = self.keep.formats.get(row) else {
            return;
        };
        let name = format!("{}.{}", self.keep.stem, format.extension);
        // Whoever left the bar did not mean it.
        self.keep.exists = None;
        self.open_bar(BarPurpose::Export(row), &name);
    }

    /// A file's name was typed for a recording or an export.
    pub(super) fn name_typed(&mut self, purpose: &BarPurpose, path: String) -> Vec<Effect> {
        let replace = self.keep.exists.as_ref() == Some(&path);
        self.keep.exists = None;
        if path.is_empty() {
            return Vec::new();
        }
        match purpose {
            BarPurpose::Record => vec![Effect::Record { path, replace }],
            BarPurpose::Export(row) => {
                let format = self.keep.formats.get(*row).map(|f| f.name);
                let export = |format| Effect::Export {
                    format,
                    path,
                    replace,
                };
                format.map(export).into_iter().collect()
            }
            BarPurpose::Code => self.save_code(path, replace),
            _ => Vec::new(),
        }
    }

    /// The program's file is there already.
    pub fn ask_to_replace_code(&mut self, path: &str) {
        self.ask_again(BarPurpose::Code, path);
    }

    /// The file of this recording, or of an export in this format, is there already: whether it is to be replaced is
    /// asked.
    pub fn ask_to_replace(&mut self, format: Option<&str>, path: &str) {
        let row = |name| self.keep.formats.iter().position(|f| f.name == name);
        let purpose = match format {
            None => BarPurpose::Record,
            Some(name) => BarPurpose::Export(row(name).unwrap_or_default()),
        };
        self.ask_again(purpose, path);
    }

    fn ask_again(&mut self, purpose: BarPurpose, path: &str) {
        self.open_bar(purpose, path);
        self.keep.exists = Some(path.to_owned());
        if let Some(bar) = &mut self.bar {
            bar.mistake = Some(
                "This file exists already. Enter replaces it; or type another name.".to_owned(),
            );
        }
    }
}
