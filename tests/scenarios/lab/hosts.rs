use super::{journal, laws, there, view};
use crate::common::{Script, Story, end};
use std::{fs, path::PathBuf};

/// The host's conversations, each with its addresses in the lab.
fn scripts() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conversations");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut scripts: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|e| e == "fourline"))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let text = text.replace("127.0.0.1", "10.0.0.1");
            let text = text.replace("[::1]", "[fd00::1]");
            (path.display().to_string(), text)
        })
        .collect();
    scripts.sort();
    scripts
}

/// Every `parts`th of them, from this one on: the tests of a machine run beside each other.
fn hold(first: usize, parts: usize) {
    if !there() {
        return;
    }
    for (name, text) in scripts().into_iter().skip(first).step_by(parts) {
        println!("{name}");
        let script = Script::new(text);
        let ended = end(&mut journal(&script.path(), &["PORT=10008"]));
        assert_eq!(ended.stderr, "");
        let story = Story::read(&ended.stdout);
        let failed = story.failed_claims();
        let packets = view::told(&story);
        assert!(failed.is_empty(), "{}\n{packets}", failed.join("\n"));
        assert_eq!(ended.code(), Some(0));
        crate::laws::hold(&story);
        laws::hold(&story);
    }
}

#[test]
fn conversations_of_the_host_hold_in_the_lab() {
    hold(0, 2);
}

#[test]
fn the_others_do_too() {
    hold(1, 2);
}
