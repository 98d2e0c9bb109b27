//! A TCP header whose options were cut off by a short snapshot length: what is there of it is read, as if the options
//! ended where the last whole one does.

use crate::model::packet::Protocol;
use crate::packet::{Brief, brief};

/// A TCP header without options.
const FIXED: usize = 20;

/// What a packet says, with a TCP header that is cut off within its options.
pub(super) fn brief_of(bytes: &[u8]) -> Brief {
    let read = brief(bytes);
    if read.protocol != Protocol::Tcp || read.tcp.is_some() || read.fragment {
        return read;
    }
    completed(bytes, read.data as usize).map_or(read, |whole| brief(&whole))
}

/// The packet up to its last whole option, and then as many empty ones as its header says that there are.
fn completed(bytes: &[u8], begin: usize) -> Option<Vec<u8>> {
    let header = bytes.get(begin..).filter(|there| there.len() >= FIXED)?;
    let length = usize::from(header[12] >> 4) * 4;
    if length <= header.len() {
        return None;
    }
    let mut end = FIXED;
    while let Some(kind) = header.get(end) {
        let size = match kind {
            0 => break,
            1 => 1,
            _ => header.get(end + 1).map_or(0, |size| usize::from(*size)),
        };
        if size == 0 || *kind > 1 && size < 2 || end + size > header.len() {
            break;
        }
        end += size;
    }
    let mut whole = bytes.get(..begin + end)?.to_vec();
    whole.resize(begin + length, 0);
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_were_cut_are_not_made_up() {
        let mut syn = vec![
            0x45, 0, 0, 60, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
        ];
        syn.extend([
            0, 80, 200, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0xa0, 2, 1, 0, 0, 0, 0, 0,
        ]);
        syn.extend([
            2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 1, 1, 1, 0, 0, 0, 0, 1, 3, 3, 7,
        ]);
        let whole = brief_of(&syn);
        assert_eq!(whole, brief(&syn));
        assert_eq!(whole.tcp.unwrap().scale, Some(7));
        for cut in 40..60 {
            let cut_off = brief_of(&syn[..cut]);
            let tcp = cut_off.tcp.unwrap();
            assert_eq!((tcp.seq, tcp.flags.0), (7, 2), "{cut}");
            assert_eq!((tcp.scale, tcp.mss), (None, (cut >= 44).then_some(1460)));
            assert_eq!(tcp.stamps, (cut >= 56).then_some((0x0101_0101, 0)));
            assert_eq!((cut_off.data, cut_off.len), (60, 0));
        }
        for cut in 0..40 {
            assert_eq!(brief_of(&syn[..cut]), brief(&syn[..cut]));
        }
    }
}
