//! A lesson as text, for a pipe, a terminal that only prints, a screen reader: what is read, what runs and what came of it,
//! what is asked and what the run answers. Nobody is asked anything.

use super::{
    Failure, Outcome,
    lessons::{Now, walk},
    network::Opened,
    writing::Files,
};
use crate::{
    lesson::{Halt, Kind, Lesson, Line, Part, Question, Truth, letter},
    model::{event::Fact, story::tell::sentence},
    os::network::Network,
    ui::text::wrap,
};
use core::{net::SocketAddr, ops::ControlFlow};
use std::{
    io::{self, ErrorKind, Write},
    sync::Arc,
};

/// How wide prose is.
const WIDTH: usize = 78;

/// Writes a lesson as text while it is run, and what happens to files as well.
///
/// # Errors
/// When the system refuses what the engine needs, or the output fails.
pub fn read(
    lesson: Arc<Lesson>,
    opened: Opened,
    server: SocketAddr,
    files: Files,
    out: &mut dyn Write,
) -> Result<Outcome, Failure> {
    let mut reader = Reader {
        out,
        parts: 0,
        events: 0,
        gone: false,
    };
    let lab = matches!(opened.network, Network::Lab(..));
    let begun = reader
        .begin(&lesson)
        .and_then(|()| reader.missing(&lesson, lab, opened.no_lab.as_deref()));
    reader
        .or_gone(begun)
        .map_err(|e| Failure::system("The output cannot be written", &e))?;
    let book = walk(lesson, opened, server, files, |now| {
        if reader.gone {
            return Ok(());
        }
        let shown = reader.stop(&now);
        reader.or_gone(shown)
    })?;
    let failed = book
        .events()
        .iter()
        .any(|e| matches!(e.fact, Fact::Expect { held: false, .. }));
    Ok(if failed {
        Outcome::ClaimFailed
    } else {
        Outcome::Well
    })
}

struct Reader<'o> {
    out: &'o mut dyn Write,
    /// So many parts have been written.
    parts: usize,
    /// So many events have been told.
    events: usize,
    /// Whether nobody reads any more.
    gone: bool,
}

