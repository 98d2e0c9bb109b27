//! The packets as they lie on the cable, newest at the bottom, and below them what the hand can do.

use super::{
    fate, foot,
    row::{self, Widths},
};
use crate::{
    app::{App, Hit, Panel, ScrollId, Viewport},
    model::ids::Nanos,
    ui::{canvas::Canvas, text::wrap, theme::Role, widgets::scroll},
};
use core::ops::Range;
use ratatui::{layout::Rect, text::Line};

/// As many packets around the selected one can be scrolled through.
const MOST: usize = 160;

/// Draws them in the box; `told` says whether its title has room for what the cable does.
pub(super) fn draw(
    app: &App,
    now: Nanos,
    canvas: &mut Canvas<'_>,
    area: Rect,
    inner: Rect,
    told: bool,
) {
    let foot = foot::rows(app, canvas, inner, told);
    let high = foot.height(inner.height);
    let list = Rect {
        height: inner.height - high,
        ..inner
    };
    let used = packets(app, now, canvas, area, list);
    let below = Rect {
        y: list.y + used,
        height: inner.height - used,
        ..inner
    };
    foot.draw(canvas, below);
}

/// Returns how many rows they take.
fn packets(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect, list: Rect) -> u16 {
    let packets = &app.session().cable.packets;
    let selected = app.packet_selected();
    let Some(at) = packets.iter().rposition(|p| Some(p.number) == selected) else {
        let words = wrap("no packet has passed yet", usize::from(list.width));
        for (y, line) in (list.y..list.bottom()).zip(&words) {
            canvas.text(list.x, y, list.width, Role::Faint, line);
        }
        return (words.len() as u16).min(list.height);
    };
    let from = at
        .saturating_sub(MOST / 2)
        .min(packets.len().saturating_sub(MOST));
    let near = from..packets.len().min(from + MOST);
    let highest = near.clone().map(|i| packets[i].number.0).max().unwrap_or(0);
    let w = Widths::new(list.width, highest);
    // Only the selected one that is worth it stands out: one that lies on the cable, or that was picked.
    let lies = packets[at].ended.is_none() && app.has_cable();
    let stands_out = lies || app.focus == Panel::Cable;
    let mut rows: Vec<(usize, Line<'static>)> = Vec::new();
    for i in near {
        let lines = row::rows(app, now, canvas, w, &packets[i], i == at && stands_out);
        rows.extend(lines.into_iter().map(|line| (i, line)));
    }
    let shown = shown(app, canvas, list, &rows, at);
    for (y, (i, line)) in (list.y..).zip(&rows[shown.clone()]) {
        let row = Rect {
            y,
            height: 1,
            ..list
        };
        if *i == at && stands_out {
            let style = canvas.theme.style(Role::Selection);
            canvas.tint(row, style);
        }
        canvas.ticks(fate::ticks(app, now, &packets[*i]));
        canvas.hit(row, Hit::Packet(packets[*i].number));
        canvas.line(row.x, y, row.width, line);
    }
    scroll::bar(canvas, area.right() - 1, list, &shown, rows.len());
    shown.len() as u16
}

/// The newest rows, or those around the selected packet, where it would be out of sight; or what was scrolled to.
fn shown(
    app: &App,
    canvas: &mut Canvas<'_>,
    list: Rect,
    rows: &[(usize, Line<'_>)],
    selected: usize,
) -> Range<usize> {
    let id = ScrollId::Panel(Panel::Cable);
    let (shown, total) = (usize::from(list.height).min(rows.len()), rows.len());
    canvas.viewport(list, id, shown, total);
    if app.scrolls.contains_key(&id) {
        let top = app.first_row(id, Viewport { shown, total });
        return top..top + shown;
    }
    let first = rows.partition_point(|(i, _)| *i < selected);
    let mut top = first.min(total - shown);
    // No packet begins with its second row.
    while top > 0 && rows.get(top).map(|r| r.0) == rows.get(top - 1).map(|r| r.0) {
        top += 1;
    }
    top..total.min(top + shown)
}
