//! From Markdown to a lesson. Every mistake has its place in the file.

use super::{
    Block, Item, LONGEST, Lesson, Part, Scene,
    front::{Needs, front},
    question::question,
    stops,
    text::{Line, Style},
};
use crate::{
    language::{Mistake, ScriptStatement, Vars, parse_script, quoted},
    model::{
        claim::Claim,
        command::{Command, Statement},
    },
};
use core::{net::IpAddr, ops::Range};
use pulldown_cmark::{
    CodeBlockKind, Event, HeadingLevel, LinkType, OffsetIter, Options, Parser, Tag, TagEnd,
};

/// So many mistakes are told at once.
const MOST_MISTAKES: usize = 20;
/// So many blocks, questions and statements at most.
const MOST_BLOCKS: usize = 200;
const MOST_QUESTIONS: usize = 100;
const MOST_STATEMENTS: usize = 1_000;
/// So deep lists and quotes lie in one another at most.
const DEEPEST: u8 = 4;
/// How a note to the presenter begins.
const PRESENTER: &str = "Presenter:";

/// See [`Lesson::parse`].
pub(super) fn parse(source: &[u8]) -> Result<Lesson, Vec<Mistake>> {
    if source.len() > LONGEST {
        let text = format!(
            "the lesson has {} bytes, and the longest has {LONGEST} (256 KiB)",
            source.len()
        );
        return Err(vec![Mistake::new(0..0, text)]);
    }
    let source = str::from_utf8(source).map_err(|error| {
        let at = error.valid_up_to();
        let text = format!("the byte 0x{:02x} here is not UTF-8", source[at]);
        let end = at + char::REPLACEMENT_CHARACTER.len_utf8();
        vec![Mistake::new(at..end, text).help("a lesson is a text file: save it as UTF-8")]
    })?;
    let mut mistakes = Vec::new();
    let (front, begin) = front(source, &mut mistakes);
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
        reader.part(event, range, &mut events);
        if reader.mistakes.len() >= MOST_MISTAKES {
            break;
        }
    }
    reader.finish()
}

/// Text with marks, as it stands in one line of a question.
pub(super) fn inline(text: &str) -> Line {
    let mut line = Line::default();
    let mut marks = Marks::default();
    for event in Parser::new(text) {
        marks.take(&event, &mut line);
    }
    line
}

/// The marks that are open.
#[derive(Default)]
struct Marks {
    strong: u32,
    emphasis: u32,
    link: Option<String>,
}

impl Marks {
    /// Adds what an event within a line says; whether it was one.
    fn take(&mut self, event: &Event<'_>, line: &mut Line) -> bool {
        let style = Style {
            code: false,
            strong: self.strong > 0,
            emphasis: self.emphasis > 0,
        };
        let link = self.link.clone();
        match event {
            Event::Text(text) => line.push(text, style, link.as_deref()),
            Event::Code(text) => line.push(
                text,
                Style {
                    code: true,
                    ..style
                },
                link.as_deref(),
            ),
            Event::SoftBreak => line.push(" ", style, link.as_deref()),
            Event::HardBreak => line.push("\n", style, link.as_deref()),
            Event::Start(Tag::Strong) => self.strong += 1,
            Event::End(TagEnd::Strong) => self.strong = self.strong.saturating_sub(1),
            Event::Start(Tag::Emphasis) => self.emphasis += 1,
            Event::End(TagEnd::Emphasis) => self.emphasis = self.emphasis.saturating_sub(1),
            Event::Start(Tag::Link { dest_url, .. }) => self.link = Some(dest_url.to_string()),
            Event::End(TagEnd::Link) => self.link = None,
            _ => return false,
        }
        true
    }
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
    fn wrong(&mut self, place: &Range<usize>, text: impl Into<String>) -> &mut Mistake {
        let start = place.start + self.begin;
        // One line of it is enough to see where.
        let whole = &self.source[start..place.end + self.begin];
        let end = start + whole.lines().next().map_or(0, str::len);
        self.mistakes.push(Mistake::new(start..end, text));
        let last = self.mistakes.len() - 1;
        &mut self.mistakes[last]
    }

