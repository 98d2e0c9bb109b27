use crate::{
    common::{Script, Story, end, json, port_set, run},
    laws,
};
use fourline::model::{
    event::{AckLevel, Fact, Source},
    ids::Fd,
    tcp::TcpState,
};
use std::{collections::BTreeSet, fs, path::PathBuf};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conversations")
}

/// Runs one of them and holds it to its claims and to the laws.
fn converse(name: &str) -> Story {
    let path = folder().join(format!("{}.fourline", name.replace('_', "-")));
    let ended = end(&mut run(
        path.to_str().unwrap(),
        &["--json", "--set", &port_set().1],
    ));
    let story = Story::read(&ended.stdout);
    let failed = story.failed_claims();
    assert!(
        failed.is_empty(),
        "{}:\n{}",
        path.display(),
        failed.join("\n")
    );
    assert_eq!((ended.code(), ended.stderr.as_str()), (Some(0), ""));
    assert!(!story.kind("expect").is_empty(), "it claims nothing");
    laws::hold(&story);
    story
}

/// A case for each script, with what the kernel must have done beyond its claims.
macro_rules! conversations {
    ($($name:ident: $more:expr;)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(#[test] fn $name() {
            let more: fn(&Story) = $more;
            more(&converse(stringify!($name)));
        })*
    };
}

const OPENED: [&str; 2] = ["SYN_SENT", "ESTABLISHED"];
const CALLED: [&str; 2] = ["SYN_RECEIVED", "ESTABLISHED"];

/// Checks a socket's whole way from its first state to its last.
fn course(story: &Story, socket: &str, begin: [&str; 2], rest: &[&str]) {
    let expected: Vec<_> = begin.iter().chain(rest).copied().collect();
    assert_eq!(story.course(socket), expected, "{socket}");
}

fn results(story: &Story, who: &str, call: &str, expected: &[&str]) {
    assert_eq!(story.results(who, call), expected, "{who} {call}");
}

/// Whether a state was seen in the kernel's tables, and not only derived.
fn seen(story: &Story, name: &str, state: TcpState) -> bool {
    let names = story.names(name.parse().unwrap());
    story.events.iter().any(|e| {
        e.source == Source::Kernel
            && matches!(&e.fact, Fact::State { socket, to, .. } if *to == state && names.contains(socket))
    })
}

