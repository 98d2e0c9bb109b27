//! Puts the plan on paper: what lies behind first, letters last.

use super::{
    CLIENT, EDGE, MIDDLE, SERVER, WIDTH,
    flows::Flow,
    palette::Ink,
    paper::{Anchor, Paper, fits, wide},
    plan::{Plan, Thing},
    ways::{self, Way, life},
    words::{Said, fit},
};
use crate::model::{
    ids::{Actor, Nanos, Side},
    tcp::TcpState,
};

/// Size of the letters beside the life lines.
const SIZE: f64 = 13.0;
/// Of times and of what stands in a state's frame.
const SMALL: f64 = 11.0;
/// From a life line to what stands beside it.
const GUTTER: f64 = 16.0;
/// Where the times end.
const TIMES: f64 = 76.0;
/// A time stands so far below the one before it, or not at all.
const TIME_APART: f64 = 13.0;

/// Draws everything below the heads.
pub(super) fn draw(paper: &mut Paper, plan: &Plan, flows: &[Flow], top: f64, bottom: f64) {
    for side in [Side::Server, Side::Client] {
        let x = life(side);
        paper.line(side.into(), 1.5, &[(x, top), (x, bottom)], "");
    }
    for wait in &plan.waits {
        let x = life(wait.side);
        let to = wait.to.unwrap_or(bottom);
        paper.line(
            Ink::Wait,
            5.0,
            &[(x, wait.from), (x, to)],
            " stroke-linecap=\"round\"",
        );
    }
    for (y, thing) in &plan.things {
        if let Thing::Across {
            ruled: Some(ink), ..
        } = thing
        {
            paper.line(
                *ink,
                1.0,
                &[(TIMES + 14.0, *y), (WIDTH - EDGE, *y)],
                " stroke-opacity=\".55\"",
            );
        }
    }
    let ways = ways::of_trips(plan);
    ways::draw(paper, plan, &ways);
    ways::flows(paper, plan, flows);
    ways::labels(paper, plan, &ways);
    for (y, thing) in &plan.things {
        one(paper, *y, thing, &ways);
    }
    times(paper, plan);
}

/// One thing in its row.
fn one(paper: &mut Paper, y: f64, thing: &Thing, ways: &[Way]) {
    match thing {
        Thing::Beside { side, says, done } => {
            if *done {
                paper.dot((*side).into(), (life(*side), y));
            }
            let (x, room, anchor) = beside(*side);
            let said = fit(says, fits(room, SIZE));
            paper.text(&said, SIZE, (x, y + 4.5), anchor);
        }
        Thing::States {
            socket,
            whose,
            alone,
            states,
        } => {
            // Its column says that it is the client's.
            let name = match socket.to_string() {
                name if *alone && name == Actor::CLIENT.to_string() => String::new(),
                name => name,
            };
            pills(paper, y, socket.actor.side(), [&name, whose], states);
        }
        Thing::Middle { trip, says } => {
            let way = trip.and_then(|i| ways.get(i));
            ways::beside(paper, way, y, says);
        }
        Thing::Across {
            says,
            ruled: Some(ink),
        } => {
            let across = wide(says.columns(), SIZE) + 20.0;
            let left = TIMES + 14.0;
            paper.boxed(Ink::Box, *ink, (left, y - 10.0), (across, 20.0), "");
            paper.text(says, SIZE, (left + 10.0, y + 4.5), Anchor::Start);
        }
        Thing::Across { says, ruled: None } => {
            let room = 2.0 * (MIDDLE - TIMES - 20.0);
            let said = fit(core::slice::from_ref(says), fits(room, SIZE));
            paper.label(&said, SIZE, (MIDDLE, y + 4.5), Anchor::Middle, 0.0);
        }
    }
}

/// Where the text beside a life line stands, how much room it has, and which of its ends stands there.
fn beside(side: Side) -> (f64, f64, Anchor) {
    match side {
        Side::Server => (SERVER - GUTTER, SERVER - GUTTER - TIMES - 14.0, Anchor::End),
        Side::Client => (
            CLIENT + GUTTER,
            WIDTH - EDGE - CLIENT - GUTTER,
            Anchor::Start,
        ),
    }
}

/// The states of a socket in frames; one that nobody saw has a dashed frame.
fn pills(
    paper: &mut Paper,
    y: f64,
    side: Side,
    [name, whose]: [&str; 2],
    states: &[(TcpState, bool)],
) {
    let wides: Vec<f64> = states
        .iter()
        .map(|(state, _)| wide(state.rfc().len(), SMALL) + 14.0)
        .collect();
    let whole: f64 = wides.iter().map(|w| w + 6.0).sum();
    let (edge, room, _) = beside(side);
    let both = format!("{name} {whose}");
    let left = fits((room - whole - 4.0).max(0.0), SMALL);
    // What is known from elsewhere goes first where not all of it fits.
    let name = [both.trim(), name, ""]
        .into_iter()
        .find(|n| n.len() <= left);
    let name = Said::of(Ink::Dim, name.unwrap_or_default());
    let mut x = match side {
        Side::Server => edge - whole + 6.0,
        Side::Client => edge,
    };
    let (at, anchor) = match side {
        Side::Server => (x - 8.0, Anchor::End),
        Side::Client => (x + whole + 2.0, Anchor::Start),
    };
    paper.text(&name, SMALL, (at, y + 4.0), anchor);
    for ((state, seen), wide) in states.iter().zip(wides) {
        let ink = Ink::from(*state);
        let how = if *seen {
            ""
        } else {
            " stroke-dasharray=\"3 2\""
        };
        paper.boxed(Ink::Paper, ink, (x, y - 8.0), (wide, 16.0), how);
        let letters = if *seen {
            Said::default().bold(ink, state.rfc())
        } else {
            Said::of(Ink::Dim, state.rfc())
        };
        paper.text(&letters, SMALL, (x + wide / 2.0, y + 4.0), Anchor::Middle);
        x += wide + 6.0;
    }
}

/// The time of each row, where it is not that of the one above.
fn times(paper: &mut Paper, plan: &Plan) {
    let last = plan
        .times
        .iter()
        .map(|(_, at)| *at)
        .max()
        .unwrap_or_default();
    let mut before: Option<(f64, String)> = None;
    for (y, at) in &plan.times {
        let text = clock(*at, last);
        let crowded = before
            .as_ref()
            .is_some_and(|(above, same)| *same == text || y - above < TIME_APART);
        if crowded {
            continue;
        }
        paper.text(
            &Said::of(Ink::Dim, text.clone()),
            SMALL,
            (TIMES, y + 4.0),
            Anchor::End,
        );
        before = Some((*y, text));
    }
}

/// Seconds since the start, finer where all of it took less than a tenth of one.
fn clock(at: Nanos, last: Nanos) -> String {
    let seconds = at.0 as f64 / 1e9;
    if last < Nanos::from_millis(100) {
        format!("{seconds:.6}")
    } else {
        format!("{seconds:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_talk_is_told_in_microseconds() {
        let at = Nanos(1_234_567);
        assert_eq!(clock(at, Nanos::from_millis(4)), "0.001235");
        assert_eq!(clock(at, Nanos::from_millis(4000)), "0.001");
    }
}
