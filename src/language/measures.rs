//! What a question measures: `packets before client connect`, `server returned`, `gap data to server 2`. And a claim alone,
//! as it stands behind a choice.

use super::{
    cable::{packet_kind, toward},
    claims::{CALLS, alone, expectation},
    cursor::Cursor,
    mistake::Mistake,
    statement::try_who,
    time::number,
    vars::Vars,
    words,
};
use crate::model::{
    claim::{QueueName, Stage},
    command::Expectation,
    ids::{Actor, Target},
    measure::{Brought, Measure, Which},
};

/// Every way to measure: how it is written, what it gives, and one as it is typed.
pub const MEASURES: [(&str, &str, &str); 8] = [
    (
        "packets [KIND] [to SIDE] [before WHO CALL]",
        "How many packets entered the cable; with `before`, until the latest such call returned.",
        "packets before client connect",
    ),
    (
        "gap [KIND] [to SIDE] N",
        "Milliseconds between the N-th such packet and the next one.",
        "gap data to server 2",
    ),
    (
        "WHO calls [CALL]",
        "How many calls it finished.",
        "client calls send",
    ),
    (
        "WHO took CALL",
        "Milliseconds that its latest such call took.",
        "client took connect",
    ),
    (
        "WHO returned",
        "What its latest finished call returned.",
        "server returned",
    ),
    (
        "WHO recv-q|send-q",
        "What stands in this column of its newest socket's row.",
        "server recv-q",
    ),
    (
        "WHO written|sent|acked|received|read",
        "How many of the bytes that it sends have come so far.",
        "client acked",
    ),
    (
        "WHO retransmits",
        "How many segments its kernel has sent again.",
        "client retransmits",
    ),
];

/// Calls that are counted and timed beside those that can wait.
const OTHER_CALLS: [(&str, &str, &str); 6] = [
    ("socket", "makes a socket", "socket"),
    ("bind", "gives it an address", "bind"),
    ("listen", "waits for callers", "listen"),
    ("shutdown", "says goodbye", "shutdown"),
    ("setsockopt", "sets an option", "setsockopt"),
    ("getsockopt", "asks for one", "getsockopt"),
];

/// Parses a measure.
///
/// # Errors
/// The first mistake in it.
pub fn parse_measure(text: &str) -> Result<Measure, Mistake> {
    whole(text, "the measure", measure).map_err(|mistake| {
        mistake
            .help("a measure is written as in: packets before client connect, or: server returned")
    })
}

/// Parses which bytes are asked for: `WHO recv` or `WHO read`.
///
/// # Errors
/// The first mistake in it.
pub fn parse_brought(text: &str) -> Result<(Target, Brought), Mistake> {
    whole(text, "the bytes", |cursor| {
        let who = who(cursor)?;
        let choices = [
            ("recv", "what its latest recv brought", Brought::Latest),
            ("read", "all that was read so far", Brought::SoFar),
        ];
        let brought = cursor.must_choose("`recv` or `read`", &choices)?;
        Ok((who, brought))
    })
    .map_err(|mistake| mistake.help("bytes are asked for as in: server recv, or: client read"))
}

/// Parses a claim alone, as it stands behind `expect`.
///
/// # Errors
/// The first mistake in it.
pub fn parse_claim(text: &str, vars: &Vars) -> Result<Expectation, Mistake> {
    let words = words::split(text, vars)?;
    let mut cursor = Cursor::new(text, &words);
    let claim = expectation(&mut cursor)?;
    cursor.end("the claim")?;
    Ok(claim)
}

