//! What a row's `tcp_info` tells that goes into the journal: each figure only where this kernel's answer has it, and
//! nothing where the kernel's number means "not known" or "no limit".

use super::{info::Info, row::Row};
use crate::model::{congestion::CaState, event::Detail, ids::Nanos, tcp::TcpState};

/// From here on, the threshold of slow start is no limit (`TCP_INFINITE_SSTHRESH`).
const NO_THRESHOLD: u32 = 0x7fff_ffff;
/// The smallest round-trip time before one was measured: all ones, in microseconds.
const NO_RTT: Nanos = Nanos(u32::MAX as u64 * 1000);

impl Row {
    /// What it tells beyond its counts of bytes, which are nothing here. A listener's numbers mean other things.
    pub fn figures(&self) -> Detail {
        let timer = self.timer;
        let Some(info) = self.info.as_ref().filter(|i| i.state != LISTEN) else {
            // Of a handshake that is not finished, how often its answer was sent again.
            let again = (self.state == TcpState::SynReceived).then_some(self.retransmits);
            return Detail {
                timer,
                retransmits: again.unwrap_or(0).into(),
                tries: again,
                ..Detail::default()
            };
        };
        Detail {
            timer,
            congestion: self.congestion,
            ..info.figures()
        }
    }
}

/// `TCP_LISTEN` of the kernel.
const LISTEN: u8 = 10;

impl Info {
    /// What was told up to an offset of the structure.
    fn up_to<T>(&self, end: usize, value: T) -> Option<T> {
        (self.told >= end).then_some(value)
    }

    fn figures(&self) -> Detail {
        Detail {
            retransmits: self.total_retrans,
            rtt: Some(self.rtt).filter(|rtt| rtt.0 > 0),
            rto: Some(self.rto),
            cwnd: Some(self.snd_cwnd),
            rttvar: Some(self.rttvar).filter(|_| self.rtt.0 > 0),
            min_rtt: self.up_to(152, self.min_rtt).filter(|r| *r < NO_RTT),
            ssthresh: Some(self.snd_ssthresh).filter(|s| *s < NO_THRESHOLD),
            flight: Some(self.unacked),
            sacked: Some(self.sacked),
            lost: Some(self.lost),
            bytes_retrans: self.up_to(216, self.bytes_retrans),
            ca_state: CaState::from_number(self.ca_state),
            tries: Some(self.retransmits),
            backoff: Some(self.backoff),
            probes: Some(self.probes),
            snd_mss: Some(self.snd_mss),
            rcv_mss: Some(self.rcv_mss),
            pmtu: Some(self.pmtu).filter(|mtu| *mtu > 0),
            snd_wnd: self.up_to(232, self.snd_wnd),
            rcv_wnd: self.up_to(236, self.rcv_wnd),
            delivery_rate: self.up_to(168, self.delivery_rate).filter(|r| *r > 0),
            pacing_rate: self.up_to(112, self.pacing_rate).filter(|r| *r < u64::MAX),
            ..Detail::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_older_kernel_does_not_tell_is_not_known() {
        let bytes = [1; 236];
        let old = Info::parse(&bytes[..104]).figures();
        assert_eq!(
            (old.cwnd, old.snd_mss),
            (Some(0x0101_0101), Some(0x0101_0101))
        );
        assert_eq!((old.snd_wnd, old.rcv_wnd, old.min_rtt), (None, None, None));
        assert_eq!((old.pacing_rate, old.bytes_retrans), (None, None));
        let new = Info::parse(&bytes).figures();
        assert!(new.snd_wnd.is_some() && new.rcv_wnd.is_some() && new.pacing_rate.is_some());
        assert_eq!(Info::parse(&bytes[..232]).figures().rcv_wnd, None);
    }

    #[test]
    fn no_limit_is_no_number() {
        let none = Info::parse(&[0xff; 280]).figures();
        assert_eq!((none.ssthresh, none.min_rtt), (None, None));
        assert_eq!((none.pacing_rate, none.ca_state), (None, None));
    }
}
