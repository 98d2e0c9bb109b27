//! The classic capture file of libpcap (draft-ietf-opsawg-pcap): a header of 24 bytes, then packets, each behind 16
//! bytes of its own.
//!
//! ```text
//!   header  magic 4, version 2 + 2, 8 reserved, snapshot length 4, link type 4
//!   packet  seconds 4, micro- or nanoseconds 4, bytes here 4, bytes on the wire 4, then the bytes
//! ```
//!
//! The magic tells the byte order of all numbers and the unit of time. What a header says about lengths is not trusted.

/// Bytes before the first packet.
pub const HEADER: usize = 24;
/// Bytes before each packet's own.
pub const RECORD: usize = 16;
/// No capture program keeps more of a packet: libpcap's largest snapshot length.
pub const MOST_OF_A_PACKET: u32 = 262_144;

/// How a file is to be read, as its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pcap {
    big_endian: bool,
    /// Nanoseconds of what stands behind the seconds.
    unit: u64,
    /// What the packets begin with (`LINKTYPE_...`).
    pub link: u16,
}

/// What stands before a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// When it was captured, in nanoseconds since 1970.
    pub at_ns: u64,
    /// How many bytes of it follow.
    pub here: u32,
    /// How many it had on the wire.
    pub original: u32,
}

/// Why no packet can be read from here on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    /// It does not begin as such a file does.
    #[error("it does not begin as a capture file does")]
    NoCapture,
    /// Another version than 2.
    #[error("version {0} of the format is not known")]
    Version(u16),
    /// A packet that is said to be larger than any can be.
    #[error("a packet of {0} bytes is larger than any can be")]
    TooLong(u32),
}

impl Pcap {
    /// Whether a file that begins with these four bytes is such a one.
    pub fn is(magic: [u8; 4]) -> bool {
        Self::order(magic).is_some()
    }

    /// Byte order and unit of time.
    fn order(magic: [u8; 4]) -> Option<(bool, u64)> {
        match u32::from_be_bytes(magic) {
            0xa1b2_c3d4 => Some((true, 1000)),
            0xa1b2_3c4d => Some((true, 1)),
            0xd4c3_b2a1 => Some((false, 1000)),
            0x4d3c_b2a1 => Some((false, 1)),
            _ => None,
        }
    }

    /// Reads the file's header.
    ///
    /// # Errors
    /// When it is none.
    pub fn header(bytes: &[u8; HEADER]) -> Result<Self, Unsound> {
        let magic = [bytes[0], bytes[1], bytes[2], bytes[3]];
        let (big_endian, unit) = Self::order(magic).ok_or(Unsound::NoCapture)?;
        let mut this = Self {
            big_endian,
            unit,
            link: 0,
        };
        let version = (this.number(bytes, 4) >> if big_endian { 16 } else { 0 }) as u16;
        if version != 2 {
            return Err(Unsound::Version(version));
        }
        // The upper half tells of check sequences behind each packet.
        this.link = this.number(bytes, 20) as u16;
        Ok(this)
    }

    /// Reads what stands before a packet.
    ///
    /// # Errors
    /// When it cannot be so: what follows cannot be found then.
    pub fn record(&self, bytes: &[u8; RECORD]) -> Result<Record, Unsound> {
        let [seconds, rest, here, original] = [0, 4, 8, 12].map(|at| self.number(bytes, at));
        if here > MOST_OF_A_PACKET {
            return Err(Unsound::TooLong(here));
        }
        let nanos = u64::from(rest) * self.unit;
        Ok(Record {
            at_ns: u64::from(seconds) * 1_000_000_000 + nanos,
            here,
            original: original.max(here),
        })
    }

    fn number(&self, bytes: &[u8], at: usize) -> u32 {
        let four = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        if self.big_endian {
            u32::from_be_bytes(four)
        } else {
            u32::from_le_bytes(four)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(magic: [u8; 4], big: bool) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[..4].copy_from_slice(&magic);
        let (version, link) = if big { (5, 23) } else { (4, 20) };
        (bytes[version], bytes[link]) = (2, 113);
        bytes
    }

    #[test]
    fn all_four_magics_are_read() {
        let number = |big: bool, n: u32| {
            if big {
                n.to_be_bytes()
            } else {
                n.to_le_bytes()
            }
        };
        for (magic, big, nanos) in [
            ([0xa1, 0xb2, 0xc3, 0xd4], true, 7_000),
            ([0xd4, 0xc3, 0xb2, 0xa1], false, 7_000),
            ([0xa1, 0xb2, 0x3c, 0x4d], true, 7),
            ([0x4d, 0x3c, 0xb2, 0xa1], false, 7),
        ] {
            let pcap = Pcap::header(&header(magic, big)).unwrap();
            assert_eq!(pcap.link, 113);
            let mut record = [0; RECORD];
            for (at, n) in [(0, 3), (4, 7), (8, 40), (12, 1500)] {
                record[at..at + 4].copy_from_slice(&number(big, n));
            }
            let read = pcap.record(&record).unwrap();
            assert_eq!(read.at_ns, 3_000_000_000 + nanos);
            assert_eq!((read.here, read.original), (40, 1500));
            record[8..12].copy_from_slice(&number(big, u32::MAX));
            assert_eq!(pcap.record(&record), Err(Unsound::TooLong(u32::MAX)));
        }
    }

    #[test]
    fn what_is_no_capture_is_said_to_be_none() {
        assert_eq!(Pcap::header(&[0; HEADER]), Err(Unsound::NoCapture));
        let mut bytes = header([0xd4, 0xc3, 0xb2, 0xa1], false);
        bytes[4] = 3;
        let refused = Pcap::header(&bytes).unwrap_err();
        assert_eq!(refused.to_string(), "version 3 of the format is not known");
        assert!(Pcap::is([0xa1, 0xb2, 0x3c, 0x4d]) && !Pcap::is(*b"\x0a\x0d\x0d\x0a"));
    }
}
