//! Lines that turn, meet and cross: drawn piece by piece, put together cell by cell. A way that was taken is strong, one
//! that was crossed unseen is strong and dashed, and neither is told by colour alone.

use crate::ui::{canvas::Canvas, theme::Role};
use ratatui::layout::Rect;

/// How a line is drawn; of two that share a cell, the later of these wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Thin: it is there, nobody went it.
    #[default]
    Thin,
    /// Strong and dashed: gone, but too fast to be seen.
    Dashed,
    /// Strong: gone.
    Strong,
}

const N: u8 = 1;
const E: u8 = 2;
const S: u8 = 4;
const W: u8 = 8;

/// The signs for each set of arms (north 1, east 2, south 4, west 8), and their twins.
const THIN: [&str; 2] = [" │─╰││╭├─╯─┴╮┤┬┼", " |-+||++-+-+++++"];
const STRONG: [&str; 2] = [" ┃━┗┃┃┏┣━┛━┻┓┫┳╋", " #=#####=#=#####"];
const DASHED: [&str; 2] = [" ┇┅┗┇┇┏┣┅┛┅┻┓┫┳╋", " :.:::::.:.:::::"];
/// The signs of a line that slopes down to the left and down to the right, and their twins.
const SLOPING: [[char; 2]; 2] = [['╱', '╲'], ['/', '\\']];

fn sign(weight: Weight, arms: u8, ascii: bool) -> char {
    // In ASCII a strong line is `=` across and `#` in all else.
    if ascii && weight == Weight::Strong {
        return if arms & (N | S) == 0 { '=' } else { '#' };
    }
    let row = match weight {
        Weight::Thin => THIN,
        Weight::Dashed => DASHED,
        Weight::Strong => STRONG,
    };
    row[usize::from(ascii)]
        .chars()
        .nth(usize::from(arms))
        .unwrap_or(' ')
}

#[derive(Clone, Copy, Default)]
struct Cell {
    arms: [u8; 3],
    role: Option<(Weight, Role)>,
    /// Whether a line slopes through it, to the right or to the left; it hides what it crosses.
    sloping: Option<(bool, Role)>,
}

/// Lines on a field of cells.
pub(super) struct Wires {
    width: u16,
    height: u16,
    cells: Vec<Cell>,
}

impl Wires {
    /// A field without lines.
    pub(super) fn new(width: u16, height: u16) -> Self {
        let cells = vec![Cell::default(); usize::from(width) * usize::from(height)];
        Self {
            width,
            height,
            cells,
        }
    }

    fn arm(&mut self, x: i32, y: i32, arm: u8, weight: Weight, role: Role) {
        if x < 0 || y < 0 || x >= i32::from(self.width) || y >= i32::from(self.height) {
            return;
        }
        let cell = &mut self.cells[y as usize * usize::from(self.width) + x as usize];
        cell.arms[weight as usize] |= arm;
        if cell.role.is_none_or(|(w, _)| weight >= w) {
            cell.role = Some((weight, role));
        }
    }

    /// Draws along these corners, each straight above, below or beside the one before it.
    pub(super) fn draw(&mut self, corners: &[(i32, i32)], weight: Weight, role: Role) {
        for pair in corners.windows(2) {
            let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
            let (dx, dy) = ((to_x - x).signum(), (to_y - y).signum());
            let (out, back) = match (dx, dy) {
                (1, _) => (E, W),
                (-1, _) => (W, E),
                (_, 1) => (S, N),
                (_, -1) => (N, S),
                _ => continue,
            };
            let (mut x, mut y) = (x, y);
            // A way that is not straight would never arrive.
            let steps = (to_x - x).abs().max((to_y - y).abs()).min(10_000);
            for _ in 0..steps {
                self.arm(x, y, out, weight, role);
                (x, y) = (x + dx, y + dy);
                self.arm(x, y, back, weight, role);
            }
        }
    }

