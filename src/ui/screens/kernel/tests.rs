//! Stories of the kernel screen: retransmissions, time travel, what is not known, and both ends.

use crate::{
    app::{App, Cursor, PlotKind, Screen},
    model::{
        congestion::{Algorithm, CaState},
        event::{Detail, Fact, Source, Timer},
        ids::{Actor, Nanos, SocketId},
        story::testing::Play,
    },
    ui::screens::tests::{app, frame, soon_after, text},
};

const CLIENT: SocketId = SocketId::own(Actor::CLIENT, 0);

fn told() -> Detail {
    Detail {
        rtt: Some(Nanos(33_000)),
        rttvar: Some(Nanos(16_000)),
        min_rtt: Some(Nanos(25_000)),
        rto: Some(Nanos::from_millis(200)),
        cwnd: Some(10),
        snd_mss: Some(1_448),
        snd_wnd: Some(64_240),
        ca_state: Some(CaState::Open),
        congestion: Algorithm::new("cubic"),
        tries: Some(0),
        backoff: Some(0),
        ..Detail::default()
    }
}

fn tell(play: &mut Play, socket: SocketId, detail: &Detail) {
    let detail = Box::new(*detail);
    let fact = Fact::Detail { socket, detail };
    play.see(Some(socket.actor), Source::Kernel, fact);
}

/// A connection whose segment was lost three times: the window falls to one segment, the time-out doubles.
fn lost() -> App {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    tell(&mut play, CLIENT, &told());
    play.later(Nanos::from_millis(500))
        .send(Actor::CLIENT, b"hello")
        .queue(CLIENT, 0, 5);
    let counts = Fact::Progress {
        socket: CLIENT,
        taken: Some(5),
        sent: 5,
        acked: 0,
        received: 0,
        copied: Some(0),
    };
    play.see(Some(Actor::CLIENT), Source::Kernel, counts);
    for tries in 0..3_u8 {
        let rto = Nanos::from_millis(400 << tries);
        play.later(Nanos::from_millis(200 << tries));
        let detail = Detail {
            unacked: 5,
            retransmits: u32::from(tries),
            timer: Some((Timer::Retransmit, rto)),
            rto: Some(rto),
            cwnd: Some(if tries == 0 { 10 } else { 1 }),
            ssthresh: (tries > 0).then_some(5),
            ca_state: Some(if tries == 0 {
                CaState::Open
            } else {
                CaState::Loss
            }),
            tries: Some(tries),
            backoff: Some(tries),
            ..told()
        };
        tell(&mut play, CLIENT, &detail);
    }
    let mut app = app(play.into_book());
    app.screen = Screen::Kernel;
    app
}

#[test]
fn a_time_out_is_told_with_its_tries_and_counts_down() {
    let app = lost();
    let at = |ms: u64| {
        let now = app.book.now().plus(Nanos::from_millis(ms));
        text(&frame(&app, now, 120, 31))
    };
    let shown = at(0);
    let brief = "RTO 1.60s, 2 time-outs, doubled twice; again in 1.6 s";
    assert!(shown.contains(brief), "{shown}");
    assert!(shown.contains("on 1.6s"), "{shown}");
    assert!(at(800).contains("on 0.8s"), "{}", at(800));
    assert!(at(5_000).contains("on 0s"));
    for figure in ["loss", "cubic", "64,240"] {
        assert!(shown.contains(figure), "{figure}\n{shown}");
    }
    insta::assert_snapshot!("lost-120", shown);
    let wide = text(&frame(&app, app.book.now(), 200, 54));
    let whole = "RTO 1.60s, 2 time-outs, doubled twice; sends it again in about 1.6 s ▕████████▏";
    assert!(wide.contains(whole), "{wide}");
    insta::assert_snapshot!("lost-80", text(&frame(&app, app.book.now(), 80, 20)));
}

#[test]
fn ascii_has_a_letter_for_each_line() {
    let mut app = lost();
    app.settings.ascii = true;
    app.settings.theme = crate::app::ThemeName::Plain;
    insta::assert_snapshot!(
        "lost-120-ascii",
        text(&frame(&app, app.book.now(), 120, 31))
    );
}

