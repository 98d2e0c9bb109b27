//! The themes' names.

use super::state::ThemeName;

impl ThemeName {
    /// All, in the order in which a key goes through them.
    pub const ALL: [Self; 5] = [
        Self::Dark,
        Self::Light,
        Self::HighContrast,
        Self::Terminal,
        Self::Plain,
    ];

    /// As in the configuration and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::HighContrast => "high-contrast",
            Self::Terminal => "terminal",
            Self::Plain => "plain",
        }
    }

    /// The theme with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        let here = Self::ALL.iter().position(|t| *t == self).unwrap_or(0);
        Self::ALL[(here + 1) % Self::ALL.len()]
    }

    /// The one before it.
    #[must_use]
    pub fn before(self) -> Self {
        let here = Self::ALL.iter().position(|t| *t == self).unwrap_or(0);
        Self::ALL[(here + Self::ALL.len() - 1) % Self::ALL.len()]
    }
}
