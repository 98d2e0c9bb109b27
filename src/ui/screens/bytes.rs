//! Both streams in hex and as text. Over the bytes stands which `send` wrote them, under them which `recv` read them, so
//! that one sees what TCP keeps (the order of the bytes) and what it does not (the pieces that they were sent in):
//!
//! ```text
//! ╭─ client ▸ server ──────────────────── 2 sends, 11 bytes · 1 recv, 11 bytes ─╮
//! │       ├ send 1: 5 ──┤├ send 2: 6 ─────┤                                     │
//! │ 0000  68 65 6c 6c 6f 20 77 6f 72 6c 64                  hello world         │
//! │       ├ recv 1: 11 bytes ─────────────┤                                     │
//! ╰─────────────────────────────────────────────────────────────────────────────╯
//! ```
//!
//! A ruler is drawn where a call begins or ends, and at the top; in between the bytes stand close.

mod ruler;
mod stream;

use super::{
    bits::{Bits, count, next_client, some},
    captured, foreign,
};
use crate::{
    app::{App, Screen, ScrollId},
    model::{
        event::AckLevel,
        ids::{Nanos, Side},
        session::SocketState,
        tcp::TcpState,
    },
    ui::{
        canvas::Canvas,
        glyphs::{Glyph, GlyphSet},
        text::wrap,
        theme::Role,
        widgets::{bytes::as_char, panel::Panel},
    },
};
use core::{net::SocketAddr, ops::Range};
use ratatui::layout::Rect;
use stream::{Row, Stream, over};

const ID: ScrollId = ScrollId::Screen(Screen::Bytes);
/// Both directions stand beside each other from this width on, else below each other.
const WIDE: u16 = 156;
/// Rows of a direction in which nothing was said.
const QUIET: u16 = 5;

/// The two ends that are looked at: those of the client that the main screen shows, else of the newest conversation.
pub(super) fn ends(app: &App) -> (Option<&SocketState>, Option<&SocketState>) {
    let session = app.session();
    let newest = session.conversation();
    let client = session
        .newest(app.client().into())
        .filter(|c| !c.is_listener());
    match client {
        None => newest,
        Some(c) if newest.1.is_some_and(|n| n.id == c.id) => newest,
        Some(c) => (c.peer_socket.and_then(|peer| session.socket(peer)), client),
    }
}

/// Draws it.
pub fn draw(app: &App, _now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    let (server, client) = ends(app);
    let there = Stream::new(app, client, server);
    let back = Stream::new(app, server, client);
    let (first, second) = if area.width >= WIDE {
        let half = area.width / 2;
        (
            Rect::new(area.x, area.y, half, area.height),
            Rect::new(area.x + half, area.y, area.width - half, area.height),
        )
    } else {
        // A direction in which nothing was said leaves the room to the other.
        let upper = match (there.len(), back.len()) {
            (1.., 0) => area.height.saturating_sub(QUIET).max(area.height / 2),
            (0, 1..) => QUIET.min(area.height / 2),
            _ => area.height.div_ceil(2),
        };
        (
            Rect::new(area.x, area.y, area.width, upper),
            Rect::new(area.x, area.y + upper, area.width, area.height - upper),
        )
    };
    let panes = [(there, Role::Client, first), (back, Role::Server, second)];
    let foreign = foreign::on(app, Side::Server).or_else(|| foreign::on(app, Side::Client));
    let mut seen = (0, 0);
    for (stream, role, area) in &panes {
        let pane = Pane::new(canvas, stream, foreign, *role, *area);
        if let Some((shown, total)) = pane.draw(app, canvas) {
            seen = (shown.max(seen.0), total.max(seen.1));
        }
    }
    canvas.viewport(area, ID, seen.0, seen.1);
}

/// One direction in its box.
struct Pane<'a> {
    stream: &'a Stream<'a>,
    /// The address of the end that is no socket of ours.
    foreign: Option<SocketAddr>,
    /// Whose words these are.
    role: Role,
    area: Rect,
    glyphs: GlyphSet,
    per_row: u64,
}

/// The line of a row, and the rulers that it has.
struct Block {
    row: Row,
    range: Range<u64>,
    above: bool,
    below: bool,
}

impl Block {
    fn height(&self) -> usize {
        1 + usize::from(self.above) + usize::from(self.below)
    }
}

