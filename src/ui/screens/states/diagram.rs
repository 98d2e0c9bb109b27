//! The diagram of RFC 9293 (figure 5) as boxes and ways, placed for the room that there is:
//!
//! ```text
//!                CLOSED
//!          ╭────────┴────────╮
//!       LISTEN ──────────────┤
//!          │                 │
//!     SYN-RECEIVED ───── SYN-SENT
//!          ├───────╮ ╭───────╯
//!          │   ESTABLISHED
//!          ├───────╯ ╰───────╮
//!     FIN-WAIT-1         CLOSE-WAIT
//!          ├────────╮        │
//!     FIN-WAIT-2  CLOSING LAST-ACK
//!          ├────────╯        │
//!      TIME-WAIT ──────── CLOSED
//! ```
//!
//! As in the RFC, CLOSED stands twice: before the conversation and after it.

use crate::model::tcp::TcpState::{
    self, CloseWait, Closed, Closing, Established, FinWait1, FinWait2, LastAck, Listen,
    SynReceived, SynSent, TimeWait,
};

/// A column of the diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Left,
    Middle,
    Right,
}

/// A box: a state, whether it is the one at the end, its column and its level from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) state: TcpState,
    pub(super) last: bool,
    pub(super) column: Column,
    pub(super) level: u16,
}

const fn node(state: TcpState, last: bool, column: Column, level: u16) -> Node {
    Node {
        state,
        last,
        column,
        level,
    }
}

/// All boxes.
pub(super) const NODES: [Node; 12] = [
    node(Closed, false, Column::Middle, 0),
    node(Listen, false, Column::Left, 1),
    node(SynReceived, false, Column::Left, 2),
    node(SynSent, false, Column::Right, 2),
    node(Established, false, Column::Middle, 3),
    node(FinWait1, false, Column::Left, 4),
    node(CloseWait, false, Column::Right, 4),
    node(FinWait2, false, Column::Left, 5),
    node(Closing, false, Column::Middle, 5),
    node(LastAck, false, Column::Right, 5),
    node(TimeWait, false, Column::Left, 6),
    node(Closed, true, Column::Right, 6),
];

/// Levels of boxes.
const LEVELS: u16 = 7;

/// A way from one box to another: which, what it is called, and where its name stands best.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) from: TcpState,
    pub(super) to: TcpState,
    /// What leads along it, and what is sent then, as the RFC has it.
    pub(super) label: [&'static str; 2],
    pub(super) spot: Spot,
}

/// Where a way's name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// Right of the line that comes down into the lower box.
    RightOfLower,
    /// Left of the line that comes down into the lower box.
    LeftOfLower,
    /// Right of the line that goes down from the upper box.
    RightOfUpper,
    /// On the level line between the boxes.
    Between,
    /// On the level line that leaves the upper box, with an arrow's head where it joins another way.
    LevelOfUpper,
    /// Nowhere: another name says it.
    Nowhere,
}

const fn way(from: TcpState, to: TcpState, label: [&'static str; 2], spot: Spot) -> Way {
    Way {
        from,
        to,
        label,
        spot,
    }
}

/// All ways.
pub(super) const WAYS: [Way; 19] = [
    way(Closed, Listen, ["listen", ""], Spot::RightOfLower),
    way(Closed, SynSent, ["connect", "snd SYN"], Spot::LeftOfLower),
    way(Listen, Closed, ["close", ""], Spot::Nowhere),
    way(SynSent, Closed, ["close", ""], Spot::Nowhere),
    way(
        Listen,
        SynReceived,
        ["rcv SYN", "snd SYN,ACK"],
        Spot::RightOfLower,
    ),
    way(Listen, SynSent, ["send", "snd SYN"], Spot::LevelOfUpper),
    way(
        SynSent,
        SynReceived,
        ["rcv SYN", "snd SYN,ACK"],
        Spot::Between,
    ),
    way(
        SynReceived,
        Established,
        ["rcv ACK", "of SYN"],
        Spot::LeftOfLower,
    ),
    way(
        SynSent,
        Established,
        ["rcv SYN,ACK", "snd ACK"],
        Spot::RightOfLower,
    ),
    way(SynReceived, FinWait1, ["close", "snd FIN"], Spot::Nowhere),
    way(
        Established,
        FinWait1,
        ["close", "snd FIN"],
        Spot::RightOfLower,
    ),
    way(
        Established,
        CloseWait,
        ["rcv FIN", "snd ACK"],
        Spot::LeftOfLower,
    ),
    way(
        FinWait1,
        FinWait2,
        ["rcv ACK of FIN", ""],
        Spot::RightOfLower,
    ),
    way(
        FinWait1,
        Closing,
        ["rcv FIN", "snd ACK"],
        Spot::RightOfLower,
    ),
    way(CloseWait, LastAck, ["close", "snd FIN"], Spot::LeftOfLower),
    way(
        FinWait2,
        TimeWait,
        ["rcv FIN", "snd ACK"],
        Spot::RightOfLower,
    ),
    way(
        Closing,
        TimeWait,
        ["rcv ACK of FIN", ""],
        Spot::RightOfUpper,
    ),
    way(LastAck, Closed, ["rcv ACK of FIN", ""], Spot::LeftOfLower),
    way(TimeWait, Closed, ["after 2 MSL", ""], Spot::Between),
];

/// Where everything stands, from the upper left corner of the room for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) width: u16,
    /// Rows from one level to the next.
    pub(super) pitch: u16,
    /// Whether boxes have frames of their own, and so three rows.
    pub(super) framed: bool,
}

