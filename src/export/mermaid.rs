//! A sequence diagram in Mermaid's words, which the usual code-hosting sites draw: calls as messages to oneself, packets
//! as arrows, states and whatever else is told as notes, each of the four lines on a ground of its own.
//!
//! ```text
//! sequenceDiagram
//!   participant server
//!   participant client
//!   rect rgba(128, 128, 128, 0.1)
//!   server->>server: listen(3, 5) = 0
//!   Note over server,client: line 1: server waits
//!   end
//!   client->>server: packet 1: SYN seq 0 win 64240
//!   server--xclient: packet 2: SYN,ACK seq 0 ack 1 win 65160 (dropped: you)
//! ```
//!
//! Sites draw no more than 50,000 characters (`maxTextSize`), and hundreds of arrows are no picture any more, so a long
//! journal is told as far as there is room, and a note says how much is left out.

mod ends;
mod escape;

use super::{Journal, words};
use crate::model::{
    book::Book,
    call::CallDone,
    event::{Event, Fact, Source},
    ids::Actor,
    lines::TITLES,
    packet::{Fate, Packet, PacketNo},
    story::{packets, words::safe},
};
use core::{fmt::Write as _, ops::ControlFlow};
use ends::Ends;
use std::io::{self, Write};

/// Letters of the whole diagram, as the sites count them (UTF-16); they take 50,000.
const MOST_LETTERS: usize = 49_000;
/// Letters that one more event and the last note may need.
const ROOM: usize = 6_000;
/// Arrows of the whole diagram.
const MOST_ARROWS: usize = 280;
/// Letters of one text, before what means something is written as entities.
const MOST_TEXT: usize = 240;
/// Letters of a line of a text.
const WIDTH: usize = 44;

/// Writes the latest generation of the journal as a diagram.
///
/// # Errors
/// When it cannot be written.
pub fn write(journal: &Journal<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(diagram(journal.book).as_bytes())?;
    out.flush()
}

/// The diagram as text.
pub(super) fn diagram(book: &Book) -> String {
    let session = book.session();
    let ends = Ends::of(session);
    let mut drawn = Diagram {
        book,
        text: "sequenceDiagram\n".to_owned(),
        letters: 0,
        arrows: 0,
        ground: false,
        line: 0,
        folded: Vec::new(),
        ends,
        arrow_of: None,
    };
    for actor in drawn.ends.actors().to_vec() {
        let _ = writeln!(drawn.text, "  participant {actor}");
    }
    drawn.letters = drawn.text.len();
    let first = first_told(book);
    if session.generation > 1 {
        drawn.bare("The conversation was begun anew: this is its latest run.");
    }
    let told = &book.told()[first..];
    let (mut next, mut left) = (told.iter().peekable(), 0);
    let events = book.events();
    let from = told.first().copied().unwrap_or(events.len());
    // From end to end, so that a long journal is not kept in memory.
    let _ = events.visit(from..events.len(), |index, event| {
        if drawn.is_full() {
            left += next.len();
            return ControlFlow::Break(());
        }
        if next.next_if(|told| **told == index).is_some() {
            left += usize::from(!drawn.event(index, event));
        }
        ControlFlow::Continue(())
    });
    drawn.unfold();
    if told.is_empty() {
        drawn.bare("Nothing has happened yet.");
    }
    drawn.end_ground();
    if left > 0 {
        let more = crate::model::story::words::number(left as u64);
        drawn.bare(&format!(
            "{more} more things happened: a picture of this kind has no room for them."
        ));
    }
    drawn.text
}

/// Where the latest generation begins in what is told, behind its first event.
fn first_told(book: &Book) -> usize {
    let begins = super::begins(book);
    let fact = book.events().get(begins).map(|e| &e.fact);
    let is_begin = matches!(fact, Some(Fact::Begin { .. }));
    let told = book.told();
    told.partition_point(|&i| i < begins.saturating_add(usize::from(is_begin)))
}

struct Diagram<'a> {
    book: &'a Book,
    text: String,
    letters: usize,
    arrows: usize,
    /// Whether a ground is laid that has to end.
    ground: bool,
    /// The last line that was told.
    line: u8,
    /// Calls that are told together, of one actor.
    folded: Vec<(Actor, &'static str)>,
    ends: Ends,
    /// The packet whose arrow was drawn last.
    arrow_of: Option<PacketNo>,
}

