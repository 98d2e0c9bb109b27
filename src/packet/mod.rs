//! Packets as bytes: what a raw IP packet says ([`brief()`]), what it means to the conversation that it is part of
//! ([`Tracker`]), the bytes that a cable needs ([`corrupt`], [`too_big()`], checksums), and every field of it for a
//! person to look at ([`dissect()`]).
//!
//! Bytes come from whoever sent them, so nothing here trusts a length that stands in them, and nothing panics. Time is
//! an argument.

mod brief;
mod checksum;
mod damage;
mod dissect;
mod layout;
mod options;
mod too_big;
mod tracker;

pub use brief::{Brief, Segment, brief};
pub use checksum::{Checksums, checksums_are_right, complete_checksum};
pub use damage::corrupt;
pub use dissect::{Bits, Field, dissect, dissect_captured};
pub use options::{TcpOption, tcp_options};
pub use too_big::too_big;
pub use tracker::{Entered, Tracker};

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
