//! The one clock of the program. Everything else is told the time.

use crate::model::ids::Nanos;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Monotonic time since the program's start, and the wall clock of that start.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    zero: Instant,
    epoch_ns: u64,
}

impl Clock {
    /// Time 0 is now.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks for the time"
    )]
    pub fn start() -> Self {
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            zero: Instant::now(),
            epoch_ns: nanos(epoch.unwrap_or_default()),
        }
    }

    /// How long ago time 0 was. It never falls, and asking costs no system call (the kernel shares its clock).
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks for the time"
    )]
    pub fn now(self) -> Nanos {
        Nanos(nanos(Instant::now().saturating_duration_since(self.zero)))
    }

    /// The moment of which this is the time, for whoever waits for it.
    pub fn moment(self, at: Nanos) -> Instant {
        let span = Duration::from_nanos(at.0);
        self.zero.checked_add(span).unwrap_or(self.zero)
    }

    /// What was a moment ago on the wall clock, as the kernel stamps packets. The wall clock may be set at any time, so
    /// only a span that is short is believed; else it was now.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks for the time"
    )]
    pub fn when(self, seconds: u64, nanos: u32) -> Nanos {
        const BELIEVED: Duration = Duration::from_secs(1);
        let now = self.now();
        let stamp = UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_nanos(nanos.into());
        match SystemTime::now().duration_since(stamp) {
            Ok(ago) if ago < BELIEVED => Nanos(now.0.saturating_sub(self::nanos(ago))),
            _ => now,
        }
    }

    /// The wall clock at time 0, in nanoseconds since 1970 (enough until the year 2554).
    pub const fn epoch_ns(self) -> u64 {
        self.epoch_ns
    }
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_starts_at_zero_and_never_falls() {
        let clock = Clock::start();
        let times: Vec<_> = (0..1000).map(|_| clock.now()).collect();
        assert!(times.is_sorted());
        assert!(clock.epoch_ns() > 1_700_000_000_000_000_000);
    }
}
