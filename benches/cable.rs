//! The cable's speed, as ratios measured side by side in one run: `cargo bench --bench cable`.
//!
//! ```text
//!   a  bare       two threads, a lab, and a loop that takes packets and gives them
//!   b  cable      the same threads, another lab, and the engine: packets are dissected, told, and folded into a journal
//!   c  loopback   the same threads, and nothing between
//!   d  offload    as b, with `cable offload on` said while the connection lives
//!   e  bare too   as a, with offload on: what the kernels give where nobody looks
//! ```
//!
//! The threads have blocking sockets and know nothing of what lies between them. They speak in short rounds, a b c d e
//! a b c d e; each figure is the median of its rounds. Nothing is asserted in figures of time: machines differ. That no
//! packet is lost by us is asserted.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark asks what time it is, prints, and fails at once"
)]

use fourline::{
    model::{
        book::Book,
        cable::CableOrder,
        event::Fact,
        ids::{EventId, Side},
        packet::Fate,
    },
    os::{
        clock::Clock,
        engine::{Engine, Report, Request},
        lab::{Frame, Lab, Ports, address},
        network::Network,
    },
};
use socket2::{Domain, SockRef, Socket, Type};
use std::{
    collections::HashMap,
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use tokio::{io::unix::AsyncFd, sync::mpsc::UnboundedReceiver};

/// What lies between the two ends.
enum Way {
    Loopback,
    Bare(Bare),
    Cable(Box<Cabled>),
}

fn main() {
    // `cargo test` builds and starts benchmarks too; then one small round is enough.
    let quick = !std::env::args().any(|arg| arg == "--bench");
    let (rounds, round) = if quick {
        (1, Duration::from_millis(50))
    } else {
        (11, Duration::from_millis(500))
    };
    let program = Path::new(env!("CARGO_BIN_EXE_fourline"));
    let lab = || match Lab::open(program) {
        Ok(lab) => Some(lab),
        Err(refusal) => {
            println!(
                "There is no lab to be measured: {refusal} {}",
                refusal.fix()
            );
            None
        }
    };
    let (Some(bare), Some(cable), Some(offload), Some(large)) = (lab(), lab(), lab(), lab()) else {
        return;
    };
    let mut ways = [
        ("bare", Way::Bare(Bare::start(bare, false))),
        ("cable", Way::Cable(Box::new(Cabled::start(cable, false)))),
        ("loopback", Way::Loopback),
        (
            "offload",
            Way::Cable(Box::new(Cabled::start(offload, true))),
        ),
        ("bare, offload", Way::Bare(Bare::start(large, true))),
    ];
    let mut bulk = [const { Vec::new() }; 5];
    let mut trips = [const { Vec::new() }; 5];
    for _ in 0..rounds {
        // In turn, so that a slow moment of the machine meets all of them.
        for ((_, way), rates) in ways.iter_mut().zip(&mut bulk) {
            rates.push(way.measure(round, pour));
        }
        for ((_, way), rates) in ways.iter_mut().zip(&mut trips) {
            rates.push(way.measure(round, call_and_answer));
        }
    }
    println!("{rounds} rounds of {round:?} each");
    for (what, unit, rates) in [
        ("bulk", "MB/s", bulk),
        ("1-byte round trips", "1000/s", trips),
    ] {
        println!(
            "\n{what:<20} {unit:>8}   of bare   of loopback   best round   of bare   of loopback"
        );
        let [medians, best] = [median, best].map(|of| rates.each_ref().map(|r| of(r)));
        for (n, (name, _)) in ways.iter().enumerate() {
            let scale = if unit == "MB/s" { 1e6 } else { 1e3 };
            print!("{name:<20}");
            for (width, rates) in [(9, medians), (13, best)] {
                print!(
                    "{:>width$.0} {:>9.2} {:>13.2}",
                    rates[n] / scale,
                    rates[n] / rates[0],
                    rates[n] / rates[2],
                );
            }
            println!();
        }
    }
    println!();
    for (name, way) in ways {
        way.account(name);
    }
}

fn median(rates: &[f64]) -> f64 {
    let mut rates = rates.to_vec();
    rates.sort_unstable_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// Where others share the machine, they and the scheduler make a round slow, and nobody makes one fast.
fn best(rates: &[f64]) -> f64 {
    rates.iter().copied().fold(0.0, f64::max)
}

impl Way {
    /// How much a second, of what the talk counts.
    fn measure(
        &mut self,
        round: Duration,
        talk: fn(TcpStream, TcpStream, Duration) -> (u64, Duration),
    ) -> f64 {
        let (server, client) = match self {
            Self::Loopback => connected(Ipv4Addr::LOCALHOST.into(), |_| {
                Socket::new(Domain::IPV4, Type::STREAM, None).unwrap()
            }),
            Self::Bare(bare) => connected_in(&bare.lab),
            Self::Cable(cable) => connected_in(&cable.lab),
        };
        if let Self::Cable(cable) = self {
            cable.offload(true);
        }
        let (count, took) = talk(server, client, round);
        if let Self::Cable(cable) = self {
            cable.offload(false);
        }
        count as f64 / took.as_secs_f64()
    }
}

fn connected_in(lab: &Lab) -> (TcpStream, TcpStream) {
    connected(address(Side::Server).into(), |side| {
        lab.socket(side, libc::AF_INET, libc::SOCK_STREAM, 0)
            .unwrap()
            .into()
    })
}

fn connected(ip: IpAddr, make: impl Fn(Side) -> Socket) -> (TcpStream, TcpStream) {
    let [listener, client] = [Side::Server, Side::Client].map(|side| {
        let socket = make(side);
        // Where the default paces, that would be measured.
        socket.set_tcp_congestion(b"cubic").unwrap();
        socket
    });
    listener.bind(&SocketAddr::new(ip, 0).into()).unwrap();
    listener.listen(1).unwrap();
    client.connect(&listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    for socket in [&server, &client] {
        assert!(socket.tcp_congestion().unwrap().starts_with(b"cubic"));
        SockRef::from(socket).set_tcp_nodelay(true).unwrap();
    }
    (server.into(), client.into())
}

/// One sends as much as it can, the other reads; in bytes.
fn pour(mut server: TcpStream, mut client: TcpStream, round: Duration) -> (u64, Duration) {
    let begun = Instant::now();
    let reader = thread::spawn(move || {
        let mut buffer = vec![0; 64 << 10];
        let mut all = 0;
        loop {
            match server.read(&mut buffer).unwrap() {
                0 => return (all, begun.elapsed()),
                n => all += n as u64,
            }
        }
    });
    let data = vec![b'x'; 64 << 10];
    while begun.elapsed() < round {
        client.write_all(&data).unwrap();
    }
    client.shutdown(std::net::Shutdown::Write).unwrap();
    reader.join().unwrap()
}

/// One says a byte and waits for the answer; in answers.
fn call_and_answer(
    mut server: TcpStream,
    mut client: TcpStream,
    round: Duration,
) -> (u64, Duration) {
    let answering = thread::spawn(move || {
        let mut byte = [0];
        while server.read(&mut byte).unwrap() > 0 {
            server.write_all(&byte).unwrap();
        }
    });
    let begun = Instant::now();
    let (mut byte, mut count) = ([b'x'], 0);
    while begun.elapsed() < round {
        client.write_all(&byte).unwrap();
        client.read_exact(&mut byte).unwrap();
        count += 1;
    }
    let took = begun.elapsed();
    drop(client);
    answering.join().unwrap();
    (count, took)
}

/// A lab whose packets are forwarded and nothing else.
struct Bare {
    lab: Arc<Lab>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Bare {
    fn start((lab, ports): (Lab, Ports), offload: bool) -> Self {
        for port in [&ports.server, &ports.client] {
            port.set_offload(offload).unwrap();
        }
        let stop = Arc::new(AtomicBool::new(false));
        let thread = {
            let stop = Arc::clone(&stop);
            thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(forward(ports, &stop));
            })
        };
        let lab = Arc::new(lab);
        Self { lab, stop, thread }
    }
}

async fn forward(ports: Ports, stop: &AtomicBool) {
    #[expect(deprecated, reason = "our own descriptors, which stay as they are")]
    let [server, client] = [ports.server, ports.client].map(|port| AsyncFd::new(port).unwrap());
    let mut frame = Frame::default();
    while !stop.load(Ordering::Relaxed) {
        tokio::select! {
            ready = server.readable() => ready.unwrap().clear_ready(),
            ready = client.readable() => ready.unwrap().clear_ready(),
            () = tokio::time::sleep(Duration::from_millis(100)) => {}
        }
        loop {
            let mut any = false;
            for (from, to) in [(&server, &client), (&client, &server)] {
                if from.get_ref().take(&mut frame).is_ok() {
                    any = true;
                    to.get_ref().give(&frame).unwrap();
                }
            }
            if !any {
                break;
            }
        }
    }
}

/// A lab with the engine, whose reports are folded as the terminal does.
struct Cabled {
    lab: Arc<Lab>,
    engine: Engine,
    switches: bool,
    asked: u64,
    folding: JoinHandle<Book>,
}

impl Cabled {
    fn start((lab, ports): (Lab, Ports), switches: bool) -> Self {
        let lab = Arc::new(lab);
        let network = Network::Lab(Arc::clone(&lab), Box::new(ports));
        let server = SocketAddr::new(address(Side::Server).into(), 10008);
        let (engine, reports) = Engine::start(Clock::start(), network, server).unwrap();
        let folding = thread::spawn(move || fold(reports));
        Self {
            lab,
            engine,
            switches,
            asked: 1 << 40,
            folding,
        }
    }

    fn offload(&mut self, on: bool) {
        if self.switches {
            self.asked += 1;
            let order = CableOrder::Offload(on);
            self.engine.ask(Request::Cable(EventId(self.asked), order));
        }
    }
}

fn fold(mut reports: UnboundedReceiver<Report>) -> Book {
    let mut book = Book::new();
    while let Some(report) = reports.blocking_recv() {
        match report {
            Report::Seen(seen) => drop(book.append(seen)),
            Report::Stopped => break,
            _ => {}
        }
    }
    book
}

impl Way {
    /// Ends it, and checks that nothing was lost on the way.
    fn account(self, name: &str) {
        let lab = match self {
            Self::Loopback => return,
            Self::Bare(bare) => {
                println!("{name}: {}", dropped(&bare.lab));
                bare.stop.store(true, Ordering::Relaxed);
                return bare.thread.join().unwrap();
            }
            Self::Cable(cable) => cable,
        };
        let Cabled {
            lab,
            engine,
            folding,
            ..
        } = *lab;
        // What was passed on last is told within a moment.
        thread::sleep(Duration::from_millis(400));
        let dropped = dropped(&lab);
        drop(engine);
        let book = folding.join().unwrap();
        let mut kinds = HashMap::<&str, u64>::new();
        let (mut passed, mut last) = (0, 0);
        for event in book.events().iter() {
            let kind = match &event.fact {
                Fact::Packet(packet) => {
                    last = packet.number.0;
                    "packets told one by one"
                }
                Fact::Passed {
                    packets, through, ..
                } => {
                    passed += packets;
                    last = last.max(through.0);
                    "notices of packets passed"
                }
                Fact::Fate { fate, .. } => {
                    assert_eq!(*fate, Fate::Delivered, "{name}");
                    "fates"
                }
                Fact::Note { text } => panic!("{name}: {text}"),
                _ => continue,
            };
            *kinds.entry(kind).or_default() += 1;
        }
        let told = kinds.get("packets told one by one").copied().unwrap_or(0);
        assert_eq!(told + passed, last, "{name}: every packet is accounted for");
        println!("{name}: {dropped}, {passed} packets passed, {kinds:?}");
    }
}

fn dropped(lab: &Lab) -> String {
    let dropped = [Side::Server, Side::Client].map(|side| lab.dropped(side).unwrap());
    assert_eq!(dropped, [0, 0], "what nobody took in time");
    "nothing dropped".to_owned()
}
