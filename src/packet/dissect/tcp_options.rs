//! The options of a TCP header (RFC 9293, section 3.2, and IANA's list).

use super::{
    super::options::{self as walk, TcpOption},
    field::{About, Look, Part, Tree, Words, part},
    show,
};

/// An option: its kind, what it is, and its fields behind kind and length.
struct Known {
    kind: u8,
    words: Words,
    parts: &'static [Part],
}

const RFC: &str = "RFC 9293, 3.2";

const OPTIONS: Words = Words {
    name: "Options",
    filter: "tcp.options",
    meaning: "What else the ends tell each other; most of it only when the connection opens.",
    rfc: RFC,
};

#[rustfmt::skip]
const KNOWN: &[Known] = &[
    Known {
        kind: walk::END,
        words: Words { name: "End of Options", filter: "tcp.options.eol", meaning: "No more options follow; the rest is padding.", rfc: RFC },
        parts: &[],
    },
    Known {
        kind: walk::NOTHING,
        words: Words { name: "No Operation", filter: "tcp.options.nop", meaning: "Nothing, so that the next option stands at an even place.", rfc: RFC },
        parts: &[],
    },
    Known {
        kind: walk::MSS,
        words: Words { name: "Maximum Segment Size", filter: "tcp.options.mss", meaning: "The largest piece of data that its sender takes in one segment.", rfc: "RFC 9293, 3.7.1" },
        parts: &[part(("Size", "tcp.options.mss_val"), (2, 2), show::bytes, ("Without the headers of IP and TCP.", "RFC 9293, 3.7.1"))],
    },
    Known {
        kind: walk::SCALE,
        words: Words { name: "Window Scale", filter: "tcp.options.wscale", meaning: "Windows that its sender announces later are to be shifted, so that they can be larger than 65535.", rfc: "RFC 7323, 2.2" },
        parts: &[part(("Shift Count", "tcp.options.wscale.shift"), (2, 1), scale, ("By how many bits; the SYN's own window is not shifted.", "RFC 7323, 2.2"))],
    },
    Known {
        kind: walk::SACK_PERMITTED,
        words: Words { name: "SACK Permitted", filter: "tcp.options.sack_perm", meaning: "Its sender understands selective acknowledgements.", rfc: "RFC 2018, 2" },
        parts: &[],
    },
    Known {
        kind: walk::SACK,
        words: Words { name: "Selective Acknowledgement", filter: "tcp.options.sack", meaning: "Ranges that have arrived beyond a gap, so that only the gap need be sent again.", rfc: "RFC 2018, 3" },
        parts: &[],
    },
    Known {
        kind: walk::TIMESTAMPS,
        words: Words { name: "Timestamps", filter: "tcp.options.timestamp", meaning: "Measures the round trip, and tells old segments from new ones.", rfc: "RFC 7323, 3" },
        parts: &[
            part(("Value", "tcp.options.timestamp.tsval"), (2, 4), show::decimal, ("Its sender's clock, from an arbitrary beginning.", "RFC 7323, 3.2")),
            part(("Echo Reply", "tcp.options.timestamp.tsecr"), (6, 4), show::decimal, ("The peer's value that it answers.", "RFC 7323, 3.2")),
        ],
    },
    Known {
        kind: 19,
        words: Words { name: "MD5 Signature", filter: "tcp.options.md5", meaning: "Proves that the segment comes from who knows a password.", rfc: "RFC 2385, 3" },
        parts: &[part(("Digest", "tcp.options.md5.digest"), (2, 16), show::hex, ("The signature.", "RFC 2385, 3"))],
    },
    Known {
        kind: 28,
        words: Words { name: "User Timeout", filter: "tcp.options.user_to", meaning: "How long its sender waits for an acknowledgement before it gives up.", rfc: "RFC 5482, 3.2" },
        parts: &[
            part(("Granularity", "tcp.options.user_to_granularity"), (2, 2), granularity, ("Whether the time is in minutes or seconds.", "RFC 5482, 3.2")).bits(0, 1),
            part(("User Timeout", "tcp.options.user_to_val"), (2, 2), show::decimal, ("The time.", "RFC 5482, 3.2")).bits(1, 15),
        ],
    },
    Known {
        kind: 29,
        words: Words { name: "Authentication Option", filter: "tcp.options.ao", meaning: "Proves that the segment comes from who knows a key.", rfc: "RFC 5925, 2.2" },
        parts: &[
            part(("Key", "tcp.options.ao.keyid"), (2, 1), show::decimal, ("The key that was used.", "RFC 5925, 2.2")),
            part(("Next Key", "tcp.options.ao.rnextkeyid"), (3, 1), show::decimal, ("The key that the peer may use next.", "RFC 5925, 2.2")),
        ],
    },
    Known {
        kind: 30,
        // Wireshark calls its fields so, and the whole `mptcp`.
        words: Words { name: "Multipath TCP", filter: "mptcp", meaning: "One connection over several paths at once.", rfc: "RFC 8684, 3" },
        parts: &[part(("Subtype", "tcp.options.mptcp.subtype"), (2, 1), subtype, ("What this option says about the paths.", "RFC 8684, 8.1")).bits(0, 4)],
    },
    Known {
        kind: 34,
        words: Words { name: "Fast Open", filter: "tcp.options.tfo", meaning: "A cookie with which a SYN may carry data; without one: a request for it.", rfc: "RFC 7413, 4.1.1" },
        parts: &[],
    },
    Known {
        kind: 253,
        words: Words { name: "Experiment", filter: "tcp.options.experimental", meaning: "An option that is being tried out.", rfc: "RFC 6994" },
        parts: &[],
    },
    Known {
        kind: 254,
        words: Words { name: "Experiment", filter: "tcp.options.experimental", meaning: "An option that is being tried out.", rfc: "RFC 6994" },
        parts: &[],
    },
];

