//! `fourline check`: runs scripts and reports every claim with its line.

use super::{
    args::Args,
    place::{Place, place},
};
use crate::{
    language::Vars,
    model::{event::Fact, payload::escaped},
    run::{Failure, Outcome, headless, load},
};
use std::io::{self, Write};

pub(super) fn check(
    files: &[String],
    syntax: bool,
    vars: &Vars,
    args: &Args,
) -> Result<Outcome, Failure> {
    let mut out = io::stdout().lock();
    let written = |e: io::Error| Failure::system("The output cannot be written", &e);
    let (mut held, mut failed, mut bad) = (0, 0, 0);
    // All are read before any of them runs: a mistake in the last one should not cost the time of the others.
    let mut scripts = Vec::new();
    for file in files {
        match load::file(file, vars) {
            Ok(script) => scripts.push((escaped(file.as_bytes()), script)),
            Err(failure) => {
                bad += 1;
                writeln!(out, "{}", failure.text).map_err(written)?;
            }
        }
    }
    if syntax {
        writeln!(
            out,
            "{} of {} files are well formed",
            scripts.len(),
            files.len()
        )
        .map_err(written)?;
    } else {
        for (name, script) in scripts {
            let Place { opened, server } = place(args, Some(&script))?;
            let telling = headless::Telling::Nothing;
            let job = headless::Job {
                script,
                vars: vars.clone(),
                opened,
                server,
                walk: false,
                telling,
                log: None,
                record: None,
            };
            let (book, _) = headless::run(job, io::sink())?;
            for event in book.events().iter() {
                let Fact::Expect {
                    text,
                    held: ok,
                    line,
                    found,
                } = &event.fact
                else {
                    continue;
                };
                *(if *ok { &mut held } else { &mut failed }) += 1;
                let line = line.map_or_else(String::new, |l| format!(":{l}"));
                let text = escaped(text.as_bytes())
                    .replace("\\\"", "\"")
                    .replace("\\\\", "\\");
                if *ok {
                    writeln!(out, "{name}{line}: held: {text}").map_err(written)?;
                } else {
                    let found = escaped(found.as_bytes())
                        .replace("\\\"", "\"")
                        .replace("\\\\", "\\");
                    writeln!(out, "{name}{line}: did NOT hold: {text} ({found})")
                        .map_err(written)?;
                }
            }
        }
        writeln!(out, "{held} claims held, {failed} did not").map_err(written)?;
    }
    Ok(match (bad, failed) {
        (0, 0) => Outcome::Well,
        (0, _) => Outcome::ClaimFailed,
        _ => Outcome::BadInput,
    })
}
