//! What figures of one end did over time, up to the moment that is shown. The table of plots says which figures stand
//! together and in which unit.

use super::Ends;
use crate::{
    app::{App, PlotKind},
    model::{
        history::{Figure, History},
        ids::{Nanos, Side},
        session::SocketState,
        tcp::TcpState,
    },
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        screens::{
            bits::{Bits, clock, count, span},
            main::short,
        },
        theme::Role,
        widgets::{
            panel::Panel,
            plot::{Course, Plot, Scale, columns, sign},
        },
    },
};
use core::ops::Range;
use ratatui::layout::Rect;

/// Cells for the figures of an axis.
const GUTTER: u16 = 6;
/// A plot of fewer rows than this says nothing.
const LEAST: u16 = 6;

/// One line of a plot.
#[derive(Clone, Copy)]
struct Line {
    name: &'static str,
    /// Its name where there is little room.
    brief: &'static str,
    /// `None` for the colour of the end.
    role: Option<Role>,
    figure: Figure,
}

/// What a plot shows.
struct Shows {
    kind: PlotKind,
    /// In what its values are; a time tells that itself.
    unit: &'static str,
    /// Whether it shows times: from microseconds to seconds, each step ten times the one before.
    times: bool,
    lines: &'static [Line],
}

const fn line(name: &'static str, role: Option<Role>, figure: Figure) -> Line {
    let brief = name;
    Line {
        name,
        brief,
        role,
        figure,
    }
}

const fn or(line: Line, brief: &'static str) -> Line {
    Line { brief, ..line }
}

#[rustfmt::skip]
const PLOTS: [Shows; 3] = [
    Shows { kind: PlotKind::Window, unit: "segments", times: false, lines: &[
        line("cwnd", None, Figure::Cwnd),
        line("ssthresh", Some(Role::Note), Figure::Ssthresh),
    ] },
    Shows { kind: PlotKind::Time, unit: "", times: true, lines: &[
        line("rtt", None, Figure::Rtt),
        line("rto", Some(Role::Wait), Figure::Rto),
    ] },
    Shows { kind: PlotKind::Bytes, unit: "bytes", times: false, lines: &[
        or(line("in flight", Some(Role::Cable), Figure::InFlight), "flight"),
        or(line("send-q", None, Figure::SendQ), "sendq"),
        or(line("recv-q", Some(Role::Bytes), Figure::RecvQ), "recvq"),
    ] },
];

/// What a listener has: connections that wait, and its backlog.
const LISTENER: [Line; 2] = [
    line("waiting", None, Figure::RecvQ),
    line("backlog", Some(Role::Note), Figure::SendQ),
];

/// Draws as many as there is room for, the one that was picked first and largest.
pub(super) fn draw(
    app: &App,
    now: Nanos,
    canvas: &mut Canvas<'_>,
    area: Rect,
    ends: &Ends<'_>,
    socket: Option<&SocketState>,
) {
    let picked = PLOTS
        .iter()
        .position(|p| p.kind == app.kernel.plot)
        .unwrap_or(0);
    let listens = socket.is_some_and(SocketState::is_listener);
    let room = if listens {
        1
    } else {
        usize::from(area.height / LEAST).clamp(1, PLOTS.len())
    };
    let view = View::of(app, now, ends, socket);
    // The picked one has what the others leave.
    let rooms = room as u16;
    let share = (area.height * 3 / (rooms * 3 + 1)).max(LEAST.min(area.height));
    let first = area.height - share * (rooms - 1);
    let mut y = area.y;
    for (k, plot) in PLOTS.iter().enumerate() {
        let shown = (k + PLOTS.len() - picked) % PLOTS.len() < room;
        if !shown {
            continue;
        }
        let height = if k == picked { first } else { share };
        let at = Rect::new(area.x, y, area.width, height);
        y += height;
        if listens {
            one(canvas, at, &view, &LISTENER, false, "connections", app);
            return;
        }
        one(canvas, at, &view, plot.lines, plot.times, plot.unit, app);
    }
}

/// Whose figures, from when to when.
struct View<'a> {
    socket: Option<&'a SocketState>,
    side: Side,
    history: Option<&'a History>,
    time: Range<Nanos>,
}

impl<'a> View<'a> {
    /// Both ends have the same time, so that their plots can be compared.
    fn of(app: &'a App, now: Nanos, ends: &Ends<'_>, socket: Option<&'a SocketState>) -> Self {
        let history = |s: &SocketState| app.book.history(app.session().generation, s.id);
        let mut ends_too: Vec<&SocketState> = [ends.server, ends.client]
            .into_iter()
            .flatten()
            .filter(|e| socket.is_some_and(|s| !s.is_listener()) && !e.is_listener())
            .collect();
        ends_too.extend(socket);
        let count = app.shown_events();
        let spans: Vec<(Nanos, Nanos)> = ends_too
            .iter()
            .filter_map(|s| history(s)?.span(count))
            .collect();
        let open = ends_too.iter().any(|s| s.state != TcpState::Closed);
        let first = spans.iter().map(|s| s.0).min().unwrap_or_default();
        let last = spans.iter().map(|s| s.1).max().unwrap_or_default();
        // While it is open, what was told last holds, until now if a timer counts; when it is gone, nothing does.
        let counts = |s: &&SocketState| s.detail.is_some_and(|(d, _)| d.timer.is_some());
        let end = match (open, ends_too.iter().any(counts)) {
            (false, _) => last,
            (true, false) => app.session().at,
            (true, true) => app.clock(now).max(app.session().at),
        };
        let from = match app.kernel.span() {
            Some(span) => Nanos(end.0.saturating_sub(span.0)).max(first),
            None => first,
        };
        Self {
            socket,
            side: socket.map_or(Side::Client, |s| s.id.actor.side()),
            history: socket.and_then(history),
            time: from..end,
        }
    }
}

