//! Which calls a command becomes. Only `listen ADDRESS` and `connect` make what they need first, each as a call of its
//! own; everything else is the one call that it names.

use crate::model::{
    call::{Call, Family, MsgFlags},
    command::{Address, Command, Data},
    ids::{Fd, Nanos},
    option::{OptionValue, SockOpt},
    payload::{KEPT_PER_CALL, Payload},
};
use bytes::Bytes;
use core::net::SocketAddr;
use std::{
    fs::OpenOptions,
    io::{self, Read},
    os::unix::fs::OpenOptionsExt,
};

/// How many connections may wait to be accepted when nobody says it.
const BACKLOG: i32 = 5;

/// A call that is to be made on the statement's socket, whose descriptor is filled in when its turn comes.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) call: Call,
    pub(super) data: Bytes,
}

/// What a command finds when its turn comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ground {
    /// The address that a bare port means.
    pub(super) server: SocketAddr,
    /// Where the server listens, if it does.
    pub(super) listening: Option<SocketAddr>,
    /// Whether there is an open socket that the command will work on.
    pub(super) has_socket: bool,
}

impl Ground {
    fn resolve(&self, address: Address) -> SocketAddr {
        SocketAddr::new(address.ip.unwrap_or(self.server.ip()), address.port)
    }
}

/// The calls of a command, in order. The error says in words what cannot be tried.
pub(super) fn plan(command: &Command, ground: Ground) -> Result<Vec<Planned>, String> {
    const NONE: Fd = Fd(-1);
    let one = |call| {
        Ok(vec![Planned {
            call,
            data: Bytes::new(),
        }])
    };
    match command {
        Command::Socket(domain) => one(Call::Socket { domain: *domain }),
        Command::Bind(at) => one(Call::Bind {
            fd: NONE,
            addr: ground.resolve(*at),
        }),
        Command::Listen { at: None, backlog } => one(Call::Listen {
            fd: NONE,
            backlog: backlog.unwrap_or(BACKLOG),
        }),
        Command::Listen {
            at: Some(at),
            backlog,
        } => {
            let addr = ground.resolve(*at);
            let mut calls = Vec::new();
            if !ground.has_socket {
                calls.push(Call::Socket {
                    domain: Family::of(&addr),
                });
            }
            let (option, value) = (SockOpt::REUSEADDR, OptionValue::Number(1));
            calls.push(Call::SetSockOpt {
                fd: NONE,
                option,
                value,
            });
            calls.push(Call::Bind { fd: NONE, addr });
            calls.push(Call::Listen {
                fd: NONE,
                backlog: backlog.unwrap_or(BACKLOG),
            });
            Ok(calls
                .into_iter()
                .map(|call| Planned {
                    call,
                    data: Bytes::new(),
                })
                .collect())
        }
        Command::Accept => one(Call::Accept { fd: NONE }),
        Command::Connect(at) => {
            let addr = at.map_or_else(
                || ground.listening.unwrap_or(ground.server),
                |at| ground.resolve(at),
            );
            let mut calls = Vec::new();
            if !ground.has_socket {
                calls.push(Call::Socket {
                    domain: Family::of(&addr),
                });
            }
            calls.push(Call::Connect { fd: NONE, addr });
            Ok(calls
                .into_iter()
                .map(|call| Planned {
                    call,
                    data: Bytes::new(),
                })
                .collect())
        }
        Command::Send(data, flags) => {
            let data = load(data)?;
            let flags = MsgFlags {
                nosignal: true,
                ..*flags
            };
            let shown = Payload::capped(&data, KEPT_PER_CALL);
            let call = Call::Send {
                fd: NONE,
                len: data.len() as u64,
                flags,
                data: shown,
            };
            Ok(vec![Planned { call, data }])
        }
        Command::SendTo(address, data) => {
            let data = load(data)?;
            let flags = MsgFlags {
                nosignal: true,
                ..MsgFlags::default()
            };
            let shown = Payload::capped(&data, KEPT_PER_CALL);
            let addr = ground.resolve(*address);
            let call = Call::SendTo {
                fd: NONE,
                len: data.len() as u64,
                flags,
                data: shown,
                addr,
            };
            Ok(vec![Planned { call, data }])
        }
        Command::Recv(len, flags) => one(Call::Recv {
            fd: NONE,
            len: *len,
            flags: *flags,
        }),
        Command::RecvFrom(len, flags) => one(Call::RecvFrom {
            fd: NONE,
            len: *len,
            flags: *flags,
        }),
        Command::Shutdown(how) => one(Call::Shutdown {
            fd: NONE,
            how: *how,
        }),
        Command::Close => one(Call::Close { fd: NONE }),
        Command::Abort => {
            let value = OptionValue::Linger {
                linger: true,
                seconds: 0,
            };
            let calls = [
                Call::SetSockOpt {
                    fd: NONE,
                    option: SockOpt::LINGER,
                    value,
                },
                Call::Close { fd: NONE },
            ];
            Ok(calls
                .into_iter()
                .map(|call| Planned {
                    call,
                    data: Bytes::new(),
                })
                .collect())
        }
        Command::SetSockOpt(option, value) => one(Call::SetSockOpt {
            fd: NONE,
            option: *option,
            value: value.clone(),
        }),
        Command::GetSockOpt(option) => one(Call::GetSockOpt {
            fd: NONE,
            option: *option,
        }),
        Command::GetSockName => one(Call::GetSockName { fd: NONE }),
        Command::GetPeerName => one(Call::GetPeerName { fd: NONE }),
        Command::Poll {
            read,
            write,
            timeout,
        } => {
            let timeout_ms = timeout.map_or(-1, |Nanos(ns)| {
                i32::try_from(ns.div_ceil(1_000_000)).unwrap_or(i32::MAX)
            });
            one(Call::Poll {
                fd: NONE,
                read: *read,
                write: *write,
                timeout_ms,
            })
        }
        Command::Nonblocking(on) => one(Call::Ioctl {
            fd: NONE,
            nonblocking: *on,
        }),
        Command::Concurrent(_) | Command::Serve(_) | Command::Cancel => Ok(Vec::new()),
    }
}

