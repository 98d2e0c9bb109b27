//! Our reading of packets against tshark's.

use super::reading::{Line, has_tshark, read_by_tshark};
use fourline::{
    model::{
        event::{Event, Fact},
        ids::Nanos,
        packet::{Notable, PacketNo, Tcp, TcpFlags},
    },
    packet::{Brief, Field, Tracker, brief, checksums_are_right, dissect},
};
use std::collections::BTreeSet;

/// A packet and what we say of it.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// When it entered the cable.
    pub(crate) at: Nanos,
    /// It, from the first byte of the IP header.
    pub(crate) bytes: Vec<u8>,
    /// How many bytes of it followed that were not kept.
    pub(crate) omitted: u64,
    /// Its TCP header, with relative numbers; without it only its fields are compared.
    pub(crate) tcp: Option<Tcp>,
    /// What is notable about it.
    pub(crate) notable: Vec<Notable>,
}

/// Where we differ from tshark's analysis on purpose, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Difference {
    /// Numbers that were sent before are a retransmission for us. Tshark calls what comes again soon, before a round trip
    /// is over, out of order: it cannot know that nothing was reordered before it was captured.
    AgainSoon,
    /// The last byte again, alone, is a keep-alive for tshark even if it was never acknowledged; for us it is a
    /// retransmission. Its answer is then a duplicate ACK for us, and for tshark the answer to a keep-alive.
    OneByteAgain,
    /// Linux asks whether a closed window has opened by a segment without data below the next number. Tshark calls it a
    /// keep-alive, and its answer nothing; for us they are a zero-window probe and its answer.
    LinuxProbe,
    /// What begins with the last byte and brings more is no retransmission for tshark: that byte may have been a probe.
    /// We have seen whether it was.
    LastByteAndMore,
    /// What was never seen before cannot have been sent again: it fills a gap, since the capture has packets in another
    /// order than their sender. Tshark calls it out of order if it comes soon, and a retransmission if not.
    CapturedLate,
    /// A SYN with the same number after a reset opens a new conversation for tshark (from its version 4.2 on). A kernel chooses another number, so
    /// for us it is the same SYN again.
    SynAfterReset,
}

impl Difference {
    /// The difference that explains why we say `ours` where tshark says `theirs`. `earlier` are the packets before this
    /// one, and `before` is what was said of them in the same way.
    fn of(
        ours: &BTreeSet<Notable>,
        theirs: &Theirs,
        told: &Told,
        earlier: &[Told],
        before: &[Self],
    ) -> Option<Self> {
        let len = brief(&told.bytes).len;
        let only_ours: Vec<_> = ours.difference(&theirs.notable).copied().collect();
        let only_theirs: Vec<_> = theirs.notable.difference(ours).copied().collect();
        let flags = told.tcp?.flags;
        match (&only_ours[..], &only_theirs[..]) {
            ([Notable::Retransmission], []) if theirs.out_of_order => Some(Self::AgainSoon),
            ([Notable::Retransmission], [Notable::KeepAlive]) if len == 1 => {
                Some(Self::OneByteAgain)
            }
            ([Notable::DupAck], [Notable::KeepAliveAck])
                if before.contains(&Self::OneByteAgain) =>
            {
                Some(Self::OneByteAgain)
            }
            ([Notable::ZeroWindowProbe], [Notable::KeepAlive]) if len == 0 => {
                Some(Self::LinuxProbe)
            }
            ([Notable::ZeroWindowProbeAck], []) if before.contains(&Self::LinuxProbe) => {
                Some(Self::LinuxProbe)
            }
            ([], []) if fills_a_gap(told, earlier) => Some(Self::CapturedLate),
            ([], [Notable::Retransmission]) if fills_a_gap(told, earlier) => {
                Some(Self::CapturedLate)
            }
            ([Notable::Retransmission], []) if len > 1 => Some(Self::LastByteAndMore),
            ([Notable::Retransmission], [Notable::PortReused]) if flags.has(TcpFlags::SYN) => {
                Some(Self::SynAfterReset)
            }
            _ => None,
        }
    }
}

/// Whether its sender had sent what follows it before, but nothing of itself.
fn fills_a_gap(told: &Told, earlier: &[Told]) -> bool {
    let numbers = |told: &Told| {
        let Brief { from, to, len, .. } = brief(&told.bytes);
        let start = told.tcp.map_or(0, |tcp| tcp.seq);
        ((from, to), start, start + u64::from(len))
    };
    let (direction, start, end) = numbers(told);
    let same = earlier
        .iter()
        .map(numbers)
        .filter(|(d, ..)| *d == direction);
    let carried = |from: u64, to: u64| from < end && start < to;
    start < end
        && !same.clone().any(|(_, from, to)| carried(from, to))
        && same.clone().any(|(_, from, to)| end <= from && from < to)
}

