//! What the footer and the help show of the key table: what applies now, most useful first.

use super::{Action, BINDINGS, Binding, Chord, Group, KeyTable};
use crate::app::state::{App, Cursor, Screen};

/// A key or two and what they do, as the footer and the help show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name in the configuration.
    pub name: &'static str,
    /// Its keys, the first one first; never empty.
    pub keys: Vec<Chord>,
    /// One or two words, for the footer.
    pub label: &'static str,
    /// A sentence, for the help.
    pub help: &'static str,
    /// Its heading in the help.
    pub group: Group,
    /// What it does.
    pub action: Action,
    /// Whether it can do something now; the footer leaves out what cannot, the help dims it.
    pub useful: bool,
}

impl KeyTable {
    /// The rows that apply where `app` is, most useful first. The footer shows as many as there is room for; the help
    /// shows all, by [`Row::group`].
    pub fn rows_for(&self, app: &App) -> Vec<Row> {
        let mut rows: Vec<(u16, Row)> = BINDINGS
            .iter()
            .zip(&self.keys)
            .filter(|(b, _)| b.wherever.is_there(app))
            .filter_map(|(b, keys)| {
                // A key that something higher up has taken means that now.
                let keys: Vec<Chord> = keys
                    .iter()
                    .copied()
                    .filter(|k| self.lookup(app, k.event()) == Some(b.action))
                    .collect();
                (!keys.is_empty()).then(|| row(app, b, keys))
            })
            .collect();
        rows.sort_by_key(|(rank, row)| (!row.useful, *rank));
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

fn row(app: &App, b: &Binding, keys: Vec<Chord>) -> (u16, Row) {
    let rank = u16::from(b.rank);
    let past = app.cursor() != Cursor::Live;
    let (rank, label, useful) = match b.action {
        Action::Next if past => (rank, "forth", true),
        Action::Next => (rank, b.label, !app.busy),
        Action::Now => (if past { 11 } else { rank }, b.label, past),
        Action::Forth => (rank, b.label, past),
        Action::Back | Action::First => (rank, b.label, app.shown_events() > 1),
        Action::Freeze if past => (12, "go on", true),
        Action::Play if app.play.on => (9, "stop", true),
        Action::Faster | Action::Slower => (
            if app.play.on { rank - 90 } else { rank },
            b.label,
            app.play.on,
        ),
        Action::Show(screen) => (rank, b.label, screen != app.screen),
        Action::FocusNext | Action::FocusBefore => (rank, b.label, app.screen == Screen::Main),
        Action::NextClient => (rank, b.label, app.clients().len() > 1),
        Action::Cancel => {
            let waits = app.waiting_actor().is_some();
            (if waits { 35 } else { rank }, b.label, waits)
        }
        Action::Act(letter) => match app.sensible_now(letter) {
            // The best ones come early; more of them would take the room of all else.
            Some(place) if place < 3 => (13 + place as u16, b.label, true),
            Some(_) => (rank, b.label, true),
            None => (rank, b.label, false),
        },
        Action::Script => (rank, b.label, !app.session().script.is_empty()),
        Action::CloseOrQuit if app.is_something_open() => (5, "close", true),
        Action::Close => (rank, b.label, app.is_something_open()),
        _ => (rank, b.label, true),
    };
    let row = Row {
        name: b.name,
        keys,
        label,
        help: b.help,
        group: b.group,
        action: b.action,
        useful,
    };
    (rank, row)
}
