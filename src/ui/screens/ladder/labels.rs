//! What stands on a packet's arrow: `4 PSH,ACK seq 1:16 ack 1 "hello, server\r\n"`, shortened to what fits, and what is
//! notable about it.

use crate::{
    model::{
        packet::{Packet, PacketNo, Protocol, TcpFlags},
        story::packets::notes,
    },
    ui::{
        glyphs::{Glyph, GlyphSet},
        screens::bits::Bits,
        text::{cut, payload, width},
        theme::Role,
    },
};

/// Fewer cells are not worth a piece of the data.
const LEAST_DATA: usize = 8;

/// Texts that say the same, the longest first, and what stands in rows of its own below, because it must be said.
pub(super) struct Label {
    pub(super) on: Vec<Bits>,
    pub(super) below: Option<String>,
}

/// The label of a packet whose arrow has room for so many cells. `whose` it is may be left out; `icmp` is what a message
/// says.
pub(super) fn label(
    packet: &Packet,
    whose: &str,
    icmp: Option<&str>,
    room: usize,
    glyphs: GlyphSet,
) -> Label {
    let [full, ways @ ..] = heads(packet, icmp);
    let notes = notes(packet).join(", ");
    let with = |head: &Bits, notes: &str, whose: &str| {
        let mut line = head.clone();
        if !notes.is_empty() {
            line.push(Role::Wait, format!(" {notes}"));
        }
        if !whose.is_empty() {
            line.push(Role::Dim, format!(" {whose}"));
        }
        line
    };
    let fits = with(&full, &notes, "").width() <= room;
    let (beside, below) = if fits {
        (notes.as_str(), None)
    } else {
        ("", Some(notes.clone()))
    };
    let mut whose = vec![whose, ""];
    whose.dedup();
    let mut on = Vec::new();
    for whose in &whose {
        for piece in [false, true] {
            let rest = with(&Bits::new(), beside, whose);
            let left = room.saturating_sub(full.width() + rest.width() + 1);
            if let Some(data) = data(packet, left, piece, glyphs).filter(|_| icmp.is_none()) {
                let mut line = full.clone().and(Role::Bytes, format!(" {data}"));
                line.extend(rest);
                on.push(line);
            }
        }
        on.push(with(&full, beside, whose));
    }
    on.extend(ways.iter().map(|head| with(head, beside, "")));
    on.extend(ways);
    Label {
        on,
        below: below.filter(|b| !b.is_empty()),
    }
}

/// The packet's number as it stands before its label and where it arrives.
pub(super) fn number(number: PacketNo) -> Bits {
    Bits::of(Role::Dim, number.to_string())
}

/// Flags and relative numbers, from all of them to the flags alone, and to a word instead of them.
fn heads(packet: &Packet, icmp: Option<&str>) -> [Bits; 5] {
    let role = Role::from(!packet.toward);
    let named = |name: &str| number(packet.number).and(role, " ").bold(role, name);
    let Some(tcp) = packet.tcp else {
        let name = named(packet.protocol.name());
        if let Some(said) = icmp {
            let (said, about) = said.split_once(", about ").unwrap_or((said, ""));
            let why = said.rsplit(": ").next().unwrap_or(said);
            let of = if about.is_empty() {
                String::new()
            } else {
                format!(", about {about}")
            };
            let line = |text: String| name.clone().and(Role::Text, format!(" {text}"));
            return [
                line(format!("{said}{of}")),
                line(format!("{why}{of}")),
                line(said.to_owned()),
                line(why.to_owned()),
                name,
            ];
        }
        let len = match packet.protocol {
            Protocol::Other => packet.bytes.len(),
            _ => packet.len.into(),
        };
        let long = name.clone().and(Role::Text, format!(" {len} bytes"));
        return [long, name.clone(), name.clone(), name.clone(), name];
    };
    let flags = tcp.flags;
    let acks = flags.has(TcpFlags::ACK);
    let numbers = if packet.len > 0 {
        format!("{}:{}", tcp.seq, tcp.seq.saturating_add(packet.len.into()))
    } else {
        tcp.seq.to_string()
    };
    let plain = packet.len == 0 && flags == TcpFlags::ACK;
    let ack = format!("ack {}", tcp.ack);
    // A reset's window says nothing.
    let closed = tcp.window == 0 && !flags.has(TcpFlags::RST);
    let flags = match flags.to_string() {
        none if none.is_empty() => "TCP".to_owned(),
        names => names,
    };
    let line = |text: String| {
        let mut line = named(&flags);
        if !text.is_empty() {
            line.push(Role::Text, format!(" {text}"));
        }
        if closed {
            line.push(Role::Bad, " win 0");
        }
        line
    };
    let long = if acks {
        format!("seq {numbers} {ack}")
    } else {
        format!("seq {numbers}")
    };
    let (short, least) = if plain {
        (ack.clone(), ack)
    } else {
        (format!("seq {numbers}"), numbers)
    };
    let [full, short, least, flags] = [long, short, least, String::new()].map(line);
    let kind = packet.kind().map_or("", |kind| kind.name());
    [full, short, least, flags, named(kind)]
}

/// The data in quotes, or, if a piece will do, as much of them as is worth it; nothing where there are none or too few
/// cells for them.
fn data(packet: &Packet, cells: usize, piece: bool, glyphs: GlyphSet) -> Option<String> {
    if packet.len == 0 || cells < 2 {
        return None;
    }
    let begin = packet.bytes.len().checked_sub(packet.len.into())?;
    let kept = packet.bytes.kept.get(usize::try_from(begin).ok()?..)?;
    if kept.is_empty() {
        return None;
    }
    let near = &kept[..kept.len().min(cells.saturating_mul(4))];
    let text = payload(near, glyphs.ascii());
    let whole = near.len() == kept.len() && packet.bytes.omitted == 0;
    if whole && width(&text) + 2 <= cells {
        return Some(format!("\"{text}\""));
    }
    if !piece || cells < LEAST_DATA {
        return None;
    }
    let ellipsis = glyphs.get(Glyph::Ellipsis);
    let text = cut(&format!("{text}{ellipsis}"), cells - 2, ellipsis);
    Some(format!("\"{text}\""))
}

/// Whether a packet was made by the cable, so that it begins there and not at an end.
pub(super) const fn made(packet: &Packet) -> bool {
    packet.made_by_cable || packet.copy_of.is_some()
}
