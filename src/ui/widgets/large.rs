//! Large letters, for the back of the room: three rows of half blocks each, or five rows in ASCII.

use crate::ui::{canvas::Canvas, glyphs::Glyph, theme::Role};

/// Rows that a line of large letters takes.
pub const fn height(ascii: bool) -> u16 {
    if ascii { 5 } else { 3 }
}

/// Each letter as five rows of dots, `#` for a dot; all rows of a letter are equally long.
#[rustfmt::skip]
static FONT: [(char, [&str; 5]); 55] = [
    ('a', [" # ", "# #", "###", "# #", "# #"]), ('b', ["## ", "# #", "## ", "# #", "## "]),
    ('c', [" ##", "#  ", "#  ", "#  ", " ##"]), ('d', ["## ", "# #", "# #", "# #", "## "]),
    ('e', ["###", "#  ", "## ", "#  ", "###"]), ('f', ["###", "#  ", "## ", "#  ", "#  "]),
    ('g', [" ##", "#  ", "# #", "# #", " ##"]), ('h', ["# #", "# #", "###", "# #", "# #"]),
    ('i', ["#", "#", "#", "#", "#"]),           ('j', ["  #", "  #", "  #", "# #", " # "]),
    ('k', ["# #", "# #", "## ", "# #", "# #"]), ('l', ["#  ", "#  ", "#  ", "#  ", "###"]),
    ('m', ["#   #", "## ##", "# # #", "#   #", "#   #"]), ('n', ["#  #", "## #", "# ##", "#  #", "#  #"]),
    ('o', ["###", "# #", "# #", "# #", "###"]), ('p', ["## ", "# #", "## ", "#  ", "#  "]),
    ('q', ["###", "# #", "# #", "###", "  #"]), ('r', ["## ", "# #", "## ", "# #", "# #"]),
    ('s', [" ##", "#  ", " # ", "  #", "## "]), ('t', ["###", " # ", " # ", " # ", " # "]),
    ('u', ["# #", "# #", "# #", "# #", "###"]), ('v', ["# #", "# #", "# #", "# #", " # "]),
    ('w', ["#   #", "#   #", "# # #", "## ##", "#   #"]), ('x', ["# #", "# #", " # ", "# #", "# #"]),
    ('y', ["# #", "# #", " # ", " # ", " # "]), ('z', ["###", "  #", " # ", "#  ", "###"]),
    ('0', ["###", "# #", "# #", "# #", "###"]), ('1', [" #", "##", " #", " #", " #"]),
    ('2', ["###", "  #", "###", "#  ", "###"]), ('3', ["###", "  #", " ##", "  #", "###"]),
    ('4', ["# #", "# #", "###", "  #", "  #"]), ('5', ["###", "#  ", "###", "  #", "###"]),
    ('6', ["###", "#  ", "###", "# #", "###"]), ('7', ["###", "  #", "  #", " # ", " # "]),
    ('8', ["###", "# #", "###", "# #", "###"]), ('9', ["###", "# #", "###", "  #", "###"]),
    (' ', ["  ", "  ", "  ", "  ", "  "]),      ('-', ["  ", "  ", "##", "  ", "  "]),
    ('.', [" ", " ", " ", " ", "#"]),           (',', ["  ", "  ", "  ", " #", "# "]),
    (':', [" ", "#", " ", "#", " "]),           ('_', ["   ", "   ", "   ", "   ", "###"]),
    ('(', [" #", "# ", "# ", "# ", " #"]),      (')', ["# ", " #", " #", " #", "# "]),
    ('\'', ["#", "#", " ", " ", " "]),           ('"', ["# #", "# #", "   ", "   ", "   "]),
    ('=', ["   ", "###", "   ", "###", "   "]), (';', [" #", "  ", " #", " #", "# "]),
    ('!', ["#", "#", "#", " ", "#"]),           ('+', ["   ", " # ", "###", " # ", "   "]),
    ('/', ["  #", "  #", " # ", "#  ", "#  "]), ('\\', ["#  ", "#  ", " # ", "  #", "  #"]),
    ('<', ["  #", " # ", "#  ", " # ", "  #"]), ('>', ["#  ", " # ", "  #", " # ", "#  "]),
    ('?', ["###", "  #", " ##", "   ", " # "]),
];

fn letter(c: char) -> &'static [&'static str; 5] {
    let find = |c: char| FONT.iter().find(|(l, _)| *l == c).map(|(_, rows)| rows);
    find(c.to_ascii_lowercase()).unwrap_or(&FONT[FONT.len() - 1].1)
}

/// Whether there is a letter for every character of a text.
pub fn has(text: &str) -> bool {
    text.chars()
        .all(|c| FONT.iter().any(|(l, _)| *l == c.to_ascii_lowercase()))
}

/// A text in lines that fit into so many cells in large letters; `None` if a word does not, or has no letters.
pub fn wrap(text: &str, cells: u16) -> Option<Vec<String>> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        if width(word) > cells || !has(word) {
            return None;
        }
        match lines.last_mut() {
            Some(line) if width(line) + width("  ") + width(word) <= cells => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    Some(lines)
}

/// How many cells a text takes.
pub fn width(text: &str) -> u16 {
    let cells: usize = text.chars().map(|c| letter(c)[0].len() + 1).sum();
    cells.saturating_sub(1) as u16
}

/// Writes a text in large letters; what does not fit into so many cells is left out.
pub fn large(canvas: &mut Canvas<'_>, x: u16, y: u16, cells: u16, role: Role, text: &str) {
    let mut dots = [const { String::new() }; 6];
    for c in text.chars() {
        for (row, part) in dots.iter_mut().zip(letter(c)) {
            row.push_str(part);
            row.push(' ');
        }
    }
    let wide = dots[0].len();
    dots[5] = " ".repeat(wide);
    let lit = |row: &String, i: usize| row.as_bytes().get(i) == Some(&b'#');
    let sign = |glyph| canvas.theme.glyph(glyph);
    let (block, upper, lower) = (
        sign(Glyph::Block),
        sign(Glyph::UpperHalf),
        sign(Glyph::LowerHalf),
    );
    let rows: Vec<String> = if canvas.theme.ascii() {
        dots[..5]
            .iter()
            .map(|row| row.replace('#', block))
            .collect()
    } else {
        dots.chunks_exact(2)
            .map(|pair| {
                (0..wide)
                    .map(|i| match (lit(&pair[0], i), lit(&pair[1], i)) {
                        (true, true) => block,
                        (true, false) => upper,
                        (false, true) => lower,
                        (false, false) => " ",
                    })
                    .collect()
            })
            .collect()
    };
    for (i, row) in rows.iter().enumerate() {
        let fits: String = row.chars().take(usize::from(cells)).collect();
        canvas.text(x, y + i as u16, cells, role, &fits);
    }
}