impl<'a> Pane<'a> {
    fn new(
        canvas: &Canvas<'_>,
        stream: &'a Stream<'a>,
        foreign: Option<SocketAddr>,
        role: Role,
        area: Rect,
    ) -> Self {
        // Offset, three cells a byte, one of air, one cell a byte as text.
        let room =
            usize::from(area.width.saturating_sub(4)).saturating_sub(offset_width(stream) + 3);
        Self {
            stream,
            foreign,
            role,
            area,
            glyphs: GlyphSet::new(canvas.theme.ascii()),
            per_row: match room / 4 {
                32.. => 32,
                16.. => 16,
                8.. => 8,
                few => few.max(1) as u64,
            },
        }
    }

    fn other(&self) -> Role {
        if self.role == Role::Client {
            Role::Server
        } else {
            Role::Client
        }
    }

    fn names(&self) -> (String, String) {
        let (from, to) = if self.role == Role::Client {
            ("client", "server")
        } else {
            ("server", "client")
        };
        let name = |socket: Option<&SocketState>, side: &str| {
            let foreign = || {
                self.foreign
                    .map_or_else(|| side.to_owned(), |a| a.to_string())
            };
            socket.map_or_else(foreign, |s| s.id.actor.to_string())
        };
        (name(self.stream.from, from), name(self.stream.to, to))
    }

    /// What stands in the frame.
    fn titles(&self) -> (Bits, Bits) {
        let (from, to) = self.names();
        let then = self.glyphs.get(Glyph::Then);
        let title = Bits::new()
            .bold(self.role, from)
            .and(Role::Dim, format!(" {then} "))
            .bold(self.other(), to);
        let s = self.stream;
        let mut right = Bits::new();
        if s.len() > 0 {
            let calls = |n: usize, call| some(n as u64, call);
            let written = if s.from.is_some() {
                format!(
                    "{}, {}",
                    calls(s.written.len(), "send"),
                    some(s.bytes_written(), "byte")
                )
            } else {
                "the sender is not ours".to_owned()
            };
            right.push(self.role, written);
            right.push(Role::Dim, format!(" {} ", self.glyphs.get(Glyph::Dot)));
            let read = if s.to.is_some() {
                format!(
                    "{}, {}",
                    calls(s.read.len(), "recv"),
                    some(s.bytes_read(), "byte")
                )
            } else {
                "the reader is not ours".to_owned()
            };
            right.push(self.other(), read);
        }
        (title, right)
    }

    /// Draws it; tells how many rows are shown of how many.
    fn draw(&self, app: &App, canvas: &mut Canvas<'_>) -> Option<(usize, usize)> {
        let (mut title, right) = self.titles();
        if self.role == Role::Client {
            let next = next_client(app, canvas.theme.ascii());
            title.push(Role::Dim, next);
        }
        let inner = Panel::new(Role::Frame, title.line(&canvas.theme))
            .right(right.line(&canvas.theme))
            .draw(canvas, self.area);
        if inner.width == 0 || inner.height == 0 {
            return None;
        }
        if self.stream.len() == 0 {
            self.draw_empty(app, canvas, inner);
            return None;
        }
        let foot = self.foot();
        let tail = foot.len().min(usize::from(inner.height).saturating_sub(3));
        let room = usize::from(inner.height) - tail;
        let blocks = self.blocks(app.scrolls.get(&ID).copied(), room);
        let mut y = inner.y;
        for block in &blocks {
            y = self.draw_block(canvas, inner, y, block);
        }
        let at_end = blocks
            .last()
            .is_some_and(|b| self.stream.next(&b.row, self.per_row).is_none());
        if at_end {
            for text in foot.iter().take(tail) {
                if y < inner.bottom() {
                    let line = text.line(&canvas.theme);
                    canvas.line(inner.x, y, inner.width, &line);
                    y += 1;
                }
            }
        }
        // Rows that a gap stands for count as shown, so that scrolling never gets stuck in one.
        let total = self.stream.len().div_ceil(self.per_row) as usize;
        let top = blocks.first().map_or(0, |b| b.row.at() / self.per_row) as usize;
        let after = blocks
            .last()
            .and_then(|b| self.stream.next(&b.row, self.per_row))
            .map_or(total, |row| (row.at() / self.per_row) as usize);
        Some((after.saturating_sub(top), total))
    }

