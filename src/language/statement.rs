//! One statement: who, which verb, and what follows it.

use super::{
    cable::{self, CableVerb},
    claims::{ClaimForm, expectation},
    cursor::{Cursor, Hint},
    data,
    mistake::{Mistake, quoted},
    orders::known_elsewhere,
    time::{try_number, try_time},
    verbs::{For, Parse, VERBS, Verb},
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
            return parse(cursor)
                .and_then(|statement| cursor.end(verb.name).map(|()| statement))
                .map_err(|mistake| mistake.usage(verb.usage));
        }
    }
    if cursor.take("cable", "what lies between the two ends; its verb follows") {
        return cable::order(cursor);
    }
    Err(no_beginning(cursor))
}

fn order(cursor: &mut Cursor<'_>, who: Target) -> Result<Statement, Mistake> {
    for verb in verbs_of(who.actor) {
        if let Parse::Order(parse) = verb.parse
            && cursor.take(verb.name, verb.about)
        {
            let command = parse(cursor)
                .and_then(|command| cursor.end(verb.name).map(|()| command))
                .map_err(|mistake| mistake.usage(verb.usage))?;
            return Ok(Statement::Do(Order { who, command }));
        }
    }
    Err(no_verb(cursor, who.actor))
}

/// The verbs of an actor, those first that it needs first.
fn verbs_of(actor: Actor) -> impl Iterator<Item = &'static Verb> {
    let unlikely: &[&str] = match actor {
        Actor::Server => &["connect"],
        Actor::Client(_) => &["listen", "accept"],
    };
    let late = move |verb: &&Verb| unlikely.contains(&verb.name);
    let theirs = move |verb: &&Verb| match verb.whom {
        For::Actor => true,
        For::Server => actor == Actor::Server,
        For::Nobody => false,
    };
    let first = VERBS.iter().filter(move |v| !late(v));
    first.chain(VERBS.iter().filter(late)).filter(theirs)
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
    if let Some(verb) = Verb::named(word) {
        return Mistake::new(
            cursor.span(),
            format!("who? `{word}` needs an actor before it"),
        )
        .expected(["`server`", "`client`"])
        .help(format!("try: {}", verb.example));
    }
    if let Some(verb) = CableVerb::named(word) {
        return of_the_cable(cursor, verb);
    }
    if let Some(here) = known_elsewhere(word) {
        return Mistake::new(cursor.span(), format!("{} is no verb here", quoted(word)))
            .help(format!("try: client {here}, or: server {here}"));
    }
    if let Some(form) = ClaimForm::named(word) {
        return can_be_claimed(cursor, form, None);
    }
    let mut mistake = cursor.wrong("an actor or a verb");
    mistake.message = format!("{} is neither an actor nor a verb", cursor.found());
    // `lisen 10008` is a verb without its actor, and misspelt as well.
    if mistake.nearest.is_none() {
        mistake = mistake.meant(word, VERBS.iter().map(|verb| verb.name));
        if let Some(verb) = mistake.nearest.as_deref().and_then(Verb::named) {
            mistake = mistake.help(format!("try: {}", verb.example));
        }
    }
    mistake
}

/// What follows `expect` stands where a verb should.
fn can_be_claimed(cursor: &Cursor<'_>, form: &ClaimForm, who: Option<Actor>) -> Mistake {
    let help = match (who, cursor.bare()) {
        (Some(who), Some(word)) if form.has_actor() => format!("expect {who} {word} ..."),
        _ => form.example.to_owned(),
    };
    Mistake::new(
        cursor.span(),
        format!("{} is not a verb, but it can be claimed", cursor.found()),
    )
    .help(format!("begin with expect, as in: {help}"))
}

/// A verb of the cable without `cable` before it, or with an actor there.
fn of_the_cable(cursor: &Cursor<'_>, verb: &CableVerb) -> Mistake {
    Mistake::new(
        cursor.span(),
        format!(
            "`{}` is for the cable, so `cable` stands before it",
            verb.name
        ),
    )
    .help(format!("try: {}", verb.example))
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
        return Mistake::new(cursor.span(), format!("after {actor} a verb is missing"))
            .expected(cursor.expected())
            .help(help);
    };
    if let Some(here) = known_elsewhere(word) {
        return Mistake::new(cursor.span(), format!("{} is no verb here", quoted(word)))
            .help(format!("try: {actor} {here}"));
    }
    if let Some(verb) = Verb::named(word) {
        let message = match verb.whom {
            For::Server => "is for the server alone",
            _ => "is for no actor: it stands alone",
        };
        return Mistake::new(cursor.span(), format!("{} {message}", quoted(word)))
            .help(format!("try: {}", verb.example));
    }
    if let Some(verb) = CableVerb::named(word) {
        return of_the_cable(cursor, verb);
    }
    if let Some(form) = ClaimForm::named(word) {
        return can_be_claimed(cursor, form, Some(actor));
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
    if let Some(time) = try_time(cursor, "1s")? {
        return Ok(Statement::Wait(time));
    }
    let help = match cursor.bare() {
        Some(word) if word.parse::<Target>().is_ok() || word == "not" => {
            format!("for a claim: wait until {word} ...")
        }
        _ => "try: wait 200ms, or: wait until server state CLOSE_WAIT".to_owned(),
    };
    Err(cursor.wrong("a time or `until`").help(help))
}

pub(super) fn say(cursor: &mut Cursor<'_>) -> Result<Statement, Mistake> {
    data::text(cursor).map(Statement::Say)
}

pub(super) fn again(cursor: &mut Cursor<'_>) -> Result<Statement, Mistake> {
    try_number(cursor, "the number of a line", "1", 1, u32::MAX).map(Statement::Again)
}
