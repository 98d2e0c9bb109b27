//! A journal, written down for other programs and for reading: one small writer a format, one row a format in the
//! table from which help, completion and the export menu are made.

pub mod asciicast;
mod code;
pub mod html;
pub mod jsonl;
pub mod markdown;
pub mod mermaid;
pub mod packetdrill;
pub mod pcapng;
pub mod screen;
pub mod svg;
pub mod text;
mod words;

use crate::model::{
    book::Book,
    event::{Event, Fact},
    ids::Nanos,
    packet::{Decider, Fate},
};
use core::ops::ControlFlow;
use ratatui::buffer::Buffer;
use std::io;

/// What is written down.
#[derive(Clone, Copy, Debug)]
pub struct Journal<'a> {
    /// The events, and what they add up to.
    pub book: &'a Book,
    /// The wall clock at time 0, in nanoseconds since 1970.
    pub epoch_ns: u64,
    /// What it is called: the name of its file or script, for a title. It may hold anything.
    pub name: &'a str,
    /// On which ground pictures are drawn.
    pub ground: Ground,
}

impl<'a> Journal<'a> {
    /// One without a name, on a light ground.
    pub fn of(book: &'a Book, epoch_ns: u64) -> Self {
        Self {
            book,
            epoch_ns,
            name: "",
            ground: Ground::Light,
        }
    }
}

/// The ground of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ground {
    /// Dark letters on light, for paper and slides.
    #[default]
    Light,
    /// Light letters on dark.
    Dark,
}

/// A screen at a moment.
#[derive(Clone, Debug)]
pub struct Shot {
    /// Since the start.
    pub at: Nanos,
    /// What stands on it.
    pub screen: Buffer,
}

/// Shows all events of a journal, oldest first, until one is refused.
pub type Telling<'a> = dyn FnMut(&mut dyn FnMut(&Event) -> io::Result<()>) -> io::Result<()> + 'a;

