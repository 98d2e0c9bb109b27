//! Several clients, foreign peers, and long journals on the ladder.

mod packets;

use super::*;
use crate::{
    app::Cursor,
    model::story::testing::Play,
    ui::{
        screens::{
            foreign::tests::at_their_server,
            tests::{app, frame, soon_after, text},
        },
        theme::Theme,
    },
};
use ratatui::buffer::Buffer;

/// Three clients; the bytes of two are on their way at once, and read in the other order.
fn three_clients() -> Play {
    let [one, two, three] = [1, 2, 3].map(Actor::Client);
    let mut play = Play::free();
    play.listen();
    for client in [one, two, three] {
        play.connect(client).accept();
    }
    play.send(two, b"two")
        .send(one, b"one!")
        .send(three, b"three");
    play.recv(Actor::Server).send(Actor::Server, b"hello three");
    play.recv(three).close(two);
    play
}

fn on_the_ladder(book: crate::model::book::Book, width: u16, height: u16) -> String {
    let mut app = app(book);
    app.screen = Screen::Ladder;
    text(&frame(&app, soon_after(&app), width, height))
}

#[test]
fn three_clients_are_told_apart() {
    for (width, height) in [(80, 50), (120, 50)] {
        let shown = on_the_ladder(three_clients().into_book(), width, height);
        assert!(shown.contains("CLIENTS"), "{shown}");
        insta::assert_snapshot!(format!("three-clients-{width}"), shown);
    }
}

#[test]
fn names_of_an_earlier_run_are_not_given_to_the_sockets_of_this_one() {
    let mut play = three_clients();
    let (network, script) = ("host".to_owned(), Vec::new());
    let server = play.session().server_address;
    play.see(
        None,
        crate::model::event::Source::Program,
        crate::model::event::Fact::Begin {
            network,
            script,
            server,
            sight: Sight::default(),
            no_lab: None,
        },
    );
    play.listen();
    for n in 1..=3 {
        play.connect(Actor::Client(4 - n)).accept();
    }
    let shown = on_the_ladder(play.into_book(), 120, 90);
    let (before, after) = shown.split_once("begun anew").unwrap();
    assert!(!before.contains("(client"), "{before}");
    assert!(after.contains("(client3)"), "{after}");
}

#[test]
fn what_was_sent_to_a_foreign_peer_ends_where_it_was_acknowledged() {
    for (name, acknowledged) in [("acknowledged", true), ("on-its-way", false)] {
        let shown = on_the_ladder(at_their_server(acknowledged), 120, 16);
        assert!(shown.contains("127.0.0.1:23456 (not ours)"), "{shown}");
        insta::assert_snapshot!(format!("foreign-server-{name}"), shown);
    }
}

#[test]
fn a_frame_looks_at_few_events_however_many_there_are() {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    while play.book().events().len() < 100_000 {
        play.send(Actor::CLIENT, b"ping\n").recv(Actor::Server);
    }
    let events = play.book().events().len();
    let mut app = app(play.into_book());
    app.screen = Screen::Ladder;
    let look = |app: &App| {
        let told = Told::new(app);
        let area = Rect::new(0, 0, 200, 60);
        let mut buf = Buffer::empty(area);
        let mut canvas = Canvas::new(&mut buf, Theme::of(&app.settings));
        draw_told(&told, soon_after(app), &mut canvas, area);
        assert!(text(&buf).contains("send"), "{}", text(&buf));
        told.looked_at()
    };
    let live = look(&app);
    app.scrolls.insert(ID, 20_000);
    let scrolled = look(&app);
    app.scrolls.clear();
    let count = events / 2;
    app.go(Cursor::At {
        count,
        frozen: false,
    });
    let past = look(&app);
    for looked_at in [live, scrolled, past] {
        assert!(looked_at < 2_000, "{looked_at} of {events}");
    }
}
