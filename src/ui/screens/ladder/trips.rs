//! Packets whose way takes more than one row: where their arrows turn, slope and end. What moves slopes, what is held
//! stands still.
//!
//! ```text
//!  │            ╭─ 4 PSH,ACK seq 1:16 ─┤      enters
//!  │           ╱                       │      under way
//!  │          ╱                        │
//!  │◀─ 4 ────╯                         │      arrives
//! ```

use super::{
    lanes::Columns,
    line::{Line, Mark, Place},
    packets,
    told::Told,
};
use crate::{
    model::{event::Fact, ids::Side},
    ui::{
        screens::wires::{Weight, Wires},
        theme::Role,
    },
};

/// So many packets before the first row are looked at for whether they are still under way there.
const LOOKED_BACK: usize = 64;
/// So many ways beside each other have a place of their own.
const BESIDE: u16 = 3;
/// Cells from one to the next.
const APART: u16 = 3;

/// A packet on its way.
pub(super) struct Trip {
    /// The place in the journal of the event in which it entered.
    pub(super) of: usize,
    /// Its number, as text.
    pub(super) number: String,
    /// Where it goes.
    pub(super) toward: Side,
    /// Whether the cable made it.
    pub(super) made: bool,
    /// The row where it entered, if that is shown.
    start: Option<usize>,
    /// The row from which it is held.
    held: Option<usize>,
    /// The row where its way ends, and whether it arrived; `None` while it is under way.
    end: Option<(usize, bool)>,
    /// Where it turns.
    turn: u16,
    /// Cells by which its way slopes at most.
    slope: u16,
    /// The row after the last.
    rows: usize,
}

impl Trip {
    fn first(&self) -> usize {
        self.start.unwrap_or(0)
    }

    fn last(&self) -> usize {
        self.end.map_or(self.rows, |(row, _)| row)
    }

    /// Its column in a row, if it is there.
    pub(super) fn column(&self, row: usize) -> Option<u16> {
        let (first, last) = (self.first(), self.last());
        if row < first || row > last {
            return None;
        }
        let far = last - first;
        if self.held.is_some() || far < 2 {
            return Some(self.turn);
        }
        let slope = usize::from(self.slope).min(far);
        let gone = ((row - first) * slope + far / 2) / far;
        Some(match self.toward {
            Side::Server => self.turn - gone as u16,
            Side::Client => self.turn + gone as u16,
        })
    }

    /// Draws its way, and the arrow's ends in its first and its last row.
    pub(super) fn wire(&self, wires: &mut Wires, columns: Columns) {
        let role = Role::from(!self.toward);
        let (first, last) = (self.first(), self.last());
        let mut way: Vec<(i32, i32)> = (first..=last)
            .filter_map(|row| Some((i32::from(self.column(row)?), row as i32)))
            .collect();
        if self.start.is_none()
            && let Some(&(x, y)) = way.first()
        {
            way.insert(0, (x, y - 1));
        }
        wires.slope(&way, role);
        if let Some(held) = self.held {
            let (x, to) = (i32::from(self.turn), last as i32);
            wires.draw(&[(x, held as i32), (x, to)], Weight::Strong, Role::Wait);
        }
        if let (Some(row), Some(&(x, _))) = (self.start, way.first()) {
            let from = i32::from(columns.start(!self.toward, self.made));
            wires.draw(&[(from, row as i32), (x, row as i32)], Weight::Thin, role);
        }
        if let (Some((row, true)), Some(&(x, _))) = (self.end, way.last()) {
            let to = i32::from(columns.life(self.toward));
            let aside = if to < x { -1 } else { 1 };
            if self.held.is_some() {
                wires.stub(x, row as i32, to < x, Role::Wait);
            } else {
                wires.draw(
                    &[(x, row as i32), (x + aside, row as i32)],
                    Weight::Thin,
                    role,
                );
            }
            wires.draw(
                &[(x + aside, row as i32), (to, row as i32)],
                Weight::Thin,
                role,
            );
        }
    }
}

