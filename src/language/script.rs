//! A whole script, parsed before any of it runs; and one line of it.

use super::{
    cursor::Cursor,
    mistake::Mistake,
    statement::statement,
    vars::Vars,
    words::{self, Word},
};
use crate::model::command::Statement;
use core::ops::Range;

/// The longest script, in bytes.
const LONGEST: usize = 16 << 20;
/// The most statements of a script.
const MOST_STATEMENTS: usize = 100_000;
/// So many mistakes are told at once.
const MOST_MISTAKES: usize = 20;

/// A script: its statements in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The lines that hold a statement.
    pub lines: Vec<ScriptStatement>,
}

/// One statement of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptStatement {
    /// Its line, from 1.
    pub line: u32,
    /// Its place in the source, in bytes.
    pub span: Range<usize>,
    /// As it was written, without the space and the comment around it. It may hold characters that a terminal obeys:
    /// it is for parsing it again; to show it, print the statement.
    pub text: String,
    /// What it says.
    pub statement: Statement,
}

impl ScriptStatement {
    /// Lets the statements before `middle` and those from there on change places. A row keeps its line, whatever stands in
    /// it.
    pub fn exchange(rows: &mut [Self], middle: usize) {
        let lines: Vec<u32> = rows.iter().map(|row| row.line).collect();
        rows.rotate_left(middle.min(rows.len()));
        for (row, line) in rows.iter_mut().zip(lines) {
            row.line = line;
        }
    }
}

/// Parses a whole script.
///
/// # Errors
/// All mistakes in it, the first 20 at most. Their spans lie in the source; in one that is not UTF-8 they lie in what
/// `String::from_utf8_lossy` makes of it.
pub fn parse_script(source: &[u8], vars: &Vars) -> Result<Script, Vec<Mistake>> {
    if source.len() > LONGEST {
        return Err(vec![
            Mistake::new(
                0..0,
                format!(
                    "the script has {} bytes, and the longest has {LONGEST} (16 MiB)",
                    source.len()
                ),
            )
            .help("send much data with bytes(1000000) or from a file with @file"),
        ]);
    }
    let source = str::from_utf8(source).map_err(|error| {
        // The bytes before this place are the same in the lossy text, and one U+FFFD stands for the wrong ones.
        let at = error.valid_up_to();
        vec![
            Mistake::new(
                at..at + char::REPLACEMENT_CHARACTER.len_utf8(),
                format!("the byte 0x{:02x} here is not UTF-8", source[at]),
            )
            .help("save the script as UTF-8; a byte of any value is written \\xNN in a text in quotes"),
        ]
    })?;
    let mut script = Script::default();
    let mut mistakes = Vec::new();
    let mut start = 0;
    for (number, line) in (1..).zip(source.split('\n')) {
        // A byte-order mark before the first line is no part of it.
        let mark = if number == 1 && line.starts_with('\u{feff}') {
            3
        } else {
            0
        };
        match parse(&line[mark..], vars) {
            Ok(Some((_, span))) if script.lines.len() == MOST_STATEMENTS => {
                let message = format!("a script has at most {MOST_STATEMENTS} statements");
                mistakes.push(Mistake::new(span, message).moved(start + mark));
                break;
            }
            Ok(Some((statement, span))) => {
                let span = span.start + start + mark..span.end + start + mark;
                script.lines.push(ScriptStatement {
                    line: number,
                    text: source[span.clone()].to_owned(),
                    span,
                    statement,
                });
            }
            Ok(None) => {}
            Err(mistake) => mistakes.push(mistake.moved(start + mark)),
        }
        if mistakes.len() == MOST_MISTAKES {
            break;
        }
        start += line.len() + 1;
    }
    if mistakes.is_empty() {
        Ok(script)
    } else {
        Err(mistakes)
    }
}

/// Parses one line; `None` if it is empty or only a comment.
///
/// # Errors
/// The first mistake in it.
pub fn parse_line(text: &str, vars: &Vars) -> Result<Option<Statement>, Mistake> {
    Ok(parse(text, vars)?.map(|(statement, _)| statement))
}

fn parse(line: &str, vars: &Vars) -> Result<Option<(Statement, Range<usize>)>, Mistake> {
    let words = words::split(line, vars)?;
    let (Some(Word { span: first, .. }), Some(Word { span: last, .. })) =
        (words.first(), words.last())
    else {
        return Ok(None);
    };
    let span = first.start..last.end;
    let statement = statement(&mut Cursor::new(line, &words))?;
    Ok(Some((statement, span)))
}