impl Diagram<'_> {
    fn is_full(&self) -> bool {
        self.arrows >= MOST_ARROWS || self.letters + ROOM > MOST_LETTERS
    }

    fn row(&mut self, row: &str) {
        self.letters += row.encode_utf16().count() + 3;
        let _ = writeln!(self.text, "  {row}");
    }

    fn on_ground(&mut self) {
        // Each line has its ground; what comes behind the last one stands bare.
        if !self.ground && usize::from(self.line) < TITLES.len() {
            self.ground = true;
            self.row("rect rgba(128, 128, 128, 0.1)");
        }
    }

    fn end_ground(&mut self) {
        if core::mem::take(&mut self.ground) {
            self.row("end");
        }
    }

    fn across(&mut self, text: &str) {
        self.on_ground();
        self.bare(text);
    }

    fn bare(&mut self, text: &str) {
        let row = format!("Note over {}: {}", self.ends.all(), shown(text));
        self.row(&row);
    }

    fn note(&mut self, who: Option<Actor>, text: &str) {
        match who {
            Some(who) => {
                self.on_ground();
                let row = format!("Note over {who}: {}", shown(text));
                self.row(&row);
            }
            None => self.across(text),
        }
    }

    fn arrow(&mut self, from: Actor, arrow: &str, to: Actor, text: &str) {
        self.on_ground();
        self.arrows += 1;
        let row = format!("{from}{arrow}{to}: {}", shown(text));
        self.row(&row);
    }

    /// Tells an event, and whether it is one of those that have a place here.
    fn event(&mut self, index: usize, event: &Event) -> bool {
        let arrow = self.arrow_of.take();
        let who = event.who;
        let is_ours = |a: Actor| self.ends.actors().contains(&a);
        if who.is_some_and(|w| !is_ours(w)) {
            return false;
        }
        if let (Fact::Call(done), Some(who)) = (&event.fact, who)
            && is_housekeeping(self.book, event, done)
        {
            if self.folded.first().is_some_and(|(other, _)| *other != who) {
                self.unfold();
            }
            self.folded.push((who, done.call.name()));
            return true;
        }
        self.unfold();
        let told = words::told(self.book, index);
        match (&event.fact, who) {
            (Fact::Packet(packet), _) => {
                if let Some((from, to)) = self.ends.of_packet(packet) {
                    self.packet((index, event), packet, (from, to));
                    return true;
                }
                return false;
            }
            // What became of it at once is seen on its arrow.
            (Fact::Fate { packet, .. }, _) if arrow == Some(*packet) => {}
            (Fact::Line { line }, _) => {
                let title = usize::from(*line)
                    .checked_sub(1)
                    .and_then(|i| TITLES.get(i));
                if let Some(title) = title {
                    self.across(&format!("line {line}: {title}"));
                }
                self.end_ground();
                self.line = *line;
            }
            (Fact::Call(_), Some(who)) => {
                let mut lines = told.into_iter();
                if let Some(call) = lines.next() {
                    self.arrow(who, "->>", who, &call);
                }
                let why: Vec<String> = lines.collect();
                if !why.is_empty() {
                    self.note(Some(who), &why.join(" "));
                }
            }
            (Fact::Waiting { .. }, Some(who)) => self.arrow(who, "-)", who, &told.join(" ")),
            (Fact::Say { .. } | Fact::Cable { .. } | Fact::Begin { .. }, _) if !told.is_empty() => {
                self.across(&told.join(" "));
            }
            _ if told.is_empty() => {}
            (Fact::State { .. }, _) => self.note(who, &told.join(" ").replace(" -> ", " → ")),
            _ => self.note(who, &told.join(" ")),
        }
        true
    }

    fn packet(
        &mut self,
        (index, event): (usize, &Event),
        packet: &Packet,
        (from, to): (Actor, Actor),
    ) {
        let line = packets::entered_in(self.book, (index, event.id), packet);
        // To whom it goes, the arrow shows.
        let what = line.split_once(": ").map_or(&*line, |(_, what)| what);
        let mut text = format!("packet {}: {what}", packet.number);
        let fate = super::fate_of(self.book, index);
        let arrow = match fate {
            Some((Fate::Delivered, _)) => "->>",
            Some((fate, by)) => {
                let _ = write!(text, " ({fate}: {by})");
                "--x"
            }
            // What became of a packet that was seen passing by, nobody has seen.
            None if event.source == Source::Capture => "->>",
            None => {
                text.push_str(" (still on its way)");
                "-)"
            }
        };
        self.arrow(from, arrow, to, &text);
        self.arrow_of = Some(packet.number);
    }

    /// Tells the calls that are told together.
    fn unfold(&mut self) {
        let folded = core::mem::take(&mut self.folded);
        let Some(&(who, _)) = folded.first() else {
            return;
        };
        let mut names: Vec<(&str, usize)> = Vec::new();
        for (_, name) in folded {
            match names.iter_mut().find(|(n, _)| *n == name) {
                Some((_, count)) => *count += 1,
                None => names.push((name, 1)),
            }
        }
        let times = |(name, count): &(&str, usize)| match count {
            1 => (*name).to_owned(),
            n => format!("{name} ({n} times)"),
        };
        let all: Vec<String> = names.iter().map(times).collect();
        self.note(Some(who), &format!("also: {}", all.join(", ")));
    }
}

fn shown(text: &str) -> String {
    escape::text(&safe(text, MOST_TEXT), WIDTH)
}

/// Whether a call only prepares another one: it went well, and nobody asked for it by its name.
fn is_housekeeping(book: &Book, event: &Event, done: &CallDone) -> bool {
    let name = done.call.name();
    let prepares = matches!(
        name,
        "setsockopt" | "getsockopt" | "getsockname" | "getpeername" | "ioctl"
    );
    let asked_for = || {
        let cause = event.cause.and_then(|id| book.event(id));
        matches!(cause.map(|e| &e.fact), Some(Fact::Asked { text, .. })
            if text.split_whitespace().any(|word| word == name || word == "nonblocking"))
    };
    prepares && !done.failed() && !asked_for()
}

#[cfg(test)]
mod tests;
