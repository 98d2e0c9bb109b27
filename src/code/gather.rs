//! From the journal to a plan. Bounded, however long the journal is: nobody reads a program of a thousand calls.

use super::{
    plan::{Does, Outcome, Plan, Step},
    shape,
};
use crate::model::{
    book::Book,
    call::{Call, CallDone},
    errno::Errno,
    event::{Event, Fact},
    ids::{Actor, CallId, Side, SocketId},
    payload::Payload,
    session::Session,
    story::words::number,
};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet},
};

/// As many calls become steps at most.
const MOST_CALLS: usize = 256;
/// As many rows of the journal are looked at for them.
const MOST_TOLD: usize = 8_192;
/// As many clients get a role.
const MOST_CLIENTS: usize = 8;
/// The longest buffer that a program asks for.
const MOST_BUFFER: u64 = 1 << 20;

impl Plan {
    /// What was done in the generation to which the first `count` events lead, up to there.
    pub fn of(book: &Book, count: usize) -> Self {
        let count = count.min(book.events().len());
        let session = if count == book.events().len() {
            Cow::Borrowed(book.session())
        } else {
            Cow::Owned(book.session_at(count))
        };
        let begin = book.generation_around(count).start;
        let mut gathering = Gathering::default();
        let told = book.told();
        let from = told.partition_point(|&i| i < begin);
        let to = told.partition_point(|&i| i < count).max(from);
        let mut end = count;
        for (seen, &index) in told[from..to].iter().enumerate() {
            if seen == MOST_TOLD || gathering.steps.len() >= MOST_CALLS {
                end = index;
                break;
            }
            if let Some(event) = book.events().get(index) {
                gathering.see(index, event);
            }
        }
        gathering.finish();
        let calls = book.calls();
        let place = |index| calls.partition_point(|&i| i < index);
        let left = place(count).saturating_sub(place(end)) + gathering.refused;
        let mut plan = Self {
            address: session.server_address,
            in_the_lab: None,
            steps: gathering.steps,
            remarks: Vec::new(),
        };
        plan.meet(&session);
        plan.remark(&session, left);
        plan
    }

    /// Where both meet. The lab's addresses are nowhere else: there it is the machine's own.
    fn meet(&mut self, session: &Session) {
        let steps = self.steps.iter();
        // Where somebody was found, rather than where somebody was looked for.
        let connect = |refused: bool| {
            steps.clone().find_map(|s| match &s.does {
                Does::Call(Call::Connect { addr, .. }) if s.is_refused() == refused => Some(*addr),
                _ => None,
            })
        };
        let mut binds = steps.clone().filter_map(|s| match &s.does {
            Does::Call(Call::Bind { addr, .. }) if s.who == Actor::Server => {
                Some((*addr, s.socket))
            }
            _ => None,
        });
        let local_of = |socket: Option<SocketId>| session.socket(socket?)?.local;
        let connected = connect(false);
        let meets = |(_, socket): &(SocketAddr, Option<SocketId>)| {
            connected.is_some() && local_of(*socket) == connected
        };
        let bound = binds.clone().find(meets).or_else(|| binds.next());
        let main = connected
            .or(bound.and_then(|(_, socket)| local_of(socket)))
            .or(bound.map(|(addr, _)| addr))
            .or(connect(true))
            .unwrap_or(session.server_address);
        self.address = main;
        // The server binds to where the client looks for it, though it said so in other words.
        for step in self.steps.iter_mut().filter(|s| s.who == Actor::Server) {
            if let Does::Call(Call::Bind { addr, .. }) = &mut step.does
                && bound.is_some_and(|(first, socket)| first == *addr && socket == step.socket)
                && (addr.port() == 0 || addr.port() == main.port())
                && (addr.ip().is_unspecified() || addr.ip() == main.ip())
            {
                *addr = main;
            }
        }
        if session.network != "lab" {
            return;
        }
        let of_the_lab: HashSet<IpAddr> = session
            .sockets
            .iter()
            .filter_map(|s| Some(s.local?.ip()))
            .chain([session.server_address.ip()])
            .filter(|ip| !ip.is_unspecified() && !ip.is_loopback())
            .collect();
        let here = |addr: SocketAddr| {
            let ip = match addr.ip() {
                ip if !of_the_lab.contains(&ip) => ip,
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            };
            SocketAddr::new(ip, addr.port())
        };
        for step in &mut self.steps {
            if let Does::Call(
                Call::Bind { addr, .. } | Call::Connect { addr, .. } | Call::SendTo { addr, .. },
            ) = &mut step.does
            {
                *addr = here(*addr);
            }
        }
        self.address = here(main);
        self.in_the_lab = (self.address != main).then_some(main.ip());
    }

