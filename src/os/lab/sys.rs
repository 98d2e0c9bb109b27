//! The few calls on descriptors that no library of ours has.
#![expect(unsafe_code, reason = "they are system calls")]

use std::{io, os::fd::AsRawFd};

/// Plain numbers, without padding and without pointers, as the kernel's structures have them.
///
/// # Safety
/// All bytes of it are initialised, and any bytes are one.
pub(in crate::os) unsafe trait Plain: Copy {}

// SAFETY: numbers only, of one size each.
unsafe impl Plain for libc::c_int {}
// SAFETY: as above.
unsafe impl Plain for libc::tpacket_req {}
// SAFETY: as above.
unsafe impl Plain for libc::tpacket_stats {}

/// `setsockopt(2)`.
pub(in crate::os) fn setsockopt<T: Plain>(
    socket: &impl AsRawFd,
    level: i32,
    option: i32,
    value: &T,
) -> io::Result<()> {
    let len = size_of::<T>() as libc::socklen_t;
    // SAFETY: the value is borrowed, with its length.
    let ret = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            level,
            option,
            (&raw const *value).cast(),
            len,
        )
    };
    Ok(nix::errno::Errno::result(ret).map(drop)?)
}

/// `getsockopt(2)` into a value.
pub(in crate::os) fn getsockopt<T: Plain>(
    socket: &impl AsRawFd,
    level: i32,
    option: i32,
    mut value: T,
) -> io::Result<T> {
    let mut len = size_of::<T>() as libc::socklen_t;
    // SAFETY: the room for the value is borrowed, with its length, and any bytes are such a value.
    let ret = unsafe {
        let room = (&raw mut value).cast();
        libc::getsockopt(socket.as_raw_fd(), level, option, room, &raw mut len)
    };
    nix::errno::Errno::result(ret)?;
    Ok(value)
}

/// `ioctl(SIOCETHTOOL)` that gives a feature of an interface a value.
pub(super) fn ethtool(name: &str, command: u32, value: u32) -> io::Result<()> {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None)?;
    // struct ethtool_value
    let mut asked = [command, value];
    let mut request = super::tun::ifreq(name);
    request.ifr_ifru.ifru_data = asked.as_mut_ptr().cast();
    // SAFETY: SIOCETHTOOL reads one `ifreq` and the two numbers that it points to; both are borrowed.
    let ret = unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCETHTOOL as _, &raw mut request) };
    Ok(nix::errno::Errno::result(ret).map(drop)?)
}
