use crate::stage::lab;
use std::{
    env,
    process::{Command, Stdio},
};

const CHOICE: &str = "FOURLINE_CABLE";

#[test]
fn everything_holds_over_veth_pairs_too() {
    let ended = Command::new(env::current_exe().unwrap())
        .args(["--skip", "veth::", "--test-threads=2"])
        .env(CHOICE, "veth")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success(), "{told}");
}

#[test]
fn the_choice_is_obeyed() {
    let told = Command::new(crate::stage::program())
        .arg("doctor")
        .env(CHOICE, "veth")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    if lab().is_some() {
        assert!(told.contains("with two veth pairs as its cable"), "{told}");
    }
}
