//! What each thing that happened says on the ladder.

use super::{
    line::{Line, Place, Room},
    packets, states,
    told::Told,
};
use crate::{
    model::{
        call::{Call, CallDone},
        event::{AckLevel, Event, Fact, RULE_OVER, Sight, Source},
        ids::{Actor, Nanos, Side, Slot, SocketId},
        lines::TITLES,
        payload::escaped,
        program::Doing,
        story::program,
    },
    ui::{
        glyphs::{Glyph, GlyphSet},
        screens::{
            bits::{Bits, count, role_of, seconds, some, span},
            foreign,
        },
        text::{printable, wrap},
        theme::Role,
    },
};

/// Longer silence gets a line of its own.
const LONG: Nanos = Nanos::from_millis(10_000);
/// Lines that a text which a script says may take.
const MOST_SAID: usize = 4;
/// Bytes of a line that a program of somebody's own has printed.
const MOST_PRINTED: usize = 60;

/// The lines of the event that stands there in what is told; none for what is no row of a ladder.
pub(super) fn lines(told: &Told<'_>, place: usize, room: Room, glyphs: GlyphSet) -> Vec<Line> {
    let (Some(index), Some(event)) = (told.index(place), told.event(place)) else {
        return Vec::new();
    };
    let places = places(told, place, event, room, glyphs);
    if places.is_empty() {
        return Vec::new();
    }
    let mut lines = Vec::new();
    let earlier = place.checked_sub(1).and_then(|p| told.event(p));
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
            at: (i == 0).then_some(event.at_ns),
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
pub(super) fn harmless(text: &str, glyphs: GlyphSet) -> String {
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

fn places(
    told: &Told<'_>,
    place: usize,
    event: &Event,
    room: Room,
    glyphs: GlyphSet,
) -> Vec<Place> {
    let who = event.who;
    let note = |role, text: String| at_end(who, false, vec![named(told, who).and(role, text)]);
    match &event.fact {
        Fact::Call(done) => {
            let socket = done.made.or(done.socket);
            let whose = whose(told, event, socket);
            at_end(who, true, returned(told, who, done, &whose, glyphs))
        }
        Fact::Waiting { call, socket, .. } => {
            let whose = whose(told, event, *socket);
            let waits = |call: String| {
                let mut line = named(told, who)
                    .and(Role::Wait, glyphs.get(Glyph::Current))
                    .and(Role::Wait, format!(" {call}"))
                    .bold(Role::Wait, " waits");
                line.extend(whose.clone());
                line
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
            let Some(by_way_of) = states::by_way_of(told, place, event) else {
                return Vec::new();
            };
            let step = states::Step {
                socket: *socket,
                to: *to,
                by_way_of,
                unseen: event.source == Source::Derived && !told.app.session().is_capture(),
                whose: whose(told, event, Some(*socket)),
                alone: !told.several(),
            };
            let side = socket.actor.side();
            let lines = step.lines(room.beside(side), glyphs);
            lines
                .into_iter()
                .flat_map(|line| at_end(Some(socket.actor), false, vec![line]))
                .collect()
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
            let lines = wrap(
                &harmless(text, glyphs),
                room.across.saturating_sub(4).max(10),
            );
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
        Fact::Begin { sight, .. } if place == 0 => match sight {
            // Alone it would hide what an empty ladder has to say.
            Sight::Cable if told.len() > 1 => {
                let says = "the lab: every packet passes through the cable";
                across(Role::Cable, Bits::of(Role::Cable, says), true)
            }
            _ => Vec::new(),
        },
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
        Fact::Program { pid, doing } => {
            let role = match **doing {
                Doing::Exited { code } if code != 0 => Role::Bad,
                _ => Role::Note,
            };
            let whole = program::told(*pid, doing, MOST_PRINTED);
            let lines = [whole]
                .into_iter()
                .chain(program::short(doing, MOST_PRINTED));
            let lines = lines.map(|text| named(told, who).and(role, harmless(&text, glyphs)));
            at_end(who, false, lines.collect())
        }
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
        // What a foreign program does with the bytes cannot be known: that its kernel has them is the end of their way.
        Fact::Ack {
            level: AckLevel::Tcp,
            socket,
            toward,
            through,
        } if is_foreign(told, event, *socket) => {
            let says = [
                format!("its TCP has acknowledged {}", count(*through)),
                format!("acknowledged {}", count(*through)),
                "acknowledged".to_owned(),
            ];
            vec![Place::End {
                side: *toward,
                says: says.map(|text| Bits::of(Role::Dim, text)).to_vec(),
                done: true,
            }]
        }
        Fact::Packet(packet) => packets::entered(told, place, packet, room, glyphs),
        Fact::Handled {
            packet,
            handling,
            decided_by,
        } => packets::handled(told, place, *packet, *handling, decided_by, glyphs),
        Fact::Fate { packet, .. } => packets::ended(told, place, *packet, room, glyphs),
        Fact::Passed {
            toward,
            packets,
            bytes,
            ..
        } => packets::passed(*toward, *packets, *bytes),
        Fact::Cable { text, .. } => {
            let text = harmless(text, glyphs);
            let text = match text.strip_prefix(RULE_OVER) {
                Some(rule) => format!("rule used up: {rule}"),
                None => format!("cable: {}", text.strip_prefix("cable ").unwrap_or(&text)),
            };
            packets::noted(Role::Cable, &text, room.middle)
        }
        Fact::Asked { .. }
        | Fact::Socket { .. }
        | Fact::Queue { .. }
        | Fact::Progress { .. }
        | Fact::Detail { .. }
        | Fact::Ack { .. } => Vec::new(),
    }
}

/// A client's name before what it does, when there is more than one.
fn named(told: &Told<'_>, who: Option<Actor>) -> Bits {
    match who {
        Some(actor @ Actor::Client(_)) if told.several() => {
            Bits::of(role_of(Some(actor)), format!("{actor} "))
        }
        _ => Bits::new(),
    }
}

/// With which client a socket of the server talks, when there is more than one: ` (client2)`.
fn whose(told: &Told<'_>, event: &Event, socket: Option<SocketId>) -> Bits {
    // Places in the accept queue are given out again, so what stood there then may be another one.
    let known = socket.filter(|s| {
        s.actor == Actor::Server
            && matches!(s.slot, Slot::Own(_))
            && told.several()
            && told.is_of_now(event.id)
    });
    match known.and_then(|s| told.peer_of(s)) {
        Some(client) => Bits::of(role_of(Some(client)), format!(" ({client})")),
        None => Bits::new(),
    }
}

fn is_foreign(told: &Told<'_>, event: &Event, socket: SocketId) -> bool {
    let session = told.app.session();
    told.is_of_now(event.id)
        && session
            .socket(socket)
            .is_some_and(|s| foreign::peer(session, s).is_some())
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

fn returned(
    told: &Told<'_>,
    who: Option<Actor>,
    done: &CallDone,
    whose: &Bits,
    glyphs: GlyphSet,
) -> Vec<Bits> {
    let role = if done.failed() { Role::Bad } else { Role::Ok };
    let line = |call: &str, took: bool, whose: &Bits| {
        let mut line = named(told, who);
        if done.failed() {
            line.push(Role::Bad, format!("{} ", glyphs.get(Glyph::Failed)));
        }
        let text = if done.failed() { Role::Bad } else { Role::Text };
        line.push(text, call);
        line = line.and(Role::Dim, " = ").bold(role, done.ret.to_string());
        if let Some(errno) = done.errno {
            line = line.bold(role, format!(" {errno}"));
        }
        line.extend(whose.clone());
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
        line(&long, true, whose),
        line(&long, false, whose),
        line(&short(&done.call), false, whose),
        line(done.call.name(), false, whose),
        line(done.call.name(), false, &Bits::new()),
    ]
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
