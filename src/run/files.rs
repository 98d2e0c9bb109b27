//! Files that a person names to be written: never over what is there, unless that is what was asked for.

use super::{Failure, why};
use crate::model::payload::escaped;
use std::{
    env,
    fs::File,
    io,
    path::{Path, PathBuf},
};

/// A file that was made to be written.
#[derive(Debug)]
pub struct NewFile {
    /// Where it is.
    pub path: PathBuf,
    /// Empty.
    pub file: File,
}

/// Why a file was not made.
#[derive(Debug)]
pub(crate) enum NotMade {
    /// It exists already.
    Exists,
    /// The system refuses.
    Refused(io::Error),
}

/// Makes a file that does not exist yet; or empties one that does, if it may be replaced.
pub(crate) fn create(path: &Path, replace: bool) -> Result<NewFile, NotMade> {
    let made = if replace {
        File::create(path)
    } else {
        File::create_new(path)
    };
    match made {
        Ok(file) => Ok(NewFile {
            path: path.to_owned(),
            file,
        }),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(NotMade::Exists),
        Err(e) => Err(NotMade::Refused(e)),
    }
}

/// The same for a flag of the command line; `what` names the file's purpose.
pub(crate) fn create_new(what: &str, path: &Path) -> Result<NewFile, Failure> {
    let name = shown(path);
    create(path, false).map_err(|e| match e {
        NotMade::Exists => Failure::input(format!(
            "The {what} {name} exists already, and is not overwritten. Name another file."
        )),
        NotMade::Refused(e) => Failure::system(&format!("The {what} {name} cannot be made"), &e),
    })
}

/// A path as it was typed where no shell reads it: `~/` is the home folder.
pub(crate) fn typed(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        _ => PathBuf::from(path),
    }
}

/// A path as it can be shown.
pub(crate) fn shown(path: &Path) -> String {
    escaped(path.as_os_str().as_encoded_bytes())
}

/// What is said of a file that was not made.
pub(crate) fn not_made(path: &Path, error: &io::Error) -> String {
    format!("{} cannot be written: {}.", shown(path), why(error))
}
