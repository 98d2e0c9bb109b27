//! The kernel screen: which socket is selected, which plot is shown, and how far back the plots reach.

use crate::app::{
    kernel::{KernelView, PlotKind, SPANS, other_end},
    state::App,
};
use crate::model::ids::{Side, SocketId};

impl App {
    /// Both tables as one list: the server's sockets, then the client's.
    fn listed(&self) -> Vec<SocketId> {
        let of = |side| self.kernel_sockets(side).into_iter().map(|s| s.id);
        of(Side::Server).chain(of(Side::Client)).collect()
    }

    pub(super) fn select_socket_by(&mut self, rows: isize) {
        let selected = self.kernel_selected().map(|s| s.id);
        let here = self.listed().iter().position(|id| Some(*id) == selected);
        self.select_socket(here.unwrap_or(0).saturating_add_signed(rows));
    }

    /// Selects a row of the tables, counted through both.
    pub(super) fn select_socket(&mut self, row: usize) {
        let listed = self.listed();
        let last = listed.len().saturating_sub(1);
        if let Some(id) = listed.get(row.min(last)) {
            self.kernel.picked = Some(*id);
        }
    }

    /// The other end of the selected connection.
    pub(super) fn turn_over(&mut self) {
        let other = self
            .kernel_selected()
            .and_then(|s| other_end(self.session(), s))
            .map(|s| s.id);
        match other {
            Some(id) => self.kernel.picked = Some(id),
            None => self.refuse("The other end of this socket is none of ours, or there is none."),
        }
    }

    pub(super) fn next_plot(&mut self) {
        let all = PlotKind::ALL;
        let here = all.iter().position(|p| *p == self.kernel.plot).unwrap_or(0);
        self.kernel.plot = all[(here + 1) % all.len()];
    }

    /// The plots reach less far back, or farther.
    pub(super) fn change_span(&mut self, shorter: bool) {
        let at = self.kernel.shorter;
        let most = SPANS.len() - 1;
        self.kernel.shorter = if shorter {
            (at + 1).min(most)
        } else {
            at.saturating_sub(1)
        };
        match self.kernel.span() {
            Some(span) => {
                let span = match span.millis() {
                    ms @ ..1_000 => format!("{ms} ms"),
                    ms => format!("{} s", ms / 1_000),
                };
                self.tell(format!("The plots show the last {span}."));
            }
            None => self.tell("The plots show all that is known of the connection."),
        }
    }

    /// Everything begins anew: names mean other sockets.
    pub(super) fn forget_sockets(&mut self) {
        self.kernel = KernelView {
            picked: None,
            ..self.kernel
        };
    }
}
