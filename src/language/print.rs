//! The canonical text of what was parsed. Parsed again it gives the same.

use super::time::Exactly;
use crate::model::{
    call::{Family, How, MsgFlags},
    claim::{By, Claim, PacketClaim, PacketIs, QueueName, Stage},
    command::{Address, Command, Data, Expectation, Order, ServeMode, Spawn, Statement},
    event::AckLevel,
    option::{OptionValue, SockOpt, ValueKind},
    payload::escaped,
};
use core::{
    fmt::{Display, Formatter, Result},
    net::IpAddr,
};

impl Display for Statement {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Do(order) => order.fmt(f),
            Self::Cable(order) => write!(f, "cable {order}"),
            Self::Expect(expectation) => write!(f, "expect {expectation}"),
            Self::Wait(time) => write!(f, "wait {}", Exactly(*time)),
            Self::WaitUntil(expectation) => write!(f, "wait until {expectation}"),
            Self::Say(text) => write!(f, "say \"{}\"", escaped(text.as_bytes())),
            Self::Again(None) => f.write_str("again"),
            Self::Again(Some(line)) => write!(f, "again {line}"),
            Self::Spawn(spawn) => spawn.fmt(f),
        }
    }
}

impl Display for Spawn {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "spawn {}", self.side)?;
        self.program.iter().try_for_each(|word| {
            let beside = |b: u8| b.is_ascii_alphanumeric() || b"_-./+~:=,@%".contains(&b);
            if !word.is_empty() && word.bytes().all(beside) {
                write!(f, " {word}")
            } else {
                write!(f, " \"{}\"", escaped(word.as_bytes()))
            }
        })
    }
}

impl Display for Expectation {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.claim.fmt(f)?;
        match self.within {
            Some(time) => write!(f, " within {}", Exactly(time)),
            None => Ok(()),
        }
    }
}

impl Display for Order {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{} {}", self.who, self.command)
    }
}

impl Display for Command {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let switch = |on: &bool| if *on { "on" } else { "off" };
        match self {
            Self::Socket(Family::INET) => f.write_str("socket"),
            Self::Socket(Family::INET6) => f.write_str("socket inet6"),
            Self::Bind(address) => write!(f, "bind {address}"),
            Self::Listen { at, backlog } => {
                f.write_str("listen")?;
                optional(f, "", at.as_ref())?;
                optional(f, "backlog ", backlog.as_ref())
            }
            Self::Accept => f.write_str("accept"),
            Self::Connect(to) => {
                f.write_str("connect")?;
                optional(f, "", to.as_ref())
            }
            Self::Send(data, with) => write!(f, "send {data}{}", Flags(*with)),
            Self::SendTo(to, data) => write!(f, "sendto {to} {data}"),
            Self::Recv(n, with) => write!(f, "recv{}{}", Asked(*n), Flags(*with)),
            Self::RecvFrom(n, with) => write!(f, "recvfrom{}{}", Asked(*n), Flags(*with)),
            Self::Shutdown(how) => f.write_str(match how {
                How::Read => "shutdown read",
                How::Write => "shutdown write",
                How::Both => "shutdown both",
            }),
            Self::Close => f.write_str("close"),
            Self::Abort => f.write_str("abort"),
            Self::SetSockOpt(option, value) => {
                write!(f, "setsockopt {option} {}", Value(*option, value))
            }
            Self::GetSockOpt(option) => write!(f, "getsockopt {option}"),
            Self::GetSockName => f.write_str("getsockname"),
            Self::GetPeerName => f.write_str("getpeername"),
            Self::Poll {
                read,
                write,
                timeout,
            } => {
                f.write_str("poll")?;
                f.write_str(if *read { " read" } else { "" })?;
                f.write_str(if *write { " write" } else { "" })?;
                optional(f, "", timeout.map(Exactly).as_ref())
            }
            Self::Nonblocking(on) => write!(f, "nonblocking {}", switch(on)),
            Self::Concurrent(on) => write!(f, "concurrent {}", switch(on)),
            Self::Serve(Some(mode)) => write!(f, "serve {mode}"),
            Self::Serve(None) => f.write_str("serve off"),
            Self::Cancel => f.write_str("cancel"),
        }
    }
}

fn optional<T: Display>(f: &mut Formatter<'_>, word: &str, value: Option<&T>) -> Result {
    match value {
        Some(value) => write!(f, " {word}{value}"),
        None => Ok(()),
    }
}

/// What `recv` asks for; 4096 need not be said.
struct Asked(u64);

impl Display for Asked {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.0 {
            4096 => Ok(()),
            n => write!(f, " {n}"),
        }
    }
}

struct Flags(MsgFlags);

impl Display for Flags {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for (on, name) in [
            (self.0.peek, " peek"),
            (self.0.waitall, " waitall"),
            (self.0.dontwait, " dontwait"),
        ] {
            f.write_str(if on { name } else { "" })?;
        }
        Ok(())
    }
}

