//! How a packet fared, as far as it has happened at the moment that is shown.

use crate::app::state::App;
use crate::model::{
    book::PacketEntry,
    event::{Fact, Source},
    ids::Nanos,
    packet::{Arrival, Decider, Fate},
};

/// How a packet fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was seen passing by; no cable of ours has it.
    Seen,
    /// It lies on the cable, or is under way on it.
    OnCable,
    /// It lies there until somebody lets it go.
    Held(Decider),
    /// It is under way until then.
    Delayed(Nanos, Decider),
    /// It has left the cable.
    Ended(Fate, Decider, Option<Arrival>),
}

impl App {
    /// How a packet fared, as of the moment that is shown.
    pub fn standing(&self, entry: &PacketEntry) -> Standing {
        let events = self.book.events();
        let fate = entry.fate.filter(|&i| i < self.shown_events());
        if let Some(Fact::Fate {
            fate,
            decided_by,
            arrival,
            ..
        }) = fate.and_then(|i| events.get(i)).map(|e| &e.fact)
        {
            return Standing::Ended(*fate, decided_by.clone(), *arrival);
        }
        if events
            .get(entry.index)
            .is_some_and(|e| e.source == Source::Capture)
        {
            return Standing::Seen;
        }
        let state = self.session().cable.packet(entry.number);
        match state.map(|s| (&s.held, &s.until)) {
            Some((Some(by), _)) => Standing::Held(by.clone()),
            Some((None, Some((until, by)))) => Standing::Delayed(*until, by.clone()),
            _ => Standing::OnCable,
        }
    }
}
