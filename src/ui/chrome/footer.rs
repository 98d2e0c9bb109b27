//! The keys that apply now, most useful first; in their place, until the next key, a short word to the person.

use super::bar;
use crate::{
    app::{App, Chord},
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        theme::Role,
        widgets::keys::{AIR, Cap, caps, keys},
    },
};
use ratatui::{layout::Rect, text::Line};

/// Draws it.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let area = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    // What is said of a step that is under way is no longer so when it is done.
    let notice = app.notice.as_ref().filter(|n| app.busy || !n.while_busy);
    if let Some(notice) = notice {
        let sign = canvas.theme.glyph(Glyph::Dot);
        let (role, sign) = if notice.bad {
            (Role::Bad, "!")
        } else {
            (Role::Note, sign)
        };
        let line = Line::from(vec![
            canvas.bold(role, sign),
            canvas.span(role, format!(" {}", notice.text)),
        ]);
        canvas.line(area.x, area.y, area.width, &line);
        return;
    }
    let mut caps = caps(app, canvas.theme.ascii());
    let above = bar::shown_key(app, canvas.buf.area.height);
    caps.retain(|cap| app.overlay.is_some() || Some(&cap.key) != above.as_ref());
    let caps = helped(app, caps, area.width);
    keys(canvas, area, &caps);
}

/// As many keys as there is room for, the last of them the one that lists all others.
fn helped(app: &App, mut caps: Vec<Cap>, cells: u16) -> Vec<Cap> {
    let help = app.keys.keys_of("help").first().map(Chord::to_string);
    let Some(place) = caps.iter().position(|c| Some(&c.key) == help.as_ref()) else {
        return caps;
    };
    let help = caps.remove(place);
    let mut room = cells.saturating_sub(help.width());
    let fit = caps.iter().take_while(|cap| {
        let wide = cap.width() + AIR;
        let fits = wide <= room;
        room = room.saturating_sub(wide);
        fits
    });
    let fit = fit.count();
    caps.truncate(fit);
    caps.push(help);
    caps
}
