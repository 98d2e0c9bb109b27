//! `DATA`: what is sent, and what is claimed to have arrived.

use super::{
    cursor::Cursor,
    mistake::{Mistake, quoted},
    words::Kind,
};
use crate::model::{command::Data, payload::KEPT_PER_CALL};
use bytes::Bytes;

const WHAT: &str = "data";

/// Takes what `send` sends.
pub(super) fn data(cursor: &mut Cursor<'_>) -> Result<Data, Mistake> {
    try_data(cursor)?.ok_or_else(|| {
        let mistake = cursor.wrong(WHAT);
        match cursor.bare() {
            Some(word) => mistake.help(format!("text stands in quotes: \"{}\"", inside(word))),
            None => mistake.help("write it as in: client send \"hello\\r\\n\""),
        }
    })
}

/// Takes data if it stands here.
fn try_data(cursor: &mut Cursor<'_>) -> Result<Option<Data>, Mistake> {
    cursor.try_kind("text in quotes", "\"hello\\r\\n\"");
    cursor.try_kind("`0x68656c6c6f`", "0x68656c6c6f");
    cursor.try_kind("`bytes(1000)`", "bytes(1000)");
    cursor.try_kind("`@file`", "");
    let Some(word) = cursor.word() else {
        return Ok(None);
    };
    let data = match &word.kind {
        Kind::Text(bytes) => Data::Literal(Bytes::copy_from_slice(bytes)),
        Kind::File(name) => Data::File(file(cursor, name)?),
        Kind::Bare(text) => {
            if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
                Data::Literal(hexadecimal(cursor, digits)?)
            } else if let Some(name) = text.strip_prefix('@') {
                Data::File(file(cursor, name.as_bytes())?)
            } else if let Some(rest) = text.strip_prefix("bytes(") {
                Data::Alphabet(alphabet(cursor, rest)?)
            } else {
                return Ok(None);
            }
        }
    };
    cursor.advance();
    Ok(Some(data))
}

fn hexadecimal(cursor: &Cursor<'_>, digits: &str) -> Result<Bytes, Mistake> {
    let wrong = |message: &str| {
        Err(
            Mistake::new(cursor.span(), format!("{} {message}", cursor.found()))
                .help("each byte is two hexadecimal digits: 0x68656c6c6f is \"hello\""),
        )
    };
    let value = |b: u8| (b as char).to_digit(16).map(|v| v as u8);
    let Some(values) = digits.bytes().map(value).collect::<Option<Vec<u8>>>() else {
        return wrong("has a character that is no hexadecimal digit");
    };
    if values.is_empty() {
        return wrong("has no digits");
    }
    if values.len() % 2 != 0 {
        return wrong("has an odd number of digits");
    }
    let bytes: Vec<u8> = values.chunks_exact(2).map(|d| d[0] << 4 | d[1]).collect();
    Ok(bytes.into())
}

fn alphabet(cursor: &Cursor<'_>, rest: &str) -> Result<u64, Mistake> {
    let digits = rest.strip_suffix(')').unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Mistake::new(
            cursor.span(),
            format!("{} is not written as bytes(1000)", cursor.found()),
        )
        .help("the number of bytes stands in the parentheses, without spaces"));
    }
    digits
        .parse()
        .ok()
        .filter(|n| *n <= Data::MOST)
        .ok_or_else(|| {
            Mistake::new(
                cursor.span(),
                format!(
                    "{} is more than one statement can send, bytes({})",
                    cursor.found(),
                    Data::MOST
                ),
            )
        })
}

fn file(cursor: &Cursor<'_>, name: &[u8]) -> Result<String, Mistake> {
    let wrong = |message: &str| {
        Mistake::new(cursor.span(), message)
            .help("write it as in @hello.txt, or @\"my file.txt\" when it has spaces")
    };
    match str::from_utf8(name) {
        Ok("") => Err(wrong("the name of the file is missing after `@`")),
        Ok(name) if name.contains('\0') => Err(wrong("a file's name cannot have a zero byte")),
        Ok(name) => Ok(name.to_owned()),
        Err(_) => Err(wrong("a file's name is UTF-8 here")),
    }
}

/// Takes the bytes that a claim names.
pub(super) fn claimed(cursor: &mut Cursor<'_>) -> Result<Bytes, Mistake> {
    let place = cursor.span();
    match data(cursor)? {
        Data::Literal(bytes) => Ok(bytes),
        Data::Alphabet(n) if n <= KEPT_PER_CALL as u64 => {
            Ok((0..n).map(|i| b'a' + (i % 26) as u8).collect())
        }
        Data::Alphabet(_) => Err(Mistake::new(
            place,
            format!("of one call only {KEPT_PER_CALL} bytes are kept to be compared"),
        )
        .help("claim the number instead, as in: expect server returned 100000")),
        Data::File(_) => Err(Mistake::new(place, "a claim does not read files")
            .help("name the bytes, as in: expect server recv \"hello\"")),
    }
}

/// Takes a text for people.
pub(super) fn text(cursor: &mut Cursor<'_>) -> Result<String, Mistake> {
    cursor.try_kind("text in quotes", "\"...\"");
    match cursor.word().map(|word| &word.kind) {
        Some(Kind::Text(bytes)) => match str::from_utf8(bytes) {
            Ok(text) => {
                cursor.advance();
                Ok(text.to_owned())
            }
            Err(_) => Err(Mistake::new(
                cursor.span(),
                "this text is not UTF-8, and so cannot be shown",
            )
            .help("write characters as they are or as \\u{...}; \\xNN is for bytes that are sent")),
        },
        Some(Kind::Bare(_)) => Err(cursor
            .wrong("text in quotes")
            .help("write it as in: say \"Now the client connects.\"")),
        _ => Err(cursor.wrong("text in quotes")),
    }
}

/// A word as it would stand in quotes.
fn inside(word: &str) -> String {
    let shown = quoted(word);
    shown.trim_matches('`').to_owned()
}
