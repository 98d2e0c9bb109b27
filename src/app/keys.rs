//! Keys: one table from which looking up, the footer, the help and the configuration derive.
//!
//! [`BINDINGS`] has a row for everything that a key can do. A [`KeyTable`] holds the keys that each row has now: the
//! defaults, or what the person's configuration says.

mod action;
mod chord;
mod rows;
mod table;
mod wherever;

pub use action::Action;
pub use chord::Chord;
pub use rows::Row;
pub use table::{BINDINGS, Binding, Group};
use wherever::Scene;
pub use wherever::Where;

use crate::app::state::App;
use crossterm::event::KeyEvent;

/// Which keys each row of [`BINDINGS`] has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTable {
    /// In the order of [`BINDINGS`].
    keys: Vec<Vec<Chord>>,
}

impl Default for KeyTable {
    fn default() -> Self {
        let parse = |b: &Binding| b.keys.iter().filter_map(|k| k.parse().ok()).collect();
        Self {
            keys: BINDINGS.iter().map(parse).collect(),
        }
    }
}

impl KeyTable {
    /// Gives one row other keys.
    ///
    /// # Errors
    /// In words: what is wrong with the name or a key, or who has the key already.
    pub fn rebind<S: AsRef<str>>(&mut self, name: &str, keys: &[S]) -> Result<(), String> {
        let before = self.clone();
        self.set(name, keys)
            .and_then(|i| self.conflict_of(i).map_or(Ok(()), |(_, told)| Err(told)))
            .inspect_err(|_| *self = before)
    }

    /// Gives one row other keys without looking for conflicts, so that two rows can exchange theirs; ask
    /// [`KeyTable::conflict`] when all are set. Returns the row's place.
    ///
    /// # Errors
    /// In words: what is wrong with the name or a key.
    pub fn set<S: AsRef<str>>(&mut self, name: &str, keys: &[S]) -> Result<usize, String> {
        let i = BINDINGS
            .iter()
            .position(|b| b.name == name)
            .ok_or_else(|| unknown_name(name))?;
        let chords = keys
            .iter()
            .map(|k| k.as_ref().parse())
            .collect::<Result<Vec<Chord>, String>>()?;
        if chords.is_empty() && BINDINGS[i].needed {
            return Err(format!(
                "{name:?} needs at least one key, or there is no way out"
            ));
        }
        self.keys[i] = chords;
        Ok(i)
    }

    /// The first row that has a key which another row has in the same place, in words.
    pub fn conflict(&self) -> Option<String> {
        (0..BINDINGS.len()).find_map(|i| self.conflict_of(i).map(|(_, told)| told))
    }

    /// The row that has a key of this one in the same place, and that in words.
    pub(super) fn conflict_of(&self, i: usize) -> Option<(usize, String)> {
        let mine = &BINDINGS[i];
        BINDINGS.iter().enumerate().find_map(|(j, other)| {
            let key = self.keys[i].iter().find(|k| self.keys[j].contains(k))?;
            (i != j && mine.wherever.meets(other.wherever)).then(|| {
                let told = format!(
                    "{key} cannot be {:?}: it is {:?} already ({}); give that one another key too",
                    mine.name, other.name, other.label
                );
                (j, told)
            })
        })
    }

    /// The keys of a row.
    pub fn keys_of(&self, name: &str) -> &[Chord] {
        BINDINGS
            .iter()
            .position(|b| b.name == name)
            .map_or(&[], |i| &self.keys[i])
    }

    /// What a key means now: what lies on top is asked first.
    pub fn lookup(&self, app: &App, key: KeyEvent) -> Option<Action> {
        self.owner(Scene::of(app), Chord::from(key))
            .map(|b| b.action)
    }

    /// The row that a key belongs to in a scene.
    fn owner(&self, scene: Scene<'_>, chord: Chord) -> Option<&'static Binding> {
        BINDINGS
            .iter()
            .zip(&self.keys)
            .filter(|(b, keys)| keys.contains(&chord) && b.wherever.holds(scene, chord))
            .max_by_key(|(b, _)| b.wherever.height())
            .map(|(b, _)| b)
    }
}

fn unknown_name(name: &str) -> String {
    let near = crate::language::nearest(name, BINDINGS.iter().map(|b| b.name));
    match near {
        Some(near) => format!("{name:?} names nothing that a key can do; did you mean {near:?}?"),
        None => {
            format!("{name:?} names nothing that a key can do; the help (?) and `--help` list them")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_key_is_a_key_and_nothing_has_two_meanings() {
        let table = KeyTable::default();
        for (b, keys) in BINDINGS.iter().zip(&table.keys) {
            assert_eq!(b.keys.len(), keys.len(), "{}", b.name);
            assert_eq!(BINDINGS.iter().filter(|o| o.name == b.name).count(), 1);
        }
        assert_eq!(table.conflict(), None);
    }

    #[test]
    fn a_key_that_is_taken_is_refused_by_name() {
        let mut table = KeyTable::default();
        let error = table.rebind("next", &["Space", "f"]).unwrap_err();
        assert!(error.contains("\"freeze\""), "{error}");
        assert_eq!(table, KeyTable::default());
        table.rebind("freeze", &["F2"]).unwrap();
        table.rebind("next", &["Space", "f"]).unwrap();
        assert_eq!(table.keys_of("next").len(), 2);
    }

    #[test]
    fn a_key_may_mean_something_else_while_a_search_is_on() {
        let mut table = KeyTable::default();
        table.rebind("next", &["Space", "n"]).unwrap();
    }

    #[test]
    fn a_name_that_is_none_gets_the_nearest() {
        let error = KeyTable::default().rebind("freese", &["x"]).unwrap_err();
        assert!(error.contains("did you mean \"freeze\"?"), "{error}");
    }

    #[test]
    fn there_is_always_a_way_out() {
        let none: [&str; 0] = [];
        let mut table = KeyTable::default();
        assert!(table.rebind("quit", &none).is_err());
        assert!(table.rebind("quit-now", &none).is_err());
        table.rebind("play", &none).unwrap();
    }
}
