//! Nothing ticks when nothing moves.

use crate::stage::{Stage, fourline, in_the_lab};
use std::{thread::sleep, time::Duration};

/// Looks away for a while, and says what it cost: processor time in ticks, and bytes written.
fn cost(stage: &Stage) -> (u64, usize) {
    stage.settled();
    let (ticks, written) = (stage.ticks(), stage.written());
    sleep(Duration::from_secs(2));
    (stage.ticks() - ticks, stage.written() - written)
}

#[test]
fn before_the_first_step_nothing_is_done() {
    let stage = fourline("").start();
    stage.until("Nothing has happened yet");
    let (ticks, written) = cost(&stage);
    assert_eq!(written, 0);
    assert!(ticks <= 5, "{ticks} ticks");
}

#[test]
fn a_conversation_at_rest_costs_nothing() {
    let stage = fourline("").start();
    stage.until("Nothing has happened yet");
    for step in 1..=7 {
        stage.settled();
        stage.keys("Space");
        stage.until(&format!("step {step} of 11"));
    }
    let (ticks, written) = cost(&stage);
    assert_eq!(written, 0);
    assert!(ticks <= 5, "{ticks} ticks");
}

#[test]
fn a_waiting_call_costs_a_second_hand() {
    let stage = fourline("").start();
    stage.until("Nothing has happened yet");
    for step in 1..=2 {
        stage.settled();
        stage.keys("Space");
        stage.until(&format!("step {step} of 11"));
    }
    stage.until("accept waits");
    let (ticks, written) = cost(&stage);
    // A few figures, a few times: a frame anew would be thousands of bytes.
    assert!(written < 1_000, "{written} bytes");
    assert!(ticks <= 20, "{ticks} ticks");
}

#[test]
fn time_wait_costs_a_second_hand_and_nothing_on_other_screens() {
    let stage = fourline("demo --pace 50ms").start();
    stage.until("The script is at its end");
    stage.until("TIME-WAIT ends in");
    let (ticks, written) = cost(&stage);
    assert!(written < 1_000, "{written} bytes");
    assert!(ticks <= 20, "{ticks} ticks");
    stage.keys("6");
    stage.until("CALLS");
    let (ticks, written) = cost(&stage);
    assert_eq!(written, 0);
    assert!(ticks <= 10, "{ticks} ticks");
}

#[test]
fn the_lab_at_rest_costs_nothing() {
    let Some(play) = in_the_lab() else { return };
    let stage = play.start();
    stage.until("plain cable");
    let (ticks, written) = cost(&stage);
    assert_eq!(written, 0);
    assert!(ticks <= 5, "{ticks} ticks");
    for step in 1..=7 {
        stage.settled();
        stage.keys("Space");
        stage.until(&format!("step {step} of 11"));
    }
    let (ticks, written) = cost(&stage);
    assert_eq!(written, 0);
    assert!(ticks <= 5, "{ticks} ticks");
}

#[test]
fn a_held_packet_costs_a_second_hand() {
    let Some(play) = in_the_lab() else { return };
    let stage = play.start();
    stage.until("plain cable");
    stage.keys("Space");
    stage.until("LISTEN");
    stage.settled();
    stage.keys("h");
    stage.until("holding all");
    stage.keys("Space");
    stage.until("accept waits");
    stage.settled();
    stage.keys("Space");
    // The kernel tries again after one second, two and four: in the last pause nothing but the time moves.
    stage.until("sends SYN again in 3");
    let (ticks, written) = cost(&stage);
    // In several places, some times a second: the whole frame as often would be hundreds of thousands of bytes.
    assert!(written < 12_000, "{written} bytes");
    assert!(ticks <= 20, "{ticks} ticks");
}