/// The ways that cross the shown lines, which begin with the event that stands at the place `first` in what is told.
pub(super) fn trips(told: &Told<'_>, columns: Columns, first: usize, lines: &[Line]) -> Vec<Trip> {
    if !told.has_packets() {
        return Vec::new();
    }
    let mut trips: Vec<Trip> = Vec::new();
    for of in from_above(told, first) {
        trips.extend(trip(told, of, lines.len()));
    }
    for (row, line) in lines.iter().enumerate() {
        let Place::Middle { mark, .. } = &line.place else {
            continue;
        };
        let Some(of) = mark.of().filter(|_| line.at.is_some()) else {
            continue;
        };
        if trips.iter().all(|t| t.of != of) {
            trips.extend(trip(told, of, lines.len()));
        }
        let Some(trip) = trips.iter_mut().find(|t| t.of == of) else {
            continue;
        };
        match mark {
            Mark::Enters(_) => trip.start = Some(row),
            Mark::Arrives(_) => trip.end = Some((row, true)),
            Mark::Breaks(_) => trip.end = Some((row, false)),
            _ => {}
        }
    }
    for trip in &mut trips {
        trip.held = held_from(told, trip.of, lines);
        if trip.end.is_none() {
            trip.end = cleared_away(told, trip.of, lines).map(|row| (row, false));
        }
    }
    place(&mut trips, columns);
    trips
}

/// The packets that had entered before the first row and were still under way there.
fn from_above(told: &Told<'_>, first: usize) -> Vec<usize> {
    let Some(top) = told.index(first) else {
        return Vec::new();
    };
    let all = told.app.book.packets();
    let before = all.partition_point(|p| p.index < top);
    let near = all[before.saturating_sub(LOOKED_BACK)..before].iter();
    let mut above: Vec<usize> = near
        .filter_map(|p| told.packet_in(p.index))
        .filter(|p| p.fate.is_none_or(|fate| fate >= top))
        .map(|p| p.index)
        .collect();
    // Those that have lain there for long.
    let on_it = told.app.session().cable.on_it();
    let on_it = on_it.filter_map(|p| told.index_of(p.event));
    above.extend(on_it.filter(|index| *index < top).take(LOOKED_BACK));
    above.sort_unstable();
    above.dedup();
    // One that went from end to end in its own row has no way left, even if its fate was told below that row.
    above.retain(|&of| {
        let place = told.place_of(of);
        !place.is_some_and(|place| packets::is_at_once(told, place))
    });
    // What lay on the cable when everything was cleared away has gone with it.
    above.retain(|&of| {
        let event = told.app.book.events().get(of);
        event.is_some_and(|e| told.is_of_now(e.id))
    });
    above
}

fn trip(told: &Told<'_>, of: usize, rows: usize) -> Option<Trip> {
    let packet = told.entered(of)?;
    Some(Trip {
        of,
        number: packet.number.to_string(),
        toward: packet.toward,
        made: super::labels::made(packet),
        start: None,
        held: None,
        end: None,
        turn: 0,
        slope: 0,
        rows,
    })
}

/// The row where everything began anew, after this packet.
fn cleared_away(told: &Told<'_>, of: usize, lines: &[Line]) -> Option<usize> {
    lines.iter().position(|line| {
        let event = told.app.book.events().get(line.index);
        line.index > of && event.is_some_and(|e| matches!(e.fact, Fact::Begin { .. }))
    })
}

/// The row from which a packet is held.
fn held_from(told: &Told<'_>, of: usize, lines: &[Line]) -> Option<usize> {
    let entry = told.packet_in(of)?;
    let index = packets::held(told, &entry)?;
    let shown = lines.iter().position(|l| l.index == index);
    shown.or_else(|| lines.first().is_some_and(|l| l.index > index).then_some(0))
}

/// Gives each way its column: those that are under way at once stand beside each other.
fn place(trips: &mut [Trip], columns: Columns) {
    for i in 0..trips.len() {
        let (before, rest) = trips.split_at_mut(i);
        let trip = &mut rest[0];
        let turn = columns.turn(trip.toward);
        // Where it arrives there is room for the head and the number.
        let least = 5 + trip.number.len() as u16;
        let life = columns.life(trip.toward);
        trip.slope = turn.abs_diff(life).saturating_sub(least);
        let meets = |taken: u16| {
            before.iter().any(|other| {
                other.toward == trip.toward
                    && other.turn.abs_diff(turn) == taken * APART
                    && other.first() <= trip.last()
                    && trip.first() <= other.last()
            })
        };
        let taken = (0..BESIDE).find(|&t| !meets(t)).unwrap_or(0) * APART;
        trip.turn = match trip.toward {
            Side::Server => turn + taken,
            Side::Client => turn - taken,
        };
    }
}
