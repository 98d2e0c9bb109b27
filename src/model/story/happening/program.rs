//! Programs of somebody's own.

use super::{Happening, Moment, why};
use crate::model::{
    program::Doing,
    story::{
        program::{command, line},
        words::{safe, the},
    },
};

/// Characters of what a program is called, and of what it prints.
const MOST: usize = 60;

pub(super) fn told(m: &Moment<'_>, pid: u32, doing: &Doing) -> Happening {
    let side = the(m.who());
    let latest = latest(m, pid);
    let (first, second) = match doing {
        Doing::Started { words } => (
            format!(
                "{} runs on {side}'s side, as process {pid}.",
                command(words, MOST)
            ),
            latest
                .map(|text| format!("It has printed {text}."))
                .unwrap_or_else(|| "It is no program of ours: what it does is seen only by its packets and by what it prints.".to_owned()),
        ),
        Doing::Exited { code } => (
            format!("The program on {side}'s side, process {pid}, has ended with exit code {code}."),
            last(latest),
        ),
        Doing::Killed { signal } => (
            format!(
                "The program on {side}'s side, process {pid}, was ended by {}.",
                safe(signal, 20)
            ),
            last(latest),
        ),
        Doing::Printed { data, .. } => (
            format!(
                "The program on {side}'s side, process {pid}, has printed {}.",
                line(data, 2 * MOST)
            ),
            String::new(),
        ),
        Doing::Flooded { .. } => (
            format!("The program on {side}'s side, process {pid}, prints more than is kept."),
            "The rest is read and counted, so that it need not wait for us.".to_owned(),
        ),
    };
    Happening::new([first, second], why::PROGRAM)
}

fn last(latest: Option<String>) -> String {
    latest.map_or_else(
        || "It printed nothing.".to_owned(),
        |text| format!("The last that it printed was {text}."),
    )
}

/// What a program has printed last by now.
fn latest(m: &Moment<'_>, pid: u32) -> Option<String> {
    let mut printed = m.book.printed_at(m.end(), m.who()).rev();
    let (.., data) = printed.find(|(by, ..)| *by == pid)?;
    Some(line(data, MOST))
}