impl Reader<'_> {
    /// A reader who has gone away is no error.
    fn or_gone(&mut self, written: io::Result<()>) -> io::Result<()> {
        match written {
            Err(e) if e.kind() == ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(())
            }
            written => written,
        }
    }

    fn begin(&mut self, lesson: &Lesson) -> io::Result<()> {
        let front = &lesson.front;
        let minutes = front.minutes;
        let unit = if minutes == 1 { "minute" } else { "minutes" };
        writeln!(self.out, "{} ({minutes} {unit})", front.title)?;
        if !front.afterwards.is_empty() {
            writeln!(self.out, "Afterwards you can")?;
        }
        let mut afterwards = front.afterwards.iter();
        afterwards.try_for_each(|said| self.words("- ", &said.replace('`', "")))
    }

    /// That some of it, or all, cannot be run on this network.
    fn missing(&mut self, lesson: &Lesson, lab: bool, why: Option<&str>) -> io::Result<()> {
        if lab || !lesson.scenes.iter().any(|scene| scene.needs_lab) {
            return Ok(());
        }
        writeln!(self.out)?;
        let text = "This is the host's own network: what needs the lab is shown here, and not run.";
        self.words("", text)?;
        why.map_or(Ok(()), |why| self.words("", &super::shown(why)))
    }

    fn stop(&mut self, now: &Now<'_>) -> io::Result<()> {
        let lesson = now.walk.lesson();
        let stop = now.walk.stop();
        for part in lesson
            .parts
            .get(self.parts..stop.page.end)
            .unwrap_or_default()
        {
            self.part(lesson, part)?;
        }
        self.parts = self.parts.max(stop.page.end);
        if let Halt::Run(block, steps) = &stop.what {
            let block = &lesson.blocks[*block];
            writeln!(self.out)?;
            if block.scene > 0 && steps.start == 0 {
                self.words("", "== everything is cleared away; it begins anew ==")?;
            }
            if now.not_here && steps.start == block.steps.start {
                self.words("", "This needs the lab, so it is not run here:")?;
            }
            let script = &lesson.scenes[block.scene].script;
            for statement in script.get(steps.clone()).unwrap_or_default() {
                writeln!(self.out, "> {}", super::shown(&statement.text))?;
            }
        }
        let end = now.book.events().len();
        let mut told = Ok(());
        let _ = now.book.events().visit(self.events..end, |index, event| {
            // That it begins anew has been told above its statements.
            if matches!(event.fact, Fact::Begin { .. }) {
                return ControlFlow::Continue(());
            }
            if let Some(text) = sentence(now.book, index) {
                told = writeln!(self.out, "{text}");
            }
            if told.is_err() {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        self.events = end;
        told?;
        // What is not run is told at once to have no answer, and is to be read to its end before that.
        let is_over = match &stop.what {
            Halt::Run(block, steps) => steps.end == lesson.blocks[*block].steps.end,
            Halt::Ask(_) | Halt::Read => true,
        };
        for (question, truth) in now.answered() {
            if is_over || !now.not_here {
                self.answer(question, truth, now.not_here)?;
            }
        }
        self.out.flush()
    }

    fn part(&mut self, lesson: &Lesson, part: &Part) -> io::Result<()> {
        match part {
            Part::Heading(level, line) => {
                let mark = "#".repeat(usize::from(*level));
                writeln!(self.out)?;
                self.words(&format!("{mark} "), &line.plain())
            }
            Part::Paragraph(line) => {
                writeln!(self.out)?;
                self.line("", line)
            }
            Part::List(items) => {
                writeln!(self.out)?;
                items.iter().try_for_each(|item| {
                    let indent = "  ".repeat(usize::from(item.depth));
                    self.line(&format!("{indent}{} ", item.mark), &item.line)
                })
            }
            Part::Quote(lines) => {
                writeln!(self.out)?;
                lines.iter().try_for_each(|line| self.line("| ", line))
            }
            Part::Code(text) => {
                writeln!(self.out)?;
                text.lines()
                    .try_for_each(|line| writeln!(self.out, "    {line}"))
            }
            Part::Table(rows) => {
                writeln!(self.out)?;
                rows.iter().try_for_each(|row| {
                    let cells: Vec<String> = row.iter().map(Line::plain).collect();
                    self.words("", &cells.join(" | "))
                })
            }
            Part::Question(n) => self.question(&lesson.questions[*n]),
            // Statements are told as they run; notes are for who presents.
            Part::Block(_) | Part::Note(_) => Ok(()),
        }
    }

    fn question(&mut self, question: &Question) -> io::Result<()> {
        writeln!(self.out)?;
        self.line("Question: ", &question.text)?;
        if let Kind::Choice(choices) = &question.kind {
            for (n, choice) in choices.iter().enumerate() {
                self.line(&format!("  {}) ", letter(n)), &choice.text)?;
            }
        }
        Ok(())
    }

    fn answer(&mut self, question: &Question, truth: &Truth, not_here: bool) -> io::Result<()> {
        match question.truth_in_words(truth) {
            Ok(answer) => self.words("Answer: ", &answer)?,
            Err(why) => self.words("Answer: ", &format!("it cannot be told here: {why}"))?,
        }
        // What was not run has not happened, and is not told as if it had.
        let before = if not_here {
            "In the lab: "
        } else {
            "Because: "
        };
        self.line(before, &question.because)
    }

    /// Text, and where its links lead.
    fn line(&mut self, before: &str, line: &Line) -> io::Result<()> {
        let mut text = String::new();
        for piece in &line.0 {
            text.push_str(&piece.text);
            if let Some(link) = &piece.link
                && *link != piece.text
            {
                text.extend([" (", link, ")"]);
            }
        }
        self.words(before, &text)
    }

    /// Wrapped, the lines below the first one indented by what stands before it.
    fn words(&mut self, before: &str, text: &str) -> io::Result<()> {
        let width = WIDTH.saturating_sub(before.chars().count()).max(20);
        let indent = " ".repeat(before.chars().count());
        wrap(text, width)
            .iter()
            .enumerate()
            .try_for_each(|(n, line)| {
                let before = if n == 0 { before } else { &indent };
                writeln!(self.out, "{}", format!("{before}{line}").trim_end())
            })
    }
}
