//! The script: what has been done, what comes next; one statement can be chosen, changed, and run again from there.

use super::{list, reading_width};
use crate::{
    app::App,
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        theme::Role,
        widgets::{panel::Panel, popup::popup},
    },
};
use ratatui::{layout::Rect, text::Line};

/// Draws it.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect, selected: usize) {
    let session = app.session();
    let script = &session.script;
    let high = (script.len().max(1) as u16 + 2).min(area.height.saturating_sub(2));
    let title = canvas.bold(Role::Cable, "THE SCRIPT");
    let key = |name: &str| {
        let key = app.keys.keys_of(name).first();
        key.map_or_else(|| "?".to_owned(), |key| key.glyph(canvas.theme.ascii()))
    };
    let (role, about) = if app.recorded.is_some() {
        (Role::Dim, "as it was walked through".to_owned())
    } else if app.is_script_changed() {
        (
            Role::Wait,
            format!("changed; {} resets it", key("reset-script")),
        )
    } else {
        let (change, up, down) = (key("choose"), key("move-earlier"), key("move-later"));
        let about = format!("{change} changes, {up} {down} move: it runs from there");
        (Role::Dim, about)
    };
    let right = canvas.span(role, about);
    let panel = Panel::new(Role::Cable, title).right(right);
    let inner = popup(canvas, area, reading_width(area), high, &panel);
    if script.is_empty() {
        canvas.text(
            inner.x,
            inner.y,
            inner.width,
            Role::Dim,
            if app.recorded.is_some() {
                "no script was walked through"
            } else {
                "no script is walked through: this is free play"
            },
        );
        return;
    }
    list::draw(canvas, inner, script.len(), selected, |canvas, i| {
        let (glyph, sign, text) = match i {
            i if i < session.step => (Glyph::Done, Role::Ok, Role::Dim),
            i if i == session.step => (Glyph::Current, Role::Wait, Role::Strong),
            _ => (Glyph::ToCome, Role::Dim, Role::Text),
        };
        let mark = if app.is_step_changed(i) {
            canvas.theme.glyph(Glyph::Changed)
        } else {
            " "
        };
        Line::from(vec![
            canvas.sign(sign, glyph),
            canvas.span(Role::Dim, format!(" {:>3}", script[i].line)),
            canvas.bold(Role::Wait, format!("{mark} ")),
            canvas.span(text, script[i].text.clone()),
        ])
    });
}
