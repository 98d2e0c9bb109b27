//! The four lines as steps: what is done, what happens now, what is to come.

use crate::{
    app::App,
    model::lines::{STEPS, Step, TITLES},
    ui::{canvas::Canvas, glyphs::Glyph, theme::Role, widgets::panel::Panel},
};
use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

/// How far one of the four lines is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Progress {
    /// All that can be known of it is done.
    Done,
    /// It is under way.
    Current,
    /// Still to come.
    ToCome,
    /// All of it is done by a program that is not ours.
    Unknown,
}

/// Whether a step is done by a program that is not ours, where it cannot be seen.
fn unknown(app: &App, i: usize) -> bool {
    let done = matches!(app.session().lines.steps()[i], Step::Done(_));
    let foreign = || app.foreign().is_some_and(|f| f.side == STEPS[i].side);
    app.session().is_capture() || !done && foreign()
}

/// The first step that is not done and that can be seen.
pub(in crate::ui) fn current(app: &App) -> Option<usize> {
    let steps = app.session().lines.steps();
    (0..STEPS.len()).find(|&i| !matches!(steps[i], Step::Done(_)) && !unknown(app, i))
}

/// How far one of the four lines is.
pub(in crate::ui) fn progress(app: &App, line: u8) -> Progress {
    let steps = app.session().lines.steps();
    let of_line = || (0..STEPS.len()).filter(|&i| STEPS[i].line == line);
    if of_line().all(|i| unknown(app, i)) {
        Progress::Unknown
    } else if of_line().all(|i| matches!(steps[i], Step::Done(_)) || unknown(app, i)) {
        Progress::Done
    } else if current(app).is_some_and(|i| STEPS[i].line == line) {
        Progress::Current
    } else {
        Progress::ToCome
    }
}

const fn frame(progress: Progress) -> Role {
    match progress {
        Progress::Done => Role::Ok,
        Progress::Current => Role::Wait,
        Progress::ToCome | Progress::Unknown => Role::Faint,
    }
}

/// The sign of a step; `current` for the first that is not done.
const fn step_glyph(step: Step, current: bool) -> Glyph {
    match step {
        Step::Done(_) => Glyph::Done,
        Step::Failed => Glyph::Failed,
        Step::Waits => Glyph::Current,
        Step::ToCome if current => Glyph::Current,
        Step::ToCome => Glyph::ToCome,
    }
}

/// The colour of a step.
const fn step_role(step: Step, current: bool) -> Role {
    match step {
        Step::Done(_) => Role::Ok,
        Step::Failed => Role::Bad,
        Step::Waits => Role::Wait,
        Step::ToCome if current => Role::Strong,
        Step::ToCome => Role::Dim,
    }
}

/// The steps of one of the four lines, each with its sign; a question mark for what is not ours to see.
pub(in crate::ui) fn steps(app: &App, canvas: &Canvas<'_>, line: u8) -> Vec<Span<'static>> {
    let lines = &app.session().lines;
    let now = current(app);
    let mut spans = Vec::new();
    for (i, (name, step)) in STEPS.iter().zip(lines.steps()).enumerate() {
        if name.line != line {
            continue;
        }
        if unknown(app, i) {
            spans.push(canvas.span(Role::Dim, format!("? {} ", name.name)));
            continue;
        }
        let current = now == Some(i);
        let role = step_role(*step, current);
        let sign = canvas.theme.glyph(step_glyph(*step, current));
        let text = format!("{sign} {} ", name.name);
        let lit = current || *step == Step::Waits;
        spans.push(if lit {
            canvas.bold(role, text)
        } else {
            canvas.span(role, text)
        });
    }
    spans
}

/// Four boxes side by side, three rows high.
pub(super) fn boxes(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let wide = area.width / 4;
    for (i, title) in TITLES.iter().enumerate() {
        let line = i as u8 + 1;
        let x = area.x + wide * i as u16;
        let width = if line == 4 { area.right() - x } else { wide };
        let rect = Rect { x, width, ..area };
        let role = frame(progress(app, line));
        let unknown = progress(app, line) == Progress::Unknown;
        let title = canvas.bold(role, format!("{line} {title}"));
        let why = match (unknown, app.session().is_capture()) {
            (false, _) => "",
            (true, false) => "not ours",
            (true, true) => "not seen",
        };
        let note = canvas.span(Role::Dim, why);
        let inner = Panel::new(role, title).right(note).draw(canvas, rect);
        let steps = Line::from(steps(app, canvas, line));
        canvas.line(inner.x, inner.y, inner.width, &steps);
    }
}

/// One row: the line that is under way with its steps, the others by their number.
/// `✔ 1  ✔ 2  ▶ 3 server hears, answers: ✔ accept ▶ recv · send  · 4`
pub(super) fn folded(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let current = current(app).map_or(4, |i| STEPS[i].line);
    let mut spans = Vec::new();
    for (i, title) in TITLES.iter().enumerate() {
        let line = i as u8 + 1;
        let progress = progress(app, line);
        let sign = canvas.theme.glyph(match progress {
            Progress::Done => Glyph::Done,
            Progress::Current => Glyph::Current,
            Progress::ToCome => Glyph::ToCome,
            Progress::Unknown => Glyph::Unknown,
        });
        if line == current {
            spans.push(canvas.bold(frame(progress), format!(" {sign} {line} {title}: ")));
            spans.extend(steps(app, canvas, line));
        } else {
            spans.push(canvas.span(frame(progress), format!(" {sign} {line} ")));
        }
    }
    canvas.line(area.x, area.y, area.width, &Line::from(spans));
}
