//! What makes sense, in situations.

use super::*;
use crate::model::call::{Call, MsgFlags};
use crate::model::story::testing::{Play, SCRIPT};

fn keys(session: &Session, actor: Actor) -> String {
    sensible(session, actor).iter().map(|s| s.key).collect()
}

#[test]
fn free_play_walks_through_the_four_lines_by_itself() {
    let mut play = Play::free();
    for (step, text) in SCRIPT.iter().enumerate() {
        let next = next_step(&play.session()).unwrap();
        assert_eq!(next, *text);
        play.walk(step);
    }
    assert!(play.session().lines.complete());
    assert_eq!(next_step(&play.session()).unwrap(), "server accept");
}

#[test]
fn a_packet_in_the_hand_goes_first_and_what_is_sent_again_needs_time() {
    use crate::model::{
        ids::Side,
        packet::{Decider, Fate, TcpFlags},
    };
    let mut play = Play::lab();
    play.walk(0).walk(1).ask("client connect");
    let syn = play.packet(Side::Server, TcpFlags::SYN, (0, 0), b"");
    play.hold(syn, Decider::You);
    // The script's next line is the client's, which is free.
    assert_eq!(next_step(&play.session()).unwrap(), SCRIPT[3]);
    let client = SocketId::own(Actor::CLIENT, 0);
    let (fd, addr) = (crate::model::ids::Fd(9), play.session().server_address);
    play.state(client, TcpState::SynSent);
    play.wait(Actor::CLIENT, Some(client), Call::Connect { fd, addr });
    // Now it would only queue.
    assert_eq!(next_step(&play.session()).unwrap(), "cable step");
    play.fate(syn, Fate::Delivered, Decider::You);
    assert_eq!(next_step(&play.session()).unwrap(), SCRIPT[3]);
    // In free play a connect that waits is not cancelled while time, or the cable, can end the wait.
    let text = crate::model::event::FREE_PLAY.to_owned();
    let mode = crate::model::event::Fact::Mode { text };
    play.see(None, crate::model::event::Source::Program, mode);
    play.packet(Side::Client, TcpFlags::SYN | TcpFlags::ACK, (0, 1), b"");
    assert_eq!(next_step(&play.session()).unwrap(), "wait 200ms");
    play.cable("unplug", &["unplug"]);
    assert_eq!(next_step(&play.session()).unwrap(), "cable plug");
}

#[test]
fn the_script_goes_first() {
    let mut play = Play::four_lines();
    assert_eq!(next_step(&play.session()).unwrap(), SCRIPT[0]);
    play.listen();
    assert_eq!(next_step(&play.session()).unwrap(), SCRIPT[1]);
}

#[test]
fn the_menu_offers_what_the_state_allows_and_the_best_first() {
    let mut play = Play::free();
    assert_eq!(keys(&play.session(), Actor::Server), "L");
    assert_eq!(keys(&play.session(), Actor::CLIENT), "C");
    play.listen();
    assert_eq!(keys(&play.session(), Actor::Server), "AX");
    play.accept();
    assert_eq!(keys(&play.session(), Actor::Server), "c");
    play.connect(Actor::CLIENT);
    assert_eq!(keys(&play.session(), Actor::CLIENT), "SRXHKO");
    play.send(Actor::CLIENT, b"hi");
    assert!(keys(&play.session(), Actor::Server).starts_with('R'));
    play.recv(Actor::Server);
    assert!(keys(&play.session(), Actor::Server).starts_with('S'));
    play.send(Actor::Server, b"ok")
        .recv(Actor::CLIENT)
        .close(Actor::Server);
    assert!(keys(&play.session(), Actor::CLIENT).starts_with('X'));
    assert_eq!(keys(&play.session(), Actor::Server), "AX");
}

/// Does what free play proposes, one statement after the other, and tells it.
fn walk(play: &mut Play, steps: usize) -> Vec<String> {
    let mut told = Vec::new();
    for _ in 0..steps {
        let Some(text) = next_step(&play.session()) else {
            break;
        };
        let (who, verb) = text.split_once(' ').unwrap();
        let who = who.split('.').next().unwrap().parse().unwrap();
        match verb.split(' ').next().unwrap() {
            "listen" => play.listen(),
            "accept" => play.accept(),
            "connect" => play.connect(who),
            "send" => play.send(who, b"words"),
            "recv" => play.recv(who),
            "close" => play.close(who),
            "cancel" => play.cancel(who),
            other => panic!("{other}"),
        };
        told.push(text);
    }
    told
}

