//! One packet in a row: its number, its arrow, what it is, its numbers, what has become of it. What is notable about
//! it, and of the selected one its data and window, stands in rows below.
//!
//! ```text
//! 3 ━━━✘   SYN,ACK ack 1   dropped
//! 4 ╌╌◀━━━ PSH,ACK seq 1:6 held 0.3s
//!          "hello" win 64240
//! ```

use super::{
    NARROW,
    arrow::arrow,
    fate::{Told, told},
    header::{data, numbers, what},
    words::notes,
};
use crate::{
    app::App,
    model::{
        ids::Nanos,
        packet::{Packet, Protocol},
        session::PacketState,
    },
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        text::{cut, width, wrap},
        theme::Role,
        widgets::bytes::quoted,
    },
};
use ratatui::text::{Line, Span};

/// Rows that notes on a packet take at most.
const MOST_NOTES: usize = 2;
/// Cells of the column that says what a packet is.
const WHAT: usize = 7;

/// How wide the columns are.
#[derive(Clone, Copy)]
pub(super) struct Widths {
    pub(super) cells: usize,
    pub(super) number: usize,
    pub(super) arrow: usize,
}

impl Widths {
    /// For packets with numbers up to this in so many cells.
    pub(super) fn new(cells: u16, highest: u64) -> Self {
        let arrow = match cells {
            0..NARROW => 1,
            60.. => 14,
            42.. => 8,
            36.. => 6,
            _ if highest < 10 => 4,
            _ => 3,
        };
        Self {
            cells: usize::from(cells),
            number: highest.max(1).ilog10() as usize + 1,
            arrow,
        }
    }

    const fn narrow(self) -> bool {
        self.cells < NARROW as usize
    }

    /// Where what it is stands.
    const fn indent(self) -> usize {
        if self.narrow() {
            2
        } else {
            self.number + 1 + self.arrow + 1
        }
    }
}

/// The rows of one packet.
pub(super) fn rows(
    app: &App,
    now: Nanos,
    canvas: &Canvas<'_>,
    w: Widths,
    state: &PacketState,
    selected: bool,
) -> Vec<Line<'static>> {
    let told = told(app, now, canvas, state);
    let packet = app.packet(state.number);
    let lit = selected || state.ended.is_none() && app.has_cable();
    // What nobody asked about goes past dimly: neighbours that the kernels look for by themselves.
    let aside = packet
        .is_some_and(|p| !p.made_by_cable && !matches!(p.protocol, Protocol::Tcp | Protocol::Udp));
    let text = match (lit, aside) {
        (_, true) => Role::Faint,
        (true, false) => Role::Strong,
        (false, false) => Role::Text,
    };
    let colour = match told.role {
        _ if aside => Role::Faint,
        Role::Dim | Role::Text | Role::Note => Role::from(!state.toward),
        role => role,
    };
    let arrow = arrow(canvas, colour, state.toward, w.arrow, told.way);
    let what = packet.map_or_else(|| "?".to_owned(), |p| what(p, w.narrow()));
    let mut rows = if w.narrow() {
        vec![narrow(canvas, w, state, &told, arrow, text, &what)]
    } else {
        let numbers = packet.map_or_else(Vec::new, |p| numbers(p).into());
        vec![wide(
            canvas,
            w,
            state,
            &told,
            arrow,
            (text, &what),
            &numbers,
        )]
    };
    let indent = " ".repeat(w.indent());
    let room = w.cells.saturating_sub(w.indent());
    let below = |role: Role, text: String| {
        Line::from(vec![Span::raw(indent.clone()), canvas.span(role, text)])
    };
    if w.narrow() && told.role != Role::Dim {
        let fits = told.words.iter().find(|t| width(t) <= room);
        rows.push(below(told.role, fits.cloned().unwrap_or_default()));
    }
    let Some(packet) = packet else { return rows };
    let has_data = packet.len > 0;
    let lies_there = state.held.is_some() && has_data && !w.narrow();
    if lies_there || selected && (has_data || !w.narrow()) {
        rows.extend(inside(canvas, packet, &indent, room));
    }
    let notes = notes(state, packet, selected).join(", ");
    if notes.is_empty() || w.narrow() && !selected {
        return rows;
    }
    let mut lines = wrap(&notes, room);
    if lines.len() > MOST_NOTES {
        lines.truncate(MOST_NOTES);
        let sign = canvas.theme.glyph(Glyph::Ellipsis);
        let last = &mut lines[MOST_NOTES - 1];
        *last = cut(&format!("{last} {sign}"), room, sign);
    }
    rows.extend(lines.into_iter().map(|line| below(Role::Note, line)));
    rows
}

