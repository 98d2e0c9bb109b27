//! The keeper of one program: this program, run again. It goes where the program is to run, runs it, says how it ended,
//! and leaves nothing behind that it or its children have started.
//!
//! Whatever the program starts in its turn is adopted by the keeper when its parent ends (`PR_SET_CHILD_SUBREAPER`), so
//! that a program which puts itself into the background, or outlives its shell, is found again.
#![expect(
    unsafe_code,
    reason = "what a child does between fork and exec is for it alone to know"
)]

use super::message::Message;
use crate::{
    model::{
        errno::Errno,
        ids::{Nanos, Side},
    },
    os::{
        clock::Clock,
        lab::{child::let_go_of_descriptors, enter::go_in},
    },
};
use nix::{
    errno::Errno as Sys,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{
        prctl,
        signal::{SigSet, Signal, kill, killpg},
        signalfd::{SfdFlags, SignalFd},
        socket::{SockType, getsockopt, sockopt},
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::{Pid, dup2_stderr, dup2_stdout, getpgid, getpid, setsid},
};
use std::{
    env,
    ffi::OsString,
    fs::{self, File},
    io::{self, Write},
    os::{
        fd::AsFd,
        unix::{net::UnixStream, process::CommandExt},
    },
    process::{Command, ExitCode, Stdio},
};

/// The first argument that makes this program a keeper.
pub(super) const ARGUMENT: &str = "--keep-program";
/// Its name in the list of processes.
pub(super) const NAME: &str = "fourline-spawn";
/// How long a program that is asked to end gets to do so.
const GRACE: Nanos = Nanos::from_millis(500);
/// How often it is looked whether one that is killed is gone.
const AGAIN_MS: u16 = 10;

/// Keeps a program, if this process was started for that; `None` at any other start. Before anything else in `main`:
/// there must be one thread only.
pub fn when_asked() -> Option<ExitCode> {
    let mut words = env::args_os().skip(1);
    if words.next()? != ARGUMENT {
        return None;
    }
    let lab: i32 = words.next()?.to_str()?.parse().ok()?;
    let side = match words.next()?.to_str()? {
        "server" => Side::Server,
        "client" => Side::Client,
        _ => return None,
    };
    let program = words.next()?;
    // Somebody may have typed it.
    if getsockopt(&io::stdin(), sockopt::SockType) != Ok(SockType::Stream) {
        return None;
    }
    be_apart();
    let control = UnixStream::from(io::stdin().as_fd().try_clone_to_owned().ok()?);
    let place = (lab != 0).then_some((lab, side));
    Some(keep(control, place, &program, words.collect()))
}

/// Lets go of all that comes from the parent's surroundings but its folder: its terminal, its descriptors.
fn be_apart() {
    let _ = setsid();
    let _ = prctl::set_name(c"fourline-spawn");
    let _ = prctl::set_child_subreaper(true);
    let_go_of_descriptors();
}

fn keep(
    mut control: UnixStream,
    place: Option<(i32, Side)>,
    program: &OsString,
    arguments: Vec<OsString>,
) -> ExitCode {
    let started = match place.map_or(Ok(()), |(lab, side)| go_in(lab, side)) {
        Ok(()) => run(program, arguments).map_err(|e| Message::Refused(errno_of(&e))),
        Err(e) => Err(Message::Locked(errno_of(&e))),
    };
    let program = match started {
        Ok(program) => program,
        Err(refusal) => {
            let _ = control.write_all(&refusal.bytes());
            return ExitCode::FAILURE;
        }
    };
    let _ = control.write_all(&Message::Started(program.as_raw().cast_unsigned()).bytes());
    let mut watch = Watch {
        control,
        program,
        over: false,
    };
    match watch.until_all_are_gone() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Runs the program in a process group of its own.
fn run(program: &OsString, arguments: Vec<OsString>) -> io::Result<Pid> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .process_group(0);
    // SAFETY: it makes one system call, and allocates nothing.
    unsafe {
        // Should somebody kill its keeper, the program ends all the same.
        command.pre_exec(|| Ok(prctl::set_pdeathsig(Signal::SIGKILL)?));
    }
    // The keeper waits for all its children itself.
    let child = command.spawn()?;
    Ok(Pid::from_raw(child.id().cast_signed()))
}

fn errno_of(error: &io::Error) -> Errno {
    Errno(error.raw_os_error().unwrap_or(libc::EIO))
}

/// The program and its keeper's eyes.
struct Watch {
    control: UnixStream,
    program: Pid,
    /// Whether it has ended.
    over: bool,
}

impl Watch {
    fn until_all_are_gone(&mut self) -> io::Result<()> {
        // From here on nobody ends the keeper by mistake. The program was started before, so it is not concerned.
        let mut signals = SigSet::empty();
        for signal in [
            Signal::SIGCHLD,
            Signal::SIGINT,
            Signal::SIGTERM,
            Signal::SIGHUP,
            Signal::SIGQUIT,
        ] {
            signals.add(signal);
        }
        signals.thread_block()?;
        let flags = SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC;
        let signals = SignalFd::with_flags(&signals, flags)?;
        // The pipes are the program's alone: when it is gone, they end.
        let null = File::options().read(true).write(true).open("/dev/null")?;
        dup2_stdout(&null)?;
        dup2_stderr(&null)?;
        let clock = Clock::start();
        let mut kill_at = None;
        while self.reap() {
            match kill_at {
                Some(at) if clock.now() >= at => self.strike(Signal::SIGKILL),
                _ => {}
            }
            let mut fds = vec![PollFd::new(signals.as_fd(), PollFlags::POLLIN)];
            if kill_at.is_none() {
                fds.push(PollFd::new(self.control.as_fd(), PollFlags::POLLIN));
            }
            let patience = if kill_at.is_some() {
                PollTimeout::from(AGAIN_MS)
            } else {
                PollTimeout::NONE
            };
            match poll(&mut fds, patience) {
                Ok(_) | Err(Sys::EINTR) => {}
                Err(e) => return Err(e.into()),
            }
            let asked_to_end = fds.get(1).is_some_and(|fd| fd.any() == Some(true));
            while let Ok(Some(_)) = signals.read_signal() {}
            if asked_to_end {
                self.strike(Signal::SIGTERM);
                kill_at = Some(clock.now().plus(GRACE));
            }
        }
        Ok(())
    }

    /// Takes note of all that have ended. Whether any is left.
    fn reap(&mut self) -> bool {
        loop {
            let said = match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
                Ok(WaitStatus::Exited(pid, code)) => (pid, Message::Exited(code)),
                Ok(WaitStatus::Signaled(pid, signal, _)) => (pid, Message::Killed(signal as i32)),
                Ok(WaitStatus::StillAlive) => return true,
                Ok(_) | Err(Sys::EINTR) => continue,
                Err(_) => return false,
            };
            if said.0 == self.program {
                self.over = true;
                let _ = self.control.write_all(&said.1.bytes());
            }
        }
    }

    /// Sends a signal to the program's group and to every child that was left to us.
    fn strike(&self, signal: Signal) {
        let children = children();
        // A group is only struck while one of ours is known to be in it: its number may be somebody else's later.
        let is_there = |pid: &Pid| getpgid(Some(*pid)) == Ok(self.program);
        if !self.over || children.iter().any(is_there) {
            let _ = killpg(self.program, signal);
        }
        for child in children {
            let _ = kill(child, signal);
        }
    }
}

/// The processes whose parent we are.
fn children() -> Vec<Pid> {
    let pid = getpid();
    let list = fs::read_to_string(format!("/proc/self/task/{pid}/children")).unwrap_or_default();
    list.split_whitespace()
        .filter_map(|word| word.parse().ok().map(Pid::from_raw))
        .collect()
}
