//! All that the screen shows and that is not in the journal.

use super::{
    drawn::{Drawn, ScrollId},
    packets::PacketsView,
    why::WhyView,
};
use crate::model::{
    book::Book,
    event::Fact,
    ids::{Actor, Nanos, SocketId},
    insights::Off,
    packet::PacketNo,
    session::{ActorState, Session},
};
use std::{borrow::Cow, collections::BTreeMap};

/// What fills the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Screen {
    /// The four lines, both ends, where the bytes are, what is happening.
    #[default]
    Main,
    /// Calls and bytes of both ends down one time line.
    Ladder,
    /// Both streams in hex and text, with the boundaries of each call.
    Bytes,
    /// The diagram of RFC 9293 with both ends on it.
    States,
    /// All packets, each with its fields and its bytes.
    Packets,
    /// All calls, searchable.
    Calls,
    /// The socket tables of both ends, and what TCP counts and estimates, over time.
    Kernel,
    /// The lessons that there are.
    Lesson,
    /// What can be set.
    Options,
}

/// A box that can have the focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Panel {
    /// The server's box.
    #[default]
    Server,
    /// What lies between.
    Cable,
    /// The client's box: of the client that is looked at, see [`App::client`].
    Client,
    /// Where the bytes are.
    Bytes,
    /// What is happening.
    Story,
}

/// What lies over the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// The keys of this screen.
    Help,
    /// Why: what is selected or happening, explained; what caused it, what it caused. See [`App::why`].
    Why,
    /// The calls that make sense now for an actor; the number is the selected row.
    Menu(Actor, usize),
    /// The script, to choose a statement that is changed and run again from there; the number is the selected row.
    Script(usize),
    /// One call in full (its place in [`Book::events`]): arguments, result, errno explained.
    Call(usize),
    /// The formats of an export; the number is the selected row.
    Export(usize),
    /// The conversation as a program, see [`App::code`].
    Code,
    /// Asks whether to quit.
    Quit,
}

/// What is typed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BarPurpose {
    /// `:` a statement.
    Statement,
    /// `/` a search.
    Search,
    /// `g` a place in time.
    GoTo,
    /// A statement of the script is changed: its place in the script, from 0.
    Edit(usize),
    /// The file of a recording.
    Record,
    /// The file of an export: its format's place in [`Keep::formats`].
    Export(usize),
    /// The answer to a question of the lesson: its place there.
    Answer(usize),
    /// The file of the program that is shown.
    Code,
}

impl BarPurpose {
    /// Whether a statement of the command language is typed.
    pub const fn is_statement(&self) -> bool {
        matches!(self, Self::Statement | Self::Edit(_))
    }
}

/// The line that is typed in.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What it is for.
    pub purpose: BarPurpose,
    /// What has been typed, and where the cursor stands.
    pub input: tui_input::Input,
    /// What was wrong with it, in one line, once it was tried.
    pub mistake: Option<String>,
    /// The place of the mistake in the text, in bytes.
    pub mistake_at: Option<core::ops::Range<usize>>,
    /// What could stand here: whole words, best first; filled as one types.
    pub completions: Vec<crate::language::Completion>,
    /// The completion that is chosen with Tab, if one is.
    pub chosen: Option<usize>,
    /// Where in the history one is, counted from the newest.
    pub history_at: Option<usize>,
}

/// Which moment is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cursor {
    /// Now.
    #[default]
    Live,
    /// The moment just after so many events. `frozen` when it was taken with `f` and not by walking back.
    At {
        /// How many events.
        count: usize,
        /// Whether the view was frozen there.
        frozen: bool,
    },
}

/// What is kept outside of the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// What files are called when nobody says otherwise, without a dot and what follows it.
    pub stem: String,
    /// What can be exported.
    pub formats: Vec<Format>,
    /// The name of the recording that is being written.
    pub recording: Option<String>,
    /// The file that is there already, and that typing the same name once more replaces.
    pub exists: Option<String>,
}

/// A format that a session can be exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Its name.
    pub name: &'static str,
    /// What its files are called by, without a dot.
    pub extension: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
}

/// How large things are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// Everything.
    #[default]
    Normal,
    /// Large, few boxes, keys echoed: for the back of the room.
    Presenter,
    /// Nothing at all, so that the room looks at the person.
    Blank,
}

/// Playing by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Play {
    /// Whether it does.
    pub on: bool,
    /// Time between two steps.
    pub pace: Nanos,
}

/// The colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ThemeName {
    /// Light letters on dark.
    #[default]
    Dark,
    /// Dark letters on light.
    Light,
    /// Black, white and the strongest colours.
    HighContrast,
    /// The terminal's own sixteen colours.
    Terminal,
    /// No colour at all (`NO_COLOR`).
    Plain,
}

