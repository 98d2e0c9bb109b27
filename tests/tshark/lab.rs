//! Conversations of the lab: what the journal tells of each packet is what tshark reads in the same bytes, and what we
//! find notable is what its analysis finds. What differs on purpose is named (see `compare::Difference`).

use crate::{
    compare::{told_by, what_was_told_agrees},
    reading::{has_tshark, read_by_tshark},
};
use fourline::{
    model::{
        event::{Event, Fact},
        packet::{Arrival, Fate},
    },
    os::lab::Lab,
};
use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_fourline");

/// Every script of the lab that ships with the tests.
fn scripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations/lab");
    let files = fs::read_dir(folder).unwrap().map(|f| f.unwrap().path());
    let mut scripts: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|e| e == "fourline"))
        .collect();
    scripts.sort();
    scripts
}

/// Whether there can be a lab here.
fn has_lab() -> bool {
    match Lab::open(Path::new(PROGRAM)) {
        Ok(_) => true,
        Err(refusal) => {
            assert!(env::var_os("CI").is_none(), "{refusal} {}", refusal.fix());
            println!("skipped: {refusal}");
            false
        }
    }
}

/// Those of the scripts whose place in the list is this one of three: so they are run side by side.
fn third(part: usize) {
    if !has_tshark() || !has_lab() {
        return;
    }
    let mut compared = 0;
    for script in scripts().iter().skip(part).step_by(3) {
        let out = Command::new(PROGRAM)
            .args(["run", "--network", "lab", "--json"])
            .arg(script)
            .output()
            .unwrap();
        let journal = String::from_utf8(out.stdout).unwrap();
        // Packets that were told together are not in the journal one by one, so tshark would find them missing.
        let whole = journal.lines().skip(1).all(|line| {
            let event: Event = serde_json::from_str(line).unwrap();
            match &event.fact {
                Fact::Passed { .. } => false,
                Fact::Packet(packet) => !packet.merged && packet.bytes.omitted == 0,
                _ => true,
            }
        });
        if !whole {
            continue;
        }
        let told = told_by(&journal);
        println!("{}: {} packets", script.display(), told.len());
        let named = what_was_told_agrees(&told);
        println!("    {named:?}");
        compared += told.len();
    }
    assert!(compared > 50, "only {compared} packets were compared");
}

#[test]
fn what_is_told_of_the_labs_packets_is_what_tshark_reads() {
    third(0);
}

#[test]
fn what_is_told_of_more_of_them_is_too() {
    third(1);
}

#[test]
fn and_of_the_rest() {
    third(2);
}

/// In the order of arrival, what comes early is to tshark a gap before it: the previous segment was not captured yet.
#[test]
fn what_arrives_out_of_order_is_a_gap_for_tshark_too() {
    if !has_tshark() || !has_lab() {
        return;
    }
    let script =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations/lab/swapped-data.fourline");
    let out = Command::new(PROGRAM)
        .args(["run", "--network", "lab", "--json"])
        .arg(script)
        .output()
        .unwrap();
    let journal = String::from_utf8(out.stdout).unwrap();
    let mut entered = BTreeMap::new();
    let mut arrived = Vec::new();
    let mut early = Vec::new();
    for line in journal.lines().skip(1) {
        let event: Event = serde_json::from_str(line).unwrap();
        if let Fact::Packet(packet) = &event.fact {
            entered.extend(told_by(line).pop().map(|told| (packet.number, told)));
        }
        if let Fact::Fate {
            packet,
            fate: Fate::Delivered,
            arrival,
            ..
        } = event.fact
            && let Some(told) = entered.get(&packet)
        {
            if arrival == Some(Arrival::OutOfOrder) {
                early.push(arrived.len());
            }
            let mut told = told.clone();
            told.at = event.at_ns;
            arrived.push(told);
        }
    }
    let frames = read_by_tshark(&arrived);
    let gaps: Vec<usize> = (0..frames.len())
        .filter(|&i| {
            frames[i]
                .iter()
                .any(|f| f.name == "tcp.analysis.lost_segment")
        })
        .collect();
    assert!(!early.is_empty(), "something was swapped");
    assert_eq!(early, gaps, "ours, and tshark's");
}
