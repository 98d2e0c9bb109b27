//! What a program prints: taken as it comes, so that the program never waits for us for long, and told line by line up
//! to a bound. Beyond it the bytes are only counted.

use crate::model::{
    payload::Payload,
    program::{Doing, Stream},
};
use core::{cell::Cell, time::Duration};
use std::{io, rc::Rc};
use tokio::{
    net::unix::pipe::Receiver,
    time::{sleep, timeout},
};

/// What is kept of one line.
const KEPT_OF_LINE: usize = 1024;
/// A line that is longer than this is told in parts.
const LONGEST: u64 = 64 * 1024;
/// So many lines of a program are told.
const MOST_LINES: u32 = 1000;
/// So many of its bytes are kept.
const MOST_BYTES: usize = 64 * 1024;
/// A line without an end is told after so long a silence.
const SILENCE: Duration = Duration::from_millis(50);
/// A program that floods us has to wait so long after each reading: the engine has other things to do.
const PAUSE: Duration = Duration::from_millis(2);
/// What one reading takes.
const ASKED: usize = 16 * 1024;

/// What one program may still have told, in both its streams together.
#[derive(Debug)]
pub(in crate::os) struct Budget {
    lines: Cell<u32>,
    bytes: Cell<usize>,
    /// What was printed beyond it and is not told yet.
    over: Cell<u64>,
    /// Whether it was told that there is more.
    said: Cell<bool>,
}

impl Budget {
    pub(in crate::os) fn new() -> Rc<Self> {
        Rc::new(Self {
            lines: Cell::new(MOST_LINES),
            bytes: Cell::new(MOST_BYTES),
            over: Cell::new(0),
            said: Cell::new(false),
        })
    }

    /// Whether a line may be told; else it is counted.
    fn allows(&self, line: &Line) -> bool {
        let (lines, bytes) = (self.lines.get(), self.bytes.get());
        if lines == 0 || bytes < line.kept.len() {
            self.lines.set(0);
            self.over.set(self.over.get() + line.len());
            return false;
        }
        self.lines.set(lines - 1);
        self.bytes.set(bytes - line.kept.len());
        true
    }

    /// What was printed beyond the bound and is not told yet.
    pub(in crate::os) fn owed(&self) -> Option<Doing> {
        let bytes = self.over.take();
        (bytes > 0).then_some(Doing::Flooded { bytes })
    }
}

/// The line that is being printed.
#[derive(Debug, Default)]
struct Line {
    kept: Vec<u8>,
    omitted: u64,
}

impl Line {
    fn len(&self) -> u64 {
        self.kept.len() as u64 + self.omitted
    }

    fn add(&mut self, bytes: &[u8]) {
        let room = KEPT_OF_LINE
            .saturating_sub(self.kept.len())
            .min(bytes.len());
        self.kept.extend_from_slice(&bytes[..room]);
        self.omitted += (bytes.len() - room) as u64;
    }
}

/// Reads one of a program's streams to its end.
pub(in crate::os) async fn read(
    pipe: Receiver,
    stream: Stream,
    budget: Rc<Budget>,
    tell: impl Fn(Doing),
) {
    let mut printed = Printed {
        stream,
        budget,
        tell,
        line: Line::default(),
    };
    let mut room = vec![0; ASKED];
    loop {
        let ready = if printed.line.len() == 0 {
            pipe.readable().await
        } else if let Ok(ready) = timeout(SILENCE, pipe.readable()).await {
            ready
        } else {
            printed.end_line();
            continue;
        };
        match ready.and_then(|()| pipe.try_read(&mut room)) {
            Ok(0) => break,
            Ok(n) => {
                printed.take(&room[..n]);
                if n == ASKED || printed.is_over() {
                    sleep(PAUSE).await;
                }
            }
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
    }
    printed.end_line();
}

/// One stream as far as it was read.
struct Printed<T> {
    stream: Stream,
    budget: Rc<Budget>,
    tell: T,
    line: Line,
}

impl<T: Fn(Doing)> Printed<T> {
    fn is_over(&self) -> bool {
        self.budget.lines.get() == 0
    }

    fn take(&mut self, bytes: &[u8]) {
        for part in bytes.split_inclusive(|b| *b == b'\n') {
            self.line.add(part);
            if part.ends_with(b"\n") || self.line.len() >= LONGEST {
                self.end_line();
            }
        }
    }

    /// Tells the line that was printed, or counts it.
    fn end_line(&mut self) {
        let line = core::mem::take(&mut self.line);
        if line.len() == 0 {
            return;
        }
        if self.budget.allows(&line) {
            let data = Payload {
                kept: line.kept.into(),
                omitted: line.omitted,
            };
            (self.tell)(Doing::Printed {
                stream: self.stream,
                data,
            });
        } else if !self.budget.said.replace(true)
            && let Some(doing) = self.budget.owed()
        {
            (self.tell)(doing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::RefCell;

    /// What is told of these pieces, in short: each line's length, what is left out of it, and what is over.
    fn told(pieces: &[&[u8]]) -> (Vec<(usize, u64)>, u64) {
        let told = RefCell::new((Vec::new(), 0));
        let budget = Budget::new();
        let tell = |doing| match doing {
            Doing::Printed { data, .. } => {
                told.borrow_mut().0.push((data.kept.len(), data.omitted));
            }
            Doing::Flooded { bytes } => told.borrow_mut().1 += bytes,
            other => panic!("{other:?}"),
        };
        let mut printed = Printed {
            stream: Stream::Stdout,
            budget: Rc::clone(&budget),
            tell,
            line: Line::default(),
        };
        for piece in pieces {
            printed.take(piece);
        }
        printed.end_line();
        if let Some(owed) = budget.owed() {
            (printed.tell)(owed);
        }
        drop(printed);
        told.into_inner()
    }

    #[test]
    fn lines_are_told_however_they_are_cut() {
        let text = b"one\ntwo and\n\nlast";
        let whole = told(&[text]);
        assert_eq!(whole, (vec![(4, 0), (8, 0), (1, 0), (4, 0)], 0));
        for cut in 0..text.len() {
            assert_eq!(told(&[&text[..cut], &text[cut..]]), whole, "{cut}");
        }
    }

    #[test]
    fn a_long_line_is_cut_and_a_flood_counted() {
        let long = vec![b'x'; 100_000];
        let (lines, over) = told(&[&long[..50_000], &long[..50_000]]);
        assert_eq!(lines, [(1024, 98_976)]);
        assert_eq!(over, 0);
        let endless = vec![b'x'; 10 << 20];
        let pieces: Vec<&[u8]> = endless.chunks(ASKED).collect();
        let (lines, over) = told(&pieces);
        assert_eq!(lines.len(), 64);
        let all: u64 = lines
            .iter()
            .map(|(kept, omitted)| *kept as u64 + omitted)
            .sum();
        assert_eq!(all + over, 10 << 20);
        let many = b"y\n".repeat(1 << 20);
        let (lines, over) = told(&[&many]);
        assert_eq!((lines.len(), over), (1000, (2 << 20) - 2000));
    }
}
