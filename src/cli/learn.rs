//! `fourline learn`: the shelf of lessons, one of them, what is kept of them, and a report of it.

use super::{
    Walk,
    args::{Args, LearnArgs},
    consent::{self, Trust},
    files as written, has_screen,
    place::{Place, place_of_lesson},
    settings, workbench,
};
use crate::{
    language::{Script, Vars, nearest},
    lesson::{Lesson, Needs, SHIPPED, STARTING_POINT, shipped},
    run::{
        Failure, Outcome, files, lessons, load,
        progress::Progress,
        reading,
        reports::Reporting,
        shelf::{self, Known},
        shown,
        terminal::{
            self,
            learning::{Studies, key_of},
        },
    },
};
use std::{
    fmt::Write as _,
    io::{self, BufWriter, ErrorKind, Write},
    path::Path,
    sync::Arc,
};

/// A lesson and the text that it was read from.
struct Chosen {
    known: Known,
    source: Vec<u8>,
    is_shipped: bool,
}

/// Whether a lesson is taken, and not only listed, forgotten or reported.
pub(super) fn takes_a_lesson(asked: &LearnArgs) -> bool {
    let from_the_shelf = !asked.list && asked.report.is_none() && has_screen();
    !asked.reset && (asked.lesson.is_some() || from_the_shelf)
}

pub(super) fn learn(asked: &LearnArgs, args: &Args) -> Result<Outcome, Failure> {
    let reporting = asked
        .report
        .as_ref()
        .map(|path| Reporting::new(path, asked.name.as_deref(), asked.force));
    let mut progress = Progress::open(settings::lessons_file());
    if asked.reset {
        return reset(asked.lesson.as_deref(), &mut progress);
    }
    let Some(named) = asked.lesson.as_deref() else {
        if asked.again {
            return Err(Failure::input(
                "--again takes a lesson from its beginning: say which, as in fourline learn --again 1",
            ));
        }
        if let Some(reporting) = reporting {
            trouble(&mut progress);
            let written = reporting.write(shelf::all_taken(&progress))?;
            return print(&format!("Report: {written}\n"));
        }
        if asked.list || !has_screen() {
            trouble(&mut progress);
            return print(&list(&progress));
        }
        let studies = Studies {
            progress,
            shelf: true,
            ..Studies::default()
        };
        return workbench(args, &Walk::Slowly, Some(studies));
    };
    let chosen = choose(named)?;
    if !chosen.is_shipped {
        let trust = if asked.trust {
            Trust::Given
        } else {
            Trust::Ask
        };
        consent::ask(
            &chosen.known.name,
            &chosen.source,
            &chosen.known.lesson,
            trust,
        )?;
    }
    take(chosen.known, asked.again, progress, reporting, args)
}

/// Takes the lesson in a file, as `fourline FILE` does.
pub(super) fn file(path: &Path, args: &Args) -> Result<Outcome, Failure> {
    let chosen = read(&path.to_string_lossy())?;
    consent::ask(
        &chosen.known.name,
        &chosen.source,
        &chosen.known.lesson,
        Trust::Ask,
    )?;
    let progress = Progress::open(settings::lessons_file());
    take(chosen.known, false, progress, None, args)
}

fn take(
    known: Known,
    again: bool,
    progress: Progress,
    report: Option<Reporting>,
    args: &Args,
) -> Result<Outcome, Failure> {
    if !has_screen() {
        if report.is_some() {
            return Err(Failure::input(
                "A report tells what somebody answered, and without a terminal nobody is asked. Without the name of a lesson, fourline learn --report FILE tells of all that was answered before.",
            ));
        }
        let Place { opened, server } = place_of_lesson(args, &known.lesson)?;
        let mut out = BufWriter::new(io::stdout());
        let files = written(args)?;
        return reading::read(known.lesson, opened, server, files, &mut out);
    }
    if let Some(report) = &report {
        let kept = known.kept(&progress).cloned().unwrap_or_default();
        report.look(vec![known.taken(&kept)])?;
    }
    let Place { opened, server } = place_of_lesson(args, &known.lesson)?;
    let (settings, keys, pace) = settings::settings(args)?;
    let files = written(args)?;
    terminal::run(terminal::Opening {
        script: Script::default(),
        vars: Vars::default(),
        opened,
        server,
        settings,
        keys,
        pace,
        play: false,
        again: false,
        studies: Studies {
            progress,
            take: Some(known),
            again,
            shelf: false,
            report,
        },
        files,
    })
}

/// A lesson that ships, by its name or its number, or one in a file.
fn choose(named: &str) -> Result<Chosen, Failure> {
    if let Some(lesson) = shipped(named) {
        let source = lesson.text.as_bytes().to_vec();
        return chosen(lesson.name, Some(lesson.name.to_owned()), source, true);
    }
    if named == "-" || Path::new(named).exists() {
        return read(named);
    }
    let mut text = format!("There is no lesson {}, and no such file.", shown(named));
    if named.parse::<u64>().is_ok() {
        let _ = write!(
            text,
            " The lessons that ship have the numbers 1 to {}.",
            SHIPPED.len()
        );
    } else if let Some(right) = nearest(named, SHIPPED.iter().map(|lesson| lesson.name)) {
        text.extend([" Did you mean ", right, "?"]);
    }
    text.push_str(" fourline learn --list lists the lessons.");
    Err(Failure::input(text))
}

