//! Whatever comes, whatever is ordered, whenever: what always holds.

use super::*;
use crate::cable::lane::{MOST_BYTES, MOST_PACKETS};
use proptest::{collection::vec, option, prelude::*, sample::select};
use std::collections::HashMap;

/// Something that the driver does.
#[derive(Clone, Debug)]
enum Step {
    Enters(PacketKind, Side, u32),
    Order(CableOrder),
    Waits(u64),
}

fn side() -> impl Strategy<Value = Side> {
    select(vec![Side::Server, Side::Client])
}

fn kind() -> impl Strategy<Value = PacketKind> {
    select(PacketKind::TABLE.map(|row| row.0).to_vec())
}

fn chance() -> impl Strategy<Value = Chance> {
    prop_oneof![Just(Chance::ALWAYS), (0..1_000_000_u32).prop_map(Chance)]
}

fn span() -> impl Strategy<Value = Nanos> {
    prop_oneof![9 => 0..50_000_000_u64, 1 => any::<u64>()].prop_map(Nanos)
}

fn which() -> impl Strategy<Value = Which> {
    prop_oneof![
        4 => Just(Which::All),
        1 => Just(Which::Next),
        1 => (0..5_u32).prop_map(Which::First),
        1 => (0..5_u32).prop_map(Which::Every),
        1 => vec(0..9_u32, 0..4).prop_map(Which::These),
    ]
}

fn matching() -> impl Strategy<Value = Match> {
    (option::weighted(0.3, kind()), option::of(side()), which()).prop_map(
        |(kind, toward, which)| Match {
            kind,
            toward,
            which,
        },
    )
}

