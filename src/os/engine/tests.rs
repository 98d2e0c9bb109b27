//! Conversations asked of the engine directly, told as the journal has them.

use super::*;
use crate::model::{
    book::Book,
    call::MsgFlags,
    command::{Address, Command, Data},
    ids::{Actor, Target},
    tcp::TcpState,
};

/// An engine, its journal, and the manners of a patient person: the next order comes when the last one is settled.
struct Stage {
    engine: Engine,
    reports: UnboundedReceiver<Report>,
    book: Book,
    next: u64,
}

impl Stage {
    fn new() -> Self {
        let server = "127.0.0.1:0".parse().unwrap();
        let (engine, reports) =
            Engine::start(Clock::start(), Network::Host { capture: false }, server).unwrap();
        Self {
            engine,
            reports,
            book: Book::new(),
            next: 1_000_000,
        }
    }

    fn asks(&mut self, who: Actor, command: Command) -> &mut Self {
        self.next += 1;
        self.engine.ask(Request::Do(
            EventId(self.next),
            Order {
                who: Target::from(who),
                command,
            },
        ));
        loop {
            match self.reports.blocking_recv().expect("the engine lives") {
                Report::Seen(seen) => drop(self.book.append(seen)),
                Report::Settled(EventId(n)) if n == self.next => return self,
                _ => {}
            }
        }
    }

    fn server(&mut self, command: Command) -> &mut Self {
        self.asks(Actor::Server, command)
    }

    fn client(&mut self, command: Command) -> &mut Self {
        self.asks(Actor::CLIENT, command)
    }

    fn state(&self, who: Actor) -> Option<TcpState> {
        self.book.session().newest(who.into()).map(|s| s.state)
    }
}

fn listen() -> Command {
    Command::Listen {
        at: Some(Address { ip: None, port: 0 }),
        backlog: None,
    }
}

fn send(text: &'static str) -> Command {
    Command::Send(Data::Literal(text.into()), MsgFlags::default())
}

const RECV: Command = Command::Recv(
    4096,
    MsgFlags {
        peek: false,
        waitall: false,
        dontwait: false,
        nosignal: false,
    },
);

#[test]
fn the_four_lines() {
    let mut stage = Stage::new();
    stage.server(listen()).server(Command::Accept);
    assert_eq!(
        stage
            .book
            .session()
            .waiting(Actor::Server)
            .map(crate::model::call::Call::name),
        Some("accept")
    );
    stage.client(Command::Connect(None));
    assert_eq!(stage.book.session().waiting(Actor::Server), None);
    assert_eq!(
        (stage.state(Actor::Server), stage.state(Actor::CLIENT)),
        (Some(TcpState::Established), Some(TcpState::Established))
    );
    stage.client(send("hello, server\r\n"));
    stage.server(RECV).server(send("I have received it\r\n"));
    stage.client(RECV);
    assert_eq!(stage.book.session().lines.reached(), 4);
    stage.server(Command::Close);
    // FIN-WAIT-1 lasts for as long as the client's kernel delays its acknowledgement.
    assert!(matches!(
        stage.state(Actor::Server),
        Some(TcpState::FinWait1 | TcpState::FinWait2)
    ));
    assert_eq!(stage.state(Actor::CLIENT), Some(TcpState::CloseWait));
    stage.client(Command::Close);
    assert_eq!(
        (stage.state(Actor::Server), stage.state(Actor::CLIENT)),
        (Some(TcpState::TimeWait), Some(TcpState::Closed))
    );
    assert!(stage.book.session().lines.complete());
    for event in stage.book.events().iter() {
        println!("{}", serde_json::to_string(event).unwrap());
    }
}
