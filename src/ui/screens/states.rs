//! The states of TCP, as RFC 9293 draws them, with both ends on the diagram: where each one is, which way it came, and
//! what that means. A way that was gone is strong; one that was crossed too fast to be seen is strong and dashed.

mod boxes;
mod diagram;
mod words;

use super::{
    bits::{Bits, next_client},
    bytes,
    wires::{Weight, Wires},
};
use crate::{
    app::App,
    model::{
        ids::{Actor, Nanos, Side},
        session::SocketState,
        tcp::TcpState,
    },
    ui::{canvas::Canvas, glyphs::Glyph, text::width, theme::Role, widgets::panel::Panel},
};
use diagram::{Layout, NODES, Node, Spot, WAYS};
use ratatui::layout::Rect;

/// A socket on the diagram.
struct There<'a> {
    socket: &'a SocketState,
    side: Side,
    /// `server`, `client2`, or `listener`.
    name: String,
}

impl There<'_> {
    /// The box that it is in.
    fn node(&self) -> Node {
        let s = self.socket;
        let over = s.path.last().is_some_and(|p| {
            p.from != p.to && !matches!(p.from, TcpState::Listen | TcpState::SynSent)
        });
        Layout::node(s.state, s.state == TcpState::Closed && over)
    }

    /// Whether it is in a box.
    fn is_in(&self, node: Node) -> bool {
        self.socket.known_state().is_some() && self.node() == node
    }

    /// Whether it has been in a box.
    fn was_in(&self, node: Node) -> bool {
        let end = |from: TcpState| !matches!(from, TcpState::Listen | TcpState::SynSent);
        self.socket.path.iter().any(|p| {
            p.from == node.state && !node.last
                || p.to == node.state
                    && (p.to != TcpState::Closed || (end(p.from) && p.from != p.to) == node.last)
        })
    }
}

/// Who is on the diagram: the two ends that are looked at, and the server's listener.
fn who(app: &App) -> Vec<There<'_>> {
    let (server, client) = bytes::ends(app);
    let session = app.session();
    let listener = session
        .listener(Actor::Server)
        .or_else(|| {
            session
                .sockets_of(Actor::Server)
                .rev()
                .find(|s| s.is_listener())
        })
        .or_else(|| session.sockets_of(Actor::Server).next_back())
        .filter(|l| server.is_none_or(|s| s.id != l.id) && !session.is_capture());
    let there = |socket: &'_ SocketState, name: String| (socket.id.actor.side(), name);
    let mut all = Vec::new();
    for (socket, listens) in [(listener, true), (server, false), (client, false)] {
        let Some(socket) = socket else { continue };
        let name = if listens {
            "listener".to_owned()
        } else {
            socket.id.actor.to_string()
        };
        let (side, name) = there(socket, name);
        all.push(There { socket, side, name });
    }
    all
}

/// Draws it.
pub fn draw(app: &App, _now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    let plan = Plan::new(area.width.saturating_sub(4), area.height.saturating_sub(2));
    let ascii = canvas.theme.ascii();
    let mut title = Bits::of(Role::Title, "STATES");
    let next = next_client(app, ascii);
    if !next.is_empty() {
        title = title
            .and(Role::Dim, " of ")
            .bold(Role::Client, app.client().to_string())
            .and(Role::Dim, next);
    }
    let rfc = Bits::of(Role::Dim, "RFC 9293, figure 5");
    let right = if plan.is_some() {
        let mut legend = words::legend(ascii);
        // The legend matters more than where the diagram is from.
        if title.width() + legend.width() + rfc.width() + 14 <= usize::from(area.width) {
            legend.push(Role::Text, "   ");
            legend.extend(rfc);
        }
        legend
    } else {
        rfc
    };
    let inner = Panel::new(Role::Frame, title.line(&canvas.theme))
        .right(right.line(&canvas.theme))
        .draw(canvas, area);
    if inner.width < 24 || inner.height < 3 {
        return;
    }
    let there = who(app);
    let Some(Plan { layout, beside }) = plan else {
        // There is no room for a diagram: words alone.
        words::draw(app, canvas, inner, &there);
        return;
    };
    let room = layout.width;
    let over = inner.height - layout.height();
    let field = Rect::new(
        inner.x,
        inner.y + over.min(2) / 2,
        room,
        inner.height - over.min(2) / 2,
    );
    draw_diagram(canvas, field, layout, &there);
    if beside > 0 {
        let words = Rect::new(inner.x + room + 1, inner.y, beside, inner.height);
        words::draw(app, canvas, words, &there);
    }
}

/// In so many cells, no two labels of the diagram meet; they stand between boxes that are three rows apart.
const LABELLED: u16 = 59;

/// The diagram, and cells for words beside it.
struct Plan {
    layout: Layout,
    beside: u16,
}

