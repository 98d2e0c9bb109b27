//! Recordings: a journal as a pcapng file that Wireshark opens as it is, and reading it back, page by page; captures of
//! others too. Over io traits: whoever opens the file is elsewhere.
//!
//! ```text
//!   Section Header      "fourline VERSION"
//!   Interface  0        server0, link type RAW, nanoseconds
//!   Interface  1        client0, likewise
//!   Journal Export      MESSAGE=..., FOURLINE_EVENT={"id":1,"kind":"begin",...}, FOURLINE_EPOCH_NS=...
//!   Enhanced Packet     the bytes; the interface of who sent it, "outbound", the event's id; what we can say, as a
//!                       comment; the rest of the event as a custom option
//!   Journal Export      MESSAGE=..., FOURLINE_EVENT={"kind":"fate",...}
//!   ...                 in the order of the journal
//! ```

pub mod foreign;
pub mod pcap;
