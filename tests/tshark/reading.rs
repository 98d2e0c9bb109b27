//! Has tshark read packets from a file.

use super::compare::Told;
use std::{
    env, fs,
    path::PathBuf,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

/// A field as tshark tells it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) at: usize,
    pub(crate) size: usize,
    pub(crate) show: String,
    pub(crate) hidden: bool,
}

/// Whether tshark is there. Its absence is a failure where everything must be tested.
pub(crate) fn has_tshark() -> bool {
    let there = Command::new("tshark").arg("--version").output();
    let there = there.is_ok_and(|o| o.status.success());
    if !there {
        assert!(
            env::var_os("CI").is_none(),
            "tshark must be there where CI is set"
        );
        println!("skipped: tshark is not installed (Debian: apt install tshark)");
    }
    there
}

/// A pcap file of raw IP packets, with time in nanoseconds.
fn pcap(told: &[Told]) -> Vec<u8> {
    let mut file = Vec::new();
    file.extend(0xa1b2_3c4d_u32.to_le_bytes());
    file.extend([2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    file.extend(u32::from(u16::MAX).to_le_bytes());
    file.extend(101_u32.to_le_bytes());
    for told in told {
        let (seconds, rest) = (told.at.0 / 1_000_000_000, told.at.0 % 1_000_000_000);
        let kept = told.bytes.len() as u32;
        let length = kept + told.omitted as u32;
        for number in [seconds as u32, rest as u32, kept, length] {
            file.extend(number.to_le_bytes());
        }
        file.extend(&told.bytes);
    }
    file
}

/// A file of the test's own, gone with it.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new(ending: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("tshark-{}-{number}.{ending}", std::process::id());
        Self(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Every packet's fields, as tshark tells them.
pub(crate) fn read_by_tshark(told: &[Told]) -> Vec<Vec<Line>> {
    let file = Scratch::new("pcap");
    fs::write(&file.0, pcap(told)).unwrap();
    let mut tshark = Command::new("tshark");
    tshark.arg("-n").arg("-r").arg(&file.0).args(["-T", "pdml"]);
    for preference in [
        "ip.defragment:FALSE",
        "ipv6.defragment:FALSE",
        "tcp.desegment_tcp_streams:FALSE",
        "ip.check_checksum:TRUE",
        "tcp.check_checksum:TRUE",
        "udp.check_checksum:TRUE",
    ] {
        tshark.args(["-o", preference]);
    }
    let out = tshark.output().unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let mut frames: Vec<Vec<Line>> = Vec::new();
    for line in String::from_utf8_lossy(&out.stdout).lines() {
        let line = line.trim_start();
        if line.starts_with("<packet>") {
            frames.push(Vec::new());
        } else if (line.starts_with("<field ") || line.starts_with("<proto "))
            && let Some(frame) = frames.last_mut()
        {
            let text = |name| attribute(line, name).unwrap_or_default();
            let number = |name| text(name).parse().unwrap_or(0);
            frame.push(Line {
                name: text("name"),
                at: number("pos"),
                size: number("size"),
                show: text("show"),
                hidden: text("hide") == "yes",
            });
        }
    }
    frames
}

fn attribute(line: &str, name: &str) -> Option<String> {
    let (_, rest) = line.split_once(&format!(" {name}=\""))?;
    Some(rest.split_once('"')?.0.to_owned())
}
