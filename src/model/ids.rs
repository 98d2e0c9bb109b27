//! Names and numbers, one type each, so that a descriptor cannot be taken for an event or a side for an actor.

use core::{fmt, ops::Not, str::FromStr};
use serde::{Deserialize, Serialize, de::Error as _};

/// The place of an event in the journal, rising from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub u64);

/// One call made by an actor; its `waiting` and its `call` event share it. Rising from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallId(pub u64);

/// Nanoseconds: a span, or monotonic time since the program's start.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Nanos(pub u64);

impl Nanos {
    /// A span of whole milliseconds.
    pub const fn from_millis(ms: u64) -> Self {
        Self(ms * 1_000_000)
    }

    /// Whole milliseconds, rounded down.
    pub const fn millis(self) -> u64 {
        self.0 / 1_000_000
    }

    /// What lies between `earlier` and this, 0 if it is not earlier.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }

    /// This much later.
    #[must_use]
    pub const fn plus(self, span: Self) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

/// A span in the unit that reads best: `4µs`, `1.42s`. With `{:#}`: `us` for a terminal that has no `µ`.
impl fmt::Display for Nanos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micro = if f.alternate() { "us" } else { "µs" };
        match self.0 {
            n @ 0..1_000 => write!(f, "{n}ns"),
            n @ 1_000..1_000_000 => write!(f, "{}{micro}", n / 1_000),
            n @ 1_000_000..10_000_000 => write!(f, "{:.1}ms", n as f64 / 1e6),
            n @ 10_000_000..1_000_000_000 => write!(f, "{}ms", n / 1_000_000),
            n @ 1_000_000_000..100_000_000_000 => write!(f, "{:.2}s", n as f64 / 1e9),
            n => write!(f, "{}s", n / 1_000_000_000),
        }
    }
}

/// A descriptor's number. `Fd(-1)` is what a program holds that has no socket yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fd(pub i32);

impl fmt::Display for Fd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One of the two ends. `!side` is the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The end that listens.
    Server,
    /// The end that connects.
    Client,
}

impl Not for Side {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            Self::Server => Self::Client,
            Self::Client => Self::Server,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Server => "server",
            Self::Client => "client",
        })
    }
}

/// Who makes calls: `server`, `client`, `client2`, ...
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// The server.
    Server,
    /// A client, numbered from 1; the first is written `client`, the second `client2`.
    Client(u16),
}

impl Actor {
    /// The first client.
    pub const CLIENT: Self = Self::Client(1);

    /// The end that this actor stands on.
    pub const fn side(self) -> Side {
        match self {
            Self::Server => Side::Server,
            Self::Client(_) => Side::Client,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server => f.pad("server"),
            Self::Client(1) => f.pad("client"),
            Self::Client(n) => f.pad(&format!("client{n}")),
        }
    }
}

/// A name that is none of `server`, `client`, `client2` ... `client9999`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} names no actor or socket: expected server, client, client2, ... or a socket of theirs as in server.1"
)]
pub struct BadName(pub String);

impl FromStr for Actor {
    type Err = BadName;
    fn from_str(s: &str) -> Result<Self, BadName> {
        let bad = || BadName(s.chars().take(40).collect());
        match s {
            "server" => Ok(Self::Server),
            "client" => Ok(Self::CLIENT),
            _ => {
                let digits = s.strip_prefix("client").ok_or_else(bad)?;
                let n: u16 = digits.parse().map_err(|_| bad())?;
                let plain = !digits.starts_with(['0', '+']) && (1..=9999).contains(&n);
                plain.then_some(Self::Client(n)).ok_or_else(bad)
            }
        }
    }
}

/// Which of an actor's sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// In the order in which the actor got them, from 0.
    Own(u32),
    /// A connection that still waits in the accept queue, from 1. When accepted it becomes an [`Slot::Own`].
    Pending(u32),
}

/// One kernel socket of an actor: `server.0` (its first, usually the listener), `server.1`, `client` (short for
/// `client.0`), `server.pending.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId {
    /// Whose it is.
    pub actor: Actor,
    /// Which one.
    pub slot: Slot,
}

