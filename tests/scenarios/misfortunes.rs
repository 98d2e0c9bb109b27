use crate::common::{Ended, Folder, Running, Script, Story, end, fourline, free_port, json, run};
use fourline::model::{ids::Nanos, payload::is_unprintable};
use nix::sys::signal::Signal;
use socket2::SockRef;
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::Stdio,
    thread::{self, JoinHandle},
    time::Duration,
};

/// The most memory that the program may ever have used, in kilobytes.
const MOST_MEMORY: u64 = 300_000;
/// What a flooding peer sends.
const FLOOD: usize = 100_000_000;

fn told(script: impl AsRef<[u8]>) -> Ended {
    end(&mut run(&Script::new(script).path(), &[]))
}

fn story(script: &str) -> Story {
    end(&mut json(&Script::new(script), &[])).story()
}

/// A peer that is not ours: it accepts one connection and does this with it.
fn peer(does: impl FnOnce(TcpStream) + Send + 'static) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let set = format!("PORT={}", listener.local_addr().unwrap().port());
    let thread = thread::spawn(move || does(listener.accept().unwrap().0));
    (set, thread)
}

/// Ends a connection without a goodbye.
fn reset(stream: TcpStream) {
    SockRef::from(&stream)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
    drop(stream);
}

/// Sends a flood; ends early when the other side has had enough.
fn flood(mut stream: TcpStream) -> usize {
    let piece = vec![b'x'; 1 << 16];
    let mut sent = 0;
    while sent < FLOOD {
        match stream.write(&piece) {
            Ok(n) => sent += n,
            Err(_) => break,
        }
    }
    sent
}

/// Most memory that a running program has used so far, in kilobytes.
fn peak(running: &Running) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", running.pid())).unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Nothing that a terminal obeys, apart from the ends of lines.
fn is_calm(text: &str) {
    let bad = text.chars().find(|&c| c != '\n' && is_unprintable(c));
    assert_eq!(bad, None, "{}", text.escape_debug());
}

#[test]
fn a_call_that_waits_is_seen_to_wait_without_descriptors() {
    let more: Vec<_> = (2..=41).map(|n| format!("client{n} socket")).collect();
    let more = more.join("\n");
    let script = Script::new(format!(
        "server listen 0\nclient connect\nserver accept\n{more}\nserver recv\nexpect server waits recv\nclient send \"x\"\nexpect server read \"x\" within 5s\n"
    ));
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "ulimit -n 40; exec \"$@\"", "sh"]);
    let command = run(&script.path(), &["--json"]);
    limited.arg(command.get_program()).args(command.get_args());
    limited.env("FOURLINE_NETWORK", "host");
    let ended = end(&mut limited);
    let story = ended.story();
    let refused = story.calls().filter(|(_, done)| done.errno.is_some());
    assert!(refused.count() > 0, "none was left: {}", ended.text());
    assert_eq!(story.failed_claims(), Vec::<String>::new());
    assert_eq!(story.results("server", "recv"), ["1"]);
}

#[test]
fn a_claim_that_does_not_hold() {
    let script = Script::new(
        "client connect 127.0.0.1:1\nexpect client errno none within 1ms\nsay \"it goes on\"\n",
    );
    let path = script.path();
    let ended = end(&mut run(&path, &[]));
    assert_eq!(ended.code(), Some(1));
    assert!(
        ended.text().contains("did NOT hold") && ended.text().contains("it goes on"),
        "{}",
        ended.text()
    );
    let ended = end(&mut run(&path, &["--json"]));
    assert_eq!(ended.code(), Some(1));
    assert_eq!(Story::read(&ended.stdout).failed_claims().len(), 1);
    let ended = end(fourline().args(["check", &path]));
    assert_eq!(ended.code(), Some(1));
    let line = format!("{path}:2: did NOT hold: client errno none");
    assert!(
        ended.text().starts_with(&line) && ended.text().contains("ECONNREFUSED"),
        "{}",
        ended.text()
    );
    let ended = end(fourline().args(["check", "--syntax", &path]));
    assert_eq!(ended.code(), Some(0), "its syntax is good");
}