conversations! {
    an_answer_to_the_second: |s| assert_eq!(s.kind("line").len(), 4, "each line is reached once");
    cancelled_connect: |s| {
        results(s, "client2", "connect", &["EINTR"]);
        course(s, "client2", OPENED, &[]);
    };
    goodbye_from_both_halves: |s| {
        let ends = s.course("server.1");
        assert!(ends.ends_with(&["CLOSE_WAIT", "LAST_ACK", "CLOSED"]), "{ends:?}");
    };
    ipv4_caller_of_an_ipv6_listener: |s| course(s, "server.1", CALLED, &[]);
    two_listeners: |s| course(s, "server.2", CALLED, &[]);
    a_connection_before_accept: |s| {
        course(s, "server.1", CALLED, &[]);
        // It was known, with its bytes, before there was a descriptor for it.
        let accept = s.events.iter().position(|e| matches!(&e.fact, Fact::Call(c) if c.call.name() == "accept"));
        let queue = s.events.iter().position(|e| matches!(&e.fact, Fact::Queue { socket, recv_q: 17, .. } if socket.to_string() == "server.pending.1"));
        assert!(queue.is_some() && queue < accept);
    };
    backlog_full: |s| {
        assert!(seen(s, "client3", TcpState::SynSent), "for once SYN-SENT lasts long enough to be seen");
        course(s, "client3", OPENED, &[]);
        let again = s.events.iter().any(|e| matches!(&e.fact, Fact::Detail { socket, detail } if socket.to_string() == "client3" && detail.retransmits > 0));
        assert!(again, "the SYN was sent again");
    };
    big_transfer: |s| {
        results(s, "client", "send", &["20000000"]);
        results(s, "server", "recv", &["20000000"]);
        let kept = s.calls().find_map(|(_, c)| c.data.clone()).unwrap();
        assert_eq!((kept.kept.len() as u64 + kept.omitted, kept.kept.len() < 1 << 20), (20_000_000, true));
        let queued = s.events.iter().any(|e| matches!(e.fact, Fact::Queue { socket, send_q: 1.., .. } if socket.to_string() == "client"));
        assert!(queued, "while it waited, bytes stood in the send queue");
    };
    cancelled_accept: |s| {
        let accepts = s.results("server", "accept");
        assert_eq!((accepts.len(), accepts[0].as_str()), (2, "EINTR"));
        assert_eq!(s.kind("cancel").len(), 1);
    };
    cancelled_recv: |s| {
        results(s, "client", "recv", &["EINTR", "10"]);
        course(s, "client", OPENED, &[]);
    };
    concurrent_server: |s| {
        assert_eq!(s.kind("mode").len(), 1);
        // The second connection's recv returned while the first one's still could wait.
        results(s, "server", "send", &["3", "3"]);
    };
    half_close: |s| {
        course(s, "client", OPENED, &["FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"]);
        course(s, "server.1", CALLED, &["CLOSE_WAIT", "LAST_ACK", "CLOSED"]);
        results(s, "client", "send", &["9", "EPIPE"]);
    };
    ipv6: |s| {
        course(s, "server.1", CALLED, &["FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"]);
        let families: BTreeSet<_> = s.lines.iter().filter_map(|l| l["args"]["domain"].as_str()).collect();
        assert_eq!(families.into_iter().collect::<Vec<_>>(), ["AF_INET6"]);
    };
    non_blocking: |s| {
        results(s, "client", "recv", &["EAGAIN"]);
        assert!(s.kind("waiting").is_empty(), "nothing ever waits");
    };
    non_blocking_connect: |s| results(s, "client", "connect", &["EINPROGRESS", "0", "EISCONN"]);
    one_send_two_recvs: |s| results(s, "server", "recv", &["7", "6"]);
    options: |s| {
        let told: Vec<_> = s.calls().filter_map(|(_, c)| c.value.clone()).map(|v| v.to_string()).collect();
        assert_eq!(told, ["1", "1"], "TCP_NODELAY is on, SO_TYPE is SOCK_STREAM");
    };
    peek: |s| {
        results(s, "server", "recv", &["4", "18", "18"]);
        let copied = s.events.iter().filter_map(|e| match e.fact { Fact::Progress { copied, .. } => copied, _ => None });
        assert_eq!(copied.max(), Some(18), "peeking is not reading");
    };
    poll: |s| results(s, "client", "poll", &["0", "1", "1"]);
    rebind_with_so_reuseaddr: |s| results(s, "server", "bind", &["0", "0"]);
    rebind_without_so_reuseaddr: |s| results(s, "server", "bind", &["0", "EADDRINUSE"]);
    receive_time_out: |s| {
        let took = s.calls().find(|(_, c)| c.call.name() == "recv").map(|(_, c)| c.took_ns.millis());
        assert!(took >= Some(50), "it did not give up early: {took:?}");
    };
    refused: |s| {
        assert_eq!(s.results("client", "connect")[0], "ECONNREFUSED");
        assert!(!s.course("client").contains(&"ESTABLISHED"));
    };
    reset_by_abort: |s| {
        course(s, "client", OPENED, &["CLOSED"]);
        course(s, "server.1", CALLED, &["CLOSED"]);
        results(s, "server", "recv", &["10", "ECONNRESET", "0"]);
    };
    reset_by_close_with_unread_bytes: |s| {
        course(s, "client", OPENED, &["CLOSED"]);
        course(s, "server.1", CALLED, &["CLOSED"]);
    };
    reset_in_the_accept_queue: |s| {
        course(s, "client", OPENED, &["CLOSED"]);
        course(s, "server.1", CALLED, &["CLOSED"]);
    };
    send_to_a_closed_peer: |s| {
        course(s, "client", OPENED, &["CLOSE_WAIT", "CLOSED"]);
        // Whether its goodbye was acknowledged before the reset came depends on the moment of the look.
        let server: Vec<_> = s.course("server.1").into_iter().filter(|state| *state != "FIN_WAIT_2").collect();
        assert_eq!(server, [CALLED[0], CALLED[1], "FIN_WAIT_1", "CLOSED"]);
        results(s, "client", "send", &["6", "EPIPE"]);
    };
    serve_a_shut_listener: |s| {
        let accepts = s.results("server", "accept");
        assert_eq!(accepts[1..], ["EINVAL"], "once, and not again");
    };
    serve_changes_its_way: |s| {
        assert_eq!(s.results("server", "accept").len(), 1);
        results(s, "server", "send", &["3", "25", "4", "5"]);
    };
    serve_keeps_its_descriptors: |s| {
        assert_eq!(s.kind("refused").len(), 1, "server.1 close");
        let owner = |fd: Fd| s.calls().filter(|(_, c)| c.made.is_some() && c.ret == i64::from(fd.0)).map(|(who, _)| who).collect::<BTreeSet<_>>();
        for (who, done) in s.calls() {
            assert!(done.call.fd().is_none_or(|fd| owner(fd).contains(&who)), "{who}: {done:?}");
        }
    };
    serve_ack: |s| {
        let modes: Vec<_> = s.kind("serve").iter().map(|l| l["mode"].as_str().unwrap()).collect();
        assert_eq!(modes, ["ack"]);
        results(s, "server", "send", &["25", "25"]);
    };
    serve_echo: |s| {
        assert_eq!(s.kind("serve").len(), 2, "it began and it stopped");
        results(s, "server", "send", &["4"]);
    };
    simultaneous_clients: |s| {
        let accepted = s.calls().filter(|(_, c)| c.call.name() == "accept").filter_map(|(_, c)| c.addr);
        assert_eq!(accepted.collect::<BTreeSet<_>>().len(), 3, "three different callers");
    };
    someone_is_on_the_line: |s| {
        assert_eq!(s.kind("queued").len(), 1);
        let order: Vec<_> = s.calls().filter(|(who, _)| who == "server").map(|(_, c)| c.call.name()).collect();
        assert_eq!(order[order.len() - 3..], ["accept", "recv", "accept"]);
    };
    three_acknowledgements: |s| {
        let levels: Vec<_> = s.events.iter().filter_map(|e| match &e.fact {
            Fact::Ack { level, socket, through: 5, .. } if socket.to_string() == "client" => Some(*level),
            _ => None,
        }).collect();
        // That the peer's TCP has them can be seen a moment before send has told that it returned.
        assert_eq!(levels.iter().copied().collect::<BTreeSet<_>>().len(), 3);
        assert_eq!(levels.last(), Some(&AckLevel::Application));
    };
    time_wait_is_for_who_closes_first: |s| {
        course(s, "client", OPENED, &["FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"]);
        course(s, "server.1", CALLED, &["CLOSE_WAIT", "LAST_ACK", "CLOSED"]);
    };
    two_sends_one_recv: |s| {
        results(s, "client", "send", &["7", "6"]);
        results(s, "server", "recv", &["13"]);
    };
    waitall: |s| results(s, "server", "recv", &["10"]);
    wrong_order: |s| {
        results(s, "client", "send", &["EBADF", "EPIPE"]);
        let closed = s.calls().find(|(_, c)| c.errno.is_some_and(|e| e.to_string() == "EBADF")).unwrap().1;
        assert_eq!(closed.call.fd().map(|fd| fd.0), Some(-1), "what a program holds that has no socket");
    };
    zero_length_send: |s| {
        results(s, "client", "send", &["0", "1"]);
        results(s, "server", "recv", &["1"]);
    };
}

