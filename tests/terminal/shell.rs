//! The plain prompt, in a terminal and in a pipe.

use crate::{
    stage::{Stage, fourline},
    without::{Told, run},
};

fn prompt() -> Stage {
    let stage = fourline("shell").start();
    stage.until("Type a statement, help, or quit.");
    stage.until("fourline> ");
    stage
}

#[test]
fn statements_at_a_prompt_tell_their_story() {
    let mut stage = prompt();
    stage.type_text("server listen 0\r");
    stage.until("-> LISTEN");
    stage.type_text("client connect\r");
    stage.until("CLOSED -> ESTABLISHED");
    stage.type_text("client send \"hello\"\r");
    stage.until("send(");
    stage.type_text("quit\r");
    assert_eq!(stage.code(), 0);
}

#[test]
fn up_brings_back_what_was_typed() {
    let stage = prompt();
    stage.type_text("server listen 0\r");
    stage.until("-> LISTEN");
    stage.settled();
    stage.keys("Up");
    stage.until_screen("the statement again", |screen| {
        screen.matches("fourline> server listen 0").count() == 2
    });
}

#[test]
fn a_mistake_shows_its_place_and_the_prompt_comes_again() {
    let stage = prompt();
    stage.type_text("server lisen\r");
    stage.until("did you mean `listen`?");
    stage.type_text("server listen 0\r");
    stage.until("-> LISTEN");
    stage.type_text("server accept\r");
    stage.until(") waits");
    // While the call waits, one can go on.
    stage.type_text("server cancel\r");
    stage.until("EINTR");
}

#[test]
fn help_lists_the_verbs() {
    let stage = prompt();
    stage.type_text("help listen\r");
    stage.until("As in: server listen");
}

#[test]
fn ctrl_d_ends_it_and_the_terminal_is_as_before() {
    let mut stage = fourline("shell").under_a_shell().start();
    stage.until("fourline> ");
    stage.settled();
    stage.keys("Ctrl-D");
    stage.end();
    assert_eq!(stage.noted("code").trim(), "0");
    assert_eq!(stage.noted("before"), stage.noted("after"));
}

#[test]
fn in_a_pipe_it_reads_statements_and_tells_the_story() {
    let Told { out, code, .. } = run(
        &["shell", "--listen", "127.0.0.1:0"],
        "server listen 0\nclient connect\nclient send \"hello\"\nserver accept\nserver recv\nexpect server recv \"hello\"\n",
    );
    assert_eq!(code, 0, "{out}");
    for told in ["listen", "connect", "hello", "recv"] {
        assert!(out.contains(told), "no {told} in\n{out}");
    }
    assert!(!out.contains('\x1b'), "{out}");
}

#[test]
fn in_a_pipe_its_exit_code_tells() {
    let shell = |lines: &str| run(&["shell", "--listen", "127.0.0.1:0"], lines);
    assert_eq!(shell("").code, 0);
    assert_eq!(shell("# a remark\n\n").code, 0);
    assert_eq!(shell("quit\nnothing of this\n").code, 0);
    let told = shell("server lisen\nserver listen 0\n");
    assert_eq!(told.code, 2);
    assert!(
        told.out.contains("did you mean") && told.out.contains("LISTEN"),
        "{}",
        told.out
    );
    assert_eq!(shell("expect line 4 within 10ms\n").code, 1);
    // A call that fails is a fact.
    assert_eq!(shell("client send \"hello\"\n").code, 0);
}

#[test]
fn what_is_typed_ahead_is_not_lost() {
    let mut stage = prompt();
    stage.type_text("server listen 0\rclient connect\rserver accept\rquit\r");
    assert_eq!(stage.code(), 0);
    let screen = stage.screen();
    assert!(screen.contains("accept("), "{screen}");
}
