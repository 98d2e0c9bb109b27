//! What is on the screen and what a key means. Pure: a key, a click or a tick comes in, [`Effect`]s go out; drawing
//! reads [`App`] and changes nothing.

mod ask;
mod cards;
pub mod code;
pub mod config;
pub mod drawn;
pub mod goto;
mod hand;
pub mod insights;
pub mod kernel;
pub mod keys;
pub mod learning;
pub mod options;
pub mod packets;
pub mod recorded;
pub mod state;
mod suggest;
#[cfg(test)]
mod tests;
mod theme;
mod timeline;
pub mod update;
pub mod why;

pub use ask::Foreign;
pub use cards::Card;
pub use code::CodeView;
pub use drawn::{Area, Drawn, Hit, ScrollId, Viewport};
pub use insights::Insights;
pub use kernel::{KernelView, PlotKind};
pub use keys::{Action, Chord, KeyTable, Row};
pub use learning::{Learning, OnShelf};
pub use options::Choice;
pub use recorded::{Recorded, RecordedKind, Speed};
pub use state::{
    App, Bar, BarPurpose, Cursor, Effect, Format, Keep, Look, Notice, Overlay, Panel, Play, Screen,
    Settings, ThemeName,
};
pub use suggest::{Suggestion, Upcoming};
pub use update::{Input, Stride};
pub use why::WhyView;
