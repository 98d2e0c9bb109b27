//! The client's side of a conversation as a script for packetdrill: its calls with their results, the packets that its
//! kernel is expected to send (`>`), and those that came from the peer (`<`). Whoever runs it sees whether another kernel
//! does the same. The grammar is that of packetdrill's own documentation and parser.
//!
//! ```text
//! --ip_version=ipv4
//! 0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
//! +0.000180...0.003205 connect(3, ..., ...) = 0
//! +0.001657 > S 0:0(0) <mss 1460,sackOK,TS val 1067036398 ecr 0,nop,wscale 10>
//! +0.001032 < S. 0:0(0) ack 1 win 65160 <mss 1460,sackOK,TS val 394841811 ecr 1067036398,nop,wscale 10>
//! ```

mod call;
mod packet;
mod script;

use super::{Journal, words};
use crate::model::{
    event::Sight,
    ids::{Nanos, Side},
    session::{Session, SocketState},
    story::words::safe,
};
use core::{fmt::Write as _, net::IpAddr};
use script::{Script, What};
use std::io::{self, Write};

/// Letters of a remark that others wrote.
const MOST_WORDS: usize = 200;

/// Writes the script of the newest client's connection.
///
/// # Errors
/// When it cannot be written.
pub fn write(journal: &Journal<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(text(journal).as_bytes())?;
    out.flush()
}

fn text(journal: &Journal<'_>) -> String {
    let (book, session) = (journal.book, journal.book.session());
    let mut out = String::new();
    let mut say = |text: &str| {
        let _ = writeln!(out, "// {}", safe(text, MOST_WORDS));
    };
    if !journal.name.is_empty() {
        say(journal.name);
    }
    say("The client's side of a recorded conversation, for packetdrill.");
    if session.is_capture() {
        say("This is a capture: packets were seen, and no calls.");
        say(
            "A script makes calls, and which ones the client's program made nobody knows, so there is none.",
        );
        return out;
    }
    let newest = session.conversation().1;
    let Some(socket) = newest.or_else(|| client(session)) else {
        say("No client had a socket, so there is nothing to do.");
        return out;
    };
    let script = Script::of(book, super::begins(book), socket.id);
    say(&format!("It is about the socket {}.", socket.id));
    if !script.packets {
        say(&match &*session.sight {
            Sight::None { why } if why.is_empty() => "Packets were not seen.".to_owned(),
            Sight::None { why } => format!("Packets were not seen: {why}"),
            Sight::Cable | Sight::Capture => "No packet of it was seen.".to_owned(),
        });
        say(
            "packetdrill plays the peer by packets, so a call below that waits for the peer waits in vain.",
        );
    }
    say("Times are those of the recording; another machine may be slower, hence the tolerance.");
    if script.items.is_empty() {
        say("It made no call that is in the journal.");
        return out;
    }
    let version = match (family(socket), mapped(socket)) {
        (true, true) => "\"ipv4-mapped-ipv6\"",
        (true, false) => "ipv6",
        _ => "ipv4",
    };
    let _ = writeln!(out, "--ip_version={version}\n--tolerance_usecs=100000\n");
    statements(&mut out, &script);
    out
}

/// The newest socket of any client.
fn client(session: &Session) -> Option<&SocketState> {
    let clients = session.sockets.iter().rev();
    clients
        .filter(|s| s.id.actor.side() == Side::Client)
        .find(|s| !s.is_listener())
}

/// Whether it speaks IPv6.
fn family(socket: &SocketState) -> bool {
    socket.local.is_some_and(|a| a.is_ipv6())
}

/// Whether IPv4 is what goes over the wire.
fn mapped(socket: &SocketState) -> bool {
    socket
        .local
        .is_some_and(|a| matches!(a.ip(), IpAddr::V6(ip) if ip.to_ipv4_mapped().is_some()))
}

fn statements(out: &mut String, script: &Script) {
    let mut before: Option<Nanos> = None;
    // Behind a `connect` that nothing ends, packetdrill would wait for ever.
    let mut over = false;
    for item in &script.items {
        let hide = if over { "// " } else { "" };
        let (what, is_remark) = match &item.what {
            What::Call(text) | What::Packet(text) => (text, false),
            What::Remark(text) | What::Stuck(text, _) => (text, true),
        };
        if is_remark {
            let _ = writeln!(out, "// {}", safe(what, MOST_WORDS));
            if matches!(item.what, What::Stuck(_, true)) && !over {
                over = true;
                let _ = writeln!(
                    out,
                    "// What follows needs its end, so it is only told here."
                );
            }
            continue;
        }
        let after = before.map(|b| item.at.since(b));
        let start = after.map_or_else(|| "0".to_owned(), |a| format!("+{}", words::seconds(a)));
        let until = item.until.map_or_else(String::new, |until| {
            let took = after.unwrap_or_default().plus(until.since(item.at));
            format!("...{}", words::seconds(took))
        });
        let _ = writeln!(out, "{hide}{start}{until} {what}");
        before = Some(item.at);
    }
    if script.left > 0 {
        let n = crate::model::story::words::number(script.left as u64);
        let _ = writeln!(out, "// {n} more things happened that are left out here.");
    }
}

#[cfg(test)]
mod grammar;
#[cfg(test)]
mod tests;
