//! The lab, really made: its two namespaces, the wire between them in our hands, and nothing left of it afterwards.
//!
//! Nothing here touches the machine's own network. Where no lab can be had the tests say that they are skipped, and fail
//! where `CI` is set.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a helper that fails is a test that fails"
)]

/// Conversations of the kernels' own TCP over a wire that we carry by hand.
mod conversations;
/// `fourline doctor` says what is there and what is not.
mod doctor;
/// `fourline lab enter`: other people's programs inside see what we see.
mod enter;
/// The lab comes and goes, and with it all that it made; however its owner ends.
mod life;
/// All of it once more as somebody without privileges.
mod ordinary;
/// The scripts that are shipped, in the lab.
mod scripts;
/// A lab whose packets are carried by a thread, and remembered.
mod stage;
/// All of it over veth pairs, as where there is no TUN.
mod veth;
/// What crosses the wire: nothing unasked, whole packets, super-packets and their checksums.
mod wire;
