//! For the tests: a connection on loopback, looked at from outside.

use super::{
    counts::{DataCounts, counts},
    diag::SocketTables,
    identity::{Identity, identity},
    row::Row,
};
use crate::model::ids::Fd;
use socket2::{Domain, Socket, Type};
use std::{
    io::{ErrorKind, Write},
    net::{SocketAddr, TcpStream},
    os::fd::AsRawFd,
    thread,
    time::Duration,
};

/// Waits until it is so; gives up only after very long.
pub(super) fn settled(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..10_000 {
        if so() {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
    panic!("it never came to this: {what}");
}

/// Who the socket is.
pub(super) fn who(socket: &impl AsRawFd) -> Identity {
    identity(Fd(socket.as_raw_fd())).unwrap()
}

/// A listener with `backlog` on this host, on a port that the kernel chose.
pub(super) fn listener(host: &str, backlog: i32) -> Socket {
    let addr = SocketAddr::new(host.parse().unwrap(), 0);
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, None).unwrap();
    if host.starts_with("::ffff:") {
        socket.set_only_v6(false).unwrap();
    }
    socket.bind(&addr.into()).unwrap();
    socket.listen(backlog).unwrap();
    socket
}

/// A server and a client, connected.
pub(super) struct Stage {
    pub(super) tables: SocketTables,
    pub(super) listener: Socket,
    pub(super) server: TcpStream,
    pub(super) client: TcpStream,
    pub(super) server_is: Identity,
    pub(super) client_is: Identity,
}

impl Stage {
    pub(super) fn connected(host: &str) -> Self {
        let listener = listener(host, 0);
        let at = who(&listener).local;
        let client = Socket::new(Domain::for_address(at), Type::STREAM, None).unwrap();
        client.connect(&at.into()).unwrap();
        let (server, _) = listener.accept().unwrap();
        let (server, client) = (TcpStream::from(server), TcpStream::from(client));
        Self {
            tables: SocketTables::open().unwrap(),
            server_is: who(&server),
            client_is: who(&client),
            listener,
            server,
            client,
        }
    }

    pub(super) fn look(&mut self, who: &Identity) -> Option<Row> {
        self.tables.exact(who.local, who.peer, who.cookie).unwrap()
    }

    pub(super) fn server_look(&mut self) -> Option<Row> {
        let who = self.server_is;
        self.look(&who)
    }

    pub(super) fn server_row(&mut self) -> Row {
        self.server_look().expect("the server's end is there")
    }

    pub(super) fn client_row(&mut self) -> Row {
        let who = self.client_is;
        self.look(&who).expect("the client's end is there")
    }

    pub(super) fn server_counts(&mut self) -> Option<DataCounts> {
        counts(&self.server_row(), false, None)
    }

    pub(super) fn client_counts(&mut self) -> Option<DataCounts> {
        counts(&self.client_row(), true, None)
    }

    /// The client writes until nothing moves any more, because the server does not read. Says how much that was.
    pub(super) fn client_fills_the_way(&mut self) -> u64 {
        self.client.set_nonblocking(true).unwrap();
        let (mut written, mut quiet) = (0, 0);
        while quiet < 20 {
            match self.client.write(&[7; 4096]) {
                Ok(n) => (written, quiet) = (written + n as u64, 0),
                Err(e) => {
                    assert_eq!(e.kind(), ErrorKind::WouldBlock);
                    quiet += 1;
                    thread::sleep(Duration::from_millis(5));
                }
            }
        }
        self.client.set_nonblocking(false).unwrap();
        written
    }

    /// A client whose SYN is not answered: the accept queue is full. The listener must have backlog 0.
    pub(super) fn client_that_nobody_answers(&mut self) -> Identity {
        let at = who(&self.listener).local;
        let mut clients = Vec::new();
        loop {
            let client = Socket::new(Domain::for_address(at), Type::STREAM, None).unwrap();
            client.set_nonblocking(true).unwrap();
            let begun = client.connect(&at.into());
            thread::sleep(Duration::from_millis(5));
            if begun.is_err() && client.peer_addr().is_err() {
                let local = who(&client).local;
                let is = Identity {
                    peer: Some(at),
                    local,
                    ..who(&client)
                };
                // They stay open until the test ends.
                clients.push(client);
                std::mem::forget(clients);
                return is;
            }
            clients.push(client);
            assert!(clients.len() < 100, "the accept queue never filled");
        }
    }
}
