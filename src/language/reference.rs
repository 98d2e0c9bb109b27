//! The reference of the language as Markdown, from its tables.

use super::{
    cable::CABLE_VERBS,
    claims::CLAIMS,
    measures::MEASURES,
    verbs::{For, VERBS},
};
use crate::model::{
    cable::{Preset, rate, time},
    claim::Sign,
    option::OPTIONS,
    packet::PacketKind,
    tcp::TcpState,
};
use core::fmt::Write as _;

const OPENING: &str = "\
# The command language

One statement a line: `WHO VERB ARGUMENTS`. `#` at the beginning of a word starts a comment. Verbs are the Berkeley
names, in lower case. A whole script is parsed before any of it runs.

| word | how it is written |
|---|---|
| WHO | `server`, `client`, `client2`, ...: its listener for `listen` and `accept`, for all else its newest open connection; one socket of theirs is `server.0`, `client.1`, and `server.pending.1` still waits to be accepted |
| ADDRESS | `127.0.0.1:10008`, `[::1]:10008`, `localhost:10008` (127.0.0.1), `*:10008` (0.0.0.0); `10008` or `:10008` is a port of the network's own server address; names are not looked up |
| DATA | `\"text\"` with `\\r` `\\n` `\\t` `\\0` `\\xNN` `\\u{...}` `\\\"` `\\\\`; `0x68656c6c6f`; `bytes(1000)`, a to z repeated; `@file` or `@\"file name\"` |
| TEXT | as the text of DATA, in UTF-8 |
| TIME | `200ms`, `2s`, `1.5s`, `10us`, `1m`; at most a day |
| SIDE | `server` or `client` |
| MATCH | which packets a rule of the cable is for: `next`, `first 3` or `every 2`, then a KIND, then `to SIDE`, each of them only if it matters, as in `next syn-ack`, `every 10 data to server`, `to client`; or just some, counted from when the rule is made: `data 3,4,5`, or of any kind `packets 3,4,5` |
| KIND | what a packet is; one that is several of these is the first of `rst`, `syn-ack`, `syn`, `fin`, `data`, `ack` |
| FATE | `delivered`, `dropped` (a decision) or `lost` (the cable had no room) |
| PROGRAM, ARGUMENT | a word, or a text in quotes as in DATA; the program is looked for in PATH if it has no `/` |
| NOTABLE | what is notable about a packet, see below |
| P% | a chance: `10%`, `0.5%` |
| RATE | bits a second: `9600bit`, `64kbit`, `1mbit`, `2gbit` |
| `$NAME` | the value that `--set NAME=VALUE` gave; anywhere in a word, not inside quotes; a value in quotes, as in `--set 'TEXT=\"hello\"'`, can stand for a text |
";

/// The reference of the language, as Markdown.
pub fn reference() -> String {
    let mut out = String::from(OPENING);
    for (title, nobody) in [("For an actor", false), ("For the script", true)] {
        let _ = write!(
            out,
            "\n## {title}\n\n| statement | what it does | example |\n|---|---|---|\n"
        );
        for verb in VERBS.iter().filter(|v| (v.whom == For::Nobody) == nobody) {
            let man = verb.man.map_or(String::new(), |man| format!(" {man}"));
            row(
                &mut out,
                verb.usage,
                &format!("{}{man}", verb.about),
                verb.example,
            );
        }
    }
    for_the_cable(&mut out);
    out.push_str(
        "\n## Claims\n\nAfter `expect` and `wait until`; `not` before a claim turns it round.\n\n",
    );
    out.push_str("| claim | what it says | example |\n|---|---|---|\n");
    for form in CLAIMS {
        row(&mut out, form.usage, form.about, form.example);
    }
    out.push_str("\n| NOTABLE | what it means |\n|---|---|\n");
    for (_, name, meaning) in Sign::all() {
        let _ = writeln!(out, "| `{name}` | {meaning} |");
    }
    out.push_str("\n## Measures\n\nIn a question of a lesson, behind `number:`; counted from the beginning of the block that answers it.\n\n");
    out.push_str("| measure | what it gives | example |\n|---|---|---|\n");
    for (usage, about, example) in MEASURES {
        row(&mut out, usage, about, example);
    }
    let states: Vec<_> = TcpState::all().map(|s| format!("`{}`", s.name())).collect();
    let _ = write!(
        out,
        "\nStates: {}. Any case, `-` or `_`, and the names of `ss` and netstat are understood.\n",
        states.join(" ")
    );
    out.push_str("\n## Socket options\n\n| option | what it does |\n|---|---|\n");
    for option in OPTIONS {
        let only = if option.settable {
            ""
        } else {
            " Can only be read."
        };
        let _ = writeln!(out, "| `{}` | {}{only} |", option.name, option.meaning);
    }
    out
}

/// The cable's verbs, the kinds of packets, and the presets.
fn for_the_cable(out: &mut String) {
    out.push_str("\n## For the cable\n\nIn the lab every packet passes through our hands. ");
    out.push_str(
        "By hand: one packet that lies on the cable. A rule: packets that are still to come.\n\n",
    );
    out.push_str("| statement | what it does | example |\n|---|---|---|\n");
    for verb in CABLE_VERBS {
        row(out, verb.usage, verb.about, verb.example);
    }
    out.push_str("\n| KIND | what it is |\n|---|---|\n");
    for (_, name, about) in PacketKind::TABLE {
        let _ = writeln!(out, "| `{name}` | {about} |");
    }
    if Preset::TABLE.is_empty() {
        return;
    }
    out.push_str("\n| preset | what it is like | one way | to server | to client | loss |\n|---|---|---|---|---|---|\n");
    for p in Preset::TABLE {
        let _ = writeln!(
            out,
            "| `{}` | {} | {} ± {} | {} | {} | {} |",
            p.name,
            p.about,
            time(p.delay),
            time(p.jitter),
            limit(p.up),
            limit(p.down),
            p.loss
        );
    }
}

/// A preset's rate; a link without a limit has none.
fn limit(bits: u64) -> String {
    if bits == 0 {
        "no limit".to_owned()
    } else {
        rate(bits)
    }
}

fn row(out: &mut String, usage: &str, about: &str, example: &str) {
    // A bar inside a cell would end it.
    let cell = |text: &str| text.replace('|', "\\|");
    let _ = writeln!(
        out,
        "| `{}` | {} | `{}` |",
        cell(usage),
        cell(about),
        cell(example)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_tables_is_a_row_of_the_reference() {
        let text = reference();
        let usages = VERBS
            .iter()
            .map(|v| v.usage)
            .chain(CABLE_VERBS.iter().map(|v| v.usage))
            .chain(CLAIMS.iter().map(|c| c.usage));
        for usage in usages {
            let cell = format!("\n| `{}` |", usage.replace('|', "\\|"));
            assert_eq!(text.matches(&cell).count(), 1, "{usage}");
        }
        for option in OPTIONS {
            assert!(text.contains(&format!("| `{}` |", option.name)));
        }
        // Every table has as many cells in each row as in its head.
        let cells = |line: &str| line.replace("\\|", "").matches('|').count();
        for table in text.split("\n\n").filter(|part| part.starts_with('|')) {
            let mut rows = table.lines().map(cells);
            let head = rows.next();
            assert!(rows.all(|row| Some(row) == head), "{table}");
        }
    }
}
