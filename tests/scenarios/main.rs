//! Whole conversations with the real program on real sockets, seen from outside: by the claims of its scripts, by
//! `strace`, by `ss`, by programs that know nothing of it, and in bad weather.
//!
//! Nothing here asserts how long something takes; time-outs only keep a failing test from waiting for ever. All
//! traffic stays on the loopback, all ports are free ones, and every program that is started ends with its test.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a helper that fails is a test that fails"
)]

/// The script is changed while it is walked through, and runs anew.
mod changes;
/// Starting programs, ending them, and reading what ours tells.
mod common;
/// Every script of `tests/conversations` runs: its claims hold, its JSON keeps its promises, the kernel did what it should.
mod conversations;
/// What is notable, in the moment in which it is so.
mod insights;
/// Conversations in the lab, whose cable is in our hands.
mod lab;
/// What must hold in the journal of any conversation: states follow each other, counts agree, bytes arrive as sent.
mod laws;
/// What goes wrong outside: taken ports, bad scripts, hostile bytes, floods, resets, signals, readers who leave.
mod misfortunes;
/// A server that answers by itself: crowds, floods, and an account of every byte.
mod serving;
/// Programs of somebody's own: run by a script, listened to, and ended with all that they started.
mod spawn;
/// `ss` shows the states and queues that our latest events tell.
mod ss;
/// `strace` sees in each actor's thread the calls that we tell, all of them, and no others.
mod strace;
/// PHP, netcat and curl talk to us and we to them; of their side nothing is invented.
mod strangers;
/// What `strace` prints and what we tell, in one form that can be compared.
mod tracing;
