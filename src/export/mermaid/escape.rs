//! Text inside a Mermaid diagram. A `#` begins an entity there, `;` and a line's end end a statement, `%%` begins a
//! remark, `$$` a formula, `\n` breaks a line, and what looks like markup is taken for it. Each becomes an entity.

use core::fmt::Write as _;

/// Characters that may stand as they are, besides letters and digits.
const PLAIN: &str = " .,()=+-_/'!?*|[]^\":→";
/// Letters with which the renderer marks entities while it parses.
const MARKS: [char; 4] = ['ﬂ', '°', '¶', 'ß'];
/// A colon behind these means something.
const BEFORE_COLON: [&str; 3] = ["style", "classDef", "wrap"];

/// `text` as the text of a message or a note, in lines of at most `width` characters where it has spaces.
pub(super) fn text(text: &str, width: usize) -> String {
    let colons = !BEFORE_COLON.iter().any(|word| text.contains(word));
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let long = word.chars().count();
        if column > 0 && column + 1 + long > width {
            out.push_str("<br/>");
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        column += long;
        // Alone, it ends a block in older versions wherever it stands.
        let is_end = word.eq_ignore_ascii_case("end");
        for (i, c) in word.chars().enumerate() {
            let plain = c.is_alphanumeric() && !MARKS.contains(&c) || PLAIN.contains(c);
            if plain && (colons || c != ':') && !(is_end && i == 0) {
                out.push(c);
            } else {
                let _ = write!(out, "#{};", c as u32);
            }
        }
    }
    if out.is_empty() {
        out.push_str("(nothing)");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_becomes_an_entity() {
        assert_eq!(text("a;b#c", 40), "a#59;b#35;c");
        assert_eq!(text("<b>&amp;", 40), "#60;b#62;#38;amp#59;");
        assert_eq!(
            text("%%{init}%% $$x$$ a\\nb", 60),
            "#37;#37;#123;init#125;#37;#37; #36;#36;x#36;#36; a#92;nb"
        );
        assert_eq!(
            text("the END of end and bend", 60),
            "the #69;ND of #101;nd and bend"
        );
        assert_eq!(text("10.0.0.1:80 (\"hi\")", 60), "10.0.0.1:80 (\"hi\")");
        assert_eq!(text("style:;", 60), "style#58;#59;");
        assert_eq!(text("wrap:x", 60), "wrap#58;x");
        assert_eq!(text("groß ﬂ°", 60), "gro#223; #64258;#176;");
        assert_eq!(text("  ", 60), "(nothing)");
    }

    #[test]
    fn long_text_is_laid_out_in_lines() {
        assert_eq!(text("one two three", 7), "one two<br/>three");
        assert_eq!(text("incomprehensible", 7), "incomprehensible");
    }
}
