//! The command line: what can be asked for, and what that runs.

mod args;
mod check;
mod consent;
mod doctor;
mod lab;
mod learn;
mod man;
mod place;
mod recorded;
mod settings;
mod shot;

pub use args::{Args, Asked};

use crate::{
    language::{Vars, reference},
    model::payload::is_unprintable,
    run::{
        Failure, Outcome,
        files::{self, NewFile},
        headless, load,
        progress::Progress,
        shell, shown,
        terminal::{self, learning::Studies},
        writing::Files,
    },
};
use args::{LabAsked, RunArgs};
use clap::{CommandFactory, Parser};
use consent::Trust;
use place::{Place, place};
use std::{
    env,
    ffi::OsString,
    fs::File,
    io::{self, IsTerminal, Write},
    process::exit,
};

/// Does what was asked for on the command line.
///
/// # Errors
/// With the text that the person is to read.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    tells_something(args)?;
    match args.asked {
        None => match &args.file {
            Some(file) => recorded::open(args, file),
            None => workbench(args, &Walk::Slowly, None),
        },
        Some(Asked::Open { ref file }) => recorded::open(args, file),
        Some(Asked::Export(ref asked)) => recorded::export(asked),
        Some(Asked::Demo { again }) => workbench(args, &Walk::ByItself { again }, None),
        Some(Asked::Run(RunArgs {
            ref file,
            json,
            ref sets,
        })) => {
            let vars = vars(sets)?;
            let script = load::file(file, &vars)?;
            let telling = if json {
                headless::Telling::Json
            } else {
                headless::Telling::Text
            };
            let out = io::BufWriter::new(io::stdout());
            let files = files(args)?;
            let Place { opened, server } = place(args, Some(&script))?;
            let job = headless::Job {
                script,
                vars,
                opened,
                server,
                walk: false,
                telling,
                files,
            };
            Ok(headless::run(job, out)?.1)
        }
        Some(Asked::Check {
            ref files,
            syntax,
            trust,
            ref sets,
        }) => {
            let how = check::How {
                syntax,
                trust: if trust { Trust::Given } else { Trust::Ask },
            };
            check::check(files, how, &vars(sets)?, args)
        }
        Some(Asked::Shell { ref sets }) => {
            let Place { opened, server } = place(args, None)?;
            let record = record(args)?;
            shell::run(
                vars(sets)?,
                opened,
                server,
                settings::history_file(),
                record,
            )
        }
        Some(Asked::Learn(ref asked)) => learn::learn(asked, args),
        Some(Asked::NewLesson { ref file }) => learn::new_lesson(file),
        Some(Asked::Shot(ref asked)) => shot::shot(asked, args),
        Some(Asked::Doctor) => doctor::doctor(),
        Some(Asked::Lab(LabAsked::Enter {
            pid,
            side,
            ref command,
        })) => Err(lab::enter(pid, side.into(), command)),
        Some(Asked::Language) => print(reference().as_bytes()),
        Some(Asked::Completions { shell }) => {
            let mut out = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "fourline", &mut out);
            print(&out)
        }
        Some(Asked::Man) => print(man::page().as_bytes()),
        Some(Asked::Config) => print(crate::app::config::Config::example().as_bytes()),
    }
}

/// Parses the command line; clap itself answers `--help`, `--version` and mistakes.
pub fn parse() -> Args {
    Args::try_parse().unwrap_or_else(|answer| {
        let obeyed = |arg: OsString| arg.to_string_lossy().contains(is_unprintable);
        if env::args_os().any(obeyed) {
            // It repeats the words that it does not know, with all that is in them.
            let _ = write!(io::stderr(), "{}", shown(&answer.render().to_string()));
            exit(answer.exit_code());
        }
        answer.exit()
    })
}

fn print(text: &[u8]) -> Result<Outcome, Failure> {
    match io::stdout().write_all(text) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::system("The output cannot be written", &e))
        }
        _ => Ok(Outcome::Well),
    }
}

