//! The screens as a film: asciicast v2 (<https://docs.asciinema.org/manual/asciicast/v2/>), a header and then a line for
//! each screen that differs from the one before it, with just what a terminal has to write anew.

use super::{Journal, Shot};
use crate::model::{ids::Nanos, payload::is_unprintable};
use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};
use serde::Serialize;
use std::{
    fmt::Write as _,
    io::{self, Write},
};
use unicode_width::UnicodeWidthStr;

/// The version of the format.
const VERSION: u8 = 2;
/// A screen stands for as long at least: less is not seen.
const LEAST: Nanos = Nanos::from_millis(50);
/// And no longer than this, however long nothing happened.
const MOST: Nanos = Nanos::from_millis(2_000);
/// When there is no screen at all.
const SIZE: (u16, u16) = (80, 24);
/// Letters of the title.
const TITLE: usize = 120;

#[derive(Serialize)]
struct Header<'a> {
    version: u8,
    width: u16,
    height: u16,
    timestamp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
}

/// Writes the film.
///
/// # Errors
/// When it cannot be written.
pub fn write(
    journal: &Journal<'_>,
    shots: &mut dyn Iterator<Item = Shot>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut shots = shots.peekable();
    let area = shots.peek().map(|shot| shot.screen.area);
    let (width, height) = area.map_or(SIZE, |area| (area.width, area.height));
    let title: String = journal
        .name
        .chars()
        .filter(|c| !is_unprintable(*c))
        .take(TITLE)
        .collect();
    let header = Header {
        version: VERSION,
        width,
        height,
        timestamp: journal.epoch_ns / 1_000_000_000,
        title: Some(title.as_str()).filter(|t| !t.is_empty()),
    };
    serde_json::to_writer(&mut *out, &header)?;
    out.write_all(b"\n")?;

    let mut film = Film::default();
    let mut before: Option<(Nanos, Buffer)> = None;
    for shot in shots {
        let known = before.take().filter(|(_, b)| b.area == shot.screen.area);
        let drawn = match &known {
            Some((_, screen)) => film.redraw(screen, &shot.screen),
            None => film.draw(&shot.screen),
        };
        if let Some((at, _)) = &known {
            if drawn.is_empty() {
                // It stands there already; its time counts from when it came.
                before = known;
                continue;
            }
            film.time = film.time.plus(bounded(shot.at.since(*at)));
        }
        film.line(&drawn, out)?;
        before = Some((shot.at, shot.screen));
    }
    // The last screen stands for a while, and the terminal is given back with a cursor.
    film.time = film.time.plus(MOST);
    film.line("\u{1b}[0m\u{1b}[?25h", out)
}

fn bounded(gap: Nanos) -> Nanos {
    gap.clamp(LEAST, MOST)
}

/// What a terminal that shows the film is like.
#[derive(Default)]
struct Film {
    time: Nanos,
    look: Option<String>,
    cursor: Option<(u16, u16)>,
}

impl Film {
    fn line(&self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let seconds = self.time.0 as f64 / 1e9;
        serde_json::to_writer(&mut *out, &(seconds, "o", text))?;
        out.write_all(b"\n")
    }

    /// The first screen, on one that is cleared for it.
    fn draw(&mut self, screen: &Buffer) -> String {
        (self.look, self.cursor) = (None, None);
        let clear = "\u{1b}[?25l\u{1b}[0m\u{1b}[2J";
        let more = self.redraw(&Buffer::empty(screen.area), screen);
        format!("{clear}{more}")
    }

    /// What differs.
    fn redraw(&mut self, before: &Buffer, screen: &Buffer) -> String {
        let mut out = String::new();
        for (x, y, cell) in before.diff(screen) {
            let (x, y) = (x - screen.area.x, y - screen.area.y);
            if self.cursor != Some((x, y)) {
                let _ = write!(out, "\u{1b}[{};{}H", y + 1, x + 1);
            }
            let look = look(cell);
            if self.look.as_ref() != Some(&look) {
                out.push_str(&look);
                self.look = Some(look);
            }
            let plain = |c: char| if is_unprintable(c) { '\u{fffd}' } else { c };
            out.extend(cell.symbol().chars().map(plain));
            // Terminals do not agree on how wide a sign is, or where the cursor is at the edge.
            let narrow = cell.symbol().width() == 1 && x + 1 < screen.area.width;
            self.cursor = narrow.then_some((x + 1, y));
        }
        out
    }
}

