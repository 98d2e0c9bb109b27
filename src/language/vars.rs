//! `$NAME` in a script, given a value by `--set NAME=VALUE`.

use super::mistake::quoted;
use std::collections::BTreeMap;

/// Names and their values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vars(BTreeMap<String, String>);

/// What was given to `--set` is not `NAME=VALUE`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadVar {
    /// There is no `=` in it.
    #[error("{0} has no `=`: expected NAME=VALUE, as in PORT=10008")]
    NoEquals(String),
    /// The part before `=` cannot stand after `$`.
    #[error("{0} is not a name: it may have letters, digits and `_`, and begins with no digit")]
    BadName(String),
}

impl Vars {
    /// None at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Of the texts that were given to `--set`. A name that is given twice has its last value.
    ///
    /// # Errors
    /// The first text that is not `NAME=VALUE`.
    pub fn from_sets<S: AsRef<str>>(sets: impl IntoIterator<Item = S>) -> Result<Self, BadVar> {
        let mut vars = Self::new();
        for set in sets {
            vars.set(set.as_ref())?;
        }
        Ok(vars)
    }

    /// Takes one `NAME=VALUE`.
    ///
    /// # Errors
    /// When it is not of this form.
    pub fn set(&mut self, pair: &str) -> Result<(), BadVar> {
        let (name, value) = pair
            .split_once('=')
            .ok_or_else(|| BadVar::NoEquals(quoted(pair)))?;
        if name_length(name) != name.len() || name.is_empty() {
            return Err(BadVar::BadName(quoted(name)));
        }
        self.0.insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Every name that has a value.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// How many bytes of `text`, from its beginning, are a name: letters, digits and `_`, no digit first.
pub(super) fn name_length(text: &str) -> usize {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    text.bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_a_name_and_a_value() {
        let vars = Vars::from_sets(["PORT=10009", "A_1=x=y", "EMPTY=", "PORT=10010"]).unwrap();
        assert_eq!(vars.get("PORT"), Some("10010"));
        assert_eq!(vars.get("A_1"), Some("x=y"));
        assert_eq!(vars.get("EMPTY"), Some(""));
        assert_eq!(vars.get("OTHER"), None);
    }

    #[test]
    fn what_is_no_set_is_said() {
        for (text, message) in [
            (
                "PORT",
                "`PORT` has no `=`: expected NAME=VALUE, as in PORT=10008",
            ),
            (
                "=1",
                "`` is not a name: it may have letters, digits and `_`, and begins with no digit",
            ),
            (
                "1A=1",
                "`1A` is not a name: it may have letters, digits and `_`, and begins with no digit",
            ),
            (
                "a-b=1",
                "`a-b` is not a name: it may have letters, digits and `_`, and begins with no digit",
            ),
            (
                "\x1b[2J",
                "`\\x1b[2J` has no `=`: expected NAME=VALUE, as in PORT=10008",
            ),
        ] {
            assert_eq!(Vars::from_sets([text]).unwrap_err().to_string(), message);
        }
    }
}
