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
    /// On the main screen, whichever box has the focus.
    Hand,
    /// On the screen of all calls.
    Calls,
    /// On the ladder.
    Ladder,
    /// On the screen of packets.
    Packets,
    /// On the kernel screen.
    Kernel,
    /// On the screen of lessons.
    Shelf,
    /// On every screen while a lesson is open.
    Learning,
    /// On every screen but that of lessons, while its question waits for an answer.
    Asking,
    /// On the screen of what can be set, which uses some keys in its own way.
    Options,
    /// While there is something that is searched for.
    Found,
    /// In a list that lies over the screen.
    List,
    /// In the menu of calls.
    Menu,
    /// In the list of the script's statements.
    Script,
    /// In a text that lies over the screen.
    Reading,
    /// In the box that says why.
    Why,
    /// Beside the code.
    Code,
    /// In the question whether to quit.
    Asked,
    /// While one types, whatever it is.
    Typing,
    /// While one types something that can be completed.
    Completed,
    /// While one types a statement.
    Statement,
}

/// What decides which keys apply.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'a> {
    typing: Option<&'a BarPurpose>,
    overlay: Option<&'a Overlay>,
    screen: Screen,
    focus: Panel,
    searching: bool,
    learning: bool,
    asking: bool,
}

impl<'a> Scene<'a> {
    /// As it is.
    pub(super) fn of(app: &'a App) -> Self {
        Self {
            typing: app.bar.as_ref().map(|bar| &bar.purpose),
            overlay: app.overlay.as_ref(),
            ..Self::under(app)
        }
    }

    /// The screen without what lies over it.
    pub(super) fn under(app: &'a App) -> Self {
        Self {
            typing: None,
            overlay: None,
            screen: app.screen,
            focus: app.focus,
            searching: !app.search.is_empty(),
            learning: app.learning.is_some(),
            asking: app.asked().is_some(),
        }
    }
}

impl Where {
    /// Whether a key has its meaning here.
    pub(super) fn holds(self, scene: Scene<'_>, chord: Chord) -> bool {
        match self {
            // A letter that ends the program must still be a letter where one types.
            Self::Always => scene.typing.is_none() || !chord.is_text(),
            _ => self.is_there(scene),
        }
    }

    /// Whether the place is there.
    pub(super) fn is_there(self, scene: Scene<'_>) -> bool {
        // What is typed lies over all else.
        if let Some(purpose) = scene.typing {
            return match self {
                Self::Always | Self::Typing => true,
                Self::Completed => purpose.is_statement() || *purpose == BarPurpose::GoTo,
                Self::Statement => purpose.is_statement(),
                _ => false,
            };
        }
        let free = scene.overlay.is_none();
        let main = free && scene.screen == Screen::Main;
        let actor = matches!(scene.focus, Panel::Server | Panel::Client);
        match self {
            Self::Always => true,
            Self::Everywhere => scene.overlay != Some(&Overlay::Quit),
            Self::Screens => free,
            Self::Acting => free || matches!(scene.overlay, Some(Overlay::Menu(..))),
            Self::Actor => main && actor,
            Self::OtherBox => main && !actor,
            Self::Hand => main,
            Self::Calls => free && scene.screen == Screen::Calls,
            Self::Ladder => free && scene.screen == Screen::Ladder,
            Self::Packets => free && scene.screen == Screen::Packets,
            Self::Kernel => free && scene.screen == Screen::Kernel,
            Self::Shelf => free && scene.screen == Screen::Lesson,
            Self::Learning => free && scene.learning,
            Self::Asking => free && scene.asking && scene.screen != Screen::Lesson,
            Self::Options => free && scene.screen == Screen::Options,
            Self::Found => free && scene.searching,
            Self::List => matches!(
                scene.overlay,
                Some(Overlay::Menu(..) | Overlay::Script(_) | Overlay::Export(_))
            ),
            Self::Menu => matches!(scene.overlay, Some(Overlay::Menu(..))),
            Self::Script => matches!(scene.overlay, Some(Overlay::Script(_))),
            Self::Reading => matches!(scene.overlay, Some(Overlay::Help | Overlay::Call(_))),
            Self::Why => scene.overlay == Some(&Overlay::Why),
            Self::Code => scene.overlay == Some(&Overlay::Code),
            Self::Asked => scene.overlay == Some(&Overlay::Quit),
            Self::Typing | Self::Completed | Self::Statement => false,
        }
    }

    /// How far on top the place lies: of two that have the same key, the higher one gets it.
    pub(super) const fn height(self) -> u8 {
        match self {
            Self::Always
            | Self::Everywhere
            | Self::Screens
            | Self::Acting
            | Self::Hand
            | Self::Learning => 0,
            Self::Actor
            | Self::OtherBox
            | Self::Calls
            | Self::Ladder
            | Self::Packets
            | Self::Kernel
            | Self::Shelf
            | Self::Options => 1,
            Self::Found | Self::Asking => 2,
            Self::List | Self::Menu | Self::Script | Self::Reading | Self::Why | Self::Code => 3,
            Self::Asked | Self::Typing | Self::Completed | Self::Statement => 4,
        }
    }

    /// Whether one key cannot have a meaning in both. What lies over the screen may use a key in its own way; a box of
    /// a screen may not take one from the screen.
    pub(super) fn meets(self, other: Self) -> bool {
        match (self, other) {
            (Self::Always, _) | (_, Self::Always) => true,
            // Never there at the same time.
            (Self::Actor, Self::OtherBox) | (Self::OtherBox, Self::Actor) => false,
            (a, b) if let (Some(a), Some(b)) = (a.screen(), b.screen()) => a == b,
            (a, b) => a.layer() == b.layer(),
        }
    }

    /// The one screen on which the place is, if it is on one.
    const fn screen(self) -> Option<Screen> {
        match self {
            Self::Actor | Self::OtherBox | Self::Hand => Some(Screen::Main),
            Self::Calls => Some(Screen::Calls),
            Self::Ladder => Some(Screen::Ladder),
            Self::Packets => Some(Screen::Packets),
            Self::Kernel => Some(Screen::Kernel),
            Self::Shelf => Some(Screen::Lesson),
            _ => None,
        }
    }

    /// Places of one layer share their keys.
    const fn layer(self) -> u8 {
        match self {
            Self::Found => 1,
            Self::Asking => 7,
            Self::List | Self::Menu | Self::Script => 2,
            Self::Reading => 3,
            Self::Asked => 4,
            Self::Typing | Self::Completed | Self::Statement => 5,
            Self::Why => 6,
            Self::Options => 8,
            Self::Code => 9,
            _ => 0,
        }
    }
}
