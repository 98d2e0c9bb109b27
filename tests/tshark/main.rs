//! What we say of packets, and what tshark says of the same packets: every field's place and size, the summaries, and
//! what is notable. Where the two differ on purpose, the difference is named (`compare::Difference`).

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a helper that fails is a test that fails"
)]

/// Real conversations on a loopback of their own, captured there.
mod captured;
/// Writes packets to a file, has tshark read it, and compares: for whoever has packets.
mod compare;
/// Captures that fourline opens.
mod foreign;
/// Conversations of the lab.
mod lab;
/// Packets made by hand.
#[path = "../../src/packet/testing.rs"]
mod made;
/// What fourline tells of the packets of the host network.
mod overheard;
/// Has tshark read packets.
mod reading;
/// Recordings in other tools.
mod record;
/// Conversations made by hand, one for each thing that is notable.
mod talks;
