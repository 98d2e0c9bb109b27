//! What `expect` and `wait until` can claim, and whether a journal bears it out.

use super::{
    book::Book,
    errno::Errno,
    event::AckLevel,
    ids::{Actor, Side, Target},
    payload::escaped,
    session::SocketState,
    tcp::TcpState,
};
use bytes::Bytes;

mod packets;
mod printed;

pub use packets::{By, PacketClaim, PacketIs, Sign};

/// A stage of the ledger of one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Taken by the sender's kernel.
    Written,
    /// Sent at least once.
    Sent,
    /// Acknowledged by the receiver's TCP.
    Acked,
    /// In the receiver's kernel or beyond.
    Received,
    /// Read by the receiver's program.
    Read,
}

/// A column of the socket table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueName {
    /// Recv-Q: unread bytes; for a listener, connections that wait to be accepted.
    Recv,
    /// Send-Q: unacknowledged bytes; for a listener, the backlog.
    Send,
}

/// A claim about what has happened so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// `not CLAIM`.
    Not(Box<Claim>),
    /// `WHO state STATE`: the newest socket of the actor, or the socket that is named.
    State(Target, TcpState),
    /// `WHO recv "..."`: the latest finished `recv` of the actor brought just these bytes.
    Recv(Target, Bytes),
    /// `WHO read "..."`: all that was read from this socket so far.
    ReadSoFar(Target, Bytes),
    /// `[WHO] errno NAME|none`: of the latest finished call.
    Errno(Option<Actor>, Option<Errno>),
    /// `WHO returned N`: the latest finished call returned this.
    Returned(Actor, i64),
    /// `WHO waits [CALL]`: its call waits now.
    Waits(Actor, Option<String>),
    /// `line N`: the line has been reached.
    Line(u8),
    /// `WHO recv-q N`, `WHO send-q N`.
    Queue(Target, QueueName, u64),
    /// `SIDE written|sent|acked|received|read N bytes`: bytes that go *from* this socket.
    Ledger(Target, Stage, u64),
    /// `ack kernel|tcp|application to SIDE N`: at least N bytes toward this side are acknowledged in this sense.
    Ack(AckLevel, Side, u64),
    /// `WHO retransmits N`: its kernel counts so many segments that it has sent again.
    Retransmits(Target, u32),
    /// `WHO printed "..."`: the programs that were started on this side have printed this, among other things.
    Printed(Actor, Bytes),
    /// About packets.
    Packets(PacketClaim),
}

/// What a claim came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it holds now.
    pub held: bool,
    /// What was found instead or as well, in words: `the state is LISTEN`.
    pub found: String,
}

impl Claim {
    /// Whether packets must be seen for it.
    pub fn is_of_packets(&self) -> bool {
        match self {
            Self::Not(claim) => claim.is_of_packets(),
            claim => matches!(claim, Self::Packets(_)),
        }
    }

