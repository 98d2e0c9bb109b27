//! Programs that are written from a conversation, compiled and run with what the languages have: they hold it.
//!
//! A tool that is missing is said and skipped; where CI is set, it must be there.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on fails, and says so"
)]

use fourline::{
    code::{LANGUAGES, Language, Plan, Program},
    export::jsonl::read_jsonl,
    model::book::Book,
};
use std::{
    env, fs,
    io::{BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio, id},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread::sleep,
    time::Duration,
};

/// How long anything may take before it is given up.
const BOUND: Duration = Duration::from_mins(2);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(10);

/// A folder that is gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("fourline-code-{}-{number}", id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A process that does not outlive its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let command = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self(command.spawn().unwrap())
    }

    /// Waits for its end.
    fn end(mut self) -> Output {
        let status = patiently("it does not end", || self.0.try_wait().unwrap());
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let out = self.0.stdout.as_mut().unwrap();
        out.read_to_end(&mut stdout).unwrap();
        let err = self.0.stderr.as_mut().unwrap();
        err.read_to_end(&mut stderr).unwrap();
        Output {
            status,
            stdout,
            stderr,
        }
    }
}

/// Tries until there is something; for as long as anything may take.
fn patiently<T>(wrong: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    for _ in 0..BOUND.as_millis() / LOOK.as_millis() {
        if let Some(there) = attempt() {
            return there;
        }
        sleep(LOOK);
    }
    panic!("{wrong}");
}

/// Whether a tool is there; where it is not, that is said, and fails where CI is set.
fn is_there(tool: &str) -> bool {
    let found = env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|p| p.join(tool).is_file()));
    if !found {
        assert!(env::var_os("CI").is_none(), "{tool} is missing");
        println!("skipped: {tool} is missing");
    }
    found
}

/// A command in a folder of its own, which knows nothing of a network.
fn command(tool: &str, folder: &Folder) -> Command {
    let mut command = Command::new(tool);
    command
        .current_dir(&folder.0)
        .env("GOCACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/go"))
        .env("GOFLAGS", "-mod=mod")
        .env("GO111MODULE", "off")
        .env("GOTOOLCHAIN", "local");
    command
}

fn run(tool: &str, arguments: &[&str], folder: &Folder) -> Output {
    Running::start(command(tool, folder).args(arguments)).end()
}

fn tool_of(language: &Language) -> &'static str {
    match language.name {
        "c" => "cc",
        "python" => "python3",
        "php" => "php",
        "rust" => "rustc",
        _ => "go",
    }
}

/// The journal of a script that was run on this machine's own network, at a port that the kernel picked.
fn journal_of(script: &str, folder: &Folder) -> Book {
    let path = folder.0.join("talk.fourline");
    fs::write(&path, script.replace("listen 10008", "listen 0")).unwrap();
    let told = Command::new(env!("CARGO_BIN_EXE_fourline"))
        .args(["run", "--network", "host", "--json"])
        .arg(path)
        .env("FOURLINE_CAPTURE", "off")
        .output()
        .unwrap();
    book(&told.stdout[..])
}

fn book(jsonl: impl Read) -> Book {
    let (_, events) = read_jsonl(BufReader::new(jsonl)).unwrap();
    let mut book = Book::new();
    for event in events {
        book.push(event);
    }
    book
}