#[test]
fn a_bad_script_is_shown_where_it_is_bad_and_nothing_runs() {
    let cases = [
        ("client connect 1.2.3", ":2:16", "127.0.0.1:10008"),
        ("client connect 127.0.0.1:99999", ":2:16", "65535"),
        ("server lisen 1", ":2:8", "did you mean `listen`?"),
        ("clinet connect", ":2:1", "did you mean `client`?"),
        ("client send \"abc", ":2:13", "second \""),
        ("client send \"\\q\"", ":2:14", "escape"),
        ("client send 0xabc", ":2:13", "two hexadecimal digits"),
        ("client recv -1", ":2:13", "recv [N]"),
        ("expect client state OPEN", ":2:21", "ESTABLISHED"),
        ("wait 5 parsecs", ":2:6", "unit"),
        ("client connect $PORT", ":2:16", "--set PORT="),
        ("server serve mail", ":2:14", "`http`"),
        ("client setsockopt SO_NOTHING on", ":2:19", "SO_REUSEADDR"),
    ];
    for (bad, place, words) in cases {
        let ended = told(format!("server listen 0\n{bad}\n"));
        assert_eq!(
            (ended.code(), ended.text().as_str()),
            (Some(2), ""),
            "{bad}"
        );
        for part in [place, words, "^", bad] {
            assert!(
                ended.stderr.contains(part),
                "{bad}: {part} is not in\n{}",
                ended.stderr
            );
        }
        is_calm(&ended.stderr);
    }
}

#[test]
fn every_mistake_is_told_at_once() {
    let ended = told("nobody\nserver listen 0\nclient shout\n");
    assert_eq!(
        ended.stderr.matches("error:").count(),
        2,
        "{}",
        ended.stderr
    );
}

#[test]
fn files_that_cannot_be_read() {
    let folder = Folder::new();
    let none = folder.0.join("none.fourline");
    for path in [none.to_str().unwrap(), folder.0.to_str().unwrap()] {
        let ended = end(&mut run(path, &[]));
        assert_eq!((ended.code(), ended.text().as_str()), (Some(2), ""));
        assert!(ended.stderr.contains(path), "{}", ended.stderr);
    }
    for set in ["PORT", "=1", "1=2"] {
        let ended = end(&mut run("-", &["--set", set]));
        assert_eq!(ended.code(), Some(2), "{set}: {}", ended.stderr);
    }
}

#[test]
fn a_port_that_somebody_else_has() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port();
    let story = story(&format!(
        "server listen {port}\nexpect server errno EADDRINUSE\nserver accept\n"
    ));
    assert_eq!(story.results("server", "bind"), ["EADDRINUSE"]);
    assert!(
        story.results("server", "listen").is_empty(),
        "what would follow is not tried"
    );
    assert_eq!(story.results("server", "accept"), ["EINVAL"]);
    let ended = told(format!("server listen {port}\n"));
    assert!(
        ended.code() == Some(0) && ended.text().contains("EADDRINUSE"),
        "{}",
        ended.text()
    );
}

#[test]
fn addresses_that_cannot_be_had() {
    // A privileged port; an address of nobody here; a group; a link that is not named. Nothing of it leaves the machine.
    let story = story(
        "server socket\nserver bind 127.0.0.1:1\nserver socket\nserver.1 bind 192.0.2.1:0\n\
        client connect 224.0.0.1:9\nclient2 connect [fe80::1]:9\nclient3 connect 127.0.0.1:1\n",
    );
    let bind = story.results("server", "bind");
    // Whether an ordinary user may have port 1 is for each machine to say.
    assert!(
        ["0", "EACCES", "EADDRINUSE"].contains(&bind[0].as_str()),
        "{bind:?}"
    );
    assert_eq!(bind[1], "EADDRNOTAVAIL");
    assert_eq!(story.results("client", "connect"), ["ENETUNREACH"]);
    assert_eq!(story.results("client2", "connect"), ["EINVAL"]);
    assert_eq!(story.results("client3", "connect"), ["ECONNREFUSED"]);
}

#[test]
fn two_addresses_are_for_the_four_lines() {
    let script = Script::new("client connect\n");
    let both = ["--listen", ":5000", "--connect", ":6000"];
    let path = script.path();
    for asked in [&["run", &path][..], &["check", &path], &["shell"]] {
        let ended = end(fourline().args(asked).args(both));
        assert_eq!(ended.code(), Some(2), "{asked:?}");
        assert!(
            ended.stderr.contains("client connect 6000"),
            "{}",
            ended.stderr
        );
    }
}

#[test]
fn a_server_at_any_address_is_called_where_it_can_be_reached() {
    let port = free_port();
    let script = Script::new(format!(
        "client connect\nexpect client errno ECONNREFUSED\nserver listen {port}\nclient connect {port}\nexpect client state ESTABLISHED\n"
    ));
    let listen = format!("0.0.0.0:{port}");
    let ended = end(&mut run(&script.path(), &["--listen", &listen]));
    assert_eq!(ended.code(), Some(0), "{}", ended.text());
    let reached = format!("127.0.0.1:{port}) = -1 ECONNREFUSED");
    assert!(ended.text().contains(&reached), "{}", ended.text());
}

