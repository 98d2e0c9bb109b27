//! Frames of journals made by hand: how they look at three sizes, in signs and in ASCII, and what must hold at any size.

mod frames;
mod insights;
mod lab;
mod lesson;
mod limits;
mod long;
mod recorded;
mod timeline;

use crate::{
    app::{App, Drawn, Settings, keys::KeyTable},
    model::{
        book::Book,
        ids::{Nanos, SocketId},
        story::testing::Play,
    },
    ui::draw,
};
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

/// An app that shows a journal.
pub(super) fn app(book: Book) -> App {
    App::new(book, Settings::default(), KeyTable::default())
}

/// The walk through the four lines, so many steps of it.
fn walked(steps: usize) -> App {
    let mut play = Play::four_lines();
    for step in 0..steps {
        play.walk(step);
    }
    app(play.into_book())
}

/// A frame, 310 ms after the last event.
fn frame(app: &App, width: u16, height: u16) -> (Buffer, Drawn) {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let now = app.book.now().plus(Nanos::from_millis(310));
    let mut drawn = Drawn::default();
    terminal.draw(|f| drawn = draw(app, now, f)).unwrap();
    (terminal.backend().buffer().clone(), drawn)
}

/// A frame's letters, without blanks at the ends of rows.
fn letters(app: &App, width: u16, height: u16) -> String {
    let (buf, _) = frame(app, width, height);
    let mut text = String::new();
    for y in 0..height {
        let row: String = (0..width).map(|x| buf[(x, y)].symbol()).collect();
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}

/// The server's first accepted connection.
fn connection() -> SocketId {
    SocketId::own(crate::model::ids::Actor::Server, 1)
}
