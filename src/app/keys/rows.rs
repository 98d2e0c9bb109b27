//! What the footer and the help show of the key table: what applies now, most useful first.

use super::{Action, BINDINGS, Binding, Chord, Group, KeyTable, Where, wherever::Scene};
use crate::{
    app::state::{App, BarPurpose, Cursor, Overlay, Panel, Screen},
    model::cable::Hand,
};

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
    /// Where it applies.
    pub wherever: Where,
    /// What it does.
    pub action: Action,
    /// Whether it can do something now; the footer leaves out what cannot, the help dims it.
    pub useful: bool,
}

impl KeyTable {
    /// The rows that apply where `app` is, most useful first: for the footer, which shows as many as there is room for.
    pub fn rows_for(&self, app: &App) -> Vec<Row> {
        self.rows_in(app, Scene::of(app))
    }

    /// The rows for the help, by heading: first those that the screen that lies under it has for itself, then those of
    /// all screens, then those of what can be opened, each with the place in which they apply.
    pub fn help_for(&self, app: &App) -> Vec<(Group, Vec<Row>)> {
        let mut rows = self.rows_in(app, Scene::under(app));
        let opened = BINDINGS.iter().zip(&self.keys).filter(|(b, keys)| {
            Group::OPENED.contains(&b.group)
                && !keys.is_empty()
                && is_for(app, b)
                && rows.iter().all(|r| r.name != b.name)
        });
        let opened: Vec<Row> = opened
            .map(|(b, keys)| row(app, b, keys.clone()).1)
            .collect();
        rows.extend(opened);
        let place = |row: &Row| BINDINGS.iter().position(|b| b.name == row.name);
        rows.sort_by_key(place);
        let of = |group| rows.iter().filter(|r| r.group == group).cloned().collect();
        let mut groups = Group::ALL;
        if app.recorded.is_some() {
            // What is left to do with it, to read and to export it, comes first.
            groups.sort_by_key(|group| *group != Group::Words);
        }
        groups.map(|group| (group, of(group))).to_vec()
    }

