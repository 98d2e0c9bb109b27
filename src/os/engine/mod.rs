//! The engine: one thread that hands calls to the actors' threads, looks at the kernel, and reports what it sees.
//!
//! ```text
//!   Request ──► World::ask ──► plan ──► Worker (an actor's thread) ──► a real call, which really blocks
//!                                            │ Returned
//!   Report ◄── Call, Socket ◄────────────────┘
//!   Report ◄── State, Queue, Progress ◄── watch: looks in the socket tables after each call, on the kernel's word
//!              (epoll), and a few times more while something is still on its way
//! ```
//!
//! A statement is *settled* when its call has returned or waits, and nothing that it set going still runs: the threads
//! that it woke have told what they did. So a script's next line finds the world as a patient person would.

mod bell;
mod cable_orders;
mod carrier;
mod carry;
mod causes;
mod clearing;
mod flood;
mod hands;
mod orders;
mod overhear;
mod plan;
mod programs;
mod returns;
mod serve;
mod service;
mod sniffer;
#[cfg(test)]
mod tests;
mod told;
mod waits;
mod watch;
mod watched;
mod worker;
mod world;

use super::{clock::Clock, network::Network};
use crate::model::{
    cable::CableOrder,
    command::{Order, Spawn},
    event::{Observation, Sight},
    ids::EventId,
};
use core::{net::SocketAddr, time::Duration};
use std::{io, sync::mpsc::RecvTimeoutError, thread};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// How long the end of the engine is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the engine is asked.
#[derive(Debug)]
pub enum Request {
    /// Do this; the event is the one in which it was asked for.
    Do(EventId, Order),
    /// Run this program; the event is the one in which it was asked for.
    Spawn(EventId, Spawn),
    /// Tell the cable this; the event is the one in which it was asked for.
    Cable(EventId, CableOrder),
    /// End every conversation at once and forget all sockets.
    Clear,
    /// Interrupt every call that waits, then end.
    Stop,
}

/// What the engine tells.
#[derive(Debug)]
pub enum Report {
    /// A fact for the journal.
    Seen(Observation),
    /// The statement that was asked for in this event is done, waits, is queued, or could not be tried; and
    /// everything that it set going has been told.
    Settled(EventId),
    /// All is cleared.
    Cleared,
    /// The engine has ended.
    Stopped,
}

/// The running engine. Dropping it ends it.
#[derive(Debug)]
pub struct Engine {
    requests: UnboundedSender<Request>,
    thread: Option<thread::JoinHandle<()>>,
    sight: Sight,
    /// Says nothing, and is closed when the thread ends.
    ended: std::sync::mpsc::Receiver<()>,
}

impl Engine {
    /// Starts it on this network. `server` is the address that a bare port means, and that `connect` goes to when nothing listens.
    ///
    /// # Errors
    /// When the system refuses a thread, an epoll descriptor or a netlink socket.
    pub fn start(
        clock: Clock,
        network: Network,
        server: SocketAddr,
    ) -> io::Result<(Self, UnboundedReceiver<Report>)> {
        super::sockets::thread::install_interrupt_handler();
        let (requests, inbox) = mpsc::unbounded_channel();
        let (outbox, reports) = mpsc::unbounded_channel();
        let (ready, is_ready) = std::sync::mpsc::channel();
        let (ending, ended) = std::sync::mpsc::channel::<()>();
        let thread = thread::Builder::new()
            .name("engine".to_owned())
            .spawn(move || {
                let made = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .and_then(|runtime| {
                        let inside = runtime.enter();
                        let world = world::World::new(clock, network, server, outbox)?;
                        drop(inside);
                        Ok((runtime, world))
                    });
                match made {
                    Ok((runtime, world)) => {
                        let _ = ready.send(Ok(world.sight()));
                        tokio::task::LocalSet::new().block_on(&runtime, world.run(inbox));
                    }
                    Err(e) => drop(ready.send(Err(e))),
                }
                drop(ending);
            })?;
        let sight = is_ready.recv().map_err(io::Error::other)??;
        Ok((
            Self {
                requests,
                thread: Some(thread),
                sight,
                ended,
            },
            reports,
        ))
    }

    /// How packets are seen.
    pub const fn sight(&self) -> &Sight {
        &self.sight
    }

    /// Asks it something. After its end, nothing happens.
    pub fn ask(&self, request: Request) {
        let _ = self.requests.send(request);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.ask(Request::Stop);
        // An engine that the system does not let go of ends with the program.
        let stuck = self.ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout);
        if let Some(thread) = self.thread.take().filter(|_| !stuck) {
            let _ = thread.join();
        }
    }
}
