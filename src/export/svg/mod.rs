//! The ladder as a picture for a slide: both ends' life lines, calls at their sides, packets slanted between them, states,
//! the four lines.
//!
//! ```text
//!   0.801  listen(13, 5) = 0 •                              │
//!                server.0 LISTEN │                          │
//!          ────────────────── line 1: server waits ──────────────────
//!   1.602                        │  ╲ 1 SYN seq 0 len 0 ──  • connect(14, :10008) waits
//!                                │◀─────────────────────────┃ SYN-SENT
//! ```
//!
//! `plan` lays it out, `words` says things, `ways` draws what goes between the ends, `draw` all else. The picture stands
//! alone: it has no script, needs no other file, and every text keeps its width in any font.

mod draw;
mod flows;
mod palette;
mod paper;
mod plan;
mod ways;
mod words;
pub(super) mod xml;

use super::Journal;
use super::words::stem;
use crate::model::{
    ids::{Actor, Side},
    session::Session,
    story::{
        whose::{foreign_peer, server_is_foreign},
        words::number,
    },
};
use palette::Ink;
use paper::{Anchor, Paper};
use std::{
    fmt::Write as _,
    io::{self, Write},
};
use words::Said;
use xml::Len;

/// All pictures are as wide as a slide.
const WIDTH: f64 = 1280.0;
/// And as high, at least.
const LEAST: f64 = 720.0;
/// At the right.
const EDGE: f64 = 22.0;
/// Where the life lines stand.
const SERVER: f64 = 452.0;
const CLIENT: f64 = 896.0;
/// Between them.
const MIDDLE: f64 = f64::midpoint(SERVER, CLIENT);
/// The heads of the life lines.
const HEADS: (f64, f64) = (54.0, 40.0);
/// Letters of a name that somebody gave.
const NAME: usize = 80;

/// Writes the picture.
///
/// # Errors
/// When it cannot be written.
pub fn write(journal: &Journal<'_>, out: &mut dyn Write) -> io::Result<()> {
    let plan = plan::plan(journal);
    let flows = flows::flows(journal.book, &plan);
    let end = plan.bottom + 26.0;
    let notes = notes(&plan);
    let high = (end + 22.0 * notes.len() as f64 + 18.0).max(LEAST);
    let mut paper = Paper::new(journal.ground);
    heads(&mut paper, journal);
    draw::draw(
        &mut paper,
        &plan,
        &flows,
        HEADS.0 + HEADS.1,
        end.max(high - 22.0 * notes.len() as f64 - 18.0),
    );
    for (i, note) in notes.iter().enumerate() {
        let y = high - 18.0 - 18.0 * (notes.len() - 1 - i) as f64;
        let said = words::fit(
            core::slice::from_ref(note),
            paper::fits(WIDTH - 2.0 * EDGE, 12.0),
        );
        paper.text(&said, 12.0, (EDGE, y), Anchor::Start);
    }
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {0}\" width=\"{WIDTH}\" height=\"{0}\" \
         font-family=\"monospace\" role=\"img\" xml:space=\"preserve\">",
        Len(high)
    )?;
    let name = title(journal);
    writeln!(out, "<title>{}</title>", xml::text(&name))?;
    // Letters keep what lies behind them clear of themselves.
    writeln!(
        out,
        "<style>.t{{paint-order:stroke;stroke-width:4px;stroke-linejoin:round}}</style>"
    )?;
    writeln!(
        out,
        "<rect width=\"{WIDTH}\" height=\"{}\" fill=\"{}\"/>",
        Len(high),
        paper.ink(Ink::Paper)
    )?;
    out.write_all(paper.out.as_bytes())?;
    writeln!(out, "</svg>")
}

fn title(journal: &Journal<'_>) -> String {
    match words::harmless(stem(journal.name)).trim() {
        "" => "A socket conversation".to_owned(),
        name => xml::cut(name, NAME),
    }
}

