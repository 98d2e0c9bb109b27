//! Blocks are made in memory, each whole, so that it can be written in one piece.

use super::{INTERFACE, LINK_RAW, MAGIC, Order, SECTION, padded};
use super::{OPT_DESCRIPTION, OPT_NAME, OPT_PROGRAM, OPT_TSRESOL};

/// Blocks that are being made.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
    order: Order,
    /// Where the block that is being made begins.
    begin: usize,
}

impl Writer {
    /// Numbers in this order.
    #[cfg(test)]
    pub(crate) fn in_order(order: Order) -> Self {
        Self {
            order,
            ..Self::default()
        }
    }

    /// What was made, to be written; [`Writer::clear`] when it is.
    pub(crate) fn made(&self) -> &[u8] {
        &self.bytes
    }

    /// Anew.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(1 << 20);
    }

    /// A block begins.
    pub(crate) fn begin(&mut self, kind: u32) {
        self.begin = self.bytes.len();
        self.u32(kind);
        self.u32(0);
    }

    /// The block ends: its length is filled in at both ends.
    pub(crate) fn end(&mut self) {
        self.pad();
        let length = (self.bytes.len() - self.begin + 4) as u32;
        self.u32(length);
        let bytes = self.number(length);
        self.bytes[self.begin + 4..self.begin + 8].copy_from_slice(&bytes);
    }

    /// A whole section header, by which program it was written.
    pub(crate) fn section(&mut self, program: &str) {
        self.begin(SECTION);
        self.u32(MAGIC);
        self.u16(1);
        self.u16(0);
        // How long the section is, is not known.
        self.raw(&[0xff; 8]);
        self.option(OPT_PROGRAM, program.as_bytes());
        self.last_option();
        self.end();
    }

    /// A whole interface of raw IP packets with times in nanoseconds.
    pub(crate) fn interface(&mut self, name: &str, description: &str) {
        self.begin(INTERFACE);
        self.u16(LINK_RAW);
        self.u16(0);
        self.u32(0);
        self.option(OPT_NAME, name.as_bytes());
        self.option(OPT_DESCRIPTION, description.as_bytes());
        self.option(OPT_TSRESOL, &[9]);
        self.last_option();
        self.end();
    }

    /// An option; of a value that is too long for one, the beginning.
    pub(crate) fn option(&mut self, code: u16, value: &[u8]) {
        let value = &value[..value.len().min(usize::from(u16::MAX))];
        self.u16(code);
        self.u16(value.len() as u16);
        self.raw(value);
        self.pad();
    }

    /// An option that is a number.
    pub(crate) fn option_u32(&mut self, code: u16, value: u32) {
        let value = self.number(value);
        self.option(code, &value);
    }

    /// An option that is a long number.
    pub(crate) fn option_u64(&mut self, code: u16, value: u64) {
        let value = match self.order {
            Order::Little => value.to_le_bytes(),
            Order::Big => value.to_be_bytes(),
        };
        self.option(code, &value);
    }

    /// A text of somebody's own; `whose` is the number of who that is.
    pub(crate) fn option_custom(&mut self, code: u16, whose: u32, text: &[u8]) {
        let most = usize::from(u16::MAX) - 4;
        let text = &text[..text.len().min(most)];
        self.u16(code);
        self.u16(4 + text.len() as u16);
        self.u32(whose);
        self.raw(text);
        self.pad();
    }

    /// No more options.
    pub(crate) fn last_option(&mut self) {
        self.u32(0);
    }

    /// Two bytes.
    pub(crate) fn u16(&mut self, n: u16) {
        self.raw(&match self.order {
            Order::Little => n.to_le_bytes(),
            Order::Big => n.to_be_bytes(),
        });
    }

    /// Four bytes.
    pub(crate) fn u32(&mut self, n: u32) {
        let bytes = self.number(n);
        self.raw(&bytes);
    }

    /// Bytes as they are.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Up to a multiple of four.
    pub(crate) fn pad(&mut self) {
        let length = self.bytes.len() - self.begin;
        self.bytes.resize(self.begin + padded(length), 0);
    }

    const fn number(&self, n: u32) -> [u8; 4] {
        match self.order {
            Order::Little => n.to_le_bytes(),
            Order::Big => n.to_be_bytes(),
        }
    }
}
