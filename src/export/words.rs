//! Words that several formats share: an event's sentence without its time and actor, a time, a date, text from
//! elsewhere made harmless.

use crate::model::{book::Book, ids::Nanos, payload::is_unprintable, story::tell};
use core::fmt::Write as _;

/// What the story says of an event, line by line: without time and actor in the first, without indents in the others.
pub(super) fn told(book: &Book, index: usize) -> Vec<String> {
    let Some(sentence) = tell::sentence(book, index) else {
        return Vec::new();
    };
    let who = book.events().get(index).and_then(|e| e.who);
    let mut lines = sentence.lines();
    let mut all = Vec::new();
    if let Some(first) = lines.next() {
        let text = first.trim_matches(['=', '-', ' ']);
        let timed = first.starts_with(' ') || first.starts_with(|c: char| c.is_ascii_digit());
        let behind_time = || {
            text.split_once(' ')
                .map_or("", |(_, rest)| rest.trim_start())
        };
        all.push(match (timed, who) {
            (false, _) => text.to_owned(),
            (true, None) => behind_time().to_owned(),
            (true, Some(who)) => {
                let rest = behind_time();
                let rest = rest.strip_prefix(&who.to_string()).unwrap_or(rest);
                rest.trim_start().to_owned()
            }
        });
    }
    all.extend(lines.map(|l| l.trim().to_owned()));
    all
}

/// The name of a file without its folders and without an ending of ours.
pub(super) fn stem(name: &str) -> &str {
    let name = name.trim_end_matches(['/', '\\']);
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    [".pcapng", ".pcap", ".jsonl", ".fourline"]
        .iter()
        .find_map(|ending| last.strip_suffix(ending))
        .unwrap_or(last)
}

/// Text from elsewhere: at most `most` characters, and none that is no letter, digit, punctuation or space.
pub(super) fn harmless(text: &str, most: usize) -> String {
    let mut out = String::new();
    for (i, c) in text.chars().enumerate() {
        if i == most {
            out.push_str("...");
            break;
        }
        if is_unprintable(c) {
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        } else {
            out.push(c);
        }
    }
    out
}

/// `0.000123`: seconds since the start.
pub(super) fn seconds(at: Nanos) -> String {
    format!("{}.{:06}", at.0 / 1_000_000_000, at.0 / 1_000 % 1_000_000)
}

/// `2026-11-23 03:11:11 UTC`, from nanoseconds since 1970.
pub(super) fn date(ns: u64) -> String {
    let seconds = ns / 1_000_000_000;
    let (year, month, day) = civil(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

/// Year, month and day of a day counted from 1970-01-01, in the calendar of today.
fn civil(mut day: u64) -> (u64, u64, u64) {
    let leap = |y: u64| y.is_multiple_of(4) && !y.is_multiple_of(100) || y.is_multiple_of(400);
    // 400 years always have as many days.
    let mut year = 1970 + day / 146_097 * 400;
    day %= 146_097;
    while day >= 365 + u64::from(leap(year)) {
        day -= 365 + u64::from(leap(year));
        year += 1;
    }
    let mut month = 1;
    for days in [
        31,
        28 + u64::from(leap(year)),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    (year, month, day + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ids::Actor, story::testing::Play};

    #[test]
    fn a_date_is_that_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_399, "2000-02-28 23:59:59 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (1_795_395_557, "2026-11-23 00:59:17 UTC"),
            (4_107_542_400, "2100-03-01 00:00:00 UTC"),
        ] {
            assert_eq!(date(seconds * 1_000_000_000), text);
        }
        assert!(date(u64::MAX).starts_with("2554-07-21 "));
    }

    #[test]
    fn a_sentence_stands_without_its_time_and_actor() {
        let mut play = Play::free();
        play.connect(Actor::Client(1234));
        let book = play.book();
        let all: Vec<Vec<String>> = book.told().iter().map(|&i| told(book, i)).collect();
        let connect = all.last().unwrap();
        assert_eq!(connect[0], "connect(3, 127.0.0.1:10008) = -1 ECONNREFUSED");
        assert_eq!(connect.last().unwrap(), "Try: server listen 10008.");
        let (walk, _) = Play::walked();
        let first = |i: &usize| told(walk.book(), *i).into_iter().next();
        let lines: Vec<String> = walk.book().told().iter().filter_map(first).collect();
        assert!(lines.contains(&"accept(3) waits".to_owned()), "{lines:?}");
        assert!(lines.iter().any(|l| l.starts_with("line 1: The server")));
    }
}
