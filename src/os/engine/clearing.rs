//! Clearing everything away, to begin anew or to end.

use super::{
    returns::MOST_CLOSED,
    world::{Told, World, now},
};
use crate::{
    model::{
        event::{Cause, Fact, Source},
        ids::SocketId,
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
        self.give_up_what_waits();
        let until = now() + MOST_CLEARING;
        while self.workers.values().any(|w| w.busy.is_some()) && now() < until {
            self.interrupt_all();
            if let Ok(Some(told)) =
                tokio::time::timeout(Duration::from_millis(2), hears.recv()).await
            {
                self.hear(told);
            }
        }
        self.end_programs().await;
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
        self.heard.clear();
        self.causes.clear();
        self.workers.clear();
        self.concurrent = false;
        self.settling.clear();
        self.settling_since = None;
        self.check_at = None;
        self.tell_the_passed(true);
        self.tell_what_never_came();
        if let Some(carrier) = &mut self.carrier {
            // On the host's network what stays behind is the kernel's business, and others'.
            self.watch.destroy_what_stays();
            carrier.clear();
        }
        if let Some(sniffer) = &mut self.sniffer {
            sniffer.clear();
        }
        self.watch.forget();
    }

    /// Statements whose turn never came are told as such: nothing that was asked for vanishes.
    fn give_up_what_waits(&mut self) {
        let mut given_up = Vec::new();
        for (hand, worker) in &mut self.workers {
            let call = worker.busy.as_ref().map(|b| b.call.name());
            for (asked, order) in worker.queue.drain(..) {
                let held = call.map_or_else(String::new, |call| format!(" while {call} waited"));
                let text = format!("`{order}` was not run: the conversation was ended{held}.");
                given_up.push((asked, hand.actor(), text));
            }
            if let Some(current) = &mut worker.current {
                current.rest.clear();
            }
        }
        given_up.sort_by_key(|(asked, ..)| *asked);
        for (asked, who, text) in given_up {
            self.tell(
                self.clock.now(),
                who,
                Source::Program,
                Cause::Event(asked),
                Fact::Refused { text },
            );
        }
    }

    /// Interrupts every call that has not returned. A signal that comes before its thread is in the call does nothing,
    /// so it is sent until the call returns; it is told once.
    fn interrupt_all(&mut self) {
        let mut told = Vec::new();
        for (hand, worker) in &mut self.workers {
            if let Some(busy) = &mut worker.busy {
                if !core::mem::replace(&mut busy.cancelled, true) {
                    let fact = Fact::Cancel {
                        call_id: busy.id,
                        call: busy.call.name().to_owned(),
                    };
                    told.push((hand.actor(), busy.id, fact));
                }
                let _ = worker.thread.interrupt();
            }
        }
        for (who, id, fact) in told {
            self.tell(
                self.clock.now(),
                who,
                Source::Program,
                Cause::Call(id),
                fact,
            );
        }
    }
}
