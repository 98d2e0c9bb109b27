//! The table of verbs: one row each. Parsing, completion, hints and the reference are made from it.

use super::{cursor::Cursor, mistake::Mistake, orders, program, statement};
use crate::model::command::{Command, Statement};

/// For whom a verb is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// `WHO VERB ...`, for any actor.
    Actor,
    /// `server VERB ...`.
    Server,
    /// `VERB ...`: it is for the script itself.
    Nobody,
}

/// How what follows the verb is read.
pub(super) enum Parse {
    /// For an actor.
    Order(fn(&mut Cursor<'_>) -> Result<Command, Mistake>),
    /// For nobody.
    Statement(fn(&mut Cursor<'_>) -> Result<Statement, Mistake>),
}

/// One verb of the language.
pub struct Verb {
    /// As it is typed.
    pub name: &'static str,
    /// For whom.
    pub whom: For,
    /// How it is written.
    pub usage: &'static str,
    /// What it does, in one sentence.
    pub about: &'static str,
    /// A whole statement with it.
    pub example: &'static str,
    /// Where the call is described: `listen(2)`.
    pub man: Option<&'static str>,
    pub(super) parse: Parse,
}

macro_rules! verbs {
    ($($name:literal $whom:ident $kind:ident($parse:path) $man:expr, $usage:literal $example:literal $about:literal;)*) => {
        &[$(Verb {
            name: $name,
            whom: For::$whom,
            usage: $usage,
            about: $about,
            example: $example,
            man: $man,
            parse: Parse::$kind($parse),
        }),*]
    };
}

/// Every verb, in the order in which a conversation needs them.
pub static VERBS: &[Verb] = verbs! {
    "listen" Actor Order(orders::listen) Some("listen(2)"),
        "WHO listen [ADDRESS|PORT] [backlog N]" "server listen 10008"
        "Wait for connections; with an address or a port it makes socket, setsockopt SO_REUSEADDR, bind and listen, without one only listen.";
    "connect" Actor Order(orders::connect) Some("connect(2)"),
        "WHO connect [ADDRESS|PORT]" "client connect"
        "Ask for a connection, making a socket first if there is none; without an address, to where the server listens.";
    "accept" Actor Order(orders::accept) Some("accept(2)"),
        "WHO accept" "server accept"
        "Take the first connection out of the accept queue, waiting until there is one.";
    "send" Actor Order(orders::send) Some("send(2)"),
        "WHO send DATA [dontwait]" "client send \"hello\\r\\n\""
        "Give bytes to the kernel, which sends them; it returns when the kernel has a copy.";
    "recv" Actor Order(orders::recv) Some("recv(2)"),
        "WHO recv [N] [peek] [waitall] [dontwait]" "server recv"
        "Read what has arrived, at most N bytes (4096 when not said), waiting until there is something.";
    "shutdown" Actor Order(orders::shutdown) Some("shutdown(2)"),
        "WHO shutdown write|read|both" "client shutdown write"
        "Close one direction and keep the other: write sends the FIN.";
    "close" Actor Order(orders::close) Some("close(2)"),
        "WHO close" "server close"
        "Close the socket: the kernel says goodbye to the peer.";
    "abort" Actor Order(orders::abort) Some("socket(7)"),
        "WHO abort" "client abort"
        "Close the socket with a reset: SO_LINGER with 0 seconds, then close.";
    "socket" Actor Order(orders::socket) Some("socket(2)"),
        "WHO socket [inet|inet6]" "client socket"
        "Make a socket, for IPv4 when not said.";
    "bind" Actor Order(orders::bind) Some("bind(2)"),
        "WHO bind ADDRESS|PORT" "server bind 127.0.0.1:10008"
        "Give the socket its own address and port; port 0 lets the kernel pick one.";
    "sendto" Actor Order(orders::sendto) Some("sendto(2)"),
        "WHO sendto ADDRESS|PORT DATA" "client sendto 127.0.0.1:10008 \"hello\""
        "Send with an address, which a connected TCP socket does not need.";
    "recvfrom" Actor Order(orders::recvfrom) Some("recvfrom(2)"),
        "WHO recvfrom [N] [peek] [waitall] [dontwait]" "server recvfrom 5"
        "Read as recv does, and ask who sent it.";
    "setsockopt" Actor Order(orders::setsockopt) Some("setsockopt(2)"),
        "WHO setsockopt OPTION VALUE" "client setsockopt TCP_NODELAY on"
        "Set an option of the socket; VALUE is on, off, a number, a time, `on SECONDS` for SO_LINGER, or a name.";
    "getsockopt" Actor Order(orders::getsockopt) Some("getsockopt(2)"),
        "WHO getsockopt OPTION" "server getsockopt SO_RCVBUF"
        "Ask for the value of an option.";
    "getsockname" Actor Order(orders::getsockname) Some("getsockname(2)"),
        "WHO getsockname" "client getsockname"
        "Ask for the socket's own address and port.";
    "getpeername" Actor Order(orders::getpeername) Some("getpeername(2)"),
        "WHO getpeername" "client getpeername"
        "Ask for the peer's address and port.";
    "poll" Actor Order(orders::poll) Some("poll(2)"),
        "WHO poll [read] [write] [TIME]" "client poll read 2s"
        "Wait until the socket can be read or written; for reading and without end when not said.";
    "nonblocking" Actor Order(orders::nonblocking) Some("ioctl(2)"),
        "WHO nonblocking on|off" "client nonblocking on"
        "With on, a call that would wait fails with EAGAIN instead.";
    "cancel" Actor Order(orders::cancel) Some("signal(7)"),
        "WHO cancel" "server cancel"
        "Interrupt the call that waits, with a signal: it fails with EINTR.";
    "concurrent" Server Order(orders::concurrent) None,
        "server concurrent on|off" "server concurrent on"
        "With on, every accepted connection gets a thread of its own.";
    "serve" Server Order(orders::serve) None,
        "server serve ack|echo|discard|silent|slow N|http|off" "server serve echo"
        "Answer by itself, for any number of clients: ack tells how many bytes came, echo sends them back, discard reads and says nothing, silent does not read, slow reads N bytes a second, http answers with a page, off stops it.";
    "expect" Nobody Statement(statement::expect) None,
        "expect [not] CLAIM [within TIME]" "expect server state LISTEN"
        "Check a claim, trying for 1 s unless within says otherwise.";
    "wait" Nobody Statement(statement::wait) None,
        "wait TIME | wait until [not] CLAIM [within TIME]" "wait until server state CLOSE_WAIT"
        "Wait for a time, or until a claim holds (for 10 s unless within says otherwise).";
    "say" Nobody Statement(statement::say) None,
        "say TEXT" "say \"Now the client connects.\""
        "Tell the person who watches something.";
    "spawn" Nobody Statement(program::spawn) None,
        "spawn SIDE PROGRAM [ARGUMENT ...]" "spawn server php server.php"
        "Run a program of your own where this side's sockets live: in the lab inside its network, else on this machine; it is ended when all is cleared.";
    "again" Nobody Statement(statement::again) None,
        "again [LINE]" "again 3"
        "Clear everything and run the script anew, up to and without a line if one is given.";
};

impl Verb {
    /// The verb of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        VERBS.iter().find(|verb| verb.name == name)
    }
}
