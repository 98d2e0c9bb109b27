//! What becomes of a packet: delivered by hand, dropped, lost, arrived out of order, twice, or spoilt; and packets that
//! are worth talking about when they enter the cable: sent again, a reset, a closed window, a message about packets.

use super::{
    Happening, Moment,
    hand::lies,
    parcel::{Parcel, decided, nth, span},
    returned, why,
};
use crate::model::{
    cable::Deed,
    event::{Fact, Timer},
    packet::{Arrival, Decider, Fate, Notable, PacketKind, PacketNo},
    story::{
        passage::{BrokenOff, broken_off, is_an_answer},
        words::{bytes, first_upper, safe, the, verb},
    },
    tcp::TcpState,
};

/// It has left the cable.
pub(super) fn ended(
    m: &Moment<'_>,
    number: PacketNo,
    fate: Fate,
    by: &Decider,
    arrival: Option<Arrival>,
) -> Happening {
    let Some(p) = Parcel::of(m, number) else {
        let first = format!("Packet {number} was {fate}.");
        return Happening::new([first], why::CABLE);
    };
    match fate {
        Fate::Delivered => delivered(&p, by, arrival),
        Fate::Dropped => match m.call_before() {
            // The send that it was part of has just returned: who has the bytes is told with that.
            Some((at, done)) if *by != Decider::You && p.has_bytes_of(done) => returned(&at, done),
            _ => dropped(&p, by),
        },
        Fate::Lost => {
            let first = format!(
                "The cable had no room left for {}, so it was lost: nobody decided that.",
                p.name()
            );
            let second = format!("Routers do the same when too much comes; {}.", p.if_lost());
            Happening::new([first, second], why::LOST)
        }
    }
}

fn delivered(p: &Parcel<'_>, by: &Decider, arrival: Option<Arrival>) -> Happening {
    let to = p.to();
    let name = first_upper(&p.name());
    if p.state.is_some_and(|s| s.corrupted) {
        let first =
            format!("{name} arrived with a wrong checksum: {to} threw it away without a word.");
        let second = format!("To TCP that is a loss like any other: {}.", p.if_lost());
        return Happening::new([first, second], why::CORRUPTED);
    }
    match arrival {
        Some(Arrival::OutOfOrder) => {
            let first = format!("{name} arrived before what was sent before it.");
            let waits = p
                .who_waits()
                .map_or_else(String::new, |w| format!(", and {w}"));
            let second = format!(
                "{} keeps it until the gap is filled{waits}.",
                first_upper(&to)
            );
            Happening::new([first, second], why::OUT_OF_ORDER)
        }
        Some(Arrival::Again) => {
            let first = format!("{name} arrived, but {to} had all of it already.");
            let second = match p.kind() {
                Some(PacketKind::Syn) => {
                    "It knows of the call, so it answers again with the same SYN-ACK."
                }
                _ => "It throws the second copy away and acknowledges again; no program sees it.",
            };
            Happening::new([first, second.to_owned()], why::DUPLICATE)
        }
        None => {
            let first = match by {
                Decider::You => format!("You delivered {}: {to} has it.", p.name()),
                _ => format!("{name} has arrived at {to}."),
            };
            Happening::new([first, now(p)], why::held(p.kind()))
        }
    }
}

/// What the arrival means.
fn now(p: &Parcel<'_>) -> String {
    let me = the(p.sender());
    let next = Parcel::held(p.m).next().map(|next| next.name());
    if let Some(next) = next {
        return format!("You hold {next} still.");
    }
    match p.kind() {
        Some(PacketKind::Syn) => "It answers by itself; no program is asked.".to_owned(),
        Some(PacketKind::SynAck) => {
            "It acknowledges that: for this end the connection is open.".to_owned()
        }
        Some(PacketKind::Data) => {
            "It acknowledges the bytes by itself, whether or not its program reads.".to_owned()
        }
        Some(PacketKind::Fin) => format!("It knows now that {me} will send no more."),
        Some(PacketKind::Rst) => "It ends the connection at once.".to_owned(),
        _ => String::new(),
    }
}

