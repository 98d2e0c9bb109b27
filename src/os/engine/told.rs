//! What the engine is told from elsewhere, to be taken in by its world.

use super::worker::Returned;
use crate::model::{
    call::Call,
    event::Observation,
    ids::{CallId, EventId, Fd},
};

/// What actors' threads and serving tasks tell the engine.
#[derive(Debug)]
pub(super) enum Told {
    /// A call has returned.
    Returned(Box<Returned>),
    /// A call could not be made at all: why, in words.
    Unmade { id: CallId, text: String },
    /// Calls that were counted and not told one by one.
    Elided {
        fd: Fd,
        calls: u64,
        read: u64,
        written: u64,
    },
    /// Something of a program of somebody's own; whether the statement that started it is done with that.
    Program {
        seen: Observation,
        done: Option<EventId>,
    },
}

impl Told {
    /// Whether bytes have moved, for a server that answers by itself, and nothing else happened.
    pub(super) fn moves_bytes(&self) -> bool {
        match self {
            Self::Returned(returned) => {
                let moves = matches!(returned.call, Call::Recv { .. } | Call::Send { .. });
                returned.served.is_some() && moves && returned.performed.ret > 0
            }
            Self::Unmade { .. } | Self::Program { .. } => false,
            Self::Elided { .. } => true,
        }
    }

    /// Whether it comes from a server that answers by itself.
    pub(super) fn is_served(&self) -> bool {
        match self {
            Self::Returned(returned) => returned.served.is_some(),
            Self::Unmade { .. } | Self::Program { .. } => false,
            Self::Elided { .. } => true,
        }
    }
}