/// The sequence that makes letters look like this (ECMA-48, SGR).
fn look(cell: &Cell) -> String {
    let mut out = String::from("\u{1b}[0");
    let table = [
        (Modifier::BOLD, 1),
        (Modifier::DIM, 2),
        (Modifier::ITALIC, 3),
        (Modifier::UNDERLINED, 4),
        (Modifier::SLOW_BLINK, 5),
        (Modifier::RAPID_BLINK, 6),
        (Modifier::REVERSED, 7),
        (Modifier::HIDDEN, 8),
        (Modifier::CROSSED_OUT, 9),
    ];
    for (modifier, number) in table {
        if cell.modifier.contains(modifier) {
            let _ = write!(out, ";{number}");
        }
    }
    colour(&mut out, cell.fg, 30);
    colour(&mut out, cell.bg, 40);
    out.push('m');
    out
}

/// A colour's parameters; `base` is 30 for letters and 40 for what lies behind them.
fn colour(out: &mut String, colour: Color, base: u8) {
    let number = match colour {
        Color::Reset => return,
        Color::Rgb(r, g, b) => {
            let _ = write!(out, ";{};2;{r};{g};{b}", base + 8);
            return;
        }
        Color::Indexed(n) => {
            let _ = write!(out, ";{};5;{n}", base + 8);
            return;
        }
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        // The bright ones.
        Color::DarkGray => 60,
        Color::LightRed => 61,
        Color::LightGreen => 62,
        Color::LightYellow => 63,
        Color::LightBlue => 64,
        Color::LightMagenta => 65,
        Color::LightCyan => 66,
        Color::White => 67,
    };
    let _ = write!(out, ";{}", base + number);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::book::Book;
    use ratatui::{layout::Rect, style::Style};

    fn film(shots: Vec<(u64, Buffer)>) -> Vec<serde_json::Value> {
        let book = Book::new();
        let mut journal = Journal::of(&book, 1_700_000_000_123_456_789);
        journal.name = "a \u{1b}[2Jtalk";
        let mut shots = shots.into_iter().map(|(ms, screen)| Shot {
            at: Nanos::from_millis(ms),
            screen,
        });
        let mut out = Vec::new();
        write(&journal, &mut shots, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines = text.lines().map(|l| serde_json::from_str(l).unwrap());
        lines.collect()
    }

    #[test]
    fn a_line_for_each_screen_that_differs_at_bounded_times() {
        let screen = |text: &str| Buffer::with_lines([text]);
        let film = film(vec![
            (0, screen("abc")),
            (1, screen("abc")),
            (2, screen("abd")),
            (500, screen("abe")),
            (90_000, screen("xbe")),
        ]);
        assert_eq!(
            film[0],
            serde_json::json!({"version": 2, "width": 3, "height": 1, "timestamp": 1_700_000_000, "title": "a [2Jtalk"})
        );
        let times: Vec<f64> = film[1..].iter().map(|l| l[0].as_f64().unwrap()).collect();
        assert_eq!(times, [0.0, 0.05, 0.548, 2.548, 4.548]);
        assert_eq!(film[2][2], "\u{1b}[1;3Hd");
        assert_eq!(film[4][2], "\u{1b}[1;1Hx");
    }

    #[test]
    fn without_screens_there_is_a_header() {
        assert_eq!(film(Vec::new()).len(), 2);
    }

    #[test]
    fn every_look_has_its_sequence() {
        let mut screen = Buffer::empty(Rect::new(0, 0, 2, 1));
        let style = Style::new().fg(Color::LightRed).bg(Color::Rgb(1, 2, 3));
        screen.set_string(
            0,
            0,
            "a",
            style.add_modifier(Modifier::BOLD | Modifier::REVERSED),
        );
        screen.set_string(1, 0, "b", Style::new().fg(Color::Indexed(200)));
        let film = film(vec![(0, screen)]);
        assert_eq!(
            film[1][2],
            "\u{1b}[?25l\u{1b}[0m\u{1b}[2J\u{1b}[1;1H\u{1b}[0;1;7;91;48;2;1;2;3ma\u{1b}[0;38;5;200mb"
        );
    }
}
