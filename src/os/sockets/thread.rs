//! Threads that make calls: seeing that one waits in the kernel, and interrupting it there.
//!
//! Interrupting is a signal to that one thread, whose handler does nothing and does not ask for a restart, so that the
//! call returns `EINTR`. A signal that arrives just before the thread goes to sleep is spent in vain: whoever interrupts
//! looks again ([`ThreadHandle::doing`]) and interrupts again until the call has returned.

use libc::pid_t;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use std::{fs, io, sync::Once};

/// Harmless for a process that does not know it (ignored by default), and used by nothing else here.
const SIGNAL: Signal = Signal::SIGURG;

/// What a thread does at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It runs, or is ready to run.
    Running,
    /// The kernel has put it to sleep in this system call; [`Doing::UNNAMED`] when it does not tell in which.
    Asleep {
        /// The number of the system call.
        syscall: i64,
    },
    /// It has ended.
    Gone,
    /// This system does not tell.
    Unknown,
}

impl Doing {
    /// A system call whose number the kernel does not tell; it is none with which threads wait for each other.
    pub const UNNAMED: i64 = -1;

    /// Whether it sleeps in the system call of this name (`accept4`, `recvfrom`, ...).
    pub fn asleep_in(self, name: &str) -> bool {
        match self {
            Self::Asleep { syscall } => {
                syscall == Self::UNNAMED || Some(syscall) == syscall_number(name)
            }
            _ => false,
        }
    }
}

/// One thread of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadHandle {
    tid: pid_t,
}

impl ThreadHandle {
    /// The calling thread. It becomes able to be interrupted, even if the signal was blocked when the program started.
    pub fn current() -> Self {
        let mut signals = SigSet::empty();
        signals.add(SIGNAL);
        let _ = signals.thread_unblock();
        Self {
            tid: nix::unistd::gettid().as_raw(),
        }
    }

    /// Makes the thread's waiting call return `EINTR`.
    ///
    /// # Errors
    /// `ESRCH` when the thread has ended.
    #[expect(unsafe_code, reason = "nix has no tgkill")]
    pub fn interrupt(&self) -> io::Result<()> {
        let pid = nix::unistd::getpid().as_raw();
        // SAFETY: only numbers go in; a thread that is gone is ESRCH, and other processes cannot be meant.
        let ret = unsafe { libc::syscall(libc::SYS_tgkill, pid, self.tid, SIGNAL as libc::c_int) };
        if ret == 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        }
    }

    /// What the thread does now, as `/proc` tells it.
    pub fn doing(&self) -> Doing {
        let task = format!("/proc/self/task/{}", self.tid);
        let read = |name: &str| fs::read_to_string(format!("{task}/{name}"));
        match read("syscall") {
            Ok(line) => from_syscall(&line),
            // Kernels without the file, and those that keep it to themselves.
            Err(e)
                if matches!(
                    e.raw_os_error(),
                    Some(libc::ENOENT | libc::EACCES | libc::EPERM)
                ) =>
            {
                match read("stat") {
                    Ok(stat) => from_stat(&stat, &read("wchan").unwrap_or_default()),
                    Err(e) => from_error(&e, fs::exists("/proc/self/task").unwrap_or(false)),
                }
            }
            Err(e) => from_error(&e, true),
        }
    }
}

/// Nobody is there any more; any other failure, such as having no descriptor left for the question, says nothing.
fn from_error(error: &io::Error, proc_is_there: bool) -> Doing {
    match error.raw_os_error() {
        Some(libc::ENOENT | libc::ESRCH) if proc_is_there => Doing::Gone,
        _ => Doing::Unknown,
    }
}

/// `running`; or the number of the system call, its arguments, stack pointer and place; -1 outside of any.
fn from_syscall(line: &str) -> Doing {
    match line.split_whitespace().next() {
        Some("running") => Doing::Running,
        Some(number) => match number.parse() {
            Ok(-1) => Doing::Running,
            Ok(syscall) => Doing::Asleep { syscall },
            Err(_) => Doing::Unknown,
        },
        None => Doing::Unknown,
    }
}

