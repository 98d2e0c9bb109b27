//! A script without a terminal: as readable text, or as one JSON object an event.

use super::{
    Failure, Outcome,
    bench::Bench,
    network::Opened,
    writing::{Files, Writing},
};
use crate::{
    export::jsonl::JsonWriter,
    language::{Script, Vars},
    model::{book::Book, event::Fact, ids::Nanos, story::tell::sentence},
    os::{clock::Clock, engine::Report},
};
use core::{net::SocketAddr, time::Duration};
use std::io::{self, ErrorKind, Write};
use tokio::{sync::mpsc::UnboundedReceiver, time::timeout};

/// How what happens is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// As sentences.
    Text,
    /// As JSON Lines.
    Json,
    /// Not at all.
    Nothing,
}

/// Tells each event once, in the order of the journal.
#[derive(Debug)]
pub struct Narrator<W: Write> {
    sink: Sink<W>,
    told: usize,
    broken: bool,
}

#[derive(Debug)]
enum Sink<W: Write> {
    Text(W),
    Json(W, JsonWriter),
    Nothing,
}

impl<W: Write> Narrator<W> {
    /// Begins to tell.
    ///
    /// # Errors
    /// When the output refuses.
    pub fn new(mut out: W, telling: Telling, clock: Clock) -> io::Result<Self> {
        let sink = match telling {
            Telling::Text => Sink::Text(out),
            Telling::Json => {
                let json = JsonWriter::begin(&mut out, clock.epoch_ns())?;
                Sink::Json(out, json)
            }
            Telling::Nothing => Sink::Nothing,
        };
        Ok(Self {
            sink,
            told: 0,
            broken: false,
        })
    }

    /// Tells what has been added to the journal since the last time. A reader who has gone away is no error: the rest
    /// is told to nobody.
    ///
    /// # Errors
    /// When the output refuses for another reason.
    pub fn tell(&mut self, book: &Book) -> io::Result<()> {
        if self.broken || self.told == book.events().len() {
            return Ok(());
        }
        let told = self.tell_from(book, self.told);
        self.told = book.events().len();
        match told {
            Err(e) if e.kind() == ErrorKind::BrokenPipe => {
                self.broken = true;
                Ok(())
            }
            told => told,
        }
    }

    fn tell_from(&mut self, book: &Book, from: usize) -> io::Result<()> {
        match &mut self.sink {
            Sink::Text(out) => {
                for sentence in
                    (from..book.events().len()).filter_map(|index| sentence(book, index))
                {
                    writeln!(out, "{sentence}")?;
                }
                out.flush()
            }
            Sink::Json(out, json) => {
                for event in book.events().range(from..book.events().len()).iter() {
                    json.event(out, event)?;
                }
                out.flush()
            }
            Sink::Nothing => Ok(()),
        }
    }

    /// Says something that is not in the journal, to somebody who reads text.
    ///
    /// # Errors
    /// When the output refuses.
    pub fn say(&mut self, text: &str) -> io::Result<()> {
        match &mut self.sink {
            Sink::Text(out) => writeln!(out, "{text}").and_then(|()| out.flush()),
            Sink::Json(..) | Sink::Nothing => Ok(()),
        }
    }

    /// Whether nobody reads any more.
    pub const fn is_broken(&self) -> bool {
        self.broken
    }
}

/// What is to be run, and how it is told.
#[derive(Debug)]
pub struct Job {
    /// The script.
    pub script: Script,
    /// What stands for `$NAME`.
    pub vars: Vars,
    /// Where the sockets live.
    pub opened: Opened,
    /// The address that a bare port means.
    pub server: SocketAddr,
    /// Whether a person is led through it: then it ends where it cannot succeed, and not at its last statement.
    pub walk: bool,
    /// How it is told.
    pub telling: Telling,
    /// Where it is written as well.
    pub files: Files,
}

/// Runs a script to its end, and returns its journal. Calls that still wait then are cancelled, which is journalled.
///
/// # Errors
/// When the system refuses what the engine needs, or the output fails.
pub fn run(job: Job, out: impl Write) -> Result<(Book, Outcome), Failure> {
    let Job {
        script,
        vars,
        opened,
        server,
        walk,
        telling,
        files,
    } = job;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|e| Failure::system("The system refuses a runtime", &e))?;
    let clock = Clock::start();
    let mut book = Book::new();
    let refused = |e: io::Error| Failure::system("The output cannot be written", &e);
    let mut narrator = Narrator::new(out, telling, clock).map_err(refused)?;
    let mut writing = Writing::start(files, clock)?;
    let (mut bench, mut reports) =
        Bench::start(clock, opened, server, script, vars, walk, &mut book)
            .map_err(|e| Failure::system("The system refuses what the workbench needs", &e))?;
    let told = runtime.block_on(async {
        loop {
            // First of all: what is recorded must not depend on who reads.
            writing.record(&book);
            narrator.tell(&book)?;
            writing.log(&book)?;
            if narrator.is_broken() || bench.is_idle() && !bench.next(&mut book) {
                break;
            }
            if bench.is_idle() {
                continue;
            }
            let patience = writing.patience(&book);
            if !take(&mut bench, &mut reports, &mut book, clock, patience).await {
                return Err(io::Error::other("the engine has ended by itself"));
            }
        }
        bench.stop();
        while let Some(report) = reports.recv().await {
            let last = matches!(report, Report::Stopped);
            bench.take(&mut book, report);
            if last {
                break;
            }
        }
        narrator.tell(&book)?;
        writing.log(&book)
    });
    let recorded = writing.finish(&book);
    told.map_err(refused)?;
    recorded?;
    let failed = book
        .events()
        .iter()
        .any(|e| matches!(e.fact, Fact::Expect { held: false, .. }));
    Ok((
        book,
        if failed {
            Outcome::ClaimFailed
        } else {
            Outcome::Well
        },
    ))
}

/// When it is looked whether there is nothing to do, at the latest.
pub(super) const LONG: Nanos = Nanos::from_millis(60_000);

/// Waits for a report, or until something is due. Whether the engine lives.
pub(super) async fn take(
    bench: &mut Bench,
    reports: &mut UnboundedReceiver<Report>,
    book: &mut Book,
    clock: Clock,
    patience: Nanos,
) -> bool {
    let due = bench
        .deadline()
        .map_or(patience, |at| at.since(clock.now()).min(patience));
    match timeout(Duration::from_nanos(due.0), reports.recv()).await {
        Ok(Some(report)) => bench.take(book, report),
        Ok(None) => return false,
        Err(_) => bench.tick(book),
    }
    true
}
