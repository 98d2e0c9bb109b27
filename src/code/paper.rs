//! What a program is written on, line by line.

use super::Line;

/// Lines, each with its step.
#[derive(Debug)]
pub(super) struct Paper {
    lines: Vec<Line>,
    unit: &'static str,
    depth: usize,
    step: Option<usize>,
}

impl Paper {
    /// An empty one, indented with this.
    pub(super) const fn new(unit: &'static str) -> Self {
        Self {
            lines: Vec::new(),
            unit,
            depth: 0,
            step: None,
        }
    }

    /// What follows came from this step, or from none.
    pub(super) const fn step(&mut self, step: Option<usize>) {
        self.step = step;
    }

    /// One line or, where there are line breaks, several.
    pub(super) fn say(&mut self, text: &str) {
        for line in text.split('\n') {
            let indent = if line.is_empty() {
                String::new()
            } else {
                self.unit.repeat(self.depth)
            };
            // Tabs that stand in a line of ours are its indent; all else that is not plain has been escaped.
            let plain = |c: char| c == '\t' || c == ' ' || c.is_ascii_graphic();
            let text = line.chars().map(|c| if plain(c) { c } else { '?' });
            let text: String = indent.chars().chain(text).collect();
            self.lines.push(Line {
                text: text.trim_end().to_owned(),
                step: self.step.filter(|_| !line.is_empty()),
            });
        }
    }

    /// The same, one deeper.
    pub(super) fn deeper(&mut self, text: &str) {
        self.depth += 1;
        self.say(text);
        self.depth -= 1;
    }

    /// What follows stands one deeper.
    pub(super) const fn open(&mut self) {
        self.depth += 1;
    }

    /// What follows stands one less deep.
    pub(super) const fn shut(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// An empty line, unless one stands there already or a block begins.
    pub(super) fn air(&mut self) {
        let begins = |line: &Line| line.text.ends_with(['{', ':']) || line.text.is_empty();
        if self.lines.last().is_some_and(|l| !begins(l)) {
            self.lines.push(Line::default());
        }
    }

    /// The same, unless a comment stands there, which then is about what follows.
    pub(super) fn air_unless(&mut self, sign: &str) {
        let last = self.lines.last();
        if !last.is_some_and(|l| l.text.trim_start().starts_with(sign)) {
            self.air();
        }
    }

    /// A comment in lines of comfortable length.
    pub(super) fn remark(&mut self, sign: &str, text: &str) {
        const WIDE: usize = 66;
        let room = WIDE.saturating_sub(self.depth * 4 + sign.len() + 1);
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && line.len() + 1 + word.len() > room {
                self.say(&format!("{sign} {line}"));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        if !line.is_empty() {
            self.say(&format!("{sign} {line}"));
        }
    }

    /// Whether this word stands anywhere.
    pub(super) fn says(&self, word: &str) -> bool {
        self.lines.iter().any(|l| l.text.contains(word))
    }

    /// Whether this function is called anywhere, see [`says_call`].
    pub(super) fn says_call(&self, call: &str) -> bool {
        self.lines.iter().any(|l| says_call(&l.text, call))
    }

    /// All lines.
    pub(super) fn lines(self) -> Vec<Line> {
        self.lines
    }

    /// All lines of another one behind these.
    pub(super) fn append(&mut self, other: Self) {
        self.lines.extend(other.lines);
    }
}

/// Of these helpers, each with the word by which it is called, the texts of those that are needed: the body calls them,
/// or another one that stands behind them.
pub(super) fn needed<'h, T: AsRef<str>>(body: &Paper, helpers: &'h [(&str, T)]) -> Vec<&'h str> {
    let mut needed: Vec<&str> = Vec::new();
    for (call, text) in helpers.iter().rev() {
        if body.says_call(call) || needed.iter().any(|other| says_call(other, call)) {
            needed.push(text.as_ref());
        }
    }
    needed.reverse();
    needed
}

/// Whether a function is called in a text: its name and `(` stand there, and not as the end of a longer name.
pub(super) fn says_call(text: &str, call: &str) -> bool {
    text.match_indices(call).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}