    fn draw_empty(&self, app: &App, canvas: &mut Canvas<'_>, inner: Rect) {
        let (from, to) = self.names();
        let text = if app.session().is_capture() {
            captured::NO_STREAM.to_owned()
        } else if self.foreign.is_some() && self.stream.from.is_none() {
            format!(
                "{from} is not ours: what it has sent is known when {to}'s recv has brought it. Then its bytes stand \
                 here, and where each recv begins and ends."
            )
        } else {
            format!(
                "{from} has not sent anything to {to} yet. Here its bytes will stand, and where each send and each \
                 recv begins and ends."
            )
        };
        for (i, line) in wrap(&text, usize::from(inner.width)).iter().enumerate() {
            if i < usize::from(inner.height) {
                canvas.text(inner.x, inner.y + i as u16, inner.width, Role::Dim, line);
            }
        }
    }

    /// What is said below the last byte.
    fn foot(&self) -> Vec<Bits> {
        let s = self.stream;
        let (from, to) = self.names();
        let mut foot = Vec::new();
        if s.to.is_some_and(|to| to.end_seen) {
            let text = format!("end: {to}'s recv returned 0, {from} will send no more");
            foot.push(Bits::of(self.other(), text));
        }
        if let (Some(sender), None, Some(_)) = (s.from, s.to, self.foreign) {
            let all = s.bytes_written();
            let acknowledged = sender.acknowledged(AckLevel::Tcp);
            let text = format!(
                "its TCP has acknowledged {} of {}; what its program reads cannot be known",
                count(acknowledged),
                count(all)
            );
            foot.push(Bits::of(Role::Dim, text));
        }
        let (sends, recvs) = (s.written.len(), s.read.len());
        if sends > 0 && recvs > 0 && sends != recvs && s.bytes_read() == s.bytes_written() {
            let text = format!(
                "{} became {}: TCP keeps the order of the bytes, not the pieces.",
                some(sends as u64, "send"),
                some(recvs as u64, "recv")
            );
            foot.push(Bits::of(Role::Note, text));
        }
        foot
    }

    fn block(&self, row: Row, first: bool) -> Block {
        let s = self.stream;
        let range = match &row {
            Row::Bytes { at, bytes } => *at..at + bytes.len() as u64,
            Row::Gap { all, .. } => all.clone(),
        };
        let gap = matches!(row, Row::Gap { .. });
        let known = s.to.is_some();
        let unread = s.bytes_read()..s.len();
        let unread_ends = range.start < unread.end && unread.end <= range.end;
        let unread_edge = !unread.is_empty() && (range.contains(&unread.start) || unread_ends);
        Block {
            above: !gap
                && !s.written.is_empty()
                && (first || ruler::has_boundary(s.written, &range)),
            below: !gap && known && (first || unread_edge || ruler::has_boundary(s.read, &range)),
            range,
            row,
        }
    }

    /// The rows that fit, from where it is scrolled to, else the last ones.
    fn blocks(&self, scrolled: Option<usize>, room: usize) -> Vec<Block> {
        let s = self.stream;
        let mut first = s.row(s.len() - 1, self.per_row);
        let mut used = self.block(first.clone(), true).height();
        // The first row that is shown has both rulers: room for them is kept while going back.
        let mut plain = self.block(first.clone(), false).height();
        while let Some(before) = s.before(&first, self.per_row) {
            let as_first = self.block(before.clone(), true).height();
            let total = used - self.block(first.clone(), true).height() + plain + as_first;
            if total > room {
                break;
            }
            (used, plain) = (total, self.block(before.clone(), false).height());
            first = before;
        }
        if let Some(top) = scrolled {
            let at = top as u64 * self.per_row;
            if at < first.at() {
                first = s.row(at, self.per_row);
            }
        }
        let mut blocks = Vec::new();
        let mut used = 0;
        let mut next = Some(first);
        while let Some(row) = next {
            let block = self.block(row, blocks.is_empty());
            used += block.height();
            if used > room && !blocks.is_empty() {
                break;
            }
            next = s.next(&block.row, self.per_row);
            blocks.push(block);
        }
        blocks
    }

