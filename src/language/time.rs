//! `TIME` and plain numbers.

use super::{
    cursor::Cursor,
    mistake::{Mistake, quoted},
};
use crate::model::ids::Nanos;
use core::{fmt, str::FromStr};

/// Units, the longest first.
const UNITS: [(&str, u64); 6] = [
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("µs", 1_000),
    ("ns", 1),
];

/// The longest time that a statement can name: a day.
const LONGEST: u64 = 24 * 3_600_000_000_000;

const TIME: &str = "a time";

/// Takes a time if one stands here.
pub(super) fn try_time(
    cursor: &mut Cursor<'_>,
    example: &'static str,
) -> Result<Option<Nanos>, Mistake> {
    cursor.try_kind("a time (200ms or 2s)", example);
    let Some(text) = cursor
        .bare()
        .filter(|t| t.starts_with(|c: char| c.is_ascii_digit() || c == '.'))
    else {
        return Ok(None);
    };
    let time = parse(text).map_err(|(message, help)| {
        let help = match cursor.bare_after() {
            Some(unit) if text.len() < 20 && UNITS.iter().any(|u| u.0 == unit) => {
                format!("write it as one word: {text}{unit}")
            }
            _ => help,
        };
        Mistake::new(cursor.span(), format!("{} {message}", cursor.found())).help(help)
    })?;
    cursor.advance();
    Ok(Some(time))
}

/// Takes a time.
pub(super) fn time(cursor: &mut Cursor<'_>, example: &'static str) -> Result<Nanos, Mistake> {
    try_time(cursor, example)?.ok_or_else(|| cursor.wrong(TIME))
}

fn parse(text: &str) -> Result<Nanos, (&'static str, String)> {
    let no_time = || {
        (
            "is not a time",
            "a time is a number and ns, us, ms, s or m, as in 200ms or 1.5s".to_owned(),
        )
    };
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    if unit.is_empty() && !number.contains('.') {
        return Err((
            "is a number without a unit",
            format!(
                "write {0}ms or {0}s",
                number.chars().take(20).collect::<String>()
            ),
        ));
    }
    let (_, scale) = UNITS.iter().find(|u| u.0 == unit).ok_or_else(no_time)?;
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || part.is_empty() || part.contains('.') {
        return Err(no_time());
    }
    let too_long = || {
        (
            "is too long",
            "a day, 1440m, is the longest time".to_owned(),
        )
    };
    let part = part.trim_end_matches('0');
    let shift = 10_u128.pow(
        u32::try_from(part.len())
            .ok()
            .filter(|n| *n <= 12)
            .ok_or_else(|| {
                (
                    "has too many digits",
                    "a nanosecond is the shortest time".to_owned(),
                )
            })?,
    );
    let whole: u64 = whole.parse().map_err(|_| too_long())?;
    let part: u64 = if part.is_empty() {
        0
    } else {
        part.parse().map_err(|_| no_time())?
    };
    let nanos = (u128::from(whole) * shift + u128::from(part)) * u128::from(*scale);
    if nanos % shift != 0 {
        return Err((
            "has too many digits",
            "a nanosecond is the shortest time".to_owned(),
        ));
    }
    u64::try_from(nanos / shift)
        .ok()
        .filter(|n| *n <= LONGEST)
        .map(Nanos)
        .ok_or_else(too_long)
}

/// A time as the language writes it, exactly: `1500ms`.
pub(super) struct Exactly(pub(super) Nanos);

impl fmt::Display for Exactly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Nanos(n) = self.0;
        if n == 0 {
            return f.write_str("0s");
        }
        let (name, scale) = UNITS
            .iter()
            .find(|(_, scale)| n % scale == 0)
            .unwrap_or(&("ns", 1));
        write!(f, "{}{name}", n / scale)
    }
}

/// Takes a whole number of at least `least` and at most `most`, if a number stands here.
pub(super) fn try_number<N>(
    cursor: &mut Cursor<'_>,
    what: &'static str,
    example: &'static str,
    least: N,
    most: N,
) -> Result<Option<N>, Mistake>
where
    N: FromStr + PartialOrd + fmt::Display + Copy,
{
    cursor.try_kind(what, example);
    let negative = |t: &str| t.starts_with('-') && t[1..].starts_with(|c: char| c.is_ascii_digit());
    let Some(text) = cursor
        .bare()
        .filter(|t| t.starts_with(|c: char| c.is_ascii_digit()) || negative(t))
    else {
        return Ok(None);
    };
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(cursor.wrong(what));
    }
    match text.parse() {
        Ok(n) if n >= least && n <= most => {
            cursor.advance();
            Ok(Some(n))
        }
        _ => Err(Mistake::new(
            cursor.span(),
            format!(
                "{} is out of range: {what} goes from {least} to {most}",
                quoted(text)
            ),
        )),
    }
}

/// Takes a whole number of at least `least` and at most `most`.
pub(super) fn number<N>(
    cursor: &mut Cursor<'_>,
    what: &'static str,
    example: &'static str,
    least: N,
    most: N,
) -> Result<N, Mistake>
where
    N: FromStr + PartialOrd + fmt::Display + Copy,
{
    try_number(cursor, what, example, least, most)?.ok_or_else(|| cursor.wrong(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_number_and_a_unit() {
        for (text, nanos, canonical) in [
            ("200ms", 200_000_000, "200ms"),
            ("2s", 2_000_000_000, "2s"),
            ("1.5s", 1_500_000_000, "1500ms"),
            ("10us", 10_000, "10us"),
            ("10µs", 10_000, "10us"),
            ("7ns", 7, "7ns"),
            ("1m", 60_000_000_000, "1m"),
            ("0.5m", 30_000_000_000, "30s"),
            ("0ms", 0, "0s"),
            ("1.0s", 1_000_000_000, "1s"),
            ("1440m", LONGEST, "1440m"),
        ] {
            assert_eq!(parse(text), Ok(Nanos(nanos)), "{text}");
            assert_eq!(Exactly(Nanos(nanos)).to_string(), canonical);
        }
        for (text, why) in [
            ("200", "is a number without a unit"),
            ("1.5", "is not a time"),
            ("1.s", "is not a time"),
            (".5s", "is not a time"),
            ("1.2.3s", "is not a time"),
            ("2h", "is not a time"),
            ("1.5ns", "has too many digits"),
            ("0.0000000000000000001s", "has too many digits"),
            ("1441m", "is too long"),
            ("99999999999999999999999999s", "is too long"),
        ] {
            assert_eq!(parse(text).unwrap_err().0, why, "{text}");
        }
    }
}
