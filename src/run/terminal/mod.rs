//! The workbench on the screen: one loop over what the person does, what the engine tells, and what is due.
//!
//! It draws only when something has changed, at most sixty times a second, and sleeps when nothing happens.

mod keeping;
pub mod learning;
mod screen;
mod script;
mod steps;
mod world;

use self::learning::{Desk, Studies};
use self::screen::{Screen, give_back, is_taken};
use self::world::{News, World};
use super::{
    Failure, Outcome, bench::Bench, end_by, headless::Narrator, network, opening::Opened,
    recording::Recording, writing::Files,
};
use crate::{
    app::{App, Effect, Input, Notice, Settings, keys::KeyTable},
    language::{Script, Vars},
    model::{book::Book, ids::Nanos},
    os::{clock::Clock, engine::Report},
    ui,
};
use core::{mem::ManuallyDrop, net::SocketAddr, time::Duration};
use crossterm::{
    clipboard::CopyToClipboard,
    event::{Event, EventStream},
    execute,
};
use futures_util::{Stream, StreamExt};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use ratatui::{Terminal, backend::CrosstermBackend};
use std::{
    fs::File,
    io::{self, BufWriter, Stdout, stdout},
};
use tokio::{
    signal::unix::{SignalKind, signal as listen_for},
    time::{Instant, sleep, sleep_until, timeout},
};

/// The shortest time between two frames.
const FRAME: Duration = Duration::from_millis(16);
/// What is said after a panic, below its own words.
const PANICKED: &str =
    "fourline has a mistake of its own and cannot go on. What it says above helps to find it.";
/// When a recording whose disk does not keep up is looked after again.
const CATCH_UP: Duration = Duration::from_millis(50);
/// How long the engine gets for its last words.
const PATIENCE: Duration = Duration::from_secs(3);
/// How many reports are taken in before the next look at the keyboard.
const GULP: usize = 4096;

/// How the workbench begins.
#[derive(Debug)]
pub struct Opening {
    /// What is walked through.
    pub script: Script,
    /// What stands for `$NAME`.
    pub vars: Vars,
    /// Where the sockets live.
    pub opened: network::Opened,
    /// The address that a bare port means.
    pub server: SocketAddr,
    /// How the person wants it.
    pub settings: Settings,
    /// The keys.
    pub keys: KeyTable,
    /// Time between two steps when it plays by itself.
    pub pace: Nanos,
    /// Whether it begins to play at once.
    pub play: bool,
    /// Whether it begins anew when it has come to its end.
    pub again: bool,
    /// What it has to do with lessons.
    pub studies: Studies,
    /// Where it is written as it happens, from the beginning.
    pub files: Files,
}

/// Why the loop ended.
enum End {
    /// The person wished it.
    Wished,
    /// A signal.
    Signal(Signal),
    /// The terminal is gone: nothing can be read from it, or writing to it is EIO.
    Lost,
    /// A thread of ours has panicked, which has given the terminal back already.
    Panicked,
}

/// Shows the workbench until the person quits.
///
/// # Errors
/// When the system refuses what the engine needs, or the terminal.
pub fn run(opening: Opening) -> Result<Outcome, Failure> {
    live(|| Room::open(opening))
}

/// Shows a recording until the person quits.
///
/// # Errors
/// When the system refuses the terminal.
pub fn show(file: &Opened, settings: Settings, keys: KeyTable) -> Result<Outcome, Failure> {
    live(|| Room::show(file, settings, keys))
}

fn live(open: impl FnOnce() -> Result<Room, Failure>) -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::system("The system refuses a runtime", &e))?;
    let end = runtime.block_on(async {
        let mut room = open()?;
        let end = room.live(EventStream::new()).await;
        room.close().await;
        let end = match end {
            Err(e) if e.raw_os_error() == Some(libc::EIO) => Ok(End::Lost),
            end => end,
        };
        end.map_err(|e| Failure::system("The terminal fails", &e))
    })?;
    match end {
        End::Wished => Ok(Outcome::Well),
        // A program that a signal ends must be seen to have been ended by it.
        End::Signal(number) => Err(end_by(number)),
        End::Lost => Err(end_by(Signal::SIGHUP)),
        End::Panicked => Err(Failure {
            outcome: Outcome::Refused,
            text: PANICKED.to_owned(),
        }),
    }
}

/// Where frames go, each in one piece: standard output itself would write them a line or a kilobyte at a time.
fn whole_frames() -> BufWriter<Stdout> {
    BufWriter::with_capacity(1 << 18, stdout())
}

