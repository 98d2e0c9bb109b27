//! The line that is typed in: typing, completion, history, and what Enter makes of it.

use crate::app::state::{App, Bar, BarPurpose, Effect, Look, Overlay, Screen, Typed};
use crate::language::{Completion, complete, parse_line};
use crate::model::{command::Statement, ids::SocketId, payload::is_unprintable};
use crossterm::event::{Event, KeyCode, KeyEvent};
use tui_input::{Input as Line, InputRequest, backend::crossterm::to_input_request};

/// Characters that one line can have. A longer text comes from a file.
const LONGEST: usize = 16_384;
/// Statements that are remembered.
const REMEMBERED: usize = 1_000;
/// Sockets that are offered as words.
const OFFERED: usize = 64;

impl App {
    /// Opens the bar for a statement. The cursor stands where it would be changed: in what is sent, else at the end.
    pub(super) fn open_statement(&mut self, text: &str) {
        self.open_bar(BarPurpose::Statement, text);
    }

    /// Opens a statement of the script, to be changed.
    pub(super) fn edit_step(&mut self, step: usize) {
        let Some(line) = self.book.session().script.get(step) else {
            return;
        };
        let text = line.text.clone();
        self.overlay = None;
        self.open_bar(BarPurpose::Edit(step), &text);
    }

    /// Opens the bar for a search.
    pub(super) fn open_search(&mut self) {
        self.open_bar(BarPurpose::Search, "");
        self.typed.draft = core::mem::take(&mut self.search);
    }

    pub(super) fn open_bar(&mut self, purpose: BarPurpose, text: &str) {
        self.overlay = None;
        self.typed = Typed::default();
        self.bar = Some(Bar {
            purpose,
            input: Line::new(text.to_owned()).with_cursor(place_to_change(text)),
            mistake: None,
            mistake_at: None,
            completions: Vec::new(),
            chosen: None,
            history_at: None,
        });
        self.offer();
    }

    /// Closes the bar; a search that was begun is as it was.
    pub(super) fn leave_bar(&mut self) {
        match self.bar.take().map(|bar| bar.purpose) {
            Some(BarPurpose::Search) => self.search = core::mem::take(&mut self.typed.draft),
            // Nothing was saved, and one sees it again.
            Some(BarPurpose::Code) => self.open(Overlay::Code),
            _ => {}
        }
    }

