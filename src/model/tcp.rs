//! The states of a TCP connection (RFC 9293, section 3.3.2) and the ways between them.

use core::{fmt, str::FromStr};
use serde::{Deserialize, Serialize};

/// A state of RFC 9293. In JSON and in the command language `FIN_WAIT_1`, on the screen `FIN-WAIT-1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(
    missing_docs,
    reason = "the names are those of RFC 9293, and `meaning` says what each one means"
)]
pub enum TcpState {
    Closed,
    Listen,
    SynSent,
    SynReceived,
    Established,
    #[serde(rename = "FIN_WAIT_1")]
    FinWait1,
    #[serde(rename = "FIN_WAIT_2")]
    FinWait2,
    CloseWait,
    Closing,
    LastAck,
    TimeWait,
}

use TcpState::{
    CloseWait, Closed, Closing, Established, FinWait1, FinWait2, LastAck, Listen, SynReceived,
    SynSent, TimeWait,
};

/// Each state: itself, its name in JSON and in the language, in RFC 9293, in `ss`, in netstat, and its meaning.
const TABLE: [(TcpState, &str, &str, &str, &str, &str); 11] = [
    (
        Closed,
        "CLOSED",
        "CLOSED",
        "UNCONN",
        "CLOSE",
        "there is no connection",
    ),
    (
        Listen,
        "LISTEN",
        "LISTEN",
        "LISTEN",
        "LISTEN",
        "waits for connections",
    ),
    (
        SynSent,
        "SYN_SENT",
        "SYN-SENT",
        "SYN-SENT",
        "SYN_SENT",
        "has asked for a connection and waits for the answer",
    ),
    (
        SynReceived,
        "SYN_RECEIVED",
        "SYN-RECEIVED",
        "SYN-RECV",
        "SYN_RECV",
        "was asked, has answered, waits for the confirmation",
    ),
    (
        Established,
        "ESTABLISHED",
        "ESTABLISHED",
        "ESTAB",
        "ESTABLISHED",
        "open both ways",
    ),
    (
        FinWait1,
        "FIN_WAIT_1",
        "FIN-WAIT-1",
        "FIN-WAIT-1",
        "FIN_WAIT1",
        "has said goodbye and waits for the acknowledgement",
    ),
    (
        FinWait2,
        "FIN_WAIT_2",
        "FIN-WAIT-2",
        "FIN-WAIT-2",
        "FIN_WAIT2",
        "its goodbye is acknowledged; waits for the peer's goodbye",
    ),
    (
        CloseWait,
        "CLOSE_WAIT",
        "CLOSE-WAIT",
        "CLOSE-WAIT",
        "CLOSE_WAIT",
        "the peer has said goodbye; this program has not closed yet",
    ),
    (
        Closing,
        "CLOSING",
        "CLOSING",
        "CLOSING",
        "CLOSING",
        "both said goodbye at once; waits for the acknowledgement",
    ),
    (
        LastAck,
        "LAST_ACK",
        "LAST-ACK",
        "LAST-ACK",
        "LAST_ACK",
        "said goodbye second and waits for the last acknowledgement",
    ),
    (
        TimeWait,
        "TIME_WAIT",
        "TIME-WAIT",
        "TIME-WAIT",
        "TIME_WAIT",
        "both are done; the name is kept for a while, for late packets",
    ),
];

