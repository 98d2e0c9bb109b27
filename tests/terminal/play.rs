//! Free play: typing with completion and history, mistakes, the menu, capital letters, cancelling, more clients, the
//! script changed and run anew.

use crate::stage::{Stage, fourline};
use socket2::{Domain, Socket, Type};
use std::net::SocketAddr;

fn at_the_beginning() -> Stage {
    let stage = fourline("").start();
    stage.until("Nothing has happened yet");
    stage
}

fn listening() -> Stage {
    let stage = at_the_beginning();
    stage.statement("server listen 0");
    stage.until("LISTEN");
    stage.settled();
    stage
}

#[test]
fn tab_completes_what_is_typed() {
    let stage = at_the_beginning();
    stage.keys(":");
    stage.type_text("ser");
    stage.until(" ser");
    stage.keys("Tab");
    stage.until("server listen");
    stage.keys("Tab Tab");
    stage.until("Take the first connection out of the accept queue");
    stage.keys("BackTab");
    stage.gone("Take the first connection out of the accept queue");
    stage.keys("Esc");
    stage.until("▸ server listen");
}

#[test]
fn a_mistake_is_told_where_one_types() {
    let stage = at_the_beginning();
    stage.statement("server lisen");
    stage.until("`lisen` is not a verb; did you mean `listen`?");
    assert!(stage.screen().contains(": server lisen"));
    // The line is still there to be put right.
    for _ in 0..2 {
        stage.keys("Backspace");
    }
    stage.gone("did you mean");
    stage.type_text("ten 0");
    stage.until(": server listen 0");
    stage.keys("Enter");
    stage.until("LISTEN");
}

#[test]
fn what_was_typed_comes_back_with_up() {
    let stage = at_the_beginning();
    stage.statement("server listen 0");
    stage.until("LISTEN");
    stage.statement("client connect");
    stage.until("ESTABLISHED");
    stage.keys(":");
    stage.keys("Up");
    stage.until(": client connect");
    stage.keys("Up");
    stage.until(": server listen 0");
    stage.keys("Down");
    stage.until(": client connect");
    stage.keys("Esc");
    stage.gone(": client connect");
}

#[test]
fn pasted_text_opens_the_bar_and_runs_nothing() {
    let stage = at_the_beginning();
    stage.type_text("\x1b[200~server listen 0\nclient connect\x1b[201~");
    stage.until(": server listen 0 client connect");
    let screen = stage.settled();
    assert!(!screen.contains("LISTEN"), "{screen}");
}

#[test]
fn enter_opens_the_menu_of_calls() {
    let stage = listening();
    stage.keys("Enter");
    stage.until("SERVER CAN NOW");
    stage.until("A  server accept");
    stage.keys("Enter");
    stage.gone("SERVER CAN NOW");
    stage.until("accept waits");
}

#[test]
fn tab_in_the_menu_puts_the_call_into_the_bar() {
    let stage = listening();
    stage.keys("Enter");
    stage.until("SERVER CAN NOW");
    stage.keys("Tab");
    stage.until(": server accept");
    let screen = stage.settled();
    assert!(!screen.contains("accept waits"), "{screen}");
}

#[test]
fn capital_letters_make_the_calls() {
    let stage = at_the_beginning();
    stage.keys("L");
    stage.until("LISTEN");
    stage.settled();
    stage.keys("C");
    stage.until("ESTABLISHED");
    stage.settled();
    stage.keys("A");
    stage.until("✔ accept");
    stage.settled();
    stage.keys("Tab Tab");
    stage.settled();
    stage.keys("S");
    stage.until("send returned");
    stage.settled();
    stage.keys("BackTab BackTab");
    stage.settled();
    stage.keys("R");
    stage.until("recv returned");
    stage.settled();
    stage.keys("X");
    stage.until("FIN-WAIT-2");
}

#[test]
fn a_letter_that_makes_no_sense_says_so() {
    let stage = at_the_beginning();
    stage.keys("R");
    stage.until("R makes no sense at the moment");
}

#[test]
fn ctrl_k_cancels_a_waiting_accept() {
    let stage = listening();
    stage.keys("A");
    stage.until("accept waits");
    stage.settled();
    stage.keys("Ctrl-K");
    stage.until("EINTR");
    stage.settled();
    stage.keys("Ctrl-K");
    stage.until("No call waits");
}

#[test]
fn a_second_client_calls_too() {
    let stage = listening();
    stage.statement("client connect");
    stage.until("accept queue  1 of 6");
    stage.statement("client2 connect");
    stage.until("accept queue  2 of 6");
    stage.settled();
    stage.keys("o");
    stage.until("CLIENT2");
}

#[test]
fn again_begins_anew() {
    let stage = at_the_beginning();
    for step in 1..=4 {
        stage.settled();
        stage.keys("Space");
        stage.until(&format!("step {step} of 11"));
    }
    stage.until("written 15");
    stage.settled();
    stage.statement("again 1");
    stage.until("step 0 of 11");
    let screen = stage.settled();
    assert!(screen.contains("no socket yet"), "{screen}");
    assert!(screen.contains("written 0"), "{screen}");
    stage.keys("Space");
    stage.until("LISTEN");
}

#[test]
fn a_changed_statement_runs_again_from_there() {
    let stage = at_the_beginning();
    for step in 1..=5 {
        stage.settled();
        stage.keys("Space");
        stage.until(&format!("step {step} of 11"));
    }
    stage.until("read 15");
    stage.settled();
    stage.keys("i");
    stage.until("THE SCRIPT");
    // From the next statement, the sixth, up to the fourth.
    stage.keys("Up Up");
    stage.settled();
    stage.keys("Enter");
    stage.until(": client send \"hello, server");
    stage.settled();
    stage.type_text(" and all");
    stage.until("hello, server and all");
    stage.keys("Enter");
    stage.until("step 4 of 11");
    stage.until("written 23");
    stage.settled();
    stage.keys("Space");
    stage.until("read 23");
}

#[test]
fn a_refused_connection_is_told_and_the_program_goes_on() {
    let stage = at_the_beginning();
    // A port that is taken, so that nobody else gets it, but that nobody listens on.
    let taken = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    taken
        .bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())
        .unwrap();
    let port = taken.local_addr().unwrap().as_socket_ipv4().unwrap().port();
    stage.statement(&format!("client connect {port}"));
    stage.until("ECONNREFUSED");
    stage.settled();
    stage.keys("Space");
    stage.until("LISTEN");
}
