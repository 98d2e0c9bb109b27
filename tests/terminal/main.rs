//! The whole program in a pseudo-terminal, as a person has it in front of them.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on fails, and says so"
)]

mod code;
mod demo;
mod endings;
mod flood;
mod hand;
mod hostile;
mod idle;
mod lessons;
mod options;
mod play;
mod recorded;
mod rough;
mod screens;
mod shell;
mod sizes;
mod stage;
mod taught;
mod walk;
mod without;
