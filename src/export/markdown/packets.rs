//! The table of packets.

use super::{super::fate_of, gather::MOST_ROWS, page::Page};
use crate::model::{
    book::Book,
    event::{Event, Fact, Sight, Source},
    packet::{Decider, Fate, Packet, TcpFlags},
};

const HEADS: [&str; 10] = [
    "no.",
    "time",
    "to",
    "flags",
    "seq",
    "ack",
    "len",
    "fate",
    "decided by",
    "notable",
];

/// The packets of the latest generation, or why there are none; `together` of them were told together.
pub(super) fn table(page: &mut Page, book: &Book, together: u64) {
    let packets = book.packets_at(book.events().len());
    if packets.is_empty() {
        page.paragraph(match &*book.session().sight {
            Sight::None { .. } => "Packets could not be seen on this network.",
            _ => "No packet was seen.",
        });
        return;
    }
    let rows: Vec<Vec<String>> = packets
        .iter()
        .take(MOST_ROWS)
        .filter_map(|entry| {
            let event = book.events().get(entry.index)?;
            let Fact::Packet(packet) = &event.fact else {
                return None;
            };
            let time = super::time(event.happened());
            Some(row(event, packet, time, fate_of(book, entry.index)))
        })
        .collect();
    page.table(&HEADS, &rows);
    page.left_out(packets.len().saturating_sub(MOST_ROWS), "packets");
    if together > 0 {
        let n = crate::model::story::words::number(together);
        page.paragraph(&format!(
            "*{n} packets passed too fast to be told one by one.*"
        ));
    }
}

fn row(
    event: &Event,
    packet: &Packet,
    time: String,
    fate: Option<(Fate, &Decider)>,
) -> Vec<String> {
    // What became of a packet that was seen passing by, nobody has seen.
    let without = match event.source {
        Source::Capture => "",
        _ => "on its way",
    };
    let tcp = packet.tcp;
    let flags = tcp.map_or_else(
        || packet.protocol.name().to_owned(),
        |t| t.flags.to_string(),
    );
    let ack = tcp.filter(|t| t.flags.has(TcpFlags::ACK));
    let mut notable: Vec<String> = packet
        .notable
        .iter()
        .map(|n| n.label().to_owned())
        .collect();
    if let Some(again) = packet.again {
        notable.push(format!("see {again}"));
    }
    if let Some(copy) = packet.copy_of {
        notable.push(format!("copy of {copy}"));
    }
    if packet.made_by_cable {
        notable.push("made by the cable".to_owned());
    }
    if packet.merged {
        notable.push("several segments in one".to_owned());
    }
    vec![
        packet.number.to_string(),
        time,
        packet.toward.to_string(),
        flags,
        tcp.map_or_else(String::new, |t| t.seq.to_string()),
        ack.map_or_else(String::new, |t| t.ack.to_string()),
        packet.len.to_string(),
        fate.map_or_else(|| without.to_owned(), |(f, _)| f.to_string()),
        fate.map_or_else(String::new, |(_, by)| by.to_string()),
        notable.join(", "),
    ]
}