#[test]
fn lines_of_a_megabyte() {
    let mega = "x".repeat(1 << 20);
    let cases = [
        mega.clone(),
        format!("say \"{mega}\""),
        format!("client send \"{mega}"),
        format!("# {mega}\nclient connect 127.0.0.1:1"),
        format!("client send @{mega}"),
        format!("client connect ${mega}"),
        "client \x1b]0;me\x07".repeat(1 << 16),
        "\0".repeat(1 << 20),
    ];
    for text in cases {
        let shown = &text[..20];
        let ended = told(&text);
        assert!(matches!(ended.code(), Some(0 | 2)), "{shown}: {ended:?}");
        assert!(
            ended.stderr.len() < 1 << 16,
            "{shown}: the message is {} bytes long",
            ended.stderr.len()
        );
        is_calm(&ended.text());
        is_calm(&ended.stderr);
    }
    let wild: Vec<u8> = (0..1_000_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let ended = told(&wild);
    assert_eq!((ended.code(), ended.text().as_str()), (Some(2), ""));
    assert!(ended.stderr.len() < 1 << 20, "{} bytes", ended.stderr.len());
    is_calm(&ended.stderr);
}

/// Every byte, sequences that terminals obey, letters that turn the line round, and halves of characters.
fn hostile() -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..=255).collect();
    bytes.extend_from_slice(b"\x1b[2J\x1b]0;mine\x07\x1bP$q\x1b\\\r\n\x9b31m");
    bytes.extend_from_slice(
        "\u{202e}reversed\u{2066}\u{200b}\u{feff}\u{9b}e\u{301}\u{e0041}".as_bytes(),
    );
    bytes.extend_from_slice(b"\xe2\x80\xf0\x9f\xc0\x80");
    bytes
}

#[test]
fn hostile_bytes_from_a_peer() {
    let script = "client connect $PORT\nclient recv 4096\nexpect client recv \"nice\" within 1ms\nexpect client read \"\" within 1ms\n\
                  client recv 5\n";
    for more in [&[][..], &["--json"]] {
        let (set, thread) = peer(|mut stream| {
            stream.write_all(&hostile()).unwrap();
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.read(&mut [0; 10]);
        });
        let file = Script::new(script);
        let ended = end(run(&file.path(), more).args(["--set", &set]));
        assert_eq!(ended.code(), Some(1), "{}", ended.stderr);
        is_calm(&ended.text());
        assert_eq!(ended.stderr, "");
        thread.join().unwrap();
    }
}

#[test]
fn hostile_bytes_in_a_script() {
    let mut script = b"say \"".to_vec();
    script.extend_from_slice("\u{202e}\u{1b}[2J\u{9b}31m\" # \u{7}\n".as_bytes());
    script.extend_from_slice(b"server listen 0\nclient connect\nclient send \"\\x1b[2J\\u{202e}\"\nserver accept\nserver recv\n");
    let ended = told(&script);
    is_calm(&ended.text());
    is_calm(&ended.stderr);
    let folder = Folder::new();
    let name = folder.file("\u{1b}[31m\u{202e}.fourline", "bad");
    for ended in [
        end(&mut run(&name, &[])),
        end(fourline().args(["check", &name])),
    ] {
        is_calm(&ended.text());
        is_calm(&ended.stderr);
    }
}

#[test]
fn a_flood_that_nobody_reads() {
    let (set, thread) = peer(|stream| {
        flood(stream);
    });
    let script = Script::new("client connect $PORT\nwait 300ms\nsay \"look now\"\nwait 10m\n");
    let mut running = Running::start(&mut json(&script, &[set]));
    running.until("\"say\"");
    assert!(peak(&running) < MOST_MEMORY);
    let story = running.story();
    assert!(story.lines.len() < 500, "{} events", story.lines.len());
    let ended = running.kill();
    assert_eq!(ended.signal(), Some(9));
    thread.join().unwrap();
}

#[test]
fn a_flood_that_is_read_and_thrown_away() {
    let (mut running, port) = discarding();
    let sent = thread::spawn(move || flood(TcpStream::connect(("127.0.0.1", port)).unwrap()));
    let (mut events, mut calls, mut read) = (0, 0, 0);
    let at = loop {
        let line = running.line().expect("it goes on");
        running.forget();
        // The bytes themselves come last in a line, and there are many.
        let head: String = line.chars().take(500).collect();
        let number = |key: &str| -> u64 {
            let rest = head.split_once(key).map_or("", |(_, rest)| rest);
            let digits = rest.split(|c: char| !c.is_ascii_digit()).next();
            digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
        };
        events += 1;
        calls += u64::from(head.contains("\"kind\":\"call\""));
        if head.contains("\"call\":\"recv\"") {
            read += number("\"ret\":");
        } else if head.contains("\"kind\":\"elided\"") {
            read += number("\"read\":");
        } else if head.contains("\"call\":\"close\"") {
            break number("\"at_ns\":");
        }
    };
    let memory = peak(&running);
    println!("at most {memory} kB, {events} events, {calls} calls");
    assert!(memory < MOST_MEMORY, "{memory} kB with {events} events");
    assert_eq!(sent.join().unwrap() as u64, read, "no byte is forgotten");
    // At most 200 calls in a tenth of a second are told one by one; the rest is told together.
    let tenths = at / Nanos::from_millis(100).0 + 2;
    assert!(
        calls <= 200 * tenths,
        "{calls} calls in {tenths} tenths of a second"
    );
}

