//! The table of keys itself.

use super::{Action as A, Where as W};
use crate::{
    app::{state::Screen, update::Stride},
    model::cable::Hand,
};

/// Under which heading the help shows a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// What moves within the screen, and what only it or the box in focus has.
    Here,
    /// The conversation goes on, and back and forth through it.
    Time,
    /// Calls of an actor.
    Act,
    /// The hand on the cable.
    Cable,
    /// The lesson that is open.
    Lesson,
    /// Screens and boxes.
    Look,
    /// Words.
    Words,
    /// In a list that lies over the screen.
    List,
    /// In a text that lies over the screen.
    Reading,
    /// Where one types.
    Bar,
    /// In the question whether to quit.
    Quitting,
    /// The program.
    Program,
}

impl Group {
    /// Those of what can be opened: the help shows them wherever it is called.
    pub const OPENED: [Self; 4] = [Self::List, Self::Reading, Self::Bar, Self::Quitting];

    /// All, in the order of the help.
    pub const ALL: [Self; 12] = [
        Self::Here,
        Self::Time,
        Self::Act,
        Self::Cable,
        Self::Lesson,
        Self::Look,
        Self::Words,
        Self::Program,
        Self::List,
        Self::Reading,
        Self::Bar,
        Self::Quitting,
    ];

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Here => "Within a screen",
            Self::Time => "The conversation and its time",
            Self::Act => "Make a call",
            Self::Cable => "Your hand on the cable (in the lab)",
            Self::Lesson => "In a lesson",
            Self::Look => "Look at",
            Self::Words => "Type, find, read",
            Self::Program => "The program",
            Self::List => "In a menu or a list",
            Self::Reading => "In the help, the why, the code, or a call in full",
            Self::Bar => "In the bar, while one types",
            Self::Quitting => "When asked whether to quit",
        }
    }
}

/// A row: something that a key can do.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Its name in the configuration.
    pub name: &'static str,
    /// Its keys when nobody says otherwise.
    pub keys: &'static [&'static str],
    /// Where it applies.
    pub wherever: W,
    /// Its heading in the help.
    pub group: Group,
    /// Its place in the footer: the smaller, the earlier.
    pub rank: u8,
    /// One or two words for the footer.
    pub label: &'static str,
    /// A sentence for the help.
    pub help: &'static str,
    /// What it does.
    pub action: A,
    /// Whether it may not be without a key.
    pub needed: bool,
}

#[expect(
    clippy::too_many_arguments,
    reason = "a row of a table has its columns"
)]
const fn row(
    name: &'static str,
    keys: &'static [&'static str],
    wherever: W,
    group: Group,
    rank: u8,
    label: &'static str,
    help: &'static str,
    action: A,
) -> Binding {
    Binding {
        name,
        keys,
        wherever,
        group,
        rank,
        label,
        help,
        action,
        needed: matches!(action, A::Quit | A::CloseOrQuit),
    }
}

