//! What TCP counts and estimates, both ends beside each other. One table says what each figure is called (as in `ss -i`
//! and `tcp_info`), where it comes from, what it means and where that is written.

use super::{Ends, ID};
use crate::{
    app::App,
    model::{
        event::Detail,
        ids::{Nanos, Side},
        session::SocketState,
    },
    ui::{
        canvas::Canvas,
        screens::{
            bits::{Bits, count, span},
            foreign,
        },
        text::wrap,
        theme::Role,
        widgets::{
            panel::Panel,
            scroll,
            table::{Column, row},
        },
    },
};
use ratatui::{layout::Rect, text::Line};

/// Where a figure stands in a [`Detail`], and so its unit.
#[derive(Clone, Copy)]
enum Of {
    /// A span of time.
    Time(fn(&Detail) -> Option<Nanos>),
    /// Segments.
    Segments(fn(&Detail) -> Option<u32>),
    /// Bytes.
    Bytes(fn(&Detail) -> Option<u64>),
    /// Bytes a second, written in bits as `ss` does.
    Rate(fn(&Detail) -> Option<u64>),
    /// How often.
    Times(fn(&Detail) -> Option<u8>),
    /// A word.
    Word(fn(&Detail) -> Option<String>),
}

impl Of {
    fn text(self, detail: &Detail, ascii: bool) -> Option<String> {
        match self {
            Self::Time(of) => of(detail).map(|t| span(t, ascii)),
            Self::Segments(of) => of(detail).map(|n| count(n.into())),
            Self::Bytes(of) => of(detail).map(count),
            Self::Rate(of) => of(detail).map(rate),
            Self::Times(of) => of(detail).map(|n| n.to_string()),
            Self::Word(of) => of(detail),
        }
    }

    const fn unit(self) -> &'static str {
        match self {
            Self::Time(_) | Self::Rate(_) | Self::Times(_) | Self::Word(_) => "",
            Self::Segments(_) => "seg",
            Self::Bytes(_) => "B",
        }
    }
}

/// What stands in the figures' place when a listener is selected.
const LISTENER: &str = "A listener has no TCP_INFO of a connection. Its Recv-Q counts the connections that wait for \
    accept, its Send-Q is the backlog that listen was given. Select a connection to see its figures.";

/// A figure.
#[derive(Clone, Copy)]
struct Row {
    name: &'static str,
    of: Of,
    meaning: &'static str,
    /// Where it is defined, if it is.
    rfc: &'static str,
    /// What it is called that the kernel tells other figures and not this one.
    none: &'static str,
}

const fn figure(name: &'static str, of: Of, meaning: &'static str, rfc: &'static str) -> Row {
    Row {
        name,
        of,
        meaning,
        rfc,
        none: "-",
    }
}

const fn or(row: Row, none: &'static str) -> Row {
    Row { none, ..row }
}

