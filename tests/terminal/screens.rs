//! Every screen can be reached by its key and says what it is, at every size, with and without colours and signs.

use crate::stage::{Stage, fourline};

/// A key, and what is on the screen that it shows, whatever the size.
const SCREENS: [(&str, &[&str]); 9] = [
    ("2", &["LADDER", "line 2"]),
    ("3", &["client ▸ server", "68 65 6c 6c 6f"]),
    ("4", &["STATES", "RFC 9293", "ESTABLISHED"]),
    ("5", &["PACKETS"]),
    ("6", &["CALLS", "man 2"]),
    ("7", &["TCP_INFO", "cwnd"]),
    ("1", &["SERVER", "CABLE", "CLIENT", "WHAT IS HAPPENING"]),
    ("?", &["KEYS", "The conversation and its time"]),
    ("w", &["WHY"]),
];

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];

/// The conversation up to the server's answer.
fn half_way(stage: &Stage) {
    stage.until("Nothing has happened yet");
    for step in 1..=6 {
        stage.settled();
        stage.keys("Space");
        stage.until(&format!("step {step} of 11"));
    }
    // What is notable is told when it has stayed so for a while.
    stage.until("acknowledged, but not read");
    stage.settled();
}

/// Goes through all that can be looked at.
fn look_at_everything(stage: &Stage) {
    for (key, _) in SCREENS {
        stage.keys(key);
        stage.settled();
        if "?w".contains(key) {
            stage.keys("Esc");
            stage.settled();
        }
    }
    for keys in [
        "z", "z", "b", "b", "i", "Esc", "Enter", "Esc", "q", "n", "m", "m", ":", "Esc",
    ] {
        stage.keys(keys);
        stage.settled();
    }
}

#[test]
fn each_screen_has_its_key_and_its_heading_at_each_size() {
    for (cols, rows) in SIZES {
        let stage = fourline("").size(cols, rows).start();
        half_way(&stage);
        for (key, texts) in SCREENS {
            stage.keys(key);
            for text in texts {
                stage.until(text);
            }
            let screen = stage.settled();
            assert_eq!(screen.lines().count(), usize::from(rows), "{screen}");
            if "?w".contains(key) {
                stage.keys("Esc");
                stage.gone(texts[0]);
            }
        }
    }
}

#[test]
fn the_presenter_s_view_a_blank_screen_and_back() {
    for (cols, rows) in SIZES {
        let stage = fourline("").size(cols, rows).start();
        half_way(&stage);
        let before = stage.screen();
        stage.keys("z");
        stage.until("✔ 2");
        stage.gone("WHERE ARE THE BYTES?");
        stage.keys("b");
        stage.until_screen("a blank screen", |screen| screen.trim().is_empty());
        stage.keys("b");
        stage.until("✔ 2");
        stage.keys("z");
        stage.until_screen("the screen from before", |screen| screen == before);
    }
}

#[test]
fn themes_go_round_and_the_mouse_comes_and_goes() {
    let stage = fourline("").start();
    half_way(&stage);
    for name in ["light", "high-contrast", "terminal", "plain", "dark"] {
        stage.keys("t");
        stage.until(&format!("Theme: {name}"));
    }
    stage.keys("m");
    stage.until("The mouse is the terminal's");
    stage.terminal(|t| assert_eq!(t.mouse_protocol_mode(), vt100::MouseProtocolMode::None));
    stage.keys("m");
    stage.until("The mouse is ours");
    stage.terminal(|t| assert_ne!(t.mouse_protocol_mode(), vt100::MouseProtocolMode::None));
}

#[test]
fn a_click_takes_the_focus_and_a_click_on_a_key_presses_it() {
    let stage = fourline("").start();
    stage.until("Nothing has happened yet");
    let screen = stage.settled();
    let row = screen
        .lines()
        .position(|l| l.contains("▸ server listen"))
        .unwrap();
    let line = screen.lines().nth(row).unwrap();
    let col = line.chars().position(|c| c == 'S').unwrap();
    let click = format!("\x1b[<0;{};{}M\x1b[<0;{0};{1}m", col + 1, row + 1);
    stage.type_text(&click);
    stage.until("step 1 of 11");
}

#[test]
fn ascii_means_not_one_other_byte() {
    for (cols, rows) in SIZES {
        let stage = fourline("--ascii").size(cols, rows).start();
        half_way(&stage);
        look_at_everything(&stage);
        let raw = stage.raw();
        if let Some(at) = raw.iter().position(|b| !b.is_ascii()) {
            let around = &raw[at.saturating_sub(60)..raw.len().min(at + 20)];
            panic!("{}", String::from_utf8_lossy(around).escape_debug());
        }
    }
}

#[test]
fn a_locale_without_unicode_means_ascii() {
    let stage = fourline("").env("LC_ALL", "C").start();
    half_way(&stage);
    assert!(stage.raw().is_ascii());
}

/// The parameters of all SGR sequences in what was written.
fn colours(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let sequences = text.split("\x1b[").skip(1).filter_map(|sequence| {
        let end = sequence.find(|c: char| c.is_ascii_alphabetic())?;
        (sequence[end..].starts_with('m') && !sequence.starts_with('<')).then(|| &sequence[..end])
    });
    sequences.map(str::to_owned).collect()
}

/// Whether an SGR sequence chooses a colour other than the terminal's own.
fn is_colour(parameters: &str) -> bool {
    parameters.split([';', ':']).any(|p| {
        matches!(
            p.parse::<u16>(),
            Ok(30..=38 | 40..=48 | 90..=97 | 100..=107)
        )
    })
}

#[test]
fn no_color_means_none() {
    let stage = fourline("").env("NO_COLOR", "1").start();
    half_way(&stage);
    look_at_everything(&stage);
    let said = colours(&stage.raw());
    assert!(said.iter().any(|p| p == "1"), "not even bold: {said:?}");
    let coloured: Vec<_> = said.iter().filter(|p| is_colour(p)).collect();
    assert!(coloured.is_empty(), "{coloured:?}");
}

#[test]
fn an_empty_no_color_means_nothing_and_a_flag_is_stronger() {
    let stage = fourline("").env("NO_COLOR", "").start();
    half_way(&stage);
    assert!(colours(&stage.raw()).iter().any(|p| is_colour(p)));
    let stage = fourline("--theme light").env("NO_COLOR", "1").start();
    half_way(&stage);
    assert!(colours(&stage.raw()).iter().any(|p| is_colour(p)));
}

#[test]
fn every_theme_shows_every_screen() {
    let of = |theme: &str| {
        let stage = fourline("--theme").arg(theme).start();
        half_way(&stage);
        for (key, texts) in SCREENS {
            stage.keys(key);
            stage.until(texts[0]);
        }
        let mut said = colours(&stage.raw());
        said.sort();
        said.dedup();
        said
    };
    let dark = of("dark");
    for theme in ["light", "high-contrast", "terminal"] {
        let said = of(theme);
        assert!(said.iter().any(|p| is_colour(p)), "{theme} has no colours");
        assert_ne!(said, dark, "{theme} looks as dark does");
    }
}