/// Everything that a key can do.
#[rustfmt::skip]
pub const BINDINGS: &[Binding] = &[
    row("next", &["Space", "PageDown"], W::Everywhere, Group::Time, 10, "next",
        "The next step of the script, or in free play the call that makes sense now. In the past: one moment forth.", A::Next),
    row("back", &["Left"], W::Everywhere, Group::Time, 30, "earlier",
        "One moment back: every box shows how it was then.", A::Back),
    row("step-back", &["PageUp"], W::Everywhere, Group::Time, 92, "back",
        "For clickers: one moment back. In a lesson: to where its step began, then to the text before.", A::StepBack),
    row("forth", &["Right"], W::Everywhere, Group::Time, 31, "forth", "One moment forth.", A::Forth),
    row("event-before", &[","], W::Everywhere, Group::Time, 94, "event before",
        "One event back: the finest step there is.", A::LeapBack(Stride::Event)),
    row("next-event", &["."], W::Everywhere, Group::Time, 95, "next event", "One event forth.", A::LeapForth(Stride::Event)),
    row("packet-before", &["["], W::Everywhere, Group::Time, 96, "packet before", "Back to the packet before.",
        A::LeapBack(Stride::Packet)),
    row("next-packet", &["]"], W::Everywhere, Group::Time, 97, "next packet", "Forth to the next packet.",
        A::LeapForth(Stride::Packet)),
    row("call-before", &["("], W::Everywhere, Group::Time, 98, "call before", "Back to the call that returned before.",
        A::LeapBack(Stride::Call)),
    row("next-call", &[")"], W::Everywhere, Group::Time, 99, "next call", "Forth to the next call that returned.",
        A::LeapForth(Stride::Call)),
    row("state-before", &["<"], W::Everywhere, Group::Time, 100, "state before",
        "Back to where a socket's state changed before.", A::LeapBack(Stride::State)),
    row("next-state", &[">"], W::Everywhere, Group::Time, 101, "next state", "Forth to where a socket's state changes next.",
        A::LeapForth(Stride::State)),
    row("line-before", &["{"], W::Everywhere, Group::Time, 102, "line before",
        "Back to where one of the four lines was reached before.", A::LeapBack(Stride::Line)),
    row("next-line", &["}"], W::Everywhere, Group::Time, 103, "next line",
        "Forth to where the next of the four lines is reached.", A::LeapForth(Stride::Line)),
    row("go-to", &["g"], W::Everywhere, Group::Time, 86, "go to",
        "Types where to go: an event (41), a time (1.5s), packet 7, line 3, call 12, state FIN-WAIT-1, start, end.", A::GoTo),
    row("first", &["Home"], W::Everywhere, Group::Time, 90, "first", "To the first moment.", A::First),
    row("now", &["End"], W::Everywhere, Group::Time, 91, "now", "To now; of a recording, to its end.", A::Now),
    row("freeze", &["f"], W::Everywhere, Group::Time, 80, "freeze",
        "Holds the view while things go on, or lets it go again.", A::Freeze),
    row("play", &["a"], W::Everywhere, Group::Time, 40, "play", "Plays by itself, or stops. At the end of a recording: from its beginning.", A::Play),
    row("faster", &["+", "="], W::Everywhere, Group::Time, 110, "faster", "Plays at a quicker pace.", A::Faster),
    row("slower", &["-"], W::Everywhere, Group::Time, 111, "slower", "Plays at a slower pace.", A::Slower),

    row("menu", &["Enter"], W::Actor, Group::Here, 25, "calls",
        "The calls that make sense now for the actor that has the focus.", A::Menu),
    row("cancel", &["Ctrl-K"], W::Acting, Group::Act, 150, "cancel",
        "Interrupts the call that waits; it returns EINTR.", A::Cancel),
    row("listen", &["L"], W::Acting, Group::Act, 160, "listen",
        "The server listens: socket, setsockopt, bind, listen.", A::Act('L')),
    row("accept", &["A"], W::Acting, Group::Act, 160, "accept", "The server accepts a connection.", A::Act('A')),
    row("connect", &["C"], W::Acting, Group::Act, 160, "connect", "The client connects.", A::Act('C')),
    row("send", &["S"], W::Acting, Group::Act, 160, "send", "The focused actor sends.", A::Act('S')),
    row("recv", &["R"], W::Acting, Group::Act, 160, "recv", "The focused actor receives.", A::Act('R')),
    row("half-close", &["H"], W::Acting, Group::Act, 160, "half-close",
        "The focused actor says that it will send no more: shutdown of its writing half.", A::Act('H')),
    row("close", &["X"], W::Acting, Group::Act, 160, "close", "The focused actor closes its socket.", A::Act('X')),
    row("abort", &["K"], W::Acting, Group::Act, 160, "abort",
        "The focused actor breaks the connection off: close with SO_LINGER 0, which sends a reset.", A::Act('K')),
    row("options", &["O"], W::Acting, Group::Act, 161, "options",
        "Sets or asks a socket option of the focused actor.", A::Act('O')),

    row("hold", &["h"], W::Hand, Group::Cable, 22, "hold",
        "Holds every packet that comes; or holds nothing any more, and lets go what is held.", A::Hold),
    row("deliver", &["s"], W::Hand, Group::Cable, 64, "deliver", "Delivers the packet that you hold.", A::Hand(Hand::Step)),
    row("drop", &["d"], W::Hand, Group::Cable, 65, "drop", "Takes it off the cable: nobody gets it.", A::Hand(Hand::Drop)),
    row("duplicate", &["u"], W::Hand, Group::Cable, 66, "duplicate", "Puts a copy of it behind it.", A::Hand(Hand::Dup)),
    row("swap", &["x"], W::Hand, Group::Cable, 67, "swap",
        "Lets it change places with the next one that goes the same way.", A::Hand(Hand::Swap)),

    row("open-call", &["Enter"], W::Calls, Group::Here, 2, "open", "The selected call in full.", A::OpenCall),
    row("row-why", &["Enter"], W::Ladder, Group::Here, 2, "why", "Why: what caused the selected row, and what it caused.", A::Why),
    row("deeper", &["Enter"], W::Packets, Group::Here, 2, "deeper",
        "From the list to the fields; there it folds or unfolds a layer, and goes from a field to its bytes.", A::Deeper),
    row("inward", &["l", "Shift-Right"], W::Packets, Group::Here, 172, "inward",
        "In the fields: unfolds a layer, and goes into it. In the bytes: one byte on.", A::Inward),
    row("outward", &["h", "Shift-Left"], W::Packets, Group::Here, 173, "outward",
        "In the fields: folds the layer. In the bytes: one byte back.", A::Outward),
    row("focus", &["Tab"], W::Screens, Group::Here, 20, "focus", "The focus goes to the next box; on the kernel screen, to the other end of the connection.", A::FocusNext),
    row("focus-before", &["BackTab"], W::Screens, Group::Here, 190, "focus back",
        "The focus goes to the box before.", A::FocusBefore),
    row("closer", &["Enter"], W::OtherBox, Group::Here, 26, "closer",
        "A closer look at the box that has the focus.", A::Closer),
    row("main", &["1"], W::Everywhere, Group::Look, 50, "main", "The main screen: the four lines, both ends.",
        A::Show(Screen::Main)),
    row("ladder", &["2"], W::Everywhere, Group::Look, 51, "ladder", "Calls and bytes of both ends down one time line.",
        A::Show(Screen::Ladder)),
    row("bytes", &["3"], W::Everywhere, Group::Look, 52, "bytes",
        "Both streams in hex and text, with the boundaries of each send and recv.", A::Show(Screen::Bytes)),
    row("states", &["4"], W::Everywhere, Group::Look, 53, "states",
        "The state diagram of RFC 9293 with both ends on it.", A::Show(Screen::States)),
    row("packets", &["5"], W::Everywhere, Group::Look, 54, "packets",
        "Every packet: what became of it, its fields, its bytes.", A::Show(Screen::Packets)),
    row("calls", &["6"], W::Everywhere, Group::Look, 55, "calls", "All calls of both ends.", A::Show(Screen::Calls)),
    row("kernel", &["7"], W::Everywhere, Group::Look, 56, "kernel",
        "The socket tables of both ends, and what TCP counts and estimates, over time.", A::Show(Screen::Kernel)),
    row("lesson", &["8"], W::Everywhere, Group::Look, 57, "lessons", "The lessons that there are, and how far you have come.",
        A::Show(Screen::Lesson)),
    row("take-lesson", &["Enter"], W::Shelf, Group::Here, 2, "take it", "Takes the selected lesson.", A::TakeLesson),
    row("answer", &["Enter"], W::Asking, Group::Lesson, 6, "answer",
        "Takes the selected choice, or opens the bar to type the answer. Space skips the question.", A::Answer),
    row("letter", &["a", "b", "c", "d", "e", "f"], W::Asking, Group::Lesson, 7, "choose", "Takes the choice with this letter.",
        A::Letter),
    row("lesson-back", &["Backspace"], W::Learning, Group::Lesson, 35, "lesson back",
        "After free play or a changed statement: the lab goes back to where the lesson needs it. Else: one stop back.", A::LessonBack),
    row("notes", &["p"], W::Learning, Group::Lesson, 87, "notes", "Shows the notes to the presenter, or hides them.", A::Notes),
    row("prose-up", &["Shift-Up"], W::Learning, Group::Lesson, 183, "text up", "Scrolls the lesson's text upwards.", A::ProseUp),
    row("prose-down", &["Shift-Down"], W::Learning, Group::Lesson, 184, "text down", "Scrolls the lesson's text downwards.",
        A::ProseDown),
    row("next-plot", &["Enter"], W::Kernel, Group::Here, 6, "next plot",
        "The next plot is the large one, or the only one where there is no room for more.", A::NextPlot),
    row("shorter", &["s"], W::Kernel, Group::Here, 41, "shorter", "The plots reach less far back.", A::Shorter),
    row("longer", &["l"], W::Kernel, Group::Here, 42, "longer", "The plots reach farther back.", A::Longer),
    row("settings", &["9"], W::Everywhere, Group::Look, 74, "options",
        "What can be set: the colours, the mouse, the pace, which insights are told.", A::Show(Screen::Options)),
    row("change", &["Enter", "Right"], W::Options, Group::Here, 2, "change", "Changes the selected option.", A::Change(true)),
    row("change-back", &["Left"], W::Options, Group::Here, 173, "change back",
        "Changes the selected option back to the value before.", A::Change(false)),
    row("client", &["o"], W::Screens, Group::Here, 120, "client", "Looks at the next client, when there are several.",
        A::NextClient),
    row("up", &["Up", "k"], W::Everywhere, Group::Here, 170, "up", "Scrolls or selects upwards.", A::Up),
    row("down", &["Down", "j"], W::Everywhere, Group::Here, 171, "down", "Scrolls or selects downwards.", A::Down),
    row("page-up", &["Ctrl-U", "Ctrl-Up"], W::Everywhere, Group::Here, 180, "page up",
        "Scrolls or selects a page upwards (PageUp itself goes back in time, for clickers).", A::PageUp),
    row("page-down", &["Ctrl-D", "Ctrl-Down"], W::Everywhere, Group::Here, 181, "page down",
        "Scrolls or selects a page downwards.", A::PageDown),
    row("top", &["T", "Ctrl-Home"], W::Everywhere, Group::Here, 182, "top", "To the top of what has the focus.", A::Top),
    row("bottom", &["G", "Ctrl-End"], W::Everywhere, Group::Here, 183, "end", "To the end, and follows what comes.", A::Bottom),

    row("type", &[":"], W::Everywhere, Group::Words, 60, "type", "Types a statement of the command language.", A::Statement),
    row("why", &["w"], W::Everywhere, Group::Words, 45, "why", "Why: what is selected or happening, explained; what caused it, what it caused.", A::Why),
    row("search", &["/"], W::Everywhere, Group::Words, 85, "search", "Searches the calls, the packets and what was said.", A::Search),
    row("found-next", &["n"], W::Found, Group::Here, 11, "next hit", "The next hit of the search.", A::FoundNext),
    row("found-before", &["N"], W::Found, Group::Here, 12, "hit before", "The hit before.", A::FoundBefore),
    row("script", &["i"], W::Everywhere, Group::Words, 75, "script",
        "The script: choose a statement, change it, and run it again from there.", A::Script),
    row("record", &["r"], W::Everywhere, Group::Words, 76, "record",
        "Records all that has happened and will to a file that Wireshark opens; again: ends the recording.", A::Record),
    row("export", &["e"], W::Everywhere, Group::Words, 77, "export",
        "Writes the session to a file: for reading, for a slide, for a course page, for programs.", A::Export),
    row("code", &["c"], W::Everywhere, Group::Words, 78, "code",
        "The conversation as a program in C, Python, PHP, Rust or Go, beside its calls.", A::Code),
    row("copy", &["y"], W::Everywhere, Group::Words, 100, "copy", "Copies what the focus is on to the clipboard.", A::Copy),

    row("choose", &["Enter"], W::List, Group::List, 1, "run it", "Takes the selected row.", A::Choose),
    row("move-earlier", &["Shift-Up", "["], W::Script, Group::List, 6, "move up",
        "Of the script: the selected statement changes places with the one before it, and all runs anew up to it. Its claims go with it.",
        A::MoveStep { earlier: true }),
    row("move-later", &["Shift-Down", "]"], W::Script, Group::List, 6, "move down",
        "Of the script: the selected statement changes places with the one after it, and all runs anew up to it.",
        A::MoveStep { earlier: false }),
    row("reset-script", &["Backspace"], W::Script, Group::List, 2, "as it was",
        "Of the script: all statements become what they were, and run anew.", A::ResetScript),
    row("edit", &["Tab"], W::Menu, Group::List, 2, "change it", "Puts the selected row into the command bar, to be changed.",
        A::Edit),
    row("follow", &["Enter"], W::Why, Group::Reading, 1, "go there",
        "In the why: to the cause or the effect that is selected, and to its moment.", A::Follow),
    row("way-back", &["Backspace", "Left"], W::Why, Group::Reading, 2, "way back",
        "In the why: back along the way that you came.", A::WayBack),
    row("next-language", &["Tab", "Right"], W::Code, Group::Reading, 2, "language", "In the code: the next language.",
        A::NextLanguage),
    row("language-before", &["BackTab", "Left"], W::Code, Group::Reading, 190, "language back",
        "In the code: the language before.", A::LanguageBefore),
    row("save-code", &["Enter", "e"], W::Code, Group::Reading, 3, "save", "In the code: saves the program to a file.",
        A::SaveCode),
    row("read", &["Enter"], W::Reading, Group::Reading, 1, "close", "Closes what was read.", A::Close),
    row("run", &["Enter"], W::Typing, Group::Bar, 1, "run", "Runs what was typed.", A::Enter),
    row("complete", &["Tab"], W::Completed, Group::Bar, 2, "complete", "The next word that could stand here.", A::Complete),
    row("complete-before", &["BackTab"], W::Completed, Group::Bar, 190, "complete back", "The word before.",
        A::CompleteBefore),
    row("earlier", &["Up"], W::Statement, Group::Bar, 3, "earlier", "What was typed earlier.", A::Earlier),
    row("later", &["Down"], W::Statement, Group::Bar, 4, "later", "What was typed later.", A::Later),
    row("leave-typing", &["Esc"], W::Typing, Group::Bar, 5, "leave", "Closes the bar; nothing is run.", A::Close),
    row("yes", &["y", "Enter", "q"], W::Asked, Group::Quitting, 1, "quit", "Quits.", A::Quit),
    row("no", &["n", "Esc"], W::Asked, Group::Quitting, 2, "stay", "Stays. So does any other key.", A::Close),

    row("help", &["?", "F1"], W::Everywhere, Group::Program, 70, "help", "The keys of this screen.", A::Help),
    row("presenter", &["z"], W::Everywhere, Group::Program, 130, "presenter",
        "Large, few boxes, keys echoed: for the back of the room. Again: as before.", A::Presenter),
    row("blank", &["b"], W::Everywhere, Group::Program, 131, "blank", "A blank screen; any key brings it back.", A::Blank),
    row("theme", &["t"], W::Everywhere, Group::Program, 132, "theme", "The next theme.", A::Theme),
    row("mouse", &["m"], W::Everywhere, Group::Program, 133, "mouse",
        "Takes the mouse, or gives it back so that the terminal's own selection works.", A::Mouse),
    row("leave", &["Esc"], W::Everywhere, Group::Program, 140, "close", "Closes what is open.", A::Close),
    row("quit", &["q"], W::Everywhere, Group::Program, 65, "quit", "Closes what is open; then asks whether to quit.",
        A::CloseOrQuit),
    row("quit-now", &["Ctrl-C"], W::Always, Group::Program, 200, "quit", "Quits at once.", A::Quit),
    row("suspend", &["Ctrl-Z"], W::Always, Group::Program, 201, "suspend",
        "Stops the program and gives the shell back; `fg` brings it back.", A::Suspend),
];
