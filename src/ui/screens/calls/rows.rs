//! What each row of the list of calls says.

use crate::{
    app::App,
    model::{
        call::{Call, CallDone},
        event::{Event, Fact},
        ids::{Actor, Nanos},
        session::WaitingCall,
        story::explain::{Explanation, explain_at},
    },
    ui::{
        glyphs::{Glyph, GlyphSet},
        screens::bits::{Bits, clock, event, matches_in, role_of, seconds, span},
        theme::Role,
    },
};

/// Cells for time, name and sign, before the call.
const MARGIN: usize = 9 + 1 + 8 + 1 + 2;

/// Cells that are left to what a call told, at least.
const LEAST_TOLD: usize = 16;

/// One call of the list.
pub(super) enum Entry<'a> {
    /// It returned.
    Returned {
        event: &'a Event,
        done: &'a CallDone,
        /// Everything was cleared away before it.
        anew: bool,
        why: Option<Explanation>,
    },
    /// It waits.
    Waits {
        actor: Actor,
        call: &'a Call,
        since: Nanos,
        now: Nanos,
    },
    /// There is no such call.
    None,
}

/// A call that waits, and whose it is.
pub(super) struct Waits<'a> {
    pub(super) actor: Actor,
    pub(super) call: &'a WaitingCall,
}

/// One line of an entry: what may be cut, what must stand after it, and what stands at the right edge.
pub(super) struct Line {
    before: Bits,
    cut: Bits,
    after: Bits,
    /// What may be cut as well, at the end.
    told: Bits,
    /// At the right edge.
    pub(super) right: Bits,
}

impl Line {
    /// Fits it into so many cells: the arguments give way before the result does.
    pub(super) fn fit(&self, cells: usize, ellipsis: &str) -> Bits {
        let rest = cells.saturating_sub(self.before.width() + self.after.width());
        let call = rest
            .saturating_sub(self.told.width().min(LEAST_TOLD))
            .max(12);
        let mut line = self.before.clone();
        line.extend(self.cut.clone().cut(call, ellipsis));
        line.extend(self.after.clone());
        line.extend(self.told.clone());
        line.cut(cells, ellipsis)
    }
}

/// All calls that wait at the moment that is shown, the longest wait first.
pub(super) fn waiting(app: &App) -> Vec<Waits<'_>> {
    let mut all: Vec<_> = app
        .session()
        .actors
        .iter()
        .flat_map(|(&actor, state)| state.waiting.iter().map(move |call| Waits { actor, call }))
        .collect();
    all.sort_by_key(|w| w.call.event);
    all
}

/// The entry of the call at this place in the journal; `before` is the place of the call before it.
pub(super) fn returned(app: &App, index: usize, before: Option<usize>) -> Entry<'_> {
    let Some(event) = event(app, index) else {
        return Entry::None;
    };
    let Fact::Call(done) = &event.fact else {
        return Entry::None;
    };
    Entry::Returned {
        event,
        done,
        anew: before.is_some_and(|before| began_anew(app, before, index)),
        why: explain_at(app.session(), event.who, done),
    }
}

/// Whether everything was cleared away between two calls. Only the latest of what lies between is looked at.
fn began_anew(app: &App, from: usize, to: usize) -> bool {
    const LOOKED_AT: usize = 32;
    let told = app.book.told();
    let end = told.partition_point(|&i| i < to);
    told[..end]
        .iter()
        .rev()
        .take(LOOKED_AT)
        .take_while(|&&i| i > from)
        .any(|&i| event(app, i).is_some_and(|e| matches!(e.fact, Fact::Begin { .. })))
}

/// The entry of a call that waits.
pub(super) fn waits<'a>(waits: &Waits<'a>, now: Nanos) -> Entry<'a> {
    Entry::Waits {
        actor: waits.actor,
        call: &waits.call.call,
        since: waits.call.since,
        now,
    }
}

/// Whether a search finds something in the call at this place.
pub(super) fn found(app: &App, index: usize, needle: &str) -> bool {
    let entry = returned(app, index, None);
    let lines = entry.lines(false);
    lines.iter().any(|line| {
        let text = [&line.before, &line.cut, &line.after, &line.told]
            .map(Bits::text)
            .concat();
        !matches_in(&text, needle).is_empty()
    })
}

fn margin(at: Nanos, actor: Option<Actor>, sign: Bits) -> Bits {
    let name = actor.map_or(String::new(), |a| a.to_string());
    let mut line = Bits::of(Role::Dim, format!("{:>9} ", clock(at)));
    line.push(role_of(actor), format!("{name:<8} "));
    line.extend(sign);
    line.and(Role::Text, " ")
}

/// A call in parts: its name and its arguments.
fn call_bits(call: &Call, name: Role) -> Bits {
    let text = call.to_string();
    let (call, args) = text.split_at(text.find('(').unwrap_or(text.len()));
    Bits::new().bold(name, call).and(Role::Text, args)
}

impl Entry<'_> {
    /// The lines of it.
    pub(super) fn lines(&self, ascii: bool) -> Vec<Line> {
        let glyph = |g| GlyphSet::new(ascii).get(g);
        let sign = |role, g| Bits::of(role, glyph(g));
        match self {
            Self::None => vec![Line::plain(Bits::new())],
            Self::Waits {
                actor,
                call,
                since,
                now,
            } => vec![Line {
                before: margin(*since, Some(*actor), sign(Role::Wait, Glyph::Current)),
                cut: call_bits(call, Role::Wait),
                after: Bits::new().bold(Role::Wait, " waits"),
                told: Bits::new(),
                right: Bits::of(Role::Wait, seconds(now.since(*since))),
            }],
            Self::Returned {
                event,
                done,
                anew,
                why,
            } => {
                let mut lines = Vec::new();
                if *anew {
                    let rule = glyph(Glyph::Horizontal).repeat(3);
                    let text = format!("{:>9} {rule} begun anew {rule}", "");
                    lines.push(Line::plain(Bits::of(Role::Cable, text)));
                }
                let (role, g) = if done.failed() {
                    (Role::Bad, Glyph::Failed)
                } else {
                    (Role::Ok, Glyph::Done)
                };
                let result = done.result();
                let (ret, told) = result.split_at(result.find(' ').unwrap_or(result.len()));
                let mut after = Bits::of(Role::Dim, " = ").bold(role, ret);
                if done.failed() {
                    after = after.bold(role, told);
                }
                let told = if done.failed() { "" } else { told };
                let name = if done.failed() {
                    Role::Bad
                } else {
                    Role::Strong
                };
                lines.push(Line {
                    before: margin(event.at_ns, event.who, sign(role, g)),
                    cut: call_bits(&done.call, name),
                    after,
                    told: Bits::of(Role::Bytes, told),
                    right: Bits::of(Role::Dim, span(done.took_ns, ascii)),
                });
                if let Some(why) = why {
                    let text = format!("{:MARGIN$}{}", "", why.cause);
                    lines.push(Line::plain(Bits::of(Role::Bad, text)));
                }
                lines
            }
        }
    }
}

impl Line {
    fn plain(cut: Bits) -> Self {
        Self {
            before: Bits::new(),
            cut,
            after: Bits::new(),
            told: Bits::new(),
            right: Bits::new(),
        }
    }
}
