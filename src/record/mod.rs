//! Recordings: a journal as a pcapng file that Wireshark opens as it is, and reading it back, page by page; captures of
//! others too. Over io traits: whoever opens the file is elsewhere.
//!
//! ```text
//!   Section Header      "fourline VERSION"
//!   Interface  0        server0, link type RAW, nanoseconds
//!   Interface  1        client0, likewise
//!   Journal Export      MESSAGE=..., FOURLINE=1, FOURLINE_EPOCH_NS=...
//!   Journal Export      MESSAGE=..., FOURLINE_EVENT={"id":1,"kind":"begin",...}
//!   Enhanced Packet     the bytes; the interface of who sent it, "outbound", the event's id; what we can say, as a
//!                       comment; the rest of the event as a custom option
//!   Journal Export      MESSAGE=..., FOURLINE_EVENT={"kind":"fate",...}
//!   ...                 in the order of the journal
//! ```
//!
//! An event that is too long for one entry stands in several: `FOURLINE_PART=...` in all but the last, which has
//! `FOURLINE_LAST_PART=...`; other tools refuse entries of more than 256 KiB.
//!
//! The times in it are the wall clock's at time 0 (the epoch) and what has passed since; the events keep their own.

mod blocks;
mod capture;
pub mod foreign;
mod input;
mod json;
mod lines;
mod message;
mod own;
mod packets;
mod paged;
pub mod pcap;
mod quick;
mod reader;
mod recorder;
mod stop;
#[doc(hidden)]
pub mod testing;

pub use self::{
    lines::LONGEST_LINE,
    message::{message, message_of},
    reader::{Kind, OpenError, Reader},
    recorder::Recorder,
    stop::{Place, Stop, Why},
};

/// The version of the shape of recordings and JSON Lines.
pub const VERSION: u32 = 1;

#[cfg(test)]
mod tests;
