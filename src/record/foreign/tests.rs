//! Captures made by hand: who is who, states, figures, times, and what is no IP.

use super::*;
use crate::model::{book::Book, ids::SocketId, packet::TcpFlags, tcp::TcpState};

const SYN: u8 = TcpFlags::SYN.0;
const ACK: u8 = TcpFlags::ACK.0;
const FIN: u8 = TcpFlags::FIN.0;
const RST: u8 = TcpFlags::RST.0;
const CLIENT: u16 = 40_000;
const SERVER: u16 = 80;

/// An IPv4 packet between two ports of the hosts 10.0.0.1 (the lower port) and 10.0.0.2.
fn ip(protocol: u8, from: u16, to: u16, carried: &[u8]) -> Vec<u8> {
    let host = |port: u16, other: u16| if port < other { 1 } else { 2 };
    let total = (20 + carried.len()) as u16;
    let mut packet = vec![0x45, 0];
    packet.extend(total.to_be_bytes());
    packet.extend([0, 0, 0x40, 0, 64, protocol, 0, 0]);
    packet.extend([10, 0, 0, host(from, to), 10, 0, 0, host(to, from)]);
    packet.extend(carried);
    packet
}

fn tcp(from: u16, to: u16, flags: u8, seq: u32, ack: u32, data: &[u8]) -> Vec<u8> {
    let mut segment = Vec::new();
    segment.extend(from.to_be_bytes());
    segment.extend(to.to_be_bytes());
    segment.extend(seq.to_be_bytes());
    segment.extend(ack.to_be_bytes());
    segment.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    segment.extend(data);
    ip(6, from, to, &segment)
}

fn udp(from: u16, to: u16, data: &[u8]) -> Vec<u8> {
    let mut datagram = Vec::new();
    datagram.extend(from.to_be_bytes());
    datagram.extend(to.to_be_bytes());
    datagram.extend((8 + data.len() as u16).to_be_bytes());
    datagram.extend([0, 0]);
    datagram.extend(data);
    ip(17, from, to, &datagram)
}

/// A conversation's segments: who sends (`c` or `s`), flags, relative numbers, data.
type Row<'a> = (char, u8, u32, u32, &'a str);

