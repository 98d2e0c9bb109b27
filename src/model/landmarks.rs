//! Where in a journal something changed that one would want to jump to: a socket's state, and the four lines.

use super::{
    event::{Event, Fact},
    ids::Actor,
    tcp::TcpState,
};

/// A change of state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateMark {
    /// Its place in [`super::book::Book::events`].
    pub index: usize,
    /// Whose socket.
    pub who: Actor,
    /// The state from then on.
    pub to: TcpState,
}

/// A line that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineMark {
    /// Its place in [`super::book::Book::events`].
    pub index: usize,
    /// 1 to 4.
    pub line: u8,
}

/// Those of one journal, each in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Landmarks {
    /// Changes of state.
    pub states: Vec<StateMark>,
    /// Lines.
    pub lines: Vec<LineMark>,
}

impl Landmarks {
    pub(super) fn note(&mut self, index: usize, event: &Event) {
        match &event.fact {
            Fact::State { socket, to, .. } => self.states.push(StateMark {
                index,
                who: socket.actor,
                to: *to,
            }),
            Fact::Line { line } => self.lines.push(LineMark { index, line: *line }),
            _ => {}
        }
    }
}
