//! Mistakes as a person reads them: each line with its report, kept as one page to be read whole.

use crate::language::{Vars, parse_line};
use core::fmt::Write as _;

const WRONG: &[&str] = &[
    // who
    "listen 10008",
    "lisen 10008",
    "sever listen 10008",
    "Server listen 10008",
    "hello",
    "server",
    "client  # and then?",
    "client0 connect",
    "server.x close",
    "\"server\" listen",
    // verbs
    "server lisen 10008",
    "client frobnicate",
    "client disconnect",
    "client read 5",
    "server say \"hello\"",
    "server state LISTEN",
    "client serve echo",
    "cable",
    "cable hodl",
    "cable lag 5",
    "drop next syn",
    "client drop 4",
    "cable drop 10%",
    "cable dup 10%",
    "cable drop 0",
    "cable drop 3,4,5",
    "cable drop synn",
    "cable drop syn-ack next",
    "cable drop to server next syn",
    "cable drop to server data",
    "cable drop next data 3,4",
    "cable drop next first 2 data",
    "cable drop data fin",
    "cable drop data 5,3",
    "cable drop data 3, 4, 5",
    "cable drop data 3,x",
    "cable drop packets",
    "cable drop packets 3 data",
    "cable drop next packets 3",
    "cable drop first data",
    "cable drop every 0 data",
    "cable drop data server",
    "cable drop data to sever",
    "cable hold 4",
    "cable step data",
    "cable step all",
    "cable release 4",
    "cable delay",
    "cable delay 200",
    "cable delay 10ms jitter 20ms",
    "cable delay 10ms data jitter 5ms",
    "cable loss",
    "cable loss 10",
    "cable loss ten%",
    "cable loss 10 %",
    "cable loss 101%",
    "cable loss 0.00001%",
    "cable loss 10% data seed 7",
    "cable rate",
    "cable rate 1",
    "cable rate 1 mbit",
    "cable rate 1mbps",
    "cable rate 0kbit",
    "cable rate 5000gbit",
    "cable rate 1mbit data",
    "cable mtu 67",
    "cable unplug server",
    "cable clear all",
    "cable offload maybe",
    "spawn server php server.php",
    "server close now",
    "server cancel accept",
    "server accept 10008",
    // addresses
    "server listen 65536",
    "server listen ten",
    "server bind",
    "client connect example.org:80",
    "client connect 127.0.0.1",
    "client connect ::1",
    "client connect 127.0.0.1:http",
    "client connect 1.2.3:80",
    "client connect 127.0.0.1 10008",
    "server listen $PROT",
    "server listen 10008 backlgo 5",
    "server listen 10008 backlog -1",
    // data
    "client send",
    "client send hello",
    "client send \"hello",
    "client send \"hello\\q\"",
    "client send \"\\x4\"",
    "client send \"\\u{d800}\"",
    "client send “hello”",
    "client send 'hello'",
    "client send 0x123",
    "client send bytes(2000000000)",
    "client send bytes(a lot)",
    "client send \"a\" \"b\"",
    "client send @",
    "server recv five",
    "server recv 10 peek peek",
    "server recv 99999999999",
    "server shutdown writ",
    "server close\u{200b}",
    // options
    "client setsockopt TCP_NODLAY on",
    "client setsockopt TCP_NODELAY maybe",
    "client setsockopt SO_LINGER",
    "client setsockopt SO_LINGER 0",
    "client setsockopt SO_ERROR 1",
    "client setsockopt SO_RCVTIMEO 500",
    "client setsockopt SO_RCVTIMEO 1us",
    "client setsockopt SO_KEPALIVE",
    "server serve slow",
    "server serve fast",
    // claims
    "expect",
    "expect server",
    "expect server LISTEN",
    "expect server state LISTENING",
    "expect state LISTEN",
    "expect server sate LISTEN",
    "expect client errno ECONREFUSED",
    "expect client.1 errno EAGAIN",
    "expect not not line 1",
    "expect line 5",
    "expect line 4 within",
    "expect line 4 for 2s",
    "expect packets syn syn-ack ack",
    "expect client recv hello",
    "expect client recv @file",
    "expect ack tcp server 5",
    "wait",
    "wait 200",
    "wait server state LISTEN",
    "wait 2 s",
    "wait forever",
    "say hello",
    "say \"\\xff\"",
    "again 0",
    // where a line ends
    "server accept\nserver recv",
    "# first\nserver recv",
];

#[test]
fn mistakes_are_told_with_their_place_and_what_was_expected() {
    let vars = Vars::from_sets(["PORT=10009"]).unwrap();
    let mut page = String::new();
    for line in WRONG {
        let mistake = parse_line(line, &vars).expect_err(line);
        let report = mistake.report("four.fourline", line);
        writeln!(page, "{report}\n{}\n", mistake.short()).unwrap();
    }
    insta::assert_snapshot!(page);
}

#[test]
fn however_long_a_word_is_its_mistake_is_short() {
    let long = |piece: &str| piece.repeat((1 << 20) / piece.len());
    for begun in [
        "",
        "server ",
        "server listen ",
        "client send ",
        "client send 0x",
        "client send bytes(",
        "client send \"\\",
        "client setsockopt ",
        "client setsockopt SO_RCVTIMEO ",
        "expect ",
        "expect server state ",
        "expect errno ",
        "wait ",
        "server recv ",
        "$",
        "say ",
        "again ",
        "cable ",
        "cable drop ",
        "cable drop data ",
        "cable loss ",
        "cable rate ",
    ] {
        for piece in [
            "x", "0", "9", ":", ".", "a ", "0 s ", "\u{301}", "日", "\"", "$A", "\\", "[",
        ] {
            let line = format!("{begun}{}", long(piece));
            let Err(mistake) = parse_line(&line, &Vars::new()) else {
                continue;
            };
            assert!(mistake.short().len() < 400, "{begun}{piece}");
            assert!(mistake.report("a", &line).len() < 1500, "{begun}{piece}");
        }
    }
}
