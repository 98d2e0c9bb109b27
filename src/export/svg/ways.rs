//! The ways between the life lines: of packets, or, where none are seen, of the bytes from `send` to `recv`. What takes
//! long goes down a column of its own in the middle.

use super::{
    CLIENT, MIDDLE, SERVER,
    flows::Flow,
    palette::Ink,
    paper::{Anchor, Paper, Point, fits},
    plan::{End, Plan, SLANT, Trip},
    words::{Said, fit},
};
use crate::model::ids::Side;

/// Size of the letters on a way.
pub(super) const SIZE: f64 = 12.0;
/// From a way to the letters on it.
const AIR: f64 = 5.0;
/// What goes down further than this goes down a column.
const STEEP: f64 = 84.0;
/// Which part of the way lies before such a column.
const COLUMN: f64 = 0.68;
/// From one column to the next, and how many have a place of their own.
const APART: f64 = 24.0;
const BESIDE: usize = 4;
/// Which part of its way a packet goes that is dropped at once.
const BROKEN: f64 = 0.76;
/// Which part of the way lies before what the cable itself made.
const MADE: f64 = 0.25;

/// The life line of a side.
pub(super) const fn life(side: Side) -> f64 {
    match side {
        Side::Server => SERVER,
        Side::Client => CLIENT,
    }
}

/// A point so far on the way from this side to the other.
fn part(sender: Side, part: f64) -> f64 {
    life(sender) + (life(!sender) - life(sender)) * part
}

/// One way.
#[derive(Debug)]
pub(super) struct Way {
    sender: Side,
    start: Point,
    /// Where it goes down in a column.
    column: Option<f64>,
    held: Option<f64>,
    end: f64,
    ends: Option<End>,
}

impl Way {
    fn points(&self) -> Vec<Point> {
        let to = (life(!self.sender), self.end);
        match (self.column, self.ends) {
            (Some(x), ends) => {
                let mut points = vec![self.start, (x, self.turn(x)), (x, self.end)];
                if ends == Some(End::Arrived) {
                    let before = (self.end - 6.0).max(self.turn(x));
                    points[2] = (x, before);
                    points.push(to);
                }
                points
            }
            (None, Some(End::Arrived)) => vec![self.start, to],
            (None, _) => {
                let along = |a: f64, b: f64| a + (b - a) * BROKEN;
                vec![
                    self.start,
                    (along(self.start.0, to.0), along(self.start.1, to.1)),
                ]
            }
        }
    }

    /// Where a way has come to when it turns down at `x`.
    fn turn(&self, x: f64) -> f64 {
        let whole = (CLIENT - SERVER).abs();
        (self.start.1 + SLANT * (x - self.start.0).abs() / whole).min(self.end)
    }

    fn draw(&self, paper: &mut Paper, dashed: bool) {
        let ink = Ink::from(self.sender);
        let points = self.points();
        let how = if dashed {
            " stroke-dasharray=\"5 4\""
        } else {
            ""
        };
        match self.column {
            Some(x) => {
                paper.line(ink, 1.6, &points[..2], how);
                let (waits, width) = if self.held.is_some() {
                    (Ink::Wait, 3.0)
                } else {
                    (ink, 1.6)
                };
                let dots = if self.held.is_some() {
                    ""
                } else {
                    " stroke-dasharray=\"2 4\""
                };
                paper.line(waits, width, &points[1..3], dots);
                if points.len() > 3 {
                    paper.line(ink, 1.6, &points[2..], how);
                }
                if self.ends.is_none() && self.held.is_none() {
                    paper.head(ink, (x, self.end - 9.0), (x, self.end + 4.0));
                }
            }
            None => paper.line(ink, 1.6, &points, how),
        }
        if let [.., before, last] = points[..] {
            match self.ends {
                Some(End::Arrived) => paper.head(ink, before, last),
                Some(End::Gone) => paper.cross(Ink::Bad, last),
                Some(End::Cleared) => paper.cross(Ink::Dim, last),
                None => {}
            }
        }
    }

    /// Writes what stands on its first part.
    fn label(&self, paper: &mut Paper, says: &[Said]) {
        let to = match self.column {
            Some(x) => (x, self.turn(x)),
            None if self.ends == Some(End::Gone) => self.points()[1],
            None => (life(!self.sender), self.end.max(self.start.1 + SLANT)),
        };
        let (left, right) = if to.0 < self.start.0 {
            (to, self.start)
        } else {
            (self.start, to)
        };
        let turn = (right.1 - left.1).atan2(right.0 - left.0);
        let room = (right.0 - left.0) - 22.0;
        let said = fit(says, fits(room, SIZE));
        let middle = (
            f64::midpoint(left.0, right.0),
            f64::midpoint(left.1, right.1),
        );
        let at = (middle.0 + AIR * turn.sin(), middle.1 - AIR * turn.cos());
        paper.label(&said, SIZE, at, Anchor::Middle, turn.to_degrees());
    }

    /// Where a text about it stands beside it, at this height.
    fn beside(&self, y: f64) -> (Point, Anchor) {
        match self.column {
            Some(x) => match self.sender {
                Side::Server => ((x - 9.0, y + 4.0), Anchor::End),
                Side::Client => ((x + 9.0, y + 4.0), Anchor::Start),
            },
            None => ((MIDDLE, y + 4.0), Anchor::Middle),
        }
    }
}

