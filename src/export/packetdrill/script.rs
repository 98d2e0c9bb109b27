//! What a client's socket did and saw, in the order in which its kernel lived through it.

use super::{
    call,
    packet::{self, Way},
};
use crate::model::{
    book::Book,
    event::{Event, Fact, Sight},
    ids::{CallId, Nanos, Side, SocketId},
    packet::{Fate, Handling, Packet, PacketNo},
};
use core::{net::SocketAddr, ops::ControlFlow};
use std::collections::{HashMap, HashSet};

/// Statements and remarks of a script.
const MOST: usize = 2_000;
/// Packets toward the client that lie on the cable at once, and addresses of one socket.
const MOST_PENDING: usize = 4_096;

/// One statement or remark.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// When: a call when it was made, a packet when the client's kernel sent or got it.
    pub(super) at: Nanos,
    /// When a call returned that was seen to wait.
    pub(super) until: Option<Nanos>,
    /// What.
    pub(super) what: What,
}

/// What an item is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A call that never returned, or not by itself. Where it is `connect`, nothing behind it would happen.
    Stuck(String, bool),
    /// A call.
    Call(String),
    /// A packet.
    Packet(String),
    /// What cannot be written as a statement, and why.
    Remark(String),
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// In order.
    pub(super) items: Vec<Item>,
    /// Items that had no room.
    pub(super) left: usize,
    /// Whether there is any packet.
    pub(super) packets: bool,
    waits: HashMap<CallId, (Nanos, String)>,
    /// On their way to the client.
    pending: HashMap<PacketNo, (Result<String, &'static str>, bool)>,
}

impl Script {
    /// Of this socket, from the event at `begins` on.
    pub(super) fn of(book: &Book, begins: usize, socket: SocketId) -> Self {
        let addresses = addresses(book, begins, socket);
        let mut script = Self::default();
        let captured = matches!(*book.session().sight, Sight::Capture);
        let events = book.events();
        let _ = events.visit(begins..events.len(), |_, event| {
            script.see(event, socket, &addresses, captured);
            ControlFlow::<()>::Continue(())
        });
        let waits: Vec<_> = core::mem::take(&mut script.waits).into_values().collect();
        for (at, call) in waits {
            let connects = call.starts_with("connect");
            script.add(
                at,
                What::Stuck(format!("{call} had not returned"), connects),
            );
        }
        script.items.sort_by_key(|item| item.at);
        script.find_blocking();
        script
    }

    fn add(&mut self, at: Nanos, what: What) {
        if self.items.len() >= MOST {
            self.left += 1;
            return;
        }
        let until = None;
        self.packets |= matches!(what, What::Packet(_));
        self.items.push(Item { at, until, what });
    }

    fn see(
        &mut self,
        event: &Event,
        socket: SocketId,
        addresses: &HashSet<SocketAddr>,
        captured: bool,
    ) {
        let at = event.happened();
        match &event.fact {
            Fact::Call(done) if done.socket.or(done.made) == Some(socket) => {
                let waited = self.waits.remove(&done.call_id).is_some();
                let start = Nanos(at.0.saturating_sub(done.took_ns.0));
                match call::text(done) {
                    Ok(text) => {
                        self.add(start, What::Call(text));
                        let last = self.items.last_mut().filter(|_| waited && self.left == 0);
                        if let Some(item) = last {
                            item.until = Some(at);
                        }
                    }
                    Err(why) => {
                        let name = done.call.name();
                        let says = format!("{name} is left out: {why}");
                        let connects = name == "connect";
                        self.add(start, What::Stuck(says, connects));
                    }
                }
            }
            Fact::Waiting {
                call_id,
                socket: Some(whose),
                call,
            } if *whose == socket && self.waits.len() < MOST_PENDING => {
                self.waits.insert(*call_id, (at, call.name().to_owned()));
            }
            Fact::Packet(packet) => self.packet(at, packet, addresses, captured),
            Fact::Handled {
                packet,
                handling: Handling::Corrupted { .. },
                ..
            } => {
                if let Some((_, corrupted)) = self.pending.get_mut(packet) {
                    *corrupted = true;
                }
            }
            Fact::Fate { packet, fate, .. } => {
                let Some((text, corrupted)) = self.pending.remove(packet) else {
                    return;
                };
                if *fate == Fate::Delivered {
                    self.arrives(at, *packet, text, corrupted);
                }
            }
            Fact::Passed { packets, .. } => {
                let what = format!("{packets} packets passed here that were not told one by one");
                self.add(at, What::Remark(what));
            }
            _ => {}
        }
    }

    fn packet(
        &mut self,
        at: Nanos,
        packet: &Packet,
        addresses: &HashSet<SocketAddr>,
        captured: bool,
    ) {
        let own = match packet.toward {
            Side::Server => packet.from,
            Side::Client => packet.to,
        };
        if !addresses.contains(&plain(own)) {
            return;
        }
        match packet.toward {
            // What the cable made, the client's kernel never sent.
            Side::Server if packet.copy_of.is_some() || packet.made_by_cable => {}
            Side::Server => match packet::text(packet, Way::Out) {
                Ok(text) => self.add(at, What::Packet(text)),
                Err(why) => {
                    let says = format!(
                        "packet {} from the client is left out: {why}",
                        packet.number
                    );
                    self.add(at, What::Remark(says));
                }
            },
            Side::Client => {
                let text = packet::text(packet, Way::In);
                if captured {
                    self.arrives(at, packet.number, text, false);
                } else if self.pending.len() < MOST_PENDING {
                    self.pending.insert(packet.number, (text, false));
                }
            }
        }
    }

    fn arrives(
        &mut self,
        at: Nanos,
        number: PacketNo,
        text: Result<String, &'static str>,
        corrupted: bool,
    ) {
        let text = if corrupted {
            Err("it was corrupted on the cable")
        } else {
            text
        };
        match text {
            Ok(text) => self.add(at, What::Packet(text)),
            Err(why) => {
                let says = format!("packet {number} to the client is left out: {why}");
                self.add(at, What::Remark(says));
            }
        }
    }

    /// A `connect` that a packet was part of has waited for it, whether or not it was seen to.
    fn find_blocking(&mut self) {
        for i in 0..self.items.len() {
            let item = &self.items[i];
            let (What::Call(text), None) = (&item.what, item.until) else {
                continue;
            };
            if !text.starts_with("connect(") || text.contains("EINPROGRESS") {
                continue;
            }
            // Up to the next call, as the actor does one thing at a time.
            let behind = &self.items[i + 1..];
            let mut during = behind
                .iter()
                .take_while(|p| !matches!(p.what, What::Call(_)));
            let answer = during.find(|p| matches!(&p.what, What::Packet(t) if t.starts_with('<')));
            self.items[i].until = answer.map(|a| a.at);
        }
    }
}

/// The addresses that the socket had.
fn addresses(book: &Book, begins: usize, id: SocketId) -> HashSet<SocketAddr> {
    let mut found = HashSet::new();
    let events = book.events();
    let _ = events.visit(begins..events.len(), |_, event| {
        let address = match &event.fact {
            Fact::Socket { socket, local, .. } if *socket == id => Some(*local),
            Fact::Packet(packet) if packet.socket == Some(id) => Some(packet.from),
            _ => None,
        };
        if let Some(address) = address.filter(|_| found.len() < MOST_PENDING) {
            found.insert(plain(address));
        }
        ControlFlow::<()>::Continue(())
    });
    found
}

fn plain(at: SocketAddr) -> SocketAddr {
    SocketAddr::new(at.ip().to_canonical(), at.port())
}
