//! How many packets a side has lost because nobody took them in time, as its kernel counts.

use super::{CableKind, veth};
use core::sync::atomic::{AtomicU64, Ordering};
use std::{
    fs::File,
    io,
    os::{fd::OwnedFd, unix::fs::FileExt},
};

/// One side's counts.
#[derive(Debug)]
pub(super) struct Counts {
    /// `/proc/net/dev` of the side's namespace.
    table: File,
    interface: &'static str,
    /// Our packet socket at its other end, which counts for itself and forgets what it has told.
    packet_socket: Option<(OwnedFd, AtomicU64)>,
}

impl Counts {
    pub(super) fn new(
        table: OwnedFd,
        interface: &'static str,
        port: &OwnedFd,
        kind: CableKind,
    ) -> io::Result<Self> {
        let packet_socket = match kind {
            CableKind::Tun => None,
            CableKind::Veth => Some((port.try_clone()?, AtomicU64::new(0))),
        };
        Ok(Self {
            table: table.into(),
            interface,
            packet_socket,
        })
    }

    /// All so far.
    pub(super) fn dropped(&self) -> io::Result<u64> {
        // Each namespace has two interfaces, so this is all of it.
        let mut text = [0; 4096];
        let n = self.table.read_at(&mut text, 0)?;
        let by_interface = dropped(&String::from_utf8_lossy(&text[..n]), self.interface)
            .ok_or(io::ErrorKind::InvalidData)?;
        let by_socket = match &self.packet_socket {
            None => 0,
            Some((socket, all)) => {
                let new = veth::dropped_since(socket)?;
                all.fetch_add(new, Ordering::Relaxed) + new
            }
        };
        Ok(by_interface + by_socket)
    }
}

/// The packets that an interface has dropped instead of sending, in the words of `/proc/net/dev`.
fn dropped(text: &str, name: &str) -> Option<u64> {
    let line = text
        .lines()
        .find_map(|line| line.trim_start().strip_prefix(name)?.strip_prefix(':'))?;
    // Eight figures of what was received, then bytes, packets, errors and drops of what was sent.
    line.split_whitespace().nth(11)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_are_read_from_the_kernels_table() {
        let text = "Inter-| Receive\n face |bytes\n    lo: 1 2 3 4 5 6 7 8 9 10 11 12\nserver0: 0 1 2 3 4 5 6 7 8 9 10 42 12 13 14 15\n";
        assert_eq!(dropped(text, "server0"), Some(42));
        assert_eq!(dropped(text, "client0"), None);
    }
}
