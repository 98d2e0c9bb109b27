//! The four lines of a socket conversation, as steps that are done, waited for, failed or still to come.

use super::{
    call::CallDone,
    event::Fact,
    ids::{Actor, EventId, Side, SocketId},
};

/// How far a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// Still to come.
    #[default]
    ToCome,
    /// Its call waits.
    Waits,
    /// Its call failed; it may be tried again.
    Failed,
    /// Done, in this event.
    Done(EventId),
}

/// A step: its line from 1, who does it, its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepName {
    /// 1 to 4.
    pub line: u8,
    /// Who does it.
    pub side: Side,
    /// As on the screen: `listen`, or `server closes`.
    pub name: &'static str,
    /// The call that does it.
    pub call: &'static str,
}

/// The titles of the four lines.
pub const TITLES: [&str; 4] = [
    "server waits",
    "client connects, sends",
    "server hears, answers",
    "client is answered",
];

/// The four lines, in words.
pub const SENTENCES: [&str; 4] = [
    "The server creates a socket, binds, listens and waits.",
    "The client creates a socket, connects, and sends.",
    "The server accepts, reads it, and tells the client that it has received it.",
    "The client reads that confirmation. Then the server disconnects.",
];

const fn step(line: u8, side: Side, name: &'static str, call: &'static str) -> StepName {
    StepName {
        line,
        side,
        name,
        call,
    }
}

/// All steps, in order.
pub const STEPS: [StepName; 11] = [
    step(1, Side::Server, "socket", "socket"),
    step(1, Side::Server, "bind", "bind"),
    step(1, Side::Server, "listen", "listen"),
    step(2, Side::Client, "socket", "socket"),
    step(2, Side::Client, "connect", "connect"),
    step(2, Side::Client, "send", "send"),
    step(3, Side::Server, "accept", "accept"),
    step(3, Side::Server, "recv", "recv"),
    step(3, Side::Server, "send", "send"),
    step(4, Side::Client, "recv", "recv"),
    step(4, Side::Server, "server closes", "close"),
];

/// How far the conversation has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    steps: [Step; STEPS.len()],
    /// The server's connection that has read something: the one whose answer and close count.
    heard_on: Option<SocketId>,
}

impl Lines {
    /// How far each of [`STEPS`] is.
    pub const fn steps(&self) -> &[Step; STEPS.len()] {
        &self.steps
    }

    /// The last line that has been reached; 0 before the first.
    pub fn reached(&self) -> u8 {
        // The disconnect is the last step of the fourth box, but the line is reached with the confirmation.
        let last = [2, 5, 8, 9];
        last.iter()
            .take_while(|&&i| matches!(self.steps[i], Step::Done(_)))
            .count() as u8
    }

    /// Whether everything is done, the disconnect too.
    pub fn complete(&self) -> bool {
        self.steps.iter().all(|s| matches!(s, Step::Done(_)))
    }

    /// The first step that is not done.
    pub fn current(&self) -> Option<usize> {
        self.steps.iter().position(|s| !matches!(s, Step::Done(_)))
    }

    /// Takes in one event. A step is done once; what happens again later changes nothing.
    pub fn apply(&mut self, id: EventId, who: Option<Actor>, fact: &Fact) {
        match (who, fact) {
            (Some(actor), Fact::Waiting { call, .. }) => self.mark(actor, call.name(), Step::Waits),
            (Some(actor), Fact::Call(done)) => self.returned(id, actor, done),
            (
                Some(Actor::Server),
                Fact::Elided {
                    socket,
                    read,
                    written,
                    ..
                },
            ) => {
                if *read > 0 && self.heard_on.is_none() {
                    self.heard_on = Some(*socket);
                    self.mark(Actor::Server, "recv", Step::Done(id));
                }
                if *written > 0 && self.heard_on == Some(*socket) {
                    self.mark(Actor::Server, "send", Step::Done(id));
                }
            }
            _ => {}
        }
    }

    fn returned(&mut self, id: EventId, actor: Actor, done: &CallDone) {
        let name = match done.call.name() {
            "sendto" => "send",
            "recvfrom" => "recv",
            name => name,
        };
        let counts = match name {
            "send" => {
                done.bytes_written() > 0
                    && (actor != Actor::Server
                        || self.heard_on.is_some() && self.heard_on == done.socket)
            }
            // The answer is an answer when the server has given one.
            "recv" => {
                done.bytes_read() > 0
                    && (actor == Actor::Server || matches!(self.steps[8], Step::Done(_)))
            }
            "close" => done.ret == 0 && self.heard_on.is_some() && self.heard_on == done.socket,
            _ => !done.failed(),
        };
        if counts {
            // Until it has answered, the one that it heard last is the one that it may answer.
            let answered = matches!(self.steps[8], Step::Done(_));
            if (actor, name) == (Actor::Server, "recv") && !answered {
                self.heard_on = done.socket;
            }
            self.mark(actor, name, Step::Done(id));
        } else {
            self.mark(
                actor,
                name,
                if done.failed() {
                    Step::Failed
                } else {
                    Step::ToCome
                },
            );
        }
    }

    fn mark(&mut self, actor: Actor, call: &str, step: Step) {
        let place = STEPS
            .iter()
            .position(|s| s.side == actor.side() && s.call == call);
        // The disconnect ends the conversation: before the client has its answer, a close is not that step.
        let Some(i) = place.filter(|&i| {
            i != 10 || matches!(self.steps[9], Step::Done(_)) || matches!(step, Step::Done(_))
        }) else {
            return;
        };
        if !matches!(self.steps[i], Step::Done(_)) {
            self.steps[i] = step;
        }
    }
}
