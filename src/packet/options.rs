//! The options of a TCP header, one after the other, whatever they are (RFC 9293, section 3.2).

use super::layout::{Layout, Piece, TCP};
use etherparse::TcpHeaderSlice;

/// End of the list of options.
pub(super) const END: u8 = 0;
/// Nothing, so that the next option stands at an even place.
pub(super) const NOTHING: u8 = 1;
/// Maximum segment size.
pub(super) const MSS: u8 = 2;
/// Window scale (RFC 7323).
pub(super) const SCALE: u8 = 3;
/// Selective acknowledgements are welcome (RFC 2018).
pub(super) const SACK_PERMITTED: u8 = 4;
/// Selective acknowledgements (RFC 2018).
pub(super) const SACK: u8 = 5;
/// Timestamps (RFC 7323).
pub(super) const TIMESTAMPS: u8 = 8;

/// One option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TcpOption<'a> {
    /// Which.
    pub kind: u8,
    /// Where it begins among the options.
    pub at: usize,
    /// All of it: kind, length, and what it says. Shorter than its length byte says where the header ends before.
    pub bytes: &'a [u8],
    /// Whether its length can be: at least 2, and within the header.
    pub sound: bool,
}

impl TcpOption<'_> {
    /// What it says, behind kind and length, if that has so many bytes.
    pub fn value<const N: usize>(&self) -> Option<[u8; N]> {
        self.sound
            .then(|| self.bytes.get(2..)?.try_into().ok())
            .flatten()
    }
}

/// The options of the TCP segment that a whole packet carries, from the first byte of its IP header.
pub fn tcp_options(packet: &[u8]) -> impl Iterator<Item = TcpOption<'_>> {
    let layout = Layout::of(packet).filter(|at| at.number == TCP && at.piece == Piece::Whole);
    let header = layout.and_then(|at| TcpHeaderSlice::from_slice(at.carried(packet)).ok());
    options(header.and_then(|h| h.slice().get(20..)).unwrap_or_default())
}

/// Walks the options. It ends behind an option whose length cannot be, and behind the end of the list.
pub(super) fn options(bytes: &[u8]) -> impl Iterator<Item = TcpOption<'_>> {
    let mut next = Some(0);
    core::iter::from_fn(move || {
        let at = next.take()?;
        let rest = bytes.get(at..)?;
        let kind = *rest.first()?;
        if kind == END {
            // What follows is padding, which is part of it.
            return Some(TcpOption {
                kind,
                at,
                bytes: rest,
                sound: true,
            });
        }
        if kind == NOTHING {
            next = Some(at + 1);
            return Some(TcpOption {
                kind,
                at,
                bytes: &rest[..1],
                sound: true,
            });
        }
        let length = rest.get(1).map_or(0, |n| usize::from(*n));
        let sound = length >= 2 && length <= rest.len();
        if sound {
            next = Some(at + length);
        }
        let bytes = if sound { &rest[..length] } else { rest };
        Some(TcpOption {
            kind,
            at,
            bytes,
            sound,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_that_nobody_knows_does_not_end_the_walk() {
        let bytes = [34, 4, 1, 2, 1, 3, 3, 7, 0, 0];
        let seen: Vec<_> = options(&bytes).map(|o| (o.kind, o.at)).collect();
        assert_eq!(seen, [(34, 0), (1, 4), (3, 5), (0, 8)]);
        assert_eq!(options(&bytes).nth(2).unwrap().value(), Some([7]));
    }

    #[test]
    fn a_length_that_cannot_be_ends_it() {
        for bytes in [[2, 0, 5, 180], [2, 1, 5, 180], [2, 9, 5, 180]] {
            let all: Vec<_> = options(&bytes).collect();
            assert_eq!(all.len(), 1);
            assert!(!all[0].sound);
            assert_eq!(all[0].value::<2>(), None);
        }
        assert!(!options(&[2]).next().unwrap().sound);
    }
}
