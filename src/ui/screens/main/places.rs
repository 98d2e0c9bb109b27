//! Where are the bytes? For both directions, how many bytes are where, and which of the three acknowledgements there
//! are: the kernel took them, the peer's TCP acknowledged, the peer's program answered.
//!
//! ```text
//! ╭─ WHERE ARE THE BYTES? ─────────────────────────────────────────────────────────────────────╮
//! │ client ▸ server   written 15 ▸  send queue 0 ▸  in flight 0 ▸  receive queue 0 ▸  read 15  │
//! │                   ✔ the kernel took them   ✔ server's TCP acknowledged   ○ server's pro…  │
//! │ server ▸ client   written 0 ▸ ...                                                          │
//! │                   nothing said yet                                                         │
//! ╰────────────────────────────────────────────────────────────────────────────────────────────╯
//! ```

use super::{cable::ends, sockets::short};
use crate::{
    app::{App, Panel as Which},
    model::{
        event::AckLevel,
        ids::{Actor, Side, SocketId},
        ledger::{Ledger, Places},
        session::Session,
        story::{whose::foreign_peer, words::number},
    },
    ui::{canvas::Canvas, glyphs::Glyph, theme::Role, widgets::panel::Panel},
};
use core::fmt::Write as _;
use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

/// Rows of the box.
pub(super) const BOX_ROWS: u16 = 6;
/// Rows without a box.
pub(super) const FOLDED_ROWS: u16 = 3;
/// From so many cells on, everything is said in words.
const IN_WORDS: u16 = 100;

/// One direction.
struct Way {
    from: Actor,
    to: Actor,
    ledger: Ledger,
    /// How far each acknowledgement goes; `None` where it cannot be known.
    acks: [Option<u64>; 3],
    /// Whether the receiver's program has closed its end, so that it will answer nothing more.
    closed: bool,
    /// What has arrived and what of it was read, when the sender is a foreign program: all that can be known then.
    foreign: Option<(u64, u64)>,
    /// Whether only packets tell.
    captured: bool,
}

impl Way {
    /// What the acknowledgements are of: what was written; where only packets tell, what was sent.
    fn written(&self) -> u64 {
        self.ledger.written.or(self.ledger.sent).unwrap_or(0)
    }

    /// What is said where there is nothing.
    const fn silence(&self) -> &'static str {
        if self.captured {
            "no data captured"
        } else {
            "nothing said yet"
        }
    }
}

fn ways(app: &App) -> [Way; 2] {
    let session = app.session();
    let (server, client) = ends(app);
    let way = |from: Actor, to: Actor, socket: Option<SocketId>, receiver: Option<SocketId>| {
        let ledger = socket.map_or_else(Ledger::default, |id| session.ledger(id));
        Way {
            from,
            to,
            acks: acks(session, socket, &ledger),
            ledger: if socket.is_some() { ledger } else { nothing() },
            captured: session.is_capture(),
            closed: receiver
                .and_then(|id| session.socket(id))
                .is_some_and(|s| s.closed),
            foreign: match socket {
                Some(_) => None,
                None => foreign(session, receiver),
            },
        }
    };
    [
        way(app.client(), Actor::Server, client, server),
        way(Actor::Server, app.client(), server, client),
    ]
}

fn foreign(session: &Session, receiver: Option<SocketId>) -> Option<(u64, u64)> {
    let socket = session.socket(receiver?)?;
    foreign_peer(session, socket)?;
    let counts = socket.counts.unwrap_or_default();
    let read = socket.read.max(counts.copied.unwrap_or(0));
    Some((counts.received.max(read), read))
}

/// No socket has written anything: that is known.
fn nothing() -> Ledger {
    Ledger {
        written: Some(0),
        sent: Some(0),
        acked: Some(0),
        received: Some(0),
        read: Some(0),
        ..Ledger::default()
    }
}

fn acks(session: &Session, socket: Option<SocketId>, ledger: &Ledger) -> [Option<u64>; 3] {
    let Some(socket) = socket.and_then(|id| session.socket(id)) else {
        return [Some(0); 3];
    };
    // A foreign peer's program cannot be looked into: what it has read is not known, nor what it answers to.
    let seen = ledger.read.is_some();
    // What was sent had been taken.
    let taken = socket.is_only_seen().then_some(ledger.sent).flatten();
    [
        taken.or(Some(socket.acknowledged(AckLevel::Kernel))),
        ledger
            .acked
            .map(|a| a.max(socket.acknowledged(AckLevel::Tcp))),
        seen.then(|| socket.acknowledged(AckLevel::Application)),
    ]
}