fn dropped(p: &Parcel<'_>, by: &Decider) -> Happening {
    let rule = match by {
        Decider::Rule(text) => &**text,
        _ => "",
    };
    let name = p.name();
    if rule.starts_with("mtu") {
        let first = format!(
            "{} is too large for the cable ({}), so it was dropped.",
            first_upper(&name),
            safe(rule, 40)
        );
        let told = first_upper(&p.from());
        let family = if p.packet.from.is_ipv4() { 4 } else { 6 };
        let least = Deed::least_mtu(family);
        let mtu = rule.split(' ').nth(1).and_then(|word| word.parse().ok());
        let second = if mtu.is_some_and(|mtu: u32| mtu < least) {
            format!(
                "{told} is told by an ICMP message, but cuts nothing smaller than {least} bytes over IPv{family}: only what is small anyway passes."
            )
        } else {
            format!(
                "{told} is told by an ICMP message how large a packet may be, and sends smaller ones."
            )
        };
        return Happening::new([first, second], why::MTU);
    }
    let first = if rule.starts_with("unplug") {
        format!("The cable is unplugged, so {name} got lost; neither kernel knows.")
    } else if p.is(Notable::Retransmission) {
        let n = p.try_of().map_or(2, |(n, _)| n);
        format!(
            "{} dropped {name}, the {} try; neither kernel knows.",
            decided(by),
            nth(n)
        )
    } else {
        format!("{} dropped {name}; neither kernel knows.", decided(by))
    };
    let second = match p.kind() {
        Some(PacketKind::Rst) => format!(
            "Nobody sends a reset again: {} still takes the connection for open (half-open).",
            the(p.receiver())
        ),
        _ => match p.who_waits() {
            Some(waits) => format!("{}; {}.", first_upper(&waits), p.if_lost()),
            None => format!("{}.", first_upper(&p.if_lost())),
        },
    };
    Happening::new([first, second], why::DROPPED)
}

/// A packet that is worth talking about entered the cable, or was seen.
pub(super) fn entered(m: &Moment<'_>, number: PacketNo) -> Happening {
    let Some(p) = Parcel::of(m, number) else {
        return Happening::new([format!("Packet {number} was sent.")], why::CABLE);
    };
    if p.kind() == Some(PacketKind::Rst) {
        return reset(m, &p);
    }
    if p.is(Notable::Retransmission) {
        return again(&p);
    }
    if p.is(Notable::ZeroWindowProbe) {
        return probe(&p);
    }
    if p.is(Notable::ZeroWindow) {
        let unread = p.own().and_then(|s| s.recv_q).unwrap_or(0);
        let first = format!(
            "{} says that it has no room left: its window is 0 (packet {number}).",
            first_upper(&p.from())
        );
        let lie = if unread > 0 {
            format!(
                "{} {} unread there, and {}",
                bytes(unread),
                verb(unread, "lies", "lie"),
                p.to()
            )
        } else {
            first_upper(&p.to())
        };
        let second = format!(
            "{lie} may send nothing more until {}'s program reads.",
            the(p.sender())
        );
        return Happening::new([first, second], why::ZERO_WINDOW);
    }
    if p.kind() == Some(PacketKind::Icmp) {
        let from = first_upper(&p.from());
        let first = format!(
            "{from} tells {} something about a packet, by an ICMP message (packet {number}).",
            p.to()
        );
        let second = if p.packet.made_by_cable {
            "It was too large for the cable: the message says how large one may be."
        } else {
            ""
        };
        return Happening::new([first, second.to_owned()], why::MTU);
    }
    let first = format!("{} sent {}.", first_upper(&p.from()), p.name());
    Happening::new([first, p.unknown() + "."], why::CABLE)
}

