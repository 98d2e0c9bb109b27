//! The plain prompt: the same language, a line at a time, and the story as text as it happens. For screen readers,
//! poor terminals and pipes.

use super::{
    Failure, Outcome,
    bench::Bench,
    end_by,
    files::NewFile,
    headless::{Narrator, Telling},
    network::Opened,
    recording::Recording,
    why,
};
use crate::{
    language::{CABLE_VERBS, Script, VERBS, Vars, complete},
    model::{book::Book, event::Fact, ids::Nanos},
    os::{clock::Clock, engine::Report},
    ui::text::wrap,
};
use core::{net::SocketAddr, time::Duration};
use nix::sys::{
    signal::Signal,
    termios::{SetArg, tcgetattr, tcsetattr},
};
use rustyline::{
    Context, Editor, ExternalPrinter, Helper, Highlighter, Hinter, Validator,
    completion::{Completer, Pair},
    error::ReadlineError,
    history::FileHistory,
};
use std::{
    io::{self, BufRead, IsTerminal, Write},
    path::PathBuf,
    sync::mpsc::{Receiver, channel},
    thread,
};
use tokio::{
    signal::unix::{SignalKind, signal as listen_for},
    sync::mpsc::{UnboundedSender, unbounded_channel},
    time::timeout,
};

/// How wide the words of `help` are.
const WIDTH: usize = 78;
const WELCOME: &str = "fourline: a server and a client on real sockets. Type a statement, help, or quit.\n\
                       To begin: server listen 10008";

/// Reads statements and runs them until the end of the input or `quit`.
///
/// # Errors
/// When the system refuses what the engine needs.
pub fn run(
    vars: Vars,
    opened: Opened,
    server: SocketAddr,
    history: Option<PathBuf>,
    record: Option<NewFile>,
) -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::system("The system refuses a runtime", &e))?;
    let clock = Clock::start();
    let mut book = Book::new();
    let (mut bench, mut reports) = Bench::start(
        clock,
        opened,
        server,
        Script::default(),
        vars,
        false,
        &mut book,
    )
    .map_err(|e| Failure::system("The system refuses what the workbench needs", &e))?;
    let (lines, mut typed) = unbounded_channel();
    let (go_on, may_go_on) = channel();
    let out = open(lines, may_go_on, history);
    let failed = |e: io::Error| Failure::system("The output cannot be written", &e);
    let mut narrator = Narrator::new(out, Telling::Text, clock).map_err(failed)?;
    let mut recording = record
        .map(|file| Recording::start(file, clock))
        .transpose()
        .map_err(|e| Failure::system("The recording cannot be written", &e))?;
    let mut mistaken = false;
    // The prompt has the terminal in its own mode; whoever ends us must find it as it was.
    let before = tcgetattr(io::stdin()).ok();
    let ended_by = runtime.block_on(async {
        let caught =
            |kind| listen_for(kind).map_err(|e| Failure::system("The system refuses a signal", &e));
        let mut int = caught(SignalKind::interrupt())?;
        let mut term = caught(SignalKind::terminate())?;
        let mut hup = caught(SignalKind::hangup())?;
        let mut asked = false;
        loop {
            narrator.tell(&book).map_err(failed)?;
            if let Some(Err(e)) = recording.as_mut().map(|r| r.tell(&book)) {
                recording = None;
                let why = why(&e);
                let said = format!("The recording ends here: {why}. What was recorded is sound.");
                narrator.say(&said).map_err(failed)?;
            }
            if narrator.is_broken() {
                break;
            }
            if asked && bench.is_idle() {
                asked = false;
                let _ = go_on.send(());
            }
            let due = bench
                .deadline()
                .map_or(Nanos::from_millis(60_000), |at| at.since(clock.now()));
            tokio::select! {
                biased;
                Some(report) = reports.recv() => bench.take(&mut book, report),
                line = typed.recv(), if !asked => match line.as_deref().map(str::trim) {
                    None | Some("quit" | "exit") => break,
                    Some(line) if line == "help" || line.starts_with("help ") => {
                        narrator.say(&help(line[4..].trim())).map_err(failed)?;
                        let _ = go_on.send(());
                    }
                    Some(line) => {
                        asked = true;
                        if let Err(mistake) = bench.ask(&mut book, line) {
                            mistaken = true;
                            narrator.say(&mistake.report("the line", line)).map_err(failed)?;
                        }
                    }
                },
                _ = int.recv() => bench.give_up(&mut book),
                _ = term.recv() => return Ok(Some(Signal::SIGTERM)),
                _ = hup.recv() => return Ok(Some(Signal::SIGHUP)),
                () = tokio::time::sleep(Duration::from_nanos(due.0)) => bench.tick(&mut book),
            }
        }
        bench.stop();
        while let Ok(Some(report)) = timeout(Duration::from_secs(5), reports.recv()).await {
            let last = matches!(report, Report::Stopped);
            bench.take(&mut book, report);
            if last {
                break;
            }
        }
        narrator.tell(&book).map_err(failed)?;
        Ok(None)
    })?;
    if let Some(number) = ended_by {
        if let Some(before) = before {
            let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &before);
        }
        return Err(end_by(number));
    }
    if let Some(recording) = recording {
        recording
            .finish(&book)
            .map_err(|e| Failure::system("The recording could not be written to its end", &e))?;
    }
    let failed = book
        .events()
        .iter()
        .any(|e| matches!(e.fact, Fact::Expect { held: false, .. }));
    Ok(match (failed, mistaken && !io::stdin().is_terminal()) {
        (true, _) => Outcome::ClaimFailed,
        (false, true) => Outcome::BadInput,
        (false, false) => Outcome::Well,
    })
}

