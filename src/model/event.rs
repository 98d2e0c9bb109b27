//! Facts. Everything that any screen, story or export shows is folded from these; see `Book` for who makes them.

use super::{
    call::{Call, CallDone},
    congestion::{Algorithm, CaState},
    ids::{Actor, CallId, EventId, Nanos, Side, SocketId},
    packet::{Arrival, Decider, Fate, Handling, Packet, PacketNo},
    program::Doing,
    tcp::TcpState,
};
use core::net::SocketAddr;
use serde::{Deserialize, Serialize};

/// How a fact is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A call that we made returned it.
    Call,
    /// The kernel told it: socket tables, `TCP_INFO`, `/proc`.
    Kernel,
    /// We carried the packet, or decided about it.
    Cable,
    /// A packet of the host network that was seen passing by.
    Capture,
    /// Folded from other facts and journalled once: a line reached, a state crossed too fast to be seen.
    Derived,
    /// A script, a lesson or a person at the keyboard asked or said it.
    Script,
    /// The program itself tells of its own doing.
    Program,
}

/// One entry of the journal. Facts never change once they are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its place in the journal.
    pub id: EventId,
    /// When it came to the journal, since the start; never falling.
    pub at_ns: Nanos,
    /// When it happened, if that was before the event that precedes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened_ns: Option<Nanos>,
    /// Whose doing or whose socket.
    pub who: Option<Actor>,
    /// How it is known.
    pub source: Source,
    /// What happened.
    #[serde(flatten)]
    pub fact: Fact,
    /// The event that brought it about, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<EventId>,
}

impl Event {
    /// When it really happened.
    pub fn happened(&self) -> Nanos {
        self.happened_ns.unwrap_or(self.at_ns)
    }
}

/// A fact on its way to the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// When it happened.
    pub at: Nanos,
    /// Whose doing or whose socket.
    pub who: Option<Actor>,
    /// How it is known.
    pub source: Source,
    /// What brought it about.
    pub cause: Cause,
    /// What happened.
    pub fact: Fact,
}

/// What brought a fact about, as far as the place where it was observed can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Not known.
    Unknown,
    /// This event.
    Event(EventId),
    /// The event in which this call returned (or, before that, waits).
    Call(CallId),
    /// The event in which this packet entered the cable.
    Packet(PacketNo),
}

/// In which sense bytes are acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AckLevel {
    /// `send` returned: the sender's kernel has a copy, and nobody else.
    Kernel,
    /// The peer's TCP acknowledged: its kernel has them, its program may never look.
    Tcp,
    /// The peer's program read them and answered.
    Application,
}

/// Which timer of a connection runs (`idiag_timer` of `sock_diag(7)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// Sends again what is not acknowledged.
    Retransmit,
    /// Asks a silent peer whether it is there.
    KeepAlive,
    /// TIME-WAIT runs out.
    TimeWait,
    /// Asks whether a closed window has opened.
    Probe,
}

