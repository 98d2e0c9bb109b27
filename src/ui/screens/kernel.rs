//! What both kernels tell of their sockets: the tables as `ss -tno` prints them, and for the selected connection what
//! TCP counts and estimates, now and over time.
//!
//! ```text
//! ╭─ SERVER'S SOCKETS ─────────────────────────────────╮╭─ CLIENT'S SOCKETS ─────────────────────────────────╮
//! │ proto recvq sendq local  peer   state       timer  ││ proto recvq sendq local  peer   state       timer  │
//! │ tcp       0     5 :10008 *      LISTEN             ││ tcp       0     5 :49164 :10008 ESTABLISHED on 0.2s│
//! │ RTO 200ms, first try; sends it again in 0.2 s      ││ no timer runs                                      │
//! ╰────────────────────────────────────────────────────╯╰────────────────────────────────────────────────────╯
//! ╭─ TCP_INFO ──────────── sampled when something happens ─╮╭─ cwnd ━ 10 · ssthresh ╍ none yet ── client ────╮
//! │               server.1   client                        ││   20 │        ⢀⣀⣀⣀⣀                            │
//! │ cwnd              10         10  congestion window     ││    0 │⣀⣀⣀⣀⣀⣀⣀⣸                                 │
//! │ rtt             33µs       25µs  round trip, smoothed  │╰────────────────────────────────────────────────╯
//! ```
//!
//! In a narrow terminal both tables are one, and one plot stands beside the figures; in a wide one, both ends have
//! their plots.

mod figures;
mod plots;
mod table;
mod timer;

#[cfg(test)]
mod tests;

use super::{bits::Bits, captured};
use crate::{
    app::{App, Screen, ScrollId},
    model::{
        ids::{Nanos, Side, SocketId},
        session::SocketState,
    },
    ui::{canvas::Canvas, text::wrap, theme::Role, widgets::panel::Panel},
};
use ratatui::layout::Rect;

const ID: ScrollId = ScrollId::Screen(Screen::Kernel);
/// From so many columns on, each end has its own table.
const TWO_TABLES: u16 = 110;
/// From so many columns on, each end has its own plots.
const TWO_PLOTS: u16 = 180;

/// The two ends of the connection that is looked at, and which of them is selected.
#[derive(Clone, Copy)]
struct Ends<'a> {
    server: Option<&'a SocketState>,
    client: Option<&'a SocketState>,
    selected: Option<SocketId>,
}

impl<'a> Ends<'a> {
    fn of(app: &'a App) -> Self {
        let (server, client) = app.kernel_ends();
        let selected = app.kernel_selected().map(|s| s.id);
        Self {
            server,
            client,
            selected,
        }
    }

    const fn on(&self, side: Side) -> Option<&'a SocketState> {
        match side {
            Side::Server => self.server,
            Side::Client => self.client,
        }
    }

    /// The end that is selected, or whichever there is.
    fn selected(&self) -> Option<&'a SocketState> {
        let is = |s: &&SocketState| Some(s.id) == self.selected;
        let both = [self.client, self.server].into_iter().flatten();
        both.clone().find(is).or_else(|| both.clone().next())
    }
}

impl<'a> Ends<'a> {
    /// The end whose timer is told where there is room for one: the selected one, unless only the other one's runs.
    fn with_a_timer(&self) -> Option<&'a SocketState> {
        let runs = |s: &&SocketState| s.detail.is_some_and(|(d, _)| d.timer.is_some());
        let selected = self.selected();
        let both = [selected, self.server, self.client];
        both.into_iter().flatten().find(runs).or(selected)
    }
}

/// Draws it.
pub fn draw(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    let ends = Ends::of(app);
    if app.session().is_capture() {
        nothing(canvas, area, captured::NO_KERNEL);
        return;
    }
    if app.session().sockets.is_empty() {
        let make = if app.shows_timeline() { "" } else { MAKE_ONE };
        nothing(canvas, area, &format!("{NOTHING_YET}{make}"));
        return;
    }
    let rows = |side| app.kernel_sockets(side).len() as u16;
    let (server, client) = (rows(Side::Server), rows(Side::Client));
    let two = area.width >= TWO_TABLES;
    let wanted = if two {
        server.max(client)
    } else {
        server + client
    };
    // Frame, heads and the timer.
    let upper = (wanted + 4)
        .clamp(5, (area.height * 2 / 5).max(5))
        .min(area.height);
    let above = Rect::new(area.x, area.y, area.width, upper);
    if two {
        let half = area.width / 2;
        let left = Rect::new(above.x, above.y, half, upper);
        let right = Rect::new(above.x + half, above.y, area.width - half, upper);
        table::draw(app, now, canvas, left, &ends, &[Side::Server]);
        table::draw(app, now, canvas, right, &ends, &[Side::Client]);
    } else {
        table::draw(
            app,
            now,
            canvas,
            above,
            &ends,
            &[Side::Server, Side::Client],
        );
    }
    let below = Rect::new(area.x, area.y + upper, area.width, area.height - upper);
    let figures = match below.width {
        TWO_PLOTS.. => 84,
        TWO_TABLES.. => 66,
        wide => (wide / 2).min(40),
    };
    let left = Rect::new(below.x, below.y, figures, below.height);
    figures::draw(app, canvas, left, &ends);
    let right = Rect::new(
        below.x + figures,
        below.y,
        below.width - figures,
        below.height,
    );
    if below.width >= TWO_PLOTS && ends.server.is_some() && ends.client.is_some() {
        let half = right.width / 2;
        let server = Rect::new(right.x, right.y, half, right.height);
        let client = Rect::new(right.x + half, right.y, right.width - half, right.height);
        plots::draw(app, now, canvas, server, &ends, ends.server);
        plots::draw(app, now, canvas, client, &ends, ends.client);
    } else {
        plots::draw(app, now, canvas, right, &ends, ends.selected());
    }
}

const NOTHING_YET: &str = "There is no socket yet, so the kernel's tables have nothing of ours.";
const MAKE_ONE: &str = " Make one: listen, or connect.";

fn nothing(canvas: &mut Canvas<'_>, area: Rect, text: &str) {
    let title = Bits::of(Role::Title, "KERNEL");
    let inner = Panel::new(Role::Frame, title.line(&canvas.theme)).draw(canvas, area);
    let lines = wrap(text, usize::from(inner.width));
    for (y, line) in (inner.top()..inner.bottom()).zip(lines) {
        canvas.text(inner.x, y, inner.width, Role::Dim, &line);
    }
}
