//! Claims about packets.

use super::super::{
    cable::{kind_named, packet_kind, tcp_kind},
    cursor::{Choice, Cursor},
    mistake::Mistake,
    time::{number, try_number},
};
use crate::model::{
    claim::{By, Claim, PacketClaim, PacketIs, Sign},
    packet::{Fate, PacketNo},
};

/// So many kinds `packets` names at most: a line has room for no more words.
const MOST_KINDS: usize = 24;

const FATES: [Choice<Fate>; 3] = [
    (
        Fate::Delivered.name(),
        "the other end's kernel has it",
        Fate::Delivered,
    ),
    (
        Fate::Dropped.name(),
        "it was taken off the cable: a decision",
        Fate::Dropped,
    ),
    (
        Fate::Lost.name(),
        "the cable had no room for it",
        Fate::Lost,
    ),
];

/// `KIND KIND ...`.
pub(super) fn begin(cursor: &mut Cursor<'_>) -> Result<Claim, Mistake> {
    let mut kinds = Vec::new();
    while let Some(kind) = tcp_kind(cursor)? {
        if kinds.len() == MOST_KINDS {
            return Err(Mistake::new(
                cursor.span_before(),
                format!("`packets` names at most {MOST_KINDS} packets"),
            ));
        }
        kinds.push(kind);
    }
    let word = cursor.bare().unwrap_or_default();
    if word.contains(',') {
        return Err(cursor
            .wrong("a kind of packet")
            .help("write the kinds with spaces between them: packets syn syn-ack ack"));
    }
    if kinds.is_empty() {
        let mistake = cursor.wrong("a kind of packet");
        return Err(if word.starts_with(|c: char| c.is_ascii_digit()) {
            mistake.help("one packet is claimed as in: packet 4 delivered")
        } else {
            mistake
        });
    }
    Ok(Claim::Packets(PacketClaim::Begin(kinds)))
}

/// `N FATE [by WHO]`, `N held`, `N KIND`, `N NOTABLE`.
pub(super) fn one(cursor: &mut Cursor<'_>) -> Result<Claim, Mistake> {
    if cursor.bare().is_some_and(|word| kind_named(word).is_some()) {
        return Err(cursor
            .wrong("a packet's number")
            .help("how a connection's packets begin is claimed as in: packets syn syn-ack ack"));
    }
    let packet = PacketNo(number(cursor, "a packet's number", "4", 1, u64::MAX)?);
    let is = if let Some(fate) = cursor.choose(&FATES) {
        PacketIs::Fate(fate, by(cursor)?)
    } else if cursor.take("held", "it lies on the cable until somebody lets it go") {
        PacketIs::Held
    } else if let Some(kind) = packet_kind(cursor) {
        PacketIs::Kind(kind)
    } else if let Some(sign) = sign(cursor) {
        PacketIs::Sign(sign)
    } else {
        return Err(cursor.wrong("what a packet can be"));
    };
    Ok(Claim::Packets(PacketClaim::One(packet, is)))
}

fn by(cursor: &mut Cursor<'_>) -> Result<Option<By>, Mistake> {
    if !cursor.take("by", "who decided it") {
        return Ok(None);
    }
    let choices = By::TABLE.map(|(by, name, about)| (name, about, by));
    cursor
        .must_choose("`you`, `rule` or `cable`", &choices)
        .map(Some)
}

/// Takes a word for something notable if one stands here.
fn sign(cursor: &mut Cursor<'_>) -> Option<Sign> {
    Sign::all().find_map(|(sign, name, meaning)| cursor.take(name, meaning).then_some(sign))
}

/// `NOTABLE [N]`, if it stands here.
pub(super) fn try_seen(cursor: &mut Cursor<'_>) -> Result<Option<Claim>, Mistake> {
    let Some(sign) = sign(cursor) else {
        return Ok(None);
    };
    let count = try_number(cursor, "a number of packets", "3", 0, u64::MAX)?;
    Ok(Some(Claim::Packets(PacketClaim::Seen(sign, count))))
}

/// `FATE N`.
pub(super) fn fate(cursor: &mut Cursor<'_>) -> Result<Claim, Mistake> {
    let fate = cursor.must_choose("a fate", &FATES)?;
    let count = number(cursor, "a number of packets", "1", 0, u64::MAX)?;
    Ok(Claim::Packets(PacketClaim::Fate(fate, count)))
}

/// `N`.
pub(super) fn held(cursor: &mut Cursor<'_>) -> Result<Claim, Mistake> {
    let count = number(cursor, "a number of packets", "1", 0, u64::MAX)?;
    Ok(Claim::Packets(PacketClaim::Held(count)))
}
