//! Ends.

use super::*;

#[test]
fn who_has_not_closed_is_in_close_wait() {
    let mut play = connected();
    play.close(Actor::Server);
    let found = told(&play, "close-wait");
    assert_eq!(
        found.what[0],
        "The server has said goodbye (FIN); the client has not: CLOSE-WAIT."
    );
    assert_eq!(found.socket, CLIENT);
    play.close(Actor::CLIENT);
    assert_eq!(names(&play), [""; 0]);
    let mut play = connected();
    play.close(Actor::Server).abort(Actor::CLIENT);
    assert_eq!(names(&play), [""; 0], "nothing lay in its queues");
}

#[test]
fn a_close_with_bytes_unread_throws_them_away() {
    let mut play = connected();
    play.send(Actor::CLIENT, b"hello, server\r\n")
        .close(Actor::Server);
    let found = told(&play, "reset-lost-bytes");
    assert_eq!(
        found.what,
        [
            "A reset threw away 15 bytes in the server's receive queue.",
            "The server closed before its program had read them."
        ]
    );
    assert_eq!(found.socket, SERVER);
    assert_eq!(names(&play), ["reset-lost-bytes"]);
    // The next connection is another story.
    play.accept().connect(Actor::CLIENT);
    assert_eq!(names(&play), [""; 0]);
}

#[test]
fn who_breaks_off_throws_away_what_was_not_delivered() {
    let mut play = connected();
    progress(&mut play, CLIENT, [100, 60, 20]);
    play.abort(Actor::CLIENT);
    assert_eq!(
        told(&play, "reset-lost-bytes").what,
        [
            "A reset threw away 80 bytes in the client's send queue.",
            "The client broke the connection off: no goodbye, no delivery."
        ]
    );
    let mut play = connected();
    progress(&mut play, SERVER, [30, 30, 0]);
    play.abort(Actor::CLIENT);
    let found = told(&play, "reset-lost-bytes");
    assert_eq!(found.socket, SERVER);
    assert_eq!(
        found.what[1],
        "It came from the client, and nothing can be sent any more."
    );
    let mut play = connected();
    play.abort(Actor::CLIENT);
    assert_eq!(names(&play), [""; 0], "nothing was lost");
}

#[test]
fn what_ends_without_a_reset_has_lost_nothing_to_one() {
    let mut play = connected();
    progress(&mut play, CLIENT, [100, 60, 20]);
    // It gave up waiting for an ACK.
    play.state(CLIENT, TcpState::Closed);
    assert_eq!(names(&play), [""; 0]);
    let (play, moments) = Play::walked();
    for session in moments {
        let all = notable(play.book(), &session, &Off::default());
        assert!(all.iter().all(|i| i.name() != "reset-lost-bytes"));
    }
}
