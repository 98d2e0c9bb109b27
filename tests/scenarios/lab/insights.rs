use super::{journal, there};
use crate::{
    common::{Script, Story, end},
    insights::{at, holds},
};
use fourline::model::insights::Off;

const CONNECTED: &str = "server listen 10008\nclient connect\nserver accept\nwait 100ms\n";

/// What happens in the lab after the handshake.
fn story(script: &str) -> Option<Story> {
    if !there() {
        return None;
    }
    let script = Script::new(format!("{CONNECTED}{script}"));
    Some(end(&mut journal(&script.path(), &[])).story())
}

#[test]
fn a_packet_that_was_dropped_must_be_sent_again() {
    // Nothing comes back, so that the drop is all that is known of it.
    let Some(story) = story(
        "say \"not so\"\ncable drop data 1,2\nclient send \"hello\"\nwait 30ms\nsay \"dropped\"\nwait 1500ms\nsay \"not so\"\ncable clear\ncable hold ack to client\nclient send \"again\"\nwait 900ms\nsay \"so\"\ncable release\nwait 300ms\nsay \"not so\"\n",
    ) else {
        return;
    };
    let what = holds(&story, "retransmission-pending");
    assert!(
        what.starts_with("The client has sent the same bytes again"),
        "{what}"
    );
    let dropped = &at(&story, "dropped", &Off::default())[0];
    let pending = dropped
        .iter()
        .find(|i| i.name() == "retransmission-pending");
    let pending = pending.map(|i| i.what[0].as_str()).unwrap_or_default();
    assert!(
        pending.contains("5 bytes, was dropped: it must be sent again."),
        "{pending:?}"
    );
}

#[test]
fn small_pieces_wait_for_the_ack_of_those_before_them() {
    let Some(story) = story(
        "say \"not so\"\ncable delay 300ms\nclient send \"one\"\nwait 20ms\nsay \"not so\"\nclient send \"two\"\nwait 100ms\nsay \"so\"\nwait 1500ms\nsay \"not so\"\nclient setsockopt TCP_NODELAY on\nclient send \"three\"\nclient send \"four\"\nwait 50ms\nsay \"not so\"\n",
    ) else {
        return;
    };
    assert_eq!(
        holds(&story, "nagle"),
        "Nagle's algorithm holds 3 bytes back in the client's kernel."
    );
}

#[test]
fn a_window_that_is_closed() {
    let Some(story) = story(
        "say \"not so\"\nclient send bytes(20000000)\nwait 1500ms\nsay \"so\"\nserver recv 20000000 waitall\nwait 500ms\nsay \"not so\"\n",
    ) else {
        return;
    };
    assert_eq!(
        holds(&story, "zero-window"),
        "The server's window is 0: its receive buffer is full."
    );
    let so = &at(&story, "so", &Off::default())[0];
    for beside in ["send-queue-full", "acknowledged-unread"] {
        assert!(so.iter().any(|i| i.name() == beside), "{so:?}");
    }
}
