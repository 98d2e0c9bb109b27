//! The cable: what becomes of each packet that lies between the two ends. Pure: packets, time and seeds come in.
//!
//! ```text
//!   a packet ─► plugged in? ─► the rules, oldest first ─► held, until it is let go
//!                   │               │                 └─► moving, until it is due ─► delivered
//!                   └── dropped ◄───┘
//! ```
//!
//! Each direction is a queue of its own, and keeps its order: neither delay, jitter nor rate lets one packet overtake
//! another. Only `hold`, `swap` and `reorder` do, and the hand. The driver tells what enters and what is ordered, asks
//! [`Cable::poll`] what has happened until nothing more has, and comes again at [`Cable::deadline`].

mod dice;
mod hand;
mod happened;
mod lane;
mod orders;
mod past;
mod rules;
#[cfg(test)]
mod tests;

use crate::model::{
    ids::{Nanos, Side},
    packet::{Decider, Fate, PacketNo},
};
pub use happened::{Arriving, Body, Happened};
use lane::{Lane, Lying};
use past::Past;
use rules::{End, Rules, Treatment};
use std::{collections::VecDeque, sync::Arc};

/// Both directions.
const SIDES: [Side; 2] = [Side::Server, Side::Client];

/// The cable between the two ends.
#[derive(Debug)]
pub struct Cable<B> {
    /// The last number that was given.
    last: PacketNo,
    rules: Rules,
    /// For each side: the text of the order that keeps packets from it.
    unplugged: [Option<Arc<str>>; 2],
    lanes: [Lane<B>; 2],
    /// What has happened and was not polled yet.
    happened: VecDeque<Happened<B>>,
    past: Past,
    /// Which byte the hand corrupts.
    dice: dice::Dice,
}

impl<B: Body> Default for Cable<B> {
    fn default() -> Self {
        Self::new()
    }
}

impl<B: Body> Cable<B> {
    /// A plain cable.
    pub fn new() -> Self {
        Self {
            last: PacketNo(0),
            rules: Rules::default(),
            unplugged: [None, None],
            lanes: [Lane::new(), Lane::new()],
            happened: VecDeque::new(),
            past: Past::new(),
            dice: dice::Dice::of_text("hand", 0),
        }
    }

    /// Whether it is a plain cable with nothing on it: then what arrives may be passed on at once, see [`Self::pass`].
    pub fn is_plain(&self) -> bool {
        self.rules.is_empty()
            && self.unplugged == [None, None]
            && self.lanes.iter().all(Lane::is_empty)
            && self.happened.is_empty()
    }

    /// Numbers a packet that the driver passes on by itself, because the cable is plain.
    pub fn pass(&mut self) -> PacketNo {
        let number = self.number();
        self.past.note(number, Fate::Delivered);
        number
    }

    /// How many packets lie on it, held or under way.
    pub fn lying(&self) -> usize {
        self.lanes.iter().map(Lane::len).sum()
    }

    /// Forgets everything; numbers begin anew.
    pub fn clear(&mut self) {
        *self = Self::new();
    }

    /// The rules that stand, as they are typed, and what is unplugged.
    pub fn rules(&self) -> Vec<String> {
        let mut all: Vec<String> = self.rules.texts().map(ToString::to_string).collect();
        let mut unplugged: Vec<_> = self.unplugged.iter().flatten().collect();
        unplugged.dedup();
        all.extend(unplugged.into_iter().map(ToString::to_string));
        all
    }

    /// How many rules stand, with what is unplugged.
    pub fn standing(&self) -> usize {
        let [a, b] = &self.unplugged;
        let unplugged = usize::from(a.is_some()) + usize::from(b.is_some() && a != b);
        self.rules.texts().count() + unplugged
    }

    /// When the next packet is due. `None`: nothing will happen by itself.
    pub fn deadline(&self) -> Option<Nanos> {
        self.lanes
            .iter()
            .filter_map(Lane::next_due)
            .min()
            .map(|(due, _)| due)
    }

    /// The next thing that has happened by now. To be called until there is nothing more, after each
    /// [`Self::enters`], each [`Self::order`], and when the [`Self::deadline`] has come.
    pub fn poll(&mut self, now: Nanos) -> Option<Happened<B>> {
        let happened = self.happened.pop_front();
        happened.or_else(|| self.delivers_next(now))
    }

    /// The one that is due first, of both directions, if its time has come.
    fn delivers_next(&mut self, now: Nanos) -> Option<Happened<B>> {
        let due = |side: Side| Some((self.lanes[side as usize].next_due()?, side));
        let (_, toward) = SIDES.into_iter().filter_map(due).min()?;
        let packet = self.lanes[toward as usize].take_due(now)?;
        Some(self.delivered(packet, toward, Decider::Cable))
    }

    /// A packet has come: it meets the rules. Its number is the next one.
    pub fn enters(&mut self, mut arriving: Arriving<B>, now: Nanos) -> PacketNo {
        let number = self.number();
        let toward = arriving.toward;
        if let Some(text) = &self.unplugged[toward as usize] {
            let by = Decider::Rule(Arc::clone(text));
            self.dropped(number, by);
            return number;
        }
        if self.lanes[toward as usize].is_full_for(arriving.size) {
            self.lost(number);
            return number;
        }
        let happened = &mut self.happened;
        let corrupted = |byte, text: &Arc<str>| {
            let by = Decider::Rule(Arc::clone(text));
            happened.push_back(Happened::Corrupted { number, byte, by });
        };
        match self.rules.meet(&mut arriving, now, corrupted) {
            Ok(treatment) => self.lies_down(number, arriving, treatment, now),
            Err(End::Dropped(text)) => self.dropped(number, Decider::Rule(text)),
            Err(End::TooBig(text, mtu)) => {
                self.past.note(number, Fate::Dropped);
                self.happened.push_back(Happened::TooBig {
                    number,
                    by: Decider::Rule(text),
                    mtu,
                    toward: arriving.toward,
                    body: arriving.body,
                });
            }
        }
        number
    }

