//! Orders to the cable.

use super::{Report, world::World};
use crate::model::{
    cable::CableOrder,
    event::{Cause, Fact, Observation, RULE_OVER, Source},
    ids::EventId,
};

impl World {
    /// The cable is told something.
    pub(super) fn tell_the_cable(&mut self, asked: EventId, order: &CableOrder) {
        let at = self.clock.now();
        self.tell_the_passed(true);
        let done = match &mut self.carrier {
            None => Err(format!(
                "`cable {order}` needs the lab: the host network's packets are carried by the kernel itself. Try: fourline --network lab"
            )),
            Some(carrier) => match order {
                CableOrder::Offload(on) => carrier.set_offload(*on),
                _ => carrier.cable.order(order, at),
            },
        };
        match (done, &mut self.carrier) {
            (Ok(()), Some(carrier)) => {
                if !matches!(order, CableOrder::Hand(..)) {
                    carrier.rules = carrier.cable.rules();
                    let fact = Fact::Cable {
                        text: order.to_string(),
                        rules: carrier.rules.clone(),
                        offload: carrier.offload,
                    };
                    self.tell_of_cable(at, None, Cause::Event(asked), fact);
                }
                self.happen();
            }
            (Err(text), _) => {
                self.report(Report::Seen(Observation {
                    at,
                    who: None,
                    source: Source::Program,
                    cause: Cause::Event(asked),
                    fact: Fact::Refused { text },
                }));
            }
            (Ok(()), None) => {}
        }
        self.will_settle(asked);
    }

    /// Tells of rules that were for so many packets, when the last of these has come.
    pub(super) fn tell_what_is_over(&mut self) {
        let Some(carrier) = &mut self.carrier else {
            return;
        };
        if carrier.cable.standing() >= carrier.rules.len() {
            return;
        }
        let stand = carrier.cable.rules();
        let mut over = core::mem::replace(&mut carrier.rules, stand.clone());
        over.retain(|rule| !stand.contains(rule));
        let fact = Fact::Cable {
            text: format!("{RULE_OVER}{}", over.join(", ")),
            rules: stand,
            offload: carrier.offload,
        };
        self.tell_of_cable(self.clock.now(), None, Cause::Unknown, fact);
    }
}
