//! A socket's step from state to state on the ladder. What was crossed too fast to be seen stands in the row of the state
//! that was seen: `client ▸ ESTABLISHED (by way of SYN-SENT, not seen)`.

use super::told::Told;
use crate::{
    model::{
        event::{Event, Fact, Source},
        ids::{Actor, Slot, SocketId},
        tcp::TcpState,
    },
    ui::{
        glyphs::{Glyph, GlyphSet},
        screens::bits::Bits,
        text::{width, wrap},
        theme::Role,
    },
};

/// Rows between a state that was not seen and the next one of the same socket, at most.
const APART: usize = 8;

/// The next or the previous state of the same socket, if nothing but states and acknowledgements lies between.
fn neighbour<'a>(
    told: &Told<'a>,
    socket: SocketId,
    places: impl Iterator<Item = usize>,
) -> Option<(usize, &'a Event)> {
    for place in places.take(APART) {
        let event = told.event(place)?;
        match &event.fact {
            Fact::State { socket: other, .. } if *other == socket => return Some((place, event)),
            Fact::State { .. } | Fact::Ack { .. } => {}
            _ => return None,
        }
    }
    None
}

/// Which states a step crossed unseen before it; `None` for one that was crossed itself and stands in a later row.
pub(super) fn by_way_of(told: &Told<'_>, place: usize, event: &Event) -> Option<Vec<TcpState>> {
    let Fact::State { socket, from, to } = &event.fact else {
        return None;
    };
    if told.app.session().is_capture() {
        return Some(Vec::new());
    }
    if event.source == Source::Derived
        && let Some((_, next)) = neighbour(told, *socket, place + 1..told.len())
        && matches!(next.fact, Fact::State { from, .. } if from == *to)
    {
        return None;
    }
    let (mut crossed, mut at, mut from) = (Vec::new(), place, *from);
    while let Some((place, before)) = neighbour(told, *socket, (0..at).rev()) {
        match &before.fact {
            Fact::State {
                from: earlier, to, ..
            } if *to == from && before.source == Source::Derived && crossed.len() < APART => {
                crossed.insert(0, from);
                (at, from) = (place, *earlier);
            }
            _ => break,
        }
    }
    Some(crossed)
}

fn bracketed(text: &str) -> String {
    format!("({text})")
}

/// A step.
pub(super) struct Step {
    pub(super) socket: SocketId,
    pub(super) to: TcpState,
    /// What was crossed unseen before it.
    pub(super) by_way_of: Vec<TcpState>,
    /// Whether it was not seen itself.
    pub(super) unseen: bool,
    /// With whom the socket talks, where that has to be said.
    pub(super) whose: Bits,
    /// Whether there is one client at most, so that its column says which.
    pub(super) alone: bool,
}