/// The bytes that are meant.
fn load(data: &Data) -> Result<Bytes, String> {
    match data {
        Data::Literal(bytes) => Ok(bytes.clone()),
        Data::Alphabet(n) => {
            let most = usize::try_from((*n).min(Data::MOST)).unwrap_or(usize::MAX);
            let mut bytes = b"abcdefghijklmnopqrstuvwxyz".repeat(most.div_ceil(26));
            bytes.truncate(most);
            Ok(bytes.into())
        }
        Data::File(path) => {
            let mut bytes = Vec::new();
            // A pipe or a device would keep the engine waiting; only a file has an end.
            let flags = libc::O_NONBLOCK | libc::O_CLOEXEC;
            let opened = OpenOptions::new().read(true).custom_flags(flags).open(path);
            let read = opened.and_then(|file| {
                if !file.metadata()?.is_file() {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidInput,
                        "it is no plain file",
                    ));
                }
                file.take(Data::MOST + 1).read_to_end(&mut bytes)
            });
            match read {
                Err(e) => Err(format!(
                    "The file {path:?} cannot be read: {e}. Nothing was sent."
                )),
                Ok(_) if bytes.len() as u64 > Data::MOST => Err(format!(
                    "The file {path:?} is larger than {} bytes, the most that one send may take.",
                    Data::MOST
                )),
                Ok(_) => Ok(bytes.into()),
            }
        }
    }
}

/// Puts the descriptor into a call that was planned before it was known.
pub(super) fn on(mut call: Call, descriptor: Fd) -> Call {
    match &mut call {
        Call::Socket { .. } => {}
        Call::Bind { fd, .. }
        | Call::Listen { fd, .. }
        | Call::Accept { fd }
        | Call::Connect { fd, .. }
        | Call::Send { fd, .. }
        | Call::SendTo { fd, .. }
        | Call::Recv { fd, .. }
        | Call::RecvFrom { fd, .. }
        | Call::Shutdown { fd, .. }
        | Call::Close { fd }
        | Call::SetSockOpt { fd, .. }
        | Call::GetSockOpt { fd, .. }
        | Call::GetSockName { fd }
        | Call::GetPeerName { fd }
        | Call::Poll { fd, .. }
        | Call::Ioctl { fd, .. } => *fd = descriptor,
    }
    call
}
