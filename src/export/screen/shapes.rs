//! What is drawn and not written: lines, blocks, dots and arrowheads, each colour's in one path.

use super::{HIGH, WIDE, hex};
use crate::export::svg::xml::Len;
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{self, Write},
};

/// U+2500 to U+257F: how thick a line goes up, right, down and left from the middle (1 light, 2 heavy, 3 double).
const ARMS: [&[u8; 64]; 8] = [
    b"0101020210102020010102021010202001010202101020200110021001200220",
    b"0011001200210022110012002100220010011002200120021110121021101120",
    b"2120221012202220101110122011102120212012102220220111011202110212",
    b"0121012202210222110111021201120221012102220122021111111212111212",
    b"2111112121212112221111221221221212222122222122220101020210102020",
    b"0303303003100130033000130031003313003100330010033001300313103130",
    b"3330101330313033031301310333130331013303131331313333011000111001",
    b"1100000000000000000110000100001000022000020000200201102001022010",
];

/// How a path is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pen {
    /// Filled.
    Fill,
    /// Filled, with one part in four, two or three.
    Shade(u8),
    /// A line: its width in tenths, and in how many dashes a cell has it (0: none).
    Line(u8, u8),
    /// Dots of braille.
    Dots,
}

/// All that is drawn.
#[derive(Default)]
pub(super) struct Shapes {
    paths: BTreeMap<(u32, Pen), String>,
}

impl Shapes {
    /// Draws what stands in a cell; false if it is to be written.
    pub(super) fn draw(&mut self, symbol: &str, x: usize, y: u16, ink: u32) -> bool {
        let mut chars = symbol.chars();
        let (Some(c), None) = (chars.next(), chars.next()) else {
            return false;
        };
        let cell = Place {
            left: x as f64 * WIDE,
            top: f64::from(y) * HIGH,
        };
        match c {
            '\u{256d}'..='\u{2570}' => self.arc(c, cell, ink),
            '\u{2571}'..='\u{2573}' => self.diagonal(c, cell, ink),
            '\u{2500}'..='\u{257f}' => self.lines(c, cell, ink),
            '\u{2580}'..='\u{259f}' => self.block(c, cell, ink),
            '\u{2800}'..='\u{28ff}' => self.dots(c, cell, ink),
            '▶' | '►' | '▸' | '◀' | '◂' | '▲' | '▼' | '▾' => {
                self.head(c, cell, ink);
            }
            _ => return false,
        }
        true
    }

    /// A line below letters.
    pub(super) fn underline(&mut self, x: usize, y: u16, cells: usize, ink: u32) {
        let cell = Place {
            left: x as f64 * WIDE,
            top: f64::from(y) * HIGH,
        };
        let from = cell.at(0.0, 0.89);
        let _ = write!(
            self.path(ink, Pen::Line(10, 0)),
            "M{from}h{}",
            Len(cells as f64 * WIDE)
        );
    }

    fn path(&mut self, ink: u32, pen: Pen) -> &mut String {
        self.paths.entry((ink, pen)).or_default()
    }

    fn lines(&mut self, c: char, cell: Place, ink: u32) {
        let place = c as usize - 0x2500;
        let arms = &ARMS[place / 16][place % 16 * 4..][..4];
        let dashes = match place {
            0x04..=0x07 => 3,
            0x08..=0x0b => 4,
            0x4c..=0x4f => 2,
            _ => 0,
        };
        let ends = [(0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)];
        for (arm, (x, y)) in arms.iter().zip(ends) {
            let width = match arm {
                b'1' => 12,
                b'2' => 26,
                b'3' => 20,
                _ => continue,
            };
            let (middle, end) = (cell.at(0.5, 0.5), cell.at(x, y));
            let path = self.path(ink, Pen::Line(width, dashes));
            // Towards the middle, so that dashes lie the same in every cell.
            let _ = if x + y < 1.0 {
                write!(path, "M{end}L{middle}")
            } else {
                write!(path, "M{middle}L{end}")
            };
        }
    }

    fn arc(&mut self, c: char, cell: Place, ink: u32) {
        let (x, y) = match c {
            '╭' => (1.0, 1.0),
            '╮' => (0.0, 1.0),
            '╯' => (0.0, 0.0),
            _ => (1.0, 0.0),
        };
        let (side, middle, end) = (cell.at(x, 0.5), cell.at(0.5, 0.5), cell.at(0.5, y));
        let path = self.path(ink, Pen::Line(12, 0));
        let _ = write!(path, "M{side}Q{middle} {end}");
    }

    fn diagonal(&mut self, c: char, cell: Place, ink: u32) {
        let path = self.path(ink, Pen::Line(12, 0));
        if c != '╲' {
            let _ = write!(path, "M{}L{}", cell.at(1.0, 0.0), cell.at(0.0, 1.0));
        }
        if c != '╱' {
            let _ = write!(path, "M{}L{}", cell.at(0.0, 0.0), cell.at(1.0, 1.0));
        }
    }

