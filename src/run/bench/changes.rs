//! The script is changed while it is walked through: another text, another order, as it was. Each time all begins anew, and
//! runs as far as the change reaches.
//!
//! ```text
//!   1  server listen 10008            1  client connect          a row keeps its line, whatever stands in it:
//!   2  client connect         ──►     2  server listen 10008     a claim is told by the line where it stands now
//! ```

use super::Bench;
use crate::language::{Mistake, ScriptStatement, parse_line};
use core::ops::Range;

impl Bench {
    /// Changes a statement of the script, begins anew and runs up to it and with it.
    ///
    /// # Errors
    /// When the text is no statement.
    pub fn rewrite(&mut self, step: usize, text: &str) -> Result<(), Mistake> {
        let statement = parse_line(text, &self.vars)?;
        if let (Some(row), Some(statement)) = (self.script.get_mut(step), statement) {
            (row.text, row.statement) = (text.trim().to_owned(), statement);
            self.restart(step + 1);
        }
        Ok(())
    }

    /// Lets the statements before `middle` and those from there on change places, begins anew and runs so many of them.
    pub fn swap(&mut self, all: Range<usize>, middle: usize, run_to: usize) {
        let before = middle.saturating_sub(all.start);
        let Some(rows) = self.script.get_mut(all) else {
            return;
        };
        ScriptStatement::exchange(rows, before);
        self.restart(run_to);
    }

    /// Begins anew with the script as it was, and runs so many of its statements.
    pub fn reset(&mut self, run_to: usize) {
        self.script.clone_from(&self.unchanged);
        self.restart(run_to);
    }
}