/// Draws it: in a box where there are rows for one.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let focused = app.focus == Which::Bytes;
    if area.height < BOX_ROWS {
        folded(app, canvas, area, focused);
        return;
    }
    let title = canvas.bold(
        if focused { Role::Strong } else { Role::Title },
        "WHERE ARE THE BYTES?",
    );
    let inner = Panel::new(Role::Frame, title)
        .focused(focused)
        .draw(canvas, area);
    if inner.width < IN_WORDS {
        table(app, canvas, Rect { height: 3, ..inner });
        return;
    }
    for (i, way) in ways(app).iter().enumerate() {
        let y = inner.y + 2 * i as u16;
        let label = direction(canvas, way);
        let x = inner.x + canvas.line(inner.x, y, inner.width, &Line::from(label)) + 3;
        let room = inner.right().saturating_sub(x);
        canvas.line(x, y, room, &stages(canvas, way));
        canvas.line(x, y + 1, room, &acknowledged(canvas, way, room));
    }
}

fn direction(canvas: &Canvas<'_>, way: &Way) -> Vec<Span<'static>> {
    let role = Role::from(way.from);
    let then = canvas.theme.glyph(Glyph::Then);
    vec![canvas.bold(role, format!("{} {then} {}", way.from, way.to))]
}

/// The stages and how many bytes are in each; `?` for what cannot be known.
fn figures(way: &Way) -> [(&'static str, &'static str, Option<u64>); 5] {
    if way.captured {
        let ledger = way.ledger;
        return [
            ("written", "written", None),
            ("sent", "sent", ledger.sent),
            ("in flight", "flight", ledger.places().in_flight),
            ("acknowledged", "acked", ledger.acked),
            ("read", "read", None),
        ];
    }
    let mut places = way.ledger.places();
    let mut written = way.ledger.written;
    if let Some((received, read)) = way.foreign {
        written = None;
        places = Places {
            receive_queue: Some(received - read),
            read: Some(read),
            ..Places::default()
        };
    }
    [
        ("written", "written", written),
        ("send queue", "send-q", places.send_queue),
        ("in flight", "flight", places.in_flight),
        ("receive queue", "recv-q", places.receive_queue),
        ("read", "read", places.read),
    ]
}

/// Bytes that are on their way are lit most.
fn figure(
    canvas: &Canvas<'_>,
    way: &Way,
    stage: usize,
    count: Option<u64>,
    cells: usize,
) -> Span<'static> {
    let lit = !way.captured || stage == 2;
    match count {
        None => canvas.span(Role::Dim, "?"),
        Some(0) => canvas.span(Role::Dim, "0"),
        Some(n) if lit && (1..4).contains(&stage) => canvas.bold(Role::Wait, in_cells(n, cells)),
        Some(n) => canvas.bold(Role::Text, in_cells(n, cells)),
    }
}

/// A count in so many cells: `1,234,567`, else `1234567`, else `1234k`.
fn in_cells(n: u64, cells: usize) -> String {
    let told = number(n);
    if told.len() <= cells {
        told
    } else {
        short(n, cells)
    }
}