#[test]
fn a_moment_of_the_past_shows_what_was_known_then() {
    let mut app = lost();
    let count = app.book.events().len() - 2;
    app.go(Cursor::At {
        count,
        frozen: false,
    });
    let shown = text(&frame(&app, soon_after(&app), 120, 31));
    assert!(shown.contains("cwnd ━ 10"), "{shown}");
    assert!(shown.contains("RTO 400ms;"), "{shown}");
    assert!(shown.contains("none yet"), "{shown}");
}

#[test]
fn what_an_older_journal_does_not_tell_is_a_dash() {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    let old = Detail {
        cwnd: Some(10),
        rto: Some(Nanos::from_millis(200)),
        ..Detail::default()
    };
    tell(&mut play, CLIENT, &old);
    let mut app = app(play.into_book());
    app.screen = Screen::Kernel;
    let shown = text(&frame(&app, soon_after(&app), 120, 31));
    let row = |name: &str| {
        let row = shown.lines().find(|l| l.starts_with(&format!("│ {name} ")));
        row.map_or(Vec::new(), |row| {
            row.split_whitespace().skip(1).take(5).collect()
        })
    };
    assert_eq!(row("cwnd")[..4], ["cwnd", "seg", "-", "10"]);
    assert_eq!(row("ssthresh")[..4], ["ssthresh", "seg", "-", "-"]);
    assert_eq!(row("backoff")[..3], ["backoff", "-", "-"]);
}

#[test]
fn when_a_connection_is_gone_its_figures_are_as_last_seen() {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    tell(&mut play, CLIENT, &told());
    let wait = Detail {
        timer: Some((Timer::TimeWait, Nanos::from_millis(60_000))),
        ..Detail::default()
    };
    play.state(CLIENT, crate::model::tcp::TcpState::TimeWait);
    tell(&mut play, CLIENT, &wait);
    let mut app = app(play.into_book());
    app.screen = Screen::Kernel;
    let shown = text(&frame(&app, app.book.now(), 120, 31));
    assert!(shown.contains("TCP_INFO as last seen"), "{shown}");
    assert!(shown.contains("33µs"), "{shown}");
    assert!(shown.contains("TIME-WAIT ends in about 60 s"), "{shown}");
    assert!(shown.contains("timewait 60s"), "{shown}");
    // A moment before, they were what they are.
    let count = app.book.events().len() - 1;
    app.go(Cursor::At {
        count,
        frozen: false,
    });
    let before = text(&frame(&app, app.book.now(), 120, 31));
    assert!(!before.contains("as last seen"), "{before}");
}

#[test]
fn a_small_screen_shows_the_plot_that_was_picked() {
    let mut app = lost();
    let first = |app: &App| {
        let shown = text(&frame(app, app.book.now(), 80, 15));
        ["cwnd ━", "rtt ━", "in flight ━"].map(|title| shown.contains(title))
    };
    assert_eq!(first(&app), [true, false, false]);
    app.kernel.plot = PlotKind::Time;
    assert_eq!(first(&app), [false, true, false]);
}

#[test]
fn a_countdown_asks_to_be_drawn_and_rest_does_not() {
    let mut app = lost();
    let ticks = |app: &App| {
        let area = ratatui::layout::Rect::new(0, 0, 120, 31);
        let mut buf = ratatui::buffer::Buffer::empty(area);
        let theme = crate::ui::theme::Theme::of(&app.settings);
        let mut canvas = crate::ui::canvas::Canvas::new(&mut buf, theme);
        super::draw(app, app.book.now(), &mut canvas, area);
        canvas.drawn.ticks_per_second
    };
    assert_eq!(ticks(&app), 10);
    app.settings.reduced_motion = true;
    assert_eq!(ticks(&app), 1);
    app.go(Cursor::At {
        count: 3,
        frozen: false,
    });
    assert_eq!(ticks(&app), 0);
}
