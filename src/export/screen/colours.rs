//! A cell's colours as numbers. Terminals give the named ones what they like; here they are the same in every picture.

use ratatui::{
    buffer::Cell,
    style::{Color, Modifier},
};

/// Behind the letters, when nobody says otherwise.
pub(super) const PAPER: u32 = 0x16_181d;
/// Letters, when nobody says otherwise.
const INK: u32 = 0xd6_d9df;

/// The sixteen named colours, in the order of their numbers.
const NAMED: [u32; 16] = [
    0x00_0000, 0xd7_4e4e, 0x5f_b35f, 0xc8_a43c, 0x4f_84d6, 0xb0_6bc4, 0x3f_b0b5, 0xc3_c7cf,
    0x75_7b87, 0xff_7b7b, 0x8f_e08a, 0xf7_d774, 0x84_b4ff, 0xde_9bf0, 0x74_e0e2, 0xff_ffff,
];

/// The colours of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) ink: u32,
    pub(super) paper: u32,
}

/// What a cell looks like, reversed and dimmed where it is.
pub(super) fn look(cell: &Cell) -> Look {
    let (mut ink, mut paper) = (colour(cell.fg, INK), colour(cell.bg, PAPER));
    if cell.modifier.contains(Modifier::REVERSED) {
        (ink, paper) = (paper, ink);
    }
    if cell.modifier.contains(Modifier::DIM) {
        ink = between(ink, paper);
    }
    Look { ink, paper }
}

fn colour(colour: Color, default: u32) -> u32 {
    let index = match colour {
        Color::Reset => return default,
        Color::Rgb(r, g, b) => return u32::from(r) << 16 | u32::from(g) << 8 | u32::from(b),
        Color::Indexed(n) => n,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    indexed(index)
}

/// The 256 colours of terminals: sixteen named ones, a cube of six by six by six, and 24 greys.
fn indexed(n: u8) -> u32 {
    let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * u32::from(n) };
    match n {
        0..16 => NAMED[usize::from(n)],
        16..232 => {
            let n = n - 16;
            step(n / 36) << 16 | step(n / 6 % 6) << 8 | step(n % 6)
        }
        232.. => (8 + 10 * u32::from(n - 232)) * 0x01_0101,
    }
}

/// Nearer to the ground, yet readable.
fn between(ink: u32, paper: u32) -> u32 {
    [16, 8, 0].into_iter().fold(0, |all, shift| {
        let part = |colour: u32| colour >> shift & 0xff;
        all | ((part(ink) * 3 + part(paper) * 2) / 5) << shift
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_colour_has_its_number() {
        assert_eq!(colour(Color::Rgb(1, 2, 3), 0), 0x01_0203);
        assert_eq!(colour(Color::Indexed(214), 0), 0xff_af00);
        assert_eq!(colour(Color::Indexed(255), 0), 0xee_eeee);
        assert_eq!(colour(Color::White, 0), colour(Color::Indexed(15), 0));
        let mut cell = Cell::default();
        cell.modifier = Modifier::REVERSED;
        let look = look(&cell);
        assert_eq!((look.ink, look.paper), (PAPER, INK));
    }
}