    /// A key that writes, or moves the cursor.
    pub(super) fn type_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        if let Some(bar) = &self.bar
            && matches!(bar.purpose, BarPurpose::Answer(_))
            && bar.input.value().is_empty()
            && key.code == KeyCode::Char(' ')
        {
            // Space goes on, as everywhere: nothing is answered.
            self.bar = None;
            return self.next();
        }
        if let Some(request) = to_input_request(&Event::Key(key)) {
            self.request(request);
        }
        Vec::new()
    }

    /// Text in one piece: into the bar, which opens for it.
    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        self.notice = None;
        if self.look == Look::Blank {
            self.look = self.look_before;
            return Vec::new();
        }
        if self.bar.is_none() && self.recorded.is_some() {
            self.refuse_in_recording();
            return Vec::new();
        }
        if self.bar.is_none() {
            self.open_statement("");
        }
        let text = text.trim_end_matches(['\r', '\n']);
        for c in text.chars().take(LONGEST) {
            // A line is one statement: what would break it becomes a space.
            let c = if c.is_whitespace() { ' ' } else { c };
            self.request_quietly(InputRequest::InsertChar(c));
        }
        self.typed_anew();
        Vec::new()
    }

    fn request(&mut self, request: InputRequest) {
        if self.request_quietly(request) {
            self.typed_anew();
        } else {
            self.offer();
        }
    }

    /// Whether the text has changed.
    fn request_quietly(&mut self, request: InputRequest) -> bool {
        let Some(bar) = &mut self.bar else {
            return false;
        };
        if let InputRequest::InsertChar(c) = request
            && (is_unprintable(c) || bar.input.value().len() >= LONGEST)
        {
            return false;
        }
        bar.input
            .handle(request)
            .is_some_and(|changed| changed.value)
    }

    /// The text has changed: what was said about it before is no longer true.
    fn typed_anew(&mut self) {
        let Some(bar) = &mut self.bar else { return };
        bar.mistake = None;
        bar.mistake_at = None;
        if bar.purpose == BarPurpose::Search {
            bar.input.value().clone_into(&mut self.search);
            match self.screen {
                _ if self.search.is_empty() => {}
                Screen::Calls => self.find_newest_call(),
                Screen::Packets => self.find_newest_packet(),
                _ => {}
            }
        } else {
            bar.history_at = None;
            self.offer();
        }
    }

    /// Fills in what could stand at the cursor.
    fn offer(&mut self) {
        if let Some(bar) = &self.bar
            && bar.purpose == BarPurpose::GoTo
        {
            let (text, at) = (bar.input.value().to_owned(), bar.input.cursor());
            let offered = self.offer_places(&text, byte_of(&text, at));
            self.offered(offered, text, at);
            return;
        }
        let who: Vec<String> = self
            .book
            .session()
            .sockets
            .iter()
            .rev()
            .filter(|s| !s.is_gone())
            .map(|s| s.id)
            .take(OFFERED)
            .flat_map(|SocketId { actor, slot }| {
                [actor.to_string(), SocketId { actor, slot }.to_string()]
            })
            .collect();
        let Some(bar) = &self.bar else { return };
        if !bar.purpose.is_statement() {
            return;
        }
        let (text, at) = (bar.input.value().to_owned(), bar.input.cursor());
        let completions = complete(&text, byte_of(&text, at), &who);
        self.offered(completions, text, at);
    }

    /// These completions belong to this text with its cursor.
    fn offered(&mut self, completions: Vec<Completion>, text: String, at: usize) {
        if let Some(bar) = &mut self.bar {
            bar.completions = completions;
            bar.chosen = None;
            self.typed.base = (text, at);
        }
    }

    /// Puts the next completion into the text, or the one before. When there is only one, the next word begins.
    pub(super) fn complete(&mut self, next: bool) {
        let Some(bar) = &mut self.bar else { return };
        let many = bar.completions.len();
        if many == 0 {
            return;
        }
        let chosen = match (bar.chosen, next) {
            (None, true) => 0,
            (None, false) => many - 1,
            (Some(i), true) => (i + 1) % many,
            (Some(i), false) => (i + many - 1) % many,
        };
        let completion = &bar.completions[chosen];
        let base = &self.typed.base.0;
        let (Some(before), Some(after)) = (
            base.get(..completion.replace.start),
            base.get(completion.replace.end..),
        ) else {
            return;
        };
        let mut head = format!("{before}{}", completion.text);
        if many == 1 && after.is_empty() {
            head.push(' ');
        }
        let text = format!("{head}{after}");
        bar.input = Line::new(text).with_cursor(head.chars().count());
        bar.mistake = None;
        bar.mistake_at = None;
        bar.chosen = Some(chosen);
        if many == 1 {
            self.offer();
        }
    }

    /// Back in the history.
    pub(super) fn earlier(&mut self) {
        let Some(bar) = &mut self.bar else { return };
        let at = bar.history_at.map_or(0, |i| i + 1);
        if at >= self.history.len() {
            return;
        }
        if bar.history_at.is_none() {
            bar.input.value().clone_into(&mut self.typed.draft);
        }
        self.recall(Some(at));
    }

    /// Forth in the history, in the end to what was being typed.
    pub(super) fn later(&mut self) {
        if let Some(at) = self.bar.as_ref().and_then(|bar| bar.history_at) {
            self.recall(at.checked_sub(1));
        }
    }

    fn recall(&mut self, at: Option<usize>) {
        let text = match at {
            Some(at) => self.history.iter().rev().nth(at).cloned(),
            None => Some(self.typed.draft.clone()),
        };
        if let (Some(text), Some(bar)) = (text, &mut self.bar) {
            bar.input = Line::new(text);
            bar.mistake = None;
            bar.mistake_at = None;
            bar.history_at = at;
            self.offer();
        }
    }

    /// Runs what was typed, or says what is wrong with it.
    pub(super) fn enter(&mut self) -> Vec<Effect> {
        let Some(bar) = &mut self.bar else {
            return Vec::new();
        };
        let text = bar.input.value().trim().to_owned();
        let purpose = bar.purpose.clone();
        if purpose == BarPurpose::Search {
            self.bar = None;
            let in_list = matches!(self.screen, Screen::Calls | Screen::Packets);
            if !self.search.is_empty() && !in_list {
                self.find(false);
            }
            return Vec::new();
        }
        if purpose == BarPurpose::GoTo {
            self.enter_place();
            return Vec::new();
        }
        if let BarPurpose::Answer(n) = purpose {
            return self.enter_answer(n, &text);
        }
        if !purpose.is_statement() {
            self.bar = None;
            return self.name_typed(&purpose, text);
        }
        match parse_line(bar.input.value(), &self.vars) {
            Err(mistake) => {
                bar.mistake = Some(mistake.short());
                bar.mistake_at = Some(mistake.span);
                Vec::new()
            }
            // Nothing was typed, or a remark.
            Ok(None) => {
                self.bar = None;
                Vec::new()
            }
            Ok(Some(statement)) => {
                self.bar = None;
                if let BarPurpose::Edit(step) = purpose {
                    return self.rewrite(step, &text, statement);
                }
                self.remember(&text);
                if let (Statement::Again(line), Some(_)) = (&statement, &self.learning) {
                    return self.again_in_lesson(*line);
                }
                self.ask(text)
            }
        }
    }

    /// Keeps a statement for later; what was there already becomes the newest.
    fn remember(&mut self, text: &str) {
        self.history.retain(|old| old != text);
        self.history.push(text.to_owned());
        let over = self.history.len().saturating_sub(REMEMBERED);
        self.history.drain(..over);
    }
}

/// Where the cursor goes in a statement that is to be changed, in characters: before the end of what is sent.
fn place_to_change(text: &str) -> usize {
    let byte = text
        .rfind('"')
        .filter(|end| text[..*end].contains('"'))
        .map_or(text.len(), |end| {
            let said = &text[..end];
            said.strip_suffix("\\r\\n").unwrap_or(said).len()
        });
    text[..byte].chars().count()
}

fn byte_of(text: &str, chars: usize) -> usize {
    text.char_indices()
        .nth(chars)
        .map_or(text.len(), |(byte, _)| byte)
}
