//! Words for events of which no screen talks by itself, and for causes that left no event.

use crate::model::event::{AckLevel, Event, Fact, Source};

/// What an event of this kind is, where nothing else tells: the kernel's counts, what was asked for, what follows.
pub fn meaning(event: &Event) -> &'static str {
    match &event.fact {
        Fact::Asked { .. } => {
            "A statement was asked for: by the script, by a key, or typed. What came of it stands below."
        }
        Fact::Socket { was: Some(_), .. } => {
            "It is the same socket under another name. The kernel numbers every socket (SO_COOKIE), and the number has not changed: accept(2) gives a descriptor to a connection that was complete before."
        }
        Fact::Socket { .. } => {
            "From here on the kernel has an address for this socket. Both addresses and both ports together tell one connection from all others."
        }
        Fact::State { to, .. } => to.meaning(),
        Fact::Queue { .. } => {
            "Recv-Q and Send-Q are what ss(8) shows. For a connection: bytes that have come and are not read, and bytes that were taken from the program and are not acknowledged. For a listener: connections that wait for accept, and how many may."
        }
        Fact::Progress { .. } => {
            "The kernel counts, for each connection, what it has sent, what the peer's TCP has acknowledged and what has come. A SYN and a FIN are taken out of these figures."
        }
        Fact::Detail { .. } => {
            "This is what the kernel tells of a connection beyond its row in the socket tables (TCP_INFO): round-trip times, timers, the congestion window. The kernel screen shows it."
        }
        Fact::Ack {
            level: AckLevel::Kernel,
            ..
        } => {
            "The first of three acknowledgements: send(2) has returned, so the sender's own kernel has a copy. Nobody else need have it."
        }
        Fact::Ack {
            level: AckLevel::Tcp,
            ..
        } => {
            "The second of three acknowledgements: the peer's kernel has the bytes (RFC 9293, section 3.8). Its program may never look at them."
        }
        Fact::Ack {
            level: AckLevel::Application,
            ..
        } => {
            "The third of three acknowledgements: the peer's program has read the bytes and speaks. Only this one says that somebody has looked at them."
        }
        Fact::Line { .. } => {
            "One of the four lines of a conversation is reached. It follows from the calls that returned, and from nothing else."
        }
        Fact::Begin { .. } => "Here it begins: there is no socket and no connection.",
        Fact::Note { .. } => "This is worth knowing about the call before it.",
        Fact::Passed { .. } => {
            "So many packets came at once that they are counted and told together. All of them were delivered."
        }
        _ => "",
    }
}

/// What to say where no cause of an event is in the journal.
pub fn unknown(event: &Event) -> &'static str {
    match (&event.fact, event.source) {
        (Fact::Begin { .. }, _) => "Nothing: this is where it begins.",
        (Fact::Asked { .. }, _) => "A person: a key was pressed, or a statement typed.",
        (Fact::Packet(_), _) => {
            "The journal names no cause: a timer of the kernel leaves no event, and a program that is not ours tells nothing."
        }
        (_, Source::Kernel) => {
            "The journal names no cause: the kernel told this when it was asked, and not what brought it about."
        }
        _ => "The journal names no cause.",
    }
}
