//! Where a row of the key table applies.

use super::Chord;
use crate::app::state::{App, BarPurpose, Overlay, Panel, Screen};

/// Where a key has its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Where {
    /// Whatever is open, even while one types.
    Always,
    /// On every screen, and over it, unless something is typed or asked.
    Everywhere,
    /// On every screen when nothing lies over it.
    Screens,
    /// On every screen, and in the menu of calls.
    Acting,
    /// On the main screen, when an actor's box has the focus.
    Actor,
    /// On the main screen, when another box has the focus.
    OtherBox,
    /// On the screen of all calls.
    Calls,
    /// While there is something that is searched for.
    Found,
    /// In a list that lies over the screen.
    List,
    /// In the menu of calls.
    Menu,
    /// In a text that lies over the screen.
    Reading,
    /// In the question whether to quit.
    Asked,
    /// While one types, whatever it is.
    Typing,
    /// While one types a statement.
    Statement,
}

impl Where {
    /// Whether the place is there now, for this key.
    pub fn holds(self, app: &App, chord: Chord) -> bool {
        match self {
            // A letter that ends the program must still be a letter where one types.
            Self::Always => app.bar.is_none() || !chord.is_text(),
            _ => self.is_there(app),
        }
    }

    /// Whether the place is there now.
    pub fn is_there(self, app: &App) -> bool {
        let typing = app.bar.is_some();
        let nothing_over = !typing && app.overlay.is_none();
        let in_menu = !typing && matches!(app.overlay, Some(Overlay::Menu(..)));
        let actor = matches!(app.focus, Panel::Server | Panel::Client);
        match self {
            Self::Always => true,
            Self::Everywhere => !typing && app.overlay != Some(Overlay::Quit),
            Self::Screens => nothing_over,
            Self::Acting => nothing_over || in_menu,
            Self::Actor => nothing_over && app.screen == Screen::Main && actor,
            Self::OtherBox => nothing_over && app.screen == Screen::Main && !actor,
            Self::Calls => nothing_over && app.screen == Screen::Calls,
            Self::Found => nothing_over && !app.search.is_empty(),
            Self::List => in_menu || !typing && matches!(app.overlay, Some(Overlay::Script(_))),
            Self::Menu => in_menu,
            Self::Reading => {
                let text = matches!(
                    app.overlay,
                    Some(Overlay::Help | Overlay::Why | Overlay::Call(_))
                );
                !typing && text
            }
            Self::Asked => !typing && app.overlay == Some(Overlay::Quit),
            Self::Typing => typing,
            Self::Statement => app
                .bar
                .as_ref()
                .is_some_and(|bar| bar.purpose != BarPurpose::Search),
        }
    }

    /// How far on top the place lies: of two that have the same key, the higher one gets it.
    pub const fn height(self) -> u8 {
        match self {
            Self::Always | Self::Everywhere | Self::Screens | Self::Acting => 0,
            Self::Actor | Self::OtherBox | Self::Calls => 1,
            Self::Found => 2,
            Self::List | Self::Menu | Self::Reading => 3,
            Self::Asked | Self::Typing | Self::Statement => 4,
        }
    }

    /// Whether one key cannot have a meaning in both. What lies over the screen may use a key in its own way; a box of
    /// a screen may not take one from the screen.
    pub const fn meets(self, other: Self) -> bool {
        if matches!(self, Self::Always) || matches!(other, Self::Always) {
            return true;
        }
        match (self.layer(), other.layer()) {
            (3, 3) => matches!(self, Self::Reading) == matches!(other, Self::Reading),
            (0, 0) => !matches!(
                (self, other),
                (Self::Actor, Self::OtherBox | Self::Calls)
                    | (Self::OtherBox, Self::Actor | Self::Calls)
                    | (Self::Calls, Self::Actor | Self::OtherBox)
            ),
            (a, b) => a == b,
        }
    }

    /// Places of one layer share their keys.
    const fn layer(self) -> u8 {
        match self.height() {
            0 | 1 => 0,
            4 if matches!(self, Self::Asked) => 5,
            height => height,
        }
    }
}