    fn block(&mut self, c: char, cell: Place, ink: u32) {
        let n = c as u32;
        let eighth = |n: u32| f64::from(n) / 8.0;
        let whole = (0.0, 0.0, 1.0, 1.0);
        let (pen, part) = match n {
            0x2580 => (Pen::Fill, (0.0, 0.0, 1.0, 0.5)),
            0x2581..=0x2588 => (Pen::Fill, (0.0, 1.0 - eighth(n - 0x2580), 1.0, 1.0)),
            0x2589..=0x258f => (Pen::Fill, (0.0, 0.0, eighth(0x2590 - n), 1.0)),
            0x2590 => (Pen::Fill, (0.5, 0.0, 1.0, 1.0)),
            0x2591..=0x2593 => (Pen::Shade((n - 0x2590) as u8), whole),
            0x2594 => (Pen::Fill, (0.0, 0.0, 1.0, 0.125)),
            0x2595 => (Pen::Fill, (0.875, 0.0, 1.0, 1.0)),
            _ => {
                // Quarters: upper left, upper right, lower left, lower right.
                const QUARTERS: [u8; 10] = [2, 1, 8, 11, 9, 14, 13, 4, 6, 7];
                let on = QUARTERS[(n - 0x2596) as usize];
                for (bit, x, y) in [(8, 0.0, 0.0), (4, 0.5, 0.0), (2, 0.0, 0.5), (1, 0.5, 0.5)] {
                    if on & bit != 0 {
                        self.part(cell, ink, Pen::Fill, (x, y, x + 0.5, y + 0.5));
                    }
                }
                return;
            }
        };
        self.part(cell, ink, pen, part);
    }

    fn part(&mut self, cell: Place, ink: u32, pen: Pen, part: (f64, f64, f64, f64)) {
        let (left, top, right, bottom) = part;
        let _ = write!(
            self.path(ink, pen),
            "M{}h{}v{}h{}z",
            cell.at(left, top),
            Len((right - left) * WIDE),
            Len((bottom - top) * HIGH),
            Len((left - right) * WIDE)
        );
    }

    fn dots(&mut self, c: char, cell: Place, ink: u32) {
        let bits = c as u32 - 0x2800;
        // Dots 1, 2, 3 and 7 stand at the left, 4, 5, 6 and 8 at the right.
        let places = [
            (0, 0),
            (0, 1),
            (0, 2),
            (1, 0),
            (1, 1),
            (1, 2),
            (0, 3),
            (1, 3),
        ];
        for (bit, (x, y)) in places.into_iter().enumerate() {
            if bits >> bit & 1 != 0 {
                let at = cell.at(0.25 + 0.5 * f64::from(x), 0.125 + 0.25 * f64::from(y));
                let _ = write!(self.path(ink, Pen::Dots), "M{at}h0");
            }
        }
    }

    fn head(&mut self, c: char, cell: Place, ink: u32) {
        let corners = match c {
            '▶' | '►' => [(0.08, 0.27), (0.98, 0.5), (0.08, 0.73)],
            '▸' => [(0.22, 0.32), (0.82, 0.5), (0.22, 0.68)],
            '◀' => [(0.92, 0.27), (0.02, 0.5), (0.92, 0.73)],
            '◂' => [(0.78, 0.32), (0.18, 0.5), (0.78, 0.68)],
            '▲' => [(0.05, 0.72), (0.5, 0.26), (0.95, 0.72)],
            '▾' => [(0.2, 0.42), (0.5, 0.66), (0.8, 0.42)],
            _ => [(0.05, 0.28), (0.5, 0.74), (0.95, 0.28)],
        };
        let [a, b, c] = corners.map(|(x, y)| cell.at(x, y));
        let _ = write!(self.path(ink, Pen::Fill), "M{a}L{b}L{c}z");
    }

    /// Writes all of it.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for ((ink, pen), path) in &self.paths {
            let ink = hex(*ink);
            let pen = match pen {
                Pen::Fill => format!("fill=\"{ink}\""),
                Pen::Shade(quarters) => {
                    format!(
                        "fill=\"{ink}\" fill-opacity=\"{}\"",
                        f64::from(*quarters) / 4.0
                    )
                }
                Pen::Line(width, dashes) => {
                    let width = f64::from(*width) / 10.0;
                    let (cap, dashed) = match dashes {
                        0 => ("square", String::new()),
                        _ => ("butt", " stroke-dasharray=\"3 1.5\"".to_owned()),
                    };
                    format!(
                        "fill=\"none\" stroke=\"{ink}\" stroke-width=\"{width}\" stroke-linecap=\"{cap}\"{dashed}"
                    )
                }
                Pen::Dots => {
                    format!("stroke=\"{ink}\" stroke-width=\"2.4\" stroke-linecap=\"round\"")
                }
            };
            writeln!(out, "<path {pen} d=\"{path}\"/>")?;
        }
        Ok(())
    }
}

/// A cell's place in the picture.
#[derive(Clone, Copy)]
struct Place {
    left: f64,
    top: f64,
}

impl Place {
    /// A point in the cell, as parts of its width and height.
    fn at(self, x: f64, y: f64) -> String {
        format!("{} {}", Len(self.left + x * WIDE), Len(self.top + y * HIGH))
    }
}
