//! Why a program does not run, and what to try.

use crate::model::{errno::Errno, payload::escaped, story::words::first_upper};

/// What the system's refusal to run this program means.
pub(in crate::os) fn words(program: &str, errno: Errno) -> String {
    let name = escaped(program.as_bytes());
    let is_path = program.contains('/');
    let (why, hint) = match errno {
        Errno(libc::ENOENT) if is_path => (
            "there is no such file, or the interpreter that its first line names is missing",
            "Look for it from the folder in which fourline was started.".to_owned(),
        ),
        Errno(libc::ENOENT) => (
            "no program of this name is in the folders of PATH",
            format!("Install it, or write where it is: ./{name}"),
        ),
        // A folder of PATH that may not be entered hides what is in it.
        Errno(libc::EACCES) if !is_path => (
            "no program of this name that you may execute is in the folders of PATH",
            format!("Install it, or write where it is: ./{name}"),
        ),
        Errno(libc::EACCES) => (
            "it may not be executed, or a folder on the way to it not be entered",
            format!("Try: chmod +x {name}, or name its interpreter, as in: sh {name}"),
        ),
        Errno(libc::ENOEXEC) => (
            "the kernel does not know how to run such a file",
            format!("If it is a script, name its interpreter, as in: sh {name}"),
        ),
        Errno(libc::E2BIG) => (
            "its arguments and the environment are too long",
            "Put them into a file.".to_owned(),
        ),
        _ => (errno.text(), "Try it in a terminal of its own.".to_owned()),
    };
    format!(
        "The program \"{name}\" was not started: {errno}. {}. {hint}",
        first_upper(why)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_try() {
        assert_eq!(
            words("phpp", Errno(libc::ENOENT)),
            "The program \"phpp\" was not started: ENOENT. No program of this name is in the folders of PATH. \
             Install it, or write where it is: ./phpp"
        );
        assert_eq!(
            words("./a\x1b b", Errno(libc::EACCES)),
            "The program \"./a\\x1b b\" was not started: EACCES. It may not be executed, or a folder on the way to it \
             not be entered. Try: chmod +x ./a\\x1b b, or name its interpreter, as in: sh ./a\\x1b b"
        );
        for errno in [libc::ENOENT, libc::ENOEXEC, libc::E2BIG, libc::EPERM] {
            let told = words("./x", Errno(errno));
            assert!(told.matches(". ").count() == 2, "{told}");
        }
    }
}
