//! The terminal, taken and always given back: at the end, on a panic, before a stop, when a signal ends us.

use crossterm::{
    cursor,
    event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture},
    execute, queue,
    style::{ResetColor, force_color_output},
    terminal::{self, Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen},
};
use std::{
    io::{self, Stdout, Write, stdout},
    panic,
    sync::atomic::{AtomicBool, Ordering},
};

/// Whether the terminal is ours at the moment. A panic's hook and a second giving back must know.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct Screen {
    mouse: bool,
}

impl Screen {
    /// Takes the terminal: raw mode, the alternate screen, pasted text in one piece, and the mouse if it is wanted.
    pub(super) fn take(mouse: bool) -> io::Result<Self> {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            give_back();
            before(info);
        }));
        // The theme decides, and NO_COLOR has been asked there: a theme that was named is stronger.
        force_color_output(true);
        let screen = Self { mouse };
        screen.enter()?;
        Ok(screen)
    }

    /// Takes it again, after a stop.
    pub(super) fn enter(&self) -> io::Result<()> {
        terminal::enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        let mut out = stdout();
        queue!(
            out,
            EnterAlternateScreen,
            EnableBracketedPaste,
            cursor::Hide,
            Clear(ClearType::All)
        )?;
        if self.mouse {
            queue!(out, EnableMouseCapture)?;
        }
        out.flush()
    }

    /// Takes or leaves the mouse.
    pub(super) fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        if on {
            execute!(stdout(), EnableMouseCapture)
        } else {
            execute!(stdout(), DisableMouseCapture)
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
        // In a panic the hook is at work, and taking it away would be a second one.
        if !std::thread::panicking() {
            drop(panic::take_hook());
        }
    }
}

/// Whether it is still ours: a panic, in whatever thread, gives it back.
pub(super) fn is_taken() -> bool {
    TAKEN.load(Ordering::SeqCst)
}

/// Gives the terminal back, as far as it is still there to be given to.
pub(super) fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    // One after the other: what a lost terminal refuses must not keep the rest from being tried.
    let mut out: Stdout = stdout();
    let _ = execute!(out, DisableMouseCapture, DisableBracketedPaste, ResetColor);
    let _ = execute!(out, LeaveAlternateScreen, cursor::Show);
    let _ = terminal::disable_raw_mode();
}