/// How the person wants it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The colours.
    pub theme: ThemeName,
    /// Whether every glyph is its ASCII twin.
    pub ascii: bool,
    /// Whether nothing moves that need not.
    pub reduced_motion: bool,
    /// Whether the mouse is ours (else the terminal's own selection works).
    pub mouse: bool,
    /// Which insights are not told.
    pub insights_off: Off,
    /// The configuration file that would keep it so, as a person writes its path; empty where there is none.
    pub kept_in: String,
}

/// A short word to the person, in the footer's place, until the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub text: String,
    /// Whether something went wrong or was refused.
    pub bad: bool,
    /// Whether it only holds as long as a step is under way.
    pub while_busy: bool,
}

/// What an update asks the world to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Run this statement; the text has been parsed once already and is well formed.
    Ask(String),
    /// Do the next step: of the script, or in free play the sensible next call.
    Next,
    /// Change statement `step` (from 0) of the script to this text, begin anew, and run up to and with it.
    Rewrite {
        /// Its place in the script, from 0.
        step: usize,
        /// The new text.
        text: String,
    },
    /// Let two neighbouring stretches of the script change places, begin anew, and run so many of its statements.
    Swap {
        /// Both.
        all: core::ops::Range<usize>,
        /// Where the second begins.
        middle: usize,
        /// So many statements.
        run_to: usize,
    },
    /// Begin anew with the script as it was before it was changed, and run so many of its statements.
    ResetScript(usize),
    /// Begin anew with this script, the scene of a lesson, and run so many of its statements.
    Stage {
        /// The script.
        script: Vec<crate::language::ScriptStatement>,
        /// So many statements.
        run_to: usize,
    },
    /// Run the script until so many of its statements have been asked for.
    RunTo(usize),
    /// Open this lesson of the shelf.
    OpenLesson(String),
    /// Write a recording to this file: all that has happened, and what will.
    Record {
        /// Its path.
        path: String,
        /// Whether a file that is there is replaced.
        replace: bool,
    },
    /// End the recording.
    StopRecording,
    /// Write all that has happened to this file.
    Export {
        /// In this format.
        format: &'static str,
        /// Its path.
        path: String,
        /// Whether a file that is there is replaced.
        replace: bool,
    },
    /// Write this program to this file.
    SaveCode {
        /// The program.
        text: String,
        /// Its path.
        path: String,
        /// Whether a file that is there is replaced.
        replace: bool,
    },
    /// Put this into the clipboard (OSC 52).
    Copy(String),
    /// Take or give back the mouse.
    Mouse(bool),
    /// Stop the whole process group, as Ctrl-Z does in any program.
    Suspend,
    /// End.
    Quit,
}

/// All that is on the screen.
#[derive(Debug)]
pub struct App {
    /// The journal.
    pub book: Book,
    /// Which moment is shown. Set with `App::go`, which keeps `past` right.
    pub(super) cursor: Cursor,
    /// The time that a frozen view shows.
    pub(super) held: Held,
    /// The session at that moment, when it is not now.
    pub(super) past: Option<Session>,
    /// The file that is shown, when it is not a live session.
    pub recorded: Option<super::recorded::Recorded>,
    /// The lesson that is open.
    pub learning: Option<super::learning::Learning>,
    /// The lessons that there are.
    pub shelf: Vec<super::learning::OnShelf>,
    /// The one of them that is selected.
    pub on_shelf: usize,
    /// The script as it was, once somebody has changed it.
    pub(super) script_was: Option<std::sync::Arc<[crate::model::event::ScriptLine]>>,
    /// What fills the screen.
    pub screen: Screen,
    /// What lies over it.
    pub overlay: Option<Overlay>,
    /// The box that keys act on.
    pub focus: Panel,
    /// The client that was picked to be looked at; without one, see [`App::client`].
    pub picked: Option<Actor>,
    /// The line that is typed in.
    pub bar: Option<Bar>,
    /// Statements typed so far, oldest first.
    pub history: Vec<String>,
    /// What is searched for; empty for nothing.
    pub search: String,
    /// How far a search has come that has found nothing yet.
    pub(super) sought: Option<super::update::Sought>,
    /// How large things are.
    pub look: Look,
    /// How the person wants it.
    pub settings: Settings,
    /// Playing by itself.
    pub play: Play,
    /// How far each thing is scrolled, in rows from its top. A thing that is not in here follows its end (or stands at
    /// its top, where the newest is not at the end).
    pub scrolls: BTreeMap<ScrollId, usize>,
    /// The selected row of the calls screen: a place in [`Book::calls`]; `None` follows the newest.
    pub selected_call: Option<usize>,
    /// The selected row of the ladder: the place of its event in [`Book::events`]; see [`App::ladder_row`].
    pub selected_row: Option<usize>,
    /// Where one stands in asking why.
    pub why: WhyView,
    /// Where one stands beside the code.
    pub code: super::code::CodeView,
    /// The packet that was picked; `None` follows the oldest that is held, else the newest.
    pub selected_packet: Option<PacketNo>,
    /// The generation in which it was picked: packets are numbered anew in each.
    pub(super) selected_in: u32,
    /// Where one stands on the packets screen.
    pub packets: PacketsView,
    /// How the kernel screen is looked at.
    pub kernel: super::kernel::KernelView,
    /// The selected row of the options; see [`App::option_selected`].
    pub(super) option_row: usize,
    /// A short word to the person.
    pub notice: Option<Notice>,
    /// The latest keys, for the presenter's echo; newest last, at most four.
    pub echo: Vec<String>,
    /// The footer's and the help's keys, as configured.
    pub keys: super::keys::KeyTable,
    /// What the last frame showed.
    pub drawn: Drawn,
    /// Whether the mouse holds the timeline.
    pub(super) dragging: bool,
    /// Whether a step is under way (so that Space does not start another).
    pub busy: bool,
    /// The values of `$NAME` in what is typed, as given to `--set`.
    pub vars: crate::language::Vars,
    /// What is kept outside of the program.
    pub keep: Keep,
    /// The look that a blank screen goes back to.
    pub(super) look_before: Look,
    /// What was typed before a completion or the history took its place.
    pub(super) typed: Typed,
}