fn whole<T>(
    text: &str,
    what: &str,
    parse: impl Fn(&mut Cursor<'_>) -> Result<T, Mistake>,
) -> Result<T, Mistake> {
    let words = words::split(text, &Vars::default())?;
    let mut cursor = Cursor::new(text, &words);
    let parsed = parse(&mut cursor)?;
    cursor.end(what)?;
    Ok(parsed)
}

fn who(cursor: &mut Cursor<'_>) -> Result<Target, Mistake> {
    try_who(cursor)?.ok_or_else(|| cursor.wrong("an actor"))
}

fn measure(cursor: &mut Cursor<'_>) -> Result<Measure, Mistake> {
    if cursor.take("packets", "how many entered the cable") {
        let which = which(cursor)?;
        let before = if cursor.take("before", "until this call returned") {
            let who = who(cursor)?;
            let actor = alone(cursor, who, "before")?;
            Some((actor, call(cursor)?))
        } else {
            None
        };
        return Ok(Measure::Packets(which, before));
    }
    if cursor.take("gap", "the time between two packets") {
        let which = which(cursor)?;
        let n = number(cursor, "a number from 1", "1", 1, 10_000)?;
        return Ok(Measure::Gap(which, n));
    }
    let who = try_who(cursor)?.ok_or_else(|| cursor.wrong("a measure"))?;
    of(cursor, who)
}

/// What is measured of an actor or a socket.
#[derive(Clone, Copy)]
enum Of {
    Calls,
    Took,
    Returned,
    Queue(QueueName),
    Ledger(Stage),
    Retransmits,
}

fn of(cursor: &mut Cursor<'_>, who: Target) -> Result<Measure, Mistake> {
    let choices = [
        ("returned", "what its latest call returned", Of::Returned),
        ("calls", "how many calls it finished", Of::Calls),
        ("took", "how long a call took, in ms", Of::Took),
        (
            "recv-q",
            "bytes that are not read",
            Of::Queue(QueueName::Recv),
        ),
        (
            "send-q",
            "bytes that are not acknowledged",
            Of::Queue(QueueName::Send),
        ),
        (
            "written",
            "bytes that its kernel took",
            Of::Ledger(Stage::Written),
        ),
        ("sent", "bytes that were sent", Of::Ledger(Stage::Sent)),
        (
            "acked",
            "bytes that were acknowledged",
            Of::Ledger(Stage::Acked),
        ),
        (
            "received",
            "bytes that the peer's kernel has",
            Of::Ledger(Stage::Received),
        ),
        (
            "read",
            "bytes that the peer's program has read",
            Of::Ledger(Stage::Read),
        ),
        ("retransmits", "segments sent again", Of::Retransmits),
    ];
    let actor = |cursor: &Cursor<'_>, name| -> Result<Actor, Mistake> { alone(cursor, who, name) };
    Ok(match cursor.must_choose("a measure", &choices)? {
        Of::Returned => Measure::Returned(actor(cursor, "returned")?),
        Of::Calls => {
            let actor = actor(cursor, "calls")?;
            let name = if cursor.is_at_end() {
                None
            } else {
                Some(call(cursor)?)
            };
            Measure::Calls(actor, name)
        }
        Of::Took => {
            let actor = actor(cursor, "took")?;
            Measure::Took(actor, call(cursor)?)
        }
        Of::Queue(name) => Measure::Queue(who, name),
        Of::Ledger(stage) => Measure::Ledger(who, stage),
        Of::Retransmits => Measure::Retransmits(who),
    })
}

fn which(cursor: &mut Cursor<'_>) -> Result<Which, Mistake> {
    Ok(Which {
        kind: packet_kind(cursor),
        toward: toward(cursor)?,
    })
}

fn call(cursor: &mut Cursor<'_>) -> Result<String, Mistake> {
    let calls: Vec<_> = CALLS.into_iter().chain(OTHER_CALLS).collect();
    cursor.must_choose("a call", &calls).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_one() {
        for (usage, _, example) in MEASURES {
            assert!(parse_measure(example).is_ok(), "{usage}: {example}");
        }
    }

    #[test]
    fn a_wrong_measure_is_told_with_its_place() {
        for (text, place, message) in [
            ("packet", 0..6, "`packet` is not a measure"),
            (
                "packets before connect",
                15..22,
                "`connect` is not an actor",
            ),
            ("client took", 11..11, "a call is missing here"),
            ("client took tea", 12..15, "`tea` is not a call"),
            (
                "server.0 returned",
                9..17,
                "`returned` is asked of an actor, not of one socket",
            ),
            (
                "server returned 5",
                16..17,
                "`5` is too much: `the measure` is complete before it",
            ),
            ("gap data", 8..8, "a number from 1 is missing here"),
        ] {
            let mistake = parse_measure(text).unwrap_err();
            assert_eq!(
                (mistake.span, mistake.message.as_str()),
                (place, message),
                "{text}"
            );
        }
        assert_eq!(
            parse_measure("packe").unwrap_err().nearest.as_deref(),
            Some("packets")
        );
        assert!(parse_brought("server send").is_err());
        assert!(parse_claim("server state LISTEN now", &Vars::default()).is_err());
    }
}
