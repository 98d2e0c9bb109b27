//! Recordings: what was seen once is kept, opened again, and written in other formats.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on fails, and says so"
)]

mod killed;
mod misfortunes;
mod opened;
mod same;
mod stage;
