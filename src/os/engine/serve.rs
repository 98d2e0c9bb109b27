//! A server that answers by itself, for any number of clients: tasks on the engine, on sockets that do not block.
//!
//! Its calls are told like anybody's, up to a bound; beyond it they are counted and told together.

use super::{
    super::{clock::Clock, sockets},
    bell,
    worker::Returned,
    world::{Told, next_call},
};
use crate::model::{
    call::{Call, MsgFlags},
    command::ServeMode,
    errno::Errno,
    ids::{Fd, Nanos},
    payload::{KEPT_PER_CALL, Payload},
};
use bytes::Bytes;
use std::{
    cell::Cell,
    io,
    os::fd::{AsRawFd, RawFd},
    rc::Rc,
    time::Duration,
};
use tokio::{
    io::{Interest, unix::AsyncFd},
    sync::mpsc::UnboundedSender,
    task::{AbortHandle, JoinSet, spawn_local},
};

/// So many calls are told one by one in each [`WINDOW`], over all clients; the rest is counted.
const TOLD: u32 = 200;
const WINDOW: Nanos = Nanos::from_millis(100);
/// What one recv asks for.
const ASKED: u64 = 64 * 1024;

/// The running server. Dropping it stops its tasks; the descriptors stay open.
pub(super) struct Serving(AbortHandle);

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Serving {
    pub(super) fn start(mode: ServeMode, listener: Fd, hands: Hands) -> Self {
        let task = spawn_local(async move {
            // What is left of a listener that went bad tells itself in its calls.
            let _ = accept(mode, listener, &hands).await;
        });
        Self(task.abort_handle())
    }
}

/// A descriptor that belongs to somebody else.
#[derive(Debug)]
struct Borrowed(Fd);

impl AsRawFd for Borrowed {
    fn as_raw_fd(&self) -> RawFd {
        self.0.0
    }
}

/// What a serving task needs to make calls and to tell of them.
#[derive(Clone, Debug)]
pub(super) struct Hands {
    pub(super) clock: Clock,
    pub(super) told: UnboundedSender<Told>,
    pub(super) calls: Rc<Cell<u64>>,
    /// The window's beginning, and how many calls were told in it.
    pub(super) window: Rc<Cell<(Nanos, u32)>>,
}

/// Calls that were counted and not told.
#[derive(Debug, Default)]
struct Counted {
    calls: u64,
    read: u64,
    written: u64,
}

impl Hands {
    /// Makes a call; tells it, unless it found nothing to do.
    fn make(&self, call: Call, data: &[u8], counted: &mut Counted) -> sockets::Performed {
        let performed = sockets::perform(&call, data, self.clock);
        if performed.errno == Some(Errno::EAGAIN) {
            return performed;
        }
        let moves = matches!(call, Call::Recv { .. } | Call::Send { .. }) && performed.ret > 0;
        if moves && !self.may_tell() {
            let n = performed.ret.unsigned_abs();
            counted.calls += 1;
            *(if matches!(call, Call::Recv { .. }) {
                &mut counted.read
            } else {
                &mut counted.written
            }) += n;
            return performed;
        }
        if let Some(fd) = call.fd() {
            self.flush(fd, counted);
        }
        let id = next_call(&self.calls);
        let _ = self.told.send(Told::Returned(Box::new(Returned {
            id,
            call,
            performed: performed.clone(),
        })));
        performed
    }

    fn may_tell(&self) -> bool {
        let now = self.clock.now();
        let (since, n) = self.window.get();
        let (since, n) = if now.since(since) >= WINDOW {
            (now, 0)
        } else {
            (since, n)
        };
        self.window.set((since, n.saturating_add(1)));
        n < TOLD
    }

    fn flush(&self, fd: Fd, counted: &mut Counted) {
        let Counted {
            calls,
            read,
            written,
        } = core::mem::take(counted);
        if calls > 0 {
            let _ = self.told.send(Told::Elided {
                fd,
                calls,
                read,
                written,
            });
        }
    }
}