const UNKNOWN: Words = Words {
    name: "Unknown Option",
    filter: "tcp.options.unknown",
    meaning: "An option that is not known here; a receiver ignores what it does not know.",
    rfc: RFC,
};

#[rustfmt::skip]
const KIND: &[Part] = &[part(("Kind", "tcp.option_kind"), (0, 1), show::decimal, ("Which option this is.", RFC))];

#[rustfmt::skip]
const LENGTH: &[Part] = &[part(("Length", "tcp.option_len"), (1, 1), show::bytes, ("The whole option, kind and length among it.", RFC))];

#[rustfmt::skip]
const BLOCK: &[Part] = &[
    part(("Left Edge", "tcp.options.sack_le"), (0, 4), edge, ("The first number of a range that has arrived.", "RFC 2018, 3")),
    part(("Right Edge", "tcp.options.sack_re"), (4, 4), edge, ("The number after the range's last.", "RFC 2018, 3")),
];

const COOKIE: Words = Words {
    name: "Cookie",
    filter: "tcp.options.tfo.cookie",
    meaning: "What the server gave out at an earlier connection.",
    rfc: "RFC 7413, 4.1.1",
};

fn scale(look: &Look<'_>) -> String {
    let shift = look.number.min(14);
    format!("{} (multiply by {})", look.number, 1u64 << shift)
}

fn granularity(look: &Look<'_>) -> String {
    if look.number == 1 {
        "minutes"
    } else {
        "seconds"
    }
    .to_owned()
}

fn subtype(look: &Look<'_>) -> String {
    const NAMES: [&str; 9] = [
        "MP_CAPABLE",
        "MP_JOIN",
        "DSS",
        "ADD_ADDR",
        "REMOVE_ADDR",
        "MP_PRIO",
        "MP_FAIL",
        "MP_FASTCLOSE",
        "MP_TCPRST",
    ];
    let name = NAMES.get(look.number as usize).unwrap_or(&"unknown");
    format!("{name} ({})", look.number)
}

/// A number of the other direction: relative to what is acknowledged, if that is known.
fn edge(look: &Look<'_>) -> String {
    let raw = look.number as u32;
    match look.about.relative {
        Some(tcp) => {
            let ahead = i64::from(raw.wrapping_sub(tcp.ack_raw) as i32);
            let relative = tcp.ack.saturating_add_signed(ahead);
            format!("{relative} (raw {raw})")
        }
        None => raw.to_string(),
    }
}

/// The options, which stand from one place to another.
pub(super) fn options(
    tree: &mut Tree<'_>,
    from: usize,
    to: usize,
    depth: usize,
    about: &About<'_>,
) {
    let there = tree.at(from, to);
    let cut = there.len() < to - from;
    let names: Vec<_> = walk::options(there).map(|o| words(&o).name).collect();
    tree.add(depth, OPTIONS, from, to, names.join(", "));
    for option in walk::options(there) {
        one(tree, &option, from + option.at, depth + 1, cut, about);
    }
}

fn words(option: &TcpOption<'_>) -> Words {
    let known = KNOWN.iter().find(|k| k.kind == option.kind);
    known.map_or(UNKNOWN, |k| k.words)
}

fn one(
    tree: &mut Tree<'_>,
    option: &TcpOption<'_>,
    at: usize,
    depth: usize,
    cut: bool,
    about: &About<'_>,
) {
    let short = matches!(option.kind, walk::END | walk::NOTHING);
    let end = at + if short { 1 } else { option.bytes.len() };
    let value = match (option.sound, cut) {
        (true, _) if short => String::new(),
        (true, _) => format!("{} bytes", option.bytes.len()),
        (false, true) => "cut short".to_owned(),
        (false, false) => "its length cannot be: what follows cannot be read".to_owned(),
    };
    tree.add(depth, words(option), at, end, value);
    tree.parts(depth + 1, at, KIND, about);
    if short {
        return;
    }
    if end >= at + 2 {
        tree.parts(depth + 1, at, LENGTH, about);
    }
    if !option.sound {
        return;
    }
    match option.kind {
        walk::SACK => {
            for block in (at + 2..end.saturating_sub(7)).step_by(8) {
                tree.parts(depth + 1, block, BLOCK, about);
            }
        }
        34 => tree.data(depth + 1, COOKIE, at + 2, end, about),
        kind => {
            let known = KNOWN.iter().find(|k| k.kind == kind);
            let parts = known.map_or(&[][..], |k| k.parts);
            // A known option of another length than it should have says something else.
            let fitting = parts.iter().filter(|p| at + p.end() <= end);
            for part in fitting {
                tree.parts(depth + 1, at, core::slice::from_ref(part), about);
            }
        }
    }
}
