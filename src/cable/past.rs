//! What became of the packets that were on the cable a short while ago, to answer whoever asks for one too late.

use crate::model::packet::{Fate, PacketNo};

/// How many are remembered.
const REMEMBERED: usize = 1024;

/// The last fates, each in the place that its number says: nothing is searched or allocated.
#[derive(Debug)]
pub(super) struct Past(Box<[(PacketNo, Fate)]>);

impl Past {
    pub(super) fn new() -> Self {
        // No packet has the number 0.
        Self(vec![(PacketNo(0), Fate::Delivered); REMEMBERED].into())
    }

    pub(super) fn note(&mut self, number: PacketNo, fate: Fate) {
        let place = number.0 % REMEMBERED as u64;
        self.0[place as usize] = (number, fate);
    }

    /// In words, what became of it: behind "Packet 4 is not on the cable any more".
    pub(super) fn what_became_of(&self, number: PacketNo) -> &'static str {
        let (noted, fate) = self.0[(number.0 % REMEMBERED as u64) as usize];
        match fate {
            _ if noted != number => "",
            Fate::Delivered => ": it was delivered",
            Fate::Dropped => ": it was dropped",
            Fate::Lost => ": it was lost, the cable had no room for it",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_remembers_the_last_ones_and_says_nothing_about_others() {
        let mut past = Past::new();
        past.note(PacketNo(4), Fate::Dropped);
        assert_eq!(past.what_became_of(PacketNo(4)), ": it was dropped");
        past.note(PacketNo(4 + REMEMBERED as u64), Fate::Delivered);
        assert_eq!(past.what_became_of(PacketNo(4)), "");
        past.note(PacketNo(u64::MAX), Fate::Lost);
        assert!(past.what_became_of(PacketNo(u64::MAX)).contains("no room"));
    }
}
