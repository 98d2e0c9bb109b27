//! All that a frame reads of the journal goes through here, so that one can count it: a frame must not cost more in a
//! long journal than in a short one.

use crate::{
    app::App,
    model::{
        book::PacketEntry,
        event::{Event, Fact, Sight},
        ids::{Actor, EventId, Side, SocketId},
        packet::{Packet, PacketNo},
    },
    ui::screens::bits::shown,
};

/// The events that are worth a row, up to the moment that is shown.
pub(super) struct Told<'a> {
    pub(super) app: &'a App,
    places: &'a [usize],
    #[cfg(test)]
    looked_at: core::cell::Cell<usize>,
}

impl<'a> Told<'a> {
    pub(super) fn new(app: &'a App) -> Self {
        Self {
            app,
            places: shown(app, app.book.told()),
            #[cfg(test)]
            looked_at: core::cell::Cell::new(0),
        }
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.places.len()
    }

    /// The place in the journal of the one at `place`.
    pub(super) fn index(&self, place: usize) -> Option<usize> {
        self.places.get(place).copied()
    }

    /// The one at `place`.
    pub(super) fn event(&self, place: usize) -> Option<&'a Event> {
        #[cfg(test)]
        self.looked_at.set(self.looked_at.get() + 1);
        self.app.book.events().get(self.index(place)?)
    }

    /// The place in what is told of the one that stands there in the journal.
    pub(super) fn place_of(&self, index: usize) -> Option<usize> {
        self.places.binary_search(&index).ok()
    }

    /// The place in what is told of the last one up to that place in the journal.
    pub(super) fn place_up_to(&self, index: usize) -> Option<usize> {
        self.places.partition_point(|&i| i <= index).checked_sub(1)
    }

    /// The place in the journal of an event.
    pub(super) fn index_of(&self, id: EventId) -> Option<usize> {
        let first = self.app.book.events().first()?.id.0;
        usize::try_from(id.0.checked_sub(first)?).ok()
    }

    /// Whether packets are drawn: some were seen, or they can be.
    pub(super) fn has_packets(&self) -> bool {
        let session = self.app.session();
        session.cable.entered > 0 || !matches!(*session.sight, Sight::None { .. })
    }

    /// The packet that entered in the event which stands there in the journal, as far as is known at the moment that
    /// is shown.
    pub(super) fn packet_in(&self, index: usize) -> Option<PacketEntry> {
        let all = self.app.book.packets();
        let found = all.binary_search_by_key(&index, |p| p.index).ok()?;
        let shown = self.app.shown_events();
        let mut entry = *all.get(found)?;
        entry.fate = entry.fate.filter(|f| *f < shown);
        Some(entry)
    }

    /// The packet of which the event at `place` speaks by its number.
    pub(super) fn packet(&self, place: usize, number: PacketNo) -> Option<PacketEntry> {
        let known = self.app.book.packets_at(self.index(place)? + 1);
        let found = known.binary_search_by_key(&number, |p| p.number).ok()?;
        self.packet_in(known[found].index)
    }

    /// The fact with which a packet entered.
    pub(super) fn entered(&self, index: usize) -> Option<&'a Packet> {
        match &self.app.book.events().get(index)?.fact {
            Fact::Packet(packet) => Some(packet),
            _ => None,
        }
    }

    /// Whether names in this event mean the sockets that there are now.
    pub(super) fn is_of_now(&self, id: EventId) -> bool {
        self.app
            .session()
            .begins
            .is_none_or(|begins| begins.0 <= id.0)
    }

    /// Whether more than one client of ours is there.
    pub(super) fn several(&self) -> bool {
        let actors = self.app.session().actors.keys();
        actors.filter(|a| a.side() == Side::Client).count() > 1
    }

    /// With whom a socket of the server talks.
    pub(super) fn peer_of(&self, socket: SocketId) -> Option<Actor> {
        Some(self.app.session().socket(socket)?.peer_socket?.actor)
    }

    /// How many events were looked at.
    #[cfg(test)]
    pub(super) fn looked_at(&self) -> usize {
        self.looked_at.get()
    }
}
