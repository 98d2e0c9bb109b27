use crate::stage::{UNDER_TEST, program};
use nix::unistd::Uid;
use std::{
    env, fs,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// `nobody`: a user whom every system knows, and who may do nothing special.
const NOBODY: u32 = 65534;

/// A folder that everybody may enter, gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = env::temp_dir().join(format!("fourline-lab-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        let folder = Self(path);
        open_to_all(&folder.0);
        folder
    }

    fn copy(&self, of: &Path, name: &str) -> PathBuf {
        let to = self.0.join(name);
        fs::copy(of, &to).unwrap();
        open_to_all(&to);
        to
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn open_to_all(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Whoever is an ordinary user runs all the other tests as one already.
#[test]
fn everything_holds_for_an_ordinary_user_too() {
    if !Uid::effective().is_root() {
        return;
    }
    let folder = Folder::new();
    let tests = folder.copy(&env::current_exe().unwrap(), "tests");
    let program = folder.copy(&program(), "fourline");
    let ended = Command::new(tests)
        .args([
            "--skip",
            "veth::",
            "--skip",
            "ordinary::",
            "--test-threads=2",
        ])
        .env(UNDER_TEST, program)
        .env("HOME", &folder.0)
        .env("TMPDIR", &folder.0)
        .current_dir("/")
        .uid(NOBODY)
        .gid(NOBODY)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success(), "{told}");
}
