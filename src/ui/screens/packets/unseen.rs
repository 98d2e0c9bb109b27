//! Where packets are not seen: that it is so, why, and what would allow it.

use crate::{
    app::App,
    model::event::Sight,
    ui::{
        canvas::Canvas,
        screens::bits::Bits,
        text::{safe, wrap},
        theme::Role,
        widgets::panel::Panel,
    },
};
use ratatui::layout::Rect;

/// Draws it.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let title = Bits::of(Role::Title, "PACKETS").line(&canvas.theme);
    let right = Bits::of(Role::Dim, "not seen here").line(&canvas.theme);
    let inner = Panel::new(Role::Frame, title)
        .right(right)
        .draw(canvas, area);
    let ascii = canvas.theme.ascii();
    let session = app.session();
    let mut parts = vec![(
        Role::Text,
        "Packets are not seen here: the two sockets talk through this machine's own network, and what passes there is shown to a program only if it may capture.".to_owned(),
    )];
    if let Sight::None { why } = session.sight.as_ref()
        && !why.is_empty()
    {
        parts.push((Role::Wait, safe(why, ascii)));
    }
    if let Some(no_lab) = &session.no_lab {
        parts.push((Role::Wait, safe(no_lab, ascii)));
    }
    parts.push((Role::Strong, "What would allow it".to_owned()));
    parts.push((
        Role::Text,
        "The lab: a private network whose cable is in your hand. Every packet passes through it, to be looked at, held, dropped or copied: fourline --network lab".to_owned(),
    ));
    parts.push((
        Role::Text,
        "Or, to look only: the capability CAP_NET_RAW, with which the program may capture on this machine's network.".to_owned(),
    ));
    parts.push((
        Role::Dim,
        "The calls, the bytes and the states of both ends are known all the same, each on its screen.".to_owned(),
    ));
    let cells = usize::from(inner.width.min(100));
    let lines = parts.into_iter().flat_map(|(role, text)| {
        let lines = wrap(&text, cells).into_iter();
        lines
            .map(move |line| (role, line))
            .chain([(Role::Text, String::new())])
    });
    for (y, (role, line)) in (inner.y..inner.bottom()).zip(lines) {
        canvas.text(inner.x, y, inner.width, role, &line);
    }
}
