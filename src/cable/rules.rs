//! The rules that stand, and what they make of a packet that enters.
//!
//! A packet meets them in the order in which they were made. `drop`, `loss` and `mtu` end it at once: the rules behind
//! do not see it any more. The others add up: their delays one after the other, as on links that lie in a row.

use super::{Arriving, Body, dice::Dice};
use crate::model::{
    cable::{Chance, Deed, Match, Preset, Rule, Which, rate, time},
    ids::{Nanos, Side},
};
use std::sync::Arc;

/// How many rules may stand at the same time.
const MOST_RULES: usize = 256;

/// A rule with what it has seen so far.
#[derive(Debug)]
struct Standing {
    rule: Rule,
    text: Arc<str>,
    /// How many have fitted.
    seen: u64,
    dice: Dice,
    /// For a rate: until when the line is taken, toward each side.
    busy: [Nanos; 2],
}

impl Standing {
    /// Counts a packet that fits, and says whether the rule is for it.
    fn is_for_this_one(&mut self) -> bool {
        self.seen = self.seen.saturating_add(1);
        match &self.rule.what.which {
            Which::All => true,
            Which::Next => self.seen == 1,
            Which::First(n) => self.seen <= u64::from(*n),
            Which::Every(n) => self.seen.is_multiple_of(u64::from(*n)),
            Which::These(these) => these.iter().any(|n| u64::from(*n) == self.seen),
        }
    }

    /// Whether its count is used up.
    fn is_over(&self) -> bool {
        let last = match &self.rule.what.which {
            Which::All | Which::Every(_) => return false,
            Which::Next => 1,
            Which::First(n) => *n,
            Which::These(these) => these.iter().copied().max().unwrap_or(0),
        };
        self.seen >= u64::from(last)
    }

    /// How long it takes to put it on a line of this rate, in full nanoseconds, rather one too many.
    fn on_the_line(size: u32, bits: u64) -> Nanos {
        let ns = (u128::from(size) * 8 * 1_000_000_000).div_ceil(u128::from(bits.max(1)));
        Nanos(u64::try_from(ns).unwrap_or(u64::MAX))
    }
}

/// What becomes of a packet that the rules let onto the cable.
#[derive(Debug)]
pub(super) struct Treatment {
    /// Not delivered before.
    pub(super) due: Nanos,
    /// The last rule that made it late.
    pub(super) late_by: Option<Arc<str>>,
    pub(super) held_by: Option<Arc<str>>,
    pub(super) waits_by: Option<Arc<str>>,
    /// A copy for each of these rules.
    pub(super) copied_by: Vec<Arc<str>>,
}

/// What ends a packet where it enters.
#[derive(Debug)]
pub(super) enum End {
    Dropped(Arc<str>),
    TooBig(Arc<str>, u32),
}

/// The rules that stand, oldest first.
#[derive(Debug, Default)]
pub(super) struct Rules(Vec<Standing>);

