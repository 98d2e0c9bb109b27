//! What was recorded: shown again, or written in another format.

use super::{Args, args::ExportArgs, has_screen, learn, settings};
use crate::{
    export::{EXPORTERS, Exporter, Ground, exporter},
    language::nearest,
    lesson::Lesson,
    model::payload::escaped,
    run::{Failure, Outcome, exporting, files, opening::Opened, terminal},
};
use clap::CommandFactory;
use std::{
    fs::File,
    io::{self, BufWriter, IsTerminal, Read, Write},
    path::Path,
};

/// Shows a file in the screens; without a terminal, as text.
pub(super) fn open(args: &Args, path: &Path) -> Result<Outcome, Failure> {
    if is_lesson(path) {
        return learn::file(path, args);
    }
    let file = Opened::open(path).map_err(|e| meant(path, e))?;
    if !has_screen() {
        let text = exporter("text").ok_or_else(|| Failure::input("there is no format text"))?;
        return write(
            &file,
            text,
            Ground::Light,
            &mut BufWriter::new(io::stdout()),
        );
    }
    let (settings, keys, _) = settings::settings(args)?;
    terminal::show(&file, settings, keys)
}

/// Whether a file is no recording but a lesson: its name says so, or how it begins.
pub(super) fn is_lesson(path: &Path) -> bool {
    let mut begins = [0; 8];
    // What is no file may be read only once.
    let many = if path.is_file() {
        File::open(path).and_then(|mut f| f.read(&mut begins))
    } else {
        Ok(0)
    };
    let begins = &begins[..many.unwrap_or(0)];
    path.exists() && Lesson::is_one(&path.to_string_lossy(), begins)
}

/// What a word that is no file may have meant.
fn meant(path: &Path, mut failure: Failure) -> Failure {
    let word = path.to_string_lossy();
    let commands = Args::command();
    let names = commands.get_subcommands().map(clap::Command::get_name);
    if path.extension().is_some_and(|e| e == "fourline") {
        failure.text.push_str(
            ". A script is walked through with fourline --script FILE, and run with fourline run FILE.",
        );
    } else if !path.exists()
        && let Some(command) = nearest(&word, names)
    {
        failure
            .text
            .extend([". Did you mean the command ", command, "?"]);
    }
    failure
}

/// Writes a file in another format.
pub(super) fn export(asked: &ExportArgs) -> Result<Outcome, Failure> {
    let names = || {
        let names: Vec<_> = EXPORTERS.iter().map(|e| e.name).collect();
        names.join(", ")
    };
    let exporter = exporter(&asked.to)
        .ok_or_else(|| Failure::input(format!("--to {}: expected one of {}", asked.to, names())))?;
    let file = Opened::open(&asked.file)?;
    let ground = if asked.dark {
        Ground::Dark
    } else {
        Ground::Light
    };
    let Some(path) = &asked.out else {
        if exporter.name == "pcapng" && io::stdout().is_terminal() {
            let text = "A pcapng is nothing for a terminal: name its file with -o FILE.";
            return Err(Failure::input(text));
        }
        return write(&file, exporter, ground, &mut BufWriter::new(io::stdout()));
    };
    let mut stopped = None;
    files::write_whole(path, false, |out| {
        stopped = exporting::write_file(exporter, &file, ground, out)?;
        Ok(())
    })
    .map_err(|e| e.told("file", path))?;
    let Some(mut failure) = unsound(&file, stopped) else {
        return Ok(Outcome::Well);
    };
    let name = files::shown(path);
    failure.text.extend([" What was sound is in ", &name, "."]);
    Err(failure)
}

fn write(
    file: &Opened,
    exporter: &Exporter,
    ground: Ground,
    out: &mut dyn Write,
) -> Result<Outcome, Failure> {
    let stopped = match exporting::write_file(exporter, file, ground, out) {
        Ok(stopped) => stopped,
        // Whoever reads has seen enough.
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => None,
        Err(e) => return Err(Failure::system("The output cannot be written", &e)),
    };
    unsound(file, stopped).map_or(Ok(Outcome::Well), Err)
}

/// What is said of a file that is not sound to its end. What was sound is used all the same; the exit code tells.
pub(super) fn unsound(file: &Opened, stopped: Option<String>) -> Option<Failure> {
    let name = escaped(file.name.as_bytes());
    stopped.map(|why| Failure::input(format!("Not all of {name} could be read. {why}.")))
}
