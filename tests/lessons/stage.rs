//! A home of one's own, lessons in it, and the program in pipes.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

/// A lesson that runs everywhere, at a port that the kernel picks.
pub(crate) const TALK: &str = include_str!("talk.md");

/// What a run told, and how it ended.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
}

/// A folder of its own, gone at the end.
pub(crate) struct Home(PathBuf);

impl Home {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let path = env::temp_dir().join(format!("fourline-lessons-{}-{number}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file there; its path.
    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A file that the program wrote.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    /// Where progress is kept.
    pub(crate) fn state(&self) -> PathBuf {
        self.0.join(".local/state/fourline/lessons.json")
    }

    /// Runs the program in it, on this machine's own network, without seeing packets.
    pub(crate) fn run(&self, args: &[&str]) -> Told {
        let ended = Command::new(env!("CARGO_BIN_EXE_fourline"))
            .args(args)
            .current_dir(&self.0)
            .env("HOME", &self.0)
            .env("USER", "ada")
            .env("FOURLINE_NETWORK", "host")
            .env("FOURLINE_CAPTURE", "off")
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_STATE_HOME")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let told = Told {
            out: String::from_utf8(ended.stdout).unwrap(),
            err: String::from_utf8(ended.stderr).unwrap(),
            code: ended.status.code().unwrap_or(-1),
        };
        for text in [&told.out, &told.err] {
            let obeyed = |c: char| c != '\n' && fourline::model::payload::is_unprintable(c);
            assert!(!text.contains(obeyed), "{text:?}");
            assert!(!text.contains("panicked"), "{text}");
        }
        told
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[track_caller]
pub(crate) fn says(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            panic!("no {part:?}, or not in this order, in\n{text}");
        };
        rest = after;
    }
}
