//! Text and its marks, as they stand in a line.

use crate::lesson::text::{Line, Style};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// Text with marks, as it stands in one line of a question.
pub(in crate::lesson) fn inline(text: &str) -> Line {
    let mut line = Line::default();
    let mut marks = Marks::default();
    // Behind a word nothing begins a list or a heading: `0.` is a choice.
    let text = format!("{WORD}{text}");
    for event in Parser::new(&text) {
        marks.take(&event, &mut line);
    }
    if let Some(first) = line.0.first_mut() {
        first.text = first.text.replacen(WORD, "", 1);
    }
    line.0.retain(|piece| !piece.text.is_empty());
    line
}

/// See [`inline`].
const WORD: &str = "x ";

/// The marks that are open.
#[derive(Default)]
pub(super) struct Marks {
    strong: u32,
    emphasis: u32,
    link: Option<String>,
}

impl Marks {
    /// Adds what an event within a line says; whether it was one.
    pub(super) fn take(&mut self, event: &Event<'_>, line: &mut Line) -> bool {
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
