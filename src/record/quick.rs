//! The two kinds of events that a long journal is full of, read in one go. An event's shape is that of several types laid
//! into each other, which serde reads by way of a copy in memory; these two are written out field by field instead. What
//! does not look exactly like them is left to the usual way, so that there is one meaning and two speeds.

use crate::model::{
    event::{Event, Fact, Source},
    ids::{Actor, EventId, Nanos, Side, SocketId},
    packet::{Arrival, Decider, Fate, Notable, Packet, PacketNo, Protocol, Tcp, TcpFlags},
    payload::Payload,
};
use bytes::Bytes;
use core::net::SocketAddr;
use serde::Deserialize;

/// So far from an event's beginning, its kind is looked for.
const NEAR: usize = 160;

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum PacketTag {
    Packet,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum FateTag {
    Fate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PacketEvent<'a> {
    id: EventId,
    at_ns: Nanos,
    happened_ns: Option<Nanos>,
    who: Option<Actor>,
    source: Source,
    #[serde(rename = "kind")]
    _kind: PacketTag,
    cause: Option<EventId>,
    number: PacketNo,
    toward: Side,
    socket: Option<SocketId>,
    protocol: Protocol,
    from: SocketAddr,
    to: SocketAddr,
    flags: Option<TcpFlags>,
    seq: Option<u64>,
    ack: Option<u64>,
    seq_raw: Option<u32>,
    ack_raw: Option<u32>,
    window: Option<u32>,
    window_raw: Option<u16>,
    len: u32,
    #[serde(default)]
    notable: Vec<Notable>,
    again: Option<PacketNo>,
    copy_of: Option<PacketNo>,
    #[serde(default)]
    made_by_cable: bool,
    #[serde(default)]
    merged: bool,
    #[serde(borrow, default)]
    bytes: &'a str,
    #[serde(default)]
    omitted: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FateEvent {
    id: EventId,
    at_ns: Nanos,
    happened_ns: Option<Nanos>,
    who: Option<Actor>,
    source: Source,
    #[serde(rename = "kind")]
    _kind: FateTag,
    cause: Option<EventId>,
    packet: PacketNo,
    fate: Fate,
    decided_by: Decider,
    arrival: Option<Arrival>,
}

/// An event, if it is one of the two; nothing says only that the usual way is to be taken.
pub(super) fn event(text: &[u8]) -> Option<Event> {
    const KIND: &[u8] = b"\"kind\":\"";
    let near = &text[..text.len().min(NEAR)];
    let at = near.windows(KIND.len()).position(|w| w == KIND)?;
    match near.get(at + KIND.len()..)? {
        [b'p', b'a', b'c', ..] => packet(serde_json::from_slice(text).ok()?),
        [b'f', b'a', b't', ..] => Some(fate(serde_json::from_slice(text).ok()?)),
        _ => None,
    }
}

fn fate(e: FateEvent) -> Event {
    Event {
        id: e.id,
        at_ns: e.at_ns,
        happened_ns: e.happened_ns,
        who: e.who,
        source: e.source,
        fact: Fact::Fate {
            packet: e.packet,
            fate: e.fate,
            decided_by: e.decided_by,
            arrival: e.arrival,
        },
        cause: e.cause,
    }
}

fn packet(e: PacketEvent<'_>) -> Option<Event> {
    let numbers = (
        e.flags,
        e.seq,
        e.ack,
        e.seq_raw,
        e.ack_raw,
        e.window,
        e.window_raw,
    );
    let tcp = match numbers {
        (None, None, None, None, None, None, None) => None,
        (
            Some(flags),
            Some(seq),
            Some(ack),
            Some(seq_raw),
            Some(ack_raw),
            Some(window),
            Some(raw),
        ) => Some(Tcp {
            flags,
            seq,
            ack,
            seq_raw,
            ack_raw,
            window,
            window_raw: raw,
        }),
        _ => return None,
    };
    let packet = Packet {
        number: e.number,
        toward: e.toward,
        socket: e.socket,
        protocol: e.protocol,
        from: e.from,
        to: e.to,
        tcp,
        len: e.len,
        notable: e.notable,
        again: e.again,
        copy_of: e.copy_of,
        made_by_cable: e.made_by_cable,
        merged: e.merged,
        bytes: Payload {
            kept: from_hex(e.bytes)?,
            omitted: e.omitted,
        },
    };
    Some(Event {
        id: e.id,
        at_ns: e.at_ns,
        happened_ns: e.happened_ns,
        who: e.who,
        source: e.source,
        fact: Fact::Packet(Box::new(packet)),
        cause: e.cause,
    })
}

/// Bytes that are written with two digits each.
fn from_hex(text: &str) -> Option<Bytes> {
    let digit = |c: u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let bytes = pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    bytes.collect::<Option<Vec<u8>>>().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::story::testing::{Play, any_book};
    use proptest::prelude::*;

    fn usual(text: &str) -> Option<Event> {
        serde_json::from_str(text).ok()
    }

    #[test]
    fn packets_and_fates_take_the_quick_way() {
        let play = Play::lab_walked();
        for e in play.book().events().iter() {
            let text = serde_json::to_string(e).unwrap();
            let quick = matches!(e.fact, Fact::Packet(_) | Fact::Fate { .. });
            assert_eq!(event(text.as_bytes()), quick.then(|| e.clone()));
        }
    }

    #[test]
    fn what_is_not_exactly_so_takes_the_usual_way() {
        let play = Play::lab_walked();
        let packet = play.book().packets()[3].index;
        let text = serde_json::to_string(&play.book().events()[packet]).unwrap();
        for (from, to) in [
            (r#""seq":1,"#, ""),
            (r#""seq":1,"#, r#""seq":null,"#),
            (r#""len":"#, r#""more":1,"len":"#),
            (r#""bytes":"45"#, r#""bytes":"4G"#),
            (r#""bytes":"45"#, r#""bytes":"4A"#),
            (r#""bytes":"45"#, r#""bytes":"4"#),
            (r#""kind":"packet""#, r#""kind":"fate""#),
            (r#""kind":"packet""#, r#""kind":"parcel""#),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            assert_eq!(event(changed.as_bytes()), None, "{changed}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn both_ways_lead_to_the_same(book in any_book(), cut in any::<prop::sample::Index>(), byte in any::<u8>()) {
            for e in book.events().iter() {
                let mut text = serde_json::to_string(e).unwrap();
                for _ in 0..2 {
                    if let Some(quick) = event(text.as_bytes()) {
                        prop_assert_eq!(Some(quick), usual(&text));
                    }
                    let at = cut.index(text.len());
                    if text.is_char_boundary(at) && text.is_char_boundary(at + 1) {
                        text.replace_range(at..=at, &char::from(byte & 0x7f).to_string());
                    }
                }
            }
        }
    }
}
