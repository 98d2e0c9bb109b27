//! A packet as packetdrill writes it: `P. 1:16(15) ack 1 win 63 <nop,nop,TS val 7 ecr 9>`. Numbers count from the
//! connection's first, as in the journal; options are those of the packet's bytes, one by one.

use crate::{
    model::packet::{Packet, Tcp, TcpFlags},
    packet::{brief, tcp_options},
};
use core::fmt::Write as _;

/// Which way a packet goes, seen from the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Expected from the kernel.
    Out,
    /// Injected into the kernel.
    In,
}

/// The letters of the control bits, as packetdrill has them.
const LETTERS: [(TcpFlags, char); 7] = [
    (TcpFlags::SYN, 'S'),
    (TcpFlags::FIN, 'F'),
    (TcpFlags::RST, 'R'),
    (TcpFlags::PSH, 'P'),
    (TcpFlags::URG, 'U'),
    (TcpFlags::ECE, 'E'),
    (TcpFlags::CWR, 'W'),
];

/// Bytes of data that fit into a packet whatever its headers are.
const MOST_DATA: u32 = 65_435;

/// The packet; `Err` says why packetdrill has no way to write it.
pub(super) fn text(packet: &Packet, way: Way) -> Result<String, &'static str> {
    let tcp = packet.tcp.ok_or("it is no TCP segment")?;
    let seq = tcp.seq as u32;
    let end = seq
        .checked_add(packet.len)
        .ok_or("its numbers wrap around")?;
    if packet.len > MOST_DATA {
        return Err("it is too long");
    }
    let has_ack = tcp.flags.has(TcpFlags::ACK);
    let letters = LETTERS.iter().filter(|(bit, _)| tcp.flags.has(*bit));
    let mut flags: String = letters.map(|(_, letter)| *letter).collect();
    if has_ack {
        flags.push('.');
    }
    if flags.is_empty() {
        flags.push('-');
    }
    let sign = match way {
        Way::Out => '>',
        Way::In => '<',
    };
    let mut text = format!("{sign} {flags} {seq}:{end}({})", packet.len);
    if has_ack {
        let _ = write!(text, " ack {}", tcp.ack as u32);
    }
    // The window that a kernel announces depends on how much memory its machine gives to sockets.
    if way == Way::In {
        let _ = write!(text, " win {}", tcp.window_raw);
    }
    match (options(&packet.bytes.kept, &tcp), way) {
        (Some(options), _) if options.is_empty() => {}
        (Some(options), _) => {
            let _ = write!(text, " <{}>", options.join(","));
        }
        (None, Way::Out) => text.push_str(" <...>"),
        (None, Way::In) => return Err("packetdrill has no way to write its options"),
    }
    Ok(text)
}

/// The options, in their order; nothing where one of them cannot be written.
fn options(bytes: &[u8], tcp: &Tcp) -> Option<Vec<String>> {
    // Where the header itself was not kept, nothing is known of them.
    brief(bytes).tcp?;
    let mut all = Vec::new();
    for option in tcp_options(bytes) {
        let word = match (option.kind, option.value::<1>(), option.value::<2>()) {
            (0, ..) => {
                all.extend(option.bytes.iter().map(|_| "eol".to_owned()));
                continue;
            }
            (1, ..) => "nop".to_owned(),
            (2, _, Some(mss)) => format!("mss {}", u16::from_be_bytes(mss)),
            (3, Some([scale]), _) => format!("wscale {scale}"),
            (4, ..) if option.value::<0>().is_some() => "sackOK".to_owned(),
            (5, ..) => sack(option.bytes.get(2..).filter(|_| option.sound)?, tcp)?,
            (8, ..) => {
                let stamps: [u8; 8] = option.value()?;
                let (val, ecr) = (number(&stamps[..4])?, number(&stamps[4..])?);
                format!("TS val {val} ecr {ecr}")
            }
            _ => return None,
        };
        all.push(word);
    }
    Some(all)
}

/// Blocks count like acknowledgement numbers do.
fn sack(blocks: &[u8], tcp: &Tcp) -> Option<String> {
    let first = tcp.ack_raw.wrapping_sub(tcp.ack as u32);
    let mut text = "sack".to_owned();
    if blocks.is_empty() || !blocks.len().is_multiple_of(8) {
        return None;
    }
    for block in blocks.chunks_exact(8) {
        let (left, right) = (number(&block[..4])?, number(&block[4..])?);
        let (left, right) = (left.wrapping_sub(first), right.wrapping_sub(first));
        let _ = write!(text, " {left}:{right}");
    }
    Some(text)
}

fn number(bytes: &[u8]) -> Option<u32> {
    bytes.try_into().ok().map(u32::from_be_bytes)
}
