//! One line of the ladder: where it stands and what it says.

use crate::{
    model::ids::{Nanos, Side},
    ui::{screens::bits::Bits, theme::Role},
};

/// Where a line stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At an end, beside its life line. Several texts that say the same, the longest first: what fits is shown.
    End {
        /// Which end.
        side: Side,
        /// What it says.
        says: Vec<Bits>,
        /// Whether it is something that was done there (the life line gets a mark).
        done: bool,
    },
    /// Between the life lines.
    Middle {
        /// What is drawn there.
        mark: Mark,
        /// What it says, the longest first, as above.
        says: Vec<Bits>,
    },
    /// Across all.
    Across {
        /// What it says.
        says: Bits,
        /// Whether a line is drawn left and right of it.
        ruled: bool,
        /// Its colour.
        role: Role,
    },
}

/// What is drawn between the life lines. A packet goes by the place in the journal of the event in which it entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing but text.
    Nothing,
    /// An arrow from end to end in this row.
    Crosses {
        /// Where its head is.
        toward: Side,
        /// Whether the cable made it: then it begins there, and not at an end.
        made: bool,
    },
    /// A packet enters the cable, and its way goes on below.
    Enters(usize),
    /// Something is done to a packet on its way.
    Stands(usize),
    /// A packet arrives.
    Arrives(usize),
    /// A packet's way ends before it arrives.
    Breaks(usize),
}

impl Mark {
    /// The packet that is on its way before this row, after it, or both.
    pub(super) const fn of(self) -> Option<usize> {
        match self {
            Self::Enters(of) | Self::Stands(of) | Self::Arrives(of) | Self::Breaks(of) => Some(of),
            Self::Nothing | Self::Crosses { .. } => None,
        }
    }
}

/// One line of the ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The place of its event in the journal.
    pub(super) index: usize,
    /// When it happened; `None` for a line that continues one.
    pub(super) at: Option<Nanos>,
    /// What and where.
    pub(super) place: Place,
}

/// What a line may take, in cells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Across all.
    pub(super) across: usize,
    /// Beside the server's life line.
    pub(super) server: usize,
    /// Beside the client's.
    pub(super) client: usize,
    /// Between the life lines.
    pub(super) middle: usize,
    /// On an arrow that goes on below: from the end to where it turns.
    pub(super) slope: usize,
}

impl Room {
    pub(super) const fn beside(self, side: Side) -> usize {
        match side {
            Side::Server => self.server,
            Side::Client => self.client,
        }
    }
}