struct Value<'a>(SockOpt, &'a OptionValue);

impl Display for Value<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match (self.1, self.0.row().kind) {
            (OptionValue::Number(0), ValueKind::Switch)
            | (OptionValue::Linger { linger: false, .. }, _) => f.write_str("off"),
            (OptionValue::Number(1), ValueKind::Switch) => f.write_str("on"),
            (OptionValue::Number(n), _) => n.fmt(f),
            (OptionValue::Linger { seconds, .. }, _) => write!(f, "on {seconds}"),
            (OptionValue::Time { milliseconds: 0 }, _) => f.write_str("0s"),
            (OptionValue::Time { milliseconds }, _) => write!(f, "{milliseconds}ms"),
            (OptionValue::Text(text), _) if is_plain(text) => f.write_str(text),
            (OptionValue::Text(text), _) => write!(f, "\"{}\"", escaped(text.as_bytes())),
        }
    }
}

impl Display for Address {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.ip {
            None => self.port.fmt(f),
            Some(IpAddr::V4(ip)) => write!(f, "{ip}:{}", self.port),
            Some(IpAddr::V6(ip)) => write!(f, "[{ip}]:{}", self.port),
        }
    }
}

impl Display for Data {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Literal(bytes) => write!(f, "\"{}\"", escaped(bytes)),
            Self::Alphabet(n) => write!(f, "bytes({n})"),
            Self::File(name) if is_plain(name) => write!(f, "@{name}"),
            Self::File(name) => write!(f, "@\"{}\"", escaped(name.as_bytes())),
        }
    }
}

/// Whether a text is one word without quotes that nothing else could be read from.
fn is_plain(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-./+~".contains(&b);
    !text.is_empty() && text.bytes().all(plain)
}

impl Display for ServeMode {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Ack => f.write_str("ack"),
            Self::Echo => f.write_str("echo"),
            Self::Discard => f.write_str("discard"),
            Self::Silent => f.write_str("silent"),
            Self::Slow(rate) => write!(f, "slow {rate}"),
            Self::Http => f.write_str("http"),
        }
    }
}

impl Display for Claim {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Not(claim) => write!(f, "not {claim}"),
            Self::State(who, state) => write!(f, "{who} state {}", state.name()),
            Self::Recv(who, bytes) => write!(f, "{who} recv \"{}\"", escaped(bytes)),
            Self::ReadSoFar(who, bytes) => write!(f, "{who} read \"{}\"", escaped(bytes)),
            Self::Errno(who, errno) => {
                if let Some(who) = who {
                    write!(f, "{who} ")?;
                }
                match errno {
                    Some(errno) => write!(f, "errno {errno}"),
                    None => f.write_str("errno none"),
                }
            }
            Self::Returned(who, n) => write!(f, "{who} returned {n}"),
            Self::Waits(who, call) => {
                write!(f, "{who} waits")?;
                optional(f, "", call.as_ref())
            }
            Self::Line(n) => write!(f, "line {n}"),
            Self::Queue(who, QueueName::Recv, n) => write!(f, "{who} recv-q {n}"),
            Self::Queue(who, QueueName::Send, n) => write!(f, "{who} send-q {n}"),
            Self::Ledger(who, stage, n) => write!(f, "{who} {stage} {n} bytes"),
            Self::Ack(level, side, n) => write!(f, "ack {level} to {side} {n} bytes"),
            Self::Retransmits(who, n) => write!(f, "{who} retransmits {n}"),
            Self::Printed(who, bytes) => write!(f, "{who} printed \"{}\"", escaped(bytes)),
            Self::Packets(claim) => claim.fmt(f),
        }
    }
}

impl Display for PacketClaim {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Begin(kinds) => {
                f.write_str("packets")?;
                kinds.iter().try_for_each(|kind| write!(f, " {kind}"))
            }
            Self::One(n, PacketIs::Fate(fate, by)) => {
                write!(f, "packet {n} {fate}")?;
                optional(f, "by ", by.map(By::name).as_ref())
            }
            Self::One(n, PacketIs::Held) => write!(f, "packet {n} held"),
            Self::One(n, PacketIs::Kind(kind)) => write!(f, "packet {n} {kind}"),
            Self::One(n, PacketIs::Sign(sign)) => write!(f, "packet {n} {sign}"),
            Self::Seen(sign, n) => {
                sign.fmt(f)?;
                optional(f, "", n.as_ref())
            }
            Self::Fate(fate, n) => write!(f, "fate {fate} {n}"),
            Self::Held(n) => write!(f, "held {n}"),
        }
    }
}

impl Display for Stage {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Self::Written => "written",
            Self::Sent => "sent",
            Self::Acked => "acked",
            Self::Received => "received",
            Self::Read => "read",
        })
    }
}

impl Display for AckLevel {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Self::Kernel => "kernel",
            Self::Tcp => "tcp",
            Self::Application => "application",
        })
    }
}
