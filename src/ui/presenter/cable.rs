//! The packet that is held, with an arrow that can be seen from the back of the room:
//!
//! ```text
//!    ▄██
//!   ███████████████████    SYN     (in large letters)
//!    ▀██
//!          packet 1 lies in your hand:  s  deliver   d  drop
//! ```

use crate::{
    app::App,
    model::ids::Side,
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        screens::main::what,
        theme::Role,
        widgets::{
            keys::{AIR, Cap, keys},
            large,
        },
    },
};
use ratatui::{layout::Rect, text::Line};

/// Rows that all else below needs.
const BELOW: u16 = 6;

/// The packet that is in hand.
pub(super) struct InHand {
    toward: Side,
    what: String,
    words: String,
    caps: Vec<Cap>,
    /// Rows of the arrow and of the letters; 1 where there is no room for large ones.
    letters: u16,
}

impl InHand {
    /// `room` is the number of rows below the two ends.
    pub(super) fn new(app: &App, canvas: &Canvas<'_>, cells: u16, room: u16) -> Option<Self> {
        let session = app.session();
        let number = app.packet_in_hand()?;
        let state = session.cable.packet(number)?;
        state.held.as_ref()?;
        let what = what(app.packet(number)?, false);
        let high = large::height(canvas.theme.ascii());
        let fits = large::has(&what) && large::width(&what) + shaft(cells) + 4 <= cells;
        let letters = if fits && room >= high + 1 + BELOW {
            high
        } else {
            1
        };
        let caps = ["deliver", "drop"].into_iter().filter_map(|name| {
            let chord = app.keys.keys_of(name).first()?;
            Some(Cap {
                key: chord.to_string(),
                sign: chord.glyph(canvas.theme.ascii()),
                label: name.to_owned(),
            })
        });
        Some(Self {
            toward: state.toward,
            what,
            words: format!("packet {number} is in your hand"),
            caps: caps.collect(),
            letters,
        })
    }

    pub(super) const fn height(&self) -> u16 {
        self.letters + 1
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let shaft = shaft(area.width);
        if self.letters == 1 {
            let sign = |glyph| canvas.theme.glyph(glyph);
            let line = sign(Glyph::Shaft).repeat(usize::from(shaft));
            let arrow = match self.toward {
                Side::Server => format!("{}{line}  {}", sign(Glyph::Left), self.what),
                Side::Client => format!("{}  {line}{}", self.what, sign(Glyph::Right)),
            };
            let arrow = Line::from(canvas.bold(Role::Wait, arrow));
            canvas.centred(area.x, area.y, area.width, &arrow);
        } else {
            let wide = large::width(&self.what);
            let left = area.x + area.width.saturating_sub(wide + 4 + shaft) / 2;
            let (arrow_at, text_at) = match self.toward {
                Side::Server => (left, left + shaft + 4),
                Side::Client => (left + wide + 4, left),
            };
            let middle = area.y + self.letters / 2;
            self.arrow(canvas, arrow_at, middle, shaft);
            large::large(canvas, text_at, area.y, wide, Role::Wait, &self.what);
        }
        let caps: u16 = self.caps.iter().map(|cap| cap.width() + AIR).sum();
        let words = self.words.len() as u16 + AIR;
        let x = area.x + area.width.saturating_sub(words + caps) / 2;
        let y = area.y + self.letters;
        canvas.text(x, y, words, Role::Text, &self.words);
        let row = Rect {
            x: x + words,
            y,
            width: area.right().saturating_sub(x + words),
            height: 1,
        };
        keys(canvas, row, &self.caps);
    }

    /// Three rows, the tip at the receiver's side.
    fn arrow(&self, canvas: &mut Canvas<'_>, x: u16, y: u16, cells: u16) {
        let sign = |glyph| canvas.theme.glyph(glyph);
        let (block, upper, lower) = (
            sign(Glyph::Block),
            sign(Glyph::UpperHalf),
            sign(Glyph::LowerHalf),
        );
        let (barbs, at) = match self.toward {
            Side::Server => (
                [lower, upper].map(|half| format!("{half}{block}{block}")),
                x + 1,
            ),
            Side::Client => (
                [lower, upper].map(|half| format!("{block}{block}{half}")),
                x + cells.saturating_sub(4),
            ),
        };
        let shaft = block.repeat(usize::from(cells));
        canvas.text(x, y, cells, Role::Wait, &shaft);
        canvas.text(at, y - 1, 3, Role::Wait, &barbs[0]);
        canvas.text(at, y + 1, 3, Role::Wait, &barbs[1]);
    }
}

/// Cells of the arrow.
const fn shaft(cells: u16) -> u16 {
    let wide = cells / 5;
    if wide > 10 { wide } else { 10 }
}
