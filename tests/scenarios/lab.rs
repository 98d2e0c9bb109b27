//! Conversations in the lab, where every packet passes through the cable: `tests/conversations/lab`, a row each, with what
//! their scripts cannot say.

/// What holds on the host's network holds in the lab.
mod hosts;
/// Other people's programs inside the lab see what we tell.
mod inside;
/// What is notable where packets are lost, late or too many.
mod insights;
/// What must hold in the journal of any conversation whose packets we carry.
pub(crate) mod laws;
/// Whatever is done to the cable, in whatever order.
mod random;
/// Every row: a script, and what its journal must show beyond its claims.
mod rows;
/// One conversation after another, at the prompt.
mod shell;
/// A journal's packets, each with its fate.
mod view;

use crate::common::{Script, Story, end, run};
use std::{env, path::PathBuf, process::Command, sync::OnceLock};

/// `fourline run FILE --json`, in the lab.
pub(crate) fn journal(path: &str, sets: &[&str]) -> Command {
    let mut command = run(path, &["--json", "--network", "lab"]);
    for set in sets {
        command.args(["--set", set]);
    }
    command
}

/// Whether this system gives us a lab. Where everything should be (`CI` is set), a missing one is a failure.
pub(crate) fn there() -> bool {
    static ASKED: OnceLock<Option<String>> = OnceLock::new();
    let refusal = ASKED.get_or_init(|| {
        let ended = end(&mut journal(&Script::new("cable clear\n").path(), &[]));
        (ended.code() != Some(0)).then_some(ended.stderr)
    });
    let Some(refusal) = refusal else { return true };
    assert!(env::var_os("CI").is_none(), "{refusal}");
    println!("skipped: {refusal}");
    false
}

/// Runs a script of `tests/conversations/lab` and holds it to its claims and to the laws.
fn converse(name: &str, sets: &[&str]) -> Option<Story> {
    if !there() {
        return None;
    }
    let file = format!(
        "tests/conversations/lab/{}.fourline",
        name.replace('_', "-")
    );
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file);
    let ended = end(&mut journal(path.to_str().unwrap(), sets));
    assert_eq!(ended.stderr, "", "{name}");
    let story = Story::read(&ended.stdout);
    let failed = story.failed_claims();
    assert!(
        failed.is_empty(),
        "{name}:\n{}\n{}",
        failed.join("\n"),
        view::told(&story)
    );
    assert_eq!(ended.code(), Some(0));
    assert!(!story.kind("expect").is_empty(), "it claims nothing");
    crate::laws::hold(&story);
    laws::hold(&story);
    Some(story)
}