fn again(p: &Parcel<'_>) -> Happening {
    let (n, first_one) = p
        .try_of()
        .unwrap_or((2, p.packet.again.unwrap_or_default()));
    let waited =
        p.m.book
            .packet(first_one)
            .and_then(|e| p.m.book.events().get(e.index))
            .zip(p.state)
            .map(|(e, s)| s.since.since(e.happened()))
            .map_or_else(String::new, |t| format!(", {} after the first", span(t)));
    let first = format!(
        "{} sends {} of packet {first_one} again (packet {}): the {} try{waited}.",
        first_upper(&p.from()),
        p.noun(),
        p.number,
        nth(n)
    );
    let detail = p.own().and_then(|s| s.detail);
    let doubled = detail.is_some_and(|(d, looked)| {
        d.backoff.is_some_and(|b| b > 0) && p.state.is_some_and(|s| looked >= s.since)
    });
    let next = match p.again_after() {
        Some(after) if doubled => format!(
            "No acknowledgement came. The wait doubles each time: {} until the next try.",
            span(after)
        ),
        Some(after) => format!(
            "No acknowledgement came. The next try would come after {}.",
            span(after)
        ),
        None => "No acknowledgement of it has come.".to_owned(),
    };
    let second = if p.is_held() {
        lies(p, None, &Decider::You).1
    } else if p.has_arrived() {
        format!("This one has arrived at {}.", p.to())
    } else {
        next
    };
    Happening::new([first, second], why::AGAIN)
}

fn probe(p: &Parcel<'_>) -> Happening {
    let first = format!(
        "{} asks whether there is room again (packet {}): a zero-window probe.",
        first_upper(&p.from()),
        p.number
    );
    let timer = p.own().and_then(|s| s.detail).and_then(|(d, looked)| {
        let (timer, left) = d.timer?;
        let since = p.state?.since;
        (timer == Timer::Probe && looked >= since).then(|| looked.plus(left).since(since))
    });
    let second = match timer {
        Some(after) => format!(
            "If the window stays closed it asks again after {}, and then more and more seldom.",
            span(after)
        ),
        None => {
            "It asks again and again, for the news that there is room could get lost.".to_owned()
        }
    };
    Happening::new([first, second], why::PROBE)
}

const FORGOTTEN: &str = "It knows no such connection any more: the other end was half-open.";

/// A reset. Why it was sent is said only where the journal proves it.
fn reset(m: &Moment<'_>, p: &Parcel<'_>) -> Happening {
    let first = format!(
        "{} sends a reset (RST, packet {}) to {}.",
        first_upper(&p.from()),
        p.number,
        p.to()
    );
    let index = m.book.packet(p.number).map_or(0, |e| e.index);
    let own = p.packet.socket;
    let broken_off = own.and_then(|id| broken_off(m.book, index, &[id])?.1);
    let me = the(p.sender());
    let second = if p.is(Notable::Refused) {
        format!(
            "Nobody listens on {}, so the SYN is refused.",
            p.packet.from
        )
    } else if let Some(how) = broken_off {
        match how {
            _ if is_an_answer(p.packet) => FORGOTTEN.to_owned(),
            BrokenOff::Aborted => format!(
                "{} was closed with SO_LINGER and 0 seconds: no goodbye.",
                first_upper(&format!("{me}'s socket"))
            ),
            BrokenOff::Unread(_) => format!(
                "{}'s program closed its socket while bytes were unread.",
                first_upper(&me)
            ),
        }
    } else if p.own().is_some_and(|s| s.closed) {
        format!(
            "{}'s program has closed its socket, so nobody can take what comes.",
            first_upper(&me)
        )
    } else if p.packet.socket.is_none() || p.own().is_none_or(|s| s.state == TcpState::Closed) {
        FORGOTTEN.to_owned()
    } else {
        String::new()
    };
    Happening::new([first, second], why::RESET)
}

/// Whether a packet that is worth talking about belongs to the call that made the kernel send it, if there was one.
pub(super) fn belongs_to_a_call(fact: &Fact) -> bool {
    matches!(fact, Fact::Packet(p) if p.kind() == Some(PacketKind::Rst))
}
