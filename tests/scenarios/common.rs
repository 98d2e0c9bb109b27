use fourline::{
    model::{
        call::CallDone,
        event::{Event, Fact},
        ids::{Nanos, SocketId},
        tcp::TcpState,
    },
    os::clock::Clock,
};
use serde_json::Value;
use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        atomic::{AtomicU32, Ordering},
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long anything may take before its test gives it up.
pub(crate) const LONG: Duration = Duration::from_secs(90);

/// The program under test.
pub(crate) fn fourline() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fourline"));
    command.env_remove("NO_COLOR").env("TERM", "dumb");
    command.env("FOURLINE_NETWORK", "host");
    command
}

/// `fourline run FILE` with these arguments.
pub(crate) fn run(file: &str, more: &[&str]) -> Command {
    let mut command = fourline();
    command.arg("run").arg(file).args(more);
    command
}

/// `fourline run --json` of a script that stands in the test.
pub(crate) fn json(script: &Script, sets: &[String]) -> Command {
    let mut command = run(&script.path(), &["--json"]);
    for set in sets {
        command.args(["--set", set]);
    }
    command
}

/// A port that nobody uses at the moment. A connection of the test's own would leave it in TIME-WAIT; this does not.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// `PORT=...` with a free port.
pub(crate) fn port_set() -> (u16, String) {
    let port = free_port();
    (port, format!("PORT={port}"))
}

/// A folder of the test's own, gone with it.
#[derive(Debug)]
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("scenario-{}-{number}", std::process::id());
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A script in a file of its own.
#[derive(Debug)]
pub(crate) struct Script(Folder);

impl Script {
    pub(crate) fn new(text: impl AsRef<[u8]>) -> Self {
        let folder = Folder::new();
        folder.file("script.fourline", text);
        Self(folder)
    }

    pub(crate) fn path(&self) -> String {
        self.0.0.join("script.fourline").display().to_string()
    }
}

/// Whether a tool is there. Where everything should be (`CI` is set), a missing one is a failure.
pub(crate) fn has(tool: &str, probe: &[&str]) -> bool {
    let mut command = Command::new(tool);
    command.args(probe).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let there = command.status().is_ok_and(|status| status.success());
    if !there {
        assert!(env::var_os("CI").is_none(), "{tool} is needed here");
        println!("skipped: {tool} is missing or may not work here");
    }
    there
}

/// What a program left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ended {
    pub(crate) fn code(&self) -> Option<i32> {
        self.status.code()
    }

    pub(crate) fn signal(&self) -> Option<i32> {
        self.status.signal()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).expect("the output is UTF-8")
    }

    /// The story that it told as JSON; it must have ended well.
    pub(crate) fn story(&self) -> Story {
        assert_eq!(self.code(), Some(0), "{}{}", self.text(), self.stderr);
        assert_eq!(self.stderr, "");
        Story::read(&self.stdout)
    }
}

/// Runs a program to its end.
pub(crate) fn end(command: &mut Command) -> Ended {
    Running::start(command).end()
}

