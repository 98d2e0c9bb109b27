//! The packets of a capture file, one after the other: of a pcapng file's blocks, or of a classic one.

use super::{
    blocks::{Block, Blocks, Interface, Mark, OLD_PACKET, PACKET, SIMPLE_PACKET},
    foreign::RawPacket,
    input::Input,
    pcap::{HEADER, Pcap, RECORD},
    stop::{Place, Stop, Why},
};
use std::io::{Read, Seek};

/// A capture file.
#[derive(Debug)]
pub(super) enum Packets<R> {
    /// pcapng.
    Blocks(Blocks<R>),
    /// The classic format.
    Classic(Input<R>, Pcap),
}

/// A place between two packets.
#[derive(Clone, Copy, Debug)]
pub(super) enum Here {
    /// Of pcapng.
    Blocks(Mark),
    /// A byte.
    Byte(u64),
}

impl<R: Read + Seek> Packets<R> {
    /// A classic capture.
    pub(super) fn classic(mut input: Input<R>) -> Result<Self, Stop> {
        let stop = |why| Stop {
            place: Place::Byte(0),
            why,
        };
        input.go(0);
        let header = input.take(HEADER).map_err(|e| stop(Why::io(&e)))?;
        let header = header.and_then(|h| h.first_chunk());
        let pcap = Pcap::header(header.ok_or_else(|| stop(Why::Cut))?);
        let pcap = pcap.map_err(|unsound| stop(unsound.into()))?;
        Ok(Self::Classic(input, pcap))
    }

    const fn input(&self) -> &Input<R> {
        match self {
            Self::Blocks(blocks) => blocks.input(),
            Self::Classic(input, _) => input,
        }
    }

    /// How many bytes there are.
    pub(super) const fn size(&self) -> u64 {
        self.input().size()
    }

    /// Where it is.
    pub(super) const fn here(&self) -> Here {
        match self {
            Self::Blocks(blocks) => Here::Blocks(blocks.mark()),
            Self::Classic(input, _) => Here::Byte(input.at()),
        }
    }

    /// Goes back to where it was.
    pub(super) fn go(&mut self, here: Here) {
        match (self, here) {
            (Self::Blocks(blocks), Here::Blocks(mark)) => blocks.go(mark),
            (Self::Classic(input, _), Here::Byte(at)) => input.go(at),
            _ => {}
        }
    }

    /// Takes the next packet; nothing at the end. One whose time is not told has that of the one before.
    pub(super) fn next<T>(
        &mut self,
        before_ns: u64,
        take: impl FnOnce(&RawPacket<'_>) -> T,
    ) -> Result<Option<T>, Stop> {
        match self {
            Self::Classic(input, pcap) => classic(input, *pcap, take),
            Self::Blocks(blocks) => loop {
                let Some(block) = blocks.next()? else {
                    return Ok(None);
                };
                if let Some(raw) = in_block(&block, before_ns)? {
                    return Ok(Some(take(&raw)));
                }
            },
        }
    }
}

fn classic<R: Read + Seek, T>(
    input: &mut Input<R>,
    pcap: Pcap,
    take: impl FnOnce(&RawPacket<'_>) -> T,
) -> Result<Option<T>, Stop> {
    let offset = input.at();
    let stop = |why| Stop {
        place: Place::Byte(offset),
        why,
    };
    if input.left() == 0 {
        return Ok(None);
    }
    let head = input.peek(RECORD).map_err(|e| stop(Why::io(&e)))?;
    let head = head.and_then(|h| h.first_chunk());
    let record = pcap.record(head.ok_or_else(|| stop(Why::Cut))?);
    let record = record.map_err(|unsound| stop(unsound.into()))?;
    let whole = input.take(RECORD + record.here as usize);
    let whole = whole.map_err(|e| stop(Why::io(&e)))?;
    let bytes = whole.ok_or_else(|| stop(Why::Cut))?;
    Ok(Some(take(&RawPacket {
        at_ns: record.at_ns,
        link: pcap.link,
        bytes: &bytes[RECORD..],
        original: record.original,
    })))
}

/// The packet in a block, if it holds one.
fn in_block<'a>(block: &Block<'a>, before_ns: u64) -> Result<Option<RawPacket<'a>>, Stop> {
    let (interface, ticks, bytes, original) = match block.kind {
        PACKET => {
            let Some(packet) = block.packet()? else {
                return Ok(None);
            };
            let ticks = Some(packet.ticks);
            (packet.interface, ticks, packet.bytes, packet.original)
        }
        OLD_PACKET => {
            let number = |at| block.order.u32_at(block.body, at);
            let read = || {
                let interface = block.order.u16_at(block.body, 0)?;
                let ticks = u64::from(number(4)?) << 32 | u64::from(number(8)?);
                let bytes = block.body.get(20..)?.get(..number(12)? as usize)?;
                let interface = block.interfaces.get(usize::from(interface));
                Some((interface, Some(ticks), bytes, number(16)?))
            };
            read().ok_or_else(|| block.stop(Why::Inside("a packet")))?
        }
        SIMPLE_PACKET => {
            let interface = block.interfaces.first();
            let snaplen = interface.map_or(0, |i| i.snaplen);
            let read = || {
                let original = block.order.u32_at(block.body, 0)?;
                let most = if snaplen == 0 { original } else { snaplen };
                let bytes = block.body.get(4..)?.get(..original.min(most) as usize)?;
                Some((interface, None, bytes, original))
            };
            read().ok_or_else(|| block.stop(Why::Inside("a packet")))?
        }
        _ => return Ok(None),
    };
    let none = || block.stop(Why::Inside("the number of a packet's interface"));
    let interface: &Interface = interface.ok_or_else(none)?;
    Ok(Some(RawPacket {
        at_ns: ticks.map_or(before_ns, |ticks| interface.nanoseconds(ticks)),
        link: interface.link,
        bytes,
        original: original.max(bytes.len() as u32),
    }))
}
