//! Our end of the wire at one side: what that side's kernel sends comes out of it, what is put into it has arrived there.

use super::{
    CableKind,
    frame::{Frame, HEADER, LONGEST},
    tun,
    veth::End,
};
use crate::model::ids::Side;
use std::{
    io,
    os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd},
};

/// See the module's documentation. Its descriptor never blocks, and is readable when a packet waits.
#[derive(Debug)]
pub struct Port {
    // Before the descriptor, so that it is let go of first.
    veth: Option<End>,
    fd: OwnedFd,
}

impl Port {
    pub(super) fn new(fd: OwnedFd, side: Side, kind: CableKind) -> io::Result<Self> {
        let veth = match kind {
            CableKind::Tun => None,
            CableKind::Veth => Some(End::new(&fd, side)?),
        };
        Ok(Self { veth, fd })
    }

    /// Takes one packet that this side's kernel has sent. The frame is used again, whatever it held; after an error it
    /// holds an empty packet. One thread takes at a time.
    ///
    /// # Errors
    /// `WouldBlock` when there is none; the kernel's word when the interface is gone.
    pub fn take(&self, frame: &mut Frame) -> io::Result<()> {
        let taken = match &self.veth {
            None => tun::read(self.fd.as_fd(), &mut frame.bytes, HEADER + LONGEST),
            Some(end) => {
                frame.empty();
                end.take(&mut frame.bytes)
            }
        };
        if taken.is_err() || frame.bytes.len() < HEADER {
            frame.empty();
        }
        taken
    }

    /// Hands a packet to this side's kernel, which has worked on it when this returns: what it answers at once can be
    /// taken.
    ///
    /// # Errors
    /// When the kernel cannot make anything of it (`EINVAL`: no IP packet), or the interface is gone.
    pub fn give(&self, frame: &Frame) -> io::Result<()> {
        match &self.veth {
            None => nix::unistd::write(&self.fd, &frame.bytes).map(drop)?,
            Some(end) => end.give(&self.fd, frame.packet())?,
        }
        Ok(())
    }

    /// Offload on: the kernel leaves checksums and the cutting into segments to us, so that super-packets of up to 64 KiB
    /// come ([`Frame::is_super`]). Off, as it is at first: every packet is one segment with its checksum. Takes effect at
    /// once, on living connections too.
    ///
    /// # Errors
    /// When the kernel does not know it, and where the wire is made of veth pairs, which have it always off.
    pub fn set_offload(&self, on: bool) -> io::Result<()> {
        match (&self.veth, on) {
            (None, _) => tun::set_offload(&self.fd, on),
            (Some(_), false) => Ok(()),
            (Some(_), true) => Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "Offload needs TUN interfaces, and this lab's wire is made of veth pairs. fourline doctor tells whether this machine has TUN, and FOURLINE_CABLE chooses",
            )),
        }
    }
}

impl AsFd for Port {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl AsRawFd for Port {
    fn as_raw_fd(&self) -> RawFd {
        self.fd.as_raw_fd()
    }
}
