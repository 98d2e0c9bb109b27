//! A file, seen through a window that moves along it: what is asked for stands in memory in one piece, and nothing is
//! ever made room for that the file does not hold.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

/// So much is read at once.
const WINDOW: usize = 128 << 10;

/// See the module's documentation.
#[derive(Debug)]
pub(super) struct Input<R> {
    from: R,
    size: u64,
    window: Vec<u8>,
    /// Where the window begins in the file.
    start: u64,
    /// Where the next byte is taken.
    at: u64,
    /// Where `from` stands; nothing if that is not known.
    stands: Option<u64>,
}

impl<R: Read + Seek> Input<R> {
    /// All of this file, as it is now: what is appended later is not seen.
    pub(super) fn new(mut from: R) -> io::Result<Self> {
        let size = from.seek(SeekFrom::End(0))?;
        Ok(Self {
            from,
            size,
            window: Vec::new(),
            start: 0,
            at: 0,
            stands: None,
        })
    }

    /// How many bytes it has.
    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    /// Where the next byte is taken.
    pub(super) const fn at(&self) -> u64 {
        self.at
    }

    /// How many bytes are left.
    pub(super) const fn left(&self) -> u64 {
        self.size.saturating_sub(self.at)
    }

    /// The next byte is taken there.
    pub(super) const fn go(&mut self, at: u64) {
        self.at = at;
    }

    /// The next `count` bytes, without taking them; nothing if there are not so many.
    pub(super) fn peek(&mut self, count: usize) -> io::Result<Option<&[u8]>> {
        if count as u64 > self.left() || !self.have(count)? {
            return Ok(None);
        }
        let from = (self.at - self.start) as usize;
        Ok(self.window.get(from..from + count))
    }

    /// Takes the next `count` bytes; nothing if there are not so many.
    pub(super) fn take(&mut self, count: usize) -> io::Result<Option<&[u8]>> {
        if count as u64 > self.left() || !self.have(count)? {
            return Ok(None);
        }
        let from = (self.at - self.start) as usize;
        self.at += count as u64;
        Ok(self.window.get(from..from + count))
    }

    /// How many bytes there are up to and with the next `byte`, or up to the end of the file; nothing if that is more
    /// than `most`.
    pub(super) fn until(&mut self, byte: u8, most: usize) -> io::Result<Option<usize>> {
        let mut looked = 0;
        let mut count = 1024;
        loop {
            let here = usize::try_from(self.left()).unwrap_or(usize::MAX);
            let Some(piece) = self.peek(count.min(here))? else {
                // The file became shorter.
                return Ok(Some(usize::try_from(self.left()).unwrap_or(0)));
            };
            if let Some(more) = piece[looked..].iter().position(|b| *b == byte) {
                let found = looked + more + 1;
                return Ok((found <= most).then_some(found));
            }
            looked = piece.len();
            if looked > most {
                return Ok(None);
            }
            if looked == here {
                return Ok(Some(looked));
            }
            count = looked * 2;
        }
    }

    /// Whether the next `count` bytes stand in the window; it moves on where they do not.
    fn have(&mut self, count: usize) -> io::Result<bool> {
        let end = self.start + self.window.len() as u64;
        let kept = if self.at >= self.start && self.at <= end {
            if self.at + count as u64 <= end {
                return Ok(true);
            }
            let gone = (self.at - self.start) as usize;
            self.window.drain(..gone);
            self.window.len()
        } else {
            self.window.clear();
            0
        };
        self.start = self.at;
        if self.window.capacity() > 4 * WINDOW.max(count) {
            self.window.shrink_to(WINDOW.max(count));
        }
        let whole = usize::try_from(self.left()).unwrap_or(usize::MAX);
        let wanted = count.max(WINDOW).min(whole);
        self.window.resize(wanted.max(kept), 0);
        let mut filled = kept;
        if self.stands != Some(self.start + kept as u64) {
            self.stands = None;
            self.from.seek(SeekFrom::Start(self.start + kept as u64))?;
        }
        while filled < wanted {
            match self.from.read(&mut self.window[filled..]) {
                Ok(0) => {
                    // The file became shorter than it was.
                    self.size = self.start + filled as u64;
                    break;
                }
                Ok(more) => filled += more,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => {
                    self.window.truncate(kept);
                    self.stands = None;
                    return Err(e);
                }
            }
        }
        self.window.truncate(filled);
        self.stands = Some(self.start + filled as u64);
        Ok(filled >= count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// Gives a byte or a few at a time, as a pipe may.
    struct Slowly(Cursor<Vec<u8>>);

    impl Read for Slowly {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let most = into.len().min(3);
            self.0.read(&mut into[..most])
        }
    }

    impl Seek for Slowly {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    #[test]
    fn what_is_asked_for_stands_in_one_piece() {
        let bytes: Vec<u8> = (0..300_000u32).map(|n| (n % 251) as u8).collect();
        let mut input = Input::new(Slowly(Cursor::new(bytes.clone()))).unwrap();
        assert_eq!(input.take(5).unwrap(), Some(&bytes[..5]));
        assert_eq!(input.peek(200_000).unwrap(), Some(&bytes[5..200_005]));
        assert_eq!(input.take(200_000).unwrap(), Some(&bytes[5..200_005]));
        assert_eq!(input.take(100_000).unwrap(), None);
        assert_eq!((input.at(), input.left()), (200_005, 99_995));
        input.go(7);
        assert_eq!(input.take(20).unwrap(), Some(&bytes[7..27]));
        assert_eq!(input.until(250, 1000).unwrap(), Some(224));
        assert_eq!(input.until(250, 200).unwrap(), None);
        input.go(299_990);
        assert_eq!(input.until(255, 1000).unwrap(), Some(10));
        assert_eq!(input.take(11).unwrap(), None);
    }

    #[test]
    fn a_file_that_became_shorter_has_an_end() {
        struct Shrunk;
        impl Read for Shrunk {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Ok(0)
            }
        }
        impl Seek for Shrunk {
            fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
                Ok(1 << 50)
            }
        }
        let mut input = Input::new(Shrunk).unwrap();
        assert_eq!(input.until(b'\n', 1 << 20).unwrap(), Some(0));
        assert_eq!(input.take(1).unwrap(), None);
        assert_eq!(input.left(), 0);
    }
}