fn stages(canvas: &Canvas<'_>, way: &Way) -> Line<'static> {
    let then = canvas.theme.glyph(Glyph::Then);
    let mut spans = Vec::new();
    for (i, (name, _, count)) in figures(way).into_iter().enumerate() {
        if i > 0 {
            spans.push(canvas.span(Role::Faint, format!(" {then}  ")));
        }
        spans.push(canvas.span(Role::Dim, format!("{name} ")));
        spans.push(figure(canvas, way, i, count, 26));
    }
    let thrown = way.ledger.places().thrown_away;
    if thrown > 0 {
        spans.push(canvas.bold(Role::Bad, format!("   thrown away {}", number(thrown))));
    }
    Line::from(spans)
}

/// Sign and colour of an acknowledgement of so many bytes out of so many.
fn level(written: u64, through: Option<u64>) -> (Glyph, Role) {
    match through {
        Some(n) if n >= written => (Glyph::Done, Role::Ok),
        None | Some(0) => (Glyph::NotYet, Role::Dim),
        Some(_) => (Glyph::Partly, Role::Wait),
    }
}

fn acknowledged(canvas: &Canvas<'_>, way: &Way, cells: u16) -> Line<'static> {
    let written = way.written();
    if way.foreign.is_some() {
        let text = "the sender is not ours: only what arrives can be known";
        return Line::from(canvas.span(Role::Dim, text));
    }
    if written == 0 {
        return Line::from(canvas.span(Role::Dim, way.silence()));
    }
    let peer = match way.to.side() {
        Side::Server => "server".to_owned(),
        Side::Client => way.to.to_string(),
    };
    let phrases = [
        (
            "the kernel took".to_owned(),
            "the kernel took them".to_owned(),
        ),
        (
            format!("{peer}'s TCP acknowledged"),
            format!("{peer}'s TCP acknowledged"),
        ),
        (
            format!("{peer}'s program answered"),
            format!("{peer}'s program answered"),
        ),
    ];
    let mut spans: Vec<Span<'static>> = Vec::new();
    for (i, ((part, whole), through)) in phrases.into_iter().zip(way.acks).enumerate() {
        let (glyph, role) = level(written, through);
        let text = match through {
            // The receiver's kernel has all, but its acknowledgement has not come back yet.
            Some(n) if i == 1 && n < written && way.ledger.received >= Some(written) => {
                let sign = canvas.theme.glyph(glyph);
                format!("{sign} {peer}'s TCP has them; {} does not know", way.from)
            }
            // It read all and then said goodbye without an answer: nothing is missing.
            Some(0) if i == 2 && way.closed && way.ledger.read >= Some(written) => {
                let sign = canvas.theme.glyph(Glyph::ToCome);
                format!("{sign} {peer}'s program read them and closed")
            }
            None => format!("? {whole}: not known"),
            Some(n) if n > 0 && n < written => {
                format!(
                    "{} {part} {} of {}",
                    canvas.theme.glyph(glyph),
                    number(n),
                    number(written)
                )
            }
            Some(_) => format!("{} {whole}", canvas.theme.glyph(glyph)),
        };
        spans.push(canvas.span(role, text));
    }
    let told: usize = spans.iter().map(Span::width).sum();
    let gap = usize::from(cells).saturating_sub(told) / 2;
    let gap = " ".repeat(gap.clamp(1, 4));
    let mut line = Line::default();
    for (i, span) in spans.into_iter().enumerate() {
        if i > 0 {
            line.spans.push(Span::raw(gap.clone()));
        }
        line.spans.push(span);
    }
    line
}

/// Three rows: heads, and one row a direction.
fn table(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let label = 16;
    let mut heads = format!("{:label$}", "");
    let ways = ways(app);
    for (_, short, _) in figures(&ways[0]) {
        let _ = write!(heads, "{short:>8}");
    }
    canvas.text(area.x, area.y, area.width, Role::Dim, &heads);
    for (way, y) in ways.iter().zip(area.y + 1..area.bottom()) {
        canvas.line(area.x, y, label as u16, &Line::from(direction(canvas, way)));
        for (i, (_, _, count)) in figures(way).into_iter().enumerate() {
            let x = area.x + label as u16 + 8 * i as u16;
            let figure = Line::from(figure(canvas, way, i, count, 7));
            canvas.right(x, y, 8, &figure);
        }
        let x = area.x + label as u16 + 40 + 1;
        let line = short_acks(canvas, way);
        canvas.line(x, y, area.right().saturating_sub(x), &line);
    }
}

fn short_acks(canvas: &Canvas<'_>, way: &Way) -> Line<'static> {
    let written = way.written();
    if way.foreign.is_some() {
        return Line::from(canvas.span(Role::Dim, "sender is not ours"));
    }
    if written == 0 {
        return Line::from(canvas.span(Role::Dim, way.silence()));
    }
    let mut spans = Vec::new();
    for (name, through) in ["kernel", "ACK", "program"].into_iter().zip(way.acks) {
        let (glyph, role) = level(written, through);
        let sign = if through.is_none() {
            "?"
        } else {
            canvas.theme.glyph(glyph)
        };
        spans.push(canvas.span(role, format!("{sign}{name}")));
        spans.push(Span::raw(" "));
    }
    spans.pop();
    Line::from(spans)
}

/// The heads carry the title.
fn folded(app: &App, canvas: &mut Canvas<'_>, area: Rect, focused: bool) {
    let area = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    table(app, canvas, area);
    let role = if focused { Role::KeyCap } else { Role::Title };
    canvas.text(area.x, area.y, area.width.min(16), role, "where bytes are");
}