    /// The rules let it onto the cable: there it lies, with its copies behind it.
    fn lies_down(
        &mut self,
        number: PacketNo,
        arriving: Arriving<B>,
        treatment: Treatment,
        now: Nanos,
    ) {
        let Arriving {
            toward, size, body, ..
        } = arriving;
        let Treatment {
            mut due,
            mut late_by,
            held_by,
            waits_by,
            copied_by,
        } = treatment;
        let lane = &self.lanes[toward as usize];
        if let Some((last, whose)) = lane.last_due()
            && last > due
        {
            due = last;
            late_by = whose.cloned();
        }
        // A packet for which another waits is the one that passes.
        let waits_by = waits_by.filter(|_| held_by.is_none() && !lane.has_waiting());
        let originals: Vec<_> = copied_by.into_iter().map(|by| (by, body.clone())).collect();
        let place = (number.0, 0);
        let packet = Lying {
            number,
            size,
            body,
            place,
            due,
            late_by: late_by.clone(),
            waits_by: waits_by.clone(),
        };
        self.lays(packet, toward, held_by.as_ref(), now);
        for (text, body) in originals {
            let copy = self.number();
            self.happened.push_back(Happened::Copied {
                number: copy,
                of: number,
                by: Decider::Rule(text),
                toward,
                body: body.clone(),
            });
            if self.lanes[toward as usize].is_full_for(size) {
                self.lost(copy);
                continue;
            }
            let place = (number.0, copy.0);
            let packet = Lying {
                number: copy,
                size,
                body,
                place,
                due,
                late_by: late_by.clone(),
                waits_by: waits_by.clone(),
            };
            self.lays(packet, toward, held_by.as_ref(), now);
        }
    }

    /// Puts a packet in its place, and says so.
    fn lays(&mut self, packet: Lying<B>, toward: Side, held_by: Option<&Arc<str>>, now: Nanos) {
        let number = packet.number;
        if let Some(text) = held_by.or(packet.waits_by.as_ref()) {
            let by = Decider::Rule(Arc::clone(text));
            self.happened.push_back(Happened::Held { number, by });
            self.lanes[toward as usize].put_held(packet);
        } else {
            self.moves(packet, toward, now);
        }
    }

    /// It is under way, and those that waited for it come behind it.
    fn moves(&mut self, mut packet: Lying<B>, toward: Side, now: Nanos) {
        let (number, due, late_by) = (packet.number, packet.due, packet.late_by.clone());
        self.delayed(&packet, now);
        let waited = self.passes(number, &mut packet.place, due, toward);
        self.lanes[toward as usize].put_moving(packet);
        for mut packet in waited {
            if packet.due == due {
                packet.late_by.clone_from(&late_by);
            }
            self.delayed(&packet, now);
            self.lanes[toward as usize].put_moving(packet);
        }
    }

    /// A packet overtakes those that wait: they change places with it, one after the other.
    fn passes(
        &mut self,
        with: PacketNo,
        place: &mut lane::Place,
        due: Nanos,
        toward: Side,
    ) -> Vec<Lying<B>> {
        let mut passed = Vec::new();
        // They give way in their order: each takes the place of the one that came after it.
        let mut free = *place;
        while let Some(mut packet) = self.lanes[toward as usize].take_waiting_before(*place) {
            if let Some(text) = packet.waits_by.take() {
                let by = Decider::Rule(text);
                self.happened.push_back(Happened::Swapped {
                    number: packet.number,
                    with,
                    by,
                });
            }
            packet.due = packet.due.max(due);
            passed.push(packet);
        }
        for packet in passed.iter_mut().rev() {
            core::mem::swap(&mut packet.place, &mut free);
        }
        *place = free;
        passed
    }

    fn delayed(&mut self, packet: &Lying<B>, now: Nanos) {
        let (number, until) = (packet.number, packet.due);
        if until > now {
            let by = packet.late_by.clone().map_or(Decider::Cable, Decider::Rule);
            self.happened
                .push_back(Happened::Delayed { number, until, by });
        }
    }

    fn number(&mut self) -> PacketNo {
        self.last.0 = self.last.0.saturating_add(1);
        self.last
    }

    fn dropped(&mut self, number: PacketNo, by: Decider) {
        self.past.note(number, Fate::Dropped);
        self.happened.push_back(Happened::Dropped { number, by });
    }

    fn lost(&mut self, number: PacketNo) {
        self.past.note(number, Fate::Lost);
        self.happened.push_back(Happened::Lost { number });
    }

    fn delivered(&mut self, packet: Lying<B>, toward: Side, by: Decider) -> Happened<B> {
        let Lying { number, body, .. } = packet;
        self.past.note(number, Fate::Delivered);
        Happened::Delivered {
            number,
            body,
            by,
            toward,
        }
    }
}
