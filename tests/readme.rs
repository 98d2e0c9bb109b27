//! The README is held to what the program does: its commands are understood, its scripts parse, what it shows as output
//! is what comes out, its tables are those of the program, and its links lead somewhere.
//!
//! `UPDATE_README=1 cargo test --test readme` writes anew what is made from tables, files and runs.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot read what it checks has failed"
)]

use clap::Parser;
use fourline::{
    app::{
        config::Config,
        keys::{BINDINGS, Group, Where},
    },
    cli::{Args, Asked},
    export::EXPORTERS,
    language::{MEASURES, Vars, parse_script, reference},
    lesson::{
        Lesson, Mark, Needs, Reply, SHIPPED, Truth,
        report::{Report, Taken, answers},
        shipped,
    },
    model::{
        event::{Event, Fact},
        insights::INSIGHTS,
    },
    run::shelf::digest,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    ops::Range,
    path::{Path, PathBuf},
    process::{Command, Stdio, id},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// A fenced block.
struct Block {
    /// What the remark in the line above it says, if there is one.
    mark: String,
    /// What stands behind the fence.
    language: String,
    /// Where in the README its content stands.
    place: Range<usize>,
}

/// A block that holds fences has a longer one.
fn blocks(text: &str) -> Vec<Block> {
    let (mut found, mut open): (Vec<Block>, Option<(usize, Block)>) = (Vec::new(), None);
    let (mut at, mut before) = (0, "");
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        let fence = line.trim_start_matches('`');
        let ticks = line.len() - fence.len();
        if ticks >= 3 && open.as_ref().is_none_or(|(of, _)| *of == ticks) {
            if let Some((_, mut block)) = open.take() {
                block.place.end = at;
                found.push(block);
            } else {
                let mark = before
                    .trim()
                    .strip_prefix("<!-- ")
                    .and_then(|m| m.strip_suffix(" -->"));
                let block = Block {
                    mark: mark.unwrap_or_default().to_owned(),
                    language: fence.trim().to_owned(),
                    place: end..end,
                };
                open = Some((ticks, block));
            }
        }
        (at, before) = (end, line);
    }
    assert!(open.is_none(), "a block of the README does not end");
    found
}

