//! `10%` and `1mbit`.

use super::super::{cursor::Cursor, mistake::Mistake};
use crate::model::cable::Chance;

const CHANCE: &str = "a chance (10%)";
const RATE: &str = "a rate (1mbit)";

/// Units of a rate.
const UNITS: [(&str, u64); 4] = [
    ("bit", 1),
    ("kbit", 1_000),
    ("mbit", 1_000_000),
    ("gbit", 1_000_000_000),
];
/// The fastest cable: 1000 Gbit a second.
const FASTEST: u64 = 1_000_000_000_000;

/// Takes a chance.
pub(super) fn chance(cursor: &mut Cursor<'_>) -> Result<Chance, Mistake> {
    if let Some(chance) = try_chance(cursor)? {
        return Ok(chance);
    }
    let mistake = cursor.wrong("a chance");
    Err(match cursor.bare() {
        Some(word) if word.len() < 20 && word.bytes().all(|b| b.is_ascii_digit()) => {
            mistake.help(format!("a chance is written with its sign: {word}%"))
        }
        _ => mistake.help("a chance is a number and %, as in 10% or 0.5%"),
    })
}

/// Takes a chance if one stands here.
pub(super) fn try_chance(cursor: &mut Cursor<'_>) -> Result<Option<Chance>, Mistake> {
    cursor.try_kind(CHANCE, "10%");
    let Some(number) = cursor.bare().and_then(|word| word.strip_suffix('%')) else {
        return Ok(None);
    };
    let found = cursor.found();
    let wrong = |message: &str| Mistake::new(cursor.span(), format!("{found} {message}"));
    let millionths = decimal(number, 4).map_err(|why| match why {
        Wrong::NoNumber => {
            wrong("is not a chance").help("a chance is a number and %, as in 10% or 0.5%")
        }
        Wrong::TooFine => {
            wrong("has too many digits").help("0.0001%, one in a million, is the smallest chance")
        }
        Wrong::TooLarge => wrong("is more than always").help("100% is always"),
    })?;
    match u32::try_from(millionths).map(Chance) {
        Ok(chance) if chance <= Chance::ALWAYS => {
            cursor.advance();
            Ok(Some(chance))
        }
        _ => Err(wrong("is more than always").help("100% is always")),
    }
}

/// Takes a rate, in bits a second.
pub(super) fn rate(cursor: &mut Cursor<'_>) -> Result<u64, Mistake> {
    cursor.try_kind(RATE, "1mbit");
    let word = cursor.bare().unwrap_or_default();
    let end = word
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(word.len());
    let (number, unit) = word.split_at(end);
    if number.is_empty() {
        return Err(cursor.wrong("a rate").help(HOW));
    }
    let found = cursor.found();
    let wrong = |message: &str| Mistake::new(cursor.span(), format!("{found} {message}"));
    let named = |unit: &str| UNITS.iter().find(|u| u.0.eq_ignore_ascii_case(unit));
    let Some((_, scale)) = named(unit) else {
        let spaced = cursor.bare_after().and_then(named);
        return Err(match (unit, spaced) {
            ("", Some((name, _))) if number.len() < 20 => wrong("is a number without a unit")
                .help(format!("write it as one word: {number}{name}")),
            ("", _) => wrong("is a number without a unit").help(HOW),
            _ => wrong("is not a rate").help(HOW),
        });
    };
    let digits = scale.ilog10();
    let bits = decimal(number, digits).map_err(|why| match why {
        Wrong::NoNumber => wrong("is not a rate").help(HOW),
        Wrong::TooFine => wrong("has too many digits").help("a bit a second is the smallest step"),
        Wrong::TooLarge => too_fast(cursor),
    })?;
    match bits {
        0 => Err(wrong("lets nothing through").help("to cut the cable: cable unplug")),
        bits if bits > FASTEST => Err(too_fast(cursor)),
        bits => {
            cursor.advance();
            Ok(bits)
        }
    }
}

const HOW: &str = "a rate is in bits a second: a number and bit, kbit, mbit or gbit, as in 1mbit";

fn too_fast(cursor: &Cursor<'_>) -> Mistake {
    Mistake::new(cursor.span(), format!("{} is too fast", cursor.found()))
        .help("1000gbit is the fastest rate")
}

enum Wrong {
    NoNumber,
    TooFine,
    TooLarge,
}

/// A number with at most so many digits behind its point, as a whole number of the last of them.
fn decimal(text: &str, digits: u32) -> Result<u64, Wrong> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(part) {
        return Err(Wrong::NoNumber);
    }
    let part = part.trim_end_matches('0');
    let missing = u32::try_from(part.len())
        .ok()
        .and_then(|n| digits.checked_sub(n))
        .ok_or(Wrong::TooFine)?;
    let part = if part.is_empty() { Ok(0) } else { part.parse() };
    let (Ok(whole), Ok(part)) = (whole.parse::<u64>(), part) else {
        return Err(Wrong::TooLarge);
    };
    let part: u64 = part * 10_u64.pow(missing);
    whole
        .checked_mul(10_u64.pow(digits))
        .and_then(|n| n.checked_add(part))
        .ok_or(Wrong::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::{
        super::super::{vars::Vars, words},
        *,
    };
    use crate::model::cable;

    fn read<T>(text: &str, parse: fn(&mut Cursor<'_>) -> Result<T, Mistake>) -> Option<T> {
        let words = words::split(text, &Vars::new()).unwrap();
        parse(&mut Cursor::new(text, &words)).ok()
    }

    #[test]
    fn a_chance_is_in_millionths() {
        for (text, millionths) in [
            ("10%", 100_000),
            ("0.5%", 5_000),
            ("0.0001%", 1),
            ("100%", 1_000_000),
            ("100.0000000%", 1_000_000),
            ("0%", 0),
        ] {
            assert_eq!(read(text, chance), Some(Chance(millionths)), "{text}");
        }
        for n in [1, 7, 99_999, 123_456, 333_333, 999_999] {
            assert_eq!(read(&Chance(n).to_string(), chance), Some(Chance(n)));
        }
        for text in [
            "10",
            "%",
            ".5%",
            "1.%",
            "-1%",
            "0.00001%",
            "100.1%",
            "1e2%",
            "99999999999999999999999%",
        ] {
            assert_eq!(read(text, chance), None, "{text}");
        }
    }

    #[test]
    fn a_rate_is_in_bits_a_second() {
        for (text, bits, canonical) in [
            ("1mbit", 1_000_000, "1mbit"),
            ("9600bit", 9600, "9600bit"),
            ("64kbit", 64_000, "64kbit"),
            ("1.5Mbit", 1_500_000, "1500kbit"),
            ("2gbit", 2_000_000_000, "2gbit"),
            ("1000gbit", FASTEST, "1000gbit"),
        ] {
            assert_eq!(read(text, rate), Some(bits), "{text}");
            assert_eq!(cable::rate(bits), canonical);
        }
        for text in [
            "1",
            "0bit",
            "mbit",
            "1.5bit",
            "1001gbit",
            "99999999999999999999gbit",
            "1mbps",
            "1.mbit",
        ] {
            assert_eq!(read(text, rate), None, "{text}");
        }
    }
}