/// Fields of tshark's that we do not have as fields of their own, and why.
const NOT_OURS: &[(&str, &str)] = &[
    (
        "ip.checksum_calculated",
        "our checksum says whether it is right",
    ),
    (
        "tcp.checksum_calculated",
        "our checksum says whether it is right",
    ),
    (
        "udp.checksum_calculated",
        "our checksum says whether it is right",
    ),
    ("tcp.seq_raw", "stands in our Sequence Number"),
    ("tcp.ack_raw", "stands in our Acknowledgment Number"),
    ("tcp.flags.str", "our Flags say it in words"),
    ("tcp.window_size", "stands in our Window"),
    ("tcp.window_size_scalefactor", "stands in our Window"),
    ("tcp.options.wscale.multiplier", "stands in our Shift Count"),
    ("tcp.options.tfo.request", "our Fast Open without a cookie"),
    ("tcp.options.ao.mac", "the rest of the option"),
    ("tcp.options.mptcp.", "multipath is named, not taken apart"),
    (
        "tcp.options.experimental.",
        "experiments are named, not taken apart",
    ),
    ("tcp.options.unknown.", "what is unknown is not taken apart"),
    ("tcp.options.sack.dsack_", "our edges once more"),
    ("tcp.segment_data", "stands in our Data"),
    ("tcp.reassembled", "we put nothing together"),
    ("ip.opt.", "options of IPv4 are named, not taken apart"),
    ("ipv6.opt", "options of IPv6 are not taken apart"),
    ("ipv6.hopopts.len_oct", "stands in our Length"),
    ("ipv6.dstopts.len_oct", "stands in our Length"),
    ("ipv6.routing.len_oct", "stands in our Length"),
    (
        "ipv6.routing.src.",
        "the addresses of a routing header are not taken apart",
    ),
    ("udp.checksum.status", "stands in our Checksum"),
    ("icmp.ident_le", "network order is the right one"),
    ("icmp.seq_le", "network order is the right one"),
    ("icmp.data_time", "a guess at what ping wrote"),
    (
        "icmpv6.mldr.",
        "multicast reports are named, not taken apart",
    ),
    (
        "icmpv6.opt",
        "options of neighbour discovery are not taken apart",
    ),
    ("icmpv6.reserved", "of messages that are not taken apart"),
];

/// Fields of ours whose number tshark shows in another way, and how.
const SHOWN_OTHERWISE: &[(&str, &str)] = &[
    ("tcp.seq", "relative: compared with the summary"),
    ("tcp.ack", "relative: compared with the summary"),
    ("tcp.hdr_len", "in bytes"),
    ("ip.hdr_len", "in bytes"),
    ("ip.frag_offset", "in bytes"),
    ("tcp.payload", "as bytes"),
    ("udp.payload", "as bytes"),
    ("data.data", "as bytes"),
    ("tcp.options.tfo.cookie", "as bytes"),
    ("tcp.options.sack_le", "relative"),
    ("tcp.options.sack_re", "relative"),
];

/// What tshark finds notable.
#[derive(Debug, Default)]
struct Theirs {
    notable: BTreeSet<Notable>,
    out_of_order: bool,
}

