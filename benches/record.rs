//! How fast a big recording opens, as ratios measured side by side in one run: `cargo bench --bench record`.
//!
//! A recording of a million packets, each delivered, is written; then these open the same file in turn:
//!
//! ```text
//!   fourline    in a pseudo-terminal: until the first screen stands; until all is indexed, and the most memory it took
//!   tshark      -r, read only, to the end, with its output thrown away
//!   termshark   in a pseudo-terminal, until its first screen stands (where it is installed)
//!   export      fourline export --to jsonl, thrown away: events a second
//! ```
//!
//! Nothing is asserted in figures of time: machines differ.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark asks what time it is, prints, and fails at once"
)]

use fourline::{
    model::{
        event::{Event, Fact, ScriptLine, Sight, Source},
        ids::{EventId, Nanos, Side},
        packet::{Decider, Fate, Packet, PacketNo, TcpFlags},
        payload::Payload,
    },
    packet::{Tracker, brief, complete_checksum},
    record::Recorder,
};
use std::{
    env, fs,
    io::{BufWriter, Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread::{self, sleep},
    time::{Duration, Instant},
};

fn main() {
    // `cargo test` builds and starts benchmarks too; then a small file is enough.
    let quick = !env::args().any(|arg| arg == "--bench");
    let packets = if quick { 2_000 } else { 1_000_000 };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("bench-{}.pcapng", std::process::id()));
    let begun = Instant::now();
    let events = write(&file, packets);
    let size = fs::metadata(&file).unwrap().len();
    println!(
        "{packets} packets, {events} events, {} MB, recorded in {:.2?}",
        size / 1_000_000,
        begun.elapsed()
    );
    let rounds = if quick { 1 } else { 3 };
    let mut first = Vec::new();
    let mut tshark = Vec::new();
    for round in 1..=rounds {
        let read = run(Command::new("tshark").args(["-n", "-r"]).arg(&file));
        if let Some((took, memory)) = read {
            println!(
                "{round}: tshark -r       {took:>9.2?}  {:>5} MB",
                memory >> 20
            );
            tshark.push(took);
        } else {
            println!("{round}: tshark is not here");
        }
        let shown = in_a_terminal(
            Command::new(env!("CARGO_BIN_EXE_fourline")).arg(&file),
            true,
        );
        println!(
            "{round}: fourline        {:>9.2?} to the first screen, {:.2?} to the end, {} MB at most: {} bytes an event",
            shown.first,
            shown.rested,
            shown.memory >> 20,
            shown.memory / events.max(1)
        );
        first.push(shown.first);
        if Command::new("termshark").arg("--version").output().is_ok() {
            let mut command = Command::new("termshark");
            command
                .arg("-r")
                .arg(&file)
                .env("XDG_CACHE_HOME", folder)
                .env("HOME", folder);
            let shown = in_a_terminal(&mut command, false);
            println!(
                "{round}: termshark       {:>9.2?} to the first screen, {:.2?} until it rests, {} MB at most",
                shown.first,
                shown.rested,
                shown.memory >> 20
            );
        }
        let mut export = Command::new(env!("CARGO_BIN_EXE_fourline"));
        export.arg("export").arg(&file).args(["--to", "jsonl"]);
        if let Some((took, memory)) = run(&mut export) {
            println!(
                "{round}: export jsonl    {took:>9.2?}  {:>5} MB: {:.0} events a second",
                memory >> 20,
                events as f64 / took.as_secs_f64()
            );
        }
    }
    if let (Some(ours), Some(theirs)) = (median(&mut first), median(&mut tshark)) {
        let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
        println!("first screen / tshark's reading: {ratio:.4} (goal 0.1)");
    }
    fs::remove_file(&file).unwrap();
}

fn median(all: &mut [Duration]) -> Option<Duration> {
    all.sort_unstable();
    all.get(all.len() / 2).copied()
}

/// Runs a program to its end; how long that took, and the most memory that it had, in bytes.
fn run(command: &mut Command) -> Option<(Duration, u64)> {
    let begun = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut memory = 0;
    loop {
        memory = memory.max(most_memory(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{command:?}");
            return Some((begun.elapsed(), memory));
        }
        sleep(Duration::from_millis(2));
    }
}

/// `VmHWM`: the most memory that a process had so far, in bytes.
fn most_memory(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let number = line.and_then(|l| l.trim().trim_end_matches(" kB").parse().ok());
    number.unwrap_or(0) * 1024
}

/// What a program did in a terminal.
struct Shown {
    /// Until something stood on the screen.
    first: Duration,
    /// Until nothing more was to be done: it used no processor for a while.
    rested: Duration,
    /// The most memory that it had, in bytes.
    memory: u64,
}

fn in_a_terminal(command: &mut Command, ours: bool) -> Shown {
    let (pty, pts) = pty_process::blocking::open().unwrap();
    pty.resize(pty_process::Size::new(36, 120)).unwrap();
    let begun = Instant::now();
    let mut started = pty_process::blocking::Command::new(command.get_program())
        .args(command.get_args())
        .env("TERM", "xterm-256color");
    for (name, value) in command.get_envs() {
        started = started.env(name, value.unwrap_or_default());
    }
    let child = started.spawn(pts).unwrap();
    let pid = child.id();
    let pty = Arc::new(pty);
    let (first, bytes) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicUsize::new(0)));
    let eyes = {
        let (pty, first, bytes) = (Arc::clone(&pty), Arc::clone(&first), Arc::clone(&bytes));
        thread::spawn(move || {
            let mut buffer = [0; 16384];
            while let Ok(count @ 1..) = (&*pty).read(&mut buffer) {
                // A whole frame is thousands of bytes; what comes before it asks the terminal something.
                if bytes.fetch_add(count, Ordering::Relaxed) + count > 3000 {
                    let took = begun.elapsed().as_nanos() as u64;
                    let _ = first.compare_exchange(0, took, Ordering::Relaxed, Ordering::Relaxed);
                }
            }
        })
    };
    let rested = rest(pid, begun);
    let memory = most_memory(pid);
    end(child, &pty, ours);
    eyes.join().unwrap();
    Shown {
        first: Duration::from_nanos(first.load(Ordering::Relaxed)),
        rested,
        memory,
    }
}

