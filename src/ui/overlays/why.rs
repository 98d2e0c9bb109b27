//! Why: the longer explanation of what is happening; on the screen of packets, of the packet that is shown; and why
//! packets are not in one's hand here, if they are not.

use super::reading_width;
use crate::{
    app::{App, Screen, ScrollId},
    model::{event::Sight, story::ties},
    ui::{
        canvas::Canvas,
        story,
        text::wrap,
        theme::Role,
        widgets::{panel::Panel, popup::popup, scroll},
    },
};
use ratatui::layout::Rect;

/// What is explained, and the explanation.
fn told(app: &App) -> (String, String) {
    if app.screen == Screen::Packets
        && let Some((entry, _)) = app.shown_packet()
    {
        let mut told = ties::why(&app.book, app.session(), entry).into_iter();
        let what = told.next().unwrap_or_default();
        return (what, told.collect::<Vec<_>>().join("\n"));
    }
    let now = story::now(app);
    (now.what.join(" "), now.why)
}

/// Draws it: what happened, a blank row, why.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let wide = reading_width(area);
    let cells = usize::from(wide.saturating_sub(6));
    let mut lines: Vec<(Role, String)> = Vec::new();
    let (what, why) = told(app);
    for line in wrap(&what, cells) {
        lines.push((Role::Strong, line));
    }
    lines.push((Role::Text, String::new()));
    let why = if why.is_empty() {
        "There is nothing more to say about this.".to_owned()
    } else {
        why
    };
    lines.extend(wrap(&why, cells).into_iter().map(|line| (Role::Text, line)));
    for part in no_packets(app) {
        lines.push((Role::Text, String::new()));
        lines.extend(
            wrap(&part, cells)
                .into_iter()
                .map(|line| (Role::Note, line)),
        );
    }

    let high = (lines.len() as u16 + 4).min(area.height.saturating_sub(2));
    let title = canvas.bold(Role::Wait, "WHY");
    let inner = popup(canvas, area, wide, high, &Panel::new(Role::Wait, title));
    let text = Rect {
        x: inner.x + 1,
        y: inner.y + 1,
        width: inner.width.saturating_sub(2),
        height: inner.height.saturating_sub(2),
    };
    let shown = scroll::rows(canvas, app, ScrollId::Overlay, text, lines.len());
    for (i, (role, line)) in lines[shown.clone()].iter().enumerate() {
        canvas.text(text.x, text.y + i as u16, text.width, *role, line);
    }
    scroll::bar(canvas, inner.right() + 1, text, &shown, lines.len());
}

/// Why this is not the lab, and why no packets are seen, as far as there is a reason.
fn no_packets(app: &App) -> Vec<String> {
    let session = app.session();
    let mut parts = Vec::new();
    if let Some(no_lab) = &session.no_lab {
        parts.push(format!("Why this is not the lab: {no_lab}"));
    }
    if let Sight::None { why } = &*session.sight
        && !why.is_empty()
    {
        parts.push(format!("Why no packets are seen here: {why}"));
    }
    parts
}
