//! A recording as it is written. What happens is put into blocks here and written by a thread of its own, so that a disk
//! that stalls does not stop the screen; the journal keeps what the disk has not taken yet. Only who ends a recording
//! waits until all of it is written.
//!
//! Each write ends with a whole block, and goes to the kernel at once: whoever kills the program loses what happened in
//! the last fraction of a second at most.

use super::files::NewFile;
use crate::{
    model::book::Book,
    os::clock::Clock,
    record::{Recorder, message},
};
use core::ops::ControlFlow;
use std::{
    fs::File,
    io::{self, Seek, Write},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
};

/// A piece is handed over to the writer when it has grown to so many bytes, or when there is no more to tell.
const PIECE: usize = 256 * 1024;
/// As many pieces may wait for the disk.
const PIECES: usize = 16;

/// See the module's documentation.
#[derive(Debug)]
pub struct Recording {
    path: PathBuf,
    recorder: Recorder,
    told: usize,
    piece: Vec<u8>,
    writer: Option<(SyncSender<Vec<u8>>, JoinHandle<()>)>,
    failed: Arc<Mutex<Option<io::Error>>>,
}

impl Recording {
    /// Begins with an empty file.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start(file: NewFile, clock: Clock) -> io::Result<Self> {
        let NewFile { path, file } = file;
        let mut piece = Vec::new();
        let recorder = Recorder::begin(&mut piece, clock.epoch_ns())?;
        let failed: Arc<Mutex<Option<io::Error>>> = Arc::default();
        let (pieces, to_write) = sync_channel::<Vec<u8>>(PIECES);
        let failure = Arc::clone(&failed);
        let writer = thread::Builder::new()
            .name("recording".to_owned())
            .spawn(move || {
                let mut file = file;
                for piece in to_write {
                    if let Err(e) = write(&mut file, &piece) {
                        *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(e);
                        return;
                    }
                }
            })?;
        Ok(Self {
            path,
            recorder,
            told: 0,
            piece,
            writer: Some((pieces, writer)),
            failed,
        })
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether this is the file that it is written to, under whatever name.
    pub(super) fn is_in(&self, path: &Path) -> bool {
        let place = |path: &Path| path.metadata().ok().map(|m| (m.dev(), m.ino()));
        let there = place(path);
        there.is_some() && there == place(&self.path)
    }

    /// Records what has been added to the journal since the last time, as far as the disk keeps up.
    ///
    /// # Errors
    /// Once, when the disk has refused. What is in the file by then is sound.
    pub fn tell(&mut self, book: &Book) -> io::Result<()> {
        self.put(book, false)
    }

    /// Whether the disk does not keep up: there is more to tell, or what was told waits.
    pub fn is_behind(&self, book: &Book) -> bool {
        self.writer.is_some() && (self.told < book.events().len() || !self.piece.is_empty())
    }

    fn put(&mut self, book: &Book, patient: bool) -> io::Result<()> {
        let len = book.events().len();
        loop {
            let Some((writer, thread)) = &self.writer else {
                return Ok(());
            };
            if thread.is_finished() {
                return self.close();
            }
            let (recorder, piece) = (&mut self.recorder, &mut self.piece);
            let mut told = self.told;
            let walked = book.events().visit(told..len, |index, event| {
                if piece.len() >= PIECE {
                    return ControlFlow::Break(Ok(()));
                }
                told = index + 1;
                match recorder.event(piece, event, &message(book, index)) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(e) => ControlFlow::Break(Err(e)),
                }
            });
            self.told = told;
            if let ControlFlow::Break(Err(e)) = walked {
                return Err(e);
            }
            if self.piece.is_empty() {
                return Ok(());
            }
            let piece = core::mem::take(&mut self.piece);
            let refused = if patient {
                writer.send(piece).is_err()
            } else {
                match writer.try_send(piece) {
                    Ok(()) => false,
                    Err(TrySendError::Full(piece)) => {
                        self.piece = piece;
                        return Ok(());
                    }
                    Err(TrySendError::Disconnected(_)) => true,
                }
            };
            if refused {
                return self.close();
            }
        }
    }

    /// Records the rest, and waits until all of it is written.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn finish(mut self, book: &Book) -> io::Result<()> {
        self.put(book, true)?;
        self.close()
    }

    /// Lets the writer end; why it ended, if that was not well.
    fn close(&mut self) -> io::Result<()> {
        if let Some((pieces, writer)) = self.writer.take() {
            drop(pieces);
            let _ = writer.join();
        }
        let failed = self
            .failed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        failed.map_or(Ok(()), Err)
    }
}

/// Whatever ends it: what was handed over is written.
impl Drop for Recording {
    fn drop(&mut self) {
        let _ = self.close();
    }
}

/// Writes a piece; of one that does not fit, nothing stays, so that the file ends with a whole block.
fn write(file: &mut File, piece: &[u8]) -> io::Result<()> {
    let sound = file.stream_position()?;
    file.write_all(piece).inspect_err(|_| {
        let _ = file.set_len(sound);
    })
}
