//! Going into a lab that runs: into its user namespace and one side's network namespace, to become another program there.
#![expect(unsafe_code, reason = "capabilities are set by system calls only")]

use super::child::{NAME, NAMESPACES};
use crate::model::ids::Side;
use nix::{
    errno::Errno,
    sched::{CloneFlags, setns},
    unistd::geteuid,
};
use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    os::unix::{fs::MetadataExt, process::CommandExt},
    process::Command,
};

/// `CAP_NET_BIND_SERVICE`, `CAP_NET_ADMIN`, `CAP_NET_RAW`: what `ping`, `tcpdump` and `ip` want to have. They are worth
/// something inside only.
const CAPABILITIES: [u32; 3] = [10, 12, 13];

/// The process that keeps a running lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeper {
    /// Its process id.
    pub pid: i32,
    /// That of the fourline to which the lab belongs.
    pub owner: i32,
    started: u64,
}

/// The newest lab of this user; with `pid`, the one whose keeper or owner that is.
pub fn find(pid: Option<i32>) -> Option<Keeper> {
    fs::read_dir("/proc")
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(keeper)
        .filter(|keeper| pid.is_none_or(|pid| [keeper.pid, keeper.owner].contains(&pid)))
        .max_by_key(|keeper| keeper.started)
}

/// What this process is, if it keeps a lab of ours, and has made it already.
fn keeper(pid: i32) -> Option<Keeper> {
    let folder = format!("/proc/{pid}");
    if fs::metadata(&folder).ok()?.uid() != geteuid().as_raw() {
        return None;
    }
    let stat = fs::read_to_string(format!("{folder}/stat")).ok()?;
    let (owner, started) = parse(&stat)?;
    let made = NAMESPACES.map(|fd| fs::read_link(format!("{folder}/fd/{fd}")).is_ok());
    if made.contains(&false) {
        return None;
    }
    Some(Keeper {
        pid,
        owner,
        started,
    })
}

/// The parent and the time of the start, if the process has the keeper's name and lives (`proc_pid_stat(5)`).
fn parse(stat: &str) -> Option<(i32, u64)> {
    let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
    let fields: Vec<_> = rest.split_whitespace().collect();
    if name != NAME || fields.first() == Some(&"Z") {
        return None;
    }
    Some((fields.get(1)?.parse().ok()?, fields.get(19)?.parse().ok()?))
}

/// Why one could not go in.
#[derive(Debug, thiserror::Error)]
pub enum Locked {
    /// The namespaces cannot be found, or may not be entered.
    #[error("the lab of process {} may not be entered", .0.pid)]
    Namespace(Keeper, #[source] io::Error),
    /// The program cannot be run.
    #[error("the program cannot be run")]
    Program(#[source] io::Error),
}

/// Goes into one side of the lab, and becomes this program. Returns only when that fails. The calling process must have
/// one thread.
pub fn become_inside(
    keeper: Keeper,
    side: Side,
    program: &OsString,
    arguments: &[OsString],
) -> Locked {
    if let Err(error) = go_in(keeper.pid, side) {
        return Locked::Namespace(keeper, error);
    }
    Locked::Program(Command::new(program).args(arguments).exec())
}

/// Goes into one side of the lab that this process keeps. The calling process must have one thread.
pub(in crate::os) fn go_in(keeper: i32, side: Side) -> io::Result<()> {
    let folder = format!("/proc/{keeper}");
    let user = format!("{folder}/ns/user");
    let network = File::open(format!("{folder}/fd/{}", NAMESPACES[side as usize]))?;
    // A privileged fourline makes its lab without a user namespace where it can have none.
    let inside = fs::read_link(&user)? != fs::read_link("/proc/self/ns/user")?;
    if inside {
        setns(File::open(user)?, CloneFlags::CLONE_NEWUSER)?;
    }
    setns(network, CloneFlags::CLONE_NEWNET)?;
    if inside {
        // Without them most programs work as well.
        let _ = keep_capabilities();
    }
    Ok(())
}

/// Passes capabilities on to the program that we become. An ordinary user's program would lose them.
fn keep_capabilities() -> nix::Result<()> {
    // struct __user_cap_header_struct of version 3, and two of struct __user_cap_data_struct: effective, permitted,
    // inheritable.
    let header = [0x2008_0522_u32, 0];
    let mut data = [0_u32; 6];
    // SAFETY: both structures are borrowed, and have the size that this version says.
    Errno::result(unsafe { libc::syscall(libc::SYS_capget, header.as_ptr(), data.as_mut_ptr()) })?;
    let wanted = CAPABILITIES.iter().fold(0, |all, n| all | 1 << n);
    data[2] |= wanted & data[1];
    // SAFETY: as above.
    Errno::result(unsafe { libc::syscall(libc::SYS_capset, header.as_ptr(), data.as_ptr()) })?;
    for capability in CAPABILITIES {
        let (what, raise) = (libc::PR_CAP_AMBIENT, libc::PR_CAP_AMBIENT_RAISE);
        let number = libc::c_ulong::from(capability);
        // SAFETY: only numbers go in.
        Errno::result(unsafe { libc::prctl(what, raise, number, 0_u64, 0_u64) })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keeper_is_known_by_its_name() {
        let rest = "S 41 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 777 9 9 9";
        let stat = |name: &str| format!("42 ({name}) {rest}\n");
        assert_eq!(parse(&stat("fourline-lab")), Some((41, 777)));
        assert_eq!(parse(&stat("fourline")), None);
        assert_eq!(parse(&stat("a) (b")), None);
        assert_eq!(parse("42 (fourline-lab) Z 41"), None);
        assert_eq!(parse("42 (fourline-lab) S"), None);
        assert_eq!(parse(""), None);
    }

    #[test]
    fn nobody_keeps_a_lab_for_a_process_that_is_none() {
        assert_eq!(find(Some(-1)), None);
    }
}
