//! Whatever comes, in whatever order: nothing panics, and what is shown is something that happened.

use super::{recorded::open as recorded_one, *};
use crate::app::{
    drawn::{Area, Hit, ScrollId, Viewport},
    keys::BINDINGS,
    packets::Pane,
    state::{Panel, Screen},
};
use crate::model::packet::PacketNo;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;

/// One thing that can come to a screen.
#[derive(Clone, Debug)]
enum Comes {
    Input(Input),
    /// A fact of the walked conversation happens again.
    Fact(usize),
    Frame(Vec<(Area, Hit)>, Viewport),
    Beat,
}

fn key() -> impl Strategy<Value = Input> {
    let bound: Vec<KeyEvent> = BINDINGS
        .iter()
        .flat_map(|b| b.keys)
        .map(|k| k.parse::<Chord>().unwrap().event())
        .collect();
    let any_char = any::<char>().prop_map(|c| KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
    let written = "[a-z\" \\\\.0-9@$#]"
        .prop_map(|s| KeyEvent::new(KeyCode::Char(s.chars().next().unwrap()), KeyModifiers::NONE));
    let edits = prop::sample::select(vec![
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::Left,
        KeyCode::Home,
        KeyCode::Up,
        KeyCode::Tab,
        KeyCode::Enter,
        KeyCode::Null,
        KeyCode::F(9),
    ]);
    let held = (edits, any::<u8>())
        .prop_map(|(code, held)| KeyEvent::new(code, KeyModifiers::from_bits_truncate(held)));
    prop_oneof![
        6 => prop::sample::select(bound),
        2 => written,
        1 => any_char,
        2 => held,
    ]
    .prop_map(Input::Key)
}

fn area() -> impl Strategy<Value = Area> {
    (0..9u16, 0..9u16, 0..9u16, 0..9u16).prop_map(|(x, y, width, height)| Area {
        x,
        y,
        width,
        height,
    })
}

fn hit() -> impl Strategy<Value = Hit> {
    prop_oneof![
        Just(Hit::Focus(Panel::Cable)),
        "[a-zA-Z:/?]|Space|Enter|Esc".prop_map(Hit::Key),
        (0..99usize).prop_map(|row| Hit::Row(ScrollId::Overlay, row)),
        any::<usize>().prop_map(|row| Hit::Row(ScrollId::Screen(Screen::Calls), row)),
        any::<usize>().prop_map(|row| Hit::Row(ScrollId::Screen(Screen::Packets), row)),
        (0..99usize).prop_map(|row| Hit::Row(ScrollId::Pane(Pane::Fields), row)),
        any::<usize>().prop_map(|byte| Hit::Row(ScrollId::Pane(Pane::Hex), byte)),
        Just(Hit::Pane(Pane::Fields)),
        (0..9u64).prop_map(|n| Hit::Packet(PacketNo(n))),
        any::<usize>().prop_map(|row| Hit::Row(ScrollId::Screen(Screen::Kernel), row)),
        any::<usize>().prop_map(|row| Hit::Row(ScrollId::Screen(Screen::Options), row)),
        any::<usize>().prop_map(Hit::Moment),
        (0..9usize).prop_map(Hit::Language),
        Just(Hit::Track),
    ]
}

fn comes() -> impl Strategy<Value = Comes> {
    let kinds = vec![
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::Drag(MouseButton::Left),
        MouseEventKind::ScrollUp,
        MouseEventKind::ScrollDown,
        MouseEventKind::Moved,
    ];
    let mouse = (prop::sample::select(kinds), 0..9u16, 0..9u16).prop_map(|(kind, column, row)| {
        Input::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })
    });
    let frame = (
        prop::collection::vec((area(), hit()), 0..6),
        0..9usize,
        any::<usize>(),
    )
        .prop_map(|(hits, shown, total)| Comes::Frame(hits, Viewport { shown, total }));
    prop_oneof![
        12 => key().prop_map(Comes::Input),
        3 => mouse.prop_map(Comes::Input),
        1 => any::<String>().prop_map(|text| Comes::Input(Input::Paste(text))),
        1 => Just(Comes::Input(Input::Resize)),
        3 => (0..999usize).prop_map(Comes::Fact),
        2 => frame,
        1 => Just(Comes::Beat),
    ]
}

fn frame(app: &mut App, hits: Vec<(Area, Hit)>, viewport: Viewport) {
    let everywhere = Area {
        x: 0,
        y: 0,
        width: 9,
        height: 9,
    };
    app.drawn.hits = hits;
    app.drawn.viewports = [
        ScrollId::Panel(Panel::Server),
        ScrollId::Panel(Panel::Story),
        ScrollId::Screen(Screen::Ladder),
        ScrollId::Overlay,
    ]
    .map(|id| (everywhere, id, viewport))
    .to_vec();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn nothing_panics_and_what_is_shown_has_happened(
        from_the_start in any::<bool>(),
        in_the_lab in any::<bool>(),
        recorded in any::<bool>(),
        all in prop::collection::vec(comes(), 0..120),
    ) {
        let lab = || Play::lab_walked().into_book();
        let again = if in_the_lab { lab() } else { walked().book };
        let mut app = match (from_the_start, in_the_lab) {
            (true, _) => screen(Book::new()),
            (false, true) => screen(lab()),
            (false, false) => walked(),
        };
        if recorded {
            app = recorded_one(app.book);
        }
        for one in all {
            match one {
                Comes::Input(input) => {
                    let effects = app.update(input);
                    let acts = |e: &Effect| matches!(e, Effect::Ask(_) | Effect::Next | Effect::Rewrite { .. });
                    prop_assert!(!recorded || !effects.iter().any(acts), "{effects:?}");
                }
                Comes::Fact(i) if recorded => {
                    let event = again.events()[i % again.events().len()].clone();
                    let shown = app.shown_events();
                    app.take_in(Box::new([event]));
                    prop_assert!(shown == 0 || app.shown_events() == shown);
                }
                Comes::Fact(i) => {
                    let event = &again.events()[i % again.events().len()];
                    app.observe(crate::model::event::Observation {
                        at: event.at_ns,
                        who: event.who,
                        source: event.source,
                        cause: crate::model::event::Cause::Unknown,
                        fact: event.fact.clone(),
                    });
                }
                Comes::Frame(hits, viewport) => frame(&mut app, hits, viewport),
                Comes::Beat => drop(app.beat()),
            }
            prop_assert!(app.shown_events() <= app.book.events().len());
            prop_assert!(app.echo.len() <= 4);
            let open = app.open_packet();
            prop_assert!(open.is_none_or(|o| o.entry.index < app.shown_events()));
            prop_assert!(app.selected().is_none_or(|i| i < app.shown_events()));
            if let Some(bar) = &app.bar {
                let text = bar.input.value();
                prop_assert!(text.len() <= 16_500 && !text.chars().any(crate::model::payload::is_unprintable));
                prop_assert!(bar.mistake_at.as_ref().is_none_or(|at| text.get(at.clone()).is_some()));
            }
            drop(app.keys.help_for(&app));
            let rows = app.keys.rows_for(&app);
            prop_assert!(rows.iter().all(|row| !row.keys.is_empty()));
        }
    }
}
