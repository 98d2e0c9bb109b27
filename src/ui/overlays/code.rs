//! The conversation as a program; beside it, where there is room, the calls that it was made from. The call of the shown
//! moment and its line are marked.
//!
//! ```text
//! ╭─ CODE ───────────────────────────────────────── the same calls as a program ─╮
//! │ C   Python   PHP   Rust   Go                                                  │
//! │                                                                               │
//! │ server ✔ listen(3, 5) = 0            │     if (listen(listener, 5) < 0)       │
//! │ server ✔ accept(3) = 4               │         die("listen");                 │
//! │ client ✔ connect(5, 127.0.0.1:10...  │                                        │
//! │                                      │ ▶   int connection = accept(listener,  │
//! ╰───────────────────────────────────────────────────────────────────────────────╯
//! ```

mod calls;
mod listing;

use crate::{
    app::{App, Hit},
    code::{LANGUAGES, Program},
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        theme::Role,
        widgets::{panel::Panel, popup::popup},
    },
};
use ratatui::layout::Rect;

/// From so many columns on, the calls stand beside the code.
const SIDE_BY_SIDE: u16 = 110;
/// Columns of the whole at most: what is wider is not read more easily.
const MOST: u16 = 160;
/// Columns of the code at least; what is more goes to the calls, too.
const CODE: u16 = 70;
/// Columns that the calls have use for.
const CALLS: u16 = 56;

/// Draws it.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let title = canvas.bold(Role::Cable, "CODE");
    let plan = app.plan();
    let right = canvas.span(Role::Dim, "the same calls, as a program");
    let panel = Panel::new(Role::Cable, title).right(right);
    let high = area.height.saturating_sub(2);
    let wide = area.width.min(MOST);
    let inner = popup(canvas, area, wide, high, &panel);
    if inner.height < 4 || inner.width < 20 {
        return;
    }
    tabs(app, canvas, inner);
    let body = Rect {
        y: inner.y + 2,
        height: inner.height - 2,
        ..inner
    };
    let now = app.step_now(&plan);
    let program = Program::of(&plan, app.code.language());
    if area.width < SIDE_BY_SIDE || plan.steps.is_empty() {
        listing::draw(app, canvas, body, &plan, &program, now);
        return;
    }
    let calls = body.width.saturating_sub(CODE).clamp(38, CALLS);
    let left = Rect {
        width: calls,
        ..body
    };
    calls::draw(app, canvas, left, &plan, now);
    let line = canvas.theme.glyph(Glyph::Vertical);
    for y in body.y..body.bottom() {
        canvas.text(left.right() + 1, y, 1, Role::Faint, line);
    }
    let right = Rect {
        x: left.right() + 3,
        width: body.width.saturating_sub(calls + 3),
        ..body
    };
    listing::draw(app, canvas, right, &plan, &program, now);
}

/// The languages, the one that is looked at marked.
fn tabs(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let mut x = area.x;
    for (place, language) in LANGUAGES.iter().enumerate() {
        let chosen = place == app.code.place();
        let text = if chosen {
            // Without colour it is seen, too.
            format!("[{}]", language.title)
        } else {
            format!(" {} ", language.title)
        };
        let role = if chosen { Role::Cable } else { Role::Dim };
        let span = if chosen {
            canvas.bold(role, text)
        } else {
            canvas.span(role, text)
        };
        let room = area.right().saturating_sub(x);
        let wide = canvas.line(x, area.y, room, &span.into());
        let rect = Rect {
            x,
            y: area.y,
            width: wide,
            height: 1,
        };
        canvas.hit(rect, Hit::Language(place));
        x += wide + 1;
    }
}
