//! What can be set while the program runs, as a list: how it looks, and which insights are told. What is set so holds
//! until the program ends; the configuration file keeps it.

use super::{
    config,
    state::{App, Effect, Settings},
};
use crate::model::insights::INSIGHTS;

/// Something that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The colours.
    Theme,
    /// ASCII alone, or all signs.
    Ascii,
    /// Whether nothing moves that need not.
    ReducedMotion,
    /// Whether the mouse is ours.
    Mouse,
    /// How fast it plays by itself.
    Pace,
    /// Whether this row of [`INSIGHTS`] is told.
    Insight(usize),
}

/// Those of the looks: each with its name in the configuration file, and what it is in a few words.
const LOOKS: [(Choice, &str, &str); 5] = [
    (Choice::Theme, "theme", "the colours"),
    (Choice::Ascii, "ascii", "lines and signs with ASCII alone"),
    (
        Choice::ReducedMotion,
        "reduced_motion",
        "nothing moves that need not",
    ),
    (Choice::Mouse, "mouse", "the mouse clicks and scrolls here"),
    (Choice::Pace, "pace", "from step to step when it plays"),
];

/// All, in the order of the screen.
pub fn choices() -> impl Iterator<Item = Choice> {
    let looks = LOOKS.iter().map(|row| row.0);
    looks.chain((0..INSIGHTS.len()).map(Choice::Insight))
}

impl Choice {
    /// Its name in the configuration file, and what it is in a few words.
    pub fn named(self) -> (&'static str, &'static str) {
        match self {
            Self::Insight(row) => INSIGHTS.get(row).map_or(("", ""), |r| (r.name, r.about)),
            look => LOOKS
                .iter()
                .find(|row| row.0 == look)
                .map_or(("", ""), |row| (row.1, row.2)),
        }
    }

    /// Whether it is on, where it is one or the other.
    pub fn is_on(self, settings: &Settings) -> Option<bool> {
        match self {
            Self::Theme | Self::Pace => None,
            Self::Ascii => Some(settings.ascii),
            Self::ReducedMotion => Some(settings.reduced_motion),
            Self::Mouse => Some(settings.mouse),
            Self::Insight(row) => Some(!settings.insights_off.is_off(row)),
        }
    }
}

impl App {
    /// The option that is selected.
    pub fn option_selected(&self) -> Choice {
        let last = choices().count().saturating_sub(1);
        let row = self.option_row.min(last);
        choices().nth(row).unwrap_or(Choice::Theme)
    }

    /// What an option is set to, in a word.
    pub fn option_value(&self, choice: Choice) -> String {
        match (choice, choice.is_on(&self.settings), &self.recorded) {
            (_, Some(on), _) => if on { "on" } else { "off" }.to_owned(),
            (Choice::Pace, _, Some(recorded)) => format!("x{}", recorded.speed),
            (Choice::Pace, ..) => format!("{} s", self.play.pace.millis() as f64 / 1000.0),
            _ => self.settings.theme.name().to_owned(),
        }
    }

    /// The line at the top of a configuration file that keeps an option as it is now.
    pub fn option_kept(&self, choice: Choice) -> String {
        let (name, _) = choice.named();
        let value = match (choice, choice.is_on(&self.settings)) {
            (_, Some(on)) => on.to_string(),
            (Choice::Pace, _) => format!("\"{}ms\"", self.play.pace.millis()),
            _ => format!("\"{}\"", self.settings.theme.name()),
        };
        match choice {
            Choice::Insight(_) => format!("{}.{name} = {value}", config::INSIGHTS_TABLE),
            _ => format!("{name} = {value}"),
        }
    }

    pub(super) fn select_option_by(&mut self, rows: isize) {
        self.select_option(self.option_row.saturating_add_signed(rows));
    }

    pub(super) fn select_option(&mut self, row: usize) {
        self.option_row = row.min(choices().count().saturating_sub(1));
    }

    /// Changes the selected option to its next value, or to the one before.
    pub(super) fn change_option(&mut self, on: bool) -> Vec<Effect> {
        match self.option_selected() {
            Choice::Theme => {
                let theme = self.settings.theme;
                self.settings.theme = if on { theme.next() } else { theme.before() };
            }
            Choice::Ascii => self.settings.ascii ^= true,
            Choice::ReducedMotion => self.settings.reduced_motion ^= true,
            Choice::Mouse => return self.toggle_mouse(),
            Choice::Pace => self.turn_pace(on),
            Choice::Insight(row) => {
                let off = !self.settings.insights_off.is_off(row);
                self.settings.insights_off.set(row, off);
            }
        }
        Vec::new()
    }

    /// A click: the first one selects, the second changes.
    pub(super) fn click_option(&mut self, row: usize) -> Vec<Effect> {
        if self.option_row == row {
            return self.change_option(true);
        }
        self.select_option(row);
        Vec::new()
    }
}
