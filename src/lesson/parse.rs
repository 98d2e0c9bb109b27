//! From Markdown to a lesson. Every mistake has its place in the file, and whatever the file is, it is read in bounded time:
//! what is longer or deeper than anybody would read is a mistake like any other.

mod fences;
mod lists;
mod marks;

pub(super) use marks::inline;

use super::{
    LONGEST, Lesson, Part,
    front::{Needs, front},
    stops,
    text::Line,
};
use crate::language::{Mistake, quoted};
use core::ops::Range;
use marks::Marks;
use pulldown_cmark::{Event, HeadingLevel, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};

/// So many mistakes are told at once.
pub(super) const MOST_MISTAKES: usize = 20;
/// So many headings, paragraphs, lists, tables and blocks at most: each is laid out when the lesson is drawn.
const MOST_PARTS: usize = 1_000;
/// The longest of them, in bytes.
const LONGEST_PART: usize = 16 << 10;
/// The longest address of a page, in bytes.
const LONGEST_LINK: usize = 500;
/// What some editors put before a text to say that it is UTF-8.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// See [`Lesson::parse`].
pub(super) fn parse(source: &[u8]) -> Result<Lesson, Vec<Mistake>> {
    if source.len() > LONGEST {
        let text = format!("this file is longer than a lesson can be: {LONGEST} bytes (256 KiB)");
        return Err(vec![Mistake::new(0..0, text)]);
    }
    let source = str::from_utf8(source).map_err(|error| {
        let at = error.valid_up_to();
        let text = format!("the byte 0x{:02x} here is not UTF-8", source[at]);
        let end = at + char::REPLACEMENT_CHARACTER.len_utf8();
        vec![Mistake::new(at..end, text).help("a lesson is a text file: save it as UTF-8")]
    })?;
    let mut mistakes = Vec::new();
    if let Some(mistake) = control(source) {
        mistakes.push(mistake);
        return Err(mistakes);
    }
    let text = if source.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len_utf8()
    } else {
        0
    };
    let (front, begin) = front(source, text, &mut mistakes);
    let mut reader = Reader {
        source,
        begin,
        lesson: Lesson {
            front,
            parts: Vec::new(),
            scenes: Vec::new(),
            blocks: Vec::new(),
            questions: Vec::new(),
            stops: Vec::new(),
        },
        mistakes,
    };
    let mut events = Parser::new_ext(&source[begin..], Options::ENABLE_TABLES).into_offset_iter();
    while let Some((event, range)) = events.next() {
        if reader.is_full() {
            break;
        }
        if reader.lesson.parts.len() == MOST_PARTS && matches!(event, Event::Start(_)) {
            let text = format!("a lesson has at most {MOST_PARTS} headings, paragraphs and blocks");
            reader.wrong(&range, text);
            break;
        }
        reader.part(event, range, &mut events);
    }
    reader.finish()
}

/// A character that no text has, if there is one: this is some other file, or one that means to harm a terminal.
fn control(source: &str) -> Option<Mistake> {
    let is_text = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    let (at, c) = source.char_indices().find(|(_, c)| !is_text(*c))?;
    let text = format!(
        "the character U+{:04X} here is a control character, and no text",
        c as u32
    );
    let mistake = Mistake::new(at..at + c.len_utf8(), text);
    Some(mistake.help("a lesson is a text file; in a statement such a byte is written \\x1b"))
}

struct Reader<'s> {
    source: &'s str,
    /// Where the text begins: places that the parser tells count from here.
    begin: usize,
    lesson: Lesson,
    mistakes: Vec<Mistake>,
}

type Events<'s> = OffsetIter<'s>;

impl<'s> Reader<'s> {
    /// Whether no more mistakes are told.
    fn is_full(&self) -> bool {
        self.mistakes.len() >= MOST_MISTAKES
    }

    fn wrong(&mut self, place: &Range<usize>, text: impl Into<String>) {
        self.wrong_for(place, text, None);
    }

    /// A mistake, and what helps.
    fn wrong_for(&mut self, place: &Range<usize>, text: impl Into<String>, help: Option<&str>) {
        if self.is_full() {
            return;
        }
        let start = place.start + self.begin;
        // One line of it is enough to see where.
        let whole = &self.source[start..place.end + self.begin];
        let end = start + whole.lines().next().map_or(0, str::len);
        let mut mistake = Mistake::new(start..end, text);
        mistake.help = help.map(str::to_owned);
        self.mistakes.push(mistake);
    }

