//! Which program listens on a port: what a person wants to know at `EADDRINUSE`.

use super::diag::SocketTables;
use crate::model::{call::Family, payload::escaped, tcp::TcpState};
use std::fs;

/// Programs looked at, and descriptors of all of them together, before we give up.
const MOST_PROGRAMS: usize = 4096;
const MOST_DESCRIPTORS: usize = 65_536;

/// `nginx, pid 123`: the program that listens on this port, if the kernel lets us see it. Other users' programs it shows
/// to root alone.
pub fn who_listens(port: u16) -> Option<String> {
    let mut tables = SocketTables::open().ok()?;
    let links: Vec<String> = [Family::INET, Family::INET6]
        .into_iter()
        .filter_map(|family| tables.with_local_port(family, port).ok())
        .flatten()
        .filter(|row| row.state == TcpState::Listen && row.inode != 0)
        .map(|row| format!("socket:[{}]", row.inode))
        .collect();
    if links.is_empty() {
        return None;
    }
    let pid = holder(&links)?;
    let name = fs::read(format!("/proc/{pid}/comm")).ok()?;
    let name = escaped(name.trim_ascii_end());
    Some(format!("{name}, pid {pid}"))
}

/// The first program that has one of these sockets open.
fn holder(links: &[String]) -> Option<u32> {
    let mut looked_at = 0;
    fs::read_dir("/proc")
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .take(MOST_PROGRAMS)
        .find(|pid| {
            let Ok(descriptors) = fs::read_dir(format!("/proc/{pid}/fd")) else {
                return false;
            };
            descriptors
                .filter_map(|fd| fs::read_link(fd.ok()?.path()).ok())
                .take_while(|_| {
                    looked_at += 1;
                    looked_at <= MOST_DESCRIPTORS
                })
                .any(|target| links.iter().any(|link| target.as_os_str() == link.as_str()))
        })
}