    /// Looks whether it holds in the journal as it is now.
    pub fn check(&self, book: &Book) -> Verdict {
        let session = book.session();
        let verdict = |held, found: String| Verdict { held, found };
        match self {
            Self::Not(claim) => {
                if let Self::Packets(about) = claim.as_ref()
                    && let Some(why) = about.unknowable(session)
                {
                    return verdict(false, why);
                }
                let Verdict { held, found } = claim.check(book);
                verdict(!held, found)
            }
            Self::State(who, state) => match session.newest(*who) {
                Some(socket) => verdict(
                    socket.state == *state,
                    format!("{} is {}", socket.id, socket.state.name()),
                ),
                None => verdict(*state == TcpState::Closed, format!("{who} has no socket")),
            },
            Self::Recv(who, wanted) => match book.latest_recv(*who) {
                Some(data) => verdict(
                    data.omitted == 0 && data.kept == wanted,
                    format!(
                        "its latest recv brought \"{}\"{}",
                        escaped(&data.kept[..data.kept.len().min(200)]),
                        more(data.len(), 200)
                    ),
                ),
                None => verdict(false, format!("{who} has not received anything")),
            },
            Self::ReadSoFar(who, wanted) => match session.newest(*who) {
                Some(socket) => {
                    let (read, whole) = book.read_so_far(socket.id, wanted.len() + 200);
                    let shown = &read[..read.len().min(200)];
                    verdict(
                        whole && read == *wanted,
                        format!(
                            "{} has read \"{}\"{}",
                            socket.id,
                            escaped(shown),
                            more(read.len() as u64, 200)
                        ),
                    )
                }
                None => verdict(false, format!("{who} has no socket")),
            },
            Self::Errno(who, errno) => match session.latest_call(*who) {
                Some(call) => verdict(
                    call.errno == *errno,
                    call.errno.map_or_else(
                        || format!("{} returned {}", call.name, call.ret),
                        |e| format!("{} failed with {e}", call.name),
                    ),
                ),
                None => verdict(false, "no call has finished".to_owned()),
            },
            Self::Returned(who, wanted) => match session.latest_call(Some(*who)) {
                Some(call) => verdict(
                    call.ret == *wanted,
                    format!("{} returned {}", call.name, call.ret),
                ),
                None => verdict(false, format!("no call of {who} has finished")),
            },
            Self::Waits(who, name) => match session.waiting(*who) {
                Some(call) => verdict(
                    name.as_deref().is_none_or(|n| n == call.name()),
                    format!("{who} waits in {}", call.name()),
                ),
                None => verdict(false, format!("{who} does not wait in a call")),
            },
            Self::Line(n) => match session.lines.reached() {
                0 => verdict(false, "no line is reached yet".to_owned()),
                reached => verdict(*n <= reached, format!("line {reached} is reached")),
            },
            Self::Queue(who, queue, wanted) => match session.newest(*who) {
                Some(socket) => {
                    let (name, value) = match queue {
                        QueueName::Recv => ("Recv-Q", socket.recv_q),
                        QueueName::Send => ("Send-Q", socket.send_q),
                    };
                    verdict(
                        value == Some(*wanted),
                        value.map_or_else(
                            || format!("{name} of {} is unknown", socket.id),
                            |v| format!("{name} of {} is {v}", socket.id),
                        ),
                    )
                }
                None => verdict(false, format!("{who} has no socket")),
            },
            Self::Ledger(who, stage, wanted) => match session.newest(*who) {
                Some(socket) => {
                    let ledger = session.ledger(socket.id);
                    let (name, value) = match stage {
                        Stage::Written => ("written", ledger.written),
                        Stage::Sent => ("sent", ledger.sent),
                        Stage::Acked => ("acknowledged", ledger.acked),
                        Stage::Received => ("received", ledger.received),
                        Stage::Read => ("read", ledger.read),
                    };
                    verdict(
                        value == Some(*wanted),
                        value.map_or_else(
                            || format!("what was {name} of what {} sends is unknown", socket.id),
                            |v| {
                                let found =
                                    format!("of what {} sends {v} bytes are {name}", socket.id);
                                // Read by it, and read from it, are easily taken for one another.
                                match stage {
                                    Stage::Read => format!(
                                        "{found}, and it has read {} itself",
                                        read_by(socket)
                                    ),
                                    _ => found,
                                }
                            },
                        ),
                    )
                }
                None => verdict(false, format!("{who} has no socket")),
            },
            Self::Retransmits(who, wanted) => match session.newest(*who) {
                Some(socket) => {
                    let value = socket.detail.map(|(detail, _)| detail.retransmits);
                    verdict(
                        value == Some(*wanted),
                        value.map_or_else(
                            || format!("what {} has sent again is unknown", socket.id),
                            |n| {
                                let s = if n == 1 { "" } else { "s" };
                                format!("{} has sent {n} segment{s} again", socket.id)
                            },
                        ),
                    )
                }
                None => verdict(false, format!("{who} has no socket")),
            },
            Self::Packets(about) => match about.unknowable(session) {
                Some(why) => verdict(false, why),
                None => about.check(book),
            },
            Self::Printed(who, wanted) => printed::check(book, *who, wanted),
            Self::Ack(level, toward, wanted) => {
                let through = session.acknowledged(*level, *toward);
                verdict(
                    through >= *wanted,
                    format!("{through} bytes are acknowledged so"),
                )
            }
        }
    }
}

/// What this socket's program has read, as its calls and its kernel tell.
fn read_by(socket: &SocketState) -> u64 {
    let copied = socket.counts.and_then(|c| c.copied);
    socket.read.max(copied.unwrap_or(0))
}

fn more(len: u64, shown: u64) -> String {
    if len > shown {
        format!("... ({len} bytes)")
    } else {
        String::new()
    }
}
