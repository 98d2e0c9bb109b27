//! Who a socket is: its number in the kernel and its addresses. Asked from a thread of ours, so that the actor's own
//! thread makes no call but those that it was told to make.

use crate::{
    model::ids::Fd,
    os::sockets::raw::{self, Name},
};
use core::net::SocketAddr;
use std::io;

/// A socket's number and names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `SO_COOKIE`: never used twice while the machine runs.
    pub cookie: u64,
    /// `getsockname`; port 0 while it has none.
    pub local: SocketAddr,
    /// `getpeername`, if it is connected.
    pub peer: Option<SocketAddr>,
}

/// Asks who the socket of this descriptor is.
///
/// # Errors
/// `EBADF`, `ENOTSOCK`: it is no socket, or not any more.
pub fn identity(fd: Fd) -> io::Result<Identity> {
    let mut cookie = vec![0; size_of::<u64>()];
    told(raw::getsockopt(
        fd,
        libc::SOL_SOCKET,
        libc::SO_COOKIE,
        &mut cookie,
    ))?;
    let cookie = cookie.try_into().map_err(|_| io::ErrorKind::InvalidData)?;
    let mut name = Name::empty();
    told(raw::getsockname(fd, &mut name))?;
    let local = name.addr().ok_or(io::ErrorKind::InvalidData)?;
    let mut name = Name::empty();
    let peer = match told(raw::getpeername(fd, &mut name)) {
        Ok(()) => name.addr(),
        // Not connected, or not any more.
        Err(_) => None,
    };
    Ok(Identity {
        cookie: u64::from_ne_bytes(cookie),
        local,
        peer,
    })
}

fn told(ret: i64) -> io::Result<()> {
    if ret < 0 {
        Err(io::Error::from_raw_os_error(raw::errno().0))
    } else {
        Ok(())
    }
}
