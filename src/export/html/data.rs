//! What the page knows, as the JSON that its script reads. Places are indexes into the lists beside them.

use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// All of it.
#[derive(Debug, Default, Serialize)]
pub(super) struct Data {
    /// `lab`, `host`, or `capture`, where nothing but packets is known.
    pub(super) network: String,
    /// How packets were seen: `cable`, `capture`, or `none`.
    pub(super) sight: &'static str,
    /// Why they were not seen.
    pub(super) unseen: String,
    /// Whether more than one client of ours is there.
    pub(super) several: bool,
    /// Whether the end at the left, that at the right, is somebody else's.
    pub(super) foreign: [Option<String>; 2],
    /// The four lines: title, sentence, and the moment in which it was reached.
    pub(super) lines: Vec<LineData>,
    /// Names of the steps of the four lines, with the line of each.
    pub(super) steps: Vec<(u8, &'static str)>,
    /// What each state means.
    pub(super) meanings: BTreeMap<&'static str, &'static str>,
    pub(super) moments: Vec<Moment>,
    /// Events that are worth a row and are not here any more.
    pub(super) left_out: usize,
    pub(super) rows: Vec<Row>,
    /// Where bytes went when no packets were seen: the row of a `send`, that of a `recv` that brought some of them, and
    /// how many.
    pub(super) flows: Vec<(usize, usize, u64)>,
    pub(super) calls: Vec<CallData>,
    pub(super) packets: Vec<PacketData>,
    /// Names, meanings and sources of fields.
    pub(super) words: Vec<(&'static str, &'static str, &'static str)>,
    /// How things stood, each once.
    pub(super) snaps: Vec<serde_json::Value>,
    /// Paragraphs, each once.
    pub(super) texts: Vec<String>,
}

/// One of the four lines.
#[derive(Debug, Serialize)]
pub(super) struct LineData {
    pub(super) title: &'static str,
    pub(super) says: &'static str,
    pub(super) m: Option<usize>,
}

/// A moment that can be chosen: something happened, and what follows from it at once.
#[derive(Debug, Serialize)]
pub(super) struct Moment {
    /// Seconds since the start.
    pub(super) at: String,
    /// The event's number.
    pub(super) id: u64,
    /// What is happening, in sentences.
    pub(super) what: Vec<String>,
    /// Why, a place in `texts`.
    pub(super) why: usize,
    /// A place in `snaps`.
    pub(super) snap: usize,
}

/// How a text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Tone {
    Plain,
    Dim,
    Ok,
    Wait,
    Bad,
    Cable,
}

/// A row of the ladder, and the moment it belongs to. Sides are 0 for the server, 1 for the client.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) m: usize,
    #[serde(flatten)]
    pub(super) is: Is,
}

/// What a row is.
#[derive(Debug, Serialize)]
#[serde(tag = "k", rename_all = "lowercase")]
pub(super) enum Is {
    /// A call returned.
    Call { call: usize, side: u8 },
    /// A call waits, until the row in which it returned.
    Wait {
        side: u8,
        who: String,
        text: String,
        until: Option<usize>,
    },
    /// A socket changed its state; `way` names what was crossed unseen.
    State {
        side: u8,
        socket: String,
        to: &'static str,
        way: Vec<&'static str>,
        unseen: bool,
    },
    /// Something else at an end.
    Note { side: u8, text: String, tone: Tone },
    /// Something from side to side; `line` is one of the four lines.
    Across { text: String, tone: Tone, line: u8 },
    /// A packet that went from end to end at once.
    Cross { p: usize },
    /// A packet enters the cable.
    Enter { p: usize },
    /// Something is done to a packet on the cable.
    Stand { p: usize, text: String, tone: Tone },
    /// It arrives.
    Arrive { p: usize, text: String },
    /// It is gone.
    Break { p: usize, text: String },
    /// Several passed that are told together.
    Passed { side: u8, text: String },
}

/// A call that returned.
#[derive(Debug, Serialize)]
pub(super) struct CallData {
    pub(super) m: usize,
    /// How often everything had begun anew: names are given out again then.
    pub(super) begun: u32,
    pub(super) at: String,
    pub(super) side: u8,
    pub(super) who: String,
    pub(super) socket: String,
    pub(super) name: &'static str,
    pub(super) text: String,
    pub(super) result: String,
    pub(super) bad: bool,
    pub(super) took: String,
    /// Why it failed.
    pub(super) explain: String,
    /// Bytes that it wrote, or read.
    pub(super) wrote: u64,
    pub(super) read: u64,
    /// They, as far as they are here, in hexadecimal.
    pub(super) hex: String,
}

/// A field: depth, place in `words`, value, first byte, the one after the last, and bits, if not all.
pub(super) type FieldData = (usize, usize, String, usize, usize, Option<(u8, u8)>);

/// A packet.
#[derive(Debug, Serialize)]
pub(super) struct PacketData {
    pub(super) m: usize,
    pub(super) n: u64,
    pub(super) at: String,
    /// The side it goes to.
    pub(super) to: u8,
    pub(super) from_addr: String,
    pub(super) to_addr: String,
    pub(super) whose: String,
    /// `SYN,ACK`, or the protocol.
    pub(super) flags: String,
    /// `seq 1:16`.
    pub(super) seq: String,
    /// `ack 1`.
    pub(super) ack: String,
    pub(super) shut: bool,
    pub(super) len: u64,
    pub(super) text: String,
    pub(super) notes: Vec<String>,
    pub(super) again: bool,
    pub(super) made: bool,
    /// What became of it: the moment, `delivered`, who decided.
    pub(super) fate: Option<(usize, &'static str, String)>,
    pub(super) why: Vec<String>,
    pub(super) fields: Vec<FieldData>,
    pub(super) hex: String,
    /// Bytes of it that are not here.
    pub(super) omitted: u64,
}

/// Things that are kept once, in the order in which they came.
#[derive(Debug)]
pub(super) struct Once<T>(HashMap<T, usize>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Eq + core::hash::Hash + Clone> Once<T> {
    /// The place of this thing in the list, where it is put if it is new.
    pub(super) fn place<L>(
        &mut self,
        thing: T,
        list: &mut Vec<L>,
        make: impl FnOnce(T) -> L,
    ) -> usize {
        *self.0.entry(thing).or_insert_with_key(|thing| {
            list.push(make(thing.clone()));
            list.len() - 1
        })
    }
}
