//! The README's pictures are what the program makes now: `examples/gallery.rs` makes them again, and they are compared.
//! `UPDATE_GALLERY=1 cargo test --test gallery` writes the new ones.

#[path = "../examples/gallery.rs"]
mod gallery;

use std::{
    collections::BTreeSet,
    env, fs,
    process::{self, Command},
};

#[test]
fn the_pictures_are_those_that_the_program_makes_now() {
    if env::var_os("UPDATE_GALLERY").is_some() {
        gallery::main().unwrap();
    }
    let mut names = BTreeSet::new();
    for (name, picture) in gallery::pictures().unwrap() {
        let kept = fs::read(gallery::folder().join(&name)).unwrap_or_default();
        assert!(
            kept == picture,
            "assets/shots/{name} is not what the program makes now: UPDATE_GALLERY=1 cargo test --test gallery"
        );
        names.insert(name);
    }
    let kept = fs::read_dir(gallery::folder()).unwrap();
    let kept: BTreeSet<String> = kept
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        kept, names,
        "assets/shots holds what the program makes, and nothing else"
    );
}

/// `fourline shot` draws the same: the first picture is that of this command.
#[test]
fn the_command_draws_the_same_picture() {
    let fourline = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fourline"));
        command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args);
        command.output().unwrap()
    };
    let journal = "tests/journals/lab-syn-held.jsonl";
    let shot = fourline(&["--theme", "dark", "shot", journal, "--at", "24"]);
    let kept = fs::read(gallery::folder().join("main.svg")).unwrap();
    assert!(shot.status.success() && shot.stdout == kept);
    let late = fourline(&[
        "shot", journal, "--screen", "ladder", "--at", "49", "--size", "80x24",
    ]);
    let end = fourline(&[
        "shot", journal, "--screen", "ladder", "--at", "end", "--size", "80x24",
    ]);
    assert!(late.status.success() && late.stdout == end.stdout);
    for wrong in [
        ["shot", journal, "--at", "-1"],
        ["shot", journal, "--at", "999"],
        ["shot", journal, "--at", "9s"],
        ["shot", journal, "--size", "10x10"],
        ["shot", "README.md", "--at", "end"],
        ["shot", journal, "--out", journal],
    ] {
        let refused = fourline(&wrong);
        assert_eq!(refused.status.code(), Some(2), "{wrong:?}");
        assert!(refused.stdout.is_empty() && !refused.stderr.is_empty());
    }
}

/// A browser reads every picture, and one that is full of other people's markup, as what it is: shapes and text.
#[test]
fn a_browser_reads_the_pictures() {
    let browser = ["chromium", "chromium-browser", "google-chrome"];
    let found = browser.into_iter().find(|name| {
        let paths = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&paths).any(|folder| folder.join(name).exists())
    });
    let Some(found) = found else {
        assert!(env::var_os("CI").is_none(), "chromium is missing");
        println!("skipped: there is no chromium to read the pictures with");
        return;
    };
    let own = env::temp_dir().join(format!("fourline-gallery-{}", process::id()));
    fs::create_dir_all(&own).unwrap();
    let hostile = own.join("hostile.svg");
    fs::write(&hostile, gallery::hostile().unwrap()).unwrap();
    for path in [
        hostile,
        gallery::folder().join("slide.svg"),
        gallery::folder().join("main.svg"),
    ] {
        let mut command = Command::new("timeout");
        command.args([
            "60",
            found,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--dump-dom",
        ]);
        command.arg(format!("--user-data-dir={}", own.join("profile").display()));
        let read = command
            .arg(format!("file://{}", path.display()))
            .output()
            .unwrap();
        let read = String::from_utf8_lossy(&read.stdout).into_owned();
        assert!(read.contains("</svg>"), "{}: {read:.300}", path.display());
        for bad in ["parsererror", "<script", "<img", "pwned"] {
            assert!(!read.contains(bad), "{}: {bad}", path.display());
        }
    }
    fs::remove_dir_all(own).unwrap();
}
