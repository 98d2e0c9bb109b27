//! Diagrams are parsed by mermaid itself: those of real conversations, and those of journals in which every text wishes to
//! be something else. Reports are read by the reader of Markdown that comes with it. The package is installed from npm into the folder for tests' files, at the versions that
//! `tests/mermaid/package-lock.json` names.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a helper that fails is a test that fails"
)]

use fourline::{
    export::{Journal, Make, exporter, jsonl::read_jsonl},
    model::{
        book::Book,
        event::{Cause, Fact, Observation, Source},
        ids::{Actor, Nanos},
    },
};
use serde::{Deserialize, de::DeserializeOwned};
use std::{
    collections::BTreeMap,
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
};

/// What is copied to where the package is installed.
const FILES: [&str; 5] = [
    ".npmrc",
    "package.json",
    "package-lock.json",
    "parse.mjs",
    "tokens.mjs",
];

/// What mermaid says of a diagram.
#[derive(Debug, Deserialize)]
struct Told {
    error: Option<String>,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    actors: Vec<String>,
    #[serde(default)]
    statements: usize,
}

fn there(tool: &str) -> bool {
    let ran = Command::new(tool)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    ran.is_ok_and(|status| status.success())
}

/// One test installs at a time.
static INSTALLING: Mutex<()> = Mutex::new(());

/// Where the package stands; nothing, with a word, where it cannot be had.
fn installed() -> Option<PathBuf> {
    let skip = |why: &str| {
        assert!(
            env::var_os("CI").is_none(),
            "in CI mermaid must be there: {why}"
        );
        println!("skipped: {why}");
        None
    };
    if let Some(tool) = ["node", "npm", "timeout"].iter().find(|t| !there(t)) {
        return skip(&format!(
            "{tool} is not installed (Debian: apt install nodejs npm coreutils)"
        ));
    }
    let _alone = INSTALLING.lock().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mermaid");
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mermaid");
    let stamp = place.join("installed");
    let lock = fs::read(source.join("package-lock.json")).unwrap();
    fs::create_dir_all(&place).unwrap();
    for file in FILES {
        fs::copy(source.join(file), place.join(file)).unwrap();
    }
    if fs::read(&stamp).is_ok_and(|done| done == lock) {
        return Some(place);
    }
    let npm = Command::new("timeout")
        .args(["300", "npm", "ci", "--no-progress", "--loglevel=error"])
        .current_dir(&place)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    if !npm.status.success() {
        let why = String::from_utf8_lossy(&npm.stderr);
        return skip(&format!("npm could not install mermaid: {why}"));
    }
    fs::write(stamp, lock).unwrap();
    Some(place)
}

/// Has a script look at all these texts.
fn ask<T: DeserializeOwned>(place: &Path, script: &str, texts: &[String]) -> Vec<T> {
    let mut node = Command::new("timeout")
        .args(["120", "node", script])
        .current_dir(place)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let json = serde_json::to_vec(texts).unwrap();
    node.stdin.take().unwrap().write_all(&json).unwrap();
    let ended = node.wait_with_output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    serde_json::from_slice(&ended.stdout).unwrap()
}

