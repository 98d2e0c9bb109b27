//! Words that several formats share: an event's sentence without its time and actor, and a time.

use crate::model::{book::Book, ids::Nanos, story::tell};

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

/// `0.000123`: seconds since the start.
pub(super) fn seconds(at: Nanos) -> String {
    format!("{}.{:06}", at.0 / 1_000_000_000, at.0 / 1_000 % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ids::Actor, story::testing::Play};

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
