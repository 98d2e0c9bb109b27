use super::{journal, there};
use crate::common::{Ended, Running, Script, end, fourline};
use fourline::model::errno::Errno;
use std::process::Command;

/// `fourline shell` in the lab, with these lines typed into it.
fn shell(lines: &str) -> Ended {
    let mut running = Running::start(fourline().args(["shell", "--network", "lab"]));
    running.type_in(lines.as_bytes());
    running.end()
}

#[test]
fn again_leaves_nothing_on_the_cable() {
    if !there() {
        return;
    }
    // A SYN, data and a goodbye lie on the cable, some held and some delayed, and timers run, when all is cleared.
    let first = "server listen 10008\nclient connect\nserver accept\ncable hold data\ncable delay 300ms fin\nclient send \"old\"\n\
                 expect held 1\ncable unplug to client\nclient2 connect\nagain\n";
    let second = "server listen 10008\nclient connect\nexpect packets syn syn-ack ack\nexpect packet 1 syn\nexpect packet 3 ack\n\
                  server accept\nclient send \"new\"\nserver recv\nexpect server recv \"new\"\nexpect packets syn syn-ack ack data ack\n\
                  expect held 0\nexpect fate dropped 0\nexpect fate delivered 5\nwait 500ms\nexpect fate delivered 5\n\
                  expect not retransmission\n";
    let ended = shell(&format!("{first}{second}"));
    assert_eq!(
        (ended.code(), ended.stderr.as_str()),
        (Some(0), ""),
        "{}",
        ended.text()
    );
}

#[test]
fn again_and_again() {
    if !there() {
        return;
    }
    let round = "server listen 10008\ncable drop next syn-ack\nclient connect\nexpect packet 2 dropped by rule\nexpect client state SYN_SENT\n\
                 expect server.pending.1 state SYN_RECEIVED\nexpect fate dropped 1\nagain\n";
    let ended = shell(&round.repeat(5));
    assert_eq!(
        (ended.code(), ended.stderr.as_str()),
        (Some(0), ""),
        "{}",
        ended.text()
    );
}

#[test]
fn the_cable_says_no_in_words_and_the_prompt_goes_on() {
    if !there() {
        return;
    }
    let ended = shell(
        "cable step\ncable drop 7\ncable swap\nserver listen 10008\nclient connect\nexpect fate delivered 3\n",
    );
    let text = ended.text();
    assert_eq!(ended.code(), Some(0), "{text}");
    assert!(
        text.contains("No packet is held.") && text.contains("No packet 7"),
        "{text}"
    );
}

#[test]
fn a_socket_for_which_there_is_no_descriptor_is_emfile() {
    if !there() {
        return;
    }
    let more: Vec<_> = (1..=40).map(|n| format!("client{n} socket")).collect();
    let more = more.join("\n");
    let script = Script::new(more);
    let command = journal(&script.path(), &[]);
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -n 40; exec \"$@\"", "sh"]);
    limited.arg(command.get_program()).args(command.get_args());
    let story = end(&mut limited).story();
    let errors: Vec<_> = story.calls().filter_map(|(_, done)| done.errno).collect();
    assert!(!errors.is_empty(), "none was left");
    assert!(errors.iter().all(|e| *e == Errno::EMFILE), "{errors:?}");
}
