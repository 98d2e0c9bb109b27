//! Whatever the bytes, they parse or fail politely; whatever was parsed, its text gives it back.

use crate::{
    language::{
        CABLE_VERBS, CLAIMS, Mistake, VERBS, Vars, complete, parse_line, parse_script, usage_for,
    },
    model::{claim::Sign, payload::is_unprintable},
};
use proptest::prelude::*;

/// Everything that is promised of a mistake in a source.
fn polite(mistake: &Mistake, source: &str) {
    let span = mistake.span.clone();
    assert!(
        span.start <= span.end && span.end <= source.len(),
        "{span:?}"
    );
    assert!(source.is_char_boundary(span.start) && source.is_char_boundary(span.end));
    let report = mistake.report("a\x1b[31m\nfile", source);
    assert!(
        report.chars().all(|c| c == '\n' || !is_unprintable(c)),
        "{report:?}"
    );
    assert!(
        report.lines().all(|line| line.chars().count() < 2000),
        "{report}"
    );
    assert!(mistake.short().chars().all(|c| !is_unprintable(c)));
    assert!(mistake.short().len() < 2000);
}

/// Words that statements are made of, and some that they are not.
fn word() -> impl Strategy<Value = String> {
    let mut words: Vec<String> = [
        "server",
        "client",
        "client2",
        "client0",
        "server.0",
        "server.pending.1",
        "server.x",
        "10008",
        ":1",
        "65536",
        "1.2.3.4:5",
        "[::1]:2",
        "localhost:3",
        "*:4",
        "example.org:5",
        "\"\"",
        "\"he\\r\\n\\xff\"",
        "\"open",
        "\\",
        "0x00ff",
        "0x0",
        "bytes(7)",
        "bytes(7",
        "@file",
        "@\"a b\"",
        "@",
        "on",
        "off",
        "200ms",
        "1.5s",
        "2h",
        "not",
        "within",
        "until",
        "none",
        "EAGAIN",
        "E#4711",
        "E#-5",
        "LISTEN",
        "fin-wait-1",
        "SO_LINGER",
        "SO_RCVTIMEO",
        "TCP_NODELAY",
        "TCP_CONGESTION",
        "SO_RCVBUF",
        "SO_ERROR",
        "peek",
        "waitall",
        "dontwait",
        "backlog",
        "read",
        "write",
        "both",
        "slow",
        "to",
        "tcp",
        "kernel",
        "bytes",
        "-1",
        "0",
        "7",
        "$A",
        "$B",
        "$C",
        "$",
        "# x",
        "cable",
        "spawn",
        "packets",
        "next",
        "first",
        "every",
        "data",
        "syn-ack",
        "SYN,ACK",
        "3,4,5",
        "5,3",
        "10%",
        "100%",
        "0.5%",
        "seed",
        "by",
        "you",
        "rule",
        "dropped",
        "lost",
        "jitter",
        "1mbit",
        "1.5Mbit",
        "9600",
        "‘x’",
        "\u{200b}",
        "\u{7}",
        "\n",
        "\r",
        "\u{301}",
        "日本",
    ]
    .map(str::to_owned)
    .to_vec();
    words.extend(VERBS.iter().map(|verb| verb.name.to_owned()));
    words.extend(CABLE_VERBS.iter().map(|verb| verb.name.to_owned()));
    words.extend(Sign::all().map(|row| row.1.to_owned()));
    words.extend(CLAIMS.iter().map(|form| form.name.to_owned()));
    prop_oneof![
        12 => proptest::sample::select(words),
        1 => any::<String>(),
    ]
}

/// Statements that parse, mostly: examples with a word changed here and there.
fn line() -> impl Strategy<Value = String> {
    let examples: Vec<&str> = VERBS
        .iter()
        .map(|verb| verb.example)
        .chain(CABLE_VERBS.iter().map(|verb| verb.example))
        .chain(CLAIMS.iter().map(|form| form.example))
        .collect();
    prop_oneof![
        proptest::collection::vec(word(), 0..8).prop_map(|words| words.join(" ")),
        (
            proptest::sample::select(examples),
            any::<prop::sample::Index>(),
            word(),
            any::<bool>()
        )
            .prop_map(|(example, place, word, add)| {
                let mut words: Vec<_> = example.split(' ').map(str::to_owned).collect();
                let i = place.index(words.len());
                if add {
                    words.insert(i + 1, word);
                } else {
                    words[i] = word;
                }
                words.join(" ")
            }),
    ]
}

#[test]
fn so_many_kinds_of_packets_are_named_and_no_more() {
    let line = |n| format!("wait until not packets{} within 1s", " ack".repeat(n));
    check_line(&line(24));
    assert!(parse_line(&line(24), &Vars::new()).is_ok());
    for n in [25, 26, 40, 1000] {
        let mistake = parse_line(&line(n), &Vars::new()).unwrap_err();
        assert_eq!(mistake.message, "`packets` names at most 24 packets");
    }
}

fn check_line(line: &str) {
    let vars = Vars::from_sets(["A=server", "B=\"\x1b\\n\"", "C=\x1b\n"]).unwrap();
    match parse_line(line, &vars) {
        Ok(None) => {}
        Ok(Some(statement)) => {
            let text = statement.to_string();
            assert!(text.chars().all(|c| !is_unprintable(c)), "{text:?}");
            let again = parse_line(&text, &Vars::new());
            assert_eq!(
                again,
                Ok(Some(statement)),
                "{line:?} was printed as {text:?}"
            );
        }
        Err(mistake) => polite(&mistake, line),
    }
    for cursor in 0..=line.len().min(60) {
        for completion in complete(line, cursor, &["client2".to_owned()]) {
            assert!(line.get(completion.replace).is_some());
        }
    }
    usage_for(line);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_parse_or_fail_politely(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        if let Err(mistakes) = parse_script(&bytes, &Vars::new()) {
            assert!((1..=20).contains(&mistakes.len()));
            for mistake in mistakes {
                polite(&mistake, &text);
            }
        }
    }

    #[test]
    fn any_text_parses_or_fails_politely(text in any::<String>()) {
        check_line(&text);
    }

    #[test]
    fn what_is_parsed_is_printed_so_that_it_parses_to_the_same(line in line()) {
        check_line(&line);
    }

    #[test]
    fn any_bytes_can_be_sent_and_are_printed_so(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        let line = format!("client send \"{}\"", crate::model::payload::escaped(&bytes));
        let statement = parse_line(&line, &Vars::new()).unwrap().unwrap();
        assert_eq!(statement.to_string(), line);
        check_line(&line);
    }

    #[test]
    fn any_name_of_a_file_is_printed_so_that_it_is_the_same(name in "[^\0]{1,20}") {
        check_line(&format!("client send @\"{}\"", crate::model::payload::escaped(name.as_bytes())));
        check_line(&format!("client setsockopt TCP_CONGESTION \"{}\"", crate::model::payload::escaped(name.as_bytes())));
    }

    #[test]
    fn many_lines_fail_each_in_its_place(lines in proptest::collection::vec(line(), 0..30)) {
        let source = lines.join("\n");
        match parse_script(source.as_bytes(), &Vars::new()) {
            Ok(script) => for statement in script.lines {
                assert_eq!(&source[statement.span], statement.text);
            },
            Err(mistakes) => for mistake in mistakes {
                polite(&mistake, &source);
            },
        }
    }
}
