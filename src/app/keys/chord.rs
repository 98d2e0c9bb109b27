//! The name of a key: `Space`, `Ctrl-K`, `F1`, `?`, to and from what the terminal tells.

use crate::model::payload::is_unprintable;
use core::{
    fmt::{self, Write as _},
    str::FromStr,
};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with what is held down with it. Written `Space`, `Ctrl-K`, `F1`, `?`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Chord {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// The names of keys that are more than a character; of two names for one key the first is printed.
const NAMED: &[(&str, KeyCode)] = &[
    ("Space", KeyCode::Char(' ')),
    ("Enter", KeyCode::Enter),
    ("Return", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Escape", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("BackTab", KeyCode::BackTab),
    ("Backspace", KeyCode::Backspace),
    ("Left", KeyCode::Left),
    ("←", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("→", KeyCode::Right),
    ("Up", KeyCode::Up),
    ("↑", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("↓", KeyCode::Down),
    ("PageUp", KeyCode::PageUp),
    ("PageDown", KeyCode::PageDown),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("Insert", KeyCode::Insert),
    ("Delete", KeyCode::Delete),
];

const HELD: [(&str, KeyModifiers); 3] = [
    ("Ctrl-", KeyModifiers::CONTROL),
    ("Alt-", KeyModifiers::ALT),
    ("Shift-", KeyModifiers::SHIFT),
];

impl Chord {
    /// Terminals tell the same key in several ways: `L` with or without shift, Ctrl with either case, `BackTab` or
    /// `Shift-Tab`. One of them is kept.
    fn normal(code: KeyCode, modifiers: KeyModifiers) -> Self {
        let known = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        let mut modifiers = modifiers & known;
        let code = match code {
            KeyCode::Tab if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
            KeyCode::Char(c) if modifiers.contains(KeyModifiers::CONTROL) => {
                KeyCode::Char(c.to_ascii_lowercase())
            }
            KeyCode::Char(c)
                if modifiers.contains(KeyModifiers::SHIFT) && c.is_ascii_lowercase() =>
            {
                KeyCode::Char(c.to_ascii_uppercase())
            }
            code => code,
        };
        if matches!(code, KeyCode::Char(_) | KeyCode::BackTab) {
            modifiers -= KeyModifiers::SHIFT;
        }
        Self { code, modifiers }
    }

    /// As the terminal would tell it.
    pub const fn event(self) -> KeyEvent {
        KeyEvent::new(self.code, self.modifiers)
    }

    /// Whether it writes a character when one types.
    pub const fn is_text(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && self.modifiers.is_empty()
    }

    /// As short as it can be drawn: an arrow for an arrow key.
    pub fn glyph(self, ascii: bool) -> String {
        let arrow = NAMED
            .iter()
            .find(|(name, code)| *code == self.code && !name.is_ascii())
            .map_or("", |(name, _)| name);
        if ascii || arrow.is_empty() || !self.modifiers.is_empty() {
            self.to_string()
        } else {
            arrow.to_owned()
        }
    }
}

impl From<KeyEvent> for Chord {
    fn from(key: KeyEvent) -> Self {
        Self::normal(key.code, key.modifiers)
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for (name, modifier) in HELD {
            if self.modifiers.contains(modifier) {
                text.push_str(name);
            }
        }
        let named = NAMED.iter().find(|(_, code)| *code == self.code);
        match (self.code, named) {
            (_, Some((name, _))) => text.push_str(name),
            (KeyCode::Char(c), None) if is_unprintable(c) => {
                text.extend(c.escape_unicode());
            }
            (KeyCode::Char(c), None) if self.modifiers.contains(KeyModifiers::CONTROL) => {
                text.push(c.to_ascii_uppercase());
            }
            (KeyCode::Char(c), None) => text.push(c),
            (KeyCode::F(n), None) => write!(text, "F{n}")?,
            (other, None) => write!(text, "{other:?}")?,
        }
        f.pad(&text)
    }
}

impl FromStr for Chord {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || {
            let near = crate::language::nearest(text, NAMED.iter().map(|(name, _)| *name));
            let hint = near.map_or_else(
                || {
                    "keys are written as Space, Enter, PageDown, Left, F1, Ctrl-K, a or ?"
                        .to_owned()
                },
                |near| format!("did you mean {near}?"),
            );
            format!(
                "there is no key {:?}: {hint}",
                text.chars().take(40).collect::<String>()
            )
        };
        let (mut rest, mut modifiers) = (text, KeyModifiers::NONE);
        // A lone `-` after `Ctrl-` is the key itself.
        while let Some((held, after)) = HELD.iter().find_map(|(name, held)| {
            let (head, after) = rest.split_at_checked(name.len())?;
            (head.eq_ignore_ascii_case(name) && !after.is_empty()).then_some((held, after))
        }) {
            modifiers |= *held;
            rest = after;
        }
        let mut chars = rest.chars();
        let named = NAMED
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(rest));
        let code = match (named, chars.next(), chars.next()) {
            (Some((_, code)), ..) => *code,
            (None, Some(c), None) if !is_unprintable(c) => KeyCode::Char(c),
            _ => rest
                .strip_prefix(['F', 'f'])
                .and_then(|n| n.parse().ok())
                .filter(|n| (1..=24).contains(n))
                .map(KeyCode::F)
                .ok_or_else(bad)?,
        };
        Ok(Self::normal(code, modifiers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_as_they_are_written() {
        for name in [
            "Space", "PageDown", "Left", "Ctrl-K", "a", "L", "?", "F1", "F12", "BackTab", "-", "+",
            "Ctrl--", "Alt-x", "Ctrl-Up", "Esc", "é",
        ] {
            let chord: Chord = name.parse().unwrap();
            assert_eq!(Chord::from(chord.event()), chord);
            assert_eq!(chord.to_string().parse::<Chord>().unwrap(), chord, "{name}");
            assert_eq!(chord.to_string(), name);
        }
        let left: Chord = "Left".parse().unwrap();
        assert_eq!(
            (left.glyph(false), left.glyph(true)),
            ("←".into(), "Left".into())
        );
        assert_eq!("←".parse(), Ok(left));
        assert_eq!("ctrl-k".parse::<Chord>(), "Ctrl-K".parse());
        assert_eq!("shift-tab".parse::<Chord>(), "BackTab".parse());
        assert_eq!("escape".parse::<Chord>(), "Esc".parse());
    }

    #[test]
    fn a_name_that_is_none_gets_the_nearest() {
        let error = "Spcae".parse::<Chord>().unwrap_err();
        assert!(error.contains("did you mean Space?"), "{error}");
        for bad in ["", "F0", "F25", "Ctrl-", "Hyper-x", "\u{1b}", "ab"] {
            assert!(bad.parse::<Chord>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn terminals_tell_one_key_in_several_ways() {
        let shifted = KeyEvent::new(KeyCode::Char('L'), KeyModifiers::SHIFT);
        assert_eq!(Chord::from(shifted).to_string(), "L");
        let upper = KeyEvent::new(KeyCode::Char('K'), KeyModifiers::CONTROL);
        assert_eq!(Chord::from(upper).to_string(), "Ctrl-K");
        let back = KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(Chord::from(back).to_string(), "BackTab");
    }
}
