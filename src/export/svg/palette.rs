//! The colours of the picture, by meaning, for each ground.

use crate::{
    export::Ground,
    model::{ids::Side, tcp::TcpState},
};

/// What colour a thing has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// What is read.
    Text,
    /// What is read second.
    Dim,
    /// What only divides.
    Faint,
    /// The server and what is its.
    Server,
    /// A client and what is its.
    Client,
    /// The cable and what it was told.
    Cable,
    /// Done, reached.
    Ok,
    /// Waits, again.
    Wait,
    /// Failed, gone.
    Bad,
    /// Bytes of the conversation.
    Bytes,
    /// What a script says.
    Note,
    /// The ground itself.
    Paper,
    /// The ground of boxes.
    Box,
}

/// Each with its colour on light and on dark ground.
const TABLE: [(Ink, &str, &str); 13] = [
    (Ink::Text, "#23263a", "#d9def2"),
    (Ink::Dim, "#626780", "#969cb5"),
    (Ink::Faint, "#c3c7d6", "#454a61"),
    (Ink::Server, "#1a5fd0", "#89b4fa"),
    (Ink::Client, "#b84a08", "#fab387"),
    (Ink::Cable, "#7733c8", "#cba6f7"),
    (Ink::Ok, "#2a7d22", "#a6e3a1"),
    (Ink::Wait, "#966200", "#f9e2af"),
    (Ink::Bad, "#c41e3f", "#f38ba8"),
    (Ink::Bytes, "#0f6f75", "#94e2d5"),
    (Ink::Note, "#046f9c", "#89dceb"),
    (Ink::Paper, "#ffffff", "#1b1c2a"),
    (Ink::Box, "#f2f4fa", "#272a3d"),
];

impl Ink {
    /// Its colour on this ground.
    pub(super) const fn on(self, ground: Ground) -> &'static str {
        let row = &TABLE[self as usize];
        match ground {
            Ground::Light => row.1,
            Ground::Dark => row.2,
        }
    }
}

impl From<Side> for Ink {
    fn from(side: Side) -> Self {
        match side {
            Side::Server => Self::Server,
            Side::Client => Self::Client,
        }
    }
}

/// Listening is the server's, an open connection well, what is on its way waits.
impl From<TcpState> for Ink {
    fn from(state: TcpState) -> Self {
        match state {
            TcpState::Closed => Self::Dim,
            TcpState::Listen => Self::Server,
            TcpState::Established => Self::Ok,
            _ => Self::Wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_inks() {
        for (i, row) in TABLE.iter().enumerate() {
            assert_eq!(row.0 as usize, i);
        }
    }
}
