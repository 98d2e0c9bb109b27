//! The hand on the cable: it takes one packet, and delivers, drops, copies, swaps or spoils it.

use super::{
    Body, Cable, Happened, SIDES,
    lane::{Lying, Spot},
};
use crate::model::{
    cable::Hand,
    ids::{Nanos, Side},
    packet::{Decider, PacketNo},
};

impl<B: Body> Cable<B> {
    /// Takes that packet, or the oldest that is held.
    pub(super) fn hand(
        &mut self,
        hand: Hand,
        number: Option<PacketNo>,
        now: Nanos,
    ) -> Result<(), String> {
        let (toward, spot) = match number {
            Some(number) => self.find(number)?,
            None => self
                .oldest_held()
                .ok_or("No packet is held. To hold what comes: cable hold")?,
        };
        match hand {
            Hand::Step => {
                self.step(toward, spot, now);
                Ok(())
            }
            Hand::Drop => {
                if let Some(packet) = self.lanes[toward as usize].take(spot) {
                    self.dropped(packet.number, Decider::You);
                }
                Ok(())
            }
            Hand::Dup => self.dup(toward, spot, now),
            Hand::Swap => self.swap(toward, spot, now),
            Hand::Corrupt => self.corrupt(toward, spot),
        }
    }

    fn find(&self, number: PacketNo) -> Result<(Side, Spot), String> {
        let found = SIDES
            .into_iter()
            .find_map(|side| Some((side, self.lanes[side as usize].find(number)?)));
        found.ok_or_else(|| {
            if number == PacketNo(0) {
                "There is no packet 0: packets are counted from 1.".to_owned()
            } else if number > self.last {
                format!(
                    "No packet {number} has entered the cable yet. To hold what comes: cable hold"
                )
            } else {
                let fate = self.past.what_became_of(number);
                format!(
                    "Packet {number} is not on the cable any more{fate}. To hold what comes: cable hold"
                )
            }
        })
    }

    /// The one that lies first of all that are held: after a swap, it is the one that came later.
    fn oldest_held(&self) -> Option<(Side, Spot)> {
        let first = |side: Side| Some((self.lanes[side as usize].first_held()?, side));
        let (_, side) = SIDES.into_iter().filter_map(first).min()?;
        Some((side, Spot::Held(0)))
    }

    fn step(&mut self, toward: Side, spot: Spot, now: Nanos) {
        let Some(mut packet) = self.lanes[toward as usize].take(spot) else {
            return;
        };
        let waited = self.passes(packet.number, &mut packet.place, now, toward);
        let delivered = self.delivered(packet, toward, Decider::You);
        // It is delivered first, and then those that waited for it have changed places with it.
        let at = self.happened.len() - waited.len();
        self.happened.insert(at, delivered);
        for packet in waited {
            self.delayed(&packet, now);
            self.lanes[toward as usize].put_moving(packet);
        }
    }

    fn dup(&mut self, toward: Side, spot: Spot, now: Nanos) -> Result<(), String> {
        let lane = &mut self.lanes[toward as usize];
        let Some(packet) = lane.get_mut(spot) else {
            return Ok(());
        };
        let (of, size, due) = (packet.number, packet.size, packet.due);
        let (body, late_by, waits_by) = (
            packet.body.clone(),
            packet.late_by.clone(),
            packet.waits_by.clone(),
        );
        let behind = packet.place.0;
        if lane.is_full_for(size) {
            return Err(format!(
                "There is no room for a copy of packet {of}: the cable is full. Try: cable release"
            ));
        }
        let number = self.number();
        let (by, place) = (Decider::You, (behind, number.0));
        self.happened.push_back(Happened::Copied {
            number,
            of,
            by,
            toward,
            body: body.clone(),
        });
        let copy = Lying {
            number,
            size,
            body,
            place,
            due,
            late_by,
            waits_by,
        };
        match spot {
            Spot::Held(_) => {
                let by = Decider::You;
                self.happened.push_back(Happened::Held { number, by });
            }
            Spot::Moving(_) => self.delayed(&copy, now),
        }
        self.lanes[toward as usize].put_back(spot, copy);
        Ok(())
    }

    fn swap(&mut self, toward: Side, spot: Spot, now: Nanos) -> Result<(), String> {
        let lane = &mut self.lanes[toward as usize];
        let Some(mut packet) = lane.take(spot) else {
            return Ok(());
        };
        let number = packet.number;
        let other = lane.behind(packet.place);
        let Some((there, mut other)) = other.and_then(|there| Some((there, lane.take(there)?)))
        else {
            lane.put_back(spot, packet);
            return Err(format!(
                "No packet lies behind packet {number}, toward the {toward}. To hold what comes: cable hold"
            ));
        };
        core::mem::swap(&mut packet.place, &mut other.place);
        // It comes no earlier than the one that is before it now.
        let later = other.due > packet.due;
        packet.due = packet.due.max(other.due);
        let with = other.number;
        let by = Decider::You;
        self.happened
            .push_back(Happened::Swapped { number, with, by });
        if later && matches!(spot, Spot::Moving(_)) && packet.due > now {
            let (until, by) = (packet.due, Decider::You);
            self.happened
                .push_back(Happened::Delayed { number, until, by });
        }
        let lane = &mut self.lanes[toward as usize];
        lane.put_back(spot, packet);
        lane.put_back(there, other);
        Ok(())
    }

    fn corrupt(&mut self, toward: Side, spot: Spot) -> Result<(), String> {
        let choice = self.dice.next();
        let Some(packet) = self.lanes[toward as usize].get_mut(spot) else {
            return Ok(());
        };
        let number = packet.number;
        let byte = packet.body.corrupt(choice).ok_or_else(|| {
            format!(
                "Packet {number} has no byte that a checksum covers: the change would not be noticed. Try another packet."
            )
        })?;
        let by = Decider::You;
        self.happened
            .push_back(Happened::Corrupted { number, byte, by });
        Ok(())
    }
}
