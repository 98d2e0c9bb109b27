//! Socket options that the language knows: one row each.

use super::ids::BadName;
use core::{fmt, str::FromStr};
use serde::{Deserialize, Serialize, de::Error as _};

/// What kind of value an option has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// `int`, 0 or 1: `on`, `off`.
    Switch,
    /// `int`, in the unit that the row's meaning says.
    Number,
    /// `struct linger`: on or off, and seconds.
    Linger,
    /// `struct timeval`.
    Time,
    /// Text, as the name of a congestion control.
    Text,
}

/// One row of the table of options.
#[derive(Debug)]
pub struct OptionRow {
    /// The constant's name, as in `setsockopt(2)`, `tcp(7)`, `ip(7)`, `ipv6(7)`.
    pub name: &'static str,
    /// The level's name.
    pub level: &'static str,
    /// The level's number on Linux.
    pub level_number: i32,
    /// The option's number on Linux.
    pub number: i32,
    /// The kind of its value.
    pub kind: ValueKind,
    /// Whether it can be set.
    pub settable: bool,
    /// One sentence for a learner.
    pub meaning: &'static str,
}

macro_rules! options {
    ($($name:literal $level:literal $l:literal $n:literal $kind:ident $set:literal $meaning:literal;)*) => {
        &[$(OptionRow { name: $name, level: $level, level_number: $l, number: $n, kind: ValueKind::$kind, settable: $set, meaning: $meaning }),*]
    };
}

/// All options that `setsockopt` and `getsockopt` of the language know; numbers of Linux's `asm-generic/socket.h`,
/// `linux/tcp.h`, `linux/in.h`, `linux/in6.h`.
pub static OPTIONS: &[OptionRow] = options! {
    "SO_REUSEADDR" "SOL_SOCKET" 1 2 Switch true "Allow bind to a port that only connections in TIME-WAIT still use.";
    "SO_REUSEPORT" "SOL_SOCKET" 1 15 Switch true "Allow several sockets to listen on one port; the kernel shares connections out.";
    "SO_KEEPALIVE" "SOL_SOCKET" 1 9 Switch true "Ask a silent peer now and then whether it is still there.";
    "SO_LINGER" "SOL_SOCKET" 1 13 Linger true "What close does with unsent bytes: wait so many seconds; with 0, throw them away and send a reset.";
    "SO_SNDBUF" "SOL_SOCKET" 1 7 Number true "Size of the send buffer in bytes; the kernel doubles what one asks for.";
    "SO_RCVBUF" "SOL_SOCKET" 1 8 Number true "Size of the receive buffer in bytes; the kernel doubles what one asks for.";
    "SO_RCVLOWAT" "SOL_SOCKET" 1 18 Number true "How many bytes must have arrived before recv and poll report them.";
    "SO_RCVTIMEO" "SOL_SOCKET" 1 20 Time true "How long recv and accept wait before they give up with EAGAIN.";
    "SO_SNDTIMEO" "SOL_SOCKET" 1 21 Time true "How long send and connect wait before they give up.";
    "SO_ERROR" "SOL_SOCKET" 1 4 Number false "The error that waits to be reported; reading it clears it.";
    "SO_TYPE" "SOL_SOCKET" 1 3 Number false "The type of the socket: 1 is SOCK_STREAM.";
    "SO_ACCEPTCONN" "SOL_SOCKET" 1 30 Switch false "Whether the socket listens.";
    "SO_OOBINLINE" "SOL_SOCKET" 1 10 Switch true "Leave urgent data in the stream.";
    "TCP_NODELAY" "IPPROTO_TCP" 6 1 Switch true "Send small pieces at once and do not wait for the acknowledgement of earlier ones (no Nagle).";
    "TCP_CORK" "IPPROTO_TCP" 6 3 Switch true "Send only full segments until it is switched off.";
    "TCP_MAXSEG" "IPPROTO_TCP" 6 2 Number true "The largest segment, in bytes of data.";
    "TCP_KEEPIDLE" "IPPROTO_TCP" 6 4 Number true "Seconds of silence before the first keep-alive.";
    "TCP_KEEPINTVL" "IPPROTO_TCP" 6 5 Number true "Seconds between keep-alives.";
    "TCP_KEEPCNT" "IPPROTO_TCP" 6 6 Number true "Keep-alives without an answer before the connection is given up.";
    "TCP_SYNCNT" "IPPROTO_TCP" 6 7 Number true "How often connect asks again before it gives up.";
    "TCP_LINGER2" "IPPROTO_TCP" 6 8 Number true "Seconds that a closed socket stays in FIN-WAIT-2.";
    "TCP_DEFER_ACCEPT" "IPPROTO_TCP" 6 9 Number true "Seconds to wait for data before accept is woken.";
    "TCP_WINDOW_CLAMP" "IPPROTO_TCP" 6 10 Number true "The largest window that is announced, in bytes.";
    "TCP_QUICKACK" "IPPROTO_TCP" 6 12 Switch true "Acknowledge at once and do not delay.";
    "TCP_CONGESTION" "IPPROTO_TCP" 6 13 Text true "The congestion control: cubic, reno, bbr, ...";
    "TCP_USER_TIMEOUT" "IPPROTO_TCP" 6 18 Number true "Milliseconds that sent bytes may stay unacknowledged before the connection is given up.";
    "IP_TTL" "IPPROTO_IP" 0 2 Number true "How many routers a packet may pass.";
    "IP_TOS" "IPPROTO_IP" 0 1 Number true "The type-of-service byte of each packet.";
    "IPV6_V6ONLY" "IPPROTO_IPV6" 41 26 Switch true "Take IPv6 only, not IPv4 in its mapped form.";
};

