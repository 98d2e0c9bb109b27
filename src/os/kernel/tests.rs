//! The kernel's tables beside real sockets on loopback, told as stories.

use super::{
    diag::SocketTables,
    identity::identity,
    owner::who_listens,
    row::Row,
    stage::{Stage, listener, settled, who},
};
use crate::model::{
    call::Family,
    congestion::CaState,
    event::Timer,
    ids::{Fd, Nanos},
    tcp::TcpState,
};
use socket2::{Domain, Socket, Type};
use std::{net::SocketAddr, os::fd::IntoRawFd, process::Command};

fn connect(to: SocketAddr) -> Socket {
    let client = Socket::new(Domain::for_address(to), Type::STREAM, None).unwrap();
    client.connect(&to.into()).unwrap();
    client
}

#[test]
fn a_listener_shows_its_accept_queue_and_its_backlog() {
    for host in ["127.0.0.1", "0.0.0.0", "::1", "::"] {
        let listener = listener(host, 5);
        let is = who(&listener);
        let mut tables = SocketTables::open().unwrap();
        let mut row = || {
            tables
                .exact(is.local, None, is.cookie)
                .unwrap()
                .expect("it listens")
        };
        let empty = row();
        assert_eq!(
            (empty.state, empty.local, empty.cookie),
            (TcpState::Listen, is.local, is.cookie)
        );
        assert_eq!((empty.recv_q, empty.send_q), (0, 5));
        assert_eq!((empty.peer.port(), is.peer), (0, None));
        assert_ne!(empty.inode, 0);

        let mut to = is.local;
        if to.ip().is_unspecified() {
            to.set_ip(if to.is_ipv4() {
                [127, 0, 0, 1].into()
            } else {
                std::net::Ipv6Addr::LOCALHOST.into()
            });
        }
        let _clients = [connect(to), connect(to)];
        settled("both wait in the accept queue", || row().recv_q == 2);
        listener.accept().unwrap();
        assert_eq!(row().recv_q, 1);
    }
}

#[test]
fn both_ends_of_a_connection_are_found_by_their_numbers() {
    for host in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
        let mut stage = Stage::connected(host);
        let (server, client) = (stage.server_row(), stage.client_row());
        assert_eq!((server.local, server.peer), (client.peer, client.local));
        assert_eq!(server.local, stage.server_is.local);
        for row in [&server, &client] {
            assert_eq!(row.state, TcpState::Established);
            assert_eq!((row.recv_q, row.send_q), (0, 0));
            let info = row.info.unwrap();
            assert!(info.snd_cwnd > 0 && info.snd_mss > 0 && info.rto > Nanos(0));
            let told = row.figures();
            assert!(told.congestion.is_some_and(|c| !c.name().is_empty()));
            assert_eq!(
                (told.ca_state, told.backoff),
                (Some(CaState::Open), Some(0))
            );
            assert!(told.snd_wnd.is_none_or(|window| window > 0));
        }
        let mut wrong = stage.client_is;
        wrong.cookie = stage.server_is.cookie;
        assert_eq!(stage.look(&wrong), None, "same addresses, other number");
    }
}

#[test]
fn a_connection_in_the_accept_queue_is_there_before_any_program_has_it() {
    for host in ["127.0.0.1", "::1"] {
        let listener = listener(host, 5);
        let at = who(&listener).local;
        let client = connect(at);
        let client = who(&client);
        let mut tables = SocketTables::open().unwrap();
        let mut rows = Vec::new();
        settled("it is in the queue", || {
            rows = tables.with_local_port(Family::of(&at), at.port()).unwrap();
            rows.iter().any(Row::waits_to_be_accepted)
        });
        assert_eq!(rows.len(), 2, "the listener and the connection: {rows:#?}");
        let pending = rows.iter().find(|row| row.waits_to_be_accepted()).unwrap();
        assert_eq!(
            (pending.inode, pending.state, Some(pending.local)),
            (0, TcpState::Established, client.peer)
        );
        assert_eq!(pending.peer, client.local);

        let (accepted, _) = listener.accept().unwrap();
        assert_eq!(who(&accepted).cookie, pending.cookie, "it is the same one");
    }
}

#[test]
fn a_syn_that_the_full_queue_swallows_is_sent_again_by_the_timer() {
    let mut stage = Stage::connected("127.0.0.1");
    let asking = stage.client_that_nobody_answers();
    let row = stage.look(&asking).unwrap();
    assert_eq!(row.state, TcpState::SynSent);
    assert!(matches!(row.timer, Some((Timer::Retransmit, _))));
}

