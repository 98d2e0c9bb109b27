//! One walk through the latest generation of the journal, which keeps what a report has room for and counts the rest.

use crate::model::{
    book::Book,
    call::Call,
    event::{Event, Fact, Source},
    ids::{CallId, Nanos},
    story::program,
};
use core::ops::ControlFlow;

/// Rows of a table.
pub(super) const MOST_ROWS: usize = 300;
/// Bytes of a line that a program has printed.
const MOST_PRINTED: usize = 200;

/// Rows that are kept, and how many had no room.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Kept.
    pub(super) rows: Vec<Vec<String>>,
    /// Not kept.
    pub(super) left: usize,
}

impl Rows {
    fn add(&mut self, row: impl FnOnce() -> Vec<String>) {
        if self.rows.len() < MOST_ROWS {
            self.rows.push(row());
        } else {
            self.left += 1;
        }
    }
}

/// What a report tells.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// When it began and ended.
    pub(super) span: Option<(Nanos, Nanos)>,
    /// When each of the four lines was reached.
    pub(super) lines: [Option<Nanos>; 4],
    /// Time, who, call, result, error, time that it took.
    pub(super) calls: Rows,
    /// Where the calls that failed stand.
    pub(super) failed: Vec<usize>,
    /// Time, socket, from, to, how it is known.
    pub(super) states: Rows,
    /// Time, claim, whether it held, what was found.
    pub(super) claims: Rows,
    /// Time, on whose side, what programs of somebody's own did.
    pub(super) programs: Rows,
    /// Calls that were told together, and packets.
    pub(super) together: (u64, u64),
    /// Calls that have not returned.
    waiting: Vec<(CallId, Vec<String>)>,
}

/// So many failed calls are explained.
const MOST_EXPLAINED: usize = 30;

impl Gathered {
    /// Walks through the events from the one at `begins` on.
    pub(super) fn of(book: &Book, begins: usize) -> Self {
        let mut all = Self::default();
        let events = book.events();
        let _ = events.visit(begins..events.len(), |index, event| {
            all.see(book.session().is_capture(), index, event);
            ControlFlow::<()>::Continue(())
        });
        let waiting = core::mem::take(&mut all.waiting);
        for (_, row) in waiting {
            all.calls.add(|| row);
        }
        all
    }

    fn see(&mut self, captured: bool, index: usize, event: &Event) {
        let first = self.span.map_or(event.at_ns, |(first, _)| first);
        self.span = Some((first, event.at_ns));
        let time = || super::time(event.at_ns);
        let who = || event.who.map_or_else(String::new, |w| w.to_string());
        match &event.fact {
            Fact::Call(done) => {
                self.waiting.retain(|(id, _)| *id != done.call_id);
                self.calls.add(|| {
                    let mut call = done.call.to_string();
                    if let Some(made) = done.made {
                        call = format!("{call} ({made})");
                    }
                    let error = done.errno.map(|e| format!("{e}: {}", e.text()));
                    vec![
                        time(),
                        who(),
                        call,
                        done.result(),
                        error.unwrap_or_default(),
                        done.took_ns.to_string(),
                    ]
                });
                if done.failed() && self.failed.len() < MOST_EXPLAINED {
                    self.failed.push(index);
                }
            }
            Fact::Waiting { call_id, call, .. } if self.waiting.len() < MOST_ROWS => {
                let row = waits(time(), who(), call);
                self.waiting.push((*call_id, row));
            }
            Fact::State { socket, from, to } => {
                let how = match event.source {
                    _ if captured => "the packets",
                    Source::Derived => "too fast to be seen",
                    _ => "the kernel's table",
                };
                // How it came there was not seen.
                let before = if from == to {
                    "not known".to_owned()
                } else {
                    from.to_string()
                };
                self.states.add(|| {
                    let row = [time(), socket.to_string(), before, to.to_string()];
                    row.into_iter().chain([how.to_owned()]).collect()
                });
            }
            Fact::Expect {
                text, held, found, ..
            } => {
                let text = text.strip_prefix("expect ").unwrap_or(text);
                let verdict = if *held { "held" } else { "did not hold" };
                self.claims
                    .add(|| vec![time(), text.to_owned(), verdict.to_owned(), found.clone()]);
            }
            Fact::Line { line } => {
                let place = usize::from(*line).checked_sub(1);
                if let Some(at) = place.and_then(|i| self.lines.get_mut(i)) {
                    at.get_or_insert(event.at_ns);
                }
            }
            Fact::Program { pid, doing } => {
                let told = || program::told(*pid, doing, MOST_PRINTED);
                self.programs.add(|| vec![time(), who(), told()]);
            }
            Fact::Elided { calls, .. } => {
                self.together.0 = self.together.0.saturating_add(*calls);
            }
            Fact::Passed { packets, .. } => {
                self.together.1 = self.together.1.saturating_add(*packets);
            }
            _ => {}
        }
    }
}

fn waits(time: String, who: String, call: &Call) -> Vec<String> {
    let still = "has not returned".to_owned();
    vec![
        time,
        who,
        call.to_string(),
        still,
        String::new(),
        String::new(),
    ]
}
