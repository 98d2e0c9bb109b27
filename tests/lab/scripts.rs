use crate::stage::lab;
use std::{fs, path::PathBuf, process::Command};

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
        assert!(told.contains("claims held, 0 did not"), "{told}");
    }
}
