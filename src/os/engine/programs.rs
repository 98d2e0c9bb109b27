//! Programs of somebody's own: started on one side's network, listened to, and ended when all is cleared.

use super::world::{Told, World};
use crate::{
    model::{
        command::Spawn,
        errno::Errno,
        event::{Cause, Fact, Observation, Source},
        ids::{Actor, EventId, Side},
        program::{Doing, Stream},
    },
    os::{
        clock::Clock,
        network::Maker,
        program::{
            self, Kept, Message, Place, hear,
            output::{self, Budget},
        },
    },
};
use core::time::Duration;
use nix::sys::signal::Signal;
use tokio::{
    net::unix::{OwnedReadHalf, OwnedWriteHalf},
    sync::mpsc::UnboundedSender,
    task::{JoinHandle, JoinSet, spawn_local},
    time::timeout,
};

/// So many programs run at the same time.
const MOST: usize = 16;
/// How long the system may take to run a program.
const PATIENCE: Duration = Duration::from_secs(5);
/// After a program's end, how long its last words may take to come.
const LAST_WORDS: Duration = Duration::from_millis(100);
/// How long all programs together may take to be gone. Their keepers kill what does not end by itself long before that.
const MOST_ENDING: Duration = Duration::from_secs(2);

/// A program that runs, or has just ended.
#[derive(Debug)]
pub(super) struct Attended {
    /// Dropped, it asks the program's keeper to end it.
    control: OwnedWriteHalf,
    task: JoinHandle<()>,
}

impl World {
    /// Starts a program where the sockets of this side live.
    pub(super) fn spawn(&mut self, asked: EventId, spawn: &Spawn) {
        let who = match spawn.side {
            Side::Server => Actor::Server,
            Side::Client => Actor::CLIENT,
        };
        self.programs.retain(|p| !p.task.is_finished());
        if self.programs.len() >= MOST {
            let text = format!("{MOST} programs run already. Try: again");
            return self.refuse(asked, who, text);
        }
        let place = match &self.maker {
            Maker::Host => Place::Host,
            Maker::Lab(lab) => Place::Lab(lab.pid(), spawn.side),
        };
        match program::start(place, &spawn.program) {
            Ok(Kept {
                control,
                stdout,
                stderr,
                keeper,
            }) => {
                let (hears, control) = control.into_split();
                let teller = Teller {
                    who,
                    asked,
                    clock: self.clock,
                    told: self.told.clone(),
                };
                let words = spawn.program.clone();
                let task = spawn_local(async move {
                    let mut keeper = keeper;
                    if let Some(pid) = teller.started(&hears, words).await {
                        let budget = Budget::new();
                        let mut readers = JoinSet::new();
                        for (pipe, stream) in [(stdout, Stream::Stdout), (stderr, Stream::Stderr)] {
                            let (budget, teller) = (budget.clone(), teller.clone());
                            let tell = move |doing| teller.tell(pid, doing, None);
                            readers.spawn_local(output::read(pipe, stream, budget, tell));
                        }
                        teller.attend(pid, &hears, &mut readers, &budget).await;
                    }
                    // It has closed its end, so it has nothing left to do; one that never answered is no use.
                    let _ = keeper.kill();
                    let _ = keeper.wait();
                });
                self.programs.push(Attended { control, task });
            }
            Err(e) => {
                let errno = Errno(e.raw_os_error().unwrap_or(libc::EIO));
                let text = program::words(spawn.program.first().map_or("", |p| p), errno);
                self.refuse(asked, who, text);
            }
        }
    }

    /// Ends all programs, and waits until they are gone.
    pub(super) async fn end_programs(&mut self) {
        let mut tasks = Vec::new();
        for Attended { control, task } in core::mem::take(&mut self.programs) {
            drop(control);
            tasks.push(task);
        }
        let _ = timeout(MOST_ENDING, async {
            for task in tasks {
                let _ = task.await;
            }
        })
        .await;
    }
}

/// Tells what one program does.
#[derive(Clone, Debug)]
struct Teller {
    who: Actor,
    asked: EventId,
    clock: Clock,
    told: UnboundedSender<Told>,
}

impl Teller {
    fn say(&self, fact: Fact, done: Option<EventId>) {
        let seen = Observation {
            at: self.clock.now(),
            who: Some(self.who),
            source: Source::Program,
            cause: Cause::Event(self.asked),
            fact,
        };
        let _ = self.told.send(Told::Program { seen, done });
    }

    fn tell(&self, pid: u32, doing: Doing, done: Option<EventId>) {
        let doing = Box::new(doing);
        self.say(Fact::Program { pid, doing }, done);
    }

    /// Waits until the program runs, and tells it, or why it does not.
    async fn started(&self, hears: &OwnedReadHalf, words: Vec<String>) -> Option<u32> {
        let name = words.first().map_or("", |p| p);
        let text = match timeout(PATIENCE, hear(hears)).await {
            Ok(Some(Message::Started(pid))) => {
                self.tell(pid, Doing::Started { words }, Some(self.asked));
                return Some(pid);
            }
            Ok(Some(Message::Refused(errno))) => program::words(name, errno),
            Ok(Some(Message::Locked(errno))) => format!(
                "The lab could not be entered: {errno}. No program was started. Try: fourline doctor"
            ),
            Ok(_) => "What should have started the program has ended. Try again.".to_owned(),
            Err(_) => "The system did not run the program in time. Try again.".to_owned(),
        };
        self.say(Fact::Refused { text }, Some(self.asked));
        None
    }

    /// Listens until the program and all that it started are gone.
    async fn attend(
        &self,
        pid: u32,
        hears: &OwnedReadHalf,
        readers: &mut JoinSet<()>,
        budget: &Budget,
    ) {
        let mut over = false;
        while let Some(message) = hear(hears).await {
            let end = match message {
                Message::Exited(code) => Doing::Exited { code },
                Message::Killed(number) => {
                    let signal = Signal::try_from(number)
                        .map_or_else(|_| format!("signal {number}"), |s| s.as_str().to_owned());
                    Doing::Killed { signal }
                }
                _ => continue,
            };
            // Its last words first.
            self.finish(pid, readers, budget).await;
            self.tell(pid, end, None);
            over = true;
        }
        self.finish(pid, readers, budget).await;
        if !over {
            let text =
                format!("The keeper of process {pid} has ended: nothing more is known of it.");
            self.say(Fact::Note { text }, None);
        }
    }

    /// Lets what was printed be told.
    async fn finish(&self, pid: u32, readers: &mut JoinSet<()>, budget: &Budget) {
        let all = async { while readers.join_next().await.is_some() {} };
        let _ = timeout(LAST_WORDS, all).await;
        if let Some(owed) = budget.owed() {
            self.tell(pid, owed, None);
        }
    }
}
