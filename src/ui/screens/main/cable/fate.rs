//! What has become of a packet, or how far it has come.

use super::arrow::Way;
use crate::{
    app::{App, Cursor},
    model::{ids::Nanos, packet::Fate, session::PacketState},
    ui::{canvas::Canvas, glyphs::Glyph, theme::Role},
};

/// What is said of a packet's fate: its colour, in words, in few words, and how far its arrow has come.
pub(super) struct Told {
    pub(super) role: Role,
    pub(super) words: [String; 2],
    pub(super) way: Way,
}

/// How often a second it wants to be drawn again: its arrow travels, or its wait counts.
pub(super) fn ticks(app: &App, now: Nanos, state: &PacketState) -> u8 {
    if app.cursor() != Cursor::Live || state.ended.is_some() {
        return 0;
    }
    match &state.until {
        _ if state.held.is_some() => 1,
        Some((until, _)) if *until > app.clock(now) => {
            if app.settings.reduced_motion {
                2
            } else {
                20
            }
        }
        _ => 0,
    }
}

/// What is said of this one's.
pub(super) fn told(app: &App, now: Nanos, canvas: &Canvas<'_>, state: &PacketState) -> Told {
    let both = |text: &str| [text.to_owned(), text.to_owned()];
    let done = canvas.theme.glyph(Glyph::Done);
    let clock = app.clock(now);
    if let Some(ended) = &state.ended {
        let name = ended.fate.name();
        let (role, words, way) = match ended.fate {
            Fate::Delivered => (Role::Dim, [name.to_owned(), done.to_owned()], Way::Whole),
            Fate::Dropped | Fate::Lost => (Role::Bad, both(name), Way::Broken),
        };
        return Told { role, words, way };
    }
    if state.held.is_some() {
        let waited = clock.since(state.since).0 as f64 / 1e9;
        return Told {
            role: Role::Wait,
            words: [format!("held {waited:.1}s"), "held".to_owned()],
            way: Way::At(0.5),
        };
    }
    if !app.has_cable() {
        // Seen passing by: it was on no cable of ours.
        return Told {
            role: Role::Dim,
            words: both(""),
            way: Way::Whole,
        };
    }
    let Some((until, _)) = &state.until else {
        return Told {
            role: Role::Text,
            words: both("on it"),
            way: Way::At(0.0),
        };
    };
    let left = until.since(clock);
    let moves = !app.settings.reduced_motion;
    let whole = until.since(state.since).0.max(1);
    let part = clock.since(state.since).0 as f64 / whole as f64;
    let words = match left {
        Nanos(0) => both("arrives"),
        left => {
            let left = format!("{:.1}s", left.0 as f64 / 1e9);
            [format!("in {left}"), left]
        }
    };
    Told {
        role: Role::Note,
        words,
        way: Way::At(if moves { part } else { 0.5 }),
    }
}
