//! The page that is before one's eyes: what has been read dim, what is new bright, what runs with its signs.

use super::sheet::{First, Page, Sheet};
use crate::{
    app::Cursor,
    lesson::{Halt, Line, Part},
    ui::theme::Role,
};
use core::ops::Range;

/// Writes it. The words of the parts `lit` are lit up in the lab.
pub(super) fn build(mut sheet: Sheet<'_>, lit: &Range<usize>) -> Page {
    let learning = sheet.learning;
    let lesson = learning.lesson();
    let stop = learning.walk.stop();
    let mut new = None;
    let mut runs = 0..0;
    let parts = lesson.parts.get(stop.page.clone()).unwrap_or_default();
    for (i, part) in (stop.page.start..).zip(parts) {
        let base = if i < stop.new { Role::Read } else { Role::Text };
        sheet.lights = lit.contains(&i);
        let before = sheet.rows.len();
        let range = one(&mut sheet, i, part, base);
        if i >= stop.new && sheet.rows.len() > before {
            new.get_or_insert(range.start);
            if matches!(part, Part::Block(_)) {
                runs = range;
            }
        }
    }
    sheet.lights = true;
    // A note may stand behind the block that it is about.
    if learning.notes {
        let next = learning.walk.next_stop();
        let end = next.map_or(lesson.parts.len(), |next| next.new.max(stop.page.end));
        let behind = lesson.parts.get(stop.page.end..end).unwrap_or_default();
        for part in behind {
            if let Part::Note(lines) = part {
                note(&mut sheet, lines);
            }
        }
    }
    let told = sheet.rows.len();
    sheet.not_here();
    for n in learning.walk.told_here() {
        sheet.told(n);
    }
    let end = sheet.rows.len();
    sheet.over();
    let new = new.unwrap_or(0).min(end);
    let past = sheet.app.cursor() != Cursor::Live;
    let marked = past.then(|| sheet.marked(0..told)).flatten();
    let (sight, first) = match stop.what {
        _ if past && marked.is_some() => (marked.unwrap_or_default(), First::Around),
        _ if end > told => (told..end, First::End),
        Halt::Read => (new..end, First::Beginning),
        Halt::Ask(_) => (new..end, First::End),
        Halt::Run(..) => (sheet.marked(runs.clone()).unwrap_or(runs), First::Around),
    };
    Page {
        rows: sheet.rows,
        sight,
        first,
    }
}

/// One part; the rows that it takes.
fn one(sheet: &mut Sheet<'_>, place: usize, part: &Part, base: Role) -> Range<usize> {
    let lesson = sheet.learning.lesson();
    let is_title =
        matches!(part, Part::Heading(1, line) if line.plain().trim() == lesson.front.title);
    let hidden = matches!(part, Part::Note(_)) && !sheet.learning.notes;
    if is_title || hidden {
        return sheet.rows.len()..sheet.rows.len();
    }
    // Two paragraphs are told apart by air, all else by how it looks.
    let before = place.checked_sub(1).and_then(|i| lesson.parts.get(i));
    let alike = matches!(
        (before, part),
        (
            Some(Part::Paragraph(_) | Part::Note(_) | Part::Quote(_)),
            Part::Paragraph(_)
        )
    );
    let heads = matches!(before, Some(Part::Heading(..)));
    if alike || matches!(part, Part::Heading(..)) {
        sheet.air();
    } else if !(heads && sheet.airy) {
        sheet.gap();
    }
    let start = sheet.rows.len();
    match part {
        Part::Note(lines) => note(sheet, lines),
        Part::Block(n) => sheet.block(*n, base),
        Part::Question(n) => sheet.question(*n, base),
        part => sheet.part(part, base),
    }
    start..sheet.rows.len()
}

/// What only the presenter is told.
fn note(sheet: &mut Sheet<'_>, lines: &[Line]) {
    sheet.air();
    let mut before = vec![sheet.bold(Role::Note, "Presenter: ")];
    for line in lines {
        let letters = sheet.inked(line, Role::Note);
        sheet.flow_behind(core::mem::take(&mut before), &[], &letters);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::Learning,
        lesson::{Kind, Lesson, Question, Reply, SHIPPED, Truth},
        model::book::Book,
        ui::{
            tests::app,
            theme::{Role, Theme},
        },
    };
    use std::sync::Arc;

    /// The pane in a terminal of 80 x 24: cells of a row, and rows.
    const PANE: (usize, usize) = (77, 8);

    fn sheet<'a>(app: &'a crate::app::App, theme: &'a Theme, cells: usize) -> Sheet<'a> {
        Sheet {
            app,
            learning: app.learning.as_ref().unwrap(),
            theme,
            cells,
            airy: false,
            found: &[],
            lights: false,
            rows: Vec::new(),
        }
    }

    fn text(rows: &[super::super::sheet::Row]) -> String {
        let of = |row: &super::super::sheet::Row| -> String {
            row.spans.iter().map(|s| s.content.to_string()).collect()
        };
        rows.iter().map(of).collect::<Vec<_>>().join("\n")
    }

    /// The answers that can be wrong, and what is right then.
    fn wrong(question: &Question) -> Vec<(Reply, Truth)> {
        match &question.kind {
            Kind::Choice(choices) => (0..choices.len())
                .flat_map(|i| {
                    let others = (0..choices.len()).filter(move |t| *t != i);
                    others.map(move |t| (Reply::Choice(i), Truth::Choice(t)))
                })
                .collect(),
            Kind::Number(..) => vec![(Reply::Number(12_345), Truth::Number(54_321))],
            Kind::Bytes(..) => vec![(
                Reply::Bytes(b"hello, server".to_vec()),
                Truth::Bytes(b"server".to_vec()),
            )],
        }
    }

    #[test]
    fn what_the_shipped_lessons_say_at_once_fits_beside_the_lab_in_80_by_24() {
        let (cells, rows) = PANE;
        let mut too_long = Vec::new();
        for shipped in SHIPPED {
            let lesson = Arc::new(Lesson::parse(shipped.text.as_bytes()).unwrap());
            let mut app = app(Book::new());
            let theme = Theme::of(&app.settings);
            app.learning = Some(Learning::new(shipped.name, lesson.clone()));
            app.learning.as_mut().unwrap().walk.again(true);
            for (at, stop) in lesson.stops.iter().enumerate() {
                let role = Role::Text;
                let mut sheet = sheet(&app, &theme, cells);
                // What is to be read, without the block behind it, which has its own turn.
                let parts = lesson
                    .parts
                    .get(stop.new..stop.page.end)
                    .unwrap_or_default();
                let read = (stop.new..).zip(parts);
                for (i, part) in read.filter(|(_, p)| !matches!(p, Part::Block(_))) {
                    one(&mut sheet, i, part, role);
                }
                let room = rows - usize::from(matches!(stop.what, Halt::Ask(_)));
                if sheet.rows.len() > room {
                    let n = sheet.rows.len();
                    too_long.push(format!(
                        "{} {}: {n}\n{}",
                        shipped.name,
                        at + 1,
                        text(&sheet.rows)
                    ));
                }
            }
            for question in &lesson.questions {
                for (reply, truth) in wrong(question) {
                    let mut sheet = sheet(&app, &theme, cells - 2);
                    sheet.answer(question, &reply, &truth, Some(false));
                    if sheet.rows.len() > rows {
                        too_long.push(format!("{} {}", shipped.name, text(&sheet.rows)));
                    }
                }
            }
        }
        assert!(too_long.is_empty(), "{}", too_long.join("\n\n"));
    }
}