/// Waits until a process has used no processor for half a second; when that began.
fn rest(pid: u32, begun: Instant) -> Duration {
    let used = || {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let fields: Vec<u64> = stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|f| f.parse().ok())
            .collect();
        fields.iter().sum::<u64>()
    };
    let (mut before, mut since) = (u64::MAX, begun.elapsed());
    while begun.elapsed() < Duration::from_mins(2) {
        let now = used();
        // A tick or two are a clock on the screen.
        if before == u64::MAX || now > before + 1 {
            (before, since) = (now, begun.elapsed());
        } else if begun.elapsed() > since + Duration::from_millis(500) {
            return since;
        }
        sleep(Duration::from_millis(20));
    }
    since
}

fn end(mut child: Child, pty: &pty_process::blocking::Pty, ours: bool) {
    if ours {
        (&*pty).write_all(b"\x03").unwrap();
    } else {
        child.kill().unwrap();
    }
    child.wait().unwrap();
}

/// Writes a recording of a conversation; how many events it has.
fn write(path: &Path, packets: u64) -> u64 {
    let mut out = BufWriter::with_capacity(1 << 20, fs::File::create(PathBuf::from(path)).unwrap());
    let mut recorder = Recorder::begin(&mut out, 1_763_866_800_000_000_000).unwrap();
    let mut tracker = Tracker::new();
    let mut id = 0;
    let mut tell = |at: u64, source, fact, message: &str| {
        id += 1;
        let event = Event {
            id: EventId(id),
            at_ns: Nanos(at),
            happened_ns: None,
            who: None,
            source,
            fact,
            cause: None,
        };
        recorder.event(&mut out, &event, message).unwrap();
        id
    };
    let begin = Fact::Begin {
        network: "lab".to_owned(),
        script: Vec::<ScriptLine>::new(),
        server: "10.0.0.1:10008".parse().unwrap(),
        sight: Sight::Cable,
        no_lab: None,
    };
    tell(0, Source::Program, begin, "a conversation");
    let (mut sent, mut last) = (1_u32, 0);
    for number in 1..=packets {
        let at = number * 10_000;
        let (toward, flags, seq, ack, len) = match number {
            1 => (Side::Server, TcpFlags::SYN, 0, 0, 0),
            2 => (Side::Client, TcpFlags::SYN | TcpFlags::ACK, 0, 1, 0),
            n if n % 2 == 1 => (Side::Server, TcpFlags::PSH | TcpFlags::ACK, sent, 1, 100),
            _ => (Side::Client, TcpFlags::ACK, 1, sent, 0),
        };
        let bytes = segment(toward, flags, seq, ack, len);
        sent = sent.wrapping_add(len);
        let brief = brief(&bytes);
        let entered = tracker.enters(PacketNo(number), Nanos(at), &brief);
        let packet = Packet {
            number: PacketNo(number),
            toward,
            socket: None,
            protocol: brief.protocol,
            from: brief.from,
            to: brief.to,
            tcp: entered.tcp,
            len: brief.len,
            notable: entered.notable,
            again: entered.again,
            copy_of: None,
            made_by_cable: false,
            merged: false,
            bytes: Payload::capped(&bytes, 2048),
        };
        let message = format!("packet {number}: {len} bytes");
        tell(at, Source::Cable, Fact::Packet(Box::new(packet)), &message);
        let fate = Fact::Fate {
            packet: PacketNo(number),
            fate: Fate::Delivered,
            decided_by: Decider::Cable,
            arrival: None,
        };
        last = tell(at + 1000, Source::Cable, fate, "delivered");
    }
    out.flush().unwrap();
    last
}

/// A segment with right checksums.
fn segment(toward: Side, flags: TcpFlags, seq: u32, ack: u32, len: u32) -> Vec<u8> {
    let total = 40 + len as u16;
    let (from, to) = match toward {
        Side::Server => (([10, 0, 0, 2], 49164_u16), ([10, 0, 0, 1], 10008_u16)),
        Side::Client => (([10, 0, 0, 1], 10008), ([10, 0, 0, 2], 49164)),
    };
    let mut bytes = vec![0x45, 0];
    bytes.extend(total.to_be_bytes());
    bytes.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
    bytes.extend(from.0);
    bytes.extend(to.0);
    bytes.extend(from.1.to_be_bytes());
    bytes.extend(to.1.to_be_bytes());
    bytes.extend((1000 + seq).to_be_bytes());
    bytes.extend(
        if flags.has(TcpFlags::ACK) {
            1000 + ack
        } else {
            0
        }
        .to_be_bytes(),
    );
    bytes.extend([0x50, flags.0, 0xfa, 0xf0, 0, 0, 0, 0]);
    bytes.extend((0..len).map(|i| b'a' + (i % 26) as u8));
    let sum = bytes[..20]
        .chunks(2)
        .fold(0_u32, |s, w| s + u32::from(w[0]) * 256 + u32::from(w[1]));
    let sum = (sum & 0xffff) + (sum >> 16);
    let sum = !((sum & 0xffff) + (sum >> 16)) as u16;
    bytes[10..12].copy_from_slice(&sum.to_be_bytes());
    complete_checksum(&mut bytes);
    bytes
}