/// All of them, what is asked for most first.
#[rustfmt::skip]
const FIGURES: [Row; 26] = {
    use Of::{Bytes, Rate, Segments, Time, Times, Word};
    [
        figure("congestion", Word(|d| d.congestion.map(|c| c.name().to_owned())), "who sizes the window", "RFC 5681"),
        figure("ca_state", Word(|d| d.ca_state.map(|s| s.name().to_owned())), "its mood; open is well", "RFC 5681"),
        figure("cwnd", Segments(|d| d.cwnd), "congestion window", "RFC 5681"),
        or(figure("ssthresh", Segments(|d| d.ssthresh), "slow start ends here", "RFC 5681"), "none yet"),
        figure("rtt", Time(|d| d.rtt), "round trip, smoothed", "RFC 6298"),
        figure("rttvar", Time(|d| d.rttvar), "its variation", "RFC 6298"),
        figure("minrtt", Time(|d| d.min_rtt), "the shortest round trip", ""),
        figure("rto", Time(|d| d.rto), "then it is sent again", "RFC 6298"),
        figure("tries", Times(|d| d.tries), "time-outs in a row", "RFC 6298"),
        figure("backoff", Times(|d| d.backoff), "rto doubled so often", "RFC 6298"),
        figure("probes", Times(|d| d.probes), "unanswered probes", "RFC 9293"),
        figure("in flight", Bytes(|d| d.rto.map(|_| d.unacked)), "sent, not acknowledged", "RFC 5681"),
        figure("unacked", Segments(|d| d.flight), "the same in segments", "RFC 5681"),
        figure("notsent", Bytes(|d| d.rto.map(|_| d.unsent)), "written, not sent yet", ""),
        figure("unread", Bytes(|d| d.rto.map(|_| d.unread)), "arrived, not read yet", ""),
        figure("snd_wnd", Bytes(|d| d.snd_wnd.map(u64::from)), "window of the peer", "RFC 9293"),
        figure("rcv_wnd", Bytes(|d| d.rcv_wnd.map(u64::from)), "window told to the peer", "RFC 9293"),
        figure("retrans", Segments(|d| d.rto.map(|_| d.retransmits)), "sent again so far", "RFC 9293"),
        figure("bytes_retrans", Bytes(|d| d.bytes_retrans), "the same in bytes", "RFC 9293"),
        figure("lost", Segments(|d| d.lost), "taken for lost", "RFC 6675"),
        figure("sacked", Segments(|d| d.sacked), "acked out of order", "RFC 2018"),
        figure("mss", Bytes(|d| d.snd_mss.map(u64::from)), "largest segment to send", "RFC 9293"),
        figure("rcvmss", Bytes(|d| d.rcv_mss.map(u64::from)), "the peer's, a guess", ""),
        figure("pmtu", Bytes(|d| d.pmtu.map(u64::from)), "path's largest packet", "RFC 1191"),
        figure("delivery_rate", Rate(|d| d.delivery_rate), "arrived so fast lately", ""),
        or(figure("pacing_rate", Rate(|d| d.pacing_rate), "may be sent so fast", ""), "no limit"),
    ]
};

/// Bytes a second in bits: `15.8Gbit/s`.
fn rate(bytes: u64) -> String {
    let bits = bytes as f64 * 8.0;
    for (unit, name) in [(1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s")] {
        if bits >= unit {
            let n = bits / unit;
            return if n < 99.95 {
                format!("{n:.1}{name}")
            } else {
                format!("{n:.0}{name}")
            };
        }
    }
    format!("{bits:.0}bit/s")
}

/// What is known of an end: as it is, or, of one that is gone, as it was told last.
struct Known {
    detail: Option<Detail>,
    last_seen: bool,
}

impl Known {
    fn of(app: &App, socket: Option<&SocketState>) -> Self {
        let now = socket.and_then(|s| s.detail).map(|(detail, _)| detail);
        // In TIME-WAIT, and in FIN-WAIT-2 when its program has closed it, the kernel has let go of all but the timer.
        let some = |d: &Detail| d.rto.is_some();
        if now.as_ref().is_some_and(some) {
            return Self {
                detail: now,
                last_seen: false,
            };
        }
        let before = socket.and_then(|s| {
            let history = app.book.history(app.session().generation, s.id)?;
            history.latest(app.book.events(), app.shown_events(), some)
        });
        Self {
            last_seen: before.is_some(),
            detail: before.copied().or(now),
        }
    }
}

/// Draws it.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect, ends: &Ends<'_>) {
    let both = [Side::Server, Side::Client].map(|side| Known::of(app, ends.on(side)));
    let mut title = Bits::of(Role::Title, "TCP_INFO");
    if both.iter().any(|k| k.last_seen) {
        title.push(Role::Wait, " as last seen");
    }
    let total = FIGURES.len();
    let list = Rect::new(
        area.x + 2,
        area.y + 2,
        area.width.saturating_sub(4),
        area.height.saturating_sub(3),
    );
    let shown = scroll::rows(canvas, app, ID, list, total);
    let sampled = if area.width < 52 {
        "sampled at events"
    } else {
        "sampled when something happens"
    };
    let sampled = Bits::of(Role::Dim, sampled);
    let inner = Panel::new(Role::Frame, title.line(&canvas.theme))
        .right(sampled.line(&canvas.theme))
        .draw(canvas, area);
    if inner.height < 2 || inner.width < 20 {
        return;
    }
    if ends.selected().is_some_and(SocketState::is_listener) {
        let lines = wrap(LISTENER, usize::from(inner.width));
        for (y, line) in (inner.top()..inner.bottom()).zip(lines) {
            canvas.text(inner.x, y, inner.width, Role::Dim, &line);
        }
        return;
    }
    let value = if inner.width < 38 { 10 } else { 11 };
    let columns = [
        Column::left(13),
        Column::right(value),
        Column::right(value),
        Column::left(inner.width.saturating_sub(13 + 2 * value + 3).min(26)),
        Column::left(9),
    ];
    let mut heads = vec![Line::default()];
    heads.extend([Side::Server, Side::Client].map(|side| head(app, canvas, ends, side)));
    heads.push(Line::from(canvas.span(Role::Dim, "meaning")));
    let with_rfc = inner.width >= 70;
    if with_rfc {
        heads.push(Line::from(canvas.span(Role::Dim, "defined in")));
    }
    let used = if inner.width < 50 { 3 } else { heads.len() };
    row(
        canvas,
        inner.x,
        inner.y,
        inner.width,
        &columns,
        &heads[..used],
    );
    let ascii = canvas.theme.ascii();
    for (i, figure) in FIGURES[shown.clone()].iter().enumerate() {
        let name = canvas.span(Role::Text, figure.name);
        let mut cells = vec![Line::from(vec![name, canvas.span(Role::Dim, unit(figure))])];
        for known in &both {
            cells.push(value_of(canvas, figure, known, ascii));
        }
        cells.push(Line::from(canvas.span(Role::Dim, figure.meaning)));
        cells.push(Line::from(canvas.span(Role::Faint, figure.rfc)));
        let y = inner.y + 1 + i as u16;
        row(canvas, inner.x, y, inner.width, &columns, &cells[..used]);
    }
    scroll::bar(canvas, inner.right() + 1, list, &shown, total);
}

