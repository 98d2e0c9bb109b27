//! Messages between the lab's keeper and us: whole messages on a socket pair, with descriptors in them.
#![expect(
    unsafe_code,
    reason = "a descriptor arrives as a number, and becomes ours"
)]

use nix::{
    cmsg_space,
    sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, recvmsg, sendmsg},
};
use std::{
    io::{self, IoSlice, IoSliceMut},
    os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd},
};

/// The most descriptors that one message carries.
const MOST: usize = 4;

/// Sends a message of numbers, with descriptors.
pub(super) fn tell(to: BorrowedFd<'_>, words: &[i32], fds: &[BorrowedFd<'_>]) -> io::Result<()> {
    let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_ne_bytes()).collect();
    let fds: Vec<RawFd> = fds.iter().map(AsRawFd::as_raw_fd).collect();
    let rights = [ControlMessage::ScmRights(&fds)];
    let rights: &[ControlMessage<'_>] = if fds.is_empty() { &[] } else { &rights };
    let bytes = [IoSlice::new(&bytes)];
    sendmsg::<()>(to.as_raw_fd(), &bytes, rights, MsgFlags::MSG_NOSIGNAL, None)?;
    Ok(())
}

/// What a message held. No words: the other end has closed.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) words: Vec<i32>,
    pub(super) fds: Vec<OwnedFd>,
}

/// Takes one message, waiting for it.
pub(super) fn hear(from: BorrowedFd<'_>) -> io::Result<Heard> {
    let mut bytes = [0; 64];
    let mut room = cmsg_space!([RawFd; MOST]);
    let mut heard = Heard::default();
    let n = loop {
        let mut slice = [IoSliceMut::new(&mut bytes)];
        let flags = MsgFlags::MSG_CMSG_CLOEXEC;
        match recvmsg::<()>(from.as_raw_fd(), &mut slice, Some(&mut room), flags) {
            Err(nix::errno::Errno::EINTR) => {}
            Err(e) => return Err(e.into()),
            Ok(message) => {
                // Where this process has no room for a descriptor, the message has come without it.
                for control in message.cmsgs().into_iter().flatten() {
                    if let ControlMessageOwned::ScmRights(fds) = control {
                        // SAFETY: the kernel has just made these descriptors for us; nothing else knows of them.
                        heard.fds.extend(
                            fds.into_iter()
                                .map(|fd| unsafe { OwnedFd::from_raw_fd(fd) }),
                        );
                    }
                }
                break message.bytes;
            }
        }
    };
    heard.words = bytes[..n]
        .as_chunks()
        .0
        .iter()
        .map(|word| i32::from_ne_bytes(*word))
        .collect();
    Ok(heard)
}
