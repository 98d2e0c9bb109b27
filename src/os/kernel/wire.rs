//! The bytes of `sock_diag(7)`: a question about TCP sockets, and the rows of the answer. Offsets are those of
//! `struct nlmsghdr`, `inet_diag_req_v2` and `inet_diag_msg` in the kernel's `linux/netlink.h` and `linux/inet_diag.h`.
//!
//! ```text
//!   0  length u32    4  type u16   6  flags u16   8  sequence u32   12  port u32     (nlmsghdr)
//!  16  question: family u8, protocol u8, extensions u8, 0, states u32, socket id     24  socket id
//!  16  answer: family, state, timer, retransmits u8, socket id                       20  socket id
//!      then 68 expires u32, 72 Recv-Q u32, 76 Send-Q u32, 80 uid u32, 84 inode u32, 88 attributes
//!      socket id: ports 2 x u16, addresses 2 x 16 bytes, interface u32, cookie 2 x u32 (48 bytes)
//! ```

use super::{info::Info, row::Row};
use crate::model::{call::Family, congestion::Algorithm, event::Timer, ids::Nanos, tcp::TcpState};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

/// `SOCK_DIAG_BY_FAMILY`.
const BY_FAMILY: u16 = 20;
/// `SOCK_DESTROY`.
const DESTROY: u16 = 21;
/// Every state that `ss -a` lists: 1 to 11, and 12 for requests whose handshake is not finished.
const STATES: u32 = 0x1ffe;
/// `INET_DIAG_INFO`, the attribute with `tcp_info`.
const INFO: u16 = 2;
/// `INET_DIAG_CONG`, the attribute with the congestion control's name.
const CONGESTION: u16 = 4;
/// Length of the header before every message.
const HEADER: usize = 16;
/// Where the attributes of an answer begin.
const ATTRIBUTES: usize = 88;

/// Which sockets are asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Question {
    /// The one with these addresses and this number.
    Exact {
        /// Its own address.
        local: SocketAddr,
        /// The peer's.
        peer: SocketAddr,
        /// Its number.
        cookie: u64,
    },
    /// That this one is to end at once (`SOCK_DESTROY`); the answer is an error number, 0 when it is done.
    Destroy {
        /// Its own address.
        local: SocketAddr,
        /// The peer's.
        peer: SocketAddr,
        /// Its number.
        cookie: u64,
    },
    /// All of a family that use this port at their end.
    Port(Family, u16),
}

impl Question {
    /// The bytes to send.
    pub(super) fn to_bytes(self, sequence: u32) -> Vec<u8> {
        let (family, flags) = match self {
            Self::Exact { local, .. } => (Family::of(&local), libc::NLM_F_REQUEST),
            Self::Destroy { local, .. } => {
                (Family::of(&local), libc::NLM_F_REQUEST | libc::NLM_F_ACK)
            }
            Self::Port(family, _) => (family, libc::NLM_F_REQUEST | libc::NLM_F_DUMP),
        };
        let mut bytes = Vec::with_capacity(72);
        bytes.extend(72_u32.to_ne_bytes());
        let kind = match self {
            Self::Destroy { .. } => DESTROY,
            _ => BY_FAMILY,
        };
        bytes.extend(kind.to_ne_bytes());
        bytes.extend((flags as u16).to_ne_bytes());
        bytes.extend(sequence.to_ne_bytes());
        bytes.extend([0; 4]);
        let family = match family {
            Family::INET => libc::AF_INET,
            Family::INET6 => libc::AF_INET6,
        };
        let extensions = 1 << (INFO - 1) | 1 << (CONGESTION - 1);
        bytes.extend([family as u8, libc::IPPROTO_TCP as u8, extensions, 0]);
        bytes.extend(STATES.to_ne_bytes());
        match self {
            Self::Exact {
                local,
                peer,
                cookie,
            }
            | Self::Destroy {
                local,
                peer,
                cookie,
            } => {
                bytes.extend(local.port().to_be_bytes());
                bytes.extend(peer.port().to_be_bytes());
                bytes.extend(address_bytes(local.ip()));
                bytes.extend(address_bytes(peer.ip()));
                bytes.extend(scope(&local).to_ne_bytes());
                bytes.extend((cookie as u32).to_ne_bytes());
                bytes.extend(((cookie >> 32) as u32).to_ne_bytes());
            }
            Self::Port(_, port) => {
                bytes.extend(port.to_be_bytes());
                bytes.extend([0; 2 + 16 + 16 + 4]);
                bytes.extend([0xff; 8]);
            }
        }
        bytes
    }
}

/// The interface that a link-local address lives on.
fn scope(addr: &SocketAddr) -> u32 {
    match addr {
        SocketAddr::V6(v6) => v6.scope_id(),
        SocketAddr::V4(_) => 0,
    }
}

fn address_bytes(ip: IpAddr) -> [u8; 16] {
    match ip {
        IpAddr::V4(v4) => {
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&v4.octets());
            bytes
        }
        IpAddr::V6(v6) => v6.octets(),
    }
}

/// One message of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// A socket.
    Row(Box<Row>),
    /// That was all.
    Done,
    /// The kernel refuses, with this error number.
    Error(i32),
    /// Something that does not concern us.
    Other,
}