/// The unit behind a name, where there is room for one and the value does not tell.
fn unit(figure: &Row) -> String {
    match figure.of.unit() {
        "" => String::new(),
        unit if figure.name.len() + unit.len() < 13 => format!(" {unit}"),
        _ => String::new(),
    }
}

fn head(app: &App, canvas: &Canvas<'_>, ends: &Ends<'_>, side: Side) -> Line<'static> {
    let Some(socket) = ends.on(side) else {
        let theirs = ends
            .selected()
            .is_some_and(|s| foreign::peer(app.session(), s).is_some());
        let text = if theirs {
            "not ours".to_owned()
        } else {
            format!("no {side}")
        };
        return Line::from(canvas.span(Role::Faint, text));
    };
    let name = socket.id.to_string().replace("server.pending", "pending");
    Line::from(if Some(socket.id) == ends.selected {
        canvas.bold(Role::from(side), name)
    } else {
        canvas.span(Role::from(side), name)
    })
}

fn value_of(canvas: &Canvas<'_>, figure: &Row, known: &Known, ascii: bool) -> Line<'static> {
    let detail = known.detail.as_ref();
    let text = detail.and_then(|d| figure.of.text(d, ascii));
    let role = if known.last_seen {
        Role::Dim
    } else {
        Role::Text
    };
    Line::from(match text {
        Some(text) => canvas.span(role, text),
        // It tells others, so that it tells none of these is a fact.
        None if detail.is_some_and(|d| d.snd_mss.is_some()) => canvas.span(Role::Dim, figure.none),
        None => canvas.span(Role::Faint, "-"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_written_as_ss_does() {
        let rates = [0, 12, 1_250, 12_500_000, 1_975_000_000, 125_000_000_000];
        let told = [
            "0bit/s",
            "96bit/s",
            "10.0kbit/s",
            "100Mbit/s",
            "15.8Gbit/s",
            "1000Gbit/s",
        ];
        assert_eq!(rates.map(rate), told);
    }

    #[test]
    fn each_figure_stands_once_and_fits() {
        for row in &FIGURES {
            assert_eq!(FIGURES.iter().filter(|r| r.name == row.name).count(), 1);
            assert!(
                row.name.len() <= 13 && row.meaning.len() <= 26,
                "{}",
                row.name
            );
            assert!(row.rfc.is_empty() || row.rfc.starts_with("RFC "));
        }
    }
}