/// An option of [`OPTIONS`], by its place there.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SockOpt(u8);

impl SockOpt {
    /// `SO_REUSEADDR`.
    pub const REUSEADDR: Self = Self(0);
    /// `SO_LINGER`.
    pub const LINGER: Self = Self(3);
    /// `SO_ERROR`.
    pub const ERROR: Self = Self(9);

    /// Every option of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..OPTIONS.len() as u8).map(Self)
    }

    /// Whether the kernel takes its number as a wish, and makes of it what fits.
    pub fn is_negotiable(self) -> bool {
        matches!(
            self.row().name,
            "SO_SNDBUF" | "SO_RCVBUF" | "SO_RCVLOWAT" | "TCP_MAXSEG" | "TCP_WINDOW_CLAMP"
        )
    }

    /// Its row.
    pub fn row(self) -> &'static OptionRow {
        &OPTIONS[usize::from(self.0)]
    }
}

impl fmt::Display for SockOpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().name)
    }
}

impl fmt::Debug for SockOpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().name)
    }
}

/// Any case, with or without the prefix `SO_` or `TCP_`.
impl FromStr for SockOpt {
    type Err = BadName;
    fn from_str(s: &str) -> Result<Self, BadName> {
        let wanted = s.to_ascii_uppercase();
        let is = |o: &Self, strip: bool| {
            let name = o.row().name;
            name == wanted || strip && name.split_once('_').is_some_and(|(_, rest)| rest == wanted)
        };
        Self::all()
            .find(|o| is(o, false))
            .or_else(|| Self::all().find(|o| is(o, true)))
            .ok_or_else(|| BadName(s.chars().take(40).collect()))
    }
}

impl Serialize for SockOpt {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.row().name)
    }
}

impl<'de> Deserialize<'de> for SockOpt {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let name = String::deserialize(d)?;
        name.parse()
            .map_err(|_| D::Error::custom(format!("{name:?} is no socket option")))
    }
}

/// The value of an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OptionValue {
    /// A switch or a number.
    Number(i32),
    /// `struct linger`.
    Linger {
        /// Whether close lingers at all.
        linger: bool,
        /// For how long.
        seconds: i32,
    },
    /// `struct timeval`.
    Time {
        /// In milliseconds; 0 is for ever.
        milliseconds: u64,
    },
    /// A name.
    Text(String),
}

impl fmt::Display for OptionValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(n) => write!(f, "{n}"),
            Self::Linger { linger, seconds } => write!(f, "{{{}, {seconds}s}}", i32::from(*linger)),
            Self::Time { milliseconds } => write!(f, "{milliseconds}ms"),
            Self::Text(text) => f.write_str(&super::payload::escaped(text.as_bytes())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_with_names_are_where_the_names_say() {
        assert_eq!(SockOpt::REUSEADDR.row().name, "SO_REUSEADDR");
        assert_eq!(SockOpt::LINGER.row().name, "SO_LINGER");
        assert_eq!(SockOpt::ERROR.row().name, "SO_ERROR");
        for option in SockOpt::all() {
            assert_eq!(option.row().name.parse(), Ok(option));
        }
        assert_eq!(
            "nodelay".parse::<SockOpt>().unwrap().row().name,
            "TCP_NODELAY"
        );
    }
}
