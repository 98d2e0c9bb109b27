//! A lesson without a terminal: every block runs, every claim is looked at, and every question is answered by the run.

use super::{
    Failure,
    bench::Bench,
    headless::{LONG, take},
    network::Opened,
};
use crate::{
    language::{Mistake, Script, Vars},
    lesson::{Go, Halt, Kind, Lesson, Question, Truth, Walk, letter},
    model::{book::Book, event::Fact, payload::escaped},
    os::{clock::Clock, engine::Report, network::Network},
};
use core::{net::SocketAddr, ops::ControlFlow};
use std::{io, sync::Arc};
use tokio::sync::mpsc::UnboundedReceiver;

/// What was found at a line of a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line in the file, from 1.
    pub line: u32,
    /// What.
    pub what: Found,
}

/// See [`Finding`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A claim, and whether it held; what was found if it did not.
    Claim {
        /// The claim.
        text: String,
        /// Whether it held.
        held: bool,
        /// What was found.
        found: String,
    },
    /// A question that the run has answered.
    Answer(String),
    /// A question that it could not answer, and why.
    NoAnswer(String),
    /// What begins here needs the lab and was not run.
    NotRun,
}

impl Found {
    /// Whether the lesson is wrong here.
    pub const fn is_wrong(&self) -> bool {
        matches!(self, Self::Claim { held: false, .. } | Self::NoAnswer(_))
    }
}

/// All mistakes of a lesson, each with its place.
pub fn told(name: &str, source: &[u8], mistakes: &[Mistake]) -> Failure {
    let text = String::from_utf8_lossy(source);
    let told: Vec<String> = mistakes.iter().map(|m| m.report(name, &text)).collect();
    Failure::input(told.join("\n\n"))
}

/// Runs a lesson from its first stop to its last.
///
/// # Errors
/// When the system refuses what the engine needs.
pub fn check(
    lesson: Arc<Lesson>,
    opened: Opened,
    server: SocketAddr,
) -> Result<Vec<Finding>, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|e| Failure::system("The system refuses a runtime", &e))?;
    let clock = Clock::start();
    let lab = matches!(opened.network, Network::Lab(..));
    let mut book = Book::new();
    let (bench, reports) = Bench::start(
        clock,
        opened,
        server,
        Script::default(),
        Vars::default(),
        false,
        &mut book,
    )
    .map_err(|e| Failure::system("The system refuses what the workbench needs", &e))?;
    let mut checker = Checker {
        bench,
        reports,
        book,
        clock,
        told: 0,
        found: Vec::new(),
    };
    runtime
        .block_on(checker.walk(Walk::new(lesson), lab))
        .map_err(|e| Failure::system("The lesson cannot be run", &e))?;
    Ok(checker.found)
}

struct Checker {
    bench: Bench,
    reports: UnboundedReceiver<Report>,
    book: Book,
    clock: Clock,
    /// So many events have been looked through.
    told: usize,
    found: Vec<Finding>,
}

impl Checker {
    async fn walk(&mut self, mut walk: Walk, lab: bool) -> io::Result<()> {
        loop {
            let lesson = Arc::clone(walk.lesson());
            match walk.forth(lab) {
                Go::Shown => {}
                Go::Over => break,
                Go::NotHere => {
                    // What nothing has run for has no answer either.
                    self.not_run(&walk);
                    continue;
                }
                Go::Run(to) => self.bench.run_to(&mut self.book, to),
                Go::Stage(place) => {
                    let script = lesson.scenes[place.scene].script.clone();
                    self.bench.stage(script, place.run_to);
                }
            }
            self.settle().await?;
            self.claims();
            walk.settle(&self.book);
            for n in 0..lesson.questions.len() {
                let here = walk.told_here().contains(&n)
                    || matches!(walk.stop().what, Halt::Ask(asked) if asked == n && lesson.questions[n].block.is_none());
                let question = &lesson.questions[n];
                let known = self.found.iter().any(|f| f.line == question.line);
                if here && !known {
                    let truth = walk
                        .mark(n)
                        .map_or_else(|| question.truth(&self.book, 0), |mark| mark.truth.clone());
                    self.found.push(Finding {
                        line: question.line,
                        what: answer(question, &truth),
                    });
                }
            }
        }
        self.bench.stop();
        while let Some(report) = self.reports.recv().await {
            let last = matches!(report, Report::Stopped);
            self.bench.take(&mut self.book, report);
            if last {
                break;
            }
        }
        Ok(())
    }

    /// Waits until nothing is under way.
    async fn settle(&mut self) -> io::Result<()> {
        while !self.bench.is_idle() {
            let lives = take(
                &mut self.bench,
                &mut self.reports,
                &mut self.book,
                self.clock,
                LONG,
            );
            if !lives.await {
                return Err(io::Error::other("the engine has ended by itself"));
            }
        }
        Ok(())
    }

    /// The claims that were looked at since the last time.
    fn claims(&mut self) {
        let end = self.book.events().len();
        let found = &mut self.found;
        let _ = self.book.events().visit(self.told..end, |_, event| {
            if let Fact::Expect {
                text,
                held,
                line: Some(line),
                found: what,
            } = &event.fact
            {
                found.push(Finding {
                    line: *line,
                    what: Found::Claim {
                        text: super::shown(text),
                        held: *held,
                        found: super::shown(what),
                    },
                });
            }
            ControlFlow::<()>::Continue(())
        });
        self.told = end;
    }

    fn not_run(&mut self, walk: &Walk) {
        let Halt::Run(block, steps) = &walk.stop().what else {
            return;
        };
        let block = &walk.lesson().blocks[*block];
        if steps.start == block.steps.start {
            self.found.push(Finding {
                line: block.line,
                what: Found::NotRun,
            });
        }
    }
}

fn answer(question: &Question, truth: &Truth) -> Found {
    Found::Answer(match (truth, &question.kind) {
        (Truth::Unknown(why), _) => return Found::NoAnswer(why.clone()),
        (Truth::Choice(i), Kind::Choice(choices)) => {
            let text = choices.get(*i).map(|c| c.text.plain()).unwrap_or_default();
            format!("{}) {}", letter(*i), super::shown(&text))
        }
        (Truth::Number(n), Kind::Number(measure, _)) => {
            format!("{n} {}", measure.unit()).trim_end().to_owned()
        }
        (Truth::Bytes(bytes), _) => format!("\"{}\"", escaped(bytes)),
        _ => String::new(),
    })
}