fn vars(sets: &[String]) -> Result<Vars, Failure> {
    Vars::from_sets(sets).map_err(|e| Failure::input(format!("--set: {e}")))
}

enum Walk {
    Slowly,
    ByItself { again: bool },
}

/// The workbench on the screen; without a terminal, the same walk as text.
fn workbench(args: &Args, walk: &Walk, studies: Option<Studies>) -> Result<Outcome, Failure> {
    let vars = Vars::default();
    let script = match &args.script {
        Some(file) => load::file(file, &vars)?,
        None => load::four_lines(args.addresses.listen, args.addresses.connect)?,
    };
    let Place { opened, server } = place(args, Some(&script))?;
    let (settings, keys, pace) = settings::settings(args)?;
    let files = files(args)?;
    if !has_screen() {
        let out = io::BufWriter::new(io::stdout());
        let job = headless::Job {
            script,
            vars,
            opened,
            server,
            walk: true,
            telling: headless::Telling::Text,
            files,
        };
        let (book, outcome) = headless::run(job, out)?;
        if io::stdout().is_terminal() && is_dumb() {
            let hint = "This terminal cannot draw the screens; fourline shell is the same by hand.";
            let _ = writeln!(io::stderr(), "{hint}");
        }
        if book.session().left_script {
            let text = format!(
                "{server} is taken, so the conversation did not take place. Try: fourline --listen :0"
            );
            return Err(Failure {
                outcome: Outcome::Refused,
                text,
            });
        }
        return Ok(outcome);
    }
    let again = matches!(walk, Walk::ByItself { again: true });
    let play = matches!(walk, Walk::ByItself { .. });
    terminal::run(terminal::Opening {
        script,
        vars,
        opened,
        server,
        settings,
        keys,
        pace,
        play,
        again,
        studies: studies.unwrap_or_else(on_the_shelf),
        files,
    })
}

/// The lessons on the shelf, and how far somebody has come in them.
fn on_the_shelf() -> Studies {
    Studies {
        progress: Progress::open(settings::lessons_file()),
        ..Studies::default()
    }
}

/// A file that nothing would be written to was not meant.
fn tells_something(args: &Args) -> Result<(), Failure> {
    let happens = match &args.asked {
        None => args.file.as_deref().is_none_or(recorded::is_lesson),
        Some(Asked::Demo { .. } | Asked::Run(_)) => true,
        Some(Asked::Learn(asked)) => learn::takes_a_lesson(asked),
        Some(Asked::Shell { .. }) => args.log.is_none(),
        Some(_) => false,
    };
    let named = [("--record", &args.record), ("--log", &args.log)];
    match named.into_iter().find(|(_, path)| path.is_some()) {
        Some((flag, _)) if !happens => Err(Failure::input(format!(
            "{flag} writes down what happens, and nothing happens here. It is for fourline itself, and for its demo, {}",
            if flag == "--record" {
                "run, shell and lessons."
            } else {
                "run and lessons."
            }
        ))),
        _ => Ok(()),
    }
}

/// Whether the terminal can do nothing but print.
fn is_dumb() -> bool {
    env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Whether there is a terminal to draw on and to read keys from.
fn has_screen() -> bool {
    let reachable = io::stdin().is_terminal() || File::open("/dev/tty").is_ok();
    io::stdout().is_terminal() && reachable && !is_dumb()
}

/// The files that what happens is written to, as far as they were asked for.
fn files(args: &Args) -> Result<Files, Failure> {
    let log = args
        .log
        .as_ref()
        .map(|path| files::create_new("log", path))
        .transpose()?;
    let record = record(args)?;
    Ok(Files { log, record })
}

/// The file that it is recorded in, if that was asked for.
fn record(args: &Args) -> Result<Option<NewFile>, Failure> {
    let path = args.record.as_ref();
    path.map(|path| files::create_new("recording", path))
        .transpose()
}
