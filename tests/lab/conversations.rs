use crate::stage::{LONG, Stage, lab, server, take, until};
use fourline::{
    model::{call::Family, ids::Side, tcp::TcpState},
    os::{
        kernel::SocketTables,
        lab::{Frame, address, address6},
    },
};
use socket2::{SockRef, Socket};
use std::{
    io::Read,
    net::{IpAddr, SocketAddr},
    thread,
};

/// `recv` until so many bytes are there.
fn hear(socket: &Socket, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    let mut socket = socket;
    socket.read_exact(&mut bytes).unwrap();
    bytes
}

fn four_lines(six: bool) {
    let Some(stage) = Stage::open() else { return };
    let at = server(six);
    // 1
    let listener = stage.tcp(Side::Server, at);
    listener.bind(&at.into()).unwrap();
    listener.listen(5).unwrap();
    // 2
    let client = stage.tcp(Side::Client, at);
    client.connect(&at.into()).unwrap();
    client.send(b"hello, server\r\n").unwrap();
    // 3
    let (accepted, from) = listener.accept().unwrap();
    accepted.set_read_timeout(Some(LONG)).unwrap();
    assert_eq!(hear(&accepted, 15), b"hello, server\r\n");
    let expected: IpAddr = if six {
        address6(Side::Client).into()
    } else {
        address(Side::Client).into()
    };
    assert_eq!(
        from.as_socket().unwrap().ip(),
        expected,
        "not from this host"
    );
    accepted.send(b"I have received it\r\n").unwrap();
    // 4
    assert_eq!(hear(&client, 20), b"I have received it\r\n");
    drop(accepted);
    assert_eq!(
        client
            .recv(&mut [core::mem::MaybeUninit::uninit()])
            .unwrap(),
        0
    );
    drop(client);

    // Three of the handshake, two of data, and both ends' farewells.
    until("the last packets", || stage.carried().len() >= 8);
    let carried = stage.carried();
    for (from, frame) in &carried {
        assert!(!frame.is_super() && !frame.has_partial_checksum());
        let version = if six { 6 } else { 4 };
        assert_eq!(frame.packet()[0] >> 4, version, "{from}: {frame:?}");
        assert!(frame.packet().len() <= 1500);
    }
    assert_eq!(carried[0].0, Side::Client, "the SYN comes first");
    assert_eq!(carried[1].0, Side::Server);
    for side in [Side::Server, Side::Client] {
        assert_eq!(stage.lab.dropped(side).unwrap(), 0);
    }
}

#[test]
fn four_lines_over_ipv4() {
    four_lines(false);
}

#[test]
fn four_lines_over_ipv6() {
    four_lines(true);
}

#[test]
fn ipv6_is_ready_as_soon_as_the_lab_is() {
    for _ in 0..10 {
        let Some((lab, ports)) = lab() else { return };
        let kind = libc::SOCK_STREAM | libc::SOCK_NONBLOCK;
        let client = lab.socket(Side::Client, libc::AF_INET6, kind, 0).unwrap();
        let asked = Socket::from(client).connect(&server(true).into());
        assert_eq!(asked.unwrap_err().raw_os_error(), Some(libc::EINPROGRESS));
        assert!(take(&ports.client, &mut Frame::default()), "its SYN");
        let listener = lab.socket(Side::Server, libc::AF_INET6, libc::SOCK_STREAM, 0);
        let listener = Socket::from(listener.unwrap());
        listener.bind(&server(true).into()).unwrap();
    }
}

#[test]
fn each_sides_tables_show_its_own_sockets_only() {
    let Some(stage) = Stage::open() else { return };
    let at = server(false);
    let listener = stage.tcp(Side::Server, at);
    listener.bind(&at.into()).unwrap();
    listener.listen(5).unwrap();
    let client = stage.tcp(Side::Client, at);
    client.connect(&at.into()).unwrap();
    let _accepted = listener.accept().unwrap();
    let port = client.local_addr().unwrap().as_socket().unwrap().port();

    let mut tables = [Side::Server, Side::Client].map(|side| stage.lab.tables(side).unwrap());
    let mut states = |side: Side, port| -> Vec<_> {
        let rows = tables[side as usize].with_local_port(Family::INET, port);
        let mut states: Vec<_> = rows.unwrap().iter().map(|row| row.state).collect();
        states.sort_by_key(|state| format!("{state:?}"));
        states
    };
    assert_eq!(
        states(Side::Server, at.port()),
        [TcpState::Established, TcpState::Listen]
    );
    assert_eq!(states(Side::Client, at.port()), []);
    assert_eq!(states(Side::Client, port), [TcpState::Established]);
    assert_eq!(states(Side::Server, port), []);
    // The host has none of them.
    let mut host = SocketTables::open().unwrap();
    let rows = host.with_local_port(Family::INET, at.port()).unwrap();
    assert!(rows.iter().all(|row| row.local.ip() != at.ip()), "{rows:?}");
}

#[test]
fn sockets_come_with_the_kernels_own_answers() {
    let Some(stage) = Stage::open() else { return };
    let lab = &stage.lab;
    let refused = lab.socket(
        Side::Server,
        libc::AF_INET,
        libc::SOCK_STREAM,
        libc::IPPROTO_UDP,
    );
    assert_eq!(
        refused.unwrap_err().raw_os_error(),
        Some(libc::EPROTONOSUPPORT)
    );
    let refused = lab.socket(Side::Client, 77, libc::SOCK_STREAM, 0);
    assert_eq!(
        refused.unwrap_err().raw_os_error(),
        Some(libc::EAFNOSUPPORT)
    );
    let kind = libc::SOCK_DGRAM | libc::SOCK_NONBLOCK;
    let udp = Socket::from(lab.socket(Side::Client, libc::AF_INET, kind, 0).unwrap());
    assert!(udp.nonblocking().unwrap());
    let flags = nix::fcntl::fcntl(&udp, nix::fcntl::FcntlArg::F_GETFD).unwrap();
    assert_eq!(flags, libc::FD_CLOEXEC);
    let tcp = stage.tcp(Side::Client, server(false));
    assert!(!SockRef::from(&tcp).nonblocking().unwrap());
    // A port that only a privileged program may have is free for all inside, even where we are not privileged outside.
    let low = "10.0.0.1:80".parse::<SocketAddr>().unwrap();
    stage.tcp(Side::Server, low).bind(&low.into()).unwrap();
    // Raw and packet sockets too.
    for (domain, kind, protocol) in [
        (libc::AF_INET, libc::SOCK_RAW, libc::IPPROTO_ICMP),
        (libc::AF_PACKET, libc::SOCK_RAW, 0),
    ] {
        lab.socket(Side::Server, domain, kind, protocol).unwrap();
    }
}

#[test]
fn sockets_are_asked_for_from_many_threads_at_once() {
    let Some(stage) = Stage::open() else { return };
    thread::scope(|s| {
        for n in 0..4 {
            let lab = &stage.lab;
            s.spawn(move || {
                let side = if n % 2 == 0 {
                    Side::Server
                } else {
                    Side::Client
                };
                for _ in 0..100 {
                    let fd = lab
                        .socket(side, libc::AF_INET, libc::SOCK_STREAM, 0)
                        .unwrap();
                    // It can be bound to that side's address, so it is in that side's namespace.
                    let local = SocketAddr::new(address(side).into(), 0);
                    Socket::from(fd).bind(&local.into()).unwrap();
                }
            });
        }
    });
}
