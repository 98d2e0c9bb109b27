//! What calls, packets and their fates say in the picture: texts of several lengths, the longest first, of which the
//! first that fits is written.

use super::{palette::Ink, xml::columns};
use crate::model::{
    call::{Call, CallDone},
    ids::{Actor, Nanos},
    packet::{Arrival, Decider, Fate, Handling, Packet, PacketNo, Protocol, TcpFlags},
    payload::escaped,
    story::packets,
};

/// Letters of a rule or of a text from a script.
const MOST: usize = 160;
/// Bytes of data that are looked at.
const MOST_DATA: usize = 64;

/// Some letters of one look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) ink: Ink,
    pub(super) bold: bool,
    pub(super) text: String,
}

/// A line of text in colours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said(pub(super) Vec<Piece>);

impl Said {
    pub(super) fn of(ink: Ink, text: impl Into<String>) -> Self {
        Self::default().and(ink, text)
    }

    pub(super) fn and(mut self, ink: Ink, text: impl Into<String>) -> Self {
        let (bold, text) = (false, text.into());
        self.0.push(Piece { ink, bold, text });
        self
    }

    pub(super) fn bold(mut self, ink: Ink, text: impl Into<String>) -> Self {
        let (bold, text) = (true, text.into());
        self.0.push(Piece { ink, bold, text });
        self
    }

    /// With this after it, and a space between where both say something.
    pub(super) fn then(mut self, more: &Self) -> Self {
        if !self.0.is_empty() && !more.0.is_empty() {
            self = self.and(Ink::Dim, " ");
        }
        self.0.extend(more.0.iter().cloned());
        self
    }

    pub(super) fn columns(&self) -> usize {
        self.0.iter().map(|p| columns(&p.text)).sum()
    }
}

/// The first that takes no more than so many columns; else the last, cut.
pub(super) fn fit(says: &[Said], most: usize) -> Said {
    if let Some(fits) = says.iter().find(|s| s.columns() <= most) {
        return fits.clone();
    }
    let mut left = most.saturating_sub(1);
    let mut cut = says.last().cloned().unwrap_or_default();
    let mut pieces = 0;
    for piece in &mut cut.0 {
        pieces += 1;
        let wide = columns(&piece.text);
        if wide > left {
            piece.text = super::xml::cut(&format!("{}…", piece.text), left + 1);
            break;
        }
        left -= wide;
    }
    cut.0.truncate(pieces);
    cut
}

/// A text from elsewhere, in one line and of a bounded length.
pub(super) fn harmless(text: &str) -> String {
    let flat: String = text
        .chars()
        .take(MOST)
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    escaped(flat.as_bytes())
        .replace("\\\"", "\"")
        .replace("\\\\", "\\")
}

/// Calls that only prepare or look: they are counted and not drawn, unless they fail.
pub(super) const fn is_housekeeping(done: &CallDone) -> bool {
    matches!(
        done.call,
        Call::SetSockOpt { .. }
            | Call::GetSockOpt { .. }
            | Call::GetSockName { .. }
            | Call::GetPeerName { .. }
            | Call::Ioctl { .. }
    ) && !done.failed()
}

/// A call without what is the same in every call.
fn short(call: &Call) -> String {
    let name = call.name();
    match call {
        Call::Bind { fd, addr } | Call::Connect { fd, addr } => {
            format!("{name}({fd}, :{})", addr.port())
        }
        Call::Send { fd, len, .. } | Call::SendTo { fd, len, .. } => format!("{name}({fd}, {len})"),
        Call::Socket { .. } => "socket()".to_owned(),
        _ => call.to_string(),
    }
}

/// A client's name before what it does, where there are several.
fn named(who: Option<Actor>, several: bool) -> Said {
    match who {
        Some(actor @ Actor::Client(_)) if several => Said::of(Ink::Client, format!("{actor} ")),
        _ => Said::default(),
    }
}

/// A call that has returned.
pub(super) fn returned(who: Option<Actor>, done: &CallDone, several: bool) -> Vec<Said> {
    let line = |call: String, result: String| {
        let (text, role) = if done.failed() {
            (Ink::Bad, Ink::Bad)
        } else {
            (Ink::Text, Ink::Ok)
        };
        let (number, told) = result.split_once(' ').unwrap_or((&result, ""));
        let told = match told {
            "" => Said::default(),
            errno if done.failed() => Said::default().bold(Ink::Bad, errno),
            told if done.data.is_some() => Said::of(Ink::Bytes, told),
            told => Said::of(Ink::Dim, told),
        };
        named(who, several)
            .and(text, call)
            .and(Ink::Dim, " = ")
            .bold(role, number)
            .then(&told)
    };
    let plain = match done.errno {
        Some(errno) => format!("{} {errno}", done.ret),
        None => done.ret.to_string(),
    };
    let long = done.call.to_string();
    vec![
        line(long.clone(), done.result()),
        line(short(&done.call), done.result()),
        line(long, plain.clone()),
        line(short(&done.call), plain.clone()),
        line(done.call.name().to_owned(), plain),
    ]
}

