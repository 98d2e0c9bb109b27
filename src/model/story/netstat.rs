//! A socket as netstat lays it out: `tcp        0      5 127.0.0.1:10008         0.0.0.0:*               LISTEN`.

use crate::model::session::SocketState;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The heads of the columns.
pub const HEADS: [&str; 6] = [
    "Proto",
    "Recv-Q",
    "Send-Q",
    "Local Address",
    "Foreign Address",
    "State",
];

/// The columns of one socket's row. What is not known is `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// `tcp`, or `tcp6` for IPv6.
    pub proto: &'static str,
    /// Recv-Q: bytes that wait to be read; for a listener, connections that wait to be accepted.
    pub recv_q: String,
    /// Send-Q: bytes that are not acknowledged; for a listener, its backlog.
    pub send_q: String,
    /// Its own address.
    pub local: String,
    /// The peer's address, `0.0.0.0:*` when it has none.
    pub foreign: String,
    /// Its state, as RFC 9293 writes it.
    pub state: &'static str,
}

/// The columns of a socket's row.
pub fn columns(socket: &SocketState) -> Columns {
    let figure = |n: Option<u64>| n.map_or_else(|| "?".to_owned(), |n| n.to_string());
    let anywhere = |ipv6: bool| -> IpAddr {
        if ipv6 {
            Ipv6Addr::UNSPECIFIED.into()
        } else {
            Ipv4Addr::UNSPECIFIED.into()
        }
    };
    let ipv6 = socket.local.is_some_and(|a| a.is_ipv6());
    Columns {
        proto: if ipv6 { "tcp6" } else { "tcp" },
        recv_q: figure(socket.recv_q),
        send_q: figure(socket.send_q),
        local: socket
            .local
            .map_or_else(|| "?".to_owned(), |a| a.to_string()),
        foreign: match socket.peer {
            Some(peer) => peer.to_string(),
            None => open_end(anywhere(ipv6)),
        },
        state: socket.state_name(),
    }
}

/// An address with any port, as netstat writes it.
fn open_end(ip: IpAddr) -> String {
    let text = SocketAddr::new(ip, 0).to_string();
    format!("{}*", text.trim_end_matches('0'))
}

/// A socket's row as one line, in netstat's columns.
pub fn row(socket: &SocketState) -> String {
    let c = columns(socket);
    format!(
        "{:<5} {:>6} {:>6} {:<23} {:<23} {}",
        c.proto, c.recv_q, c.send_q, c.local, c.foreign, c.state
    )
}

/// The heads over [`row`]s.
pub fn heading() -> String {
    let [proto, recv_q, send_q, local, foreign, state] = HEADS;
    format!("{proto:<5} {recv_q:>6} {send_q:>6} {local:<23} {foreign:<23} {state}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::story::testing::Play;

    #[test]
    fn a_row_stands_as_in_netstat() {
        let mut play = Play::four_lines();
        play.listen();
        let socket = &play.book().session().sockets[0];
        assert_eq!(
            row(socket),
            "tcp        0      5 127.0.0.1:10008         0.0.0.0:*               LISTEN"
        );
        let mut unknown = socket.clone();
        (unknown.recv_q, unknown.local) = (None, Some("[::1]:80".parse().unwrap()));
        assert_eq!(
            row(&unknown),
            "tcp6       ?      5 [::1]:80                [::]:*                  LISTEN"
        );
        assert_eq!(heading().find("State"), row(socket).find("LISTEN"));
    }
}
