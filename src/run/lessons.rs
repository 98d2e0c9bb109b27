//! A lesson without a terminal: every block runs, every claim is looked at, and every question is answered by the run.

use super::{
    Failure,
    bench::Bench,
    headless::take,
    network::Opened,
    writing::{Files, Writing},
};
use crate::{
    language::{Mistake, Script, Vars},
    lesson::{Go, Halt, Lesson, Question, Reply, Truth, Walk},
    model::{
        book::Book,
        event::{Fact, Sight},
    },
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
    /// A question about packets, where none are seen, and why.
    NotSeen(String),
    /// What begins here needs the lab and was not run.
    NotRun,
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
    let mut checker = Checker::default();
    walk(lesson, opened, server, Files::default(), |now| {
        checker.look(&now);
        Ok(())
    })?;
    Ok(checker.found)
}

/// What is before one's eyes in a lesson that is walked through, with all that runs there run.
pub(super) struct Now<'w> {
    /// Where one stands, with what was judged there.
    pub(super) walk: &'w Walk,
    pub(super) book: &'w Book,
    /// Whether what stands here needs the lab and was not run.
    pub(super) not_here: bool,
}

impl Now<'_> {
    /// The questions that are answered here: by the run, or by what no run is needed for.
    pub(super) fn answered(&self) -> impl Iterator<Item = (&Question, &Truth)> {
        let told = self.walk.told_here().into_iter();
        told.filter_map(|n| Some((self.walk.question(n)?, &self.walk.mark(n)?.truth)))
    }
}

/// Walks through a lesson from its first stop to its last, and shows each; what happens is also written to files.
///
/// # Errors
/// When the system refuses what the engine needs, or `show` fails.
pub(super) fn walk(
    lesson: Arc<Lesson>,
    opened: Opened,
    server: SocketAddr,
    files: Files,
    mut show: impl FnMut(Now<'_>) -> io::Result<()>,
) -> Result<Book, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|e| Failure::system("The system refuses a runtime", &e))?;
    let clock = Clock::start();
    let writing = Writing::start(files, clock)?;
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
    let mut stage = Stage {
        bench,
        reports,
        book,
        clock,
        writing,
    };
    let walked = runtime
        .block_on(async {
            let mut walk = Walk::new(lesson);
            // The first stop may run something already.
            let mut go = walk.again(lab);
            while go != Go::Over {
                let not_here = go == Go::NotHere;
                stage.perform(go, walk.lesson());
                stage.settle().await?;
                let at_once = walk.asked().and_then(|n| walk.question(n));
                if at_once.is_some_and(|question| question.block.is_none()) {
                    walk.answer(Reply::Skipped, &stage.book);
                }
                walk.settle(&stage.book);
                show(Now {
                    walk: &walk,
                    book: &stage.book,
                    not_here,
                })?;
                go = walk.forth(lab);
            }
            stage.close().await
        })
        .map_err(|e: io::Error| Failure::system("The lesson cannot be run", &e));
    let Stage { book, writing, .. } = stage;
    let recorded = writing.finish(&book);
    walked?;
    recorded?;
    Ok(book)
}

struct Stage {
    bench: Bench,
    reports: UnboundedReceiver<Report>,
    book: Book,
    clock: Clock,
    writing: Writing,
}

impl Stage {
    fn perform(&mut self, go: Go, lesson: &Lesson) {
        match go {
            Go::Shown | Go::Over | Go::NotHere => {}
            Go::Run(to) => self.bench.run_to(&mut self.book, to),
            Go::Stage(place) => {
                let script = lesson.scenes[place.scene].script.clone();
                self.bench.stage(script, place.run_to);
            }
        }
    }

    /// Waits until nothing is under way.
    async fn settle(&mut self) -> io::Result<()> {
        self.write()?;
        while !self.bench.is_idle() {
            let patience = self.writing.patience(&self.book);
            let lives = take(
                &mut self.bench,
                &mut self.reports,
                &mut self.book,
                self.clock,
                patience,
            );
            if !lives.await {
                return Err(io::Error::other("the engine has ended by itself"));
            }
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> io::Result<()> {
        self.writing.record(&self.book);
        self.writing.log(&self.book)
    }

    async fn close(&mut self) -> io::Result<()> {
        self.bench.stop();
        while let Some(report) = self.reports.recv().await {
            let last = matches!(report, Report::Stopped);
            self.bench.take(&mut self.book, report);
            if last {
                break;
            }
        }
        self.write()
    }
}

#[derive(Default)]
struct Checker {
    /// So many events have been looked through.
    told: usize,
    found: Vec<Finding>,
}

impl Checker {
    fn look(&mut self, now: &Now<'_>) {
        if now.not_here {
            self.not_run(now.walk);
        }
        self.claims(now.book);
        for (question, truth) in now.answered() {
            let known = self.found.iter().any(|f| f.line == question.line);
            // What was not run is told with its block.
            if !known && !now.not_here {
                self.found.push(Finding {
                    line: question.line,
                    what: answer(question, truth, now.book),
                });
            }
        }
    }

    /// The claims that were looked at since the last time.
    fn claims(&mut self, book: &Book) {
        let end = book.events().len();
        let found = &mut self.found;
        let _ = book.events().visit(self.told..end, |_, event| {
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

fn answer(question: &Question, truth: &Truth, book: &Book) -> Found {
    let blind = matches!(*book.session().sight, Sight::None { .. });
    match question.truth_in_words(truth) {
        Ok(text) => Found::Answer(text),
        Err(why) if blind && question.is_of_packets() => Found::NotSeen(why),
        Err(why) => Found::NoAnswer(why),
    }
}
