//! Seeing that a call waits: the kernel says in which system call a thread sleeps.

use super::{
    worker::Busy,
    world::{World, now},
};
use crate::{
    model::{
        call::Call,
        event::{Cause, Fact, Source},
    },
    os::sockets::thread::Doing,
};
use core::time::Duration;

/// How long a call may run before we look whether it waits; doubled from look to look.
pub(super) const FIRST_CHECK: Duration = Duration::from_millis(1);

impl World {
    pub(super) fn check_soon(&mut self) {
        self.check_span = FIRST_CHECK;
        self.check_at = Some(now() + FIRST_CHECK);
    }

    /// Looks whether calls that have not returned wait.
    pub(super) fn check(&mut self) {
        let mut open = false;
        for hand in self.workers.keys().copied().collect::<Vec<_>>() {
            let Some(worker) = self.workers.get_mut(&hand) else {
                continue;
            };
            let thread = worker.thread;
            let Some(busy) = &mut worker.busy else {
                continue;
            };
            if busy.cancelled {
                // A signal that came before the thread was in its call did nothing; so it is sent until it returns.
                let _ = thread.interrupt();
                open = true;
            } else if !busy.waits {
                if waits_in(thread.doing(), &busy.call) {
                    busy.waits = true;
                    let Busy {
                        id, call, socket, ..
                    } = &*busy;
                    let fact = Fact::Waiting {
                        call_id: *id,
                        call: Box::new(call.clone()),
                        socket: *socket,
                    };
                    let (id, socket, connects) =
                        (*id, *socket, matches!(call, Call::Connect { .. }));
                    let asked = worker.current.as_ref().map(|c| c.asked);
                    let cause = asked.map_or(Cause::Unknown, Cause::Event);
                    self.tell(self.clock.now(), hand.actor(), Source::Kernel, cause, fact);
                    if let Some(socket) = socket.filter(|_| connects) {
                        self.identify(socket, id, None);
                    }
                    self.look(Cause::Call(id));
                    if let Some(asked) = asked {
                        self.will_settle(asked);
                    }
                } else {
                    open = true;
                }
            }
        }
        self.check_span = (self.check_span * 2).min(Duration::from_millis(64));
        self.check_at = open.then(|| now() + self.check_span);
    }
}

/// Whether a thread sleeps in just this call. Where the kernel does not tell, a call that has not returned for a
/// while counts as one that waits.
pub(super) fn waits_in(doing: Doing, call: &Call) -> bool {
    doing == Doing::Unknown || doing.asleep_in(call.syscall())
}
