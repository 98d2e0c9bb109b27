//! What stands on a screen of somebody's capture in the place of what only programs and kernels could tell.

/// In the place of calls.
pub(in crate::ui) const NO_CALLS: &str = "not known: a capture holds packets, no calls";
/// In the place of all calls.
pub(in crate::ui) const NO_CALLS_AT_ALL: &str = "This is a capture: it holds packets, and nobody has seen which calls \
the programs made. What the packets tell stands on the other screens: the ladder, the states, the packets themselves.";
/// In the place of both streams.
pub(in crate::ui) const NO_STREAM: &str = "This is a capture: nobody has seen which bytes the programs handed to send \
or got from recv. The data of each packet stand on the packets screen.";
/// In the place of a program's bytes.
pub(in crate::ui) const NO_BYTES: &str = "of the program: not known";
/// In the place of the kernel's tables.
pub(in crate::ui) const NO_KERNEL: &str = "This is a capture: no kernel was asked for its socket table, its timers or \
its TCP_INFO. The states that follow from the packets stand on the states screen.";
/// In the place of sockets.
pub(in crate::ui) const NO_SOCKETS: &str = "no TCP conversation was captured yet";
/// Of packets that are only seen: in full, and in fewer words.
pub(in crate::ui) const PACKETS: [&str; 3] = [
    "Packets as somebody has captured them. What became of one, the next ones tell.",
    "as somebody has captured them",
    "captured",
];
