//! Any size, at any time.

use crate::stage::fourline;

#[test]
fn a_window_that_is_too_small_is_told_and_a_larger_one_shows_all() {
    let stage = fourline("").size(60, 20).start();
    stage.until("fourline needs 80x24; this is 60x20");
    stage.until("Make the window");
    stage.resize(120, 36);
    stage.until("Nothing has happened yet");
    stage.resize(79, 36);
    stage.until("this is 79x36");
    stage.resize(80, 23);
    stage.until("this is 80x23");
    stage.resize(80, 24);
    stage.until("Nothing has happened yet");
    stage.keys("Space");
    stage.until("LISTEN");
}

#[test]
fn keys_do_what_they_do_while_nothing_can_be_seen() {
    let mut stage = fourline("").size(30, 8).start();
    stage.until("fourline needs");
    stage.keys("Space");
    stage.settled();
    stage.resize(120, 36);
    stage.until("LISTEN");
    stage.resize(30, 8);
    stage.until("fourline needs");
    stage.keys("q y");
    assert_eq!(stage.code(), 0);
}

/// Sizes that are the same every time: a linear congruence, as in Numerical Recipes.
fn sizes() -> impl Iterator<Item = (u16, u16)> {
    let mut state = 10_008_u32;
    let mut next = move |most: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u16::try_from((state >> 8) % most + 1).unwrap()
    };
    std::iter::repeat_with(move || (next(300), next(100)))
}

#[test]
fn two_hundred_sizes_while_it_plays() {
    let mut stage = fourline("demo --pace 50ms --loop").start();
    stage.until("✔ bind");
    let corners = [
        (1, 1),
        (300, 100),
        (1, 100),
        (300, 1),
        (2, 2),
        (80, 24),
        (79, 23),
    ];
    for (i, (cols, rows)) in corners.into_iter().chain(sizes()).take(200).enumerate() {
        stage.resize(cols, rows);
        // Every screen, and what can lie over it, gets its share.
        let keys = [
            "1", "2", "3", "4", "5", "6", "?", "?", "w", "w", "i", "i", "z", "z", ":", "Enter",
        ];
        stage.keys(keys[i % keys.len()]);
        if i % 5 == 0 {
            let before = stage.written();
            stage.eventually("a frame", || stage.written() > before);
        }
    }
    stage.resize(120, 36);
    // Whatever the storm has left open is closed first, each with a key of its own.
    for _ in 0..3 {
        let before = stage.written();
        stage.keys("Esc");
        stage.eventually("a frame", || stage.written() > before);
    }
    stage.keys("1");
    stage.until("WHAT IS HAPPENING");
    stage.keys("a");
    stage.settled();
    // A frame of this very size, whole.
    let screen = stage.screen();
    assert_eq!(screen.lines().count(), 36, "{screen}");
    assert!(
        screen.lines().next().unwrap().starts_with(" fourline"),
        "{screen}"
    );
    for box_ in [
        "1 server waits",
        "SERVER",
        "CABLE",
        "CLIENT",
        "WHERE ARE THE BYTES?",
    ] {
        assert!(screen.contains(box_), "no {box_} in\n{screen}");
    }
    stage.keys("Ctrl-C");
    assert_eq!(stage.code(), 0);
}
