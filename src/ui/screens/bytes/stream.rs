//! One direction of a connection: its bytes, the calls that wrote them and the calls that read them, up to the moment
//! that is shown. All questions are answered by binary search in the two lists of calls.

use crate::{
    app::App,
    model::{
        book::{Book, Chunk},
        session::SocketState,
    },
};
use core::ops::Range;

/// Neighbouring stretches of bytes that are not kept are told as one, as far as this.
const MOST_MERGED: usize = 1024;

/// One direction.
pub(super) struct Stream<'a> {
    book: &'a Book,
    /// Who writes.
    pub(super) from: Option<&'a SocketState>,
    /// Who reads, if that is a socket of ours.
    pub(super) to: Option<&'a SocketState>,
    /// What `send` took, call by call.
    pub(super) written: &'a [Chunk],
    /// What `recv` brought, call by call.
    pub(super) read: &'a [Chunk],
}

/// What is known of some neighbouring bytes.
struct Piece<'a> {
    range: Range<u64>,
    bytes: Option<&'a [u8]>,
}

/// A row of the dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// Bytes from here on, `None` where one is not kept.
    Bytes {
        /// The first one's place in the stream.
        at: u64,
        /// Themselves.
        bytes: Vec<Option<u8>>,
    },
    /// Bytes that are not kept.
    Gap {
        /// Where the row begins.
        at: u64,
        /// All of them, also those that share a row with others.
        all: Range<u64>,
    },
}

impl Row {
    /// Where it begins.
    pub(super) const fn at(&self) -> u64 {
        match self {
            Self::Bytes { at, .. } | Self::Gap { at, .. } => *at,
        }
    }
}

fn end(chunk: &Chunk) -> u64 {
    chunk.start + chunk.len
}

/// The calls that moved some of these bytes.
pub(super) fn over(chunks: &[Chunk], range: &Range<u64>) -> Range<usize> {
    let first = chunks.partition_point(|c| end(c) <= range.start);
    let last = chunks.partition_point(|c| c.start < range.end);
    first..last.max(first)
}

impl<'a> Stream<'a> {
    /// What goes from one socket to another, as far as it has happened at the moment that is shown.
    pub(super) fn new(
        app: &'a App,
        from: Option<&'a SocketState>,
        to: Option<&'a SocketState>,
    ) -> Self {
        let events = app.shown_events();
        let generation = app.session().generation;
        let until = |chunks: &'a [Chunk]| &chunks[..chunks.partition_point(|c| c.index < events)];
        let of = |socket: Option<&SocketState>| app.book.streams(generation, socket?.id);
        Self {
            book: &app.book,
            from,
            to,
            written: of(from).map_or(&[], |s| until(&s.written)),
            read: of(to).map_or(&[], |s| until(&s.read)),
        }
    }

    /// How many bytes were written.
    pub(super) fn bytes_written(&self) -> u64 {
        self.written.last().map_or(0, end)
    }

    /// How many bytes were read.
    pub(super) fn bytes_read(&self) -> u64 {
        self.read.last().map_or(0, end)
    }

    /// How many bytes there are to show.
    pub(super) fn len(&self) -> u64 {
        self.bytes_written().max(self.bytes_read())
    }

