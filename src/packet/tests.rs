//! Whatever the bytes: nothing panics, nothing is read beyond them, checksums are broken and mended.

use super::{testing::samples, *};
use crate::model::{
    cable::Match,
    ids::{Nanos, Side},
    packet::{PacketKind, PacketNo, Protocol},
    payload::is_unprintable,
};
use proptest::prelude::*;

/// A packet with its checksums right.
fn complete(mut bytes: Vec<u8>) -> Vec<u8> {
    complete_checksum(&mut bytes);
    bytes
}

/// Any bytes: garbage, or packets with some bytes changed, cut short, or with more behind them.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let changed = (
        prop::sample::select(samples()),
        prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        any::<prop::sample::Index>(),
        any::<bool>(),
        prop::collection::vec(any::<u8>(), 0..8),
    )
        .prop_map(|((_, bytes), changes, cut, is_cut, more)| {
            let mut bytes = bytes;
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if is_cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            bytes.extend(more);
            bytes
        });
    prop_oneof![4 => changed, 1 => prop::collection::vec(any::<u8>(), 0..200)]
}

/// A tree's ranges lie within the packet, and children within their parents.
fn assert_sound(bytes: &[u8], fields: &[Field]) {
    let mut parents: Vec<&Field> = Vec::new();
    for field in fields {
        assert!(field.bytes.start <= field.bytes.end && field.bytes.end <= bytes.len());
        parents.truncate(field.depth);
        assert_eq!(parents.len(), field.depth, "{field:?} has a parent");
        if let Some(parent) = parents.last() {
            let within =
                parent.bytes.start <= field.bytes.start && field.bytes.end <= parent.bytes.end;
            assert!(within, "{field:?} lies within {parent:?}");
        }
        if let Some(bits) = field.bits {
            let there = 8 * field.bytes.len();
            let needed = usize::from(bits.first) + usize::from(bits.count);
            assert!(there >= needed || field.value.starts_with("not "));
        }
        assert!(
            !field.value.chars().any(is_unprintable),
            "{:?}",
            field.value
        );
        parents.push(field);
    }
}

proptest! {
    #[test]
    fn nothing_panics_and_fields_lie_where_they_belong(packets in prop::collection::vec(any_bytes(), 1..12), choice: u64, mtu: u32) {
        let mut tracker = Tracker::new();
        for (i, bytes) in packets.iter().enumerate() {
            let seen = brief(bytes);
            prop_assert!(seen.data <= seen.total);
            prop_assert!(seen.data + seen.len <= seen.total);
            let entered = tracker.enters(PacketNo(i as u64 + 1), Nanos(i as u64 * 1000), &seen);
            prop_assert_eq!(entered.tcp.is_some(), seen.tcp.is_some());
            tracker.arrives(Nanos(i as u64 * 1000 + 500), &seen);
            assert_sound(bytes, &dissect(bytes, entered.tcp.as_ref()));
            corrupt(&mut bytes.clone(), choice);
            checksums_are_right(bytes);
            if let Some(message) = too_big(bytes, mtu) {
                let right = Checksums { ip: brief(&message).from.is_ipv4().then_some(true), transport: Some(true) };
                prop_assert_eq!(checksums_are_right(&message), right);
                prop_assert_eq!(too_big(&message, mtu), None);
            }
        }
    }

    #[test]
    fn a_completed_checksum_is_right_and_a_corrupted_one_is_wrong(bytes in any_bytes(), choice: u64) {
        let whole = complete(bytes);
        let before = checksums_are_right(&whole);
        prop_assert_ne!(before.ip, Some(false));
        prop_assert_ne!(before.transport, Some(false));
        let mut damaged = whole.clone();
        let place = corrupt(&mut damaged, choice);
        let differ: Vec<usize> = (0..whole.len()).filter(|i| whole[*i] != damaged[*i]).collect();
        match place {
            None => prop_assert!(differ.is_empty()),
            Some(place) => {
                let place = place as usize;
                prop_assert_eq!(&differ, &[place]);
                prop_assert_eq!((whole[place] ^ damaged[place]).count_ones(), 1);
                let after = checksums_are_right(&damaged);
                prop_assert_eq!(after.ip, before.ip);
                prop_assert_eq!(after.transport, before.transport.map(|_| false));
            }
        }
    }
}

