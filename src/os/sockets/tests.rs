//! Each call on real sockets of loopback, told as stories.

use super::{
    Performed, abort_quietly, perform,
    thread::{Doing, ThreadHandle, install_interrupt_handler},
};
use crate::{
    model::{
        call::{Call, Family, How, MsgFlags},
        errno::Errno,
        ids::Fd,
        option::{OptionValue, SockOpt},
        payload::Payload,
    },
    os::clock::Clock,
};
use core::net::SocketAddr;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

const NO_FLAGS: MsgFlags = MsgFlags {
    peek: false,
    waitall: false,
    dontwait: false,
    nosignal: false,
};
const DONTWAIT: MsgFlags = MsgFlags {
    dontwait: true,
    ..NO_FLAGS
};

fn make(call: &Call) -> Performed {
    let done = perform(call, &[], Clock::start());
    assert!(done.started <= done.ended);
    assert_eq!(done.syscall, call.syscall());
    assert_eq!(done.ret < 0, done.errno.is_some());
    done
}

fn good(call: &Call) -> Performed {
    let done = make(call);
    assert_eq!(done.errno, None, "{call}");
    done
}

fn failed(call: &Call) -> Errno {
    let done = make(call);
    assert_eq!(done.ret, -1, "{call}");
    done.errno.expect("it failed")
}

fn send(fd: Fd, bytes: &[u8]) -> Performed {
    let call = Call::Send {
        fd,
        len: bytes.len() as u64,
        flags: MsgFlags {
            nosignal: true,
            ..NO_FLAGS
        },
        data: Payload::capped(bytes, 2),
    };
    perform(&call, bytes, Clock::start())
}

fn recv(fd: Fd, len: u64, flags: MsgFlags) -> Performed {
    make(&Call::Recv { fd, len, flags })
}

fn fd_of(done: &Performed) -> Fd {
    Fd(i32::try_from(done.ret).unwrap())
}

/// Descriptors that are closed when the story ends.
struct Ends {
    listener: Fd,
    server: Fd,
    client: Fd,
    at: SocketAddr,
}

impl Drop for Ends {
    fn drop(&mut self) {
        for fd in [self.listener, self.server, self.client] {
            abort_quietly(fd);
        }
    }
}

fn listening(addr: &str) -> (Fd, SocketAddr) {
    let addr: SocketAddr = addr.parse().unwrap();
    let fd = fd_of(&good(&Call::Socket {
        domain: Family::of(&addr),
    }));
    good(&Call::Bind { fd, addr });
    good(&Call::Listen { fd, backlog: 5 });
    let at = good(&Call::GetSockName { fd }).addr.unwrap();
    (fd, at)
}

fn connected(addr: &str) -> Ends {
    let (listener, at) = listening(addr);
    let client = fd_of(&good(&Call::Socket {
        domain: Family::of(&at),
    }));
    good(&Call::Connect {
        fd: client,
        addr: at,
    });
    let accepted = good(&Call::Accept { fd: listener });
    let name = good(&Call::GetSockName { fd: client }).addr;
    assert_eq!(accepted.addr, name, "accept tells the client's address");
    Ends {
        listener,
        server: fd_of(&accepted),
        client,
        at,
    }
}

#[test]
fn a_conversation_from_socket_to_close() {
    for addr in ["127.0.0.1:0", "[::1]:0"] {
        let ends = connected(addr);
        let (server, client) = (ends.server, ends.client);
        let peer = good(&Call::GetPeerName { fd: client });
        assert_eq!(peer.addr, Some(ends.at));

        assert_eq!(send(client, b"hello").ret, 5, "all, not the kept beginning");
        let peek = MsgFlags {
            peek: true,
            ..NO_FLAGS
        };
        assert_eq!(recv(server, 4, peek).data.unwrap(), "hell");
        assert_eq!(recv(server, 3, NO_FLAGS).data.unwrap(), "hel");
        let rest = make(&Call::RecvFrom {
            fd: server,
            len: 1 << 30,
            flags: NO_FLAGS,
        });
        assert_eq!((rest.ret, rest.addr), (2, None), "a stream tells no sender");
        assert_eq!(rest.data.unwrap(), "lo");
        assert_eq!(recv(server, 4, DONTWAIT).errno, Some(Errno::EAGAIN));
        good(&Call::Shutdown {
            fd: client,
            how: How::Write,
        });
        let end = recv(server, 4, NO_FLAGS);
        assert_eq!((end.ret, end.data.unwrap().len()), (0, 0));
        assert_eq!(send(client, b"x").errno, Some(Errno::EPIPE));
    }
}

