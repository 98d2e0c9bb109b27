//! The kernel's counts of a connection, as bytes of data.
//!
//! TCP counts sequence numbers, and SYN and FIN use up one each. What has to be taken out was found by looking at both
//! ends of loopback connections through every state (Linux 6.18; the tests below do it again wherever they run):
//!
//! | the kernel's figure | holds beside data | measured |
//! |---|---|---|
//! | `tcpi_bytes_acked` | the SYN, at the end that called `connect` | after the handshake 1 there, 0 at the other end |
//! | | the FIN, once acknowledged | FIN-WAIT-2: one more than was written |
//! | Send-Q | the FIN, from `shutdown` or `close` until it is acknowledged | FIN-WAIT-1, CLOSING, LAST-ACK: one more |
//! | | the SYN | SYN-SENT: 1 |
//! | `tcpi_notsent_bytes` | the FIN that could not be sent yet | FIN-WAIT-1 behind a closed window |
//! | `tcpi_bytes_received` | the peer's FIN | CLOSE-WAIT, CLOSING, LAST-ACK: one more |
//! | Recv-Q | the peer's FIN, until the program has read the end of the stream | CLOSE-WAIT: 1, after `recv` = 0: 0 |
//! | | (joined to data before it, the FIN goes with the last byte that is read) | 10 bytes and FIN: 11, after `recv` = 10: 0 |
//! | `tcpi_bytes_sent` | what was sent again (`tcpi_bytes_retrans`); never SYN or FIN | equal to our `sent` on loopback |
//!
//! TIME-WAIT, a closed socket's FIN-WAIT-2, and a handshake that is not finished have no `tcp_info`: nothing is known.
//!
//! The kernel reads a row's state and queues a moment before its `tcp_info`, without a lock. A byte that arrives between
//! would seem to have been read already. So acknowledged and received are taken from the look *before* the row
//! ([`super::row::Earlier`]): every count is then at most the truth, never more, and the truth itself once nothing moves.

use super::{
    row::{Earlier, Row},
    wire::tcp_state,
};
use crate::model::tcp::TcpState;

/// Bytes of data of one end's two directions. A count may lag behind a connection that is busy; it is never ahead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DataCounts {
    /// Taken by this kernel from the program.
    pub taken: u64,
    /// Sent at least once.
    pub sent: u64,
    /// Acknowledged by the peer's TCP.
    pub acked: u64,
    /// Received from the peer's TCP, in order.
    pub received: u64,
    /// Handed over to the program.
    pub copied: u64,
}

/// The counts of a connection's row. `opened`: this end called `connect`. `before`: what was known already, below which
/// no count falls. `None` where the kernel keeps no counts.
pub fn counts(row: &Row, opened: bool, before: Option<DataCounts>) -> Option<DataCounts> {
    let info = row.info.filter(|_| row.state.is_connection())?;
    let Earlier {
        bytes_acked,
        bytes_received,
    } = row.earlier.unwrap_or(Earlier {
        bytes_acked: info.bytes_acked,
        bytes_received: info.bytes_received,
    });
    let syn = u64::from(opened);

    // The state is read once before the queues and once after them: a FIN between the two is seen by the second.
    let fin_queued = row.state.fin_sent() || tcp_state(info.state).is_some_and(TcpState::fin_sent);
    let fin_acked = row.state == TcpState::FinWait2;
    let end = (bytes_acked + row.send_q).saturating_sub(syn);
    let taken = end.saturating_sub(u64::from(fin_queued));
    let unsent = u64::from(info.notsent_bytes);
    // The FIN comes last, so it is among what was not sent, if there is such.
    let sent = end.saturating_sub(unsent).min(taken);
    let acked = bytes_acked
        .saturating_sub(syn + u64::from(fin_acked))
        .min(taken);
    let sent = sent.max(acked);

    let fin_received = row.state.fin_received();
    let received = bytes_received.saturating_sub(u64::from(fin_received));
    let fin_taken = fin_received && row.recv_q == 0;
    let copied = bytes_received
        .saturating_sub(row.recv_q + u64::from(fin_taken))
        .min(received);

    let before = before.unwrap_or_default();
    Some(DataCounts {
        taken: taken.max(before.taken),
        sent: sent.max(before.sent),
        acked: acked.max(before.acked),
        received: received.max(before.received),
        copied: copied.max(before.copied),
    })
}

