//! `fourline doctor`: what fourline needs of the system and of the terminal, each with what would help.

use crate::{
    os::lab::needs::{Need, Verdict, needs},
    run::{Failure, Outcome, shown},
};
use crossterm::terminal;
use std::{
    env,
    io::{self, IsTerminal},
    path::Path,
};

/// The least size of a terminal on which everything is to be seen.
const SMALLEST: (u16, u16) = (80, 24);

/// Looks, and tells.
pub(super) fn doctor() -> Result<Outcome, Failure> {
    let mut needs = needs(Path::new("/proc/self/exe"));
    let size = io::stdout()
        .is_terminal()
        .then(terminal::size)
        .and_then(Result::ok);
    let var = |name: &str| env::var_os(name).map(|v| v.to_string_lossy().into_owned());
    needs.extend(terminal_needs(size, var));
    let vital = |need: &Need| need.vital && need.verdict == Verdict::Missing;
    let outcome = if needs.iter().any(vital) {
        Outcome::Refused
    } else {
        Outcome::Well
    };
    let text: String = needs.iter().map(told).collect();
    super::print(shown(&text).as_bytes()).map(|_| outcome)
}

/// `ok       the lab: it was up ...`, and below it what would help.
fn told(need: &Need) -> String {
    let verdict = match need.verdict {
        Verdict::Ok => "ok",
        Verdict::Note => "note",
        Verdict::Missing => "missing",
    };
    let fix = need
        .fix
        .as_ref()
        .map_or(String::new(), |fix| format!("         {fix}\n"));
    format!("{verdict:<8} {}: {}\n{fix}", need.name, need.words)
}

/// What the terminal can draw, as far as it says.
fn terminal_needs(size: Option<(u16, u16)>, var: impl Fn(&str) -> Option<String>) -> Vec<Need> {
    let var = |name: &str| var(name).filter(|value| !value.is_empty());
    let term = var("TERM").unwrap_or_else(|| "dumb".to_owned());
    let name = "terminal";
    let mut needs = vec![if term == "dumb" {
        Need::lacks(
            name,
            Verdict::Note,
            "TERM says that it cannot draw, so the conversation is told as text.",
            "Use another terminal, or: fourline shell",
        )
    } else {
        Need::ok(name, format!("TERM is {term}."))
    }];

    let name = "colours";
    let deep = var("COLORTERM").is_some_and(|c| ["truecolor", "24bit"].contains(&c.as_str()));
    needs.push(if var("NO_COLOR").is_some() {
        Need::ok(name, "NO_COLOR is set, so there are none.")
    } else if deep || term.contains("256color") || term.contains("direct") {
        Need::ok(name, "Enough for every theme.")
    } else {
        Need::lacks(
            name,
            Verdict::Note,
            "The terminal does not say that it knows more than sixteen.",
            "If the colours look wrong: fourline --theme terminal, or --theme plain",
        )
    });

    let name = "size";
    let (columns, rows) = SMALLEST;
    needs.push(match size {
        None => Need::ok(name, "Standard output is no terminal, so it has none."),
        Some((w, h)) if w >= columns && h >= rows => Need::ok(name, format!("{w} x {h}.")),
        Some((w, h)) => Need::lacks(
            name,
            Verdict::Note,
            format!("{w} x {h} is too small to show everything."),
            format!("Make the window {columns} x {rows} or larger, or its letters smaller."),
        ),
    });

    let name = "letters";
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(var);
    let utf8 = locale.as_ref().is_some_and(|l| {
        let l = l.to_ascii_lowercase();
        l.contains("utf-8") || l.contains("utf8")
    });
    needs.push(if utf8 {
        Need::ok(name, "The locale has UTF-8, for lines and arrows.")
    } else {
        Need::lacks(
            name,
            Verdict::Note,
            "The locale does not say UTF-8, so lines and arrows may look wrong.",
            "export LC_ALL=C.UTF-8, or: fourline --ascii",
        )
    });
    needs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdicts(size: Option<(u16, u16)>, vars: &[(&str, &str)]) -> String {
        let var = |name: &str| {
            let row = vars.iter().find(|row| row.0 == name);
            row.map(|row| row.1.to_owned())
        };
        terminal_needs(size, var).iter().map(told).collect()
    }

    #[test]
    fn a_good_terminal_is_well() {
        let vars = [
            ("TERM", "xterm-256color"),
            ("COLORTERM", "truecolor"),
            ("LANG", "de_DE.UTF-8"),
        ];
        let text = verdicts(Some((120, 36)), &vars);
        assert_eq!(
            text,
            "ok       terminal: TERM is xterm-256color.\n\
             ok       colours: Enough for every theme.\n\
             ok       size: 120 x 36.\n\
             ok       letters: The locale has UTF-8, for lines and arrows.\n"
        );
    }

    #[test]
    fn a_poor_terminal_is_helped() {
        let text = verdicts(Some((40, 10)), &[("LANG", "C"), ("LC_ALL", "")]);
        assert_eq!(text.matches("note").count(), 4, "{text}");
        for help in ["fourline shell", "--theme", "80 x 24", "--ascii"] {
            assert!(text.contains(help), "{text}");
        }
        let plain = verdicts(None, &[("TERM", "linux"), ("NO_COLOR", "1")]);
        assert!(plain.contains("NO_COLOR is set"), "{plain}");
    }
}
