//! A person who presses only Space is walked through the four lines, and can look back at every moment.

use crate::stage::{Stage, fourline};

/// The steps of the script that ships, and what is on the screen when each of them is done.
const STEPS: [(&str, &[&str]); 11] = [
    (
        "step 1 of 11",
        &[
            "✔ socket ✔ bind ✔ listen",
            "LISTEN",
            "2 client connects, sends",
        ],
    ),
    ("step 2 of 11", &["accept waits", "accept(", "waits"]),
    ("step 3 of 11", &["✔ connect", "✔ accept", "ESTABLISHED"]),
    (
        "step 4 of 11",
        &[
            "✔ socket ✔ connect ✔ send",
            "hello, server",
            "send returned 15",
            "written 15",
        ],
    ),
    (
        "step 5 of 11",
        &["✔ accept ✔ recv", "recv returned 15", "read 15"],
    ),
    (
        "step 6 of 11",
        &["✔ accept ✔ recv ✔ send", "I have received it", "written 20"],
    ),
    ("step 7 of 11", &["✔ recv", "recv returned 20", "read 20"]),
    (
        "step 8 of 11",
        &["✔ recv ✔ server closes", "FIN-WAIT-2", "CLOSE-WAIT"],
    ),
    ("step 9 of 11", &["recv returned 0"]),
    ("step 10 of 11", &["CLOSED", "TIME-WAIT"]),
    ("step 11 of 11", &["That was the whole conversation"]),
];

/// What is happening, in the box of that name.
fn happening(screen: &str) -> String {
    let after = screen
        .lines()
        .skip_while(|l| !l.contains("WHAT IS HAPPENING"));
    after.skip(1).take(2).collect()
}

fn walk(stage: &Stage) {
    for (step, texts) in STEPS {
        stage.settled();
        stage.keys("Space");
        stage.until(step);
        for text in texts {
            stage.until(text);
        }
    }
    stage.settled();
}

#[test]
fn space_alone_walks_through_the_four_lines() {
    let mut stage = fourline("").start();
    stage.until("Nothing has happened yet");
    let mut before = happening(&stage.screen());
    for (step, texts) in STEPS {
        stage.keys("Space");
        stage.until(step);
        for text in texts {
            stage.until(text);
        }
        let now = happening(&stage.settled());
        if step != "step 11 of 11" {
            assert_ne!(now, before, "{step} says nothing new");
        }
        before = now;
    }
    let lit = "✔ socket ✔ bind ✔ listen   ││ ✔ socket ✔ connect ✔ send  ││ ✔ accept ✔ recv ✔ send     ││ ✔ recv ✔ server closes";
    stage.until(lit);
    for _ in 0..5 {
        stage.keys("Space");
        stage.settled();
    }
    assert!(stage.screen().contains(lit), "{}", stage.screen());
    stage.keys("q");
    stage.until("y");
    stage.keys("y");
    assert_eq!(stage.code(), 0);
}

#[test]
fn a_clicker_s_page_keys_walk_too() {
    let stage = fourline("").start();
    stage.until("Nothing has happened yet");
    stage.keys("PageDown");
    stage.until("step 1 of 11");
    stage.settled();
    stage.keys("PageDown");
    stage.until("step 2 of 11");
    stage.settled();
    stage.keys("PageUp");
    stage.gone("live");
}

#[test]
fn every_moment_looks_the_same_on_the_way_back_and_forth() {
    let stage = fourline("").start();
    stage.until("Nothing has happened yet");
    walk(&stage);
    let mut back = Vec::new();
    loop {
        stage.keys("Left");
        let screen = stage.settled();
        if screen.contains("This is the first moment") {
            break;
        }
        assert!(!screen.contains("live"), "{screen}");
        back.push(screen);
        assert!(back.len() < 100, "the way back has no end");
    }
    assert!(back.len() >= STEPS.len(), "only {} moments", back.len());
    // The word that there is nothing before it goes with the next key.
    stage.keys("Home");
    stage.gone("This is the first moment");
    assert_eq!(stage.settled(), back[back.len() - 1]);
    for (moments, frame) in back.iter().rev().enumerate().skip(1) {
        stage.keys("Right");
        let screen = stage.settled();
        assert_eq!(&screen, frame, "moment {moments} from the start");
    }
    stage.keys("End");
    stage.until("live");
    stage.keys("Home");
    stage.until_screen("the first moment", |screen| screen == back[back.len() - 1]);
    stage.keys("End");
    stage.until("live");
    stage.until("step 11 of 11");
}

#[test]
fn a_held_view_stays_while_things_go_on() {
    let stage = fourline("").start();
    stage.until("Nothing has happened yet");
    stage.keys("f");
    stage.until("The view is held");
    stage.statement("server listen 0");
    stage.until("LISTEN");
    stage.keys("f");
    stage.until("The view is held");
    let held = stage.settled();
    // Somebody else calls our server: the view must not show it before it is let go.
    let _peer = std::net::TcpStream::connect(("127.0.0.1", stage.port())).unwrap();
    stage.settled();
    let queue = "accept queue  1 of 6";
    assert!(!stage.screen().contains(queue), "{held}");
    stage.keys("f");
    stage.until(queue);
}
