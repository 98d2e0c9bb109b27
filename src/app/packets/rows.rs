//! The rows of the list of packets. There may be a million: a row is found by its number without making the others.

use crate::model::{book::PacketEntry, packet::PacketNo};

/// So many of the newest packets a search looks through: a frame must not cost more in a long journal.
const SEARCHED: usize = 5_000;

/// One row of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketRow<'a> {
    /// A packet.
    Packet(&'a PacketEntry),
    /// Packets that were told together: the event's place in the journal.
    Passed(usize),
}

/// The rows, oldest first.
#[derive(Clone, Debug)]
pub struct PacketRows<'a> {
    packets: &'a [PacketEntry],
    passed: &'a [usize],
    /// Those that a search keeps, as places in `packets`.
    kept: Option<Vec<usize>>,
}

impl<'a> PacketRows<'a> {
    /// All of them.
    pub(super) const fn new(packets: &'a [PacketEntry], passed: &'a [usize]) -> Self {
        Self {
            packets,
            passed,
            kept: None,
        }
    }

    /// Only those that a search keeps.
    pub(super) fn kept(mut self, keeps: impl Fn(&PacketEntry) -> bool) -> Self {
        let from = self.packets.len().saturating_sub(SEARCHED);
        let places = from..self.packets.len();
        self.kept = Some(places.filter(|&i| keeps(&self.packets[i])).collect());
        self
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.kept {
            Some(kept) => kept.len(),
            None => self.packets.len() + self.passed.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many packets there are without the search; those that were told together are not counted.
    pub const fn packets(&self) -> usize {
        self.packets.len()
    }

    /// How many of the newest the search looked through, when those were not all.
    pub fn bounded(&self) -> Option<usize> {
        (self.kept.is_some() && self.packets.len() > SEARCHED).then_some(SEARCHED)
    }

    /// What a row is.
    pub fn get(&self, row: usize) -> Option<PacketRow<'a>> {
        if let Some(kept) = &self.kept {
            return kept
                .get(row)
                .map(|&place| PacketRow::Packet(&self.packets[place]));
        }
        // The row of each group of packets: those of its kind before it, and the packets before it.
        let row_of = |j: usize| {
            let index = self.passed[j];
            j + self.packets.partition_point(|p| p.index < index)
        };
        let (mut before, mut end) = (0, self.passed.len());
        while before < end {
            let middle = usize::midpoint(before, end);
            if row_of(middle) < row {
                before = middle + 1;
            } else {
                end = middle;
            }
        }
        if before < self.passed.len() && row_of(before) == row {
            return Some(PacketRow::Passed(self.passed[before]));
        }
        self.packets.get(row - before).map(PacketRow::Packet)
    }

    /// The packet of a row.
    pub fn entry_at(&self, row: usize) -> Option<&'a PacketEntry> {
        match self.get(row)? {
            PacketRow::Packet(entry) => Some(entry),
            PacketRow::Passed(_) => None,
        }
    }

    /// The row of a packet, or of the last one before it that is there (else the first); without a number, of the
    /// newest.
    pub fn place(&self, number: Option<PacketNo>) -> Option<usize> {
        let upto = |place: &usize| number.is_none_or(|n| self.packets[*place].number <= n);
        if let Some(kept) = &self.kept {
            let after = kept.partition_point(upto);
            return (!kept.is_empty()).then(|| after.saturating_sub(1));
        }
        let after = number.map_or(self.packets.len(), |n| {
            self.packets.partition_point(|p| p.number <= n)
        });
        let place = after.saturating_sub(1);
        let index = self.packets.get(place)?.index;
        Some(place + self.passed.partition_point(|&p| p < index))
    }

    /// The nearest row from this one on that is a packet, downwards or upwards.
    pub fn packet_from(&self, row: usize, down: bool) -> Option<usize> {
        let row = row.min(self.len().checked_sub(1)?);
        let is_packet = |row: &usize| self.entry_at(*row).is_some();
        if down {
            (row..self.len()).find(is_packet)
        } else {
            (0..=row).rev().find(is_packet)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u64, index: usize) -> PacketEntry {
        PacketEntry {
            number: PacketNo(number),
            index,
            fate: None,
        }
    }

    #[test]
    fn packets_that_were_told_together_stand_between_the_others() {
        let packets = [entry(1, 3), entry(2, 5), entry(900, 9)];
        let passed = [6, 7, 12];
        let rows = PacketRows::new(&packets, &passed);
        let told: Vec<_> = (0..rows.len()).map(|i| rows.get(i)).collect();
        let packet = |i: usize| Some(PacketRow::Packet(&packets[i]));
        let together = |index| Some(PacketRow::Passed(index));
        assert_eq!(
            told,
            [
                packet(0),
                packet(1),
                together(6),
                together(7),
                packet(2),
                together(12)
            ]
        );
        assert_eq!(rows.get(6), None);
        assert_eq!(rows.place(None), Some(4));
        assert_eq!(rows.place(Some(PacketNo(2))), Some(1));
        assert_eq!(rows.place(Some(PacketNo(800))), Some(1), "the last before");
        assert_eq!(rows.packet_from(2, true), Some(4));
        assert_eq!(rows.packet_from(3, false), Some(1));
        assert_eq!(rows.packet_from(99, false), Some(4));
        let kept = rows.kept(|p| p.number.0 != 2);
        assert_eq!((kept.len(), kept.get(1)), (2, packet(2)));
        assert_eq!(kept.place(Some(PacketNo(2))), Some(0));
    }

    #[test]
    fn nothing_is_no_row() {
        let rows = PacketRows::new(&[], &[]);
        assert!(rows.is_empty());
        assert_eq!((rows.place(None), rows.get(0)), (None, None));
        assert_eq!(rows.packet_from(0, true), None);
    }
}
