//! The conversation as a program: seen beside its calls, in another language, and saved.

use crate::{
    recorded::name,
    stage::{Home, fourline},
};
use std::fs;

#[test]
fn c_shows_a_program_that_grows_with_the_conversation_and_can_be_saved() {
    let folder = Home::new();
    let path = folder.path().join("talk.py");
    let mut stage = fourline("").size(120, 36).start();
    stage.until("Space");
    stage.keys("c");
    stage.until("CODE");
    stage.until("There is nothing to do");
    // It stays open while one goes on.
    stage.keys("Space");
    stage.until("listen(listener, 5)");
    stage.keys("Tab");
    stage.until("[Python]");
    stage.until("listener.listen(5)");
    for step in 2..=4 {
        stage.settled();
        stage.keys("Space");
        stage.until(&format!("step {step} of 11"));
    }
    stage.until("sock.sendall(b\"hello, server\\r\\n\")");
    stage.keys("e");
    stage.until("Python program to the file talk.py");
    name(&stage, &path);
    stage.until("Written: ");
    stage.until("[Python]");
    let saved = fs::read_to_string(&path).unwrap();
    assert!(saved.starts_with("#!/usr/bin/env python3\n"), "{saved}");
    assert!(saved.contains("listener.listen(5)"), "{saved}");
    // The same name again: only if it is meant.
    stage.keys("Tab Enter");
    stage.until("PHP program to the file talk.php");
    name(&stage, &path);
    stage.until("This file exists already");
    stage.keys("Enter");
    stage.until("Written: ");
    let saved = fs::read_to_string(&path).unwrap();
    assert!(saved.starts_with("<?php\n"), "{saved}");
    stage.keys("c");
    stage.gone("CODE");
    stage.keys("q y");
    assert_eq!(stage.code(), 0);
}
