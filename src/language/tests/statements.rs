//! What can be written, and its canonical text.

use crate::{
    language::{CLAIMS, VERBS, Vars, parse_line, parse_script},
    model::{
        call::MsgFlags,
        claim::{Claim, Stage},
        command::{Command, Data, Expectation, Order, ServeMode, Statement},
        ids::{Actor, Nanos, Slot, Target},
        option::OptionValue,
        tcp::TcpState,
    },
};
use bytes::Bytes;

fn parsed(text: &str) -> Statement {
    match parse_line(text, &Vars::new()) {
        Ok(Some(statement)) => statement,
        Ok(None) => panic!("{text:?} is empty"),
        Err(mistake) => panic!("{}", mistake.report("test", text)),
    }
}

/// As written, and in canonical form.
const WRITTEN: &[(&str, &str)] = &[
    ("server listen 10008", "server listen 10008"),
    (
        "  server\tlisten  :10008  # the port",
        "server listen 10008",
    ),
    (
        "server listen *:80 backlog 0",
        "server listen 0.0.0.0:80 backlog 0",
    ),
    ("server listen [::]:80", "server listen [::]:80"),
    ("server listen", "server listen"),
    ("server listen backlog 5", "server listen backlog 5"),
    ("client connect", "client connect"),
    (
        "client2 connect localhost:10008",
        "client2 connect 127.0.0.1:10008",
    ),
    ("client1 connect", "client connect"),
    (
        "client send \"hello, server\\r\\n\"",
        "client send \"hello, server\\r\\n\"",
    ),
    ("client send \"\"", "client send \"\""),
    ("client send 0x68656C6c6f", "client send \"hello\""),
    (
        "client send \"\\x00\\u{e9}\\xff\\\"\\\\# no comment\" dontwait # one",
        "client send \"\\0é\\xff\\\"\\\\# no comment\" dontwait",
    ),
    ("client send bytes(1000)", "client send bytes(1000)"),
    ("client send @page.html", "client send @page.html"),
    (
        "client send @\"my page.html\"",
        "client send @\"my page.html\"",
    ),
    ("client send @\"page.html\"", "client send @page.html"),
    (
        "client sendto 1.2.3.4:5 \"x\"",
        "client sendto 1.2.3.4:5 \"x\"",
    ),
    ("server recv", "server recv"),
    ("server recv 4096", "server recv"),
    ("server recv 10 waitall", "server recv 10 waitall"),
    ("server recv dontwait peek", "server recv peek dontwait"),
    ("server.2 recv 0", "server.2 recv 0"),
    (
        "server.pending.1 getpeername",
        "server.pending.1 getpeername",
    ),
    ("server recvfrom 5 peek", "server recvfrom 5 peek"),
    ("server accept", "server accept"),
    ("client shutdown write", "client shutdown write"),
    ("server close", "server close"),
    ("client abort", "client abort"),
    ("client socket", "client socket"),
    ("client socket inet", "client socket"),
    ("client socket AF_INET6", "client socket inet6"),
    ("server bind 127.0.0.1:0", "server bind 127.0.0.1:0"),
    (
        "client setsockopt SO_LINGER on 0",
        "client setsockopt SO_LINGER on 0",
    ),
    (
        "client setsockopt so_linger off",
        "client setsockopt SO_LINGER off",
    ),
    (
        "client setsockopt nodelay 1",
        "client setsockopt TCP_NODELAY on",
    ),
    (
        "client setsockopt SO_RCVTIMEO 0.5s",
        "client setsockopt SO_RCVTIMEO 500ms",
    ),
    (
        "client setsockopt SO_RCVBUF 4096",
        "client setsockopt SO_RCVBUF 4096",
    ),
    (
        "client setsockopt SO_RCVBUF -1",
        "client setsockopt SO_RCVBUF -1",
    ),
    (
        "client setsockopt TCP_CONGESTION reno",
        "client setsockopt TCP_CONGESTION reno",
    ),
    (
        "client setsockopt TCP_CONGESTION \"no such\"",
        "client setsockopt TCP_CONGESTION \"no such\"",
    ),
    ("client getsockopt SO_ERROR", "client getsockopt SO_ERROR"),
    ("client getsockname", "client getsockname"),
    (
        "spawn server php  server.php",
        "spawn server php server.php",
    ),
    (
        "spawn client nc -N 127.0.0.1 10008 # a caller",
        "spawn client nc -N 127.0.0.1 10008",
    ),
    (
        "spawn server \"php\" -r \"echo 1;\" \"\" @x 0x41 \"# \\x1b\\u{e9}\"",
        "spawn server php -r \"echo 1;\" \"\" @x 0x41 \"# \\x1bé\"",
    ),
    ("client poll", "client poll read"),
    ("client poll write read 2s", "client poll read write 2s"),
    ("client poll write", "client poll write"),
    ("client nonblocking on", "client nonblocking on"),
    ("server concurrent off", "server concurrent off"),
    ("server serve slow 10", "server serve slow 10"),
    ("server serve off", "server serve off"),
    ("server cancel", "server cancel"),
    ("expect server state listen", "expect server state LISTEN"),
    (
        "expect server.0 state fin-wait-1",
        "expect server.0 state FIN_WAIT_1",
    ),
    (
        "expect client state ESTAB within 2s",
        "expect client state ESTABLISHED within 2s",
    ),
    (
        "expect not client state TIME_WAIT",
        "expect not client state TIME_WAIT",
    ),
    (
        "expect client recv \"hi\\n\"",
        "expect client recv \"hi\\n\"",
    ),
    ("expect client recv bytes(3)", "expect client recv \"abc\""),
    ("expect client read 0x00", "expect client read \"\\0\""),
    ("expect client read 5 bytes", "expect client read 5 bytes"),
    ("expect client read 1 byte", "expect client read 1 bytes"),
    (
        "expect client errno econnrefused",
        "expect client errno ECONNREFUSED",
    ),
    ("expect errno EWOULDBLOCK", "expect errno EAGAIN"),
    ("expect errno none", "expect errno none"),
    ("expect errno E#4711", "expect errno E#4711"),
    ("expect client returned -1", "expect client returned -1"),
    ("expect server waits", "expect server waits"),
    ("expect server waits accept", "expect server waits accept"),
    ("expect line 4", "expect line 4"),
    ("expect server recv-q 5", "expect server recv-q 5"),
    ("expect server.0 send-q 0", "expect server.0 send-q 0"),
    ("expect client acked 7", "expect client acked 7 bytes"),
    (
        "expect ack tcp to server 7 bytes",
        "expect ack tcp to server 7 bytes",
    ),
    (
        "expect client retransmits 3 within 2s",
        "expect client retransmits 3 within 2s",
    ),
    (
        "expect packets syn SYN,ACK ack data within 1s",
        "expect packets syn syn-ack ack data within 1s",
    ),
    ("expect not packets rst", "expect not packets rst"),
    ("expect packet 4 held", "expect packet 4 held"),
    (
        "expect packet 4 dropped by rule",
        "expect packet 4 dropped by rule",
    ),
    (
        "expect packet 4 delivered within 0s",
        "expect packet 4 delivered within 0s",
    ),
    ("expect packet 4 data", "expect packet 4 data"),
    (
        "expect packet 4 zero-window-probe",
        "expect packet 4 zero-window-probe",
    ),
    (
        "expect packet 4 out-of-order",
        "expect packet 4 out-of-order",
    ),
    ("expect packet 4 again", "expect packet 4 again"),
    ("expect dup-ack", "expect dup-ack"),
    (
        "wait until retransmission 3 within 9s",
        "wait until retransmission 3 within 9s",
    ),
    ("expect not out-of-order 0", "expect not out-of-order 0"),
    ("expect fate lost 0", "expect fate lost 0"),
    ("expect held 2", "expect held 2"),
    ("wait 200ms", "wait 200ms"),
    ("wait 1.5s", "wait 1500ms"),
    (
        "wait until server state CLOSE_WAIT within 1m",
        "wait until server state CLOSE_WAIT within 1m",
    ),
    (
        "wait until not server waits recv",
        "wait until not server waits recv",
    ),
    (
        "say \"Now the client connects: \\u{2192}\"",
        "say \"Now the client connects: →\"",
    ),
    ("again", "again"),
    ("again 3", "again 3"),
];

