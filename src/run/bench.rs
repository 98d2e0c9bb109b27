//! The workbench without a face: the engine, a script and its place in it. The terminal, the headless runner and the
//! plain prompt all drive this one.

mod changes;

use super::network::Opened;
use crate::{
    language::{Mistake, Script, ScriptStatement, Vars, parse_line},
    model::{
        book::Book,
        command::{Expectation, Statement},
        errno::Errno,
        event::{Cause, FREE_PLAY, Fact, Observation, ScriptLine, Source},
        ids::{Actor, EventId, Nanos},
    },
    os::{
        clock::Clock,
        engine::{Engine, Report, Request},
    },
};
use core::net::SocketAddr;
use std::{collections::VecDeque, io};
use tokio::sync::mpsc::UnboundedReceiver;

/// How long `expect` tries when nobody says it.
const EXPECT_FOR: Nanos = Nanos::from_millis(1_000);
/// How long `wait until` waits when nobody says it.
const WAIT_FOR: Nanos = Nanos::from_millis(10_000);

/// What the bench is in the middle of.
#[derive(Debug)]
enum State {
    /// Nothing: the next statement may come.
    Idle,
    /// A statement was handed to the engine.
    Settling(EventId),
    /// A claim is tried until it holds or its time is over.
    Checking {
        expectation: Expectation,
        line: Option<u32>,
        until: Nanos,
        cause: EventId,
    },
    /// `wait TIME`.
    Sleeping(Nanos),
    /// Everything is being cleared, to begin anew; so many times it was asked for.
    Clearing(u32),
}

/// See the module's documentation.
#[derive(Debug)]
pub struct Bench {
    engine: Engine,
    clock: Clock,
    network: &'static str,
    no_lab: Option<String>,
    server: SocketAddr,
    vars: Vars,
    script: Vec<ScriptStatement>,
    /// As it was before somebody changed it.
    unchanged: Vec<ScriptStatement>,
    position: usize,
    /// After `again`: statements up to here run by themselves.
    run_to: usize,
    state: State,
    waiting: VecDeque<(Statement, String)>,
    /// Whether a person is led through the script, and not a script run as it stands.
    walk: bool,
    /// Whether the script is a lesson's scene: it runs only as far as it is asked to, and whoever does something else
    /// leaves it, also behind its last statement.
    staged: bool,
}

impl Bench {
    /// Starts the engine on a network, and the journal with its first event. `walk`: a person is led through the script.
    ///
    /// # Errors
    /// When the system refuses what the engine needs.
    pub fn start(
        clock: Clock,
        opened: Opened,
        server: SocketAddr,
        script: Script,
        vars: Vars,
        walk: bool,
        book: &mut Book,
    ) -> io::Result<(Self, UnboundedReceiver<Report>)> {
        let Opened { network, no_lab } = opened;
        let name = network.name();
        let (engine, reports) = Engine::start(clock, network, server)?;
        let bench = Self {
            engine,
            clock,
            network: name,
            no_lab,
            server,
            vars,
            unchanged: script.lines.clone(),
            script: script.lines,
            position: 0,
            run_to: 0,
            state: State::Idle,
            waiting: VecDeque::new(),
            walk,
            staged: false,
        };
        bench.begin(book);
        Ok((bench, reports))
    }

    fn begin(&self, book: &mut Book) {
        let script = self
            .script
            .iter()
            .map(|s| ScriptLine {
                line: s.line,
                text: s.text.clone(),
            })
            .collect();
        let fact = Fact::Begin {
            network: self.network.to_owned(),
            script,
            server: self.server,
            sight: self.engine.sight().clone(),
            no_lab: self.no_lab.clone(),
        };
        self.tell(book, Cause::Unknown, Source::Program, fact);
    }