#[test]
fn what_cannot_be_is_the_kernels_own_answer() {
    let nothing = Fd(-1);
    let at: SocketAddr = "127.0.0.1:9".parse().unwrap();
    for call in [
        Call::Bind {
            fd: nothing,
            addr: at,
        },
        Call::Listen {
            fd: nothing,
            backlog: 1,
        },
        Call::Accept { fd: nothing },
        Call::Connect {
            fd: nothing,
            addr: at,
        },
        Call::Recv {
            fd: nothing,
            len: 1,
            flags: NO_FLAGS,
        },
        Call::RecvFrom {
            fd: nothing,
            len: 1,
            flags: NO_FLAGS,
        },
        Call::Shutdown {
            fd: nothing,
            how: How::Both,
        },
        Call::Close { fd: nothing },
        Call::GetSockOpt {
            fd: nothing,
            option: SockOpt::LINGER,
        },
        Call::SetSockOpt {
            fd: nothing,
            option: SockOpt::REUSEADDR,
            value: OptionValue::Number(1),
        },
        Call::GetSockName { fd: nothing },
        Call::GetPeerName { fd: nothing },
        Call::Ioctl {
            fd: nothing,
            nonblocking: true,
        },
    ] {
        assert_eq!(failed(&call), Errno::EBADF, "{call}");
    }
    assert_eq!(send(nothing, b"x").errno, Some(Errno::EBADF));

    let socket = good(&Call::Socket {
        domain: Family::INET,
    });
    let fd = fd_of(&socket);
    assert_eq!(failed(&Call::Accept { fd }), Errno::EINVAL);
    assert_eq!(failed(&Call::GetPeerName { fd }), Errno::ENOTCONN);
    assert_eq!(recv(fd, 1, NO_FLAGS).errno, Some(Errno::ENOTCONN));
    assert_eq!(send(fd, b"x").errno, Some(Errno::EPIPE));
    let too_much = recv(fd, u64::MAX, NO_FLAGS);
    assert_eq!(too_much.errno, Some(Errno(libc::ENOMEM)));

    let (listener, at) = listening("127.0.0.1:0");
    assert_eq!(failed(&Call::Bind { fd, addr: at }), Errno::EADDRINUSE);
    abort_quietly(listener);
    assert_eq!(failed(&Call::Connect { fd, addr: at }), Errno::ECONNREFUSED);
    let v6 = "[::1]:0".parse().unwrap();
    assert_ne!(make(&Call::Bind { fd, addr: v6 }).errno, None);
    good(&Call::Close { fd });
    assert_eq!(
        failed(&Call::Listen {
            fd: Fd(-1),
            backlog: 0
        }),
        Errno::EBADF
    );
}

