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
