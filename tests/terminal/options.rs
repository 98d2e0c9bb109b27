//! What is notable is named while the conversation goes on; and `9`, where it is turned off.

use crate::stage::{Stage, fourline};
use std::fs;

const UNREAD: &str = "acknowledged, but not read";

/// The client has sent, and the server has not read.
fn sent(stage: &Stage) {
    stage.until("Nothing has happened yet");
    for step in 1..=4 {
        stage.settled();
        stage.keys("Space");
        stage.until(&format!("step {step} of 11"));
    }
    stage.until(UNREAD);
}

/// Goes down to the option of this name.
fn select(stage: &Stage, name: &str) {
    let is_selected = |screen: &str| {
        let mut lines = screen.lines();
        lines.any(|l| l.contains('▶') && l.contains(&format!(" {name} ")))
    };
    stage.keys("T");
    for _ in 0..20 {
        if is_selected(&stage.settled()) {
            return;
        }
        stage.keys("Down");
    }
    panic!("{name} is not in the list:\n{}", stage.screen());
}

#[test]
fn an_insight_that_is_turned_off_is_gone_from_the_main_screen() {
    for (cols, rows) in [(80, 24), (120, 36)] {
        let stage = fourline("").size(cols, rows).start();
        sent(&stage);
        stage.keys("9");
        stage.until("OPTIONS");
        for name in ["acknowledged-unread", "unread"] {
            select(&stage, name);
            stage.keys("Enter");
            stage.until(&format!("insights.{name} = false"));
        }
        stage.keys("1");
        stage.until("WHAT IS HAPPENING");
        assert!(!stage.settled().contains(UNREAD));
        stage.keys("9");
        stage.until("OPTIONS");
        select(&stage, "acknowledged-unread");
        stage.keys("Left");
        stage.until("insights.acknowledged-unread = true");
        // Space goes on there as everywhere: the server reads.
        stage.keys("Esc");
        stage.until(UNREAD);
        stage.keys("9");
        stage.until("OPTIONS");
        stage.keys("Space");
        stage.until("step 5 of 11");
        stage.keys("1");
        stage.until("WHAT IS HAPPENING");
        stage.gone(UNREAD);
    }
}

#[test]
fn what_is_notable_can_be_read_in_full() {
    let stage = fourline("").start();
    sent(&stage);
    stage.keys("w");
    stage.until("notable now");
    stage.keys("Enter");
    stage.until("An ACK of TCP says");
    stage.keys("Enter");
    stage.gone("An ACK of TCP says");
}

#[test]
fn the_configuration_file_turns_it_off() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("insights-{}.toml", std::process::id()));
    let text = "[insights]\nacknowledged-unread = false\n";
    fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap();
    let stage = fourline("--config").arg(path).size(200, 60).start();
    stage.until("Nothing has happened yet");
    for step in 1..=4 {
        stage.settled();
        stage.keys("Space");
        stage.until(&format!("step {step} of 11"));
    }
    // The same bytes, looked at from the other end.
    stage.until("lie unread in the server's receive queue");
    stage.keys("9");
    stage.until("○ off           bytes acknowledged");
    stage.until(path);
    fs::remove_file(&file).unwrap();
}