fn wide(
    canvas: &Canvas<'_>,
    w: Widths,
    state: &PacketState,
    told: &Told,
    arrow: [Span<'static>; 2],
    (text, what): (Role, &str),
    numbers: &[String],
) -> Line<'static> {
    let head = format!("{:>1$} ", state.number, w.number);
    let room = w
        .cells
        .saturating_sub(w.indent() + WHAT.max(width(what)) + 1);
    // The longest of what can be said that fits; what it is comes before all else.
    let both = told
        .words
        .iter()
        .flat_map(|fate| numbers.iter().map(move |numbers| (numbers.as_str(), fate)));
    let alone = told.words.iter().map(|fate| ("", fate));
    let fits = |(numbers, fate): &(&str, &String)| {
        let air = usize::from(!numbers.is_empty());
        width(numbers) + air + width(fate) <= room
    };
    let (numbers, fate) = both
        .chain(alone)
        .find(fits)
        .map_or((String::new(), String::new()), |(numbers, fate)| {
            (numbers.to_owned(), fate.clone())
        });
    let gap = room.saturating_sub(width(&numbers) + width(&fate));
    let number = if text == Role::Text { Role::Dim } else { text };
    let [one, other] = arrow;
    Line::from(vec![
        canvas.span(number, head),
        one,
        other,
        canvas.span(text, format!(" {what:<WHAT$} ")),
        canvas.span(Role::Dim, numbers),
        " ".repeat(gap).into(),
        canvas.span(told.role, fate),
    ])
}

/// `12 ◀ SYN,ACK`: the air goes first where a number is long.
fn narrow(
    canvas: &Canvas<'_>,
    w: Widths,
    state: &PacketState,
    told: &Told,
    arrow: [Span<'static>; 2],
    text: Role,
    what: &str,
) -> Line<'static> {
    let head = format!("{:>1$}", state.number, w.number);
    let free = w.cells.saturating_sub(w.number + 1 + width(what));
    let air = |wanted: usize| if free >= wanted { " " } else { "" };
    let [one, other] = arrow;
    let mut spans = vec![
        canvas.span(if text == Role::Text { Role::Dim } else { text }, head),
        canvas.span(Role::Text, air(2)),
        one,
        other,
        canvas.span(text, format!("{}{what}", air(1))),
    ];
    if told.role == Role::Dim && free >= 4 {
        let gap = " ".repeat(free - 3);
        spans.push(canvas.span(Role::Dim, format!("{gap}{}", told.words[1])));
    }
    Line::from(spans)
}

/// `"hello" win 64240`.
fn inside(
    canvas: &Canvas<'_>,
    packet: &Packet,
    indent: &str,
    room: usize,
) -> Option<Line<'static>> {
    let window = packet.tcp.map(|tcp| format!("win {}", tcp.window));
    let mut spans = vec![canvas.span(Role::Text, indent.to_owned())];
    let data = data(packet);
    let mut free = room;
    if packet.len > 0 {
        let beside = window.as_ref().map_or(0, |w| w.len() + 1);
        let cells = if room >= beside + 8 {
            room - beside
        } else {
            room
        };
        let more = (data.len() as u64) < u64::from(packet.len);
        let text = quoted(canvas, data, more, cells);
        free = room.saturating_sub(width(&text) + 1);
        spans.push(canvas.span(Role::Bytes, text));
    }
    let air = if packet.len > 0 { " " } else { "" };
    let window = window.filter(|w| w.len() <= free);
    let window = window.map_or_else(String::new, |w| format!("{air}{w}"));
    if packet.len == 0 && window.is_empty() {
        return None;
    }
    spans.push(canvas.span(Role::Dim, window));
    Some(Line::from(spans))
}