#[test]
fn the_client_acts_while_the_server_waits() {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    play.recv(Actor::Server);
    assert_eq!(
        walk(&mut play, 6),
        [
            "client send \"hello, server\\r\\n\"",
            "server send \"I have received it\\r\\n\"",
            "client recv",
            "server close",
            "client close",
            "server accept",
        ]
    );
}

#[test]
fn the_server_answers_a_client_that_waits() {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    play.recv(Actor::CLIENT);
    assert_eq!(
        walk(&mut play, 1),
        ["server send \"I have received it\\r\\n\""]
    );
    // Both wait: only a signal helps.
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    play.recv(Actor::CLIENT).recv(Actor::Server);
    assert_eq!(walk(&mut play, 1), ["client cancel"]);
}

#[test]
fn a_caller_in_the_queue_gets_its_turn_after_the_first_one() {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    play.recv(Actor::Server).connect(Actor::Client(2));
    // The server waits for the first client: words of the second one would not wake it.
    assert_eq!(
        next_step(&play.session()).unwrap(),
        format!("client send {CLIENT_SAYS}")
    );
    let told = walk(&mut play, 14);
    assert!(told.contains(&"client close".to_owned()), "{told:?}");
    assert!(
        told.contains(&format!("client2 send {CLIENT_SAYS}")),
        "{told:?}"
    );
    assert!(told.contains(&"client2 close".to_owned()), "{told:?}");
    assert!(!told.iter().any(|t| t.ends_with("cancel")), "{told:?}");
}

#[test]
fn what_is_proposed_never_queues() {
    let mut play = Play::free();
    let told = walk(&mut play, 60);
    assert_eq!(told.len(), 60);
    assert!(!told.iter().any(|t| t.ends_with("cancel")), "{told:?}");
}

#[test]
fn a_client_alone_is_walked_without_a_server_of_ours() {
    let mut play = Play::client_alone();
    assert!(sensible(&play.session(), Actor::Server).is_empty());
    assert_eq!(keys(&play.session(), Actor::CLIENT), "C");
    play.connect_out(Actor::CLIENT)
        .send_out(Actor::CLIENT, b"hello, server\r\n");
    assert!(sensible(&play.session(), Actor::Server).is_empty());
    let client = SocketId::own(Actor::CLIENT, 0);
    play.leaves(client);
    play.ask("client recv").close(Actor::CLIENT);
    assert_eq!(next_step(&play.session()).unwrap(), "client connect");
}

#[test]
fn a_stranger_is_answered_and_no_client_of_ours_is_asked() {
    let mut play = Play::free();
    play.listen().accept().visit();
    let connection = SocketId::own(Actor::Server, 1);
    assert_eq!(next_step(&play.session()).unwrap(), "server recv");
    play.arrives(connection, b"hi").recv(Actor::Server);
    assert_eq!(
        next_step(&play.session()).unwrap(),
        format!("server send {SERVER_SAYS}")
    );
    play.send_out(Actor::Server, b"ok");
    assert_eq!(next_step(&play.session()).unwrap(), "server close");
    play.leaves(connection);
    assert_eq!(next_step(&play.session()).unwrap(), "server recv");
}

#[test]
fn after_a_reset_the_error_is_read() {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    play.send(Actor::CLIENT, b"unread").close(Actor::Server);
    assert_eq!(next_step(&play.session()).unwrap(), "client recv");
    assert_eq!(keys(&play.session(), Actor::CLIENT), "RXSO");
    let menu = sensible(&play.session(), Actor::CLIENT);
    assert_eq!(menu[0].about, "read the error: ECONNRESET");
    let id = SocketId::own(Actor::CLIENT, 0);
    let fd = play.session().socket(id).unwrap().fd.unwrap();
    let flags = MsgFlags::default();
    let recv = Call::Recv {
        fd,
        len: 4096,
        flags,
    };
    play.fail(Actor::CLIENT, Some(id), recv, Errno::ECONNRESET);
    assert_eq!(next_step(&play.session()).unwrap(), "client close");
    assert_eq!(keys(&play.session(), Actor::CLIENT), "XSRO");
}
