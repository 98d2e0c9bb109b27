//! Lessons from the command line, without a terminal: read, checked, listed, reported, refused.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, and says so"
)]

mod hostile;
mod kept;
mod pages;
mod stage;
mod taken;
