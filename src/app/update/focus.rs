//! Which box has the focus, and a closer look at it.

use crate::app::{
    drawn::{Hit, ScrollId},
    state::{App, Panel, Screen},
};

/// In the order of the screen.
const ORDER: [Panel; 5] = [
    Panel::Server,
    Panel::Cable,
    Panel::Client,
    Panel::Bytes,
    Panel::Story,
];

impl App {
    pub(super) fn move_focus(&mut self, on: bool) {
        if self.screen == Screen::Packets {
            self.move_pane(on);
            return;
        }
        if self.screen == Screen::Kernel {
            self.turn_over();
            return;
        }
        if self.screen != Screen::Main {
            self.refuse("Boxes with a focus are on the main screen and on that of packets.");
            return;
        }
        let here = ORDER.iter().position(|p| *p == self.focus).unwrap_or(0);
        let step = if on { 1 } else { ORDER.len() - 1 };
        let next = (1..=ORDER.len())
            .map(|i| ORDER[(here + i * step) % ORDER.len()])
            .find(|p| self.is_drawn(*p));
        if let Some(next) = next {
            self.focus = next;
        }
    }

    /// A box that there was no room for does not get the focus.
    fn is_drawn(&self, panel: Panel) -> bool {
        let drawn = &self.drawn;
        let nothing_known = drawn.hits.is_empty() && drawn.viewports.is_empty();
        nothing_known
            || drawn.hits.iter().any(|(_, hit)| *hit == Hit::Focus(panel))
            || drawn.viewport(ScrollId::Panel(panel)).is_some()
    }

    pub(super) fn next_client(&mut self) {
        let clients = self.clients();
        let here = clients.iter().position(|c| *c == self.client());
        let next = clients[here.map_or(0, |i| (i + 1) % clients.len())];
        if clients.len() > 1 {
            self.picked = Some(next);
            self.tell(format!("Now looking at {next}."));
        } else {
            self.refuse(match &self.recorded {
                None => "There is one client; a statement for client2 makes another.",
                Some(_) if self.session().is_capture() => "One conversation so far.",
                Some(_) => "One client so far.",
            });
        }
    }

    pub(super) fn closer(&mut self) {
        match self.focus {
            Panel::Cable => match self.packet_selected() {
                Some(number) => self.look_inside(number),
                None => self.screen = Screen::Ladder,
            },
            Panel::Bytes => self.screen = Screen::Bytes,
            Panel::Story => self.ask_why(),
            Panel::Server | Panel::Client => self.open_menu(),
        }
    }
}