/// Our server, reading and throwing away.
fn discarding() -> (Running, u16) {
    let port = free_port();
    let script = Script::new(format!(
        "server listen {port}\nserver serve discard\nwait 10m\n"
    ));
    let mut running = Running::start(&mut json(&script, &[]));
    running.until("\"asked\",\"text\":\"wait 10m\"");
    (running, port)
}

#[test]
fn callers_that_reset_and_vanish() {
    let (mut running, port) = discarding();
    for round in 0..3 {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.write_all(&[b'x'; 1000]).unwrap();
        if round == 1 {
            reset(stream);
        } else {
            drop(stream);
        }
        running.until("\"call\":\"close\"");
    }
    let story = running.story();
    assert_eq!(
        story.results("server", "accept").len(),
        3,
        "the server goes on"
    );
    assert_eq!(story.results("server", "close"), ["0", "0", "0"]);
}

#[test]
fn a_server_that_resets_while_we_wait() {
    let (set, thread) = peer(|mut stream| {
        stream.read_exact(&mut [0]).unwrap();
        reset(stream);
    });
    let script = Script::new(
        "client connect $PORT\nclient send \"1\"\nclient recv\nwait until client errno ECONNRESET within 30s\nclient recv\nclient send \"x\"\n",
    );
    let story = end(&mut json(&script, &[set])).story();
    assert!(story.failed_claims().is_empty());
    assert_eq!(story.results("client", "recv"), ["ECONNRESET", "0"]);
    assert_eq!(story.results("client", "send"), ["1", "EPIPE"]);
    assert_eq!(story.course("client").last(), Some(&"CLOSED"));
    thread.join().unwrap();
}

#[test]
fn a_server_that_resets_before_anybody_looks() {
    for _ in 0..10 {
        let (set, thread) = peer(reset);
        let script = Script::new(
            "client connect $PORT\nclient recv\nwait until client errno ECONNRESET within 30s\n",
        );
        let story = end(&mut json(&script, &[set])).story();
        assert_eq!(story.results("client", "connect"), ["0"]);
        assert_eq!(
            story.course("client"),
            ["SYN_SENT", "ESTABLISHED", "CLOSED"]
        );
        assert!(
            story
                .kind("socket")
                .iter()
                .all(|line| line["peer"].is_string())
        );
        thread.join().unwrap();
    }
}

#[test]
fn signals_leave_whole_lines() {
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGKILL] {
        let script = Script::new("server listen 0\nserver accept\nsay \"look now\"\nwait 10m\n");
        let mut running = Running::start(&mut json(&script, &[]));
        running.until("\"say\"");
        running.signal(signal);
        let ended = running.end();
        let plain =
            ended.signal() == Some(signal as i32) || ended.code() == Some(128 + signal as i32);
        assert!(plain, "{signal}: {:?}", ended.status);
        let story = Story::read(&ended.stdout);
        assert_eq!(story.kind("say").len(), 1);
        assert_eq!(ended.stderr, "");
    }
}

#[test]
fn a_sudden_end_in_the_middle_of_much_telling() {
    let says: Vec<String> = (0..3000)
        .map(|n| format!("say \"{n} {}\"\n", "and so on ".repeat(20)))
        .collect();
    let script = Script::new(says.concat());
    for lines in [3, 50, 700] {
        let mut running = Running::start(&mut json(&script, &[]));
        for _ in 0..lines {
            running.line();
        }
        let ended = running.kill();
        // It may have come to its own end just before. Much of it is there, and each line is whole.
        assert!(ended.signal() == Some(9) || ended.code() == Some(0));
        assert!(Story::read(&ended.stdout).lines.len() + 1 >= lines);
    }
}

#[test]
fn a_reader_who_goes_away() {
    let says: Vec<String> = (0..5000).map(|n| format!("say \"{n}\"\n")).collect();
    let says = says.concat();
    for more in [&[][..], &["--json"]] {
        let script = Script::new(format!("server listen 0\nserver accept\n{says}"));
        let mut command = run(&script.path(), more);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        // The reader is dropped, and with it the pipe, at the end of the statement.
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert!(line.ends_with('\n'));
        let out = child.wait_with_output().unwrap();
        assert_eq!(out.status.code(), Some(0));
        assert_eq!(String::from_utf8_lossy(&out.stderr), "");
    }
}