struct Room {
    app: App,
    world: World,
    clock: Clock,
    screen: Screen,
    /// Never dropped: it would tell standard error that a lost terminal refuses it, and telling a lost terminal panics.
    /// [`give_back`] does all that it would do.
    terminal: ManuallyDrop<Terminal<CrosstermBackend<BufWriter<Stdout>>>>,
    log: Option<Narrator<BufWriter<File>>>,
    recording: Option<Recording>,
    desk: Desk,
    again: bool,
    /// The run whose end has been said.
    end_said: Option<u32>,
    /// Whether what is on the screen is no longer true.
    stale: bool,
    drawn_at: Instant,
    /// When the next step is due while it plays by itself.
    step_at: Option<Instant>,
}

impl Room {
    fn open(opening: Opening) -> Result<Self, Failure> {
        let Opening {
            script,
            vars,
            opened,
            server,
            settings,
            keys,
            pace,
            play,
            again,
            studies,
            files: Files { log, record },
        } = opening;
        let clock = Clock::start();
        let mut book = Book::new();
        let (bench, reports) =
            Bench::start(clock, opened, server, script, vars.clone(), true, &mut book)
                .map_err(|e| Failure::system("The system refuses what the workbench needs", &e))?;
        let log = log
            .map(|file| {
                Narrator::new(
                    BufWriter::new(file.file),
                    super::headless::Telling::Text,
                    clock,
                )
            })
            .transpose()
            .map_err(|e| Failure::system("The log cannot be written", &e))?;
        let recording = record
            .map(|file| Recording::start(file, clock))
            .transpose()
            .map_err(|e| Failure::system("The recording cannot be written", &e))?;
        let refused = |e: io::Error| Failure::system("The terminal cannot be taken", &e);
        let screen = Screen::take(settings.mouse).map_err(refused)?;
        let terminal = Terminal::new(CrosstermBackend::new(whole_frames())).map_err(refused)?;
        let mut app = App::new(book, settings, keys);
        (app.play.pace, app.play.on, app.vars) = (pace, play, vars);
        app.keep = keeping::keep(clock.epoch_ns(), recording.as_ref());
        let drawn_at = Instant::now();
        let mut desk = Desk::of(studies);
        let effects = desk.begin(&mut app);
        let mut room = Self {
            app,
            world: World::Live {
                bench: Box::new(bench),
                reports,
            },
            clock,
            screen,
            terminal: ManuallyDrop::new(terminal),
            log,
            recording,
            desk,
            again,
            end_said: None,
            stale: true,
            drawn_at,
            step_at: None,
        };
        room.perform(effects).map_err(refused)?;
        Ok(room)
    }

    /// The loop. The input is a parameter, so that a test is just another person at the keyboard.
    async fn live(
        &mut self,
        mut input: impl Stream<Item = io::Result<Event>> + Unpin,
    ) -> io::Result<End> {
        let mut term = listen_for(SignalKind::terminate())?;
        let mut int = listen_for(SignalKind::interrupt())?;
        let mut hup = listen_for(SignalKind::hangup())?;
        let mut quit = listen_for(SignalKind::quit())?;
        let mut stop = listen_for(SignalKind::from_raw(Signal::SIGTSTP as i32))?;
        let mut cont = listen_for(SignalKind::from_raw(Signal::SIGCONT as i32))?;
        let far = Duration::from_hours(24);
        loop {
            if !is_taken() {
                return Ok(End::Panicked);
            }
            let now = Instant::now();
            if self.stale && now >= self.drawn_at + FRAME {
                self.draw()?;
            }
            self.plan_a_step();
            let frame = if self.stale {
                self.drawn_at + FRAME
            } else {
                self.next_tick().unwrap_or(now + far)
            };
            let due = self
                .world
                .deadline()
                .map(|at| now + Duration::from_nanos(at.since(self.clock.now()).0));
            let keep_at = self.lesson_due().unwrap_or(now + far);
            tokio::select! {
                biased;
                _ = term.recv() => return Ok(End::Signal(Signal::SIGTERM)),
                _ = int.recv() => return Ok(End::Signal(Signal::SIGINT)),
                _ = hup.recv() => return Ok(End::Signal(Signal::SIGHUP)),
                _ = quit.recv() => return Ok(End::Signal(Signal::SIGQUIT)),
                _ = stop.recv() => self.suspend()?,
                _ = cont.recv() => self.resume()?,
                event = input.next() => match event {
                    Some(Ok(event)) => if self.act(event)? { return Ok(End::Wished) },
                    Some(Err(_)) | None => return Ok(End::Lost),
                },
                news = self.world.news() => match news {
                    Some(news) => self.take(news),
                    None => return Ok(End::Panicked),
                },
                () = sleep_until(frame) => self.stale = true,
                () = sleep(CATCH_UP), if self.is_behind() => {}
                () = sleep_until(keep_at) => {}
                () = sleep_until(due.unwrap_or(now + far)) => {
                    self.world.tick(&mut self.app.book);
                    self.stale = true;
                }
                () = sleep_until(self.step_at.unwrap_or(now + far)) => {
                    self.step_at = None;
                    if self.beat()? {
                        return Ok(End::Wished);
                    }
                }
            }
            self.app.busy = !self.world.is_idle();
            self.app.settle_lesson();
            self.keep_lesson();
            self.app.tidy();
            if let Some(log) = &mut self.log {
                // A log that cannot be written any more must not end the session; it says so once.
                if let Err(e) = log.tell(&self.app.book) {
                    self.log = None;
                    self.notice(format!("The log cannot be written any more: {e}"), true);
                }
            }
            self.keep_up();
        }
    }