/// A lesson in a file; `-` is standard input.
fn read(path: &str) -> Result<Chosen, Failure> {
    let (name, source) = load::read(path)?;
    if !Lesson::is_one(path, &source) && path.ends_with(".fourline") {
        return Err(Failure::input(format!(
            "{name} is a script and no lesson. fourline --script {name} walks through it."
        )));
    }
    chosen(&name, key_of(Path::new(path)), source, false)
}

fn chosen(
    name: &str,
    key: Option<String>,
    source: Vec<u8>,
    is_shipped: bool,
) -> Result<Chosen, Failure> {
    let lesson = Lesson::parse(&source).map_err(|m| lessons::told(name, &source, &m))?;
    Ok(Chosen {
        known: Known {
            name: name.to_owned(),
            key,
            digest: shelf::digest(&source),
            lesson: Arc::new(lesson),
        },
        source,
        is_shipped,
    })
}

fn reset(named: Option<&str>, progress: &mut Progress) -> Result<Outcome, Failure> {
    trouble(progress);
    let key = named.map(|named| match shipped(named) {
        Some(lesson) => lesson.name.to_owned(),
        // The file may be gone; what is kept of it is not.
        None => key_of(Path::new(named)).unwrap_or_else(|| named.to_owned()),
    });
    let gone = progress
        .forget(key.as_deref())
        .map_err(|e| Failure::system("What is kept of your lessons cannot be changed", &e))?;
    let mut told = String::new();
    for title in &gone {
        let _ = writeln!(told, "Begins anew: {}", shown(title).replace('\n', " "));
    }
    match (named, gone.is_empty()) {
        (Some(named), true) => {
            // A name that is none is a mistake; a lesson of which nothing is kept is none.
            choose(named)?;
            told = format!("Nothing is kept of {}.\n", shown(named));
        }
        (None, true) => "Nothing is kept of any lesson.\n".clone_into(&mut told),
        _ => {}
    }
    print(&told)
}

/// What went wrong with what is kept.
fn trouble(progress: &mut Progress) {
    if let Some(trouble) = progress.take_trouble() {
        let _ = writeln!(io::stderr(), "{trouble}");
    }
}

/// The lessons, a line each.
fn list(progress: &Progress) -> String {
    let known = shelf::shipped();
    let rows: Vec<[String; 6]> = known
        .iter()
        .enumerate()
        .map(|(n, known)| {
            let row = known.row(progress);
            let network = match row.network {
                Needs::Any => "",
                Needs::Lab => "lab",
                Needs::Host => "host",
            };
            let come = match (row.finished, row.reached) {
                (true, _) => "finished".to_owned(),
                (false, 0) => String::new(),
                (false, n) => format!("at {n} of {}", row.stops),
            };
            let right = if row.reached > 0 {
                format!("{} of {} right", row.right, row.questions)
            } else {
                String::new()
            };
            let minutes = format!("{} min", row.minutes);
            let title = format!("{}. {}", n + 1, row.title);
            [title, row.name, minutes, network.to_owned(), come, right]
        })
        .collect();
    let mut text = table(&rows);
    let is_shipped = |key: &str| known.iter().any(|k| k.key.as_deref() == Some(key));
    let mut own = progress
        .all()
        .filter(|(key, _)| !is_shipped(key))
        .peekable();
    if own.peek().is_some() {
        text.push_str("\nFrom files:\n");
    }
    for (key, kept) in own {
        let come = if kept.finished {
            "finished".to_owned()
        } else {
            format!("at {} of {}", kept.reached, kept.stops)
        };
        let line = format!("{}  {}, {}, {} right", kept.title, key, come, kept.right());
        text.extend([&*shown(&line).replace('\n', " "), "\n"]);
    }
    text.push_str(
        "\nTo take one: fourline learn NAME, or its number, or the file of a lesson. fourline new-lesson FILE begins one.\n",
    );
    text
}

/// Columns, as wide as what stands in them.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|r| r[column].chars().count()).max();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let wide = width(column).unwrap_or(0);
            if wide > 0 {
                let _ = write!(line, "{cell:wide$}  ");
            }
        }
        text.extend([line.trim_end(), "\n"]);
    }
    text
}

fn print(text: &str) -> Result<Outcome, Failure> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::system("The output cannot be written", &e))
        }
        _ => Ok(Outcome::Well),
    }
}

/// `fourline new-lesson FILE`.
pub(super) fn new_lesson(path: &Path) -> Result<Outcome, Failure> {
    if path.as_os_str() == "-" {
        return print(STARTING_POINT);
    }
    files::write_whole(path, false, |out| out.write_all(STARTING_POINT.as_bytes()))
        .map_err(|e| e.told("lesson", path))?;
    let name = files::shown(path);
    print(&format!(
        "Written: {name}\nIt runs as it is: fourline check {name}, and fourline learn {name}\n"
    ))
}