/// Reads the message at the beginning of `bytes`: its sequence number, what it is, and what follows it. `None` at the
/// end, or when the rest is no message.
pub(super) fn next(bytes: &[u8]) -> Option<(u32, Message, &[u8])> {
    let len = u32_at(bytes, 0)? as usize;
    let kind = u16_at(bytes, 4)?;
    let sequence = u32_at(bytes, 8)?;
    let message = bytes.get(..len).filter(|m| m.len() >= HEADER)?;
    let rest = bytes.get(len.next_multiple_of(4)..).unwrap_or_default();
    let message = match i32::from(kind) {
        libc::NLMSG_DONE => Message::Done,
        libc::NLMSG_ERROR => Message::Error(u32_at(message, HEADER)?.cast_signed().wrapping_neg()),
        kind if kind == i32::from(BY_FAMILY) => {
            row(message).map_or(Message::Other, |row| Message::Row(Box::new(row)))
        }
        _ => Message::Other,
    };
    Some((sequence, message, rest))
}

fn row(m: &[u8]) -> Option<Row> {
    let family = match i32::from(*m.get(16)?) {
        libc::AF_INET => Family::INET,
        libc::AF_INET6 => Family::INET6,
        _ => return None,
    };
    let (state, timer, retransmits) = (*m.get(17)?, *m.get(18)?, *m.get(19)?);
    let interface = u32_at(m, 56)?;
    let left = Nanos::from_millis(u64::from(u32_at(m, 68)?));
    let timer = match timer {
        1 => Some(Timer::Retransmit),
        2 => Some(Timer::KeepAlive),
        3 => Some(Timer::TimeWait),
        4 => Some(Timer::Probe),
        _ => None,
    };
    let address = |port: usize, ip: usize| {
        let port = u16::from_be_bytes(m.get(port..port + 2)?.try_into().ok()?);
        let sixteen: [u8; 16] = m.get(ip..ip + 16)?.try_into().ok()?;
        Some(match family {
            Family::INET => {
                let four: [u8; 4] = *sixteen.first_chunk()?;
                SocketAddr::new(Ipv4Addr::from(four).into(), port)
            }
            Family::INET6 => {
                let ip = Ipv6Addr::from(sixteen);
                let scope = if ip.is_unicast_link_local() {
                    interface
                } else {
                    0
                };
                SocketAddrV6::new(ip, port, 0, scope).into()
            }
        })
    };
    Some(Row {
        family,
        state: tcp_state(state)?,
        local: address(20, 24)?,
        peer: address(22, 40)?,
        cookie: u64::from(u32_at(m, 60)?) | u64::from(u32_at(m, 64)?) << 32,
        inode: u32_at(m, 84)?,
        uid: u32_at(m, 80)?,
        recv_q: u64::from(u32_at(m, 72)?),
        send_q: u64::from(u32_at(m, 76)?),
        timer: timer.map(|timer| (timer, left)),
        retransmits,
        info: attribute(m.get(ATTRIBUTES..)?, INFO).map(Info::parse),
        congestion: attribute(m.get(ATTRIBUTES..)?, CONGESTION).and_then(name),
        earlier: None,
    })
}

/// The value of the attribute of this type: each is length u16, type u16, value, padded to four.
fn attribute(mut bytes: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let (len, kind) = (usize::from(u16_at(bytes, 0)?), u16_at(bytes, 2)?);
        let value = bytes.get(4..len)?;
        if kind == wanted {
            return Some(value);
        }
        bytes = bytes.get(len.next_multiple_of(4)..)?;
    }
}

/// A name that ends with a zero byte.
fn name(bytes: &[u8]) -> Option<Algorithm> {
    let name = bytes.split(|b| *b == 0).next()?;
    Algorithm::new(core::str::from_utf8(name).ok()?)
}

/// The kernel's numbers of `net/tcp_states.h`.
pub(super) fn tcp_state(number: u8) -> Option<TcpState> {
    Some(match number {
        1 => TcpState::Established,
        2 => TcpState::SynSent,
        3 | 12 => TcpState::SynReceived,
        4 => TcpState::FinWait1,
        5 => TcpState::FinWait2,
        6 => TcpState::TimeWait,
        7 => TcpState::Closed,
        8 => TcpState::CloseWait,
        9 => TcpState::LastAck,
        10 => TcpState::Listen,
        11 => TcpState::Closing,
        _ => return None,
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_question_has_the_length_it_claims() {
        let exact = Question::Exact {
            local: "127.0.0.1:80".parse().unwrap(),
            peer: "[::1]:9".parse().unwrap(),
            cookie: 7,
        };
        for question in [exact, Question::Port(Family::INET6, 80)] {
            assert_eq!(question.to_bytes(1).len(), 72);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_go_round_for_ever(mut bytes: Vec<u8>, kind in 0u16..24, cut in 0usize..300) {
            // Likely enough to be a message to get past the first checks.
            bytes.resize(300, 0);
            bytes[..4].copy_from_slice(&(cut as u32).to_ne_bytes());
            bytes[4..6].copy_from_slice(&kind.to_ne_bytes());
            bytes[16] = 2;
            let mut rest = bytes.as_slice();
            while let Some((_, _, more)) = next(rest) {
                prop_assert!(more.len() < rest.len());
                rest = more;
            }
        }
    }
}
