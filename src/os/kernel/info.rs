//! `tcp_info`: what the kernel's TCP tells of one connection, read by its offsets in `linux/tcp.h`.
//!
//! The structure only ever grows at its end. An older kernel's answer is shorter; what it lacks is 0 here.

use crate::model::ids::Nanos;

/// What TCP counts and estimates for a connection; each field is `tcpi_` and its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// The state's number.
    pub state: u8,
    /// The congestion control's mood: 0 open, 1 disorder, 2 window reduced, 3 recovery, 4 loss.
    pub ca_state: u8,
    /// How often the segment that is due now was sent again.
    pub retransmits: u8,
    /// Unanswered probes of a closed window or a silent peer.
    pub probes: u8,
    /// How often the time-out was doubled.
    pub backoff: u8,
    /// Retransmission time-out.
    pub rto: Nanos,
    /// Largest segment to send, in bytes.
    pub snd_mss: u32,
    /// Estimate of the peer's segments, in bytes.
    pub rcv_mss: u32,
    /// Segments sent and not acknowledged; of a listener, connections that wait.
    pub unacked: u32,
    /// Segments acknowledged out of order; of a listener, the backlog.
    pub sacked: u32,
    /// Segments taken for lost.
    pub lost: u32,
    /// Path's largest packet, in bytes.
    pub pmtu: u32,
    /// Smoothed round-trip time.
    pub rtt: Nanos,
    /// Its variation.
    pub rttvar: Nanos,
    /// Slow start ends here, in segments.
    pub snd_ssthresh: u32,
    /// Congestion window, in segments.
    pub snd_cwnd: u32,
    /// Room that the receiver reckons with, in bytes.
    pub rcv_space: u32,
    /// Segments sent again so far.
    pub total_retrans: u32,
    /// Sequence numbers acknowledged: data, the opener's SYN, the FIN.
    pub bytes_acked: u64,
    /// Sequence numbers received in order: data and the FIN.
    pub bytes_received: u64,
    /// Segments sent.
    pub segs_out: u32,
    /// Segments received.
    pub segs_in: u32,
    /// Sequence numbers in the send buffer that were never sent: data and a FIN.
    pub notsent_bytes: u32,
    /// Smallest round-trip time seen.
    pub min_rtt: Nanos,
    /// Bytes of data sent, those sent again included.
    pub bytes_sent: u64,
    /// Bytes of data sent again.
    pub bytes_retrans: u64,
    /// How fast data was delivered lately, in bytes a second.
    pub delivery_rate: u64,
    /// How fast data may be sent, in bytes a second; the largest number for no limit.
    pub pacing_rate: u64,
    /// The peer's window, in bytes.
    pub snd_wnd: u32,
    /// The window announced to the peer, in bytes (0 from kernels before 6.2).
    pub rcv_wnd: u32,
    /// How long the kernel's answer was: what lies beyond was not told.
    pub told: usize,
}

impl Info {
    /// Reads the kernel's answer.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let u8_at = |at: usize| bytes.get(at).copied().unwrap_or(0);
        let u32_at = |at: usize| {
            let four = bytes.get(at..at + 4).and_then(|b| b.try_into().ok());
            four.map_or(0, u32::from_ne_bytes)
        };
        let u64_at = |at: usize| {
            let eight = bytes.get(at..at + 8).and_then(|b| b.try_into().ok());
            eight.map_or(0, u64::from_ne_bytes)
        };
        let micros_at = |at: usize| Nanos(u64::from(u32_at(at)) * 1000);
        Self {
            state: u8_at(0),
            ca_state: u8_at(1),
            retransmits: u8_at(2),
            probes: u8_at(3),
            backoff: u8_at(4),
            rto: micros_at(8),
            snd_mss: u32_at(16),
            rcv_mss: u32_at(20),
            unacked: u32_at(24),
            sacked: u32_at(28),
            lost: u32_at(32),
            pmtu: u32_at(60),
            rtt: micros_at(68),
            rttvar: micros_at(72),
            snd_ssthresh: u32_at(76),
            snd_cwnd: u32_at(80),
            rcv_space: u32_at(96),
            total_retrans: u32_at(100),
            pacing_rate: u64_at(104),
            bytes_acked: u64_at(120),
            bytes_received: u64_at(128),
            segs_out: u32_at(136),
            segs_in: u32_at(140),
            notsent_bytes: u32_at(144),
            min_rtt: micros_at(148),
            delivery_rate: u64_at(160),
            bytes_sent: u64_at(200),
            bytes_retrans: u64_at(208),
            snd_wnd: u32_at(228),
            rcv_wnd: u32_at(232),
            told: bytes.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offsets_are_those_of_the_c_structure() {
        use core::mem::offset_of;
        use libc::tcp_info as c;
        let at = [
            (offset_of!(c, tcpi_rto), 8),
            (offset_of!(c, tcpi_unacked), 24),
            (offset_of!(c, tcpi_lost), 32),
            (offset_of!(c, tcpi_pmtu), 60),
            (offset_of!(c, tcpi_rtt), 68),
            (offset_of!(c, tcpi_snd_cwnd), 80),
            (offset_of!(c, tcpi_rcv_space), 96),
            (offset_of!(c, tcpi_total_retrans), 100),
        ];
        assert!(at.iter().all(|(c, ours)| c == ours));
    }

    #[test]
    fn a_shorter_answer_is_read_as_far_as_it_goes() {
        let whole: Vec<u8> = (0..=255).collect();
        let (short, full) = (Info::parse(&whole[..104]), Info::parse(&whole));
        assert_eq!(short.snd_cwnd, full.snd_cwnd);
        assert_eq!((short.bytes_acked, short.snd_wnd), (0, 0));
        assert_ne!(full.bytes_acked, 0);
        assert_eq!(Info::parse(&[]), Info::default());
    }
}
