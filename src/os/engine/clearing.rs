//! Clearing everything away, to begin anew or to end.

use super::{
    Report,
    returns::MOST_CLOSED,
    world::{Told, World, now},
};
use crate::{
    model::{
        event::{Cause, Fact, Observation, Source},
        ids::{SocketId, Target},
    },
    os::sockets,
};
use core::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

/// How long calls that are interrupted get to return.
const MOST_CLEARING: Duration = Duration::from_secs(2);

impl World {
    /// Interrupts every call that waits, lets it be told, and ends every connection with a reset.
    pub(super) async fn clear(&mut self, hears: &mut UnboundedReceiver<Told>) {
        self.stop_serving(hears).await;
        self.serving = None;
        for worker in self.workers.values_mut() {
            worker.queue.clear();
            if let Some(current) = &mut worker.current {
                current.rest.clear();
            }
        }
        let waiting: Vec<Target> = self
            .workers
            .iter()
            .filter(|(_, w)| w.busy.as_ref().is_some_and(|b| b.waits && !b.cancelled))
            .map(|(hand, w)| {
                w.busy
                    .as_ref()
                    .and_then(|b| b.socket)
                    .map_or(Target::from(hand.actor()), Target::from)
            })
            .collect();
        for who in waiting {
            self.interrupt_quietly(who);
        }
        let until = now() + MOST_CLEARING;
        while self.workers.values().any(|w| w.busy.is_some()) && now() < until {
            for worker in self.workers.values_mut() {
                if let Some(busy) = &mut worker.busy {
                    busy.cancelled = true;
                    let _ = worker.thread.interrupt();
                }
            }
            if let Ok(Some(told)) =
                tokio::time::timeout(Duration::from_millis(2), hears.recv()).await
            {
                self.hear(told);
            }
        }
        while let Ok(told) = hears.try_recv() {
            self.hear(told);
        }
        // A hand that is still in its call keeps its thread and its socket; both end with the program.
        let stuck: Vec<SocketId> = self
            .workers
            .values()
            .filter_map(|w| w.busy.as_ref())
            .filter_map(|b| b.socket)
            .collect();
        for own in &self.sockets {
            if let Some(fd) = own.fd.filter(|_| !stuck.contains(&own.id)) {
                sockets::abort_quietly(fd);
            }
        }
        self.sockets.clear();
        self.descriptors.clear();
        self.forget_at = MOST_CLOSED;
        self.next_index.clear();
        self.workers.clear();
        self.concurrent = false;
        self.settling.clear();
        self.settling_since = None;
        self.check_at = None;
        self.watch.forget();
    }

    pub(super) fn interrupt_quietly(&mut self, who: Target) {
        for worker in self.workers.values_mut() {
            let Some(busy) = &mut worker.busy else {
                continue;
            };
            if busy.waits && !busy.cancelled && busy.socket.is_none_or(|s| Target::from(s) == who) {
                busy.cancelled = true;
                let fact = Fact::Cancel {
                    call_id: busy.id,
                    call: busy.call.name().to_owned(),
                };
                let seen = Observation {
                    at: self.clock.now(),
                    who: Some(who.actor),
                    source: Source::Program,
                    cause: Cause::Call(busy.id),
                    fact,
                };
                let _ = self.reports.send(Report::Seen(seen));
            }
        }
    }
}
