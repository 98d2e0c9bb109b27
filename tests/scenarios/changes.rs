use crate::common::LONG;
use core::time::Duration;
use fourline::{
    language::{Vars, parse_script},
    model::{book::Book, errno::Errno, event::Fact},
    os::{clock::Clock, engine::Report},
    run::{bench::Bench, network::Opened},
};
use std::net::TcpListener;
use tokio::{
    runtime::{Builder, Runtime},
    sync::mpsc::UnboundedReceiver,
    time::timeout,
};

/// How often a claim that waits is looked at.
const SOON: Duration = Duration::from_millis(20);

const SCRIPT: &str = r#"# The client calls, and says something.
server listen 0
expect server.0 state LISTEN
client connect

client send "hello"
server accept
server recv
expect client read 5
"#;

/// The bench with a script, and whoever waits for it.
struct Place {
    runtime: Runtime,
    bench: Bench,
    reports: UnboundedReceiver<Report>,
    book: Book,
}

impl Place {
    fn new() -> Self {
        Self::with(SCRIPT)
    }

    fn with(script: &str) -> Self {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        let script = parse_script(script.as_bytes(), &Vars::new()).unwrap();
        let (clock, mut book) = (Clock::start(), Book::new());
        let server = ([127, 0, 0, 1], 0).into();
        let (bench, reports) = Bench::start(
            clock,
            Opened::HOST,
            server,
            script,
            Vars::new(),
            true,
            &mut book,
        )
        .unwrap();
        Self {
            runtime,
            bench,
            reports,
            book,
        }
    }

    /// What was asked for has been done.
    fn settles(&mut self) {
        let Self {
            runtime,
            bench,
            reports,
            book,
        } = self;
        runtime.block_on(async {
            while !bench.is_idle() {
                let due = bench.deadline().is_some();
                let news = timeout(if due { SOON } else { LONG }, reports.recv()).await;
                if let Ok(report) = news {
                    bench.take(book, report.unwrap());
                } else {
                    assert!(due, "nothing happens any more");
                    bench.tick(book);
                }
            }
        });
    }

    /// The script as it stands: each statement behind its line.
    fn script(&self) -> Vec<String> {
        let rows = self.book.session().script.iter();
        rows.map(|row| format!("{} {}", row.line, row.text))
            .collect()
    }

    /// The lines of the claims that were tried since all was begun anew, and whether they held.
    fn claims(&self) -> Vec<(u32, bool)> {
        let events = self.book.events();
        let generation = self.book.generation_of(events.len() - 1);
        let facts = events.range(generation.start..events.len());
        let claims = facts.iter().filter_map(|event| match &event.fact {
            Fact::Expect { line, held, .. } => Some(((*line)?, *held)),
            _ => None,
        });
        claims.collect()
    }
}

#[test]
fn another_number() {
    let mut place = Place::new();
    place.bench.run_to(&mut place.book, 7);
    place.settles();
    assert_eq!(place.claims(), [(3, true), (9, true)]);
    place.bench.rewrite(3, r#"client send "hello!""#).unwrap();
    place.settles();
    assert_eq!(place.book.session().step, 4, "up to it and with it");
    place.bench.run_to(&mut place.book, 7);
    place.settles();
    assert_eq!(place.claims(), [(3, true), (9, false)], "six have come");
}

#[test]
fn another_order_and_as_it_was() {
    let mut place = Place::new();
    // The client calls before anybody listens; the claim goes with its statement.
    place.bench.swap(0..3, 2, 1);
    place.settles();
    let first = &place.script()[..3];
    assert_eq!(
        first,
        [
            "2 client connect",
            "3 server listen 0",
            "4 expect server.0 state LISTEN"
        ],
        "the lines stay in order"
    );
    assert_eq!(place.book.session().step, 1);
    let call = place.book.session().latest_call(None).unwrap();
    assert!(call.errno.is_some_and(|e| e != Errno::EINTR), "{call:?}");
    place.bench.run_to(&mut place.book, 3);
    place.settles();
    assert_eq!(
        place.claims(),
        [(4, true)],
        "told by the line where it stands"
    );
    place.bench.rewrite(0, "client socket").unwrap();
    place.settles();
    place.bench.reset(3);
    place.settles();
    let rows = SCRIPT.lines().zip(1..);
    let rows = rows.filter(|(text, _)| !text.is_empty() && !text.starts_with('#'));
    let written: Vec<String> = rows.map(|(text, line)| format!("{line} {text}")).collect();
    assert_eq!(place.script(), written);
    assert_eq!(place.book.session().step, 3);
    assert_eq!(place.claims(), [(3, true)]);
}

#[test]
fn what_is_out_of_reach_changes_nothing() {
    let mut place = Place::new();
    let before = place.script();
    place.bench.swap(5..99, 98, 1);
    place.bench.rewrite(99, "client close").unwrap();
    place.settles();
    assert_eq!(place.script(), before);
    assert_eq!(place.book.session().step, 0);
}

/// Who walks through a script and finds its port taken goes on in free play. In a lesson the taken port is what it is
/// about: its scene goes on.
#[test]
fn a_lesson_goes_on_where_a_port_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let script = format!(
        "server listen 0\nserver listen {port}\nexpect server errno EADDRINUSE\nserver close\nserver listen 0\n"
    );
    let mut walked = Place::with(&script);
    walked.bench.run_to(&mut walked.book, 2);
    walked.settles();
    assert!(walked.book.session().left_script);
    assert!(!walked.bench.has_next());

    let mut lesson = Place::with("");
    let scene = parse_script(script.as_bytes(), &Vars::new()).unwrap();
    lesson.bench.stage(scene.lines, 2);
    lesson.settles();
    let failed = lesson.book.session().latest_call(None).unwrap();
    assert_eq!(failed.errno, Some(Errno::EADDRINUSE), "{failed:?}");
    assert!(!lesson.book.session().left_script);
    assert!(lesson.bench.has_next());
    lesson.bench.run_to(&mut lesson.book, 5);
    lesson.settles();
    assert_eq!(lesson.claims(), [(3, true)]);
    assert_eq!(lesson.book.session().step, 5);
    assert!(!lesson.book.session().left_script);
    let last = lesson.book.session().latest_call(None).unwrap();
    assert_eq!(last.errno, None, "{last:?}");
}
