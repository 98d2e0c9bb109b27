//! The boxes of the diagram, and who is in them.

use super::{
    There,
    diagram::{Column, Layout, NODES, Node},
    put,
};
use crate::{
    model::ids::Side,
    ui::{
        canvas::Canvas,
        glyphs::{Glyph, GlyphSet},
        screens::wires::{Weight, Wires},
        text::width,
        theme::Role,
    },
};
use ratatui::{layout::Rect, style::Modifier};

/// The names of who is in a box, of one side; letters where there is no room for `long` ones.
fn names(there: &[There<'_>], node: Node, side: Side, long: bool) -> String {
    let here = there.iter().filter(|t| t.is_in(node) && t.side == side);
    let names = here.map(|t| {
        if long {
            t.name.clone()
        } else {
            t.name[..1].to_uppercase()
        }
    });
    names.collect::<Vec<_>>().join(",")
}

/// Cells that the names beside a box take on its right (those of clients) or on its left (those of servers).
pub(super) fn beside(layout: Layout, node: Node, side: Side, there: &[There<'_>]) -> i32 {
    match width(&names(there, node, side, layout.width >= 70)) {
        0 => 0,
        name => name as i32 + 2,
    }
}

/// Draws a box, filled with the colours of who is in it, and their names beside it.
pub(super) fn draw_node(
    canvas: &mut Canvas<'_>,
    field: Rect,
    layout: Layout,
    node: Node,
    there: &[There<'_>],
) {
    let glyphs = GlyphSet::new(canvas.theme.ascii());
    let name = node.state.rfc();
    let wide = width(name) as i32 + 4;
    let (x, y) = (
        i32::from(layout.x(node.column)) - wide / 2,
        i32::from(layout.y(node.level)),
    );
    let here: Vec<_> = there.iter().filter(|t| t.is_in(node)).collect();
    let was: Vec<_> = there.iter().filter(|t| t.was_in(node)).collect();
    let role = match (here.first(), was.last()) {
        (Some(t), _) | (None, Some(t)) => Role::from(t.side),
        _ => Role::Dim,
    };
    let sides = [Side::Server, Side::Client].map(|s| here.iter().any(|t| t.side == s));
    // The name, between the ends of its box.
    if layout.framed {
        draw_frame(
            canvas,
            field,
            (x, y),
            wide,
            if was.is_empty() { Role::Frame } else { role },
            !here.is_empty(),
        );
    }
    let (left, right) = (glyphs.get(Glyph::GaugeLeft), glyphs.get(Glyph::GaugeRight));
    let text = if layout.framed {
        format!(" {name} ")
    } else {
        format!("{left} {name} {right}")
    };
    let at = x + i32::from(layout.framed);
    put(canvas, field, at, y, role, &text);
    let style = if !here.is_empty() || !was.is_empty() {
        canvas.theme.bold(role)
    } else {
        canvas.theme.style(role)
    };
    let inside = Rect::new(
        field.x.saturating_add_signed(x as i16) + 1,
        field.y + y as u16,
        wide as u16 - 2,
        1,
    );
    canvas.tint(inside.intersection(canvas.buf.area), style);
    if !here.is_empty() {
        // Filled with the colour of who is there: half and half when both are.
        for i in 0..inside.width {
            let side = match sides {
                [true, true] => {
                    if i < inside.width / 2 {
                        Side::Server
                    } else {
                        Side::Client
                    }
                }
                [true, false] => Side::Server,
                _ => Side::Client,
            };
            let style = canvas
                .theme
                .bold(side.into())
                .add_modifier(Modifier::REVERSED);
            canvas.tint(
                Rect::new(inside.x + i, inside.y, 1, 1).intersection(canvas.buf.area),
                style,
            );
        }
    }
    let long = layout.width >= 70;
    let [server, client] = [Side::Server, Side::Client].map(|s| names(there, node, s, long));
    // Where three boxes stand close, a name goes to the outer side; its colour says whose it is.
    let close = !long && NODES.iter().filter(|n| n.level == node.level).count() == 3;
    let (then, back) = (glyphs.get(Glyph::Then), glyphs.get(Glyph::Left));
    let mut before = (Role::Server, server);
    let mut after = (Role::Client, client);
    let swap = match node.column {
        Column::Left => before.1.is_empty(),
        Column::Right => after.1.is_empty(),
        Column::Middle => false,
    };
    if close && swap {
        (before, after) = (after, before);
    }
    if !before.1.is_empty() {
        let tag = format!("{} {then}", before.1);
        put_bold(canvas, field, x - width(&tag) as i32, y, before.0, &tag);
    }
    if !after.1.is_empty() {
        let tag = format!("{back} {}", after.1);
        put_bold(canvas, field, x + wide, y, after.0, &tag);
    }
}

fn put_bold(canvas: &mut Canvas<'_>, field: Rect, x: i32, y: i32, role: Role, text: &str) {
    // A name that is longer than its margin loses its beginning.
    let text: String = text
        .chars()
        .skip(usize::try_from(-x).unwrap_or(0))
        .collect();
    let x = x.max(0);
    put(canvas, field, x, y, role, &text);
    let cells = Rect::new(
        field.x + x as u16,
        field.y + y as u16,
        width(&text) as u16,
        1,
    );
    let style = canvas.theme.bold(role);
    canvas.tint(cells.intersection(field), style);
}

fn draw_frame(
    canvas: &mut Canvas<'_>,
    field: Rect,
    (x, y): (i32, i32),
    wide: i32,
    role: Role,
    strong: bool,
) {
    let weight = if strong { Weight::Strong } else { Weight::Thin };
    let (left, top, right, bottom) = (x, y - 1, x + wide - 1, y + 1);
    let mut frame = Wires::new(field.width, field.height);
    frame.draw(
        &[
            (left, top),
            (right, top),
            (right, bottom),
            (left, bottom),
            (left, top),
        ],
        weight,
        role,
    );
    for x in left..=right {
        put(canvas, field, x, y, Role::Text, " ");
    }
    frame.show(canvas, field);
}
