//! The packets screen: which packet, which of its fields, which byte; what is folded; what is copied.

use crate::app::{
    drawn::ScrollId,
    packets::{HEX_ROW, Pane, Pick, Standing},
    state::{App, Screen},
};
use crate::model::{
    packet::PacketNo,
    payload::hex,
    story::packets::{ended, entered},
};
use core::fmt::Write as _;

impl App {
    /// The next part of the screen gets the focus, or the one before.
    pub(super) fn move_pane(&mut self, on: bool) {
        let all = Pane::ALL;
        let here = all
            .iter()
            .position(|p| *p == self.packets.pane)
            .unwrap_or(0);
        let step = if on { 1 } else { all.len() - 1 };
        self.enter_pane(all[(here + step) % all.len()]);
    }

    /// A part gets the focus. Who reads fields or bytes reads one packet: the newest is not followed there.
    pub(super) fn enter_pane(&mut self, pane: Pane) {
        self.packets.pane = pane;
        let shown = self.shown_packet().map(|(entry, _)| entry.number);
        if pane != Pane::List && shown.is_some() && self.selected_packet != shown {
            self.selected_packet = shown;
            self.selected_in = self.session().generation;
        }
    }

    /// A screen is shown; that of packets with the one that is in hand.
    pub(super) fn show(&mut self, screen: Screen) {
        let comes = self.screen != screen;
        self.screen = screen;
        if comes && screen == Screen::Packets && self.selected_packet.is_none() {
            let number = self.packet_in_hand();
            self.select_packet(number);
        }
    }

    pub(super) fn select_packet_by(&mut self, by: isize) {
        let rows = self.packet_rows();
        let Some(here) = rows.place(self.selected_packet) else {
            return;
        };
        let wanted = here.saturating_add_signed(by);
        let down = by > 0;
        let row = rows
            .packet_from(wanted, down)
            .or_else(|| rows.packet_from(wanted, !down));
        self.select_packet_row(row.unwrap_or(here));
    }

    /// Selects the packet in a row of the list, which then is in sight; the newest is followed.
    fn select_packet_row(&mut self, row: usize) {
        let rows = self.packet_rows();
        let Some(number) = rows.entry_at(row).map(|e| e.number) else {
            return;
        };
        let newest = rows.place(None) == Some(row);
        self.select_packet((!newest).then_some(number));
    }

    pub(super) fn select_packet(&mut self, number: Option<PacketNo>) {
        self.selected_packet = number;
        self.selected_in = self.session().generation;
        self.scrolls.remove(&ScrollId::Screen(Screen::Packets));
        self.bring_into_sight();
    }

    /// The selected field and byte are in sight again.
    fn bring_into_sight(&mut self) {
        for pane in Pane::ALL {
            self.scrolls.remove(&ScrollId::Pane(pane));
        }
    }

    /// Selects the newest packet that the search keeps, if the selected one is none; while one types.
    pub(super) fn find_newest_packet(&mut self) {
        let rows = self.packet_rows();
        let here = rows
            .place(self.selected_packet)
            .and_then(|r| rows.entry_at(r));
        if here.map(|e| e.number) == self.selected_packet {
            return;
        }
        let newest = rows.place(None).and_then(|r| rows.entry_at(r));
        if let Some(number) = newest.map(|e| e.number) {
            self.select_packet(Some(number));
        }
    }

    /// The next packet that the search keeps, or the one before.
    pub(super) fn find_packet(&mut self, next: bool) -> bool {
        let before = self.shown_packet().map(|(e, _)| e.number);
        self.select_packet_by(if next { 1 } else { -1 });
        before != self.shown_packet().map(|(e, _)| e.number)
    }

    pub(super) fn select_field_by(&mut self, by: isize) {
        let Some(open) = self.open_packet() else {
            return;
        };
        let Some(last) = open.rows.len().checked_sub(1) else {
            return;
        };
        let here = open.rows.iter().position(|&r| Some(r) == open.field);
        let row = here.unwrap_or(0).saturating_add_signed(by).min(last);
        let path = open.path(open.rows[row]);
        self.pick(Pick::Field(path));
    }

    pub(super) fn select_byte_by(&mut self, by: isize) {
        let Some(open) = self.open_packet() else {
            return;
        };
        let last = open.packet.bytes.kept.len().saturating_sub(1);
        let there = open.byte.saturating_add_signed(by);
        // By rows, the cursor stays in its column.
        let outside = there > last || open.byte.checked_add_signed(by).is_none();
        let one_row = by.unsigned_abs() == HEX_ROW.unsigned_abs();
        let byte = if outside && one_row {
            open.byte
        } else {
            there.min(last)
        };
        self.pick(Pick::Byte(byte));
    }

