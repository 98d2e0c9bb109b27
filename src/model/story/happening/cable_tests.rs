//! The sentences about what is in our hands: packets that are held, dropped, sent again, doubled, swapped, spoilt.

use super::{Happening, happening};
use crate::model::{
    call::Call,
    event::{Detail, Fact, Source, Timer},
    ids::{Actor, Fd, Nanos, Side, SocketId},
    packet::{Arrival, Decider, Fate, Handling, Notable, Packet, PacketNo, TcpFlags},
    story::testing::Play,
    tcp::TcpState,
};
use core::fmt::Write as _;

const SYN: TcpFlags = TcpFlags::SYN;
const ACK: TcpFlags = TcpFlags::ACK;

#[track_caller]
fn well_formed(told: &Happening) {
    let all = told.what.join(" ");
    assert!((1..=2).contains(&told.what.len()), "{told:?}");
    assert!(all.len() <= 250, "{} characters: {all}", all.len());
    assert!(!told.why.is_empty() && told.why.len() < 700, "{}", told.why);
}

fn hold() -> Decider {
    Decider::Rule("hold".into())
}

fn again(of: PacketNo) -> impl FnOnce(&mut Packet) {
    move |p| (p.notable, p.again) = (vec![Notable::Retransmission], Some(of))
}

/// The kernel's timer for what this socket has sent, as it is told right after a packet.
fn timer(play: &mut Play, actor: Actor, ms: u64, backoff: u8) {
    let socket = match actor {
        Actor::Server => SocketId::own(actor, 1),
        client @ Actor::Client(_) => SocketId::own(client, 0),
    };
    let detail = Detail {
        timer: Some((Timer::Retransmit, Nanos::from_millis(ms))),
        backoff: Some(backoff),
        ..Detail::default()
    };
    let detail = Box::new(detail);
    play.see(Some(actor), Source::Kernel, Fact::Detail { socket, detail });
}

