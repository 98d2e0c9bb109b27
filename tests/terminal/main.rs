//! The whole program in a pseudo-terminal, as a person has it in front of them.

mod demo;
mod endings;
mod flood;
mod hostile;
mod idle;
mod play;
mod screens;
mod shell;
mod sizes;
mod stage;
mod walk;
mod without;