/// What the kernel's tables say of a socket beyond its row; counts are bytes unless said. Nothing where the kernel does
/// not tell it: an older one, a socket in TIME-WAIT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// In the send buffer and never sent yet (`tcpi_notsent_bytes`).
    pub unsent: u64,
    /// Sent and not acknowledged.
    pub unacked: u64,
    /// Arrived and not read, without a FIN.
    pub unread: u64,
    /// Segments sent again so far (`tcpi_total_retrans`).
    pub retransmits: u32,
    /// The timer that runs, and how much was left of it when we looked.
    pub timer: Option<(Timer, Nanos)>,
    /// Smoothed round-trip time (`tcpi_rtt`).
    pub rtt: Option<Nanos>,
    /// Retransmission time-out (`tcpi_rto`).
    pub rto: Option<Nanos>,
    /// Congestion window in segments (`tcpi_snd_cwnd`).
    pub cwnd: Option<u32>,
    /// Variation of the round-trip time (`tcpi_rttvar`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rttvar: Option<Nanos>,
    /// Smallest round-trip time seen (`tcpi_min_rtt`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_rtt: Option<Nanos>,
    /// Slow start ends at this window, in segments (`tcpi_snd_ssthresh`); nothing while there is no such limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssthresh: Option<u32>,
    /// Segments sent and not acknowledged (`tcpi_unacked`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flight: Option<u32>,
    /// Segments acknowledged out of order (`tcpi_sacked`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sacked: Option<u32>,
    /// Segments taken for lost (`tcpi_lost`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<u32>,
    /// Bytes of data sent again so far (`tcpi_bytes_retrans`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_retrans: Option<u64>,
    /// The congestion control's mood (`tcpi_ca_state`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_state: Option<CaState>,
    /// Which congestion control it is (`INET_DIAG_CONG`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub congestion: Option<Algorithm>,
    /// Time-outs of the segment that is due now, in a row (`tcpi_retransmits`); tail loss probes do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tries: Option<u8>,
    /// How often the time-out was doubled (`tcpi_backoff`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backoff: Option<u8>,
    /// Unanswered probes of a closed window or a silent peer (`tcpi_probes`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probes: Option<u8>,
    /// Largest segment to send (`tcpi_snd_mss`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snd_mss: Option<u32>,
    /// Estimate of the peer's segments (`tcpi_rcv_mss`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rcv_mss: Option<u32>,
    /// The path's largest packet (`tcpi_pmtu`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pmtu: Option<u32>,
    /// The window that the peer announced (`tcpi_snd_wnd`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snd_wnd: Option<u32>,
    /// The window announced to the peer (`tcpi_rcv_wnd`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rcv_wnd: Option<u32>,
    /// How fast data was delivered lately, a second (`tcpi_delivery_rate`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_rate: Option<u64>,
    /// How fast data may be sent, a second (`tcpi_pacing_rate`); nothing while there is no such limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pacing_rate: Option<u64>,
}

/// What the cable says when a rule is used up: this, and the rule as text.
pub const RULE_OVER: &str = "over: ";

/// How packets are seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "how")]
pub enum Sight {
    /// They pass through our hands.
    Cable,
    /// They are seen passing by.
    Capture,
    /// Not at all.
    None {
        /// Why, and what would allow it.
        why: String,
    },
}

impl Default for Sight {
    fn default() -> Self {
        Self::None { why: String::new() }
    }
}

/// The network of a journal that was told from somebody's capture: nothing is known but packets.
pub const CAPTURE: &str = "capture";

