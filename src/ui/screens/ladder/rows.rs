//! What each thing that happened says on the ladder.

use crate::{
    app::App,
    model::{
        book::Book,
        call::{Call, CallDone},
        event::{Event, Fact, Source},
        ids::{Actor, Nanos, Side},
        lines::TITLES,
        payload::escaped,
        tcp::TcpState,
    },
    ui::{
        glyphs::{Glyph, GlyphSet},
        screens::bits::{Bits, count, role_of, seconds, some, span},
        text::{printable, wrap},
        theme::Role,
    },
};

/// Longer silence gets a line of its own.
const LONG: Nanos = Nanos::from_millis(10_000);
/// Lines that a text which a script says may take.
const MOST_SAID: usize = 4;

/// Where a line stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At an end, beside its life line. Several texts that say the same, the longest first: what fits is shown.
    End {
        /// Which end.
        side: Side,
        /// What it says.
        says: Vec<Bits>,
        /// Whether it is something that was done there (the life line gets a mark).
        done: bool,
    },
    /// Across all.
    Across {
        /// What it says.
        says: Bits,
        /// Whether a line is drawn left and right of it.
        ruled: bool,
        /// Its colour.
        role: Role,
    },
}

/// One line of the ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The place of its event in the journal.
    pub(super) index: usize,
    /// When it happened; `None` for a line that continues one.
    pub(super) at: Option<Nanos>,
    /// What and where.
    pub(super) place: Place,
}

/// The lines of an event, given the one before it on the ladder; none for what is no row of a ladder.
pub(super) fn lines(
    app: &App,
    index: usize,
    before: Option<usize>,
    cells: usize,
    glyphs: GlyphSet,
) -> Vec<Line> {
    let Some(event) = app.book.events().get(index) else {
        return Vec::new();
    };
    let places = places(app, event, cells, glyphs);
    if places.is_empty() {
        return Vec::new();
    }
    let mut lines = Vec::new();
    let earlier = before.and_then(|i| app.book.events().get(i));
    if let Some(earlier) = earlier
        && event.at_ns.since(earlier.at_ns) >= LONG
    {
        let later = format!("{} later", seconds(event.at_ns.since(earlier.at_ns)));
        lines.push(Line {
            index,
            at: None,
            place: Place::Across {
                says: Bits::of(Role::Faint, later),
                ruled: false,
                role: Role::Faint,
            },
        });
    }
    for (i, place) in places.into_iter().enumerate() {
        lines.push(Line {
            index,
            at: (i == 0).then(|| event.happened()),
            place,
        });
    }
    lines
}

fn across(role: Role, says: Bits, ruled: bool) -> Vec<Place> {
    vec![Place::Across { says, ruled, role }]
}

fn at_end(who: Option<Actor>, done: bool, says: Vec<Bits>) -> Vec<Place> {
    let side = who.map_or(Side::Server, Actor::side);
    vec![Place::End { side, says, done }]
}

/// Text of a script, a claim or a message, so that a terminal only shows it.
fn harmless(text: &str, glyphs: GlyphSet) -> String {
    text.chars()
        .take(400)
        .map(|c| {
            if c == '\n' {
                ' '
            } else {
                printable(c, glyphs.ascii())
            }
        })
        .collect()
}