/// The packets that a journal in JSON Lines tells, in the order in which they entered the cable. A copy that the cable has
/// made is none of them: nobody has sent it.
pub(crate) fn told_by(journal: &str) -> Vec<Told> {
    let events = journal.lines().filter(|l| !l.starts_with(r#"{"fourline""#));
    events
        .map(|line| serde_json::from_str::<Event>(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .filter_map(|event| {
            let at = event.happened();
            let Fact::Packet(packet) = event.fact else {
                return None;
            };
            packet.copy_of.is_none().then(|| Told {
                at,
                bytes: packet.bytes.kept.to_vec(),
                omitted: packet.bytes.omitted,
                tcp: packet.tcp,
                notable: packet.notable,
            })
        })
        .collect()
}

/// Our reading of these packets, in the order in which they entered the cable, agrees with tshark's; where they were
/// not told by a journal. Returns the differences that were found and are named.
pub(crate) fn agree_with_tshark(packets: &[(Nanos, Vec<u8>)]) -> Vec<Difference> {
    let mut tracker = Tracker::new();
    let told: Vec<Told> = (1..)
        .zip(packets)
        .map(|(number, (at, bytes))| {
            let entered = tracker.enters(PacketNo(number), *at, &brief(bytes));
            Told {
                at: *at,
                bytes: bytes.clone(),
                omitted: 0,
                tcp: entered.tcp,
                notable: entered.notable,
            }
        })
        .collect();
    what_was_told_agrees(&told)
}

/// What a journal says of these packets agrees with tshark's reading of them.
pub(crate) fn what_was_told_agrees(told: &[Told]) -> Vec<Difference> {
    if !has_tshark() {
        return Vec::new();
    }
    let frames = read_by_tshark(told);
    assert_eq!(frames.len(), told.len(), "tshark reads as many packets");
    let mut wrong = Vec::new();
    let mut differences = Vec::new();
    for (place, (this, lines)) in told.iter().zip(&frames).enumerate() {
        let mut found = Vec::new();
        fields_agree(this, lines, &mut found);
        summary_agrees(this, lines, &mut found);
        let ours: BTreeSet<_> = this.notable.iter().copied().collect();
        // Tshark has no such analysis.
        let ours = &ours - &BTreeSet::from([Notable::DelayedAck, Notable::Refused]);
        let theirs = notable(lines);
        let differs = ours != theirs.notable || theirs.out_of_order;
        if this.tcp.is_some() && differs {
            match Difference::of(&ours, &theirs, this, &told[..place], &differences) {
                Some(difference) => differences.push(difference),
                None => found.push(format!("we say {ours:?}, tshark {theirs:?}")),
            }
        }
        wrong.extend(found.iter().map(|f| format!("packet {}: {f}", place + 1)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    differences
}

/// Every field of ours that tshark knows lies where tshark says, with the same number; and of tshark's, we lack only
/// what is named.
fn fields_agree(told: &Told, lines: &[Line], wrong: &mut Vec<String>) {
    let fields = dissect(&told.bytes, told.tcp.as_ref());
    let ours = |f: &&Field| !f.filter.is_empty() && !f.bytes.is_empty();
    // What is cut off in a message about a packet, tshark tells otherwise.
    let whole = |f: &&Field| !f.value.starts_with("not ") && !f.value.contains(", of which ");
    for field in fields.iter().filter(ours).filter(whole) {
        let place = (field.bytes.start, field.bytes.len());
        let same = lines.iter().filter(|l| l.name == field.filter);
        if field.filter == "data.data" && same.clone().count() == 0 {
            // Tshark takes apart what is data for us.
            continue;
        }
        let in_pieces = fields.iter().any(|f| f.filter == "ipv6.fraghdr");
        if field.filter == "ipv6" && in_pieces {
            // Of a fragment, tshark counts the extension headers to what follows.
            continue;
        }
        let Some(line) = same.clone().find(|l| (l.at, l.size) == place) else {
            let theirs: Vec<_> = same.map(|l| (l.at, l.size)).collect();
            wrong.push(format!(
                "{} is at {place:?}, for tshark at {theirs:?}",
                field.filter
            ));
            continue;
        };
        if !SHOWN_OTHERWISE
            .iter()
            .any(|(name, _)| *name == field.filter)
            && let Some(theirs) = shown_number(&line.show)
        {
            let number = number(field, &told.bytes);
            if field.bytes.len() <= 8 && number != theirs {
                let name = field.filter;
                wrong.push(format!("{name} is {number}, for tshark {}", line.show));
            }
        }
    }
    for line in lines.iter().filter(|l| l.size > 0 && !l.hidden) {
        let known = ["ip.", "ipv6.", "tcp.", "udp.", "icmp.", "icmpv6."];
        let expected = known.iter().any(|p| line.name.starts_with(p))
            && !NOT_OURS.iter().any(|(name, _)| line.name.starts_with(name));
        let place = |f: &Field| (f.bytes.start, f.bytes.len()) == (line.at, line.size);
        if expected && !fields.iter().any(|f| f.filter == line.name && place(f)) {
            wrong.push(format!(
                "we have no {} at {}, {}",
                line.name, line.at, line.size
            ));
        }
    }
}

/// A field's bits as a number.
fn number(field: &Field, bytes: &[u8]) -> u64 {
    let bytes = &bytes[field.bytes.clone()];
    let all = bytes
        .iter()
        .fold(0u64, |n, b| n.wrapping_shl(8) | u64::from(*b));
    field.bits.map_or(all, |bits| {
        let width = 8 * bytes.len() - usize::from(bits.first) - usize::from(bits.count);
        (all >> width) & ((1 << bits.count) - 1)
    })
}

fn shown_number(show: &str) -> Option<u64> {
    match show.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => show.parse().ok(),
    }
}

/// Addresses, flags, numbers, window, length, options and checksums are the same.
fn summary_agrees(told: &Told, lines: &[Line], wrong: &mut Vec<String>) {
    let Brief {
        from,
        to,
        len,
        tcp: segment,
        ..
    } = brief(&told.bytes);
    let first = |name: &str| {
        lines
            .iter()
            .find(|l| l.name == name)
            .map(|l| l.show.clone())
    };
    let mut same = |name: &str, ours: String| {
        let theirs = first(name);
        if theirs.as_ref() != Some(&ours) {
            wrong.push(format!("{name}: we say {ours}, tshark {theirs:?}"));
        }
    };
    let version = if from.is_ipv4() { "ip" } else { "ipv6" };
    same(&format!("{version}.src"), from.ip().to_string());
    same(&format!("{version}.dst"), to.ip().to_string());
    let (Some(segment), Some(tcp)) = (segment, told.tcp) else {
        return;
    };
    same("tcp.srcport", from.port().to_string());
    same("tcp.dstport", to.port().to_string());
    same("tcp.seq", tcp.seq.to_string());
    same("tcp.seq_raw", tcp.seq_raw.to_string());
    same("tcp.ack", tcp.ack.to_string());
    same("tcp.ack_raw", tcp.ack_raw.to_string());
    same("tcp.window_size_value", tcp.window_raw.to_string());
    same("tcp.window_size", tcp.window.to_string());
    same("tcp.len", len.to_string());
    for (bit, name) in [
        (TcpFlags::FIN, "fin"),
        (TcpFlags::SYN, "syn"),
        (TcpFlags::RST, "reset"),
        (TcpFlags::PSH, "push"),
        (TcpFlags::ACK, "ack"),
        (TcpFlags::URG, "urg"),
        (TcpFlags::ECE, "ece"),
        (TcpFlags::CWR, "cwr"),
    ] {
        let set = u8::from(tcp.flags.has(bit));
        same(&format!("tcp.flags.{name}"), set.to_string());
    }
    if let Some(mss) = segment.mss {
        same("tcp.options.mss_val", mss.to_string());
    }
    if let Some(scale) = segment.scale {
        same("tcp.options.wscale.shift", scale.to_string());
    }
    if let Some((value, echo)) = segment.stamps {
        same("tcp.options.timestamp.tsval", value.to_string());
        same("tcp.options.timestamp.tsecr", echo.to_string());
    }
    if segment.sacks > 0 {
        same("tcp.options.sack.count", segment.sacks.to_string());
    }
    // 0 is bad, 1 good, 2 not to be told.
    let right = |ok: Option<bool>| ok.map_or(2, u8::from).to_string();
    let checksums = checksums_are_right(&told.bytes);
    same("tcp.checksum.status", right(checksums.transport));
    if checksums.ip.is_some() {
        same("ip.checksum.status", right(checksums.ip));
    }
}

/// Tshark's words for what is notable, and ours.
const NOTABLE: &[(&str, Notable)] = &[
    ("retransmission", Notable::Retransmission),
    ("fast_retransmission", Notable::Retransmission),
    ("spurious_retransmission", Notable::Retransmission),
    ("duplicate_ack", Notable::DupAck),
    ("zero_window", Notable::ZeroWindow),
    ("window_update", Notable::WindowUpdate),
    ("window_full", Notable::WindowFull),
    ("zero_window_probe", Notable::ZeroWindowProbe),
    ("zero_window_probe_ack", Notable::ZeroWindowProbeAck),
    ("keep_alive", Notable::KeepAlive),
    ("keep_alive_ack", Notable::KeepAliveAck),
    ("reused_ports", Notable::PortReused),
];

fn notable(lines: &[Line]) -> Theirs {
    let said = |word: &str| {
        let name = format!("tcp.analysis.{word}");
        lines.iter().any(|l| l.name == name)
    };
    let found = NOTABLE.iter().filter(|(word, _)| said(word));
    Theirs {
        notable: found.map(|(_, notable)| *notable).collect(),
        out_of_order: said("out_of_order"),
    }
}
