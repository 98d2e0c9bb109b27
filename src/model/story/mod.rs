//! The words that teach: what a journal tells a person, as text. Pure functions of a moment, so that the screen, the
//! plain prompt, a headless run and a replayed recording all say the same.
//!
//! - [`explain()`](explain::explain): why a call failed, the usual cause, what to try
//! - [`happening()`](happening::happening): the latest thing that happened, in two sentences, and why
//! - [`sensible()`](next::sensible) and [`next_step()`](next::next_step): what makes sense now
//! - [`sentence()`](tell::sentence): an event as a line of text
//! - [`row()`](netstat::row): a socket as netstat lays it out
//! - [`foreign_peer()`](whose::foreign_peer): whether an end is somebody else's
//! - [`entered()`](packets::entered): a packet in a line
//! - [`about()`](happening::about): one event, and why
//! - [`ties()`](ties::ties): what caused an event, and what it caused
//! - [`number()`](words::number): a count with its digits in groups of three

mod errors;
pub mod explain;
pub mod happening;
pub mod netstat;
pub mod next;
pub mod packets;
mod passage;
pub mod program;
mod proof;
pub mod tell;
pub mod ties;
pub mod whose;
pub mod words;

#[cfg(test)]
mod properties;
#[cfg(test)]
pub mod testing;
