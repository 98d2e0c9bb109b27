//! The claim about what programs of somebody's own have printed.

use super::Verdict;
use crate::model::{book::Book, ids::Actor, payload::escaped, program::Stream};
use std::collections::BTreeMap;

/// What of the output is shown when a claim does not hold.
const SHOWN: usize = 200;

/// Whether these bytes stand in what one of the programs of this side has printed, in one of its streams.
pub(super) fn check(book: &Book, who: Actor, wanted: &[u8]) -> Verdict {
    let mut streams: BTreeMap<(u32, Stream), Vec<u8>> = BTreeMap::new();
    let mut held = false;
    let mut newest = None;
    let all = book.printed_at(book.events().len()).iter();
    for entry in all.filter(|entry| entry.who == Some(who)) {
        let Some((stream, data)) = book.printed(entry) else {
            continue;
        };
        let text = streams.entry((entry.pid, stream)).or_default();
        text.extend_from_slice(&data.kept);
        // What comes after a gap does not follow what stands before it.
        if data.omitted > 0 {
            held |= contains(text, wanted);
            text.clear();
        }
        newest = Some(&data.kept);
    }
    held |= streams.values().any(|text| contains(text, wanted));
    let found = match newest {
        None => format!(
            "no program of the {}'s side has printed anything",
            who.side()
        ),
        Some(line) => format!(
            "the latest that was printed is \"{}\"{}",
            escaped(&line[..line.len().min(SHOWN)]),
            super::more(line.len() as u64, SHOWN as u64)
        ),
    };
    Verdict { held, found }
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    wanted.is_empty() || text.windows(wanted.len()).any(|part| part == wanted)
}

#[cfg(test)]
mod tests {
    use crate::model::{
        claim::{Claim, Verdict},
        event::{Cause, Fact, Observation, Source},
        ids::{Actor, Nanos},
        payload::Payload,
        program::{Doing, Stream},
        story::testing::Play,
    };

    fn prints(play: &mut Play, pid: u32, stream: Stream, data: Payload) {
        let doing = Box::new(Doing::Printed { stream, data });
        let who = Some(Actor::Server);
        play.see(who, Source::Program, Fact::Program { pid, doing });
    }

    fn claim(play: &Play, who: Actor, text: &'static str) -> Verdict {
        Claim::Printed(who, text.as_bytes().into()).check(play.book())
    }

    #[test]
    fn what_a_program_printed_is_looked_for_in_each_of_its_streams() {
        let mut play = Play::free();
        let verdict = claim(&play, Actor::Server, "");
        assert!(!verdict.held);
        assert_eq!(
            verdict.found,
            "no program of the server's side has printed anything"
        );
        let whole = |text: &str| Payload::capped(text.as_bytes(), 64);
        prints(&mut play, 7, Stream::Stdout, whole("lis"));
        prints(&mut play, 7, Stream::Stderr, whole("a warning\n"));
        prints(&mut play, 8, Stream::Stdout, whole("of another\n"));
        prints(&mut play, 7, Stream::Stdout, whole("tening\n\x1b"));
        let holds = |text| claim(&play, Actor::Server, text).held;
        assert!(holds("listening\n") && holds("warning") && holds("another"));
        assert!(!holds("lisa") && !holds("listening on"));
        let verdict = claim(&play, Actor::Server, "nothing");
        assert_eq!(
            verdict.found,
            "the latest that was printed is \"tening\\n\\x1b\""
        );
        assert!(!claim(&play, Actor::CLIENT, "listening").held);
    }

    #[test]
    fn nothing_is_found_across_a_gap_or_before_it_began_anew() {
        let mut play = Play::free();
        prints(&mut play, 7, Stream::Stdout, Payload::capped(b"abcdef", 3));
        prints(&mut play, 7, Stream::Stdout, Payload::capped(b"xyz", 3));
        assert!(claim(&play, Actor::Server, "abc").held);
        assert!(claim(&play, Actor::Server, "xyz").held);
        assert!(!claim(&play, Actor::Server, "cx").held);
        let begin = play.book().events()[0].fact.clone();
        let mut book = play.into_book();
        book.append(Observation {
            at: Nanos(u64::MAX),
            who: None,
            source: Source::Program,
            cause: Cause::Unknown,
            fact: begin,
        });
        let verdict = Claim::Printed(Actor::Server, "abc".into()).check(&book);
        assert!(!verdict.held, "{verdict:?}");
    }
}
