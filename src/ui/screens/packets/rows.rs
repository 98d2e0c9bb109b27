//! What each row of the list says, in as many columns as there is room for.

use crate::{
    app::{App, packets::Standing},
    model::{
        book::PacketEntry,
        event::Fact,
        ids::{Actor, Side},
        packet::{Arrival, Decider, Fate, Notable, Packet, Protocol, TcpFlags},
        story::packets,
    },
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        screens::bits::{Bits, clock, event, some},
        theme::Role,
        widgets::{bytes::quoted, table::Column},
    },
};

/// Cells of the beginning of the data.
const PREVIEW: usize = 40;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Number,
    Time,
    Way,
    Protocol,
    Flags,
    Seq,
    Ack,
    Window,
    Length,
    What,
}

/// In a window of 80 columns, of 120, and of more.
const NARROW: [(Cell, &str, Column); 8] = [
    (Cell::Number, "no", Column::right(5)),
    (Cell::Time, "time", Column::right(8)),
    (Cell::Way, "to", Column::left(8)),
    (Cell::Flags, "flags", Column::left(7)),
    (Cell::Seq, "seq", Column::right(5)),
    (Cell::Ack, "ack", Column::right(5)),
    (Cell::Length, "len", Column::right(4)),
    (Cell::What, "what became of it", Column::left(8)),
];
const MIDDLE: [(Cell, &str, Column); 10] = [
    (Cell::Number, "no", Column::right(5)),
    (Cell::Time, "time", Column::right(8)),
    (Cell::Way, "way", Column::left(16)),
    (Cell::Protocol, "", Column::left(6)),
    (Cell::Flags, "flags", Column::left(9)),
    (Cell::Seq, "seq", Column::right(7)),
    (Cell::Ack, "ack", Column::right(7)),
    (Cell::Window, "window", Column::right(6)),
    (Cell::Length, "len", Column::right(5)),
    (Cell::What, "what became of it", Column::left(8)),
];
const WIDE: [(Cell, &str, Column); 10] = [
    (Cell::Number, "no", Column::right(8)),
    (Cell::Time, "time", Column::right(11)),
    (Cell::Way, "way", Column::left(20)),
    (Cell::Protocol, "", Column::left(6)),
    (Cell::Flags, "flags", Column::left(16)),
    (Cell::Seq, "seq", Column::right(11)),
    (Cell::Ack, "ack", Column::right(11)),
    (Cell::Window, "window", Column::right(9)),
    (Cell::Length, "len", Column::right(7)),
    (Cell::What, "what became of it", Column::left(8)),
];

/// How much room there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    Little,
    Some,
    Much,
}

/// The columns of one width.
pub(super) struct Columns {
    room: Room,
    table: &'static [(Cell, &'static str, Column)],
    widths: Vec<Column>,
}

impl Columns {
    /// Those that fit into so many cells.
    pub(super) fn of(app: &App, cells: u16) -> Self {
        let (room, table): (_, &'static [_]) = match cells {
            0..104 => (Room::Little, &NARROW),
            104..170 => (Room::Some, &MIDDLE),
            _ => (Room::Much, &WIDE),
        };
        Self {
            room,
            table,
            widths: table.iter().map(|row| wide_enough(app, row)).collect(),
        }
    }

    /// Their widths.
    pub(super) fn widths(&self) -> &[Column] {
        &self.widths
    }

    /// What stands above each.
    pub(super) fn titles(&self) -> impl Iterator<Item = Bits> {
        self.table.iter().map(|row| Bits::of(Role::Dim, row.1))
    }

    /// The cells of a packet's row.
    pub(super) fn packet(
        &self,
        app: &App,
        canvas: &Canvas<'_>,
        entry: &PacketEntry,
        packet: &Packet,
    ) -> Vec<Bits> {
        let cell = |(cell, ..): &(Cell, _, _)| self.cell(*cell, app, canvas, entry, packet);
        self.table.iter().map(cell).collect()
    }