impl Plan {
    /// The plan for a room of this size; `None` if it is too small for a diagram.
    fn new(width: u16, height: u16) -> Option<Self> {
        let beside = match width {
            150.. => 52,
            108.. => 40,
            76.. if Layout::new(width, height).pitch > 2 => (width - LABELLED - 1).min(26),
            70.. => 26,
            _ => 0,
        };
        let room = width - beside - u16::from(beside > 0);
        let layout = Layout::new(room, height);
        (layout.height() <= height && layout.pitch >= 2 && room >= 44)
            .then_some(Self { layout, beside })
    }
}

/// How a way was gone, if it was, and by whom.
fn gone(there: &[There<'_>], from: TcpState, to: TcpState) -> Option<(Weight, Role)> {
    there
        .iter()
        .flat_map(|t| t.socket.path.iter().map(move |p| (t, p)))
        .filter(|(_, p)| (p.from, p.to) == (from, to))
        .map(|(t, p)| {
            let weight = if p.derived {
                Weight::Dashed
            } else {
                Weight::Strong
            };
            (weight, Role::from(t.side))
        })
        .max_by_key(|(weight, _)| *weight)
}

fn draw_diagram(canvas: &mut Canvas<'_>, field: Rect, layout: Layout, there: &[There<'_>]) {
    let mut wires = Wires::new(field.width, field.height);
    let mut heads = Vec::new();
    for way in &WAYS {
        let Some(corners) = layout.corners(way.from, way.to) else {
            continue;
        };
        let (weight, role) = gone(there, way.from, way.to).unwrap_or((Weight::Thin, Role::Faint));
        wires.draw(&corners, weight, role);
        heads.push((weight, role, way, corners));
    }
    wires.show(canvas, field);
    // Of two ways that end in one place, the one that was gone gives its colour to the arrow's head.
    heads.sort_by_key(|(weight, ..)| *weight);
    for (_, role, way, corners) in &heads {
        draw_head(canvas, field, layout, *role, way.to, corners);
    }
    for (weight, role, way, corners) in &heads {
        if way.spot == Spot::LevelOfUpper {
            let role = if *weight == Weight::Thin {
                Role::Dim
            } else {
                *role
            };
            draw_level(canvas, field, way, role, corners);
        }
    }
    if layout.pitch >= 4 {
        for (weight, role, way, _) in &heads {
            let role = if *weight == Weight::Thin {
                Role::Dim
            } else {
                *role
            };
            draw_label(canvas, field, layout, way, role, there);
        }
    }
    for node in NODES {
        boxes::draw_node(canvas, field, layout, node, there);
    }
}

fn put(canvas: &mut Canvas<'_>, field: Rect, x: i32, y: i32, role: Role, text: &str) {
    let wide = width(text) as i32;
    if x >= 0 && y >= 0 && y < i32::from(field.height) && x + wide <= i32::from(field.width) {
        canvas.text(
            field.x + x as u16,
            field.y + y as u16,
            wide as u16,
            role,
            text,
        );
    }
}

fn draw_head(
    canvas: &mut Canvas<'_>,
    field: Rect,
    layout: Layout,
    role: Role,
    to: TcpState,
    corners: &[(i32, i32)],
) {
    let (Some((dx, dy)), Some(&(x, y))) = (Layout::head(corners), corners.last()) else {
        return;
    };
    let theme = canvas.theme.clone();
    let half = i32::midpoint(width(to.rfc()) as i32, 4);
    match (dx, dy) {
        (0, 1) => {
            let above = y - if layout.framed { 2 } else { 1 };
            put(canvas, field, x, above, role, theme.glyph(Glyph::Down));
        }
        (1, 0) => put(
            canvas,
            field,
            x - half - 1,
            y,
            role,
            theme.glyph(Glyph::Right),
        ),
        (-1, 0) => put(canvas, field, x + half, y, role, theme.glyph(Glyph::Left)),
        _ => {}
    }
}

/// A way that leaves its upper box on a level line and joins another way: its name on that line, and its head at the end.
fn draw_level(
    canvas: &mut Canvas<'_>,
    field: Rect,
    way: &diagram::Way,
    role: Role,
    corners: &[(i32, i32)],
) {
    let [(from, y), (to, _), ..] = *corners else {
        return;
    };
    let head = canvas.theme.glyph(Glyph::Right);
    put(canvas, field, to - 1, y, role, head);
    let edge = from + width(way.from.rfc()) as i32 / 2 + 2;
    let room = to - 1 - edge - 4;
    let all = format!(" {} ", way.label.join(", "));
    let one = format!(" {} ", way.label[0]);
    let fits = [all, one].into_iter().find(|t| width(t) as i32 <= room);
    if let Some(text) = fits {
        let at = edge + (to - 1 - edge - width(&text) as i32) / 2;
        put(canvas, field, at, y, role, &text);
    }
}

