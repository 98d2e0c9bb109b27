//! The search of the packets screen: only packets stay that every word fits. A word is what a packet is (`data`,
//! `syn-ack`), flags (`psh,ack`), how it fared (`dropped`, `held`), a number that it has, or any text in its row or in
//! its bytes.

use super::Standing;
use crate::model::packet::{Fate, Packet, PacketKind, TcpFlags};
use core::fmt::Write as _;

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Filter {
    words: Vec<Word>,
}

#[derive(Clone, Debug)]
enum Word {
    Kind(PacketKind),
    Flags(TcpFlags),
    Fate(Fate),
    Held,
    Number(u64),
    Text(String),
}

impl Filter {
    /// The search as a filter; `None` when nothing is searched for.
    pub fn of(search: &str) -> Option<Self> {
        let words: Vec<Word> = search.split_whitespace().map(Word::of).collect();
        (!words.is_empty()).then_some(Self { words })
    }

    /// Whether a packet stays.
    pub fn keeps(&self, packet: &Packet, standing: &Standing) -> bool {
        self.words.iter().all(|word| word.fits(packet, standing))
    }
}

impl Word {
    fn of(word: &str) -> Self {
        let word = word.to_ascii_lowercase();
        if let Some((kind, ..)) = PacketKind::TABLE.iter().find(|row| row.1 == word) {
            return Self::Kind(*kind);
        }
        if let Some(fate) = Fate::ALL.into_iter().find(|f| f.name() == word) {
            return Self::Fate(fate);
        }
        if word == "held" {
            return Self::Held;
        }
        if let Some(flags) = flags(&word) {
            return Self::Flags(flags);
        }
        match word.parse() {
            Ok(number) => Self::Number(number),
            Err(_) => Self::Text(word),
        }
    }

    fn fits(&self, packet: &Packet, standing: &Standing) -> bool {
        match self {
            Self::Kind(kind) => packet.kind() == Some(*kind),
            Self::Flags(flags) => packet.tcp.is_some_and(|t| t.flags.has(*flags)),
            Self::Fate(fate) => matches!(standing, Standing::Ended(f, ..) if f == fate),
            Self::Held => matches!(standing, Standing::Held(_)),
            Self::Number(n) => {
                let tcp = packet.tcp.map(|t| [t.seq, t.ack, t.window.into()]);
                let ports = [packet.from, packet.to].map(|a| u64::from(a.port()));
                packet.number.0 == *n
                    || u64::from(packet.len) == *n
                    || ports.contains(n)
                    || tcp.is_some_and(|tcp| tcp.contains(n))
            }
            Self::Text(text) => {
                row(packet, standing).contains(text) || holds(&packet.bytes.kept, text.as_bytes())
            }
        }
    }
}

/// Names of flags with commas between them.
fn flags(word: &str) -> Option<TcpFlags> {
    let named = |name: &str| {
        (0..8)
            .map(|bit| TcpFlags(1 << bit))
            .find(|f| f.names().any(|n| n.eq_ignore_ascii_case(name)))
    };
    word.split(',')
        .map(named)
        .try_fold(TcpFlags::default(), |all, one| Some(all | one?))
}

/// The words of a packet's row, in small letters.
fn row(packet: &Packet, standing: &Standing) -> String {
    let mut text = format!(
        "{} {} {} to {}",
        packet.protocol.name(),
        packet.from,
        packet.to,
        packet.toward
    );
    if let Some(socket) = packet.socket {
        let _ = write!(text, " {}", socket.actor);
    }
    for notable in &packet.notable {
        let _ = write!(text, " {} {}", notable.label(), notable.name());
    }
    if packet.copy_of.is_some() {
        text.push_str(" copy");
    }
    let by = match standing {
        Standing::Held(by) | Standing::Delayed(_, by) | Standing::Ended(_, by, _) => Some(by),
        Standing::Seen | Standing::OnCable => None,
    };
    if let Some(by) = by {
        let _ = write!(text, " by {by}");
    }
    match standing {
        Standing::Delayed(..) => text.push_str(" delayed"),
        Standing::Ended(_, _, Some(arrival)) => {
            let _ = write!(text, " {}", arrival.name());
        }
        _ => {}
    }
    text.make_ascii_lowercase();
    text
}

/// Whether these bytes stand in those; letters A to Z match in either case.
fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    let [first, ..] = wanted else { return true };
    let starts = bytes
        .iter()
        .enumerate()
        .filter(|(_, b)| b.eq_ignore_ascii_case(first));
    starts.map(|(i, _)| &bytes[i..]).any(|rest| {
        rest.get(..wanted.len())
            .is_some_and(|here| here.eq_ignore_ascii_case(wanted))
    })
}
