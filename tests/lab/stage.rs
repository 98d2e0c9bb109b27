use fourline::{
    model::ids::{Nanos, Side},
    os::{
        clock::Clock,
        lab::{Frame, Lab, Port, Ports, address, address6},
    },
};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use socket2::Socket;
use std::{
    env,
    io::ErrorKind,
    net::{IpAddr, SocketAddr},
    os::fd::AsFd,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long anything may take before its test gives it up.
pub(crate) const LONG: Duration = Duration::from_secs(30);

/// The program under test.
pub(crate) fn program() -> PathBuf {
    env::var_os(UNDER_TEST).map_or_else(|| env!("CARGO_BIN_EXE_fourline").into(), Into::into)
}

/// Names the program where it is another file: a copy that somebody else may run.
pub(crate) const UNDER_TEST: &str = "FOURLINE_UNDER_TEST";

/// A lab; `None`, which is said, where the system gives none.
pub(crate) fn lab() -> Option<(Lab, Ports)> {
    match Lab::open(&program()) {
        Ok(opened) => Some(opened),
        Err(refusal) => {
            assert!(env::var_os("CI").is_none(), "{refusal} {}", refusal.fix());
            println!("skipped: {refusal} {}", refusal.fix());
            None
        }
    }
}

/// Whether a tool is there. Where everything should be (`CI` is set), a missing one is a failure.
pub(crate) fn has(tool: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let there = env::split_paths(&path).any(|folder| folder.join(tool).is_file());
    if !there {
        assert!(env::var_os("CI").is_none(), "{tool} is needed here");
        println!("skipped: {tool} is missing");
    }
    there
}

/// Waits until this holds.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let clock = Clock::start();
    while !holds() {
        assert!(clock.now() < Nanos(LONG.as_nanos() as u64), "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A lab whose packets are carried from one side to the other, and remembered.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) lab: Arc<Lab>,
    pub(crate) ports: Arc<Ports>,
    /// From which side, and what.
    pub(crate) packets: Arc<Mutex<Vec<(Side, Frame)>>>,
    stop: Arc<AtomicBool>,
    carrier: Option<JoinHandle<()>>,
}

impl Stage {
    pub(crate) fn open() -> Option<Self> {
        Self::with(|_| true)
    }

    /// What `change` does to a packet happens on the wire; a packet to which it says no is dropped.
    pub(crate) fn with(change: impl FnMut(&mut Frame) -> bool + Send + 'static) -> Option<Self> {
        let (lab, ports) = lab()?;
        let (ports, packets) = (Arc::new(ports), Arc::default());
        let stop = Arc::new(AtomicBool::new(false));
        let carrier = {
            let (ports, packets, stop) =
                (Arc::clone(&ports), Arc::clone(&packets), Arc::clone(&stop));
            thread::spawn(move || carry(&ports, &packets, &stop, change))
        };
        Some(Self {
            lab: Arc::new(lab),
            ports,
            packets,
            stop,
            carrier: Some(carrier),
        })
    }

    pub(crate) fn tcp(&self, side: Side, at: SocketAddr) -> Socket {
        let domain = if at.is_ipv4() {
            libc::AF_INET
        } else {
            libc::AF_INET6
        };
        let socket = self.lab.socket(side, domain, libc::SOCK_STREAM, 0).unwrap();
        let socket = Socket::from(socket);
        socket.set_read_timeout(Some(LONG)).unwrap();
        socket.set_write_timeout(Some(LONG)).unwrap();
        socket
    }

    pub(crate) fn carried(&self) -> Vec<(Side, Frame)> {
        self.packets.lock().unwrap().clone()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let carried = self.carrier.take().unwrap().join();
        assert!(carried.is_ok() || thread::panicking());
    }
}

/// Where the server of a test listens.
pub(crate) fn server(six: bool) -> SocketAddr {
    let ip: IpAddr = if six {
        address6(Side::Server).into()
    } else {
        address(Side::Server).into()
    };
    SocketAddr::new(ip, 10008)
}

fn carry(
    ports: &Ports,
    packets: &Mutex<Vec<(Side, Frame)>>,
    stop: &AtomicBool,
    mut change: impl FnMut(&mut Frame) -> bool,
) {
    let mut frame = Frame::default();
    while !stop.load(Ordering::Relaxed) {
        let [a, b] = [&ports.server, &ports.client].map(|p| p.as_fd());
        let mut fds = [a, b].map(|fd| PollFd::new(fd, PollFlags::POLLIN));
        poll(&mut fds, PollTimeout::from(20_u8)).unwrap();
        for (side, from, to) in [
            (Side::Server, &ports.server, &ports.client),
            (Side::Client, &ports.client, &ports.server),
        ] {
            while take(from, &mut frame) {
                packets.lock().unwrap().push((side, frame.clone()));
                if change(&mut frame) {
                    to.give(&frame).unwrap();
                }
            }
        }
    }
}

/// Takes a packet if there is one.
pub(crate) fn take(port: &Port, frame: &mut Frame) -> bool {
    match port.take(frame) {
        Ok(()) => true,
        Err(e) if e.kind() == ErrorKind::WouldBlock => false,
        Err(e) => panic!("{e}"),
    }
}
