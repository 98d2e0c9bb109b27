//! A lab report in Markdown: what was reached and when, every call and its result, the ladder as a picture that
//! code-hosting sites draw, packets, states, bytes, claims. It reads well as plain text, too.

mod bytes;
mod gather;
mod packets;
mod page;

use super::{Journal, mermaid, words};
use crate::model::{
    event::{Fact, Sight},
    ids::Nanos,
    lines::{SENTENCES, STEPS},
    story::words::number,
    wall::Wall,
};
use gather::{Gathered, Rows};
use page::{Page, text};
use std::io::{self, Write};

/// Letters of a name or an address in a paragraph.
const MOST_WORDS: usize = 300;

/// Writes the report of the latest generation of the journal.
///
/// # Errors
/// When it cannot be written.
pub fn write(journal: &Journal<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(report(journal).as_bytes())?;
    out.flush()
}

fn time(at: Nanos) -> String {
    format!("{} s", words::seconds(at))
}

fn report(journal: &Journal<'_>) -> String {
    let book = journal.book;
    let gathered = Gathered::of(book, super::begins(book));
    let mut page = Page::default();
    title(&mut page, journal, &gathered);
    if book.session().is_capture() {
        page.heading("The four lines");
        page.paragraph("Not known: whether a line is reached is seen from calls, and a capture holds packets alone.");
    } else {
        lines(&mut page, &gathered);
    }
    page.heading("Calls");
    calls(&mut page, journal, &gathered);
    page.heading("Ladder");
    page.block("mermaid", &mermaid::diagram(book));
    page.heading("Packets");
    packets::table(&mut page, book, gathered.together.1);
    page.heading("States");
    let heads = ["time", "socket", "from", "to", "known from"];
    rows(
        &mut page,
        &heads,
        &gathered.states,
        "steps",
        "No socket changed its state.",
    );
    page.heading("Bytes");
    bytes::both(&mut page, book);
    if !gathered.programs.rows.is_empty() {
        page.heading("Programs");
        let heads = ["time", "side", "what"];
        rows(&mut page, &heads, &gathered.programs, "lines", "");
    }
    page.heading("Claims");
    let heads = ["time", "claim", "verdict", "found"];
    rows(
        &mut page,
        &heads,
        &gathered.claims,
        "claims",
        "Nothing was claimed.",
    );
    page.text
}

fn rows(page: &mut Page, heads: &[&str], rows: &Rows, what: &str, none: &str) {
    if rows.rows.is_empty() {
        page.paragraph(none);
    } else {
        page.table(heads, &rows.rows);
        page.left_out(rows.left, what);
    }
}

fn title(page: &mut Page, journal: &Journal<'_>, gathered: &Gathered) {
    let session = journal.book.session();
    let name = match text(journal.name, MOST_WORDS) {
        none if none.is_empty() => "A socket conversation".to_owned(),
        name => name,
    };
    page.paragraph(&format!("# {name}\n"));
    let (first, last) = gathered.span.unwrap_or_default();
    let seen = match &*session.sight {
        Sight::Cable => "they pass through the cable, which is this program".to_owned(),
        Sight::Capture => "they are seen passing by".to_owned(),
        Sight::None { why } if why.is_empty() => "they are not seen".to_owned(),
        Sight::None { why } => format!("they are not seen: {why}"),
    };
    let facts = [
        (
            "when",
            Wall::of(journal.epoch_ns.saturating_add(first.0)).to_string(),
        ),
        ("lasted", last.since(first).to_string()),
        ("network", session.network.clone()),
        ("server", session.server_address.to_string()),
        ("packets", seen),
        ("events", number(journal.book.events().len() as u64)),
    ];
    let facts = facts.map(|(name, value)| vec![name.to_owned(), value]);
    page.table(&["about", "what"], &facts);
    if session.generation > 1 {
        page.paragraph("The conversation was begun anew; this report is about its latest run.");
    }
    if let Some(why) = &session.no_lab {
        let why = text(why, MOST_WORDS);
        page.paragraph(&format!("It is not the lab: {why}"));
    }
}

fn lines(page: &mut Page, gathered: &Gathered) {
    page.heading("The four lines");
    let rows: Vec<Vec<String>> = SENTENCES
        .iter()
        .zip(1..)
        .zip(gathered.lines)
        .map(|((sentence, n), reached)| {
            let who = STEPS.iter().find(|s| s.line == n);
            vec![
                n.to_string(),
                who.map_or_else(String::new, |s| s.side.to_string()),
                reached.map_or_else(|| "not reached".to_owned(), time),
                (*sentence).to_owned(),
            ]
        })
        .collect();
    page.table(&["line", "who", "reached at", "what it is"], &rows);
}

fn calls(page: &mut Page, journal: &Journal<'_>, gathered: &Gathered) {
    let heads = ["time", "who", "call", "result", "error", "took"];
    let none = if journal.book.session().is_capture() {
        "Not known: a capture holds no calls."
    } else {
        "No call was made."
    };
    rows(page, &heads, &gathered.calls, "calls", none);
    if gathered.together.0 > 0 {
        let n = number(gathered.together.0);
        page.paragraph(&format!("*{n} calls were too many to be told one by one.*"));
    }
    if gathered.failed.is_empty() {
        return;
    }
    page.paragraph("Why calls failed:\n");
    for &index in &gathered.failed {
        let told = words::told(journal.book, index);
        let event = journal.book.events().get(index);
        let Some((Fact::Call(done), event)) = event.map(|e| (&e.fact, e)) else {
            continue;
        };
        let errno = done.errno.map_or_else(String::new, |e| e.to_string());
        let who = event.who.map_or_else(String::new, |w| format!(", {w}"));
        let why = told.get(1..).unwrap_or_default().join(" ");
        let (call, why) = (done.call.name(), text(&why, MOST_WORDS));
        let at = time(event.at_ns);
        let line = format!("- {at}{who}: {call} failed with {errno}. {why}");
        page.text.push_str(line.trim_end());
        page.text.push('\n');
    }
}

#[cfg(test)]
mod tests;
