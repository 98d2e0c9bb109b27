//! What fourline needs of the system, tried one after the other.
#![expect(unsafe_code, reason = "a clock's resolution is asked by a system call")]

use super::{
    CableKind, Lab, Refusal,
    refusal::{Step, setting},
};
use crate::{
    model::{call::Family, errno::Errno, ids::Nanos},
    os::{clock::Clock, kernel::SocketTables},
};
use nix::unistd::geteuid;
use socket2::{Domain, Socket, Type};
use std::{
    fs::{self, OpenOptions},
    io,
    net::TcpListener,
    path::Path,
};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is there.
    Ok,
    /// Worth knowing; fourline works.
    Note,
    /// It is not there.
    Missing,
}

/// One need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// What it is.
    pub name: &'static str,
    /// Whether it is there.
    pub verdict: Verdict,
    /// One sentence about it.
    pub words: String,
    /// What would help where it is not.
    pub fix: Option<String>,
    /// Whether nothing works without it. Without a lab the host's own network is left.
    pub vital: bool,
}

impl Need {
    /// It is there.
    pub fn ok(name: &'static str, words: impl Into<String>) -> Self {
        Self {
            name,
            verdict: Verdict::Ok,
            words: words.into(),
            fix: None,
            vital: false,
        }
    }

    /// It is not there, or not as it should be.
    pub fn lacks(
        name: &'static str,
        verdict: Verdict,
        words: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            verdict,
            fix: Some(fix.into()),
            ..Self::ok(name, words)
        }
    }

    fn vital(self) -> Self {
        Self {
            vital: true,
            ..self
        }
    }
}

/// The oldest kernel on which all that we ask it for is known to be there.
const OLDEST: (u32, u32) = (5, 4);

/// Tries everything, the lab too: `program` is fourline's own executable.
pub fn needs(program: &Path) -> Vec<Need> {
    let clock = Clock::start();
    let opened = Lab::open(program).map(|(lab, _ports)| (lab.kind(), clock.now()));
    let mut needs = vec![linux(), sockets().vital(), socket_tables().vital()];
    needs.extend(user_namespaces(opened.as_ref().err()));
    needs.extend([tun(), lab(opened), capture(), monotonic_clock()]);
    needs
}

fn why(error: &io::Error) -> String {
    error
        .raw_os_error()
        .map(Errno)
        .map_or_else(|| error.to_string(), |e| format!("{} ({e})", e.text()))
}

fn linux() -> Need {
    let text = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .map_while(|n| n.parse::<u32>().ok());
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let name = "Linux";
    if version >= OLDEST {
        return Need::ok(name, format!("Version {} is new enough.", text.trim()));
    }
    let (major, minor) = OLDEST;
    let words = format!(
        "Version {} is older than {major}.{minor}, and was never tried.",
        text.trim()
    );
    Need::lacks(name, Verdict::Note, words, "Use a newer kernel.")
}

fn sockets() -> Need {
    let name = "sockets";
    match TcpListener::bind(("127.0.0.1", 0)) {
        Ok(_) => Need::ok(name, "A server can listen on the loopback, 127.0.0.1."),
        Err(e) => Need::lacks(
            name,
            Verdict::Missing,
            format!("A server cannot listen on the loopback: {}.", why(&e)),
            "As root: ip link set lo up",
        ),
    }
}

fn socket_tables() -> Need {
    let name = "socket tables";
    let asked = SocketTables::open().and_then(|mut tables| tables.with_local_port(Family::INET, 1));
    match asked {
        Ok(_) => Need::ok(
            name,
            "The kernel tells the states and queues of sockets (sock_diag).",
        ),
        Err(e) => Need::lacks(
            name,
            Verdict::Missing,
            format!(
                "The kernel does not tell the states of sockets: {}.",
                why(&e)
            ),
            "As root: modprobe -a inet_diag tcp_diag",
        ),
    }
}

