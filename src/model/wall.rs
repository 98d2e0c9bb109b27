//! The wall clock as text, in UTC: for names of files and headings.

use core::fmt;

/// A moment of the calendar (proleptic Gregorian), in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wall {
    /// From 1970.
    pub year: u64,
    /// 1 to 12.
    pub month: u64,
    /// 1 to 31.
    pub day: u64,
    /// 0 to 23.
    pub hour: u64,
    /// 0 to 59.
    pub minute: u64,
    /// 0 to 59; leap seconds are not counted.
    pub second: u64,
}

impl Wall {
    /// From nanoseconds since 1970.
    pub const fn of(epoch_ns: u64) -> Self {
        let seconds = epoch_ns / 1_000_000_000;
        let (mut days, rest) = (seconds / 86_400, seconds % 86_400);
        // Years of 1970 and later, one by one: there are a few hundred at most.
        let mut year = 1970;
        while days >= 365 + leap(year) {
            days -= 365 + leap(year);
            year += 1;
        }
        let mut month = 1;
        while days >= length(year, month) {
            days -= length(year, month);
            month += 1;
        }
        Self {
            year,
            month,
            day: days + 1,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
        }
    }

    /// `20261123-031500`, for names of files.
    pub fn compact(&self) -> String {
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = self;
        format!("{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}")
    }
}

/// `2026-11-23 03:15:00 UTC`.
impl fmt::Display for Wall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = self;
        write!(
            f,
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC"
        )
    }
}

const fn leap(year: u64) -> u64 {
    (year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)) as u64
}

const fn length(year: u64, month: u64) -> u64 {
    match month {
        2 => 28 + leap(year),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let date = |seconds: u64| Wall::of(seconds * 1_000_000_000).compact();
        assert_eq!(date(0), "19700101-000000");
        assert_eq!(date(951_782_400), "20000229-000000");
        assert_eq!(date(951_868_800), "20000301-000000");
        assert_eq!(date(1_763_866_800), "20251123-030000");
        assert_eq!(date(4_107_542_399), "21000228-235959");
        assert_eq!(date(4_107_542_400), "21000301-000000");
        assert_eq!(Wall::of(u64::MAX).to_string(), "2554-07-21 23:34:33 UTC");
    }
}
