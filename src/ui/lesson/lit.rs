//! The words that the text names things by, lit up where the lab's screens write them. The cells are looked through
//! after they were drawn: whatever draws them need not know of it.

use crate::{
    lesson::{Halt, Line, Part, Stop, Walk},
    ui::{canvas::Canvas, theme::Role},
};
use core::ops::Range;
use ratatui::{buffer::Cell, layout::Rect};

/// So many words of a paragraph are looked for.
const MOST_WORDS: usize = 16;
/// So many places are lit up.
const MOST_PLACES: usize = 60;
/// The longest word, in characters.
const LONGEST: usize = 40;

/// What prose says, and how the screens write it. What is not in here stands there as it is said.
const WRITTEN: [(&[&str], &[&str]); 12] = [
    (
        &["SYN-ACK", "SYN,ACK", "SYN/ACK", "SYN+ACK"],
        &["SYN,ACK", "SYN-ACK"],
    ),
    (&["FIN", "FIN-ACK"], &["FIN,ACK", "FIN"]),
    (&["RST", "RST-ACK"], &["RST,ACK", "RST"]),
    (&["PSH"], &["PSH,ACK", "PSH"]),
    (
        &["recv-q", "receive queue"],
        &["recv-q", "recvq", "rcvq", "receive queue"],
    ),
    (
        &["send-q", "send queue"],
        &["send-q", "sendq", "sndq", "send queue"],
    ),
    (&["in flight"], &["in flight", "flight"]),
    (&["backlog"], &["backlog", "accept queue"]),
    (
        &["acked", "acknowledged"],
        &["acknowledged", "acked", "ACK"],
    ),
    (&["window", "win"], &["win", "window"]),
    (&["seq"], &["seq"]),
    (&["mss"], &["mss"]),
];

/// Stands for a letter that is not looked at.
const NOTHING: char = '\0';

/// What follows a call's name where something else is meant: `send queue`, `accept queue`, `send buffer`.
const ANOTHER: [&str; 2] = [" queue", " buffer"];

/// The parts whose words are looked for now: the paragraphs that are new; where a block runs or a question names nothing,
/// the ones before it.
pub(super) fn parts(walk: &Walk) -> Range<usize> {
    let lesson = walk.lesson();
    let page = walk.stop().page.start;
    if is_to_come(walk) {
        return 0..0;
    }
    let before = lesson.stops[..=walk.at()].iter().rev();
    let mut before = before
        .take_while(|stop| stop.page.start == page)
        .map(|stop| stop.new..stop.page.end);
    let named = before.find(|parts| words(walk, parts).next().is_some());
    named.unwrap_or_default()
}

/// Whether this page is about a scene that begins on it and has not begun: the lab still shows the one before.
fn is_to_come(walk: &Walk) -> bool {
    let lesson = walk.lesson();
    let page = walk.stop().page.start;
    let runs = |stop: &Stop| match &stop.what {
        Halt::Run(block, steps) => Some((lesson.blocks[*block].scene, steps.start)),
        _ => None,
    };
    let (come, to_come) = lesson.stops.split_at(walk.at() + 1);
    let on_page = |stop: &&Stop| stop.page.start == page;
    let has_run = come
        .iter()
        .rev()
        .take_while(on_page)
        .any(|s| runs(s).is_some());
    let next = to_come.iter().take_while(on_page).find_map(runs);
    !has_run && matches!(next, Some((scene, 0)) if scene > 0)
}

/// The words in backticks of these parts.
fn words<'w>(walk: &'w Walk, parts: &Range<usize>) -> impl Iterator<Item = &'w str> {
    let lesson = walk.lesson();
    let parts = lesson.parts.get(parts.clone()).unwrap_or_default();
    let lines = parts.iter().flat_map(|part| match part {
        Part::Question(n) => lesson
            .questions
            .get(*n)
            .map(|q| &q.text)
            .into_iter()
            .collect(),
        part => part.lines(),
    });
    lines.flat_map(Line::named).filter(|word| is_word(word))
}

fn is_word(word: &str) -> bool {
    (2..=LONGEST).contains(&word.chars().count()) && word.chars().any(char::is_alphanumeric)
}

/// How a word is written on the screens.
fn written(word: &str) -> Vec<String> {
    let row = WRITTEN
        .iter()
        .find(|(says, _)| says.iter().any(|s| s.eq_ignore_ascii_case(word)));
    if let Some((_, writes)) = row {
        return writes.iter().map(|w| (*w).to_owned()).collect();
    }
    let word = word.strip_suffix("()").unwrap_or(word);
    let mut all = vec![word.to_owned()];
    // States: the standard has dashes where netstat and the language have underscores.
    if word.contains('_') {
        all.push(word.replace('_', "-"));
    }
    all
}