/// How a format is made.
#[derive(Clone, Copy, Debug)]
pub enum Make {
    /// From the events alone, one after the other: nothing of the journal need stand in memory. The number is the wall
    /// clock at time 0, in nanoseconds since 1970.
    Events(fn(u64, &mut Telling<'_>, &mut dyn io::Write) -> io::Result<()>),
    /// From the journal.
    Journal(fn(&Journal<'_>, &mut dyn io::Write) -> io::Result<()>),
    /// From the screens that show the journal moment by moment, which somebody else has drawn.
    Screens(fn(&Journal<'_>, &mut dyn Iterator<Item = Shot>, &mut dyn io::Write) -> io::Result<()>),
}

/// One format.
#[derive(Clone, Copy, Debug)]
pub struct Exporter {
    /// Its name, as in `--to NAME`.
    pub name: &'static str,
    /// What its files are called by, without a dot.
    pub extension: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// Writes it.
    pub make: Make,
}

/// All formats.
pub static EXPORTERS: &[Exporter] = &[
    Exporter {
        name: "jsonl",
        extension: "jsonl",
        about: "every event as a line of JSON, for programs",
        make: Make::Events(jsonl::write),
    },
    Exporter {
        name: "pcapng",
        extension: "pcapng",
        about: "for Wireshark, each packet with its fate as a comment",
        make: Make::Journal(pcapng::write),
    },
    Exporter {
        name: "text",
        extension: "txt",
        about: "the story as plain text, for reading",
        make: Make::Journal(text::write),
    },
    Exporter {
        name: "markdown",
        extension: "md",
        about: "a lab report: lines, calls, ladder, packets, states, bytes",
        make: Make::Journal(markdown::write),
    },
    Exporter {
        name: "mermaid",
        extension: "mmd",
        about: "a sequence diagram that code-hosting sites draw",
        make: Make::Journal(mermaid::write),
    },
    Exporter {
        name: "packetdrill",
        extension: "pkt",
        about: "a script of the client's side for packetdrill",
        make: Make::Journal(packetdrill::write),
    },
    Exporter {
        name: "html",
        extension: "html",
        about: "one page with a scrubber, for a browser, without a network",
        make: Make::Journal(html::write),
    },
    Exporter {
        name: "svg",
        extension: "svg",
        about: "the ladder as a picture, for a slide",
        make: Make::Journal(svg::write),
    },
    Exporter {
        name: "asciicast",
        extension: "cast",
        about: "the screens as a film, for asciinema",
        make: Make::Screens(asciicast::write),
    },
    Exporter {
        name: "c",
        extension: "c",
        about: "the same calls as a program in C",
        make: Make::Journal(code::c),
    },
    Exporter {
        name: "python",
        extension: "py",
        about: "the same calls as a program in Python",
        make: Make::Journal(code::python),
    },
    Exporter {
        name: "php",
        extension: "php",
        about: "the same calls as a program in PHP",
        make: Make::Journal(code::php),
    },
    Exporter {
        name: "rust",
        extension: "rs",
        about: "the same calls as a program in Rust",
        make: Make::Journal(code::rust),
    },
    Exporter {
        name: "go",
        extension: "go",
        about: "the same calls as a program in Go",
        make: Make::Journal(code::go),
    },
];

/// The place of the event with which the latest generation begins.
fn begins(book: &Book) -> usize {
    let first = book.events().first().map_or(1, |e| e.id.0);
    let begins = book.session().begins.map_or(first, |id| id.0);
    usize::try_from(begins.saturating_sub(first)).unwrap_or(usize::MAX)
}

/// What became of the packet that entered the cable in this event, and who decided it; nothing while it is on its way.
fn fate_of(book: &Book, index: usize) -> Option<(Fate, &Decider)> {
    let packets = book.packets();
    let place = packets.binary_search_by_key(&index, |p| p.index).ok()?;
    match &book.events().get(packets[place].fate?)?.fact {
        Fact::Fate {
            fate, decided_by, ..
        } => Some((*fate, decided_by)),
        _ => None,
    }
}

/// The events of a journal for [`Make::Events`].
pub fn telling(book: &Book) -> Box<Telling<'_>> {
    Box::new(|see| {
        let events = book.events();
        let seen = events.visit(0..events.len(), |_, event| match see(event) {
            Ok(()) => ControlFlow::Continue(()),
            Err(e) => ControlFlow::Break(e),
        });
        seen.break_value().map_or(Ok(()), Err)
    })
}

/// The format of this name.
pub fn exporter(name: &str) -> Option<&'static Exporter> {
    EXPORTERS.iter().find(|e| e.name == name)
}

#[cfg(test)]
mod captured;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::story::testing::Play;

    /// A journal that was kept as JSON Lines.
    pub(super) fn golden(jsonl: &str) -> Book {
        let (_, events) = jsonl::read_jsonl(jsonl.as_bytes()).unwrap();
        let mut book = Book::new();
        for event in events {
            book.push(event);
        }
        book
    }

    #[test]
    fn every_format_writes_the_walk() {
        let (play, _) = Play::walked();
        let journal = Journal::of(play.book(), 7);
        for format in EXPORTERS {
            let mut out = Vec::new();
            match format.make {
                Make::Events(write) => write(7, &mut telling(play.book()), &mut out).unwrap(),
                Make::Journal(write) => write(&journal, &mut out).unwrap(),
                Make::Screens(write) => {
                    let screen = Buffer::with_lines(["one moment"]);
                    let shot = Shot {
                        at: Nanos(1),
                        screen,
                    };
                    write(&journal, &mut [shot].into_iter(), &mut out).unwrap();
                }
            }
            assert!(!out.is_empty(), "{}", format.name);
            let is_text = format.name != "pcapng";
            assert!(!is_text || out.ends_with(b"\n"), "{}", format.name);
            assert_eq!(exporter(format.name).unwrap().extension, format.extension);
        }
        assert!(exporter("pdf").is_none());
    }
}
