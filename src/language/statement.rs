//! One statement: who, which verb, and what follows it.

use super::{
    claims::expectation,
    cursor::{Cursor, Hint},
    data,
    mistake::{Mistake, quoted},
    orders::known_elsewhere,
    time::{try_number, try_time},
    verbs::{ELSEWHERE, For, Parse, VERBS, Verb},
};
use crate::model::{
    command::{Order, Statement},
    ids::{Actor, Target},
};

/// Reads a whole line.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Result<Statement, Mistake> {
    if let Some(who) = try_who(cursor)? {
        return order(cursor, who);
    }
    for verb in VERBS {
        if let Parse::Statement(parse) = verb.parse
            && cursor.take(verb.name, verb.about)
        {
            let statement = parse(cursor)?;
            cursor.end(&format!("`{}`", verb.name))?;
            return Ok(statement);
        }
    }
    Err(no_beginning(cursor))
}

fn order(cursor: &mut Cursor<'_>, who: Target) -> Result<Statement, Mistake> {
    for verb in likely_first(who.actor) {
        if let Parse::Order(parse) = verb.parse
            && cursor.take(verb.name, verb.about)
        {
            if verb.whom == For::Server && who.actor != Actor::Server {
                return Err(Mistake::new(
                    cursor.span_before(),
                    format!("`{}` is for the server alone", verb.name),
                )
                .help(format!("try: {}", verb.example)));
            }
            let command = parse(cursor)?;
            cursor.end(&format!("`{}`", verb.name))?;
            return Ok(Statement::Do(Order { who, command }));
        }
    }
    Err(no_verb(cursor, who.actor))
}

/// The verbs of an actor, those first that it needs first.
fn likely_first(actor: Actor) -> impl Iterator<Item = &'static Verb> {
    let unlikely: &[&str] = match actor {
        Actor::Server => &["connect"],
        Actor::Client(_) => &["listen", "accept", "concurrent", "serve"],
    };
    let late = move |verb: &&Verb| unlikely.contains(&verb.name);
    let first = VERBS.iter().filter(move |v| !late(v));
    first.chain(VERBS.iter().filter(late))
}

/// Takes an actor or a socket if one stands here.
pub(super) fn try_who(cursor: &mut Cursor<'_>) -> Result<Option<Target>, Mistake> {
    cursor.try_hint(Hint::Who);
    let Some(word) = cursor.bare() else {
        return Ok(None);
    };
    if let Ok(who) = word.parse() {
        cursor.advance();
        return Ok(Some(who));
    }
    // `server.x` and `client0` are meant as names of sockets, so say what is wrong with the number.
    let actor = word.split('.').next().unwrap_or_default();
    let digits = actor.strip_prefix("client").unwrap_or("x");
    let numbered = digits.bytes().all(|b| b.is_ascii_digit());
    if actor == "server" || numbered {
        return Err(Mistake::new(
            cursor.span(),
            format!("{} names no actor or socket", cursor.found()),
        )
        .help("actors are server, client, client2 ... client9999; sockets are server.0, client2.0, server.pending.1"));
    }
    Ok(None)
}

/// The line begins with neither an actor nor a verb that needs none.
fn no_beginning(cursor: &Cursor<'_>) -> Mistake {
    let Some(word) = cursor.bare() else {
        return cursor.wrong("an actor or a verb");
    };
    if let Some((_, message, help)) = ELSEWHERE.iter().find(|row| row.0 == word) {
        return Mistake::new(cursor.span(), *message).help(*help);
    }
    if let Some(verb) = Verb::named(word) {
        return Mistake::new(
            cursor.span(),
            format!("who? `{word}` needs an actor before it"),
        )
        .expected(["`server`", "`client`", "`client2`, ..."])
        .help(format!("try: {}", verb.example));
    }
    if let Some((message, help)) = known_elsewhere(word) {
        return Mistake::new(cursor.span(), message).help(help);
    }
    let mut mistake = cursor.wrong("an actor or a verb");
    // `listn 10008` is a verb without its actor, and misspelt as well.
    if mistake.nearest.is_none()
        || cursor
            .bare_after()
            .is_none_or(|next| Verb::named(next).is_none())
    {
        let verbs = VERBS.iter().map(|verb| verb.name);
        let closer = mistake.clone().meant(word, verbs).nearest;
        if mistake.nearest.is_none()
            && let Some(verb) = closer.as_deref().and_then(Verb::named)
        {
            mistake.nearest = closer;
            mistake = mistake.help(format!("try: {}", verb.example));
        }
    }
    mistake
}

/// After an actor stands no verb, or none at all.
fn no_verb(cursor: &Cursor<'_>, actor: Actor) -> Mistake {
    let Some(word) = cursor.bare() else {
        if cursor.word().is_some() {
            return cursor.wrong("a verb");
        }
        let help = match actor {
            Actor::Server => "try: server listen 10008",
            Actor::Client(_) => "try: client connect",
        };
        return Mistake::new(
            cursor.span(),
            format!("a verb is missing: what does {actor} do?"),
        )
        .expected(cursor.expected())
        .help(help);
    };
    if let Some((message, help)) = known_elsewhere(word) {
        return Mistake::new(cursor.span(), message).help(help);
    }
    if let Some(verb) = Verb::named(word) {
        return Mistake::new(
            cursor.span(),
            format!("{} is for no actor: it stands alone", quoted(word)),
        )
        .help(format!("try: {}", verb.example));
    }
    if super::claims::is_claim(word) {
        return Mistake::new(
            cursor.span(),
            format!("{} is not a verb, but it can be claimed", quoted(word)),
        )
        .help(format!(
            "begin with expect, as in: expect {actor} {word} ..."
        ));
    }
    cursor.wrong("a verb")
}

pub(super) fn expect(cursor: &mut Cursor<'_>) -> Result<Statement, Mistake> {
    expectation(cursor).map(Statement::Expect)
}

pub(super) fn wait(cursor: &mut Cursor<'_>) -> Result<Statement, Mistake> {
    if cursor.take("until", "a claim follows") {
        return expectation(cursor).map(Statement::WaitUntil);
    }
    match try_time(cursor, "1s")? {
        Some(time) => Ok(Statement::Wait(time)),
        None => Err(cursor
            .wrong("a time or `until`")
            .help("try: wait 200ms, or: wait until server state CLOSE_WAIT")),
    }
}

pub(super) fn say(cursor: &mut Cursor<'_>) -> Result<Statement, Mistake> {
    data::text(cursor).map(Statement::Say)
}

pub(super) fn again(cursor: &mut Cursor<'_>) -> Result<Statement, Mistake> {
    try_number(cursor, "the number of a line", "1", 1, u32::MAX).map(Statement::Again)
}