    /// Draws a thin line downwards through these cells, one in each row, each below the one before it or one aside.
    pub(super) fn slope(&mut self, way: &[(i32, i32)], role: Role) {
        for (i, &(x, y)) in way.iter().enumerate() {
            let before = i.checked_sub(1).map(|i| way[i].0);
            let last = i + 1 == way.len();
            match before {
                Some(from) if from != x && !last => self.sloping(x, y, from < x, role),
                Some(_) => self.arm(x, y, N, Weight::Thin, role),
                None => {}
            }
            if !last && before.is_none_or(|from| from == x) {
                self.arm(x, y, S, Weight::Thin, role);
            }
        }
    }

    fn sloping(&mut self, x: i32, y: i32, right: bool, role: Role) {
        if x >= 0 && y >= 0 && x < i32::from(self.width) && y < i32::from(self.height) {
            let cell = &mut self.cells[y as usize * usize::from(self.width) + x as usize];
            cell.sloping = Some((right, role));
        }
    }

    /// Half a cell's line to the left or to the right: a mark on a line that runs downwards.
    pub(super) fn stub(&mut self, x: i32, y: i32, left: bool, role: Role) {
        // As strong as what is there, so that it joins it.
        let inside = x >= 0 && y >= 0 && x < i32::from(self.width) && y < i32::from(self.height);
        if inside {
            let cell = &self.cells[y as usize * usize::from(self.width) + x as usize];
            let (weight, role) = cell.role.unwrap_or((Weight::Thin, role));
            self.arm(x, y, if left { W } else { E }, weight, role);
        }
    }

    /// Puts the lines on the screen, with its upper left corner there.
    pub(super) fn show(&self, c: &mut Canvas<'_>, area: Rect) {
        let ascii = c.theme.ascii();
        for y in 0..self.height.min(area.height) {
            for x in 0..self.width.min(area.width) {
                let cell = &self.cells[usize::from(y) * usize::from(self.width) + usize::from(x)];
                let (x, y) = (area.x + x, area.y + y);
                if let Some((right, role)) = cell.sloping {
                    if x < c.buf.area.right() && y < c.buf.area.bottom() {
                        let style = c.theme.style(role);
                        let sign = SLOPING[usize::from(ascii)][usize::from(right)];
                        c.buf[(x, y)].set_char(sign).set_style(style);
                    }
                    continue;
                }
                let Some((weight, role)) = cell.role else {
                    continue;
                };
                let strong =
                    cell.arms[Weight::Dashed as usize] | cell.arms[Weight::Strong as usize];
                let arms = if strong == 0 {
                    cell.arms[Weight::Thin as usize]
                } else {
                    strong
                };
                if x < c.buf.area.right() && y < c.buf.area.bottom() {
                    let style = c.theme.style(role);
                    c.buf[(x, y)]
                        .set_char(sign(weight, arms, ascii))
                        .set_style(style);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::Settings, ui::theme::Theme};
    use ratatui::buffer::Buffer;

    fn picture(ascii: bool) -> String {
        let mut wires = Wires::new(7, 3);
        wires.draw(&[(0, 0), (3, 0), (3, 2)], Weight::Thin, Role::Faint);
        wires.draw(&[(6, 1), (3, 1), (3, 2)], Weight::Strong, Role::Client);
        wires.draw(&[(0, 2), (2, 2)], Weight::Dashed, Role::Server);
        let area = Rect::new(0, 0, 7, 3);
        let mut buf = Buffer::empty(area);
        let settings = Settings {
            ascii,
            ..Settings::default()
        };
        wires.show(&mut Canvas::new(&mut buf, Theme::of(&settings)), area);
        let rows = buf.content.chunks(7);
        rows.map(|row| {
            row.iter()
                .map(ratatui::buffer::Cell::symbol)
                .collect::<String>()
                + "\n"
        })
        .collect()
    }

    #[test]
    fn lines_join_and_the_way_taken_stands_out() {
        assert_eq!(picture(false), "───╮   \n   ┏━━━\n┅┅┅┃   \n");
        assert_eq!(picture(true), "---+   \n   #===\n...#   \n");
    }
}
