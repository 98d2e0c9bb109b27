//! During which rows somebody waited in a call: the running bars on the life lines.

use super::told::Told;
use crate::model::{
    event::Fact,
    ids::{Actor, CallId, Side},
};

/// So many events after the last row are looked at for a call that was under way there.
const LOOKED_AHEAD: usize = 256;
/// Where the bar of a call ends that has not returned.
const GOES_ON: usize = usize::MAX;

/// A bar: which end, and from which of the places that are shown to which; both with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bar {
    /// Which end.
    pub(super) side: Side,
    /// The first place in the journal that it covers.
    pub(super) from: usize,
    /// The last one.
    pub(super) to: usize,
}

/// The bars that cross the shown part `first..end` of what is told.
pub(super) fn bars(told: &Told<'_>, first: usize, end: usize) -> Vec<Bar> {
    let session = told.app.session();
    let (Some(top), Some(bottom)) = (told.index(first), told.index(end.wrapping_sub(1))) else {
        return Vec::new();
    };
    let mut open: Vec<(CallId, Side, usize)> = Vec::new();
    let mut bars = Vec::new();
    let ahead = (end + LOOKED_AHEAD).min(told.len());
    for place in first..ahead {
        let (Some(index), Some(event)) = (told.index(place), told.event(place)) else {
            continue;
        };
        let Some(side) = event.who.map(Actor::side) else {
            continue;
        };
        let shown = place < end;
        match &event.fact {
            Fact::Waiting { call_id, .. } if shown => open.push((*call_id, side, index)),
            Fact::Call(done) => {
                let to = index.min(bottom);
                if let Some(i) = open.iter().position(|(id, ..)| *id == done.call_id) {
                    let (_, side, from) = open.remove(i);
                    bars.push(Bar { side, from, to });
                } else if shown || place >= end {
                    // It was made before the first row: then it was under way there.
                    let made = event.happened().0.saturating_sub(done.took_ns.0);
                    let earlier = first.checked_sub(1).and_then(|p| told.event(p));
                    if earlier.is_some_and(|e| made < e.happened().0) {
                        bars.push(Bar {
                            side,
                            from: top,
                            to,
                        });
                    }
                }
            }
            _ => {}
        }
    }
    let waits = |id: CallId| {
        let mut actors = session.actors.values();
        actors.any(|a| a.waiting.iter().any(|w| w.call_id == id))
    };
    for (id, side, from) in open {
        let to = if waits(id) { GOES_ON } else { bottom };
        bars.push(Bar { side, from, to });
    }
    let first_row = told.event(first);
    for (actor, state) in &session.actors {
        for waiting in &state.waiting {
            if first_row.is_some_and(|e| waiting.event < e.id) {
                bars.push(Bar {
                    side: actor.side(),
                    from: top,
                    to: GOES_ON,
                });
            }
        }
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{ids::Actor, story::testing::Play},
        ui::screens::tests::app,
    };

    #[test]
    fn a_wait_is_a_bar_from_its_call_to_its_return() {
        let mut play = Play::free();
        play.listen().accept().connect(Actor::CLIENT);
        let app = app(play.into_book());
        let told = Told::new(&app);
        let all = bars(&told, 0, told.len());
        assert_eq!(all.len(), 1);
        let returned = (0..told.len())
            .find(|&p| told.index(p) == Some(all[0].to))
            .unwrap();
        // Only its end is in sight: the bar comes in from above.
        let tail = bars(&told, returned, told.len());
        assert_eq!(
            tail,
            [Bar {
                side: Side::Server,
                from: all[0].to,
                to: all[0].to
            }]
        );
    }
}