#[test]
fn every_script_is_a_case() {
    let files = fs::read_dir(folder()).unwrap().map(|f| f.unwrap().path());
    let files: BTreeSet<String> = files
        .filter(|path| path.extension().is_some_and(|e| e == "fourline"))
        .map(|path| {
            path.file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .replace('-', "_")
        })
        .collect();
    let cases: BTreeSet<String> = NAMES.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(files, cases, "add a row to conversations! for each script");
}

#[test]
fn the_four_lines_read_as_a_story() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/scripts/four-lines.fourline");
    let source = fs::read_to_string(path)
        .unwrap()
        .replace("listen 10008", "listen 0");
    // The same for who may capture packets and who may not.
    let capture = ["--capture", "off"];
    let ended = end(&mut run(&Script::new(&source).path(), &capture));
    assert_eq!((ended.code(), ended.stderr.as_str()), (Some(0), ""));
    insta::with_settings!({snapshot_path => "snapshots", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("the_four_lines", calm(&ended.text()));
    });
    let story = end(&mut json(&Script::new(&source), &[])).story();
    assert_eq!(story.kind("line").len(), 4);
    course(
        &story,
        "client",
        OPENED,
        &["CLOSE_WAIT", "LAST_ACK", "CLOSED"],
    );
    course(
        &story,
        "server.1",
        CALLED,
        &["FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"],
    );
    laws::hold(&story);
}