/// The commands of a line as a shell would see them: without redirections and remarks.
fn commands(line: &str) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    let (mut word, mut quote, mut file): (Option<String>, Option<char>, bool) = (None, None, false);
    for c in line.chars().chain([' ']) {
        match (c, quote) {
            (c, Some(q)) if c == q => quote = None,
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            ('#', None) if word.is_none() => break,
            (' ' | '|' | '&' | '<' | '>', None) => {
                if let Some(word) = word.take() {
                    // What follows `<` or `>` is no argument.
                    if !core::mem::take(&mut file) {
                        all.last_mut().unwrap().push(word);
                    }
                }
                file |= matches!(c, '<' | '>');
                if matches!(c, '|' | '&') {
                    all.push(Vec::new());
                }
            }
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    all.retain(|words| !words.is_empty());
    all
}

/// What a shell block asks for, or a console block behind its `$`.
fn typed(block: &Block, text: &str) -> Vec<String> {
    let lines = text[block.place.clone()].lines();
    match block.language.as_str() {
        "sh" => lines.map(str::to_owned).collect(),
        "console" => lines
            .filter_map(|l| l.strip_prefix("$ ").map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

#[test]
fn every_command_line_is_understood_and_its_files_are_there() {
    let text = readme();
    let mut seen = 0;
    for line in blocks(&text).iter().flat_map(|b| typed(b, &text)) {
        for words in commands(&line) {
            // The last one: `podman run ... IMAGE fourline run -` has two.
            let Some(at) = words.iter().rposition(|w| w == "fourline") else {
                continue;
            };
            let parsed = Args::try_parse_from(&words[at..]);
            assert!(parsed.is_ok(), "{line}\n{}", parsed.unwrap_err());
            for file in words.iter().filter(|w| w.ends_with(".fourline")) {
                let there =
                    file.contains('*') || file.starts_with('/') || root().join(file).exists();
                assert!(there, "{line}: there is no {file}");
            }
            if let Some(Asked::Learn(learn)) = parsed.unwrap().asked
                && let Some(lesson) = learn.lesson
            {
                let is_file = Path::new(&lesson).extension().is_some();
                assert!(is_file || shipped(&lesson).is_some(), "{line}");
            }
            seen += 1;
        }
    }
    assert!(seen > 10, "only {seen} commands were found");
}

#[test]
fn scripts_and_configurations_parse() {
    let text = readme();
    for block in blocks(&text) {
        let body = &text[block.place.clone()];
        match block.language.as_str() {
            "fourline" => {
                let parsed = parse_script(body.as_bytes(), &Vars::default());
                assert!(parsed.is_ok(), "{body}\n{:?}", parsed.unwrap_err());
            }
            "toml" => assert_eq!(Config::parse(body, "README.md").map(|_| ()), Ok(())),
            _ => {}
        }
    }
}

/// An address of the loopback that nobody else uses, so that port 10008 is free there whatever else runs.
fn own_address() -> String {
    format!("127.77.{}.{}", id() >> 8 & 0xff, id() & 0xff)
}

/// What the program prints for these arguments.
fn output(arguments: &[String], input: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fourline"))
        .args(arguments)
        .args(["--listen", &format!("{}:10008", own_address())])
        // What it shows must be the same for who may capture packets and who may not.
        .env("FOURLINE_CAPTURE", "off")
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its input has closed it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let ended = child.wait_with_output().unwrap();
    let text = [ended.stdout, ended.stderr].concat();
    String::from_utf8(text)
        .unwrap()
        .replace(&own_address(), "127.0.0.1")
}

/// A console block that is run: what is typed, and what then comes out.
fn run(body: &str) -> (String, String) {
    let (first, rest) = body.split_once('\n').unwrap();
    let (input, typed) = match first.split_once("<<'END'") {
        Some(_) => {
            let (input, _) = rest.split_once("END\n").unwrap();
            (input, format!("{first}\n{input}END\n"))
        }
        None => ("", format!("{first}\n")),
    };
    let words = commands(first.strip_prefix("$ ").unwrap()).remove(0);
    assert_eq!(words[0], "fourline");
    (typed, output(&words[1..], input))
}

/// What is the same in every run: the calls of each actor in their order, lines, claims, and what is said. Descriptors,
/// times and the kernel's ports are masked; which states are seen, and when, is the kernel's affair.
fn stable(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in text.lines() {
        let varies = [" state ", " ack: ", " waits"];
        if varies.iter().any(|word| line.contains(word)) {
            continue;
        }
        let words = line.trim_start();
        let (time, rest) = words.split_once(' ').unwrap_or((words, ""));
        if time.len() < 8 || time.parse::<f64>().is_err() {
            told.entry(String::new()).or_default().push(line.to_owned());
            continue;
        }
        let who = rest.split_whitespace().next().unwrap_or_default();
        told.entry(who.to_owned()).or_default().push(masked(rest));
    }
    told
}

fn masked(call: &str) -> String {
    let call = call.split("   after ").next().unwrap();
    let number = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let mut out = String::new();
    let mut rest = call;
    while let Some(c) = rest.chars().next() {
        let n = number(rest);
        // A descriptor is the first argument, or what socket and accept return; a port of the kernel's has five figures.
        let made = out.ends_with("= ") && (call.contains("socket(") || call.contains("accept("));
        let port = out.ends_with(':') && n == 5 && !rest.starts_with("10008");
        if n > 0 && (out.ends_with('(') || made || port) {
            out.push('N');
            rest = &rest[n..];
        } else {
            let n = n.max(c.len_utf8());
            out.push_str(&rest[..n]);
            rest = &rest[n..];
        }
    }
    out
}

/// A first line and some events of a real run, each of another kind.
fn example_of_json() -> String {
    let wanted = |event: &Event| match &event.fact {
        Fact::Call(done) => done.call.name() == "send",
        Fact::State { socket, .. } => socket.to_string() == "server.0",
        Fact::Ack { level, .. } => format!("{level:?}") == "Tcp",
        Fact::Line { line } => *line == 3,
        _ => false,
    };
    let args = ["run", "--json", "assets/scripts/four-lines.fourline"].map(str::to_owned);
    let run = output(&args, "");
    let mut lines = run.lines();
    let mut shown = format!("{}\n", lines.next().unwrap());
    let mut kinds = BTreeSet::new();
    for line in lines {
        let event: Event = serde_json::from_str(line).unwrap();
        let value: Value = serde_json::from_str(line).unwrap();
        if wanted(&event) && kinds.insert(value["kind"].to_string()) {
            let _ = writeln!(shown, "{line}");
        }
    }
    shown
}

/// What lines of JSON consist of, by kind: who looks first, the kernel's tables or the call, differs from run to run.
fn shapes(lines: &str) -> BTreeMap<String, Value> {
    let parse = |line: &str| {
        let mut value: Value = serde_json::from_str(line).unwrap();
        if let Some(fields) = value.as_object_mut() {
            fields.remove("happened_ns");
        }
        (value["kind"].to_string(), shape(&value))
    };
    lines.lines().map(parse).collect()
}

/// What an object consists of, without the values that differ from run to run.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), shape(value)))
            .collect(),
        Value::Number(_) => Value::Null,
        other => other.clone(),
    }
}

/// The reference of the language, one heading lower.
fn language() -> String {
    let lower = |line: &str| match line.strip_prefix('#') {
        Some(_) => format!("#{line}\n"),
        None => format!("{line}\n"),
    };
    reference().lines().map(lower).collect()
}

/// The table of keys.
fn keys() -> String {
    let place = |w: Where| match w {
        Where::Always => "always",
        Where::Everywhere => "everywhere",
        Where::Screens => "on every screen",
        Where::Acting => "on every screen, in the menu",
        Where::Actor => "main screen, an actor's box",
        Where::OtherBox => "main screen, another box",
        Where::Hand => "main screen",
        Where::Calls => "screen of calls",
        Where::Ladder => "ladder",
        Where::Packets => "screen of packets",
        Where::Kernel => "kernel screen",
        Where::Options => "screen of options",
        Where::Code => "in the program",
        Where::Shelf => "screen of lessons",
        Where::Learning => "in a lesson",
        Where::Asking => "while a question waits",
        Where::Found => "while something is searched",
        Where::List => "in the menu, in the script, in the formats",
        Where::Menu => "in the menu",
        Where::Script => "in the script",
        Where::Reading => "in a text",
        Where::Why => "in the why",
        Where::Asked => "when asked whether to quit",
        Where::Typing => "while one types",
        Where::Completed => "while one types a statement or a place",
        Where::Statement => "while one types a statement",
    };
    let mut out = String::from(
        "## Keys\n\nThe name is what a key is called in the configuration file. `?` shows the keys of the screen one is on.\n",
    );
    for group in Group::ALL {
        let _ = write!(
            out,
            "\n### {}\n\n| keys | what they do | where | name |\n|---|---|---|---|\n",
            group.title()
        );
        for b in BINDINGS.iter().filter(|b| b.group == group) {
            let keys: Vec<_> = b.keys.iter().map(|k| format!("`{k}`")).collect();
            let (keys, place) = (keys.join(" "), place(b.wherever));
            let _ = writeln!(out, "| {keys} | {} | {place} | `{}` |", b.help, b.name);
        }
    }
    out
}

/// The table of formats.
fn formats() -> String {
    let mut out = String::from("| `--to` | what it is | file |\n|---|---|---|\n");
    for e in EXPORTERS {
        let _ = writeln!(out, "| `{}` | {} | `.{}` |", e.name, e.about, e.extension);
    }
    out
}

/// Cells in which a bar is no border.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// The lessons that ship: where each is, how long it takes, what one can say afterwards.
fn lessons() -> String {
    let mut out = String::from("| | lesson | minutes | afterwards you can |\n|---|---|---|---|\n");
    for (n, one) in (1..).zip(SHIPPED) {
        let lesson = Lesson::parse(one.text.as_bytes()).unwrap();
        let path = format!("assets/lessons/{n:02}-{}.md", one.name);
        let front = lesson.front;
        let lab = match front.network {
            Needs::Any => "",
            Needs::Lab => ", `lab`",
            Needs::Host => ", `host`",
        };
        let said = cell(&front.afterwards.join("; "));
        let _ = writeln!(
            out,
            "| {n} | [{}]({path}) | {}{lab} | {said} |",
            cell(&front.title),
            front.minutes
        );
    }
    out
}

/// What can be measured.
fn measures() -> String {
    let mut out = String::from("| measure | what it is | example |\n|---|---|---|\n");
    for (form, about, example) in MEASURES {
        let _ = writeln!(out, "| `{}` | {about} | `number: {example}` |", cell(form));
    }
    out
}

/// What is notable.
fn insights() -> String {
    let mut out = String::from("| name | what is notable |\n|---|---|\n");
    for row in &INSIGHTS {
        let _ = writeln!(out, "| `{}` | {} |", row.name, row.about);
    }
    out
}

/// A report of the README's own lesson, of which one question was answered wrongly.
fn report() -> Report {
    let name = "assets/example-lesson.md";
    let text = fs::read(root().join(name)).unwrap();
    let lesson = Lesson::parse(&text).unwrap();
    let mark = |truth, right| {
        Some(Mark {
            truth,
            right: Some(right),
        })
    };
    let replies = [Some(Reply::Choice(0)), Some(Reply::Number(0))];
    let marks = [mark(Truth::Choice(1), false), mark(Truth::Number(0), true)];
    let (began, ended) = (1_795_419_000, 1_795_419_130);
    let taken = Taken {
        name: name.to_owned(),
        title: lesson.front.title.clone(),
        digest: digest(&text),
        began,
        last: ended,
        ended: Some(ended),
        stops: lesson.stops.len(),
        reached: lesson.stops.len(),
        answers: Some(answers(&lesson, &replies, &marks)),
    };
    Report {
        learner: "ada".to_owned(),
        written: ended + 9,
        lessons: vec![taken],
    }
}

/// The README with all that is made from tables and files as it should be; what runs print, only if `runs`.
fn renewed(text: &str, runs: bool) -> String {
    let mut out = text.to_owned();
    for block in blocks(text).into_iter().rev() {
        let body = &text[block.place.clone()];
        let new = match block.mark.split_once(": ") {
            Some(("file", path)) => fs::read_to_string(root().join(path)).unwrap(),
            None if block.mark == "run" && runs => {
                let (typed, printed) = run(body);
                typed + &printed
            }
            None if block.mark == "json" && runs => example_of_json(),
            None if block.mark == "report" => report().text(false),
            _ => continue,
        };
        out.replace_range(block.place, &new);
    }
    for (name, made) in [
        ("language", language()),
        ("keys", keys()),
        ("formats", formats()),
        ("lessons", lessons()),
        ("measures", measures()),
        ("insights", insights()),
    ] {
        let (begin, end) = (
            format!("<!-- {name}: begin -->\n"),
            format!("<!-- {name}: end -->"),
        );
        let from = out.find(&begin).unwrap() + begin.len();
        let to = out.find(&end).unwrap();
        out.replace_range(from..to, &format!("\n{made}\n"));
    }
    out
}

#[test]
fn what_is_made_from_tables_and_runs_is_as_it_would_be_made_now() {
    let text = readme();
    if env::var_os("UPDATE_README").is_some() {
        fs::write(root().join("README.md"), renewed(&text, true)).unwrap();
        return;
    }
    assert!(
        text == renewed(&text, false),
        "a table or a file has changed: UPDATE_README=1 cargo test --test readme"
    );
    for block in blocks(&text) {
        let body = &text[block.place.clone()];
        if block.mark == "run" {
            let (typed, printed) = run(body);
            assert_eq!(stable(&body[typed.len()..]), stable(&printed), "{typed}");
        } else if block.mark == "json" {
            assert_eq!(shapes(body), shapes(&example_of_json()));
        }
    }
}

/// A line of tshark's without what differs from run to run.
fn without_figures(line: &str) -> String {
    let line = line.split(" after ").next().unwrap();
    let mut out = String::new();
    for word in line.split_whitespace() {
        for c in word.chars() {
            match c {
                '0'..='9' if out.ends_with('N') => {}
                '0'..='9' => out.push('N'),
                other => out.push(other),
            }
        }
        out.push(' ');
    }
    out
}

/// The block that shows a recording as tshark lists it: each of its lines is listed of a new recording too, and what is
/// told of packets stands in the same order.
#[test]
fn tshark_lists_a_recording_as_it_is_shown() {
    let told = Command::new("tshark").arg("--version").output();
    if !told.is_ok_and(|told| told.status.success()) {
        assert!(env::var_os("CI").is_none(), "tshark is needed here");
        println!("skipped: tshark is not installed (Debian: apt install tshark)");
        return;
    }
    let text = readme();
    let block = blocks(&text)
        .into_iter()
        .find(|b| b.mark.starts_with("tshark: "))
        .unwrap();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("readme-{}.pcapng", id()));
    let ran = Command::new(env!("CARGO_BIN_EXE_fourline"))
        .args(["run", "--network", "lab", "--record"])
        .args([&file, &root().join(&block.mark["tshark: ".len()..])])
        .output()
        .unwrap();
    if ran.status.code() == Some(3) {
        let why = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(env::var_os("CI").is_none(), "the lab is needed here: {why}");
        println!("skipped: there is no lab here: {why}");
        let _ = fs::remove_file(file);
        return;
    }
    assert!(ran.status.success(), "{ran:?}");
    let listed = Command::new("tshark")
        .arg("-r")
        .arg(&file)
        .output()
        .unwrap();
    fs::remove_file(file).unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let listed: Vec<_> = listed.lines().map(without_figures).collect();
    let shown = text[block.place].lines().skip(1).map(without_figures);
    let mut from = 0;
    for line in shown {
        let at = listed.iter().position(|l| *l == line);
        assert!(at.is_some(), "{line}\nis not in\n{}", listed.join("\n"));
        if line.contains(" packet ") || line.contains(" TCP ") {
            let later = listed[from..].iter().position(|l| *l == line);
            from += 1 + later.unwrap_or_else(|| panic!("{line}\nstands elsewhere"));
        }
    }
    assert!(from > 0);
}

/// Exports and pictures of a recording are made as the README says, in a folder of their own.
#[test]
fn exports_and_pictures_are_made_as_it_says() {
    let text = readme();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("readme-{}", id()));
    fs::create_dir_all(&folder).unwrap();
    let fourline = |arguments: &[String]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fourline"));
        command.current_dir(&folder).args(arguments);
        command.output().unwrap()
    };
    let journal = root().join("tests/journals/lab-held.jsonl");
    let journal = journal.to_str().unwrap();
    let recording = ["export", journal, "--to", "pcapng", "-o", "talk.pcapng"];
    assert!(fourline(&recording.map(str::to_owned)).status.success());
    let mut made = 0;
    for line in blocks(&text).iter().flat_map(|b| typed(b, &text)) {
        for words in commands(&line) {
            let does = |command: &str| words.iter().any(|w| w == command);
            if words[0] != "fourline" || !does("export") && !does("shot") {
                continue;
            }
            let ended = fourline(&words[1..]);
            assert!(ended.status.success(), "{line}\n{ended:?}");
            let out = words.iter().skip_while(|w| *w != "-o").nth(1);
            let there = out.is_some_and(|name| folder.join(name).exists());
            assert!(there || !ended.stdout.is_empty(), "{line}");
            made += 1;
        }
    }
    assert!(made > 3, "only {made} were made");
    fs::remove_dir_all(folder).unwrap();
}

