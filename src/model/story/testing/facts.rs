//! One of each: facts and calls of every kind.

use super::done;
use crate::model::{
    call::{Call, CallDone, Family, How, MsgFlags, PollEvents},
    congestion::{Algorithm, CaState},
    errno::Errno,
    event::{AckLevel, Detail, Fact, ScriptLine, Sight, Timer},
    ids::{Actor, CallId, Fd, Nanos, Side, SocketId},
    option::{OptionValue, SockOpt},
    packet::{
        Arrival, Decider, Fate, Handling, Notable, Packet, PacketNo, Protocol, Tcp, TcpFlags,
    },
    payload::Payload,
    program::{Doing, Stream},
    tcp::TcpState,
};
use core::net::SocketAddr;

/// One fact of every kind, and one call of every kind.
pub fn every_fact() -> Vec<Fact> {
    let (server, client) = (
        SocketId::own(Actor::Server, 1),
        SocketId::own(Actor::CLIENT, 0),
    );
    let text = || "client connect".to_owned();
    let call_id = CallId(77);
    let program = |doing| Fact::Program {
        pid: 4711,
        doing: Box::new(doing),
    };
    let mut facts = vec![
        Fact::Begin {
            network: "host".to_owned(),
            script: vec![ScriptLine {
                line: 1,
                text: text(),
            }],
            server: SocketAddr::from(([127, 0, 0, 1], 10008)),
            sight: Sight::Cable,
            no_lab: Some(text()),
        },
        Fact::Asked {
            text: text(),
            step: Some(0),
        },
        Fact::Waiting {
            call_id,
            socket: Some(client),
            call: Box::new(Call::Accept { fd: Fd(3) }),
        },
        Fact::Queued { text: text() },
        program(Doing::Started {
            words: vec!["php".to_owned(), text()],
        }),
        program(Doing::Printed {
            stream: Stream::Stderr,
            data: Payload::capped(b"listening\n", 64),
        }),
        program(Doing::Flooded { bytes: 7 }),
        program(Doing::Exited { code: 255 }),
        program(Doing::Killed {
            signal: "SIGTERM".to_owned(),
        }),
        Fact::Cancel {
            call_id,
            call: "accept".to_owned(),
        },
        Fact::Socket {
            socket: server,
            cookie: u64::MAX,
            local: "[::1]:10008".parse().unwrap(),
            peer: Some("[::1]:49164".parse().unwrap()),
            was: Some("server.pending.1".parse().unwrap()),
        },
        Fact::State {
            socket: client,
            from: TcpState::FinWait1,
            to: TcpState::FinWait2,
        },
        Fact::Queue {
            socket: client,
            recv_q: 5,
            send_q: 0,
        },
        Fact::Progress {
            socket: client,
            taken: Some(5),
            sent: 4,
            acked: 3,
            received: 2,
            copied: Some(1),
        },
        Fact::Detail {
            socket: client,
            detail: Box::new(Detail {
                unsent: 1,
                unacked: 2,
                unread: 3,
                retransmits: 4,
                timer: Some((Timer::TimeWait, Nanos(5))),
                rtt: Some(Nanos(6)),
                rto: None,
                cwnd: Some(10),
                ssthresh: Some(7),
                ca_state: Some(CaState::Loss),
                congestion: Algorithm::new("cubic"),
                tries: Some(2),
                backoff: Some(2),
                snd_wnd: Some(0),
                pacing_rate: Some(u64::MAX),
                ..Detail::default()
            }),
        },
        Fact::Packet(Box::new(Packet {
            number: PacketNo(4),
            toward: Side::Server,
            socket: Some(client),
            protocol: Protocol::Tcp,
            from: "[::1]:49164".parse().unwrap(),
            to: "[::1]:10008".parse().unwrap(),
            tcp: Some(Tcp {
                flags: TcpFlags::PSH | TcpFlags::ACK,
                seq: 1,
                ack: 1,
                seq_raw: u32::MAX,
                ack_raw: 0,
                window: 1 << 20,
                window_raw: 8192,
            }),
            len: 5,
            notable: vec![Notable::Retransmission, Notable::WindowFull],
            again: Some(PacketNo(3)),
            copy_of: Some(PacketNo(2)),
            made_by_cable: true,
            merged: true,
            bytes: Payload::capped(b"\x45\xff", 1),
        })),
        Fact::Handled {
            packet: PacketNo(4),
            handling: Handling::Held,
            decided_by: Decider::You,
        },
        Fact::Handled {
            packet: PacketNo(4),
            handling: Handling::Delayed { until_ns: Nanos(9) },
            decided_by: Decider::Rule("delay 200ms".into()),
        },
        Fact::Fate {
            packet: PacketNo(4),
            fate: Fate::Delivered,
            decided_by: Decider::Cable,
            arrival: Some(Arrival::OutOfOrder),
        },
        Fact::Passed {
            toward: Side::Client,
            packets: 7,
            bytes: 9000,
            through: PacketNo(11),
        },
        Fact::Cable {
            text: "hold".to_owned(),
            rules: vec!["hold".to_owned()],
            offload: true,
        },
        Fact::Ack {
            level: AckLevel::Application,
            toward: Side::Server,
            socket: client,
            through: 17,
        },
        Fact::Line { line: 4 },
        Fact::Expect {
            text: text(),
            held: false,
            line: Some(7),
            found: "nothing".to_owned(),
        },
        Fact::Say {
            text: "\u{1b}\"\\".to_owned(),
        },
        Fact::Serve {
            mode: "echo".to_owned(),
        },
        Fact::Mode {
            text: "concurrent on".to_owned(),
        },
        Fact::Elided {
            socket: server,
            calls: 3,
            read: 4,
            written: 5,
        },
        Fact::Note { text: text() },
        Fact::Refused { text: text() },
    ];
    for (call, ret) in every_call() {
        let mut told = done(call_id, call.clone(), ret);
        told.socket = call.fd().map(|_| client);
        match &call {
            Call::Socket { .. } | Call::Accept { .. } => told.made = Some(server),
            Call::Recv { .. } | Call::RecvFrom { .. } => {
                told.data = Some(Payload::capped(b"\0\xff\r\n", 3));
            }
            Call::GetSockOpt { .. } => {
                told.value = Some(OptionValue::Time { milliseconds: 1500 });
            }
            Call::GetSockName { .. } => told.addr = Some("[::1]:1".parse().unwrap()),
            Call::Poll { .. } => {
                told.revents = Some(PollEvents {
                    pollin: true,
                    pollrdhup: true,
                    ..PollEvents::default()
                });
            }
            _ => {}
        }
        facts.push(Fact::Call(Box::new(told.clone())));
        for errno in [Errno::EINVAL, Errno(4711)] {
            let failed = CallDone {
                ret: -1,
                errno: Some(errno),
                made: None,
                data: None,
                addr: None,
                value: None,
                revents: None,
                ..told.clone()
            };
            facts.push(Fact::Call(Box::new(failed)));
        }
        facts.push(Fact::Waiting {
            call_id,
            socket: Some(server),
            call: Box::new(call),
        });
    }
    facts
}