#[test]
fn what_is_written_has_a_canonical_text_that_says_the_same() {
    for (text, canonical) in WRITTEN {
        let statement = parsed(text);
        assert_eq!(statement.to_string(), *canonical, "{text}");
        assert_eq!(parsed(canonical), statement);
    }
}

#[test]
fn every_row_of_the_tables_has_an_example_that_is_its_own() {
    for verb in VERBS {
        let words: Vec<_> = verb.example.split(' ').collect();
        assert!(words[..2.min(words.len())].contains(&verb.name));
        assert!(verb.usage.contains(verb.name));
        parsed(verb.example);
    }
    for form in CLAIMS {
        // In capitals it is the name for the words of a table.
        let is_word = form.name != "NOTABLE";
        assert!(form.example.contains(form.name) == is_word && form.usage.contains(form.name));
        parsed(form.example);
    }
}

#[test]
fn a_statement_is_what_it_says() {
    let order = |who: Target, command| Statement::Do(Order { who, command });
    let client = Target::from(Actor::CLIENT);
    let second = Target {
        actor: Actor::Server,
        slot: Some(Slot::Own(2)),
    };
    for (text, statement) in [
        (
            "server.2 send \"a\\xff\"",
            order(
                second,
                Command::Send(
                    Data::Literal(Bytes::from_static(b"a\xff")),
                    MsgFlags::default(),
                ),
            ),
        ),
        (
            "client poll 1s",
            order(
                client,
                Command::Poll {
                    read: true,
                    write: false,
                    timeout: Some(Nanos::from_millis(1000)),
                },
            ),
        ),
        (
            "client setsockopt SO_LINGER on 3",
            order(
                client,
                Command::SetSockOpt(
                    "SO_LINGER".parse().unwrap(),
                    OptionValue::Linger {
                        linger: true,
                        seconds: 3,
                    },
                ),
            ),
        ),
        (
            "server serve slow 7",
            order(
                Actor::Server.into(),
                Command::Serve(Some(ServeMode::Slow(7))),
            ),
        ),
        (
            "expect not client state LISTEN within 0s",
            Statement::Expect(Expectation {
                claim: Claim::Not(Box::new(Claim::State(client, TcpState::Listen))),
                within: Some(Nanos(0)),
            }),
        ),
        (
            "wait until client written 3 bytes",
            Statement::WaitUntil(Expectation {
                claim: Claim::Ledger(client, Stage::Written, 3),
                within: None,
            }),
        ),
    ] {
        assert_eq!(parsed(text), statement, "{text}");
    }
}

