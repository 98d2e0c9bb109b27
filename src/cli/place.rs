//! Where the conversation takes place: which network, and which address a bare port means there.

use super::{
    args::{Args, Asked, CaptureWish, NetworkWish},
    settings,
};
use crate::{
    language::Script,
    lesson::{Lesson, Needs},
    model::{
        command::{Address, Command, Statement},
        ids::Side,
    },
    os::{lab, network::Network},
    run::{
        Failure,
        network::{Opened, Wish, open},
    },
};
use core::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The port when nobody says it.
const PORT: u16 = 10008;

/// Where it takes place.
pub(super) struct Place {
    /// The network, opened.
    pub(super) opened: Opened,
    /// The address that a bare port means, and that `connect` goes to while nothing listens.
    pub(super) server: SocketAddr,
}

/// Opens the network that was wished for. Without a wish it is the lab, unless somebody names an address that is not in
/// it: then this machine's own network is meant.
pub(super) fn place(args: &Args, script: Option<&Script>) -> Result<Place, Failure> {
    place_or(args, script, Wish::Auto)
}

/// The same; `or` is what is meant when nothing tells.
fn place_or(args: &Args, script: Option<&Script>, or: Wish) -> Result<Place, Failure> {
    let addresses = &args.addresses;
    if let (Some(listen), Some(connect)) = (addresses.listen, addresses.connect)
        && listen != connect
        && !walks_the_four_lines(args)
    {
        return Err(Failure::input(format!(
            "--connect {connect} beside --listen {listen} is for the four lines only. Elsewhere `connect` without an address goes to where the server listens; to go to another one, say so in the statement: client connect {connect}"
        )));
    }
    let named = [addresses.listen, addresses.connect];
    let elsewhere = named.into_iter().flatten().find(|a| !in_the_lab(*a));
    let foreign_server = addresses.connect.is_some() && addresses.listen.is_none();
    let wish = match settings::network(args)? {
        NetworkWish::Host => Wish::Host,
        NetworkWish::Lab => {
            if let Some(address) = elsewhere {
                let ip = address.ip.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
                return Err(Failure::input(format!(
                    "{ip} is not in the lab. The server's addresses there are {} and {}; name only a port, as in --listen :{}, or use --network host.",
                    lab::address(Side::Server),
                    lab::address6(Side::Server),
                    address.port,
                )));
            }
            Wish::Lab
        }
        NetworkWish::Auto if elsewhere.is_some() || foreign_server => Wish::Host,
        NetworkWish::Auto if script.is_some_and(|s| !addresses_of(s).all(in_the_lab)) => Wish::Host,
        NetworkWish::Auto => or,
    };
    let mut opened = open(wish)?;
    if let Network::Host { capture: wanted } = &mut opened.network {
        *wanted = args.capture == CaptureWish::Auto;
    }
    let home = match opened.network {
        Network::Host { .. } => IpAddr::V4(Ipv4Addr::LOCALHOST),
        Network::Lab(..) => lab::address(Side::Server).into(),
    };
    let server = addresses
        .listen
        .or(addresses.connect)
        .map_or(SocketAddr::new(home, PORT), |address| {
            SocketAddr::new(address.ip.unwrap_or(home), address.port)
        });
    Ok(Place { opened, server })
}

/// Opens the network on which a lesson can be shown: the lab where it can be had, unless the lesson is about this machine's
/// own network.
pub(super) fn place_of_lesson(args: &Args, lesson: &Lesson) -> Result<Place, Failure> {
    let lines = lesson.all_statements().cloned().collect();
    // In a lesson of the lab an address may be one to which no way leads from there.
    let script = (lesson.front.network != Needs::Lab).then_some(Script { lines });
    let or = match lesson.front.network {
        Needs::Host => Wish::Host,
        Needs::Any | Needs::Lab => Wish::Auto,
    };
    place_or(args, script.as_ref(), or)
}

/// Whether what is walked through are the four lines, in which both addresses stand.
fn walks_the_four_lines(args: &Args) -> bool {
    args.script.is_none() && matches!(args.asked, None | Some(Asked::Demo { .. }))
}

/// Whether an address can be meant in the lab.
fn in_the_lab(address: Address) -> bool {
    address.ip.is_none_or(|ip| {
        let of = |side| ip == lab::address(side) || ip == lab::address6(side);
        ip.is_unspecified() || of(Side::Server) || of(Side::Client)
    })
}

/// The addresses that a script names.
fn addresses_of(script: &Script) -> impl Iterator<Item = Address> {
    script
        .lines
        .iter()
        .filter_map(|line| match &line.statement {
            Statement::Do(order) => match &order.command {
                Command::Bind(at) | Command::SendTo(at, _) => Some(*at),
                Command::Listen { at, .. } | Command::Connect(at) => *at,
                _ => None,
            },
            _ => None,
        })
}
