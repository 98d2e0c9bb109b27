use super::{journal, laws, there, view};
use crate::common::{Script, Story, end};
use std::fmt::Write;

/// Statements of which any may follow any other. Some cannot be: then they are refused, or fail, and that is a fact.
const STATEMENTS: [&str; 40] = [
    "cable hold",
    "cable hold data",
    "cable hold ack to client",
    "cable hold next fin",
    "cable step",
    "cable step",
    "cable step",
    "cable release",
    "cable release",
    "cable drop",
    "cable drop next data",
    "cable drop every 3 to server",
    "cable dup",
    "cable dup first 2 data",
    "cable dup next ack",
    "cable swap",
    "cable swap next data to server",
    "cable swap first 3",
    "cable corrupt",
    "cable corrupt next data",
    "cable delay 3ms jitter 3ms",
    "cable delay 10ms data",
    "cable loss 20% seed 4",
    "cable reorder 40% seed 9",
    "cable rate 2mbit",
    "cable mtu 600",
    "cable unplug to client",
    "cable plug",
    "cable clear",
    "client send \"a few bytes\" dontwait",
    "client send bytes(3000) dontwait",
    "client2 send bytes(200) dontwait",
    "server.1 send \"an answer\" dontwait",
    "server.2 send bytes(5000) dontwait",
    "server.1 recv dontwait",
    "server.2 recv 100 dontwait",
    "client recv dontwait",
    "client2 recv dontwait",
    "client shutdown write",
    "wait 20ms",
];

/// The same numbers from the same seed (a linear congruential generator, Knuth's).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

fn script(seed: u64) -> String {
    let mut numbers = Numbers(seed);
    let mut script =
        "server listen 10008\nclient connect\nserver accept\nclient2 connect\nserver accept\n"
            .to_owned();
    for _ in 0..40 {
        let _ = writeln!(script, "{}", STATEMENTS[numbers.below(STATEMENTS.len())]);
    }
    let ends = [
        "client close",
        "client abort",
        "server.1 close",
        "client2 close",
    ];
    for _ in 0..3 {
        let _ = writeln!(script, "{}", ends[numbers.below(ends.len())]);
    }
    script + "cable clear\nwait 300ms\n"
}

#[test]
fn whatever_is_done_to_the_cable_the_laws_hold() {
    if !there() {
        return;
    }
    for seed in 1..=SEEDS {
        let text = script(seed);
        println!("seed {seed}\n{text}");
        let ended = end(&mut journal(&Script::new(text).path(), &[]));
        assert_eq!((ended.code(), ended.stderr.as_str()), (Some(0), ""));
        let story = Story::read(&ended.stdout);
        println!("{}", view::told(&story));
        crate::laws::hold(&story);
        laws::hold(&story);
    }
}

/// So many scripts are tried.
const SEEDS: u64 = 8;
