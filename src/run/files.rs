//! Files that a person names to be written: never over what is there, unless that is what was asked for.

use super::{Failure, why};
use crate::model::payload::escaped;
use std::{
    env,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    process,
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

impl NotMade {
    /// For the command line; `what` names the file's purpose.
    pub(crate) fn told(self, what: &str, path: &Path) -> Failure {
        let name = shown(path);
        match self {
            Self::Exists => Failure::input(format!(
                "The {what} {name} exists already, and is not overwritten. Name another file."
            )),
            Self::Refused(e) => {
                Failure::system(&format!("The {what} {name} cannot be written"), &e)
            }
        }
    }
}

/// Makes a file that does not exist yet; or empties one that does, if it may be replaced.
pub(crate) fn create(path: &Path, replace: bool) -> Result<NewFile, NotMade> {
    let made = if replace {
        is_file(path)?;
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

/// What is replaced must be a file: opening a pipe would wait for somebody who reads it.
fn is_file(path: &Path) -> Result<(), NotMade> {
    match path.metadata() {
        Ok(there) if !there.is_file() => {
            let why = "there is something else under this name, and no file";
            Err(NotMade::Refused(io::Error::other(why)))
        }
        _ => Ok(()),
    }
}

/// Writes a whole file, or none: what was there under this name, and may be replaced, stays until all of the new one
/// is written. So a file can be read while it is replaced.
pub(crate) fn write_whole(
    path: &Path,
    replace: bool,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), NotMade> {
    let place = if replace {
        is_file(path)?;
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", process::id()));
        path.with_file_name(name)
    } else {
        path.to_owned()
    };
    let NewFile { file, .. } = create(&place, false)?;
    let mut out = BufWriter::new(file);
    let written = write(&mut out).and_then(|()| out.flush()).and_then(|()| {
        if replace {
            fs::rename(&place, path)
        } else {
            Ok(())
        }
    });
    written.map_err(|e| {
        // Half a file helps nobody.
        let _ = fs::remove_file(&place);
        NotMade::Refused(e)
    })
}

/// The same for a flag of the command line; `what` names the file's purpose.
pub(crate) fn create_new(what: &str, path: &Path) -> Result<NewFile, Failure> {
    create(path, false).map_err(|e| e.told(what, path))
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
