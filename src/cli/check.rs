//! `fourline check`: runs scripts and lessons, and reports every claim with its line.

use super::{
    args::Args,
    consent::{self, Trust},
    place::{Place, place, place_of_lesson},
};
use crate::{
    language::{Script, Vars},
    lesson::Lesson,
    model::event::Fact,
    run::{
        Failure, Outcome, headless,
        lessons::{self, Finding, Found},
        load, shown,
        writing::Files,
    },
};
use std::{
    io::{self, Write},
    sync::Arc,
};

/// Something that can be checked.
enum Checked {
    Script(Script),
    Lesson(Arc<Lesson>),
}

/// What came of all of it.
#[derive(Default)]
struct Sum {
    held: usize,
    failed: usize,
    answers: usize,
    not_run: usize,
    not_seen: usize,
    bad: usize,
}

/// How it is checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    /// Whether it is only parsed.
    pub(super) syntax: bool,
    /// Whether lessons may reach out of the lab.
    pub(super) trust: Trust,
}

pub(super) fn check(
    files: &[String],
    how: How,
    vars: &Vars,
    args: &Args,
) -> Result<Outcome, Failure> {
    let mut out = io::stdout().lock();
    let written = |e: io::Error| Failure::system("The output cannot be written", &e);
    let mut sum = Sum::default();
    // All are read before any of them runs: a mistake in the last one should not cost the time of the others.
    let mut all = Vec::new();
    for file in files {
        match read(file, how, vars) {
            Ok(checked) => all.push(checked),
            Err(failure) => {
                sum.bad += 1;
                writeln!(out, "{}", shown(&failure.text)).map_err(written)?;
            }
        }
    }
    if how.syntax {
        let well = all.len();
        let (of, are) = match files.len() {
            1 => ("1 file".to_owned(), "is"),
            n => (format!("{n} files"), "are"),
        };
        writeln!(out, "{well} of {of} {are} well formed").map_err(written)?;
    } else {
        for (name, checked) in all {
            for Finding { line, what } in run(checked, vars, args)? {
                let place = format!("{name}:{line}");
                let told = sum.count(what, &place);
                writeln!(out, "{told}").map_err(written)?;
            }
        }
        writeln!(out, "{}", sum.words()).map_err(written)?;
    }
    Ok(match sum {
        Sum { bad: 1.., .. } => Outcome::BadInput,
        Sum { failed: 1.., .. } => Outcome::ClaimFailed,
        // Who did not ask for this network wanted the lesson to be checked, and it was not.
        Sum { not_run: 1.., .. } | Sum { not_seen: 1.., .. } if args.network.is_none() => {
            Outcome::Refused
        }
        _ => Outcome::Well,
    })
}

fn read(file: &str, how: How, vars: &Vars) -> Result<(String, Checked), Failure> {
    let (name, source) = load::read(file)?;
    let checked = if Lesson::is_one(file, &source) {
        let lesson = Lesson::parse(&source).map_err(|m| lessons::told(&name, &source, &m))?;
        if !how.syntax {
            consent::ask(&name, &source, &lesson, how.trust)?;
        }
        Checked::Lesson(Arc::new(lesson))
    } else {
        Checked::Script(load::parse(&name, &source, vars)?)
    };
    Ok((name, checked))
}

fn run(checked: Checked, vars: &Vars, args: &Args) -> Result<Vec<Finding>, Failure> {
    match checked {
        Checked::Lesson(lesson) => {
            let Place { opened, server } = place_of_lesson(args, &lesson)?;
            lessons::check(lesson, opened, server)
        }
        Checked::Script(script) => {
            let Place { opened, server } = place(args, Some(&script))?;
            let job = headless::Job {
                script,
                vars: vars.clone(),
                opened,
                server,
                walk: false,
                telling: headless::Telling::Nothing,
                files: Files::default(),
            };
            let (book, _) = headless::run(job, io::sink())?;
            let claims = book.events().iter().filter_map(|event| match &event.fact {
                Fact::Expect {
                    text,
                    held,
                    line,
                    found,
                } => Some(Finding {
                    line: line.unwrap_or_default(),
                    what: Found::Claim {
                        text: shown(text),
                        held: *held,
                        found: shown(found),
                    },
                }),
                _ => None,
            });
            Ok(claims.collect())
        }
    }
}

impl Sum {
    /// Counts a finding, and says it.
    fn count(&mut self, what: Found, place: &str) -> String {
        match what {
            Found::Claim {
                text, held: true, ..
            } => {
                self.held += 1;
                format!("{place}: held: {text}")
            }
            Found::Claim { text, found, .. } => {
                self.failed += 1;
                format!("{place}: did NOT hold: {text} ({found})")
            }
            Found::Answer(text) => {
                self.answers += 1;
                format!("{place}: the answer is: {text}")
            }
            Found::NoAnswer(why) => {
                self.failed += 1;
                format!("{place}: NO answer: {}", shown(&why))
            }
            Found::NotSeen(why) => {
                self.not_seen += 1;
                format!("{place}: no answer here: {}", shown(&why))
            }
            Found::NotRun => {
                self.not_run += 1;
                format!("{place}: not run: it needs the lab")
            }
        }
    }

    fn words(&self) -> String {
        let held = counted(self.held, "claim");
        let mut words = format!("{held} held, {} did not", self.failed);
        if self.answers > 0 {
            let answered = counted(self.answers, "question");
            words.extend(["; ", &answered, " answered"]);
        }
        if self.not_run > 0 {
            let blocks = counted(self.not_run, "block");
            let they_need = if self.not_run == 1 {
                "it needs"
            } else {
                "they need"
            };
            words.extend(["; ", &blocks, " not run: ", they_need, " the lab"]);
        }
        if self.not_seen > 0 {
            let questions = counted(self.not_seen, "question");
            words.extend(["; ", &questions, " not answered: no packets are seen"]);
        }
        words
    }
}

/// `1 claim`, `2 claims`.
fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_told_as_one() {
        let one = Sum {
            held: 1,
            answers: 1,
            not_run: 1,
            not_seen: 1,
            ..Sum::default()
        };
        assert_eq!(
            one.words(),
            "1 claim held, 0 did not; 1 question answered; 1 block not run: it needs the lab; \
             1 question not answered: no packets are seen"
        );
        let more = Sum {
            held: 2,
            failed: 1,
            answers: 3,
            not_run: 4,
            not_seen: 5,
            bad: 0,
        };
        assert_eq!(
            more.words(),
            "2 claims held, 1 did not; 3 questions answered; 4 blocks not run: they need the lab; \
             5 questions not answered: no packets are seen"
        );
        assert_eq!(Sum::default().words(), "0 claims held, 0 did not");
    }
}
