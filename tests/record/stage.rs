//! Scripts, recorded and read again.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::atomic::{AtomicU32, Ordering},
};

/// A folder of the test's own, gone with it.
#[derive(Debug)]
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("record-{}-{number}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn script(&self, text: &str) -> PathBuf {
        let path = self.path("script.fourline");
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The program, without a terminal.
pub(crate) fn fourline() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fourline"));
    command.env_remove("NO_COLOR").env("TERM", "dumb");
    command
}

/// A recording as JSON Lines.
pub(crate) fn exported(recording: &Path, to: &str) -> Output {
    let mut command = fourline();
    command.arg("export").arg(recording).args(["--to", to]);
    command.output().unwrap()
}

/// Whether a lab can be had. Where everything must be tested, its absence is a failure.
pub(crate) fn lab() -> bool {
    let script = Folder::new();
    let path = script.script("wait 1ms\n");
    let mut command = fourline();
    command.args(["run", "--network", "lab"]).arg(path);
    let told = command.output().unwrap();
    if !told.status.success() {
        let why = String::from_utf8_lossy(&told.stderr).into_owned();
        assert!(env::var_os("CI").is_none(), "the lab is needed here: {why}");
        println!("skipped: there is no lab here: {why}");
    }
    told.status.success()
}

/// The scripts of a folder of this package.
pub(crate) fn scripts(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|e| e == "fourline"))
        .collect();
    files.sort();
    files
}
