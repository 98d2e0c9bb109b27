//! An event in a few words, as it stands in a list of causes and effects, and in one line.

use super::near::call_name;
use crate::model::{
    event::{AckLevel, Event, Fact, RULE_OVER},
    ids::{Side, SocketId},
    packet::{Decider, Fate, Handling, Packet},
    story::{
        packets, program,
        words::{bytes, counted, safe, the},
    },
    tcp::TcpState,
};

/// Letters of a text that somebody wrote.
const MOST: usize = 60;

/// An event in a few words: `the client's connect returned 0`, `packet 2 is dropped by you`.
pub fn few(event: &Event) -> String {
    match &event.fact {
        Fact::Begin { network, .. } => format!("it begins: {}", safe(network, MOST)),
        Fact::Asked { text, .. } => format!("asked for: {}", safe(text, MOST)),
        Fact::Call(done) => {
            let name = call_name(event, &done.call);
            match done.errno {
                Some(errno) => format!("{name} failed: {errno}"),
                None if done.call.data().is_some() => {
                    format!("{name} took {}", bytes(done.bytes_written()))
                }
                None if done.bytes_read() > 0 => {
                    format!("{name} brought {}", bytes(done.bytes_read()))
                }
                None => format!("{name} returned {}", done.ret),
            }
        }
        Fact::Waiting { call, .. } => format!("{} waits", call_name(event, call)),
        Fact::Queued { text } => format!("`{}` waits for its turn", safe(text, MOST)),
        Fact::Cancel { call, .. } => format!("a signal interrupts {}", safe(call, MOST)),
        Fact::Socket {
            socket,
            was: Some(was),
            ..
        } => format!("{was} is called {socket} from now on"),
        Fact::Socket {
            socket,
            local,
            peer: Some(peer),
            ..
        } => format!("{socket} is {local}, its peer {peer}"),
        Fact::Socket { socket, local, .. } => format!("{socket} is {local}"),
        Fact::State { socket, from, to } => steps(*socket, *from, *to),
        Fact::Queue {
            socket,
            recv_q,
            send_q,
        } => format!("{socket}: Recv-Q {recv_q}, Send-Q {send_q}"),
        Fact::Progress {
            socket,
            sent,
            acked,
            received,
            ..
        } => format!("{socket}: {sent} sent, {acked} acknowledged, {received} received"),
        Fact::Detail { socket, .. } => format!("more of {socket} from its kernel"),
        Fact::Packet(packet) => entered(packet),
        Fact::Handled {
            packet,
            handling,
            decided_by,
        } => {
            let what = match handling {
                Handling::Held => "is held".to_owned(),
                Handling::Delayed { .. } => "is delayed".to_owned(),
                Handling::Corrupted { .. } => "is corrupted".to_owned(),
                Handling::Swapped { with } => format!("changes places with packet {with}"),
            };
            format!("packet {packet} {what}{}", by(decided_by))
        }
        Fact::Fate {
            packet,
            fate: Fate::Lost,
            decided_by: Decider::Cable,
            ..
        } => format!("packet {packet} is lost: the cable has no room"),
        Fact::Fate {
            packet,
            fate,
            decided_by,
            ..
        } => format!("packet {packet} is {fate}{}", by(decided_by)),
        Fact::Passed {
            toward, packets, ..
        } => format!("{} pass to the {toward}", counted(*packets, "packet")),
        Fact::Cable { text, .. } => match text.strip_prefix(RULE_OVER) {
            Some(rule) => format!("the cable's rule is used up: {}", safe(rule, MOST)),
            None => format!("the cable is told: {}", safe(text, MOST)),
        },
        Fact::Ack {
            level,
            toward,
            socket,
            through,
        } => acknowledged(*level, *toward, *socket, *through),
        Fact::Line { line } => format!("line {line} is reached"),
        Fact::Expect { text, held, .. } => {
            let held = if *held { "holds" } else { "does not hold" };
            format!("the claim {held}: {}", safe(text, MOST))
        }
        Fact::Say { text } => format!("the script says: {}", safe(text, MOST)),
        Fact::Serve { mode } if mode == "off" => "it no longer answers by itself".to_owned(),
        Fact::Serve { mode } => format!("it answers by itself: {}", safe(mode, MOST)),
        Fact::Program { pid, doing } => program::told(*pid, doing, MOST),
        Fact::Elided { calls, socket, .. } => {
            format!("{} on {socket}", counted(*calls, "more call"))
        }
        Fact::Mode { text } | Fact::Note { text } | Fact::Refused { text } => safe(text, MOST),
    }
}

/// An event in one line, without its time.
pub fn line(event: &Event) -> String {
    match &event.fact {
        Fact::Call(done) => match event.who {
            Some(who) => format!("{who}  {} = {}", done.call, done.result()),
            None => format!("{} = {}", done.call, done.result()),
        },
        Fact::Waiting { call, .. } => match event.who {
            Some(who) => format!("{who}  {call} waits"),
            None => format!("{call} waits"),
        },
        Fact::Packet(packet) => packets::entered(packet),
        Fact::Mode { text } | Fact::Note { text } | Fact::Refused { text } => safe(text, 200),
        _ => few(event),
    }
}

/// A step of a socket. From itself to itself is how a state is told of which nobody has seen how it came about.
pub(super) fn steps(socket: SocketId, from: TcpState, to: TcpState) -> String {
    if from == to {
        format!("{socket} is {to}, as the packets tell")
    } else {
        format!("{socket} goes from {from} to {to}")
    }
}

fn entered(packet: &Packet) -> String {
    let what = match (packet.tcp, packet.stream()) {
        (Some(tcp), Some((first, last))) => format!("{} bytes {first}..{last}", tcp.flags),
        (Some(tcp), None) => tcp.flags.to_string(),
        (None, _) => packet.protocol.name().to_owned(),
    };
    let again = if super::is_retry(packet) {
        ", again"
    } else {
        ""
    };
    format!(
        "packet {} to the {}: {what}{again}",
        packet.number, packet.toward
    )
}

fn by(decider: &Decider) -> String {
    match decider {
        Decider::You => " by you".to_owned(),
        Decider::Rule(rule) => format!(" by the rule `{}`", safe(rule, MOST)),
        Decider::Cable => String::new(),
    }
}

fn acknowledged(level: AckLevel, toward: Side, socket: SocketId, through: u64) -> String {
    let n = bytes(through);
    match level {
        AckLevel::Kernel => format!("{}'s kernel has a copy of {n}", the(socket.actor)),
        AckLevel::Tcp => format!("the {toward}'s TCP has acknowledged {n}"),
        AckLevel::Application => format!("the {toward}'s program has read {n}, and answers"),
    }
}
