//! One page that holds a whole conversation and needs no network: the ladder with a scrubber, calls, bytes, states and
//! packets, for a phone, a desk and paper.
//!
//! ```text
//!   data.rs     what the page knows          walk.rs     from event to event, moment by moment
//!   rows.rs     what stands on the ladder    snap.rs     how things stand at a moment
//!   packets.rs  fields and bytes             flows.rs    which send the bytes of a recv come from
//!   escape.rs   what is not ours is never markup or script
//!   page.html, *.css, *.js                   what shows it
//! ```
//!
//! The data stand in the page as JSON, in an element that is no script; the page's script makes elements of it and
//! writes texts, never markup. A Content-Security-Policy allows this one script and this one style by their digests and
//! nothing else, so that whatever a peer sent stays text.

mod data;
mod escape;
mod flows;
mod packets;
mod rows;
mod snap;
mod sources;
mod walk;

#[cfg(test)]
mod tests;

use super::Journal;
use std::io::{self, Write};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = concat!(
    include_str!("css/colours.css"),
    include_str!("css/page.css"),
    include_str!("css/views.css"),
    include_str!("css/ladder.css"),
    include_str!("css/print.css")
);
pub(super) const SCRIPT: &str = concat!(
    "'use strict';(()=>{\n",
    include_str!("js/dom.js"),
    include_str!("js/ladder.js"),
    include_str!("js/arrows.js"),
    include_str!("js/states.js"),
    include_str!("js/bytes.js"),
    include_str!("js/packets.js"),
    include_str!("js/calls.js"),
    include_str!("js/time.js"),
    include_str!("js/page.js"),
    "})();\n"
);

/// Writes the page.
///
/// # Errors
/// When it cannot be written.
pub fn write(journal: &Journal<'_>, out: &mut dyn Write) -> io::Result<()> {
    let data = walk::data(journal.book);
    let json = escape::in_script(&serde_json::to_string(&data)?);
    let title = escape::markup(&escape::title(journal.name));
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
        sources::source(SCRIPT),
        sources::source(STYLE)
    );
    let mut rest = PAGE;
    // Only the page's own text is looked at for places to fill in.
    while let Some((before, after)) = rest.split_once("{{") {
        let (place, after) = after.split_once("}}").unwrap_or((after, ""));
        out.write_all(before.as_bytes())?;
        let text = match place {
            "title" => &title,
            "policy" => &policy,
            "style" => STYLE,
            "data" => &json,
            "script" => SCRIPT,
            _ => "",
        };
        out.write_all(text.as_bytes())?;
        rest = after;
    }
    out.write_all(rest.as_bytes())?;
    out.flush()
}
