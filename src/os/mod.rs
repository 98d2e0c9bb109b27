//! The only rooms that talk to the operating system.
//!
//! ```text
//!   engine    hands calls to the actors' threads, looks, and reports
//!   sockets   the Berkeley calls, one system call each, on the thread that asks
//!   kernel    looking at the kernel without touching the sockets: its socket tables, its counts
//!   lab       the private network: namespaces, and our ends of the wire between them
//!   program   programs of somebody's own, run on one side's network
//!   capture   packets of the host's own network, as they pass by
//!   ending    ending as a signal ends a program
//!   clock     the one place that asks what time it is
//! ```

pub mod capture;
pub mod clock;
pub mod ending;
pub mod engine;
pub mod kernel;
pub mod lab;
pub mod network;
pub mod program;
pub mod sockets;
