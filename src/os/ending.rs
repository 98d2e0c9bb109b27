//! Ending as a signal ends a program that does not catch it.

use nix::sys::signal::{SigHandler, Signal, raise, signal};

/// Gives the signal its default action back and raises it. Returns only where that does not end the program.
#[expect(
    unsafe_code,
    reason = "the default action of a signal has no safe name"
)]
pub fn by(number: Signal) {
    // SAFETY: the default action runs no code of ours.
    let _ = unsafe { signal(number, SigHandler::SigDfl) };
    let _ = raise(number);
}