    fn tell(&self, book: &mut Book, cause: Cause, source: Source, fact: Fact) {
        book.append(Observation {
            at: self.clock.now(),
            who: None,
            source,
            cause,
            fact,
        });
    }

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle) && self.waiting.is_empty()
    }

    /// Whether the script has statements left.
    pub fn has_next(&self) -> bool {
        self.position < self.script.len()
    }

    /// When to [`Bench::tick`] at the latest.
    pub const fn deadline(&self) -> Option<Nanos> {
        match &self.state {
            State::Checking { until, .. } | State::Sleeping(until) => Some(*until),
            _ => None,
        }
    }

    /// Takes in what the engine tells.
    pub fn take(&mut self, book: &mut Book, report: Report) {
        match report {
            Report::Seen(observation) => drop(book.append(observation)),
            Report::Settled(asked) => {
                if matches!(self.state, State::Settling(waits) if waits == asked) {
                    self.state = State::Idle;
                    self.notice_a_taken_port(book, asked);
                }
            }
            Report::Cleared => {
                let left = if let State::Clearing(n) = self.state {
                    n.saturating_sub(1)
                } else {
                    0
                };
                if left == 0 {
                    self.begin(book);
                    self.state = State::Idle;
                } else {
                    self.state = State::Clearing(left);
                }
            }
            Report::Stopped => self.state = State::Idle,
        }
        self.tick(book);
    }

    /// Looks whether a claim holds by now or a time is over, and goes on with what is due.
    pub fn tick(&mut self, book: &mut Book) {
        loop {
            self.judge(book);
            if !matches!(self.state, State::Idle) {
                return;
            }
            if let Some((statement, text)) = self.waiting.pop_front() {
                self.run(book, statement, text, None);
            } else if self.position < self.run_to {
                self.run_next(book);
            } else {
                return;
            }
        }
    }

    fn judge(&mut self, book: &mut Book) {
        let now = self.clock.now();
        match &self.state {
            State::Checking {
                expectation,
                line,
                until,
                cause,
            } => {
                let verdict = expectation.claim.check(book);
                if verdict.held || now >= *until {
                    let text = expectation.claim.to_string();
                    let fact = Fact::Expect {
                        text,
                        held: verdict.held,
                        line: *line,
                        found: verdict.found,
                    };
                    self.tell(book, Cause::Event(*cause), Source::Program, fact);
                    self.state = State::Idle;
                }
            }
            State::Sleeping(until) if now >= *until => self.state = State::Idle,
            _ => {}
        }
    }

    /// Runs the script's next statement. Whether there was one; nothing happens while something is under way.
    pub fn next(&mut self, book: &mut Book) -> bool {
        if !matches!(self.state, State::Idle) {
            return true;
        }
        let there_was_one = self.run_next(book);
        self.tick(book);
        there_was_one
    }

    fn run_next(&mut self, book: &mut Book) -> bool {
        let Some(ScriptStatement {
            text, statement, ..
        }) = self.script.get(self.position).cloned()
        else {
            return false;
        };
        let step = self.position;
        self.position += 1;
        self.run(book, statement, text, Some(step));
        true
    }

    /// Runs a statement that was typed or came from a key. Orders go out at once, also while a script waits for
    /// something; what waits itself takes its turn.
    ///
    /// # Errors
    /// When the text is no statement.
    pub fn ask(&mut self, book: &mut Book, text: &str) -> Result<(), Mistake> {
        let Some(statement) = parse_line(text, &self.vars)? else {
            return Ok(());
        };
        let text = text.trim().to_owned();
        let clearing = matches!(self.state, State::Clearing(_));
        let at_once = matches!(statement, Statement::Do(_) | Statement::Spawn(_)) && !clearing
            || matches!(statement, Statement::Again(_));
        if !matches!(self.state, State::Idle) && !at_once {
            self.waiting.push_back((statement, text));
        } else if self.is_the_next_step(&statement) {
            let step = self.position;
            self.position += 1;
            self.run(book, statement, text, Some(step));
        } else {
            self.run(book, statement, text, None);
        }
        self.tick(book);
        Ok(())
    }

    /// Begins anew with another script, the scene of a lesson, and runs so many of its statements.
    pub fn stage(&mut self, script: Vec<ScriptStatement>, run_to: usize) {
        self.unchanged.clone_from(&script);
        self.script = script;
        self.staged = true;
        self.restart(run_to);
    }

    /// Runs the script until so many of its statements have been asked for.
    pub fn run_to(&mut self, book: &mut Book, run_to: usize) {
        self.run_to = run_to.min(self.script.len());
        self.tick(book);
    }

    /// Whether a statement of one's own does what the script would do next: the same call by the same actor, or just the
    /// same to the cable. In a lesson, which asks about what it does itself, it is just the same.
    fn is_the_next_step(&self, statement: &Statement) -> bool {
        let next = self.script.get(self.position).map(|s| &s.statement);
        match (next, statement) {
            _ if self.staged => next == Some(statement),
            (Some(Statement::Do(next)), Statement::Do(own)) => {
                next.who.actor == own.who.actor
                    && core::mem::discriminant(&next.command)
                        == core::mem::discriminant(&own.command)
            }
            (Some(Statement::Cable(next)), Statement::Cable(own)) => next == own,
            (Some(Statement::Spawn(next)), Statement::Spawn(own)) => next.side == own.side,
            _ => false,
        }
    }

    fn restart(&mut self, run_to: usize) {
        self.position = 0;
        self.run_to = run_to;
        self.waiting.clear();
        let already = if let State::Clearing(n) = self.state {
            n
        } else {
            0
        };
        self.state = State::Clearing(already + 1);
        self.engine.ask(Request::Clear);
    }

    fn run(&mut self, book: &mut Book, statement: Statement, text: String, step: Option<usize>) {
        let line = step.and_then(|s| self.script.get(s)).map(|s| s.line);
        let who = statement.actor();
        let asked = Fact::Asked { text, step };
        book.append(Observation {
            at: self.clock.now(),
            who,
            source: Source::Script,
            cause: Cause::Unknown,
            fact: asked,
        });
        let id = book.events().last().map_or(EventId(0), |e| e.id);
        // A call of one's own that moves the conversation on: what the script would do next may make no sense now.
        let moves = match &statement {
            Statement::Do(order) => order.command.moves_on(),
            Statement::Cable(_) | Statement::Spawn(_) => self.staged,
            _ => false,
        };
        if step.is_none() && moves && (self.has_next() || self.staged) {
            self.leave_the_script(book, id);
        }
        let was_idle = matches!(self.state, State::Idle);
        match statement {
            Statement::Do(order) => {
                if was_idle {
                    self.state = State::Settling(id);
                }
                self.engine.ask(Request::Do(id, order));
            }
            Statement::Cable(order) => {
                if was_idle {
                    self.state = State::Settling(id);
                }
                self.engine.ask(Request::Cable(id, order));
            }
            Statement::Spawn(spawn) => {
                if was_idle {
                    self.state = State::Settling(id);
                }
                self.engine.ask(Request::Spawn(id, spawn));
            }
            Statement::Expect(expectation) => self.check(expectation, EXPECT_FOR, line, id),
            Statement::WaitUntil(expectation) => self.check(expectation, WAIT_FOR, line, id),
            Statement::Wait(span) => self.state = State::Sleeping(self.clock.now().plus(span)),
            Statement::Say(text) => {
                self.tell(book, Cause::Event(id), Source::Script, Fact::Say { text });
            }
            Statement::Again(line) => {
                let last = self.script.last().map_or(0, |s| s.line);
                let refusal = match line {
                    // In a script, `again` would run for ever.
                    _ if step.is_some() => Some(
                        "again is for the keyboard: a script that runs itself anew would never end.".to_owned(),
                    ),
                    Some(line) if line > last => Some(format!("The script ends at line {last}, so there is no line {line}.")),
                    _ => None,
                };
                if let Some(text) = refusal {
                    self.tell(
                        book,
                        Cause::Event(id),
                        Source::Program,
                        Fact::Refused { text },
                    );
                } else {
                    let before = |line| self.script.partition_point(|s| s.line < line);
                    self.restart(line.map_or(self.script.len(), before));
                }
            }
        }
    }

    /// Who walks through the four lines and finds the port taken is not led on into calls that cannot succeed.
    fn notice_a_taken_port(&mut self, book: &mut Book, asked: EventId) {
        let taken = book
            .session()
            .latest_call(Some(Actor::Server))
            .is_some_and(|call| {
                call.errno == Some(Errno::EADDRINUSE)
                    && book.event(call.event).and_then(|e| e.cause) == Some(asked)
            });
        // In a lesson that is what it is about.
        if taken && self.walk && !self.staged && self.has_next() {
            self.leave_the_script(book, asked);
        }
    }

    /// Goes on in free play.
    fn leave_the_script(&mut self, book: &mut Book, why: EventId) {
        if book.session().left_script {
            return;
        }
        self.position = self.script.len();
        let text = FREE_PLAY.to_owned();
        self.tell(
            book,
            Cause::Event(why),
            Source::Program,
            Fact::Mode { text },
        );
    }

    fn check(&mut self, expectation: Expectation, or: Nanos, line: Option<u32>, cause: EventId) {
        let until = self.clock.now().plus(expectation.within.unwrap_or(or));
        self.state = State::Checking {
            expectation,
            line,
            until,
            cause,
        };
    }

    /// Gives up waiting: a pause is over, and a claim is judged as things are.
    pub fn give_up(&mut self, book: &mut Book) {
        if let State::Checking { until, .. } | State::Sleeping(until) = &mut self.state {
            *until = Nanos(0);
        }
        self.tick(book);
    }

    /// Interrupts the calls that wait and ends the engine; its last reports, `Stopped` at their end, are still to be
    /// taken in.
    pub fn stop(&mut self) {
        self.waiting.clear();
        self.run_to = 0;
        self.state = State::Clearing(1);
        self.engine.ask(Request::Stop);
    }
}
