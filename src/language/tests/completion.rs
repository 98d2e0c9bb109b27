//! What is offered while one types.

use crate::language::{complete, usage_for};

/// The texts that are offered at the end of a line.
fn offered(line: &str) -> Vec<String> {
    let who = [
        "server.1".to_owned(),
        "client".to_owned(),
        "client2".to_owned(),
    ];
    complete(line, line.len(), &who)
        .into_iter()
        .map(|c| c.text)
        .collect()
}

#[test]
fn the_best_comes_first() {
    for (line, first) in [
        (
            "",
            &["server", "client", "server.1", "client2", "expect"][..],
        ),
        ("s", &["server", "server.1", "say", "spawn"]),
        ("spawn ", &["server", "client"]),
        ("spawn server ", &["php"]),
        ("spawn server php ", &[]),
        ("c", &["client", "client2"]),
        ("client2", &["client2"]),
        ("server ", &["listen", "accept", "send", "recv"]),
        ("client ", &["connect", "send", "recv"]),
        ("server li", &["listen"]),
        ("server LI", &["listen"]),
        ("server listen ", &["backlog", "10008"]),
        ("server listen 10008 ", &["backlog"]),
        ("server listen 10008 backlog ", &["5"]),
        (
            "client send ",
            &["\"hello\\r\\n\"", "0x68656c6c6f", "bytes(1000)"],
        ),
        ("server recv ", &["peek", "waitall", "dontwait", "5"]),
        ("server recv 10 w", &["waitall"]),
        ("client shutdown ", &["write", "read", "both"]),
        ("client setsockopt NO", &["TCP_NODELAY"]),
        ("client setsockopt SO_L", &["SO_LINGER"]),
        ("client setsockopt TCP_NODELAY ", &["on", "off"]),
        ("client setsockopt SO_LINGER on ", &["0"]),
        ("expect server state ", &["CLOSED", "LISTEN", "SYN_SENT"]),
        ("expect server state fin", &["FIN_WAIT_1", "FIN_WAIT_2"]),
        ("expect server state wait", &[]),
        (
            "expect client errno ECONNR",
            &["ECONNREFUSED", "ECONNRESET"],
        ),
        ("expect client ", &["state", "recv", "read", "errno"]),
        (
            "expect ",
            &[
                "server",
                "client",
                "server.1",
                "client2",
                "line",
                "ack",
                "packets",
                "packet",
                "fate",
                "held",
                "errno",
                "not",
                "retransmission",
                "dup-ack",
            ],
        ),
        (
            "expect not ",
            &[
                "server",
                "client",
                "server.1",
                "client2",
                "line",
                "ack",
                "packets",
                "packet",
                "fate",
                "held",
                "errno",
                "retransmission",
            ],
        ),
        ("expect not c", &["client", "client2"]),
        ("expect line 4 ", &["within"]),
        ("expect line 4 within ", &["2s"]),
        ("expect re", &["retransmission"]),
        (
            "expect packets ",
            &["syn", "syn-ack", "ack", "data", "fin", "rst"],
        ),
        ("expect packets syn ", &["syn", "syn-ack", "ack"]),
        ("expect packets syn s", &["syn", "syn-ack"]),
        ("expect packet ", &["4"]),
        (
            "expect packet 4 ",
            &["delivered", "dropped", "lost", "held", "syn"],
        ),
        ("expect packet 4 out", &["out-of-order"]),
        ("expect packet 4 dropped ", &["by", "within"]),
        ("expect packet 4 dropped by ", &["you", "rule", "cable"]),
        ("expect dup-ack ", &["within", "3"]),
        ("expect fate ", &["delivered", "dropped", "lost"]),
        ("expect client retr", &["retransmits"]),
        ("wait ", &["until", "1s"]),
        ("server serve ", &["ack", "echo"]),
    ] {
        let all = offered(line);
        assert_eq!(
            all[..first.len().min(all.len())],
            *first,
            "{line:?}: {all:?}"
        );
    }
}

#[test]
fn nothing_is_offered_where_nothing_fits() {
    for line in [
        "server close ",
        "client send \"hel",
        "client send \"hello wor",
        "# ser",
        "server listen 10008 # b",
        "sever ",
        "server lisen ",
        "wait until until ",
    ] {
        assert_eq!(offered(line), [""; 0], "{line:?}");
    }
}

#[test]
fn a_completion_replaces_what_was_begun() {
    let line = "client con 10008";
    let found = complete(line, 10, &[]);
    assert_eq!(found[0].text, "connect");
    assert_eq!(found[0].replace, 7..10);
    assert!(found[0].about.starts_with("Ask for a connection"));
    // A cursor inside a character or beyond the line is put where it can stand.
    for cursor in 0..9 {
        complete("é s", cursor, &[]);
    }
}

#[test]
fn the_usage_is_that_of_the_verb_or_claim() {
    for (line, usage) in [
        (
            "server listen 1",
            Some("WHO listen [ADDRESS|PORT] [backlog N]"),
        ),
        (
            "wait",
            Some("wait TIME | wait until [not] CLAIM [within TIME]"),
        ),
        ("expect ", Some("expect [not] CLAIM [within TIME]")),
        ("expect not server state", Some("WHO state STATE")),
        ("wait until line", Some("line N")),
        ("expect not dup-ack", Some("NOTABLE [N]")),
        ("expect NOTABLE", Some("expect [not] CLAIM [within TIME]")),
        ("expect packets syn", Some("packets KIND ...")),
        ("server", None),
        ("server expect", None),
        ("", None),
        ("listen", None),
    ] {
        assert_eq!(usage_for(line), usage, "{line}");
    }
}
