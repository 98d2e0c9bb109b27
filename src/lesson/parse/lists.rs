//! What has parts of its own: lists, quotes, tables.

use super::{Events, Reader, marks::Marks, skip};
use crate::lesson::{
    Item, Part,
    text::{Line, Style},
};
use core::ops::Range;
use pulldown_cmark::{Event, Tag, TagEnd};

/// So deep lists and quotes lie in one another at most.
const DEEPEST: u8 = 4;
/// So many columns a table has at most.
const MOST_COLUMNS: usize = 12;
/// How a note to the presenter begins.
const PRESENTER: &str = "Presenter:";

impl<'s> Reader<'s> {
    pub(super) fn list(
        &mut self,
        first: Option<u64>,
        depth: u8,
        items: &mut Vec<Item>,
        events: &mut Events<'s>,
    ) {
        let mut number = first;
        let mut marks = Marks::default();
        while let Some((event, range)) = events.next() {
            match event {
                Event::End(TagEnd::List(_)) => break,
                Event::Start(Tag::Item) => {
                    let mark = number.map_or_else(|| "•".to_owned(), |n| format!("{n}."));
                    number = number.map(|n| n.saturating_add(1));
                    marks = Marks::default();
                    items.push(Item {
                        depth,
                        mark,
                        line: Line::default(),
                    });
                }
                Event::Start(Tag::List(first)) if depth < DEEPEST => {
                    self.list(first, depth + 1, items, events);
                }
                Event::Start(Tag::List(_) | Tag::BlockQuote(_)) => {
                    self.too_deep(&range);
                    skip(events);
                }
                Event::Start(Tag::Table(_)) => {
                    self.wrong(&range, "a table stands by itself, not within a list");
                    skip(events);
                }
                Event::Start(Tag::HtmlBlock) => self.html_block(&range, events),
                Event::Start(Tag::CodeBlock(kind)) => self.misplaced(&kind, &range, events),
                event => {
                    let Some(item) = items.last_mut() else {
                        continue;
                    };
                    // A second paragraph of an item begins a line.
                    if matches!(event, Event::Start(Tag::Paragraph)) && !item.line.is_empty() {
                        item.line.push("\n", Style::default(), None);
                    }
                    let mut line = core::mem::take(&mut item.line);
                    self.within(&event, &range, &mut marks, &mut line);
                    if let Some(item) = items.last_mut() {
                        item.line = line;
                    }
                }
            }
        }
    }

    fn too_deep(&mut self, range: &Range<usize>) {
        let text = format!("lists and quotes lie at most {DEEPEST} deep in one another");
        self.wrong(range, text);
    }

    pub(super) fn quote(&mut self, range: &Range<usize>, events: &mut Events<'s>) {
        let mut lines: Vec<Line> = Vec::new();
        while let Some((event, place)) = events.next() {
            match event {
                Event::End(TagEnd::BlockQuote(_)) => break,
                Event::Start(Tag::Paragraph) => lines.push(self.line(TagEnd::Paragraph, events)),
                Event::Start(Tag::Heading { level, .. }) => {
                    lines.push(self.line(TagEnd::Heading(level), events));
                }
                Event::Start(Tag::List(first)) => {
                    let mut items = Vec::new();
                    self.list(first, 0, &mut items, events);
                    lines.extend(items.into_iter().map(|item| {
                        let mut line = Line::default();
                        line.push(&format!("{} ", item.mark), Style::default(), None);
                        line.0.extend(item.line.0);
                        line
                    }));
                }
                Event::Start(Tag::BlockQuote(_)) => {
                    self.too_deep(range);
                    skip(events);
                }
                Event::Start(Tag::CodeBlock(kind)) => self.misplaced(&kind, &place, events),
                Event::Start(Tag::HtmlBlock) => self.html_block(&place, events),
                Event::Start(Tag::Table(_)) => {
                    self.wrong(&place, "a table stands by itself, not within a quote");
                    skip(events);
                }
                _ => {}
            }
        }
        lines.retain(|line| !line.is_empty());
        let is_note = lines
            .first()
            .is_some_and(|line| line.plain().starts_with(PRESENTER));
        if is_note {
            if let Some(first) = lines.first_mut().and_then(|line| line.0.first_mut()) {
                first.text = first.text.replacen(PRESENTER, "", 1);
            }
            if let Some(piece) = lines
                .first_mut()
                .and_then(|line| line.0.iter_mut().find(|p| !p.text.is_empty()))
            {
                piece.text = piece.text.trim_start().to_owned();
            }
            self.lesson.parts.push(Part::Note(lines));
        } else {
            self.lesson.parts.push(Part::Quote(lines));
        }
    }

    pub(super) fn table(&mut self, columns: usize, range: &Range<usize>, events: &mut Events<'s>) {
        if columns > MOST_COLUMNS {
            let text =
                format!("a table has at most {MOST_COLUMNS} columns, and this one has {columns}");
            self.wrong(range, text);
            return skip(events);
        }
        let mut rows: Vec<Vec<Line>> = Vec::new();
        while let Some((event, _)) = events.next() {
            match event {
                Event::End(TagEnd::Table) => break,
                Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
                Event::Start(Tag::TableCell) => {
                    let cell = self.line(TagEnd::TableCell, events);
                    if let Some(row) = rows.last_mut() {
                        row.push(cell);
                    }
                }
                _ => {}
            }
        }
        self.lesson.parts.push(Part::Table(rows));
    }
}