/// A program that runs, and ends at the latest with its test.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    lines: Receiver<Vec<u8>>,
    heard: Vec<u8>,
    stderr: Option<JoinHandle<String>>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut err = child.stderr.take().unwrap();
        let (tell, lines) = channel();
        thread::spawn(move || {
            let mut line = Vec::new();
            while out.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
                if tell.send(core::mem::take(&mut line)).is_err() {
                    break;
                }
            }
        });
        let stderr = thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = err.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Self {
            child,
            lines,
            heard: Vec::new(),
            stderr: Some(stderr),
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Writes to its standard input, and closes that.
    pub(crate) fn type_in(&mut self, bytes: &[u8]) {
        let mut input = self.child.stdin.take().unwrap();
        let _ = input.write_all(bytes);
    }

    /// The next line that it prints; `None` when it will print no more.
    pub(crate) fn line(&mut self) -> Option<String> {
        match self.lines.recv_timeout(LONG) {
            Ok(line) => {
                self.heard.extend_from_slice(&line);
                Some(String::from_utf8_lossy(&line).trim_end().to_owned())
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                panic!("nothing more came; heard so far:\n{}", self.heard())
            }
        }
    }

    /// Takes what it has printed since, without waiting for more.
    pub(crate) fn listen(&mut self) {
        while let Ok(line) = self.lines.try_recv() {
            self.heard.extend_from_slice(&line);
        }
    }

    /// Lets go of what was printed so far.
    pub(crate) fn forget(&mut self) {
        self.heard.clear();
    }

    /// Reads lines until one holds this.
    pub(crate) fn until(&mut self, part: &str) -> String {
        loop {
            match self.line() {
                Some(line) if line.contains(part) => return line,
                Some(_) => {}
                None => panic!("{part} never came; heard:\n{}", self.heard()),
            }
        }
    }

    /// What was printed so far.
    pub(crate) fn heard(&self) -> String {
        String::from_utf8_lossy(&self.heard).into_owned()
    }

    /// The story so far.
    pub(crate) fn story(&self) -> Story {
        Story::read(&self.heard)
    }

    pub(crate) fn signal(&self, signal: nix::sys::signal::Signal) {
        let pid = nix::unistd::Pid::from_raw(self.child.id() as i32);
        nix::sys::signal::kill(pid, signal).unwrap();
    }

    /// Ends it at once.
    pub(crate) fn kill(mut self) -> Ended {
        let _ = self.child.kill();
        self.end()
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ended {
        while self.line().is_some() {}
        let until = Clock::start();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(
                until.now() < Nanos(LONG.as_nanos() as u64),
                "it does not end"
            );
            thread::sleep(Duration::from_millis(2));
        };
        let stderr = self.stderr.take().map(|t| t.join().unwrap());
        Ended {
            status,
            stdout: core::mem::take(&mut self.heard),
            stderr: stderr.unwrap_or_default(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A journal as another program reads it: the lines as they are, and what they mean.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) lines: Vec<Value>,
    pub(crate) events: Vec<Event>,
}

impl Story {
    /// Reads JSON Lines, and holds them to what they promise.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        assert_eq!(bytes.last(), Some(&b'\n'), "the last line is whole");
        let text = str::from_utf8(bytes).expect("JSON is UTF-8");
        let mut lines = text.lines().map(|line| {
            serde_json::from_str::<Value>(line).unwrap_or_else(|e| panic!("{e}: {line}"))
        });
        let head = lines.next().unwrap();
        assert_eq!(head["fourline"], 1, "{head}");
        assert!(head["epoch_ns"].as_u64().is_some_and(|ns| ns > 0), "{head}");
        assert_eq!(
            head.as_object().map(serde_json::Map::len),
            Some(2),
            "{head}"
        );
        let lines: Vec<Value> = lines.collect();
        let mut before = 0;
        for (place, line) in lines.iter().enumerate() {
            let id = line["id"].as_u64();
            assert_eq!(id, Some(place as u64 + 1), "ids rise by one: {line}");
            let at = line["at_ns"].as_u64().expect("a time");
            assert!(at >= before, "time never falls: {line}");
            before = at;
            if let Some(happened) = line.get("happened_ns") {
                assert!(happened.as_u64().is_some_and(|h| h < at), "{line}");
            }
            if let Some(cause) = line.get("cause") {
                assert!(cause.as_u64() < id && cause.as_u64() > Some(0), "{line}");
            }
            assert!(
                line["kind"].is_string() && line["source"].is_string(),
                "{line}"
            );
            assert!(line["who"].is_string() || line["who"].is_null(), "{line}");
        }
        let (_, events) = fourline::export::jsonl::read_jsonl(bytes).unwrap();
        Self { lines, events }
    }

    /// Calls that have returned, with the actor who made them.
    pub(crate) fn calls(&self) -> impl Iterator<Item = (String, &CallDone)> {
        self.events.iter().filter_map(|e| match (&e.who, &e.fact) {
            (Some(who), Fact::Call(done)) => Some((who.to_string(), &**done)),
            _ => None,
        })
    }

    /// How an actor's calls of this name ended: the value, or the error's name.
    pub(crate) fn results(&self, who: &str, call: &str) -> Vec<String> {
        let of = self
            .calls()
            .filter(|(w, c)| w == who && c.call.name() == call);
        of.map(|(_, c)| c.errno.map_or(c.ret.to_string(), |e| e.to_string()))
            .collect()
    }

    /// The states through which a socket went, under all its names.
    pub(crate) fn course(&self, socket: &str) -> Vec<&'static str> {
        self.states(socket)
            .into_iter()
            .map(TcpState::name)
            .collect()
    }

    fn states(&self, socket: &str) -> Vec<TcpState> {
        let names = self.names(socket.parse().unwrap());
        let of = self.events.iter().filter_map(|e| match &e.fact {
            Fact::State { socket, to, .. } if names.contains(socket) => Some(*to),
            _ => None,
        });
        of.collect()
    }

    /// The names that a socket has had, this one included.
    pub(crate) fn names(&self, socket: SocketId) -> Vec<SocketId> {
        let mut names = vec![socket];
        for event in self.events.iter().rev() {
            if let Fact::Socket {
                socket,
                was: Some(was),
                ..
            } = &event.fact
                && names.contains(socket)
            {
                names.push(*was);
            }
        }
        names
    }

    /// Lines of this kind.
    pub(crate) fn kind(&self, kind: &str) -> Vec<&Value> {
        self.lines.iter().filter(|l| l["kind"] == kind).collect()
    }

    /// The claims that did not hold, with their lines and what was found.
    pub(crate) fn failed_claims(&self) -> Vec<String> {
        let failed = self
            .kind("expect")
            .into_iter()
            .filter(|l| l["held"] != true);
        failed
            .map(|l| format!("line {}: expect {}: {}", l["line"], l["text"], l["found"]))
            .collect()
    }
}
