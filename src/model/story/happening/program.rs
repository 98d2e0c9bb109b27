//! Programs of somebody's own.

use super::{Happening, Moment, why};
use crate::model::{
    event::Fact,
    program::Doing,
    story::{
        program::{command, line},
        words::{safe, the},
    },
};

/// Characters of what a program is called, and of what it prints.
const MOST: usize = 60;

pub(super) fn told(m: &Moment<'_>, pid: u32, doing: &Doing) -> Happening {
    let side = the(m.who());
    let latest = latest(m, pid);
    let (first, second) = match doing {
        Doing::Started { words } => {
            let runs = command(words, MOST);
            match ended(m, pid) {
                Some(end) => (
                    format!("{runs} ran on {side}'s side, as process {pid}, and {end}."),
                    last(latest),
                ),
                None => (
                    format!("{runs} runs on {side}'s side, as process {pid}."),
                    latest.map_or_else(
                        || "It is no program of ours: only its packets and what it prints tell what it does.".to_owned(),
                        |text| format!("It has printed {text}."),
                    ),
                ),
            }
        }
        Doing::Exited { code } => (
            format!(
                "The program on {side}'s side, process {pid}, has ended with exit code {code}."
            ),
            last(latest),
        ),
        Doing::Killed { signal } => (
            format!(
                "The program on {side}'s side, process {pid}, was ended by {}.",
                safe(signal, 20)
            ),
            last(latest),
        ),
        Doing::Printed { data, .. } => (
            format!(
                "The program on {side}'s side, process {pid}, has printed {}.",
                line(data, 2 * MOST)
            ),
            String::new(),
        ),
        Doing::Flooded { .. } => (
            format!("The program on {side}'s side, process {pid}, prints more than is kept."),
            "The rest is read and counted, so that it need not wait for us.".to_owned(),
        ),
    };
    Happening::new([first, second], why::PROGRAM)
}

fn last(latest: Option<String>) -> String {
    latest.map_or_else(
        || "It printed nothing.".to_owned(),
        |text| format!("The last that it printed was {text}."),
    )
}

/// What a program has printed last by now.
fn latest(m: &Moment<'_>, pid: u32) -> Option<String> {
    let mut all = m.book.printed_at(m.end()).iter().rev();
    let (_, data) = m.book.printed(all.find(|entry| entry.pid == pid)?)?;
    Some(line(data, MOST))
}

/// How a program has ended, if that belongs to the same step.
fn ended(m: &Moment<'_>, pid: u32) -> Option<String> {
    m.since_the_event()
        .iter()
        .rev()
        .find_map(|event| match &event.fact {
            Fact::Program { pid: of, doing } if *of == pid => match &**doing {
                Doing::Exited { code } => Some(format!("has ended with exit code {code}")),
                Doing::Killed { signal } => Some(format!("was ended by {}", safe(signal, 20))),
                _ => None,
            },
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use crate::model::{
        event::{Fact, Source},
        ids::Actor,
        payload::Payload,
        program::{Doing, Stream},
        story::{happening::happening, testing::Play},
    };

    fn does(play: &mut Play, doing: Doing) -> String {
        let doing = Box::new(doing);
        let fact = Fact::Program { pid: 7, doing };
        play.see(Some(Actor::Server), Source::Program, fact);
        let told = happening(play.book(), &play.session());
        assert!(told.why.contains("execve(2)"));
        told.what.join(" ")
    }

    #[test]
    fn a_program_is_told_from_its_start_to_its_end() {
        let mut play = Play::free();
        play.ask("spawn server php server.php");
        let words = ["php", "server.php"].map(str::to_owned).to_vec();
        let first = "php server.php runs on the server's side, as process 7.";
        assert_eq!(
            does(&mut play, Doing::Started { words }),
            format!(
                "{first} It is no program of ours: only its packets and what it prints tell what it does."
            )
        );
        let data = Payload::capped(b"listening \x1b\n", 64);
        let stream = Stream::Stdout;
        assert_eq!(
            does(&mut play, Doing::Printed { stream, data }),
            format!("{first} It has printed \"listening \\x1b\".")
        );
        assert_eq!(
            does(&mut play, Doing::Flooded { bytes: 5 }),
            format!("{first} It has printed \"listening \\x1b\".")
        );
        assert_eq!(
            does(&mut play, Doing::Exited { code: 255 }),
            "The program on the server's side, process 7, has ended with exit code 255. The last that it printed was \
             \"listening \\x1b\"."
        );
        let mut play = Play::free();
        play.ask("spawn server true");
        let words = vec!["true".to_owned()];
        does(&mut play, Doing::Started { words });
        assert_eq!(
            does(&mut play, Doing::Exited { code: 0 }),
            "true ran on the server's side, as process 7, and has ended with exit code 0. It printed nothing."
        );
        let mut play = Play::free();
        let signal = "SIGTERM".to_owned();
        assert_eq!(
            does(&mut play, Doing::Killed { signal }),
            "The program on the server's side, process 7, was ended by SIGTERM. It printed nothing."
        );
    }
}
