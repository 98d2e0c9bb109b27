//! The kernel screen: which socket and which plot.

use super::*;
use crate::{
    app::{PlotKind, Screen},
    model::ids::{Actor, Nanos},
};

fn talking() -> App {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    let mut app = screen(play.into_book());
    press(&mut app, "7");
    app
}

fn selected(app: &App) -> String {
    app.kernel_selected()
        .map_or_else(String::new, |s| s.id.to_string())
}

#[test]
fn the_arrows_walk_through_both_tables_and_tab_turns_over() {
    let mut app = talking();
    assert_eq!(
        (app.screen, selected(&app).as_str()),
        (Screen::Kernel, "client")
    );
    let mut way = Vec::new();
    for key in ["Up", "Up", "Up", "Down", "Tab", "Tab"] {
        press(&mut app, key);
        way.push(selected(&app));
    }
    let there = [
        "server.1", "server.0", "server.0", "server.1", "client", "server.1",
    ];
    assert_eq!(way, there);
    let (server, client) = app.kernel_ends();
    assert_eq!(
        server.map(|s| s.id.to_string()).as_deref(),
        Some("server.1")
    );
    assert_eq!(client.map(|s| s.id.to_string()).as_deref(), Some("client"));
    press(&mut app, "Up Tab");
    assert!(
        app.notice.as_ref().is_some_and(|n| n.bad),
        "a listener has no other end"
    );
}

#[test]
fn enter_goes_through_the_plots_and_s_and_l_through_their_spans() {
    let mut app = talking();
    press(&mut app, "Enter");
    assert_eq!(app.kernel.plot, PlotKind::Time);
    press(&mut app, "Enter Enter");
    assert_eq!(app.kernel.plot, PlotKind::Window);
    assert_eq!(app.kernel.span(), None);
    press(&mut app, "s s s s s s");
    assert_eq!(app.kernel.span().map(Nanos::millis), Some(100));
    let told = |app: &App| app.notice.as_ref().map(|n| n.text.clone());
    assert_eq!(
        told(&app).as_deref(),
        Some("The plots show the last 100 ms.")
    );
    press(&mut app, "l");
    assert_eq!(told(&app).as_deref(), Some("The plots show the last 1 s."));
    assert_eq!(app.kernel.span().map(Nanos::millis), Some(1_000));
    press(&mut app, "l l l l");
    assert_eq!(app.kernel.span(), None);
}

#[test]
fn the_footer_says_what_tab_does_here() {
    let app = talking();
    assert!(footer(&app).contains(&"Tab other end".to_owned()));
    assert!(footer(&app).contains(&"Enter next plot".to_owned()));
}

#[test]
fn what_was_selected_is_forgotten_when_all_begins_anew() {
    let mut app = talking();
    press(&mut app, "Up Up");
    assert_eq!(selected(&app), "server.0");
    let begin = walked().book.events()[0].clone();
    app.observe(crate::model::event::Observation {
        at: app.book.now(),
        who: None,
        source: begin.source,
        cause: crate::model::event::Cause::Unknown,
        fact: begin.fact,
    });
    assert_eq!((app.kernel.picked, selected(&app).as_str()), (None, ""));
}

#[test]
fn larger_steps_scroll_the_figures_and_select_nothing() {
    let mut app = talking();
    let id = crate::app::ScrollId::Screen(Screen::Kernel);
    let viewport = crate::app::Viewport {
        shown: 10,
        total: 26,
    };
    app.drawn.viewports = vec![(crate::app::Area::default(), id, viewport)];
    press(&mut app, "Ctrl-D");
    assert_eq!(app.first_row(id, viewport), 9);
    press(&mut app, "G");
    assert_eq!(app.first_row(id, viewport), 16);
    press(&mut app, "T");
    assert_eq!(app.first_row(id, viewport), 0);
    assert_eq!(app.kernel.picked, None);
}
