//! What a key can do.

use crate::{
    app::{
        state::{Overlay, Screen},
        update::Stride,
    },
    model::cable::Hand,
};

/// What a key does. Some of it only changes what is seen; some of it becomes an effect on the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// The next step; in the past, one moment forth.
    Next,
    /// One moment back.
    Back,
    /// One moment back; in a lesson, from where its step began to the stop before.
    StepBack,
    /// One moment forth.
    Forth,
    /// Back to the event, packet, call, change of state or line before.
    LeapBack(Stride),
    /// Forth to the next one.
    LeapForth(Stride),
    /// Opens the bar to type where to go in time.
    GoTo,
    /// To the first moment.
    First,
    /// To now.
    Now,
    /// Holds the view while things go on, or lets it go.
    Freeze,
    /// Plays by itself, or stops.
    Play,
    /// A quicker pace.
    Faster,
    /// A slower pace.
    Slower,
    /// The focus goes on to the next box.
    FocusNext,
    /// The focus goes back to the box before.
    FocusBefore,
    /// Another screen.
    Show(Screen),
    /// The next client is looked at.
    NextClient,
    /// Opens the bar to type a statement.
    Statement,
    /// Opens the bar to type a search.
    Search,
    /// The next hit of the search.
    FoundNext,
    /// The hit before.
    FoundBefore,
    /// The longer explanation, with what caused it and what it caused.
    Why,
    /// To the cause or the effect that is selected there.
    Follow,
    /// Back along the way that one came.
    WayBack,
    /// The keys.
    Help,
    /// Copies what the focus is on.
    Copy,
    /// The presenter's view, or back.
    Presenter,
    /// A blank screen.
    Blank,
    /// The next theme.
    Theme,
    /// Takes the mouse or gives it back.
    Mouse,
    /// The script, to change a statement.
    Script,
    /// Begins or ends a recording.
    Record,
    /// The formats of an export.
    Export,
    /// The conversation as a program.
    Code,
    /// It in the next language.
    NextLanguage,
    /// It in the language before.
    LanguageBefore,
    /// Writes the program to a file.
    SaveCode,
    /// Closes what is open; nothing else.
    Close,
    /// Closes what is open, then asks whether to quit.
    CloseOrQuit,
    /// Ends.
    Quit,
    /// Stops the process, as any program is stopped by Ctrl-Z.
    Suspend,
    /// The calls that make sense now for the actor that has the focus.
    Menu,
    /// A closer look at the box that has the focus.
    Closer,
    /// Runs the call with this letter for the actor that it makes sense for.
    Act(char),
    /// Interrupts the call that waits.
    Cancel,
    /// Holds what comes over the cable, or lets it all go.
    Hold,
    /// Does this to the packet that is in hand.
    Hand(Hand),
    /// Scrolls or selects upwards.
    Up,
    /// Scrolls or selects downwards.
    Down,
    /// A page upwards.
    PageUp,
    /// A page downwards.
    PageDown,
    /// To the top.
    Top,
    /// To the end.
    Bottom,
    /// Opens the call that is selected.
    OpenCall,
    /// From the list of packets to the fields; folds or unfolds a layer; from a field to its bytes.
    Deeper,
    /// Into the selected layer; one byte on.
    Inward,
    /// Out of it; one byte back.
    Outward,
    /// The next plot of the kernel screen.
    NextPlot,
    /// Its plots reach less far back.
    Shorter,
    /// Its plots reach farther back.
    Longer,
    /// Changes the selected option to its next value, or back to the one before.
    Change(bool),
    /// Takes the selected row.
    Choose,
    /// Puts the selected row into the bar, to be changed.
    Edit,
    /// The selected statement of the script changes places with its neighbour.
    MoveStep {
        /// With the one before it.
        earlier: bool,
    },
    /// The script becomes what it was.
    ResetScript,
    /// Runs or takes what was typed.
    Enter,
    /// The next completion.
    Complete,
    /// The completion before.
    CompleteBefore,
    /// What was typed earlier.
    Earlier,
    /// What was typed later.
    Later,
    /// The lab goes back to where the lesson needs it; else the lesson goes back by a stop.
    LessonBack,
    /// Takes the selected choice, or opens the bar to type the answer.
    Answer,
    /// Takes the choice with the letter that was pressed.
    Letter,
    /// Shows the notes to the presenter, or hides them.
    Notes,
    /// Takes the lesson that is selected.
    TakeLesson,
    /// Scrolls the lesson's text upwards.
    ProseUp,
    /// Scrolls it downwards.
    ProseDown,
}

impl Action {
    /// Whether it would do something in the world, or is the way to that, with this over the screen: in a recording there
    /// is nothing to be done. A row of the formats only names a file.
    pub const fn acts(self, overlay: Option<&Overlay>) -> bool {
        match self {
            Self::Statement
            | Self::Menu
            | Self::Act(_)
            | Self::Cancel
            | Self::Hold
            | Self::Hand(_)
            | Self::Edit
            | Self::MoveStep { .. }
            | Self::ResetScript => true,
            Self::Choose => matches!(overlay, Some(Overlay::Menu(..) | Overlay::Script(_))),
            _ => false,
        }
    }
}
