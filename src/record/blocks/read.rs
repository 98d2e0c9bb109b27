//! Block after block of a file, with what is known of its sections and interfaces.

use super::{
    INTERFACE, LONGEST_BLOCK, MAGIC, MOST_INTERFACES, OPT_NAME, OPT_TSOFFSET, OPT_TSRESOL, Options,
    Order, PACKET, SECTION,
};
use crate::record::{
    input::Input,
    stop::{Place, Stop, Why},
};
use std::io::{Read, Seek};

/// An interface's name is kept so far, in characters.
const LONGEST_NAME: usize = 64;
/// A block's length at both ends, and its kind.
const FRAME: u32 = 12;

/// A block, without its frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'a> {
    /// What it is.
    pub(crate) kind: u32,
    /// Its numbers' byte order.
    pub(crate) order: Order,
    /// Where it begins in the file.
    pub(crate) offset: u64,
    /// What stands in it.
    pub(crate) body: &'a [u8],
    /// The interfaces of its section, as far as they are described before it.
    pub(crate) interfaces: &'a [Interface],
}

impl<'a> Block<'a> {
    /// That something of it is not sound.
    pub(crate) fn stop(&self, why: Why) -> Stop {
        Stop {
            place: Place::Byte(self.offset),
            why,
        }
    }

    /// It as an Enhanced Packet Block; nothing if it is another one.
    pub(crate) fn packet(&self) -> Result<Option<PacketBlock<'a>>, Stop> {
        if self.kind != PACKET {
            return Ok(None);
        }
        let read = || {
            let number = |at| self.order.u32_at(self.body, at);
            let kept = number(12)? as usize;
            let bytes = self.body.get(20..)?.get(..kept)?;
            let options = self
                .body
                .get(20 + super::padded(kept)..)
                .unwrap_or_default();
            Some(PacketBlock {
                interface: self.interfaces.get(number(0)? as usize),
                ticks: u64::from(number(4)?) << 32 | u64::from(number(8)?),
                bytes,
                original: number(16)?,
                options: Options::new(self.order, options),
            })
        };
        read()
            .map(Some)
            .ok_or_else(|| self.stop(Why::Inside("a packet")))
    }
}

/// An Enhanced Packet Block, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct PacketBlock<'a> {
    /// Its interface, if that is described.
    pub(crate) interface: Option<&'a Interface>,
    /// Its time in the interface's unit.
    pub(crate) ticks: u64,
    /// What was kept of it.
    pub(crate) bytes: &'a [u8],
    /// How long it was.
    pub(crate) original: u32,
    /// The rest.
    pub(crate) options: Options<'a>,
}

/// What is known of an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interface {
    /// What its packets begin with.
    pub(crate) link: u16,
    /// Its packets are kept so far; 0 for no limit.
    pub(crate) snaplen: u32,
    /// The unit of its times as it stands there: `10^-n` seconds, or `2^-n` with the highest bit.
    pub(crate) tsresol: u8,
    /// Seconds to be added to its times.
    pub(crate) tsoffset: i64,
    /// Its name, if it has one: it may hold anything.
    pub(crate) name: Option<Box<str>>,
}

impl Interface {
    fn read(order: Order, body: &[u8]) -> Option<Self> {
        let mut interface = Self {
            link: order.u16_at(body, 0)?,
            snaplen: order.u32_at(body, 4)?,
            tsresol: 6,
            tsoffset: 0,
            name: None,
        };
        for (code, value) in Options::new(order, body.get(8..)?) {
            match (code, value) {
                (OPT_TSRESOL, [unit]) => interface.tsresol = *unit,
                (OPT_TSOFFSET, value) => {
                    if let Ok(bytes) = value.try_into() {
                        interface.tsoffset = order.u64(bytes) as i64;
                    }
                }
                (OPT_NAME, name) => {
                    let name = &name[..name.len().min(4 * LONGEST_NAME)];
                    let name = String::from_utf8_lossy(name);
                    interface.name = Some(name.chars().take(LONGEST_NAME).collect());
                }
                _ => {}
            }
        }
        Some(interface)
    }

    /// A time in this interface's unit as nanoseconds since 1970; the nearest that can be told.
    pub(crate) fn nanoseconds(&self, ticks: u64) -> u64 {
        let (ticks, exponent) = (u128::from(ticks), u32::from(self.tsresol & 0x7f));
        let since = if self.tsresol & 0x80 != 0 {
            ticks
                .saturating_mul(1_000_000_000)
                .checked_shr(exponent)
                .unwrap_or(0)
        } else if exponent <= 9 {
            ticks.saturating_mul(10_u128.pow(9 - exponent))
        } else {
            10_u128
                .checked_pow(exponent - 9)
                .map_or(0, |unit| ticks / unit)
        };
        let offset = i128::from(self.tsoffset) * 1_000_000_000;
        let sum = i128::try_from(since)
            .unwrap_or(i128::MAX)
            .saturating_add(offset);
        sum.clamp(0, u64::MAX.into()) as u64
    }
}