    fn remark(&mut self, session: &Session, left: usize) {
        let mut say = |text: String| self.remarks.push(text);
        if session.is_capture() {
            say(
                "A capture holds packets and no calls: what the programs did nobody has seen."
                    .into(),
            );
        } else if self.steps.is_empty() {
            say("No call has been made yet.".into());
        } else if self.steps.iter().all(|s| s.who == Actor::Server)
            && self
                .steps
                .iter()
                .any(|s| matches!(s.does, Does::Call(Call::Accept { .. })) && s.made.is_some())
        {
            say(
                "The client was somebody else's program: only the server's calls are known.".into(),
            );
        }
        if left > 0 {
            let calls = if left == 1 { "call" } else { "calls" };
            let left = number(left as u64);
            say(format!(
                "{left} more {calls} are left out here: this is how it began."
            ));
        }
    }
}

/// What has been gathered so far.
#[derive(Default)]
struct Gathering {
    steps: Vec<Step>,
    waits: BTreeMap<usize, Step>,
    waiting: HashMap<CallId, usize>,
    serving: bool,
    nonblocking: HashSet<SocketId>,
    open: HashSet<SocketId>,
    clients: HashSet<Actor>,
    /// Calls of clients that got no role.
    refused: usize,
}

impl Gathering {
    fn see(&mut self, index: usize, event: &Event) {
        let who = event.who.unwrap_or(Actor::Server);
        if who.side() == Side::Client && !self.clients.contains(&who) {
            if self.clients.len() >= MOST_CLIENTS {
                self.refused += usize::from(matches!(event.fact, Fact::Call(_)));
                return;
            }
            self.clients.insert(who);
        }
        match &event.fact {
            Fact::Call(done) => {
                if let Some(index) = self.waiting.remove(&done.call_id) {
                    self.waits.remove(&index);
                }
                self.returned(who, index, done);
            }
            Fact::Waiting {
                call_id,
                socket,
                call,
            } => {
                self.waiting.insert(*call_id, index);
                let step = Step {
                    who,
                    socket: *socket,
                    made: None,
                    does: does(call, call.data().map_or(0, Payload::len)),
                    outcome: Outcome::Waits,
                    nonblocking: false,
                    moved: 0,
                    calls: vec![*call_id],
                    events: vec![index],
                };
                self.waits.insert(index, step);
            }
            Fact::Serve { mode } => {
                self.serving = mode != "off";
                if self.serving {
                    self.say(
                        who,
                        index,
                        "From here on the server answered by itself, as soon as there was something to read.",
                    );
                }
            }
            Fact::Mode { text } if text == "concurrent on" => self.say(
                who,
                index,
                "From here on each connection had a thread of its own; this one makes their calls in turn.",
            ),
            Fact::Elided { calls, .. } => {
                let calls = number(*calls);
                self.say(
                    who,
                    index,
                    &format!("{calls} more calls were made here that the journal only counted."),
                );
            }
            _ => {}
        }
    }

    fn say(&mut self, who: Actor, index: usize, text: &str) {
        self.steps.push(Step {
            who,
            socket: None,
            made: None,
            does: Does::Say(text.to_owned()),
            outcome: Outcome::Done,
            nonblocking: false,
            moved: 0,
            calls: Vec::new(),
            events: vec![index],
        });
    }

