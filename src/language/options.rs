//! Socket options and their values, by the table of the model.

use super::{
    cursor::{Cursor, Hint},
    mistake::Mistake,
    time::{number, time},
    words::Kind,
};
use crate::model::option::{OptionValue, SockOpt, ValueKind};

/// Takes the name of an option; `to_set` leaves out those that can only be read.
pub(super) fn option(cursor: &mut Cursor<'_>, to_set: bool) -> Result<SockOpt, Mistake> {
    let found = cursor.bare().and_then(|word| word.parse::<SockOpt>().ok());
    if let Some(option) = found {
        if to_set && !option.row().settable {
            return Err(
                Mistake::new(cursor.span(), format!("{option} can only be read"))
                    .help(format!("getsockopt {option} reads it")),
            );
        }
        cursor.advance();
        return Ok(option);
    }
    for option in SockOpt::all().filter(|o| !to_set || o.row().settable) {
        let row = option.row();
        cursor.try_hint(Hint::Word {
            text: row.name,
            about: row.meaning,
        });
    }
    Err(cursor.wrong("a socket option"))
}

/// Takes the value that an option is set to.
pub(super) fn value(cursor: &mut Cursor<'_>, option: SockOpt) -> Result<OptionValue, Mistake> {
    let written = match option.row().kind {
        ValueKind::Switch => "on|off",
        ValueKind::Number => "N",
        ValueKind::Linger => "on SECONDS|off",
        ValueKind::Time => "TIME",
        ValueKind::Text => "NAME",
    };
    value_of_kind(cursor, option)
        .map_err(|mistake| mistake.usage(&format!("WHO setsockopt {option} {written}")))
}

fn value_of_kind(cursor: &mut Cursor<'_>, option: SockOpt) -> Result<OptionValue, Mistake> {
    Ok(match option.row().kind {
        ValueKind::Switch => OptionValue::Number(cursor.switch()?.into()),
        ValueKind::Number => {
            OptionValue::Number(number(cursor, "a number", "", i32::MIN, i32::MAX)?)
        }
        ValueKind::Linger => {
            let choices = [
                ("on", "close waits for its bytes; then the seconds", true),
                ("off", "close returns at once", false),
            ];
            let linger = cursor.must_choose("`on SECONDS` or `off`", &choices)?;
            let seconds = if linger {
                number(cursor, "a number of seconds", "0", 0, i32::MAX)?
            } else {
                0
            };
            OptionValue::Linger { linger, seconds }
        }
        ValueKind::Time => {
            let place = cursor.span();
            let nanos = time(cursor, "500ms")?;
            if nanos.0 % 1_000_000 != 0 {
                return Err(
                    Mistake::new(place, format!("{option} takes whole milliseconds"))
                        .help("write it as in 500ms; 0s is without end"),
                );
            }
            OptionValue::Time {
                milliseconds: nanos.millis(),
            }
        }
        ValueKind::Text => OptionValue::Text(name(cursor)?),
    })
}

/// A name with or without quotes.
fn name(cursor: &mut Cursor<'_>) -> Result<String, Mistake> {
    cursor.try_kind("a name, as cubic or reno", "cubic");
    let text = match cursor.word().map(|word| &word.kind) {
        Some(Kind::Bare(text)) => Some(text.clone()),
        Some(Kind::Text(bytes)) => str::from_utf8(bytes).ok().map(str::to_owned),
        _ => None,
    };
    match text {
        Some(text) if !text.is_empty() && !text.contains('\0') => {
            cursor.advance();
            Ok(text)
        }
        _ => Err(cursor.wrong("a name")),
    }
}
