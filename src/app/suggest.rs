//! What makes sense now, from the words that teach: for the capital letters, the menu, Space, and what `y` copies.

use super::{
    learning::NextInLesson,
    state::{App, Cursor},
};
pub use crate::model::story::next::Suggestion;
use crate::model::{
    event::{Event, Fact},
    events::Stretch,
    ids::Actor,
    packet::PacketKind,
    story::{
        happening::happening,
        next::{next_step, sensible},
    },
};

/// So many events of the next moment are looked at for what it brings.
const LOOKED_AT: usize = 512;

/// What comes next: the thing that a newcomer wants to know of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upcoming {
    /// Space runs this statement of the script.
    Step(String),
    /// Space does this in the lesson that is open.
    Lesson(String),
    /// Space makes this call, which makes sense now: free play, or a script that is at its end.
    Free(String),
    /// In the past: one moment forth shows what became of this.
    Forth(String),
    /// In the past: one moment forth is now.
    Now,
    /// The view is held.
    Held,
    /// The end of a recording: as far as it has been read.
    End,
    /// There is nothing that Space could do.
    Nothing,
}

impl App {
    /// What comes next at the moment that is shown.
    pub fn upcoming(&self) -> Upcoming {
        match self.cursor {
            Cursor::At { frozen: true, .. } => return Upcoming::Held,
            Cursor::At { count, .. } => return self.after(count),
            Cursor::Live => {}
        }
        match self.next_in_lesson() {
            Some(NextInLesson::Statement(text)) => return Upcoming::Step(text),
            Some(NextInLesson::Words(words)) => return Upcoming::Lesson(words),
            None => {}
        }
        let session = self.book.session();
        match next_step(session) {
            Some(text)
                if session
                    .next_in_script()
                    .is_some_and(|line| line.text == text) =>
            {
                Upcoming::Step(text)
            }
            Some(text) => Upcoming::Free(text),
            None => Upcoming::Nothing,
        }
    }

    /// What the moment after so many events shows: what was asked for in it, or what returned, began or was told.
    fn after(&self, count: usize) -> Upcoming {
        let events = self.book.events();
        if self.recorded.is_some() && count == events.len() {
            return Upcoming::End;
        }
        let within = self.moment_after(count);
        let end = within.unwrap_or(events.len());
        // A frame must not cost more where much happened at once.
        let end = end.min(count + LOOKED_AT);
        let brought = Self::brought(events.range(count..end));
        let more = within.is_some() || self.recorded.is_some();
        match brought {
            Some(what) => Upcoming::Forth(what),
            None if more && self.session().is_capture() => {
                Upcoming::Forth("what follows from it".to_owned())
            }
            None if more => Upcoming::Forth("what the kernel told then".to_owned()),
            None => Upcoming::Now,
        }
    }

    /// What was asked for in these events; else the first thing that happened in them.
    fn brought(events: Stretch<'_>) -> Option<String> {
        let asked = events.iter().find_map(|e| match &e.fact {
            Fact::Asked { text, .. } => Some(text.clone()),
            _ => None,
        });
        asked.or_else(|| {
            events
                .iter()
                .find_map(|e| on_the_cable(&e.fact).or_else(|| by_an_actor(e)))
        })
    }

    /// The calls that make sense now for an actor, the most sensible first.
    pub fn suggestions(&self, actor: Actor) -> Vec<Suggestion> {
        sensible(self.book.session(), actor)
    }

    /// What is happening at the moment that is shown, in words.
    pub(super) fn story_text(&self) -> String {
        happening(&self.book, self.session()).what.join(" ")
    }

    /// Whether the script has been walked to its end; never in free play.
    pub(super) fn script_is_over(&self) -> bool {
        let session = self.book.session();
        !session.script.is_empty() && session.next_in_script().is_none()
    }

    /// Whether there is no step that Space could do.
    pub(super) fn nothing_left(&self) -> bool {
        next_step(self.book.session()).is_none()
    }
}

/// What an actor does in this event, or what becomes of its socket.
fn by_an_actor(event: &Event) -> Option<String> {
    if let Fact::State { socket, to, .. } = &event.fact {
        let who = event.who.unwrap_or(socket.actor);
        return Some(format!("{who} is {}", to.rfc()));
    }
    let who = event.who?;
    match &event.fact {
        Fact::Call(done) => Some(format!("{who} {} returns", done.call.name())),
        Fact::Waiting { call, .. } => Some(format!("{who} {} waits", call.name())),
        _ => None,
    }
}

/// What happens on the cable in this event.
fn on_the_cable(fact: &Fact) -> Option<String> {
    match fact {
        Fact::Packet(packet) => {
            let what = packet.kind().map_or("packet", PacketKind::name);
            Some(format!(
                "packet {} to the {}: {what}",
                packet.number, packet.toward
            ))
        }
        Fact::Handled { packet, .. } => Some(format!("packet {packet} on the cable")),
        Fact::Fate { packet, fate, .. } => Some(format!("packet {packet} is {fate}")),
        Fact::Passed { packets, .. } => Some(format!("{packets} more packets")),
        _ => None,
    }
}