#[test]
fn a_connection_is_followed_beyond_close_into_time_wait() {
    for host in ["127.0.0.1", "::1"] {
        let stage = Stage::connected(host);
        let (client, server) = (stage.client_is, stage.server_is);
        let Stage {
            client: a,
            server: b,
            mut tables,
            ..
        } = stage;
        drop(a);
        let mut look = || {
            tables
                .exact(client.local, client.peer, client.cookie)
                .unwrap()
        };
        settled("it waits for the server's FIN", || {
            look().is_some_and(|row| row.state == TcpState::FinWait2)
        });
        drop(b);
        settled("it is in TIME-WAIT", || {
            look().is_some_and(|row| row.state == TcpState::TimeWait)
        });
        let row = look().unwrap();
        assert_eq!((row.cookie, row.inode, row.info), (client.cookie, 0, None));
        let Some((Timer::TimeWait, left)) = row.timer else {
            panic!("no TIME-WAIT timer: {row:?}");
        };
        assert!(left > Nanos(0));
        let gone = tables.exact(server.local, server.peer, server.cookie);
        assert_eq!(gone.unwrap(), None, "the server's end closed second");
    }
}

#[test]
fn a_reset_leaves_nothing_in_the_tables() {
    let stage = Stage::connected("127.0.0.1");
    let client = Socket::from(stage.client.try_clone().unwrap());
    client
        .set_linger(Some(std::time::Duration::from_secs(0)))
        .unwrap();
    let client_is = stage.client_is;
    let server_is = stage.server_is;
    let Stage {
        client: a,
        server: _b,
        mut tables,
        ..
    } = stage;
    drop((client, a));
    for is in [client_is, server_is] {
        settled("it is gone", || {
            tables
                .exact(is.local, is.peer, is.cookie)
                .unwrap()
                .is_none()
        });
    }
}

#[test]
fn a_socket_without_a_name_is_nobody_and_minus_one_is_no_socket() {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let is = who(&socket);
    assert_eq!((is.local.port(), is.peer), (0, None));
    let mut tables = SocketTables::open().unwrap();
    assert_eq!(tables.exact(is.local, None, is.cookie).unwrap(), None);
    let error = identity(Fd(-1)).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::EBADF));
}

#[test]
fn whoever_listens_is_found_by_name() {
    let listener = listener("127.0.0.1", 1);
    let port = who(&listener).local.port();
    let found = who_listens(port).expect("our own sockets can be seen");
    assert!(
        found.ends_with(&format!(", pid {}", std::process::id())),
        "{found}"
    );
    // Closed by its number, so that nothing listens for certain.
    crate::os::sockets::abort_quietly(Fd(listener.into_raw_fd()));
    assert_eq!(who_listens(port), None);
}

#[test]
fn the_rows_are_those_of_ss() {
    let mut stage = Stage::connected("127.0.0.1");
    let port = stage.server_is.local.port();
    std::io::Write::write_all(&mut stage.client, b"hello").unwrap();
    settled("the bytes are there", || stage.server_row().recv_q == 5);
    let _pending = connect(stage.server_is.local);
    settled("one waits", || {
        let rows = stage.tables.with_local_port(Family::INET, port).unwrap();
        rows.iter().any(Row::waits_to_be_accepted)
    });
    let told = Command::new("ss")
        .args(["-tanH", "sport", "=", &format!(":{port}")])
        .output();
    let told = match told {
        Ok(out) if out.status.success() => String::from_utf8(out.stdout).unwrap(),
        other => {
            assert!(
                std::env::var_os("CI").is_none(),
                "ss is needed here: {other:?}"
            );
            eprintln!("skipped: ss cannot be run here ({other:?})");
            return;
        }
    };
    let columns = |line: &str| -> Vec<String> {
        line.split_whitespace()
            .map(|s| s.replace(":*", ":0"))
            .collect()
    };
    let mut theirs: Vec<_> = told.lines().map(columns).collect();
    let rows = stage.tables.with_local_port(Family::INET, port).unwrap();
    let mut ours: Vec<_> = rows
        .iter()
        .map(|row| {
            let state = match row.state {
                TcpState::Established => "ESTAB",
                state => state.rfc(),
            };
            columns(&format!(
                "{state} {} {} {} {}",
                row.recv_q, row.send_q, row.local, row.peer
            ))
        })
        .collect();
    theirs.sort();
    ours.sort();
    assert_eq!(ours, theirs);
    assert_eq!(ours.len(), 3);
}
