//! The options at the end of a block, one after the other: a number, a length, a value.

use super::{OPT_CUSTOM, OURS, Order, padded};

/// Walks over options, up to their end or to the first that does not fit.
#[derive(Clone, Debug)]
pub(crate) struct Options<'a> {
    rest: &'a [u8],
    order: Order,
    sound: bool,
}

impl<'a> Options<'a> {
    /// Those that stand in these bytes.
    pub(crate) const fn new(order: Order, bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            order,
            sound: true,
        }
    }

    /// Whether everything so far fitted.
    pub(crate) const fn sound(&self) -> bool {
        self.sound
    }

    /// The text of our own option, if this value of [`OPT_CUSTOM`] is one.
    pub(crate) fn ours(order: Order, code: u16, value: &[u8]) -> Option<&[u8]> {
        let (whose, text) = value.split_first_chunk()?;
        (code == OPT_CUSTOM && order.u32(*whose) == OURS).then_some(text)
    }
}

impl<'a> Iterator for Options<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let Some((head, rest)) = self.rest.split_first_chunk::<4>() else {
            self.sound &= self.rest.is_empty();
            self.rest = &[];
            return None;
        };
        let code = self.order.u16([head[0], head[1]]);
        let length = usize::from(self.order.u16([head[2], head[3]]));
        if code == 0 {
            self.rest = &[];
            return None;
        }
        let Some(value) = rest.get(..length) else {
            self.sound = false;
            self.rest = &[];
            return None;
        };
        self.rest = rest.get(padded(length)..).unwrap_or_default();
        Some((code, value))
    }
}