#[test]
fn what_the_hand_does_is_told() {
    let mut text = String::new();
    let mut tell = |about: &str, play: &Play| {
        let told = happening(play.book(), play.book().session());
        well_formed(&told);
        let _ = write!(text, "{about}\n  {}\n\n", told.what.join("\n  "));
    };
    let (server, client) = (Side::Server, Side::Client);

    // The handshake in one's hand.
    let mut play = Play::lab();
    play.walk(0).walk(1).cable("hold", &["hold"]);
    tell("cable hold", &play);
    let socket = SocketId::own(Actor::CLIENT, 0);
    let addr = "10.0.0.1:10008".parse().unwrap();
    play.ask("client connect").state(socket, TcpState::SynSent);
    let fd = Fd(5);
    play.wait(Actor::CLIENT, Some(socket), Call::Connect { fd, addr });
    let syn = play.packet(server, SYN, (0, 0), b"");
    timer(&mut play, Actor::CLIENT, 1000, 0);
    play.hold(syn, hold());
    tell("the SYN is held", &play);
    play.ask("cable drop")
        .fate(syn, Fate::Dropped, Decider::You);
    tell("the SYN is dropped", &play);
    let second = play.packet_as(server, SYN, (0, 0), b"", again(syn));
    timer(&mut play, Actor::CLIENT, 2000, 1);
    tell("the SYN is sent again", &play);
    play.hold(second, hold());
    tell("and held", &play);
    play.ask("cable step")
        .fate(second, Fate::Delivered, Decider::You);
    tell("and delivered", &play);
    let syn_ack = play.packet(client, SYN | ACK, (0, 1), b"");
    play.hold(syn_ack, hold());
    tell("the SYN-ACK is held", &play);
    play.reaches(second, Decider::You, Arrival::Again);
    tell("a SYN that was there already", &play);

    // Data.
    let psh = TcpFlags::PSH | ACK;
    let mut play = Play::lab();
    play.walk(0).walk(1).walk(2);
    play.recv(Actor::Server).cable("hold data", &["hold data"]);
    play.send_out(Actor::CLIENT, b"hello");
    let data = play.packet(server, psh, (1, 1), b"hello");
    timer(&mut play, Actor::CLIENT, 204, 0);
    play.hold(data, hold());
    tell("data is held", &play);
    play.ask("cable drop")
        .fate(data, Fate::Dropped, Decider::You);
    tell("data is dropped", &play);
    let third = play.packet_as(server, psh, (1, 1), b"hello", again(data));
    timer(&mut play, Actor::CLIENT, 408, 1);
    play.fate(third, Fate::Dropped, Decider::Rule("drop next data".into()));
    tell("a rule drops the second try", &play);
    let fourth = play.packet_as(server, psh, (1, 1), b"hello", again(data));
    tell("the third try", &play);
    play.handle(fourth, Handling::Corrupted { byte: 40 }, Decider::You);
    tell("corrupted", &play);
    play.fate(fourth, Fate::Delivered, Decider::Cable);
    tell("corrupted and delivered", &play);
    let late = play.packet(server, psh, (6, 1), b"more");
    play.reaches(late, Decider::Cable, Arrival::OutOfOrder);
    tell("out of order", &play);
    play.handle(late, Handling::Swapped { with: data }, Decider::You);
    tell("swapped", &play);
    let ack = play.packet(client, ACK, (1, 6), b"");
    let until_ns = Nanos::from_millis(5_000);
    play.handle(
        ack,
        Handling::Delayed { until_ns },
        Decider::Rule("delay 5s".into()),
    );
    tell("an ACK is delayed", &play);
    play.fate(ack, Fate::Lost, Decider::Cable);
    tell("lost", &play);
    play.packet_as(client, ACK, (1, 6), b"", |p| {
        p.notable = vec![Notable::ZeroWindow];
    });
    tell("a closed window", &play);
    play.packet_as(server, ACK, (5, 1), b"", |p| {
        p.notable = vec![Notable::ZeroWindowProbe];
    });
    tell("a probe", &play);
    let fin = play.packet(server, TcpFlags::FIN | ACK, (10, 1), b"");
    play.fate(fin, Fate::Dropped, Decider::Rule("unplug".into()));
    tell("unplugged", &play);
    play.fate(fourth, Fate::Dropped, Decider::Rule("mtu 576".into()));
    tell("too large", &play);
    play.fate(fourth, Fate::Dropped, Decider::Rule("mtu 68".into()));
    tell("too large for any segment", &play);

    // A reset.
    let mut play = Play::lab();
    play.walk(0).walk(1).walk(2).ask("wait 1s");
    let rst = play.packet(client, TcpFlags::RST, (1, 1), b"");
    tell("a reset by itself", &play);
    play.fate(rst, Fate::Dropped, Decider::You);
    tell("a reset is dropped", &play);
    insta::assert_snapshot!(text);
}

#[test]
fn every_order_of_the_cable_has_words() {
    for text in [
        "hold",
        "hold syn to server",
        "release",
        "drop next syn-ack",
        "loss 10% seed 7",
        "dup data",
        "swap next data",
        "reorder 5%",
        "corrupt 1%",
        "delay 200ms jitter 50ms",
        "rate 1mbit",
        "mtu 1400",
        "mtu 576",
        "mtu 68 to server",
        "unplug",
        "unplug to server",
        "plug",
        "clear",
        "preset 3g",
        "offload on",
        "something new",
    ] {
        let mut play = Play::lab();
        play.cable(text, &[text, "loss 10%"]);
        well_formed(&happening(play.book(), play.book().session()));
    }
}

#[test]
fn of_several_that_are_held_the_hand_takes_the_oldest() {
    let mut play = Play::lab();
    play.walk(0).walk(1).cable("hold", &["hold"]);
    for _ in 0..2 {
        let syn = play.packet(Side::Server, TcpFlags::SYN, (0, 0), b"");
        play.hold(syn, Decider::Rule("hold".into()));
    }
    let told = happening(play.book(), &play.session()).what.join(" ");
    assert!(
        told.contains("You hold 2 packets: s delivers the oldest, packet 1"),
        "{told}"
    );
}