fn journal(name: &str) -> Book {
    let path = format!("{}/tests/journals/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
    book(fs::File::open(path).unwrap())
}

fn plan(book: &Book) -> Plan {
    Plan::of(book, book.events().len())
}

fn save(plan: &Plan, language: &Language, folder: &Folder) -> String {
    let text = Program::of(plan, language).text();
    let name = format!("talk.{}", language.extension);
    fs::write(folder.0.join(&name), &text).unwrap();
    text
}

/// Makes it ready to run; nothing is to be complained of.
fn build(language: &Language, folder: &Folder, text: &str) {
    let arguments: &[&str] = match language.name {
        "c" => &["-Wall", "-Wextra", "-Werror", "-o", "talk", "talk.c"],
        "rust" => &["-D", "warnings", "-o", "talk", "talk.rs"],
        "go" => &["build", "-o", "talk", "talk.go"],
        _ => return,
    };
    sound(&run(tool_of(language), arguments, folder), text);
}

/// Looks it through without running it.
fn parse(language: &Language, folder: &Folder, text: &str) {
    let arguments: &[&str] = match language.name {
        "c" => &["-Wall", "-Wextra", "-Werror", "-fsyntax-only", "talk.c"],
        "python" => &["-W", "error", "-m", "py_compile", "talk.py"],
        "php" => &["-l", "talk.php"],
        "rust" => &["-D", "warnings", "--emit=metadata", "talk.rs"],
        _ => &["vet", "talk.go"],
    };
    sound(&run(tool_of(language), arguments, folder), text);
    if language.name == "go" && is_there("gofmt") {
        let told = run("gofmt", &["-d", "-e", "talk.go"], folder);
        sound(&told, text);
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        assert_eq!(told, "", "as gofmt would write it");
    }
}

fn sound(told: &Output, text: &str) {
    assert!(
        told.status.success(),
        "{}{}\n{text}",
        String::from_utf8_lossy(&told.stdout),
        String::from_utf8_lossy(&told.stderr)
    );
}

/// A port of loopback that nobody has at the moment, and that no other test here was given.
fn free_port() -> String {
    static GIVEN: Mutex<Vec<u16>> = Mutex::new(Vec::new());
    let port = patiently("there is no port", || {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut given = GIVEN.lock().unwrap();
        let is_new = !given.contains(&port);
        given.push(port);
        is_new.then_some(port)
    });
    port.to_string()
}

fn role(language: &Language, folder: &Folder, role: &str, port: &str) -> Running {
    let (tool, file): (&str, &[&str]) = match language.name {
        "python" => ("python3", &["talk.py"]),
        "php" => ("php", &["talk.php"]),
        _ => ("./talk", &[]),
    };
    let mut command = command(tool, folder);
    Running::start(command.args(file).args([role, "127.0.0.1", port]))
}

/// Runs both roles; what the server and the client said.
fn converse(language: &Language, folder: &Folder, text: &str) -> (String, String) {
    let port = free_port();
    let mut server = role(language, folder, "server", &port);
    let client = patiently("nobody listens", || {
        let client = role(language, folder, "client", &port).end();
        let wrong = String::from_utf8_lossy(&client.stderr).to_lowercase();
        // The server may not listen yet.
        let early = !client.status.success() && wrong.contains("refused");
        let ended = server.0.try_wait().unwrap().is_some();
        assert!(!early || !ended, "the server ended before anybody came");
        (!early).then_some(client)
    });
    sound(&client, text);
    let server = server.end();
    sound(&server, text);
    let said = |told: &Output| String::from_utf8(told.stdout.clone()).unwrap();
    (said(&server), said(&client))
}

fn scripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/scripts");
    let mut all: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    all.sort();
    all
}

/// Writes and runs the four lines in a language.
fn holds_the_four_lines(name: &str) {
    let language = fourline::code::language(name).unwrap();
    if !is_there(tool_of(language)) {
        return;
    }
    let folder = Folder::new();
    let script = include_str!("../assets/scripts/four-lines.fourline");
    let plan = plan(&journal_of(script, &folder));
    let text = save(&plan, language, &folder);
    build(language, &folder, &text);
    let (server, client) = converse(language, &folder, &text);
    assert!(server.contains("received 15 bytes: "), "{server}");
    assert!(server.contains("hello, server\\r\\n"), "{server}");
    assert!(client.contains("received 20 bytes: "), "{client}");
    assert!(client.contains("I have received it\\r\\n"), "{client}");
    // The end of the stream: the server has closed.
    assert!(client.contains("received 0 bytes"), "{client}");
    // Nobody listens any more: the error names the call or the reason, and the exit code is not 0.
    let alone = role(language, &folder, "client", &free_port()).end();
    assert_eq!(alone.status.code(), Some(1));
    let wrong = String::from_utf8_lossy(&alone.stderr).to_lowercase();
    assert!(wrong.contains("refused"), "{wrong}");
    let nobody = Running::start(&mut match language.name {
        "python" => {
            let mut c = command("python3", &folder);
            c.arg("talk.py");
            c
        }
        "php" => {
            let mut c = command("php", &folder);
            c.arg("talk.php");
            c
        }
        _ => command("./talk", &folder),
    })
    .end();
    let usage = String::from_utf8_lossy(&nobody.stderr).into_owned();
    assert!(usage.contains("server|client [HOST [PORT]]"), "{usage}");
}

