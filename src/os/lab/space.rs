//! Namespaces: a user namespace of our own, in which the privileges for the rest are, and network namespaces in it.

use super::{
    netlink::{self, Link},
    refusal::{At, Refusal, Step},
};
use nix::{
    sched::{CloneFlags, setns, unshare},
    unistd::{getgid, getuid},
};
use std::{
    fs::{self, File},
    io,
    os::fd::{AsFd, OwnedFd},
};

/// What is written into a new network namespace's `/proc/sys/net`: nobody speaks who was not asked to speak, and what one
/// connection has learnt about the path does not show in the next one's figures.
const SETTINGS: [(&str, &str); 7] = [
    ("ipv6/conf/default/addr_gen_mode", "1"),
    ("ipv6/conf/all/addr_gen_mode", "1"),
    ("ipv6/conf/default/router_solicitations", "0"),
    ("ipv6/conf/default/accept_ra", "0"),
    ("ipv6/conf/default/accept_dad", "0"),
    ("ipv4/tcp_no_metrics_save", "1"),
    // A kernel believes no message that less fits, and lets routers cut its packets then: there is none here that would.
    ("ipv4/route/min_pmtu", "68"),
];

/// Moves into a user namespace of our own, in which we may do what the rest needs; the user stays who he is. Where none
/// can be had, a process that is privileged anyway goes on without.
pub(super) fn user() -> Result<(), Refusal> {
    // In the new namespace they read as nobody until the maps are written: so before.
    let (uid, gid) = (getuid(), getgid());
    if let Err(errno) = unshare(CloneFlags::CLONE_NEWUSER) {
        return match unshare(CloneFlags::CLONE_NEWNET) {
            Ok(()) => Ok(()),
            Err(_) => Err(errno).at(Step::UserNamespace),
        };
    }
    // An unprivileged process must give up changing its groups before it may map them.
    match fs::write("/proc/self/setgroups", "deny") {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e).at(Step::UserMap)?,
        _ => {}
    }
    fs::write("/proc/self/uid_map", format!("{uid} {uid} 1")).at(Step::UserMap)?;
    fs::write("/proc/self/gid_map", format!("{gid} {gid} 1")).at(Step::UserMap)
}

/// A network namespace; descriptors keep it.
#[derive(Debug)]
pub(super) struct Space(OwnedFd);

impl Space {
    /// Makes one with its loopback up, and moves into it.
    pub(super) fn make() -> Result<Self, Refusal> {
        unshare(CloneFlags::CLONE_NEWNET).at(Step::NetworkNamespace)?;
        for (name, value) in SETTINGS {
            match fs::write(format!("/proc/sys/net/{name}"), value) {
                // Without IPv6 there is nothing to quieten; where /proc/sys is for reading only, as in some containers,
                // the interface's own attributes still keep it quiet.
                Err(e)
                    if !matches!(
                        e.kind(),
                        io::ErrorKind::NotFound | io::ErrorKind::ReadOnlyFilesystem
                    ) =>
                {
                    Err(e).at(Step::Settings)?;
                }
                _ => {}
            }
        }
        netlink::up("lo", Link::default()).at(Step::Interface)?;
        let here = File::open("/proc/thread-self/ns/net").at(Step::HandOver)?;
        Ok(Self(here.into()))
    }

    /// Moves into it.
    pub(super) fn enter(&self) -> nix::Result<()> {
        setns(&self.0, CloneFlags::CLONE_NEWNET)
    }
}

impl From<OwnedFd> for Space {
    fn from(namespace: OwnedFd) -> Self {
        Self(namespace)
    }
}

impl AsFd for Space {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.0.as_fd()
    }
}
