//! Every sign on the screen that is not a letter, with its twin for a terminal that shows only ASCII.

/// A sign, by its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Glyph {
    /// Done.
    Done,
    /// Not yet.
    NotYet,
    /// Partly.
    Partly,
    /// Now, or waits.
    Current,
    /// Still to come.
    ToCome,
    /// Failed.
    Failed,
    /// Cannot be known.
    Unknown,
    /// Server and client talk.
    Both,
    /// From one place to the next.
    Then,
    /// An arrow's shaft.
    Shaft,
    /// An arrow's shaft, of something that is on its way or that was not seen.
    Dashed,
    /// An arrow's head to the right.
    Right,
    /// An arrow's head to the left.
    Left,
    /// An arrow's head upwards.
    Up,
    /// An arrow's head downwards.
    Down,
    /// Something is left out.
    Ellipsis,
    /// Divides words of a line.
    Dot,
    /// The full part of a gauge.
    Full,
    /// The empty part of a gauge.
    Empty,
    /// A gauge's left end.
    GaugeLeft,
    /// A gauge's right end.
    GaugeRight,
    /// The cell that is typed into.
    Cursor,
    /// Times: `×2`.
    Times,
    /// A line from left to right.
    Horizontal,
    /// A line downwards.
    Vertical,
    /// A box's corner.
    TopLeft,
    /// A box's corner.
    TopRight,
    /// A box's corner.
    BottomLeft,
    /// A box's corner.
    BottomRight,
    /// A strong line from left to right: the frame of the box that has the focus.
    StrongHorizontal,
    /// A strong line downwards.
    StrongVertical,
    /// A strong box's corner.
    StrongTopLeft,
    /// A strong box's corner.
    StrongTopRight,
    /// A strong box's corner.
    StrongBottomLeft,
    /// A strong box's corner.
    StrongBottomRight,
    /// A line that meets one to the right.
    TeeRight,
    /// A line that meets one to the left.
    TeeLeft,
    /// A line that meets one below.
    TeeDown,
    /// A line that meets one above.
    TeeUp,
    /// Lines that cross.
    Cross,
    /// A filled cell of large letters.
    Block,
    /// The upper half of a cell of large letters.
    UpperHalf,
    /// The lower half of a cell of large letters.
    LowerHalf,
    /// Part of a scroll bar that is shown.
    Thumb,
    /// Something that is notable.
    Notable,
    /// Not what it was.
    Changed,
}

/// Each sign and its twin, in the order of [`Glyph`]. Both are one cell wide.
#[rustfmt::skip]
static TABLE: [(Glyph, &str, &str); 46] = [
    (Glyph::Done, "✔", "+"),
    (Glyph::NotYet, "○", "-"),
    (Glyph::Partly, "◐", "%"),
    (Glyph::Current, "▶", "*"),
    (Glyph::ToCome, "·", "."),
    (Glyph::Failed, "✘", "!"),
    (Glyph::Unknown, "?", "?"),
    (Glyph::Both, "⇄", "="),
    (Glyph::Then, "▸", ">"),
    (Glyph::Shaft, "━", "="),
    (Glyph::Dashed, "╌", "-"),
    (Glyph::Right, "▶", ">"),
    (Glyph::Left, "◀", "<"),
    (Glyph::Up, "▲", "^"),
    (Glyph::Down, "▼", "v"),
    (Glyph::Ellipsis, "…", "~"),
    (Glyph::Dot, "·", "-"),
    (Glyph::Full, "█", "#"),
    (Glyph::Empty, " ", "."),
    (Glyph::GaugeLeft, "▕", "["),
    (Glyph::GaugeRight, "▏", "]"),
    (Glyph::Cursor, "▏", "_"),
    (Glyph::Times, "×", "x"),
    (Glyph::Horizontal, "─", "-"),
    (Glyph::Vertical, "│", "|"),
    (Glyph::TopLeft, "╭", "+"),
    (Glyph::TopRight, "╮", "+"),
    (Glyph::BottomLeft, "╰", "+"),
    (Glyph::BottomRight, "╯", "+"),
    (Glyph::StrongHorizontal, "━", "="),
    (Glyph::StrongVertical, "┃", "#"),
    (Glyph::StrongTopLeft, "┏", "#"),
    (Glyph::StrongTopRight, "┓", "#"),
    (Glyph::StrongBottomLeft, "┗", "#"),
    (Glyph::StrongBottomRight, "┛", "#"),
    (Glyph::TeeRight, "├", "+"),
    (Glyph::TeeLeft, "┤", "+"),
    (Glyph::TeeDown, "┬", "+"),
    (Glyph::TeeUp, "┴", "+"),
    (Glyph::Cross, "┼", "+"),
    (Glyph::Block, "█", "#"),
    (Glyph::UpperHalf, "▀", "\""),
    (Glyph::LowerHalf, "▄", "_"),
    (Glyph::Thumb, "┃", "#"),
    (Glyph::Notable, "◆", "*"),
    (Glyph::Changed, "≠", "/"),
];

/// The signs of one kind of terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GlyphSet {
    ascii: bool,
}

impl GlyphSet {
    /// The signs, or their twins.
    pub const fn new(ascii: bool) -> Self {
        Self { ascii }
    }

    /// How a sign is written.
    pub const fn get(self, glyph: Glyph) -> &'static str {
        let row = &TABLE[glyph as usize];
        if self.ascii { row.2 } else { row.1 }
    }

    /// Whether these are the twins.
    pub const fn ascii(self) -> bool {
        self.ascii
    }
}

/// The twin of a character that stands in a text: of a sign of the table, of a `µ`, else a question mark.
pub fn twin(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    match c {
        'µ' | 'μ' => 'u',
        '→' => '>',
        '←' => '<',
        '↑' => '^',
        '↓' => 'v',
        '–' | '—' | '−' => '-',
        '’' | '‘' => '\'',
        '“' | '”' => '"',
        c => TABLE
            .iter()
            .find(|row| row.1.starts_with(c))
            .and_then(|row| row.2.chars().next())
            .unwrap_or('?'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn each_sign_stands_in_its_place_and_is_one_cell_wide() {
        for (i, (glyph, sign, ascii)) in TABLE.iter().enumerate() {
            assert_eq!(*glyph as usize, i);
            assert_eq!((sign.width(), ascii.width()), (1, 1), "{glyph:?}");
            assert!(ascii.is_ascii());
        }
    }
}
