//! An actor's thread: it makes the calls that it is given, one at a time, and really blocks in them.

use super::world::Told;
use crate::{
    model::{
        call::Call,
        ids::{CallId, EventId, Side, SocketId},
    },
    os::{
        clock::Clock,
        kernel::Identity,
        network::Maker,
        sockets::{self, Performed, thread::ThreadHandle},
    },
};
use bytes::Bytes;
use std::{collections::VecDeque, io, sync::mpsc, thread};
use tokio::sync::mpsc::UnboundedSender;

/// A call to be made.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: CallId,
    pub(super) call: Call,
    /// The whole of what `send` is to send; the call itself holds no more than its beginning.
    pub(super) data: Bytes,
}

/// A call that has returned.
#[derive(Debug)]
pub(super) struct Returned {
    pub(super) id: CallId,
    pub(super) call: Call,
    pub(super) performed: Performed,
    /// Of a server that answers by itself.
    pub(super) served: Option<Served>,
}

/// What is known of a call of a server that answers by itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Served {
    /// Who the connection is that `accept` returned.
    pub(super) identity: Option<Identity>,
}

/// The call that a worker is in.
#[derive(Debug)]
pub(super) struct Busy {
    pub(super) id: CallId,
    pub(super) call: Call,
    pub(super) socket: Option<SocketId>,
    /// Whether it has been told that the call waits.
    pub(super) waits: bool,
    /// Whether it is being interrupted.
    pub(super) cancelled: bool,
}

/// A statement under way.
#[derive(Debug)]
pub(super) struct Current {
    pub(super) asked: EventId,
    /// Calls that follow if this one succeeds.
    pub(super) rest: VecDeque<super::plan::Planned>,
    pub(super) socket: Option<SocketId>,
}

/// The engine's side of an actor's thread.
#[derive(Debug)]
pub(super) struct Worker {
    jobs: mpsc::Sender<Job>,
    pub(super) thread: ThreadHandle,
    pub(super) busy: Option<Busy>,
    pub(super) current: Option<Current>,
    /// What it has been asked for and has not begun.
    pub(super) queue: VecDeque<(EventId, crate::model::command::Order)>,
}

impl Worker {
    /// Starts the thread. It ends when this is dropped and its last call has returned.
    pub(super) fn start(
        name: &str,
        side: Side,
        maker: Maker,
        clock: Clock,
        told: UnboundedSender<Told>,
    ) -> io::Result<Self> {
        let (jobs, inbox) = mpsc::channel::<Job>();
        let (introduce, introduced) = mpsc::channel();
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let _ = introduce.send(ThreadHandle::current());
                while let Ok(Job { id, call, data }) = inbox.recv() {
                    let performed = match call {
                        Call::Socket { domain } => {
                            sockets::make_socket(clock, || maker.socket(side, domain))
                                .unwrap_or_else(|| Ok(sockets::perform(&call, &data, clock)))
                        }
                        _ => Ok(sockets::perform(&call, &data, clock)),
                    };
                    let performed = match performed {
                        Ok(performed) => performed,
                        Err(e) => {
                            let text = e.to_string();
                            let _ = told.send(Told::Unmade { id, text });
                            continue;
                        }
                    };
                    // Nobody listens any more when the engine ends before its actors.
                    let _ = told.send(Told::Returned(Box::new(Returned {
                        id,
                        call,
                        performed,
                        served: None,
                    })));
                }
            })?;
        let thread = introduced.recv().map_err(io::Error::other)?;
        Ok(Self {
            jobs,
            thread,
            busy: None,
            current: None,
            queue: VecDeque::new(),
        })
    }

    /// Hands a call over. The thread must be idle.
    pub(super) fn make(&mut self, job: Job, socket: Option<SocketId>) {
        self.busy = Some(Busy {
            id: job.id,
            call: job.call.clone(),
            socket,
            waits: false,
            cancelled: false,
        });
        // The thread lives as long as this sender does.
        let _ = self.jobs.send(job);
    }

    /// Whether it has nothing to do.
    pub(super) fn is_idle(&self) -> bool {
        self.busy.is_none() && self.current.is_none() && self.queue.is_empty()
    }
}
