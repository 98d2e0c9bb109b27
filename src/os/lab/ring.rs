//! Packets from a packet socket, in memory that the kernel shares with us (`PACKET_RX_RING`, version 2).
//!
//! Its room does not count against the socket's receive buffer, which an ordinary user cannot make large: a burst of
//! thousands of packets waits here.
//!
//! ```text
//!   │ frame 0: header, address, packet │ frame 1 │ ... │ frame 4095 │      each belongs to the kernel or to us,
//!                                        ▲ next                            as the first word of its header says
//! ```
#![expect(
    unsafe_code,
    reason = "the memory is shared with the kernel, and set up by system calls"
)]

use super::sys::setsockopt;
use core::{
    ptr::{self, NonNull},
    sync::atomic::{AtomicU32, AtomicUsize, Ordering},
};
use libc::{TP_STATUS_KERNEL, TP_STATUS_USER, tpacket_req, tpacket2_hdr};
use std::{
    io,
    os::fd::{AsRawFd, OwnedFd},
};

const FRAME: usize = 2048;
const FRAMES: usize = 4096;
const BLOCK: usize = 128 * 1024;
const SIZE: usize = FRAME * FRAMES;

/// See the module's documentation.
#[derive(Debug)]
pub(in crate::os) struct Ring {
    memory: NonNull<u8>,
    next: AtomicUsize,
}

// SAFETY: the memory stays where it is until the drop, and whose turn it is to use a frame is said by atomic words.
unsafe impl Send for Ring {}
// SAFETY: as above; a frame is only read between two looks at its atomic word, by the one caller that took its number.
unsafe impl Sync for Ring {}

/// Asks the kernel to put what arrives into a ring.
pub(in crate::os) fn ask_for(socket: &OwnedFd) -> io::Result<()> {
    let version = libc::tpacket_versions::TPACKET_V2 as libc::c_int;
    setsockopt(socket, libc::SOL_PACKET, libc::PACKET_VERSION, &version)?;
    let request = tpacket_req {
        tp_block_size: BLOCK as u32,
        tp_block_nr: (SIZE / BLOCK) as u32,
        tp_frame_size: FRAME as u32,
        tp_frame_nr: FRAMES as u32,
    };
    setsockopt(socket, libc::SOL_PACKET, libc::PACKET_RX_RING, &request)
}

impl Ring {
    /// The ring that was asked for on this socket.
    pub(in crate::os) fn map(socket: &OwnedFd) -> io::Result<Self> {
        let (access, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED);
        // SAFETY: a new mapping, of the size that the ring was given.
        let memory =
            unsafe { libc::mmap(ptr::null_mut(), SIZE, access, flags, socket.as_raw_fd(), 0) };
        if memory == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let memory = NonNull::new(memory.cast()).ok_or(io::ErrorKind::InvalidData)?;
        Ok(Self {
            memory,
            next: AtomicUsize::new(0),
        })
    }

    /// Appends the next packet to the buffer. One caller at a time.
    pub(super) fn take(&self, buffer: &mut Vec<u8>) -> io::Result<()> {
        self.next(|header, frame| {
            let at = usize::from(header.tp_net).min(FRAME);
            let len = (header.tp_snaplen as usize).min(FRAME - at);
            buffer.extend_from_slice(&frame[at..at + len]);
        })
    }

    /// Looks at the next packet: what the kernel says of it, and the frame in which it lies, which begins with that. One
    /// caller at a time.
    pub(in crate::os) fn next<T>(
        &self,
        look: impl FnOnce(&tpacket2_hdr, &[u8]) -> T,
    ) -> io::Result<T> {
        let number = self.next.load(Ordering::Relaxed) % FRAMES;
        // SAFETY: every frame lies in the mapping, and begins with the header, aligned.
        let memory = unsafe { self.memory.add(number * FRAME) };
        // SAFETY: the first word of the header is what the kernel and we hand the frame over by.
        let status = unsafe { AtomicU32::from_ptr(memory.cast().as_ptr()) };
        if status.load(Ordering::Acquire) & TP_STATUS_USER == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        // SAFETY: the frame is ours now: the kernel does not write into it until the status says so.
        let header = unsafe { memory.cast::<tpacket2_hdr>().read() };
        // SAFETY: the frame is ours and as long as this; of its status nobody makes a reference.
        let frame = unsafe { core::slice::from_raw_parts(memory.as_ptr(), FRAME) };
        let seen = look(&header, frame);
        status.store(TP_STATUS_KERNEL, Ordering::Release);
        self.next.store((number + 1) % FRAMES, Ordering::Relaxed);
        Ok(seen)
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours, and nothing borrows from it.
        unsafe { libc::munmap(self.memory.as_ptr().cast(), SIZE) };
    }
}
