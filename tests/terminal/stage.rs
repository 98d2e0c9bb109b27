//! The stage: the whole program in a pseudo-terminal, with somebody at the keyboard and eyes on the screen.
//!
//! ```text
//!   keys, resize, signal ──► pty ──► fourline
//!   until(text), screen() ◄── vt100 ◄── one thread reads, keeps every byte, answers where the cursor is
//! ```
//!
//! Nothing here asserts how long something takes: bounds only keep a test that fails from hanging.

use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{
        signal::{Signal, kill},
        termios::{Termios, tcgetattr},
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::{Pid, read, write},
};
use pty_process::{
    Size,
    blocking::{Command, Pty, open},
};
use std::{
    env, fs,
    num::NonZero,
    os::fd::{AsFd, OwnedFd},
    path::{Path, PathBuf},
    process,
    sync::{
        Arc, Condvar, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle, sleep},
    time::Duration,
};

/// How long anything may take before it is given up.
pub(crate) const BOUND: Duration = Duration::from_mins(1);
/// Between two looks at what cannot be waited for.
const LOOK: Duration = Duration::from_millis(15);

/// What the terminal has shown so far.
struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
}

#[derive(Clone)]
struct Eyes(Arc<(Mutex<Seen>, Condvar)>);

impl Eyes {
    fn look(&self) -> MutexGuard<'_, Seen> {
        self.0.0.lock().unwrap()
    }
}

/// How the program is started.
pub(crate) struct Play {
    args: Vec<String>,
    size: (u16, u16),
    env: Vec<(String, String)>,
    under_a_shell: bool,
    program: PathBuf,
}

/// This very test, in a terminal of its own.
pub(crate) fn myself(test: &str) -> Play {
    let mut play = fourline("");
    play.args = ["--exact", test, "--nocapture"].map(str::to_owned).to_vec();
    play.program = env::current_exe().unwrap();
    play
}

/// `fourline` in the lab; `None`, which is said, where the system gives none.
pub(crate) fn in_the_lab() -> Option<Play> {
    let mut play = fourline("");
    if let Err(refusal) = fourline::os::lab::Lab::open(&play.program) {
        assert!(env::var_os("CI").is_none(), "{refusal} {}", refusal.fix());
        println!("skipped: {refusal} {}", refusal.fix());
        return None;
    }
    play.args = ["--network", "lab"].map(str::to_owned).to_vec();
    Some(play)
}

/// `fourline` with these arguments, with a server port that the kernel picks.
pub(crate) fn fourline(args: &str) -> Play {
    let listen = ["--listen", "127.0.0.1:0"].into_iter();
    let args = listen
        .chain(args.split_whitespace())
        .map(str::to_owned)
        .collect();
    let env = [
        ("TERM", "xterm-256color"),
        ("COLORTERM", "truecolor"),
        ("LANG", "C.UTF-8"),
        ("FOURLINE_NETWORK", "host"),
        // The screen is the same for who may capture packets and who may not.
        ("FOURLINE_CAPTURE", "off"),
    ];
    Play {
        args,
        size: (120, 36),
        env: env.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec(),
        under_a_shell: false,
        program: env!("CARGO_BIN_EXE_fourline").into(),
    }
}

impl Play {
    /// Columns and rows.
    pub(crate) fn size(mut self, cols: u16, rows: u16) -> Self {
        self.size = (cols, rows);
        self
    }

