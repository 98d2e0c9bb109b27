//! The configuration file: how the person wants it, every time. TOML; what it may say is one table here and the table
//! of keys. Reading the file is for the one who has files.
//!
//! ```toml
//! theme = "light"
//! pace = "2s"
//! [keys]
//! next = ["Space", "PageDown", "F5"]
//! ```

use super::{
    keys::{BINDINGS, Group, KeyTable},
    state::{Settings, ThemeName},
    update::DEFAULT_PACE,
};
use crate::language::{Vars, nearest, parse_line};
use crate::model::{
    command::Statement,
    ids::Nanos,
    insights::{self, INSIGHTS, Off},
    payload::is_unprintable,
};
use core::fmt::Write as _;
use std::borrow::Cow;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// What a configuration file says; what it does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The colours.
    pub theme: Option<ThemeName>,
    /// Whether every glyph is its ASCII twin.
    pub ascii: Option<bool>,
    /// Whether nothing moves that need not.
    pub reduced_motion: Option<bool>,
    /// Whether the mouse is ours.
    pub mouse: Option<bool>,
    /// Time between two steps when it plays by itself.
    pub pace: Option<Nanos>,
    /// Which network, as `--network` writes it.
    pub network: Option<&'static str>,
    /// Which insights are not told.
    pub insights_off: Off,
    /// The keys.
    pub keys: KeyTable,
}

/// The networks, as `--network` writes them.
pub const NETWORKS: [&str; 3] = ["auto", "lab", "host"];

/// The table of the file that says which insights are told.
pub const INSIGHTS_TABLE: &str = "insights";

/// What is wrong, and where in the text.
type Mistakes = Vec<(usize, String)>;

/// One thing that the file can set.
struct Setting {
    name: &'static str,
    /// For the example: its value, and what it is.
    example: &'static str,
    about: &'static str,
    /// What its value must be.
    expected: &'static str,
    /// Takes the value in; false if it is not one.
    take: fn(&mut Config, &DeValue<'_>) -> bool,
}

/// All but the keys.
const SETTINGS: [Setting; 6] = [
    Setting {
        name: "theme",
        example: "\"dark\"",
        about: "The colours: \"dark\", \"light\", \"high-contrast\", \"terminal\" (its own sixteen) or \"plain\" (none).",
        expected: "one of \"dark\", \"light\", \"high-contrast\", \"terminal\", \"plain\"",
        take: |config, value| {
            config.theme = value.as_str().and_then(ThemeName::named);
            config.theme.is_some()
        },
    },
    Setting {
        name: "ascii",
        example: "false",
        about: "Whether lines and signs are drawn with ASCII alone.",
        expected: BOOL,
        take: |config, value| {
            config.ascii = value.as_bool();
            config.ascii.is_some()
        },
    },
    Setting {
        name: "reduced_motion",
        example: "false",
        about: "Whether nothing moves that need not.",
        expected: BOOL,
        take: |config, value| {
            config.reduced_motion = value.as_bool();
            config.reduced_motion.is_some()
        },
    },
    Setting {
        name: "mouse",
        example: "true",
        about: "Whether the mouse clicks and scrolls here; else the terminal's own selection works.",
        expected: BOOL,
        take: |config, value| {
            config.mouse = value.as_bool();
            config.mouse.is_some()
        },
    },
    Setting {
        name: "pace",
        example: "\"1.5s\"",
        about: "The time between two steps when it plays by itself, from 50ms to 10m.",
        expected: "a time from 50ms to 10m in quotes, as in \"1.5s\"",
        take: |config, value| {
            config.pace = value.as_str().and_then(pace);
            config.pace.is_some()
        },
    },
    Setting {
        name: "network",
        example: "\"auto\"",
        about: "Where the sockets live: \"lab\", \"host\", or \"auto\": the lab if it can be had.",
        expected: "one of \"auto\", \"lab\", \"host\"",
        take: |config, value| {
            let named = |text| NETWORKS.into_iter().find(|name| *name == text);
            config.network = value.as_str().and_then(named);
            config.network.is_some()
        },
    },
];

const BOOL: &str = "true or false";

/// A time as the command language has it.
fn pace(text: &str) -> Option<Nanos> {
    match parse_line(&format!("wait {text}"), &Vars::new()) {
        Ok(Some(Statement::Wait(time))) => (50..=600_000).contains(&time.millis()).then_some(time),
        _ => None,
    }
}

impl Config {
    /// Reads a configuration. `path` is how the file is named in what is said about a mistake.
    ///
    /// # Errors
    /// All mistakes, a line each: where it is, what was expected there, and the nearest right word.
    pub fn parse(text: &str, path: &str) -> Result<Self, String> {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut mistakes: Mistakes = errors
            .iter()
            .map(|error| {
                let start = error.span().map_or(0, |span| span.start);
                (start, error.message().to_owned())
            })
            .collect();
        let mut config = Self::default();
        // What a text says that is not TOML can only be guessed at.
        if mistakes.is_empty() {
            for (key, value) in table.get_ref() {
                config.take(key, value, &mut mistakes);
            }
        }
        if mistakes.is_empty() {
            return Ok(config);
        }
        mistakes.sort();
        let said = mistakes.iter().map(|(start, message)| {
            let before = text.get(..*start).unwrap_or(text);
            let line = before.matches('\n').count() + 1;
            safe(&format!("{path}, line {line}: {message}"))
        });
        Err(said.collect::<Vec<_>>().join("\n"))
    }

