//! The blocks of a pcapng file (draft-ietf-opsawg-pcapng), as few of them as are needed: written in one byte order, read
//! in both. All lengths are checked against the file before anything is believed.

mod options;
mod read;
mod write;

pub(super) use self::{
    options::Options,
    read::{Block, Blocks, Interface, Mark},
    write::Writer,
};

/// Section Header Block: the same in both byte orders.
pub(super) const SECTION: u32 = 0x0a0d_0d0a;
/// Interface Description Block.
pub(super) const INTERFACE: u32 = 1;
/// Packet Block, of old.
pub(super) const OLD_PACKET: u32 = 2;
/// Simple Packet Block.
pub(super) const SIMPLE_PACKET: u32 = 3;
/// Enhanced Packet Block.
pub(super) const PACKET: u32 = 6;
/// systemd Journal Export Block.
pub(super) const JOURNAL: u32 = 9;

/// What the byte order is told by.
pub(super) const MAGIC: u32 = 0x1a2b_3c4d;
/// The longest block that is believed, in bytes.
pub(super) const LONGEST_BLOCK: u32 = 64 << 20;
/// As many interfaces may be described in a section.
pub(super) const MOST_INTERFACES: usize = 1024;

/// The link type of packets that begin with their IP header.
pub(super) const LINK_RAW: u16 = 101;

/// A comment, in any block.
pub(super) const OPT_COMMENT: u16 = 1;
/// Text of somebody's own that may be copied.
pub(super) const OPT_CUSTOM: u16 = 2988;
/// The name of the program that wrote a section.
pub(super) const OPT_PROGRAM: u16 = 4;
/// An interface's name.
pub(super) const OPT_NAME: u16 = 2;
/// An interface's description.
pub(super) const OPT_DESCRIPTION: u16 = 3;
/// The unit of an interface's times.
pub(super) const OPT_TSRESOL: u16 = 9;
/// Seconds that are to be added to an interface's times.
pub(super) const OPT_TSOFFSET: u16 = 14;
/// A packet's direction and more.
pub(super) const OPT_FLAGS: u16 = 2;
/// A packet's number.
pub(super) const OPT_PACKET_ID: u16 = 5;
/// In [`OPT_FLAGS`]: it was sent.
pub(super) const OUTBOUND: u32 = 2;

/// Whose custom options ours are: the number that is set aside for documentation (RFC 5612).
pub(super) const OURS: u32 = 32473;

/// In which order a number's bytes stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Order {
    /// The lowest first.
    #[default]
    Little,
    /// The highest first.
    Big,
}

impl Order {
    /// Two bytes as a number.
    pub(super) const fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    /// Four bytes as a number.
    pub(super) const fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    /// Eight bytes as a number.
    pub(super) const fn u64(self, bytes: [u8; 8]) -> u64 {
        match self {
            Self::Little => u64::from_le_bytes(bytes),
            Self::Big => u64::from_be_bytes(bytes),
        }
    }

    /// The number of two bytes at a place, if they are there.
    pub(super) fn u16_at(self, bytes: &[u8], at: usize) -> Option<u16> {
        Some(self.u16(*bytes.get(at..)?.first_chunk()?))
    }

    /// The number of four bytes at a place, if they are there.
    pub(super) fn u32_at(self, bytes: &[u8], at: usize) -> Option<u32> {
        Some(self.u32(*bytes.get(at..)?.first_chunk()?))
    }
}

/// `length` with what fills it up to a multiple of four.
pub(super) const fn padded(length: usize) -> usize {
    length.next_multiple_of(4)
}
