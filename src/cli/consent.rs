//! A lesson of somebody else's is a program: before it runs anything beyond the lab, it is asked.

use crate::{
    lesson::Lesson,
    model::reach::ReachesOut,
    run::{Failure, shelf, shown, why},
};
use std::{
    fmt::Write as _,
    io::{self, BufRead, IsTerminal, Write},
};

/// How a lesson comes to be run that reaches out of the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// It is asked; without a terminal it is not run.
    Ask,
    /// The person said so.
    Given,
}

/// Asks, where there is something to ask: nothing for a lesson that ships, or that stays in the lab.
///
/// # Errors
/// When it must not be run. `name` is safe for a terminal.
pub(super) fn ask(name: &str, source: &[u8], lesson: &Lesson, trust: Trust) -> Result<(), Failure> {
    let reaching: Vec<_> = lesson
        .all_statements()
        .filter_map(|s| Some((s, s.statement.reaches_out()?)))
        .collect();
    if trust == Trust::Given || reaching.is_empty() || shelf::ships(source) {
        return Ok(());
    }
    let mut told = format!("{name} wants to do more than to make sockets in the lab:\n");
    for (statement, reach) in &reaching {
        let words = in_a_line(&reach.to_string());
        let text = in_a_line(&statement.text);
        let _ = write!(told, "  line {}: {text}\n    It {words}.\n", statement.line);
    }
    // Many lines may have gone off the screen by now.
    let _ = writeln!(
        told,
        "All in all it {}.",
        sum(reaching.iter().map(|(_, reach)| reach))
    );
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        told.push_str("It is not run: nobody can be asked here. If you trust it, say so, as in fourline learn --trust FILE.");
        return Err(Failure::input(told));
    }
    let mut err = io::stderr().lock();
    let asked = write!(err, "{told}Run it? [y/N] ").and_then(|()| err.flush());
    let mut answer = String::new();
    let answered = asked.and_then(|()| io::stdin().lock().read_line(&mut answer));
    match answered {
        Ok(_) if matches!(answer.trim(), "y" | "Y" | "yes" | "Yes") => Ok(()),
        Ok(_) => Err(Failure::input(format!("{name} is not run."))),
        Err(e) => Err(Failure::input(format!("{name} is not run: {}", why(&e)))),
    }
}

/// A text of the lesson's that can be shown, and is not taken for a line of ours.
fn in_a_line(text: &str) -> String {
    shown(text).replace('\n', "\\n")
}

/// How many of each, as in `runs a program 2 times and reads a file once`.
fn sum<'r>(reaches: impl Iterator<Item = &'r ReachesOut>) -> String {
    let kinds = [
        "runs a program",
        "reads a file",
        "talks to another machine",
        "sends a file to another machine",
    ];
    let mut counts = [0_usize; 4];
    for reach in reaches {
        counts[match reach {
            ReachesOut::RunsProgram(_) => 0,
            ReachesOut::ReadsFile(_) => 1,
            ReachesOut::TalksTo(_) => 2,
            ReachesOut::SendsFile(..) => 3,
        }] += 1;
    }
    let parts: Vec<String> = kinds
        .iter()
        .zip(counts)
        .filter(|(_, n)| *n > 0)
        .map(|(what, n)| match n {
            1 => format!("{what} once"),
            n => format!("{what} {n} times"),
        })
        .collect();
    match parts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