    fn cell(
        &self,
        cell: Cell,
        app: &App,
        canvas: &Canvas<'_>,
        entry: &PacketEntry,
        packet: &Packet,
    ) -> Bits {
        let tcp = packet.tcp;
        let figure =
            |n: Option<u64>| Bits::of(Role::Text, n.map_or_else(String::new, |n| n.to_string()));
        match cell {
            Cell::Number => Bits::of(Role::Dim, packet.number.to_string()),
            Cell::Time => {
                let at = event(app, entry.index).map_or_else(String::new, |e| clock(e.at_ns));
                Bits::of(Role::Dim, at)
            }
            Cell::Way => way(app, canvas, packet, self.room != Room::Little),
            Cell::Protocol => Bits::of(Role::Dim, packet.protocol.name()),
            Cell::Flags => flags(packet, self.room == Room::Little),
            Cell::Seq => figure(tcp.map(|t| t.seq)),
            Cell::Ack => figure(tcp.filter(|t| t.flags.has(TcpFlags::ACK)).map(|t| t.ack)),
            Cell::Window => figure(tcp.map(|t| t.window.into())),
            Cell::Length if packet.protocol == Protocol::Other => figure(Some(packet.bytes.len())),
            Cell::Length => figure(Some(packet.len.into())),
            Cell::What => what(app, canvas, entry, packet, self.room),
        }
    }
}

/// Where there are many clients, the column of names has room for the longest of them.
fn wide_enough(app: &App, (cell, title, column): &(Cell, &str, Column)) -> Column {
    let clients = app.clients();
    let longest = clients.iter().map(|c| c.to_string().len()).max();
    let name = longest.unwrap_or_default().max("client".len()) as u16;
    match (cell, *title) {
        (Cell::Way, "to") => Column::left(name + 2),
        (Cell::Way, _) => Column::left((name + "server".len() as u16 + 3).max(column.width)),
        _ => *column,
    }
}

/// Who sends it, if it is known, and which way it goes.
fn way(app: &App, canvas: &Canvas<'_>, packet: &Packet, both: bool) -> Bits {
    let then = canvas.theme.glyph(Glyph::Then);
    let toward = packet.toward;
    let mut way = Bits::new();
    if both {
        let from = packet.socket.map_or(
            match !toward {
                Side::Server => Actor::Server,
                Side::Client => Actor::CLIENT,
            },
            |s| s.actor,
        );
        let from = if packet.made_by_cable {
            Bits::of(Role::Cable, "cable")
        } else {
            Bits::of(from.into(), from.to_string())
        };
        way.extend(from);
        way.push(Role::Dim, " ");
    }
    let role = Role::from(!toward);
    let to = packets::client_of(app.session(), packet);
    let to = to.map_or_else(|| toward.to_string(), |client| client.to_string());
    way.and(role, format!("{then} "))
        .and(Role::from(toward), to)
}

/// Its flags; where there is no column for it, the protocol of what has none.
fn flags(packet: &Packet, name_protocol: bool) -> Bits {
    match packet.tcp {
        Some(tcp) => {
            let bad = tcp.flags.has(TcpFlags::RST);
            let role = if bad { Role::Bad } else { Role::Strong };
            Bits::of(role, tcp.flags.to_string())
        }
        None if name_protocol => Bits::of(Role::Dim, packet.protocol.name()),
        None => Bits::new(),
    }
}

/// What became of it, and what is notable about it.
fn what(app: &App, canvas: &Canvas<'_>, entry: &PacketEntry, packet: &Packet, room: Room) -> Bits {
    let fared = app.standing(entry);
    let arrival = match &fared {
        Standing::Ended(Fate::Delivered, Decider::Cable, arrival) => Some(*arrival),
        _ => None,
    };
    let noted = !packet.notable.is_empty() || packet.copy_of.is_some();
    let more = match room {
        Room::Little => noted || packet.len > 0 || arrival.flatten().is_some(),
        Room::Some => noted,
        Room::Much => false,
    };
    // Where there is little room, what is usual is a sign.
    let short = more && arrival.is_some();
    let mut what = match arrival.filter(|_| short) {
        Some(arrival) => {
            let sign = canvas.theme.glyph(Glyph::Done);
            let mut what = Bits::of(Role::Ok, sign);
            if let Some(arrival) = arrival {
                what.push(Role::Note, format!(" {}", arrived(arrival)));
            }
            what
        }
        None => standing(canvas, &fared, noted && room != Room::Much),
    };
    let mut first = short && arrival.flatten().is_none();
    let mut also = |role, text: String| {
        what.push(
            Role::Dim,
            if core::mem::take(&mut first) {
                " "
            } else {
                ", "
            },
        );
        what.push(role, text);
    };
    for notable in &packet.notable {
        let text = match (notable, packet.again) {
            (Notable::Refused, Some(asks)) => format!("refuses {asks}"),
            (notable, Some(first)) => format!("{} of {first}", notable.label()),
            (notable, None) => notable.label().to_owned(),
        };
        also(Role::Note, text);
    }
    if let Some(copy) = packet.copy_of {
        also(Role::Cable, format!("copy of {copy}"));
    }
    let state = app.session().cable.packet(entry.number);
    if state.is_some_and(|s| s.corrupted) {
        also(Role::Bad, "corrupted".to_owned());
    }
    if let Some(with) = state.and_then(|s| s.swapped) {
        also(Role::Cable, format!("swapped with {with}"));
    }
    if packet.merged {
        also(Role::Dim, "super-packet".to_owned());
    }
    if let Some(said) = packets::icmp(&app.book, entry.index, packet) {
        what.push(Role::Dim, if room == Room::Little { " " } else { "  " });
        // Its kind matters less than why.
        let why = said.rsplit(": ").next().unwrap_or(&said);
        let text = match room {
            Room::Much => said.clone(),
            Room::Some | Room::Little => why.replace(", about packet ", ": packet "),
        };
        what.push(Role::Text, text);
    } else if let Some(data) = data(canvas, packet) {
        what.push(Role::Dim, if room == Room::Little { " " } else { "  " });
        what.push(Role::Bytes, data);
    }
    what
}