    /// A part that begins with this event.
    fn part(&mut self, event: Event<'s>, range: Range<usize>, events: &mut Events<'s>) {
        match event {
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
            Event::Start(Tag::CodeBlock(kind)) => self.code(&kind, &range, events),
            Event::Start(Tag::Table(_)) => self.table(events),
            Event::Html(text) | Event::InlineHtml(text) => self.html(&text, &range),
            _ => {}
        }
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
            }
            Event::Html(text) | Event::InlineHtml(text) => return self.html(text, range),
            _ => {}
        }
        marks.take(event, line);
    }

    fn html(&mut self, text: &str, range: &Range<usize>) {
        let text = text.trim();
        // A comment is for who reads the file.
        if !text.is_empty() && !text.starts_with("<!--") && !text.ends_with("-->") {
            self.wrong(range, "HTML is not shown in a lesson").help =
                Some("write it as Markdown; in backticks it is shown as it is".to_owned());
        }
    }

    fn list(
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

    fn quote(&mut self, range: &Range<usize>, events: &mut Events<'s>) {
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
                Event::Html(text) => self.html(&text, &place),
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

    fn table(&mut self, events: &mut Events<'s>) {
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

    /// A block within a list or a quote: it would not be seen that it runs.
    fn misplaced(
        &mut self,
        kind: &CodeBlockKind<'_>,
        range: &Range<usize>,
        events: &mut Events<'s>,
    ) {
        if let Some(info) = info(kind) {
            self.wrong(
                range,
                format!(
                    "a {} block stands by itself, not within a list or a quote",
                    quoted(info)
                ),
            );
        }
        for (event, _) in events.by_ref() {
            if matches!(event, Event::End(TagEnd::CodeBlock)) {
                break;
            }
        }
    }

    fn code(&mut self, kind: &CodeBlockKind<'_>, range: &Range<usize>, events: &mut Events<'s>) {
        let mut text = String::new();
        let mut place: Option<Range<usize>> = None;
        for (event, range) in events.by_ref() {
            match event {
                Event::End(TagEnd::CodeBlock) => break,
                Event::Text(piece) => {
                    text.push_str(&piece);
                    let start = place.as_ref().map_or(range.start, |p| p.start);
                    place = Some(start..range.end);
                }
                _ => {}
            }
        }
        let Some(info) = info(kind) else {
            self.lesson.parts.push(Part::Code(text));
            return;
        };
        let words: Vec<&str> = info.split_whitespace().collect();
        let Some(place) = place else {
            self.wrong(range, "nothing stands in this block");
            return;
        };
        let place = place.start + self.begin..place.end + self.begin;
        match words[..] {
            ["fourline"] => self.block(place, range, self.lesson.scenes.is_empty()),
            ["fourline", "fresh"] => self.block(place, range, true),
            ["question"] => self.question(place, range),
            _ => {
                let word = words.get(1).copied().unwrap_or_default();
                let mistake = self.wrong(range, format!("{} cannot stand here", quoted(word)));
                mistake.help = Some("a block that runs begins with ```fourline, or with ```fourline fresh where all begins anew; a question with ```question".to_owned());
            }
        }
    }

    fn block(&mut self, place: Range<usize>, range: &Range<usize>, fresh: bool) {
        let many = self.lesson.all_statements().count();
        let script = match parse_script(self.source[place.clone()].as_bytes(), &Vars::default()) {
            Ok(script) => script,
            Err(mistakes) => {
                self.mistakes
                    .extend(mistakes.into_iter().map(|m| m.moved(place.start)));
                return;
            }
        };
        if script.lines.is_empty() {
            self.wrong(range, "no statement stands in this block");
            return;
        }
        if self.lesson.blocks.len() == MOST_BLOCKS || many + script.lines.len() > MOST_STATEMENTS {
            let text = format!(
                "a lesson has at most {MOST_BLOCKS} blocks and {MOST_STATEMENTS} statements"
            );
            self.wrong(range, text);
            return;
        }
        let before = self.source[..place.start]
            .bytes()
            .filter(|b| *b == b'\n')
            .count() as u32;
        if fresh {
            self.lesson.scenes.push(Scene::default());
        }
        for statement in &script.lines {
            if matches!(statement.statement, Statement::Again(_)) {
                let span = statement.span.start + place.start..statement.span.end + place.start;
                self.mistakes.push(
                    Mistake::new(span, "`again` is for the keyboard")
                        .help("a block that begins anew starts with ```fourline fresh"),
                );
            }
        }
        let scene = self.lesson.scenes.len() - 1;
        let Some(of) = self.lesson.scenes.last_mut() else {
            return;
        };
        let from = of.script.len();
        of.needs_lab |= script.lines.iter().any(|s| needs_lab(&s.statement));
        let line = script.lines.first().map_or(0, |s| s.line) + before;
        of.script
            .extend(script.lines.into_iter().map(|s| ScriptStatement {
                line: s.line + before,
                span: s.span.start + place.start..s.span.end + place.start,
                ..s
            }));
        let steps = from..of.script.len();
        self.lesson
            .parts
            .push(Part::Block(self.lesson.blocks.len()));
        self.lesson.blocks.push(Block { scene, steps, line });
    }

    fn question(&mut self, place: Range<usize>, range: &Range<usize>) {
        if self.lesson.questions.len() == MOST_QUESTIONS {
            let text = format!("a lesson has at most {MOST_QUESTIONS} questions");
            self.wrong(range, text);
            return;
        }
        match question(self.source, place) {
            Ok(question) => {
                self.lesson
                    .parts
                    .push(Part::Question(self.lesson.questions.len()));
                self.lesson.questions.push(question);
            }
            Err(mistakes) => self.mistakes.extend(mistakes),
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

/// What a fence says, if it is one of ours.
fn info<'k>(kind: &'k CodeBlockKind<'_>) -> Option<&'k str> {
    match kind {
        CodeBlockKind::Fenced(info) => {
            let first = info.split_whitespace().next().unwrap_or_default();
            matches!(first, "fourline" | "question").then_some(&**info)
        }
        CodeBlockKind::Indented => None,
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

/// Whether a statement makes sense in the lab only.
fn needs_lab(statement: &Statement) -> bool {
    let of_packets = |claim: &Claim| match claim {
        Claim::Not(claim) => matches!(**claim, Claim::Packets(_)),
        claim => matches!(claim, Claim::Packets(_)),
    };
    match statement {
        Statement::Cable(_) => true,
        Statement::Expect(e) | Statement::WaitUntil(e) => of_packets(&e.claim),
        Statement::Do(order) => {
            let at = match &order.command {
                Command::Bind(at) | Command::SendTo(at, _) => Some(*at),
                Command::Listen { at, .. } | Command::Connect(at) => *at,
                _ => None,
            };
            // The lab's own addresses mean somebody else elsewhere.
            let private = |ip: IpAddr| match ip {
                IpAddr::V4(ip) => ip.is_private(),
                IpAddr::V6(ip) => ip.is_unique_local(),
            };
            at.and_then(|at| at.ip).is_some_and(private)
        }
        _ => false,
    }
}
