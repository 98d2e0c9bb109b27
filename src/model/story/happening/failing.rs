//! A call that failed: its error, the usual cause, what to try.

use super::{Happening, Moment, why};
use crate::model::{call::CallDone, errno::Errno, story::explain::explain_in};

pub(super) fn failed(m: &Moment<'_>, done: &CallDone) -> Happening {
    let Some(told) = explain_in(Some(m.session), m.event.who, done) else {
        return Happening::default();
    };
    let first = format!("{} {}", told.short(), told.cause);
    let errno = done.errno.unwrap_or(Errno(0));
    Happening::new(
        [first, told.hint],
        &format!("{} {}", why::FAILED, why::of_errno(errno)),
    )
}
