//! The one next statement of the whole conversation: of the script while it has one, and then what leads through the
//! four lines again. An actor whose call waits is left in peace: what it is asked then would only queue, so the other
//! one acts. Only when nobody else can end a wait is it cancelled.

use super::{
    CLIENT_SAYS, SERVER_SAYS, is_over, open_connection, owes_words, server_is_foreign, unread,
    unread_error, waiting_callers, waits_on,
};
use crate::model::{
    event::{Sight, Timer},
    ids::{Actor, Target},
    session::{ActorState, Session, SocketState, WaitingCall},
};

/// The next statement; `None` when there is none that would make sense.
pub fn next_step(session: &Session) -> Option<String> {
    if session.is_capture() {
        return None;
    }
    if let Some(line) = session.next_in_script() {
        return Some(before_the_script(session, &line.text).unwrap_or_else(|| line.text.clone()));
    }
    if let Some(text) = on_the_cable(session) {
        return Some(text);
    }
    let walk = Walk::of(session);
    if server_is_foreign(session) {
        return walk.client_alone();
    }
    walk.someone_waits_for_the_other()
        .or_else(|| walk.by_turns())
        .or_else(|| walk.goodbye())
        .or_else(|| walk.cancel())
}

/// The next line of the script would only queue behind its actor's call, while a packet is held: that goes first.
fn before_the_script(session: &Session, line: &str) -> Option<String> {
    let who: Target = line.split(' ').next()?.parse().ok()?;
    let actor = session.actors.get(&who.actor)?;
    let waits = !actor.waiting.is_empty() && !actor.concurrent;
    (waits && session.cable.held().next().is_some()).then(|| LET_GO.to_owned())
}

/// What the cable's part is in going on: a packet in one's hand comes first, the oldest one. What is on its way, or is
/// sent again by a kernel, needs nothing but time, if somebody waits for it.
fn on_the_cable(session: &Session) -> Option<String> {
    let cable = &session.cable;
    if cable.held().next().is_some() {
        return Some(LET_GO.to_owned());
    }
    let waits = |a: &ActorState| {
        let for_packets = |w: &WaitingCall| w.call.name() != "accept";
        a.waiting.iter().any(for_packets)
    };
    if !matches!(*session.sight, Sight::Cable) || !session.actors.values().any(waits) {
        return None;
    }
    if cable.rules.iter().any(|rule| rule.starts_with("unplug")) {
        return Some("cable plug".to_owned());
    }
    let sends_again = session.sockets.iter().any(|s| {
        s.detail
            .is_some_and(|(d, _)| matches!(d.timer, Some((Timer::Retransmit, _))))
    });
    (sends_again || cable.on_it().next().is_some()).then(|| "wait 200ms".to_owned())
}

/// Lets the oldest packet go that is held.
const LET_GO: &str = "cable step";

/// Who talks with whom at the moment.
struct Walk<'a> {
    session: &'a Session,
    /// The client that is looked at.
    client: Actor,
    /// The server's end of the conversation.
    server_end: Option<&'a SocketState>,
    /// The client's end of it.
    client_end: Option<&'a SocketState>,
    /// The server answers by itself, in this way.
    serving: Option<&'a str>,
}

impl<'a> Walk<'a> {
    fn of(session: &'a Session) -> Self {
        let server = session.actors.get(&Actor::Server);
        // The connection on which the server waits; else its newest.
        let waits = server
            .into_iter()
            .flat_map(|a| a.waiting.iter().rev())
            .filter_map(|w| session.socket(w.socket?))
            .find(|s| s.id.actor == Actor::Server && !s.is_listener() && s.fd.is_some());
        let server_end =
            waits.or_else(|| open_connection(session, Actor::Server).filter(|s| s.peer.is_some()));
        let serving = server.and_then(|a| a.serving.as_deref());
        let partner = server_end
            .filter(|_| serving.is_none())
            .and_then(|s| s.peer_socket)
            .and_then(|peer| session.socket(peer))
            .filter(|s| s.id.actor != Actor::Server);
        let newest = session
            .sockets
            .iter()
            .rev()
            .find(|s| s.fd.is_some() && s.id.actor != Actor::Server);
        let client = partner
            .or(newest)
            .map_or(Actor::CLIENT, |socket| socket.id.actor);
        let client_end = match partner {
            Some(partner) => Some(partner).filter(|s| s.fd.is_some()),
            None => open_connection(session, client)
                .filter(|s| s.peer.is_some())
                // A server that has a conversation with somebody else is not this client's.
                .filter(|_| server_end.is_none() || serving.is_some()),
        };
        Self {
            session,
            client,
            server_end,
            client_end,
            serving,
        }
    }

    /// The actor, or the socket by its name when the bare actor would mean another one.
    fn name(&self, end: &SocketState) -> String {
        let meant = open_connection(self.session, end.id.actor).map(|s| s.id);
        if meant == Some(end.id) {
            end.id.actor.to_string()
        } else {
            Target::from(end.id).to_string()
        }
    }

    /// Whether the actor can make a call on this socket at once.
    fn is_free(&self, actor: Actor, on: Option<&SocketState>) -> bool {
        let state = self.session.actors.get(&actor);
        if actor == Actor::Server && self.serving.is_some() {
            return false;
        }
        match (state, on) {
            (Some(state), Some(socket)) if state.concurrent => !waits_on(self.session, socket),
            (Some(state), None) if state.concurrent => self
                .session
                .listener(actor)
                .is_none_or(|l| !waits_on(self.session, l)),
            (Some(state), _) => state.waiting.is_empty(),
            (None, _) => true,
        }
    }

