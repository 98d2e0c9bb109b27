//! What a program's keeper says: three numbers a message.

use crate::model::errno::Errno;
use std::io;
use tokio::net::unix::OwnedReadHalf;

/// The size of a message.
const SIZE: usize = 12;

/// See the module's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::os) enum Message {
    /// The program runs, and this is its process id.
    Started(u32),
    /// That side of the lab cannot be entered.
    Locked(Errno),
    /// The program cannot be run.
    Refused(Errno),
    /// It has ended with this exit code.
    Exited(i32),
    /// This signal has ended it.
    Killed(i32),
}

impl Message {
    /// As it is sent.
    pub(super) fn bytes(self) -> [u8; SIZE] {
        let (kind, number) = match self {
            Self::Started(pid) => (1, pid.cast_signed()),
            Self::Locked(errno) => (2, errno.0),
            Self::Refused(errno) => (3, errno.0),
            Self::Exited(code) => (4, code),
            Self::Killed(signal) => (5, signal),
        };
        let mut bytes = [0; SIZE];
        for (part, word) in bytes.chunks_exact_mut(4).zip([kind, number, !number]) {
            part.copy_from_slice(&i32::to_ne_bytes(word));
        }
        bytes
    }

    /// As it was sent; nothing if it is none.
    fn read(bytes: [u8; SIZE]) -> Option<Self> {
        let [a, b, c] = [0, 4, 8].map(|at| {
            let word = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
            i32::from_ne_bytes(word)
        });
        (c == !b).then_some(())?;
        Some(match a {
            1 => Self::Started(b.cast_unsigned()),
            2 => Self::Locked(Errno(b)),
            3 => Self::Refused(Errno(b)),
            4 => Self::Exited(b),
            5 => Self::Killed(b),
            _ => return None,
        })
    }
}

/// The next message; nothing once the keeper has ended.
pub(in crate::os) async fn hear(from: &OwnedReadHalf) -> Option<Message> {
    let mut bytes = [0; SIZE];
    let mut have = 0;
    while have < SIZE {
        from.readable().await.ok()?;
        match from.try_read(&mut bytes[have..]) {
            Ok(0) => return None,
            Ok(n) => have += n,
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return None,
        }
    }
    Message::read(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_as_it_was_sent() {
        for message in [
            Message::Started(u32::MAX),
            Message::Locked(Errno::EACCES),
            Message::Refused(Errno(2)),
            Message::Exited(-1),
            Message::Killed(9),
        ] {
            assert_eq!(Message::read(message.bytes()), Some(message));
        }
        assert_eq!(Message::read([0; SIZE]), None);
        assert_eq!(Message::read([255; SIZE]), None);
    }
}