impl TcpState {
    /// All of them, in the order of a connection's life.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    const fn row(
        self,
    ) -> &'static (
        Self,
        &'static str,
        &'static str,
        &'static str,
        &'static str,
        &'static str,
    ) {
        &TABLE[self as usize]
    }

    /// `FIN_WAIT_1`: in JSON and in the command language.
    pub const fn name(self) -> &'static str {
        self.row().1
    }

    /// `FIN-WAIT-1`: as RFC 9293 writes it, and so the screen.
    pub const fn rfc(self) -> &'static str {
        self.row().2
    }

    /// What it means, in a few words that fit after "this end".
    pub const fn meaning(self) -> &'static str {
        self.row().5
    }

    /// The same where only packets were seen, and not what the program does.
    pub const fn meaning_of_packets(self) -> &'static str {
        match self {
            CloseWait => "the peer has said goodbye; its own goodbye is still to come",
            state => state.meaning(),
        }
    }

    /// Whether data can still be read or written, or will be.
    pub const fn is_connection(self) -> bool {
        !matches!(self, Closed | Listen)
    }

    /// Whether the program can send: the connection is there, and it has not said goodbye.
    pub const fn can_send(self) -> bool {
        matches!(self, Established | CloseWait)
    }

    /// Whether this end has sent its FIN.
    pub const fn fin_sent(self) -> bool {
        matches!(self, FinWait1 | FinWait2 | Closing | LastAck | TimeWait)
    }

    /// Whether the peer's FIN has arrived.
    pub const fn fin_received(self) -> bool {
        matches!(self, CloseWait | Closing | LastAck | TimeWait)
    }

    /// The states that one step leads to (RFC 9293, figure 5), without resets.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Closed => &[Listen, SynSent],
            Listen => &[SynReceived, SynSent, Closed],
            SynSent => &[Established, SynReceived, Closed],
            SynReceived => &[Established, FinWait1],
            Established => &[FinWait1, CloseWait],
            FinWait1 => &[FinWait2, Closing],
            CloseWait => &[LastAck],
            FinWait2 | Closing => &[TimeWait],
            LastAck | TimeWait => &[Closed],
        }
    }

    /// What must lie between `self` and `to` when an orderly connection was seen in one and then in the other: the
    /// shortest way of figure 5, without its ends. `None` if no way leads there; then only a reset does.
    pub fn between(self, to: Self) -> Option<Vec<Self>> {
        let mut ways = vec![vec![self]];
        for _ in 0..TABLE.len() {
            if let Some(way) = ways
                .iter()
                .find(|way| way.len() > 1 && way.last() == Some(&to))
            {
                return Some(way[1..way.len() - 1].to_vec());
            }
            ways = ways
                .iter()
                .flat_map(|way| {
                    let from = way[way.len() - 1];
                    from.next()
                        .iter()
                        .filter(|s| !way.contains(s))
                        .map(|&s| [way.as_slice(), &[s]].concat())
                })
                .collect();
        }
        None
    }
}

impl fmt::Display for TcpState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.rfc())
    }
}

/// No state has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no TCP state: expected one of CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT"
)]
pub struct BadState(pub String);

/// Any case, `-` or `_`, and the names of `ss` and netstat.
impl FromStr for TcpState {
    type Err = BadState;
    fn from_str(s: &str) -> Result<Self, BadState> {
        let wanted = s.to_ascii_uppercase().replace('-', "_");
        TABLE
            .iter()
            .find(|row| {
                [row.1, row.3, row.4]
                    .iter()
                    .any(|name| name.replace('-', "_") == wanted)
            })
            .map(|row| row.0)
            .ok_or_else(|| BadState(s.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_the_field_is_understood() {
        for state in TcpState::all() {
            assert_eq!(
                state.row().0,
                state,
                "the table is in the order of the enum"
            );
            for name in [state.name(), state.rfc(), state.row().3, state.row().4] {
                assert_eq!(name.parse(), Ok(state));
                assert_eq!(name.to_lowercase().parse(), Ok(state));
            }
            assert_eq!(
                serde_json::to_string(&state).unwrap(),
                format!("{:?}", state.name())
            );
        }
        assert!("ESTABLISH".parse::<TcpState>().is_err());
    }

    #[test]
    fn what_was_crossed_unseen_is_what_the_rfc_puts_between() {
        assert_eq!(Closed.between(Established), Some(vec![SynSent]));
        assert_eq!(Listen.between(Established), Some(vec![SynReceived]));
        assert_eq!(Established.between(FinWait2), Some(vec![FinWait1]));
        assert_eq!(
            Established.between(TimeWait),
            Some(vec![FinWait1, FinWait2])
        );
        assert_eq!(Established.between(LastAck), Some(vec![CloseWait]));
        assert_eq!(CloseWait.between(Closed), Some(vec![LastAck]));
    }
}
