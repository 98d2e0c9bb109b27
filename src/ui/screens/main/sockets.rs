//! An actor's sockets in the columns of netstat; as many columns as there is room for.

use crate::{
    app::App,
    model::{
        ids::{Actor, Slot, SocketId},
        session::SocketState,
        tcp::TcpState,
    },
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        screens::{bytes, captured},
        text::{cut, width, wrap},
        theme::Role,
    },
};
use core::fmt::Write as _;
use core::net::SocketAddr;
use ratatui::text::Line;

/// From so many cells on, a row has the socket's name and both addresses in full.
const FULL: u16 = 73;
/// From so many cells on, the queues' columns have their full names.
const NAMED: u16 = 38;

/// How wide the columns are.
struct Widths {
    name: usize,
    proto: usize,
    queue: usize,
    local: usize,
    peer: usize,
    /// Whose connection it is.
    whose: usize,
}

fn widths(cells: u16, whose: bool) -> Widths {
    let cells = usize::from(cells);
    let state = 11;
    if whose && cells >= usize::from(NAMED) {
        // Whose connection it is takes the place of the protocol, which is the same for all.
        let full = cells >= usize::from(FULL);
        let (name, queue, whose) = if full { (9, 4, 7) } else { (0, 4, 8) };
        let fixed = name + usize::from(full) + 2 * (queue + 1) + whose + 1 + state;
        let (local, peer) = if full {
            let both = (cells - fixed - 2).min(2 * 47);
            (both / 2, both / 2)
        } else {
            ((cells - fixed - 1).max(6), 0)
        };
        return Widths {
            name,
            proto: 0,
            queue,
            local,
            peer,
            whose,
        };
    }
    if cells >= usize::from(FULL) {
        let fixed = 9 + 1 + 5 + 1 + 6 + 1 + 6 + 1 + 1 + 1 + state;
        let both = (cells - fixed).min(2 * 47);
        Widths {
            name: 9,
            proto: 5,
            queue: 6,
            local: both / 2,
            peer: both / 2,
            whose: 0,
        }
    } else if cells >= usize::from(NAMED) {
        let local = (cells - (5 + 1 + 6 + 1 + 6 + 1 + 1 + state)).max(6);
        Widths {
            name: 0,
            proto: 5,
            queue: 6,
            local,
            peer: 0,
            whose: 0,
        }
    } else {
        Widths {
            name: 0,
            proto: 0,
            queue: 4,
            local: 6,
            peer: 0,
            whose: 0,
        }
    }
}

/// Header and one row a socket (two for one that no program has yet), `most` rows at most; what the empty box will hold.
pub(super) fn rows(
    app: &App,
    canvas: &Canvas<'_>,
    cells: u16,
    actor: Actor,
    most: usize,
) -> Vec<Line<'static>> {
    let session = app.session();
    let w = widths(cells, actor == Actor::Server && app.clients().len() > 1);
    let mut lines = vec![header(canvas, &w)];
    let alive: Vec<&SocketState> = session.sockets_of(actor).filter(|s| !s.is_gone()).collect();
    // Who listens comes first, then the newest; one row may be needed to say that there are more.
    let room = most.saturating_sub(1).max(1);
    let mut shown = alive.clone();
    if alive.len() > room {
        let listeners = alive.iter().filter(|s| s.state == TcpState::Listen);
        shown = listeners.copied().take(room / 2).collect();
        let rest = room.saturating_sub(shown.len() + 1);
        let others = alive.iter().filter(|s| s.state != TcpState::Listen);
        let skip = others.clone().count().saturating_sub(rest);
        shown.extend(others.skip(skip).copied());
    }
    // Of all that there are, the one that talks with the client that is looked at.
    let looked_at = bytes::ends(app)
        .0
        .filter(|s| actor == Actor::Server && s.id.actor == actor);
    let mut more = alive.len() - shown.len();
    if let Some(mate) = looked_at {
        let there = shown.iter().position(|s| s.id == mate.id);
        if session.is_capture() {
            // No listener is known that could come first.
            match there {
                Some(place) => {
                    shown.remove(place);
                }
                None if alive.iter().any(|s| s.id == mate.id) => more -= 1,
                None => {}
            }
            shown.insert(0, mate);
            if shown.len() > room {
                more += shown.len() - room;
                shown.truncate(room);
            }
        } else if there.is_none() && alive.iter().any(|s| s.id == mate.id) {
            let listeners = shown.iter().filter(|s| s.state == TcpState::Listen).count();
            if listeners < shown.len() {
                shown[listeners] = mate;
            } else {
                shown.push(mate);
                more -= 1;
            }
        }
    }
    if shown.is_empty() {
        shown.extend(session.sockets_of(actor).next_back());
    }
    if shown.is_empty() {
        if let Some(foreign) = app.foreign().filter(|f| f.side == actor.side()) {
            lines.extend(not_ours(canvas, &w, cells, foreign.address));
        } else {
            let nothing = if session.is_capture() {
                captured::NO_SOCKETS
            } else {
                "no socket yet"
            };
            lines.push(Line::from(canvas.span(Role::Faint, nothing)));
        }
    }
    let rows: Vec<Vec<Line<'static>>> = shown
        .into_iter()
        .map(|socket| row(canvas, &w, cells, socket))
        .collect();
    // Notes take rows of their own only where there are some to spare.
    let mut spare = room.saturating_sub(rows.len() + usize::from(more > 0));
    for row in rows {
        let notes = (row.len() - 1).min(spare);
        spare -= notes;
        lines.extend(row.into_iter().take(1 + notes));
    }
    if more > 0 {
        let text = format!("and {more} more");
        lines.push(Line::from(canvas.span(Role::Dim, text)));
    }
    lines
}

