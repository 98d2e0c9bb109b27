//! `fourline lab enter`: another program inside a lab that runs, so that what we show can be checked from inside.

use crate::{
    model::{ids::Side, payload::escaped},
    os::lab::enter::{Locked, become_inside, find},
    run::{Failure, Outcome},
};
use std::{env, ffi::OsString, os::unix::ffi::OsStrExt};

/// Becomes the command; returns only when that cannot be.
pub(super) fn enter(pid: Option<i32>, side: Side, command: &[OsString]) -> Failure {
    let Some(keeper) = find(pid) else {
        return Failure {
            outcome: Outcome::Refused,
            text: match pid {
                None => "No fourline of yours has a lab at the moment. Start one in another terminal: fourline --network lab".to_owned(),
                Some(pid) => format!(
                    "Process {pid} has no lab that you may enter. Without --pid, the newest one is entered."
                ),
            },
        };
    };
    let shell = env::var_os("SHELL").unwrap_or_else(|| "/bin/sh".into());
    let (program, arguments) = command.split_first().unwrap_or((&shell, &[]));
    match become_inside(keeper, side, program, arguments) {
        Locked::Namespace(keeper, error) => Failure::system(
            &format!(
                "The lab of process {} may not be entered, or has just ended",
                keeper.pid
            ),
            &error,
        ),
        Locked::Program(error) => {
            let what = format!("{} cannot be run", escaped(program.as_bytes()));
            Failure::input(Failure::system(&what, &error).text)
        }
    }
}
