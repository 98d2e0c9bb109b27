//! The claim about what programs of somebody's own have printed.

use super::Verdict;
use crate::model::{book::Book, ids::Actor, payload::escaped, program::Stream};
use std::collections::BTreeMap;

/// What of the output is shown when a claim does not hold.
const SHOWN: usize = 200;

/// Whether these bytes stand in what one of the programs of this side has printed, in one of its streams.
pub(super) fn check(book: &Book, who: Actor, wanted: &[u8]) -> Verdict {
    let mut streams: BTreeMap<(u32, Stream), Vec<u8>> = BTreeMap::new();
    let mut held = false;
    let mut newest = None;
    for (pid, stream, data) in book.printed_at(book.events().len(), who) {
        let text = streams.entry((pid, stream)).or_default();
        text.extend_from_slice(&data.kept);
        // What comes after a gap does not follow what stands before it.
        if data.omitted > 0 {
            held |= contains(text, wanted);
            text.clear();
        }
        newest = Some(&data.kept);
    }
    held |= streams.values().any(|text| contains(text, wanted));
    let found = match newest {
        None => format!(
            "no program of the {}'s side has printed anything",
            who.side()
        ),
        Some(line) => format!(
            "the latest that was printed is \"{}\"{}",
            escaped(&line[..line.len().min(SHOWN)]),
            super::more(line.len() as u64, SHOWN as u64)
        ),
    };
    Verdict { held, found }
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    wanted.is_empty() || text.windows(wanted.len()).any(|part| part == wanted)
}
