//! Damage: a bit that has changed on the way. The receiver's kernel sees by the checksum that something has, and throws
//! the packet away without a word.

use super::layout::{self, Layout, Piece};
use core::ops::Range;

/// Flips one bit behind the IP header: in the data, if there are some, or else in a number of the header that leaves the
/// packet readable. If the transport's checksum was right, it is wrong afterwards: one bit always shows. Returns which
/// byte was changed; `None` where nothing would notice it.
pub fn corrupt(bytes: &mut [u8], choice: u64) -> Option<u32> {
    let at = Layout::of(bytes)?;
    let carried = at.carried(bytes);
    let length = carried.len();
    let (header, numbers): (usize, Range<usize>) = match at.number {
        // A later fragment is data altogether.
        layout::TCP | layout::UDP | layout::ICMP | layout::ICMPV6 if at.piece == Piece::Later => {
            (0, 0..0)
        }
        // Sequence and acknowledgement number.
        layout::TCP => (usize::from(carried.get(12)? >> 4) * 4, 4..12),
        // The ports: a length or a checksum of 0 would say something else.
        layout::UDP if at.source.is_ipv6() || carried.get(6..8)? != [0, 0] => (8, 0..4),
        layout::ICMP if at.source.is_ipv4() => (8, 4..8),
        layout::ICMPV6 if at.source.is_ipv6() => (8, 4..8),
        _ => return None,
    };
    let end = match at.number {
        // What stands behind the datagram is not covered.
        layout::UDP if at.piece == Piece::Whole => {
            let told = usize::from(u16::from_be_bytes([*carried.get(4)?, *carried.get(5)?]));
            if told == 0 { length } else { length.min(told) }
        }
        _ => length,
    };
    let places = if header < end { header..end } else { numbers };
    if places.end > length {
        return None;
    }
    let count = places.len() as u64;
    let place = at.payload + places.start + (choice / 8).checked_rem(count)? as usize;
    *bytes.get_mut(place)? ^= 1 << (choice % 8);
    u32::try_from(place).ok()
}
