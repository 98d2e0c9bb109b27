use crate::{
    common::{Running, Script, Story, end, free_port, json, run},
    laws,
};
use fourline::model::event::Fact;
use std::{
    collections::HashSet,
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    process::Command,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

/// A server that serves until its script goes on with what follows.
fn serving(mode: &str, then: &str) -> (Running, u16) {
    let port = free_port();
    let script = Script::new(format!(
        "server listen {port} backlog 512\nserver serve {mode}\n{then}"
    ));
    let mut ours = Running::start(&mut json(&script, &[]));
    ours.until("\"serve\"");
    (ours, port)
}

fn call(port: u16) -> TcpStream {
    TcpStream::connect(("127.0.0.1", port)).unwrap()
}

/// So many callers, one after the other, each with one question and one answer.
fn quick_callers(mode: &str, callers: usize) -> Story {
    let (mut ours, port) = serving(mode, "wait 10m\n");
    for _ in 0..callers {
        let mut caller = call(port);
        caller.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        assert!(caller.read(&mut [0; 4096]).unwrap() > 0);
    }
    let mut closes = 0;
    while closes < callers {
        ours.until("\"call\":\"close\"");
        closes += 1;
    }
    ours.story()
}

#[test]
fn quick_callers_are_known_by_name_and_states_follow_their_calls() {
    for mode in ["ack", "http"] {
        let story = quick_callers(mode, 120);
        let mut closed = HashSet::new();
        let mut named = HashSet::new();
        for event in &story.events {
            match &event.fact {
                Fact::Socket { socket, peer, .. } if peer.is_some() => {
                    named.insert(*socket);
                }
                Fact::Call(done) if done.call.name() == "close" => {
                    closed.extend(done.socket);
                }
                Fact::State { socket, to, .. } if to.fin_sent() && mode == "http" => {
                    assert!(closed.contains(socket), "before its close: {event:?}");
                }
                _ => {}
            }
        }
        let accepted: HashSet<_> = story.calls().filter_map(|(_, c)| c.made).collect();
        let accepted = accepted.iter().filter(|s| s.to_string() != "server.0");
        assert!(accepted.clone().all(|socket| named.contains(socket)));
        assert_eq!(accepted.count(), 120, "{mode}");
    }
}

#[test]
fn a_crowd_is_answered() {
    let (mut ours, port) = serving("ack", "wait 10m\n");
    let mut crowd: Vec<_> = (0..300).map(|_| call(port)).collect();
    for caller in &mut crowd {
        caller.write_all(b"12345").unwrap();
    }
    for caller in &mut crowd {
        let mut answer = [0; 25];
        caller.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"I have received 5 bytes\r\n");
    }
    drop(crowd);
    for _ in 0..300 {
        ours.until("\"call\":\"close\"");
    }
}

/// A caller who sends without end and reads what comes back, until the server has had enough.
fn flood(mut caller: TcpStream) {
    let mut hears = caller.try_clone().unwrap();
    let heard = thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while hears.read(&mut buffer).is_ok_and(|n| n > 0) {}
    });
    let piece = vec![b'x'; 1 << 16];
    while caller.write_all(&piece).is_ok() {}
    let _ = caller.shutdown(Shutdown::Both);
    heard.join().unwrap();
}

/// What was told and counted of the bytes that the server read and wrote, and the kernel's own counts of them.
fn account(story: &Story) -> ([u64; 2], [u64; 2]) {
    let [read, written, copied, taken] = [(); 4].map(|()| AtomicU64::new(0));
    let ours = |s: &fourline::model::ids::SocketId| s.to_string() == "server.1";
    for event in &story.events {
        match &event.fact {
            Fact::Call(done) if done.socket.as_ref().is_some_and(ours) => {
                read.fetch_add(done.bytes_read(), Ordering::Relaxed);
                written.fetch_add(done.bytes_written(), Ordering::Relaxed);
            }
            Fact::Elided {
                socket,
                read: r,
                written: w,
                ..
            } if ours(socket) => {
                read.fetch_add(*r, Ordering::Relaxed);
                written.fetch_add(*w, Ordering::Relaxed);
            }
            Fact::Progress {
                socket,
                taken: Some(t),
                copied: Some(c),
                ..
            } if ours(socket) => {
                copied.fetch_max(*c, Ordering::Relaxed);
                taken.fetch_max(*t, Ordering::Relaxed);
            }
            _ => {}
        }
    }
    let [read, written, copied, taken] = [read, written, copied, taken].map(AtomicU64::into_inner);
    ([read, written], [copied, taken])
}

#[test]
fn every_byte_of_a_flood_is_accounted_for_when_serving_ends() {
    for then in ["wait 300ms\nserver serve off\nwait 50ms\n", "wait 300ms\n"] {
        for mode in ["discard", "echo"] {
            let (ours, port) = serving(mode, then);
            let flooded = call(port);
            let caller = thread::spawn(move || flood(flooded));
            let story = ours.end().story();
            caller.join().unwrap();
            let (told, kernel) = account(&story);
            assert!(told[0] > 0);
            // While bytes still move, the kernel's counts may lag behind; they are never ahead.
            let nothing_lost = told[0] >= kernel[0] && told[1] >= kernel[1];
            assert!(nothing_lost, "{mode}, then {then:?}: {told:?}, {kernel:?}");
            if then.contains("off") {
                assert_eq!(told, kernel, "{mode}, then {then:?}");
            }
        }
    }
}

#[test]
fn the_bytes_of_a_told_call_are_kept_up_to_a_bound() {
    let (ours, port) = serving("echo", "wait 300ms\n");
    let flooded = call(port);
    let caller = thread::spawn(move || flood(flooded));
    let story = ours.end().story();
    caller.join().unwrap();
    for (_, done) in story.calls() {
        for payload in [done.data.as_ref(), done.call.data()].into_iter().flatten() {
            assert!(payload.kept.len() <= 4096);
            let moved = if done.call.data().is_some() {
                payload.len() >= done.bytes_written()
            } else {
                payload.len() == done.bytes_read()
            };
            assert!(moved, "{done:?}");
        }
    }
}

#[test]
fn a_server_without_descriptors_says_so_once() {
    let port = free_port();
    let script = Script::new(format!(
        "server listen {port} backlog 64\nserver serve silent\nwait 1500ms\n"
    ));
    let program = run(&script.path(), &["--json"]);
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -n 24; exec \"$@\"", "sh"]);
    limited.env("FOURLINE_NETWORK", "host");
    limited.arg(program.get_program()).args(program.get_args());
    let mut ours = Running::start(&mut limited);
    ours.until("\"serve\"");
    let _crowd: Vec<_> = (0..30).map(|_| call(port)).collect();
    let story = ours.end().story();
    let accepts = story.results("server", "accept");
    let refused = accepts.iter().filter(|r| *r == "EMFILE").count();
    assert_eq!(refused, 1, "{accepts:?}");
}

#[test]
fn a_client_in_mid_conversation_is_not_cut_off_by_another_way_of_serving() {
    let script = "server listen 0\nserver serve slow 1000\nclient connect\nclient send bytes(100)\n\
         server serve discard\nwait until client read 100 bytes within 5s\nserver serve off\n";
    let story = end(&mut json(&Script::new(script), &[])).story();
    assert_eq!(story.failed_claims(), Vec::<String>::new());
    laws::hold(&story);
}
