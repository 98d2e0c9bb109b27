//! What the picture is written on: lines, heads, and texts that are as wide as their letters' columns in any font.

use super::{
    palette::Ink,
    words::Said,
    xml::{self, Len},
};
use crate::export::Ground;
use std::fmt::Write as _;

/// Which end of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A column's width as a part of the size of the letters: what most monospaced fonts have.
const COLUMN: f64 = 0.602;

/// How wide so many columns are.
pub(super) fn wide(columns: usize, size: f64) -> f64 {
    columns as f64 * size * COLUMN
}

/// How many columns fit.
pub(super) fn fits(room: f64, size: f64) -> usize {
    (room / (size * COLUMN)).max(1.0) as usize
}

/// The picture so far.
pub(super) struct Paper {
    ground: Ground,
    pub(super) out: String,
}

/// A place.
pub(super) type Point = (f64, f64);

impl Paper {
    pub(super) const fn new(ground: Ground) -> Self {
        Self {
            ground,
            out: String::new(),
        }
    }

    pub(super) const fn ink(&self, ink: Ink) -> &'static str {
        ink.on(self.ground)
    }

    /// A line through these points; `how` are further attributes.
    pub(super) fn line(&mut self, ink: Ink, width: f64, points: &[Point], how: &str) {
        let mut path = String::new();
        for (i, (x, y)) in points.iter().enumerate() {
            let _ = write!(
                path,
                "{}{} {}",
                if i == 0 { 'M' } else { 'L' },
                Len(*x),
                Len(*y)
            );
        }
        let _ = writeln!(
            self.out,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{how}/>",
            self.ink(ink),
            Len(width)
        );
    }

    /// An arrow's head at `to`, coming from `from`.
    pub(super) fn head(&mut self, ink: Ink, from: Point, to: Point) {
        let turn = (to.1 - from.1).atan2(to.0 - from.0);
        let back = |along: f64, aside: f64| {
            let (x, y) = (
                to.0 - along * turn.cos() - aside * turn.sin(),
                to.1 - along * turn.sin() + aside * turn.cos(),
            );
            format!("{} {}", Len(x), Len(y))
        };
        let _ = writeln!(
            self.out,
            "<path d=\"M{} {}L{}L{}z\" fill=\"{}\"/>",
            Len(to.0),
            Len(to.1),
            back(9.0, 4.0),
            back(9.0, -4.0),
            self.ink(ink)
        );
    }

    /// A cross: here something ended that should have gone on.
    pub(super) fn cross(&mut self, ink: Ink, (x, y): Point) {
        for d in [4.5, -4.5] {
            self.line(
                ink,
                2.2,
                &[(x - 4.5, y - d), (x + 4.5, y + d)],
                " stroke-linecap=\"round\"",
            );
        }
    }

    pub(super) fn dot(&mut self, ink: Ink, (x, y): Point) {
        let _ = writeln!(
            self.out,
            "<circle cx=\"{}\" cy=\"{}\" r=\"3\" fill=\"{}\"/>",
            Len(x),
            Len(y),
            self.ink(ink)
        );
    }

    /// A box with round corners.
    pub(super) fn boxed(&mut self, fill: Ink, line: Ink, corner: Point, size: Point, how: &str) {
        let _ = writeln!(
            self.out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" fill=\"{}\" stroke=\"{}\"{how}/>",
            Len(corner.0),
            Len(corner.1),
            Len(size.0),
            Len(size.1),
            Len((size.1 / 2.0).min(6.0)),
            self.ink(fill),
            self.ink(line)
        );
    }

    /// A text whose letters stand on `at`.
    pub(super) fn text(&mut self, said: &Said, size: f64, at: Point, anchor: Anchor) {
        self.write(said, size, at, anchor, 0.0, "");
    }

    /// A text turned by so many degrees, of which what lies below it is kept clear.
    pub(super) fn label(&mut self, said: &Said, size: f64, at: Point, anchor: Anchor, turn: f64) {
        let halo = format!(" class=\"t\" stroke=\"{}\"", self.ink(Ink::Paper));
        self.write(said, size, at, anchor, turn, &halo);
    }

    fn write(&mut self, said: &Said, size: f64, at: Point, anchor: Anchor, turn: f64, how: &str) {
        let columns = said.columns();
        if columns == 0 {
            return;
        }
        let _ = write!(self.out, "<text");
        if turn.abs() > 0.01 {
            let _ = write!(
                self.out,
                " transform=\"translate({} {}) rotate({turn:.2})\"",
                Len(at.0),
                Len(at.1)
            );
        } else {
            let _ = write!(self.out, " x=\"{}\" y=\"{}\"", Len(at.0), Len(at.1));
        }
        match anchor {
            Anchor::Start => {}
            Anchor::Middle => self.out.push_str(" text-anchor=\"middle\""),
            Anchor::End => self.out.push_str(" text-anchor=\"end\""),
        }
        let _ = write!(
            self.out,
            " font-size=\"{size}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"{how}>",
            Len(wide(columns, size))
        );
        for piece in said.0.iter().filter(|p| !p.text.is_empty()) {
            let bold = if piece.bold {
                " font-weight=\"bold\""
            } else {
                ""
            };
            let _ = write!(
                self.out,
                "<tspan fill=\"{}\"{bold}>{}</tspan>",
                self.ink(piece.ink),
                xml::text(&piece.text)
            );
        }
        self.out.push_str("</text>\n");
    }
}
