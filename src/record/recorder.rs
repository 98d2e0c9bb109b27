//! Writes a recording, block by block. What is written in one piece is whole: whoever ends the program in between leaves
//! whole blocks behind.

use super::{
    VERSION,
    blocks::{
        JOURNAL, OPT_COMMENT, OPT_CUSTOM, OPT_FLAGS, OPT_PACKET_ID, OURS, OUTBOUND, PACKET, Writer,
    },
    json,
};
use crate::model::{
    event::{Event, Fact},
    ids::Side,
    packet::Packet,
};
use std::io::{self, Write};

/// The longest JSON that fits into an option, with the number of whose option it is.
const LONGEST_IN_OPTION: usize = u16::MAX as usize - 4;
/// The longest packet that every reader of such files takes.
const LONGEST_PACKET: usize = 1 << 18;
/// The longest JSON in one journal entry: with all that stands around it, a shorter entry than the longest packet.
const LONGEST_PART: usize = 192 << 10;
/// Of a message, so many bytes are written.
const LONGEST_MESSAGE: usize = 16 << 10;

/// Writes a recording, block by block, as things happen.
#[derive(Debug)]
pub struct Recorder {
    epoch_ns: u64,
    block: Writer,
    json: Vec<u8>,
}

impl Recorder {
    /// Writes how the file begins. `epoch_ns` is the wall clock at time 0, in nanoseconds since 1970.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(out: &mut (impl Write + ?Sized), epoch_ns: u64) -> io::Result<Self> {
        Self::begin_with(out, epoch_ns, Writer::default())
    }

    /// The same with numbers in another byte order.
    pub(super) fn begin_with(
        out: &mut (impl Write + ?Sized),
        epoch_ns: u64,
        block: Writer,
    ) -> io::Result<Self> {
        let program = concat!("fourline ", env!("CARGO_PKG_VERSION"));
        let mut recorder = Self {
            epoch_ns,
            block,
            json: Vec::new(),
        };
        recorder.block.section(program);
        for side in [Side::Server, Side::Client] {
            let name = format!("{side}0");
            let description = format!("what the {side} sends");
            recorder.block.interface(&name, &description);
        }
        recorder.journal(epoch_ns, &format!("{program} records from here on"));
        let head = format!("FOURLINE={VERSION}\nFOURLINE_EPOCH_NS={epoch_ns}\n");
        recorder.block.raw(head.as_bytes());
        recorder.block.end();
        recorder.written(out)?;
        Ok(recorder)
    }

    /// Writes an event; each once, in the journal's order. `message` is what a reader is told of it in a line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn event(
        &mut self,
        out: &mut (impl Write + ?Sized),
        event: &Event,
        message: &str,
    ) -> io::Result<()> {
        let at = self.epoch_ns.saturating_add(event.happened().0);
        if let Fact::Packet(packet) = &event.fact
            && packet.bytes.kept.len() <= LONGEST_PACKET
        {
            let original = u32::try_from(packet.bytes.len()).unwrap_or(u32::MAX);
            self.json.clear();
            json::write_without_bytes(event, original, &mut self.json)?;
            if self.json.len() <= LONGEST_IN_OPTION {
                self.packet(event, packet, original, at, message);
                return self.written(out);
            }
        }
        let mut json = core::mem::take(&mut self.json);
        json.clear();
        json::write(event, &mut json)?;
        let mut rest = &json[..];
        let mut key = "FOURLINE_EVENT";
        while rest.len() > LONGEST_PART {
            let end = (LONGEST_PART - 3..=LONGEST_PART)
                .rev()
                .find(|&n| rest[n] & 0xc0 != 0x80)
                .unwrap_or(LONGEST_PART);
            let (part, more) = rest.split_at(end);
            self.entry(at, message, "FOURLINE_PART", part);
            (rest, key) = (more, "FOURLINE_LAST_PART");
        }
        self.entry(at, message, key, rest);
        json.shrink_to(LONGEST_PART);
        self.json = json;
        self.written(out)
    }

    /// A journal entry with an event, or with a part of one that is too long for one entry.
    fn entry(&mut self, at: u64, message: &str, key: &str, value: &[u8]) {
        self.journal(at, message);
        for piece in [key.as_bytes(), b"=", value, b"\n"] {
            self.block.raw(piece);
        }
        self.block.end();
    }

    /// A journal entry up to its message.
    fn journal(&mut self, at: u64, message: &str) {
        self.block.begin(JOURNAL);
        let time = format!("__REALTIME_TIMESTAMP={}\n", at / 1_000);
        self.block.raw(time.as_bytes());
        self.block
            .raw(b"PRIORITY=6\nSYSLOG_IDENTIFIER=fourline\nMESSAGE=");
        let message = cut(message).replace(|c: char| c.is_control(), " ");
        self.block.raw(message.as_bytes());
        self.block.raw(b"\n");
    }

    fn packet(&mut self, event: &Event, packet: &Packet, original: u32, at: u64, message: &str) {
        let block = &mut self.block;
        block.begin(PACKET);
        block.u32(match packet.toward {
            // Whoever is not addressed has sent it.
            Side::Client => 0,
            Side::Server => 1,
        });
        block.u32((at >> 32) as u32);
        block.u32(at as u32);
        block.u32(packet.bytes.kept.len() as u32);
        block.u32(original);
        block.raw(&packet.bytes.kept);
        block.pad();
        if !message.is_empty() {
            block.option(OPT_COMMENT, cut(message).as_bytes());
        }
        block.option_u32(OPT_FLAGS, OUTBOUND);
        block.option_u64(OPT_PACKET_ID, event.id.0);
        block.option_custom(OPT_CUSTOM, OURS, &self.json);
        block.last_option();
        block.end();
    }

    /// Writes what was made, in one piece.
    fn written(&mut self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        let done = out.write_all(self.block.made());
        self.block.clear();
        done
    }
}

/// The beginning of a message, if it is too long.
fn cut(message: &str) -> &str {
    let end = message.floor_char_boundary(LONGEST_MESSAGE);
    &message[..end]
}
