//! Chance that can be had again: a small generator, so that the same seed makes the same choices everywhere.

use crate::model::cable::Chance;

/// `SplitMix64` (Steele, Lea, Flood 2014): one addition and a mix, a full period of 2^64, and any seed is as good as another.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// 2^64 divided by the golden ratio: what the state grows by.
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// For what names no seed: the same for the same text every time, and different for different texts, so that two
    /// rules do not strike the same packets. `again` tells apart rules with the same text.
    pub(super) fn of_text(text: &str, again: usize) -> Self {
        // FNV-1a.
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut seeds = Self(hash.wrapping_add(again as u64));
        Self(seeds.next())
    }

    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(Self::STEP);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `most`, that too.
    pub(super) fn up_to(&mut self, most: u64) -> u64 {
        ((u128::from(self.next()) * (u128::from(most) + 1)) >> 64) as u64
    }

    /// Whether it happens this time. What happens always is not left to chance.
    pub(super) fn strikes(&mut self, chance: Chance) -> bool {
        chance >= Chance::ALWAYS
            || self.up_to(u64::from(Chance::ALWAYS.0) - 1) < u64::from(chance.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_published_generator() {
        // The first numbers of SplitMix64 from seed 1234567, as its authors' program prints them.
        let mut dice = Dice::new(1_234_567);
        assert_eq!(dice.next(), 6_457_827_717_110_365_317);
        assert_eq!(dice.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_chance_strikes_about_as_often_as_it_says() {
        let mut dice = Dice::of_text("loss 10%", 0);
        let struck = (0..10_000)
            .filter(|_| dice.strikes(Chance(100_000)))
            .count();
        assert!((900..1100).contains(&struck), "{struck}");
        assert!((0..1000).all(|_| dice.strikes(Chance::ALWAYS)));
        assert!((0..1000).all(|_| !dice.strikes(Chance(0))));
    }

    #[test]
    fn numbers_keep_within_their_bounds() {
        let mut dice = Dice::new(0);
        assert!((0..1000).all(|_| dice.up_to(3) <= 3));
        assert_eq!(dice.up_to(0), 0);
        dice.up_to(u64::MAX);
    }

    #[test]
    fn rules_of_the_same_text_strike_by_themselves() {
        assert_ne!(
            Dice::of_text("loss 50%", 0).next(),
            Dice::of_text("loss 50%", 1).next()
        );
        assert_eq!(
            Dice::of_text("loss 50%", 1).next(),
            Dice::of_text("loss 50%", 1).next()
        );
    }
}
