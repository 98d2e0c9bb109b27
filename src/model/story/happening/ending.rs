//! The whole conversation is over: that is worth saying.

use super::{Happening, Moment};
use crate::model::{event::Fact, session::SocketState, story::words::the, tcp::TcpState};

/// Puts it behind what has happened. Where the last thing was a claim, what was done comes before it.
pub(super) fn told(m: &Moment<'_>, happening: &mut Happening) {
    let Some(end) = over(m) else {
        return;
    };
    happening.what.truncate(1);
    let claim = m.news.is_some() && m.session.lines.complete();
    match happening.what.first_mut().filter(|_| claim) {
        Some(first) => {
            *first = format!("All four lines are done. {first}");
            happening
                .what
                .push(end.replacen(": all four lines are done", "", 1));
        }
        None => happening.what.push(end),
    }
}

/// Says that the conversation is over, once the last socket of it was closed, or a script's last claim was checked.
fn over(m: &Moment<'_>) -> Option<String> {
    let closes = matches!(&m.event.fact, Fact::Call(done) if !done.failed() && done.call.name() == "close"
        && m.socket(done.socket).is_some_and(|s| !s.is_listener()));
    let told = match m.news.map(|news| &news.fact) {
        None => closes,
        Some(Fact::Expect { held, .. }) => *held,
        Some(_) => false,
    };
    let session = m.session;
    let connections = || session.sockets.iter().filter(|s| !s.is_listener());
    let open = |s: &SocketState| s.fd.is_some() || s.is_pending();
    let busy = session
        .actors
        .values()
        .any(|a| !a.waiting.is_empty() || !a.queued.is_empty() || a.serving.is_some());
    let talked = connections().any(|s| s.read > 0);
    if !told || busy || !talked || connections().any(open) || session.next_in_script().is_some() {
        return None;
    }
    let lingers = connections()
        .find(|s| s.state == TcpState::TimeWait)
        .map_or_else(String::new, |s| {
            format!(
                " ({}'s end stays in TIME-WAIT for a while)",
                the(s.id.actor)
            )
        });
    let how = if session.lines.complete() {
        "all four lines are done"
    } else {
        "every connection is closed"
    };
    Some(format!("That was the whole conversation: {how}{lingers}."))
}