    fn take(
        &mut self,
        key: &Spanned<Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        mistakes: &mut Mistakes,
    ) {
        let name: &str = key.get_ref();
        match name {
            "keys" => return self.take_keys(value, mistakes),
            INSIGHTS_TABLE => return self.take_insights(value, mistakes),
            _ => {}
        }
        let Some(setting) = SETTINGS.iter().find(|s| s.name == name) else {
            mistakes.push((key.span().start, unknown(name)));
            return;
        };
        if !(setting.take)(self, value.get_ref()) {
            let meant = meant(setting.expected, value);
            let message = format!("{name} must be {}{meant}", setting.expected);
            mistakes.push((value.span().start, message));
        }
    }

    fn take_insights(&mut self, value: &Spanned<DeValue<'_>>, mistakes: &mut Mistakes) {
        let Some(table) = value.get_ref().as_table() else {
            let message = "insights must be a table, as in [insights] and then nagle = false";
            mistakes.push((value.span().start, message.to_owned()));
            return;
        };
        for (name, value) in table {
            let name_at = name.span().start;
            let name: &str = name.get_ref();
            match (insights::place(name), value.get_ref().as_bool()) {
                (Some(row), Some(on)) => self.insights_off.set(row, !on),
                (Some(_), None) => {
                    let message = format!("{name} must be {BOOL}{}", meant(BOOL, value));
                    mistakes.push((value.span().start, message));
                }
                (None, _) => mistakes.push((name_at, unknown_insight(name))),
            }
        }
    }

    fn take_keys(&mut self, value: &Spanned<DeValue<'_>>, mistakes: &mut Mistakes) {
        let Some(table) = value.get_ref().as_table() else {
            let message = "keys must be a table, as in [keys] and then next = [\"Space\"]";
            mistakes.push((value.span().start, message.to_owned()));
            return;
        };
        let mut set = Vec::new();
        for (name, value) in table {
            let keys = match value.get_ref() {
                DeValue::String(key) => Some(vec![key.as_ref()]),
                DeValue::Array(keys) => keys.iter().map(|k| k.get_ref().as_str()).collect(),
                _ => None,
            };
            let Some(keys) = keys else {
                let message = format!(
                    "{} must be names of keys, as in [\"Space\", \"Ctrl-K\"]",
                    name.get_ref()
                );
                mistakes.push((value.span().start, message));
                continue;
            };
            match self.keys.set(name.get_ref(), &keys) {
                Ok(row) => set.push((row, name.span().start)),
                Err(message) => mistakes.push((name.span().start, message)),
            }
        }
        // Two rows may exchange their keys, so it is only asked at the end whether they all can be.
        let mut told = Vec::new();
        for (row, start) in set {
            if let Some((other, message)) = self.keys.conflict_of(row)
                && !told.contains(&(other, row))
            {
                told.push((row, other));
                mistakes.push((start, message));
            }
        }
    }

