//! Why something happened to a packet on the cable: a rule, a hand; and what a rule decided.

use super::{Ties, few::few, spot::Spot};
use crate::model::{
    event::{Fact, RULE_OVER},
    packet::{Decider, PacketNo},
    story::words::safe,
};

/// Told events before that are looked at for the rule's own event.
const RULES: usize = 2048;
/// Events before that are looked at for what the hand did.
const HAND: usize = 256;
/// Letters of a rule.
const MOST: usize = 60;

/// Who decided it: the event that gave the cable its rule, or that told the hand.
pub(super) fn decided(spot: &Spot<'_>, by: &Decider, ties: &mut Ties) {
    match by {
        Decider::Rule(rule) => {
            if let Some(index) = given(spot, rule) {
                let text = format!("the cable was told: {}", safe(rule, MOST));
                ties.cause(index, text);
            }
        }
        Decider::You => {
            let told = spot.before(HAND).find(|(_, e)| match &e.fact {
                Fact::Asked { text, .. } => text.starts_with("cable "),
                Fact::Cable { text, .. } => !text.starts_with(RULE_OVER),
                _ => false,
            });
            if let Some((index, event)) = told {
                ties.cause(index, few(event));
            }
        }
        Decider::Cable => {}
    }
}

/// The event in which the cable got a rule: the earliest of those that have it, without a gap, up to now.
fn given(spot: &Spot<'_>, rule: &str) -> Option<usize> {
    let mut found = None;
    for (index, event) in spot.told_before(RULES) {
        let Fact::Cable { text, rules, .. } = &event.fact else {
            continue;
        };
        let over = text.strip_prefix(RULE_OVER).is_some_and(|t| t == rule);
        if rules.iter().any(|r| r == rule) {
            found = Some(index);
        } else if text == rule {
            return found.or(Some(index));
        } else if !over {
            break;
        }
    }
    found
}

/// Why the cable was told something: somebody asked; a rule that is used up had its last packet.
pub(super) fn told(spot: &Spot<'_>, text: &str, ties: &mut Ties) {
    let Some(rule) = text.strip_prefix(RULE_OVER) else {
        return;
    };
    let decides = |by: &Decider| matches!(by, Decider::Rule(r) if **r == *rule);
    let last = spot.told_before(HAND).find(|(_, e)| match &e.fact {
        Fact::Fate { decided_by, .. } | Fact::Handled { decided_by, .. } => decides(decided_by),
        _ => false,
    });
    if let Some((index, event)) = last {
        ties.cause(index, few(event));
    }
    if let Some(index) = given(spot, rule) {
        ties.cause(index, format!("the cable was told: {}", safe(rule, MOST)));
    }
}

/// What came of a packet after it had left the cable: what names its entering as the cause and came later.
pub(super) fn arrived(spot: &Spot<'_>, number: PacketNo, ties: &mut Ties) {
    /// Events after that are looked at.
    const NEAR: usize = 512;
    let packets = spot.book.packets_at(spot.session.count);
    let Ok(place) = packets.binary_search_by_key(&number, |p| p.number) else {
        return;
    };
    let entered = spot.book.events().get(packets[place].index);
    let Some(id) = entered.map(|e| e.id) else {
        return;
    };
    for (index, event) in spot.after(NEAR) {
        let told = !matches!(event.fact, Fact::Detail { .. } | Fact::Handled { .. });
        if event.cause == Some(id) && told {
            spot.effect_at(index, ties);
        }
    }
}