    fn rows_in(&self, app: &App, scene: Scene<'_>) -> Vec<Row> {
        let mut rows: Vec<(u16, Row)> = BINDINGS
            .iter()
            .zip(&self.keys)
            .filter(|(b, _)| b.wherever.is_there(scene) && is_for(app, b))
            .filter_map(|(b, keys)| {
                // A key that something higher up has taken means that now.
                let keys: Vec<Chord> = keys
                    .iter()
                    .copied()
                    .filter(|k| self.owner(scene, *k).is_some_and(|o| o.name == b.name))
                    .collect();
                (!keys.is_empty()).then(|| row(app, b, keys))
            })
            .collect();
        rows.sort_by_key(|(rank, row)| (!row.useful, *rank));
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

/// Whether there is anything to be done with it here: nothing is done, and nothing goes on, in a recording.
fn is_for(app: &App, b: &Binding) -> bool {
    let refused = b.action.acts(app.overlay.as_ref())
        || matches!(b.action, Action::Freeze | Action::Record)
        || matches!(b.wherever, Where::Menu | Where::Script | Where::Statement);
    app.recorded.is_none() || !refused
}

/// What the help says of a row in a recording, where nothing is run and there is no now.
const fn help_in_recording(action: Action) -> Option<&'static str> {
    Some(match action {
        Action::Next | Action::Forth => "One moment forth.",
        Action::Now => "To its end.",
        Action::Play => {
            "Plays it, or stops; at its end, from the beginning. A moment is shown for 0.3 s at least."
        }
        Action::Faster => "Plays it faster; then a moment is shown for a shorter time, too.",
        Action::Slower => "Plays it slower.",
        Action::Script => "The script that was walked through.",
        Action::Export => {
            "Writes it to a file in another format: for reading, for a slide, for a course page, for programs."
        }
        Action::Bottom => "To the end.",
        Action::Enter => "Takes what was typed: finds it, goes there, writes the file.",
        _ => return None,
    })
}

fn row(app: &App, b: &Binding, keys: Vec<Chord>) -> (u16, Row) {
    let (rank, label, useful) = now(app, b);
    let row = Row {
        name: b.name,
        keys,
        label,
        help: help_in_recording(b.action)
            .filter(|_| app.recorded.is_some())
            .unwrap_or(b.help),
        group: b.group,
        wherever: b.wherever,
        action: b.action,
        useful,
    };
    (rank, row)
}

/// How early a row comes now, what it is called now, and whether it can do something now.
fn now(app: &App, b: &Binding) -> (u16, &'static str, bool) {
    let rank = u16::from(b.rank);
    let past = app.cursor() != Cursor::Live;
    let recorded = app.recorded.is_some();
    let ended = recorded && app.behind() == 0;
    let frozen = matches!(app.cursor(), Cursor::At { frozen: true, .. });
    let in_list = match app.overlay {
        Some(Overlay::Menu(..) | Overlay::Script(_) | Overlay::Export(_)) => true,
        None => matches!(
            app.screen,
            Screen::Calls | Screen::Packets | Screen::Kernel | Screen::Options
        ),
        _ => false,
    };
    let filled = has_rows(app);
    let sooner = |when: bool, sooner: u16| if when { sooner } else { rank };
    match b.action {
        Action::Next if frozen => (rank, "forth", false),
        Action::Next if recorded => (rank, "next moment", !ended),
        Action::Next if past => (rank, "forth", true),
        Action::Next => (rank, b.label, !app.busy),
        Action::Now if recorded => (12, "end", !ended),
        Action::Now => (sooner(past, 12), b.label, past),
        Action::Forth => (rank, b.label, past && !ended),
        Action::LeapBack(stride) => (rank, b.label, app.leap_to(stride, false).is_some()),
        Action::LeapForth(stride) => (rank, b.label, app.leap_to(stride, true).is_some()),
        Action::GoTo => (sooner(past, 16), b.label, app.shown_events() > 0),
        Action::Back => (sooner(past, 11), b.label, app.shown_events() > 1),
        Action::First | Action::StepBack => (rank, b.label, app.shown_events() > 1),
        Action::Freeze if frozen => (11, "go on", true),
        Action::Play if app.play.on => (9, "stop", true),
        Action::Play if recorded => (9, b.label, true),
        Action::Faster | Action::Slower if recorded => (20, b.label, true),
        Action::Play => (rank, b.label, past || !app.script_is_over()),
        Action::Faster | Action::Slower => (sooner(app.play.on, 20), b.label, app.play.on),
        // Elsewhere than on the main screen, the way back comes before the ways on.
        Action::Show(Screen::Main) => (4, b.label, app.screen != Screen::Main),
        Action::Show(screen) => (rank, b.label, screen != app.screen),
        Action::Search => (
            sooner(matches!(app.screen, Screen::Calls | Screen::Packets), 3),
            b.label,
            filled,
        ),
        Action::FocusNext | Action::FocusBefore if app.screen == Screen::Kernel => {
            let rank = sooner(b.action == Action::FocusNext, 5);
            (rank, "other end", filled)
        }
        Action::NextPlot | Action::Shorter | Action::Longer | Action::OpenCall => {
            (rank, b.label, filled)
        }
        Action::FocusNext | Action::FocusBefore => {
            let boxes = matches!(app.screen, Screen::Main | Screen::Packets);
            (rank, b.label, boxes)
        }
        Action::Deeper => (rank, app.deeper_label(), filled),
        Action::NextClient => {
            let several = app.clients().len() > 1;
            (sooner(several, 21), b.label, several)
        }
        Action::Cancel => {
            let waits = app.waiting_actor().is_some();
            (sooner(waits, 29), b.label, waits)
        }
        Action::Act(letter) => match app.sensible_now(letter) {
            // The best ones come early; more of them would take the room of all else.
            Some(place) if place < 3 && !past => (13 + place as u16, b.label, true),
            place => (rank, b.label, place.is_some()),
        },
        Action::Hold if app.is_holding() => (16, "release", app.has_cable()),
        Action::Hold => (rank, b.label, app.has_cable()),
        Action::Hand(hand) => {
            let can = app.can_handle(hand);
            // To deliver it or to drop it is what one wants first; the others come with the focus.
            let rank = match hand {
                Hand::Step | Hand::Drop if can => 11 + hand as u16,
                _ => sooner(can && app.focus == Panel::Cable, 15),
            };
            (rank, b.label, can)
        }
        Action::Closer if app.focus == Panel::Cable && app.packet_selected().is_some() => {
            (14, "look inside", true)
        }
        Action::Enter => {
            let purpose = app.bar.as_ref().map(|bar| &bar.purpose);
            let label = match purpose {
                Some(BarPurpose::GoTo) => "go",
                Some(BarPurpose::Search) => "find",
                Some(BarPurpose::Record) => "record",
                Some(BarPurpose::Export(_) | BarPurpose::Code) => "write",
                Some(BarPurpose::Answer(_)) => "answer",
                Some(BarPurpose::Statement | BarPurpose::Edit(_)) | None => b.label,
            };
            (rank, label, true)
        }
        // They work all the same; whoever types has no use for being told so.
        Action::Quit | Action::Suspend if app.bar.is_some() => (rank, b.label, false),
        // Enter does the same there.
        Action::Why if b.wherever == Where::Everywhere && app.screen == Screen::Ladder => {
            (150, b.label, true)
        }
        Action::Follow if app.why_selects_insight() => (rank, "read", true),
        Action::Follow => (rank, b.label, app.why_event().is_some()),
        Action::WayBack => (rank, b.label, app.why.steps() > 0),
        Action::Choose if matches!(app.overlay, Some(Overlay::Script(_))) => {
            (rank, "change it", true)
        }
        Action::ResetScript => (rank, b.label, app.is_script_changed()),
        Action::Choose if matches!(app.overlay, Some(Overlay::Export(_))) => (rank, "choose", true),
        Action::Record if app.keep.recording.is_some() => (rank, "stop recording", true),
        Action::Up | Action::Down => (sooner(in_list, 3), b.label, filled || app.overlay.is_some()),
        Action::Script => (rank, b.label, !app.session().script.is_empty()),
        Action::CloseOrQuit if app.overlay.is_some() => (5, "close", true),
        Action::CloseOrQuit if app.is_something_open() => (19, "leave", true),
        Action::Close => (rank, b.label, app.is_something_open()),
        _ => (rank, b.label, true),
    }
}

/// Whether the screen has anything in it that its keys could be used on, where it is a table.
fn has_rows(app: &App) -> bool {
    let session = app.session();
    match app.screen {
        Screen::Calls => app.selected().is_some() || app.waiting_actor().is_some(),
        Screen::Packets => session.cable.entered > 0,
        Screen::Kernel => !session.is_capture() && !session.sockets.is_empty(),
        _ => true,
    }
}