fn one(
    canvas: &mut Canvas<'_>,
    area: Rect,
    view: &View<'_>,
    lines: &[Line],
    times: bool,
    unit: &str,
    app: &App,
) {
    let ascii = canvas.theme.ascii();
    let cells = area.width.saturating_sub(4 + GUTTER + 2);
    let until = app.shown_events();
    let courses: Vec<Course> = lines
        .iter()
        .map(|line| Course {
            role: line.role.unwrap_or_else(|| Role::from(view.side)),
            samples: view.history.map_or_else(Vec::new, |h| {
                let dots = columns(cells, &canvas.theme);
                h.samples(until, line.figure, view.time.clone(), dots)
            }),
        })
        .collect();
    let room = usize::from(area.width.saturating_sub(6));
    let told = |wording, unit| legend(canvas, lines, &courses, times, wording, unit);
    let all = [
        (Wording::Exact, unit),
        (Wording::Exact, ""),
        (Wording::Rounded, unit),
        (Wording::Rounded, ""),
    ];
    let title = all
        .into_iter()
        .map(|(wording, unit)| told(wording, unit))
        .find(|title| title.width() <= room)
        .unwrap_or_else(|| told(Wording::Brief, ""));
    let name = view.socket.map_or_else(String::new, |s| s.id.to_string());
    let whose = Bits::of(Role::from(view.side), name);
    let inner = Panel::new(Role::Frame, title.line(&canvas.theme))
        .right(whose.line(&canvas.theme))
        .draw(canvas, area);
    if inner.height < 2 {
        return;
    }
    if courses
        .iter()
        .all(|c| c.samples.iter().all(Option::is_none))
    {
        canvas.text(
            inner.x,
            inner.y,
            inner.width,
            Role::Faint,
            "nothing is known yet",
        );
        return;
    }
    let label = |v: u64| {
        if times { decade(v, ascii) } else { short(v, 4) }
    };
    let at = |t: Nanos| format!("{} s", clock(t));
    let range = view.time.end.since(view.time.start);
    let plot = Plot {
        scale: Scale::of(&courses, times),
        courses: &courses,
        gutter: GUTTER,
        label: &label,
        time: (
            at(view.time.start),
            format!("{} s ({})", clock(view.time.end), span(range, ascii)),
        ),
    };
    plot.draw(canvas, inner);
}

/// How much room a legend takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wording {
    /// Every digit.
    Exact,
    /// Rounded to few digits.
    Rounded,
    /// Short names, and no spaces either.
    Brief,
}

/// The lines' names, signs and values at the shown moment: `cwnd ━ 10 · ssthresh ╍ 8 segments`.
fn legend(
    canvas: &Canvas<'_>,
    lines: &[Line],
    courses: &[Course],
    times: bool,
    wording: Wording,
    unit: &str,
) -> Bits {
    let mut title = Bits::new();
    let dot = canvas.theme.glyph(Glyph::Dot);
    let brief = wording == Wording::Brief;
    for (i, (line, course)) in lines.iter().zip(courses).enumerate() {
        if i > 0 {
            let between = if brief {
                " ".to_owned()
            } else {
                format!(" {dot} ")
            };
            title.push(Role::Faint, between);
        }
        let sign = sign(i, &canvas.theme);
        let named = if brief {
            format!("{}{sign}", line.brief)
        } else {
            format!("{} {sign} ", line.name)
        };
        title.push(course.role, named);
        let last = course.samples.last().copied().flatten();
        let value = match (last.map(|s| s.last), wording) {
            (None, _) => "-".to_owned(),
            (Some(t), _) if times => span(Nanos(t), canvas.theme.ascii()),
            (Some(n), Wording::Exact) => count(n),
            (Some(n), Wording::Rounded) => short(n, 6),
            (Some(n), Wording::Brief) => short(n, 4),
        };
        title = title.bold(Role::Text, value);
    }
    if !unit.is_empty() {
        title.push(Role::Dim, format!(" {unit}"));
    }
    title
}

/// A power of ten of nanoseconds as a span: `100µs`, `1s`.
fn decade(nanos: u64, ascii: bool) -> String {
    match nanos {
        n @ 0..1_000 => format!("{n}ns"),
        n @ 1_000..1_000_000 => span(Nanos(n), ascii),
        n @ 1_000_000..1_000_000_000 => format!("{}ms", n / 1_000_000),
        n => format!("{}s", n / 1_000_000_000),
    }
}
