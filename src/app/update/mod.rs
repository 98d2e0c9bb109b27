//! What a key, a click or a fact changes on the screen, and what it asks of the world.
//!
//! ```text
//!   Input ── keys.rs: which Action? ──► act() ──► time.rs  focus.rs  hand.rs  lists.rs  overlay.rs  bar.rs  code.rs
//!     └───── mouse.rs: what was hit? ──────┘        └────────────► Vec<Effect>
//! ```

mod bar;
mod code;
mod focus;
mod go_to;
mod hand;
mod keep;
mod kernel;
mod leap;
mod learn;
mod lists;
mod mouse;
mod overlay;
mod packets;
mod script;
mod scroll;
mod search;
mod time;
mod why;

pub use leap::Stride;
pub(super) use search::Sought;

use super::{
    drawn::{Drawn, ScrollId},
    keys::{Action, Chord, KeyTable},
    packets::PacketsView,
    state::{
        App, Cursor, Effect, Held, Keep, Look, Notice, Overlay, Panel, Play, Screen, Settings,
        Typed,
    },
    why::WhyView,
};
use crate::model::{
    book::Book,
    event::{Fact, Observation},
    ids::Nanos,
};
use crossterm::event::{KeyEvent, KeyEventKind, MouseEvent};
use std::collections::BTreeMap;

/// The time between two steps when nobody says otherwise.
pub const DEFAULT_PACE: Nanos = Nanos::from_millis(1_500);
/// Keys that the presenter's echo shows.
const ECHOED: usize = 4;
/// What comes from the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(KeyEvent),
    /// The mouse.
    Mouse(MouseEvent),
    /// Text that was pasted in one piece.
    Paste(String),
    /// The terminal has another size.
    Resize,
}

impl App {
    /// The screen at the beginning.
    pub fn new(book: Book, settings: Settings, keys: KeyTable) -> Self {
        Self {
            book,
            cursor: Cursor::Live,
            past: None,
            recorded: None,
            held: Held::At(Nanos(0)),
            learning: None,
            shelf: Vec::new(),
            on_shelf: 0,
            script_was: None,
            screen: Screen::Main,
            overlay: None,
            focus: Panel::Server,
            picked: None,
            bar: None,
            history: Vec::new(),
            search: String::new(),
            sought: None,
            look: Look::Normal,
            settings,
            play: Play {
                on: false,
                pace: DEFAULT_PACE,
            },
            scrolls: BTreeMap::new(),
            selected_call: None,
            selected_row: None,
            why: WhyView::default(),
            code: super::code::CodeView::default(),
            selected_packet: None,
            packets: PacketsView::default(),
            selected_in: 0,
            kernel: super::kernel::KernelView::default(),
            option_row: 0,
            notice: None,
            echo: Vec::new(),
            keys,
            drawn: Drawn::default(),
            dragging: false,
            busy: false,
            vars: crate::language::Vars::new(),
            keep: Keep::default(),
            look_before: Look::Normal,
            typed: Typed::default(),
        }
    }

    /// A fact is there. What is shown of the past, or held, stays as it is. Returns how many events it made.
    pub fn observe(&mut self, observation: Observation) -> usize {
        self.hold_time();
        if matches!(observation.fact, Fact::Begin { .. }) {
            self.picked = None;
            self.selected_packet = None;
            self.selected_row = None;
            self.why_follows();
            self.forget_sockets();
        }
        let made = self.book.append(observation);
        // What makes sense, or the script, may be shorter now.
        self.select_row(self.selected_row());
        made
    }

    /// Takes in what came from the terminal; returns what the world shall do.
    pub fn update(&mut self, input: Input) -> Vec<Effect> {
        self.hold_time();
        let effects = match input {
            Input::Key(key) if key.kind == KeyEventKind::Release => Vec::new(),
            Input::Key(key) => self.key(key),
            Input::Mouse(mouse) => self.mouse(mouse),
            Input::Paste(text) => self.paste(&text),
            Input::Resize => Vec::new(),
        };
        self.gather_code();
        effects
    }

    fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        self.notice = None;
        let chord = Chord::from(key);
        let action = self.keys.lookup(self, key);
        if self.bar.is_none() || !chord.is_text() {
            self.echo.push(chord.to_string());
            let older = self.echo.len().saturating_sub(ECHOED);
            self.echo.drain(..older);
        }
        if self.look == Look::Blank && !matches!(action, Some(Action::Quit | Action::Suspend)) {
            self.look = self.look_before;
            return Vec::new();
        }
        match action {
            Some(Action::Letter) => self.take_letter(chord),
            Some(action) => self.act(action),
            None if self.bar.is_some() => self.type_key(key),
            None if let Some(effects) = self.menu_letter(chord) => effects,
            None if self.overlay == Some(Overlay::Quit) => {
                self.overlay = None;
                Vec::new()
            }
            None => {
                let help = self.keys.keys_of("help").first().map(Chord::to_string);
                let more = help.map_or_else(String::new, |key| format!("; {key} lists the keys"));
                self.refuse(format!("{chord} does nothing here{more}."));
                Vec::new()
            }
        }
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        if self.recorded.is_some() && action.acts(self.overlay.as_ref()) {
            self.refuse_in_recording();
            return Vec::new();
        }
        if leaves_overlay(action, self.overlay.as_ref()) {
            self.overlay = None;
        }
        if walks(action) {
            self.why_follows();
            if self.overlay == Some(Overlay::Code) {
                self.follow_code();
            }
        }
        match action {
            Action::Next => return self.next(),
            Action::Back => self.walk_back(),
            Action::StepBack => return self.step_back(),
            Action::Forth => self.walk_forth(),
            Action::GoTo => self.open_go_to(),
            Action::First => self.go_to_first(),
            Action::Now => self.go(Cursor::Live),
            Action::LeapBack(stride) => self.leap(stride, false),
            Action::LeapForth(stride) => self.leap(stride, true),
            Action::Freeze => self.freeze(),
            Action::Play => self.toggle_play(),
            Action::Faster => self.change_pace(true),
            Action::Slower => self.change_pace(false),
            Action::FocusNext => self.move_focus(true),
            Action::FocusBefore => self.move_focus(false),
            Action::NextClient => self.next_client(),
            Action::Closer => self.closer(),
            Action::Show(screen) => self.show(screen),
            Action::Statement => self.open_statement(""),
            Action::Search => self.open_search(),
            Action::FoundNext => self.find(true),
            Action::FoundBefore => self.find(false),
            Action::Why => self.ask_why(),
            Action::Follow => self.follow_why(),
            Action::WayBack => self.why_back(),
            Action::Help => self.toggle(Overlay::Help),
            Action::Copy => return self.copy(),
            Action::Presenter => {
                self.look = match self.look {
                    Look::Presenter => Look::Normal,
                    _ => Look::Presenter,
                }
            }
            Action::Blank => {
                self.look_before = self.look;
                self.look = Look::Blank;
            }
            Action::Theme => {
                self.settings.theme = self.settings.theme.next();
                self.tell(format!("Theme: {}.", self.settings.theme.name()));
            }
            Action::Mouse => return self.toggle_mouse(),
            Action::Script => self.open_script(),
            Action::Record => return self.record(),
            Action::Export => self.open_export(),
            Action::Code => self.show_code(),
            Action::NextLanguage => self.turn_language(true),
            Action::LanguageBefore => self.turn_language(false),
            Action::SaveCode => self.name_code(),
            Action::Close => self.close(),
            Action::CloseOrQuit => {
                if self.is_something_open() {
                    self.close();
                } else {
                    self.overlay = Some(Overlay::Quit);
                }
            }
            Action::Quit => return vec![Effect::Quit],
            Action::Suspend => return vec![Effect::Suspend],
            Action::Menu => self.open_menu(),
            Action::Act(letter) => return self.act_letter(letter),
            Action::Cancel => return self.cancel(),
            Action::Up => self.move_by(-1),
            Action::Down => self.move_by(1),
            Action::PageUp => self.move_by(-self.page()),
            Action::PageDown => self.move_by(self.page()),
            Action::Top => self.move_by(isize::MIN),
            Action::Bottom => self.move_by(isize::MAX),
            Action::Hold => return self.hold_or_release(),
            Action::Hand(hand) => return self.handle(hand),
            Action::OpenCall => self.open_call(),
            Action::Deeper => self.go_deeper(),
            Action::Inward => self.move_within(true),
            Action::Outward => self.move_within(false),
            Action::NextPlot => self.next_plot(),
            Action::Shorter => self.change_span(true),
            Action::Longer => self.change_span(false),
            Action::Change(on) => return self.change_option(on),
            Action::Choose => return self.choose(),
            Action::Edit => self.edit(),
            Action::MoveStep { earlier } => return self.move_step(earlier),
            Action::ResetScript => return self.reset_script(),
            Action::Enter => return self.enter(),
            Action::Complete => self.complete(true),
            Action::CompleteBefore => self.complete(false),
            Action::Earlier => self.earlier(),
            Action::Later => self.later(),
            Action::LessonBack => return self.back_in_lesson(),
            Action::Answer => return self.take_chosen(),
            Action::Notes => self.toggle_notes(),
            Action::TakeLesson => return self.take_lesson(),
            Action::ProseUp => self.scroll(ScrollId::Lesson, -1),
            Action::ProseDown => self.scroll(ScrollId::Lesson, 1),
            // Which letter it was decides: see above.
            Action::Letter => {}
        }
        Vec::new()
    }

    /// A short word to the person.
    fn tell(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            bad: false,
            while_busy: false,
        });
    }

    /// The same, of something that was not done.
    fn refuse(&mut self, text: impl Into<String>) {
        self.tell(text);
        if let Some(notice) = &mut self.notice {
            notice.bad = true;
        }
    }

    /// Somebody wants to do something in a recording: says what works there.
    fn refuse_in_recording(&mut self) {
        let key = |name| self.keys.keys_of(name).first();
        let ways = [("next", "walks on"), ("export", "exports")];
        let ways = ways.into_iter().filter_map(|(name, what)| {
            let key = key(name)?;
            Some(format!("{key} {what}"))
        });
        let ways = ways.collect::<Vec<_>>().join(", ");
        let end = if ways.is_empty() { "" } else { "." };
        self.refuse(format!(
            "A recording is over: nothing can be done in it. {ways}{end}"
        ));
    }

    /// Asks for a statement: it is done now, so now is what is shown.
    fn ask(&mut self, text: String) -> Vec<Effect> {
        if self.recorded.is_some() {
            self.refuse_in_recording();
            return Vec::new();
        }
        if self.cursor != Cursor::Live {
            self.go(Cursor::Live);
            self.tell("Back to now: what you do is done now.");
        }
        vec![Effect::Ask(text)]
    }

    pub(in crate::app) fn toggle_mouse(&mut self) -> Vec<Effect> {
        let mouse = !self.settings.mouse;
        self.settings.mouse = mouse;
        self.tell(if mouse {
            "The mouse is ours: click a box, a key, a row."
        } else {
            "The mouse is the terminal's: select text as usual."
        });
        vec![Effect::Mouse(mouse)]
    }
}

/// Whether an action shows another moment.
const fn walks(action: Action) -> bool {
    matches!(
        action,
        Action::Next
            | Action::Back
            | Action::StepBack
            | Action::Forth
            | Action::First
            | Action::Now
            | Action::LeapBack(_)
            | Action::LeapForth(_)
    )
}

/// What lies over the screen goes when the screen under it becomes another; the explanation and the
/// code stay while one walks.
fn leaves_overlay(action: Action, overlay: Option<&Overlay>) -> bool {
    match action {
        _ if walks(action) => !matches!(overlay, Some(Overlay::Why | Overlay::Code)),
        Action::Show(_) | Action::Statement | Action::Search | Action::GoTo => true,
        _ => false,
    }
}