    /// An argument that may have spaces.
    pub(crate) fn arg(mut self, arg: impl Into<String>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Started by another program, which gets these arguments before the program itself and its own.
    pub(crate) fn through(mut self, other: &str, args: &[&str]) -> Self {
        let program = core::mem::replace(&mut self.program, other.into());
        let first = args.iter().map(|&arg| arg.to_owned());
        let first = first.chain([program.display().to_string()]);
        self.args.splice(0..0, first);
        self
    }

    /// A variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Under a shell that stays when the program has ended. The kernel itself puts a terminal right when the leader of
    /// its session ends, so only so can one see what the program did.
    pub(crate) fn under_a_shell(mut self) -> Self {
        self.under_a_shell = true;
        self
    }

    /// The curtain rises.
    #[expect(
        clippy::zombie_processes,
        reason = "the stage itself waits for it, in more ways than a Child can"
    )]
    pub(crate) fn start(self) -> Stage {
        let home = Home::new();
        let (pty, pts) = open().unwrap();
        let (cols, rows) = self.size;
        pty.resize(Size::new(rows, cols)).unwrap();
        let before = tcgetattr(pty.as_fd()).unwrap();
        let program = &self.program;
        let mut command = if self.under_a_shell {
            // The shell says who the program is, how it ended, and how it left the terminal.
            let line = "stty -g > \"$HOME/before\"
                sh -c 'echo $$ > \"$HOME/pid.new\"; mv \"$HOME/pid.new\" \"$HOME/pid\"; exec \"$0\" \"$@\"' \"$@\"
                echo $? > \"$HOME/code\"; stty -g > \"$HOME/after\"";
            Command::new("sh").args(["-c", line, "sh"]).arg(program)
        } else {
            Command::new(program)
        };
        for name in ["NO_COLOR", "LC_ALL", "LC_CTYPE", "XDG_STATE_HOME"] {
            command = command.env_remove(name);
        }
        command = command
            .env("HOME", home.path())
            .env("XDG_CONFIG_HOME", home.path().join("config"))
            .current_dir(home.path())
            .envs(self.env)
            .args(self.args);
        let child = command.spawn(pts).unwrap();
        let eyes = Eyes(Arc::new((
            Mutex::new(Seen {
                parser: vt100::Parser::new(cells(rows), cells(cols), 0),
                raw: Vec::new(),
            }),
            Condvar::new(),
        )));
        let leave = Arc::new(AtomicBool::new(false));
        let reader = {
            let (fd, eyes, leave) = (
                pty.as_fd().try_clone_to_owned().unwrap(),
                eyes.clone(),
                leave.clone(),
            );
            thread::spawn(move || watch(&fd, &eyes, &leave))
        };
        Stage {
            child: Pid::from_raw(child.id().cast_signed()),
            pty: Some(pty),
            before,
            eyes,
            leave,
            reader: Some(reader),
            ended: None,
            home,
            under_a_shell: self.under_a_shell,
        }
    }
}

fn cells(n: u16) -> NonZero<u16> {
    NonZero::new(n).expect("a terminal has cells")
}

/// Reads what the program writes, as a terminal does.
fn watch(fd: &OwnedFd, eyes: &Eyes, leave: &AtomicBool) {
    let mut buffer = [0; 16_384];
    while !leave.load(Ordering::SeqCst) {
        let mut fds = [PollFd::new(fd.as_fd(), PollFlags::POLLIN)];
        match poll(&mut fds, PollTimeout::from(50_u8)) {
            Ok(0) | Err(Errno::EINTR) => continue,
            _ => {}
        }
        match read(fd, &mut buffer) {
            Ok(0) => break,
            Ok(n) => hear(fd, eyes, &buffer[..n]),
            Err(Errno::EINTR | Errno::EAGAIN) => {}
            // Nobody has the other end open any more.
            Err(_) => break,
        }
    }
    leave.store(true, Ordering::SeqCst);
    eyes.0.1.notify_all();
}

fn hear(fd: &OwnedFd, eyes: &Eyes, bytes: &[u8]) {
    let mut seen = eyes.look();
    seen.raw.extend_from_slice(bytes);
    seen.parser.process(bytes);
    if seen.raw.ends_with(b"\x1b[6n") {
        let (row, col) = seen.parser.screen().cursor_position();
        let _ = write(fd, format!("\x1b[{};{}R", row + 1, col + 1).as_bytes());
    }
    drop(seen);
    eyes.0.1.notify_all();
}

/// A folder of its own, gone at the end.
pub(crate) struct Home(PathBuf);

impl Home {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let path = env::temp_dir().join(format!("fourline-stage-{}-{number}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The program while it runs.
pub(crate) struct Stage {
    child: Pid,
    pty: Option<Pty>,
    before: Termios,
    eyes: Eyes,
    leave: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
    ended: Option<WaitStatus>,
    home: Home,
    under_a_shell: bool,
}

impl Stage {
    /// What is on the screen, row by row.
    pub(crate) fn screen(&self) -> String {
        self.eyes.look().parser.screen().contents()
    }

    /// One row of the screen.
    pub(crate) fn row(&self, row: usize) -> String {
        let screen = self.screen();
        screen.lines().nth(row).unwrap_or_default().to_owned()
    }

    /// Looks at the emulated terminal itself.
    pub(crate) fn terminal<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.eyes.look().parser.screen())
    }

    /// Every byte that came from the program so far.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.eyes.look().raw.clone()
    }