#[test]
fn c_holds_the_four_lines() {
    holds_the_four_lines("c");
}

#[test]
fn python_holds_the_four_lines() {
    holds_the_four_lines("python");
}

#[test]
fn php_holds_the_four_lines() {
    holds_the_four_lines("php");
}

#[test]
fn rust_holds_the_four_lines() {
    holds_the_four_lines("rust");
}

#[test]
fn go_holds_the_four_lines() {
    holds_the_four_lines("go");
}

/// Any bytes come through any language, in both directions.
#[test]
fn any_bytes_are_sent_as_they_were() {
    let folder = Folder::new();
    // Each byte, then what could be taken for the end or the beginning of something in one of the languages.
    let all = (0..=255_u8).fold(String::new(), |all, b| all + &format!("{b:02x}"));
    let odd = r#""??/ ??= $HOME ${x} {$y} %d \x31\x30\x0b7 ?> */ \" \\ #{z} \u{e9}   'q' \0""#;
    let script = format!(
        "server listen 0\nserver accept\nclient connect\nclient send 0x{all}\nserver recv 256 waitall\n\
         server send {odd}\nclient recv\nclient close\nserver close\n"
    );
    let plan = plan(&journal_of(&script, &folder));
    for language in &LANGUAGES {
        if !is_there(tool_of(language)) {
            continue;
        }
        let text = save(&plan, language, &folder);
        build(language, &folder, &text);
        let port = free_port();
        // The program's client speaks to a server of the test's own, which knows what it shall hear.
        let listener = TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
        let client = role(language, &folder, "client", &port);
        let (mut heard, mut peer) = (vec![0; 256], listener.accept().unwrap().0);
        peer.set_read_timeout(Some(BOUND)).unwrap();
        peer.read_exact(&mut heard).unwrap();
        let sent: Vec<u8> = (0..=255).collect();
        assert_eq!(heard, sent, "{}", language.name);
        drop(peer);
        let _ = client.end();

        // And its server to a client of the test's own.
        let mut server = role(language, &folder, "server", &port);
        drop(listener);
        let mut peer = patiently("nobody listens", || {
            if server.0.try_wait().unwrap().is_some() {
                // The listener of this test had the port for a moment longer.
                server = role(language, &folder, "server", &port);
            }
            TcpStream::connect(format!("127.0.0.1:{port}")).ok()
        });
        peer.set_read_timeout(Some(BOUND)).unwrap();
        peer.write_all(&sent).unwrap();
        let mut heard = Vec::new();
        peer.read_to_end(&mut heard).unwrap();
        let wanted = b"??/ ??= $HOME ${x} {$y} %d \x31\x30\x0b7 ?> */ \" \\ #{z} \xc3\xa9   'q' \0";
        assert_eq!(heard, wanted, "{}\n{text}", language.name);
        sound(&server.end(), &text);
    }
}

/// One client and a server that use all that there is; after each send, the other side answers.
const EVERY_CALL: &str = r#"
client getpeername
client connect 9
server socket
server setsockopt SO_REUSEADDR on
server setsockopt SO_RCVBUF 65536
server bind 0
server listen backlog 3
server getsockname
client connect
server accept
server setsockopt TCP_NODELAY on
server setsockopt SO_RCVTIMEO 9s
server setsockopt SO_KEEPALIVE on
server setsockopt TCP_KEEPIDLE 20
server setsockopt TCP_QUICKACK on
server setsockopt TCP_USER_TIMEOUT 9000
server setsockopt SO_REUSEPORT on
server setsockopt SO_LINGER on 1
server setsockopt IP_TTL 20
server setsockopt TCP_CONGESTION "reno"
server getsockopt TCP_CONGESTION
server getsockopt SO_LINGER
server getsockopt SO_RCVTIMEO
server getsockopt SO_ERROR
server getsockopt SO_RCVBUF
server getsockopt IP_TTL
client send "hello"
server poll read 1s
server recv peek
server recv 5 waitall
server recv dontwait
server nonblocking on
server recv
server nonblocking off
server send " one\n two\n  three, and so on, until the line is longer than a line should be\n"
client recvfrom
client sendto 9 "x"
server recv
server send bytes(100) dontwait
client recv 100 waitall
client send bytes(5000)
expect server recv-q 5000
server recv 1000
server recv 1000
server recv 1000
server recv 1000
server recv 1000
client getpeername
client getsockname
client shutdown write
server recv
server shutdown both
server close
client recv
client abort
client close
server.0 close
"#;

