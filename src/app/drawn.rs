//! What the last frame showed where: the way in which the next update learns what the mouse points at and how far a
//! box can scroll. Drawing makes it; updating reads it.

use super::{
    packets::Pane,
    state::{Panel, Screen},
};
use crate::model::{ids::Nanos, packet::PacketNo};

/// A rectangle of cells, from the top left corner of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// Column of its left edge.
    pub x: u16,
    /// Row of its upper edge.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Area {
    /// Whether the cell lies in it.
    pub const fn contains(self, x: u16, y: u16) -> bool {
        x >= self.x && x - self.x < self.width && y >= self.y && y - self.y < self.height
    }
}

/// Something that scrolls by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScrollId {
    /// A box of the main screen.
    Panel(Panel),
    /// The body of a whole screen.
    Screen(Screen),
    /// A part of the packets screen other than its list.
    Pane(Pane),
    /// The list or text of what lies over the screen.
    Overlay,
    /// The text of the lesson.
    Lesson,
}

/// What a click does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hit {
    /// Puts the focus there.
    Focus(Panel),
    /// Puts the focus there, on the packets screen.
    Pane(Pane),
    /// Is as if this key of the key table had been pressed (written as in the footer: `Space`, `2`, `?`).
    Key(String),
    /// Selects this row of the list that is shown.
    Row(ScrollId, usize),
    /// Shows the code in this language: its place in [`crate::code::LANGUAGES`].
    Language(usize),
    /// Selects this packet of the cable.
    Packet(PacketNo),
    /// The track of the timeline: goes to the moment that the cell stands for, and can be dragged along.
    Track,
    /// Goes to the moment just after this many events.
    Moment(usize),
    /// Takes this choice of the question that waits.
    Choice(usize),
}

/// What can be seen of something that scrolls, in rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Viewport {
    /// Rows that are shown.
    pub shown: usize,
    /// Rows that there are.
    pub total: usize,
}

/// What a frame showed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// What can be clicked; later ones lie above earlier ones.
    pub hits: Vec<(Area, Hit)>,
    /// What scrolls, where, and how far.
    pub viewports: Vec<(Area, ScrollId, Viewport)>,
    /// Places in the journal of the events that have rows on the ladder: those in sight, and the next ones before and
    /// after them.
    pub rows: Vec<usize>,
    /// The first row that is shown of what is moved so that its selected row is in sight.
    pub tops: Vec<(ScrollId, usize)>,
    /// Whether something on the frame counts time by itself and wants to be drawn again: a waiting call's seconds
    /// (once a second), a countdown (ten times).
    pub ticks_per_second: u8,
    /// The time that it was drawn for.
    pub at: Nanos,
}

impl Drawn {
    /// What the cell is good for, if anything.
    pub fn hit(&self, x: u16, y: u16) -> Option<&Hit> {
        self.hits
            .iter()
            .rev()
            .find(|(area, _)| area.contains(x, y))
            .map(|(_, hit)| hit)
    }

    /// Where the track of the timeline lies.
    pub fn track(&self) -> Option<Area> {
        let mut hits = self.hits.iter().rev();
        hits.find(|(_, hit)| *hit == Hit::Track)
            .map(|(area, _)| *area)
    }

    /// What scrolls under the cell.
    pub fn scroll_at(&self, x: u16, y: u16) -> Option<ScrollId> {
        self.viewports
            .iter()
            .rev()
            .find(|(area, ..)| area.contains(x, y))
            .map(|(_, id, _)| *id)
    }

    /// The first row that was shown, where drawing decided it.
    pub fn top(&self, id: ScrollId) -> Option<usize> {
        self.tops
            .iter()
            .find(|(i, _)| *i == id)
            .map(|(_, top)| *top)
    }

    /// How far something can scroll.
    pub fn viewport(&self, id: ScrollId) -> Option<Viewport> {
        self.viewports
            .iter()
            .rev()
            .find(|(_, i, _)| *i == id)
            .map(|(.., viewport)| *viewport)
    }
}