#[test]
fn options_are_read_back_as_they_were_set() {
    let fd = fd_of(&good(&Call::Socket {
        domain: Family::INET6,
    }));
    let number = OptionValue::Number;
    for (name, value) in [
        ("SO_REUSEADDR", number(1)),
        ("TCP_NODELAY", number(1)),
        ("IPV6_V6ONLY", number(1)),
        ("TCP_KEEPIDLE", number(30)),
        (
            "SO_LINGER",
            OptionValue::Linger {
                linger: true,
                seconds: 3,
            },
        ),
        ("SO_RCVTIMEO", OptionValue::Time { milliseconds: 1240 }),
        ("TCP_CONGESTION", OptionValue::Text("reno".to_owned())),
    ] {
        let option: SockOpt = name.parse().unwrap();
        good(&Call::SetSockOpt {
            fd,
            option,
            value: value.clone(),
        });
        let told = good(&Call::GetSockOpt { fd, option });
        assert_eq!(told.value, Some(value), "{name}");
    }
    for option in SockOpt::all() {
        let told = make(&Call::GetSockOpt { fd, option });
        assert_eq!(told.errno.is_none(), told.value.is_some(), "{option}");
    }
    let unknown = Call::SetSockOpt {
        fd,
        option: "TCP_CONGESTION".parse().unwrap(),
        value: OptionValue::Text("no such thing".to_owned()),
    };
    assert_eq!(failed(&unknown), Errno(libc::ENOENT));
    abort_quietly(fd);
}

#[test]
fn poll_says_what_is_ready_and_a_nonblocking_socket_does_not_wait() {
    let ends = connected("127.0.0.1:0");
    let poll = |fd, timeout_ms| {
        good(&Call::Poll {
            fd,
            read: true,
            write: true,
            timeout_ms,
        })
    };
    let idle = poll(ends.server, -1);
    assert_eq!(
        (idle.ret, idle.revents.unwrap().names()),
        (1, "POLLOUT".to_owned())
    );
    send(ends.client, b"x");
    let readable = poll(ends.server, 1000).revents.unwrap();
    assert_eq!(readable.names(), "POLLIN|POLLOUT");
    let none = good(&Call::Poll {
        fd: ends.listener,
        read: true,
        write: false,
        timeout_ms: 1,
    });
    assert_eq!(
        (none.ret, none.revents.unwrap().names()),
        (0, "0".to_owned())
    );

    good(&Call::Ioctl {
        fd: ends.listener,
        nonblocking: true,
    });
    assert_eq!(failed(&Call::Accept { fd: ends.listener }), Errno::EAGAIN);
}

/// Waits until the thread does this; gives up only after very long.
fn until(thread: ThreadHandle, what: impl Fn(Doing) -> bool) {
    for _ in 0..10_000 {
        if what(thread.doing()) {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
    panic!("it never came to this; it is {:?}", thread.doing());
}

#[test]
fn a_waiting_accept_is_seen_asleep_and_can_be_interrupted() {
    install_interrupt_handler();
    install_interrupt_handler();
    let (listener, _) = listening("127.0.0.1:0");
    let waits: [(Call, &str); 3] = [
        (Call::Accept { fd: listener }, "accept4"),
        (
            Call::Poll {
                fd: listener,
                read: true,
                write: false,
                timeout_ms: -1,
            },
            "ppoll",
        ),
        (Call::Accept { fd: listener }, "accept4"),
    ];
    for (call, name) in waits {
        let (tell, told) = mpsc::channel();
        let actor = thread::spawn(move || {
            tell.send(ThreadHandle::current()).unwrap();
            make(&call)
        });
        let handle = told.recv().unwrap();
        until(handle, |doing| doing.asleep_in(name));
        assert!(!handle.doing().asleep_in("recvfrom"));
        handle.interrupt().unwrap();
        let done = actor.join().unwrap();
        assert_eq!((done.ret, done.errno), (-1, Some(Errno::EINTR)));
        until(handle, |doing| doing == Doing::Gone);
        assert!(handle.interrupt().is_err(), "there is nobody any more");
    }
    abort_quietly(listener);
}

#[test]
fn a_thread_that_computes_is_seen_running() {
    let stop = Arc::new(AtomicBool::new(false));
    let (tell, told) = mpsc::channel();
    let seen = stop.clone();
    let busy = thread::spawn(move || {
        tell.send(ThreadHandle::current()).unwrap();
        while !seen.load(Ordering::Relaxed) {
            std::hint::spin_loop();
        }
    });
    until(told.recv().unwrap(), |doing| doing == Doing::Running);
    stop.store(true, Ordering::Relaxed);
    busy.join().unwrap();
}
