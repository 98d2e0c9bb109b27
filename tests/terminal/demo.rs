//! For an audience: it plays by itself.

use crate::stage::fourline;

const ALL_LIT: &str = "✔ recv ✔ server closes";

#[test]
fn it_plays_to_the_end_by_itself() {
    let mut stage = fourline("demo --pace 50ms").start();
    stage.until(ALL_LIT);
    stage.until("step 11 of 11");
    stage.until("The script is at its end");
    stage.settled();
    stage.keys("Ctrl-C");
    assert_eq!(stage.code(), 0);
}

#[test]
fn with_loop_it_begins_anew() {
    let stage = fourline("demo --pace 50ms --loop").start();
    for _ in 0..3 {
        stage.until(ALL_LIT);
        stage.gone(ALL_LIT);
    }
}

#[test]
fn a_stops_it_and_lets_it_go_on() {
    let stage = fourline("demo --pace 200ms").start();
    stage.until("✔ listen");
    stage.keys("a");
    let held = stage.settled();
    assert!(!held.contains(ALL_LIT), "{held}");
    stage.keys("a");
    stage.until(ALL_LIT);
}

#[test]
fn plus_and_minus_change_the_pace() {
    let stage = fourline("demo --pace 1s").start();
    stage.keys("+");
    stage.until("A step every 0.8 s");
    stage.keys("-");
    stage.until("A step every 1 s");
    stage.keys("-");
    stage.until("A step every 1.5 s");
}
