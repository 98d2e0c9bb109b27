//! A line taken apart into words with their places: bare words, text in quotes, file names. `$NAME` is filled in
//! here, in bare words only.

use super::{
    mistake::{Mistake, quoted},
    vars::{Vars, name_length},
};
use crate::model::payload::is_unprintable;
use core::ops::Range;

/// One word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Its place in the line, quotes and all.
    pub(super) span: Range<usize>,
    /// What it is.
    pub(super) kind: Kind,
}

/// What a word can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Without quotes, `$NAME` filled in.
    Bare(String),
    /// `"..."`, its escapes read.
    Text(Vec<u8>),
    /// `@"..."`.
    File(Vec<u8>),
}

/// So many words are read. No statement has nearly as many, so the parser stops at one that is too much before these
/// end, and a line of millions of words costs nothing.
const MOST: usize = 32;

/// The words of a line, up to its comment or its end.
pub(super) fn split(line: &str, vars: &Vars) -> Result<Vec<Word>, Mistake> {
    let mut words = Vec::new();
    let mut at = 0;
    while words.len() < MOST
        && let Some(c) = line[at..].chars().next()
    {
        if c == '#' {
            // The comment goes to the end of its line.
            at = line[at..].find('\n').map_or(line.len(), |i| at + i);
        } else if c == '\n' {
            if line[at..].trim_start().is_empty() {
                break;
            }
            return Err(Mistake::new(
                at..at + 1,
                "a second line begins here, and a statement is one line",
            ));
        } else if c.is_whitespace() {
            at += c.len_utf8();
        } else {
            let word = word(line, at, vars)?;
            at = word.span.end;
            words.push(word);
        }
    }
    Ok(words)
}

fn word(line: &str, start: usize, vars: &Vars) -> Result<Word, Mistake> {
    let rest = &line[start..];
    if rest.starts_with('"') {
        let (bytes, end) = text(line, start)?;
        return Ok(Word {
            span: start..end,
            kind: Kind::Text(bytes),
        });
    }
    if rest.starts_with("@\"") {
        let (bytes, end) = text(line, start + 1)?;
        return Ok(Word {
            span: start..end,
            kind: Kind::File(bytes),
        });
    }
    let length = rest
        .find(|c: char| c.is_whitespace() || c == '"')
        .unwrap_or(rest.len());
    let span = start..start + length;
    let written = &line[span.clone()];
    foreign(written, start)?;
    let kind = fill_in(written, start, vars)?;
    Ok(Word { span, kind })
}

/// Characters that a person did not mean to type, or meant as quotes.
fn foreign(written: &str, start: usize) -> Result<(), Mistake> {
    for (i, c) in written.char_indices() {
        let span = start + i..start + i + c.len_utf8();
        if is_unprintable(c) {
            return Err(Mistake::new(
                span,
                format!("here stands U+{:04X}, which cannot be seen", c as u32),
            )
            .help("take it out, or write it in a text in quotes as an escape"));
        }
        if matches!(c, '“' | '”' | '„' | '«' | '»')
            || (i == 0 && matches!(c, '\'' | '‘' | '’' | '`'))
        {
            return Err(Mistake::new(
                span,
                format!("text stands in straight double quotes, not in {c}"),
            )
            .help("write it as in: client send \"hello\""));
        }
    }
    Ok(())
}

