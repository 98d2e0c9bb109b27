//! What the selected lesson is about: what one can say afterwards, where it can be shown, how to begin it; of the one
//! that is open, how many answers were right, and what there is to read.

use crate::{
    app::{App, Learning, OnShelf},
    lesson::Needs,
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        text::{safe, wrap},
        theme::Role,
        widgets::panel::Panel,
    },
};
use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

/// Rows of text that are being written.
struct Text<'a> {
    canvas: &'a Canvas<'a>,
    cells: usize,
    rows: Vec<Line<'static>>,
}

impl Text<'_> {
    fn say(&mut self, mark: Span<'static>, role: Role, text: &str) {
        let indent = mark.width();
        let room = self.cells.saturating_sub(indent).max(1);
        let mut mark = Some(mark);
        for line in wrap(&safe(text, self.canvas.theme.ascii()), room) {
            let before = mark.take();
            let before = before.unwrap_or_else(|| Span::raw(" ".repeat(indent)));
            self.rows
                .push(Line::from(vec![before, self.canvas.span(role, line)]));
        }
    }

    fn plain(&mut self, role: Role, text: &str) {
        self.say(Span::raw(""), role, text);
    }

    fn air(&mut self) {
        if !self.rows.is_empty() {
            self.rows.push(Line::default());
        }
    }

    fn list<'t>(&mut self, texts: impl Iterator<Item = &'t str>) {
        let dot = if self.canvas.theme.ascii() {
            "- "
        } else {
            "• "
        };
        for text in texts {
            let mark = self.canvas.span(Role::Ok, dot);
            self.say(mark, Role::Text, &text.replace('`', ""));
        }
    }
}

/// Draws it.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let open = app.learning.as_ref();
    let title = match (selected(app), open) {
        (Some(lesson), _) => format!("{} {}", app.on_shelf + 1, lesson.title),
        (None, Some(learning)) => learning.lesson().front.title.clone(),
        (None, None) => String::new(),
    };
    let high = usize::from(area.height.saturating_sub(2));
    let mut rows = written(app, canvas, area, true);
    if rows.len() > high {
        rows = written(app, canvas, area, false);
    }
    let title = canvas.bold(Role::Strong, title);
    let inner = Panel::new(Role::Frame, title).draw(canvas, area);
    for (y, row) in (inner.y..inner.bottom()).zip(&rows) {
        canvas.line(inner.x, y, inner.width, row);
    }
}

/// What stands in it; with the addresses of what there is to read, or without.
fn written(app: &App, canvas: &Canvas<'_>, area: Rect, addresses: bool) -> Vec<Line<'static>> {
    let open = app.learning.as_ref();
    let selected = selected(app);
    let mut rows = Text {
        canvas,
        cells: usize::from(area.width.saturating_sub(4)),
        rows: Vec::new(),
    };
    if let Some(lesson) = selected {
        on_shelf(app, &mut rows, lesson);
    }
    let is_selected = |l: &&Learning| selected.is_none_or(|s| s.name == l.name);
    if let Some(learning) = open.filter(is_selected) {
        self::open(app, &mut rows, learning, selected.is_none());
        to_read(&mut rows, learning, addresses);
    } else if let Some(learning) = open {
        rows.air();
        let title = &learning.lesson().front.title;
        rows.plain(Role::Dim, &format!("Open now: {title}."));
    }
    rows.rows
}

/// The lesson that is selected.
fn selected(app: &App) -> Option<&OnShelf> {
    let last = app.shelf.len().saturating_sub(1);
    app.shelf.get(app.on_shelf.min(last))
}

fn network(app: &App, needs: Needs) -> String {
    match needs {
        Needs::Any => "in the lab, and on the host network".to_owned(),
        Needs::Lab if app.is_lab() => "in the lab".to_owned(),
        Needs::Lab => "needs the lab, which is not here: it is told, not run".to_owned(),
        Needs::Host if app.is_lab() => "needs the host network (--network host)".to_owned(),
        Needs::Host => "on the host network".to_owned(),
    }
}

/// What the shelf knows of a lesson.
fn on_shelf(app: &App, rows: &mut Text<'_>, lesson: &OnShelf) {
    let minutes = lesson.minutes;
    let place = network(app, lesson.network);
    rows.plain(Role::Dim, &format!("{minutes} minutes, {place}"));
    if !lesson.afterwards.is_empty() {
        rows.air();
        rows.plain(Role::Strong, "Afterwards you can");
        rows.list(lesson.afterwards.iter().map(String::as_str));
    }
    rows.air();
    let key = |name: &str| {
        let key = app.keys.keys_of(name).first();
        key.map_or_else(
            || "Enter".to_owned(),
            |k| k.glyph(rows.canvas.theme.ascii()),
        )
    };
    let take = key("take-lesson");
    let is_open = app.learning.as_ref().is_some_and(|l| l.name == lesson.name);
    let how = match (is_open, lesson.finished, lesson.reached) {
        (true, ..) => format!("It is open. {take} goes back to it."),
        (_, true, _) => format!("You have taken it. {take} begins it again."),
        (_, _, 0) => format!("{take} begins it."),
        (_, _, at) => format!(
            "You have come to stop {at} of {}. {take} goes on there.",
            lesson.stops
        ),
    };
    let sign = rows.canvas.theme.glyph(Glyph::Then);
    let sign = rows.canvas.bold(Role::Cable, format!("{sign} "));
    rows.say(sign, Role::Text, &how);
    if !is_open && lesson.questions > 0 && lesson.reached > 0 {
        let (right, all) = (lesson.right, lesson.questions);
        rows.plain(
            Role::Dim,
            &format!("Answers that were right: {right} of {all}."),
        );
    }
}

/// What the lesson that is open knows of itself.
fn open(app: &App, rows: &mut Text<'_>, learning: &Learning, alone: bool) {
    let walk = &learning.walk;
    let lesson = learning.lesson();
    if alone {
        let minutes = lesson.front.minutes;
        let place = network(app, lesson.front.network);
        rows.plain(Role::Dim, &format!("{minutes} minutes, {place}"));
        rows.air();
        rows.plain(Role::Strong, "Afterwards you can");
        rows.list(lesson.front.afterwards.iter().map(String::as_str));
        rows.air();
    }
    let (at, all) = (walk.at() + 1, lesson.stops.len());
    rows.plain(Role::Text, &format!("Stop {at} of {all}."));
    let (right, judged, questions) = walk.score();
    if questions > 0 {
        let text = match judged {
            0 => format!("Questions: {questions}, none answered yet."),
            _ => format!("Answers: {right} of {judged} right; questions: {questions}."),
        };
        rows.plain(Role::Text, &text);
    }
}

/// Where there is more to read.
fn to_read(rows: &mut Text<'_>, learning: &Learning, addresses: bool) {
    let links = learning.lesson().links();
    if links.is_empty() {
        return;
    }
    rows.air();
    rows.plain(Role::Strong, "To read");
    for (text, to) in links {
        let dot = rows.canvas.theme.glyph(Glyph::Dot);
        let mark = rows.canvas.span(Role::Dim, format!("{dot} "));
        rows.say(mark, Role::Text, text);
        if addresses {
            rows.say(Span::raw("  "), Role::Note, to);
        }
    }
}
