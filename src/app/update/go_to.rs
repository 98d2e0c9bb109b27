//! `g`: goes to what was typed, or says why there is no such moment.

use crate::app::{
    goto::{self, Place},
    state::{App, BarPurpose, Cursor},
};
use crate::language::Completion;
use crate::model::{
    ids::{Actor, Nanos},
    packet::PacketNo,
    story::words::number,
    tcp::TcpState,
};

impl App {
    /// Opens the bar to type where to go.
    pub(super) fn open_go_to(&mut self) {
        self.open_bar(BarPurpose::GoTo, "");
    }

    /// How what is typed could go on.
    pub(super) fn offer_places(&self, text: &str, cursor: usize) -> Vec<Completion> {
        let actors: Vec<Actor> = core::iter::once(Actor::Server)
            .chain(self.clients())
            .collect();
        goto::complete(text, cursor, &actors, |who| {
            let marks = &self.book.landmarks().states;
            let came = |state: &TcpState| {
                let mine = |m: Actor| who.is_none_or(|who| who == m);
                marks.iter().any(|m| m.to == *state && mine(m.who))
            };
            TcpState::all().filter(came).collect()
        })
    }

    /// Goes to what was typed, and closes the bar; or says what is wrong.
    pub(super) fn enter_place(&mut self) {
        let Some(bar) = &self.bar else { return };
        let text = bar.input.value().to_owned();
        let place = match goto::parse(&text) {
            Ok(Some(place)) => place,
            Ok(None) => {
                self.bar = None;
                return;
            }
            Err(wrong) => return self.mistake(wrong.text, Some(wrong.at)),
        };
        match self.find_place(place) {
            Ok(cursor) => {
                self.bar = None;
                self.go(cursor);
            }
            Err(mut told) => {
                if self.is_loading() {
                    told.push_str("; the rest is still being read");
                }
                self.mistake(told, None);
            }
        }
    }

    fn mistake(&mut self, text: String, at: Option<core::ops::Range<usize>>) {
        if let Some(bar) = &mut self.bar {
            bar.mistake = Some(text);
            bar.mistake_at = at;
        }
    }

    fn find_place(&mut self, place: Place) -> Result<Cursor, String> {
        let count = match place {
            Place::Start => {
                let first = self.moment_after(0);
                first.unwrap_or(self.book.events().len())
            }
            Place::End => return Ok(Cursor::Live),
            Place::Event(number) => self.find_event(number)?,
            Place::Time(time) => self.find_time(time)?,
            Place::Packet(number) => self.find_packet_no(number)?,
            Place::Call(number) => self.find_call_no(number)?,
            Place::Line(line) => {
                let generation = self.book.generation_around(self.shown_events());
                let mut lines = self.book.landmarks().lines.iter();
                let mark = lines.find(|l| l.line == line && generation.contains(&l.index));
                let none = || format!("line {line} was not reached in this conversation");
                mark.ok_or_else(none)?.index + 1
            }
            Place::State(who, state) => self.find_state(who, state)?,
        };
        Ok(Cursor::At {
            count,
            frozen: false,
        })
    }

    fn find_event(&self, wanted: u64) -> Result<usize, String> {
        let events = self.book.events();
        let (Some(first), Some(last)) = (events.first(), events.last()) else {
            return Err("there are no events yet".to_owned());
        };
        let (first, last) = (first.id.0, last.id.0);
        let place = wanted.checked_sub(first).filter(|_| wanted <= last);
        let place = place.and_then(|place| usize::try_from(place).ok());
        place.map(|place| place + 1).ok_or_else(|| {
            let (wanted, first, last) = (number(wanted), number(first), number(last));
            format!("there is no event {wanted}: they go from {first} to {last}")
        })
    }

    fn find_time(&self, time: Nanos) -> Result<usize, String> {
        let last = self.book.now();
        if time > last {
            let seconds = last.0 as f64 / 1e9;
            return Err(format!(
                "so late nothing has happened: it lasts until {seconds:.3}s"
            ));
        }
        Ok(self.book.events().partition_point(|e| e.at_ns <= time))
    }

    /// A packet of the conversation that is shown.
    fn find_packet_no(&self, wanted: u64) -> Result<usize, String> {
        let generation = self.book.generation_around(self.shown_events());
        let all = self.book.packets();
        let begin = all.partition_point(|p| p.index < generation.start);
        let end = all.partition_point(|p| p.index < generation.end);
        let packets = &all[begin.min(end)..end];
        let place = packets.binary_search_by_key(&PacketNo(wanted), |p| p.number);
        place.map(|i| packets[i].index + 1).map_err(|_| {
            let (Some(first), Some(last)) = (packets.first(), packets.last()) else {
                return "no packets were seen in this conversation".to_owned();
            };
            let (first, last) = (number(first.number.0), number(last.number.0));
            let wanted = number(wanted);
            format!("packet {wanted} was not seen: there are some from {first} to {last}")
        })
    }

    fn find_call_no(&self, wanted: usize) -> Result<usize, String> {
        let calls = self.book.calls();
        let call = wanted.checked_sub(1).and_then(|i| calls.get(i));
        call.map(|i| i + 1).ok_or_else(|| match calls.len() {
            0 => "no call has returned".to_owned(),
            1 => "one call has returned: call 1".to_owned(),
            n => format!(
                "there is no such call: they go from 1 to {}",
                number(n as u64)
            ),
        })
    }

    /// The next time after this that somebody came to the state; when there is none, the first time of all.
    fn find_state(&mut self, who: Option<Actor>, state: TcpState) -> Result<usize, String> {
        let shown = self.shown_events();
        let marks = &self.book.landmarks().states;
        let here = marks.partition_point(|m| m.index < shown);
        let fits = |m: &&crate::model::landmarks::StateMark| {
            m.to == state && who.is_none_or(|who| who == m.who)
        };
        if let Some(mark) = marks[here..].iter().find(fits) {
            return Ok(mark.index + 1);
        }
        let first = marks[..here].iter().find(fits).map(|m| m.index + 1);
        let Some(count) = first else {
            let whose = who.map_or_else(
                || "no socket".to_owned(),
                |w| format!("no socket of the {w}"),
            );
            return Err(format!("{whose} came to {}", state.rfc()));
        };
        if count != shown {
            self.tell(format!(
                "After this, none comes to {}: this is the first time.",
                state.rfc()
            ));
        }
        Ok(count)
    }
}
