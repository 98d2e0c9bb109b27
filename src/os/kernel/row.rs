//! One row of the kernel's socket table.

use super::info::Info;
use crate::model::{call::Family, congestion::Algorithm, event::Timer, ids::Nanos, tcp::TcpState};
use core::net::{IpAddr, SocketAddr};

/// A socket as the kernel's table has it. It may have no program any more (TIME-WAIT), or none yet (accept queue).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The socket's family; one of IPv6 may carry IPv4 in its mapped form.
    pub family: Family,
    /// Its state.
    pub state: TcpState,
    /// Its own address.
    pub local: SocketAddr,
    /// The peer's; of a listener `0.0.0.0:0`.
    pub peer: SocketAddr,
    /// Its number in the kernel, kept from the first to the last.
    pub cookie: u64,
    /// Its number in `/proc`; 0 while no program has a descriptor of it.
    pub inode: u32,
    /// Whose it is.
    pub uid: u32,
    /// Recv-Q: unread bytes, an unread FIN included; of a listener, connections that wait.
    pub recv_q: u64,
    /// Send-Q: unacknowledged bytes, SYN and FIN included; of a listener, the backlog.
    pub send_q: u64,
    /// The timer that runs, and what is left of it.
    pub timer: Option<(Timer, Nanos)>,
    /// How often the timer's business was repeated.
    pub retransmits: u8,
    /// What TCP tells; nothing in TIME-WAIT and where no full socket is there yet or any more.
    pub info: Option<Info>,
    /// Its congestion control.
    pub congestion: Option<Algorithm>,
    /// What TCP counted in a look just before this one, so that [`super::counts()`] can do without a lock.
    pub earlier: Option<Earlier>,
}

/// Two counts of a look that came just before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// `tcpi_bytes_acked`.
    pub bytes_acked: u64,
    /// `tcpi_bytes_received`.
    pub bytes_received: u64,
}

impl Row {
    /// Bytes of data that wait to be read; an unread FIN is not one.
    pub fn unread(&self) -> u64 {
        match self.state {
            TcpState::Listen => 0,
            state if state.fin_received() => self.recv_q.saturating_sub(1),
            _ => self.recv_q,
        }
    }

    /// Whether no program has accepted this connection yet.
    pub fn waits_to_be_accepted(&self) -> bool {
        self.inode == 0
            && matches!(
                self.state,
                TcpState::SynReceived | TcpState::Established | TcpState::CloseWait
            )
    }

    /// The row as netstat prints it: protocol, Recv-Q, Send-Q, local address, foreign address, state.
    pub fn pretty(&self) -> String {
        let proto = match self.family {
            Family::INET => "tcp",
            Family::INET6 => "tcp6",
        };
        let line = format!(
            "{proto:<4}  {:>6} {:>6} {:<23} {:<23} {}",
            self.recv_q,
            self.send_q,
            name(self.local),
            name(self.peer),
            self.state
        );
        line.trim_end().to_owned()
    }
}

/// An address without brackets, and `*` for "any port", as netstat writes them.
fn name(addr: SocketAddr) -> String {
    let ip: IpAddr = addr.ip();
    match addr.port() {
        0 => format!("{ip}:*"),
        port => format!("{ip}:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_reads_as_in_netstat() {
        let mut row = Row {
            family: Family::INET,
            state: TcpState::Listen,
            local: "127.0.0.1:10008".parse().unwrap(),
            peer: "0.0.0.0:0".parse().unwrap(),
            cookie: 1,
            inode: 7,
            uid: 0,
            recv_q: 0,
            send_q: 5,
            timer: None,
            retransmits: 0,
            info: None,
            congestion: None,
            earlier: None,
        };
        assert_eq!(
            row.pretty(),
            "tcp        0      5 127.0.0.1:10008         0.0.0.0:*               LISTEN"
        );
        row.family = Family::INET6;
        (row.local, row.peer) = ("[::]:80".parse().unwrap(), "[::]:0".parse().unwrap());
        assert_eq!(
            row.pretty(),
            "tcp6       0      5 :::80                   :::*                    LISTEN"
        );
    }
}