/// The title, and who stands at which life line.
fn heads(paper: &mut Paper, journal: &Journal<'_>) {
    let session = journal.book.session();
    let title = Said::default().bold(Ink::Text, title(journal));
    paper.text(&title, 17.0, (EDGE, 32.0), Anchor::Start);
    let network = match session.network.as_str() {
        "lab" => "in the lab: every packet passes through the cable".to_owned(),
        "host" => "on this machine's own network".to_owned(),
        other => xml::cut(&words::harmless(other), NAME),
    };
    let about = Said::of(Ink::Dim, network);
    paper.text(&about, 12.0, (WIDTH - EDGE, 32.0), Anchor::End);
    paper.text(
        &Said::of(Ink::Dim, "seconds"),
        11.0,
        (76.0, 86.0),
        Anchor::End,
    );
    for side in [Side::Server, Side::Client] {
        let (name, about) = end(session, side);
        let wide = (paper::wide(name.columns().max(about.columns()), 13.0) + 28.0).max(170.0);
        let x = ways::life(side);
        paper.boxed(
            Ink::Box,
            side.into(),
            (x - wide / 2.0, HEADS.0),
            (wide, HEADS.1),
            "",
        );
        let alone = about.columns() == 0;
        let y = HEADS.0 + if alone { 25.0 } else { 17.0 };
        paper.text(&name, 14.0, (x, y), Anchor::Middle);
        paper.text(&about, 12.0, (x, HEADS.0 + 33.0), Anchor::Middle);
    }
}

/// An end's name, and its address.
fn end(session: &Session, side: Side) -> (Said, Said) {
    let (server, client) = session.conversation();
    let (own, peer) = match side {
        Side::Server => (server.or(session.listener(Actor::Server)), client),
        Side::Client => (client, server),
    };
    let name = |text: &str| Said::default().bold(side.into(), text);
    let foreign = peer.and_then(|p| foreign_peer(session, p));
    if let Some(address) =
        foreign.filter(|_| own.is_none() || side == Side::Server && server_is_foreign(session))
    {
        return (name(&address.to_string()), Said::of(Ink::Dim, "not ours"));
    }
    if side == Side::Client && plan::several(session) {
        return (name("CLIENTS"), Said::default());
    }
    if side == Side::Server && servers(session) > 1 {
        return (name("SERVERS"), Said::default());
    }
    let listener = session
        .listener(Actor::Server)
        .filter(|_| side == Side::Server);
    let local = own.and_then(|s| s.local).or(listener.and_then(|s| s.local));
    let address = local.map_or_else(String::new, |a| a.to_string());
    let title = match side {
        Side::Server => "SERVER",
        Side::Client => "CLIENT",
    };
    (name(title), Said::of(Ink::Dim, address))
}

/// At how many addresses a server was. Connections of one listener have its port.
fn servers(session: &Session) -> usize {
    let of_it = session.sockets_of(Actor::Server);
    let mut places: Vec<u16> = of_it.filter_map(|s| s.local).map(|a| a.port()).collect();
    places.sort_unstable();
    places.dedup();
    places.len()
}

/// What was left out.
fn notes(plan: &plan::Plan) -> Vec<Said> {
    let mut notes = Vec::new();
    if !plan.folded.is_empty() {
        let mut text = String::from("not drawn: ");
        for (i, (call, count)) in plan.folded.iter().enumerate() {
            let comma = if i > 0 { ", " } else { "" };
            let times = if *count > 1 {
                format!(" ({count} times)")
            } else {
                String::new()
            };
            let _ = write!(text, "{comma}{call}{times}");
        }
        notes.push(Said::of(Ink::Dim, text));
    }
    if plan.held > 0 {
        let text = match plan.held {
            1 => "and a claim that held".to_owned(),
            n => format!("and {n} claims that held"),
        };
        let begin = if notes.is_empty() {
            "not drawn: "
        } else {
            ", "
        };
        let first = notes.pop().unwrap_or_default();
        let text = text.trim_start_matches(if begin == ", " { "" } else { "and " });
        notes.push(first.and(Ink::Dim, format!("{begin}{text}")));
    }
    if plan.left_out > 0 {
        let text = format!(
            "The picture ends here: {} more things happened.",
            number(plan.left_out as u64)
        );
        notes.push(Said::default().bold(Ink::Wait, text));
    }
    notes
}

#[cfg(test)]
mod tests;
