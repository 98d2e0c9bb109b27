//! A person whose hand is on the cable: with keys alone the SYN is held, read and let go, its answer is dropped, the
//! kernel is seen to try again, and the four lines come to their end.

use crate::stage::in_the_lab;

/// Presses of a key that may be needed until what came in between is out of the way.
const PRESSES: usize = 20;

/// Whether a row of the screen has both.
fn row_with(screen: &str, one: &str, other: &str) -> bool {
    screen
        .lines()
        .any(|row| row.contains(one) && row.contains(other))
}

#[test]
fn the_handshake_in_hand_with_keys_alone() {
    let Some(play) = in_the_lab() else { return };
    let mut stage = play.size(120, 36).start();
    stage.until("plain cable");
    stage.keys("Space");
    stage.until("LISTEN");
    stage.settled();
    stage.keys("Space");
    stage.until("accept waits");
    stage.settled();
    stage.keys("h");
    stage.until("holding all");
    stage.keys("Space");
    stage.until("You hold packet 1");
    stage.until("SYN-SENT");
    // The kernel counts down to its next try by itself.
    stage.until("sends SYN again in");

    // Read it.
    stage.keys("Tab Enter");
    stage.until("PACKET 1");
    stage.until("Sequence Number  0 (raw ");
    stage.keys("1");
    stage.until("You hold packet 1");

    // Let it go; drop what answers it, and what is sent again meanwhile.
    stage.keys("s");
    stage.until("SYN,ACK");
    for dropped in 1..=PRESSES {
        stage.until("You hold packet");
        stage.keys("d");
        stage.until(&format!("dropped {dropped}"));
        if row_with(&stage.screen(), "SYN,ACK", "dropped") {
            break;
        }
    }
    // The kernel tries again.
    stage.until("again: packet");

    stage.keys("h");
    stage.until("plain cable");
    stage.until("✔ connect");
    for step in 4..=11 {
        stage.settled();
        stage.keys("Space");
        stage.until(&format!("step {step} of 11"));
    }
    stage.until("That was the whole conversation");
    stage.keys("q y");
    assert_eq!(stage.code(), 0);
}
