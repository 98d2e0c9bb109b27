//! Where scripts come from: a file, standard input, or the one that ships.

use super::{Failure, why};
use crate::{
    language::{Script, Vars, parse_script},
    model::{command::Address, payload::escaped},
};
use std::{
    fs::File,
    io::{self, Read},
};

/// The four lines, as they ship.
pub const FOUR_LINES: &str = include_str!("../../assets/scripts/four-lines.fourline");
/// The largest script, in bytes.
const MOST: u64 = 16 << 20;

/// Reads and parses a script; `-` is standard input.
///
/// # Errors
/// When it cannot be read, or has mistakes; the failure's text names them all with their places.
pub fn file(path: &str, vars: &Vars) -> Result<Script, Failure> {
    let (name, source) = read(path)?;
    parse(&name, &source, vars)
}

/// Reads a script or a lesson: what it is called, safe for a terminal, and its bytes; `-` is standard input.
///
/// # Errors
/// When it cannot be read.
pub fn read(path: &str) -> Result<(String, Vec<u8>), Failure> {
    let mut source = Vec::new();
    let read = match path {
        "-" => io::stdin().lock().take(MOST + 1).read_to_end(&mut source),
        path => File::open(path).and_then(|f| f.take(MOST + 1).read_to_end(&mut source)),
    };
    let name = if path == "-" {
        "standard input".to_owned()
    } else {
        escaped(path.as_bytes())
    };
    if let Err(e) = read {
        return Err(Failure::input(format!(
            "{name} cannot be read: {}",
            why(&e)
        )));
    }
    Ok((name, source))
}

/// Parses a script that is at hand.
///
/// # Errors
/// When it has mistakes.
pub fn parse(name: &str, source: &[u8], vars: &Vars) -> Result<Script, Failure> {
    parse_script(source, vars).map_err(|mistakes| {
        let text = String::from_utf8_lossy(source);
        let reports: Vec<_> = mistakes.iter().map(|m| m.report(name, &text)).collect();
        Failure::input(reports.join("\n"))
    })
}

/// The four lines, with the addresses that were asked for. With `connect` alone there is no server of ours: only the
/// client's side is walked through.
///
/// # Errors
/// Never for the script that ships; a test sees to it.
pub fn four_lines(listen: Option<Address>, connect: Option<Address>) -> Result<Script, Failure> {
    let source = match (listen, connect) {
        (None, None) => FOUR_LINES.to_owned(),
        (None, Some(to)) => format!(
            "# A client alone: the server at {to} is somebody else's.\n\
             client connect {to}\nclient send \"hello, server\\r\\n\"\nclient recv\nclient close\n"
        ),
        (Some(at), to) => FOUR_LINES
            .replace("server listen 10008", &format!("server listen {at}"))
            .replace(
                "client connect",
                &to.map_or_else(
                    || "client connect".to_owned(),
                    |to| format!("client connect {to}"),
                ),
            ),
    };
    parse("the four lines", source.as_bytes(), &Vars::default())
}