    /// How many bytes came from the program so far.
    pub(crate) fn written(&self) -> usize {
        self.eyes.look().raw.len()
    }

    /// Waits until the screen is as it should be.
    #[track_caller]
    pub(crate) fn until_screen(&self, what: &str, mut good: impl FnMut(&str) -> bool) -> String {
        let seen = self.eyes.look();
        let (seen, waited) = self
            .eyes
            .0
            .1
            .wait_timeout_while(seen, BOUND, |seen| !good(&seen.parser.screen().contents()))
            .unwrap();
        let screen = seen.parser.screen().contents();
        drop(seen);
        assert!(
            !waited.timed_out(),
            "{what} never came; the screen is:\n{screen}"
        );
        screen
    }

    /// Waits until this is on the screen.
    #[track_caller]
    pub(crate) fn until(&self, text: &str) -> String {
        self.until_screen(&format!("{text:?}"), |screen| screen.contains(text))
    }

    /// Waits until this is no longer on the screen.
    #[track_caller]
    pub(crate) fn gone(&self, text: &str) -> String {
        self.until_screen(&format!("a screen without {text:?}"), |screen| {
            !screen.contains(text)
        })
    }

    /// Waits until the program has done all it had to do: all its threads sleep and nothing is written.
    #[track_caller]
    pub(crate) fn settled(&self) -> String {
        let mut quiet = 0;
        let mut before = self.written();
        self.eventually("a program that comes to rest", || {
            let now = self.written();
            quiet = if now == before && self.sleeps() {
                quiet + 1
            } else {
                0
            };
            before = now;
            quiet > 5
        });
        self.screen()
    }

    /// Waits until this holds, looking now and then.
    #[track_caller]
    pub(crate) fn eventually(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let looks = BOUND.as_millis() / LOOK.as_millis();
        for _ in 0..looks {
            if holds() {
                return;
            }
            sleep(LOOK);
        }
        panic!("{what} never came; the screen is:\n{}", self.screen());
    }

    fn sleeps(&self) -> bool {
        let Ok(threads) = fs::read_dir(format!("/proc/{}/task", self.child)) else {
            return true;
        };
        threads.flatten().all(|thread| {
            let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
            !matches!(after_name(&stat).first().copied(), Some("R" | "D"))
        })
    }

    /// Presses keys, by their names: `Space`, `Ctrl-K`, `Up`, `:`.
    pub(crate) fn keys(&self, names: &str) {
        for name in names.split_whitespace() {
            self.send(&bytes_of(name));
        }
    }

    /// Types text as it stands.
    pub(crate) fn type_text(&self, text: &str) {
        self.send(text.as_bytes());
    }

    /// Types a statement into the bar and runs it.
    pub(crate) fn statement(&self, text: &str) {
        self.keys(":");
        self.until(" : ");
        self.type_text(text);
        self.keys("Enter");
    }

    /// Puts bytes before the program as if the terminal had sent them.
    pub(crate) fn send(&self, mut bytes: &[u8]) {
        let pty = self.pty.as_ref().expect("the terminal is still there");
        while !bytes.is_empty() {
            let n = write(pty.as_fd(), bytes).unwrap();
            bytes = &bytes[n..];
        }
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&self, cols: u16, rows: u16) {
        let mut seen = self.eyes.look();
        seen.parser.screen_mut().set_size(cells(rows), cells(cols));
        let pty = self.pty.as_ref().expect("the terminal is still there");
        pty.resize(Size::new(rows, cols)).unwrap();
    }

    /// The program's process.
    pub(crate) fn pid(&self) -> Pid {
        if !self.under_a_shell {
            return self.child;
        }
        let path = self.home.path().join("pid");
        self.eventually("the program's number", || path.exists());
        let pid = fs::read_to_string(path).unwrap();
        Pid::from_raw(pid.trim().parse().unwrap())
    }

    /// Sends the program a signal.
    pub(crate) fn signal(&self, number: Signal) {
        kill(self.pid(), number).unwrap();
    }

    /// Waits until the program has ended, and says how.
    #[track_caller]
    pub(crate) fn end(&mut self) -> WaitStatus {
        let looks = BOUND.as_millis() / LOOK.as_millis();
        for _ in 0..looks {
            if let Some(ended) = self.has_ended() {
                if let Some(reader) = self.reader.take() {
                    // It has still to read what was written last.
                    reader.join().unwrap();
                }
                return ended;
            }
            sleep(LOOK);
        }
        panic!("the program never ended; the screen is:\n{}", self.screen());
    }

