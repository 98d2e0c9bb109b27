//! What is on the screen and what a key means. Pure: a key, a click or a tick comes in, [`Effect`]s go out; drawing
//! reads [`App`] and changes nothing.

pub mod drawn;
pub mod keys;
pub mod state;

pub use drawn::{Area, Drawn, Hit, ScrollId, Viewport};
pub use state::{
    App, Bar, BarPurpose, Cursor, Effect, Look, Notice, Overlay, Panel, Play, Screen, Settings,
    ThemeName,
};