#[test]
fn every_sample_can_be_damaged_if_a_checksum_would_show_it() {
    for (what, bytes) in samples() {
        let whole = complete(bytes);
        let kind = brief(&whole).kind();
        for choice in 0..100 {
            let mut damaged = whole.clone();
            let place = corrupt(&mut damaged, choice);
            assert!(place.is_some() || kind.is_none(), "{what}");
            let data = brief(&whole).data;
            if brief(&whole).len > 0 && kind.is_some() {
                assert!(place.is_some_and(|p| p >= data), "{what}: in the data");
            }
        }
    }
}

#[test]
fn a_brief_says_what_a_packet_is() {
    let named = |name: &str| {
        let all = samples();
        brief(&all.iter().find(|(n, _)| *n == name).unwrap().1)
    };
    let syn = named("a SYN with the usual options");
    assert_eq!(syn.kind(), Some(PacketKind::Syn));
    assert_eq!(syn.from, "10.0.0.2:49164".parse().unwrap());
    let tcp = syn.tcp.unwrap();
    assert_eq!(
        (tcp.mss, tcp.scale, tcp.sack_permitted),
        (Some(1460), Some(7), true)
    );
    assert_eq!(tcp.stamps, Some((1, 0)));
    assert!(syn.dont_fragment);
    assert_eq!(named("SACK").tcp.unwrap().sacks, 2);
    let data = named("extension headers");
    assert_eq!(
        (data.kind(), data.len, data.total),
        (Some(PacketKind::Data), 5, 81)
    );
    assert_eq!(data.to, "[fd00::1]:10008".parse().unwrap());
    let padded = named("padding");
    assert_eq!((padded.len, padded.total), (5, 45));
    let datagram = named("a datagram");
    assert_eq!(
        (datagram.kind(), datagram.len, datagram.data),
        (Some(PacketKind::Udp), 5, 28)
    );
    assert_eq!(named("ping in IPv6").kind(), Some(PacketKind::Icmp));
    let fragment = named("a fragment");
    assert_eq!(
        (fragment.protocol, fragment.from.port()),
        (Protocol::Udp, 0)
    );
    assert!(fragment.fragment);
    assert_eq!(named("another protocol").protocol, Protocol::Other);
    let garbage = brief(b"hello");
    assert_eq!(garbage.protocol, Protocol::Other);
    assert!(garbage.from.ip().is_unspecified() && garbage.to.ip().is_unspecified());
}

#[test]
fn what_is_too_big_is_answered_only_where_that_is_lawful() {
    for (what, bytes) in samples() {
        let seen = brief(&bytes);
        let message = too_big(&complete(bytes.clone()), 1280);
        let answered = match what {
            "a fragment" | "a fragment of IPv6" => false,
            _ if seen.protocol == Protocol::Icmp => what == "ping",
            _ if seen.protocol == Protocol::Icmpv6 => {
                !matches!(what, "too big in IPv6" | "unreachable in IPv6")
            }
            _ => true,
        };
        assert_eq!(message.is_some(), answered, "{what}");
        let Some(message) = message else { continue };
        let told = brief(&message);
        assert_eq!(told.kind(), Some(PacketKind::Icmp));
        assert_eq!(
            (told.from.ip(), told.to.ip()),
            (seen.to.ip(), seen.from.ip())
        );
        let fields = dissect(&message, None);
        let mtu = fields
            .iter()
            .find(|f| ["icmp.mtu", "icmpv6.mtu"].contains(&f.filter))
            .unwrap();
        assert_eq!(mtu.value, "1280 bytes");
    }
    let mut may = complete(samples()[0].1.clone());
    may[6] = 0;
    assert_eq!(too_big(&may, 576), None, "it may be fragmented");
}

#[test]
fn a_match_fits_by_what_a_packet_is_and_where_it_goes() {
    let syn = brief(&samples()[0].1).kind();
    let anything = Match::default();
    assert!(anything.fits(syn, Side::Server) && anything.fits(None, Side::Client));
    let syns = Match {
        kind: Some(PacketKind::Syn),
        toward: Some(Side::Server),
        ..Match::default()
    };
    assert!(syns.fits(syn, Side::Server));
    assert!(!syns.fits(syn, Side::Client));
    assert!(!syns.fits(Some(PacketKind::SynAck), Side::Server));
    assert!(!syns.fits(None, Side::Server));
}
