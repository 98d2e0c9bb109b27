use crate::{
    common::{Folder, Script, Story, end, fourline, has},
    tracing::{SHOWN, Traced, seen, told},
};
use fourline::model::ids::{Actor, Slot};
use std::{collections::BTreeMap, fs, process::Command};

const CALLS: &str = "trace=network,close,poll,ppoll,ioctl";

/// Runs a script under `strace`: its story, and the calls of each of the program's threads.
fn trace(script: &str) -> Option<(Story, Vec<Vec<Traced>>)> {
    if !has("strace", &["-o", "/dev/null", "true"]) {
        return None;
    }
    let (script, folder) = (Script::new(script), Folder::new());
    let shown = SHOWN.to_string();
    let out = folder.0.join("thread");
    let mut command = Command::new("strace");
    command
        .args(["-ff", "-xx", "-s", &shown, "-e", CALLS, "-o"])
        .arg(&out);
    command.env("FOURLINE_NETWORK", "host");
    command.arg(fourline().get_program());
    command.args(["run", "--json", &script.path()]);
    let ended = end(&mut command);
    // Under strace everything is slow: what is compared is what was called, and not whether claims held in time.
    assert!(matches!(ended.code(), Some(0 | 1)), "{ended:?}");
    let story = Story::read(&ended.stdout);
    let files = fs::read_dir(&folder.0).unwrap().map(|f| f.unwrap().path());
    let threads = files.map(|path| {
        let lines = fs::read_to_string(path).unwrap();
        lines.lines().filter_map(seen).collect()
    });
    Some((story, threads.collect()))
}

/// Who made a call: an actor's thread, or that of a concurrent server's connection.
fn hands(story: &Story, concurrent: bool) -> BTreeMap<String, Vec<Traced>> {
    let mut hands: BTreeMap<String, Vec<Traced>> = BTreeMap::new();
    for (who, done) in story.calls() {
        let own = done.socket.filter(|socket| {
            concurrent && socket.actor == Actor::Server && !matches!(socket.slot, Slot::Own(0))
        });
        let hand = own.map_or(who, |socket| socket.to_string());
        hands.entry(hand).or_default().push(told(done));
    }
    hands
}

/// Whether a thread made these calls and no others. A thread that outlives the engine also closes, at its very end, what
/// it was the last to hold of the engine: descriptors that no actor ever had.
fn agrees(story: &Story, thread: &[Traced], calls: &[Traced]) -> bool {
    let made: Vec<String> = story
        .calls()
        .filter(|(_, done)| done.made.is_some())
        .map(|(_, done)| format!("close({}) = 0", done.ret))
        .collect();
    thread.strip_prefix(calls).is_some_and(|rest| {
        rest.iter()
            .all(|call| call.0.starts_with("close(") && !made.contains(&call.0))
    })
}

/// Every hand's calls are those of one thread, all of them and no others; what is left are threads of ours, which open
/// no socket of the internet.
fn compare(script: &str, concurrent: bool) -> Option<Story> {
    let (story, mut threads) = trace(script)?;
    let hands = hands(&story, concurrent);
    assert!(!hands.is_empty());
    for (hand, calls) in hands {
        if let Some(at) = threads
            .iter()
            .position(|thread| agrees(&story, thread, &calls))
        {
            threads.swap_remove(at);
            continue;
        }
        let same = |thread: &Vec<Traced>| {
            thread
                .iter()
                .zip(&calls)
                .take_while(|(a, b)| a == b)
                .count()
        };
        let nearest = threads.iter().max_by_key(|thread| same(thread)).unwrap();
        let lines = |calls: &[Traced]| {
            calls
                .iter()
                .map(|c| format!("  {}", c.0))
                .collect::<Vec<_>>()
                .join("\n")
        };
        let n = same(nearest);
        panic!(
            "{hand}: after {n} calls that agree\nwe tell\n{}\nstrace saw\n{}\nin\n{script}",
            lines(&calls[n..]),
            lines(&nearest[n..])
        );
    }
    let actors = [
        "socket(AF_INET",
        "bind(",
        "listen(",
        "accept4(",
        "connect(",
        "shutdown(",
    ];
    for call in threads.iter().flatten() {
        assert!(
            !actors.iter().any(|name| call.0.starts_with(name)),
            "nobody tells {call:?}"
        );
    }
    Some(story)
}

/// A script of the conversations.
fn conversation(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conversations");
    fs::read_to_string(format!("{folder}/{name}.fourline")).unwrap()
}

macro_rules! traced {
    ($($name:ident $file:literal;)*) => {
        $(#[test] fn $name() { compare(&conversation($file), false); })*
    };
}

traced! {
    half_close "half-close";
    waitall "waitall";
    cancelled_accept "cancelled-accept";
    cancelled_recv "cancelled-recv";
    non_blocking "non-blocking";
    non_blocking_connect "non-blocking-connect";
    options "options";
    receive_time_out "receive-time-out";
    poll "poll";
    peek "peek";
    wrong_order "wrong-order";
    refused "refused";
    reset_by_abort "reset-by-abort";
    someone_is_on_the_line "someone-is-on-the-line";
    ipv6 "ipv6";
    big_transfer "big-transfer";
    send_to_a_closed_peer "send-to-a-closed-peer";
}

#[test]
fn the_four_lines() {
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/assets/scripts/four-lines.fourline"
    );
    let script = fs::read_to_string(script)
        .unwrap()
        .replace("listen 10008", "listen 0");
    compare(&script, false);
}

#[test]
fn a_concurrent_servers_connections_have_a_thread_each() {
    if let Some(story) = compare(&conversation("concurrent-server"), true) {
        assert_eq!(
            hands(&story, true).len(),
            5,
            "server, server.1, server.2, client, client2"
        );
    }
}

#[test]
fn every_option_that_can_be_set() {
    let script = "client socket\nclient setsockopt SO_KEEPALIVE on\nclient setsockopt SO_SNDBUF 8192\n\
                  client setsockopt SO_SNDTIMEO 1s\nclient setsockopt SO_LINGER on 3\nclient setsockopt TCP_MAXSEG 1000\n\
                  client setsockopt IP_TTL 9\nclient getsockopt SO_SNDBUF\nclient getsockopt SO_LINGER\n\
                  client getsockopt TCP_CONGESTION\nclient getsockopt SO_RCVTIMEO\nclient setsockopt IPV6_V6ONLY on\n";
    compare(script, false);
}

#[test]
fn calls_that_the_end_of_the_script_interrupts() {
    let script = "server listen 0\nserver accept\nclient connect\nserver recv 10 waitall\nclient send \"five.\"\n\
                  client poll\nclient2 connect\nclient2 recv\nclient3 connect\nclient3 close\nclient3 close\n";
    compare(script, false);
}

#[test]
fn addresses_of_sendto_and_recvfrom() {
    let script = "server listen 0\nclient connect\nserver accept\nclient sendto 127.0.0.1:9 \"to whom?\"\n\
                  server recvfrom 100\nserver recvfrom 9 dontwait\nserver getpeername\nserver.0 getsockname\n";
    compare(script, false);
}
