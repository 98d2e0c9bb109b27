//! A packet as it crosses the wire: what the kernel says of it (`struct virtio_net_hdr`), and the IP packet.
//!
//! One buffer holds both, so that nothing is copied between taking it from one kernel and giving it to the other.

use core::fmt;

/// What stands before the packet.
pub(in crate::os) const HEADER: usize = 10;
/// The longest IP packet, IPv6's own header not counted in its length.
pub(super) const LONGEST: usize = 65_535 + 40;

/// `VIRTIO_NET_HDR_F_NEEDS_CSUM`.
const NEEDS_CSUM: u8 = 1;

/// See the module's documentation. A frame that packets are taken into keeps room for the longest; a clone of it is
/// as long as its packet: queue clones, and use the same frame again.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    pub(super) bytes: Vec<u8>,
}

impl Default for Frame {
    /// An empty packet.
    fn default() -> Self {
        Self::from_packet(&[])
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({} bytes)", self.packet().len())
    }
}

impl Frame {
    /// A whole packet with a complete checksum.
    pub fn from_packet(ip: &[u8]) -> Self {
        let mut bytes = vec![0; HEADER];
        bytes.extend_from_slice(ip);
        Self { bytes }
    }

    /// A packet that was seen where it has a header of its link before it, so long as `link`; what the kernel says of it
    /// counts from there.
    pub(in crate::os) fn refill(&mut self, said: &[u8; HEADER], link: usize, ip: &[u8]) {
        self.bytes.clear();
        self.bytes.extend_from_slice(said);
        self.bytes.extend_from_slice(ip);
        let start = usize::from(self.word(6)).saturating_sub(link);
        let start = u16::try_from(start).unwrap_or(u16::MAX);
        self.bytes[6..8].copy_from_slice(&start.to_ne_bytes());
    }

    /// No packet; the room for one stays.
    pub(super) fn empty(&mut self) {
        self.bytes.clear();
        self.bytes.resize(HEADER, 0);
    }

    /// The IP packet.
    pub fn packet(&self) -> &[u8] {
        self.bytes.get(HEADER..).unwrap_or_default()
    }

    /// The IP packet, to be changed. Its length stays.
    pub fn packet_mut(&mut self) -> &mut [u8] {
        self.bytes.get_mut(HEADER..).unwrap_or_default()
    }

    /// Whether this stands for several segments, which the kernel has not cut (segmentation offload).
    pub fn is_super(&self) -> bool {
        self.bytes.get(1).is_some_and(|kind| *kind != 0)
    }

    /// The payload of each segment of a super-packet; 0 for a whole packet.
    pub fn segment_size(&self) -> usize {
        if self.is_super() {
            usize::from(self.word(4))
        } else {
            0
        }
    }

    /// Whether the kernel has left the checksum to whoever sends the packet on (checksum offload).
    pub fn has_partial_checksum(&self) -> bool {
        self.bytes
            .first()
            .is_some_and(|flags| flags & NEEDS_CSUM != 0)
    }

    /// Does what the kernel has left undone. A super-packet is one large whole packet from then on, so that its checksum
    /// is true: do this to a copy, to show it or to write it down, and send the original.
    pub fn complete_checksum(&mut self) {
        if !self.has_partial_checksum() {
            return;
        }
        let (start, offset) = (usize::from(self.word(6)), usize::from(self.word(8)));
        self.bytes.iter_mut().take(HEADER).for_each(|b| *b = 0);
        let Some(covered) = self.bytes.get_mut(HEADER + start..) else {
            return;
        };
        // The field holds the sum of the pseudo-header already.
        let sum = match !fold(covered) {
            // No checksum at all is what 0 says in UDP; both stand for the same number.
            0 => 0xffff,
            sum => sum,
        };
        if let Some(field) = covered.get_mut(offset..offset + 2) {
            field.copy_from_slice(&sum.to_be_bytes());
        }
    }

    fn word(&self, at: usize) -> u16 {
        match self.bytes.get(at..at + 2) {
            Some(&[a, b]) => u16::from_ne_bytes([a, b]),
            _ => 0,
        }
    }
}

/// The internet checksum's sum (RFC 1071).
fn fold(bytes: &[u8]) -> u16 {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut sum: u64 = pairs
        .iter()
        .map(|p| u64::from(u16::from_be_bytes(*p)))
        .sum();
    sum += odd.first().map_or(0, |last| u64::from(*last) << 8);
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    sum as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_comes_out_as_it_went_in() {
        let mut frame = Frame::from_packet(b"packet");
        assert_eq!(frame.packet(), b"packet");
        frame.packet_mut()[0] = b'P';
        assert_eq!(frame.clone().packet(), b"Packet");
        assert!(!frame.is_super() && !frame.has_partial_checksum());
        assert_eq!(frame.segment_size(), 0);
        assert!(Frame::default().packet().is_empty());
    }

    #[test]
    fn a_partial_checksum_is_completed() {
        // The example of RFC 1071, section 3: the sum is ddf2.
        let mut frame = Frame::from_packet(&[0, 1, 0xf2, 3, 0xf4, 0xf5, 0xf6, 0xf7, 0, 0]);
        frame.bytes[0] = NEEDS_CSUM;
        frame.bytes[8..10].copy_from_slice(&8u16.to_ne_bytes());
        assert!(frame.has_partial_checksum());
        frame.complete_checksum();
        assert_eq!(frame.packet()[8..], (!0xddf2_u16).to_be_bytes());
        assert!(!frame.has_partial_checksum());
        let done = frame.clone();
        frame.complete_checksum();
        assert_eq!(frame, done);
    }

    #[test]
    fn strange_headers_do_no_harm() {
        for len in 0..40 {
            for fill in [1, 0x7f, 0xff] {
                let mut frame = Frame {
                    bytes: vec![fill; len],
                };
                let _ = (frame.is_super(), frame.segment_size(), frame.packet().len());
                frame.complete_checksum();
                let _ = frame.packet_mut().len();
            }
        }
    }
}