#[test]
fn an_empty_line_and_a_comment_are_nothing() {
    for text in ["", "  \t", "# server listen", "   #", "\n", " \r\n"] {
        assert_eq!(parse_line(text, &Vars::new()), Ok(None), "{text:?}");
    }
}

#[test]
fn a_name_is_filled_in_anywhere_in_a_word_and_nowhere_in_a_text() {
    let vars = Vars::from_sets([
        "PORT=10009",
        "WHO=client2",
        "N=7",
        "TEXT=\"a \\\" b\"",
        "F=a b",
    ])
    .unwrap();
    for (text, canonical) in [
        ("server listen $PORT", "server listen 10009"),
        (
            "client connect 127.0.0.1:$PORT",
            "client connect 127.0.0.1:10009",
        ),
        ("$WHO send bytes($N)", "client2 send bytes(7)"),
        ("say \"$PORT\"", "say \"$PORT\""),
        ("say $TEXT", "say \"a \\\" b\""),
        ("client send @$F", "client send @\"a b\""),
        ("server listen 1$N$N", "server listen 177"),
    ] {
        let statement = parse_line(text, &vars).unwrap().unwrap();
        assert_eq!(statement.to_string(), canonical);
    }
}

#[test]
fn a_script_keeps_lines_and_places() {
    let source = "\u{feff}# the four lines\r\nserver listen 10008 # one\r\n\r\n  say \"é\"  \nclient connect";
    let script = parse_script(source.as_bytes(), &Vars::new()).unwrap();
    let lines: Vec<_> = script
        .lines
        .iter()
        .map(|s| (s.line, s.text.as_str()))
        .collect();
    assert_eq!(
        lines,
        [
            (2, "server listen 10008"),
            (4, "say \"é\""),
            (5, "client connect")
        ]
    );
    for statement in &script.lines {
        assert_eq!(&source[statement.span.clone()], statement.text);
    }
    assert_eq!(parse_script(b"", &Vars::new()).unwrap().lines, []);
    let marked = "\u{feff}server accept";
    let script = parse_script(marked.as_bytes(), &Vars::new()).unwrap();
    assert_eq!(script.lines[0].span, 3..marked.len());
}

#[test]
fn a_long_line_and_a_long_script_are_taken_or_refused_politely() {
    let text = "x".repeat(1 << 20);
    let statement = parsed(&format!("client send \"{text}\""));
    assert_eq!(statement.to_string().len(), text.len() + 14);
    let mistakes = parse_script(&vec![b'#'; (16 << 20) + 1], &Vars::new()).unwrap_err();
    assert_eq!(mistakes.len(), 1);
    assert_eq!(
        mistakes[0].message,
        "the script has 16777217 bytes, and the longest has 16777216 (16 MiB)"
    );
    let many = "server accept\n".repeat(100_001);
    let mistakes = parse_script(many.as_bytes(), &Vars::new()).unwrap_err();
    assert_eq!(
        mistakes[0].message,
        "a script has at most 100000 statements"
    );
    assert_eq!(mistakes[0].span, many.len() - 14..many.len() - 1);
    let many = "x\n".repeat(1000);
    assert_eq!(
        parse_script(many.as_bytes(), &Vars::new())
            .unwrap_err()
            .len(),
        20
    );
}
