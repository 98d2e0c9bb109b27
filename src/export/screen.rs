//! A picture of a screen: its cells as an SVG that looks the same wherever it is shown.
//!
//! Fonts differ, so no letter's place depends on one: each word begins at its column and is as wide as its cells. Lines,
//! blocks, dots and arrowheads are drawn and not written, so that they join.

mod colours;
mod shapes;

use super::svg::xml::{Len, columns, text};
use colours::{Look, look};
use ratatui::{
    buffer::{Buffer, Cell},
    style::Modifier,
};
use shapes::Shapes;
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{self, Write},
};

/// A cell's width; the size of letters is chosen so that most monospaced fonts need no stretching.
const WIDE: f64 = 9.0;
/// A cell's height.
const HIGH: f64 = 18.0;
/// Size of the letters.
const SIZE: f64 = 15.0;
/// From a cell's top to where its letters stand.
const BASE: f64 = 13.5;
/// Around the screen.
const MARGIN: f64 = 12.0;

/// Writes the picture of a screen.
///
/// # Errors
/// When it cannot be written.
pub fn svg(screen: &Buffer, out: &mut dyn Write) -> io::Result<()> {
    let ground = ground(screen);
    let mut words: BTreeMap<(u32, Style), String> = BTreeMap::new();
    let mut grounds = String::new();
    let mut shapes = Shapes::default();
    for y in 0..screen.area.height {
        let row = Row { screen, y };
        row.grounds(ground, &mut grounds);
        row.letters(&mut words, &mut shapes);
    }
    let area = screen.area;
    let across = f64::from(area.width) * WIDE + 2.0 * MARGIN;
    let down = f64::from(area.height) * HIGH + 2.0 * MARGIN;
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" \
         font-family=\"monospace\" font-size=\"{SIZE}\">",
        Len(across),
        Len(down)
    )?;
    writeln!(
        out,
        "<rect width=\"{}\" height=\"{}\" rx=\"8\" fill=\"{}\"/>",
        Len(across),
        Len(down),
        hex(ground)
    )?;
    writeln!(out, "<g transform=\"translate({MARGIN} {MARGIN})\">")?;
    out.write_all(grounds.as_bytes())?;
    shapes.write(out)?;
    for ((ink, style), words) in words {
        write!(out, "<g fill=\"{}\"", hex(ink))?;
        for (on, attribute) in style.attributes() {
            if on {
                write!(out, " {attribute}")?;
            }
        }
        writeln!(out, ">\n{words}</g>")?;
    }
    writeln!(out, "</g>\n</svg>")
}

fn hex(colour: u32) -> String {
    format!("#{colour:06x}")
}

/// The colour behind most cells.
fn ground(screen: &Buffer) -> u32 {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for cell in &screen.content {
        *counts.entry(look(cell).paper).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.map_or(colours::PAPER, |(colour, _)| colour)
}

/// What is not colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Style {
    bits: u16,
}

impl Style {
    fn of(cell: &Cell) -> Self {
        let kept = Modifier::BOLD | Modifier::ITALIC | Modifier::CROSSED_OUT;
        Self {
            bits: (cell.modifier & kept).bits(),
        }
    }

    fn attributes(self) -> [(bool, &'static str); 3] {
        let has = |m: Modifier| self.bits & m.bits() != 0;
        [
            (has(Modifier::BOLD), "font-weight=\"bold\""),
            (has(Modifier::ITALIC), "font-style=\"italic\""),
            (
                has(Modifier::CROSSED_OUT),
                "text-decoration=\"line-through\"",
            ),
        ]
    }
}

/// One row of the screen.
struct Row<'a> {
    screen: &'a Buffer,
    y: u16,
}

/// Cells that are written in one piece.
struct Word {
    from: usize,
    cells: usize,
    text: String,
    style: (u32, Style),
}

impl Row<'_> {
    fn cell(&self, x: usize) -> Option<&Cell> {
        let wide = usize::from(self.screen.area.width);
        if x >= wide {
            return None;
        }
        self.screen.content.get(usize::from(self.y) * wide + x)
    }

    fn cells(&self) -> impl Iterator<Item = (usize, &Cell)> {
        (0..).map_while(|x| Some((x, self.cell(x)?)))
    }

    /// What lies behind the letters, where it is not the ground.
    fn grounds(&self, ground: u32, out: &mut String) {
        let mut runs: Vec<(u32, usize, usize)> = Vec::new();
        for (x, cell) in self.cells() {
            let paper = look(cell).paper;
            match runs.last_mut() {
                Some((colour, _, end)) if *colour == paper && *end == x => *end = x + 1,
                _ => runs.push((paper, x, x + 1)),
            }
        }
        for (colour, from, end) in runs.into_iter().filter(|run| run.0 != ground) {
            let _ = writeln!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{HIGH}\" fill=\"{}\" shape-rendering=\"crispEdges\"/>",
                Len(from as f64 * WIDE),
                Len(f64::from(self.y) * HIGH),
                Len((end - from) as f64 * WIDE),
                hex(colour)
            );
        }
    }

    fn letters(&self, words: &mut BTreeMap<(u32, Style), String>, shapes: &mut Shapes) {
        let mut word: Option<Word> = None;
        let mut skip = 0;
        for (x, cell) in self.cells() {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let Look { ink, .. } = look(cell);
            let symbol = cell.symbol();
            let wide = columns(symbol).max(1);
            skip = wide - 1;
            if cell.modifier.contains(Modifier::UNDERLINED) {
                shapes.underline(x, self.y, wide, ink);
            }
            let hidden = cell.modifier.contains(Modifier::HIDDEN);
            let drawn = hidden || symbol.trim().is_empty() || shapes.draw(symbol, x, self.y, ink);
            let style = (ink, Style::of(cell));
            let plain = wide == 1 && symbol.chars().all(|c| (c as u32) < 0x250);
            let joins = !drawn
                && plain
                && word
                    .as_ref()
                    .is_some_and(|w| w.style == style && w.from + w.cells == x);
            if let Some(word) = word.as_mut().filter(|_| joins) {
                word.text.push_str(symbol);
                word.cells += 1;
                continue;
            }
            if let Some(word) = word.take() {
                self.word(&word, words);
            }
            if drawn {
                continue;
            }
            let new = Word {
                from: x,
                cells: wide,
                text: symbol.to_owned(),
                style,
            };
            if plain {
                word = Some(new);
            } else {
                self.sign(&new, words);
            }
        }
        if let Some(word) = word {
            self.word(&word, words);
        }
    }

    /// A word: as wide as its cells, whatever the font.
    fn word(&self, word: &Word, words: &mut BTreeMap<(u32, Style), String>) {
        let out = words.entry(word.style).or_default();
        let length = if word.cells > 1 {
            format!(" textLength=\"{}\"", Len(word.cells as f64 * WIDE))
        } else {
            String::new()
        };
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{}\"{length}>{}</text>",
            Len(word.from as f64 * WIDE),
            Len(self.base()),
            text(&word.text)
        );
    }

    /// A single sign, which may come from another font than the letters: it stands in the middle of its cells.
    fn sign(&self, sign: &Word, words: &mut BTreeMap<(u32, Style), String>) {
        let out = words.entry(sign.style).or_default();
        let middle = (sign.from as f64 + sign.cells as f64 / 2.0) * WIDE;
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            Len(middle),
            Len(self.base()),
            text(&sign.text)
        );
    }

    fn base(&self) -> f64 {
        f64::from(self.y) * HIGH + BASE
    }
}

#[cfg(test)]
mod tests;
