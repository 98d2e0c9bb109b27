//! The hand on the cable: each of its keys becomes a statement, so that the journal tells what was done.

use crate::app::{
    hand::lies_on,
    packets::Pane,
    state::{App, Effect, Panel, Screen},
};
use crate::model::{cable::Hand, event::Sight, packet::PacketNo};

impl App {
    /// Holds what comes from now on; or holds nothing any more, and lets go of what is held.
    pub(super) fn hold_or_release(&mut self) -> Vec<Effect> {
        if !self.has_cable() {
            self.refuse_hand();
            return Vec::new();
        }
        if self.is_holding() {
            self.selected_packet = None;
            return self.ask("cable release".to_owned());
        }
        self.ask("cable hold".to_owned())
    }

    /// Does something with the packet that is in hand.
    pub(super) fn handle(&mut self, hand: Hand) -> Vec<Effect> {
        if !self.has_cable() {
            self.refuse_hand();
            return Vec::new();
        }
        let Some(number) = self.packet_in_hand() else {
            let key = self.keys.keys_of("hold").first();
            let key = key.map_or_else(String::new, |key| format!(" {key} holds what comes."));
            self.refuse(format!("No packet lies on the cable.{key}"));
            return Vec::new();
        };
        // What is done is done now, also when what is shown is the past.
        if !lies_on(self.book.session(), number) {
            self.refuse(format!("Packet {number} has left the cable since then."));
            return Vec::new();
        }
        if !self.can_handle(hand) {
            self.refuse(match self.packet_behind(number) {
                Some(next) => {
                    format!("The next one, packet {next}, is its own copy: swap another one.")
                }
                None => format!("Nothing lies behind packet {number} that goes the same way."),
            });
            return Vec::new();
        }
        if matches!(hand, Hand::Step | Hand::Drop) {
            self.selected_packet = None;
        }
        self.ask(format!("cable {} {number}", hand.name()))
    }

    fn refuse_hand(&mut self) {
        self.refuse(match *self.session().sight {
            Sight::Capture => {
                "These packets are only seen passing by; in the lab they pass through your hands."
            }
            _ => "The kernel carries the packets here; in the lab they pass through your hands.",
        });
    }

    /// Selects by so many rows among the packets that are at hand.
    pub(super) fn pick_packet_by(&mut self, rows: isize) {
        let packets = &self.session().cable.packets;
        let Some(last) = packets.len().checked_sub(1) else {
            return;
        };
        let selected = self.packet_selected();
        let here = packets.iter().rposition(|p| Some(p.number) == selected);
        let next = here.unwrap_or(last).saturating_add_signed(rows).min(last);
        self.pick_packet(packets[next].number);
    }

    /// A click on a packet selects it, a click on the selected one looks inside.
    pub(super) fn click_on_packet(&mut self, number: PacketNo) {
        if self.packet_selected() == Some(number) {
            self.look_inside(number);
        }
        self.focus = Panel::Cable;
        self.pick_packet(number);
    }

    /// A closer look at one packet: its fields and bytes, on the screen of packets.
    pub(super) fn look_inside(&mut self, number: PacketNo) {
        self.screen = Screen::Packets;
        self.packets.pane = Pane::Fields;
        self.select_packet(Some(number));
    }
}
