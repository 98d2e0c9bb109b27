//! The command language: one statement a line, the same text in the command bar, in scripts and in the log of what
//! was done.
//!
//! ```text
//!   bytes of a script ── script.rs ──┐
//!   a typed line ────────────────────┤ words.rs: words with their places, $NAME filled in (vars.rs)
//!                                    ▼
//!                    cursor.rs: what may stand here?  ◄── verbs.rs, cable/, claims.rs: one row for each verb and claim
//!                      │         │          │
//!      Statement ◄─────┘         │          └─────► complete.rs: what could be typed next
//!      print.rs: and back        ▼
//!                    mistake.rs: the place, what was expected there, the nearest right word
//! ```
//!
//! A parse function never lists what it expects a second time for errors or completion: the cursor notes what was
//! tried at the place where the words end or stop to fit, and both are made from these notes.

mod address;
mod cable;
mod claims;
mod complete;
mod cursor;
mod data;
mod measures;
mod mistake;
mod nearest;
mod options;
mod orders;
mod print;
mod program;
mod reference;
mod report;
mod script;
mod statement;
mod time;
mod vars;
mod verbs;
mod words;

#[cfg(test)]
mod tests;

pub use cable::{CABLE_VERBS, CableVerb};
pub use claims::{CLAIMS, ClaimForm};
pub use complete::{Completion, complete, usage_for};
pub use measures::{MEASURES, parse_brought, parse_claim, parse_measure};
pub use mistake::Mistake;
pub(crate) use mistake::quoted;
pub use nearest::nearest;
pub use reference::reference;
pub use script::{Script, ScriptStatement, parse_line, parse_script};
pub use vars::{BadVar, Vars};
pub use verbs::{For, VERBS, Verb};