impl SocketId {
    /// The actor's `index`th socket, from 0.
    pub const fn own(actor: Actor, index: u32) -> Self {
        Self {
            actor,
            slot: Slot::Own(index),
        }
    }
}

impl fmt::Display for SocketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match (self.actor, self.slot) {
            (Actor::Client(_), Slot::Own(0)) => self.actor.to_string(),
            (actor, Slot::Own(n)) => format!("{actor}.{n}"),
            (actor, Slot::Pending(n)) => format!("{actor}.pending.{n}"),
        };
        f.pad(&text)
    }
}

/// `WHO` of a statement: an actor, or one socket of it. A bare actor means the listener for `listen` and `accept`
/// and for all else the newest open connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// Whose.
    pub actor: Actor,
    /// Which socket, if one was named.
    pub slot: Option<Slot>,
}

impl From<Actor> for Target {
    fn from(actor: Actor) -> Self {
        Self { actor, slot: None }
    }
}

impl From<SocketId> for Target {
    fn from(id: SocketId) -> Self {
        Self {
            actor: id.actor,
            slot: Some(id.slot),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.slot {
            None => self.actor.fmt(f),
            Some(Slot::Own(n)) => f.pad(&format!("{}.{n}", self.actor)),
            Some(Slot::Pending(n)) => f.pad(&format!("{}.pending.{n}", self.actor)),
        }
    }
}

impl FromStr for Target {
    type Err = BadName;
    fn from_str(s: &str) -> Result<Self, BadName> {
        let bad = || BadName(s.chars().take(40).collect());
        let (actor, rest) = s.split_once('.').map_or((s, None), |(a, r)| (a, Some(r)));
        let actor = actor.parse().map_err(|_| bad())?;
        let number = |digits: &str| -> Result<u32, BadName> {
            let plain = digits == "0" || !digits.starts_with(['0', '+']);
            digits.parse().ok().filter(|_| plain).ok_or_else(bad)
        };
        let slot = match rest {
            None => None,
            Some(rest) => Some(match rest.strip_prefix("pending.") {
                Some(n) => {
                    Slot::Pending(number(n).and_then(|n| if n == 0 { Err(bad()) } else { Ok(n) })?)
                }
                None => Slot::Own(number(rest)?),
            }),
        };
        Ok(Self { actor, slot })
    }
}

impl FromStr for SocketId {
    type Err = BadName;
    fn from_str(s: &str) -> Result<Self, BadName> {
        let Target { actor, slot } = s.parse()?;
        match (actor, slot) {
            (_, Some(slot)) => Ok(Self { actor, slot }),
            (Actor::Client(_), None) => Ok(Self::own(actor, 0)),
            (Actor::Server, None) => Err(BadName(s.to_owned())),
        }
    }
}

/// Serializes a type as what `Display` writes, and reads it back with `FromStr`.
macro_rules! as_text {
    ($($name:ty),*) => {$(
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(D::Error::custom)
            }
        }
    )*};
}
as_text!(Actor, SocketId, Target);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_as_they_are_written() {
        for name in [
            "server.0",
            "server.12",
            "client",
            "client2",
            "client3.1",
            "server.pending.1",
            "server.65536",
            "server.pending.4000000000",
        ] {
            assert_eq!(name.parse::<SocketId>().unwrap().to_string(), name);
        }
        for name in ["server", "client.0", "client2", "server.pending.3"] {
            assert_eq!(name.parse::<Target>().unwrap().to_string(), name);
        }
        for bad in [
            "",
            "sever",
            "client0",
            "client01",
            "client+1",
            "server.",
            "server.x",
            "server.pending.0",
            "server.01",
        ] {
            assert!(
                bad.parse::<Target>().is_err(),
                "{bad:?} was taken for a name"
            );
        }
    }

    #[test]
    fn a_span_is_written_in_the_unit_that_reads_best() {
        let spans = [
            (999, "999ns"),
            (4_100, "4µs"),
            (1_500_000, "1.5ms"),
            (310_000_000, "310ms"),
            (1_420_000_000, "1.42s"),
        ];
        for (ns, text) in spans {
            assert_eq!(Nanos(ns).to_string(), text);
        }
    }
}
