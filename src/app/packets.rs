//! What the packets screen shows: which packets its list has, which one is selected, and where one stands within it.

mod filter;
mod open;
mod rows;
mod standing;

pub use filter::Filter;
pub(in crate::app) use open::Pick;
pub use open::{HEX_ROW, OpenPacket, PacketsView};
pub use rows::{PacketRow, PacketRows};
pub use standing::Standing;

use super::state::App;
use crate::model::{book::PacketEntry, packet::Packet};

/// A part of the packets screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pane {
    /// All packets.
    #[default]
    List,
    /// The fields of the selected one.
    Fields,
    /// Its bytes.
    Hex,
}

impl Pane {
    /// All, in the order in which Tab goes round.
    pub const ALL: [Self; 3] = [Self::List, Self::Fields, Self::Hex];
}

impl App {
    /// The list's rows at the moment that is shown: all, or those that the search keeps.
    pub fn packet_rows(&self) -> PacketRows<'_> {
        let count = self.shown_events();
        let rows = PacketRows::new(self.book.packets_at(count), self.book.passed_at(count));
        match Filter::of(&self.search) {
            Some(filter) => rows.kept(|entry| self.is_kept(entry, &filter)),
            None => rows,
        }
    }

    fn is_kept(&self, entry: &PacketEntry, filter: &Filter) -> bool {
        let packet = self.book.packet_at(entry);
        packet.is_some_and(|packet| filter.keeps(packet, &self.standing(entry)))
    }

    /// The packet that the screen shows in full: the selected one, or the last before it that is there; without a
    /// selection the newest.
    pub fn shown_packet(&self) -> Option<(&PacketEntry, &Packet)> {
        let rows = self.packet_rows();
        let entry = rows.entry_at(rows.place(self.selected_packet)?)?;
        Some((entry, self.book.packet_at(entry)?))
    }
}
