//! The man page: what clap knows of the flags and subcommands, and the sections that people look for.

use super::{Args, args::EXAMPLES};
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use std::fmt::Write as _;

const EXIT_STATUS: [(u8, &str); 4] = [
    (0, "All is well."),
    (1, "A claim did not hold."),
    (2, "Usage or bad input."),
    (3, "The system refused what was needed."),
];
const FILES: [(&str, &str); 3] = [
    (
        "$XDG_CONFIG_HOME/fourline/config.toml",
        "Theme, pace and keys. fourline config prints one with every setting in it.",
    ),
    (
        "$XDG_STATE_HOME/fourline/history",
        "What was typed at the plain prompt.",
    ),
    (
        "$XDG_STATE_HOME/fourline/lessons.json",
        "How far one has come in each lesson, and what was answered.",
    ),
];

/// The page in roff.
pub(super) fn page() -> String {
    let command = Args::command().after_help("");
    let man = Man::new(command.clone());
    let mut out = Vec::new();
    // Writing to memory does not fail.
    let _ = man.render_title(&mut out);
    let _ = man.render_name_section(&mut out);
    let _ = man.render_synopsis_section(&mut out);
    let _ = man.render_description_section(&mut out);
    let _ = man.render_options_section(&mut out);
    let mut page = String::from_utf8_lossy(&out).into_owned();
    page.push_str(".SH COMMANDS\n");
    for sub in command.get_subcommands() {
        subcommand(sub, &mut page);
    }
    let _ = writeln!(page, ".SH EXAMPLES\n.nf\n{}\n.fi", roff(EXAMPLES));
    page.push_str(".SH EXIT STATUS\n");
    for (code, about) in EXIT_STATUS {
        let _ = writeln!(page, ".TP\n.B {code}\n{about}");
    }
    page.push_str(".SH FILES\n");
    for (file, about) in FILES {
        let _ = writeln!(page, ".TP\n.I {}\n{}", roff(file), roff(about));
    }
    page.push_str(
        ".SH SEE ALSO\n.BR socket (2),\n.BR tcp (7),\n.BR ss (8),\n.BR strace (1),\n.BR nc (1)\n",
    );
    page
}

fn subcommand(sub: &Command, page: &mut String) {
    let args: Vec<_> = sub.get_arguments().filter(|a| !a.is_global_set()).collect();
    let _ = write!(page, ".TP\n.B {}", sub.get_name());
    for positional in args.iter().filter(|a| a.is_positional()) {
        let _ = write!(page, " {}", positional.get_id().as_str().to_uppercase());
    }
    let _ = writeln!(
        page,
        "\n{}",
        roff(&sub.get_about().map(ToString::to_string).unwrap_or_default())
    );
    for flag in args.iter().filter(|a| !a.is_positional()) {
        let about = flag.get_help().map(ToString::to_string).unwrap_or_default();
        if let Some(long) = flag.get_long() {
            let _ = writeln!(
                page,
                ".RS\n.TP\n.B {}\n{}\n.RE",
                roff(&format!("--{long}")),
                roff(&about)
            );
        }
    }
}

/// Text as roff takes it: backslashes and hyphens as themselves, no line that begins like a request.
fn roff(text: &str) -> String {
    text.lines()
        .map(|line| {
            let line = line.replace('\\', "\\e").replace('-', "\\-");
            if line.starts_with(['.', '\'']) {
                format!("\\&{line}")
            } else {
                line
            }
        })
        .collect::<Vec<_>>()
        .join("\n")
}
