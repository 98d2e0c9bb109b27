//! Any bytes as a file with a journal: it is opened or refused, read as far as it is sound, and every page can be read
//! again. The first byte says how the file begins: as it stands, or with what makes it a recording or JSON Lines; after
//! that, the bytes stand in blocks whose lengths are right, so that something of what is in them is reached.
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run recording`
#![no_main]

use fourline::record::{Recorder, testing::anything};
use libfuzzer_sys::fuzz_target;

/// Blocks of these kinds, filled with the bytes piece by piece: the first byte of a piece says how long it is, and what
/// it is.
fn in_blocks(mut bytes: &[u8], file: &mut Vec<u8>) {
    while let Some((&first, rest)) = bytes.split_first() {
        let kind: u32 = [1, 6, 9, 9][usize::from(first & 3)];
        let (body, more) = rest.split_at(rest.len().min(usize::from(first)));
        let mut body = body.to_vec();
        body.resize(body.len().next_multiple_of(4), b'\n');
        let length = body.len() as u32 + 12;
        file.extend(kind.to_le_bytes());
        file.extend(length.to_le_bytes());
        file.extend(body);
        file.extend(length.to_le_bytes());
        bytes = more;
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let mut file = Vec::new();
    match first % 4 {
        0 => file.extend(rest),
        1 => {
            file.extend(b"{\"fourline\":1,\"epoch_ns\":0}\n");
            file.extend(rest);
        }
        2 => {
            Recorder::begin(&mut file, 7).expect("memory takes it");
            file.extend(rest);
        }
        _ => {
            Recorder::begin(&mut file, 7).expect("memory takes it");
            in_blocks(rest, &mut file);
        }
    }
    anything(&file);
});