    fn pick(&mut self, pick: Pick) {
        self.packets.pick = pick;
        self.bring_into_sight();
    }

    /// What Enter does, in a word.
    pub(in crate::app) fn deeper_label(&self) -> &'static str {
        match self.packets.pane {
            Pane::List | Pane::Hex => "fields",
            Pane::Fields => match self.open_packet() {
                Some(open) if open.field.is_some_and(|f| open.is_unfolded(f)) => "fold",
                Some(open) if open.field.is_some_and(|f| open.is_layer(f)) => "unfold",
                _ => "bytes",
            },
        }
    }

    /// From the list to the fields; there it folds or unfolds, and goes from a field to its bytes.
    pub(super) fn go_deeper(&mut self) {
        let Some(open) = self.open_packet() else {
            self.tell("There is no packet yet.");
            return;
        };
        match (self.packets.pane, open.field) {
            (Pane::List | Pane::Hex, _) => self.enter_pane(Pane::Fields),
            (Pane::Fields, Some(field)) if open.is_layer(field) => self.fold(field),
            (Pane::Fields, _) => self.enter_pane(Pane::Hex),
        }
    }

    /// Folds a layer that is unfolded, and the reverse.
    fn fold(&mut self, place: usize) {
        let Some(open) = self.open_packet() else {
            return;
        };
        let path = open.path(place);
        if !self.packets.toggled.remove(&path) {
            self.packets.toggled.insert(path.clone());
        }
        self.pick(Pick::Field(path));
    }

    /// In the fields into a layer or out of it, in the bytes on or back.
    pub(super) fn move_within(&mut self, inward: bool) {
        match self.packets.pane {
            Pane::Hex => self.select_byte_by(if inward { 1 } else { -1 }),
            Pane::Fields => self.move_in_tree(inward),
            Pane::List if inward => self.go_deeper(),
            Pane::List => {}
        }
    }

    fn move_in_tree(&mut self, inward: bool) {
        let Some(open) = self.open_packet() else {
            return;
        };
        let Some(field) = open.field else { return };
        let (layer, unfolded) = (open.is_layer(field), open.is_unfolded(field));
        match (inward, layer) {
            (true, true) if unfolded => self.select_field_by(1),
            (true, true) => self.fold(field),
            (true, false) => self.enter_pane(Pane::Hex),
            (false, true) if unfolded => self.fold(field),
            (false, _) => {
                if let Some(parent) = open.parent(field) {
                    let path = open.path(parent);
                    self.pick(Pick::Field(path));
                }
            }
        }
    }

    /// The first click selects, the second goes to the fields.
    pub(super) fn click_packet(&mut self, row: usize) {
        let before = self.shown_packet().map(|(e, _)| e.number);
        let had_focus = self.packets.pane == Pane::List;
        self.packets.pane = Pane::List;
        self.select_packet_row(row);
        if had_focus && before == self.shown_packet().map(|(e, _)| e.number) {
            self.go_deeper();
        }
    }

    /// A field (its place among all) or a byte was clicked.
    pub(super) fn click_within(&mut self, pane: Pane, at: usize) {
        self.enter_pane(pane);
        let Some(open) = self.open_packet() else {
            return;
        };
        match pane {
            Pane::Fields if open.field == Some(at) && open.is_layer(at) => self.fold(at),
            Pane::Fields if at < open.fields.len() => {
                let path = open.path(at);
                self.pick(Pick::Field(path));
            }
            Pane::Hex => self.pick(Pick::Byte(at)),
            Pane::Fields | Pane::List => {}
        }
    }

    /// What of the packet is copied.
    pub(super) const fn copied_of_packet(&self) -> &'static str {
        match self.packets.pane {
            Pane::List => "The packet in a line",
            Pane::Fields => "The packet with its fields",
            Pane::Hex => "The packet in hex",
        }
    }

    /// The packet as text, or its bytes in hex where they have the focus.
    pub(super) fn packet_text(&self) -> Option<String> {
        let open = self.open_packet()?;
        if self.packets.pane == Pane::Hex {
            return Some(hex(&open.packet.bytes.kept));
        }
        let mut text = entered(open.packet);
        if let Standing::Ended(fate, by, arrival) = self.standing(open.entry)
            && let Some(told) = ended(open.packet.number, fate, &by, arrival)
        {
            let _ = write!(text, "; {told}");
        }
        if self.packets.pane == Pane::Fields {
            for field in &open.fields {
                let air = "  ".repeat(field.depth + 1);
                let _ = write!(text, "\n{air}{}: {}", field.name, field.value);
            }
        }
        Some(text)
    }
}