/// Lights up what these parts of the text name; the words that were found.
pub(super) fn light(
    walk: &Walk,
    parts: &Range<usize>,
    canvas: &mut Canvas<'_>,
    lab: Rect,
) -> Vec<String> {
    let mut words: Vec<&str> = words(walk, parts).collect();
    words.sort_unstable();
    words.dedup();
    words.truncate(MOST_WORDS);
    let mut found: Vec<String> = Vec::new();
    if words.is_empty() {
        return found;
    }
    let lab = lab.intersection(canvas.buf.area);
    let style = canvas.theme.style(Role::Lit);
    let faint = canvas.theme.style(Role::Faint);
    let is_faint = |cell: &Cell| {
        cell.modifier == faint.add_modifier && faint.fg.is_some_and(|fg| fg == cell.fg)
    };
    let needles: Vec<(usize, Vec<char>)> = words
        .iter()
        .enumerate()
        .flat_map(|(i, word)| written(word).into_iter().map(move |w| (i, w)))
        .map(|(i, word)| (i, word.chars().collect()))
        .collect();
    let mut places = 0;
    for y in lab.top()..lab.bottom() {
        let row: Vec<char> = (lab.left()..lab.right())
            .map(|x| {
                let cell = &canvas.buf[(x, y)];
                // What is faint tells what is not there yet.
                let shown = !is_faint(cell) || cell.symbol().trim().is_empty();
                let letter = cell.symbol().chars().next().filter(|_| shown);
                letter.unwrap_or(NOTHING)
            })
            .collect();
        let mut at = 0;
        while at < row.len() && places < MOST_PLACES {
            let hit = needles.iter().find(|(_, needle)| stands(&row, at, needle));
            let Some((word, needle)) = hit else {
                at += 1;
                continue;
            };
            for x in (lab.left() + at as u16..).take(needle.len()) {
                canvas.buf[(x, y)].set_style(style);
            }
            if !found.iter().any(|w| w == words[*word]) {
                found.push(words[*word].to_owned());
            }
            places += 1;
            at += needle.len();
        }
    }
    found
}

/// Whether a whole word stands at this place. Only what is all capitals, as states and flags are, must be written so.
fn stands(row: &[char], at: usize, needle: &[char]) -> bool {
    let Some(here) = row.get(at..at + needle.len()) else {
        return false;
    };
    let strict = !needle.iter().any(char::is_ascii_lowercase);
    let same = |(a, b): (&char, &char)| a == b || !strict && a.eq_ignore_ascii_case(b);
    if !here.iter().zip(needle).all(same) {
        return false;
    }
    let before = at
        .checked_sub(1)
        .map(|i| (row[i], i.checked_sub(1).map(|i| row[i])));
    let after = &row[at + needle.len()..];
    if before.is_some_and(|(c, further)| joins(c, further)) {
        return false;
    }
    if after
        .first()
        .is_some_and(|c| joins(*c, after.get(1).copied()))
    {
        return false;
    }
    let another = |name: &&str| name.chars().eq(after.iter().take(name.len()).copied());
    !ANOTHER.iter().any(another)
}

/// Whether a character makes a longer word of the one that it stands beside: a comma or a dot does if more follows it.
fn joins(c: char, further: Option<char>) -> bool {
    let letter = |c: char| c.is_alphanumeric() || c == '_';
    letter(c) || matches!(c, '-' | ',' | '.') && further.is_some_and(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places where a word of the prose is found in a row of a screen.
    fn found(word: &str, row: &str) -> Vec<String> {
        let row: Vec<char> = row.chars().collect();
        let needles = written(word);
        let hits = (0..row.len()).filter_map(|at| {
            let mut hit = needles.iter().filter(|needle| {
                let needle: Vec<char> = needle.chars().collect();
                stands(&row, at, &needle)
            });
            hit.next().cloned()
        });
        hits.collect()
    }

    #[test]
    fn a_flag_is_found_and_not_the_word_that_it_is_part_of() {
        let row = "1 ◀ SYN  2 ▶ SYN,ACK  3 ◀ ACK  SYN-SENT  FIN,ACK";
        assert_eq!(found("SYN", row), ["SYN"]);
        assert_eq!(found("SYN-ACK", row), ["SYN,ACK"]);
        assert_eq!(found("ACK", row), ["ACK"]);
        assert_eq!(found("FIN", row), ["FIN,ACK"]);
        assert_eq!(found("SYN_SENT", row), ["SYN-SENT"]);
    }

    #[test]
    fn a_call_is_found_and_not_the_queue_that_is_called_by_it() {
        let row = "send(28, \"pay 100\", 8) = 8   ▶ send  send queue 0  send-q  sends it again.";
        assert_eq!(found("send", row).len(), 2);
        assert_eq!(found("send()", row).len(), 2);
        assert_eq!(found("Send-Q", row), ["send queue", "send-q"]);
        assert_eq!(found("recv", "client recv. recv(4, 4096) waits").len(), 2);
    }
}