    /// The exit code.
    #[track_caller]
    pub(crate) fn code(&mut self) -> i32 {
        match self.end() {
            WaitStatus::Exited(_, code) => code,
            other => panic!("{other:?}; the screen is:\n{}", self.screen()),
        }
    }

    fn has_ended(&mut self) -> Option<WaitStatus> {
        if self.ended.is_none() {
            let status = waitpid(self.child, Some(WaitPidFlag::WNOHANG)).unwrap();
            if matches!(status, WaitStatus::Exited(..) | WaitStatus::Signaled(..)) {
                self.ended = Some(status);
            }
        }
        self.ended
    }

    /// Waits until the program has stopped.
    #[track_caller]
    pub(crate) fn stopped(&self) {
        let flags = WaitPidFlag::WNOHANG | WaitPidFlag::WUNTRACED;
        self.eventually("a program that stops", || {
            matches!(
                waitpid(self.child, Some(flags)),
                Ok(WaitStatus::Stopped(..))
            )
        });
    }

    /// What the shell wrote down about the program: `before`, `after`, `code`.
    pub(crate) fn noted(&self, name: &str) -> String {
        fs::read_to_string(self.home.path().join(name)).unwrap()
    }

    /// Puts a file into the program's home.
    pub(crate) fn note(&self, name: &str) {
        fs::write(self.home.path().join(name), "").unwrap();
    }

    /// Whether the terminal's settings are those from before the program.
    pub(crate) fn is_cooked(&self) -> bool {
        let pty = self.pty.as_ref().expect("the terminal is still there");
        tcgetattr(pty.as_fd()).unwrap() == self.before
    }

    /// The terminal is gone, as when its window is closed.
    pub(crate) fn hang_up(&mut self) {
        self.leave.store(true, Ordering::SeqCst);
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        self.pty = None;
    }

    /// Processor time so far, in the kernel's ticks.
    pub(crate) fn ticks(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap_or_default();
        let fields = after_name(&stat);
        fields
            .get(11..13)
            .into_iter()
            .flatten()
            .map(|n| n.parse::<u64>().unwrap())
            .sum()
    }

    /// The most memory that it has had, in KiB.
    pub(crate) fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        let kib = line.and_then(|l| l.split_whitespace().next());
        kib.unwrap().parse().unwrap()
    }

    /// The port that the server got, from the title.
    pub(crate) fn port(&self) -> u16 {
        let title = self.row(0);
        let port = title
            .split("server ")
            .nth(1)
            .and_then(|after| after.split_whitespace().next())
            .and_then(|address| address.rsplit(':').next())
            .and_then(|port| port.parse().ok());
        port.unwrap_or_else(|| panic!("no port in {title:?}"))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if self.has_ended().is_none() {
            if self.under_a_shell
                && let Ok(pid) = fs::read_to_string(self.home.path().join("pid"))
                && let Ok(pid) = pid.trim().parse()
            {
                let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
            }
            let _ = kill(self.child, Signal::SIGKILL);
            let _ = waitpid(self.child, None);
        }
        self.leave.store(true, Ordering::SeqCst);
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

/// The fields of `/proc/PID/stat` after the name, which may have spaces: the state comes first.
fn after_name(stat: &str) -> Vec<&str> {
    let (_, rest) = stat.rsplit_once(')').unwrap_or_default();
    rest.split_whitespace().collect()
}

/// What a terminal sends for a key.
fn bytes_of(name: &str) -> Vec<u8> {
    let bytes: &[u8] = match name {
        "Space" => b" ",
        "Enter" => b"\r",
        "Esc" => b"\x1b",
        "Tab" => b"\t",
        "BackTab" => b"\x1b[Z",
        "Backspace" => b"\x7f",
        "Up" => b"\x1b[A",
        "Down" => b"\x1b[B",
        "Right" => b"\x1b[C",
        "Left" => b"\x1b[D",
        "Home" => b"\x1b[H",
        "End" => b"\x1b[F",
        "PageUp" => b"\x1b[5~",
        "PageDown" => b"\x1b[6~",
        other => {
            if let Some(key) = other.strip_prefix("Ctrl-") {
                return vec![key.as_bytes()[0].to_ascii_uppercase() & 0x1f];
            }
            assert_eq!(other.chars().count(), 1, "no key is called {other}");
            return other.as_bytes().to_vec();
        }
    };
    bytes.to_vec()
}
