//! Rust, with its standard library alone: `TcpListener` and `TcpStream` make several calls at once, and some not at all.
//! Which ones is said in comments, by their Berkeley names.

use super::{LANGUAGES, Line, paper::Paper, plan::Plan, rust_calls::steps, words};
use crate::model::ids::Actor;

const RECEIVE: &str = r#"/// One recv. It brings what has come so far, up to `size` bytes: a stream has no messages. 0 bytes
/// are its end: the peer has closed, or will send no more.
fn receive(stream: &mut TcpStream, size: usize) -> io::Result<()> {
    let mut data = vec![0; size];
    let length = stream.read(&mut data)?;
    println!("received {length} bytes: {}", data[..length].escape_ascii());
    Ok(())
}
"#;

const RECEIVE_WHOLE: &str = r#"/// A recv with MSG_WAITALL: it waits until `size` bytes have come, or the end.
fn receive_whole(stream: &mut TcpStream, size: u64) -> io::Result<()> {
    let mut data = Vec::new();
    let length = stream.take(size).read_to_end(&mut data)?;
    println!("received {length} bytes: {}", data.escape_ascii());
    Ok(())
}
"#;

const PEEK: &str = r#"/// A recv with MSG_PEEK: it looks, and leaves the bytes in the queue.
fn peek(stream: &TcpStream, size: usize) -> io::Result<()> {
    let mut data = vec![0; size];
    let length = stream.peek(&mut data)?;
    println!("received {length} bytes: {}", data[..length].escape_ascii());
    Ok(())
}
"#;

const RECEIVE_ALL: &str = r#"/// As many recvs as it takes to bring so many bytes; without a limit, up to the end.
fn receive_all(stream: &mut TcpStream, size: usize, most: Option<usize>) -> io::Result<()> {
    let mut data = vec![0; size];
    let mut total = 0;
    while most.map_or(true, |most| total < most) {
        let length = stream.read(&mut data)?;
        if length == 0 {
            break;
        }
        total += length;
    }
    println!("received {total} bytes in all");
    Ok(())
}
"#;

const LETTERS: &str = r"/// So many letters: a to z, again and again.
fn letters(length: usize) -> Vec<u8> {
    (b'a'..=b'z').cycle().take(length).collect()
}
";

const HELPERS: [(&str, &str); 5] = [
    ("letters(", LETTERS),
    ("receive(", RECEIVE),
    ("receive_whole(", RECEIVE_WHOLE),
    ("peek(", PEEK),
    ("receive_all(", RECEIVE_ALL),
];

/// Writes it.
pub(super) fn write(plan: &Plan) -> Vec<Line> {
    let mut body = Paper::new("    ");
    let actors = plan.actors();
    for actor in &actors {
        let (host, port) = steps_need(plan, *actor);
        body.say(&format!(
            "fn {actor}({host}: &str, {port}: u16) -> io::Result<()> {{"
        ));
        body.open();
        steps(&mut body, plan, *actor);
        body.say("Ok(())");
        body.shut();
        body.say("}\n");
    }
    main(&mut body, plan, &actors);

    let mut helpers = Paper::new("");
    for (call, text) in HELPERS {
        if body.says_call(&format!(" {call}")) || body.says_call(&format!("&{call}")) {
            helpers.say(text);
        }
    }
    let mut paper = words::head(plan, &LANGUAGES[3]);
    paper.say("");
    imports(&mut paper, &body, &helpers, actors.is_empty());
    let (host, port) = (plan.address.ip(), plan.address.port());
    if !actors.is_empty() {
        paper.say(&format!("\nconst HOST: &str = \"{host}\";"));
        paper.say(&format!("const PORT: u16 = {port};"));
    }
    paper.say("");
    paper.append(helpers);
    paper.append(body);
    paper.lines()
}

/// The names of a role's parameters: where it needs none, they say so.
fn steps_need(plan: &Plan, who: Actor) -> (&'static str, &'static str) {
    let mut tried = Paper::new("");
    steps(&mut tried, plan, who);
    if tried.says("(host, port)") {
        ("host", "port")
    } else {
        ("_host", "_port")
    }
}

fn imports(paper: &mut Paper, body: &Paper, helpers: &Paper, nothing: bool) {
    let says = |word: &str| body.says(word) || helpers.says(word);
    if nothing {
        return;
    }
    let group = |name: &str, parts: &[(&str, bool)]| {
        let parts: Vec<&str> = parts
            .iter()
            .filter(|(_, on)| *on)
            .map(|(p, _)| *p)
            .collect();
        match parts[..] {
            [] => String::new(),
            ["self"] => name.to_owned(),
            [one] => format!("{name}::{one}"),
            _ => format!("{name}::{{{}}}", parts.join(", ")),
        }
    };
    let io = group(
        "io",
        &[
            ("self", true),
            ("Read", says(".read(") || says(".take(")),
            ("Write", says(".write_all(") || says(".write(")),
        ],
    );
    let net = group(
        "net",
        &[
            ("Shutdown", says("Shutdown::")),
            ("TcpListener", says("TcpListener::")),
            ("TcpStream", says("TcpStream")),
        ],
    );
    let time = if says("Duration::") {
        "time::Duration"
    } else {
        ""
    };
    let all = ["env", &io, &net, "process", time];
    paper.say("use std::{");
    for part in all.into_iter().filter(|p| !p.is_empty()) {
        paper.say(&format!("    {part},"));
    }
    paper.say("};");
}

fn main(body: &mut Paper, plan: &Plan, actors: &[Actor]) {
    let names: Vec<String> = actors.iter().map(ToString::to_string).collect();
    if plan.steps.is_empty() {
        body.say("fn main() {\n    println!(\"There is nothing to do.\");\n}");
        return;
    }
    let arms = names.iter().fold(String::new(), |all, n| {
        all + &format!("\n        \"{n}\" => {n}(host, port),")
    });
    let usage = names.join("|");
    body.say(&format!(
        r#"fn main() {{
    let arguments: Vec<String> = env::args().skip(1).collect();
    let argument = |place: usize| arguments.get(place).map(String::as_str);
    let role = argument(0).unwrap_or_default();
    let host = argument(1).unwrap_or(HOST);
    let port = argument(2).map_or(Ok(PORT), str::parse).unwrap_or(PORT);
    let result = match role {{{arms}
        _ => {{
            eprintln!("usage: talk {usage} [HOST [PORT]]");
            process::exit(1);
        }}
    }};
    if let Err(error) = result {{
        eprintln!("{{role}}: {{error}}");
        process::exit(1);
    }}
}}"#
    ));
}