    fn draw_block(&self, canvas: &mut Canvas<'_>, inner: Rect, mut y: u16, block: &Block) -> u16 {
        let s = self.stream;
        let x = inner.x + offset_width(s) as u16 + 2;
        let room = inner.right().saturating_sub(x);
        let mut put = |canvas: &mut Canvas<'_>, x: u16, room: u16, bits: &Bits| {
            if y < inner.bottom() {
                let line = bits.line(&canvas.theme);
                canvas.line(x, y, room, &line);
                y += 1;
            }
        };
        if block.above {
            put(
                canvas,
                x,
                room,
                &ruler::sends(s, &block.range, self.role, self.glyphs),
            );
        }
        put(canvas, inner.x, inner.width, &self.middle(block));
        if block.below {
            let recvs = ruler::recvs(s, &block.range, self.other(), self.unread(), self.glyphs);
            put(canvas, x, room, &recvs);
        }
        y
    }

    /// What is said of bytes that no `recv` has brought.
    fn unread(&self) -> &'static str {
        let gone = self.stream.to.is_some_and(|to| {
            to.closed && matches!(to.state, TcpState::Closed | TcpState::TimeWait)
        });
        if gone { "never read" } else { "not read yet" }
    }

    /// The bytes of a row, or what is said of those that are not kept.
    fn middle(&self, block: &Block) -> Bits {
        let s = self.stream;
        let offset = offset_width(s);
        match &block.row {
            Row::Gap { all, .. } => {
                let dots = self.glyphs.get(Glyph::Ellipsis);
                let kept = format!(
                    "{dots} {} not kept {dots}",
                    some(all.end - all.start, "byte")
                );
                let mut line = Bits::of(Role::Dim, " ".repeat(offset + 2)).and(Role::Note, kept);
                let unread = all.end.saturating_sub(s.bytes_read().max(all.start));
                if s.to.is_some() && unread > 0 {
                    let text = format!("  {} {}", some(unread, "byte"), self.unread());
                    line.push(Role::Wait, text);
                }
                // How many calls begin in it is said only where there is room.
                for (chunks, call) in [(s.written, "send"), (s.read, "recv")] {
                    let n = over(chunks, all).len().saturating_sub(1);
                    let text = format!("  {} begin in it", some(n as u64, call));
                    if n > 0 && line.width() + text.len() + 4 <= usize::from(self.area.width) {
                        line.push(Role::Dim, text);
                    }
                }
                line
            }
            Row::Bytes { at, bytes } => {
                let mut line = Bits::of(Role::Faint, format!("{at:0offset$x}  "));
                let mut text = Bits::new();
                for (i, byte) in bytes.iter().enumerate() {
                    let place = at + i as u64;
                    let role = if s.to.is_some() && place >= s.bytes_read() {
                        Role::Wait
                    } else {
                        Role::Bytes
                    };
                    let dot = self.glyphs.get(Glyph::ToCome);
                    let (hex, c) = byte.map_or_else(
                        || (dot.repeat(2), dot.to_owned()),
                        |b| (format!("{b:02x}"), as_char(b).to_string()),
                    );
                    line.push(role, format!("{hex} "));
                    text.push(if role == Role::Wait { role } else { Role::Text }, c);
                }
                let missing = (self.per_row as usize - bytes.len()) * ruler::CELL + 1;
                line.push(Role::Text, " ".repeat(missing));
                line.extend(text);
                line
            }
        }
    }
}

/// Digits of the largest offset: four, or more in a long stream.
fn offset_width(stream: &Stream<'_>) -> usize {
    format!("{:x}", stream.len()).len().max(4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::screens::{
        foreign::tests::at_their_server,
        tests::{app, frame, soon_after, text},
    };

    #[test]
    fn a_foreign_end_is_named_and_not_counted() {
        let mut app = app(at_their_server(true));
        app.screen = Screen::Bytes;
        let shown = text(&frame(&app, soon_after(&app), 100, 24));
        for said in [
            "client ▸ 127.0.0.1:23456 ",
            "15 bytes · the reader is not ours",
            "its TCP has acknowledged 15 of 15; what",
            "127.0.0.1:23456 ▸ client ",
            "the sender is not ours · 1 recv, 20 bytes",
        ] {
            assert!(shown.contains(said), "{said}\n{shown}");
        }
        assert!(!shown.contains("0 sends"), "{shown}");
    }
}
