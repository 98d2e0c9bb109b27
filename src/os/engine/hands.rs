//! The hands of a serving task: they make its calls and tell them, or count them when there are too many to tell.

use super::{
    super::{clock::Clock, sockets},
    worker::{Returned, Served},
    world::{Told, next_call},
};
use crate::{
    model::{
        call::Call,
        errno::Errno,
        ids::{Fd, Nanos},
        payload::Payload,
    },
    os::kernel,
};
use std::{cell::Cell, rc::Rc};
use tokio::sync::mpsc;

/// So many calls are told one by one in each [`WINDOW`], over all clients; the rest is counted.
const TOLD: u32 = 200;
const WINDOW: Nanos = Nanos::from_millis(100);
/// What is kept of one call's bytes.
pub(super) const KEPT: usize = 4 * 1024;

/// What all serving tasks share.
#[derive(Clone, Debug)]
pub(super) struct Hands {
    pub(super) clock: Clock,
    pub(super) told: mpsc::UnboundedSender<Told>,
    pub(super) calls: Rc<Cell<u64>>,
    /// The window's beginning, and how many calls were told in it.
    pub(super) window: Rc<Cell<(Nanos, u32)>>,
    /// Held for as long as the task may do anything.
    #[expect(dead_code, reason = "it says by being dropped that its task has ended")]
    pub(super) alive: mpsc::Sender<()>,
}

impl Hands {
    fn may_tell(&self) -> bool {
        let now = self.clock.now();
        let (since, n) = self.window.get();
        let (since, n) = if now.since(since) >= WINDOW {
            (now, 0)
        } else {
            (since, n)
        };
        self.window.set((since, n.saturating_add(1)));
        n < TOLD
    }
}

/// Makes the calls on one descriptor, and owes an account of all of them: however its task ends, what was counted is told.
#[derive(Debug)]
pub(super) struct Teller {
    fd: Fd,
    counted: Counted,
    hands: Hands,
}

/// Calls that were counted and not told.
#[derive(Debug, Default)]
struct Counted {
    calls: u64,
    read: u64,
    written: u64,
}

impl Drop for Teller {
    fn drop(&mut self) {
        self.flush();
    }
}

impl Teller {
    pub(super) fn new(fd: Fd, hands: Hands) -> Self {
        Self {
            fd,
            counted: Counted::default(),
            hands,
        }
    }

    /// One for another descriptor of the same server.
    pub(super) fn of(&self, fd: Fd) -> Self {
        Self::new(fd, self.hands.clone())
    }

    pub(super) const fn fd(&self) -> Fd {
        self.fd
    }

    /// Makes a call; tells it, unless it found nothing to do.
    pub(super) fn make(&mut self, call: Call, data: &[u8]) -> sockets::Performed {
        self.make_unless(call, data, None)
    }

    /// Makes a call; tells it, unless it found nothing to do or fails as it did before.
    pub(super) fn make_unless(
        &mut self,
        mut call: Call,
        data: &[u8],
        before: Option<Errno>,
    ) -> sockets::Performed {
        let performed = sockets::perform(&call, data, self.hands.clock);
        let failed = performed.errno;
        if failed == Some(Errno::EAGAIN) || failed.is_some() && failed == before {
            return performed;
        }
        let moves = matches!(call, Call::Recv { .. } | Call::Send { .. }) && performed.ret > 0;
        if moves && !self.hands.may_tell() {
            let n = performed.ret.unsigned_abs();
            self.counted.calls += 1;
            *(if matches!(call, Call::Recv { .. }) {
                &mut self.counted.read
            } else {
                &mut self.counted.written
            }) += n;
            return performed;
        }
        self.flush();
        if let Call::Send { data: shown, .. } = &mut call {
            *shown = Payload::capped(data, KEPT);
        }
        // Now, while the descriptor is open for certain: it may be closed before the engine hears of it.
        let accepted = matches!(call, Call::Accept { .. }) && failed.is_none();
        let identity = accepted
            .then(|| i32::try_from(performed.ret).ok())
            .flatten()
            .and_then(|fd| kernel::identity(Fd(fd)).ok());
        let id = next_call(&self.hands.calls);
        let _ = self.hands.told.send(Told::Returned(Box::new(Returned {
            id,
            call,
            performed: performed.clone(),
            served: Some(Served { identity }),
        })));
        performed
    }

    /// Tells what was counted.
    pub(super) fn flush(&mut self) {
        let Counted {
            calls,
            read,
            written,
        } = core::mem::take(&mut self.counted);
        if calls > 0 {
            let _ = self.hands.told.send(Told::Elided {
                fd: self.fd,
                calls,
                read,
                written,
            });
        }
    }
}
