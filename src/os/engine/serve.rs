//! A server that answers by itself, for any number of clients: tasks on the engine, on sockets that do not block.
//!
//! Its calls are told like anybody's, up to a bound; beyond it they are counted and told together.

use super::{
    bell,
    hands::{Hands, Teller},
};
use crate::model::{
    call::{Call, MsgFlags},
    command::ServeMode,
    errno::Errno,
    ids::Fd,
    payload::Payload,
};
use bytes::Bytes;
use std::{
    io,
    os::fd::{AsRawFd, RawFd},
    time::Duration,
};
use tokio::{
    io::{Interest, unix::AsyncFd},
    sync::{mpsc, watch},
    task::{AbortHandle, JoinSet, spawn_local, yield_now},
};

/// What one recv asks for.
const ASKED: u64 = 64 * 1024;
/// The longest request that is waited for.
const LONGEST_REQUEST: usize = 64 * 1024;
/// How long to wait for the system when it has no descriptor or no memory for another caller.
const PATIENCE: Duration = Duration::from_millis(200);
/// Reading and saying nothing: so many calls in a row, then the others have their turn.
const IN_A_ROW: u32 = 16;

/// The running server. Dropping it stops its tasks; the descriptors stay open.
pub(super) struct Serving {
    listener: Fd,
    mode: watch::Sender<ServeMode>,
    accepting: AbortHandle,
    /// Ends when the last task has let go of its hands.
    busy: mpsc::Receiver<()>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Serving {
    /// Serves the callers of this listener, and connections that were accepted before.
    pub(super) fn start(
        mode: ServeMode,
        listener: Fd,
        open: Vec<Fd>,
        hands: impl FnOnce(mpsc::Sender<()>) -> Hands,
    ) -> Self {
        let (alive, busy) = mpsc::channel(1);
        let (mode, modes) = watch::channel(mode);
        let hands = hands(alive);
        let task = spawn_local(async move {
            // Dropped with this task, and the connections' tasks with it.
            let mut connections = JoinSet::new();
            for fd in open {
                connections.spawn_local(converse(modes.clone(), Teller::new(fd, hands.clone())));
            }
            // What is left of a listener that went bad tells itself in its calls.
            let _ = accept(&modes, &mut connections, Teller::new(listener, hands)).await;
            while connections.join_next().await.is_some() {}
        });
        Self {
            listener,
            mode,
            accepting: task.abort_handle(),
            busy,
        }
    }

    /// Goes on in another way, with the clients that it has. Not when it is stopped, or serves another listener.
    pub(super) fn change(&self, mode: ServeMode, listener: Fd) -> bool {
        listener == self.listener && self.mode.send(mode).is_ok()
    }

    /// Whether it must stop before it can serve this listener, or nobody.
    pub(super) fn must_stop(&self, listener: Option<Fd>) -> bool {
        listener != Some(self.listener) || self.mode.is_closed()
    }

    /// Stops it. When this returns, everything that its tasks did and counted has been told.
    pub(super) async fn stop(&mut self) {
        self.accepting.abort();
        while self.busy.recv().await.is_some() {}
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

async fn accept(
    modes: &watch::Receiver<ServeMode>,
    connections: &mut JoinSet<io::Result<()>>,
    mut listener: Teller,
) -> io::Result<()> {
    let fd = listener.fd();
    listener.make(
        Call::Ioctl {
            fd,
            nonblocking: true,
        },
        &[],
    );
    let ready = bell::ready(Borrowed(fd), Interest::READABLE)?;
    let mut trouble = None;
    loop {
        let accepted = listener.make_unless(Call::Accept { fd }, &[], trouble.take());
        match accepted.errno {
            None => {
                let caller = listener.of(Fd(accepted.ret as i32));
                connections.spawn_local(converse(modes.clone(), caller));
                while connections.try_join_next().is_some() {}
                yield_now().await;
            }
            Some(Errno::EAGAIN) => ready.readable().await?.clear_ready(),
            Some(Errno::EINTR | Errno::ECONNABORTED) => yield_now().await,
            // It does not listen any more, and never will by waiting.
            Some(Errno::EBADF | Errno::EINVAL | Errno::ENOTSOCK | Errno::EOPNOTSUPP) => {
                return Ok(());
            }
            // Out of descriptors or memory: callers wait in the queue meanwhile. It is told once.
            errno => {
                trouble = errno;
                tokio::time::sleep(PATIENCE).await;
            }
        }
    }
}

/// One conversation, from its first byte to its end.
async fn converse(mut modes: watch::Receiver<ServeMode>, mut teller: Teller) -> io::Result<()> {
    let fd = teller.fd();
    teller.make(
        Call::Ioctl {
            fd,
            nonblocking: true,
        },
        &[],
    );
    let ready = bell::ready(Borrowed(fd), Interest::READABLE | Interest::WRITABLE)?;
    let mut heard: u64 = 0;
    let mut turn: u32 = 0;
    let mut request = Vec::new();
    loop {
        let mode = *modes.borrow_and_update();
        let len = match mode {
            ServeMode::Silent => {
                // Nothing is read until the server is told to serve in another way.
                if modes.changed().await.is_err() {
                    return Ok(());
                }
                continue;
            }
            ServeMode::Slow(rate) => rate.clamp(1, ASKED),
            _ => ASKED,
        };
        let received = teller.make(
            Call::Recv {
                fd,
                len,
                flags: MsgFlags::default(),
            },
            &[],
        );
        let data = match (received.errno, received.data) {
            (Some(Errno::EAGAIN), _) => {
                teller.flush();
                tokio::select! {
                    guard = ready.readable() => guard?.clear_ready(),
                    Ok(()) = modes.changed() => {}
                }
                continue;
            }
            (Some(Errno::EINTR), _) => continue,
            (None, Some(data)) if !data.is_empty() => data,
            _ => break,
        };
        // The other clients, the looking and the orders want their turn; but where nothing is said in answer, not
        // after every single call.
        turn = turn.wrapping_add(1);
        if mode != ServeMode::Discard || turn.is_multiple_of(IN_A_ROW) {
            yield_now().await;
        }
        heard += data.len() as u64;
        let answer = match mode {
            ServeMode::Ack => Bytes::from(format!("I have received {heard} bytes\r\n")),
            ServeMode::Echo => data,
            ServeMode::Http => match take_in(&mut request, &data) {
                Request::Whole => page(heard),
                Request::Begun => continue,
                Request::TooLong => break,
            },
            ServeMode::Slow(rate) => {
                let pause = Duration::from_secs_f64(data.len() as f64 / rate.max(1) as f64);
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    Ok(()) = modes.changed() => {}
                }
                continue;
            }
            ServeMode::Discard | ServeMode::Silent => continue,
        };
        if !send(&mut teller, answer, &ready).await? || mode == ServeMode::Http {
            break;
        }
    }
    drop(ready);
    teller.make(Call::Close { fd }, &[]);
    Ok(())
}

/// Sends all of it, as often as the kernel takes a part. Whether the connection is still good.
async fn send(teller: &mut Teller, mut rest: Bytes, ready: &AsyncFd<Borrowed>) -> io::Result<bool> {
    let fd = teller.fd();
    while !rest.is_empty() {
        let flags = MsgFlags {
            nosignal: true,
            ..MsgFlags::default()
        };
        let sent = teller.make(
            Call::Send {
                fd,
                len: rest.len() as u64,
                flags,
                // Filled in if the call is told.
                data: Payload::default(),
            },
            &rest,
        );
        match sent.errno {
            None => drop(rest.split_to(usize::try_from(sent.ret).unwrap_or(0).min(rest.len()))),
            Some(Errno::EAGAIN) => {
                teller.flush();
                ready.writable().await?.clear_ready();
            }
            Some(Errno::EINTR) => {}
            Some(_) => return Ok(false),
        }
    }
    Ok(true)
}

/// What a browser has asked for so far.
#[derive(Debug, PartialEq, Eq)]
enum Request {
    Begun,
    Whole,
    TooLong,
}

/// Adds to a request what came of it, and looks for the empty line at its end where that can be.
fn take_in(request: &mut Vec<u8>, data: &[u8]) -> Request {
    let from = request.len().saturating_sub(3);
    request.extend_from_slice(data);
    if request.len() > LONGEST_REQUEST {
        Request::TooLong
    } else if request[from..].windows(4).any(|w| w == b"\r\n\r\n") {
        Request::Whole
    } else {
        Request::Begun
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_ends_with_an_empty_line_however_it_is_cut() {
        let text = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        for cut in 0..text.len() {
            let mut request = Vec::new();
            assert_eq!(take_in(&mut request, &text[..cut]), Request::Begun);
            assert_eq!(take_in(&mut request, &text[cut..]), Request::Whole);
        }
        let mut request = Vec::new();
        let (last, first) = text.split_last().unwrap();
        for byte in first {
            assert_eq!(take_in(&mut request, &[*byte]), Request::Begun);
        }
        assert_eq!(take_in(&mut request, &[*last]), Request::Whole);
        assert_eq!(
            take_in(&mut Vec::new(), &vec![b'x'; LONGEST_REQUEST + 1]),
            Request::TooLong
        );
    }
}