/// Deeds that leave packets in their order.
fn orderly() -> impl Strategy<Value = Deed> {
    let seed = || option::of(any::<u64>());
    prop_oneof![
        (chance(), seed()).prop_map(|(chance, seed)| Deed::Drop { chance, seed }),
        Just(Deed::Dup),
        (chance(), seed()).prop_map(|(chance, seed)| Deed::Corrupt { chance, seed }),
        (span(), span()).prop_map(|(by, jitter)| Deed::Delay { by, jitter }),
        prop_oneof![1_000_000..100_000_000_u64, any::<u64>()].prop_map(|bits| Deed::Rate { bits }),
        (68..70_000_u32).prop_map(|bytes| Deed::Mtu { bytes }),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    let seed = || option::of(any::<u64>());
    prop_oneof![
        2 => Just(Deed::Hold),
        2 => Just(Deed::Swap),
        1 => (chance(), seed()).prop_map(|(chance, seed)| Deed::Reorder { chance, seed }),
        4 => orderly(),
    ]
}

fn rule(deed: impl Strategy<Value = Deed>) -> impl Strategy<Value = CableOrder> {
    (deed, matching()).prop_map(|(deed, what)| CableOrder::Rule(Rule { deed, what }))
}

fn hand() -> impl Strategy<Value = CableOrder> {
    let number = prop_oneof![9 => 0..60_u64, 1 => any::<u64>()].prop_map(PacketNo);
    (
        select(Hand::TABLE.map(|row| row.0).to_vec()),
        option::of(number),
    )
        .prop_map(|(hand, number)| CableOrder::Hand(hand, number))
}

fn other_order() -> impl Strategy<Value = CableOrder> {
    prop_oneof![
        1 => option::of(side()).prop_map(CableOrder::Unplug),
        2 => option::of(side()).prop_map(CableOrder::Plug),
        1 => Just(CableOrder::Clear),
        1 => Just(CableOrder::Release),
        1 => select(Preset::TABLE.iter().collect::<Vec<_>>()).prop_map(CableOrder::Preset),
        1 => any::<bool>().prop_map(CableOrder::Offload),
    ]
}

fn steps(orders: impl Strategy<Value = CableOrder>) -> impl Strategy<Value = Vec<Step>> {
    let size = prop_oneof![20 => 20..1500_u32, 1 => any::<u32>()];
    let enters = (kind(), side(), size).prop_map(|(k, s, n)| Step::Enters(k, s, n));
    let waits = prop_oneof![9 => 0..20_000_000_u64, 1 => any::<u64>()].prop_map(Step::Waits);
    vec(
        prop_oneof![4 => enters, 2 => orders.prop_map(Step::Order), 2 => waits],
        0..120,
    )
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    steps(prop_oneof![4 => rule(deed()), 4 => hand(), 1 => other_order()])
}

/// Plays the driver and looks on.
struct Onlooker {
    cable: Cable<Word>,
    now: Nanos,
    entered: u64,
    fates: HashMap<PacketNo, String>,
    until: HashMap<PacketNo, Nanos>,
    /// Which way each goes, and where it lay: a copy behind its original.
    lay: HashMap<PacketNo, (Side, lane::Place)>,
    delivered: Vec<PacketNo>,
    told: Vec<String>,
}

impl Onlooker {
    fn watch(steps: &[Step]) -> Self {
        let mut all = Self {
            cable: Cable::new(),
            now: Nanos(0),
            entered: 0,
            fates: HashMap::new(),
            until: HashMap::new(),
            lay: HashMap::new(),
            delivered: Vec::new(),
            told: Vec::new(),
        };
        for step in steps {
            all.does(step);
        }
        all
    }

    fn does(&mut self, step: &Step) {
        let before = self.cable.last;
        match step {
            Step::Enters(kind, toward, size) => {
                let (kind, toward, size) = (*kind, *toward, *size);
                let body = Word(kind.name(), None);
                let arriving = Arriving {
                    toward,
                    kind: Some(kind),
                    size,
                    body,
                };
                let number = self.cable.enters(arriving, self.now);
                assert_eq!(number.0, before.0 + 1, "numbers rise by one");
                self.lay.insert(number, (toward, (number.0, 0)));
                self.entered += 1;
            }
            Step::Order(order) => {
                if let Err(why) = self.cable.order(order, self.now) {
                    self.told.push(why);
                }
            }
            Step::Waits(ns) => self.now = self.now.plus(Nanos(*ns)),
        }
        while let Some(happened) = self.cable.poll(self.now) {
            self.told.push(words(&happened));
            self.sees(happened);
        }
        assert!(self.cable.deadline().is_none_or(|due| due > self.now));
        let on_it: usize = self.cable.lanes.iter().map(|lane| lane.load().0).sum();
        let left = self.entered - self.fates.len() as u64;
        assert_eq!(
            on_it as u64, left,
            "none vanishes and none comes from nowhere"
        );
        for lane in &self.cable.lanes {
            let (packets, bytes) = lane.load();
            assert!(packets <= MOST_PACKETS && bytes <= MOST_BYTES);
            assert_eq!(packets == 0, bytes == 0);
        }
    }

    fn sees(&mut self, happened: Happened<Word>) {
        let mut fate = |number: PacketNo, fate: &str| {
            let before = self.fates.insert(number, fate.to_owned());
            assert_eq!(before, None, "packet {number} has one fate");
        };
        match happened {
            Happened::Delivered {
                number, by, toward, ..
            } => {
                fate(number, "delivered");
                self.delivered.push(number);
                assert_eq!(self.lay[&number].0, toward);
                if by == Decider::Cable {
                    let until = self.until.get(&number).copied().unwrap_or_default();
                    assert!(until <= self.now, "packet {number} came before its time");
                }
            }
            Happened::Dropped { number, .. } | Happened::TooBig { number, .. } => {
                fate(number, "dropped");
            }
            Happened::Lost { number } => fate(number, "lost"),
            Happened::Delayed { number, until, .. } => {
                self.until.insert(number, until);
            }
            Happened::Copied {
                number, of, toward, ..
            } => {
                self.entered += 1;
                let (side, (place, _)) = self.lay[&of];
                assert_eq!(side, toward);
                self.lay.insert(number, (toward, (place, number.0)));
            }
            Happened::Held { .. } | Happened::Corrupted { .. } | Happened::Swapped { .. } => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_packet_is_accounted_for(steps in any_steps()) {
        let mut all = Onlooker::watch(&steps);
        all.does(&Step::Order(CableOrder::Clear));
        prop_assert_eq!(all.fates.len() as u64, all.entered);
        prop_assert!(all.cable.is_plain());
        prop_assert_eq!(all.cable.last.0, all.entered);
    }

    #[test]
    fn the_same_happens_again(steps in any_steps()) {
        prop_assert_eq!(Onlooker::watch(&steps).told, Onlooker::watch(&steps).told);
    }

    #[test]
    fn order_is_kept_where_nothing_says_otherwise(
        steps in steps(prop_oneof![4 => rule(orderly()), 1 => other_order()])
    ) {
        let mut all = Onlooker::watch(&steps);
        all.does(&Step::Order(CableOrder::Clear));
        for side in [Side::Server, Side::Client] {
            let places: Vec<_> = all
                .delivered
                .iter()
                .map(|number| all.lay[number])
                .filter(|(toward, _)| *toward == side)
                .collect();
            prop_assert!(places.is_sorted(), "{:?}", places);
        }
    }

    #[test]
    fn what_is_held_keeps_its_order(
        kinds in vec((kind(), 0..3_u8), 1..40)
    ) {
        let mut story = Story::new();
        story.rule_for(Deed::Hold, data());
        let mut held = Vec::new();
        for (kind, steps) in kinds {
            let told = story.send(kind, Side::Server);
            prop_assert_eq!(told.iter().any(|t| t.contains("held")), kind == PacketKind::Data);
            if kind == PacketKind::Data {
                held.push(story.cable.last);
            }
            for _ in 0..steps.min(held.len() as u8) {
                let told = story.order(&CableOrder::Hand(Hand::Step, None));
                prop_assert_eq!(told, [format!("{} delivered to server (you)", held.remove(0))]);
            }
        }
    }

    #[test]
    fn no_packet_is_faster_than_its_link(
        by in 0..1_000_000_u64, jitter in 0..1_000_000_u64, bits in 1_000..1_000_000_000_u64,
        sizes in vec((20..1500_u32, 0..3_000_000_u64), 1..40),
    ) {
        let mut cable = Cable::new();
        let mut order = |deed| {
            let rule = Rule { deed, what: Match::default() };
            cable.order(&CableOrder::Rule(rule), Nanos(0)).unwrap();
        };
        order(Deed::Rate { bits });
        order(Deed::Delay { by: Nanos(by), jitter: Nanos(jitter) });
        let (mut now, mut line, mut least, mut most) = (0, 0.0_f64, Vec::new(), Vec::new());
        for (size, gap) in sizes {
            now += gap;
            let body = Word("data", None);
            cable.enters(Arriving { toward: Side::Server, kind: None, size, body }, Nanos(now));
            line = line.max(now as f64) + f64::from(size) * 8e9 / bits as f64;
            least.push(line + by.saturating_sub(jitter) as f64);
            most.push(line + (by + jitter) as f64);
        }
        let mut arrived = 0;
        let mut last = Nanos(0);
        loop {
            while let Some(happened) = cable.poll(last) {
                if let Happened::Delivered { number, .. } = happened {
                    prop_assert_eq!(number.0, arrived as u64 + 1);
                    // A nanosecond each for rounding up.
                    prop_assert!(last.0 as f64 >= least[arrived] - 1.0, "{} is too early", number);
                    prop_assert!(last.0 as f64 <= most[arrived] + 1.0 + arrived as f64, "{} is too late", number);
                    arrived += 1;
                }
            }
            let Some(deadline) = cable.deadline() else { break };
            prop_assert!(deadline >= last);
            last = deadline;
        }
        prop_assert_eq!(arrived, least.len());
    }
}