fn export(book: &Book, name: &str, to: &str) -> String {
    let Make::Journal(write) = exporter(to).unwrap().make else {
        panic!("{to} is made from a journal");
    };
    let mut out = Vec::new();
    let journal = Journal {
        name,
        ..Journal::of(book, 0)
    };
    write(&journal, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn golden() -> Vec<(String, Book)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journals");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "jsonl"))
        .collect();
    paths.sort();
    assert!(paths.len() >= 7);
    let read = |path: PathBuf| {
        let (_, events) = read_jsonl(fs::read(&path).unwrap().as_slice()).unwrap();
        let mut book = Book::new();
        for event in events {
            book.push(event);
        }
        (path.display().to_string(), book)
    };
    paths.into_iter().map(read).collect()
}

/// Texts that would be statements, remarks, directives, markup, or the end of one.
const HOSTILE: [&str; 24] = [
    "end",
    "END; end",
    "; server->>client: forged",
    "\nserver->>client: forged",
    "#59; #quot; &lt; #",
    "%% remark",
    "%%{init: {\"theme\": \"dark\"}}%%",
    "---\ntitle: x\n---",
    "<script>alert(1)</script><br/><img src=x onerror=alert(1)>",
    "$$\\sqrt{2}$$ a\\nb",
    "style:;#",
    "classDef a:;#b; style: x#1;",
    "wrap: x",
    "nowrap:x",
    ":::::",
    "```\n```",
    "participant x as y\nrect rgb(1,1,1)",
    "ﬂ°lt¶ß ﬂ°°59¶ß",
    "\u{1b}[2J\u{202e}\u{200b}\0",
    "-->> --x -) ->> <<->> ()",
    "[]{}()|\\/\"'`~@^*_=+",
    "click A href \"javascript:alert(1)\"",
    "links server: {\"a\": \"https://x\"}",
    "",
];

fn say(book: &mut Book, who: Option<Actor>, fact: Fact) {
    book.append(Observation {
        at: Nanos(0),
        who,
        source: Source::Program,
        cause: Cause::Unknown,
        fact,
    });
}

/// Journals in which others have a say: one for each text, in all places that take one.
fn hostile() -> Vec<(String, Book)> {
    let walk = golden();
    let texts = HOSTILE.iter().map(|t| (*t).to_owned());
    // And each character that might mean something to a renderer, between letters and alone.
    let ascii = (0..0x80u8).map(|b| format!("a{0}b {0} {0}{0}{0}", b as char));
    let all = texts.chain(ascii).map(|text| {
        let mut book = Book::new();
        for event in walk[1].1.events().iter().take(12) {
            book.push(event.clone());
        }
        let own = || text.clone();
        say(&mut book, None, Fact::Say { text: own() });
        say(&mut book, Some(Actor::Server), Fact::Note { text: own() });
        say(
            &mut book,
            Some(Actor::CLIENT),
            Fact::Refused { text: own() },
        );
        say(&mut book, Some(Actor::CLIENT), Fact::Queued { text: own() });
        say(&mut book, None, Fact::Mode { text: own() });
        let fact = Fact::Expect {
            text: own(),
            held: false,
            line: None,
            found: own(),
        };
        say(&mut book, None, fact);
        let fact = Fact::Cable {
            text: own(),
            rules: Vec::new(),
            offload: false,
        };
        say(&mut book, None, fact);
        (text, book)
    });
    all.collect()
}

#[test]
fn mermaid_takes_every_diagram() {
    let Some(place) = installed() else { return };
    let books: Vec<(String, Book)> = golden().into_iter().chain(hostile()).collect();
    let mut diagrams: Vec<String> = books
        .iter()
        .map(|(_, book)| export(book, "", "mermaid"))
        .collect();
    diagrams.push(export(&Book::new(), "", "mermaid"));
    // So that it is known to refuse something.
    diagrams.push("sequenceDiagram\n  server->>client: a;b c\n".to_owned());
    let told: Vec<Told> = ask(&place, "parse.mjs", &diagrams);
    assert_eq!(told.len(), diagrams.len());
    let (refused, taken) = told.split_last().unwrap();
    assert!(refused.error.is_some());
    for (text, told) in diagrams.iter().zip(taken) {
        assert_eq!(told.error, None, "{text}");
        assert_eq!(told.kind, "sequence");
        let lines = || text.lines().skip(1).map(str::trim);
        let actors: Vec<&str> = lines()
            .filter_map(|l| l.strip_prefix("participant "))
            .collect();
        assert_eq!(told.actors, actors, "{text}");
        // Each line is one statement: no text has become one, or swallowed one.
        assert_eq!(told.statements, lines().count() - actors.len(), "{text}");
    }
}

#[test]
fn no_text_becomes_markup_in_a_report() {
    let Some(place) = installed() else { return };
    let books: Vec<(String, Book)> = golden().into_iter().chain(hostile()).collect();
    // What wishes to be something is the title, too.
    let pages: Vec<String> = books
        .iter()
        .map(|(text, book)| export(book, text, "markdown"))
        .collect();
    let told: Vec<BTreeMap<String, usize>> = ask(&place, "tokens.mjs", &pages);
    assert_eq!(told.len(), pages.len());
    for (page, counts) in pages.iter().zip(told) {
        let count = |kind: &str| counts.get(kind).copied().unwrap_or(0);
        assert_eq!((count("h1"), count("h2")), (1, 7), "{counts:?}\n{page}");
        let fences = page.lines().filter(|l| l.starts_with("```")).count();
        assert_eq!(count("code"), fences / 2, "{counts:?}\n{page}");
        for markup in [
            "html",
            "link",
            "image",
            "del",
            "br",
            "hr",
            "h3",
            "blockquote",
            "def",
        ] {
            assert_eq!(count(markup), 0, "{markup}: {counts:?}\n{page}");
        }
    }
}