/// What `help` says: the verbs, or one of them; `cable` stands for all of the cable's.
fn help(about: &str) -> String {
    let verbs = VERBS
        .iter()
        .map(|v| ("", v.name, v.usage, v.about, v.example));
    let cables = CABLE_VERBS
        .iter()
        .map(|v| ("cable", v.name, v.usage, v.about, v.example));
    let about = about.strip_prefix("cable ").unwrap_or(about);
    let text: Vec<_> = verbs
        .chain(cables)
        .filter(|(of, name, ..)| about.is_empty() || [*of, *name].contains(&about))
        .flat_map(|(_, _, usage, about_it, example)| {
            let about_it = wrap(about_it, WIDTH - 4)
                .into_iter()
                .map(|line| format!("    {line}"));
            let example = (!about.is_empty()).then(|| format!("    As in: {example}"));
            core::iter::once(usage.to_owned())
                .chain(about_it)
                .chain(example)
                .collect::<Vec<_>>()
        })
        .collect();
    if text.is_empty() {
        format!("No verb is called {about:?}. help lists them all.")
    } else {
        text.join("\n")
    }
}

/// Starts the thread that reads lines; returns where to write what happens meanwhile.
fn open(
    lines: UnboundedSender<String>,
    may_go_on: Receiver<()>,
    history: Option<PathBuf>,
) -> Box<dyn Write> {
    if io::stdin().is_terminal()
        && io::stdout().is_terminal()
        && let Ok(mut editor) = Editor::<Words, FileHistory>::new()
        && let Ok(printer) = editor.create_external_printer()
    {
        let mut out = Above(printer, Vec::new());
        let _ = writeln!(out, "{WELCOME}").and_then(|()| out.flush());
        editor.set_helper(Some(Words));
        thread::spawn(move || {
            if let Some(file) = &history {
                let _ = editor.load_history(file);
            }
            loop {
                match editor.readline("fourline> ") {
                    Ok(line) => {
                        let _ = editor.add_history_entry(&line);
                        if lines.send(line).is_err() || may_go_on.recv().is_err() {
                            break;
                        }
                    }
                    Err(ReadlineError::Interrupted) => {}
                    Err(_) => break,
                }
            }
            if let Some(file) = &history {
                let _ = file.parent().map(std::fs::create_dir_all);
                let _ = editor.save_history(file);
            }
        });
        return Box::new(out);
    }
    thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            if lines.send(line).is_err() || may_go_on.recv().is_err() {
                break;
            }
        }
    });
    Box::new(io::stdout())
}

/// Writes above the line that is being typed.
struct Above<P>(P, Vec<u8>);

impl<P: ExternalPrinter> Write for Above<P> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.1.is_empty() {
            let text = String::from_utf8_lossy(&core::mem::take(&mut self.1)).into_owned();
            self.0.print(text).map_err(io::Error::other)?;
        }
        Ok(())
    }
}

/// Completion with Tab, from the tables of the language.
#[derive(Helper, Highlighter, Hinter, Validator)]
struct Words;

impl Completer for Words {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let who = ["server", "client", "client2"].map(str::to_owned);
        let found = complete(line, at, &who);
        let start = found.first().map_or(at, |c| c.replace.start);
        let pairs = found.into_iter().filter(|c| c.replace.start == start);
        let pair = |text: String| Pair {
            display: text.clone(),
            replacement: text,
        };
        Ok((start, pairs.map(|c| pair(c.text)).collect()))
    }
}
