//! Moments as screens, and the film of them as a terminal plays it.

use super::*;
use crate::{
    export::{Journal, asciicast},
    model::story::testing::Play,
};
use ratatui::style::{Color, Modifier};

const SIZE: Size = (100, 30);

#[test]
fn a_moment_is_an_event_a_time_or_the_end() {
    let (play, _) = Play::walked();
    let book = play.into_book();
    let all = book.events().len();
    let third = &book.events()[2];
    assert_eq!(count_at(&book, Moment::End), all);
    assert_eq!(count_at(&book, Moment::Event(third.id.0)), 3);
    assert!(count_at(&book, Moment::Time(third.at_ns)) >= 3);
    assert_eq!(count_at(&book, Moment::Time(Nanos(u64::MAX))), all);
    let was = as_it_was(&book, 3, Book::new());
    assert_eq!(
        (was.events().len(), was.session()),
        (3, &book.session_at(3))
    );
}

#[test]
fn all_moments_are_shown_up_to_the_last() {
    let play = Play::lab_walked();
    let end = shot(
        as_it_was(play.book(), usize::MAX, Book::new()),
        Book::new(),
        Moment::End,
        View::default(),
        Settings::default(),
        SIZE,
    );
    let shots: Vec<Shot> =
        shots(play.into_book(), Book::new(), Settings::default(), SIZE).collect();
    assert!(shots.len() > 20, "{}", shots.len());
    assert!(shots.windows(2).all(|two| two[0].at <= two[1].at));
    assert_eq!(shots.last().unwrap().screen, end.screen);
    assert_eq!(
        super::shots(Book::new(), Book::new(), Settings::default(), SIZE).count(),
        1
    );
}

/// What a terminal shows at each moment of the film is the screen that was filmed.
#[test]
fn a_terminal_that_plays_the_film_shows_the_screens() {
    for theme in crate::app::ThemeName::ALL {
        let (play, _) = Play::walked();
        let settings = Settings {
            theme,
            ..Settings::default()
        };
        let mut screens: Vec<Buffer> = shots(
            as_it_was(play.book(), usize::MAX, Book::new()),
            Book::new(),
            settings.clone(),
            SIZE,
        )
        .map(|s| s.screen)
        .collect();
        screens.dedup();
        let mut out = Vec::new();
        let journal = Journal::of(play.book(), 0);
        let mut again = shots(
            as_it_was(play.book(), usize::MAX, Book::new()),
            Book::new(),
            settings,
            SIZE,
        );
        asciicast::write(&journal, &mut again, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let mut terminal =
            vt100::Parser::new(SIZE.1.try_into().unwrap(), SIZE.0.try_into().unwrap(), 0);
        let mut lines = text.lines().skip(1);
        for screen in &screens {
            let line: (f64, String, String) = serde_json::from_str(lines.next().unwrap()).unwrap();
            terminal.process(line.2.as_bytes());
            compare(terminal.screen(), screen);
        }
        assert_eq!(lines.count(), 1, "the cursor is given back");
    }
}

fn compare(terminal: &vt100::Screen, screen: &Buffer) {
    for y in 0..SIZE.1 {
        for x in 0..SIZE.0 {
            let shown = terminal.cell(y, x).unwrap();
            let cell = &screen[(x, y)];
            let letters = match shown.contents() {
                "" => " ",
                letters => letters,
            };
            assert_eq!(letters, cell.symbol(), "{x} {y}");
            let modifier = |m| cell.modifier.contains(m);
            // This terminal has one weight at a time; others have both.
            if !(modifier(Modifier::BOLD) && modifier(Modifier::DIM)) {
                assert_eq!(shown.bold(), modifier(Modifier::BOLD));
                assert_eq!(shown.dim(), modifier(Modifier::DIM));
            }
            assert_eq!(shown.inverse(), modifier(Modifier::REVERSED));
            assert_eq!(shown.underline(), modifier(Modifier::UNDERLINED));
            assert_eq!(colour(shown.fgcolor()), named(cell.fg));
            assert_eq!(colour(shown.bgcolor()), named(cell.bg));
        }
    }
}

fn colour(colour: vt100::Color) -> Color {
    match colour {
        vt100::Color::Default => Color::Reset,
        vt100::Color::Idx(n) => Color::Indexed(n),
        vt100::Color::Rgb(r, g, b) => Color::Rgb(r, g, b),
    }
}

/// The sixteen names are numbers in a terminal.
fn named(colour: Color) -> Color {
    let all = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    let place = all.iter().position(|c| *c == colour);
    place.map_or(colour, |n| Color::Indexed(n as u8))
}
