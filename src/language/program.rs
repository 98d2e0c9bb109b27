//! `spawn`: a side, and a program with its arguments.

use super::{
    cursor::Cursor,
    mistake::{Mistake, quoted},
    words::Kind,
};
use crate::model::{
    command::{Spawn, Statement},
    ids::{Actor, Side, Target},
};

pub(super) fn spawn(cursor: &mut Cursor<'_>) -> Result<Statement, Mistake> {
    let side = side(cursor)?;
    cursor.try_kind("a program", "php");
    let mut program = Vec::new();
    while let Some(word) = word(cursor)? {
        if program.len() == Spawn::MOST_WORDS {
            let text = format!(
                "a program and its arguments are at most {} words here",
                Spawn::MOST_WORDS
            );
            return Err(Mistake::new(cursor.span(), text)
                .help("put the rest into a script of its own, as in: spawn server sh start.sh"));
        }
        program.push(word);
        cursor.advance();
        cursor.try_kind("an argument", "");
    }
    if program.is_empty() {
        return Err(cursor
            .wrong("a program")
            .help("write it as in: spawn server php server.php"));
    }
    Ok(Statement::Spawn(Spawn { side, program }))
}

fn side(cursor: &mut Cursor<'_>) -> Result<Side, Mistake> {
    let sides = [
        ("server", "where the server's sockets live", Side::Server),
        ("client", "where the clients' sockets live", Side::Client),
    ];
    cursor.must_choose("a side", &sides).map_err(|mistake| {
        let named = cursor.bare().and_then(|word| word.parse::<Target>().ok());
        match named {
            Some(Target { actor, .. }) => mistake.help(format!(
                "a program runs on a side, and is no actor: spawn {} ...",
                match actor {
                    Actor::Server => Side::Server,
                    Actor::Client(_) => Side::Client,
                }
            )),
            None => mistake.help("write it as in: spawn server php server.php"),
        }
    })
}

/// The word here, if there is one.
fn word(cursor: &Cursor<'_>) -> Result<Option<String>, Mistake> {
    let Some(word) = cursor.word() else {
        return Ok(None);
    };
    if cursor.is_joined() {
        return Err(Mistake::new(
            cursor.span(),
            "a text in quotes and a word stand here without a space between them",
        )
        .help("put all of the word into quotes, as in: \"--name=my server\""));
    }
    let bytes = match &word.kind {
        Kind::Bare(text) => text.as_bytes(),
        Kind::Text(bytes) => bytes,
        Kind::File(name) => {
            let name = quoted(&String::from_utf8_lossy(name));
            return Err(Mistake::new(
                cursor.span(),
                "the contents of a file are no argument of a program",
            )
            .help(format!(
                "the program reads files itself; write {name} in quotes, without `@`"
            )));
        }
    };
    match str::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => Err(Mistake::new(
            cursor.span(),
            "an argument of a program cannot have a zero byte",
        )
        .help("the system ends an argument at its first zero byte (execve(2))")),
        Ok(text) => Ok(Some(text.to_owned())),
        Err(_) => Err(Mistake::new(
            cursor.span(),
            "this argument is not UTF-8, and so cannot be shown",
        )
        .help("write characters as they are or as \\u{...}")),
    }
}
