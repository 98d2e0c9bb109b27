//! Parts that several screens draw with.

pub mod bytes;
pub mod gauge;
pub mod keys;
pub mod large;
pub mod panel;
pub mod plot;
pub mod popup;
pub mod scroll;
pub mod table;
