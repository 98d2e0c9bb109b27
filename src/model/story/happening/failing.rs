//! A call that failed: its error, the usual cause, what to try.

use super::{Happening, Moment, why};
use crate::model::{
    call::{Call, CallDone},
    errno::Errno,
    story::{explain::explain_in, proof},
};

/// What the packets show of it.
fn proven(m: &Moment<'_>, done: &CallDone) -> Option<String> {
    let events = m.book.events();
    let first = events.first()?.id.0;
    let index = usize::try_from(m.event.id.0.checked_sub(first)?).ok()?;
    proof::cause(m.book, m.session, index, done)
}

pub(super) fn failed(m: &Moment<'_>, done: &CallDone) -> Happening {
    let Some(told) = explain_in(Some(m.session), m.event.who, done) else {
        return Happening::default();
    };
    // Who has the address is known when the kernel was asked, and stands behind these sentences.
    let cause = match &done.call {
        Call::Bind { addr, .. } if done.errno == Some(Errno::EADDRINUSE) && m.is_noted() => {
            format!("Another socket has {addr}.")
        }
        _ => proven(m, done).unwrap_or_else(|| told.cause.clone()),
    };
    let first = format!("{} {cause}", told.short());
    let errno = done.errno.unwrap_or(Errno(0));
    Happening::new(
        [first, told.hint],
        &format!("{} {}", why::FAILED, why::of_errno(errno)),
    )
}