/// A call that waits.
pub(super) fn waits(who: Option<Actor>, call: &Call, several: bool) -> Vec<Said> {
    let line = |call: String| {
        named(who, several)
            .and(Ink::Wait, call)
            .bold(Ink::Wait, " waits")
    };
    vec![
        line(call.to_string()),
        line(short(call)),
        line(call.name().to_owned()),
    ]
}

/// A packet on its arrow: `4 PSH,ACK seq 1:16 ack 1 "hello, server\r\n"`. What is notable about it stands in all but
/// the last, for which there is a line of its own.
pub(super) fn packet(packet: &Packet, whose: &str, icmp: Option<&str>) -> Vec<Said> {
    let notes = notes(packet);
    let whose = match whose {
        "" => Said::default(),
        whose => Said::of(Ink::Dim, whose),
    };
    let [full, least] = heads(packet, icmp);
    let mut says = Vec::new();
    for most in [40, 24, 12] {
        if let Some(data) = data(packet, most).filter(|_| icmp.is_none()) {
            let data = Said::of(Ink::Bytes, data);
            says.push(full.clone().then(&notes).then(&data).then(&whose));
        }
    }
    says.push(full.clone().then(&notes).then(&whose));
    says.push(full.clone().then(&notes));
    says.push(least.then(&notes));
    says.push(full);
    says
}

/// Flags, relative numbers and length; and the flags with what is least.
fn heads(packet: &Packet, icmp: Option<&str>) -> [Said; 2] {
    let side = Ink::from(!packet.toward);
    let named = |name: &str| Said::of(Ink::Dim, format!("{} ", packet.number)).bold(side, name);
    let Some(tcp) = packet.tcp else {
        let name = named(packet.protocol.name());
        if let Some(said) = icmp {
            let why = said.rsplit(": ").next().unwrap_or(said);
            return [said, why].map(|text| name.clone().and(Ink::Text, format!(" {text}")));
        }
        let len = match packet.protocol {
            Protocol::Other => packet.bytes.len(),
            _ => packet.len.into(),
        };
        return [name.clone().and(Ink::Text, format!(" len {len}")), name];
    };
    let name = match tcp.flags.to_string() {
        none if none.is_empty() => "TCP".to_owned(),
        names => names,
    };
    let ack = if tcp.flags.has(TcpFlags::ACK) {
        format!(" ack {}", tcp.ack)
    } else {
        String::new()
    };
    let numbers = match packet.len {
        0 => tcp.seq.to_string(),
        len => format!("{}:{}", tcp.seq, tcp.seq.saturating_add(len.into())),
    };
    let line = |text: String| {
        let line = named(&name).and(Ink::Text, text);
        // A reset's window says nothing.
        if tcp.window == 0 && !tcp.flags.has(TcpFlags::RST) {
            line.and(Ink::Bad, " win 0")
        } else {
            line
        }
    };
    [
        line(format!(" seq {numbers}{ack}")),
        line(format!(" seq {numbers}")),
    ]
}

/// What is notable about a packet, and to which other one it belongs.
pub(super) fn notes(packet: &Packet) -> Said {
    let notes = packets::notes(packet);
    if notes.is_empty() {
        return Said::default();
    }
    Said::of(Ink::Wait, format!("({})", notes.join(", ")))
}

/// The packet's data in quotes if they take no more than so many columns; with an ellipsis where there is more.
fn data(packet: &Packet, most: usize) -> Option<String> {
    let len = usize::try_from(packet.len).ok().filter(|len| *len > 0)?;
    let begin = packet.bytes.len().checked_sub(len as u64)?;
    let kept = packet.bytes.kept.get(usize::try_from(begin).ok()?..)?;
    quoted(kept, len as u64, most)
}

