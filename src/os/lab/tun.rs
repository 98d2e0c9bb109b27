//! A TUN interface: what its kernel sends can be read from a descriptor, and what is written there has arrived.
#![expect(unsafe_code, reason = "TUN interfaces are made by ioctl(2)")]

use super::refusal::{At, Refusal, Step};
use libc::{c_int, c_short, c_uint, c_ulong};
use std::{
    fs::OpenOptions,
    io,
    os::{
        fd::{AsRawFd, BorrowedFd, OwnedFd},
        unix::fs::OpenOptionsExt,
    },
};

/// Whole IP packets, each after a `struct virtio_net_hdr`.
const KIND: c_int = libc::IFF_TUN | libc::IFF_NO_PI | libc::IFF_VNET_HDR;
/// What may be left to us when offload is on: checksums and cutting into segments.
const OFFLOADS: c_uint = libc::TUN_F_CSUM
    | libc::TUN_F_TSO4
    | libc::TUN_F_TSO6
    | libc::TUN_F_TSO_ECN
    | libc::TUN_F_USO4
    | libc::TUN_F_USO6;
/// The same for kernels that cannot leave UDP to us (before 6.2).
const TCP_OFFLOADS: c_uint = OFFLOADS & !(libc::TUN_F_USO4 | libc::TUN_F_USO6);

/// Makes a TUN interface of this name in the network namespace of the calling thread.
pub(super) fn open(name: &str) -> Result<OwnedFd, Refusal> {
    let device: OwnedFd = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(libc::O_NONBLOCK)
        .open("/dev/net/tun")
        .at(Step::TunDevice)?
        .into();
    let mut request = ifreq(name);
    request.ifr_ifru.ifru_flags = KIND as c_short;
    // SAFETY: TUNSETIFF reads and writes one `ifreq`, which is borrowed.
    let ret = unsafe { libc::ioctl(device.as_raw_fd(), libc::TUNSETIFF, &raw mut request) };
    nix::errno::Errno::result(ret).at(Step::TunInterface)?;
    set_offload(&device, false).at(Step::TunInterface)?;
    Ok(device)
}

/// Leaves checksums and cutting to us, or to the kernel; at once, on living connections too.
pub(super) fn set_offload(device: &impl AsRawFd, on: bool) -> io::Result<()> {
    let set = |offloads: c_uint| {
        // SAFETY: TUNSETOFFLOAD takes its flags as a number.
        let ret = unsafe {
            libc::ioctl(
                device.as_raw_fd(),
                libc::TUNSETOFFLOAD,
                c_ulong::from(offloads),
            )
        };
        nix::errno::Errno::result(ret).map(drop)
    };
    if on {
        set(OFFLOADS).or_else(|_| set(TCP_OFFLOADS))?;
    } else {
        set(0)?;
    }
    Ok(())
}

/// Reads into the capacity of a buffer, which becomes as long as what was read.
pub(super) fn read(from: BorrowedFd<'_>, buffer: &mut Vec<u8>, longest: usize) -> io::Result<()> {
    buffer.clear();
    buffer.reserve(longest);
    // SAFETY: the kernel writes into the buffer's capacity, and no more than it holds.
    let n = unsafe {
        libc::read(
            from.as_raw_fd(),
            buffer.as_mut_ptr().cast(),
            buffer.capacity(),
        )
    };
    let n = usize::try_from(n).map_err(|_| io::Error::last_os_error())?;
    // SAFETY: the kernel has just written so many bytes from the beginning of the capacity.
    unsafe { buffer.set_len(n) };
    Ok(())
}

/// A request about the interface of this name.
pub(super) fn ifreq(name: &str) -> libc::ifreq {
    // SAFETY: all zeroes are a request about no interface.
    let mut request: libc::ifreq = unsafe { core::mem::zeroed() };
    for (to, from) in request.ifr_name[..libc::IFNAMSIZ - 1]
        .iter_mut()
        .zip(name.bytes())
    {
        *to = from as libc::c_char;
    }
    request
}