async fn accept(mode: ServeMode, listener: Fd, hands: &Hands) -> io::Result<()> {
    let mut counted = Counted::default();
    hands.make(
        Call::Ioctl {
            fd: listener,
            nonblocking: true,
        },
        &[],
        &mut counted,
    );
    let ready = bell::ready(Borrowed(listener), Interest::READABLE)?;
    // Dropped with this task, and the connections' tasks with it.
    let mut connections = JoinSet::new();
    loop {
        let accepted = hands.make(Call::Accept { fd: listener }, &[], &mut counted);
        match accepted.errno {
            None => {
                let fd = Fd(accepted.ret as i32);
                let hands = hands.clone();
                connections.spawn_local(async move {
                    let _ = converse(mode, fd, &hands).await;
                });
                while connections.try_join_next().is_some() {}
            }
            Some(Errno::EAGAIN) => ready.readable().await?.clear_ready(),
            Some(Errno::EINTR | Errno::ECONNABORTED) => {}
            // Out of descriptors or memory: callers wait in the queue meanwhile.
            Some(_) => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
}

/// One conversation, from its first byte to its end.
async fn converse(mode: ServeMode, fd: Fd, hands: &Hands) -> io::Result<()> {
    let mut counted = Counted::default();
    hands.make(
        Call::Ioctl {
            fd,
            nonblocking: true,
        },
        &[],
        &mut counted,
    );
    let ready = bell::ready(Borrowed(fd), Interest::READABLE | Interest::WRITABLE)?;
    let mut heard: u64 = 0;
    let mut turn: u32 = 0;
    let mut request = Vec::new();
    if mode == ServeMode::Silent {
        return core::future::pending().await;
    }
    loop {
        let len = if let ServeMode::Slow(rate) = mode {
            rate.clamp(1, ASKED)
        } else {
            ASKED
        };
        let received = hands.make(
            Call::Recv {
                fd,
                len,
                flags: MsgFlags::default(),
            },
            &[],
            &mut counted,
        );
        let data = match (received.errno, received.data) {
            (Some(Errno::EAGAIN), _) => {
                hands.flush(fd, &mut counted);
                ready.readable().await?.clear_ready();
                continue;
            }
            (Some(Errno::EINTR), _) => continue,
            (None, Some(data)) if !data.is_empty() => data,
            _ => break,
        };
        heard += data.len() as u64;
        let answer = match mode {
            ServeMode::Ack => Bytes::from(format!("I have received {heard} bytes\r\n")),
            ServeMode::Echo => data,
            ServeMode::Http => {
                request.extend_from_slice(&data);
                if request.len() > 64 * 1024 {
                    break;
                }
                if !request.windows(4).any(|w| w == b"\r\n\r\n") {
                    continue;
                }
                page(heard)
            }
            ServeMode::Slow(rate) => {
                let pause = Duration::from_secs_f64(data.len() as f64 / rate.max(1) as f64);
                tokio::time::sleep(pause).await;
                continue;
            }
            ServeMode::Discard | ServeMode::Silent => {
                // The other clients and the looking want their turn; but not after every single call.
                turn += 1;
                if turn.is_multiple_of(16) {
                    tokio::task::yield_now().await;
                }
                continue;
            }
        };
        if !send(fd, answer, hands, &ready, &mut counted).await? || mode == ServeMode::Http {
            break;
        }
    }
    hands.flush(fd, &mut counted);
    drop(ready);
    hands.make(Call::Close { fd }, &[], &mut counted);
    Ok(())
}

/// Sends all of it, as often as the kernel takes a part. Whether the connection is still good.
async fn send(
    fd: Fd,
    mut rest: Bytes,
    hands: &Hands,
    ready: &AsyncFd<Borrowed>,
    counted: &mut Counted,
) -> io::Result<bool> {
    while !rest.is_empty() {
        let flags = MsgFlags {
            nosignal: true,
            ..MsgFlags::default()
        };
        let data = Payload::capped(&rest, KEPT_PER_CALL);
        let sent = hands.make(
            Call::Send {
                fd,
                len: rest.len() as u64,
                flags,
                data,
            },
            &rest,
            counted,
        );
        match sent.errno {
            None => drop(rest.split_to(usize::try_from(sent.ret).unwrap_or(0).min(rest.len()))),
            Some(Errno::EAGAIN) => {
                hands.flush(fd, counted);
                ready.writable().await?.clear_ready();
            }
            Some(Errno::EINTR) => {}
            Some(_) => return Ok(false),
        }
    }
    Ok(true)
}

/// What a browser gets.
fn page(heard: u64) -> Bytes {
    let body = format!(
        "<!doctype html><meta charset=utf-8><title>fourline</title>\n<h1>I have received it</h1>\n\
         <p>Your browser connected, sent {heard} bytes, and reads this answer. Then the server disconnects.</p>\n"
    );
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close";
    Bytes::from(format!(
        "{head}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ))
}