/// Every call, and what it returns when all is well.
pub fn every_call() -> Vec<(Call, i64)> {
    let fd = Fd(4);
    let addr = SocketAddr::from(([127, 0, 0, 1], 10008));
    let flags = MsgFlags {
        peek: true,
        waitall: true,
        dontwait: true,
        nosignal: true,
    };
    let plain = MsgFlags::default();
    let data = Payload::capped(b"hello", 4);
    let option = SockOpt::LINGER;
    let linger = OptionValue::Linger {
        linger: true,
        seconds: 0,
    };
    let congestion = "TCP_CONGESTION".parse().unwrap();
    let cubic = OptionValue::Text("cubic".to_owned());
    vec![
        (
            Call::Socket {
                domain: Family::INET6,
            },
            4,
        ),
        (Call::Bind { fd, addr }, 0),
        (Call::Listen { fd, backlog: 5 }, 0),
        (Call::Accept { fd }, 5),
        (Call::Connect { fd, addr }, 0),
        (
            Call::Send {
                fd,
                len: 5,
                flags,
                data: data.clone(),
            },
            5,
        ),
        (
            Call::Send {
                fd,
                len: 5,
                flags: plain,
                data: data.clone(),
            },
            3,
        ),
        (
            Call::Send {
                fd,
                len: 0,
                flags: plain,
                data: Payload::default(),
            },
            0,
        ),
        (
            Call::SendTo {
                fd,
                len: 5,
                flags: plain,
                data,
                addr,
            },
            5,
        ),
        (
            Call::Recv {
                fd,
                len: 4096,
                flags: plain,
            },
            4,
        ),
        (
            Call::Recv {
                fd,
                len: 4096,
                flags,
            },
            4,
        ),
        (
            Call::Recv {
                fd,
                len: 4096,
                flags: plain,
            },
            0,
        ),
        (
            Call::Recv {
                fd,
                len: 0,
                flags: plain,
            },
            0,
        ),
        (Call::RecvFrom { fd, len: 4, flags }, 4),
        (Call::Shutdown { fd, how: How::Read }, 0),
        (
            Call::Shutdown {
                fd,
                how: How::Write,
            },
            0,
        ),
        (Call::Shutdown { fd, how: How::Both }, 0),
        (Call::Close { fd }, 0),
        (
            Call::SetSockOpt {
                fd,
                option,
                value: linger,
            },
            0,
        ),
        (
            Call::SetSockOpt {
                fd,
                option: congestion,
                value: cubic,
            },
            0,
        ),
        (
            Call::SetSockOpt {
                fd,
                option: SockOpt::REUSEADDR,
                value: OptionValue::Number(1),
            },
            0,
        ),
        (Call::GetSockOpt { fd, option }, 0),
        (Call::GetSockName { fd }, 0),
        (Call::GetPeerName { fd }, 0),
        (
            Call::Poll {
                fd,
                read: true,
                write: true,
                timeout_ms: -1,
            },
            1,
        ),
        (
            Call::Poll {
                fd,
                read: false,
                write: true,
                timeout_ms: 100,
            },
            0,
        ),
        (
            Call::Ioctl {
                fd,
                nonblocking: true,
            },
            0,
        ),
        (
            Call::Ioctl {
                fd,
                nonblocking: false,
            },
            0,
        ),
    ]
}