/// What stands in backticks.
fn quoted(text: &str) -> BTreeSet<String> {
    let parts = text.split('`').skip(1).step_by(2);
    parts.map(str::to_owned).collect()
}

/// All names in a piece of JSON.
fn names(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                into.insert(name.clone());
                names(value, into);
            }
        }
        Value::Array(all) => all.iter().for_each(|one| names(one, into)),
        _ => {}
    }
}

#[test]
fn every_name_of_a_report_is_told() {
    let text = readme();
    let table = text.split("| where | names |\n|---|---|\n").nth(1).unwrap();
    let rows = table.lines().take_while(|l| l.starts_with('|'));
    let told: BTreeSet<String> = rows.flat_map(quoted).collect();
    let mut known = BTreeSet::new();
    let json: Value = serde_json::from_str(&report().json()).unwrap();
    names(&json, &mut known);
    assert!(known.is_subset(&told), "{known:?}\n{told:?}");
    // The others are values.
    let values: BTreeSet<&str> = told.difference(&known).map(String::as_str).collect();
    assert_eq!(
        values.into_iter().collect::<Vec<_>>(),
        ["bytes", "choice", "number"]
    );
}

/// A lesson of one's own begins, is checked, and can be read as it is told here.
#[test]
fn a_lesson_of_ones_own_begins_as_it_says() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("readme-new-{}", id()));
    fs::create_dir_all(&folder).unwrap();
    for words in [["new-lesson", "mine.md"], ["check", "mine.md"]] {
        let ended = Command::new(env!("CARGO_BIN_EXE_fourline"))
            .current_dir(&folder)
            .args(words)
            .args(["--network", "host"])
            .args(["--listen", &format!("{}:10008", own_address())])
            .output()
            .unwrap();
        assert!(ended.status.success(), "{words:?}\n{ended:?}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_kinds_of_events_are_all_there() {
    // What serde expects where it finds no kind is the list of them.
    let wrong = serde_json::from_str::<Fact>(r#"{"kind":"?"}"#).unwrap_err();
    let known = quoted(wrong.to_string().split("expected").nth(1).unwrap());
    let text = readme();
    let table = text
        .split("| kind | what it tells |\n|---|---|\n")
        .nth(1)
        .unwrap();
    let rows = table.lines().take_while(|l| l.starts_with('|'));
    let told = rows
        .flat_map(|l| quoted(l.split('|').nth(1).unwrap()))
        .collect();
    assert_eq!(known, told);
}

/// What GitHub calls a heading in links.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn links_lead_somewhere_and_every_picture_is_shown() {
    let text = readme();
    let anchors: BTreeSet<_> = text
        .lines()
        .filter(|l| l.starts_with('#'))
        .map(|l| anchor(l.trim_start_matches('#').trim()))
        .collect();
    let links: Vec<_> = text
        .split("](")
        .skip(1)
        .map(|rest| rest.split(')').next().unwrap())
        .filter(|link| !link.contains("://"))
        .collect();
    for link in &links {
        let there = match link.strip_prefix('#') {
            Some(name) => anchors.contains(name),
            None => root().join(link).exists(),
        };
        assert!(there, "nothing is at {link}");
    }
    for entry in fs::read_dir(root().join("assets/shots")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let shown = links.contains(&format!("assets/shots/{name}").as_str());
        assert!(
            shown || Path::new(&name).extension().is_none_or(|e| e != "svg"),
            "{name}"
        );
    }
}

#[test]
fn the_test_command_can_be_found() {
    let text = readme();
    let block = blocks(&text)
        .into_iter()
        .find(|b| b.mark == "test command")
        .unwrap();
    assert_eq!(text[block.place].lines().next(), Some("cargo test"));
    assert!(text.contains("\n<!-- test command -->\n"));
}