/// For systems without `syscall`: asleep (`S`), in a place of the kernel that is not a wait for another thread.
fn from_stat(stat: &str, wchan: &str) -> Doing {
    // The name of the thread stands in parentheses and may hold any of them itself.
    let state = stat.rsplit_once(')').map(|(_, rest)| rest.trim_start());
    match state.and_then(|rest| rest.chars().next()) {
        Some('S') if wchan.contains("futex") => Doing::Asleep {
            syscall: libc::SYS_futex,
        },
        Some('S') if !matches!(wchan.trim(), "" | "0") => Doing::Asleep {
            syscall: Doing::UNNAMED,
        },
        Some('R') => Doing::Running,
        Some('Z' | 'X') => Doing::Gone,
        _ => Doing::Unknown,
    }
}

extern "C" fn nothing(_: libc::c_int) {}

/// Makes interrupting possible; once is enough.
#[expect(unsafe_code, reason = "a signal handler is installed")]
pub fn install_interrupt_handler() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let action = SigAction::new(
            SigHandler::Handler(nothing),
            SaFlags::empty(),
            SigSet::empty(),
        );
        // SAFETY: the handler does nothing at all, which is safe in any thread at any moment.
        let _ = unsafe { sigaction(SIGNAL, &action) };
    });
}

/// The number on this processor of a system call that [`crate::model::call::Call::syscall`] names.
pub fn syscall_number(name: &str) -> Option<i64> {
    Some(match name {
        "socket" => libc::SYS_socket,
        "bind" => libc::SYS_bind,
        "listen" => libc::SYS_listen,
        "accept4" => libc::SYS_accept4,
        "connect" => libc::SYS_connect,
        "sendto" => libc::SYS_sendto,
        "recvfrom" => libc::SYS_recvfrom,
        "shutdown" => libc::SYS_shutdown,
        "close" => libc::SYS_close,
        "setsockopt" => libc::SYS_setsockopt,
        "getsockopt" => libc::SYS_getsockopt,
        "getsockname" => libc::SYS_getsockname,
        "getpeername" => libc::SYS_getpeername,
        "ppoll" => libc::SYS_ppoll,
        "ioctl" => libc::SYS_ioctl,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_proc_says_is_understood() {
        let asleep = Doing::Asleep { syscall: 288 };
        assert_eq!(from_syscall("288 0x3 0x0 0x0 0x7f 0x0 0x0 0x1\n"), asleep);
        assert_eq!(from_syscall("running\n"), Doing::Running);
        assert_eq!(from_syscall("-1 0x7ffd 0x7f12\n"), Doing::Running);
        assert_eq!(from_syscall(""), Doing::Unknown);

        let unnamed = Doing::Asleep {
            syscall: Doing::UNNAMED,
        };
        assert_eq!(
            from_stat("12 (a) R (x) S 1 2 3", "inet_csk_accept"),
            unnamed
        );
        assert!(unnamed.asleep_in("accept4"));
        assert!(!from_stat("12 (a) S 1 2 3", "futex_do_wait").asleep_in("accept4"));
        assert_eq!(from_stat("12 (a) S 1 2 3", "0"), Doing::Unknown);
        assert_eq!(from_stat("nonsense", ""), Doing::Unknown);
    }

    #[test]
    fn a_question_that_cannot_be_asked_is_no_answer() {
        let doing = |errno| from_error(&io::Error::from_raw_os_error(errno), true);
        assert_eq!(doing(libc::ESRCH), Doing::Gone);
        assert_eq!(doing(libc::ENOENT), Doing::Gone);
        for errno in [libc::EMFILE, libc::ENFILE, libc::ENOMEM, libc::EACCES] {
            assert_eq!(doing(errno), Doing::Unknown);
        }
        let without_proc = io::Error::from_raw_os_error(libc::ENOENT);
        assert_eq!(from_error(&without_proc, false), Doing::Unknown);
    }
}
