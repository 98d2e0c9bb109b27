//! Where are the bytes? The counts of one direction, from the program that writes to the program that reads.

/// How far the bytes of one direction have come, counted from the connection's first byte. A later stage never counts
/// more than an earlier one. What cannot be known (a foreign peer's side) is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Taken by the sender's kernel: `send` took them (or a `send` that still waits has given that much).
    pub written: Option<u64>,
    /// Sent at least once by the sender's TCP.
    pub sent: Option<u64>,
    /// Acknowledged by the receiver's TCP.
    pub acked: Option<u64>,
    /// In the receiver's kernel, or beyond.
    pub received: Option<u64>,
    /// Read by the receiver's program.
    pub read: Option<u64>,
    /// Whether the receiving socket is gone: what it had not read is thrown away.
    pub receiver_gone: bool,
    /// Whether the sending socket is gone: what it had not got through is thrown away.
    pub sender_gone: bool,
}

/// Each byte that was written, in exactly one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// In the sender's kernel, not sent yet.
    pub send_queue: Option<u64>,
    /// Sent; neither acknowledged nor known to have arrived.
    pub in_flight: Option<u64>,
    /// In the receiver's kernel, not read.
    pub receive_queue: Option<u64>,
    /// In the receiver's program.
    pub read: Option<u64>,
    /// Thrown away, because a socket was closed under them.
    pub thrown_away: u64,
}

impl Ledger {
    /// Puts the stages in order: what counts more than an earlier stage is cut to it. Needed because both ends are
    /// looked at one after the other.
    #[must_use]
    pub fn ordered(mut self) -> Self {
        let mut most = self.written.unwrap_or(u64::MAX);
        if let Some(sent) = &mut self.sent {
            *sent = (*sent).min(most);
            most = *sent;
        }
        for count in [&mut self.received, &mut self.acked].into_iter().flatten() {
            *count = (*count).min(most);
        }
        let arrived = self.received.max(self.acked).unwrap_or(most);
        if let Some(read) = &mut self.read {
            *read = (*read).min(arrived);
        }
        self
    }

    /// The place of each byte.
    pub fn places(&self) -> Places {
        let l = self.ordered();
        let arrived = l.received.max(l.acked);
        let mut places = Places {
            send_queue: l.written.zip(l.sent).map(|(written, sent)| written - sent),
            in_flight: l.sent.zip(arrived).map(|(sent, arrived)| sent - arrived),
            receive_queue: arrived.zip(l.read).map(|(arrived, read)| arrived - read),
            read: l.read,
            thrown_away: 0,
        };
        let mut throw =
            |place: &mut Option<u64>| places.thrown_away += place.replace(0).unwrap_or(0);
        if l.receiver_gone {
            throw(&mut places.receive_queue);
        }
        if l.sender_gone && l.receiver_gone {
            throw(&mut places.in_flight);
        }
        if l.sender_gone {
            throw(&mut places.send_queue);
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_byte_is_in_one_place(written in 0u64..99, sent in 0u64..99, acked in 0u64..99, received in 0u64..99,
                                     read in 0u64..99, receiver_gone: bool, sender_gone: bool) {
            let ledger = Ledger { written: Some(written), sent: Some(sent), acked: Some(acked), received: Some(received),
                                  read: Some(read), receiver_gone, sender_gone };
            let p = ledger.places();
            let sum = [p.send_queue, p.in_flight, p.receive_queue, p.read].into_iter().flatten().sum::<u64>();
            prop_assert_eq!(sum + p.thrown_away, written);
        }
    }
}
