//! What a statement would do beyond the sockets that this program makes on this machine: whoever runs a script of
//! somebody else wants to know it before.

use super::{
    command::{Address, Command, Data, Statement},
    ids::Side,
};
use core::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// What a statement reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReachesOut {
    /// It runs a program: the program and its arguments.
    RunsProgram(Vec<String>),
    /// It reads a file, and sends what stands in it.
    ReadsFile(String),
    /// It talks to a machine that is not this one, or waits at an address that others may reach.
    TalksTo(IpAddr),
    /// It sends what stands in a file to a machine that is not this one.
    SendsFile(String, IpAddr),
}

/// As in "It runs php server.php". Texts stand in it as they are: escape them before they are shown.
impl fmt::Display for ReachesOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RunsProgram(words) => write!(f, "runs the program {}", words.join(" ")),
            Self::ReadsFile(path) => write!(f, "reads the file {path}"),
            Self::TalksTo(ip) => write!(f, "talks to {ip}"),
            Self::SendsFile(path, ip) => write!(f, "sends the file {path} to {ip}"),
        }
    }
}

/// A side's address in the lab.
pub const fn lab_address(side: Side) -> Ipv4Addr {
    Ipv4Addr::new(10, 0, 0, 1 + side as u8)
}

/// A side's IPv6 address in the lab.
pub const fn lab_address6(side: Side) -> Ipv6Addr {
    Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 1 + side as u16)
}

/// Whether an address is this machine's loopback, one of the lab's, or none at all.
fn stays_here(ip: IpAddr) -> bool {
    let of_the_lab = [Side::Server, Side::Client]
        .iter()
        .any(|side| ip == IpAddr::V4(lab_address(*side)) || ip == IpAddr::V6(lab_address6(*side)));
    ip.is_loopback() || ip.is_unspecified() || of_the_lab
}

impl Address {
    /// The address that it names, if that lies beyond this machine and the lab.
    fn beyond(&self) -> Option<IpAddr> {
        let ip = self.ip?.to_canonical();
        (!stays_here(ip)).then_some(ip)
    }
}

impl Data {
    fn file(&self) -> Option<&String> {
        match self {
            Self::File(path) => Some(path),
            Self::Literal(_) | Self::Alphabet(_) => None,
        }
    }
}