/// Whether a conversation of all calls is held in a language, as far as it has them.
fn makes_every_call(name: &str) {
    let language = fourline::code::language(name).unwrap();
    if !is_there(tool_of(language)) {
        return;
    }
    let folder = Folder::new();
    let plan = plan(&journal_of(EVERY_CALL, &folder));
    let text = save(&plan, language, &folder);
    parse(language, &folder, &text);
    build(language, &folder, &text);
    let (server, client) = converse(language, &folder, &text);
    assert!(server.contains("received 5 bytes: "), "{server}");
    assert!(server.contains("received 1 bytes: "), "{server}");
    assert!(server.contains("received 5000 bytes in all"), "{server}");
    assert!(client.contains("received 77 bytes: "), "{client}\n{text}");
    assert!(client.contains("received 100 bytes: "), "{client}");
    assert!(client.contains("127.0.0.1"), "{client}");
}

#[test]
fn c_makes_every_call() {
    makes_every_call("c");
}

#[test]
fn python_makes_every_call() {
    makes_every_call("python");
}

#[test]
fn php_makes_every_call() {
    makes_every_call("php");
}

#[test]
fn rust_makes_every_call() {
    makes_every_call("rust");
}

#[test]
fn go_makes_every_call() {
    makes_every_call("go");
}

/// Both sides never wait in the kernel.
const NOTHING_WAITS: &str = r"
server socket
server nonblocking on
server bind 0
server listen
server accept
client socket
client nonblocking on
client connect
client poll write 1s
client getsockopt SO_ERROR
server poll read 1s
server accept
server nonblocking on
server recv
client send bytes(100000)
client shutdown write
client recv
client close
server close
server.0 close
";

/// Calls on sockets that cannot have them, and others that nobody would make twice.
const WRONG_CALLS: &str = r#"
client send "no socket"
client socket
client send "not connected"
client bind 0
client connect 1
client close
client close
server listen 0
server setsockopt SO_LINGER on 0
server send "x"
server recv
server recv 3 peek
server recv dontwait
server recv 5 waitall
server recvfrom
server sendto 9 "x"
server send "x" dontwait
server getpeername
server getsockname
server shutdown both
client connect
server accept
client accept
client listen
server.1 accept
server.1 listen
server.0 connect 9
client nonblocking on
client accept
client close
client listen
client recv
client getpeername
client close
server.1 close
server.0 close
"#;

/// Every other conversation at least is a program without a mistake.
fn parses(name: &str) {
    let language = fourline::code::language(name).unwrap();
    if !is_there(tool_of(language)) {
        return;
    }
    let folder = Folder::new();
    let mut plans: Vec<(String, Plan)> = Vec::new();
    for script in scripts() {
        // What needs the lab is told as far as it gets here.
        let text = fs::read_to_string(&script).unwrap();
        if !text.contains("cable ") {
            plans.push((
                script.display().to_string(),
                plan(&journal_of(&text, &folder)),
            ));
        }
    }
    for name in ["backlog-full", "wrong-order", "lab-held", "lab-data-lost"] {
        let book = journal(name);
        plans.push((name.to_owned(), plan(&book)));
        // And as it was half-way.
        let half = Plan::of(&book, book.events().len() / 2);
        plans.push((format!("half of {name}"), half));
    }
    for (name, script) in [
        ("wrong calls", WRONG_CALLS),
        ("nothing waits", NOTHING_WAITS),
    ] {
        plans.push((name.to_owned(), plan(&journal_of(script, &folder))));
    }
    plans.push(("nothing".to_owned(), plan(&Book::new())));
    for (name, plan) in plans {
        let text = save(&plan, language, &folder);
        println!("{name}");
        assert!(text.is_ascii(), "{name}");
        parse(language, &folder, &text);
    }
}

#[test]
fn every_conversation_is_a_program_in_c() {
    parses("c");
}

#[test]
fn every_conversation_is_a_program_in_python() {
    parses("python");
}

#[test]
fn every_conversation_is_a_program_in_php() {
    parses("php");
}

#[test]
fn every_conversation_is_a_program_in_rust() {
    parses("rust");
}

#[test]
fn every_conversation_is_a_program_in_go() {
    parses("go");
}
