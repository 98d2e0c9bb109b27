//! Puts the lines of the ladder on the screen: life lines, bars, lanes and arrows first, then what stands on and beside
//! them.

use super::{
    bars,
    lanes::{Columns, Lane, TIME},
    line::{Line, Mark, Place},
    trips::Trip,
};
use crate::{
    app::App,
    model::ids::Side,
    ui::{
        canvas::Canvas,
        glyphs::{Glyph, GlyphSet},
        screens::{
            bits::{clock, count},
            wires::{Weight, Wires},
        },
        text::width,
        theme::Role,
        widgets::bytes::quoted,
    },
};
use ratatui::layout::Rect;

/// Everything that a drawn ladder is made of, but for its lines.
pub(super) struct Ladder<'a> {
    pub(super) app: &'a App,
    pub(super) columns: Columns,
    pub(super) glyphs: GlyphSet,
    pub(super) lanes: Vec<Lane<'a>>,
    pub(super) bars: Vec<bars::Bar>,
    pub(super) trips: Vec<Trip>,
}

impl Ladder<'_> {
    /// Draws these lines.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, lines: &[Line]) {
        let mut wires = Wires::new(body.width, body.height);
        let rows = lines.len() as i32;
        // Life lines go on below the last row: time does.
        let bottom = i32::from(body.height);
        for side in [Side::Server, Side::Client] {
            let x = i32::from(self.columns.life(side));
            wires.draw(
                &[(x, -1), (x, bottom.min(rows + 1))],
                Weight::Thin,
                side.into(),
            );
        }
        for (row, line) in lines.iter().enumerate() {
            self.wire(&mut wires, row as i32, line, lines.get(row + 1));
        }
        for trip in &self.trips {
            trip.wire(&mut wires, self.columns);
        }
        wires.show(canvas, body);
        let mut time = None;
        for (row, line) in lines.iter().enumerate() {
            let y = body.y + row as u16;
            let at = line.at.map(clock);
            if let Some(at) = at.filter(|at| time.as_ref() != Some(at)) {
                canvas.text(body.x, y, TIME, Role::Faint, &format!("{at:>7}"));
                time = Some(at);
            }
            self.write(canvas, body, y, line);
            self.label(canvas, body, y, line);
            self.middle(canvas, body, row, line);
        }
    }

    /// The lines of one row: life lines where somebody waits, lanes, and the arrows to and from them.
    fn wire(&self, wires: &mut Wires, y: i32, line: &Line, next: Option<&Line>) {
        for bar in &self.bars {
            let x = i32::from(self.columns.life(bar.side));
            if bar.from <= line.index && line.index < bar.to {
                wires.draw(&[(x, y), (x, y + 1)], Weight::Strong, Role::Wait);
            }
        }
        match &line.place {
            Place::End {
                side, done: true, ..
            } => {
                wires.stub(
                    i32::from(self.columns.life(*side)),
                    y,
                    *side == Side::Server,
                    (*side).into(),
                );
            }
            Place::Middle {
                mark: Mark::Crosses { toward, made },
                ..
            } if line.at.is_some() => {
                let from = i32::from(self.columns.start(!*toward, *made));
                let to = i32::from(self.columns.life(*toward));
                wires.draw(&[(from, y), (to, y)], Weight::Thin, (!*toward).into());
            }
            Place::Across {
                ruled: true, role, ..
            } => {
                let (from, to) = (i32::from(TIME), i32::from(self.columns.width) - 1);
                wires.draw(&[(from, y), (to, y)], Weight::Thin, *role);
            }
            _ => {}
        }
        for lane in &self.lanes {
            let x = i32::from(lane.x);
            let role = Role::from(lane.sender);
            if lane.busy(line.index) && y == 0 {
                wires.draw(&[(x, -1), (x, 0)], Weight::Thin, role);
            }
            if lane.busy(next.map_or(line.index + 1, |n| n.index))
                && (next.is_some() || lane.busy(line.index + 1))
            {
                wires.draw(&[(x, y), (x, y + 1)], Weight::Thin, role);
            }
            if line.at.is_none() {
                continue;
            }
            if Lane::at(lane.written, line.index).is_some() {
                let from = i32::from(self.columns.life(lane.sender));
                wires.draw(&[(x, y), (from, y)], Weight::Thin, role);
            }
            if Lane::at(&lane.read, line.index).is_some() {
                let to = i32::from(self.columns.life(!lane.sender));
                let from = if lane.ours {
                    x
                } else {
                    i32::from(self.columns.life(lane.sender))
                };
                wires.draw(&[(from, y), (to, y)], Weight::Thin, role);
            }
        }
    }

    /// What stands on the arrow of a row, and its head.
    fn label(&self, canvas: &mut Canvas<'_>, body: Rect, y: u16, line: &Line) {
        if line.at.is_none() {
            return;
        }
        for lane in &self.lanes {
            let x = lane.x;
            if let Some(chunk) = Lane::at(lane.written, line.index) {
                let (left, right) = order(x, self.columns.life(lane.sender));
                let room = usize::from(right - left).saturating_sub(5);
                let payload = self.app.book.bytes_of(chunk.index);
                let text = payload.map(|p| quoted(canvas, &p.kept, p.omitted > 0, room));
                let short = [format!("{} bytes", count(chunk.len)), count(chunk.len)];
                let said = text
                    .filter(|t| room >= 8 && width(t) <= room)
                    .into_iter()
                    .chain(short)
                    .find(|t| width(t) <= room);
                if let Some(said) = said {
                    let at = left + 1 + (right - left - width(&said) as u16 - 2) / 2;
                    canvas.text(
                        body.x + at,
                        y,
                        right - at,
                        Role::Bytes,
                        &format!(" {said} "),
                    );
                }
            }
            if let Some(chunk) = Lane::at(&lane.read, line.index) {
                let to = self.columns.life(!lane.sender);
                let (left, right) = order(x, to);
                let (head, glyph) = if to < x {
                    (to + 1, Glyph::Left)
                } else {
                    (to - 1, Glyph::Right)
                };
                let role = lane.sender.into();
                canvas.text(body.x + head, y, 1, role, self.glyphs.get(glyph));
                let said = format!(" {} ", count(chunk.len));
                if width(&said) + 2 <= usize::from(right - left) {
                    let at = if to < x {
                        to + 2
                    } else {
                        to - 1 - width(&said) as u16
                    };
                    canvas.text(body.x + at, y, width(&said) as u16, Role::Bytes, &said);
                }
            }
        }
    }

    /// What a row says, at its end or across all.
    fn write(&self, canvas: &mut Canvas<'_>, body: Rect, y: u16, line: &Line) {
        match &line.place {
            Place::End { side, says, .. } => {
                let (x, room) = self.columns.beside(*side);
                let fits = says
                    .iter()
                    .find(|s| s.width() <= usize::from(room))
                    .or(says.last());
                let Some(says) = fits else { return };
                let ellipsis = self.glyphs.get(Glyph::Ellipsis);
                let text = says
                    .clone()
                    .cut(usize::from(room), ellipsis)
                    .line(&canvas.theme);
                match side {
                    Side::Server => {
                        canvas.right(body.x + x, y, room, &text);
                    }
                    Side::Client => {
                        canvas.line(body.x + x, y, room, &text);
                    }
                }
            }
            Place::Middle { .. } => {}
            Place::Across { says, role, .. } => {
                let room = usize::from(self.columns.width);
                let left = usize::from(TIME);
                let says = says.clone().cut(
                    room.saturating_sub(left + 2),
                    self.glyphs.get(Glyph::Ellipsis),
                );
                let wide = says.width() + 2;
                let before = (room - left).saturating_sub(wide) / 2;
                let padded = says.padded(*role).line(&canvas.theme);
                canvas.line(body.x + (left + before) as u16, y, wide as u16, &padded);
            }
        }
    }
}

fn order(a: u16, b: u16) -> (u16, u16) {
    (a.min(b), a.max(b))
}
