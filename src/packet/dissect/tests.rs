//! Packets taken apart, and how that reads.

use super::{super::testing::samples, *};
use crate::packet::complete_checksum;

fn sample(name: &str) -> Vec<u8> {
    let all = samples();
    let mut bytes = all.iter().find(|(n, _)| *n == name).unwrap().1.clone();
    complete_checksum(&mut bytes);
    bytes
}

/// The tree as text.
fn told(fields: &[Field]) -> String {
    let line = |field: &Field| {
        let indent = "  ".repeat(field.depth);
        let place = format!("{}..{}", field.bytes.start, field.bytes.end);
        format!("{place:<7} {indent}{}: {}", field.name, field.value)
    };
    fields.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn value(fields: &[Field], filter: &str) -> String {
    let field = fields.iter().find(|f| f.filter == filter);
    field.unwrap_or_else(|| panic!("{filter}")).value.clone()
}

#[test]
fn a_syn_reads_like_this() {
    insta::assert_snapshot!(told(&dissect(
        &sample("a SYN with the usual options"),
        None
    )));
}

#[test]
fn a_message_about_a_packet_holds_that_packet() {
    insta::assert_snapshot!(told(&dissect(&sample("too big"), None)));
}

#[test]
fn numbers_of_the_conversation_stand_beside_the_raw_ones() {
    let tcp = Tcp {
        flags: crate::model::packet::TcpFlags::ACK,
        seq: 1,
        ack: 1,
        seq_raw: 101,
        ack_raw: 201,
        window: 64000,
        window_raw: 500,
    };
    let fields = dissect(&sample("data"), Some(&tcp));
    assert_eq!(value(&fields, "tcp.seq"), "1 (raw 101)");
    assert_eq!(
        value(&fields, "tcp.window_size_value"),
        "500 scaled: 64000 bytes"
    );
    assert_eq!(value(&fields, "tcp.payload"), "5 bytes: \"hello\"");
    assert!(value(&fields, "tcp.checksum").ends_with(", right"));
}

#[test]
fn what_was_not_kept_says_so() {
    let bytes = sample("data");
    let fields = dissect(&bytes[..42], None);
    assert_eq!(
        value(&fields, "tcp.payload"),
        "5 bytes, of which 2 are kept: \"he\""
    );
    let fields = dissect(&bytes[..30], None);
    assert_eq!(value(&fields, "tcp.ack"), "not kept");
    assert_eq!(value(&fields, "tcp.payload"), "5 bytes, not kept");
    let message = dissect(&sample("too big"), None);
    assert_eq!(value(&message, "tcp.payload"), "5 bytes, not repeated");
}

#[test]
fn every_field_says_what_it_is_for() {
    for (what, bytes) in samples() {
        for field in dissect(&bytes, None) {
            assert!(field.meaning.ends_with('.'), "{what}: {field:?}");
            assert!(field.meaning.len() < 100, "{what}: {field:?}");
            let nobodys = ["Data", "Padding"].contains(&field.name);
            assert!(
                nobodys || field.rfc.starts_with("RFC "),
                "{what}: {field:?}"
            );
        }
    }
}

#[test]
fn damage_is_seen() {
    let mut bytes = sample("data");
    bytes[41] ^= 1;
    let fields = dissect(&bytes, None);
    assert!(value(&fields, "tcp.checksum").contains("wrong"));
    // Whoever captures sees packets before the sender's card has filled it in.
    let seen = dissect_captured(&bytes, None);
    assert!(value(&seen, "tcp.checksum").ends_with("often it is filled in later (offload)"));
    assert!(!value(&seen, "tcp.checksum").contains("wrong"));
    assert!(value(&fields, "ip.checksum").ends_with("right"));
}
