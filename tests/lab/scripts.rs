use crate::stage::{lab, program};
use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
};

/// Every script that is shipped, in the lab; all of them at once, since each has a lab of its own.
#[test]
fn every_claim_of_the_shipped_scripts_holds_in_the_lab() {
    if lab().is_none() {
        return;
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/scripts");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "fourline"))
        .collect();
    files.sort();
    assert!(files.len() >= 6, "{files:?}");
    let children: Vec<_> = files
        .iter()
        .map(|file| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_fourline"));
            command.args(["check", "--network", "lab"]).arg(file);
            (file, std::thread::spawn(move || command.output().unwrap()))
        })
        .collect();
    for (file, child) in children {
        let ended = child.join().unwrap();
        let told = String::from_utf8_lossy(&ended.stdout);
        assert!(ended.status.success(), "{}: {told}", file.display());
        assert!(told.contains(" held, 0 did not"), "{told}");
    }
}

/// Programs of somebody's own are inside the lab, may take a port there that is for privileged programs elsewhere, and
/// are gone with it.
#[test]
fn a_program_of_ones_own_runs_on_its_side() {
    if lab().is_none() {
        return;
    }
    let script = "spawn server sh -c \"cat /proc/net/dev; grep CapAmb /proc/self/status\"\n\
                  spawn client sh -c \"cat /proc/net/dev; sleep 600 & echo $! sleeps; wait\"\n\
                  expect server printed \"server0:\" within 30s\nexpect client printed \"client0:\" within 30s\n\
                  expect server printed \"CapAmb:\\t0000000000003400\" within 30s\n\
                  expect client printed \" sleeps\\n\" within 30s\n";
    let mut shell = Command::new(program())
        .args(["shell", "--network", "lab"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = shell.stdin.take().unwrap();
    input.write_all(script.as_bytes()).unwrap();
    drop(input);
    let ended = shell.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success(), "{told}");
    let sleeps = told
        .lines()
        .find_map(|line| line.split_once("prints \"")?.1.split_once(" sleeps"));
    let sleeps: u32 = sleeps.unwrap().0.parse().unwrap();
    assert!(!PathBuf::from(format!("/proc/{sleeps}")).exists(), "{told}");
}
