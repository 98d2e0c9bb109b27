//! A packet's arrow on its track: whole when it was delivered, on its way, held in the middle, or broken off.
//!
//! ```text
//! ◀━━━━━   delivered to the server      ╌╌╌◀━━   on its way, or held
//! ━━━━━▶   delivered to the client      ━━✘      dropped on its way there
//! ```

use crate::{
    model::ids::Side,
    ui::{canvas::Canvas, glyphs::Glyph, theme::Role},
};
use ratatui::text::Span;

/// How far a packet has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    /// All of it.
    Whole,
    /// So far: 0 is the sender, 1 the receiver.
    At(f64),
    /// It was taken away half-way.
    Broken,
}

/// The arrow in so many cells. The server is at the left.
pub(super) fn arrow(
    canvas: &Canvas<'_>,
    role: Role,
    toward: Side,
    cells: usize,
    way: Way,
) -> [Span<'static>; 2] {
    let sign = |glyph| canvas.theme.glyph(glyph);
    let last = cells.saturating_sub(1);
    let tip = match toward {
        Side::Server => Glyph::Left,
        Side::Client => Glyph::Right,
    };
    let (behind, tip) = match way {
        Way::Whole => (last, tip),
        Way::At(part) => ((part.clamp(0.0, 1.0) * last as f64).round() as usize, tip),
        Way::Broken => (cells / 2, Glyph::Failed),
    };
    let ahead = match way {
        Way::Broken => " ",
        _ => sign(Glyph::Dashed),
    };
    let ahead = canvas.span(Role::Faint, ahead.repeat(last - behind.min(last)));
    let (tip, shaft) = (sign(tip), sign(Glyph::Shaft).repeat(behind.min(last)));
    match toward {
        Side::Server => [ahead, canvas.bold(role, format!("{tip}{shaft}"))],
        Side::Client => [canvas.bold(role, format!("{shaft}{tip}")), ahead],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::Settings, ui::theme::Theme};
    use ratatui::{buffer::Buffer, layout::Rect};

    fn drawn(toward: Side, cells: usize, way: Way) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, 1, 1));
        let canvas = Canvas::new(&mut buf, Theme::of(&Settings::default()));
        let spans = arrow(&canvas, Role::Text, toward, cells, way);
        spans.iter().map(|s| s.content.as_ref()).collect()
    }

    #[test]
    fn it_travels_from_its_sender_to_the_other_end() {
        let steps = [0.0, 0.4, 0.5, 1.0].map(|part| drawn(Side::Server, 6, Way::At(part)));
        assert_eq!(steps, ["╌╌╌╌╌◀", "╌╌╌◀━━", "╌╌◀━━━", "◀━━━━━"]);
        assert_eq!(drawn(Side::Client, 6, Way::At(0.4)), "━━▶╌╌╌");
        assert_eq!(drawn(Side::Client, 6, Way::Whole), "━━━━━▶");
        assert_eq!(drawn(Side::Client, 6, Way::Broken), "━━━✘  ");
        assert_eq!(drawn(Side::Server, 6, Way::Broken), "  ✘━━━");
        assert_eq!(drawn(Side::Server, 1, Way::At(7.0)), "◀");
        assert_eq!(drawn(Side::Client, 1, Way::Broken), "✘");
    }
}
