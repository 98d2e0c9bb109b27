//! Opens a file that was recorded, by fourline or by others: at once as far as it is needed, and in pages, so that what it
//! holds need not stand in memory.

use super::{Failure, files, why};
use crate::{
    model::{book::Book, event::Event, events::Pages},
    record::{Kind, Reader},
};
use std::{
    fs::File,
    io,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// As many pages wait to be taken in.
const WAITING: usize = 32;

/// A file that is open.
#[derive(Clone)]
pub struct Opened {
    reader: Arc<Mutex<Reader<File>>>,
    /// Its name without its folder. It may hold anything.
    pub name: String,
}

/// What comes from the file, page by page.
#[derive(Debug)]
pub enum Fed {
    /// The next events.
    Page {
        /// They.
        events: Box<[Event]>,
        /// How many bytes of the file have been read, and how many there are.
        progress: (u64, u64),
    },
    /// There are no more: the file is at its end, or is not sound from some place on, told in words.
    End(Option<String>),
}

impl Opened {
    /// Opens a file.
    ///
    /// # Errors
    /// When the system refuses it, or it is nothing that can be shown.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let shown = files::shown(path);
        let refused = |e| Failure::input(format!("{shown} cannot be opened: {}.", why(&e)));
        let file = File::open(path).map_err(refused)?;
        if !file.metadata().map_err(refused)?.is_file() {
            return Err(Failure::input(format!(
                "{shown} is no file. Expected a recording: a pcapng, pcap or JSON Lines file."
            )));
        }
        let reader = Reader::open(file)
            .map_err(|e| Failure::input(format!("{shown} cannot be shown: {e}")))?;
        let name = path.file_name().unwrap_or(path.as_os_str());
        Ok(Self {
            reader: Arc::new(Mutex::new(reader)),
            name: name.to_string_lossy().into_owned(),
        })
    }

    fn reader(&self) -> MutexGuard<'_, Reader<File>> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.reader().kind()
    }

    /// The wall clock at time 0, in nanoseconds since 1970.
    pub fn epoch_ns(&self) -> u64 {
        self.reader().epoch_ns()
    }

    /// A journal that reads its events from the file when they are looked at; empty at first.
    pub fn book(&self) -> Book {
        Book::in_pages(Box::new(self.clone()))
    }

    /// Shows all events, oldest first, and keeps none of them; until one is refused.
    ///
    /// # Errors
    /// The refusal.
    pub fn each(&self, see: &mut dyn FnMut(&Event) -> io::Result<()>) -> io::Result<()> {
        loop {
            let page = self.reader().next_page();
            let Some(page) = page else { return Ok(()) };
            page.iter().try_for_each(&mut *see)?;
        }
    }

    /// The whole journal, and where the file stopped being sound, in words.
    pub fn read(&self) -> (Book, Option<String>) {
        let mut book = self.book();
        loop {
            let page = self.reader().next_page();
            let Some(page) = page else { break };
            for event in page {
                book.push(event);
            }
        }
        (book, self.stopped())
    }

    /// Where it stopped being sound, in words, once it has been read.
    pub fn stopped(&self) -> Option<String> {
        self.reader().stopped().map(ToString::to_string)
    }

    /// Reads on in the background, page by page.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn feed(&self) -> Result<Receiver<Fed>, Failure> {
        let (to_screen, fed) = channel(WAITING);
        let file = self.clone();
        thread::Builder::new()
            .name("indexing".to_owned())
            .spawn(move || file.send_pages(&to_screen))
            .map_err(|e| Failure::system("The system refuses a thread", &e))?;
        Ok(fed)
    }

    fn send_pages(&self, to_screen: &Sender<Fed>) {
        loop {
            let (page, progress) = {
                let mut reader = self.reader();
                let page = reader.next_page();
                (page, (reader.read_so_far(), reader.size()))
            };
            let fed = match page {
                Some(events) => Fed::Page { events, progress },
                None => Fed::End(self.stopped()),
            };
            let last = matches!(fed, Fed::End(_));
            // Whoever has gone away does not want the rest.
            if to_screen.blocking_send(fed).is_err() || last {
                return;
            }
        }
    }
}

impl Pages for Opened {
    fn page(&mut self, number: usize) -> Option<Box<[Event]>> {
        self.reader().page(number)
    }
}