    fn returned(&mut self, who: Actor, index: usize, done: &CallDone) {
        let name = done.call.name();
        let never_waits = done.socket.is_some_and(|s| self.nonblocking.contains(&s));
        let offered = done.call.data().map_or(0, Payload::len);
        let taken = if never_waits {
            offered
        } else {
            done.bytes_written()
        };
        let (does, outcome) = match done.errno {
            Some(Errno::EINTR) => (
                Does::Say(format!(
                    "{name} waited here until it was interrupted (EINTR); a program would wait on."
                )),
                Outcome::Done,
            ),
            Some(errno) if !self.has_socket(done) => (
                Does::Say(format!(
                    "{name} was called here without an open socket, and failed with {errno}."
                )),
                Outcome::Done,
            ),
            Some(errno) => (does(&done.call, offered), Outcome::Failed(errno)),
            None if !self.has_socket(done) => (
                Does::Say(format!(
                    "{name} was called here on a socket whose beginning is not known."
                )),
                Outcome::Done,
            ),
            None => (does(&done.call, taken), Outcome::Done),
        };
        if let Call::Ioctl { nonblocking, .. } = done.call
            && let Some(socket) = done.socket
        {
            if self.serving {
                // It is how our own engine waits for many at once, not part of what was said.
                return self.also(index, done.call_id);
            }
            if nonblocking {
                self.nonblocking.insert(socket);
            } else {
                self.nonblocking.remove(&socket);
            }
        }
        let dontwait = matches!(
            &done.call,
            Call::Send { flags, .. } | Call::Recv { flags, .. } | Call::RecvFrom { flags, .. }
                if flags.dontwait
        );
        let waits_at_all = matches!(
            done.call,
            Call::Accept { .. }
                | Call::Connect { .. }
                | Call::Send { .. }
                | Call::SendTo { .. }
                | Call::Recv { .. }
                | Call::RecvFrom { .. }
        );
        if done.errno.is_none() {
            self.open.extend(done.made);
            if let (Call::Close { .. }, Some(socket)) = (&done.call, done.socket) {
                self.open.remove(&socket);
            }
        }
        self.steps.push(Step {
            who,
            socket: done.socket,
            made: done.made,
            does,
            outcome,
            nonblocking: dontwait || never_waits && waits_at_all,
            moved: done.bytes_read(),
            calls: vec![done.call_id],
            events: vec![index],
        });
    }

    /// One more call of the latest step of all.
    fn also(&mut self, index: usize, call: CallId) {
        if let Some(step) = self.steps.last_mut() {
            step.calls.push(call);
            step.events.push(index);
        }
    }

    fn has_socket(&self, done: &CallDone) -> bool {
        match (&done.call, done.socket) {
            (Call::Socket { .. }, _) => true,
            (_, Some(socket)) => self.open.contains(&socket),
            (_, None) => false,
        }
    }

    fn finish(&mut self) {
        self.steps
            .extend(core::mem::take(&mut self.waits).into_values());
        shape::leave_out_what_was_made_again(&mut self.steps);
        shape::loops(&mut self.steps);
    }
}

/// What a call is in a program. Of what `send` was offered, so many bytes were taken.
fn does(call: &Call, taken: u64) -> Does {
    match call {
        Call::Send { flags, data, .. } if !flags.dontwait => {
            Does::Send(shape::data_of(data, taken))
        }
        Call::Recv { fd, len, flags } => Does::Call(Call::Recv {
            fd: *fd,
            len: (*len).min(MOST_BUFFER),
            flags: *flags,
        }),
        Call::RecvFrom { fd, len, flags } => Does::Call(Call::RecvFrom {
            fd: *fd,
            len: (*len).min(MOST_BUFFER),
            flags: *flags,
        }),
        call => Does::Call(call.clone()),
    }
}