    fn notice(&mut self, text: String, bad: bool) {
        self.app.notice = Some(Notice {
            text,
            bad,
            while_busy: false,
        });
        self.stale = true;
    }

    fn draw(&mut self) -> io::Result<()> {
        let now = self.clock.now();
        let mut drawn = None;
        let app = &self.app;
        self.terminal
            .draw(|frame| drawn = Some(ui::draw(app, now, frame)))?;
        self.app.drawn = drawn.unwrap_or_default();
        self.drawn_at = Instant::now();
        self.stale = false;
        Ok(())
    }

    /// When something on the screen that counts time wants to be drawn again.
    fn next_tick(&self) -> Option<Instant> {
        let per_second = u32::from(self.app.drawn.ticks_per_second);
        (per_second > 0).then(|| self.drawn_at + Duration::from_secs(1) / per_second)
    }

    fn take(&mut self, news: News) {
        let mut next = Some(news);
        let mut taken = 0;
        while let Some(news) = next {
            taken += self.world.take(&mut self.app, news);
            next = if taken < GULP {
                self.world.more()
            } else {
                None
            };
        }
        self.stale = true;
    }

    /// Does what the person wants; whether that is to end.
    fn act(&mut self, event: Event) -> io::Result<bool> {
        let input = match event {
            Event::Key(key) => Input::Key(key),
            Event::Mouse(mouse) => Input::Mouse(mouse),
            Event::Paste(text) => Input::Paste(text),
            Event::Resize(..) => Input::Resize,
            Event::FocusGained | Event::FocusLost => return Ok(false),
        };
        self.stale = true;
        let effects = self.app.update(input);
        self.perform(effects)
    }

    /// Does what an update asks of the world; whether that is to end.
    fn perform(&mut self, effects: Vec<Effect>) -> io::Result<bool> {
        for effect in effects {
            match effect {
                Effect::Quit => return Ok(true),
                Effect::Suspend => self.suspend()?,
                Effect::Mouse(on) => self.screen.set_mouse(on)?,
                Effect::Copy(text) => execute!(stdout(), CopyToClipboard::to_clipboard_from(text))?,
                Effect::Record { path, replace } => self.record(&path, replace),
                Effect::StopRecording => self.stop_recording(),
                Effect::Export {
                    format,
                    path,
                    replace,
                } => self.export(format, &path, replace),
                Effect::SaveCode {
                    text,
                    path,
                    replace,
                } => self.save_code(&text, &path, replace),
                Effect::Next => self.step(),
                Effect::Ask(text) => self.ask(&text),
                Effect::OpenLesson(name) => return self.open_lesson(&name),
                Effect::Stage { .. }
                | Effect::RunTo(_)
                | Effect::Rewrite { .. }
                | Effect::Swap { .. }
                | Effect::ResetScript(_) => self.change_script(effect),
            }
        }
        Ok(false)
    }

    /// Stops the whole process group, as Ctrl-Z stops any program. An orphaned group ignores SIGTSTP, so it is SIGSTOP.
    fn suspend(&mut self) -> io::Result<()> {
        give_back();
        kill(Pid::from_raw(0), Signal::SIGSTOP)?;
        self.resume()
    }

    fn resume(&mut self) -> io::Result<()> {
        self.screen.enter()?;
        // A new one, because it remembers what was on a screen that is not there any more.
        *self.terminal = Terminal::new(CrosstermBackend::new(whole_frames()))?;
        self.stale = true;
        Ok(())
    }

    /// Ends the engine and writes the end of the log.
    async fn close(&mut self) {
        give_back();
        if let World::Live { bench, reports } = &mut self.world {
            bench.stop();
            while let Ok(Some(report)) = timeout(PATIENCE, reports.recv()).await {
                let last = matches!(report, Report::Stopped);
                bench.take(&mut self.app.book, report);
                if last {
                    break;
                }
            }
        }
        if let Some(log) = &mut self.log {
            let _ = log.tell(&self.app.book);
        }
        self.end_recording();
        self.desk.end(&self.app);
    }
}