/// A place between two blocks, to come back to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mark {
    offset: u64,
    order: Order,
    in_section: bool,
    /// The section's interfaces in the table of all.
    first: usize,
    count: usize,
}

impl Mark {
    /// Where it is in the file.
    pub(crate) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether no block stands before it.
    pub(crate) const fn is_begin(&self) -> bool {
        self.offset == 0
    }

    /// That something is not sound in the block that begins here.
    pub(crate) const fn stop(&self, why: Why) -> Stop {
        Stop {
            place: Place::Byte(self.offset),
            why,
        }
    }
}

/// A file's blocks, one after the other.
#[derive(Debug)]
pub(crate) struct Blocks<R> {
    input: Input<R>,
    here: Mark,
    /// Of all sections, in order; read once.
    interfaces: Vec<Interface>,
}

impl<R: Read + Seek> Blocks<R> {
    /// From the beginning.
    pub(crate) fn new(mut input: Input<R>) -> Self {
        input.go(0);
        Self {
            input,
            here: Mark::default(),
            interfaces: Vec::new(),
        }
    }

    /// The file.
    pub(crate) const fn input(&self) -> &Input<R> {
        &self.input
    }

    /// This place, to come back to.
    pub(crate) const fn mark(&self) -> Mark {
        self.here
    }

    /// Goes back to a place.
    pub(crate) fn go(&mut self, mark: Mark) {
        self.here = mark;
        self.input.go(mark.offset);
    }

    /// The next block; nothing at the end of the file. After a fault it stays there.
    pub(crate) fn next(&mut self) -> Result<Option<Block<'_>>, Stop> {
        let offset = self.here.offset;
        let stop = |why| Stop {
            place: Place::Byte(offset),
            why,
        };
        self.input.go(offset);
        if self.input.left() == 0 {
            return Ok(None);
        }
        let (kind, order, length) = self.head().map_err(stop)?;
        let frame = self
            .input
            .take(length as usize)
            .map_err(|e| stop(Why::io(&e)))?
            .ok_or_else(|| stop(Why::Cut))?;
        let (front, back) = (&frame[..frame.len() - 4], &frame[frame.len() - 4..]);
        let body = &front[8..];
        let again = order.u32_at(back, 0).unwrap_or(0);
        if again != length {
            return Err(stop(Why::Lengths(length, again)));
        }
        match kind {
            SECTION => {
                let version = |at| order.u16_at(body, at).unwrap_or(0);
                // Version 1.2 was written by some, and is the same.
                if version(4) != 1 || !matches!(version(6), 0 | 2) {
                    return Err(stop(Why::Section(version(4), version(6))));
                }
                self.here.order = order;
                self.here.in_section = true;
                self.here.first += self.here.count;
                self.here.count = 0;
            }
            INTERFACE => {
                if self.here.count == MOST_INTERFACES {
                    return Err(stop(Why::Interfaces));
                }
                // On the way back over the file it is known already.
                if self.here.first + self.here.count == self.interfaces.len() {
                    let interface = Interface::read(order, body)
                        .ok_or_else(|| stop(Why::Inside("an interface")))?;
                    self.interfaces.push(interface);
                }
                self.here.count += 1;
            }
            _ => {}
        }
        self.here.offset += u64::from(length);
        let of_section = self.here.first..self.here.first + self.here.count;
        Ok(Some(Block {
            kind,
            order,
            offset,
            body,
            interfaces: self.interfaces.get(of_section).unwrap_or_default(),
        }))
    }

    /// A block's kind, byte order and length, when it can have that.
    fn head(&mut self) -> Result<(u32, Order, u32), Why> {
        let left = self.input.left();
        let head = self.input.peek(12).map_err(|e| Why::io(&e))?;
        let head: [u8; 12] = head.and_then(|h| h.try_into().ok()).ok_or(Why::Cut)?;
        let [k0, k1, k2, k3, l0, l1, l2, l3, m0, m1, m2, m3] = head;
        let kind = self.here.order.u32([k0, k1, k2, k3]);
        let mut order = self.here.order;
        if kind == SECTION {
            let magic = [m0, m1, m2, m3];
            order = [Order::Little, Order::Big]
                .into_iter()
                .find(|order| order.u32(magic) == MAGIC)
                .ok_or(Why::Inside("the byte order of a section"))?;
        } else if !self.here.in_section {
            return Err(Why::Inside("a section that is not there"));
        }
        let length = order.u32([l0, l1, l2, l3]);
        let least = if kind == SECTION { FRAME + 16 } else { FRAME };
        if length < least || !length.is_multiple_of(4) || length > LONGEST_BLOCK {
            return Err(Why::Length(length));
        }
        if u64::from(length) > left {
            return Err(Why::Cut);
        }
        Ok((kind, order, length))
    }
}
