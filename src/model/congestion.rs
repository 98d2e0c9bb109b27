//! Congestion control as the kernel tells of it: its mood, and which algorithm it is.

use core::{fmt, str::FromStr};
use serde::{Deserialize, Serialize, de::Error as _};

/// The mood of a connection's congestion control (`tcpi_ca_state`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CaState {
    /// Nothing is wrong.
    Open,
    /// Something was acknowledged out of order: perhaps a loss, perhaps not.
    Disorder,
    /// The window is being reduced, for a mark of congestion or a local queue that is full.
    Cwr,
    /// A segment is lost and was sent again at once, as later ones were acknowledged.
    Recovery,
    /// The retransmission time-out ran out.
    Loss,
}

impl CaState {
    /// The kernel's numbers.
    pub const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Open,
            1 => Self::Disorder,
            2 => Self::Cwr,
            3 => Self::Recovery,
            4 => Self::Loss,
            _ => return None,
        })
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Disorder => "disorder",
            Self::Cwr => "cwr",
            Self::Recovery => "recovery",
            Self::Loss => "loss",
        }
    }
}

/// The name of a congestion control: `cubic`, `bbr`. As the kernel has it, at most 15 letters, so that it can be copied.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Algorithm {
    letters: [u8; Self::MOST],
    len: u8,
}

impl Algorithm {
    const MOST: usize = 15;

    /// A name of printable ASCII without spaces.
    pub fn new(name: &str) -> Option<Self> {
        let fits = (1..=Self::MOST).contains(&name.len());
        (fits && name.bytes().all(|b| b.is_ascii_graphic())).then(|| {
            let mut letters = [0; Self::MOST];
            letters[..name.len()].copy_from_slice(name.as_bytes());
            let len = name.len() as u8;
            Self { letters, len }
        })
    }

    /// It.
    pub fn name(&self) -> &str {
        core::str::from_utf8(&self.letters[..usize::from(self.len)]).unwrap_or_default()
    }
}

impl fmt::Debug for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name().fmt(f)
    }
}

/// This is no name of a congestion control.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no name of a congestion control: expected 1 to 15 letters, as in cubic")]
pub struct BadAlgorithm(String);

impl FromStr for Algorithm {
    type Err = BadAlgorithm;
    fn from_str(s: &str) -> Result<Self, BadAlgorithm> {
        Self::new(s).ok_or_else(|| BadAlgorithm(s.chars().take(40).collect()))
    }
}

impl Serialize for Algorithm {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Algorithm {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_as_it_was_and_a_strange_one_is_refused() {
        for name in ["cubic", "bbr", "a", "fifteen-letters"] {
            let json = serde_json::to_string(&Algorithm::new(name).unwrap()).unwrap();
            assert_eq!(json, format!("{name:?}"));
            let back: Algorithm = serde_json::from_str(&json).unwrap();
            assert_eq!(back.name(), name);
        }
        for bad in ["", "sixteen-letters-", "cu bic", "cubi\u{1b}", "é"] {
            assert!(bad.parse::<Algorithm>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_moods_are_those_of_the_kernel() {
        let names = (0..6).map(|n| CaState::from_number(n).map_or("-", CaState::name));
        let told: Vec<_> = names.collect();
        assert_eq!(told, ["open", "disorder", "cwr", "recovery", "loss", "-"]);
    }
}