/// The mode in which the script is left: the next step is the sensible next call.
pub const FREE_PLAY: &str = "free play";

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Fact {
    /// The conversation begins (the first event of every journal) or, after `again`, begins anew: whatever was there
    /// is cleared away.
    Begin {
        /// `host`, `lab`, or [`CAPTURE`].
        network: String,
        /// The program that is walked through, one statement a row; empty in free play.
        script: Vec<ScriptLine>,
        /// The address that a bare port means.
        server: SocketAddr,
        /// How packets are seen.
        #[serde(default)]
        sight: Sight,
        /// Why it is not the lab, if that was wished for: the reason, and what would help.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        no_lab: Option<String>,
    },
    /// A statement was asked for.
    Asked {
        /// The statement as text.
        text: String,
        /// Its place in the script, from 0; `None` for one that was typed or came from a key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<usize>,
    },
    /// A call returned.
    Call(Box<CallDone>),
    /// A call waits: the kernel has put its thread to sleep.
    Waiting {
        /// Which call this is.
        call_id: CallId,
        /// The socket that it works on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        socket: Option<SocketId>,
        /// The call and its arguments.
        #[serde(flatten)]
        call: Box<Call>,
    },
    /// A statement has to wait for its turn: its actor's call has not returned.
    Queued {
        /// The statement as text.
        text: String,
    },
    /// A waiting call was interrupted with a signal.
    Cancel {
        /// Which call.
        call_id: CallId,
        /// Its name.
        call: String,
    },
    /// Who a socket is: told once it has a name, and again when it is known better.
    Socket {
        /// Which.
        socket: SocketId,
        /// `SO_COOKIE`: its number in the kernel for as long as the machine runs; 0, which no kernel gives, where only
        /// its packets are known.
        #[serde(default, skip_serializing_if = "is_none_known")]
        cookie: u64,
        /// Its own address.
        local: SocketAddr,
        /// The peer's address, for a connection.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        peer: Option<SocketAddr>,
        /// The name that it had before it was accepted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<SocketId>,
    },
    /// A socket's state changed.
    State {
        /// Which.
        socket: SocketId,
        /// From.
        from: TcpState,
        /// To.
        to: TcpState,
    },
    /// A socket's queues changed. For a listener: connections that wait, and the backlog.
    Queue {
        /// Which.
        socket: SocketId,
        /// Recv-Q as `ss` shows it.
        recv_q: u64,
        /// Send-Q as `ss` shows it.
        send_q: u64,
    },
    /// What the kernel counts for a connection's two directions changed: bytes of data, the sequence numbers that SYN
    /// and FIN use up taken out.
    Progress {
        /// Which.
        socket: SocketId,
        /// Taken by this kernel from the program, a `send` that still waits included; nothing where only packets tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        taken: Option<u64>,
        /// Sent at least once.
        sent: u64,
        /// Acknowledged by the peer's TCP.
        acked: u64,
        /// Received from the peer's TCP, in order.
        received: u64,
        /// Handed over to the program, a `recv` that still waits included; nothing where only packets tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copied: Option<u64>,
    },
    /// More of what the kernel tells of a connection.
    Detail {
        /// Which.
        socket: SocketId,
        /// What.
        #[serde(flatten)]
        detail: Box<Detail>,
    },
    /// A packet entered the cable, or was seen on the host network.
    Packet(Box<Packet>),
    /// Something was done to a packet that stays on the cable.
    Handled {
        /// Which.
        packet: PacketNo,
        /// What.
        #[serde(flatten)]
        handling: Handling,
        /// Who decided it.
        decided_by: Decider,
    },
    /// A packet has left the cable.
    Fate {
        /// Which.
        packet: PacketNo,
        /// How.
        fate: Fate,
        /// Who decided it.
        decided_by: Decider,
        /// What was notable about its arrival.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        arrival: Option<Arrival>,
    },
    /// More packets passed in one direction than are worth an event each: they were delivered, and are told together.
    Passed {
        /// Which way.
        toward: Side,
        /// How many.
        packets: u64,
        /// How many bytes, headers included.
        bytes: u64,
        /// The number of the last of them.
        through: PacketNo,
    },
    /// The cable was told something.
    Cable {
        /// What, as text; after [`RULE_OVER`], a rule of its own that is used up.
        text: String,
        /// Its rules from now on, as text, oldest first.
        rules: Vec<String>,
        /// Whether the kernels may hand over super-packets.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        offload: bool,
    },
    /// Bytes were acknowledged in a new sense, or more of them.
    Ack {
        /// In which sense.
        level: AckLevel,
        /// Where the data goes.
        toward: Side,
        /// The sender's socket.
        socket: SocketId,
        /// Counted from the beginning, in bytes.
        through: u64,
    },
    /// One of the four lines was reached.
    Line {
        /// 1 to 4.
        line: u8,
    },
    /// A claim was checked.
    Expect {
        /// The claim as text.
        text: String,
        /// Whether it held.
        held: bool,
        /// Its line in the script, from 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
        /// What was found.
        found: String,
    },
    /// A script says something to the person.
    Say {
        /// What.
        text: String,
    },
    /// A server began to answer by itself, or stopped.
    Serve {
        /// `ack`, `echo`, ... or `off`.
        mode: String,
    },
    /// The way of working changed: `concurrent on` and `concurrent off` of an actor, [`FREE_PLAY`] of the person.
    Mode {
        /// What.
        text: String,
    },
    /// Something of a program of somebody's own, which was started on its actor's side.
    Program {
        /// Its process id.
        pid: u32,
        /// What.
        #[serde(flatten)]
        doing: Box<Doing>,
    },
    /// More happened than is worth an event each: so many calls with so many bytes are told together.
    Elided {
        /// Which socket.
        socket: SocketId,
        /// How many calls.
        calls: u64,
        /// Bytes that they read.
        read: u64,
        /// Bytes that they wrote.
        written: u64,
    },
    /// Something worth knowing about an event, in words: who has the port that was not to be had.
    Note {
        /// What.
        text: String,
    },
    /// Something that was asked for could not be tried at all, in words.
    Refused {
        /// What, and what to try.
        text: String,
    },
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
const fn is_none_known(cookie: &u64) -> bool {
    *cookie == 0
}

/// A statement of the script that is walked through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptLine {
    /// Its line in the file, from 1.
    pub line: u32,
    /// The statement as text.
    pub text: String,
}