/// A column that hides no other one of the same direction.
fn column(before: &[Way], sender: Side, from: f64, to: f64) -> f64 {
    let at = |taken: usize| {
        let aside = taken as f64 * APART;
        part(sender, COLUMN)
            + if sender == Side::Client {
                -aside
            } else {
                aside
            }
    };
    let free = |x: f64| {
        before.iter().all(|w| {
            w.column.is_none_or(|c| (c - x).abs() > 1.0)
                || w.end < from - 4.0
                || w.start.1 > to + 4.0
        })
    };
    (0..BESIDE)
        .map(at)
        .find(|x| free(*x))
        .unwrap_or_else(|| at(0))
}

/// The way of each packet.
pub(super) fn of_trips(plan: &Plan) -> Vec<Way> {
    let mut ways = Vec::new();
    for trip in &plan.trips {
        let sender = !trip.toward;
        let (end, ends) = match trip.end {
            Some((y, end)) => (y, Some(end)),
            None => (plan.bottom + 14.0, None),
        };
        let from = part(sender, if trip.made { MADE } else { 0.0 });
        let steep = ends.is_none() || trip.aside || end - trip.from > STEEP;
        let column = steep.then(|| column(&ways, sender, trip.from, end));
        ways.push(Way {
            sender,
            start: (from, trip.from),
            column,
            held: trip.held,
            end,
            ends,
        });
    }
    ways
}

/// Draws the packets.
pub(super) fn draw(paper: &mut Paper, plan: &Plan, ways: &[Way]) {
    for (trip, way) in plan.trips.iter().zip(ways) {
        if let Some((first, of)) = trip
            .again
            .and_then(|i| Some((plan.trips.get(i)?, ways.get(i)?)))
        {
            tie(paper, first, of, trip, way);
        }
    }
    for way in ways {
        way.draw(paper, false);
    }
}

/// Writes what stands on the packets' ways.
pub(super) fn labels(paper: &mut Paper, plan: &Plan, ways: &[Way]) {
    for (trip, way) in plan.trips.iter().zip(ways) {
        way.label(paper, &trip.says);
    }
}

/// Writes what is said about a packet beside its way.
pub(super) fn beside(paper: &mut Paper, way: Option<&Way>, y: f64, says: &[Said]) {
    let (at, anchor) = way.map_or(((MIDDLE, y + 4.0), Anchor::Middle), |w| w.beside(y));
    let room = match anchor {
        Anchor::Start => CLIENT - at.0 - 6.0,
        Anchor::Middle => 2.0 * (CLIENT - at.0).min(at.0 - SERVER) - 12.0,
        Anchor::End => at.0 - SERVER - 6.0,
    };
    let says = fit(says, fits(room, SIZE));
    paper.label(&says, SIZE, at, anchor, 0.0);
}

/// A second try is tied to the first one at its sender's life line, a copy to the way of which it is one.
fn tie(paper: &mut Paper, first: &Trip, of: &Way, trip: &Trip, way: &Way) {
    let how = " stroke-dasharray=\"1.5 3\" stroke-linecap=\"round\"";
    if trip.made {
        let x = way.start.0;
        let from = of.turn(x);
        paper.line(Ink::Wait, 1.8, &[(x, from), (x, trip.from)], how);
        return;
    }
    let out = if way.sender == Side::Server {
        -8.0
    } else {
        8.0
    };
    let x = life(way.sender);
    let points = [
        (x, first.from),
        (x + out, first.from + 6.0),
        (x + out, trip.from - 6.0),
        (x, trip.from),
    ];
    paper.line(Ink::Wait, 1.8, &points, how);
}

/// The ways of bytes from `send` to `recv`.
pub(super) fn flows(paper: &mut Paper, plan: &Plan, flows: &[Flow]) {
    let mut ways: Vec<Way> = Vec::new();
    for flow in flows {
        let (end, ends) = match flow.to {
            Some(y) => (y, Some(End::Arrived)),
            None => (plan.bottom + 14.0, None),
        };
        // Of what somebody else's program sends, only the end is known.
        let from = flow.from.unwrap_or(end - SLANT);
        let steep = ends.is_none() || end - from > STEEP;
        let shared = ways
            .iter()
            .rev()
            .find(|w| steep && w.sender == flow.sender && (w.start.1 - from).abs() < 0.1)
            .and_then(|w| w.column);
        let column = shared.or_else(|| steep.then(|| column(&ways, flow.sender, from, end)));
        let way = Way {
            sender: flow.sender,
            start: (life(flow.sender), from),
            column,
            held: None,
            end,
            ends,
        };
        way.draw(paper, flow.from.is_none());
        ways.push(way);
    }
    for (flow, way) in flows.iter().zip(&ways) {
        if !flow.says.is_empty() {
            way.label(paper, &flow.says);
        }
        if let (Some(y), Some(says)) = (flow.to, &flow.arrives) {
            let x = life(!way.sender);
            let (at, anchor) = match way.sender {
                Side::Server => ((x - 14.0, y - 5.0), Anchor::End),
                Side::Client => ((x + 14.0, y - 5.0), Anchor::Start),
            };
            paper.label(says, SIZE, at, anchor, 0.0);
        }
    }
}