/// The beginning of its data, if it is kept.
fn data(canvas: &Canvas<'_>, packet: &Packet) -> Option<String> {
    let kept = &packet.bytes.kept;
    let headers = packet.bytes.len().saturating_sub(packet.len.into());
    let from = usize::try_from(headers).map_or(kept.len(), |at| at.min(kept.len()));
    let data = &kept[from..];
    (!data.is_empty()).then(|| quoted(canvas, data, packet.bytes.omitted > 0, PREVIEW))
}

/// What is notable about its arrival.
const fn arrived(arrival: Arrival) -> &'static str {
    match arrival {
        Arrival::OutOfOrder => "out of order",
        Arrival::Again => "nothing new",
    }
}

/// How it fared; `brief` leaves out which rule decided it, where more is to be said.
fn standing(canvas: &Canvas<'_>, standing: &Standing, brief: bool) -> Bits {
    let sign = |g| canvas.theme.glyph(g);
    let by = |by: &Decider| match by {
        Decider::Cable => String::new(),
        Decider::You => " by you".to_owned(),
        Decider::Rule(_) if brief => " by a rule".to_owned(),
        Decider::Rule(rule) => format!(": {}", rule.chars().take(60).collect::<String>()),
    };
    let held_by = |who: &Decider| match who {
        Decider::Rule(rule) => format!(" ({})", rule.chars().take(60).collect::<String>()),
        who => by(who),
    };
    match standing {
        Standing::Seen => Bits::of(Role::Dim, "seen"),
        Standing::OnCable => Bits::of(Role::Cable, format!("{} on the cable", sign(Glyph::Then))),
        Standing::Held(who) => Bits::of(
            Role::Wait,
            format!("{} held{}", sign(Glyph::Current), held_by(who)),
        ),
        Standing::Delayed(until, who) => Bits::of(
            Role::Wait,
            format!("{} until {}{}", sign(Glyph::Then), clock(*until), by(who)),
        ),
        Standing::Ended(Fate::Delivered, who, arrival) => {
            let text = format!("{} delivered{}", sign(Glyph::Done), by(who));
            let bits = Bits::of(Role::Ok, text);
            match arrival {
                None => bits,
                Some(arrival) => bits.and(Role::Note, format!(", {}", arrived(*arrival))),
            }
        }
        Standing::Ended(Fate::Dropped, who, _) => Bits::of(
            Role::Bad,
            format!("{} dropped{}", sign(Glyph::Failed), by(who)),
        ),
        Standing::Ended(Fate::Lost, ..) => Bits::of(
            Role::Bad,
            format!("{} lost: the cable had no room", sign(Glyph::Failed)),
        ),
    }
}

/// A row for packets that were told together.
pub(super) fn passed(app: &App, index: usize) -> Bits {
    match event(app, index).map(|e| &e.fact) {
        Some(Fact::Passed {
            toward,
            packets,
            bytes,
            ..
        }) => Bits::of(Role::Cable, some(*packets, "more packet"))
            .and(Role::Dim, " to the ")
            .and(Role::from(*toward), toward.to_string())
            .and(
                Role::Dim,
                format!(" passed together, {}", some(*bytes, "byte")),
            ),
        _ => Bits::new(),
    }
}