impl Rules {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.iter().map(|standing| &standing.text)
    }

    /// A new rule, behind the others.
    pub(super) fn add(&mut self, rule: &Rule) -> Result<(), String> {
        let never = match (&rule.deed, &rule.what.which) {
            (Deed::Rate { bits: 0 }, _) => {
                Some("A rate of 0 lets nothing through. Try: cable unplug")
            }
            (_, Which::First(0)) => Some("The first 0 packets are none. Try: first 1"),
            (_, Which::Every(0)) => Some("Every 0th packet is none. Try: every 1"),
            (_, Which::These(these)) if these.iter().all(|n| *n == 0) => {
                Some("Packets are counted from 1: there is none with the number 0.")
            }
            _ => None,
        };
        if let Some(why) = never {
            return Err(why.to_owned());
        }
        if self.0.len() >= MOST_RULES {
            return Err(format!(
                "{MOST_RULES} rules stand already, and there is no room for more. Try: cable clear"
            ));
        }
        self.stand(rule.clone(), rule.to_string());
        Ok(())
    }

    fn stand(&mut self, rule: Rule, text: String) {
        let dice = match rule.deed {
            Deed::Drop {
                seed: Some(seed), ..
            }
            | Deed::Reorder {
                seed: Some(seed), ..
            }
            | Deed::Corrupt {
                seed: Some(seed), ..
            } => Dice::new(seed),
            _ => Dice::of_text(&text, self.texts().filter(|t| ***t == *text).count()),
        };
        self.0.push(Standing {
            rule,
            text: text.into(),
            seen: 0,
            dice,
            busy: [Nanos(0); 2],
        });
    }

    /// A real link's rules, in place of all that delay, limit and lose.
    pub(super) fn preset(&mut self, preset: &Preset) {
        self.0.retain(|standing| {
            !matches!(standing.rule.deed, Deed::Delay { .. } | Deed::Rate { .. })
                && !matches!(standing.rule.deed, Deed::Drop { chance, .. } if chance < Chance::ALWAYS)
        });
        let name = preset.name;
        for (bits, side) in [(preset.up, Side::Server), (preset.down, Side::Client)] {
            if bits > 0 {
                let what = Match {
                    toward: Some(side),
                    ..Match::default()
                };
                let text = format!("preset {name}: rate {} to {side}", rate(bits));
                self.stand(
                    Rule {
                        deed: Deed::Rate { bits },
                        what,
                    },
                    text,
                );
            }
        }
        let all = |deed| Rule {
            deed,
            what: Match::default(),
        };
        if preset.loss > Chance(0) {
            let deed = Deed::Drop {
                chance: preset.loss,
                seed: None,
            };
            self.stand(all(deed), format!("preset {name}: loss {}", preset.loss));
        }
        let (by, jitter) = (preset.delay, preset.jitter);
        if (by, jitter) != (Nanos(0), Nanos(0)) {
            let deed = Deed::Delay { by, jitter };
            let text = if jitter == Nanos(0) {
                format!("preset {name}: delay {}", time(by))
            } else {
                format!("preset {name}: delay {} jitter {}", time(by), time(jitter))
            };
            self.stand(all(deed), text);
        }
    }

    /// No `hold` any more.
    pub(super) fn hold_nothing(&mut self) {
        self.0.retain(|standing| standing.rule.deed != Deed::Hold);
    }

    /// A packet meets them all, or as many as it takes to end it. `corrupted` hears of each byte that is changed.
    pub(super) fn meet<B: Body>(
        &mut self,
        packet: &mut Arriving<B>,
        now: Nanos,
        mut corrupted: impl FnMut(u32, &Arc<str>),
    ) -> Result<Treatment, End> {
        let mut treatment = Treatment {
            due: now,
            late_by: None,
            held_by: None,
            waits_by: None,
            copied_by: Vec::new(),
        };
        let mut end = None;
        let mut some_is_over = false;
        for standing in &mut self.0 {
            if !standing.rule.what.fits(packet.kind, packet.toward) {
                continue;
            }
            let is_for_it = standing.is_for_this_one();
            some_is_over |= standing.is_over();
            if is_for_it {
                end = treatment.meet(standing, packet, &mut corrupted);
            }
            if end.is_some() {
                break;
            }
        }
        if some_is_over {
            self.0.retain(|standing| !standing.is_over());
        }
        end.map_or(Ok(treatment), Err)
    }
}

impl Treatment {
    /// Does what this rule says.
    fn meet<B: Body>(
        &mut self,
        standing: &mut Standing,
        packet: &mut Arriving<B>,
        corrupted: &mut impl FnMut(u32, &Arc<str>),
    ) -> Option<End> {
        let Standing {
            rule,
            text,
            dice,
            busy,
            ..
        } = standing;
        match rule.deed {
            Deed::Drop { chance, .. } => {
                return dice.strikes(chance).then(|| End::Dropped(Arc::clone(text)));
            }
            Deed::Mtu { bytes } => {
                return (packet.size > bytes).then(|| End::TooBig(Arc::clone(text), bytes));
            }
            Deed::Hold => {
                self.held_by.get_or_insert_with(|| Arc::clone(text));
            }
            Deed::Dup => self.copied_by.push(Arc::clone(text)),
            Deed::Swap => {
                self.waits_by.get_or_insert_with(|| Arc::clone(text));
            }
            Deed::Reorder { chance, .. } => {
                if dice.strikes(chance) {
                    self.waits_by.get_or_insert_with(|| Arc::clone(text));
                }
            }
            Deed::Corrupt { chance, .. } => {
                if dice.strikes(chance)
                    && let Some(byte) = packet.body.corrupt(dice.next())
                {
                    corrupted(byte, text);
                }
            }
            Deed::Delay { by, jitter } => {
                let least = by.since(jitter);
                let more = by.plus(jitter).since(least);
                let by = least.plus(Nanos(dice.up_to(more.0)));
                self.is_late_until(self.due.plus(by), text);
            }
            Deed::Rate { bits } => {
                // A serial line: it begins with this one when it is done with the one before.
                let line = &mut busy[packet.toward as usize];
                let begins = self.due.max(*line);
                *line = begins.plus(Standing::on_the_line(packet.size, bits));
                self.is_late_until(*line, text);
            }
        }
        None
    }

    fn is_late_until(&mut self, due: Nanos, text: &Arc<str>) {
        if due > self.due {
            self.due = due;
            self.late_by = Some(Arc::clone(text));
        }
    }
}