    /// A part that begins with this event.
    fn part(&mut self, event: Event<'s>, range: Range<usize>, events: &mut Events<'s>) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => self.code(&kind, &range, events),
            Event::Start(_) if range.len() > LONGEST_PART => {
                self.too_long(&range);
                skip(events);
            }
            Event::Start(Tag::Heading { level, .. }) => {
                let line = self.line(TagEnd::Heading(level), events);
                self.lesson.parts.push(Part::Heading(level_of(level), line));
            }
            Event::Start(Tag::Paragraph) => {
                let line = self.line(TagEnd::Paragraph, events);
                if !line.is_empty() {
                    self.lesson.parts.push(Part::Paragraph(line));
                }
            }
            Event::Start(Tag::List(first)) => {
                let mut items = Vec::new();
                self.list(first, 0, &mut items, events);
                self.lesson.parts.push(Part::List(items));
            }
            Event::Start(Tag::BlockQuote(_)) => self.quote(&range, events),
            Event::Start(Tag::Table(columns)) => self.table(columns.len(), &range, events),
            Event::Start(Tag::HtmlBlock) => self.html_block(&range, events),
            _ => {}
        }
    }

    fn too_long(&mut self, range: &Range<usize>) {
        let text = format!(
            "what begins here has {} bytes, and nothing in a lesson is longer than {LONGEST_PART} (16 KiB)",
            range.len()
        );
        self.wrong(range, text);
    }

    /// The text up to this end.
    fn line(&mut self, end: TagEnd, events: &mut Events<'s>) -> Line {
        let mut line = Line::default();
        let mut marks = Marks::default();
        for (event, range) in events.by_ref() {
            match &event {
                Event::End(tag) if *tag == end => break,
                _ => self.within(&event, &range, &mut marks, &mut line),
            }
        }
        line
    }

    fn within(
        &mut self,
        event: &Event<'_>,
        range: &Range<usize>,
        marks: &mut Marks,
        line: &mut Line,
    ) {
        match event {
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                ..
            }) => {
                let web = ["https://", "http://"]
                    .iter()
                    .any(|s| dest_url.starts_with(s));
                if !web && *link_type != LinkType::Email {
                    self.wrong(range, "a link leads to a page: it begins with https://");
                }
                if dest_url.len() > LONGEST_LINK {
                    let text = format!("the address of a page has at most {LONGEST_LINK} bytes");
                    return self.wrong(range, text);
                }
            }
            Event::Html(text) | Event::InlineHtml(text) => return self.html(text, range),
            _ => {}
        }
        marks.take(event, line);
    }

    /// HTML that stands in lines of its own.
    fn html_block(&mut self, range: &Range<usize>, events: &mut Events<'s>) {
        let mut text = String::new();
        for (event, _) in events.by_ref() {
            match event {
                Event::End(TagEnd::HtmlBlock) => break,
                Event::Html(line) => text.push_str(&line),
                _ => {}
            }
        }
        self.html(&text, range);
    }

    fn html(&mut self, text: &str, range: &Range<usize>) {
        let text = text.trim();
        // A comment is for who reads the file; it ends where it first says so.
        let is_comment = text
            .strip_prefix("<!--")
            .is_some_and(|rest| rest.find("-->").is_some_and(|end| end + 3 == rest.len()));
        if !is_comment {
            let what = text
                .split_inclusive(['>', '\n'])
                .next()
                .unwrap_or_default()
                .trim_end();
            let text = format!("{} is HTML, which a lesson does not show", quoted(what));
            let help = "write it as Markdown; in backticks it is shown as it is";
            self.wrong_for(range, text, Some(help));
        }
    }

    fn finish(mut self) -> Result<Lesson, Vec<Mistake>> {
        if self.mistakes.is_empty() && self.lesson.blocks.is_empty() {
            let end = self.source.len();
            self.mistakes.push(
                Mistake::new(end..end, "no block of this lesson runs")
                    .help("statements stand between lines of ```fourline and ```"),
            );
        }
        self.mistakes.truncate(MOST_MISTAKES);
        if !self.mistakes.is_empty() {
            return Err(self.mistakes);
        }
        if self.lesson.front.network == Needs::Lab {
            for scene in &mut self.lesson.scenes {
                scene.needs_lab = true;
            }
        }
        stops::lay(&mut self.lesson);
        Ok(self.lesson)
    }
}

/// Goes past what has just begun.
fn skip(events: &mut Events<'_>) {
    let mut depth = 1_u32;
    for (event, _) in events.by_ref() {
        match event {
            Event::Start(_) => depth = depth.saturating_add(1),
            Event::End(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
}

const fn level_of(level: HeadingLevel) -> u8 {
    level as u8
}