    /// What the file says, laid over what holds without it.
    #[must_use]
    pub fn over(&self, settings: &Settings) -> Settings {
        Settings {
            theme: self.theme.unwrap_or(settings.theme),
            ascii: self.ascii.unwrap_or(settings.ascii),
            reduced_motion: self.reduced_motion.unwrap_or(settings.reduced_motion),
            mouse: self.mouse.unwrap_or(settings.mouse),
            insights_off: self.insights_off,
            kept_in: settings.kept_in.clone(),
        }
    }

    /// The pace, said or not.
    pub fn pace(&self) -> Nanos {
        self.pace.unwrap_or(DEFAULT_PACE)
    }

    /// A file with everything that it can say, as a remark, with the values that hold without it.
    pub fn example() -> String {
        let mut text =
            String::from("# fourline: all that can be set, with what holds when it is not.\n");
        for setting in &SETTINGS {
            let _ = write!(
                text,
                "\n# {}\n#{} = {}\n",
                setting.about, setting.name, setting.example
            );
        }
        let _ = write!(
            text,
            "\n# What is told of what is notable.\n[{INSIGHTS_TABLE}]\n"
        );
        for row in &INSIGHTS {
            let _ = writeln!(text, "#{} = true # {}", row.name, row.about);
        }
        text.push_str(
            "\n# Keys: Space, Enter, PageDown, Left, F1, Ctrl-K, a, ? and the like.\n[keys]\n",
        );
        for group in Group::ALL {
            let _ = write!(text, "\n# {}\n", group.title());
            for b in BINDINGS.iter().filter(|b| b.group == group) {
                let _ = writeln!(text, "#{} = {:?} # {}", b.name, b.keys, b.help);
            }
        }
        text
    }
}

fn unknown(name: &str) -> String {
    let tables = ["keys", INSIGHTS_TABLE];
    let names = || SETTINGS.iter().map(|s| s.name).chain(tables);
    match nearest(name, names()) {
        Some(near) => format!("{name:?} is not a setting; did you mean {near:?}?"),
        None => format!(
            "{name:?} is not a setting; expected one of {}",
            names().collect::<Vec<_>>().join(", ")
        ),
    }
}

fn unknown_insight(name: &str) -> String {
    let names = || INSIGHTS.iter().map(|row| row.name);
    match nearest(name, names()) {
        Some(near) => format!("{name:?} is not an insight; did you mean {near:?}?"),
        None => format!(
            "{name:?} is not an insight; expected one of {}",
            names().collect::<Vec<_>>().join(", ")
        ),
    }
}

/// The word that was meant by a wrong value, or what the value is.
fn meant(expected: &str, value: &Spanned<DeValue<'_>>) -> String {
    let Some(text) = value.get_ref().as_str() else {
        return format!(", not a value of type {}", value.get_ref().type_str());
    };
    // The words that it can be stand in quotes in what is expected.
    let words = expected.split('"').skip(1).step_by(2);
    match nearest(text, words) {
        Some(near) => format!("; did you mean {near:?}?"),
        None => format!(", not {:?}", text.chars().take(40).collect::<String>()),
    }
}

/// A file may hold anything; a terminal shall not obey it.
fn safe(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            c if is_unprintable(c) => c.escape_unicode().to_string(),
            c => c.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Config::parse(text, "config.toml").unwrap_err()
    }

    #[test]
    fn what_is_said_holds_and_the_rest_is_as_before() {
        let text =
            "theme = \"light\"\npace = \"2s\"\n[keys]\nnext = [\"Space\", \"n\"]\nplay = \"F5\"\n";
        let config = Config::parse(text, "config.toml").unwrap();
        assert_eq!(config.theme, Some(ThemeName::Light));
        assert_eq!(config.pace(), Nanos::from_millis(2_000));
        assert_eq!(config.keys.keys_of("next")[1].to_string(), "n");
        assert_eq!(config.keys.keys_of("play")[0].to_string(), "F5");
        let settings = config.over(&Settings {
            mouse: true,
            ..Settings::default()
        });
        assert!(settings.mouse && settings.theme == ThemeName::Light);
        assert_eq!(Config::parse("", "config.toml"), Ok(Config::default()));
    }

