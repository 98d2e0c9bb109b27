use crate::stage::{LONG, Stage, lab, server, take};
use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use fourline::{
    model::ids::Side,
    os::lab::{CableKind, Frame, Lab, address},
};
use socket2::Socket;
use std::{
    io::{Read, Write},
    net::SocketAddr,
    thread,
    time::Duration,
};

#[test]
fn nobody_speaks_who_was_not_asked() {
    let Some((_lab, ports)) = lab() else { return };
    thread::sleep(Duration::from_millis(1500));
    let mut frame = Frame::default();
    for port in [&ports.server, &ports.client] {
        assert!(!take(port, &mut frame), "{:x?}", frame.packet());
        assert!(frame.packet().is_empty());
    }
}

fn udp(lab: &Lab, side: Side) -> Socket {
    let fd = lab
        .socket(side, libc::AF_INET, libc::SOCK_DGRAM, 0)
        .unwrap();
    let socket = Socket::from(fd);
    let at = SocketAddr::new(address(side).into(), 4000);
    socket.bind(&at.into()).unwrap();
    socket.set_read_timeout(Some(LONG)).unwrap();
    socket
}

#[test]
fn a_packet_stays_where_it_is_until_it_is_given() {
    let Some((lab, ports)) = lab() else { return };
    let [server, client] = [Side::Server, Side::Client].map(|side| udp(&lab, side));
    let to = SocketAddr::new(address(Side::Server).into(), 4000);
    client.send_to(b"a datagram", &to.into()).unwrap();
    let mut frame = Frame::default();
    assert!(take(&ports.client, &mut frame));
    assert!(!take(&ports.server, &mut Frame::default()));
    assert!(frame.packet().ends_with(b"a datagram"));

    // Given twice, it arrives twice; given damaged, it does not arrive.
    let mut damaged = frame.clone();
    let last = damaged.packet().len() - 1;
    damaged.packet_mut()[last] ^= 1;
    for frame in [&frame, &damaged, &frame.clone()] {
        ports.server.give(frame).unwrap();
    }
    let mut bytes = [0; 100];
    for _ in 0..2 {
        assert_eq!((&server).read(&mut bytes).unwrap(), 10);
        assert_eq!(&bytes[..10], b"a datagram");
    }
    server.set_nonblocking(true).unwrap();
    assert!((&server).read(&mut bytes).is_err());
    // What is no packet is refused, and does no harm.
    assert!(ports.server.give(&Frame::default()).is_err());
    assert!(ports.server.give(&Frame::from_packet(&[0xff; 40])).is_err());
}

#[test]
fn what_is_not_taken_in_time_is_counted_as_dropped() {
    let Some((lab, ports)) = lab() else { return };
    let client = udp(&lab, Side::Client);
    let to = SocketAddr::new(address(Side::Server).into(), 4000);
    let sent = 12_000_u64;
    for _ in 0..sent {
        // A full queue may be told to the sender as well.
        let _ = client.send_to(b"x", &to.into());
    }
    let mut frame = Frame::default();
    let mut taken = 0;
    while take(&ports.client, &mut frame) {
        taken += 1;
    }
    let dropped = lab.dropped(Side::Client).unwrap();
    assert!(taken >= 4000, "{taken} of {sent} waited for us");
    assert_eq!(taken + dropped, sent);
    assert_eq!(lab.dropped(Side::Server).unwrap(), 0);
}

/// Whether the packet's TCP checksum is right, computed by somebody else.
fn checksum_is_right(packet: &[u8]) -> bool {
    let sliced = SlicedPacket::from_ip(packet).unwrap();
    let (Some(NetSlice::Ipv4(ip)), Some(TransportSlice::Tcp(tcp))) = (sliced.net, sliced.transport)
    else {
        panic!("no TCP over IPv4: {packet:x?}");
    };
    let (from, to) = (ip.header().source(), ip.header().destination());
    let right = tcp
        .to_header()
        .calc_checksum_ipv4_raw(from, to, tcp.payload())
        .unwrap();
    right == tcp.checksum()
}

/// Sends this many bytes from the client to the server.
fn talk(stage: &Stage, len: usize) {
    let at = server(false);
    let listener = stage.tcp(Side::Server, at);
    listener.set_reuse_address(true).unwrap();
    listener.bind(&at.into()).unwrap();
    listener.listen(5).unwrap();
    let client = stage.tcp(Side::Client, at);
    client.connect(&at.into()).unwrap();
    let (accepted, _) = listener.accept().unwrap();
    accepted.set_read_timeout(Some(LONG)).unwrap();
    let bytes: Vec<u8> = (0..len).map(|n| n as u8).collect();
    thread::scope(|s| {
        s.spawn(|| (&client).write_all(&bytes).unwrap());
        let mut got = vec![0; len];
        (&accepted).read_exact(&mut got).unwrap();
        assert!(got == bytes, "not the bytes that were sent");
    });
}

#[test]
fn every_packet_is_whole_while_offload_is_off() {
    let Some(stage) = Stage::open() else { return };
    talk(&stage, 1_000_000);
    for (_, frame) in stage.carried() {
        assert!(!frame.is_super() && !frame.has_partial_checksum());
        assert!(frame.packet().len() <= 1500);
        assert!(checksum_is_right(frame.packet()));
    }
    assert_eq!(stage.lab.dropped(Side::Client).unwrap(), 0);
}

#[test]
fn offload_is_switched_on_a_living_wire() {
    let Some(stage) = Stage::open() else { return };
    if stage.lab.kind() == CableKind::Veth {
        let refused = stage.ports.server.set_offload(true).unwrap_err();
        assert!(refused.to_string().contains("TUN"), "{refused}");
        return stage.ports.server.set_offload(false).unwrap();
    }
    let set = |on| {
        for port in [&stage.ports.server, &stage.ports.client] {
            port.set_offload(on).unwrap();
        }
        stage.packets.lock().unwrap().clear();
    };
    set(true);
    talk(&stage, 1_000_000);
    let carried = stage.carried();
    let large = carried.iter().filter(|(_, f)| f.is_super()).count();
    assert!(large > 0, "no super-packets among {}", carried.len());
    for (_, mut frame) in carried {
        assert_eq!(frame.is_super(), frame.segment_size() > 0);
        if frame.has_partial_checksum() {
            frame.complete_checksum();
        }
        assert!(!frame.has_partial_checksum());
        assert!(checksum_is_right(frame.packet()), "{frame:?}");
    }
    set(false);
    talk(&stage, 100_000);
    assert!(stage.carried().iter().all(|(_, f)| !f.is_super()));
}

#[test]
fn the_kernel_believes_the_checksums_that_we_complete() {
    // Every packet arrives with a checksum that we have completed, and that the kernel verifies.
    let stage = Stage::with(|frame| {
        frame.complete_checksum();
        true
    });
    let Some(stage) = stage else { return };
    if stage.lab.kind() == CableKind::Veth {
        return;
    }
    for port in [&stage.ports.server, &stage.ports.client] {
        port.set_offload(true).unwrap();
    }
    talk(&stage, 300_000);
    let carried = stage.carried();
    assert!(carried.iter().any(|(_, f)| f.has_partial_checksum()));
}