/// The story without what differs from run to run: times, ports, descriptors, how much of a quick change was seen, and
/// the order of what two programs did at the same moment.
fn calm(text: &str) -> String {
    let mut parts: [Vec<String>; 6] = Default::default();
    for line in text.lines() {
        let (time, rest) = line.split_at_checked(12).unwrap_or(("", line));
        let at = line.starts_with("==");
        let numeric = time.trim().chars().all(|c| c.is_ascii_digit() || c == '.');
        assert!(at || numeric, "{line}");
        let rest = if at { line } else { rest };
        let part = match (rest.get(..6), rest.contains(" state ")) {
            (Some("server"), false) => 1,
            (Some("server"), true) => 2,
            (Some("client"), false) => 3,
            (Some("client"), true) => 4,
            _ => 0,
        };
        let part = if rest.contains(" ack: ") { 5 } else { part };
        parts[part].extend(steps(rest).iter().map(|step| without_numbers(step)));
    }
    parts[5].sort();
    parts.map(|part| part.join("\n")).join("\n\n")
}

/// A change of state in its single steps, those that were too fast to be seen among them.
fn steps(line: &str) -> Vec<String> {
    let whole = || vec![line.to_owned()];
    let Some((seen, unseen)) = line.split_once(" (by way of ") else {
        return whole();
    };
    let Some((before, (from, to))) = seen
        .split_once(" state ")
        .and_then(|(before, way)| Some((before, way.split_once(" -> ")?)))
    else {
        return whole();
    };
    let unseen = unseen.split_once(", not seen)").map_or("", |(way, _)| way);
    let way: Vec<&str> = [from]
        .into_iter()
        .chain(unseen.split(", "))
        .chain([to])
        .collect();
    way.windows(2)
        .map(|pair| format!("{before} state {} -> {}", pair[0], pair[1]))
        .collect()
}

fn without_numbers(line: &str) -> String {
    let line = line.replace("server.pending.1", "server.1");
    let line = line
        .split("   after ")
        .next()
        .unwrap_or_default()
        .trim_end();
    let mut calm = String::new();
    let makes = ["socket(", "accept("]
        .iter()
        .any(|call| line.contains(call));
    let mut rest = line;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(at);
        let len = number
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(number.len());
        calm.push_str(before);
        let called = before.ends_with('(') && !before.ends_with(" (");
        calm.push_str(match &number[..len] {
            "0" if calm.ends_with("127.0.0.1:") => "0",
            _ if calm.ends_with("127.0.0.1:") => "PORT",
            _ if called || makes && before.ends_with(" = ") => "FD",
            other => other,
        });
        rest = &number[len..];
    }
    calm + rest
}
