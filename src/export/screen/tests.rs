//! Pictures of cells: where each stands, what is drawn, what colour it has.

use super::*;
use crate::export::svg::xml::check;
use ratatui::{
    layout::Rect,
    style::{Color, Style as Look},
};

fn picture(lines: &[&str]) -> String {
    made(&Buffer::with_lines(lines.to_vec()))
}

fn made(buffer: &Buffer) -> String {
    let mut out = Vec::new();
    svg(buffer, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    check(&text).unwrap();
    text
}

#[test]
fn each_word_begins_at_its_column_and_is_as_wide_as_its_cells() {
    let svg = picture(&["ab  漢 ✔ é"]);
    assert!(
        svg.contains("<text x=\"0\" y=\"13.5\" textLength=\"18\">ab</text>"),
        "{svg}"
    );
    assert!(svg.contains("<text x=\"45\" y=\"13.5\" text-anchor=\"middle\">漢</text>"));
    assert!(svg.contains("<text x=\"67.5\" y=\"13.5\" text-anchor=\"middle\">✔</text>"));
    assert!(svg.contains("<text x=\"81\" y=\"13.5\">é</text>"));
}

#[test]
fn lines_are_drawn_and_meet() {
    let svg = picture(&["─┐", "━┃", "╭▶"]);
    // From the left edge to the middle, and on to the right edge, where the corner's line begins.
    assert!(
        svg.contains("M4.5 9L9 9M0 9L4.5 9M13.5 9L13.5 18M9 9L13.5 9"),
        "{svg}"
    );
    assert!(!svg.contains("<text"), "nothing is written");
}

#[test]
fn every_line_block_and_dot_has_a_shape() {
    for c in ('\u{2500}'..='\u{259f}').chain('\u{2801}'..='\u{28ff}') {
        let svg = picture(&[&c.to_string()]);
        assert!(svg.contains(" d=\"M") && !svg.contains("<text"), "{c}");
    }
}

#[test]
fn colours_bold_and_lines_below_are_kept() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
    let look = Look::new().fg(Color::Rgb(1, 2, 3)).bg(Color::Red);
    buffer.set_string(0, 0, "a", look.add_modifier(Modifier::BOLD));
    buffer.set_string(2, 0, "b", look.add_modifier(Modifier::UNDERLINED));
    let svg = made(&buffer);
    assert!(
        svg.contains("<g fill=\"#010203\" font-weight=\"bold\">"),
        "{svg}"
    );
    assert_eq!(svg.matches("fill=\"#d74e4e\" shape").count(), 2);
    assert!(svg.contains("M18 16h9"));
}

#[test]
fn what_a_cell_holds_is_no_markup() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 1));
    for (x, hostile) in ["<", "&", "\u{202e}", "\u{1b}", "\"", "</text>"]
        .iter()
        .enumerate()
    {
        buffer.content[x].set_symbol(hostile);
    }
    let svg = made(&buffer);
    assert!(svg.contains("&lt;&amp;"), "{svg}");
}

#[test]
fn a_screen_without_cells_is_a_picture() {
    made(&Buffer::empty(Rect::new(0, 0, 0, 0)));
}