/// Whether they may be made, what is known to keep them from us, and whether they are worth anything.
fn user_namespaces(refusal: Option<&Refusal>) -> Vec<Need> {
    let name = "user namespace";
    let refused_at = refusal.map(|r| r.step);
    let limits = [
        ("user/max_user_namespaces", 0),
        ("kernel/unprivileged_userns_clone", 0),
        ("kernel/apparmor_restrict_unprivileged_userns", 1),
    ];
    let limits: Vec<_> = limits
        .into_iter()
        .filter(|(setting_name, bad)| setting(setting_name) == Some(*bad))
        .map(|(setting_name, bad)| format!("{} is {bad}", setting_name.replace('/', ".")))
        .collect();
    let limits = if limits.is_empty() {
        String::new()
    } else {
        format!(" Of the kernel's settings, {}.", limits.join(", and "))
    };
    let mut needs = Vec::new();
    match refusal {
        Some(refusal) if refused_at == Some(Step::UserNamespace) => {
            let words = format!(
                "The lab needs one, to need no privileges outside: {} ({}).{limits}",
                refusal.errno.text(),
                refusal.errno
            );
            needs.push(Need::lacks(name, Verdict::Missing, words, refusal.fix()));
        }
        Some(refusal) if matches!(refusal.step, Step::Run | Step::Hear) => {
            let words = format!("Nobody could try: {}.", refusal.step.what());
            needs.push(Need::lacks(name, Verdict::Missing, words, refusal.fix()));
        }
        _ => needs.push(Need::ok(
            name,
            format!("A process may make its own.{limits}"),
        )),
    }
    let name = "privileges inside";
    match refusal {
        Some(refusal)
            if matches!(
                refusal.step,
                Step::UserMap | Step::NetworkNamespace | Step::Settings
            ) =>
        {
            let words = format!(
                "The namespace may be made, but nothing may be done in it: {} failed with {} ({}).{limits}",
                refusal.step.what(),
                refusal.errno.text(),
                refusal.errno
            );
            needs.push(Need::lacks(name, Verdict::Missing, words, refusal.fix()));
        }
        Some(refusal) if matches!(refusal.step, Step::UserNamespace | Step::Run | Step::Hear) => {}
        _ => needs.push(Need::ok(
            name,
            "In it, we may make network namespaces; neither root nor ptrace is needed.",
        )),
    }
    needs
}

fn tun() -> Need {
    let name = "/dev/net/tun";
    // Opening it makes nothing yet.
    let opened = OpenOptions::new().read(true).write(true).open(name);
    match opened {
        Ok(_) => Need::ok(name, "It may be opened, for the cable between the two."),
        Err(e) => {
            let errno = Errno(e.raw_os_error().unwrap_or(0));
            let refusal = Refusal::new(Step::TunDevice, errno);
            let words = format!(
                "It may not be opened: {}. The cable is made of veth pairs instead, without segmentation offload.",
                why(&e)
            );
            Need::lacks(name, Verdict::Note, words, refusal.fix())
        }
    }
}

fn lab(opened: Result<(CableKind, Nanos), Refusal>) -> Need {
    let name = "the lab";
    match opened {
        Ok((kind, took)) => Need::ok(
            name,
            format!("It was up in {took}, with {kind} as its cable."),
        ),
        Err(refusal) => Need::lacks(
            name,
            Verdict::Missing,
            format!("{refusal} The host's own network is left."),
            refusal.fix(),
        ),
    }
}

fn capture() -> Need {
    let name = "capture";
    match Socket::new(Domain::PACKET, Type::RAW, None) {
        Ok(_) => Need::ok(
            name,
            "Packets of the host's own network may be shown (CAP_NET_RAW).",
        ),
        Err(e) => Need::lacks(
            name,
            Verdict::Note,
            format!(
                "Packets of the host's own network may not be shown: {}. The lab's always are.",
                why(&e)
            ),
            if geteuid().is_root() {
                "In a container, run it with --cap-add NET_RAW"
            } else {
                "As root: setcap cap_net_raw+ep $(command -v fourline)"
            },
        ),
    }
}

fn monotonic_clock() -> Need {
    let name = "clock";
    let mut span = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: one `timespec` is borrowed.
    let ret = unsafe { libc::clock_getres(libc::CLOCK_MONOTONIC, &raw mut span) };
    let resolution = Nanos(span.tv_sec as u64 * 1_000_000_000 + span.tv_nsec as u64);
    if ret == 0 && resolution.0 <= 1_000 {
        return Need::ok(name, format!("It counts steps of {resolution}."));
    }
    Need::lacks(
        name,
        Verdict::Note,
        format!(
            "It counts steps of {resolution}, so short spans are shown as nothing or too long."
        ),
        "Use a kernel with high resolution timers.",
    )
}