#[cfg(test)]
mod tests {
    use super::super::stage::{Stage, settled};
    use super::*;
    use std::{
        io::{Read, Write},
        net::Shutdown,
    };

    fn data(taken: u64, sent: u64, acked: u64, received: u64, copied: u64) -> DataCounts {
        DataCounts {
            taken,
            sent,
            acked,
            received,
            copied,
        }
    }

    #[test]
    fn from_the_handshake_to_time_wait_every_byte_of_data_is_counted_and_nothing_else() {
        for host in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            let mut stage = Stage::connected(host);
            let opener = stage.client_row().info.unwrap().bytes_acked;
            let accepter = stage.server_row().info.unwrap().bytes_acked;
            assert_eq!((opener, accepter), (1, 0), "only the opener's SYN counts");
            assert_eq!(stage.client_counts(), Some(data(0, 0, 0, 0, 0)));
            assert_eq!(stage.server_counts(), Some(data(0, 0, 0, 0, 0)));

            stage.client.write_all(b"0123456789").unwrap();
            settled("the client's bytes are acknowledged", || {
                stage.client_row().send_q == 0
            });
            assert_eq!(stage.client_counts(), Some(data(10, 10, 10, 0, 0)));
            assert_eq!(stage.server_counts(), Some(data(0, 0, 0, 10, 0)));
            assert_eq!(stage.server_row().recv_q, 10);

            stage.server.peek(&mut [0; 4]).unwrap();
            assert_eq!(stage.server_counts(), Some(data(0, 0, 0, 10, 0)));
            stage.server.read_exact(&mut [0; 4]).unwrap();
            assert_eq!(stage.server_counts(), Some(data(0, 0, 0, 10, 4)));

            stage.client.shutdown(Shutdown::Write).unwrap();
            settled("the client's FIN is acknowledged", || {
                stage.client_row().state == TcpState::FinWait2
            });
            assert_eq!(stage.client_counts(), Some(data(10, 10, 10, 0, 0)));
            let row = stage.server_row();
            assert_eq!(
                (row.state, row.recv_q, row.unread()),
                (TcpState::CloseWait, 7, 6)
            );
            assert_eq!(stage.server_counts(), Some(data(0, 0, 0, 10, 4)));

            stage.server.read_exact(&mut [0; 6]).unwrap();
            let row = stage.server_row();
            assert!(row.recv_q <= 1, "nothing is left but perhaps the FIN");
            assert_eq!((row.state, row.unread()), (TcpState::CloseWait, 0));
            assert_eq!(stage.server_counts(), Some(data(0, 0, 0, 10, 10)));
            assert_eq!(stage.server.read(&mut [0; 6]).unwrap(), 0);
            assert_eq!(stage.server_row().recv_q, 0);
            assert_eq!(stage.server_counts(), Some(data(0, 0, 0, 10, 10)));

            stage.server.write_all(b"goodbye").unwrap();
            settled("the server's bytes are acknowledged", || {
                stage.server_row().send_q == 0
            });
            assert_eq!(stage.server_counts(), Some(data(7, 7, 7, 10, 10)));
            assert_eq!(stage.client_counts(), Some(data(10, 10, 10, 7, 0)));
            stage.client.read_exact(&mut [0; 7]).unwrap();
            assert_eq!(stage.client_counts(), Some(data(10, 10, 10, 7, 7)));

            stage.server.shutdown(Shutdown::Write).unwrap();
            settled("the client is in TIME-WAIT", || {
                stage.client_row().state == TcpState::TimeWait
            });
            assert_eq!(stage.client_counts(), None);
            assert_eq!(stage.server_look(), None, "the server's end is gone");
        }
    }

    #[test]
    fn a_fin_that_comes_alone_lies_in_the_queue_until_it_is_read() {
        let mut stage = Stage::connected("127.0.0.1");
        stage.client.shutdown(Shutdown::Write).unwrap();
        settled("the server has the FIN", || {
            stage.server_row().state == TcpState::CloseWait
        });
        let row = stage.server_row();
        assert_eq!((row.recv_q, row.unread()), (1, 0));
        assert_eq!(stage.server_counts(), Some(data(0, 0, 0, 0, 0)));
        assert_eq!(stage.server.read(&mut [0; 6]).unwrap(), 0);
        assert_eq!(stage.server_row().recv_q, 0);
        assert_eq!(stage.server_counts(), Some(data(0, 0, 0, 0, 0)));
    }

    #[test]
    fn behind_a_closed_window_the_fin_waits_and_is_not_counted() {
        let mut stage = Stage::connected("127.0.0.1");
        let written = stage.client_fills_the_way();
        let open = stage.client_counts().unwrap();
        assert_eq!(open.taken, written);
        assert!(open.acked <= open.sent && open.sent < open.taken);

        stage.client.shutdown(Shutdown::Write).unwrap();
        let row = stage.client_row();
        assert_eq!(row.state, TcpState::FinWait1);
        let info = row.info.unwrap();
        let sent = info.bytes_sent - info.bytes_retrans;
        assert_eq!(
            u64::from(info.notsent_bytes),
            written + 1 - sent,
            "the FIN is among them"
        );
        assert_eq!(stage.client_counts(), Some(open));
        assert_eq!(open.sent, sent);
        assert_eq!(stage.server_counts().unwrap().received, open.acked);

        stage.server.shutdown(Shutdown::Write).unwrap();
        settled("the server's FIN has crossed the client's", || {
            stage.client_row().state == TcpState::Closing
        });
        assert_eq!(stage.client_counts(), Some(open));
        let server = stage.server_counts().unwrap();
        assert_eq!(
            server,
            data(0, 0, 0, open.acked, 0),
            "FIN-WAIT-2 at the server"
        );

        let mut all = Vec::new();
        stage.server.read_to_end(&mut all).unwrap();
        assert_eq!(all.len() as u64, written);
        settled("the client is in TIME-WAIT", || {
            stage.client_row().state == TcpState::TimeWait
        });
    }

    #[test]
    fn in_last_ack_too() {
        let mut stage = Stage::connected("127.0.0.1");
        let written = stage.client_fills_the_way();
        stage.server.shutdown(Shutdown::Write).unwrap();
        settled("the client has the server's FIN", || {
            stage.client_row().state == TcpState::CloseWait
        });
        let before = stage.client_counts().unwrap();
        assert_eq!(before.taken, written);
        stage.client.shutdown(Shutdown::Write).unwrap();
        assert_eq!(stage.client_row().state, TcpState::LastAck);
        assert_eq!(stage.client_counts(), Some(before));
        assert_eq!(stage.client.read(&mut [0; 1]).unwrap(), 0);
        assert_eq!(
            stage.client_counts(),
            Some(before),
            "the end of the stream is no byte"
        );
    }

    #[test]
    fn a_syn_that_waits_for_its_answer_is_not_data() {
        let mut stage = Stage::connected("127.0.0.1");
        let asking = stage.client_that_nobody_answers();
        let row = stage.look(&asking).unwrap();
        assert_eq!((row.state, row.send_q), (TcpState::SynSent, 1));
        assert_eq!(counts(&row, true, None), Some(data(0, 0, 0, 0, 0)));
    }

    #[test]
    fn no_count_falls() {
        let mut stage = Stage::connected("127.0.0.1");
        let row = stage.client_row();
        let known = data(5, 4, 3, 2, 1);
        assert_eq!(counts(&row, true, Some(known)), Some(known));
    }

    #[test]
    fn while_bytes_stream_no_count_is_ahead_of_the_truth() {
        let mut stage = Stage::connected("127.0.0.1");
        let mut reader = stage.server.try_clone().unwrap();
        let mut writer = stage.client.try_clone().unwrap();
        let total = 3_000_000_u64;
        let writing = std::thread::spawn(move || {
            for chunk in vec![7; total as usize].chunks(1000) {
                writer.write_all(chunk).unwrap();
            }
        });
        let mut read = 0;
        let mut buffer = [0; 700];
        while read < total {
            let counts = stage.server_counts().unwrap();
            assert_eq!(counts.copied.max(read), read, "nobody read but we");
            let client = stage.client_counts().unwrap();
            assert!(client.acked <= client.sent && client.sent <= client.taken);
            read += reader.read(&mut buffer).unwrap() as u64;
        }
        writing.join().unwrap();
        settled("all is acknowledged", || stage.client_row().send_q == 0);
        assert_eq!(stage.client_counts(), Some(data(total, total, total, 0, 0)));
        assert_eq!(stage.server_counts(), Some(data(0, 0, 0, total, total)));
    }
}
