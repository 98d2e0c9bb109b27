//! What the cable is told: rules come and go, plugs are pulled. The hand that takes one packet has a file of its own.

use super::{
    Body, Cable, SIDES,
    lane::{Lane, Lying},
    rules::Rules,
};
use crate::model::{
    cable::CableOrder,
    ids::{Nanos, Side},
    packet::Decider,
};

impl<B: Body> Cable<B> {
    /// Does what it is told.
    ///
    /// # Errors
    /// Says in words why it cannot be done; nothing has changed then.
    pub fn order(&mut self, order: &CableOrder, now: Nanos) -> Result<(), String> {
        self.delivers_what_is_due(now);
        match order {
            CableOrder::Rule(rule) => self.rules.add(rule)?,
            CableOrder::Hand(hand, number) => self.hand(*hand, *number, now)?,
            CableOrder::Release => {
                self.rules.hold_nothing();
                self.let_go(now);
            }
            CableOrder::Unplug(side) => self.unplug(*side),
            CableOrder::Plug(side) => self.plug(*side),
            CableOrder::Clear => {
                self.rules = Rules::default();
                self.unplugged = [None, None];
                self.deliver_all();
            }
            CableOrder::Preset(preset) => self.rules.preset(preset),
            // How large the kernels' packets are is the driver's business.
            CableOrder::Offload(_) => {}
        }
        Ok(())
    }

    /// What was due before an order came is not touched by it, however late the driver asks.
    fn delivers_what_is_due(&mut self, now: Nanos) {
        while let Some(delivered) = self.delivers_next(now) {
            self.happened.push_back(delivered);
        }
    }

    /// Lets go what is held or waits. What is still under way by a delay or a rate goes on with that.
    fn let_go(&mut self, now: Nanos) {
        for (toward, packet) in self.taken_from_both(Lane::take_held) {
            if packet.due <= now {
                let delivered = self.delivered(packet, toward, Decider::You);
                self.happened.push_back(delivered);
            } else {
                self.delayed(&packet, now);
                self.lanes[toward as usize].put_moving(packet);
            }
        }
    }

    fn deliver_all(&mut self) {
        for (toward, packet) in self.taken_from_both(Lane::take_all) {
            let delivered = self.delivered(packet, toward, Decider::You);
            self.happened.push_back(delivered);
        }
    }

    /// What `take` takes from each direction, by place.
    fn taken_from_both(
        &mut self,
        take: impl Fn(&mut Lane<B>) -> Vec<Lying<B>>,
    ) -> Vec<(Side, Lying<B>)> {
        let mut all = Vec::new();
        for side in SIDES {
            all.extend(
                take(&mut self.lanes[side as usize])
                    .into_iter()
                    .map(|p| (side, p)),
            );
        }
        all.sort_by_key(|(_, packet)| packet.place);
        all
    }

    /// Pulls it out, at one end or both: what lies on the way there falls off.
    fn unplug(&mut self, side: Option<Side>) {
        for side in SIDES
            .into_iter()
            .filter(|s| side.is_none_or(|only| only == *s))
        {
            self.unplugged[side as usize].get_or_insert_with(|| "".into());
        }
        self.name_what_is_unplugged();
        for side in SIDES {
            let Some(text) = self.unplugged[side as usize].clone() else {
                continue;
            };
            let mut fallen = self.lanes[side as usize].take_all();
            fallen.sort_by_key(|packet| packet.place);
            for packet in fallen {
                self.dropped(packet.number, Decider::Rule(text.clone()));
            }
        }
    }

    fn plug(&mut self, side: Option<Side>) {
        for side in SIDES
            .into_iter()
            .filter(|s| side.is_none_or(|only| only == *s))
        {
            self.unplugged[side as usize] = None;
        }
        self.name_what_is_unplugged();
    }

    /// The text says the whole: `unplug` when both directions are, `unplug to server` when it is one.
    fn name_what_is_unplugged(&mut self) {
        let both = self.unplugged.iter().all(Option::is_some);
        for side in SIDES {
            let only = Some(side).filter(|_| !both);
            if let Some(text) = &mut self.unplugged[side as usize] {
                *text = CableOrder::Unplug(only).to_string().into();
            }
        }
    }
}