fn rows(rows: &[Row<'_>]) -> Vec<Vec<u8>> {
    // The client begins at 1000, the server at 5000.
    let base = |who: char| if who == 'c' { 1000 } else { 5000 };
    let made = rows.iter().map(|&(who, flags, seq, ack, data)| {
        let (from, to, other) = if who == 'c' {
            (CLIENT, SERVER, 's')
        } else {
            (SERVER, CLIENT, 'c')
        };
        let ack = if flags & ACK == 0 {
            0
        } else {
            base(other) + ack
        };
        tcp(from, to, flags, base(who) + seq, ack, data.as_bytes())
    });
    made.collect()
}

/// The journal of these packets, a millisecond apart, on a link of plain IP.
fn told(packets: &[Vec<u8>]) -> Book {
    let mut foreign = Foreign::new();
    let mut events = Vec::new();
    for (i, bytes) in packets.iter().enumerate() {
        let raw = RawPacket {
            at_ns: 1_700_000_000_000_000_000 + 1_000_000 * i as u64,
            link: 101,
            bytes,
            original: bytes.len() as u32,
        };
        foreign.packet(&raw, &mut events);
    }
    foreign.finish(&mut events);
    book(events)
}

fn book(events: Vec<Event>) -> Book {
    let mut book = Book::new();
    let mut at = Nanos(0);
    for (i, event) in events.into_iter().enumerate() {
        assert_eq!(event.id.0, i as u64 + 1);
        assert!(event.at_ns >= at, "{event:?}");
        assert!(event.happened() <= event.at_ns);
        assert!(event.cause.is_none_or(|cause| cause < event.id));
        at = event.at_ns;
        book.push(event);
    }
    assert!(matches!(
        book.events().first().map(|e| &e.fact),
        Some(Fact::Begin { .. })
    ));
    book
}

/// The states of an end, as far as they are told.
fn way(book: &Book, socket: SocketId) -> Vec<TcpState> {
    let mut way = Vec::new();
    for event in book.events().iter() {
        if let Fact::State {
            socket: of,
            from,
            to,
        } = event.fact
            && of == socket
        {
            assert_eq!(event.source, Source::Derived);
            assert!(way.last().is_none_or(|last| *last == from), "{event:?}");
            way.push(to);
        }
    }
    way
}

fn ends(number: u16) -> [SocketId; 2] {
    [
        SocketId::own(Actor::Server, number.into()),
        SocketId::own(Actor::Client(number), 0),
    ]
}

fn notes(book: &Book) -> Vec<String> {
    let text = |e: &Event| match &e.fact {
        Fact::Note { text } => Some(text.clone()),
        _ => None,
    };
    book.events().iter().filter_map(text).collect()
}

const WHOLE: [Row<'_>; 9] = [
    ('c', SYN, 0, 0, ""),
    ('s', SYN | ACK, 0, 1, ""),
    ('c', ACK, 1, 1, ""),
    ('c', ACK, 1, 1, "hello"),
    ('s', ACK, 1, 6, "I have it"),
    ('s', FIN | ACK, 10, 6, ""),
    ('c', ACK, 6, 11, ""),
    ('c', FIN | ACK, 6, 11, ""),
    ('s', ACK, 11, 7, ""),
];

#[test]
fn a_whole_conversation_tells_its_states_and_its_bytes() {
    use TcpState::{
        CloseWait, Closed, Established, FinWait1, FinWait2, LastAck, SynReceived, SynSent, TimeWait,
    };
    let book = told(&rows(&WHOLE));
    let [server, client] = ends(1);
    assert_eq!(
        way(&book, server),
        [SynReceived, Established, FinWait1, FinWait2, TimeWait]
    );
    assert_eq!(
        way(&book, client),
        [SynSent, Established, CloseWait, LastAck, Closed]
    );
    let session = book.session();
    assert!(session.is_capture());
    let ledger = session.ledger(client);
    assert_eq!((ledger.sent, ledger.acked), (Some(5), Some(5)));
    assert_eq!((ledger.written, ledger.read), (None, None));
    assert_eq!(ledger.places().send_queue, None);
    let ledger = session.ledger(server);
    assert_eq!((ledger.sent, ledger.received), (Some(9), Some(9)));
    assert_eq!(session.server_address.port(), SERVER);
    assert_eq!(session.socket(client).unwrap().peer_socket, Some(server));
    assert!(notes(&book).is_empty());
    assert_eq!(book.packets().len(), WHOLE.len());
    assert_eq!(session.lines_told, 0, "what programs do is not known");
}

#[test]
fn before_the_acknowledgement_bytes_are_in_flight() {
    let book = told(&rows(&WHOLE[..4]));
    let places = book.session().ledger(ends(1)[1]).places();
    assert_eq!(places.in_flight, Some(5));
    assert_eq!((places.send_queue, places.read), (None, None));
}

#[test]
fn both_close_at_once() {
    use TcpState::{Closing, Established, FinWait1, TimeWait};
    let mut talk = WHOLE[..3].to_vec();
    talk.extend([
        ('c', FIN | ACK, 1, 1, ""),
        ('s', FIN | ACK, 1, 1, ""),
        ('c', ACK, 2, 2, ""),
        ('s', ACK, 2, 2, ""),
    ]);
    let book = told(&rows(&talk));
    let [server, client] = ends(1);
    assert_eq!(
        way(&book, client)[1..],
        [Established, FinWait1, Closing, TimeWait]
    );
    assert_eq!(way(&book, server).last(), Some(&TimeWait));
}

#[test]
fn a_reset_ends_both_and_one_that_does_not_fit_ends_nothing() {
    let mut talk = WHOLE[..4].to_vec();
    talk.push(('c', RST, 700_000, 0, ""));
    let book = told(&rows(&talk));
    assert_eq!(way(&book, ends(1)[1]).last(), Some(&TcpState::Established));
    talk.push(('c', RST, 6, 0, ""));
    let book = told(&rows(&talk));
    for end in ends(1) {
        assert_eq!(way(&book, end).last(), Some(&TcpState::Closed));
    }
    let refused = [('c', SYN, 0, 0, ""), ('s', RST | ACK, 0, 1, "")];
    let book = told(&rows(&refused));
    assert_eq!(
        way(&book, ends(1)[1]),
        [TcpState::SynSent, TcpState::Closed]
    );
    assert_eq!(way(&book, ends(1)[0]), [TcpState::Closed]);
}

#[test]
fn without_a_syn_the_ports_tell_and_states_come_with_acknowledgements_both_ways() {
    let book = told(&rows(&WHOLE[3..4]));
    let [server, client] = ends(1);
    assert!(way(&book, client).is_empty(), "too little was seen");
    assert_eq!(book.session().socket(client).unwrap().known_state(), None);
    let said = notes(&book);
    assert_eq!(
        said,
        [
            "10.0.0.1:80 is taken for the server, 10.0.0.2:40000 for the client: their SYN was not captured, and its port is the lower one."
        ]
    );
    let book = told(&rows(&WHOLE[3..]));
    assert_eq!(way(&book, client)[0], TcpState::Established);
    assert_eq!(way(&book, server).last(), Some(&TcpState::TimeWait));
    assert_eq!(book.session().ledger(client).sent, Some(5));
}

#[test]
fn the_same_ports_again_are_another_conversation() {
    let mut talk = rows(&WHOLE);
    talk.push(tcp(CLIENT, SERVER, SYN, 99_000, 0, b""));
    talk.push(tcp(SERVER, CLIENT, SYN | ACK, 77_000, 99_001, b""));
    let book = told(&talk);
    assert_eq!(way(&book, ends(2)[0]), [TcpState::SynReceived]);
    assert_eq!(way(&book, ends(2)[1]), [TcpState::SynSent]);
    assert_eq!(way(&book, ends(1)[1]).last(), Some(&TcpState::Closed));
}

#[test]
fn beyond_the_first_conversations_only_packets_are_told() {
    let syn = |port: u16| tcp(port, SERVER, SYN, 1, 0, b"");
    let answer = |port: u16| tcp(SERVER, port, SYN | ACK, 1, 2, b"");
    let ports = 30_000..30_000 + MOST_TALKS as u16 + 5;
    let packets: Vec<_> = ports.flat_map(|port| [syn(port), answer(port)]).collect();
    let book = told(&packets);
    assert_eq!(book.packets().len(), packets.len());
    assert_eq!(book.session().sockets.len(), 2 * MOST_TALKS);
    assert_eq!(notes(&book).len(), 1, "{:?}", notes(&book));
    let last = book.packet_at(book.packets().last().unwrap()).unwrap();
    assert_eq!((last.socket, last.toward), (None, Side::Client));
}

#[test]
fn datagrams_and_messages_about_packets_know_their_way() {
    let query = udp(50_000, 53, b"who?");
    let mut unreachable = vec![3, 3, 0, 0, 0, 0, 0, 0];
    unreachable.extend(&query[..28]);
    // From the server's host to the client's.
    let icmp = ip(1, 1, 2, &unreachable);
    let book = told(&[query.clone(), udp(53, 50_000, b"he"), icmp]);
    let toward: Vec<_> = book
        .packets()
        .iter()
        .map(|entry| book.packet_at(entry).unwrap().toward)
        .collect();
    assert_eq!(toward, [Side::Server, Side::Client, Side::Client]);
    assert!(book.session().sockets.is_empty(), "UDP has no states");
    assert_eq!(notes(&book).len(), 1);
    assert_eq!(book.session().server_address.port(), 53);
}

#[test]
fn times_that_go_back_are_kept_beside_times_that_do_not() {
    let packets = rows(&WHOLE[..3]);
    let mut foreign = Foreign::new();
    let mut events = Vec::new();
    for (bytes, at_ns) in packets.iter().zip([5_000, 9_000, 7_000]) {
        let original = bytes.len() as u32;
        let link = 101;
        foreign.packet(
            &RawPacket {
                at_ns,
                link,
                bytes,
                original,
            },
            &mut events,
        );
    }
    assert_eq!(foreign.epoch_ns(), Some(5_000));
    let book = book(events);
    let times: Vec<_> = book
        .packets()
        .iter()
        .map(|p| {
            (
                book.events()[p.index].at_ns.0,
                book.events()[p.index].happened().0,
            )
        })
        .collect();
    assert_eq!(times, [(0, 0), (4_000, 4_000), (4_000, 2_000)]);
}

#[test]
fn what_is_cut_off_or_padded_is_counted_right() {
    let whole = tcp(CLIENT, SERVER, SYN, 0, 0, b"");
    let mut foreign = Foreign::new();
    let mut events = Vec::new();
    // An Ethernet frame is 60 bytes at least.
    let mut frame = [&[0; 12][..], &[8, 0], &whole].concat();
    frame.resize(60, 0);
    let data = tcp(CLIENT, SERVER, ACK, 1, 1, &[7; 1000]);
    let cut = &data[..80];
    for (link, bytes, original) in [(1, &frame[..], 60), (101, cut, data.len() as u32)] {
        foreign.packet(
            &RawPacket {
                at_ns: 0,
                link,
                bytes,
                original,
            },
            &mut events,
        );
    }
    let book = book(events);
    let [first, second] = [0, 1].map(|i| book.packet_at(&book.packets()[i]).unwrap().clone());
    assert_eq!(first.bytes.kept, whole);
    assert_eq!(first.bytes.omitted, 0);
    assert_eq!((second.len, second.bytes.kept.len()), (1000, 80));
    assert_eq!(second.bytes.len(), data.len() as u64);
}

#[test]
fn what_is_no_ip_is_counted_and_said_and_packets_keep_their_numbers() {
    let arp = [&[0; 12][..], &[8, 6], &[0; 28]].concat();
    let talk = [&[0; 12][..], &[8, 0], &rows(&WHOLE)[0]].concat();
    let mut foreign = Foreign::new();
    let mut events = Vec::new();
    for bytes in [&arp, &talk, &arp] {
        let original = bytes.len() as u32;
        let (link, at_ns) = (1, 0);
        foreign.packet(
            &RawPacket {
                at_ns,
                link,
                bytes,
                original,
            },
            &mut events,
        );
    }
    foreign.finish(&mut events);
    let book = book(events);
    assert_eq!(book.packets()[0].number, PacketNo(2), "as in the file");
    let said = notes(&book);
    assert!(
        said[0].starts_with("Packet 1 of the file is not shown"),
        "{said:?}"
    );
    assert!(said[1].starts_with("2 of the file's 3 packets"), "{said:?}");
    // A file with nothing in it is a journal, too.
    let mut events = Vec::new();
    Foreign::new().finish(&mut events);
    assert_eq!(events.len(), 1);
}

#[test]
fn a_copy_tells_the_same_and_garbage_does_no_harm() {
    let mut random = 1_u64;
    let mut next = || {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (random >> 33) as u32
    };
    let mut packets: Vec<(u16, Vec<u8>)> = Vec::new();
    for bytes in rows(&WHOLE) {
        for _ in 0..60 {
            let mut bytes = bytes.clone();
            for _ in 0..next() % 4 {
                let at = next() as usize % bytes.len();
                bytes[at] = next() as u8;
            }
            bytes.truncate(next() as usize % (bytes.len() + 20));
            let links = [0, 1, 9, 12, 101, 108, 113, 228, 276, 999];
            let link = if next() % 2 == 0 {
                101
            } else {
                links[next() as usize % 10]
            };
            packets.push((link, bytes));
        }
    }
    let feed = |foreign: &mut Foreign, packets: &[(u16, Vec<u8>)]| {
        let mut events = Vec::new();
        for (link, bytes) in packets {
            let (link, original) = (*link, bytes.len() as u32);
            foreign.packet(
                &RawPacket {
                    at_ns: 7,
                    link,
                    bytes,
                    original,
                },
                &mut events,
            );
        }
        foreign.finish(&mut events);
        events
    };
    let all = feed(&mut Foreign::new(), &packets);
    let mut foreign = Foreign::new();
    let mut half = Vec::new();
    for (link, bytes) in &packets[..packets.len() / 2] {
        let (link, original) = (*link, bytes.len() as u32);
        foreign.packet(
            &RawPacket {
                at_ns: 7,
                link,
                bytes,
                original,
            },
            &mut half,
        );
    }
    let mut copy = foreign.clone();
    assert!(copy.weight() > 0);
    half.extend(feed(&mut copy, &packets[packets.len() / 2..]));
    assert_eq!(half, all);
    drop(book(all));
}
