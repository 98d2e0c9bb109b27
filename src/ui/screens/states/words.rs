//! Beside the diagram: where each end is, what that means, and what brought it there.

use super::There;
use crate::{
    app::{App, Panel},
    model::{event::Fact, ids::Side, session::Passage, tcp::TcpState},
    ui::{
        canvas::Canvas,
        glyphs::{Glyph, GlyphSet},
        screens::bits::{Bits, clock},
        text::{safe, wrap},
        theme::Role,
    },
};
use ratatui::layout::Rect;

/// What the strengths of lines mean.
pub(super) fn legend(ascii: bool) -> Bits {
    let (strong, dashed) = if ascii {
        ("==", "..")
    } else {
        ("━━", "┅┅")
    };
    let thin = GlyphSet::new(ascii).get(Glyph::Horizontal).repeat(2);
    Bits::of(Role::Text, strong)
        .and(Role::Dim, " gone  ")
        .and(Role::Text, dashed)
        .and(Role::Dim, " gone unseen  ")
        .and(Role::Faint, thin)
        .and(Role::Dim, " not gone")
}

/// Draws them.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect, there: &[There<'_>]) {
    let mut lines = Vec::new();
    let room = usize::from(area.width);
    if there.is_empty() {
        let captured = "No TCP conversation was captured yet. When one is, you see here in which state each end is, \
                        as far as the packets tell.";
        let text = "Nobody has a socket yet. When server and client have one, you see here in which state each is, \
                    which way it came, and why.";
        let live = format!("{text} Space does the first step.");
        let text = if app.session().is_capture() {
            captured
        } else if app.shows_timeline() {
            text
        } else {
            &live
        };
        lines.extend(wrap(text, room).into_iter().map(|l| Bits::of(Role::Dim, l)));
    }
    let mut order: Vec<&There<'_>> = there.iter().collect();
    // Who has the focus comes first; the listener, about whom there is least to say, last.
    let focused = if app.focus == Panel::Client {
        Side::Client
    } else {
        Side::Server
    };
    order.sort_by_key(|t| (t.name == "listener", t.side != focused));
    let blocks: Vec<_> = order.iter().map(|t| about(app, t, room)).collect();
    let mut left = usize::from(area.height);
    for (mut block, why) in blocks {
        // A reason that would be cut off in its middle is left out.
        if block.len() + why.len() <= left {
            block.extend(why);
        }
        if !lines.is_empty() {
            lines.push(Bits::new());
        }
        left = left.saturating_sub(block.len() + 1);
        lines.extend(block);
    }
    for (i, line) in lines.iter().take(usize::from(area.height)).enumerate() {
        let line = line.line(&canvas.theme);
        canvas.line(area.x, area.y + i as u16, area.width, &line);
    }
}

/// With a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(rest).chain(['.']).collect()
}

/// Where it is and what that means; and what brought it there.
fn about(app: &App, t: &There<'_>, room: usize) -> (Vec<Bits>, Vec<Bits>) {
    let Some(state) = t.socket.known_state() else {
        return (unknown(t, room), Vec::new());
    };
    let mut lines = vec![
        Bits::new()
            .bold(t.side.into(), t.name.to_uppercase())
            .and(Role::Dim, format!("  {}", t.socket.id)),
        Bits::new().bold(state.into(), state.rfc()),
    ];
    let meaning = if state == TcpState::Closed && t.socket.path.is_empty() {
        "it has a socket, and no connection yet"
    } else if t.socket.is_only_seen() {
        state.meaning_of_packets()
    } else {
        state.meaning()
    };
    lines.extend(
        wrap(&sentence(meaning), room)
            .into_iter()
            .map(|l| Bits::of(Role::Text, l)),
    );
    let why = t.socket.path.last().map_or_else(Vec::new, |passage| {
        let why = why(app, passage);
        wrap(&safe(&why, false), room)
            .into_iter()
            .map(|l| Bits::of(Role::Dim, l))
            .collect()
    });
    (lines, why)
}

/// Of an end whose packets do not tell yet.
fn unknown(t: &There<'_>, room: usize) -> Vec<Bits> {
    let name = Bits::new()
        .bold(t.side.into(), t.name.to_uppercase())
        .and(Role::Dim, format!("  {}", t.socket.id));
    let text = "Its state is not known: too few of its packets were captured.";
    let lines = wrap(text, room);
    let lines = lines.into_iter().map(|l| Bits::of(Role::Dim, l));
    core::iter::once(name).chain(lines).collect()
}

/// What the last step was and what made it.
fn why(app: &App, passage: &Passage) -> String {
    let from = format!("From {}", passage.from);
    let Some(event) = app.book.event(passage.event) else {
        return format!("{from}.");
    };
    let at = clock(event.at_ns);
    if passage.from == passage.to {
        return format!("Known since {at}; what was before was not captured.");
    }
    if passage.derived {
        return format!("{from}, crossed too fast to be seen.");
    }
    let cut_off = passage.from.between(passage.to).is_none();
    let tail = if cut_off {
        " No way of the diagram leads there: it was cut off."
    } else {
        ""
    };
    let cause = event.cause.and_then(|id| app.book.event(id));
    let made_by = cause.and_then(|cause| match &cause.fact {
        Fact::Call(done) => {
            let who = cause.who.map_or(String::new(), |a| format!("{a}'s "));
            Some(format!("after {who}{}", done.call.name()))
        }
        Fact::Waiting { call, .. } => {
            let who = cause.who.map_or(String::new(), |a| format!("{a}'s "));
            Some(format!("while {who}{} waits", call.name()))
        }
        Fact::Asked { text, .. } => Some(format!(
            "after \"{}\"",
            text.chars().take(60).collect::<String>()
        )),
        Fact::Packet(packet) => Some(format!("as packet {} tells", packet.number)),
        _ => None,
    });
    match made_by {
        Some(by) => format!("{from} at {at}, {by}.{tail}"),
        None => format!("{from} at {at}; the kernel told.{tail}"),
    }
}