    /// The call in which the actor waits on this socket.
    fn waits_in(&self, end: Option<&SocketState>) -> Option<&'static str> {
        let id = end?.id;
        let waiting = &self.session.actors.get(&id.actor)?.waiting;
        waiting
            .iter()
            .find(|w| w.socket == Some(id))
            .map(|w| w.call.name())
    }

    /// One of them sits in recv or send: the other one ends that by speaking or reading.
    fn someone_waits_for_the_other(&self) -> Option<String> {
        let answers = |waits: Option<&SocketState>, other: Option<&SocketState>, says: &str| {
            let other = other.filter(|o| !is_over(o) && self.is_free(o.id.actor, Some(o)))?;
            let name = self.name(other);
            match self.waits_in(waits)? {
                "recv" | "recvfrom" if unread(self.session, other) > 0 => {
                    Some(format!("{name} recv"))
                }
                "recv" | "recvfrom" if !other.state.fin_sent() => {
                    Some(format!("{name} send {says}"))
                }
                "send" | "sendto" | "close" => Some(format!("{name} recv")),
                _ => None,
            }
        };
        answers(self.server_end, self.client_end, CLIENT_SAYS)
            .or_else(|| answers(self.client_end, self.server_end, SERVER_SAYS))
    }

    /// A server that listens and has nobody gets its caller into accept first, as in the four lines; then who has
    /// something to read, to send or to close goes on, the client first, since its words are what the server waits for.
    fn by_turns(&self) -> Option<String> {
        if self.server_end.is_none() && self.client_end.is_none() {
            self.server_turn().or_else(|| self.client_turn())
        } else {
            self.client_turn().or_else(|| self.server_turn())
        }
    }

    fn server_turn(&self) -> Option<String> {
        if !self.is_free(Actor::Server, self.server_end) {
            return None;
        }
        let Some(end) = self.server_end else {
            return match self.session.listener(Actor::Server) {
                None => Some(format!(
                    "server listen {}",
                    self.session.port_to_listen_on()
                )),
                // The client sits in a call, and no caller is there: accept would never return.
                Some(listener)
                    if waiting_callers(self.session, listener) == 0
                        && !self.is_free(self.client, None)
                        && self.client_end.is_some() =>
                {
                    None
                }
                Some(_) => Some("server accept".to_owned()),
            };
        };
        let name = self.name(end);
        if unread_error(self.session, end) {
            return Some(format!("{name} recv"));
        }
        if is_over(end) || end.end_seen {
            return Some(format!("{name} close"));
        }
        if unread(self.session, end) > 0 || end.state.fin_received() {
            return Some(format!("{name} recv"));
        }
        if end.read > 0 && owes_words(self.session, end) && !end.state.fin_sent() {
            return Some(format!("{name} send {SERVER_SAYS}"));
        }
        (end.read == 0).then(|| format!("{name} recv"))
    }

    fn client_turn(&self) -> Option<String> {
        let client = self.client;
        if !self.is_free(client, self.client_end) {
            return None;
        }
        let Some(end) = self.client_end else {
            // Someone must listen, and the server be willing, before a call makes sense.
            return self
                .session
                .listener(Actor::Server)
                .filter(|_| self.server_end.is_none() || self.serving.is_some())
                .map(|_| format!("{client} connect"));
        };
        let name = self.name(end);
        if unread_error(self.session, end) {
            return Some(format!("{name} recv"));
        }
        let unread = unread(self.session, end);
        if is_over(end) || end.end_seen || end.state.fin_received() && unread == 0 {
            return Some(format!("{name} close"));
        }
        if unread > 0 {
            return Some(format!("{name} recv"));
        }
        if end.written == 0 && !end.state.fin_sent() {
            return Some(format!("{name} send {CLIENT_SAYS}"));
        }
        // A server that answers by itself says what it has to say, and waits for more.
        let mode = self.serving?.split(' ').next();
        if end.read > 0 || matches!(mode, Some("discard" | "silent" | "slow")) {
            Some(format!("{name} close"))
        } else {
            Some(format!("{name} recv"))
        }
    }

    /// All is said: the server disconnects, as in the fourth line. Then the client reads what there is.
    fn goodbye(&self) -> Option<String> {
        let server = self
            .server_end
            .filter(|end| self.is_free(Actor::Server, Some(end)))
            .map(|end| format!("{} close", self.name(end)));
        server.or_else(|| {
            self.client_end
                .filter(|end| self.is_free(self.client, Some(end)))
                // A server that has yet to accept, and cannot, will not answer.
                .map(|end| format!("{} recv", self.name(end)))
        })
    }

    /// Nobody can end the wait but a signal.
    fn cancel(&self) -> Option<String> {
        let waits = |actor: &Actor| {
            self.session
                .actors
                .get(actor)
                .is_some_and(|a| !a.waiting.is_empty())
        };
        [self.client, Actor::Server]
            .into_iter()
            .find(waits)
            .map(|who| format!("{who} cancel"))
    }

    /// The client's side of the four lines, when the server is somebody else's.
    fn client_alone(&self) -> Option<String> {
        let client = self.client;
        if !self.is_free(client, self.client_end) {
            return self.cancel();
        }
        let Some(end) = self.client_end else {
            return Some(format!("{client} connect"));
        };
        let name = self.name(end);
        self.client_turn().or_else(|| {
            let heard = end.read > 0;
            Some(format!("{name} {}", if heard { "close" } else { "recv" }))
        })
    }
}
