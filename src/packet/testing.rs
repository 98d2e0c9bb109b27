//! Packets made by hand, without their checksums, for tests here and for those that compare with tshark.

/// The two ends: the client's port and the server's.
pub(super) const PORTS: [u16; 2] = [49164, 10008];

/// An IPv4 packet from the client (0) or the server (1).
pub(super) fn v4(from: usize, protocol: u8, options: &[u8], carried: &[u8]) -> Vec<u8> {
    let header = 20 + options.len();
    let total = (header + carried.len()) as u16;
    let mut packet = vec![0x40 | (header / 4) as u8, 0];
    packet.extend(total.to_be_bytes());
    packet.extend([0x12, 0x34, 0x40, 0, 64, protocol, 0, 0]);
    packet.extend([10, 0, 0, [2, 1][from]]);
    packet.extend([10, 0, 0, [1, 2][from]]);
    packet.extend(options);
    packet.extend(carried);
    packet
}

/// An IPv6 packet from the client (0) or the server (1).
pub(super) fn v6(from: usize, next: u8, carried: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x6a, 0xb1, 0x23, 0x45];
    packet.extend((carried.len() as u16).to_be_bytes());
    packet.extend([next, 64]);
    for host in [[2, 1][from], [1, 2][from]] {
        packet.push(0xfd);
        packet.extend([0; 14]);
        packet.push(host);
    }
    packet.extend(carried);
    packet
}

/// A TCP segment from the client (0) or the server (1).
pub(super) fn tcp(
    from: usize,
    flags: u8,
    (seq, ack): (u32, u32),
    window: u16,
    options: &[u8],
    data: &[u8],
) -> Vec<u8> {
    let mut segment = Vec::new();
    segment.extend(PORTS[from].to_be_bytes());
    segment.extend(PORTS[1 - from].to_be_bytes());
    segment.extend(seq.to_be_bytes());
    segment.extend(ack.to_be_bytes());
    segment.extend([(((20 + options.len()) / 4) << 4) as u8, flags]);
    segment.extend(window.to_be_bytes());
    segment.extend([0; 4]);
    segment.extend(options);
    segment.extend(data);
    segment
}

/// A UDP datagram from the client (0) or the server (1).
pub(super) fn udp(from: usize, data: &[u8]) -> Vec<u8> {
    let mut datagram = Vec::new();
    datagram.extend(PORTS[from].to_be_bytes());
    datagram.extend(PORTS[1 - from].to_be_bytes());
    datagram.extend(((8 + data.len()) as u16).to_be_bytes());
    datagram.extend([0, 0]);
    datagram.extend(data);
    datagram
}

/// A message of ICMP of either version: type, code, the four bytes behind the checksum, and the rest.
pub(super) fn icmp(kind: u8, code: u8, four: [u8; 4], rest: &[u8]) -> Vec<u8> {
    let mut message = vec![kind, code, 0, 0];
    message.extend(four);
    message.extend(rest);
    message
}

/// One packet of every kind that is taken apart here, with what it shows.
pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    const SYN: u8 = 2;
    const ACK: u8 = 16;
    let with = |options: &[u8]| v4(0, 6, &[], &tcp(0, SYN, (100, 0), 64240, options, &[]));
    let usual = [
        2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7,
    ];
    let mut sack = vec![1, 1, 5, 18];
    for edge in [300u32, 400, 500, 600] {
        sack.extend(edge.to_be_bytes());
    }
    let mut md5 = vec![19, 18];
    md5.extend([7; 16]);
    md5.extend([1, 0]);
    let mut ao = vec![29, 16, 1, 2];
    ao.extend([7; 12]);
    let segment = tcp(0, ACK, (101, 201), 500, &[], b"hello");
    let plain = v4(0, 6, &[], &segment);
    let plain6 = v6(0, 6, &segment);
    let mut hops = vec![60, 0, 5, 2, 0, 0, 1, 0, 6, 0, 1, 4, 0, 0, 0, 0];
    hops.extend(&segment);
    let mut routing = vec![6, 2, 0, 0, 0, 0, 0, 0];
    routing.extend([0; 16]);
    routing.extend(&segment);
    let mut fragment6 = vec![17, 0, 0, 0x51, 0, 0, 0, 9];
    fragment6.extend([0; 24]);
    let mut fragment = v4(0, 17, &[], &[1; 24]);
    fragment[6..8].copy_from_slice(&[0x20, 5]);
    let mut padded = plain.clone();
    padded.extend([0; 6]);
    let mut report = vec![58, 0, 5, 2, 0, 0, 1, 0];
    report.extend(icmp(143, 0, [0, 0, 0, 1], &[4, 0, 0, 0]));
    report.extend([0; 16]);
    vec![
        ("a SYN with the usual options", with(&usual)),
        (
            "SACK",
            v4(1, 6, &[], &tcp(1, ACK, (201, 101), 500, &sack, &[])),
        ),
        (
            "fast open, a cookie",
            with(&[34, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1]),
        ),
        ("fast open, a request", with(&[34, 2, 1, 1])),
        ("MD5", with(&md5)),
        ("authentication", with(&ao)),
        (
            "multipath",
            with(&[30, 12, 1, 0x81, 1, 2, 3, 4, 5, 6, 7, 8]),
        ),
        ("user timeout", with(&[28, 4, 0x80, 5])),
        ("an experiment", with(&[253, 8, 0xab, 0xcd, 1, 2, 3, 4])),
        ("an unknown option", with(&[99, 4, 1, 2])),
        ("data", plain.clone()),
        ("data in IPv6", plain6.clone()),
        ("extension headers", v6(0, 0, &hops)),
        ("a routing header", v6(0, 43, &routing)),
        ("a fragment of IPv6", v6(0, 44, &fragment6)),
        ("a fragment", fragment),
        (
            "options of IPv4",
            v4(0, 6, &[1, 148, 4, 0, 0, 0, 0, 0], &segment),
        ),
        ("padding", padded),
        ("a datagram", v4(0, 17, &[], &udp(0, b"hello"))),
        ("a datagram in IPv6", v6(0, 17, &udp(0, b"hello"))),
        ("ping", v4(0, 1, &[], &icmp(8, 0, [0, 1, 0, 2], b"abcd"))),
        (
            "ping in IPv6",
            v6(0, 58, &icmp(128, 0, [0, 1, 0, 2], b"abcd")),
        ),
        (
            "port unreachable",
            v4(
                1,
                1,
                &[],
                &icmp(3, 3, [0; 4], &v4(0, 17, &[], &udp(0, b"hi"))),
            ),
        ),
        (
            "too big",
            v4(1, 1, &[], &icmp(3, 4, [0, 0, 2, 64], &plain[..28])),
        ),
        (
            "too big in IPv6",
            v6(1, 58, &icmp(2, 0, [0, 0, 5, 0], &plain6)),
        ),
        (
            "unreachable in IPv6",
            v6(1, 58, &icmp(1, 4, [0; 4], &plain6)),
        ),
        ("time exceeded", v4(1, 1, &[], &icmp(11, 0, [0; 4], &plain))),
        (
            "who has this address",
            v6(0, 58, &icmp(135, 0, [0; 4], &[7; 16])),
        ),
        ("is there a router", v6(0, 58, &icmp(133, 0, [0; 4], &[]))),
        ("multicast report", v6(0, 0, &report)),
        ("another protocol", v4(0, 132, &[], b"sctp")),
    ]
}
