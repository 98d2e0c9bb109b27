//! Making the lab, step by step: namespaces, the wire between them, interfaces with addresses. In the keeper only.

use super::{
    CableKind, ENDS, address, address6,
    netlink::{self, Link},
    refusal::{At, Refusal, Step, setting},
    space::{self, Space},
    tun, veth,
};
use crate::model::{errno::Errno, ids::Side};
use core::time::Duration;
use std::{
    env,
    fs::{self, File},
    os::fd::OwnedFd,
    thread,
};

/// `FOURLINE_CABLE=veth` goes without TUN even where it can be had.
const CHOICE: &str = "FOURLINE_CABLE";
/// Packets that wait in a TUN interface for us: more than a TCP connection has under way.
const QUEUE: u32 = 10_000;

/// The IPv6 routes of the current network namespace.
const ROUTES: &str = "/proc/thread-self/net/ipv6_route";
/// How often and at what distance we look whether something has settled: five seconds in all, on a very busy machine.
const GLANCES: u32 = 25_000;
const GLANCE: Duration = Duration::from_micros(200);

/// What was made, to be handed over.
pub(super) struct Made {
    pub(super) kind: CableKind,
    pub(super) spaces: [Space; 2],
    /// Our ends of the wire, then each side's table of counts.
    pub(super) fds: Vec<OwnedFd>,
}

/// Makes it.
pub(super) fn make() -> Result<Made, Refusal> {
    space::user()?;
    let spaces = [Space::make()?, Space::make()?];
    let without_tun = env::var_os(CHOICE).is_some_and(|choice| choice == "veth");
    let tried = (!without_tun).then(|| tun_ends(&spaces));
    let (kind, ends) = match tried {
        Some(Ok(ends)) => (CableKind::Tun, ends),
        // The machine has no TUN for us. Should the other way fail too, this is the thing to be told.
        Some(Err(refusal)) => (CableKind::Veth, veth::open(&spaces).map_err(|_| refusal)?),
        None => (CableKind::Veth, veth::open(&spaces)?),
    };
    let mut fds = Vec::from(ends);
    for (side, space) in [Side::Server, Side::Client].into_iter().zip(&spaces) {
        space.enter().at(Step::NetworkNamespace)?;
        set_up(
            side,
            match kind {
                CableKind::Veth => veth::link(side),
                CableKind::Tun => Link {
                    queue: Some(QUEUE),
                    quiet: true,
                    ..Link::default()
                },
            },
        )?;
        let table = File::open("/proc/thread-self/net/dev").at(Step::HandOver)?;
        fds.push(table.into());
    }
    for (side, space) in [Side::Server, Side::Client].into_iter().zip(&spaces) {
        space.enter().at(Step::NetworkNamespace)?;
        settle(side)?;
    }
    Ok(Made { kind, spaces, fds })
}

fn tun_ends(spaces: &[Space; 2]) -> Result<[OwnedFd; 2], Refusal> {
    let end = |number: usize| {
        spaces[number].enter().at(Step::NetworkNamespace)?;
        tun::open(ENDS[number])
    };
    Ok([end(0)?, end(1)?])
}

/// Sets a side's interface up, with its addresses and the ways to the other side.
fn set_up(side: Side, link: Link) -> Result<(), Refusal> {
    let name = ENDS[side as usize];
    netlink::up(name, link).at(Step::Interface)?;
    let [own, peer] = [side, !side].map(|s| address(s).into());
    netlink::address(name, own, peer).at(Step::Interface)?;
    if !has_ipv6() {
        return Ok(());
    }
    let [own, peer] = [side, !side].map(|s| address6(s).into());
    netlink::address(name, own, peer).at(Step::Interface)
}

/// Whether IPv6 is there, and not switched off.
fn has_ipv6() -> bool {
    setting("net/ipv6/conf/default/disable_ipv6") == Some(0)
}

/// Waits until the side's IPv6 address can be used. The kernel takes it at once, but a worker thread of its own finishes
/// it a moment later; the way to the other side is the last thing that this makes.
fn settle(side: Side) -> Result<(), Refusal> {
    let peer = format!("{:032x} 80 ", address6(!side).to_bits());
    for _ in 0..GLANCES {
        let routes = fs::read_to_string(ROUTES).unwrap_or_default();
        if !has_ipv6() || routes.lines().any(|line| line.starts_with(&peer)) {
            return Ok(());
        }
        thread::sleep(GLANCE);
    }
    Err(Refusal::new(Step::Interface, Errno::ETIMEDOUT))
}