fn fill_in(written: &str, start: usize, vars: &Vars) -> Result<Kind, Mistake> {
    let mut filled = String::new();
    let mut rest = written;
    while let Some(dollar) = rest.find('$') {
        filled.push_str(&rest[..dollar]);
        let place = start + written.len() - rest.len() + dollar;
        let after = &rest[dollar + 1..];
        let name = &after[..name_length(after)];
        let span = place..place + 1 + name.len();
        if name.is_empty() {
            return Err(Mistake::new(span, "a name is missing after `$`")
                .help("write it as in $PORT, and give it a value with --set PORT=10008"));
        }
        let Some(value) = vars.get(name) else {
            let shown = &name[..name.len().min(40)];
            let mut mistake = Mistake::new(span, format!("`${shown}` has no value"))
                .meant(name, vars.names())
                .help(format!("give it one with --set {shown}=VALUE"));
            mistake.nearest = mistake.nearest.map(|name| format!("${name}"));
            return Err(mistake);
        };
        // A value that is a text in quotes stays one, so that --set can give what `send` and `say` take.
        if value.starts_with('"') && written.len() == 1 + name.len() {
            return match text(value, 0) {
                Ok((bytes, end)) if end == value.len() => Ok(Kind::Text(bytes)),
                _ => Err(Mistake::new(
                    span,
                    format!("the value of `${name}` begins with a quote and is no text in quotes"),
                )
                .help(format!("it is {}", quoted(value)))),
            };
        }
        filled.push_str(value);
        rest = &after[name.len()..];
    }
    filled.push_str(rest);
    Ok(Kind::Bare(filled))
}

/// The bytes of the text in quotes that begins at `start`, and where it ends.
fn text(line: &str, start: usize) -> Result<(Vec<u8>, usize), Mistake> {
    let mut bytes = Vec::new();
    let mut chars = line[start + 1..].char_indices();
    while let Some((i, c)) = chars.next() {
        let at = start + 1 + i;
        match c {
            '"' => return Ok((bytes, at + 1)),
            '\\' => {
                let length = escape(&line[at..], &mut bytes).map_err(|m| m.moved(at))?;
                // The backslash is gone already; what follows it in the escape is ASCII, so characters are bytes.
                for _ in 1..length {
                    chars.next();
                }
            }
            '\n' => break,
            c => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Err(
        Mistake::new(start..start + 1, "the text that begins here has no end")
            .help("it ends with a second \"; a \" inside it is written \\\""),
    )
}

/// Reads one escape, from its backslash; gives its length in bytes.
fn escape(rest: &str, bytes: &mut Vec<u8>) -> Result<usize, Mistake> {
    let byte = match rest[1..].chars().next() {
        Some('r') => b'\r',
        Some('n') => b'\n',
        Some('t') => b'\t',
        Some('0') => b'\0',
        Some('"') => b'"',
        Some('\\') => b'\\',
        Some('x') => {
            let digits = rest.get(2..4).and_then(|d| {
                d.bytes()
                    .all(|b| b.is_ascii_hexdigit())
                    .then(|| u8::from_str_radix(d, 16).ok())
                    .flatten()
            });
            let Some(byte) = digits else {
                return Err(Mistake::new(
                    0..2,
                    "`\\x` needs two hexadecimal digits, as in \\x1b",
                ));
            };
            bytes.push(byte);
            return Ok(4);
        }
        Some('u') => return unicode(rest, bytes),
        found => {
            let length = 1 + found.map_or(0, char::len_utf8);
            return Err(Mistake::new(
                0..length,
                format!("{} is no escape", quoted(&rest[..length])),
            )
            .expected([
                "`\\r`",
                "`\\n`",
                "`\\t`",
                "`\\0`",
                "`\\xNN`",
                "`\\u{...}`",
                "`\\\"`",
                "`\\\\`",
            ])
            .help("a backslash itself is written \\\\"));
        }
    };
    bytes.push(byte);
    Ok(2)
}

fn unicode(rest: &str, bytes: &mut Vec<u8>) -> Result<usize, Mistake> {
    let digits = rest[2..]
        .strip_prefix('{')
        .and_then(|r| r.get(..r.bytes().take(7).position(|b| b == b'}')?));
    let Some(digits) = digits.filter(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_hexdigit()))
    else {
        return Err(Mistake::new(
            0..2,
            "`\\u` needs one to six hexadecimal digits in braces, as in \\u{20ac}",
        ));
    };
    let length = 4 + digits.len();
    let c = u32::from_str_radix(digits, 16)
        .ok()
        .and_then(char::from_u32);
    let Some(c) = c else {
        return Err(Mistake::new(
            0..length,
            format!("U+{} is no character", digits.to_ascii_uppercase()),
        )
        .help(
            "characters go to U+10FFFF, without U+D800 to U+DFFF; a byte of any value is \\xNN",
        ));
    };
    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    Ok(length)
}
