//! Bytes as they went through a call, kept up to a bound and counted beyond it.

use bytes::Bytes;
use core::fmt::Write as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// What is kept of one call's bytes at most; the rest is counted in [`Payload::omitted`].
pub const KEPT_PER_CALL: usize = 64 * 1024;

/// Bytes of one call. `kept` is the beginning; `omitted` counts what came after it and was let go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// The beginning of the bytes.
    #[serde(
        rename = "bytes",
        default,
        serialize_with = "to_hex",
        deserialize_with = "from_hex"
    )]
    pub kept: Bytes,
    /// How many bytes followed that were not kept.
    #[serde(default)]
    pub omitted: u64,
}

impl Payload {
    /// Keeps at most `limit` bytes of `bytes`.
    pub fn capped(bytes: &[u8], limit: usize) -> Self {
        let kept = &bytes[..bytes.len().min(limit)];
        Self {
            kept: Bytes::copy_from_slice(kept),
            omitted: (bytes.len() - kept.len()) as u64,
        }
    }

    /// How many bytes there were, kept or not.
    pub fn len(&self) -> u64 {
        (self.kept.len() as u64).saturating_add(self.omitted)
    }

    /// Whether there were none at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Lets go of all but the first `limit` kept bytes; they are counted.
    pub fn shrink(&mut self, limit: usize) {
        if self.kept.len() > limit {
            self.omitted += (self.kept.len() - limit) as u64;
            self.kept = Bytes::copy_from_slice(&self.kept[..limit]);
        }
    }
}

/// Lower-case hexadecimal, two digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let mut text = String::with_capacity(bytes.len() * 2);
    for b in bytes {
        text.push(DIGITS[usize::from(b >> 4)]);
        text.push(DIGITS[usize::from(b & 15)]);
    }
    text
}

fn to_hex<S: Serializer>(bytes: &Bytes, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(&hex(bytes))
}

fn from_hex<'de, D: Deserializer<'de>>(d: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(d)?;
    let digits = text.as_bytes();
    let value = |c: u8| (c as char).to_digit(16).map(|v| v as u8);
    if digits.len() % 2 != 0 {
        return Err(D::Error::custom("hexadecimal bytes need two digits each"));
    }
    digits
        .chunks_exact(2)
        .map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?))
        .collect::<Option<Vec<u8>>>()
        .map(Bytes::from)
        .ok_or_else(|| D::Error::custom("expected hexadecimal digits"))
}

/// Bytes as a literal of the command language without its quotes: `hello\r\n`, `\x1b`, `\u{200b}`. Only letters,
/// digits, punctuation and printable characters of UTF-8 stand as themselves, so the result is safe on any terminal.
pub fn escaped(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\r' => out.push_str("\\r"),
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                '\0' => out.push_str("\\0"),
                c if (c as u32) < 0x20 || c as u32 == 0x7f => {
                    let _ = write!(out, "\\x{:02x}", c as u32);
                }
                c if is_unprintable(c) => {
                    let _ = write!(out, "\\u{{{:x}}}", c as u32);
                }
                c => out.push(c),
            }
        }
        for b in chunk.invalid() {
            let _ = write!(out, "\\x{b:02x}");
        }
    }
    out
}

/// Characters that a terminal may obey, hide, join to their neighbours or turn round, rather than show: controls, the
/// zero-width and bidirectional format characters, letters that are written from right to left (a terminal that lays
/// them out so would turn the whole row round), combining marks, variation selectors, private use, tags.
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || is_right_to_left(c)
        || matches!(c as u32,
            0xad | 0x300..=0x36f | 0x483..=0x489 | 0x115f..=0x1160 | 0x180b..=0x180f | 0x1ab0..=0x1aff
            | 0x1dc0..=0x1dff | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x20d0..=0x20ff | 0x3164
            | 0xd800..=0xf8ff | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f | 0xfeff | 0xffa0 | 0xfff0..=0xfffb
            | 0x1d173..=0x1d17a | 0x1f1e6..=0x1f1ff | 0x1f3fb..=0x1f3ff | 0xe0000..=0x0010_ffff)
}

/// The blocks that Unicode sets aside for scripts from right to left: Hebrew, Arabic, Syriac, Thaana, `NKo` and their
/// like, with their marks and their presentation forms.
fn is_right_to_left(c: char) -> bool {
    matches!(c as u32,
        0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfefe | 0x10800..=0x10fff | 0x1e800..=0x1efff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_stands_as_itself() {
        let all: Vec<u8> = (0..=255).collect();
        assert!(escaped(&all).chars().all(|c| !is_unprintable(c)));
        assert_eq!(
            escaped(b"hi\r\n\x1b[2J\"\\\0\xff"),
            r#"hi\r\n\x1b[2J\"\\\0\xff"#
        );
        assert_eq!(escaped("\u{202e}\u{9b}é".as_bytes()), "\\u{202e}\\u{9b}é");
    }

    #[test]
    fn letters_from_right_to_left_do_not_turn_a_row_round() {
        for c in [
            '\u{5d0}',
            '\u{627}',
            '\u{710}',
            '\u{780}',
            '\u{7c1}',
            '\u{800}',
            '\u{840}',
            '\u{8a0}',
            '\u{fb1d}',
            '\u{fdf2}',
            '\u{fe8d}',
            '\u{10900}',
            '\u{1e900}',
            '\u{1ee00}',
        ] {
            assert!(is_unprintable(c), "{:x}", c as u32);
        }
        assert_eq!(escaped("a\u{7c1}b".as_bytes()), "a\\u{7c1}b");
        assert!("éßя中あ한→✔│".chars().all(|c| !is_unprintable(c)));
    }

    #[test]
    fn what_is_let_go_is_counted() {
        let mut p = Payload::capped(&[7; 100], 64);
        assert_eq!((p.kept.len(), p.omitted, p.len()), (64, 36, 100));
        p.shrink(10);
        assert_eq!((p.kept.len(), p.omitted, p.len()), (10, 90, 100));
        let text = serde_json::to_string(&Payload::capped(&[0, 255], 64)).unwrap();
        assert_eq!(text, r#"{"bytes":"00ff","omitted":0}"#);
        assert_eq!(
            serde_json::from_str::<Payload>(&text).unwrap(),
            Payload::capped(&[0, 255], 64)
        );
    }
}