    #[test]
    fn a_mistake_is_named_with_its_line_and_the_nearest_right_word() {
        for (text, said) in [
            (
                "\ntheem = 1",
                "config.toml, line 2: \"theem\" is not a setting; did you mean \"theme\"?",
            ),
            (
                "theme = \"ligth\"",
                "line 1: theme must be one of \"dark\", \"light\", \"high-contrast\", \"terminal\", \"plain\"; did you mean \"light\"?",
            ),
            (
                "ascii = 1",
                "line 1: ascii must be true or false, not a value of type integer",
            ),
            ("pace = \"1h\"", "line 1: pace must be a time"),
            (
                "network = \"labb\"",
                "line 1: network must be one of \"auto\", \"lab\", \"host\"; did you mean \"lab\"?",
            ),
            (
                "ascii = \"ligth\"",
                "line 1: ascii must be true or false, not \"ligth\"",
            ),
            (
                "[keys]\n\nnxt = \"x\"",
                "line 3: \"nxt\" names nothing that a key can do; did you mean \"next\"?",
            ),
            (
                "[keys]\nnext = \"Spcae\"",
                "line 2: there is no key \"Spcae\": did you mean Space?",
            ),
            ("[keys]\nnext = 3", "line 2: next must be names of keys"),
            ("[keys]\nnext = [\"Space\", \"f\"]", "line 2: "),
            ("keys = 1", "line 1: keys must be a table"),
            ("insights = 1", "line 1: insights must be a table"),
            (
                "[insights]\nnagel = false",
                "line 2: \"nagel\" is not an insight; did you mean \"nagle\"?",
            ),
            (
                "[insights]\nnagle = \"off\"",
                "line 2: nagle must be true or false, not \"off\"",
            ),
            ("a = \n", "line 1: "),
        ] {
            let error = error(text);
            assert!(error.contains(said), "{text:?}: {error}");
        }
        assert!(!error("\"\\u001b[2J\" = 1").contains('\x1b'));
    }

    #[test]
    fn all_mistakes_are_told_in_the_order_of_the_file() {
        let error = error("theem = 1\nascii = 3\n[keys]\nplay = \"f\"\nnext = 3\nnxt = \"x\"\n");
        let lines: Vec<&str> = error.lines().collect();
        assert_eq!(lines.len(), 5, "{error}");
        for (i, line) in [1, 2, 4, 5, 6].into_iter().enumerate() {
            let place = format!("config.toml, line {line}: ");
            assert!(lines[i].starts_with(&place), "{error}");
        }
    }

    #[test]
    fn two_rows_can_exchange_their_keys() {
        let config =
            Config::parse("[keys]\nplay = \"f\"\nfreeze = \"a\"\n", "config.toml").unwrap();
        assert_eq!(config.keys.keys_of("play")[0].to_string(), "f");
    }

    #[test]
    fn each_insight_can_be_turned_off() {
        for (place, row) in INSIGHTS.iter().enumerate() {
            let text = format!("[insights]\n{} = false\n", row.name);
            let config = Config::parse(&text, "config.toml").unwrap();
            let off = config.over(&Settings::default()).insights_off;
            let all = (0..INSIGHTS.len()).filter(|i| off.is_off(*i));
            assert_eq!(all.collect::<Vec<_>>(), [place]);
        }
    }

    #[test]
    fn the_example_says_what_holds_anyway() {
        let example = Config::example();
        assert_eq!(
            Config::parse(&example, "example").unwrap(),
            Config::default()
        );
        let said: String = example
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(rest) if !rest.starts_with(' ') && rest.contains(" = ") => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let config = Config::parse(&said, "example").unwrap();
        assert_eq!(config.keys, KeyTable::default());
        assert_eq!(config.theme, Some(ThemeName::Dark));
        assert_eq!(config.pace, Some(DEFAULT_PACE));
        assert_eq!(config.network, Some("auto"));
        assert_eq!(config.insights_off, Off::default());
    }
}