    fn piece_in(&self, chunks: &[Chunk], at: u64) -> Piece<'a> {
        let i = chunks.partition_point(|c| end(c) <= at);
        let Some(chunk) = chunks.get(i).filter(|c| c.start <= at) else {
            let before = i.checked_sub(1).map_or(0, |i| end(&chunks[i]));
            let after = chunks.get(i).map_or(u64::MAX, |c| c.start);
            return Piece {
                range: before..after,
                bytes: None,
            };
        };
        let kept = self
            .book
            .bytes_of(chunk.index)
            .map_or(&[][..], |p| &p.kept[..]);
        // A send that the kernel took only in part offered more than it moved.
        let kept = &kept[..kept
            .len()
            .min(usize::try_from(chunk.len).unwrap_or(usize::MAX))];
        let middle = chunk.start + kept.len() as u64;
        if at < middle {
            Piece {
                range: chunk.start..middle,
                bytes: Some(kept),
            }
        } else {
            Piece {
                range: middle..end(chunk),
                bytes: None,
            }
        }
    }

    /// What is known around this byte: from the call that wrote it, else from the call that read it.
    fn piece(&self, at: u64) -> Piece<'a> {
        let written = self.piece_in(self.written, at);
        if written.bytes.is_some() {
            return written;
        }
        let read = self.piece_in(self.read, at);
        if read.bytes.is_some() {
            return read;
        }
        Piece {
            range: written.range.start.max(read.range.start)
                ..written
                    .range
                    .end
                    .min(read.range.end)
                    .min(self.len())
                    .max(at + 1),
            bytes: None,
        }
    }

    /// All bytes around this one that are not kept, if it is not kept itself.
    fn gap(&self, at: u64) -> Option<Range<u64>> {
        let piece = self.piece(at);
        if piece.bytes.is_some() {
            return None;
        }
        let (mut start, mut end) = (piece.range.start, piece.range.end);
        for _ in 0..MOST_MERGED {
            if end >= self.len() {
                break;
            }
            let next = self.piece(end);
            if next.bytes.is_some() {
                break;
            }
            end = next.range.end;
        }
        for _ in 0..MOST_MERGED {
            if start == 0 {
                break;
            }
            let before = self.piece(start - 1);
            if before.bytes.is_some() {
                break;
            }
            start = before.range.start;
        }
        Some(start..end.min(self.len()))
    }

    /// The row that holds this byte, with so many bytes a row.
    pub(super) fn row(&self, at: u64, per_row: u64) -> Row {
        let at = at / per_row * per_row;
        let end = (at + per_row).min(self.len());
        if let Some(gap) = self.gap(at)
            && gap.end >= end
        {
            let first = gap.start.div_ceil(per_row) * per_row;
            return Row::Gap {
                at: first,
                all: gap,
            };
        }
        let mut bytes = Vec::with_capacity(per_row as usize);
        let mut i = at;
        while i < end {
            let piece = self.piece(i);
            let until = piece.range.end.min(end);
            for place in i..until {
                let byte = piece
                    .bytes
                    .and_then(|b| b.get((place - piece.range.start) as usize));
                bytes.push(byte.copied());
            }
            i = until.max(i + 1);
        }
        Row::Bytes { at, bytes }
    }

    /// The row after this one.
    pub(super) fn next(&self, row: &Row, per_row: u64) -> Option<Row> {
        let at = match row {
            Row::Bytes { at, .. } => at + per_row,
            Row::Gap { at, all } if all.end < self.len() => {
                (all.end / per_row * per_row).max(at + per_row)
            }
            Row::Gap { .. } => return None,
        };
        (at < self.len()).then(|| self.row(at, per_row))
    }

    /// The row before this one.
    pub(super) fn before(&self, row: &Row, per_row: u64) -> Option<Row> {
        let at = row.at().checked_sub(per_row)?;
        Some(self.row(at, per_row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ids::Actor, story::testing::Play};
    use proptest::prelude::*;

    fn alphabet(len: usize) -> Vec<u8> {
        (b'a'..=b'z').cycle().take(len).collect()
    }

    fn app(sends: &[usize]) -> App {
        let mut play = Play::free();
        play.listen().connect(Actor::CLIENT).accept();
        for &len in sends {
            play.send(Actor::CLIENT, &alphabet(len));
        }
        crate::ui::screens::tests::app(play.into_book())
    }

    fn stream(app: &App) -> Stream<'_> {
        let (server, client) = app.session().conversation();
        Stream::new(app, client, server)
    }

    #[test]
    fn what_is_not_kept_is_one_row_and_is_counted() {
        let app = app(&[10, 200_000, 7]);
        let stream = stream(&app);
        assert_eq!(stream.len(), 200_017);
        let mut row = stream.row(0, 16);
        let mut gaps = Vec::new();
        let mut rows = 0;
        while let Some(next) = stream.next(&row, 16) {
            if let Row::Gap { all, .. } = &next {
                gaps.push(all.clone());
            }
            assert_eq!(stream.before(&next, 16).as_ref(), Some(&row));
            row = next;
            rows += 1;
        }
        assert_eq!(gaps.len(), 1);
        assert_eq!(gaps[0], 10 + 65_536..200_010);
        assert!(rows < 4200, "{rows} rows");
    }

    proptest! {
        #[test]
        fn every_row_is_found_again_from_behind(sends in proptest::collection::vec(1usize..70_000, 1..6), per in 1u64..33) {
            let app = app(&sends);
            let stream = stream(&app);
            let mut row = stream.row(stream.len() - 1, per);
            let mut seen = 0;
            while let Some(before) = stream.before(&row, per) {
                let next = stream.next(&before, per);
                prop_assert_eq!(next.as_ref(), Some(&row));
                prop_assert!(before.at() < row.at());
                row = before;
                seen += 1;
                if seen > 300 { break; }
            }
        }
    }
}