fn places(app: &App, event: &Event, cells: usize, glyphs: GlyphSet) -> Vec<Place> {
    let who = event.who;
    let note = |role, text: String| at_end(who, false, vec![named(app, who).and(role, text)]);
    match &event.fact {
        Fact::Call(done) => at_end(who, true, returned(app, who, done, glyphs)),
        Fact::Waiting { call, .. } => {
            let waits = |call: String| {
                named(app, who)
                    .and(Role::Wait, glyphs.get(Glyph::Current))
                    .and(Role::Wait, format!(" {call}"))
                    .bold(Role::Wait, " waits")
            };
            at_end(
                who,
                true,
                vec![
                    waits(call.to_string()),
                    waits(short(call)),
                    waits(call.name().to_owned()),
                ],
            )
        }
        Fact::State { socket, to, .. } => {
            let unseen = event.source == Source::Derived;
            at_end(
                Some(socket.actor),
                false,
                state(&socket.to_string(), *to, unseen, glyphs),
            )
        }
        Fact::Line { line } => {
            let title = TITLES
                .get(usize::from(*line).wrapping_sub(1))
                .copied()
                .unwrap_or("");
            let says = Bits::new().bold(Role::Ok, format!("line {line}: {title}"));
            across(Role::Ok, says, true)
        }
        Fact::Say { text } => {
            let lines = wrap(&harmless(text, glyphs), cells.saturating_sub(4).max(10));
            lines
                .into_iter()
                .take(MOST_SAID)
                .flat_map(|line| across(Role::Note, Bits::of(Role::Note, line), false))
                .collect()
        }
        Fact::Expect {
            text, held, found, ..
        } => {
            let (role, sign) = if *held {
                (Role::Ok, Glyph::Done)
            } else {
                (Role::Bad, Glyph::Failed)
            };
            let mut says = Bits::of(
                role,
                format!("{} expect {}", glyphs.get(sign), harmless(text, glyphs)),
            );
            if !held {
                says.push(Role::Text, format!(": {}", harmless(found, glyphs)));
            }
            across(role, says, false)
        }
        Fact::Note { text, .. } => across(
            Role::Note,
            Bits::of(Role::Note, harmless(text, glyphs)),
            false,
        ),
        Fact::Begin { .. } if event.id == first(&app.book) => Vec::new(),
        Fact::Begin { .. } => across(Role::Cable, Bits::of(Role::Cable, "begun anew"), true),
        Fact::Refused { text } => across(
            Role::Bad,
            Bits::of(Role::Bad, harmless(text, glyphs)),
            false,
        ),
        Fact::Cancel { call, .. } => note(
            Role::Wait,
            format!("{} is interrupted", escaped(call.as_bytes())),
        ),
        Fact::Queued { text } => note(Role::Dim, format!("in line: {}", harmless(text, glyphs))),
        Fact::Serve { mode } if mode == "off" => {
            note(Role::Note, "no longer answers by itself".to_owned())
        }
        Fact::Serve { mode } => note(
            Role::Note,
            format!("answers by itself: {}", harmless(mode, glyphs)),
        ),
        Fact::Mode { text } => note(Role::Note, harmless(text, glyphs)),
        Fact::Elided {
            calls,
            read,
            written,
            ..
        } => note(
            Role::Dim,
            format!(
                "{} more: read {}, wrote {}",
                some(*calls, "call"),
                count(*read),
                count(*written)
            ),
        ),
        Fact::Asked { .. }
        | Fact::Socket { .. }
        | Fact::Queue { .. }
        | Fact::Progress { .. }
        | Fact::Detail { .. }
        | Fact::Ack { .. } => Vec::new(),
    }
}

fn first(book: &Book) -> crate::model::ids::EventId {
    book.events()
        .first()
        .map_or(crate::model::ids::EventId(1), |e| e.id)
}

/// A client's name before what it does, when there is more than one.
fn named(app: &App, who: Option<Actor>) -> Bits {
    let several = app
        .session()
        .actors
        .keys()
        .filter(|a| a.side() == Side::Client)
        .count()
        > 1;
    match who {
        Some(actor @ Actor::Client(_)) if several => {
            Bits::of(role_of(Some(actor)), format!("{actor} "))
        }
        _ => Bits::new(),
    }
}

/// A call without what the arrow beside it says, or what is the same in every call.
fn short(call: &Call) -> String {
    let name = call.name();
    match call {
        Call::Bind { fd, addr } | Call::Connect { fd, addr } => {
            format!("{name}({fd}, :{})", addr.port())
        }
        Call::Send { fd, len, .. } | Call::SendTo { fd, len, .. } => format!("{name}({fd}, {len})"),
        Call::Socket { .. } => "socket()".to_owned(),
        Call::SetSockOpt { fd, .. } | Call::GetSockOpt { fd, .. } => format!("{name}({fd}, …)"),
        _ => call.to_string(),
    }
}

fn returned(app: &App, who: Option<Actor>, done: &CallDone, glyphs: GlyphSet) -> Vec<Bits> {
    let role = if done.failed() { Role::Bad } else { Role::Ok };
    let line = |call: &str, took: bool| {
        let mut line = named(app, who);
        if done.failed() {
            line.push(Role::Bad, format!("{} ", glyphs.get(Glyph::Failed)));
        }
        let text = if done.failed() { Role::Bad } else { Role::Text };
        line.push(text, call);
        line = line.and(Role::Dim, " = ").bold(role, done.ret.to_string());
        if let Some(errno) = done.errno {
            line = line.bold(role, format!(" {errno}"));
        }
        if took {
            line.push(
                Role::Faint,
                format!("  {}", span(done.took_ns, glyphs.ascii())),
            );
        }
        line
    };
    let long = done.call.to_string();
    vec![
        line(&long, true),
        line(&long, false),
        line(&short(&done.call), false),
        line(done.call.name(), false),
    ]
}

fn state(socket: &str, to: TcpState, unseen: bool, glyphs: GlyphSet) -> Vec<Bits> {
    let sign = glyphs.get(if unseen { Glyph::Dashed } else { Glyph::Then });
    let line = |name: &str, tail: &str| {
        Bits::of(Role::Dim, name)
            .and(Role::Dim, format!("{sign} "))
            .and(to.into(), to.rfc())
            .and(Role::Dim, tail)
    };
    let tail = if unseen { " (not seen)" } else { "" };
    let name = format!("{socket} ");
    vec![line(&name, tail), line(&name, ""), line("", "")]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::Fd;

    #[test]
    fn what_is_short_still_says_which_call() {
        let connect = Call::Connect {
            fd: Fd(4),
            addr: ([127, 0, 0, 1], 10008).into(),
        };
        assert_eq!(short(&connect), "connect(4, :10008)");
        assert_eq!(short(&Call::Accept { fd: Fd(3) }), "accept(3)");
    }
}
