//! Why the lab cannot be had: at which step the system refused, in words, and what would help.

use crate::model::errno::Errno;
use core::fmt;
use std::fs;

/// What is done one after the other to make the lab. Each may be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Running this program again as the lab's keeper.
    Run,
    /// Hearing from it.
    Hear,
    /// `unshare(CLONE_NEWUSER)`.
    UserNamespace,
    /// Writing `/proc/self/uid_map` and its like: the first thing that needs a privilege of the new namespace.
    UserMap,
    /// `unshare(CLONE_NEWNET)`.
    NetworkNamespace,
    /// Writing in `/proc/sys/net` of the new namespace.
    Settings,
    /// Opening `/dev/net/tun`.
    TunDevice,
    /// `ioctl(TUNSETIFF)`.
    TunInterface,
    /// Setting an interface up, and giving it its addresses (rtnetlink).
    Interface,
    /// Making a veth pair (rtnetlink).
    Veth,
    /// A packet socket (`AF_PACKET`) on an end of it.
    PacketSocket,
    /// Keeping and handing over the descriptors.
    HandOver,
}

/// Every step, at the place that stands for it between the lab's keeper and us, with what it does.
const STEPS: [(Step, &str); 12] = [
    (Step::Run, "running fourline once more to keep it"),
    (Step::Hear, "hearing from the process that keeps it"),
    (
        Step::UserNamespace,
        "making a user namespace, unshare(CLONE_NEWUSER)",
    ),
    (
        Step::UserMap,
        "the first privileged step in the user namespace, writing uid_map",
    ),
    (
        Step::NetworkNamespace,
        "making a network namespace, unshare(CLONE_NEWNET)",
    ),
    (Step::Settings, "quieting the new network in /proc/sys/net"),
    (Step::TunDevice, "opening /dev/net/tun"),
    (
        Step::TunInterface,
        "making a TUN interface, ioctl(TUNSETIFF)",
    ),
    (
        Step::Interface,
        "giving an interface its addresses (rtnetlink)",
    ),
    (Step::Veth, "making a veth pair (rtnetlink)"),
    (
        Step::PacketSocket,
        "opening a packet socket, socket(AF_PACKET)",
    ),
    (Step::HandOver, "handing over the descriptors"),
];

impl Step {
    pub(super) fn number(self) -> i32 {
        STEPS.iter().position(|row| row.0 == self).unwrap_or(0) as i32
    }

    pub(super) fn from_number(number: i32) -> Option<Self> {
        let row = STEPS.get(usize::try_from(number).ok()?)?;
        Some(row.0)
    }

    /// What is done at this step, as in "making a user namespace".
    pub fn what(self) -> &'static str {
        STEPS[self.number() as usize].1
    }
}

/// The lab cannot be had: what was refused and why. [`Refusal::fix`] says what would help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    /// Where it was refused.
    pub step: Step,
    /// How; 0 when no call failed.
    pub errno: Errno,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The lab cannot be had: {}", self.step.what())?;
        if self.errno.0 == 0 {
            return f.write_str(" failed: it has ended.");
        }
        write!(f, " failed: {} ({}).", self.errno.text(), self.errno)
    }
}

impl Refusal {
    pub(super) fn new(step: Step, errno: Errno) -> Self {
        Self { step, errno }
    }

    /// The command or the setting that would help, as one sentence.
    pub fn fix(&self) -> String {
        match self.step {
            Step::UserNamespace | Step::UserMap => user_namespaces(),
            Step::NetworkNamespace if self.errno == Errno(libc::ENOSPC) => {
                "As root: sysctl -w user.max_net_namespaces=10000".to_owned()
            }
            Step::TunDevice | Step::TunInterface => tun(self.errno),
            Step::Run | Step::Hear | Step::HandOver => {
                "Try again: too many processes or open files may be the cause (ulimit -u, ulimit -n).".to_owned()
            }
            Step::Settings => {
                "In a container, /proc/sys must be writable: run it with --privileged.".to_owned()
            }
            Step::NetworkNamespace | Step::Interface | Step::Veth | Step::PacketSocket => {
                "In a container, run it with --privileged; else use a kernel with network namespaces, TUN or veth, and packet sockets.".to_owned()
            }
        }
    }
}

/// What keeps user namespaces from us: the settings that are known to do so, looked at one by one.
fn user_namespaces() -> String {
    let is = |name: &str, value: i64| setting(name) == Some(value);
    if is("user/max_user_namespaces", 0) {
        "As root: sysctl -w user.max_user_namespaces=10000".to_owned()
    } else if is("kernel/unprivileged_userns_clone", 0) {
        "As root: sysctl -w kernel.unprivileged_userns_clone=1".to_owned()
    } else if is("kernel/apparmor_restrict_unprivileged_userns", 1) {
        "AppArmor restricts user namespaces. As root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0".to_owned()
    } else {
        "In a container, run it with --privileged, or at least with --security-opt seccomp=unconfined; or run fourline outside the container.".to_owned()
    }
}

fn tun(errno: Errno) -> String {
    match errno {
        Errno(libc::ENOENT) => "As root: mkdir -p /dev/net && mknod -m 666 /dev/net/tun c 10 200; in a container, run it with --device /dev/net/tun".to_owned(),
        Errno(libc::ENODEV | libc::ENXIO) => "As root: modprobe tun".to_owned(),
        Errno(libc::EACCES) => "As root: chmod 666 /dev/net/tun, as desktop systems have it".to_owned(),
        _ => "In a container, run it with --device /dev/net/tun".to_owned(),
    }
}

/// The value of a kernel setting, where there is one: a path under `/proc/sys`.
pub(super) fn setting(name: &str) -> Option<i64> {
    let text = fs::read_to_string(format!("/proc/sys/{name}")).ok()?;
    text.trim().parse().ok()
}

/// Says at which step a call failed.
pub(super) trait At<T> {
    fn at(self, step: Step) -> Result<T, Refusal>;
}

impl<T> At<T> for std::io::Result<T> {
    fn at(self, step: Step) -> Result<T, Refusal> {
        self.map_err(|e| Refusal::new(step, Errno(e.raw_os_error().unwrap_or(libc::EIO))))
    }
}

impl<T> At<T> for nix::Result<T> {
    fn at(self, step: Step) -> Result<T, Refusal> {
        self.map_err(|e| Refusal::new(step, Errno(e as i32)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_its_number_and_its_words() {
        for (number, (step, what)) in STEPS.iter().enumerate() {
            assert_eq!(step.number(), number as i32);
            assert_eq!(Step::from_number(number as i32), Some(*step));
            assert_eq!(step.what(), *what);
            for errno in [0, libc::EPERM, libc::ENOENT, 4711] {
                let refusal = Refusal::new(*step, Errno(errno));
                assert!(refusal.to_string().contains(what), "{refusal}");
                assert!(!refusal.fix().is_empty());
            }
        }
        assert_eq!(Step::from_number(-1), None);
        assert_eq!(Step::from_number(99), None);
    }

    #[test]
    fn a_refusal_says_what_and_why() {
        let refusal = Refusal::new(Step::TunDevice, Errno(libc::ENOENT));
        assert_eq!(
            refusal.to_string(),
            "The lab cannot be had: opening /dev/net/tun failed: no such file or directory (ENOENT)."
        );
        assert!(refusal.fix().contains("mknod"));
    }
}
