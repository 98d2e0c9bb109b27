//! All that a frame reads of the journal goes through here, so that one can count it: a frame must not cost more in a
//! long journal than in a short one.

use crate::{
    app::App,
    model::{
        event::Event,
        ids::{Actor, EventId, Side, SocketId},
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
