//! Any bytes as packets: they are read, followed, taken apart, damaged and answered within their bounds. The first byte
//! of each piece says how long the piece is, so that one input is a conversation.
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run packet`
#![no_main]

use fourline::{
    model::{ids::Nanos, packet::PacketNo, payload::is_unprintable},
    packet::{
        Tracker, brief, checksums_are_right, complete_checksum, corrupt, dissect, too_big,
    },
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut tracker = Tracker::new();
    let (mut rest, mut number) = (bytes, 0);
    while let Some((&length, after)) = rest.split_first() {
        let (packet, next) = after.split_at(after.len().min(usize::from(length)));
        (rest, number) = (next, number + 1);
        let seen = brief(packet);
        assert!(seen.data + seen.len <= seen.total);
        let at = Nanos(number * 1_000_000);
        let entered = tracker.enters(PacketNo(number), at, &seen);
        tracker.arrives(at, &seen);
        for field in dissect(packet, entered.tcp.as_ref()) {
            assert!(packet.get(field.bytes).is_some());
            assert!(!field.value.chars().any(is_unprintable));
        }
        if let Some(message) = too_big(packet, 1280) {
            assert_eq!(checksums_are_right(&message).transport, Some(true));
        }
        let mut whole = packet.to_vec();
        complete_checksum(&mut whole);
        let before = checksums_are_right(&whole).transport;
        assert_ne!(before, Some(false));
        if corrupt(&mut whole, number).is_some() {
            let after = checksums_are_right(&whole).transport;
            assert_eq!(after, before.map(|_| false));
        }
    }
});
