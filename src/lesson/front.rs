//! What stands before a lesson's text, between two lines of `---`.

use super::{parse::MOST_MISTAKES, text::shown};
use crate::language::{Mistake, quoted};
use core::ops::Range;

/// So many lines stand before the text at most.
const MOST_LINES: usize = 100;
/// The longest title, in characters.
const LONGEST_TITLE: usize = 40;
/// The longest of the things one can say afterwards, in characters.
const LONGEST_AFTERWARDS: usize = 200;
/// So many things one can say afterwards.
const MOST_AFTERWARDS: usize = 8;

/// Where a lesson can be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Needs {
    /// Anywhere; what needs the cable only in the lab.
    #[default]
    Any,
    /// In the lab.
    Lab,
    /// On the host's own network.
    Host,
}

impl Needs {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Lab => "lab",
            Self::Host => "host",
        }
    }
}

/// What stands before the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Front {
    /// What it is called.
    pub title: String,
    /// Its place among others.
    pub order: u32,
    /// How long it takes.
    pub minutes: u32,
    /// Where it can be shown.
    pub network: Needs,
    /// What one can say when one has taken it.
    pub afterwards: Vec<String>,
}

/// Every key: its name, how it is written.
const KEYS: [(&str, &str); 5] = [
    ("title", "title: Three packets"),
    ("order", "order: 3"),
    ("minutes", "minutes: 8"),
    ("network", "network: lab, or any, or host"),
    (
        "afterwards",
        "afterwards: and below it lines as `  - say what a SYN asks for`",
    ),
];

/// A line and its place in the source.
pub(super) fn lines(source: &str, from: usize) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = from;
    source[from..].split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        (start..start + line.len(), line)
    })
}

/// Reads it from this place on; returns it and where the text begins.
pub(super) fn front(source: &str, from: usize, mistakes: &mut Vec<Mistake>) -> (Front, usize) {
    let mut front = Front::default();
    let mut all = lines(source, from);
    if all.next().is_none_or(|(_, line)| line != "---") {
        mistakes.push(
            Mistake::new(
                from..from,
                "a lesson begins with a line of ---, and below it its title",
            )
            .help("fourline new-lesson FILE writes a lesson to begin with"),
        );
        return (front, from);
    }
    let mut seen: Vec<&str> = Vec::new();
    let all: Vec<_> = all.take(MOST_LINES).collect();
    let Some(last) = all.iter().position(|(_, line)| *line == "---") else {
        mistakes.push(
            Mistake::new(
                from..from + 3,
                "the line of --- that ends what begins here is missing",
            )
            .help("the text of the lesson comes after it"),
        );
        return (front, source.len());
    };
    let end = (all[last].0.end + 1).min(source.len());
    for (span, line) in all.into_iter().take(last) {
        if let Err(mistake) = one(&mut front, &mut seen, span, line) {
            mistakes.push(mistake);
        }
    }
    mistakes.truncate(MOST_MISTAKES);
    for key in ["title", "minutes", "afterwards"] {
        if !seen.contains(&key) {
            let (_, usage) = KEYS[KEYS.iter().position(|(k, _)| *k == key).unwrap_or(0)];
            mistakes.push(
                Mistake::new(
                    from..from + 3,
                    format!("`{key}` is missing before the text"),
                )
                .help(format!("it is written: {usage}")),
            );
        }
    }
    (front, end)
}

fn one<'s>(
    front: &mut Front,
    seen: &mut Vec<&'s str>,
    span: Range<usize>,
    line: &'s str,
) -> Result<(), Mistake> {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    if text.is_empty() || text.starts_with('#') {
        return Ok(());
    }
    if let Some(item) = text.strip_prefix("- ") {
        if seen.last() != Some(&"afterwards") {
            return Err(Mistake::new(span, "a list stands only below `afterwards:`"));
        }
        if front.afterwards.len() == MOST_AFTERWARDS {
            return Err(Mistake::new(
                span,
                format!("a lesson names at most {MOST_AFTERWARDS} things to say afterwards"),
            ));
        }
        let item = unquoted(item);
        if item.chars().count() > LONGEST_AFTERWARDS {
            return Err(Mistake::new(
                span,
                format!("what one can say afterwards has at most {LONGEST_AFTERWARDS} characters"),
            ));
        }
        front.afterwards.push(shown(item).into_owned());
        return Ok(());
    }
    let Some((key, value)) = text.split_once(':') else {
        return Err(Mistake::new(span, format!("{} has no colon", quoted(text)))
            .help("a line here is written: title: Three packets"));
    };
    let at = span.start + indent..span.start + indent + key.len();
    let Some((name, usage)) = KEYS.iter().find(|(name, _)| *name == key) else {
        let names = KEYS.iter().map(|(name, _)| *name);
        return Err(
            Mistake::new(at, format!("{} is not known here", quoted(key)))
                .expected(names.clone().map(|n| format!("`{n}`")))
                .meant(key, names),
        );
    };
    if seen.contains(name) {
        return Err(Mistake::new(
            at,
            format!("`{name}` stands here a second time"),
        ));
    }
    seen.push(name);
    let value = unquoted(value);
    let start = span.start + (value.as_ptr().addr() - line.as_ptr().addr());
    let whole = start..start + value.len();
    let wrong = |what: &str| {
        Mistake::new(whole.clone(), format!("{} is not {what}", quoted(value)))
            .help(format!("it is written: {usage}"))
    };
    let number = |least: u32, most: u32| {
        let n = value.parse().ok().filter(|n| (least..=most).contains(n));
        n.ok_or_else(|| wrong(&format!("a number from {least} to {most}")))
    };
    match *name {
        "title" if value.is_empty() => return Err(wrong("a title")),
        "title" if value.chars().count() > LONGEST_TITLE => {
            return Err(Mistake::new(
                whole,
                format!("a title has at most {LONGEST_TITLE} characters"),
            ));
        }
        "title" => front.title = shown(value).into_owned(),
        "order" => front.order = number(0, 9_999)?,
        "minutes" => front.minutes = number(1, 600)?,
        "network" => {
            let all = [Needs::Any, Needs::Lab, Needs::Host];
            let found = all.into_iter().find(|n| n.name() == value);
            front.network = found.ok_or_else(|| wrong("a network"))?;
        }
        _ if value.is_empty() => {}
        _ => return Err(wrong("a list: its lines stand below")),
    }
    Ok(())
}

/// Without the space and the quotes around it.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('"')
        .and_then(|t| t.strip_suffix('"'))
        .unwrap_or(text)
}