impl Step {
    /// What it says, in one row if that has room for it, else in as many as it takes.
    pub(super) fn lines(&self, room: usize, glyphs: GlyphSet) -> Vec<Bits> {
        let sign = glyphs.get(if self.unseen {
            Glyph::Dashed
        } else {
            Glyph::Then
        });
        let crossed: Vec<&str> = self.by_way_of.iter().map(|s| s.rfc()).collect();
        let tails = match (crossed.join(", "), self.unseen) {
            (none, false) if none.is_empty() => [const { String::new() }; 3],
            (none, true) if none.is_empty() => ["not seen", "not seen", "unseen"].map(bracketed),
            (way, false) => [
                bracketed(&format!("by way of {way}, not seen")),
                bracketed(&format!("{way} not seen")),
                bracketed(&format!("{way} unseen")),
            ],
            (way, true) => [
                bracketed(&format!("by way of {way}, neither seen")),
                bracketed(&format!("nor {way} seen")),
                bracketed(&format!("{way} unseen, too")),
            ],
        };
        let names = match (self.socket.actor, self.socket.slot) {
            // Its column says that it is the server's.
            (Actor::Server, Slot::Pending(n)) => [self.socket.to_string(), format!("pending.{n}")],
            _ => [self.socket.to_string(), self.socket.to_string()],
        };
        let line = |name: &str, whose: bool, tail: &str| {
            let mut line =
                Bits::of(Role::Dim, format!("{name} {sign} ")).and(self.to.into(), self.to.rfc());
            if whose {
                line.extend(self.whose.clone());
            }
            if !tail.is_empty() {
                line.push(Role::Dim, format!(" {tail}"));
            }
            line
        };
        let [name, brief] = &names;
        let mut ways = [true, false].into_iter().flat_map(|whose| {
            let [long, short, least] = &tails;
            [(name, long), (name, short), (brief, short), (brief, least)]
                .map(|(name, tail)| line(name, whose, tail))
        });
        if let Some(fits) = ways.find(|l| l.width() <= room) {
            return vec![fits];
        }
        let mut heads = [
            line(name, true, ""),
            line(name, false, ""),
            line(brief, false, ""),
        ]
        .into_iter()
        .filter(|l| l.width() <= room);
        let mut lines = heads
            .next()
            .map_or_else(|| self.narrow(sign, room), |l| vec![l]);
        let [long, short, _] = &tails;
        let tail = if width(long) <= room { long } else { short };
        if !tail.is_empty() {
            let tail = wrap(tail, room.max(10)).into_iter();
            lines.extend(tail.map(|text| Bits::of(Role::Dim, text)));
        }
        lines
    }
}

impl Step {
    /// The state's name whole, whatever else there is no room for: a socket's name without whose it is, as its column
    /// says that, or in a row of its own.
    fn narrow(&self, sign: &str, room: usize) -> Vec<Bits> {
        let state = || Bits::of(self.to.into(), self.to.rfc());
        let after = |name: String| {
            let mut line = Bits::of(Role::Dim, format!("{name}{sign} "));
            line.extend(state());
            line
        };
        let short = match (self.socket.actor, self.socket.slot) {
            (Actor::Server, Slot::Own(n)) => after(format!(".{n} ")),
            (_, Slot::Pending(n)) => after(format!("pending.{n} ")),
            _ if self.alone => after(String::new()),
            _ => after(format!("{} ", self.socket)),
        };
        if short.width() <= room {
            return vec![short];
        }
        vec![
            Bits::of(Role::Dim, format!("{} {sign}", self.socket)),
            state(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_seen_is_said_at_every_width() {
        let mut step = Step {
            socket: SocketId {
                actor: Actor::Server,
                slot: Slot::Pending(1),
            },
            to: TcpState::Established,
            by_way_of: vec![TcpState::SynReceived],
            unseen: false,
            whose: Bits::new(),
            alone: true,
        };
        let said = |step: &Step, room| -> Vec<String> {
            let lines = step.lines(room, GlyphSet::new(false));
            lines.iter().map(Bits::text).collect()
        };
        assert_eq!(
            said(&step, 80),
            ["server.pending.1 ▸ ESTABLISHED (by way of SYN-RECEIVED, not seen)"]
        );
        assert_eq!(
            said(&step, 24),
            ["pending.1 ▸ ESTABLISHED", "(SYN-RECEIVED not seen)"]
        );
        (step.by_way_of, step.unseen) = (Vec::new(), true);
        assert_eq!(said(&step, 24), ["pending.1 ╌ ESTABLISHED", "(not seen)"]);
        step.unseen = false;
        assert_eq!(said(&step, 18), ["server.pending.1 ▸", "ESTABLISHED"]);
        step.socket = SocketId::own(Actor::Server, 1);
        assert_eq!(said(&step, 18), [".1 ▸ ESTABLISHED"]);
        step.socket = SocketId::own(Actor::CLIENT, 0);
        assert_eq!(said(&step, 18), ["▸ ESTABLISHED"]);
        step.alone = false;
        assert_eq!(said(&step, 18), ["client ▸", "ESTABLISHED"]);
    }
}
