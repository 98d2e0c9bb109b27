//! Wishes: what a key, a typed line or a script asks for.

use super::{
    cable::CableOrder,
    call::{Family, How, MsgFlags},
    claim::Claim,
    ids::{Actor, Nanos, Side, Target},
    option::{OptionValue, SockOpt},
};
use bytes::Bytes;
use core::net::IpAddr;

/// One line of the command language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// `WHO VERB ARGUMENTS`: for an actor.
    Do(Order),
    /// `cable ...`: for the cable.
    Cable(CableOrder),
    /// `expect [not] CLAIM [within TIME]`.
    Expect(Expectation),
    /// `wait TIME`.
    Wait(Nanos),
    /// `wait until CLAIM [within TIME]`.
    WaitUntil(Expectation),
    /// `say "..."`.
    Say(String),
    /// `again [LINE]`: clear all and run the script anew, up to and without a line.
    Again(Option<u32>),
    /// `spawn SIDE PROGRAM [ARGUMENT ...]`.
    Spawn(Spawn),
}

/// A program of somebody's own, to be run where a side's sockets live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spawn {
    /// Where.
    pub side: Side,
    /// The program and its arguments; there is a program.
    pub program: Vec<String>,
}

impl Spawn {
    /// The most words of a program and its arguments: a line has room for no more.
    pub const MOST_WORDS: usize = 24;
}

/// A claim and how long to try it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// What is claimed.
    pub claim: Claim,
    /// `within`; 1 s for `expect` and 10 s for `wait until` when it was not said.
    pub within: Option<Nanos>,
}

/// A command for one actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// For whom.
    pub who: Target,
    /// What.
    pub command: Command,
}

/// `ADDRESS`, `PORT` or `ADDRESS:PORT`; without an address the network's own server address is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// The address, if one was given.
    pub ip: Option<IpAddr>,
    /// The port; 0 lets the kernel pick one when it is bound.
    pub port: u16,
}

/// What `send` sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// `"hello\r\n"` or `0x68656c6c6f`.
    Literal(Bytes),
    /// `bytes(1000)`: a to z, repeated.
    Alphabet(u64),
    /// `@file`: its contents when the statement runs.
    File(String),
}

impl Data {
    /// The longest that can be sent with one statement, in bytes.
    pub const MOST: u64 = 1 << 30;
}

/// How a server answers by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServeMode {
    /// `ack`: tells how many bytes it has received.
    Ack,
    /// `echo`: sends back what it reads.
    Echo,
    /// `discard`: reads and says nothing.
    Discard,
    /// `silent`: accepts and does not read.
    Silent,
    /// `slow RATE`: reads so many bytes a second.
    Slow(u64),
    /// `http`: answers every request with a page.
    Http,
}

/// What one actor is asked to do. Only `Listen` and `Connect` with an address make what they need first; everything
/// else is the one call that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `socket [inet|inet6]`.
    Socket(Family),
    /// `bind ADDRESS`.
    Bind(Address),
    /// `listen [ADDRESS|PORT] [backlog N]`; with an address: socket, `SO_REUSEADDR`, bind, listen.
    Listen {
        /// Where; without it, the one call `listen` on the socket that is there.
        at: Option<Address>,
        /// How many connections may wait to be accepted (the kernel allows one more); 5 when not said.
        backlog: Option<i32>,
    },
    /// `accept`.
    Accept,
    /// `connect [ADDRESS|PORT]`: socket if there is none, connect. Without an address, to where the server listens.
    Connect(Option<Address>),
    /// `send DATA [dontwait]`.
    Send(Data, MsgFlags),
    /// `sendto ADDRESS DATA`.
    SendTo(Address, Data),
    /// `recv [N] [peek] [waitall] [dontwait]`; 4096 when not said.
    Recv(u64, MsgFlags),
    /// `recvfrom [N] [peek] [waitall] [dontwait]`.
    RecvFrom(u64, MsgFlags),
    /// `shutdown read|write|both`.
    Shutdown(How),
    /// `close`.
    Close,
    /// `abort`: `SO_LINGER` with 0 seconds, then close: a reset.
    Abort,
    /// `setsockopt OPTION VALUE`.
    SetSockOpt(SockOpt, OptionValue),
    /// `getsockopt OPTION`.
    GetSockOpt(SockOpt),
    /// `getsockname`.
    GetSockName,
    /// `getpeername`.
    GetPeerName,
    /// `poll [read] [write] [TIME]`; for reading and without end when not said.
    Poll {
        /// `POLLIN`.
        read: bool,
        /// `POLLOUT`.
        write: bool,
        /// How long; `None` is without end.
        timeout: Option<Nanos>,
    },
    /// `nonblocking on|off`: `ioctl(FIONBIO)`.
    Nonblocking(bool),
    /// `concurrent on|off`: whether every accepted connection gets a thread of its own.
    Concurrent(bool),
    /// `serve ack|echo|discard|silent|slow RATE|http|off`: answer by itself.
    Serve(Option<ServeMode>),
    /// `cancel`: interrupt the call that waits, with a signal.
    Cancel,
}

impl Command {
    /// Whether it makes a conversation go on, and does not only look or set something.
    pub const fn moves_on(&self) -> bool {
        !matches!(
            self,
            Self::SetSockOpt(..)
                | Self::GetSockOpt(_)
                | Self::GetSockName
                | Self::GetPeerName
                | Self::Poll { .. }
                | Self::Nonblocking(_)
                | Self::Concurrent(_)
                | Self::Cancel
        )
    }
}

impl Statement {
    /// The actor that it is for, if it is for one.
    pub const fn actor(&self) -> Option<Actor> {
        match self {
            Self::Do(order) => Some(order.who.actor),
            _ => None,
        }
    }
}
