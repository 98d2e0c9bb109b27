//! Colours by meaning. A screen asks for [`Role::Client`], never for orange; what that is stands in one table, one row
//! a role and one column a theme. Colour goes with the actor everywhere; green is done, yellow waits, red failed.

use super::glyphs::{Glyph, GlyphSet};
use crate::app::{Settings, ThemeName};
use crate::model::{
    ids::{Actor, Side},
    tcp::TcpState,
};
use ratatui::style::{Color, Modifier, Style};

/// What something on the screen means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The ground of the whole screen; only this, the bars and caps have a colour behind the letters.
    Ground,
    /// Text that matters now.
    Text,
    /// What stands out of the text.
    Strong,
    /// Headings within a box, units, what is past.
    Dim,
    /// What is to come, lines that only divide.
    Faint,
    /// The server and all that is its.
    Server,
    /// A client and all that is its.
    Client,
    /// What lies between, and the program's own voice: keys, prompt.
    Cable,
    /// Done, held, well.
    Ok,
    /// Waits.
    Wait,
    /// Failed.
    Bad,
    /// Bytes of the conversation.
    Bytes,
    /// Something worth a look that is neither good nor bad.
    Note,
    /// The frame of a box that nothing is said about.
    Frame,
    /// The title of such a box.
    Title,
    /// The title bar's ground.
    Bar,
    /// The row that is selected.
    Selection,
    /// What a search found.
    Match,
    /// A key, as it is printed on its cap.
    KeyCap,
    /// What that key does.
    KeyLabel,
    /// What could be typed on.
    Hint,
    /// The cursor of the line that is typed in.
    Cursor,
    /// Text that has been read.
    Read,
    /// A word of a lesson's text that names a thing: a call, a state, a column.
    Code,
    /// The same, where the thing is on the screen: there and in the text.
    Lit,
}

/// One role: what it falls back on, and what it adds to that in each theme, in the order of [`ThemeName`].
struct Row {
    role: Role,
    base: Option<Role>,
    adds: [Style; 5],
}

const NONE: Style = Style::new();
const BOLD: Style = NONE.add_modifier(Modifier::BOLD);
const DIM: Style = NONE.add_modifier(Modifier::DIM);
const REVERSED: Style = NONE.add_modifier(Modifier::REVERSED);
const UNDERLINED: Style = NONE.add_modifier(Modifier::UNDERLINED);
const ITALIC: Style = NONE.add_modifier(Modifier::ITALIC);
const NAMED: Style = BOLD.add_modifier(Modifier::UNDERLINED);

const fn rgb(hex: u32) -> Style {
    NONE.fg(Color::from_u32(hex))
}

const fn rgb_on(hex: u32, ground: u32) -> Style {
    rgb(hex).bg(Color::from_u32(ground))
}

const fn ground(hex: u32) -> Style {
    NONE.bg(Color::from_u32(hex))
}

const fn ansi(color: Color) -> Style {
    NONE.fg(color)
}

const fn row(role: Role, base: Option<Role>, adds: [Style; 5]) -> Row {
    Row { role, base, adds }
}

