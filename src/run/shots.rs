//! Screens without a terminal: the program's own, drawn in memory, at one moment of a journal or at all of them.

use crate::{
    app::{App, Cursor, Look, Screen, Settings, keys::KeyTable, update::Input},
    export::Shot,
    model::{book::Book, ids::Nanos},
    ui,
};
use core::ops::{ControlFlow, Range};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{buffer::Buffer, layout::Rect};

/// As many moments are shown at most; after them comes the end.
pub const MOST: usize = 5_000;

/// Columns and rows.
pub type Size = (u16, u16);

/// Which moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Moment {
    /// The last one.
    #[default]
    End,
    /// Just after the event with this id.
    Event(u64),
    /// This long after the start.
    Time(Nanos),
}

/// What fills the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// One of the screens.
    Screen(Screen),
    /// The presenter's.
    Presenter,
}

impl Default for View {
    fn default() -> Self {
        Self::Screen(Screen::Main)
    }
}

/// The journal as it was after its first `count` events, put into `was`, which is empty. For a journal that is read
/// from a file, that is one that reads from the same file.
pub fn as_it_was(book: &Book, count: usize, mut was: Book) -> Book {
    push(&mut was, book, 0..count);
    was
}

fn push(onto: &mut Book, from: &Book, range: Range<usize>) {
    let all = from.events().len();
    let range = range.start.min(all)..range.end.min(all);
    let _: ControlFlow<()> = from.events().visit(range, |_, event| {
        onto.push(event.clone());
        ControlFlow::Continue(())
    });
}

/// How many events had happened at a moment.
pub fn count_at(book: &Book, moment: Moment) -> usize {
    let events = book.events();
    match moment {
        Moment::End => events.len(),
        Moment::Event(id) => events.partition_point(|e| e.id.0 <= id),
        Moment::Time(at) => events.partition_point(|e| e.at_ns <= at),
    }
}

/// What the app shows now.
pub fn draw(app: &App, (width, height): Size) -> Shot {
    let area = Rect::new(0, 0, width, height);
    let mut screen = Buffer::empty(area);
    let at = app.book.now();
    ui::draw_on(app, at, &mut screen, area);
    Shot { at, screen }
}

/// The screen at one moment, as it was seen then. `was` as in [`as_it_was`].
pub fn shot(
    book: Book,
    was: Book,
    moment: Moment,
    view: View,
    settings: Settings,
    size: Size,
) -> Shot {
    let count = count_at(&book, moment);
    let book = if count < book.events().len() {
        as_it_was(&book, count, was)
    } else {
        book
    };
    let mut app = App::new(book, settings, KeyTable::default());
    match view {
        View::Screen(screen) => app.screen = screen,
        View::Presenter => app.look = Look::Presenter,
    }
    draw(&app, size)
}

/// The main screen at every moment, from the first to the last, as they were seen. `seen` as in [`as_it_was`].
pub fn shots(book: Book, seen: Book, settings: Settings, size: Size) -> Shots {
    let mut guide = App::new(book, settings.clone(), KeyTable::default());
    press(&mut guide, KeyCode::Home);
    Shots {
        guide,
        seen: App::new(seen, settings, KeyTable::default()),
        size,
        left: MOST,
    }
}

fn press(app: &mut App, key: KeyCode) {
    app.update(Input::Key(KeyEvent::new(key, KeyModifiers::NONE)));
}

/// See [`shots`].
#[derive(Debug)]
pub struct Shots {
    /// Walks from moment to moment, as a person does with the arrow keys.
    guide: App,
    /// Shows what had happened by then.
    seen: App,
    size: Size,
    /// How many more moments are shown.
    left: usize,
}

impl Iterator for Shots {
    type Item = Shot;

    fn next(&mut self) -> Option<Shot> {
        self.left = self.left.checked_sub(1)?;
        if self.left == 0 {
            self.guide.go(Cursor::Live);
        }
        let (from, to) = (self.seen.book.events().len(), self.guide.shown_events());
        push(&mut self.seen.book, &self.guide.book, from..to);
        self.guide.tidy();
        if self.guide.cursor() == Cursor::Live {
            self.left = 0;
        } else {
            press(&mut self.guide, KeyCode::Right);
        }
        Some(draw(&self.seen, self.size))
    }
}

#[cfg(test)]
mod tests;
