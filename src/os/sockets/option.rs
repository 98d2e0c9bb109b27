//! The values of socket options as the kernel reads and writes them.

use crate::model::option::{OptionValue, ValueKind};
use libc::{suseconds_t, time_t};

/// The largest name that the kernel tells, as for a congestion control (it uses 16).
const TEXT: usize = 64;

/// A value as `setsockopt` takes it.
pub(super) fn to_bytes(value: &OptionValue) -> Vec<u8> {
    match value {
        OptionValue::Number(n) => n.to_ne_bytes().to_vec(),
        OptionValue::Linger { linger, seconds } => {
            [i32::from(*linger).to_ne_bytes(), seconds.to_ne_bytes()].concat()
        }
        OptionValue::Time { milliseconds } => {
            let seconds = time_t::try_from(milliseconds / 1000).unwrap_or(time_t::MAX);
            let micros = (milliseconds % 1000 * 1000) as suseconds_t;
            [seconds.to_ne_bytes(), micros.to_ne_bytes()].concat()
        }
        OptionValue::Text(text) => text.as_bytes().to_vec(),
    }
}

/// Room for a value that `getsockopt` writes.
pub(super) fn room(kind: ValueKind) -> Vec<u8> {
    vec![
        0;
        match kind {
            ValueKind::Switch | ValueKind::Number => size_of::<i32>(),
            ValueKind::Linger => size_of::<libc::linger>(),
            ValueKind::Time => size_of::<libc::timeval>(),
            ValueKind::Text => TEXT,
        }
    ]
}

/// A value as `getsockopt` wrote it.
pub(super) fn from_bytes(kind: ValueKind, bytes: &[u8]) -> Option<OptionValue> {
    let int = |at: usize| -> Option<i32> {
        let four = bytes.get(at..at + 4)?;
        Some(i32::from_ne_bytes(four.try_into().ok()?))
    };
    Some(match kind {
        ValueKind::Switch | ValueKind::Number => OptionValue::Number(int(0)?),
        ValueKind::Linger => OptionValue::Linger {
            linger: int(0)? != 0,
            seconds: int(4)?,
        },
        ValueKind::Time => {
            let (seconds, micros) = bytes.split_at_checked(size_of::<time_t>())?;
            let seconds = time_t::from_ne_bytes(seconds.try_into().ok()?);
            let micros = suseconds_t::from_ne_bytes(micros.try_into().ok()?);
            let (seconds, micros) = (u64::try_from(seconds).ok()?, u64::try_from(micros).ok()?);
            OptionValue::Time {
                milliseconds: seconds.saturating_mul(1000).saturating_add(micros / 1000),
            }
        }
        ValueKind::Text => {
            let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
            OptionValue::Text(String::from_utf8_lossy(&bytes[..end]).into_owned())
        }
    })
}