/// Bytes in quotes, as many of them as fit in so many columns; of how many in all.
pub(super) fn quoted(kept: &[u8], len: u64, most: usize) -> Option<String> {
    let shown = &kept[..kept.len().min(MOST_DATA)];
    if shown.is_empty() {
        return None;
    }
    let text = escaped(shown);
    let whole = shown.len() as u64 == len;
    if whole && columns(&text) + 2 <= most {
        return Some(format!("\"{text}\""));
    }
    let cut = super::xml::cut(&format!("{text}…"), most.saturating_sub(2));
    (columns(&cut) > 4).then(|| format!("\"{cut}\""))
}

/// Who decided, in a few words; nothing where nobody did.
fn decider(by: &Decider) -> Option<String> {
    match by {
        Decider::You => Some("by hand".to_owned()),
        Decider::Rule(rule) => Some(format!("rule: {}", harmless(rule))),
        Decider::Cable => None,
    }
}

/// What was done to a packet that stays on the cable; `entered` is when it came.
pub(super) fn handled(handling: Handling, by: &Decider, entered: Nanos) -> Vec<Said> {
    let (ink, what) = match handling {
        Handling::Held => (Ink::Wait, "held".to_owned()),
        Handling::Delayed { until_ns } => {
            let by = until_ns.since(entered).0.saturating_add(500_000) / 1_000_000;
            (Ink::Wait, format!("delayed {}", Nanos::from_millis(by)))
        }
        Handling::Corrupted { byte } => (Ink::Bad, format!("byte {byte} corrupted")),
        Handling::Swapped { with } => (Ink::Wait, format!("changes places with {with}")),
    };
    let by = decider(by).map_or_else(String::new, |by| format!(" ({by})"));
    vec![Said::of(ink, format!("{what}{by}")), Said::of(ink, what)]
}

/// What became of a packet; nothing where that is seen from its arrow.
pub(super) fn ended(
    number: PacketNo,
    fate: Fate,
    by: &Decider,
    arrival: Option<Arrival>,
    held: Option<Nanos>,
) -> Vec<Said> {
    let held = held.map(|held| format!("held {held}"));
    let by = match (fate, by) {
        (Fate::Delivered, Decider::You) => Some("let go by hand".to_owned()),
        (Fate::Delivered, _) => None,
        (_, by) => decider(by),
    };
    if fate != Fate::Delivered {
        let what = match fate {
            Fate::Lost => "lost: the cable was full",
            _ => "dropped",
        };
        let more: Vec<String> = [by, held].into_iter().flatten().collect();
        let more = if more.is_empty() {
            String::new()
        } else {
            format!(" ({})", more.join(", "))
        };
        let line = |text: String| Said::of(Ink::Dim, format!("{number} ")).and(Ink::Bad, text);
        return vec![line(format!("{what}{more}")), line(what.to_owned())];
    }
    let arrived = arrival.map(|arrival| match arrival {
        Arrival::OutOfOrder => "arrives out of order".to_owned(),
        Arrival::Again => "had arrived before: thrown away".to_owned(),
    });
    let mut parts: Vec<String> = [arrived, held, by].into_iter().flatten().collect();
    let mut says = Vec::new();
    while !parts.is_empty() {
        says.push(Said::of(Ink::Wait, parts.join(", ")));
        parts.pop();
    }
    says
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(said: &Said) -> String {
        said.0.iter().map(|p| p.text.as_str()).collect()
    }

    #[test]
    fn the_first_text_that_fits_is_taken_and_the_last_is_cut() {
        let says = [
            Said::of(Ink::Text, "abcdef"),
            Said::of(Ink::Text, "abc").and(Ink::Dim, "de"),
        ];
        assert_eq!(text(&fit(&says, 6)), "abcdef");
        assert_eq!(text(&fit(&says, 5)), "abcde");
        assert_eq!(text(&fit(&says, 3)), "ab…");
        assert_eq!(text(&fit(&says, 2)), "a…");
    }

    #[test]
    fn data_are_quoted_as_far_as_they_fit() {
        assert_eq!(quoted(b"hi\r\n", 4, 20).as_deref(), Some("\"hi\\r\\n\""));
        assert_eq!(
            quoted(b"hello, server", 13, 8).as_deref(),
            Some("\"hello…\"")
        );
        assert_eq!(quoted(b"hello", 900, 20).as_deref(), Some("\"hello…\""));
        assert_eq!(quoted(b"", 5, 20), None);
    }

    #[test]
    fn text_of_others_stays_on_its_line() {
        assert_eq!(
            harmless("a\nb\u{1b}[m\u{202e}\"\\"),
            "a b\\x1b[m\\u{202e}\"\\"
        );
    }
}