impl Statement {
    /// What it would do beyond this program's own sockets on this machine. An address of the lab counts as one of this
    /// machine; on the host's network somebody else may have it.
    pub fn reaches_out(&self) -> Option<ReachesOut> {
        let order = match self {
            Self::Do(order) => order,
            Self::Spawn(spawn) => return Some(ReachesOut::RunsProgram(spawn.program.clone())),
            Self::Cable(_)
            | Self::Expect(_)
            | Self::Wait(_)
            | Self::WaitUntil(_)
            | Self::Say(_)
            | Self::Again(_) => return None,
        };
        match &order.command {
            Command::Bind(at)
            | Command::Connect(Some(at))
            | Command::Listen { at: Some(at), .. } => at.beyond().map(ReachesOut::TalksTo),
            Command::Send(data, _) => data.file().cloned().map(ReachesOut::ReadsFile),
            Command::SendTo(to, data) => match (data.file(), to.beyond()) {
                (Some(path), Some(ip)) => Some(ReachesOut::SendsFile(path.clone(), ip)),
                (Some(path), None) => Some(ReachesOut::ReadsFile(path.clone())),
                (None, ip) => ip.map(ReachesOut::TalksTo),
            },
            Command::Socket(_)
            | Command::Listen { at: None, .. }
            | Command::Accept
            | Command::Connect(None)
            | Command::Recv(..)
            | Command::RecvFrom(..)
            | Command::Shutdown(_)
            | Command::Close
            | Command::Abort
            | Command::SetSockOpt(..)
            | Command::GetSockOpt(_)
            | Command::GetSockName
            | Command::GetPeerName
            | Command::Poll { .. }
            | Command::Nonblocking(_)
            | Command::Concurrent(_)
            | Command::Serve(_)
            | Command::Cancel => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{VERBS, Vars, parse_line};

    fn of(line: &str) -> Option<ReachesOut> {
        parse_line(line, &Vars::new())
            .expect(line)
            .expect(line)
            .reaches_out()
    }

    #[test]
    fn what_goes_beyond_our_own_sockets_is_told() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        for (line, what) in [
            (
                "spawn server php \"my server.php\"",
                ReachesOut::RunsProgram(vec!["php".to_owned(), "my server.php".to_owned()]),
            ),
            (
                "client send @/etc/passwd",
                ReachesOut::ReadsFile("/etc/passwd".to_owned()),
            ),
            (
                "client sendto 10008 @notes.txt",
                ReachesOut::ReadsFile("notes.txt".to_owned()),
            ),
            (
                "client sendto 192.0.2.1:80 @notes.txt",
                ReachesOut::SendsFile("notes.txt".to_owned(), ip("192.0.2.1")),
            ),
            (
                "client sendto 192.0.2.1:80 \"x\"",
                ReachesOut::TalksTo(ip("192.0.2.1")),
            ),
            (
                "client connect 192.0.2.1:80",
                ReachesOut::TalksTo(ip("192.0.2.1")),
            ),
            (
                "client2.0 connect [2001:db8::1]:80",
                ReachesOut::TalksTo(ip("2001:db8::1")),
            ),
            (
                "client connect [::ffff:192.0.2.1]:80",
                ReachesOut::TalksTo(ip("192.0.2.1")),
            ),
            (
                "client connect 10.0.0.3:80",
                ReachesOut::TalksTo(ip("10.0.0.3")),
            ),
            (
                "client connect [fd00::3]:80",
                ReachesOut::TalksTo(ip("fd00::3")),
            ),
            (
                "server listen 192.0.2.1:80",
                ReachesOut::TalksTo(ip("192.0.2.1")),
            ),
            (
                "server bind 192.0.2.1:80",
                ReachesOut::TalksTo(ip("192.0.2.1")),
            ),
            (
                "client connect 255.255.255.255:80",
                ReachesOut::TalksTo(ip("255.255.255.255")),
            ),
        ] {
            assert_eq!(of(line), Some(what), "{line}");
        }
    }

    #[test]
    fn what_stays_here_is_not() {
        for line in [
            "client connect",
            "client connect 10008",
            "client connect localhost:80",
            "client connect 127.9.9.9:80",
            "client connect [::1]:80",
            "client connect [::ffff:127.0.0.1]:80",
            "client connect 10.0.0.1:80",
            "client connect [fd00::1]:80",
            "client bind 10.0.0.2:80",
            "client bind [fd00::2]:80",
            "server listen *:80",
            "server listen [::]:80",
            "server listen",
            "client send \"@/etc/passwd\"",
            "client send bytes(7)",
            "client sendto 10008 \"x\"",
            "cable drop next syn",
            "expect server state LISTEN",
            "wait until line 4",
            "wait 1s",
            "say \"192.0.2.1\"",
            "again",
        ] {
            assert_eq!(of(line), None, "{line}");
        }
        let reach: Vec<_> = VERBS
            .iter()
            .filter(|verb| of(verb.example).is_some())
            .map(|verb| verb.name)
            .collect();
        assert_eq!(reach, ["spawn"], "of all examples");
    }

    #[test]
    fn it_is_said_in_words() {
        let said = |line| of(line).unwrap().to_string();
        assert_eq!(
            said("spawn client nc -N 127.0.0.1 10008"),
            "runs the program nc -N 127.0.0.1 10008"
        );
        assert_eq!(said("client send @a"), "reads the file a");
        assert_eq!(said("client connect 192.0.2.1:80"), "talks to 192.0.2.1");
        assert_eq!(
            said("client sendto 192.0.2.1:80 @a"),
            "sends the file a to 192.0.2.1"
        );
    }
}