/// The time that a frozen view shows. Only drawing knows a clock, so it is that of the first frame after the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// It was frozen when this was the latest frame's time.
    Since(Nanos),
    /// This time.
    At(Nanos),
}

/// What was typed before something else took its place in the bar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    /// The text that the completions belong to, and its cursor in characters.
    pub base: (String, usize),
    /// What is put back when one leaves the history downwards, or a search with Esc.
    pub draft: String,
}

impl App {
    /// The session that is shown.
    pub fn session(&self) -> &Session {
        self.past.as_ref().unwrap_or_else(|| self.book.session())
    }

    /// The client that is looked at, on every screen the same: the one that was picked, else the one that acted last.
    pub fn client(&self) -> Actor {
        let clients = || {
            self.session()
                .actors
                .iter()
                .filter(|(actor, _)| **actor != Actor::Server)
        };
        if let Some(picked) = self
            .picked
            .filter(|picked| clients().any(|(actor, _)| actor == picked))
        {
            return picked;
        }
        if self.session().is_capture() {
            return self.client_seen_last();
        }
        let acted = |a: &ActorState| {
            let waits = a.waiting.iter().map(|w| w.event).max();
            a.last.map(|call| call.event).max(waits)
        };
        clients()
            .max_by_key(|(_, state)| acted(state))
            .map_or(Actor::CLIENT, |(actor, _)| *actor)
    }

    /// In a capture, the client whose conversation the latest packet of a known one is part of.
    fn client_seen_last(&self) -> Actor {
        let session = self.session();
        let client = |socket: SocketId| match socket.actor {
            Actor::Server => Some(session.socket(socket)?.peer_socket?.actor),
            client @ Actor::Client(_) => Some(client),
        };
        let newest_first = session.cable.packets.iter().rev();
        let seen = newest_first.filter_map(|state| match &self.book.event(state.event)?.fact {
            Fact::Packet(packet) => client(packet.socket?),
            _ => None,
        });
        let mut seen = seen;
        seen.next().unwrap_or(Actor::CLIENT)
    }

    /// Which moment is shown.
    pub const fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// How many events have happened at the moment that is shown.
    pub fn shown_events(&self) -> usize {
        self.session().count
    }

    /// The time that is shown: of the last event then; of the moment at which the view was frozen; or, live and while
    /// something waits, now.
    pub fn clock(&self, now: Nanos) -> Nanos {
        match self.cursor {
            Cursor::Live => now,
            Cursor::At { frozen: true, .. } => match self.held {
                Held::Since(_) => now,
                Held::At(time) => self.session().at.max(time),
            },
            Cursor::At { frozen: false, .. } => self.session().at,
        }
    }

    /// The text of the script's statement, as it was walked through in the session that is shown.
    pub fn script_text(&self, step: usize) -> Option<Cow<'_, str>> {
        self.session()
            .script
            .get(step)
            .map(|l| Cow::Borrowed(l.text.as_str()))
    }
}
