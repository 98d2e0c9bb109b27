//! Real links in figures, each with where its figures come from.

use super::Chance;
use crate::model::ids::Nanos;

/// A real link in figures.
#[derive(Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name in the language.
    pub name: &'static str,
    /// What it is like, in a few words.
    pub about: &'static str,
    /// Where the figures come from.
    pub source: &'static str,
    /// One way.
    pub delay: Nanos,
    /// More or less.
    pub jitter: Nanos,
    /// Bits a second toward the server; 0 for no limit.
    pub up: u64,
    /// Bits a second toward the client; 0 for no limit.
    pub down: u64,
    /// How much is lost.
    pub loss: Chance,
}

impl Preset {
    /// Real links, one row each, as others have measured or promised them. The delay is half of the way there and back.
    pub const TABLE: &'static [Self] = &[
        Self {
            name: "modem",
            about: "a 56k modem on a telephone line",
            source: "WebPageTest, settings/connectivity.ini: 56K Dial-Up, 49/30 kbit/s, 120 ms there and back",
            delay: Nanos::from_millis(60),
            jitter: Nanos(0),
            up: 30_000,
            down: 49_000,
            loss: Chance(0),
        },
        Self {
            name: "edge",
            about: "a mobile phone, second generation",
            source: "WebPageTest, settings/connectivity.ini: Mobile Edge, 240/200 kbit/s, 840 ms there and back",
            delay: Nanos::from_millis(420),
            jitter: Nanos(0),
            up: 200_000,
            down: 240_000,
            loss: Chance(0),
        },
        Self {
            name: "3g",
            about: "a mobile phone, third generation",
            source: "WebPageTest, settings/connectivity.ini: Mobile 3G, 1.6 Mbit/s and 768 kbit/s, 300 ms there and back",
            delay: Nanos::from_millis(150),
            jitter: Nanos(0),
            up: 768_000,
            down: 1_600_000,
            loss: Chance(0),
        },
        Self {
            name: "4g",
            about: "a mobile phone, fourth generation",
            source: "webpagetest.org: 4G, 9 Mbit/s, 170 ms there and back",
            delay: Nanos::from_millis(85),
            jitter: Nanos(0),
            up: 9_000_000,
            down: 9_000_000,
            loss: Chance(0),
        },
        Self {
            name: "lte",
            about: "a good mobile phone, fourth generation",
            source: "webpagetest.org: LTE, 12 Mbit/s, 70 ms there and back",
            delay: Nanos::from_millis(35),
            jitter: Nanos(0),
            up: 12_000_000,
            down: 12_000_000,
            loss: Chance(0),
        },
        Self {
            name: "dsl",
            about: "a telephone line, early ADSL",
            source: "WebPageTest, settings/connectivity.ini: DSL, 1.5 Mbit/s and 384 kbit/s, 50 ms there and back",
            delay: Nanos::from_millis(25),
            jitter: Nanos(0),
            up: 384_000,
            down: 1_500_000,
            loss: Chance(0),
        },
        Self {
            name: "cable",
            about: "a television cable, early DOCSIS",
            source: "WebPageTest, settings/connectivity.ini: Cable, 5/1 Mbit/s, 28 ms there and back",
            delay: Nanos::from_millis(14),
            jitter: Nanos(0),
            up: 1_000_000,
            down: 5_000_000,
            loss: Chance(0),
        },
        Self {
            name: "fibre",
            about: "fibre to the home",
            source: "WebPageTest, settings/connectivity.ini: FIOS, 20/5 Mbit/s, 4 ms there and back",
            delay: Nanos::from_millis(2),
            jitter: Nanos(0),
            up: 5_000_000,
            down: 20_000_000,
            loss: Chance(0),
        },
        Self {
            name: "satellite",
            about: "a geostationary satellite, 35,786 km up",
            source: "Ookla Speedtest, Q2 2021, medians of HughesNet in the USA: 19.73/2.43 Mbit/s, 724 ms there and back",
            delay: Nanos::from_millis(362),
            jitter: Nanos(0),
            up: 2_430_000,
            down: 19_730_000,
            loss: Chance(0),
        },
        Self {
            name: "starlink",
            about: "satellites in low orbit, 550 km up",
            source: "Ookla Speedtest, Q2 2021, medians of Starlink in the USA: 97.23/13.89 Mbit/s, 45 ms there and back; G. Huston, APNIC blog, 17 May 2024: 6.7 ms between one echo and the next, 1 to 2% lost",
            delay: Nanos(22_500_000),
            jitter: Nanos::from_millis(7),
            up: 13_890_000,
            down: 97_230_000,
            loss: Chance(7_500),
        },
        Self {
            name: "transatlantic",
            about: "a backbone between London and New York",
            source: "Verizon's service level agreement: at most 90 ms there and back on average; the rate is not limited",
            delay: Nanos::from_millis(45),
            jitter: Nanos(0),
            up: 0,
            down: 0,
            loss: Chance(0),
        },
        Self {
            name: "lan",
            about: "gigabit Ethernet, 100 m of copper",
            source: "IEEE 802.3ab: 1 Gbit/s; TIA-568: at most 570 ns for 100 m",
            delay: Nanos(570),
            jitter: Nanos(0),
            up: 1_000_000_000,
            down: 1_000_000_000,
            loss: Chance(0),
        },
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_told_apart_and_say_where_their_figures_come_from() {
        for (i, preset) in Preset::TABLE.iter().enumerate() {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
            assert!(preset.name.chars().all(plain), "{}", preset.name);
            assert!(Preset::TABLE[..i].iter().all(|p| p.name != preset.name));
            assert!(!preset.about.is_empty());
            assert!(
                preset.source.contains(|c: char| c.is_ascii_digit()),
                "{}",
                preset.name
            );
            assert!(preset.jitter <= preset.delay && preset.loss < Chance::ALWAYS);
        }
        assert!(Preset::TABLE.len() >= 10);
    }
}
