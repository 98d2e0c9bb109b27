//! The calls beside the code: who, what, and what came of it, as on the screen of calls.

use crate::{
    app::{App, Hit, ScrollId},
    code::Plan,
    model::{
        call::{Call, CallDone},
        event::Fact,
    },
    ui::{canvas::Canvas, glyphs::Glyph, text::cut, theme::Role, widgets::scroll},
};
use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

/// Draws as many as there is room for, the one of the shown moment among them.
pub(super) fn draw(
    app: &App,
    canvas: &mut Canvas<'_>,
    area: Rect,
    plan: &Plan,
    now: Option<usize>,
) {
    // In the order of the journal: what one step stands for may lie between others.
    let mut rows: Vec<(usize, usize)> = (0..)
        .zip(&plan.steps)
        .flat_map(|(step, s)| s.events.iter().map(move |&event| (event, step)))
        .filter(|(event, _)| is_call(app, *event))
        .collect();
    rows.sort_unstable();
    let shown = app.shown_events();
    let current = rows.iter().rposition(|(event, step)| {
        Some(*step) == now && (*event < shown || plan.steps[*step].calls.len() == 1)
    });
    let selected = current.or(Some(0));
    let room = usize::from(area.height);
    let window = scroll::window(None, selected, rows.len(), room, |_| 1);
    for (y, row) in (area.y..).zip(window.clone()) {
        let (event, _) = rows[row];
        let rect = Rect {
            y,
            height: 1,
            ..area
        };
        if Some(row) == current {
            let style = canvas.theme.style(Role::Selection);
            canvas.tint(rect, style);
        }
        canvas.hit(rect, Hit::Row(ScrollId::Overlay, event));
        let line = line(app, canvas, event, usize::from(area.width), event >= shown);
        canvas.line(rect.x, y, rect.width, &line);
    }
    scroll::bar(canvas, area.right(), area, &window, rows.len());
}

fn is_call(app: &App, event: usize) -> bool {
    let event = app.book.events().get(event);
    event.is_some_and(|e| matches!(e.fact, Fact::Call(_) | Fact::Waiting { .. }))
}

fn line(app: &App, canvas: &Canvas<'_>, index: usize, cells: usize, later: bool) -> Line<'static> {
    let Some(event) = app.book.events().get(index) else {
        return Line::default();
    };
    let who = event.who.map_or_else(String::new, |who| who.to_string());
    let who_role = event.who.map_or(Role::Dim, Role::from);
    let waits = |call: &Call| {
        let (role, glyph) = (Role::Wait, Glyph::Current);
        (role, glyph, call.to_string(), " waits".to_owned())
    };
    let waiting = |done: &CallDone| later && app.is_waiting(done.call_id);
    let later = later && !matches!(&event.fact, Fact::Call(done) if waiting(done));
    let (role, glyph, call, result) = match &event.fact {
        Fact::Call(done) if waiting(done) => waits(&done.call),
        Fact::Call(done) if done.failed() => (
            Role::Bad,
            Glyph::Failed,
            done.call.to_string(),
            format!(" = {}", done.result()),
        ),
        Fact::Call(done) => (
            Role::Ok,
            Glyph::Done,
            done.call.to_string(),
            // The bytes stand in the program, or in its output.
            format!(" = {}", done.ret),
        ),
        Fact::Waiting { call, .. } => waits(call),
        _ => return Line::default(),
    };
    let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
    let room = cells.saturating_sub(9 + 2 + result.len());
    let call = cut(&call, room, ellipsis);
    let of = |role: Role| if later { Role::Faint } else { role };
    let sign = if later { Glyph::ToCome } else { glyph };
    let spans: Vec<Span<'static>> = vec![
        canvas.span(of(who_role), format!("{who:<8} ")),
        canvas.sign(of(role), sign),
        canvas.span(of(Role::Text), format!(" {call}")),
        canvas.span(of(role), result),
    ];
    Line::from(spans)
}