impl Layout {
    /// The layout for a room of this size.
    pub(super) fn new(width: u16, height: u16) -> Self {
        let pitch = (height.saturating_sub(1) / (LEVELS - 1)).max(1);
        let framed = pitch >= 6 && width >= 70;
        let pitch = if framed {
            (height.saturating_sub(3) / (LEVELS - 1)).min(8)
        } else {
            pitch.min(5)
        };
        Self {
            width,
            pitch,
            framed,
        }
    }

    /// Rows that it takes.
    pub(super) const fn height(self) -> u16 {
        self.pitch * (LEVELS - 1) + if self.framed { 3 } else { 1 }
    }

    /// The column in the middle of a box.
    pub(super) fn x(self, column: Column) -> u16 {
        // Half a box and the name of who is there, at the edges.
        let edge = if self.width >= 70 { 18 } else { 10 };
        let (left, right) = (
            edge.min(self.width / 2),
            self.width.saturating_sub(edge + 1),
        );
        match column {
            Column::Left => left,
            Column::Middle => u16::midpoint(left, right),
            Column::Right => right,
        }
    }

    /// The row of a box's name.
    pub(super) const fn y(self, level: u16) -> u16 {
        level * self.pitch + if self.framed { 1 } else { 0 }
    }

    /// The box of a state; a state that was reached from another is the one at the end, if there are two.
    pub(super) fn node(state: TcpState, last: bool) -> Node {
        let found = NODES.iter().find(|n| n.state == state && n.last == last);
        let any = NODES.iter().find(|n| n.state == state);
        *found.or(any).unwrap_or(&NODES[0])
    }

    /// The corners of a way, from box to box; `None` if the diagram has no such way.
    pub(super) fn corners(self, from: TcpState, to: TcpState) -> Option<Vec<(i32, i32)>> {
        if !WAYS.iter().any(|w| w.from == from && w.to == to) {
            return None;
        }
        let end = to == Closed && matches!(from, LastAck | TimeWait);
        let (a, b) = (Self::node(from, false), Self::node(to, end));
        let x = |column| i32::from(self.x(column));
        let y = |level| i32::from(self.y(level));
        // Just below a box or its frame, where ways turn.
        let below = |level| y(level) + if self.framed { 2 } else { 1 };
        let (ax, ay, bx, by) = (x(a.column), y(a.level), x(b.column), y(b.level));
        // Ways into and out of a box in the middle keep apart.
        let inward =
            |side: i32, at: i32| at + (side - at).signum() * if self.width >= 70 { 4 } else { 2 };
        Some(match (from, to) {
            (Listen | SynSent, Closed) => {
                return self
                    .corners(to, from)
                    .map(|c| c.into_iter().rev().collect());
            }
            (Closed, _) => vec![(ax, ay), (ax, below(0)), (bx, below(0)), (bx, by)],
            (Listen, SynSent) => vec![(ax, ay), (bx, ay), (bx, by)],
            (SynReceived | SynSent, Established) => {
                let at = inward(ax, bx);
                vec![(ax, ay), (ax, below(2)), (at, below(2)), (at, by)]
            }
            (Established, _) => {
                let at = inward(bx, ax);
                vec![(at, ay), (at, below(3)), (bx, below(3)), (bx, by)]
            }
            (FinWait1, Closing) => vec![(ax, ay), (ax, below(4)), (bx, below(4)), (bx, by)],
            (Closing, TimeWait) => vec![(ax, ay), (ax, below(5)), (bx, below(5)), (bx, by)],
            _ if ay == by || ax == bx => vec![(ax, ay), (bx, by)],
            _ => vec![(ax, ay), (ax, by), (bx, by)],
        })
    }

    /// Whether the way's end is entered from above (then an arrow's head points down), from the left, or from the right.
    pub(super) fn head(corners: &[(i32, i32)]) -> Option<(i32, i32)> {
        let [.., before, end] = corners else {
            return None;
        };
        Some(((end.0 - before.0).signum(), (end.1 - before.1).signum()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_the_rfc_is_there_and_straight() {
        for (width, height) in [(44, 13), (50, 18), (78, 30), (130, 54), (1, 1)] {
            let layout = Layout::new(width, height);
            for from in TcpState::all() {
                for &to in from.next() {
                    let corners = layout
                        .corners(from, to)
                        .unwrap_or_else(|| panic!("{from} to {to}"));
                    assert!(
                        corners
                            .windows(2)
                            .all(|p| p[0].0 == p[1].0 || p[0].1 == p[1].1)
                    );
                }
            }
        }
    }

    #[test]
    fn it_fits_where_it_must() {
        assert!(Layout::new(50, 18).height() <= 18);
        assert!(Layout::new(78, 30).height() <= 30);
        assert!(Layout::new(130, 54).framed);
    }
}
