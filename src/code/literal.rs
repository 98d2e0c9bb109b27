//! Bytes as string literals, so that any bytes come back in any language: printable ASCII as it stands, everything else
//! escaped in a way that what follows cannot change.

use core::fmt::Write as _;

/// How a language writes a byte that it cannot write as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escape {
    /// `\x1b`: two hexadecimal digits, no more.
    Hex,
    /// `\033`: in C, `\x` goes on for as long as there are digits.
    Octal,
}

/// A language's rules.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) escape: Escape,
    /// Characters that need a backslash besides `"` and `\`.
    pub(super) special: &'static [u8],
}

/// C: `?` could begin a trigraph.
pub(super) const C: Rules = Rules {
    escape: Escape::Octal,
    special: b"?",
};
/// Python, Rust and Go.
pub(super) const PLAIN: Rules = Rules {
    escape: Escape::Hex,
    special: b"",
};
/// PHP: `$` could begin a variable.
pub(super) const PHP: Rules = Rules {
    escape: Escape::Hex,
    special: b"$",
};

/// Letters of one line of a literal.
const WIDE: usize = 64;

impl Rules {
    /// The bytes between two `"`.
    pub(super) fn escaped(self, bytes: &[u8]) -> String {
        let mut out = String::with_capacity(bytes.len() + 2);
        for &b in bytes {
            self.push(&mut out, b);
        }
        out
    }

    fn push(self, out: &mut String, b: u8) {
        match b {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(b));
            }
            b if self.special.contains(&b) => {
                out.push('\\');
                out.push(char::from(b));
            }
            b' '..=b'~' => out.push(char::from(b)),
            b if self.escape == Escape::Octal => {
                let _ = write!(out, "\\{b:03o}");
            }
            b => {
                let _ = write!(out, "\\x{b:02x}");
            }
        }
    }

    /// The literal in pieces that each fit a line, without their quotes: one piece if it is short; else broken behind
    /// each line feed, and where a line would get too long.
    pub(super) fn pieces(self, bytes: &[u8]) -> Vec<String> {
        let whole = self.escaped(bytes);
        if whole.len() <= WIDE {
            return vec![whole];
        }
        let mut pieces = Vec::new();
        let mut piece = String::new();
        for &b in bytes {
            let before = piece.len();
            self.push(&mut piece, b);
            if piece.len() > WIDE {
                let last = piece.split_off(before);
                pieces.push(core::mem::replace(&mut piece, last));
            }
            if b == b'\n' {
                pieces.push(core::mem::take(&mut piece));
            }
        }
        if !piece.is_empty() {
            pieces.push(piece);
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a compiler makes of it.
    fn read(rules: Rules, text: &str) -> Vec<u8> {
        let text = text.as_bytes();
        let (mut out, mut i) = (Vec::new(), 0);
        while i < text.len() {
            if text[i] != b'\\' {
                assert!(!matches!(text[i], b'"' | b'\n'), "a bare sign");
                assert!(!rules.special.contains(&text[i]), "a bare special sign");
                out.push(text[i]);
                i += 1;
                continue;
            }
            let digits = |from: usize, len: usize, radix| {
                let digits = core::str::from_utf8(&text[from..from + len]).unwrap();
                u8::from_str_radix(digits, radix).unwrap()
            };
            let (byte, len) = match text[i + 1] {
                b'n' => (b'\n', 2),
                b'r' => (b'\r', 2),
                b't' => (b'\t', 2),
                b'x' => (digits(i + 2, 2, 16), 4),
                b'0'..=b'7' => (digits(i + 1, 3, 8), 4),
                sign => (sign, 2),
            };
            out.push(byte);
            i += len;
        }
        out
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for rules in [C, PLAIN, PHP] {
                let text = rules.escaped(&bytes);
                prop_assert!(text.bytes().all(|b| matches!(b, b' '..=b'~')));
                prop_assert_eq!(read(rules, &text), &bytes[..]);
                let pieces = rules.pieces(&bytes);
                prop_assert!(pieces.iter().all(|p| p.len() <= WIDE));
                let all: Vec<u8> = pieces.iter().flat_map(|p| read(rules, p)).collect();
                prop_assert_eq!(all, bytes.clone());
            }
        }
    }

    #[test]
    fn a_request_is_broken_where_its_lines_end() {
        let request = b"GET / HTTP/1.1\r\nHost: 127.0.0.1:10008\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n";
        let pieces = PLAIN.pieces(request);
        assert_eq!(pieces.len(), 5);
        assert_eq!(pieces[4], "\\r\\n");
    }
}