fn draw_label(
    canvas: &mut Canvas<'_>,
    field: Rect,
    layout: Layout,
    way: &diagram::Way,
    role: Role,
    there: &[There<'_>],
) {
    let Some(corners) = layout.corners(way.from, way.to) else {
        return;
    };
    let (Some(&first), Some(&(x, y))) = (corners.first(), corners.last()) else {
        return;
    };
    let top = y - 2 * i32::from(layout.framed);
    let lines: Vec<&str> = way.label.into_iter().filter(|l| !l.is_empty()).collect();
    let rows = lines.len() as i32;
    for (i, line) in lines.iter().enumerate() {
        let row = top - rows + i as i32;
        let wide = width(line) as i32;
        match way.spot {
            Spot::RightOfLower => put(canvas, field, x + 2, row, role, line),
            Spot::LeftOfLower => put(canvas, field, x - 1 - wide, row, role, line),
            Spot::RightOfUpper => {
                let below = first.1 + if layout.framed { 2 } else { 1 };
                put(canvas, field, first.0 + 2, below + i as i32, role, line);
            }
            Spot::Between if i == 0 => {
                // Boxes at both ends, arrow's head and some line have to stay in sight.
                let room = (x - first.0).abs() - 24;
                let all = lines.join(", ");
                let said = if width(&all) as i32 + 2 <= room {
                    &all
                } else {
                    *line
                };
                let text = format!(" {said} ");
                let wide = width(&text) as i32;
                let (from, to) = between(layout, way, (first.0, x), there);
                // Beside the names of who is in one of the boxes, or not at all.
                let middle = i32::midpoint(first.0, x) - wide / 2;
                let at = if middle >= from && middle + wide <= to {
                    middle
                } else {
                    i32::midpoint(from, to) - wide / 2
                };
                if at >= from && at + wide <= to {
                    put(canvas, field, at, y, role, &text);
                }
            }
            Spot::Between | Spot::LevelOfUpper | Spot::Nowhere => {}
        }
    }
}

/// Where a label may stand on a level way between two boxes: from one's edge, or the names beside it, to the other's.
fn between(
    layout: Layout,
    way: &diagram::Way,
    (a, b): (i32, i32),
    there: &[There<'_>],
) -> (i32, i32) {
    let (left, right) = if a < b {
        (way.from, way.to)
    } else {
        (way.to, way.from)
    };
    let half = |state: TcpState| width(state.rfc()) as i32 / 2 + 3;
    let node = |state: TcpState| Layout::node(state, state == TcpState::Closed);
    let from = a.min(b) + half(left) + boxes::beside(layout, node(left), Side::Client, there);
    let to = a.max(b) - half(right) - boxes::beside(layout, node(right), Side::Server, there);
    (from, to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::Screen,
        model::{ids::SocketId, story::testing::Play},
        ui::screens::tests::{app, frame, soon_after, text},
    };

    #[test]
    fn a_name_beside_a_box_and_a_label_do_not_lie_on_each_other() {
        let mut play = Play::free();
        play.listen().accept().connect(Actor::CLIENT);
        play.state(SocketId::own(Actor::CLIENT, 0), TcpState::TimeWait)
            .state(SocketId::own(Actor::Server, 1), TcpState::LastAck)
            .state(SocketId::own(Actor::Server, 1), TcpState::Closed);
        let mut app = app(play.into_book());
        app.screen = Screen::States;
        for (width, height) in [(120, 36), (200, 60), (100, 36), (80, 36)] {
            let shown = text(&frame(&app, soon_after(&app), width, height));
            let both = |l: &&str| l.contains("TIME-WAIT") && l.contains("CLOSED");
            let row = shown.lines().rfind(both);
            let row = row.unwrap_or_else(|| panic!("{shown}"));
            assert!(row.contains("◀ client") || row.contains("◀ C"), "{shown}");
            assert!(row.contains("server ▸") || row.contains("S ▸"), "{shown}");
            let whole = row.contains(" after 2 MSL ");
            assert!(whole || !row.contains("MSL"), "{shown}");
        }
    }

    #[test]
    fn both_ends_are_named_in_a_row_of_three_boxes() {
        let mut play = Play::free();
        play.listen().accept().connect(Actor::CLIENT);
        play.half_close(Actor::CLIENT);
        play.state(SocketId::own(Actor::CLIENT, 0), TcpState::FinWait2)
            .state(SocketId::own(Actor::Server, 1), TcpState::LastAck);
        let mut app = app(play.into_book());
        app.screen = Screen::States;
        let shown = text(&frame(&app, soon_after(&app), 80, 20));
        assert!(shown.contains("C ▸▕ FIN-WAIT-2 ▏"), "{shown}");
        assert!(shown.contains("▕ LAST-ACK ▏◀ S"), "{shown}");
        assert!(shown.contains("send, snd SYN"), "{shown}");
        assert!(shown.contains("gone unseen"), "{shown}");
    }
}