fn header(canvas: &Canvas<'_>, w: &Widths) -> Line<'static> {
    let mut text = String::new();
    if w.name > 0 {
        let _ = write!(text, "{:<1$} ", "socket", w.name);
    }
    let (recv, send) = if w.queue >= 6 {
        ("recv-q", "send-q")
    } else {
        ("rcvq", "sndq")
    };
    if w.proto > 0 {
        let _ = write!(text, "{:<1$} ", "proto", w.proto);
    }
    let _ = write!(
        text,
        "{recv:>0$} {send:>0$} {local:<1$} ",
        w.queue,
        w.local,
        local = "local",
    );
    if w.peer > 0 {
        let _ = write!(text, "{:<1$} ", "foreign", w.peer);
    }
    if w.whose > 0 {
        let _ = write!(text, "{:<1$} ", "whose", w.whose);
    }
    text.push_str("state");
    Line::from(canvas.span(Role::Dim, text))
}

fn row(canvas: &Canvas<'_>, w: &Widths, cells: u16, socket: &SocketState) -> Vec<Line<'static>> {
    let gone = socket.is_gone();
    let role = if gone || socket.closed {
        Role::Dim
    } else {
        Role::Text
    };
    let ipv6 = socket.local.is_some_and(|a| a.is_ipv6());
    let proto = if ipv6 { "tcp6" } else { "tcp" };
    // A socket that has no name yet is in no table; nor is one that is gone.
    let listed = socket.known_state() != Some(TcpState::Closed);
    let queue = |q: Option<u64>| match q {
        Some(q) => short(q, w.queue),
        None if listed => "?".to_owned(),
        None => "-".to_owned(),
    };
    let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
    let mut text = String::new();
    if w.name > 0 {
        let _ = write!(text, "{:<1$} ", name(socket.id), w.name);
    }
    if w.proto > 0 {
        let _ = write!(text, "{proto:<0$} ", w.proto);
    }
    let _ = write!(
        text,
        "{:>2$} {:>2$} ",
        queue(socket.recv_q),
        queue(socket.send_q),
        w.queue,
    );
    // Without the other columns, that it waits says more than the port, which is the listener's. A half-open one is not
    // in the queue yet.
    let half_open = socket.state == TcpState::SynReceived;
    let state_wide = width(socket.state_name());
    let beyond =
        if w.peer > 0 { w.peer + 1 } else { 0 } + if w.whose > 0 { w.whose + 1 } else { 0 };
    let whole = width(&text) + w.local + 1 + beyond + state_wide;
    // The longest state takes its room from the address, so that the counts stay in their columns.
    let cells_of_local = w.local - whole.saturating_sub(usize::from(cells)).min(w.local);
    let local = if socket.is_pending() && !half_open && w.peer == 0 {
        "queued".to_owned()
    } else {
        address(socket.local, cells_of_local, ellipsis)
    };
    let local = match local.strip_prefix(':') {
        Some(port) if local.len() > cells_of_local => port,
        _ => &local,
    };
    let _ = write!(text, "{local:<cells_of_local$} ");
    if w.peer > 0 {
        let _ = write!(
            text,
            "{:<1$} ",
            address(socket.peer, w.peer, ellipsis),
            w.peer
        );
    }
    let whose = match socket.peer_socket.filter(|_| w.whose > 0) {
        Some(peer) => format!(
            "{:<1$} ",
            cut(&peer.actor.to_string(), w.whose, ellipsis),
            w.whose
        ),
        None if w.whose > 0 => format!("{:<1$} ", "-", w.whose),
        None => String::new(),
    };
    let used = width(&text) + width(&whose);
    let state = if gone {
        Role::Dim
    } else {
        Role::from(socket.state)
    };
    let mut line = Line::from(vec![
        canvas.span(role, text),
        canvas.span(Role::Client, whose),
        canvas.bold(state, socket.state_name()),
    ]);
    let notes = notes(socket);
    let used = used + state_wide + 1;
    let beside = |note: &&&str| used + width(note) <= usize::from(cells);
    if notes.is_empty() {
        return vec![line];
    }
    if let Some(note) = notes.iter().find(beside) {
        line.spans.push(canvas.span(Role::Wait, format!(" {note}")));
        return vec![line];
    }
    let indent = if w.proto >= 5 || w.name > 0 {
        "      "
    } else {
        "    "
    };
    let below = |note: &&&str| width(indent) + width(note) <= usize::from(cells);
    let Some(note) = notes.iter().find(below) else {
        return vec![line];
    };
    vec![
        line,
        Line::from(canvas.span(Role::Wait, format!("{indent}{note}"))),
    ]
}

/// The end of somebody else's program: its address, and why there is nothing more.
fn not_ours(canvas: &Canvas<'_>, w: &Widths, cells: u16, at: SocketAddr) -> Vec<Line<'static>> {
    let mut text = String::new();
    if w.name > 0 {
        let _ = write!(text, "{:<1$} ", "-", w.name);
    }
    if w.proto > 0 {
        let _ = write!(
            text,
            "{:<1$} ",
            if at.is_ipv6() { "tcp6" } else { "tcp" },
            w.proto
        );
    }
    let local = address(Some(at), w.local, canvas.theme.glyph(Glyph::Ellipsis));
    let _ = write!(text, "{0:>1$} {0:>1$} {local:<2$} ", "?", w.queue, w.local);
    if w.peer > 0 {
        let _ = write!(text, "{:<1$} ", "?", w.peer);
    }
    text.push_str("not ours");
    let why = format!("{at} is a program that is not ours: only what comes from it can be known.");
    core::iter::once(Line::from(canvas.span(Role::Text, text)))
        .chain(
            wrap(&why, usize::from(cells))
                .into_iter()
                .map(|line| Line::from(canvas.span(Role::Dim, line))),
        )
        .collect()
}

/// `server.0`, `client`, and for one in the accept queue `pending.1`.
fn name(id: SocketId) -> String {
    match id.slot {
        Slot::Pending(n) => format!("pending.{n}"),
        Slot::Own(_) => id.to_string(),
    }
}

/// What the row itself does not tell, in words and in few words.
fn notes(socket: &SocketState) -> &'static [&'static str] {
    // The FIN takes a place in the sequence, so the kernel counts it; no recv will bring it as a byte.
    let unread = socket
        .counts
        .and_then(|c| Some(c.received.saturating_sub(c.copied?)));
    let fin =
        socket.state.fin_received() && unread.is_some_and(|n| socket.recv_q == n.checked_add(1));
    if socket.is_pending() && socket.state == TcpState::SynReceived {
        &["waits for the last ACK"]
    } else if socket.is_pending() {
        &["in the accept queue"]
    } else if socket.closed && socket.state != TcpState::Closed {
        &["closed, kept by the kernel", "closed, kept"]
    } else if fin && unread == Some(0) {
        &["the 1 in recv-q is the FIN", "the 1 is the FIN"]
    } else if fin {
        &["1 of recv-q is the FIN"]
    } else if socket.nonblocking {
        &["non-blocking"]
    } else {
        &[]
    }
}

/// An address in so many cells: whole, or only its port, or its end.
pub(in crate::ui::screens) fn address(
    addr: Option<SocketAddr>,
    cells: usize,
    ellipsis: &str,
) -> String {
    let Some(addr) = addr else {
        return "-".to_owned();
    };
    let whole = addr.to_string();
    if whole.len() <= cells {
        return whole;
    }
    let port = format!(":{}", addr.port());
    if cells < port.len() + 4 {
        return port;
    }
    let tail = &whole[whole.len() - (cells - 1)..];
    format!("{ellipsis}{tail}")
}

/// A count in so few cells: `12345678` as `12M`.
pub(in crate::ui::screens) fn short(n: u64, cells: usize) -> String {
    let whole = n.to_string();
    if whole.len() <= cells {
        return whole;
    }
    let units = [
        (1_000, 'k'),
        (1_000_000, 'M'),
        (1_000_000_000, 'G'),
        (1_000_000_000_000, 'T'),
    ];
    units
        .iter()
        .filter(|(unit, _)| n >= *unit)
        .map(|(unit, letter)| format!("{}{letter}", n / unit))
        .find(|text| text.len() <= cells)
        .unwrap_or_else(|| "+".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_port() {
        let v4 = Some("127.0.0.1:10008".parse().unwrap());
        assert_eq!(address(v4, 15, "…"), "127.0.0.1:10008");
        assert_eq!(address(v4, 6, "…"), ":10008");
        let v6 = Some("[2001:db8:1:2:3:4:5:6]:10008".parse().unwrap());
        assert_eq!(address(v6, 15, "…"), "…3:4:5:6]:10008");
        assert_eq!(address(None, 6, "…"), "-");
    }

    #[test]
    fn a_count_fits_its_column() {
        assert_eq!(short(99, 2), "99");
        assert_eq!(short(12_345_678, 6), "12345k");
        assert_eq!(short(123_456_789, 4), "123M");
        assert_eq!(short(123_456_789, 2), "+");
        assert_eq!(short(u64::MAX, 6), "+");
    }
}