/// All roles. A row may only fall back on one above it.
#[rustfmt::skip]
static ROWS: [Row; 25] = {
    use Color::{Black, Blue, Cyan, DarkGray, Green, LightBlue, LightCyan, LightGreen, LightMagenta, LightRed, LightYellow,
                Magenta, Red, White, Yellow};
    use Role::{Bad, Bar, Bytes, Cable, Client, Code, Cursor, Dim, Faint, Frame, Ground, Hint, KeyCap, KeyLabel, Lit, Match,
               Note, Ok, Read, Selection, Server, Strong, Text, Title, Wait};
    [
        //  role       falls back on   dark                        light                       high contrast                                   terminal                 plain
        row(Ground,    None,         [rgb_on(0xcd_d6f4, 0x1e_1e2e), rgb_on(0x2c_2f44, 0xf7_f7fb), ansi(White).bg(Black),                        NONE,                    NONE]),
        row(Text,      None,         [rgb(0xcd_d6f4),              rgb(0x2c_2f44),             ansi(White),                                    NONE,                    NONE]),
        row(Strong,    Some(Text),   [BOLD,                        BOLD,                       BOLD,                                           BOLD,                    BOLD]),
        row(Dim,       Some(Text),   [rgb(0x8f_94ac),              rgb(0x66_6a80),             ansi(White),                                    ansi(DarkGray),          NONE]),
        row(Faint,     Some(Text),   [rgb(0x5b_5e74),              rgb(0xa3_a6b5),             ansi(Color::Gray),                              ansi(DarkGray),          DIM]),
        row(Server,    Some(Text),   [rgb(0x89_b4fa),              rgb(0x1a_5fd0),             ansi(LightCyan),                                ansi(LightBlue),         NONE]),
        row(Client,    Some(Text),   [rgb(0xfa_b387),              rgb(0xb8_4a08),             ansi(Color::Indexed(214)),                      ansi(Yellow),            NONE]),
        row(Cable,     Some(Text),   [rgb(0xcb_a6f7),              rgb(0x77_33c8),             ansi(LightMagenta),                             ansi(Magenta),           NONE]),
        row(Ok,        Some(Text),   [rgb(0xa6_e3a1),              rgb(0x2a_7d22),             ansi(LightGreen),                               ansi(Green),             NONE]),
        row(Wait,      Some(Text),   [rgb(0xf9_e2af),              rgb(0x96_6200),             ansi(LightYellow).add_modifier(Modifier::BOLD), ansi(LightYellow).add_modifier(Modifier::BOLD), BOLD]),
        row(Bad,       Some(Text),   [rgb(0xf3_8ba8),              rgb(0xc4_1e3f),             ansi(LightRed).add_modifier(Modifier::BOLD),    ansi(Red),               REVERSED]),
        row(Bytes,     Some(Text),   [rgb(0x94_e2d5),              rgb(0x0f_7a80),             ansi(White).add_modifier(Modifier::BOLD),       ansi(Cyan),              NONE]),
        row(Note,      Some(Text),   [rgb(0x89_dceb),              rgb(0x04_6f9c),             ansi(LightBlue),                                ansi(LightCyan),         UNDERLINED]),
        row(Frame,     Some(Faint),  [rgb(0x6c_7086),              rgb(0x8c_8fa1),             ansi(White),                                    NONE,                    NONE]),
        row(Title,     Some(Dim),    [NONE,                        NONE,                       BOLD,                                           NONE,                    BOLD]),
        row(Bar,       Some(Text),   [ground(0x31_3244),           ground(0xdd_dfe9),          NONE.bg(Blue).add_modifier(Modifier::BOLD),     UNDERLINED,              REVERSED]),
        row(Selection, Some(Text),   [ground(0x3a_3c52),           ground(0xd5_d9ee),          ansi(Black).bg(White),                          REVERSED,                REVERSED]),
        row(Match,     Some(Text),   [rgb_on(0x1e_1e2e, 0xf9_e2af), rgb_on(0x1e_1e2e, 0xff_d75f), ansi(Black).bg(LightYellow),                  ansi(Black).bg(Yellow),  REVERSED]),
        row(KeyCap,    Some(Strong), [rgb_on(0x1e_1e2e, 0xcb_a6f7), rgb_on(0xff_ffff, 0x77_33c8), ansi(Black).bg(LightMagenta),                 ansi(Black).bg(Magenta), REVERSED]),
        row(KeyLabel,  Some(Dim),    [NONE,                        NONE,                       NONE,                                           NONE,                    NONE]),
        row(Hint,      Some(Faint),  [NONE,                        NONE,                       NONE,                                           NONE,                    NONE]),
        row(Cursor,    Some(Text),   [REVERSED,                    REVERSED,                   REVERSED,                                       REVERSED,                REVERSED]),
        row(Read,      Some(Dim),    [NONE,                        NONE,                       ansi(Color::Gray),                              NONE,                    DIM]),
        row(Code,      Some(Text),   [rgb(0xf5_c2e7),              rgb(0xa6_1e78),             ansi(Color::Indexed(219)),                      ansi(LightMagenta),      ITALIC]),
        row(Lit,       Some(Code),   [ground(0x54_3d5e),           ground(0xff_d6ec),          ansi(Black).bg(Color::Indexed(219)),            UNDERLINED,              NAMED]),
    ]
};

/// How everything looks: a style for each role, and the glyphs.
#[derive(Clone, Debug)]
pub struct Theme {
    styles: [Style; ROWS.len()],
    glyphs: GlyphSet,
}

impl Theme {
    /// The theme that the person chose.
    pub fn of(settings: &Settings) -> Self {
        let column = match settings.theme {
            ThemeName::Dark => 0,
            ThemeName::Light => 1,
            ThemeName::HighContrast => 2,
            ThemeName::Terminal => 3,
            ThemeName::Plain => 4,
        };
        let mut styles = [NONE; ROWS.len()];
        for row in &ROWS {
            let base = row.base.map_or(NONE, |base| styles[base as usize]);
            styles[row.role as usize] = base.patch(row.adds[column]);
        }
        Self {
            styles,
            glyphs: GlyphSet::new(settings.ascii),
        }
    }

    /// How a role looks.
    pub const fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// How a role looks in bold letters.
    pub const fn bold(&self, role: Role) -> Style {
        self.style(role).add_modifier(Modifier::BOLD)
    }

    /// How a glyph is written here.
    pub const fn glyph(&self, glyph: Glyph) -> &'static str {
        self.glyphs.get(glyph)
    }

    /// Whether only ASCII may be written.
    pub const fn ascii(&self) -> bool {
        self.glyphs.ascii()
    }
}

impl From<Side> for Role {
    fn from(side: Side) -> Self {
        match side {
            Side::Server => Self::Server,
            Side::Client => Self::Client,
        }
    }
}

impl From<Actor> for Role {
    fn from(actor: Actor) -> Self {
        actor.side().into()
    }
}

/// A state in the colour that fits it: listening is the server's, an open connection well, what is on its way waits.
impl From<TcpState> for Role {
    fn from(state: TcpState) -> Self {
        match state {
            TcpState::Closed => Self::Dim,
            TcpState::Listen => Self::Server,
            TcpState::Established => Self::Ok,
            _ => Self::Wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_has_its_row_and_falls_back_on_one_above() {
        for (i, row) in ROWS.iter().enumerate() {
            assert_eq!(row.role as usize, i);
            assert!(row.base.is_none_or(|base| (base as usize) < i));
        }
    }

    #[test]
    fn without_colour_there_is_no_colour() {
        let theme = Theme::of(&Settings {
            theme: ThemeName::Plain,
            ..Settings::default()
        });
        assert!(
            theme
                .styles
                .iter()
                .all(|s| s.fg.is_none() && s.bg.is_none())
        );
    }
}
