//! A line of text as data: what it says and what each part means. Screens build these without asking how things look;
//! drawing gives each part its colour.

/// A count with its thousands apart: `99,936`.
pub(super) use crate::model::story::words::number as count;
use crate::{
    app::{Action, App},
    model::{
        event::Event,
        ids::{Actor, Nanos, Side},
    },
    ui::{
        text::{cut, width},
        theme::{Role, Theme},
    },
};
use ratatui::text::{Line, Span};

/// One part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bit {
    /// What it means.
    pub(super) role: Role,
    /// Whether it stands out.
    pub(super) bold: bool,
    /// What it says.
    pub(super) text: String,
}

/// A line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits(pub(super) Vec<Bit>);

impl Bits {
    /// A line with nothing in it.
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// A line of one part.
    pub(super) fn of(role: Role, text: impl Into<String>) -> Self {
        Self::new().and(role, text)
    }

    /// With one more part at its end.
    #[must_use]
    pub(super) fn and(mut self, role: Role, text: impl Into<String>) -> Self {
        self.push(role, text);
        self
    }

    /// With one more part, in bold, at its end.
    #[must_use]
    pub(super) fn bold(mut self, role: Role, text: impl Into<String>) -> Self {
        self.0.push(Bit {
            role,
            bold: true,
            text: text.into(),
        });
        self
    }

    /// Adds a part.
    pub(super) fn push(&mut self, role: Role, text: impl Into<String>) {
        self.0.push(Bit {
            role,
            bold: false,
            text: text.into(),
        });
    }

    /// Adds all parts of another line.
    pub(super) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// With a space before and after it.
    #[must_use]
    pub(super) fn padded(self, role: Role) -> Self {
        let mut line = Self::of(role, " ");
        line.extend(self);
        line.and(role, " ")
    }

    /// How many cells it takes.
    pub(super) fn width(&self) -> usize {
        self.0.iter().map(|b| width(&b.text)).sum()
    }

    /// What it says.
    pub(super) fn text(&self) -> String {
        self.0.iter().map(|b| b.text.as_str()).collect()
    }

    /// Cut to so many cells, with a sign where something is missing.
    #[must_use]
    pub(super) fn cut(mut self, cells: usize, ellipsis: &str) -> Self {
        if self.width() <= cells {
            return self;
        }
        let mut room = cells;
        for (i, bit) in self.0.iter_mut().enumerate() {
            let wide = width(&bit.text);
            if wide >= room {
                bit.text = cut(&format!("{}{ellipsis}", bit.text), room, ellipsis);
                self.0.truncate(i + 1);
                break;
            }
            room -= wide;
        }
        self
    }

    /// With every place where `needle` stands (in any case) given the role of a match; how many there were.
    pub(super) fn highlight(self, needle: &str) -> (Self, usize) {
        let hits = matches_in(&self.text(), needle);
        if hits.is_empty() {
            return (self, 0);
        }
        let mut out = Self::new();
        let mut at = 0;
        for bit in self.0 {
            let mut part = String::new();
            let mut found = false;
            for c in bit.text.chars() {
                let inside = hits.iter().any(|h| h.contains(&at));
                if inside != found && !part.is_empty() {
                    let role = if found { Role::Match } else { bit.role };
                    out.0.push(Bit {
                        role,
                        bold: bit.bold,
                        text: core::mem::take(&mut part),
                    });
                }
                found = inside;
                part.push(c);
                at += c.len_utf8();
            }
            if !part.is_empty() {
                let role = if found { Role::Match } else { bit.role };
                out.0.push(Bit {
                    role,
                    bold: bit.bold,
                    text: part,
                });
            }
        }
        (out, hits.len())
    }

    /// In the colours of a theme.
    pub(super) fn line(&self, theme: &Theme) -> Line<'static> {
        let spans = self.0.iter().map(|b| {
            let style = if b.bold {
                theme.bold(b.role)
            } else {
                theme.style(b.role)
            };
            Span::styled(b.text.clone(), style)
        });
        Line::from(spans.collect::<Vec<_>>())
    }
}

