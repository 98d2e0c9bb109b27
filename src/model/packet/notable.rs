//! What is notable about a packet: when it enters the cable, and when it arrives.

use serde::{Deserialize, Serialize};

/// What is notable about a packet when it enters the cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notable {
    /// The same sequence numbers again (RFC 6298).
    Retransmission,
    /// The same acknowledgement again, without data or news: something is missing at the receiver (RFC 5681).
    DupAck,
    /// The sender's receive buffer is full (RFC 9293, section 3.8.6).
    ZeroWindow,
    /// Only the window has changed.
    WindowUpdate,
    /// The data fill the peer's window to its end.
    WindowFull,
    /// Asks whether a closed window has opened (RFC 9293, section 3.8.6.1).
    ZeroWindowProbe,
    /// Answers such a probe.
    ZeroWindowProbeAck,
    /// Asks whether a silent peer is there (RFC 9293, section 3.8.4).
    KeepAlive,
    /// Answers that it is.
    KeepAliveAck,
    /// An acknowledgement that was kept back for a while, to go with data (RFC 9293, section 3.8.6.3).
    DelayedAck,
    /// A reset that answers a SYN: nobody listens there.
    Refused,
    /// A new SYN under the addresses of an earlier connection.
    PortReused,
}

impl Notable {
    /// Each with its word in the language, a label, and what it means in a sentence.
    pub const TABLE: [(Self, &'static str, &'static str, &'static str); 12] = [
        (
            Self::Retransmission,
            "retransmission",
            "retransmission",
            "The same bytes again: no acknowledgement came before the kernel's timer ran out, or the peer said that they are missing.",
        ),
        (
            Self::DupAck,
            "dup-ack",
            "duplicate ACK",
            "The same acknowledgement again: something arrived that the receiver could not put in order.",
        ),
        (
            Self::ZeroWindow,
            "zero-window",
            "zero window",
            "Its receive buffer is full: send nothing more until the program has read.",
        ),
        (
            Self::WindowUpdate,
            "window-update",
            "window update",
            "Nothing new but the window: there is room again.",
        ),
        (
            Self::WindowFull,
            "window-full",
            "window full",
            "These data fill the receiver's window to its end; the sender must wait now.",
        ),
        (
            Self::ZeroWindowProbe,
            "zero-window-probe",
            "zero-window probe",
            "Asks whether the closed window has opened.",
        ),
        (
            Self::ZeroWindowProbeAck,
            "zero-window-probe-ack",
            "answer to a probe",
            "Says how large the window is now.",
        ),
        (
            Self::KeepAlive,
            "keep-alive",
            "keep-alive",
            "Asks a silent peer whether it is there: one number below the next one.",
        ),
        (
            Self::KeepAliveAck,
            "keep-alive-ack",
            "keep-alive ACK",
            "Answers: still here.",
        ),
        (
            Self::DelayedAck,
            "delayed-ack",
            "delayed ACK",
            "The kernel kept this acknowledgement back for a while, hoping to send it together with data.",
        ),
        (
            Self::Refused,
            "refused",
            "refused",
            "A reset in answer to a SYN: nobody listens on that port.",
        ),
        (
            Self::PortReused,
            "port-reused",
            "port reused",
            "A new connection under the addresses of an earlier one.",
        ),
    ];

    const fn row(self) -> &'static (Self, &'static str, &'static str, &'static str) {
        &Self::TABLE[self as usize]
    }

    /// Its word in the language: `dup-ack`.
    pub const fn name(self) -> &'static str {
        self.row().1
    }

    /// Its label: `duplicate ACK`.
    pub const fn label(self) -> &'static str {
        self.row().2
    }

    /// What it means, in a sentence.
    pub const fn meaning(self) -> &'static str {
        self.row().3
    }
}

/// What is notable about a packet when it arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrival {
    /// Something that was sent before it has not arrived yet.
    OutOfOrder,
    /// All of it had arrived before: the kernel throws it away, and acknowledges again.
    Again,
}

impl Arrival {
    /// Its word in the language: `out-of-order`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OutOfOrder => "out-of-order",
            Self::Again => "again",
        }
    }
}
