//! The conversation as a program: the same calls, written in C, Python, PHP, Rust and Go.
//!
//! ```text
//!   Book, how many events ──► gather: Plan (who made which call, on which socket, with what result)
//!                                │
//!                                ├──► c  python  php  rust  go: lines, each with the step that it came from
//!                                ▼
//!                             Program ──► the screen beside the calls, a file, the clipboard
//! ```
//!
//! Each program is one file with both roles: `talk server`, `talk client`. Only what stands in the journal is in it;
//! what a language cannot say is said in a comment. Bytes are those of a peer or a file: they are written as literals of
//! the language, in ASCII, and nothing else of theirs gets into a program.

mod c;
mod c_calls;
mod gather;
mod go;
mod go_calls;
mod ink;
mod literal;
mod paper;
mod php;
mod plan;
mod python;
mod rust;
mod rust_calls;
mod shape;
mod words;

#[cfg(test)]
mod tests;

pub use ink::{Ink, inks};
pub use plan::{Data, Does, Outcome, Plan, Step};

/// A language that programs are written in.
#[derive(Clone, Copy, Debug)]
pub struct Language {
    /// Its name, as in `--to NAME`.
    pub name: &'static str,
    /// Its name as it is written in a sentence.
    pub title: &'static str,
    /// What its files are called by, without a dot.
    pub extension: &'static str,
    /// What has to be done with a file `talk` before it can run; empty for nothing.
    pub make: &'static str,
    /// What runs it, with `server` or `client` behind it.
    pub run: &'static str,
    /// With what a comment begins; it goes to the end of its line.
    pub comment: &'static str,
    write: fn(&Plan) -> Vec<Line>,
}

/// All languages.
pub static LANGUAGES: [Language; 5] = [
    Language {
        name: "c",
        title: "C",
        extension: "c",
        make: "cc -o talk talk.c",
        run: "./talk",
        comment: "//",
        write: c::write,
    },
    Language {
        name: "python",
        title: "Python",
        extension: "py",
        make: "",
        run: "python3 talk.py",
        comment: "#",
        write: python::write,
    },
    Language {
        name: "php",
        title: "PHP",
        extension: "php",
        make: "",
        run: "php talk.php",
        comment: "//",
        write: php::write,
    },
    Language {
        name: "rust",
        title: "Rust",
        extension: "rs",
        make: "rustc talk.rs",
        run: "./talk",
        comment: "//",
        write: rust::write,
    },
    Language {
        name: "go",
        title: "Go",
        extension: "go",
        make: "go build talk.go",
        run: "./talk",
        comment: "//",
        write: go::write,
    },
];

/// The language of this name.
pub fn language(name: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|l| l.name == name)
}

/// One line of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// What it says: printable ASCII, indented with spaces or tabs.
    pub text: String,
    /// The step that it came from: its place in [`Plan::steps`].
    pub step: Option<usize>,
}

/// A conversation written in a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its lines.
    pub lines: Vec<Line>,
}

impl Program {
    /// The plan in this language.
    pub fn of(plan: &Plan, language: &Language) -> Self {
        Self {
            lines: (language.write)(plan),
        }
    }

    /// All of it, ready to save.
    pub fn text(&self) -> String {
        let lines = self.lines.iter();
        lines.fold(String::new(), |all, line| all + &line.text + "\n")
    }
}