/// The places where `needle` stands in `text`, in bytes; letters A to Z match in either case.
pub(super) fn matches_in(text: &str, needle: &str) -> Vec<core::ops::Range<usize>> {
    if needle.is_empty() {
        return Vec::new();
    }
    let (hay, needle) = (text.to_ascii_lowercase(), needle.to_ascii_lowercase());
    hay.match_indices(&needle)
        .map(|(at, found)| at..at + found.len())
        .collect()
}

/// The part of an index (places in the journal, rising) that has happened at the moment that is shown.
pub(super) fn shown<'a>(app: &App, index: &'a [usize]) -> &'a [usize] {
    let events = app.shown_events();
    &index[..index.partition_point(|&i| i < events)]
}

/// An event by its place in the journal.
pub(super) fn event(app: &App, index: usize) -> Option<&Event> {
    app.book.events().get(index)
}

/// Seconds since the start, as they stand at the left of a list: `12.345`.
pub(in crate::ui) fn clock(at: Nanos) -> String {
    let ms = at.millis();
    if ms >= 6_000_000 {
        format!(
            "{}:{:02}:{:02}",
            ms / 3_600_000,
            ms / 60_000 % 60,
            ms / 1000 % 60
        )
    } else if ms >= 600_000 {
        format!("{}:{:02}.{}", ms / 60_000, ms / 1000 % 60, ms / 100 % 10)
    } else {
        format!("{}.{:03}", ms / 1000, ms % 1000)
    }
}

/// How long something has waited, in a figure that changes once a second.
pub(super) fn seconds(span: Nanos) -> String {
    match span.0 / 1_000_000_000 {
        s @ 0..120 => format!("{s} s"),
        s => format!("{}:{:02} min", s / 60, s % 60),
    }
}

/// A span in the unit that reads best, with a `us` where there is no `µ`.
pub(super) fn span(took: Nanos, ascii: bool) -> String {
    if ascii {
        format!("{took:#}")
    } else {
        took.to_string()
    }
}

/// `1 byte`, `2 bytes`.
pub(super) fn some(n: u64, one: &str) -> String {
    format!("{} {one}{}", count(n), if n == 1 { "" } else { "s" })
}

/// Beside the name of the client that is looked at, when there are several: ` (. next: client3)`.
pub(super) fn next_client(app: &App, ascii: bool) -> String {
    let clients: Vec<Actor> = app
        .session()
        .actors
        .keys()
        .copied()
        .filter(|a| a.side() == Side::Client)
        .collect();
    if clients.len() < 2 {
        return String::new();
    }
    let here = clients.iter().position(|c| *c == app.client());
    let next = clients[here.map_or(0, |i| (i + 1) % clients.len())];
    let rows = app.keys.rows_for(app);
    let row = rows.iter().find(|r| r.action == Action::NextClient);
    row.map_or_else(String::new, |row| {
        format!(" ({} next: {next})", row.keys[0].glyph(ascii))
    })
}

/// The colour of whoever did it; the program's own where it was nobody.
pub(super) fn role_of(who: Option<Actor>) -> Role {
    who.map_or(Role::Dim, Role::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_lights_what_it_finds_across_parts() {
        let line = Bits::of(Role::Text, "recv(4").and(Role::Dim, ", 4096)");
        let (lit, hits) = line.highlight("4, 4");
        assert_eq!(hits, 1);
        assert_eq!(lit.text(), "recv(4, 4096)");
        assert_eq!(lit.0.iter().filter(|b| b.role == Role::Match).count(), 2);
        assert_eq!(matches_in("Send SEND", "send").len(), 2);
    }

    #[test]
    fn a_line_is_cut_where_it_must_be() {
        let line = Bits::of(Role::Text, "abc").and(Role::Dim, "defg");
        assert_eq!(line.clone().cut(7, "…").text(), "abcdefg");
        assert_eq!(line.clone().cut(5, "…").text(), "abcd…");
        assert_eq!(line.clone().cut(3, "…").text(), "ab…");
        assert_eq!(line.cut(0, "…").text(), "");
    }

    #[test]
    fn figures_read_well() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(some(1, "byte"), "1 byte");
        assert_eq!(clock(Nanos::from_millis(12_345)), "12.345");
        assert_eq!(seconds(Nanos::from_millis(61_999)), "61 s");
    }
}
